"""crates.io on this machine: a sparse index, the API, and the host of the files."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rehearsal.registries.crates_shapes import (
    Crate,
    CrateVersion,
    about,
    index_line,
    index_path,
    key,
    received,
    user,
)
from rehearsal.registries.publishers import Identify, Publisher, Trust, UnfitError
from rehearsal.registries.service import Asked, Refused, Reply, Route, Service
from rehearsal.registries.upstream import Upstream


@dataclass
class ApiToken:
    """A token of a user, or one that trusted publishing gave out for a while."""

    login: str
    until: float | None = None  # time.monotonic()
    #: The crates that it is for; None: all that its user owns.
    names: frozenset[str] | None = None


_TRUSTED_SECONDS = 30 * 60


class Crates(Service):
    """A crates.io for as long as the `with` lasts; layers are index, api, download and static."""

    remembers = ("crates", "tokens", "new_crates", "spent")

    def __init__(self, folder: Path | str) -> None:
        super().__init__(folder)
        self.crates: dict[str, Crate] = {}
        self.tokens: dict[str, ApiToken] = {}
        #: How many new crates may still be made, and new versions; None: as many as you like.
        self.new_crates: int | None = None
        self.retry_after = 1
        #: Where crates are read that nobody published here; None: there are no others.
        self.upstream: Upstream | None = None
        self._trust: Trust | None = None

    @property
    def spent(self) -> set[str]:
        """The identity tokens that were used: each is good once."""
        return self._trust.spent if self._trust else set()

    @spent.setter
    def spent(self, spent: set[str]) -> None:
        if self._trust:
            self._trust.spent = spent

    def routes(self) -> tuple[Route, ...]:
        return (
            Route("index-config", "GET", "/index/config.json", self._config, False),
            Route("index", "GET", "/index/<path:path>", self._index, False),
            Route("publish", "PUT", "/api/v1/crates/new", self._publish, True),
            Route("crate", "GET", "/api/v1/crates/<name>", self._crate, False),
            Route("version", "GET", "/api/v1/crates/<name>/<number>", self._version, False),
            Route(
                "download", "GET", "/api/v1/crates/<name>/<number>/download", self._download, False
            ),
            Route("owners", "GET", "/api/v1/crates/<name>/owners", self._owners, False),
            Route("yank", "DELETE", "/api/v1/crates/<name>/<number>/yank", self._yank, True),
            Route("unyank", "PUT", "/api/v1/crates/<name>/<number>/unyank", self._unyank, True),
            Route("static", "GET", "/static/crates/<name>/<file>", self._static, False),
            Route(
                "static", "GET", "/static/crates/<name>/<number>/download", self._static_too, False
            ),
            # No change that a rehearsal would compare: a token comes and goes.
            Route("mint", "POST", "/api/v1/trusted_publishing/tokens", self._mint, False),
            Route("revoke", "DELETE", "/api/v1/trusted_publishing/tokens", self._revoke, False),
            Route("me", "GET", "/api/v1/me", self._me, False),
        )

    def ahead(self, route: Route, arguments: Mapping[str, str]) -> None:
        """What the registry behind this one has: no crate waits for another."""
        if self.upstream is None:
            return
        if route.name == "index":
            self.upstream.versions(arguments["path"])
        elif route.name == "static":
            name = arguments["name"]
            number = arguments.get("number") or _number(name, arguments["file"])
            if self.find(name, number) is None:
                self.upstream.come(name, number)

    def refuse(self, refused: Refused) -> Reply:
        reply = Reply.json({"errors": [{"detail": refused.message}]}, refused.status)
        reply.headers = refused.headers
        return reply

    # What a test or a rehearsal sets up

    @property
    def index_url(self) -> str:
        """What cargo is told: CARGO_REGISTRIES_NAME_INDEX."""
        return f"sparse+{self.url}/index/"

    def token(self, login: str = "ada", *, seconds: float | None = None) -> str:
        """A token of this user; it ends after so many seconds."""
        secret = f"cio{secrets.token_hex(16)}"
        until = None if seconds is None else time.monotonic() + seconds
        self.tokens[secret] = ApiToken(login, until)
        return secret

    def trust(self, identify: Identify, *publishers: Publisher) -> None:
        """Give tokens to these publishers alone; else whoever asks for one gets one."""
        self._trust = Trust(identify, "workflow_ref", list(publishers))

    def find(self, name: str, number: str) -> CrateVersion | None:
        """A version, whatever any layer shows of it."""
        crate = self.crates.get(key(name))
        return next((v for v in crate.versions if v.number == number), None) if crate else None

    def yank(self, name: str, number: str, *, yanked: bool = True) -> None:
        """Yank a version, or take that back."""
        version = self.find(name, number)
        assert version is not None
        version.yanked = yanked

    # The index

    def _config(self, asked: Asked) -> Reply:
        # As crates.io has it: files come from their host, and the API leads there too.
        return Reply.json({"dl": f"{self.url}/static/crates", "api": self.url})

    def _index(self, asked: Asked, path: str) -> Reply:
        crate = self.crates.get(key(path.rpartition("/")[2]))
        shown = self._shown(asked, crate, "index") if crate else []
        if crate is not None and path != index_path(crate.name):
            shown = []
        told = [v.index | {"yanked": v.yanked} for v in shown]
        if self.upstream and (crate is None or path == index_path(crate.name)):
            ours = {v.number for v in crate.versions} if crate else set()
            theirs = self.upstream.versions(path)
            told = [line for line in theirs if line.get("vers") not in ours] + told
        if not told:
            raise Refused(404)
        lines = [json.dumps(line, separators=(",", ":")) for line in told]
        body = "".join(f"{line}\n" for line in lines).encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        if asked.request.headers.get("If-None-Match") == etag:
            return Reply(b"", 304, "text/plain", {"ETag": etag})
        return Reply(body, 200, "text/plain", {"ETag": etag})

    def _shown(self, asked: Asked, crate: Crate, layer: str) -> list[CrateVersion]:
        """What this layer knows of: `lag` hides what is newest for a read."""
        found = [v for v in crate.versions if self.shows(asked, layer, v.at)]
        if found and asked.struck.take("lag"):
            found = found[:-1]
        return found

    # The API

    def _require_agent(self, asked: Asked) -> None:
        agent = asked.request.headers.get("User-Agent", "")
        if not agent or agent.startswith(("curl/", "python-requests/", "Python-urllib/")):
            raise Refused(403, "We require that all requests include a `User-Agent` header.")

    def _known(
        self, asked: Asked, name: str, layer: str = "api"
    ) -> tuple[Crate, list[CrateVersion]]:
        self._require_agent(asked)
        crate = self.crates.get(key(name))
        shown = self._shown(asked, crate, layer) if crate else []
        if crate is None or not shown:
            raise Refused(404, f"crate `{name}` does not exist")
        return crate, shown

    def _one(self, asked: Asked, name: str, number: str, layer: str = "api") -> CrateVersion:
        _, shown = self._known(asked, name, layer)
        found = next((v for v in shown if v.number == number), None)
        if found is None:
            raise Refused(404, f"crate `{name}` does not have a version `{number}`")
        return found

    def _crate(self, asked: Asked, name: str) -> Reply:
        crate, shown = self._known(asked, name)
        versions = [about(v) for v in reversed(shown)]
        whole = {"id": crate.name, "name": crate.name, "max_version": versions[0]["num"]}
        return Reply.json({"crate": whole, "versions": versions})

    def _version(self, asked: Asked, name: str, number: str) -> Reply:
        return Reply.json({"version": about(self._one(asked, name, number))})

    def _download(self, asked: Asked, name: str, number: str) -> Reply:
        version = self._one(asked, name, number, "download")
        to = f"{self.url}/static/crates/{version.name}/{version.name}-{version.number}.crate"
        if "application/json" in asked.request.headers.get("Accept", ""):
            return Reply.json({"url": to})
        return Reply(b"", 302, "text/plain", {"Location": to})

    def _static(self, asked: Asked, name: str, file: str) -> Reply:
        crate = self.crates.get(key(name))
        for version in self._shown(asked, crate, "static") if crate else []:
            if file == f"{version.name}-{version.number}.crate":
                return Reply(version.file, 200, "application/gzip")
        content = self.upstream.file(name, _number(name, file)) if self.upstream else None
        if content is not None:
            return Reply(content, 200, "application/gzip")
        # As the host of the files says it: no such key may be told from one that is forbidden.
        raise Refused(403, "AccessDenied")

    def _static_too(self, asked: Asked, name: str, number: str) -> Reply:
        return self._static(asked, name, f"{name}-{number}.crate")

    def _owners(self, asked: Asked, name: str) -> Reply:
        crate, _ = self._known(asked, name)
        users = [user(login) | {"kind": "user", "name": None} for login in crate.owners]
        return Reply.json({"users": users})

    def _me(self, asked: Asked) -> Reply:
        return Reply.json({"user": user(self._holder(asked).login)})

    # Changes

    def _holder(self, asked: Asked) -> ApiToken:
        token = self.tokens.get(asked.token)
        if token is None:
            raise Refused(403, "authentication failed")
        if token.until is not None and time.monotonic() >= token.until:
            raise Refused(403, "authentication failed: the token has expired")
        return token

    def _owned(self, asked: Asked, name: str) -> Crate | None:
        holder, crate = self._holder(asked), self.crates.get(key(name))
        if holder.names is not None:
            if crate is None:
                raise Refused(403, "Trusted Publishing tokens do not support creating new crates.")
            if name not in holder.names:
                raise Refused(403, f"The provided access token is not valid for crate `{name}`")
        elif crate is not None and holder.login not in crate.owners:
            raise Refused(403, "this crate exists but you don't seem to be an owner.")
        return crate

    def _publish(self, asked: Asked) -> Reply:
        told, content = received(asked.request.get_data())
        name, number = told["name"], told["vers"]
        crate = self._owned(asked, name)
        if crate is None:
            self._count_new_crate()
        if self.find(name, number) or self._is_upstream(name, number):
            raise Refused(400, f"crate version `{number}` is already uploaded")
        if asked.struck.take("partial-upload") is not None:
            raise Refused(502, "bad gateway")
        self.add(told, content, self._holder(asked).login)
        nothing: list[str] = []
        warnings = {"invalid_categories": nothing, "invalid_badges": nothing, "other": nothing}
        return Reply.json({"warnings": warnings})

    def _is_upstream(self, name: str, number: str) -> bool:
        """Whether the real registry has this version already."""
        lines = self.upstream.versions(index_path(name)) if self.upstream else []
        return any(line.get("vers") == number for line in lines)

    def _count_new_crate(self) -> None:
        if self.new_crates is None:
            return
        if self.new_crates == 0:
            self.new_crates = 1  # by the time that the caller comes again
            message = "You have published too many new crates in a short period of time."
            raise Refused(429, message, {"Retry-After": str(self.retry_after)})
        self.new_crates -= 1

    def add(self, told: dict[str, Any], content: bytes, login: str = "ada") -> CrateVersion:
        """Have a version published, as cargo tells it."""
        name, number = told["name"], told["vers"]
        checksum = hashlib.sha256(content).hexdigest()
        file = self.folder / "crates" / f"{name}-{number}.crate"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        line = index_line(told, checksum)
        version = CrateVersion(name, number, line, file, checksum, time.monotonic(), by=login)
        crate = self.crates.setdefault(key(name), Crate(name, [login]))
        crate.versions.append(version)
        return version

    def _yank(self, asked: Asked, name: str, number: str) -> Reply:
        return self._set_yanked(asked, name, number, True)

    def _unyank(self, asked: Asked, name: str, number: str) -> Reply:
        return self._set_yanked(asked, name, number, False)

    def _set_yanked(self, asked: Asked, name: str, number: str, yanked: bool) -> Reply:
        if self._holder(asked).names is not None:  # trusted publishing publishes alone
            raise Refused(403, "authentication failed")
        if self._owned(asked, name) is None or self.find(name, number) is None:
            raise Refused(404, f"crate `{name}` does not have a version `{number}`")
        self.yank(name, number, yanked=yanked)
        return Reply.json({"ok": True})

    # Trusted publishing

    def _mint(self, asked: Asked) -> Reply:
        identity = (asked.request.get_json(silent=True) or {}).get("jwt")
        if not identity:
            raise Refused(400, "Failed to decode JWT")
        try:
            # A client that was told our address makes its token out to that.
            names = ("crates.io", self.url.partition("//")[2], "127.0.0.1")
            admitted = self._trust.admit(identity, *names) if self._trust else None
        except UnfitError as error:
            raise Refused(400, str(error)) from error
        token = self.token(seconds=_TRUSTED_SECONDS)
        self.tokens[token].names = admitted.names if admitted else None
        return Reply.json({"token": token})

    def _revoke(self, asked: Asked) -> Reply:
        if self.tokens.pop(asked.token, None) is None:
            raise Refused(401, "Invalid authentication token")
        return Reply(b"", 204, "application/json")


def _number(name: str, file: str) -> str:
    return file.removeprefix(f"{name}-").removesuffix(".crate")
