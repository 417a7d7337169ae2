"""A registry's token: one that was given, or one that is minted by OIDC when it is needed.

Trusted publishing: GitHub's issuer says who this job is, and the registry gives out a token for
half an hour. It is minted right before it is used, anew where it is about to end, and given back
when the run is over.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Self
from urllib.parse import quote, urlsplit

from release_actions.clients.answer import refusal
from release_actions.clients.crates import Crates, Owner
from release_actions.clients.patience import patiently
from release_actions.errors import RefusedError, UpstreamError
from release_actions.values import fold

LIVES = 30 * 60.0  # seconds that a minted token lives, by crates.io's rules
MARGIN = 120.0  # seconds before its end in which nothing new is begun

Way = Literal["given", "OIDC", "none"]

#: crates.io's words for a token that it does not know (any more). What it answers to one that it
#: does know is the same as to some that it does not: "only on the website".
DEAD = re.compile(r"authentication failed|requires authentication|expired|revoked", re.IGNORECASE)

NO_TOKEN = (
    "Give the job `id-token: write` and name this workflow as trusted publisher of each crate on"
    " the registry, or set `registry-token`."
)


@dataclass(frozen=True)
class Issuer:
    """Where this job gets its identity from GitHub, which only `id-token: write` opens."""

    url: str
    token: str = field(repr=False)

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Self | None:
        """That of the job; None where it may have no identity."""
        url = environ.get("ACTIONS_ID_TOKEN_REQUEST_URL", "")
        token = environ.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "")
        return cls(url, token) if url and token else None


@dataclass(frozen=True)
class Proof:
    """Whether a token is taken (None: the registry does not tell), and whose it is."""

    taken: bool | None
    said: str
    user: Owner | None = None


class RegistryToken:
    """The token of one registry for this run. What is minted is added to `hidden`."""

    def __init__(
        self, registry: Crates, given: str, issuer: Issuer | None, hidden: list[str]
    ) -> None:
        self._registry = registry
        self._given = given
        self._issuer = issuer
        self._hidden = hidden
        self._clock = registry.web.clock
        self._started = self._clock.now()
        self._minted = ""
        self._ends = 0.0
        self._lock = threading.Lock()

    @property
    def way(self) -> Way:
        """How this run comes to a token."""
        return "given" if self._given else "OIDC" if self._issuer else "none"

    def left(self, lives: float) -> float | None:
        """Seconds in which something may be begun with a given token that lives so long; None: no
        end, since a new one can be minted."""
        if self.way == "OIDC":
            return None
        return self._started + lives - MARGIN - self._clock.now()

    def secret(self) -> str:
        """The token.

        :raises RefusedError: where there is none, or the registry gives none to this job.
        :raises UpstreamError: where the issuer or the registry does not answer.
        """
        if self._given:
            return self._given
        with self._lock:
            if not self._minted or self._clock.now() > self._ends - MARGIN:
                self._give_back()
                self._minted = self._mint()
                self._ends = self._clock.now() + LIVES
                self._hidden.append(self._minted)
            return self._minted

    def prove(self) -> Proof:
        """Whether this run can have a token that the registry takes; nothing is kept of it.

        :raises UpstreamError: where the issuer or the registry does not answer.
        """
        if self.way == "given":
            return self._whose()
        try:
            self.secret()
        except RefusedError as error:
            return Proof(False, error.detail)
        left = self.give_back()
        return Proof(True, f"one was minted by OIDC, and {left or 'revoked at once'}")

    def _whose(self) -> Proof:
        try:
            user = patiently(lambda: self._registry.ask("GET", "me", self._given), self._clock)
            who = Owner(int(user["user"]["id"]), str(user["user"]["login"]), "user")
        except RefusedError as error:
            return Proof(False if DEAD.search(error.detail) else None, error.detail)
        except (KeyError, TypeError, ValueError) as error:
            raise UpstreamError(f"GET /api/v1/me: cannot be read: {error!r}") from error
        return Proof(True, f"it is a token of {who.login} ({who.id})", who)

    def give_back(self) -> str:
        """Revoke what was minted; why that did not come off, or nothing."""
        with self._lock:
            return self._give_back()

    def _give_back(self) -> str:
        minted, self._minted = self._minted, ""
        if not minted:
            return ""
        bearer = f"Bearer {minted}"
        try:
            patiently(
                lambda: self._registry.ask("DELETE", "trusted_publishing/tokens", bearer),
                self._clock,
            )
        except (UpstreamError, RefusedError) as error:
            return str(error)
        return ""

    def _mint(self) -> str:
        if self._issuer is None:
            raise RefusedError("no-token", "this job has no token of the registry", fix=NO_TOKEN)
        issuer = self._issuer
        identity = patiently(lambda: self._identity(issuer), self._clock)
        self._hidden.append(identity)
        try:
            told = patiently(
                lambda: self._registry.ask(
                    "POST", "trusted_publishing/tokens", body={"jwt": identity}
                ),
                self._clock,
            )
            token = told["token"]
        except RefusedError as error:
            raise RefusedError("no-token", error.detail, fix=NO_TOKEN) from error
        except (KeyError, TypeError) as error:
            raise UpstreamError("POST trusted_publishing/tokens: it gives no token") from error
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise UpstreamError("POST trusted_publishing/tokens: what it gives is no token")
        return token

    def _identity(self, issuer: Issuer) -> str:
        """Who this job is, for this registry alone."""
        api = self._registry.config().api or self._registry.index_url
        audience = urlsplit(api).netloc
        url = f"{issuer.url}{'&' if '?' in issuer.url else '?'}audience={quote(audience, safe='')}"
        asked = f"GET the job's identity for {audience}"
        headers = {"Authorization": f"Bearer {issuer.token}"}
        with self._registry.web.send("GET", url, asked, headers=headers) as answer:
            if answer.status_code != 200:
                raise refusal(asked, answer, cover=issuer.token)
            try:
                identity = json.loads(answer.content)["value"]
            except (ValueError, KeyError, TypeError, OSError) as error:
                why = fold(str(error), 100)
                raise UpstreamError(f"{asked}: cannot be read: {why}", passing=True) from error
        if not isinstance(identity, str) or not identity:
            raise UpstreamError(f"{asked}: it is none", passing=True)
        return identity
