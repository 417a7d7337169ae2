"""The files that runs keep."""

from __future__ import annotations

from datetime import timedelta

from rehearsal.github.answer import Answer, Refusal, not_found
from rehearsal.github.answers.runs import find_run
from rehearsal.github.call import Call
from rehearsal.github.routing import route
from rehearsal.github.shapes import JSON, node_id, repository_url, stamp
from rehearsal.github.state import Artifact

_DOCS = "actions/artifacts"
_DAYS = timedelta(days=90)


@route("artifacts", "GET ~/actions/artifacts", needs="actions:read", docs=_DOCS)
def artifacts(call: Call) -> Answer:
    """Every artifact of a repository, newest first."""
    return _page(call, list(reversed(call.repository.state.artifacts)))


@route(
    "run-artifacts",
    "GET ~/actions/runs/<int:run_id>/artifacts",
    needs="actions:read",
    docs=_DOCS,
)
def run_artifacts(call: Call, run_id: int) -> Answer:
    """The artifacts of one run."""
    run = find_run(call, run_id)
    kept = [artifact for artifact in call.repository.state.artifacts if artifact.run_id == run.id]
    return _page(call, kept)


def _page(call: Call, found: list[Artifact]) -> Answer:
    if name := call.filter("name"):
        found = [artifact for artifact in found if artifact.name == name]
    return call.page(found, "artifacts", shape=lambda artifact: _shape(call, artifact))


@route(
    "artifact",
    "GET ~/actions/artifacts/<int:artifact_id>",
    needs="actions:read",
    docs=_DOCS,
)
def artifact(call: Call, artifact_id: int) -> Answer:
    """What is known of one artifact."""
    return Answer.json(_shape(call, _find(call, artifact_id)))


@route(
    "artifact-zip",
    "GET ~/actions/artifacts/<int:artifact_id>/zip",
    needs="actions:read",
    public=False,
    docs=_DOCS,
)
def artifact_zip(call: Call, artifact_id: int) -> Answer:
    """Where the bytes of an artifact are."""
    found = _find(call, artifact_id)
    if found.expired:
        raise Refusal(410, "Artifact has expired")
    name = found.digest.removeprefix("sha256:")
    return Answer(302, headers={"Location": f"{call.addresses.uploads}/_storage/{name}"})


def _find(call: Call, artifact_id: int) -> Artifact:
    for found in call.repository.state.artifacts:
        if found.id == artifact_id:
            return found
    raise not_found()


def _shape(call: Call, found: Artifact) -> JSON:
    api = repository_url(call.addresses, call.repository)
    url = f"{api}/actions/artifacts/{found.id}"
    run = next(run for run in call.repository.runs if run.id == found.run_id)
    return {
        "id": found.id,
        "node_id": node_id("A", found.id),
        "name": found.name,
        "size_in_bytes": found.size,
        "url": url,
        "archive_download_url": f"{url}/zip",
        "expired": found.expired,
        "digest": found.digest,
        "created_at": stamp(found.created_at),
        "updated_at": stamp(found.created_at),
        "expires_at": stamp(found.created_at + _DAYS),
        "workflow_run": {
            "id": run.id,
            "repository_id": call.repository.state.id,
            "head_repository_id": call.repository.state.id,
            "head_branch": run.branch,
            "head_sha": run.commit,
        },
    }
