"""Every way a run can end. Callers branch on these numbers: they never change meaning.

A gate has three answers. Yes and no are verdicts; could-not-tell is an exception.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum


class Exit(IntEnum):
    """The exit codes, published as API."""

    OK = 0
    ERROR = 1  # could not tell: the world did not answer, or a bug; safe to run again
    USAGE = 2  # the inputs make no sense
    FAILED = 10  # looked, and it is wrong
    MISSING = 11  # looked, and it is not there (yet)


class ReleaseError(Exception):
    """The run could not reach a verdict."""

    exit = Exit.ERROR

    @property
    def lines(self) -> tuple[str, ...]:
        """What to tell, one problem a line."""
        return (str(self),)


class UsageError(ReleaseError):
    """Inputs that are absent or malformed: all of them, so that one run tells them all."""

    exit = Exit.USAGE

    def __init__(self, problems: str | Sequence[str]) -> None:
        self._problems = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("; ".join(self._problems))

    @property
    def lines(self) -> tuple[str, ...]:
        return self._problems


class UpstreamError(ReleaseError):
    """A service did not answer, or answered something that cannot be read.

    `passing` says that the same request may go well later: a 5xx, a reset, a rate limit.
    `after` is how many seconds the service asked to be left alone, if it did.
    """

    def __init__(self, message: str, *, passing: bool = False, after: float | None = None) -> None:
        super().__init__(message)
        self.passing = passing
        self.after = after


class RefusedError(ReleaseError):
    """A change that the service refused and gave the reason for: a finding with its own rule."""

    exit = Exit.FAILED

    def __init__(self, rule: str, detail: str, *, fix: str) -> None:
        super().__init__(detail)
        self.rule = rule
        self.detail = detail
        self.fix = fix


class PostponedError(ReleaseError):
    """A Change that was not taken now and may be taken later; making it again is safe.

    `after` is in how many seconds; a service that limits its rate says so. `made` is False where
    it certainly was not made, None where nobody can tell.
    """

    def __init__(self, message: str, *, after: float, made: bool | None = False) -> None:
        super().__init__(message)
        self.after = after
        self.made = made
