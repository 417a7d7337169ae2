"""The real crates.io behind the loopback one: what is only read there, and never written.

A workspace has dependencies, and they must be had for its release to be rehearsed. One failure and
it is taken for unreachable, so that a machine without a network waits once, and hears of it.
Cargo asks for many crates at once, and so may several threads here.
"""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from typing import Any

_SECONDS = 10
#: What the index answers for a crate that it does not have, or does not show.
_NONE = (404, 410, 451)


class Upstream:
    """One sparse index, by its address: `https://index.crates.io`."""

    def __init__(self, index: str) -> None:
        self.index = index.removeprefix("sparse+").rstrip("/")
        self.down = ""
        """Why it is not asked any more."""
        self._files = ""
        self._known: dict[str, list[dict[str, Any]]] = {}
        self._came: dict[tuple[str, str], bytes | None] = {}

    def versions(self, path: str) -> list[dict[str, Any]]:
        """The lines of a crate, by its place in the index; none if it is not there."""
        if path not in self._known:
            content = self._get(f"{self.index}/{path}") or b""
            self._known[path] = [json.loads(line) for line in content.splitlines() if line]
        return self._known[path]

    def come(self, name: str, number: str) -> None:
        """Have the bytes of a version here, for who asks for them next."""
        self._came[name, number] = self._fetched(name, number)

    def file(self, name: str, number: str) -> bytes | None:
        """The bytes of a version; None if they are not to be had."""
        if (name, number) in self._came:
            return self._came.pop((name, number))
        return self._fetched(name, number)

    def _fetched(self, name: str, number: str) -> bytes | None:
        if not self._files:
            config = json.loads(self._get(f"{self.index}/config.json") or b"{}")
            self._files = str(config.get("dl", ""))
        return self._get(f"{self._files}/{name}/{number}/download") if self._files else None

    def _get(self, url: str) -> bytes | None:
        if self.down:
            return None
        request = urllib.request.Request(url, headers={"User-Agent": "release-actions rehearsal"})
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
                read: bytes = answer.read()
                return read
        except urllib.error.HTTPError as error:
            if error.code in _NONE:
                return None
            self.down = f"{url}: HTTP {error.code}"
        except (OSError, ValueError, http.client.HTTPException) as error:
            self.down = f"{url}: {error}"
        return None
