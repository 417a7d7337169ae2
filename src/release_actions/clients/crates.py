"""A registry of crates, crates.io or one like it, by HTTP.

Three layers tell of one version: the sparse index (what cargo resolves by), the API, and the host
of the files. Each answer is one of three: a value (present), None (absent: the layer's own 404),
or an UpstreamError (could not be told). The layers become right one after the other, so that a
None of one alone proves nothing.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import quote

from release_actions.clients.answer import refusal
from release_actions.clients.web import FILE_LIMIT, Fetched, Web
from release_actions.errors import RefusedError, UpstreamError
from release_actions.formats import crate_index
from release_actions.formats.checksums import Sha256
from release_actions.formats.crate_index import (
    CrateName,
    IndexUrl,
    IndexVersion,
    RegistryConfig,
)
from release_actions.values import fold

T = TypeVar("T")

#: The one place where the public registry's address stands: the default of `registry-url`.
#: Its config.json names the API and the host of the files.
CRATES_IO: Final = IndexUrl("sparse+https://index.crates.io/")
#: Cargo's own reading of the index protocol: these mean that there is no such crate.
NOT_THERE = (404, 410, 451)
#: A host of files that may not list its keys says "forbidden" of one that it does not have.
NO_SUCH_KEY = (403, 404, 410)
PACE = 1.0  # seconds between two requests to crates.io's API, as its crawler policy asks


@dataclass(frozen=True)
class ApiVersion:
    """One version as the API has it; `checksum` None where the registry does not tell it.

    `crate` is the name as the API spells it: asked for zz-a, crates.io answers with zz_a.
    """

    crate: str
    version: str
    checksum: Sha256 | None
    yanked: bool


@dataclass(frozen=True)
class Owner:
    """Who may publish: a user, or a team (`github:org:team`)."""

    id: int
    login: str
    kind: str


class Crates:
    """One registry, named by its sparse index. Safe to share between threads."""

    def __init__(self, index: IndexUrl, web: Web) -> None:
        self.index_url = index
        self.web = web
        self._config: RegistryConfig | None = None
        self._lock = threading.Lock()
        self._free = 0.0  # when the API may be asked again

    # The three layers

    def config(self) -> RegistryConfig:
        """Where this registry's API and files are; asked once.

        :raises UpstreamError: also where the address is of no sparse index.
        """
        with self._lock:
            if self._config is None:
                url = f"{self.index_url}config.json"
                self._config = self.web.read(url, crate_index.read_config, absent=())
            assert self._config is not None  # nothing is absence here
            return self._config

    def versions(self, name: CrateName) -> tuple[IndexVersion, ...] | None:
        """Every version in the index, yanked ones too; None where it has no such crate."""
        url = f"{self.index_url}{name.index_path}"
        return self.web.read(url, lambda text: crate_index.read_lines(text, name), absent=NOT_THERE)

    def version(self, name: CrateName, version: str) -> ApiVersion | None:
        """The API's word on one version; None where it has no such crate or version."""
        return self._api(f"crates/{name}/{quote(version)}", lambda json: _version(json, version))

    def owners(self, name: CrateName) -> tuple[Owner, ...] | None:
        """Who may publish; None where there is no such crate."""
        return self._api(f"crates/{name}/owners", _owners)

    def from_api(
        self, name: CrateName, version: str, folder: Path, *, limit: int = FILE_LIMIT
    ) -> Fetched | None:
        """The .crate by the API's download address, into the folder."""
        url = f"{self._address()}/crates/{name}/{quote(version)}/download"
        self._wait()
        return self.web.fetch(url, folder, absent_there=NO_SUCH_KEY, limit=limit)

    def from_host(
        self,
        name: CrateName,
        version: str,
        folder: Path,
        *,
        checksum: str = "",
        limit: int = FILE_LIMIT,
    ) -> Fetched | None:
        """The .crate from where cargo gets it, into the folder.

        `checksum` is the index's, for a registry that has it in its addresses.
        """
        url = self.config().file_url(name, quote(version), checksum)
        return self.web.fetch(url, folder, absent=NO_SUCH_KEY, limit=limit)

    # Effects and what only a token may ask

    def ask(self, verb: str, path: str, token: str = "", body: Any = None) -> Any:
        """One request to the API below /api/v1/, tried once, with the token to this host alone.

        JSON in and out (None for an empty answer): `DELETE crates/NAME/VERSION/yank`, `GET me`,
        `POST trusted_publishing/tokens`.

        :raises RefusedError: rule `refused`, where the registry says why not (4xx but 408, 429).
        :raises UpstreamError: for everything else; the effect may have happened.
        """
        url, asked = f"{self._address()}/{path}", f"{verb} /api/v1/{path}"
        headers = {"Accept": "application/json"} | ({"Authorization": token} if token else {})
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            headers["Content-Type"] = "application/json"
        self._wait()
        with self.web.send(verb, url, asked, headers=headers, data=data) as answer:
            if answer.status_code >= 300:
                refused = refusal(asked, answer, cover=token)
                if refused.passing or answer.status_code < 400:
                    raise refused
                raise RefusedError(
                    "refused", f"{asked}: {reason(refused.said)}", fix="Do what the registry says."
                )
            try:
                text = answer.content
                return json.loads(text) if text.strip() else None
            except (ValueError, OSError) as error:  # requests' own are OSErrors
                why = fold(str(error), 100)
                raise UpstreamError(f"{asked}: cannot be read: {why}", passing=True) from error

    def _api(self, path: str, read: Callable[[Any], T]) -> T | None:
        url = f"{self._address()}/{path}"
        self._wait()
        return self.web.read(url, lambda text: read(json.loads(text)))

    def _address(self) -> str:
        api = self.config().api
        if api is None:
            raise UpstreamError(f"{self.index_url}: this registry has no API")
        return f"{api}/api/v1"

    def _wait(self) -> None:
        """Keep crates.io's pace. Its index and the host of its files ask for none."""
        if self.index_url != CRATES_IO:
            return
        with self._lock:
            now = self.web.clock.now()
            wait = max(0.0, self._free - now)
            self._free = now + wait + PACE
        if wait:
            self.web.clock.sleep(wait)


def reason(said: str) -> str:
    """The registry's own words in a refusal: {"errors": [{"detail": …}]}."""
    try:
        return "; ".join(str(error["detail"]) for error in json.loads(said)["errors"])
    except (ValueError, KeyError, TypeError):
        return said or "no reason given"


def _version(told: Any, version: str) -> ApiVersion:
    found = told["version"]
    if found["num"] != version or not isinstance(found["yanked"], bool):
        raise ValueError("another version, or not told whether it is yanked")
    checksum = found.get("checksum")
    crate = str(found["crate"])
    return ApiVersion(crate, version, Sha256(checksum) if checksum else None, found["yanked"])


def _owners(told: Any) -> tuple[Owner, ...]:
    return tuple(Owner(int(u["id"]), str(u["login"]), str(u.get("kind"))) for u in told["users"])
