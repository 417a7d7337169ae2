"""What a release of a class must satisfy: the `[release-class.*]` tables of the config file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, Self

from release_actions.errors import UsageError
from release_actions.formats.tag_pattern import BranchPattern
from release_actions.values import Lines, fold


class RuleIds(tuple[str, ...]):
    """Whole rule ids, one a line, as a summary shows them: guard-release-tag/not-unique."""

    def __new__(cls, raw: str) -> Self:
        ids = Lines(raw)
        if not all(re.fullmatch(r"[a-z][a-z-]*/[a-z][a-z-]*", id) for id in ids):
            raise ValueError("rule ids one a line, such as guard-release-tag/not-unique")
        return super().__new__(cls, ids)

    def of(self, action: str) -> frozenset[str]:
        """The rules of one action, by their short names."""
        return frozenset(id.split("/")[1] for id in self if id.startswith(f"{action}/"))


ClassName = Literal["stable", "rc", "hotfix", "dev"]


@dataclass(frozen=True)
class ReleaseClass:
    """One class as its table has it. What the table leaves out is as `BUILT_IN` says."""

    prerelease: bool | None = None  # whether the release is marked so; else by the class's name
    signed: bool | None = None  # whether the tag must be signed, if the workflow asks or not
    advisory: RuleIds | None = None  # rules that only advise
    branch: BranchPattern | None = None  # where its commits come from, such as release/{minor}
    base: Literal["any", "stable-tag"] | None = None  # stable-tag: the stable one it patches
    max_changed_files: int | None = None  # between that base and the release
    notes_sections: Lines | None = None  # headings that the release notes must have
    catalog: Literal["required", "optional"] | None = None  # its entry in the catalog
    policy: Literal["final", "any"] | None = None  # the measurement policy it is built with
    end_to_end: Literal["required", "advisory"] | None = None  # the end-to-end run

    def advice(self, action: str) -> frozenset[str]:
        """The rules of this action that only advise."""
        return self.advisory.of(action) if self.advisory else frozenset()


_FULL = ReleaseClass(
    prerelease=False,
    signed=False,
    advisory=RuleIds(""),
    base="any",
    notes_sections=Lines(""),
    catalog="required",
    policy="final",
    end_to_end="required",
)
_TRIAL = replace(_FULL, prerelease=True, catalog="optional", policy="any", end_to_end="advisory")

BUILT_IN: Mapping[str, ReleaseClass] = {
    "stable": _FULL,
    "hotfix": replace(_FULL, base="stable-tag"),
    "rc": _TRIAL,
    "dev": _TRIAL,
}


def demands(name: ClassName, tables: Mapping[str, ReleaseClass]) -> ReleaseClass:
    """What this class demands: what its table says, else what is built in."""
    table = tables.get(name, ReleaseClass())
    said: dict[str, Any] = {
        part.name: value
        for part in fields(table)
        if (value := getattr(table, part.name)) is not None
    }
    return replace(BUILT_IN[name], **said)


def require_known(tables: Mapping[str, ReleaseClass]) -> None:
    """A misspelt class would silently demand nothing."""
    if strange := [fold(name, 60) for name in tables if name not in BUILT_IN]:
        allowed = ", ".join(BUILT_IN)
        raise UsageError(
            [f"[release-class.{name}]: no such class; allowed: {allowed}" for name in strange]
        )
