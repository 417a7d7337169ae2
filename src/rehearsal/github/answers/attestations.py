"""Attestations: bundles that are kept for a repository, and found by the digest of a subject."""

from __future__ import annotations

from typing import Any

from rehearsal.github.answer import Answer, Refusal, not_found, not_supplied, unprocessable
from rehearsal.github.attesting import add_attestation
from rehearsal.github.call import Call
from rehearsal.github.routing import route
from rehearsal.github.shapes import JSON
from rehearsal.github.state import Attestation

_DOCS = "repos/attestations"
_KINDS = {
    "provenance": "https://slsa.dev/provenance/v1",
    "sbom": "https://spdx.dev/Document/v2.3",
    "release": "https://in-toto.io/attestation/release/v0.1",
}


@route(
    "create-attestation",
    "POST ~/attestations",
    needs="attestations:write",
    docs=f"{_DOCS}#create-an-attestation",
)
def create(call: Call) -> Answer:
    """Keep a bundle."""
    bundle = call.body.get("bundle")
    if not isinstance(bundle, dict):
        raise not_supplied("bundle")
    try:
        kept = add_attestation(call.repository, bundle)
    except ValueError as error:
        raise unprocessable(f"Invalid request.\n\n{error}") from error
    return Answer.json({"id": kept.id}, 201)


@route(
    "attestations",
    "GET ~/attestations/<digest>",
    needs="attestations:read",
    docs=f"{_DOCS}#list-attestations",
)
def attestations(call: Call, digest: str) -> Answer:
    """Those of one subject, newest first, page by page; 404 where there are none."""
    if ":" not in digest:
        raise unprocessable("Invalid request.\n\nA digest is written as sha256:HEX.")
    wanted = call.filter("predicate_type")
    wanted = _KINDS.get(wanted or "", wanted)
    found = [
        kept
        for kept in reversed(call.repository.state.attestations)
        if digest in kept.digests and wanted in (None, kept.predicate_type)
    ]
    if call.struck.take("stale", lambda fault: fault.snapshot is None):
        found = found[1:]
    if not found:
        raise not_found()
    return _page(call, found)


def _page(call: Call, found: list[Attestation]) -> Answer:
    """A page that begins after a cursor: the id of the last that was seen."""
    cursor = call.filter("after")
    if cursor is not None and not cursor.isdecimal():
        raise Refusal(400, "Invalid cursor")
    left = [kept for kept in found if cursor is None or kept.id < int(cursor)]
    size = min(call.number("per_page", 30) or 30, 100)
    shown = left[:size]
    headers = {}
    if len(left) > size:
        query: dict[str, Any] = {"per_page": size, "after": shown[-1].id}
        if kind := call.filter("predicate_type"):
            query["predicate_type"] = kind
        headers["Link"] = f'<{call.link(**query)}>; rel="next"'
    return Answer.json({"attestations": [_shape(call, kept) for kept in shown]}, 200, headers)


def _shape(call: Call, kept: Attestation) -> JSON:
    """Where the packed bundle lies; the older API has it here as well.

    It lies with another host than the API's, so it is reached by the port, and without a token.
    """
    place = f"{call.github.api_url}/_storage/{kept.packed.removeprefix('sha256:')}"
    # `gh attestation verify` passes by what no user had made.
    told: JSON = {"repository_id": call.repository.state.id, "initiator": "user"}
    told["bundle_url"] = place
    newer = call.request.headers.get("X-GitHub-Api-Version", "") >= "2026-03-10"
    return told if newer else {"bundle": kept.bundle} | told
