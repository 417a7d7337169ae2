"""Names of variables that are looked for, and a sound test that a text has none. No I/O.

A name is told in many spellings: `"\\x41LLOWED_X"` in YAML, `'ALL'"OWED_X"` in a shell, `"ALL" +
"OWED_X"` in Python, a line that is continued within it. `possible` says no only where none of them
can be meant, so that nearly all files need no closer look.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

from release_actions.values import Lines

FORBIDDEN = "^ALLOWED_\nUSE_ENV_POLICY"

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


class NamePatterns(tuple[str, ...]):
    """Names of variables, one a line: USE_ENV_POLICY, or by a regular expression ^ALLOWED_."""

    def __new__(cls, raw: str) -> Self:
        lines = Lines(raw)
        for line in lines:
            if line.startswith("^"):
                try:
                    re.compile(line)
                except re.error as error:
                    raise ValueError(f"{cls.__doc__} (`{line}`: {error})") from None
            elif not NAME.fullmatch(line):
                raise ValueError(cls.__doc__)
        return super().__new__(cls, dict.fromkeys(lines))


class ExactNames(tuple[str, ...]):
    """Whole names of variables, one a line, such as MERO_KMS_VERSION."""

    def __new__(cls, raw: str) -> Self:
        lines = Lines(raw)
        if not all(NAME.fullmatch(line) for line in lines):
            raise ValueError(cls.__doc__)
        return super().__new__(cls, dict.fromkeys(lines))


def literal(pattern: str) -> str:
    """What every name that a pattern matches begins with, as far as that can be read off."""
    if not pattern.startswith("^"):
        return pattern
    if "|" in pattern or "(?" in pattern:
        return ""
    plain = re.match(r"\w*", pattern[1:], re.ASCII)
    assert plain is not None  # it may be empty
    follows = pattern[1 + plain.end() :][:1]
    return plain[0][:-1] if follows in ("?", "*", "{") and plain[0] else plain[0]


# What may stand inside a name without being of it, in some of the languages that are read here:
# quotes, escapes and continued lines, `+` between two texts, and the indentation of a block.
DROPPED = b"'\"\\`+^$ \t\r\n"
UPPER = bytes(range(256)).upper()

# \x41 \u0041 \U00000041 \u{41} \101 \0101 \N{...}: in YAML, shells, Python and PowerShell.
_ESCAPE = re.compile(
    rb"[\\`](?:x\{?([0-9a-fA-F]{1,2})|u\{?([0-9a-fA-F]{1,8})|U([0-9a-fA-F]{1,8})|([0-7]{1,4})|N\{)"
)


@dataclass(frozen=True)
class Names:
    """Which names are forbidden, which are required, and which of the forbidden are let through."""

    forbidden: tuple[str, ...] = tuple(Lines(FORBIDDEN))
    allowed: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    _expressions: dict[bool, re.Pattern[str]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def is_forbidden(self, name: str, *, fold: bool = False) -> bool:
        """Whether a variable of this name must not be set. `fold`: where case does not count."""
        if not self._expression(fold).match(name):
            return False
        allowed = {each.upper() for each in self.allowed} if fold else self.allowed
        return (name.upper() if fold else name) not in allowed

    def _expression(self, fold: bool) -> re.Pattern[str]:
        if fold not in self._expressions:
            each = [p if p.startswith("^") else f"^{p}$" for p in self.forbidden]
            flags = re.ASCII | (re.IGNORECASE if fold else 0)
            joined = "|".join(f"(?:{p})" for p in each) or r"(?!)"
            self._expressions[fold] = re.compile(joined, flags)
        return self._expressions[fold]

    def wanted(self, name: str, *, fold: bool = False) -> bool:
        """Whether it has to be told that this variable is set."""
        return self.is_forbidden(name, fold=fold) or name in self.required

    def may_begin(self, prefix: str) -> bool:
        """Whether a name of which only the beginning is known could be forbidden."""
        return any(
            not begin or begin.startswith(prefix) or prefix.startswith(begin)
            for begin in map(literal, self.forbidden)
        )

    @cached_property
    def literals(self) -> tuple[bytes, ...]:
        """One of these stands in each text that may name such a variable; empty: cannot be said."""
        begins = [literal(pattern) for pattern in self.forbidden] + list(self.required)
        return () if "" in begins else tuple({begin.upper().encode() for begin in begins})

    def possible(self, text: bytes) -> bool:
        """Whether a text may name one of them, in any spelling; never no where it may."""
        if not self.literals and (self.forbidden or self.required):
            return True
        squeezed = text.translate(UPPER, DROPPED)
        return any(begin in squeezed for begin in self.literals) or _spells(text)


def _spells(text: bytes) -> bool:
    """Whether an escape in it stands for a letter, or for what a further escape begins with."""
    if b"\\" not in text and b"`" not in text:
        return False
    for found in _ESCAPE.finditer(text):
        hexadecimal = found[1] or found[2] or found[3]
        if hexadecimal is None and found[4] is None:
            return True  # by its name
        # `\0101` is one letter to echo, and two characters to printf.
        codes = [int(hexadecimal, 16)] if hexadecimal else _octal(found[4])
        # Python reads two digits after \x and four after \u, whatever follows them.
        codes += [int(found[2][:4], 16)] if found[2] else []
        if any(32 <= code < 127 for code in codes):
            return True
    return False


def _octal(digits: bytes) -> list[int]:
    return [int(digits[:length], 8) for length in range(1, len(digits) + 1)]
