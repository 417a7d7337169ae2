"""What actions/attest and those built on it do: sign a statement, and keep it at GitHub."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rehearsal.standins import identity, signing
from rehearsal.standins.runner import RefusedError, boolean, output, summary
from rehearsal.standins.subjects import Subject, subjects
from rehearsal.standins.web import AnsweredError, call

PROVENANCE = "https://slsa.dev/provenance/v1"
#: GitHub's client tries three times more when sigstore is out, and five times more to keep it.
_ATTEMPTS = 4
_KEEPING = 6
_PAUSE = 0.2  # seconds; there it is longer each time
_BUILD = "https://actions.github.io/buildtypes/workflow/v1"


def attest(inputs: dict[str, str], kind: str, predicate: Any) -> None:
    """Sign this predicate about the subjects, keep it, and say where it is."""
    if boolean(inputs, "push-to-registry"):
        raise RefusedError("The stand-in of actions/attest does not know `push-to-registry`")
    about = subjects(inputs)
    statement = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [one.told for one in about],
        "predicateType": kind,
        "predicate": predicate,
    }
    bundle = signing.sign(json.dumps(statement).encode(), _ATTEMPTS)
    place = _write(bundle)
    identity = _keep(bundle, inputs["github-token"])
    server, repository = os.environ["GITHUB_SERVER_URL"], os.environ["GITHUB_REPOSITORY"]
    page = f"{server}/{repository}/attestations/{identity}"
    output("bundle-path", str(place))
    output("attestation-id", identity)
    output("attestation-url", page)
    _tell(about, kind, page, shown=boolean(inputs, "show-summary"))


def provenance() -> dict[str, Any]:
    """SLSA provenance, version 1, as the issuer's claims say what is running."""
    told, server = identity.claims(), os.environ["GITHUB_SERVER_URL"]
    repository, ref = told["repository"], told["ref"]
    path, _, workflow_ref = told["workflow_ref"].removeprefix(f"{repository}/").partition("@")
    github = ("event_name", "repository_id", "repository_owner_id", "runner_environment")
    run = f"{repository}/actions/runs/{told['run_id']}/attempts/{told['run_attempt']}"
    workflow = {"ref": workflow_ref, "repository": f"{server}/{repository}", "path": path}
    source = {
        "uri": f"git+{server}/{repository}@{ref}",
        "digest": {"gitCommit": told["sha"]},
    }
    return {
        "buildDefinition": {
            "buildType": _BUILD,
            "externalParameters": {"workflow": workflow},
            "internalParameters": {"github": {name: told[name] for name in github}},
            "resolvedDependencies": [source],
        },
        "runDetails": {
            "builder": {"id": f"{server}/{told['job_workflow_ref']}"},
            "metadata": {"invocationId": f"{server}/{run}"},
        },
    }


def _write(bundle: str) -> Path:
    """The bundle in a file of its own; a list of all of them is kept beside, as by the action."""
    temporary = Path(os.environ["RUNNER_TEMP"])
    place = Path(tempfile.mkdtemp(dir=temporary), "attestation.json")
    place.write_text(f"{bundle}\n", encoding="utf-8")
    with (temporary / "created_attestation_paths.txt").open("a", encoding="utf-8") as paths:
        paths.write(f"{place}\n")
    return place


def _keep(bundle: str, token: str) -> str:
    """Its id at GitHub, which is asked again where it fails by itself."""
    api, repository = os.environ["GITHUB_API_URL"], os.environ["GITHUB_REPOSITORY"]
    url = f"{api}/repos/{repository}/attestations"
    body = {"bundle": json.loads(bundle)}
    for left in reversed(range(_KEEPING)):
        try:
            return str(call("POST", url, body, Authorization=f"Bearer {token}")["id"])
        except AnsweredError as error:
            if error.status < 500 or not left:
                raise RefusedError(f"Failed to persist attestation: {error}") from error
        time.sleep(_PAUSE)
    raise AssertionError(_KEEPING)


def _tell(about: Sequence[Subject], kind: str, page: str, *, shown: bool) -> None:
    for one in about:
        print(f"Attestation created for {one.name}@sha256:{one.sha256}")
    print(f"Attestation of type {kind} uploaded to repository\n{page}")
    if shown:
        summary(f'### Attestation Created\n\n<a href="{page}">{page}</a>\n')
