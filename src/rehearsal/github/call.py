"""One call of the API, as the function that answers it sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Request

from rehearsal.faults import Struck
from rehearsal.github.answer import Answer, Refusal, not_supplied
from rehearsal.github.listing import Listing
from rehearsal.github.tokens import Asker

if TYPE_CHECKING:
    from rehearsal.github.repository import Repository
    from rehearsal.github.routing import Route
    from rehearsal.github.world import GitHub


@dataclass(frozen=True)
class Addresses:
    """Where the things in an answer live, seen from the door by which the call came."""

    api: str
    uploads: str
    html: str


@dataclass
class Call:
    """A request, who asks, and what goes wrong with it."""

    github: GitHub
    request: Request
    route: Route
    asker: Asker
    addresses: Addresses
    struck: Struck

    _repository: Repository | None = None

    @property
    def repository(self) -> Repository:
        """The repository that the path names."""
        assert self._repository is not None
        return self._repository

    @repository.setter
    def repository(self, repository: Repository) -> None:
        self._repository = repository

    @property
    def login(self) -> str:
        """Who asks."""
        return self.asker.login

    def may(self, needed: str) -> bool:
        """Whether the asking token holds `name:level` for this repository."""
        return self.asker.holds(self.repository.full_name, needed)

    # The query

    @cached_property
    def _unfiltered(self) -> bool:
        return self.struck.take("filter-ignored") is not None

    def filter(self, name: str) -> str | None:
        """A filter of a list; an empty one is dropped, as GitHub does."""
        value = self.request.args.get(name)
        return None if not value or self._unfiltered else value

    def number(self, name: str, default: int) -> int:
        """A number in the query; GitHub takes what is none for the default."""
        value = self.request.args.get(name, "")
        return int(value) if value.isdecimal() else default

    @property
    def accept(self) -> str:
        """The media types that the client takes."""
        return self.request.headers.get("Accept", "")

    @property
    def raw(self) -> bool:
        """Whether the bytes themselves are asked for."""
        return "vnd.github.raw" in self.accept or "vnd.github.v3.raw" in self.accept

    @property
    def wants_details(self) -> bool:
        """Whether a dispatch shall say which run it started: the newer API always does."""
        newer = self.request.headers.get("X-GitHub-Api-Version", "") >= "2026-03-10"
        return newer or bool(self.body.get("return_run_details"))

    # The body

    @cached_property
    def body(self) -> dict[str, Any]:
        """The JSON object that was sent."""
        if not self.request.get_data():
            return {}
        try:
            value = self.request.get_json(force=True)
        except BadRequest:
            raise Refusal(400, "Problems parsing JSON") from None
        if not isinstance(value, dict):
            raise Refusal(400, "Body should be a JSON object")
        return value

    def text(self, name: str) -> str:
        """A field of the body that must be there, and be text."""
        value = self.body.get(name)
        if value is None or value == "":
            raise not_supplied(name)
        if not isinstance(value, str):
            message = f"Invalid request.\n\nFor '{name}', {value!r} is not a string."
            raise Refusal(422, message)
        return value

    # The answer

    def page(self, items: Sequence[Any], key: str | None = None, **listing: Any) -> Answer:
        """One page of a list, under `key` beside its count or bare; see Listing."""
        return Listing(self, items, key, **listing).answer()

    def link(self, **query: Any) -> str:
        """The address of this call with another query."""
        return f"{self.addresses.api}{self.path}?{urlencode(query)}"

    @property
    def path(self) -> str:
        """The path of this call without the prefix of GitHub Enterprise Server."""
        return self.request.path.removeprefix("/api/v3")
