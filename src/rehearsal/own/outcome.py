"""How the caller's workflow ended, and what that left behind. No I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rehearsal import ending
from rehearsal.github import Run
from rehearsal.ledger import Called
from rehearsal.own.approvals import Approval
from rehearsal.own.permits import Permit
from rehearsal.played import Played
from rehearsal.rehearse import EndedStory, ending_of, failed_steps
from rehearsal.stories import Ending, Story, World

State = Mapping[str, Any]


@dataclass(frozen=True)
class Ended:
    """The whole of it."""

    stories: tuple[EndedStory, ...]
    unplayed: tuple[str, ...]
    """Runs that were started and could not be played, and why."""
    approvals: tuple[Approval, ...]
    permits: tuple[Permit, ...]
    before: State
    after: State
    public: tuple[str, ...]
    """What everybody can get now, and could not before."""
    other: tuple[str, ...]
    """What else is there now, for maintainers: drafts, branches, pull requests."""

    @property
    def wrong(self) -> tuple[str, ...]:
        """Why this is no release, beside what failed in a run."""
        found = [f"{one.job}: {one.refused}" for one in self.approvals if one.refused]
        found += list(self.unplayed)
        found += [f"not the same bytes: {line}" for line in self.after["disagreements"]]
        if not self.public and not self.other and all(one.played.ok for one in self.stories):
            found.append("nothing was released, and nothing was prepared: the world is as it was")
        return tuple(found)

    @property
    def ok(self) -> bool:
        """Whether every run ended well, and something came of it."""
        played = bool(self.stories) and all(one.played.ok for one in self.stories)
        return played and not self.wrong

    @property
    def word(self) -> str:
        """In a word."""
        if self.ok:
            return "released" if self.public else "done"
        bad = [one for one in self.stories if not one.played.ok]
        return bad[0].ending if bad else "not released"


def story(
    run: Run, played: Played, calls: tuple[Called, ...], seconds: float, world: World
) -> EndedStory:
    """One run, as reports have it."""
    ended, rules = _ending(played)
    expected: Ending = "done"
    return EndedStory(
        story=Story(run.path.rpartition("/")[2], _title(run), lambda world: run, expected, last=""),
        played=played,
        ending=ended,
        rules=rules,
        seconds=seconds,
        requests=len(calls),
        calls=calls,
        end=ending.end_state(world),
        digests=ending.digests(world),
    )


def _title(run: Run) -> str:
    at = run.ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
    return f"{run.path} for {run.event} of {at} ({run.commit[:12]})"


def _ending(played: Played) -> tuple[Ending, tuple[str, ...]]:
    """`done`, or as stories end: by a rule of ours, by a step of theirs, or not at all."""
    judged = Story("", "", lambda world: None, "done", last="")  # type: ignore[arg-type, return-value]
    rules = ending_of(judged, played)[1]
    if played.ok:
        return "done", ()
    outcomes = {step.outputs.get("outcome") for _, step in failed_steps(played)}
    if played.unseen or played.timed_out or not outcomes:
        return "broken", rules
    if outcomes == {None}:
        return "stopped", rules
    return ("refused" if outcomes == {"failed"} else "could not tell"), rules


def of(
    stories: Sequence[EndedStory],
    unplayed: Sequence[str],
    approvals: Sequence[Approval],
    permits: Sequence[Permit],
    before: State,
    after: State,
) -> Ended:
    """The whole of it, with what is there now and was not before."""
    return Ended(
        stories=tuple(stories),
        unplayed=tuple(unplayed),
        approvals=tuple(approvals),
        permits=tuple(permits),
        before=before,
        after=after,
        public=tuple(_public(before, after)),
        other=tuple(_other(before, after)),
    )


def _public(before: State, after: State) -> list[str]:
    found = []
    for release in _new(before, after, "releases"):
        if not release["draft"]:
            kind = "prerelease" if release["prerelease"] else "release"
            found.append(f"GitHub: the {kind} {release['tag']} with {_assets(release)}")
    found += [f"PyPI: {one['name']}" for one in _new(before, after, "pypi")]
    found += [f"crates.io: {one['name']} {one['version']}" for one in _new(before, after, "crates")]
    found += [f"GitHub: the tag {ref[10:]}" for ref in _refs(before, after, "refs/tags/")]
    return found


def _other(before: State, after: State) -> list[str]:
    found = [
        f"GitHub: a draft of the release {release['tag']} with {_assets(release)}"
        for release in _new(before, after, "releases")
        if release["draft"]
    ]
    found += [f"GitHub: the branch {ref[11:]}" for ref in _refs(before, after, "refs/heads/")]
    found += [
        f"GitHub: a pull request of {one['head']} into {one['base']}: {one['title']}"
        for one in _new(before, after, "pulls")
    ]
    attested = _new(before, after, "attested")
    if attested:
        names = ", ".join(one["name"] for one in attested)
        found.append(f"GitHub: attestations of {names}")
    return found


def _new(before: State, after: State, kind: str) -> list[Any]:
    return [one for one in after[kind] if one not in before[kind]]


def _refs(before: State, after: State, under: str) -> list[str]:
    return [
        ref
        for ref, told in after["refs"].items()
        if ref.startswith(under) and before["refs"].get(ref) != told
    ]


def _assets(release: Mapping[str, Any]) -> str:
    count = len(release["assets"])
    return f"{count} file{'' if count == 1 else 's'}" if count else "no file"
