"""What is there at the end: digests side by side, and the whole state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from rehearsal.report import parts
from rehearsal.report.markup import join, sha, tag, visible, words
from rehearsal.report.model import Digest, End

_NAMES = {"pypi": "PyPI", "pulls": "Pull requests"}


def end(told: End) -> Markup:
    """The files by name, then everything else."""
    if not told.state and not told.digests:
        return tag("p", "The end state was not looked at.", class_="note")
    there = [_part(name, value) for name, value in told.state.items() if value]
    absent = [visible(name, 60) for name, value in told.state.items() if not value]
    note = tag("p", f"None: {', '.join(absent)}.", class_="note") if absent else None
    return join([_digests(told.digests), there, note])


def _digests(digests: Sequence[Digest]) -> Markup | None:
    if not digests:
        return None
    head = ("file", "attested", "packaged", "served", "same bytes")
    wrong = sum(not digest.same for digest in digests)
    caption = "Each file by its SHA-256: " + (
        f"{wrong} with different bytes" if wrong else "the same bytes wherever it is known"
    )
    rows = [
        (
            tag("bdi", visible(digest.name, 200)),
            *(_sums(sums) for sums in (digest.attested, digest.packaged, digest.served)),
            _same(digest),
        )
        for digest in digests
    ]
    return parts.table(caption, head, rows)


def _same(digest: Digest) -> Markup:
    """Bytes that somebody does not have yet are no proof of anything."""
    if not digest.same:
        return parts.badge("different", "bad")
    whole = digest.attested and digest.packaged and digest.served
    return parts.badge("same", "good") if whole else parts.badge("not everywhere", "quiet")


def _sums(sums: Sequence[str]) -> Markup:
    return join([tag("div", sha(one)) for one in sums]) if sums else Markup("–")


def _part(name: str, value: Any) -> Markup:
    title = visible(name.replace("_", " "), 60)
    size = len(value) if isinstance(value, (Mapping, list, tuple)) else 1
    shown = _NAMES.get(title, title[:1].upper() + title[1:])
    return parts.fold(f"{shown} ({size})", _shown(shown, value))


def _shown(title: str, value: Any) -> Markup:
    """Lists of alike things as a table, things with names as rows, all else as text."""
    if isinstance(value, Mapping):
        named = [(words(str(key)), _cell(one)) for key, one in value.items()]
        return parts.table(title, ("name", "what is there"), named)
    if isinstance(value, (list, tuple)) and all(isinstance(one, Mapping) for one in value):
        head = list(dict.fromkeys(str(key) for one in value for key in one))
        rows = [[_cell(one.get(key)) for key in head] for one in value]
        return parts.table(title, head, rows)
    if isinstance(value, (list, tuple)):
        return tag("ul", [tag("li", _cell(one)) for one in value[: parts.ROWS]])
    return tag("p", _cell(value))


def _cell(value: Any) -> Markup:
    match value:
        case None | "":
            return Markup("–")
        case bool():
            return Markup("yes" if value else "no")
        case Mapping():
            items = [tag("li", visible(str(k), 200), ": ", _cell(v)) for k, v in value.items()]
            return tag("ul", items[: parts.ROWS]) if items else Markup("–")
        case list() | tuple():
            items = [tag("li", _cell(one)) for one in value]
            return tag("ul", items[: parts.ROWS]) if items else Markup("–")
        case _:
            text = str(value)
            return sha(text) if _is_digest(text) else words(text)


def _is_digest(text: str) -> bool:
    bare = text.removeprefix("sha256:")
    return len(bare) in (40, 64) and all(c in "0123456789abcdef" for c in bare)
