"""The last look: the notes against what their class demands, and the files to have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from release_actions.actions.render_release_notes.asked import NAME, Inputs, Rendered, demanded
from release_actions.actions.render_release_notes.composing import Notes, compose
from release_actions.actions.render_release_notes.reaching import Reached
from release_actions.changes.writing import INSIDE, WriteFile
from release_actions.clients import one_file
from release_actions.formats import markdown
from release_actions.verdict import Finding, Verdict, advise, due, failed, ok
from release_actions.world import World


@dataclass(frozen=True)
class Place:
    """A file to write: what is there now, and whether it may be written at all."""

    path: str
    inside: bool
    tracked: bool
    content: bytes | None


@dataclass(frozen=True)
class Facts:
    """All that was found, the places of both files, and where the repository is served."""

    reached: Reached
    body: Place
    rest: Place
    server: str


def gather(inputs: Inputs, world: World, reached: Reached) -> Facts:
    server = world.git().server.url.rstrip("/")
    body, rest = _place(inputs.output_file, world), _place(inputs.rest_file, world)
    return Facts(reached, body, rest, server)


def _place(path: str, world: World) -> Place:
    found = one_file.place(world.workspace, path)
    folder, name = path.rpartition("/")[::2]
    tracked = one_file.tracked(world.git(folder), name)
    return Place(path, found is not None, tracked, one_file.read(world.workspace, path))


def decide(inputs: Inputs, facts: Facts) -> Verdict:
    notes = compose(inputs, facts.reached, facts.server)
    demands = demanded(inputs, facts.reached.read.release)
    advice = demands.advice(NAME)
    judged = [*_sections(notes, demands.notes_sections or ()), *_mentions(inputs, notes)]
    written = [_file(facts.body, notes.body)]
    if notes.rest:
        written.append(_file(facts.rest, notes.rest))
    findings = [_says(inputs, notes), *(advise(finding, advice) for finding in judged), *written]
    done = all(finding.weighs.value == "ok" for finding in findings)
    rendered = Rendered(
        body_file=inputs.output_file,
        rest_file=inputs.rest_file if notes.rest else "",
        title=inputs.title or inputs.tag,
        prerelease=demands.prerelease,
        previous_tag=facts.reached.since or "",
    )
    return Verdict(findings, rendered if done else Rendered())


def _says(inputs: Inputs, notes: Notes) -> Finding:
    if not markdown.visible(notes.whole).strip():
        fix = "Give more `sources`."
        return failed("nothing-to-say", inputs.output_file, "the notes are empty", fix=fix)
    told = f"{len(notes.whole)} characters of {' and '.join(inputs.sources)}"
    return ok("nothing-to-say", inputs.output_file, told)


def _sections(notes: Notes, wanted: tuple[str, ...]) -> Iterator[Finding]:
    """M2, M41: each heading that the class demands, with something under it."""
    there = markdown.headings(notes.whole)
    for name in wanted:
        same = [heading for heading in there if heading.text.casefold() == name.casefold()]
        subject = f"section {name}"
        if not same:
            told = ", ".join(heading.text for heading in there) or "none"
            fix = "Write it into one of the `sources`, such as a file of its own."
            yield failed("section-missing", subject, f"no such heading; there: {told}", fix=fix)
        elif not any(heading.filled for heading in same):
            fix = "Write what users have to know, were it only `None.`"
            yield failed("section-empty", subject, "nothing stands under it", fix=fix)
        else:
            yield ok("section-missing", subject, "it is there")


def _mentions(inputs: Inputs, notes: Notes) -> Iterator[Finding]:
    """M39: what the notes must not be silent about."""
    said = " ".join(markdown.visible(notes.whole).split()).casefold()
    for words in inputs.must_mention:
        subject = f"mention of {words}"
        if " ".join(words.split()).casefold() in said:
            yield ok("not-mentioned", subject, "it is there")
        else:
            fix = "Write about it in one of the `sources`."
            yield failed("not-mentioned", subject, "the notes do not say it", fix=fix)


def _file(place: Place, text: str) -> Finding:
    content = text.encode("utf-8", "replace")
    if not place.inside:
        return failed("output-outside", place.path, "it leaves the workspace", fix=INSIDE)
    if place.tracked:
        fix = "Give another `output-file`: this one would be lost."
        return failed("output-tracked", place.path, "it is a file of the repository", fix=fix)
    if place.content == content:
        return ok("not-written", place.path, f"{len(content)} bytes")
    found = "it is not there" if place.content is None else "it says something else"
    return due("not-written", place.path, found, WriteFile(place.path, content))
