"""Which tags start a release: one pattern for all release workflows, or one for each."""

from __future__ import annotations

import re
from collections.abc import Mapping

from release_actions.formats.job_pattern import NONE

_LINE = re.compile(r"([\w .-]+\.ya?ml):\s*(\S.*)", re.ASCII)


class TagPatterns(tuple[str, ...]):
    """One pattern of tags, or `FILE.yml: PATTERN` for each release workflow, one a line."""

    def __new__(cls, raw: str) -> TagPatterns:
        lines = tuple(line.strip() for line in raw.splitlines() if line.strip())
        found = super().__new__(cls, lines)
        if len(lines) > 1 and len(found.by_file) < len(lines):
            raise ValueError(cls.__doc__)
        return found

    @property
    def by_file(self) -> Mapping[str, str]:
        """The pattern of each file that a line names; empty where one holds for all."""
        return {match[1]: match[2] for match in map(_LINE.fullmatch, self) if match}

    @property
    def all(self) -> frozenset[str]:
        """Each pattern, without `none`."""
        return frozenset(self.by_file.values() if self.by_file else self) - {NONE}

    @property
    def alone(self) -> str:
        """The pattern, where there is only one."""
        return next(iter(self.all)) if len(self.all) == 1 else ""

    def of(self, file: str) -> str:
        """What starts the workflow of this path; empty where nothing is said of it."""
        if self and not self.by_file:
            return self[0]
        return self.by_file.get(file.rpartition("/")[2], "")
