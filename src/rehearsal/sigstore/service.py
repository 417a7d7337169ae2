"""Fulcio, Rekor and GitHub's issuer at one address of this machine."""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Self

from rehearsal.registries.service import Asked, Refused, Reply, Route, Service
from rehearsal.sigstore import trust
from rehearsal.sigstore.authority import Authority
from rehearsal.sigstore.identity import ISSUER, RunIdentity
from rehearsal.sigstore.issuer import Issuer, Runs
from rehearsal.sigstore.log import DuplicateError, Entry, Log

#: Whom tokens for Fulcio are made out to.
AUDIENCE = "sigstore"


class Sigstore(Service):
    """A sigstore for as long as the `with` lasts; its one layer is `log`: what Rekor shows.

    Its keys are made with it, so nothing that was signed here is good anywhere else.
    """

    remembers = ("entries", "runs")

    def __init__(self, folder: Path | str) -> None:
        super().__init__(folder)
        self.issuer = Issuer()
        self.authority = Authority()
        self.log = Log("127.0.0.1")

    @property
    def entries(self) -> list[Entry]:
        """What the log holds: a snapshot keeps it, and the keys stay as they are."""
        return self.log.entries

    @entries.setter
    def entries(self, entries: list[Entry]) -> None:
        self.log.entries = entries

    @property
    def runs(self) -> Runs:
        """The runs whose jobs may ask who they are."""
        return self.issuer.runs

    @runs.setter
    def runs(self, runs: Runs) -> None:
        self.issuer.runs = runs

    def routes(self) -> tuple[Route, ...]:
        return (
            # No change that a rehearsal would compare: tokens and certificates come and go.
            Route("id-token", "GET", "/oidc/<run_id>", self._id_token, False),
            Route("openid", "GET", "/.well-known/openid-configuration", self._openid, False),
            Route("jwks", "GET", "/.well-known/jwks", self._jwks, False),
            Route("certificate", "POST", "/api/v2/signingCert", self._certificate, False),
            Route("trust-bundle", "GET", "/api/v2/trustBundle", self._trust_bundle, False),
            Route("log-entry", "POST", "/api/v1/log/entries", self._add, True),
            Route("log-read", "GET", "/api/v1/log/entries", self._by_index, False),
            Route("log-read", "GET", "/api/v1/log/entries/<uuid>", self._by_uuid, False),
            Route("log-info", "GET", "/api/v1/log", self._info, False),
        )

    def refuse(self, refused: Refused) -> Reply:
        told = {"code": refused.status, "message": refused.message}
        reply = Reply.json(told, refused.status)
        reply.headers = refused.headers
        return reply

    def __enter__(self) -> Self:
        super().__enter__()
        self.folder.mkdir(parents=True, exist_ok=True)
        config = trust.client_trust_config(self.url, self.authority, self.log)
        self.trust_config.write_text(json.dumps(config))
        self.trusted_root.write_text(json.dumps(config["trustedRoot"]) + "\n")
        return self

    # What a test or a rehearsal sets up

    @property
    def trust_config(self) -> Path:
        """For `sigstore --trust-config`: to sign here, and to verify."""
        return self.folder / "trust_config.json"

    @property
    def trusted_root(self) -> Path:
        """For `gh attestation verify --custom-trusted-root`."""
        return self.folder / "trusted_root.jsonl"

    def begin(self, run: RunIdentity) -> dict[str, str]:
        """Let the jobs of a run ask who they are: the variables that they ask with."""
        return {
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{self.url}/oidc/{run.run_id}?api-version=2.0",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": self.issuer.begin(run),
        }

    def identify(self, token: str, audiences: Collection[str]) -> Mapping[str, Any]:
        """What a token says, for registries that trust the issuer; ValueError if it is no good."""
        return self.issuer.read(token, audiences)

    # GitHub's issuer

    def _id_token(self, asked: Asked, run_id: str) -> Reply:
        return Reply.json({"count": 1, "value": self.issuer.answer(asked, run_id)})

    def _openid(self, asked: Asked) -> Reply:
        told = {"issuer": ISSUER, "jwks_uri": f"{self.url}/.well-known/jwks"}
        lists = {
            "subject_types_supported": ["public", "pairwise"],
            "response_types_supported": ["id_token"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid"],
        }
        return Reply.json(told | lists)

    def _jwks(self, asked: Asked) -> Reply:
        return Reply.json(self.issuer.keys())

    # Fulcio

    def _certificate(self, asked: Asked) -> Reply:
        told = asked.request.get_json(silent=True)
        try:
            claims = self.issuer.read(asked.token, [AUDIENCE])
        except ValueError as error:
            message = f"There was an error processing the identity token: {error}"
            raise Refused(401, message) from error
        try:
            request = base64.b64decode((told or {})["certificateSigningRequest"])
            chain = self.authority.issue(request, claims)
        except (ValueError, KeyError, TypeError) as error:
            message = f"The certificate signing request is not valid: {error!r}"
            raise Refused(400, message) from error
        made = {"signedCertificateEmbeddedSct": {"chain": {"certificates": chain}}}
        return Reply.json(made, 201)

    def _trust_bundle(self, asked: Asked) -> Reply:
        from cryptography.hazmat.primitives.serialization import Encoding

        root = self.authority.root.public_bytes(Encoding.PEM).decode()
        return Reply.json({"chains": [{"certificates": [root]}]})

    # Rekor

    def _add(self, asked: Asked) -> Reply:
        try:
            index = self.log.add(asked.request.get_json(silent=True))
        except DuplicateError as there:
            uuid = str(there)
            message = f"an equivalent entry already exists in the transparency log with UUID {uuid}"
            raise Refused(409, message, {"Location": f"/api/v1/log/entries/{uuid}"}) from there
        except ValueError as error:
            raise Refused(400, f"error processing entry: {error}") from error
        return self._entry(index, 201)

    def _by_index(self, asked: Asked) -> Reply:
        index = asked.request.args.get("logIndex", "")
        return self._read(asked, int(index) if index.isdecimal() else None)

    def _by_uuid(self, asked: Asked, uuid: str) -> Reply:
        return self._read(asked, self.log.find(uuid))

    def _read(self, asked: Asked, index: int | None) -> Reply:
        """An entry that was asked for, unless this read lags behind it."""
        entries = self.log.entries
        known = index is not None and index < len(entries)
        if index is None or not known or not self.shows(asked, "log", entries[index].at):
            raise Refused(404, "entry not found")
        if asked.struck.take("lag"):
            raise Refused(404, "entry not found")
        return self._entry(index, 200)

    def _entry(self, index: int, status: int) -> Reply:
        return Reply.json(self.log.shown(index), status)

    def _info(self, asked: Asked) -> Reply:
        return Reply.json(self.log.info())
