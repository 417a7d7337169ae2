"""What an attestation is about: files by a pattern, a digest, or a list of checksums."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from rehearsal.standins.runner import RefusedError, workspace
from rehearsal.standins.upload_artifact.search import find

_MOST = 1024
_DIGEST = re.compile(r"sha256:([0-9a-fA-F]{64})")
#: A line of sha256sum: the digest, a space, a space or a star, and the name.
_LINE = re.compile(r"([0-9a-fA-F]{64}) [ *](.+)")


@dataclass(frozen=True)
class Subject:
    """One file, by name and content."""

    name: str
    sha256: str

    @property
    def told(self) -> dict[str, object]:
        """As an in-toto statement has it."""
        return {"name": self.name, "digest": {"sha256": self.sha256}}


def subjects(inputs: dict[str, str]) -> list[Subject]:
    """All that is meant, each once, by whichever one of the three inputs is given."""
    ways = ("subject-path", "subject-digest", "subject-checksums")
    given = [way for way in ways if inputs[way]]
    if not given:
        raise RefusedError(f"One of {', '.join(ways[:2])}, or {ways[2]} must be provided")
    if len(given) > 1:
        raise RefusedError(f"Only one of {', '.join(ways[:2])}, or {ways[2]} may be provided")
    read = {"subject-path": _paths, "subject-digest": _digest, "subject-checksums": _checksums}
    return list(dict.fromkeys(read[given[0]](inputs)))


def _paths(inputs: dict[str, str]) -> list[Subject]:
    patterns = inputs["subject-path"].replace(",", "\n")
    found = find(patterns, base=workspace(), hidden=True).files
    if not found:
        raise RefusedError(f"Could not find subject at path {inputs['subject-path']}")
    if len(found) > _MOST:
        raise RefusedError(f"Too many subjects specified. The maximum number is {_MOST}.")
    name = inputs["subject-name"]
    return [Subject(name or file.name, _sha256(file)) for file in found]


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _digest(inputs: dict[str, str]) -> list[Subject]:
    if not inputs["subject-name"]:
        raise RefusedError("subject-name must be provided when using subject-digest")
    told = _DIGEST.fullmatch(inputs["subject-digest"])
    if told is None:
        raise RefusedError('subject-digest must be in the format "sha256:<hex-digest>"')
    return [Subject(inputs["subject-name"], told[1].lower())]


def _checksums(inputs: dict[str, str]) -> list[Subject]:
    """A file of lines as sha256sum writes them, or the lines themselves."""
    text = inputs["subject-checksums"]
    if "\n" not in text and (file := workspace() / text).is_file():
        text = file.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > _MOST:
        raise RefusedError(f"Too many subjects specified. The maximum number is {_MOST}.")
    return [_line(line) for line in lines]


def _line(line: str) -> Subject:
    told = _LINE.fullmatch(line.strip())
    if told is None:
        raise RefusedError(f"Invalid digest: {line.split(maxsplit=1)[0]}")
    return Subject(told[2].strip(), told[1].lower())
