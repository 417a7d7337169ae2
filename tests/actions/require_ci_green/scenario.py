"""What one scenario of the corpus says, and the words that its tables are written in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tests.actions.require_ci_green.scene import Step

OK, ERROR, USAGE, FAILED, MISSING = 0, 1, 2, 10, 11


@dataclass(frozen=True)
class Scenario:
    """A world, what is asked, and what must come of it.

    Where it is `hidden` the truth would allow a yes, and the gate cannot see it.
    `rule` is the bad finding that must be there ("" for a yes); `says` stands in the log.
    """

    id: str
    pain: str
    exit: int
    rule: str
    steps: tuple[Step, ...]
    given: Mapping[str, str] = field(default_factory=dict)
    says: str = ""
    hidden: bool = False

    @property
    def inputs(self) -> dict[str, str]:
        """ci.yml is asked for, unless told."""
        return {"workflows": "ci.yml"} | dict(self.given)


def yes(id: str, pain: str, *steps: Step, says: str = "", **given: str) -> Scenario:
    """A scenario that must pass."""
    return Scenario(id, pain, OK, "", steps, _kebab(given), says)


def no(id: str, pain: str, rule: str, *steps: Step, says: str = "", **given: str) -> Scenario:
    """A scenario that must be refused, by this rule."""
    return Scenario(id, pain, FAILED, rule, steps, _kebab(given), says)


def not_yet(id: str, pain: str, rule: str, *steps: Step, says: str = "", **given: str) -> Scenario:
    """A scenario in which something is missing that may still come, by this rule."""
    return Scenario(id, pain, MISSING, rule, steps, _kebab(given), says)


def hidden(scenario: Scenario) -> Scenario:
    """A scenario that is refused only because the gate cannot see what is true."""
    return replace(scenario, hidden=True)


def unknown(id: str, pain: str, says: str, *steps: Step, **given: str) -> Scenario:
    """A scenario in which it cannot be told, and the log says why."""
    return Scenario(id, pain, ERROR, "", steps, _kebab(given), says)


def unusable(id: str, pain: str, says: str, *steps: Step, **given: str) -> Scenario:
    """A scenario whose inputs make no sense, and the log says why."""
    return Scenario(id, pain, USAGE, "", steps, _kebab(given), says)


def _kebab(given: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in given.items()}
