"""The second look: where GitHub has the tag, its branch and its counterpart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from release_actions.actions.guard_release_tag.asked import Guarded, Inputs
from release_actions.actions.guard_release_tag.naming import Facts
from release_actions.clients.github import Tag
from release_actions.formats.release_class import ReleaseClass, demands
from release_actions.formats.release_family import Release, ReleaseFamily
from release_actions.formats.tag_pattern import Parts
from release_actions.formats.versions import Version
from release_actions.values import RefName, Sha
from release_actions.verdict import Finding, Verdict, failed, missing, ok
from release_actions.world import World


@dataclass(frozen=True)
class Placed:
    """What GitHub says of the tag and of the branch; nothing where the tag is no release."""

    release: Release | None
    family: ReleaseFamily
    demands: ReleaseClass
    branch: RefName
    tag: Tag | None = None
    head: Sha | None = None
    pair: RefName | None = None
    paired: Tag | None = None
    signed: bool = False  # whether it must be, by the inputs or by its class
    patches: bool = False  # whether it must stand on the tag that it patches
    names: tuple[str, ...] = ()  # of the family's tags, where it patches one of them

    @property
    def version(self) -> Version | None:
        return self.release.version if self.release else None


def gather(inputs: Inputs, world: World, facts: Facts) -> Placed:
    release, family, github = facts.release, facts.family, world.github
    if release is None:
        return Placed(None, family, ReleaseClass(), inputs.branch)
    demand = demands(release.class_, inputs.release_class)
    pattern = demand.branch or family.branch
    branch = RefName(pattern.write(release.parts)) if pattern else inputs.branch
    pair = RefName(family.pairs_with.write(release.parts)) if family.pairs_with else None
    patches = demand.base == "stable-tag" and release.version is not None
    return Placed(
        release,
        family,
        demand,
        branch,
        tag=github.tag(inputs.repository, inputs.tag),
        head=github.branch_head(inputs.repository, branch),
        pair=pair,
        paired=github.tag(inputs.repository, pair) if pair else None,
        signed=inputs.signed or bool(demand.signed),
        patches=patches,
        names=github.tag_names(inputs.repository, family.pattern.prefix(Parts()))
        if patches
        else (),
    )


def decide(inputs: Inputs, facts: Placed) -> Verdict:
    if facts.release is None:
        told = ok(
            "not-a-release", f"tag {inputs.tag}", "it is no release: nothing more is looked at"
        )
        return Verdict([told], Guarded())
    return Verdict([*_at_commit(inputs, facts), _branch_there(facts), *_paired(facts)], Guarded())


def _at_commit(inputs: Inputs, facts: Placed) -> Iterator[Finding]:
    """PAINS A15: compared is what the tag peels to, never the id of a tag object."""
    subject = f"tag {inputs.tag}"
    if facts.tag is None:
        yield missing(
            "tag-missing", subject, "there is no such tag", fix="Push the tag, then run again."
        )
        return
    for name, commit in (("commit", inputs.commit), ("expected-commit", inputs.expected_commit)):
        if commit is None:
            continue
        if facts.tag.commit == commit:
            yield ok("tag-moved", subject, f"it peels to {commit}, the {name}")
        else:
            found = f"it peels to {facts.tag.commit}, not to {commit}, the {name}"
            fix = "Find out who moved it. Release what it names now in a run of its own."
            yield failed("tag-moved", subject, found, fix=fix)


def _branch_there(facts: Placed) -> Finding:
    subject = f"branch {facts.branch}"
    if facts.head is None:
        fix = "Name the branch that is released from in `branch`, or in the family or class."
        return failed("branch-missing", subject, "there is no such branch", fix=fix)
    return ok("branch-missing", subject, f"its head is {facts.head}")


def _paired(facts: Placed) -> Iterator[Finding]:
    if facts.pair is None:
        return
    subject = f"tag {facts.pair}"
    if facts.paired is None:
        fix = "Make that tag first, on the commit that was built, or correct this tag's parts."
        yield failed("counterpart-missing", subject, "it must be there before this one", fix=fix)
    else:
        yield ok("counterpart-missing", subject, f"it is there, at {facts.paired.commit}")
