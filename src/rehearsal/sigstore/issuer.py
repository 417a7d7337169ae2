"""GitHub's OIDC issuer: a token for the job that asks, if its permissions let it."""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from rehearsal.peers import calling_job
from rehearsal.registries.service import Asked, Refused
from rehearsal.sigstore.identity import ISSUER, JobIdentity, RunIdentity, claims

if TYPE_CHECKING:
    import socket

#: As GitHub's tokens are: good for five minutes, and from ten minutes before.
SECONDS = 300
_EARLIER = 600
_KEY = "loopback"
#: By its id: a run, and the secret that its jobs ask with.
Runs = dict[str, tuple[RunIdentity, str]]


class Issuer:
    """Every run that may ask, and the key that its tokens are signed with."""

    def __init__(self) -> None:
        self.seconds = SECONDS
        #: The workflow that every job is taken for; none: each for its own.
        self.mistaken_for = ""
        self.runs: Runs = {}

    @cached_property
    def _key(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(65537, 2048)

    def begin(self, run: RunIdentity) -> str:
        """Let the jobs of this run ask; the secret that each of them asks with."""
        secret = secrets.token_urlsafe(32)
        self.runs[str(run.run_id)] = run, secret
        return secret

    def answer(self, asked: Asked, run_id: str) -> str:
        """The token for whoever asks by the address of this run.

        :raises Refused: for a stranger, and for a job without `id-token: write`.
        """
        run, secret = self.runs.get(run_id, (None, ""))
        scheme, _, given = asked.request.headers.get("Authorization", "").partition(" ")
        if run is None or scheme.lower() != "bearer" or not secrets.compare_digest(given, secret):
            raise Refused(401, "Unauthorized")
        job = _job(run, asked.request.environ["werkzeug.socket"])
        if job is None or not job.may_ask:
            raise Refused(403, "Permission denied: the job does not declare `id-token: write`")
        if self.mistaken_for:
            job = replace(job, workflow_ref=self.mistaken_for)
        owner = run.repository.partition("/")[0]
        return self.sign(
            claims(run, job), asked.request.args.get("audience") or f"https://github.com/{owner}"
        )

    def sign(self, told: Mapping[str, Any], audience: str) -> str:
        """A token that says so."""
        now = int(time.time())
        times = {"iat": now, "nbf": now - _EARLIER, "exp": now + self.seconds}
        frame = {"jti": str(uuid.uuid4()), "iss": ISSUER, "aud": audience} | times
        return jwt.encode({**told, **frame}, self._key, "RS256", {"kid": _KEY})

    def read(self, token: str, audiences: Collection[str]) -> dict[str, Any]:
        """What a token says, as a registry or Fulcio reads it.

        :raises ValueError: for a token that is not ours, not for one of these audiences, or over.
        """
        needed = ["iss", "aud", "exp", "iat", "jti", "sub"]
        try:
            told: dict[str, Any] = jwt.decode(
                token,
                self._key.public_key(),
                algorithms=["RS256"],
                audience=audiences,
                issuer=ISSUER,
                options={"require": needed},
            )
        except jwt.InvalidTokenError as error:
            raise ValueError(str(error)) from error
        return told

    def keys(self) -> dict[str, Any]:
        """The public key, as a JSON Web Key Set."""
        key = jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        kept = {name: value for name, value in key.items() if name in ("kty", "n", "e")}
        return {"keys": [{**kept, "kid": _KEY, "use": "sig", "alg": "RS256"}]}


def _job(run: RunIdentity, connection: socket.socket) -> JobIdentity | None:
    """The job of this run that is at the other end of the connection."""
    caller = calling_job(connection)
    if caller is not None and caller.run_id == str(run.run_id) and caller.job in run.jobs:
        return run.jobs[caller.job]
    return run.otherwise
