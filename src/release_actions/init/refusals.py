"""Why init writes nothing: the exit code, and one line with what to do."""

from __future__ import annotations

from release_actions.errors import Exit, ReleaseError


class RefusedHereError(ReleaseError):
    """Something is in the way, or is not as it has to be."""

    exit = Exit.FAILED


class NothingRequiredError(ReleaseError):
    """There is no workflow that could be required to be green."""

    exit = Exit.MISSING
