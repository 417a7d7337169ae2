"""Where, on this machine, an address of the real world is played."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from rehearsal.standins.runner import RefusedError

#: Whose addresses they are, and the variable that says where they are played.
PLAYED = {
    "upload.pypi.org": "REHEARSAL_PYPI",
    "pypi.org": "REHEARSAL_PYPI",
    "test.pypi.org": "REHEARSAL_TESTPYPI",
    "crates.io": "REHEARSAL_CRATES",
}


def here(url: str) -> str:
    """The address on this machine, without a path; nothing is ever sent to any other.

    :raises RefusedError: for an address that is not played in this rehearsal.
    """
    parts = urlsplit(url)
    if parts.hostname in ("127.0.0.1", "localhost"):
        return f"{parts.scheme}://{parts.netloc}"
    variable = PLAYED.get(parts.hostname or "")
    if variable is None:
        raise RefusedError(f"{url} is not played in a rehearsal. Known: {', '.join(PLAYED)}")
    if not os.environ.get(variable):
        raise RefusedError(f"{parts.hostname} is not played in this rehearsal: no {variable}")
    return os.environ[variable]
