"""Redirections, and the documents that begin behind the line that asks for them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from release_actions.formats.shell_words.nodes import Redirect
from release_actions.formats.shell_words.spelling import literally
from release_actions.formats.shell_words.words import Words

_REDIRECT = re.compile(r"(?:\d{1,3}|\{\w+\}|&)?(<<<|<<-|<<|<>|<&|<|>>|>\||>&|>)(?!\()")


@dataclass(frozen=True)
class Awaited:
    """A document that a line asked for, and the line that ends it."""

    redirect: Redirect
    end: str
    literal: bool
    tabs: bool  # those before its lines do not count


@dataclass
class Documents(Words):
    waiting: list[Awaited] = field(default_factory=list)

    def redirect(self, into: list[Redirect]) -> bool:
        """One redirection, if there is one here."""
        found = self.past(_REDIRECT)
        if found is None:
            return False
        self.blank()
        start = self.at
        target = self.word()
        operator = ("2" if found[0].startswith("2") else "") + found[1]
        redirect = Redirect(operator, target, target if found[1] == "<<<" else None)
        into.append(redirect)
        if found[1] in ("<<", "<<-"):
            raw = self.text[start : self.at]
            end = re.sub(r"['\"\\]", "", raw)
            self.waiting.append(Awaited(redirect, end, end != raw, found[1] == "<<-"))
        return True

    def redirects(self) -> tuple[Redirect, ...]:
        """All that are behind a group."""
        found: list[Redirect] = []
        self.blank()
        while self.redirect(found):
            self.blank()
        return tuple(found)

    def newline(self) -> None:
        """Past the end of a line, and the documents that begin behind it."""
        self.at += 1
        waiting, self.waiting = self.waiting, []
        for awaited in waiting:
            start = self.at
            body = self.document(awaited)
            read = literally if awaited.literal else self.expanded
            awaited.redirect.body = read(body, start)

    def document(self, awaited: Awaited) -> str:
        """The lines up to the one that ends it, which is passed; or all that is left."""
        start = self.at
        while not self.is_over():
            stop = self.text.find("\n", self.at)
            stop = stop if stop >= 0 else len(self.text)
            line = self.text[self.at : stop].rstrip("\r")
            before, self.at = self.at, min(stop + 1, len(self.text))
            if (line.lstrip("\t") if awaited.tabs else line) == awaited.end:
                return self.text[start:before]
        return self.text[start:]
