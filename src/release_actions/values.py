"""The types an input may have. Each is called with the raw string, or raises ValueError.

The error says what is allowed; the door (`inputs.py`) adds the name and what was given.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Self

SHOWN = 400  # characters of foreign text that one cell or line may show


def fold(text: str, limit: int = SHOWN) -> str:
    """Foreign text as one line that can neither command a terminal nor turn its direction."""
    # Cc, Cf, Cs, Zl, Zp: control and format characters, surrogates, line and paragraph ends.
    cut = text[: limit * 4]
    if not cut.isprintable():  # nearly all text is, and a verdict may have 50,000 findings
        cut = "".join(" " if unicodedata.category(c) in HOSTILE else c for c in cut)
    line = " ".join(cut.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


HOSTILE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


class Sha(str):
    """A full object id: 40 (SHA-1) or 64 (SHA-256) hexadecimal digits, in lower case."""

    def __new__(cls, raw: str) -> Self:
        if not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", raw):
            raise ValueError("a full commit id, 40 or 64 lower-case hexadecimal digits")
        return super().__new__(cls, raw)

    @property
    def short(self) -> str:
        """The first twelve digits, for people."""
        return self[:12]


class Repository(str):
    """A repository as owner/name."""

    def __new__(cls, raw: str) -> Self:
        if not re.fullmatch(r"[A-Za-z0-9][\w-]*/(?!\.{1,2}$)[\w.-]+", raw, re.ASCII):
            raise ValueError("a repository as owner/name")
        return super().__new__(cls, raw)


class RefName(str):
    """A branch or tag name without refs/heads/ or refs/tags/ (rules of git-check-ref-format)."""

    BAD = re.compile(r"\.\.|@\{|//|/\.|\.lock(/|$)|[\x00-\x20\x7f~^:?*\[\\]|^[-/.]|[/.]$|^@$")

    def __new__(cls, raw: str) -> Self:
        if not raw or cls.BAD.search(raw) or raw.startswith("refs/"):
            raise ValueError(
                "a branch or tag name as git allows it, without refs/heads/ or refs/tags/"
            )
        return super().__new__(cls, raw)


class Commitish(str):
    """A full commit id, or a tag as refs/tags/NAME; what moves or is short is refused."""

    def __new__(cls, raw: str) -> Self:
        if raw.startswith("refs/tags/"):
            RefName(raw.removeprefix("refs/tags/"))
        else:
            try:
                Sha(raw)
            except ValueError:
                raise ValueError(
                    "a full commit id of 40 or 64 lower-case hexadecimal digits, or refs/tags/NAME"
                ) from None
        return super().__new__(cls, raw)

    @property
    def tag(self) -> RefName | None:
        """The tag's name, if it is one."""
        prefix = "refs/tags/"
        return RefName(self.removeprefix(prefix)) if self.startswith(prefix) else None


class Lines(tuple[str, ...]):
    """One value a line, or comma-separated where no line ends; blank ones do not count.

    A comma inside parentheses is part of the value: `test (ubuntu, 3.13)` is one matrix leg.
    """

    def __new__(cls, raw: str) -> Self:
        parts = raw.splitlines() if "\n" in raw else re.split(r",(?![^(]*\))", raw)
        return super().__new__(cls, (part.strip() for part in parts if part.strip()))


class WorkspaceFile(str):
    """A file to write, below the workspace: a relative path without `..`."""

    def __new__(cls, raw: str) -> Self:
        if not raw or raw.startswith(("/", "~")) or ".." in raw.split("/") or "\\" in raw:
            raise ValueError(cls.__doc__)
        return super().__new__(cls, raw)


class WorkflowFile(str):
    """A workflow by its file's path, .github/workflows/ci.yml; ci.yml alone is short for it."""

    FOLDER = ".github/workflows/"

    def __new__(cls, raw: str) -> Self:
        name = raw.removeprefix(cls.FOLDER)
        if not re.fullmatch(r"[\w.-][\w .-]*\.ya?ml", name, re.ASCII):
            raise ValueError("a workflow file such as ci.yml or .github/workflows/ci.yml")
        return super().__new__(cls, cls.FOLDER + name)

    @property
    def short(self) -> str:
        """The file's name."""
        return self.removeprefix(self.FOLDER)


class Workflows(tuple[WorkflowFile, ...]):
    """Workflow files, each once."""

    def __new__(cls, raw: str) -> Self:
        return super().__new__(cls, dict.fromkeys(WorkflowFile(line) for line in Lines(raw)))


class Duration(float):
    """A time span in seconds, written as 90s, 10m, 2h or 0s."""

    UNITS = {"s": 1, "m": 60, "h": 3600}  # noqa: RUF012  # a table, not state

    def __new__(cls, raw: str) -> Self:
        # At most a job's life on GitHub, 6 hours: what is longer would be killed unclearly.
        if match := re.fullmatch(r"([0-9]{1,5})([smh])", raw):
            seconds = int(match[1]) * cls.UNITS[match[2]]
            if seconds <= 6 * 3600:
                return super().__new__(cls, seconds)
        raise ValueError("a time such as 90s, 10m or 2h, at most 6h")

    def __str__(self) -> str:
        return spell(self)


def spell(seconds: float) -> str:
    """A time span for people: 45 s, 2 min 5 s, 1 h 3 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole % 60 else f"{whole // 60} min"
    minutes = whole % 3600 // 60
    return f"{whole // 3600} h {minutes} min" if minutes else f"{whole // 3600} h"


def flag(raw: str) -> bool:
    """`true` or `false`, as YAML 1.2 spells them."""
    try:
        return {"true": True, "false": False}[raw.lower()]
    except KeyError:
        raise ValueError("true or false") from None
