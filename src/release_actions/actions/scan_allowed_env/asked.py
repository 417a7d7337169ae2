"""What the caller asked of scan-allowed-env, and what the next step may read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from release_actions.errors import UsageError
from release_actions.formats.env_names import FORBIDDEN, ExactNames, NamePatterns, Names
from release_actions.values import Lines, Repository, WorkspaceFile
from release_actions.verdict import Outputs


class TreePaths(tuple[str, ...]):
    """Paths below the folder, one a line, with / and without `..`; * and ** match any."""

    def __new__(cls, raw: str) -> TreePaths:
        paths = [line.removeprefix("./").rstrip("/") or "." for line in Lines(raw)]
        if any(p.startswith(("/", "~")) or ".." in p.split("/") or "\\" in p for p in paths):
            raise ValueError(cls.__doc__)
        return super().__new__(cls, dict.fromkeys(paths))


@dataclass(frozen=True)
class Inputs:
    repository: Repository
    path: str = "."
    paths: TreePaths = TreePaths("")
    forbidden: NamePatterns = NamePatterns(FORBIDDEN)
    allowed: ExactNames = ExactNames("")
    required: ExactNames = ExactNames("")
    elsewhere: TreePaths = TreePaths("")
    remote: Literal["tell", "fail"] = "tell"
    computed: Literal["fail", "tell"] = "fail"
    sarif: WorkspaceFile | None = None

    def __post_init__(self) -> None:
        both = sorted(set(self.required) & {n for n in self.required if self.names.is_forbidden(n)})
        if both:
            raise UsageError(
                f"input `required`: `{both[0]}` was given; allowed: names that are not forbidden"
            )

    @cached_property
    def names(self) -> Names:
        return Names(tuple(self.forbidden), tuple(self.allowed), tuple(self.required))


@dataclass(frozen=True)
class Scanned(Outputs):
    files: int = 0
    found: int = 0
