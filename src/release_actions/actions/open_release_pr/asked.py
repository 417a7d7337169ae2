"""What the caller asked of open-release-pr, and what the next step may read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from release_actions.errors import UsageError
from release_actions.formats.identity import ROBOT, Identity
from release_actions.formats.path_globs import PathGlobs
from release_actions.values import Lines, RefName, Repository, fold
from release_actions.verdict import Outputs

MARKER = "[automatically-tag-and-release-this-commit]"
TRAILER = "Prepared-by: release-actions open-release-pr"
LONGEST_TITLE = 256  # characters; GitHub takes no more


@dataclass(frozen=True)
class Inputs:
    repository: Repository
    base: RefName
    branch: RefName
    title: str
    base_pattern: Lines = Lines("")
    body: str = ""
    body_file: str = ""
    message: str = ""
    mark: bool = False
    marker: str = MARKER
    paths: PathGlobs = PathGlobs("")
    empty: Literal["fail", "skip", "allow"] = "fail"
    author: Identity = ROBOT
    draft: bool = False
    open_: bool = True
    path: str = "."

    def __post_init__(self) -> None:
        away = self.body_file.startswith("/") or ".." in self.body_file.split("/")
        rules = {
            "input `title`: allowed: one line of at most 256 characters": (
                "\n" not in self.title and len(self.title) <= LONGEST_TITLE
            ),
            "input `body-file`: it was given with `body`; allowed: one of the two": (
                not (self.body and self.body_file)
            ),
            "input `body-file`: allowed: a file below `path`, without ..": not away,
            "input `branch`: `base` was given; allowed: another branch": self.branch != self.base,
            "input `marker`: allowed: one line": "\n" not in self.marker,
        }
        if problems := [fold(told) for told, kept in rules.items() if not kept]:
            raise UsageError(problems)

    @property
    def text(self) -> str:
        """The whole message of the commit; the last line tells commits that were made here."""
        marker = [self.marker] if self.mark else []
        return "\n\n".join([self.message or self.title, *marker, TRAILER]) + "\n"


@dataclass(frozen=True)
class Opened(Outputs):
    number: int | None = None
    url: str = ""
    branch: str = ""
    commit: str = ""
    created: bool = False
