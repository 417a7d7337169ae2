"""What a commit changes, whatever it stands on: its diff without line numbers and blob ids.

`git patch-id` leaves white space out of it, and some versions of git binary files and modes too.
Here a change of the indentation is a change, and so is one of a mode or of a binary file: two
patches that are the same here have the same patch id, and not the other way round.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

# Where a hunk is, and what function git thinks it is in; and the blobs on either side.
PLACE = re.compile(rb"^(@@) -[0-9,]+ \+[0-9,]+ @@.*$", re.MULTILINE)
BLOBS = re.compile(rb"^index [0-9a-f]{40,64}\.\.[0-9a-f]{40,64}.*\n", re.MULTILINE)
COMMIT = re.compile(rb"^([0-9a-f]{40}(?:[0-9a-f]{24})?)\n", re.MULTILINE)


@dataclass(frozen=True)
class Patch:
    """A diff by its digests; both are empty where nothing is changed."""

    exact: str
    loose: str  # without any white space: what `git patch-id` compares


def read(diff: bytes) -> Patch:
    """The patch of one commit, as `git diff-tree -p --full-index --binary` writes it."""
    if not diff.strip():
        return Patch("", "")
    plain = BLOBS.sub(b"", PLACE.sub(rb"\1", diff))
    return Patch(_digest(plain), _digest(b"".join(plain.split())))


def split(stream: bytes) -> Iterator[tuple[str, bytes]]:
    """Each commit's id and diff, of `git diff-tree --stdin`.

    No line of a diff is an id: text begins with a sign, and base 85 has no such length.
    """
    parts = COMMIT.split(stream)
    for id, diff in zip(parts[1::2], parts[2::2], strict=True):
        yield id.decode(), diff


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
