"""Lists in pages: Link headers, counts, the cap, and every way in which a list may lie."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rehearsal.github.answer import Answer

if TYPE_CHECKING:
    from rehearsal.faults import Fault
    from rehearsal.github.call import Call


@dataclass
class Listing:
    """A list that is to be answered page by page."""

    call: Call
    items: Sequence[Any]
    #: The name of the list in an object with `total_count`; without one the list stands bare.
    key: str | None = None
    #: How an item becomes JSON; only the items of the page are turned.
    shape: Callable[[Any], Any] = lambda item: item
    #: How many items can be reached at all; the count tells of more.
    cap: int | None = None
    #: What else the object holds.
    more: dict[str, Any] | None = None
    newest_first: bool = True
    #: How many items stand on a page when nothing is said; at most 100 can be asked for.
    per_page: int = 30
    #: Whether the object says how many items there are.
    counted: bool = True

    def answer(self) -> Answer:
        """The page that was asked for."""
        items = self._stale(list(self.items))
        total = len(items)
        items = self._disordered(items[: self.cap])
        asked = self.call.number("per_page", 0)
        size = min(asked, 100) if asked else self.per_page
        page = max(self.call.number("page", 1), 1)
        shown = [self.shape(item) for item in items[(page - 1) * size : page * size]]
        shown = self._dropped(shown, page)
        headers = self._links(page, size, -(-len(items) // size))
        if self.key is None:
            return Answer.json(shown, headers=headers)
        return Answer.json(
            {**self._count(total), **(self.more or {}), self.key: shown}, headers=headers
        )

    def _count(self, total: int) -> dict[str, int]:
        if not self.counted:
            return {}
        lie = self.call.struck.take("total-count")
        return {"total_count": lie.total if lie else total}

    def _stale(self, items: list[Any]) -> list[Any]:
        """Without its newest items, if a fault says so (one with a snapshot acts elsewhere)."""
        fault = self.call.struck.take("stale", lambda fault: fault.snapshot is None)
        if fault is None:
            return items
        left = items[fault.hide :] if self.newest_first else items[: len(items) - fault.hide]
        return self._struck(fault, items, left)

    def _disordered(self, items: list[Any]) -> list[Any]:
        fault = self.call.struck.take("wrong-order")
        if fault is None:
            return items
        if fault.order == "reversed":
            return self._struck(fault, items, items[::-1])
        # The same disorder each time, or no test could be repeated.
        return self._struck(fault, items, random.Random(len(items)).sample(items, len(items)))

    def _dropped(self, shown: list[Any], page: int) -> list[Any]:
        fault = self.call.struck.take("dropped-page", lambda fault: fault.page == page)
        return self._struck(fault, shown, []) if fault else shown

    def _struck(self, fault: Fault, before: list[Any], after: list[Any]) -> list[Any]:
        """What the fault made of it; one that changed nothing proves nothing."""
        if before == after:
            self.call.struck.in_vain(fault)
        return after

    def _links(self, page: int, size: int, last: int) -> dict[str, str]:
        query = {k: v for k, v in self.call.request.args.items() if k != "page"}
        if "per_page" in query:
            query["per_page"] = str(size)
        pages: dict[str, int] = {}
        if page > 1:
            pages |= {"prev": min(page - 1, max(last, 1)), "first": 1}
        if page < last:
            pages |= {"next": page + 1, "last": last}
        links = [f'<{self.call.link(**query, page=n)}>; rel="{rel}"' for rel, n in pages.items()]
        return {"Link": ", ".join(links)} if links else {}
