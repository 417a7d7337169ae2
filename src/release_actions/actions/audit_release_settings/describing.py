"""Describes the repository as it is, in the words of the config file.

What is not so today, and what could not be read, stands there as a comment: a description that
was cut short shows where.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from release_actions.actions.audit_release_settings import binding
from release_actions.actions.audit_release_settings.asked import NAME, key
from release_actions.actions.audit_release_settings.binding import (
    BRANCH_DEMANDS,
    TAG_DEMANDS,
    Bound,
)
from release_actions.actions.audit_release_settings.looking import Facts
from release_actions.actions.audit_release_settings.saying import SILENT
from release_actions.actions.audit_release_settings.settings import PARTS, SETTINGS
from release_actions.clients.environments import Environment
from release_actions.clients.rules import Rulesets
from release_actions.clients.settings import Unread
from release_actions.formats import toml_text
from release_actions.formats.guards import Ruleset
from release_actions.values import fold


@dataclass(frozen=True)
class Line:
    """One line of the config: a key with its value; or, as a comment, why there is none."""

    key: str
    value: Any = None
    remark: str = ""
    needs: str = ""  # the permission that would bring the value

    @property
    def declares(self) -> bool:
        return self.value is not None and not self.remark

    def __str__(self) -> str:
        if not self.declares:
            value = "" if self.value is None else f" = {toml_text.value(self.value)}"
            return f"# {fold(self.key)}{value}  # {fold(self.remark, 200)}"
        return f"{self.key} = {toml_text.value(self.value)}"


@dataclass(frozen=True)
class Section:
    """One table, and the lines in it."""

    name: tuple[str, ...]
    lines: tuple[Line, ...]

    def __str__(self) -> str:
        heading = f"[{'.'.join(map(toml_text.key, self.name))}]"
        declares = any(line.declares for line in self.lines)
        # A table without a declaration is refused, so it is no more than a remark.
        mark = "" if declares or len(self.name) == 1 else "# "
        return "".join(f"{line}\n" for line in (f"{mark}{heading}", *self.lines))


def sections(facts: Facts) -> Iterator[Section]:
    yield Section((NAME,), tuple(_repository(facts)))
    if isinstance(facts.environments, Unread):
        yield Section((NAME, "environment"), (_unread("environment", facts.environments),))
    else:
        for environment in facts.environments:
            lines = tuple(_environment(environment))
            yield Section((NAME, "environment", environment.name), lines)
    for name, found in facts.branches.items():
        bound = binding.of_branch(name, found, facts.rulesets)
        yield Section((NAME, "branch", name), tuple(_branch(bound)))
    for pattern in _patterns(facts.rulesets):
        bound = binding.of_tags(pattern, facts.rulesets)
        yield Section((NAME, "tag", pattern), (*_demands(bound, TAG_DEMANDS), *_bypass(bound)))


def _unread(key: str, why: Unread) -> Line:
    return Line(key, None, f"not readable without `{why.needs}`", why.needs)


def _line(key: str, found: Any) -> Line:
    if found is None:
        found = SILENT
    return _unread(key, found) if isinstance(found, Unread) else Line(key, found)


def _repository(facts: Facts) -> Iterator[Line]:
    for setting in SETTINGS:
        name, found = key(setting.field), setting.read(facts)
        if setting.field == "immutable_releases" and found is False:
            yield Line(name, True, "not so today")
        elif setting.of_selected and facts.selected is None:
            yield Line(name, None, "only where allowed-actions is selected")
        elif setting.field == "allowed_actions" and found is None and _actions_off(facts):
            yield Line(name, None, "Actions is off")
        else:
            yield _line(name, found)


def _actions_off(facts: Facts) -> bool:
    return not isinstance(facts.policy, Unread) and not facts.policy.enabled


def _environment(found: Environment) -> Iterator[Line]:
    for part in PARTS:
        if part.field != "deployment_policies" or found.deployment == "custom":
            yield _line(key(part.field), getattr(found, part.read))


def _branch(bound: Bound) -> Iterator[Line]:
    reviews = max((guard.reviews for guard in bound.guards), default=0)
    checks = sorted({check for guard in bound.guards for check in guard.checks})
    yield from _demands(bound, BRANCH_DEMANDS)
    for name, value in (("reviews", reviews), ("status-checks", tuple(checks))):
        if value:
            yield Line(name, value)
        elif bound.lacking:
            yield _unread(name, bound.lacking)
        else:
            yield Line(name, None, "none today")
    bound_too = binding.admins(bound)
    if bound_too is None:
        yield _unread("enforce-admins", _why(bound))
    else:
        yield Line("enforce-admins", True, "" if bound_too else "not so today")
    yield from _bypass(bound)


def _demands(bound: Bound, demands: Iterable[str]) -> Iterator[Line]:
    for name in map(key, demands):
        if any(name in guard.demands for guard in bound.guards):
            yield Line(name, True)
        elif bound.lacking:
            yield _unread(name, bound.lacking)
        else:
            yield Line(name, True, "not so today")


def _bypass(bound: Bound) -> Iterator[Line]:
    if bound.guards or bound.unread:
        yield _line("bypass", binding.passing(bound))
    else:
        yield Line("bypass", None, "nothing binds it")


def _why(bound: Bound) -> Unread:
    found = binding.passing(bound)
    assert isinstance(found, Unread)  # or it could have been told
    return found


def _patterns(rulesets: Rulesets) -> Iterator[str]:
    """The patterns that active tag rulesets are for, each once; `*` for all tags."""
    known = () if isinstance(rulesets, Unread) else rulesets
    included = [
        name
        for ruleset in known
        if isinstance(ruleset, Ruleset)
        and (ruleset.target, ruleset.enforcement) == ("tag", "active")
        for name in ruleset.include
    ]
    names = ["*" if name == "~ALL" else name.removeprefix("refs/tags/") for name in included]
    yield from dict.fromkeys(names or ["*"])
