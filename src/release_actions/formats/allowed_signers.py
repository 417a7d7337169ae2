"""Who may sign: files of keys in the repository, and fingerprints that narrow them down."""

from __future__ import annotations

import re
from typing import Self

from release_actions.values import Lines

FINGERPRINT = re.compile(r"[0-9A-F]{40}|[0-9A-F]{64}|SHA256:[A-Za-z0-9+/]{43}")


class AllowedSigners(tuple[str, ...]):
    """Paths of key files (armoured OpenPGP, or git's allowed_signers), and whole fingerprints.

    A key must be in one of the files and, where fingerprints are given, be one of those.
    """

    def __new__(cls, raw: str) -> Self:
        lines = tuple(_normal(line) for line in Lines(raw))
        only_fingerprints = lines and all(map(FINGERPRINT.fullmatch, lines))
        if only_fingerprints or any(map(_unsound, lines)):
            raise ValueError(
                "files of keys in the repository, at least one, one a line, and whole fingerprints"
                " (40 hexadecimal digits or SHA256:...) that the key must be among"
            )
        return super().__new__(cls, lines)

    @property
    def fingerprints(self) -> frozenset[str]:
        return frozenset(line for line in self if FINGERPRINT.fullmatch(line))

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(line for line in self if not FINGERPRINT.fullmatch(line))

    def allow(self, fingerprint: str) -> bool:
        """Whether a key that is in a file may sign."""
        return not self.fingerprints or fingerprint in self.fingerprints


def _normal(line: str) -> str:
    """A fingerprint as gpg prints it: in groups, or in lower case."""
    close = re.sub(r"\s|^0x", "", line)
    return close.upper() if re.fullmatch(r"[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64}", close) else line


def _unsound(line: str) -> bool:
    # A short key id can be forged in minutes; taken for a file's name it would surprise.
    short = re.fullmatch(r"(0x)?[0-9A-Fa-f]{8,}", line) and not FINGERPRINT.fullmatch(line)
    outside = line.startswith("/") or ".." in line.split("/")
    half = line.startswith("SHA256:") and not FINGERPRINT.fullmatch(line)
    return bool(short or outside or half)
