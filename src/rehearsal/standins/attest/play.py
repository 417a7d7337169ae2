"""actions/attest: a predicate of one's own, or provenance if there is none."""

from __future__ import annotations

import json
from typing import Any

from rehearsal.standins.attesting import PROVENANCE, attest, provenance
from rehearsal.standins.runner import RefusedError, workspace


def play(inputs: dict[str, str]) -> None:
    """Sign the predicate that is given."""
    if inputs["sbom-path"]:
        raise RefusedError(
            "The stand-in of actions/attest does not know `sbom-path`:"
            " give `predicate-type` and `predicate-path`"
        )
    if not any(inputs[name] for name in ("predicate-type", "predicate", "predicate-path")):
        attest(inputs, PROVENANCE, provenance())
        return
    if not inputs["predicate-type"]:
        raise RefusedError("predicate-type must be provided")
    attest(inputs, inputs["predicate-type"], _predicate(inputs))


def _predicate(inputs: dict[str, str]) -> Any:
    text, path = inputs["predicate"], inputs["predicate-path"]
    if bool(text) == bool(path):
        told = "Only one of" if text else "One of"
        raise RefusedError(f"{told} predicate-path or predicate must be provided")
    if path:
        file = workspace() / path
        if not file.is_file():
            raise RefusedError(f"predicate file not found: {path}")
        text = file.read_text(encoding="utf-8")
    try:
        return json.loads(text)
    except ValueError as error:
        raise RefusedError(f"The predicate is no JSON: {error}") from error
