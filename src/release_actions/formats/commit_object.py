"""A commit object as git stores it: its parents, its people and its message."""

from __future__ import annotations

import re
from dataclasses import dataclass

from release_actions.values import Sha


@dataclass(frozen=True)
class Person:
    """Who a commit says wrote or made it; whoever commits may write any name here."""

    name: str
    email: str


@dataclass(frozen=True)
class Commit:
    """One commit. `signed`: whether there is a signature, good or not."""

    id: Sha
    parents: tuple[Sha, ...]
    author: Person
    committer: Person
    message: str
    signed: bool = False

    @property
    def subject(self) -> str:
        """The first line of the message."""
        return self.message.lstrip("\n").partition("\n")[0].strip()

    def __str__(self) -> str:
        return f"{self.id.short} ({self.subject})"


def read(id: Sha, content: bytes) -> Commit:
    """The commit of its own bytes; a ValueError where they are none."""
    header, _, message = content.partition(b"\n\n")
    # What begins with a space goes on with the line before it: signatures, merged tags.
    fields = [line.partition(b" ") for line in header.split(b"\n") if not line.startswith(b" ")]
    told: dict[bytes, list[bytes]] = {}
    for name, _, value in fields:
        told.setdefault(name, []).append(value)
    if b"tree" not in told or b"author" not in told or b"committer" not in told:
        raise ValueError("no commit")
    encoding = told.get(b"encoding", [b"utf-8"])[0].decode("ascii", "replace")
    return Commit(
        id=id,
        parents=tuple(Sha(parent.decode("ascii")) for parent in told.get(b"parent", ())),
        author=_person(told[b"author"][0], encoding),
        committer=_person(told[b"committer"][0], encoding),
        message=_text(message, encoding),
        signed=b"gpgsig" in told or b"gpgsig-sha256" in told,
    )


def _person(line: bytes, encoding: str) -> Person:
    """`Name <mail> 1700000000 +0100`; the last angle brackets are the address, as git reads it."""
    match = re.match(r"(.*?) ?<([^<>]*)>[^<>]*$", _text(line, encoding), re.DOTALL)
    return Person(match[1], match[2]) if match else Person("", "")


def _text(content: bytes, encoding: str) -> str:
    """In the encoding that the commit names, else UTF-8; what is neither is replaced."""
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return content.decode("utf-8", "replace")
