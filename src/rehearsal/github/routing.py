"""The table of routes: each has a short stable name that faults and tests use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from werkzeug.routing import Map, Rule

if TYPE_CHECKING:
    from rehearsal.github.answer import Answer

Handler = Callable[..., "Answer"]


@dataclass(frozen=True)
class Route:
    """One operation of the API."""

    name: str
    method: str
    path: str
    answer: Handler
    #: What a scoped token must be granted, as `name:level`; None where nothing is needed.
    permission: str | None
    #: Whether anybody may ask this of a public repository.
    public: bool
    #: The documentation page that GitHub's errors name.
    documentation: str
    #: Whether this call changes something.
    mutating: bool


@dataclass
class Routes:
    """All routes of the API, by method and path."""

    table: list[Route] = field(default_factory=list)

    def __call__(
        self,
        name: str,
        request: str,
        *,
        needs: str | None = "contents:read",
        public: bool | None = None,
        docs: str = "",
        mutating: bool | None = None,
    ) -> Callable[[Handler], Handler]:
        """Register the decorated function as the answer to `METHOD /path`.

        A path that begins with `~` lies below /repos/OWNER/NAME.
        """
        method, _, path = request.partition(" ")
        anybody = method == "GET" if public is None else public
        changes = method != "GET" if mutating is None else mutating

        def register(handler: Handler) -> Handler:
            full = path.replace("~", "/repos/<owner>/<repo>", 1)
            self.table.append(Route(name, method, full, handler, needs, anybody, docs, changes))
            return handler

        return register

    def map(self) -> Map:
        """The routes as werkzeug matches them; a Route is the endpoint."""
        rules = [
            Rule(route.path, endpoint=route, methods=[route.method], strict_slashes=False)
            for route in self.table
        ]
        return Map(rules, merge_slashes=False)

    def names(self) -> dict[str, list[str]]:
        """Route name to the requests it stands for."""
        found: dict[str, list[str]] = {}
        for route in self.table:
            found.setdefault(route.name, []).append(f"{route.method} {route.path}")
        return found


route = Routes()
