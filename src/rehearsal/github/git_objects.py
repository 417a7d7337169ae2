"""Commit and tag objects as git stores them, parsed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

_SIGNATURE = re.compile(rb"^-----BEGIN (PGP SIGNATURE|SSH SIGNATURE|SIGNED MESSAGE)-----", re.M)


@dataclass(frozen=True)
class Person:
    """Who made an object, and when."""

    name: str
    email: str
    date: datetime


@dataclass(frozen=True)
class Commit:
    """A commit object."""

    oid: str
    tree: str
    parents: tuple[str, ...]
    author: Person
    committer: Person
    message: str
    signature: str | None
    payload: str


@dataclass(frozen=True)
class Tag:
    """An annotated tag object; what it points to may be another tag."""

    oid: str
    name: str
    target: str
    target_kind: str
    tagger: Person | None
    message: str
    signature: str | None
    payload: str


def parse_commit(oid: str, content: bytes) -> Commit:
    """The commit in `git cat-file commit`."""
    headers, message = _split(content)
    signature = next((v for k, v in headers if k in ("gpgsig", "gpgsig-sha256")), None)
    return Commit(
        oid=oid,
        tree=_one(headers, "tree"),
        parents=tuple(value for key, value in headers if key == "parent"),
        author=_person(_one(headers, "author")),
        committer=_person(_one(headers, "committer")),
        message=message.rstrip("\n"),
        signature=signature,
        payload=_without_signature(content),
    )


def parse_tag(oid: str, content: bytes) -> Tag:
    """The tag in `git cat-file tag`; its signature stands at the end of the message."""
    start = _SIGNATURE.search(content)
    end = start.start() if start else len(content)
    headers, _ = _split(content[:end])
    tagger = next((value for key, value in headers if key == "tagger"), None)
    return Tag(
        oid=oid,
        name=_one(headers, "tag"),
        target=_one(headers, "object"),
        target_kind=_one(headers, "type"),
        tagger=_person(tagger) if tagger else None,
        # GitHub shows the message of a signed tag with its signature.
        message=_split(content)[1].rstrip("\n"),
        signature=content[end:].decode(errors="replace") if start else None,
        payload=content[:end].decode(errors="replace"),
    )


def _split(content: bytes) -> tuple[list[tuple[str, str]], str]:
    head, _, message = content.decode(errors="replace").partition("\n\n")
    headers: list[tuple[str, str]] = []
    for line in head.split("\n"):
        if line.startswith(" "):  # A header of several lines goes on.
            key, value = headers[-1]
            headers[-1] = (key, f"{value}\n{line[1:]}")
        else:
            key, _, value = line.partition(" ")
            headers.append((key, value))
    return headers, message


def _one(headers: list[tuple[str, str]], wanted: str) -> str:
    return next(value for key, value in headers if key == wanted)


def _without_signature(content: bytes) -> str:
    head, separator, message = content.decode(errors="replace").partition("\n\n")
    kept: list[str] = []
    inside = False
    for line in head.split("\n"):
        inside = line.startswith(("gpgsig ", "gpgsig-sha256 ")) or (inside and line[:1] == " ")
        if not inside:
            kept.append(line)
    return "\n".join(kept) + separator + message


def _person(line: str) -> Person:
    who, _, when = line.rpartition("> ")
    name, _, email = who.partition(" <")
    seconds, _, zone = when.partition(" ")
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5])) * (-1 if zone[0] == "-" else 1)
    moment = datetime.fromtimestamp(int(seconds), timezone(offset))
    return Person(name, email, moment.astimezone(UTC))
