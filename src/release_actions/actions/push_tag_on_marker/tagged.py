"""The second look: the tags that the marks ask for, and which of them are there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from release_actions.actions.push_tag_on_marker.asked import Inputs
from release_actions.actions.push_tag_on_marker.marks import Mark
from release_actions.actions.push_tag_on_marker.pushed import Facts
from release_actions.clients.commit_proofs import Proof, proof
from release_actions.clients.dispatches import made_at, runs_for_tag
from release_actions.clients.github import Tag
from release_actions.formats.ci import WorkflowRun
from release_actions.formats.tag_pattern import Parts
from release_actions.values import RefName, Sha
from release_actions.world import World

LATELY = timedelta(days=7)


@dataclass(frozen=True)
class Claim:
    """The tag that a mark asks for, and what GitHub says of it; no name without a version."""

    mark: Mark
    name: RefName | None = None
    tag: Tag | None = None
    runs: tuple[WorkflowRun, ...] = ()
    proof: Proof | None = None
    made_at: datetime | None = None  # asked for an earlier push's tag, where it may lack its run

    @property
    def commit(self) -> Sha:
        return self.mark.commit.id

    @property
    def kept(self) -> bool:
        """Whether the tag is on the marked commit."""
        return self.tag is not None and self.tag.commit == self.commit


@dataclass(frozen=True)
class Tagged:
    """Every mark with what it claims; `installation`: the token may be GITHUB_TOKEN."""

    claims: tuple[Claim, ...]
    now: datetime
    installation: bool = False


def gather(inputs: Inputs, world: World, facts: Facts) -> Tagged:
    claims = tuple(_claim(inputs, world, mark) for mark in facts.found.marks)
    return Tagged(claims, world.clock.utc(), installation=world.token.startswith("ghs_"))


def _claim(inputs: Inputs, world: World, mark: Mark) -> Claim:
    github, repository, commit = world.github, inputs.repository, mark.commit.id
    name = _name(inputs, mark)
    if name is None:
        return Claim(mark)
    workflow, asked = inputs.dispatch, mark.pushed or mark.open_
    tag = github.tag(repository, name)
    earlier = tag is not None and tag.annotated and workflow and not mark.pushed
    return Claim(
        mark,
        name,
        tag=tag,
        runs=runs_for_tag(github, repository, workflow, name, commit) if workflow else (),
        proof=proof(github, repository, commit) if inputs.authors and asked else None,
        made_at=made_at(github, repository, tag.object) if tag and earlier else None,
    )


def _name(inputs: Inputs, mark: Mark) -> RefName | None:
    if mark.reading.version is None:
        return None
    try:
        return RefName(inputs.family.pattern.write(Parts(mark.reading.version)))
    except ValueError:  # such as 1.0.0-x.lock, which git takes for no tag's name
        return None


@dataclass(frozen=True)
class Aim:
    """What is settled in the first round: the left-over marks, and the tags that were there."""

    left: frozenset[Sha]
    there: frozenset[str]

    def asks(self, claim: Claim) -> bool:
        """Whether this run answers for the mark."""
        return claim.mark.pushed or claim.commit in self.left


def settle(inputs: Inputs, tagged: Tagged) -> Aim:
    left = (c.commit for c in tagged.claims if not c.mark.pushed and _left(inputs, tagged, c))
    return Aim(frozenset(left), frozenset(_there(tagged)))


def _left(inputs: Inputs, tagged: Tagged, claim: Claim) -> bool:
    """Whether an earlier run left it without its tag, or of late without the tag's run.

    An older tag without a run was released long ago: GitHub does not keep runs for ever.
    """
    if claim.mark.open_:
        return True
    made = claim.made_at
    return claim.kept and not claim.runs and made is not None and tagged.now - made < LATELY


def _there(tagged: Tagged) -> Iterator[str]:
    for claim in tagged.claims:
        if claim.kept and claim.name:
            yield claim.name
