"""What the page is made of: signs, badges, tables, folds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from markupsafe import Markup

from rehearsal.report.markup import Child, join, tag, visible

Kind = Literal["good", "bad", "unsure", "quiet"]

ROWS = 400
"""Rows of one table; the rest is in the JSON."""

KINDS: dict[str, Kind] = {
    "success": "good", "ok": "good", "released": "good", "done": "good", "due": "good",
    "failure": "bad", "failed": "bad", "cancelled": "bad", "broken": "bad", "refused": "bad",
    "stopped": "bad", "unseen": "bad", "unknown": "unsure", "missing": "unsure",
    "could not tell": "unsure", "skipped": "quiet",
}  # fmt: skip
WORDS = {
    "success": "passed", "failure": "failed", "unseen": "not played", "ok": "ok",
    "unknown": "could not tell",
}  # fmt: skip
#: Drawn in a square of 16: nobody needs a font for them.
PATHS: dict[Kind, str] = {
    "good": "M3 8.6 6.4 12 13 4.6",
    "bad": "M4 4 12 12M12 4 4 12",
    "unsure": "M5.4 5.9a2.6 2.6 0 1 1 3.9 2.3C8.4 8.7 8 9.1 8 10.2M8 12.7v.6",
    "quiet": "M3.5 8h9",
}


def kind(word: str) -> Kind:
    """How a word for an outcome is shown."""
    return KINDS.get(word, "unsure")


def sign(what: Kind, size: int = 16) -> Markup:
    """A drawn sign; the word beside it says the same."""
    path = tag("path", d=PATHS[what])
    return tag(
        "svg", path, class_=f"sign {what}", viewBox="0 0 16 16", width=size, height=size,
        aria_hidden="true", focusable="false",
    )  # fmt: skip


def badge(word: str, what: Kind | None = None) -> Markup:
    """An outcome: a sign, and the word."""
    what = what or kind(word)
    return tag("span", sign(what), visible(WORDS.get(word, word), 80), class_=f"badge {what}")


def fold(summary: Child, *children: Child, open: bool = False, class_: str = "fold") -> Markup:
    """Something for whoever asks for it."""
    return tag("details", tag("summary", summary), children, open=open, class_=class_)


def table(
    caption: Child, head: Sequence[str], rows: Iterable[Sequence[Child]], ids: Sequence[str] = ()
) -> Markup:
    """A table, that becomes a list of cards where it is narrow; it stays a table for a reader."""
    every = list(rows)
    body = [
        _row(head, row, ids[number] if ids else None) for number, row in enumerate(every[:ROWS])
    ]
    rest = len(every) - ROWS
    more = tag("p", f"and {rest:,} more rows, in the JSON", class_="note") if rest > 0 else None
    heads = [tag("th", name, scope="col", role="columnheader") for name in head]
    whole = tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", heads, role="row"), role="rowgroup"),
        tag("tbody", body, role="rowgroup"),
        role="table",
    )
    return join([whole, more])


def _row(head: Sequence[str], row: Sequence[Child], id: str | None) -> Markup:
    first, *others = row
    cells = [tag("th", first, scope="row", role="rowheader", data_label=head[0])]
    cells += [
        tag("td", cell, role="cell", data_label=label)
        for label, cell in zip(head[1:], others, strict=True)
    ]
    return tag("tr", cells, role="row", id=id)


def seconds(value: float) -> str:
    """As people say it."""
    if value >= 90:
        return f"{int(value // 60)} min {int(value % 60):02} s"
    return f"{value:.1f} s"


def count(number: int, one: str, many: str = "") -> str:
    """A number and its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
