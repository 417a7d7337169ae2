"""What is released: one way out of the draft, the files of dist, one provenance a package."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import normpath

from release_actions.actions.lint_release_workflow.following import Book, Stepped, at
from release_actions.formats.expression import constant
from release_actions.formats.job_pattern import of_file
from release_actions.formats.release_workflow import Job, Workflow
from release_actions.formats.shell_commands import OPEN, Command
from release_actions.formats.step_kinds import GENERATOR
from release_actions.verdict import Finding, failed

ALL_IN_ONE = "multiple.intoto.jsonl"  # the generator's own name where none is given
READERS = frozenset(
    {"ls", "sha256sum", "shasum", "test", "[", "[[", "cat", "stat", "file", "wc", "head", "du"}
    | {"twine", "diff", "cmp", "for", "let", "if", "tree", "unzip", "echo", "printf"}
)
# A pattern of crates, or the folder in which cargo leaves those of earlier versions too.
CRATES = re.compile(r"[*?\[].*\.crate$|\btarget/package/?(?:\*\*?(?:/\*)?)?$")
KNOWN = re.compile(
    r"gh-action-pypi-publish|publish-(?:pypi|dists)|download-artifact|upload-artifact"
    r"|canonicalize-pypi-dists|digest-artifacts|attest(?:-[a-z-]+)?|verify-[a-z-]+"
)


def undraft(book: Book) -> Iterator[Finding]:
    """Exactly one step makes a release public (O27)."""
    points = [
        (job, stepped)
        for _, job in book.jobs
        for stepped in book.steps(job)
        if "undraft" in stepped.kinds
    ]
    if len(points) > 1:
        for job, stepped in points:
            found = f"{stepped.step.label} in job {job.id} un-drafts, one of {len(points)} steps"
            fix = "Let one step alone make the release public, after all that can be refused."
            place = at(job.file, stepped.line)
            yield failed("undraft-points", detail=found, fix=fix, **place)
    if not points and book.inputs.undraft.patterns and book.release:
        place = at(book.release[0].file, 1)
        found = "no step makes the release public, and `undraft` is declared"
        fix = "Use publish-draft-release, or say `undraft: none`."
        yield failed("undraft-points", detail=found, fix=fix, **place)
    for _, job in book.role("undraft"):
        if job.matrix:
            found = f"job {job.id} un-drafts in a matrix"
            fix = "Un-draft once."
            yield failed("undraft-points", detail=found, fix=fix, **at(job.file, job.matrix))


def crates(book: Book) -> Iterator[Finding]:
    """An artifact of crates is named, not matched: a stale one would ride along (D-O14)."""
    for step in book.every_step():
        if book.facts.done[step.file, step.line].action != "upload-artifact":
            continue
        path = step.with_.get("path")
        for pattern in path.value.split("\n") if path else ():
            if CRATES.search(pattern.strip()):
                found = f"{pattern.strip()} takes every crate that lies there"
                fix = "Name the one .crate with its version, or take the file from a manifest."
                yield failed(
                    "crate-glob",
                    detail=found,
                    fix=fix,
                    **at(step.file, path.line if path else step.line),
                )


def dist(book: Book) -> Iterator[Finding]:
    """What is uploaded to PyPI is the declared artifact, and nothing beside it (O16)."""
    for flow, job in book.role("publish"):
        uploads = [s for s in book.steps(job) if "pypi" in s.kinds]
        wanted = [p.value for p in book.inputs.dist if of_file(p.job, flow.file, job.id)]
        if not uploads:
            continue
        if len(wanted) != 1:
            found = (
                f"job {job.id} publishes to PyPI, and `dist` names {len(wanted)} artifacts for it"
            )
            fix = f"Say `{job.id}: ARTIFACT` once: the one artifact that is published."
            yield failed("dist-undeclared", detail=found, fix=fix, **at(job.file, uploads[0].line))
            continue
        yield from _filled(book, job, uploads[0], wanted[0])
        yield from _made_once(book, flow, wanted[0])


def _filled(book: Book, job: Job, upload: Stepped, artifact: str) -> Iterator[Finding]:
    folder, before, settling = _folder(upload), *_before(book, job, upload)
    source = _source(settling) if settling else folder
    if settling:  # Into its own folder nothing else may come, before it or after.
        others = [stepped for stepped in before if stepped is not settling]
        yield from (f for s in others if (f := _extra(job, s, folder, artifact, none=True)))
        before = before[: before.index(settling)]
    brought = 0
    for stepped in before:
        if found := _extra(job, stepped, source, artifact):
            yield found
        brought += _adds(stepped, source, artifact) == ""
    if brought != 1:
        told = f"job {job.id} brings {artifact} into {source} {brought} times; expected is once"
        fix = f"Download it once, with `name: {artifact}` and `path: {source}`."
        yield failed("dist-extra", detail=told, fix=fix, **at(job.file, upload.line))


def brought(book: Book, job: Job) -> list[str]:
    """The artifacts that come into the folder from which a job publishes to PyPI."""
    upload = next((stepped for stepped in book.steps(job) if "pypi" in stepped.kinds), None)
    if upload is None:
        return []
    before, settling = _before(book, job, upload)
    source = _source(settling) if settling else _folder(upload)
    given = [s.step.with_ for s in before if s.done.action == "download-artifact"]
    return [
        str(one["name"])
        for one in given
        if "name" in one and normpath(str(one.get("path", ".")).strip() or ".") == source
    ]


def _before(book: Book, job: Job, upload: Stepped) -> tuple[list[Stepped], Stepped | None]:
    """What runs before the upload; and the one step that settles the artifact once more."""
    ran = list(book.steps(job))
    before = ran[: ran.index(upload)]
    folder = _folder(upload)
    settling = [stepped for stepped in before if _settles(stepped, folder)]
    return before, settling[0] if len(settling) == 1 else None


def settled(book: Book, job: Job, upload: Stepped) -> Stepped | None:
    """The step of this library that has settled all that is uploaded; None where there is none."""
    return _before(book, job, upload)[1]


def _source(settling: Stepped) -> str:
    return normpath(str(settling.step.with_.get("built-directory", "dist")))


def _settles(stepped: Stepped, folder: str) -> bool:
    given = stepped.step.with_
    return (
        stepped.done.ours == "canonicalize-pypi-dists"
        and str(given.get("mode", "canonicalize")) == "canonicalize"
        and constant(str(given.get("built-directory", "dist")))
        and normpath(str(given.get("output-directory", "canonical"))) == folder
    )


def _extra(
    job: Job, stepped: Stepped, folder: str, artifact: str, *, none: bool = False
) -> Finding | None:
    """What comes into the folder beside the artifact; with `none`, whatever comes there."""
    problem = _adds(stepped, folder, artifact)
    if problem == "" and none:
        problem = f"{artifact} is downloaded into {folder}"
    if not problem:
        return None
    fix = f"Let {artifact} alone come into {folder}, and put anything else elsewhere."
    return failed("dist-extra", detail=problem, fix=fix, **at(job.file, stepped.line))


def _folder(upload: Stepped) -> str:
    said = upload.step.with_.get("packages-dir") or upload.step.with_.get("packages_dir")
    if said is not None:
        return normpath(said.value.strip())
    words = [w for c in upload.done.commands for w in c.words if "/" in w and not w.startswith("-")]
    folders = [word.rpartition("/")[0] for word in words if re.search(r"[*]|\.whl|\.gz", word)]
    return normpath(folders[0]) if folders else "dist"


def _adds(stepped: Stepped, folder: str, artifact: str) -> str | None:
    """Why a step puts more into the folder than the artifact; empty if it brings just that."""
    given, action = stepped.step.with_, stepped.done.action
    if action == "download-artifact":
        path = normpath(str(given.get("path", ".")).strip() or ".")
        name = str(given.get("name", ""))
        if not constant(path) or not constant(name):
            return f"where {name or 'what'} is downloaded to, only the run knows"
        if path == folder and name == artifact:
            return ""
        if path == folder or path == "." or path.startswith(f"{folder}/"):
            return f"{name or 'every artifact'} is downloaded into {path}"
        return None
    if stepped.step.uses is not None:
        touched = [k for k, v in given.items() if _names(folder, v.value)]
        if touched and not KNOWN.fullmatch(action):
            return f"{action} is given {folder} by `{touched[0]}`, and may write there"
        return None
    if stepped.done.foreign and re.search(rf"\b{re.escape(folder)}\b", str(stepped.step.run)):
        return f"{stepped.step.label} is not read here, names {folder}, and may write there"
    inside = stepped.step.folder != "" and _names(folder, stepped.step.folder)
    for command in stepped.done.commands:
        if _writes(command, folder) or (inside and command.name not in READERS):
            return f"`{' '.join(command.words)[:80]}` may write into {folder}"
    return None


def _names(folder: str, value: str) -> bool:
    # What a variable begins with is the workspace, as far as anybody can tell.
    words = [re.sub(rf"^{OPEN}/", "", word) for word in re.split(r"[\s,]+", value.strip())]
    return any(normpath(w) == folder or normpath(w).startswith(f"{folder}/") for w in words if w)


def _writes(command: Command, folder: str) -> bool:
    if any(_names(folder, target) for target in command.writes):
        return True
    if not any(_names(folder, word.partition("=")[2] or word) for word in command.words):
        return False
    return command.name not in READERS or command.words[1:2] == ("upload",)


def _made_once(book: Book, flow: Workflow, artifact: str) -> Iterator[Finding]:
    makers = [
        (job, stepped)
        for job in flow.jobs.values()
        for stepped in book.steps(job)
        if stepped.done.action == "upload-artifact"
        and str(stepped.step.with_.get("name", "artifact")) == artifact
    ]
    if len(makers) == 1:
        return
    found = f"{artifact} is uploaded by {len(makers)} steps; expected is one"
    fix = "Let one step make the artifact that is published."
    places = [at(job.file, stepped.line) for job, stepped in makers] or [at(flow.file, 1)]
    for place in places:
        yield failed("dist-extra", detail=found, fix=fix, **place)


def provenance(book: Book) -> Iterator[Finding]:
    """Exactly one *.intoto.jsonl a package, and none that the generator releases (O19, O29)."""
    made: dict[str, list[Job]] = {}
    for _, job in book.jobs:
        if job.uses is None or not job.uses.value.startswith(GENERATOR):
            continue
        said = job.with_.get("provenance-name")
        name = said.value.strip() if said else ALL_IN_ONE
        made.setdefault(name, []).append(job)
        if not constant(name) or not name.endswith(".intoto.jsonl"):
            found = f"provenance of job {job.id} is called {name}"
            fix = "Write out a name that ends in .intoto.jsonl."
            place = at(job.file, said.line if said else job.line)
            yield failed("provenance-name", detail=found, fix=fix, **place)
        assets = job.with_.get("upload-assets")
        if assets is not None and assets.value.strip().lower() != "false":
            found = f"upload-assets is {assets}: the generator makes a release of its own"
            fix = "Say `upload-assets: false`; stage-draft-release brings it to the draft."
            yield failed("upload-assets", detail=found, fix=fix, **at(job.file, assets.line))
    yield from _each_once(book, made)


def _each_once(book: Book, made: dict[str, list[Job]]) -> Iterator[Finding]:
    declared = {pair.value: pair.job for pair in book.inputs.provenance_names}
    for name, jobs in made.items():
        place = at(jobs[-1].file, jobs[-1].line)
        if len(jobs) > 1:
            found = f"{name} is made by {' and '.join(job.id for job in jobs)}"
            fix = "One provenance job a package, each with its own name."
            yield failed("provenance-name", detail=found, fix=fix, **place)
        if declared and name not in declared:
            found = f"job {jobs[-1].id} makes {name}, which is no package's"
            fix = "Declare it in `provenance-names`, or do not make it."
            yield failed("provenance-name", detail=found, fix=fix, **place)
    by_hand = [job for _, job in book.role("provenance") if job.uses is None]
    for name, package in declared.items():
        if name not in made and not _mentioned(book, by_hand, name) and book.release:
            found = f"no provenance job makes {name}, the one of {package}"
            fix = "Give a provenance job this `provenance-name`."
            yield failed("provenance-name", detail=found, fix=fix, **at(book.release[0].file, 1))


def _mentioned(book: Book, jobs: list[Job], name: str) -> bool:
    """Whether exactly one job that is no generator's names the file in a command or an input."""
    found = 0
    for job in jobs:
        for stepped in book.steps(job):
            words = [v.value for v in stepped.step.with_.values()]
            words += [w for c in stepped.done.commands for w in (*c.words, *c.writes)]
            found += any(name in word for word in words)
    return found >= 1
