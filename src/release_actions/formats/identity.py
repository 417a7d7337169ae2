"""Who a commit is by: a name and an address, as git writes them."""

from __future__ import annotations

import re
from typing import Self

EDGE = r"[^\s<>.,:;\"'\\\x00-\x1f\x7f]"


class Identity(str):
    """`Name <address>`, without what git would strip from either."""

    def __new__(cls, raw: str) -> Self:
        # git strips dots, commas, colons, quotes and spaces from either end of a name.
        if not re.fullmatch(rf"{EDGE}([^<>\x00-\x1f\x7f]*{EDGE})? <[^<>\s]+>", raw):
            raise ValueError("a name and an address, such as Release Bot <bot@example.com>")
        return super().__new__(cls, raw)

    @property
    def name(self) -> str:
        return self.rpartition(" <")[0]

    @property
    def address(self) -> str:
        return self.rpartition(" <")[2].removesuffix(">")


ROBOT = Identity("github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>")
