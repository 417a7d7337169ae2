"""What a named fault is: what happens, how it strikes, and the end that must follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rehearsal.faults import Fault

if TYPE_CHECKING:
    from rehearsal.github import Repository, Run
    from rehearsal.played import Played
    from rehearsal.stories import World

ServiceName = Literal["github", "pypi", "crates", "sigstore"]
How = Literal["recovered", "recovered by a re-run", "refused", "could not tell"]


@dataclass
class Scene:
    """The world that a fault strikes, the run that is on, and a way to start the same again."""

    world: World
    run: Run
    play: Callable[[Run], Played]

    @property
    def repository(self) -> Repository:
        return self.world.repository


Deed = Callable[[Scene], object]


@dataclass(frozen=True, kw_only=True)
class Strike:
    """One fault of one service; a `meanwhile` has somebody do something."""

    fault: Fault
    at: ServiceName = "github"
    do: Deed | None = None


@dataclass(frozen=True)
class Must:
    """The end that must follow.

    `recovered`: the run itself ends as if nothing had happened, and so does the world.
    `recovered by a re-run`: it ends otherwise at first; when what was wrong is over, and all jobs
    run again, the world ends as if nothing had happened.
    `refused`: looked, and it is wrong or not there (exit 10 or 11), by this rule (the
    first that is told).
    `could not tell`: no verdict (exit 1), or one of the outcome `unknown` by this rule.
    """

    how: How
    rule: str | None = None
    published: bool = False
    """Of what is refused or not told: whether something is public by then."""

    def __str__(self) -> str:
        by = f": `{self.rule}`" if self.rule else ""
        return f"{self.how}{by}"


RECOVERED = Must("recovered")
AGAIN = Must("recovered by a re-run")
UNTOLD = Must("could not tell")


def refused(rule: str, *, published: bool = False) -> Must:
    """Refused by this rule, before anything was public unless told."""
    return Must("refused", rule, published)


@dataclass(frozen=True, kw_only=True)
class NamedFault:
    """One row of the table."""

    name: str
    happens: str
    """One sentence for people."""
    source: str
    """Where it was seen: numbers of the pains of real releases (B.16), or of the five systems."""
    system: str
    strikes: tuple[Strike, ...]
    must: Must
    mend: Deed | None = None
    """What somebody does before the re-run, beside waiting until it is over."""
    besides: tuple[str, ...] = ()
    """Parts of the end that the fault itself changed: `refs.refs/heads/main`."""


def meanwhile(
    do: Deed,
    *,
    route: str,
    at: ServiceName = "github",
    call: int = 1,
    when: Literal["before", "after"] = "before",
) -> Strike:
    """Somebody does something right before, or after, a call of a route."""
    return Strike(fault=Fault(kind="meanwhile", route=route, call=call, when=when), at=at, do=do)


def rows(system: str, at: ServiceName = "github") -> Callable[..., NamedFault]:
    """A maker of rows of one system, whose plain faults strike one service."""

    def row(
        name: str,
        happens: str,
        source: str,
        must: Must,
        *strikes: Strike | Fault,
        mend: Deed | None = None,
        besides: tuple[str, ...] = (),
    ) -> NamedFault:
        struck = [Strike(fault=one, at=at) if isinstance(one, Fault) else one for one in strikes]
        return NamedFault(
            name=name,
            happens=happens,
            source=source,
            system=system,
            strikes=tuple(struck),
            must=must,
            mend=mend,
            besides=besides,
        )

    return row
