"""HTML as values: every text is escaped unless it is markup already.

Foreign text is made visible, too: what turns the direction of a line, or shows as nothing, is
written by its number, and what is long is folded and bounded.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from markupsafe import Markup, escape

Child = Markup | str | int | None | Iterable["Child"]

SHOWN = 300
"""Characters of foreign text that stand in the open."""
KEPT = 20_000
"""Characters that are kept behind a fold."""
_HOSTILE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_VOID = frozenset({"meta", "rect", "path", "line"})


def tag(name: str, /, *children: Child, **attributes: str | int | float | bool | None) -> Markup:
    """An element. `class_` is class, other underscores are hyphens; None and False are left out."""
    told = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in _VOID:
        return Markup(f"<{name}{told}/>")
    return Markup(f"<{name}{told}>{join(children)}</{name}>")


def join(children: Child) -> Markup:
    """All of them, one after the other."""
    if children is None:
        return Markup("")
    if isinstance(children, (str, int)):
        return escape(children)
    return Markup("").join(join(child) for child in children)


def visible(text: str, limit: int = KEPT) -> str:
    """Foreign text that hides nothing: lines and tabs stay, other marks are told by number."""
    cut = text[:limit]
    if not cut.isprintable():
        cut = "".join(
            f"⟨U+{ord(c):04X}⟩" if unicodedata.category(c) in _HOSTILE and c not in "\n\t" else c
            for c in cut
        )
    rest = len(text) - limit
    return f"{cut} … and {rest:,} more characters" if rest > 0 else cut


def words(text: str) -> Markup:
    """Foreign text of any length: its beginning, and the rest for whoever asks for it."""
    if len(text) <= SHOWN and text.count("\n") < 4:
        return tag("bdi", visible(text))
    first = visible(" ".join(text[: SHOWN * 2].split())[: SHOWN // 2])
    return tag(
        "details",
        tag("summary", tag("bdi", f"{first} …"), class_="more"),
        tag("pre", tag("bdi", visible(text)), class_="long", tabindex=0),
    )


def code(text: str, limit: int = SHOWN) -> Markup:
    """A name, path or id."""
    return tag("code", tag("bdi", visible(text, limit)))


def sha(digest: str) -> Markup:
    """A digest as short as people read it, whole for who asks or copies."""
    digest = digest.removeprefix("sha256:")
    return tag("code", visible(digest[:12], 12), title=visible(digest, 64), class_="sha")
