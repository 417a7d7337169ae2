"""Who a job is, as GitHub tells others: the claims of its identity token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: What stands for GitHub in every token, and in every certificate that is made for one.
ISSUER = "https://token.actions.githubusercontent.com"


@dataclass(frozen=True, kw_only=True)
class JobIdentity:
    """One job of a run: what its own lines in a workflow file say."""

    workflow_ref: str
    """The file that it stands in, as OWNER/NAME/PATH@REF; another's, where one is called."""
    workflow_commit: str = ""
    """That file's commit; the run's own if it is not said."""
    permissions: Mapping[str, str] = field(default_factory=dict)
    environment: str = ""

    @property
    def may_ask(self) -> bool:
        """Whether it declares `id-token: write`."""
        return self.permissions.get("id-token") == "write"


@dataclass(frozen=True, kw_only=True)
class RunIdentity:
    """One attempt of a run, and its jobs by their ids."""

    repository: str
    repository_id: int
    owner_id: int
    commit: str
    ref: str
    workflow: str
    workflow_ref: str
    event: str
    run_id: int
    run_attempt: int = 1
    run_number: int = 1
    actor: str = "octocat"
    visibility: str = "public"
    jobs: Mapping[str, JobIdentity] = field(default_factory=dict)
    otherwise: JobIdentity | None = None
    """Whom to take a caller for that cannot be told to be one of the jobs; None: nobody."""


def claims(run: RunIdentity, job: JobIdentity) -> dict[str, Any]:
    """All that a token of GitHub's says of this job, except for whom and until when."""
    owner = run.repository.partition("/")[0]
    told = {
        "sub": _subject(run, job),
        "repository": run.repository,
        "repository_id": str(run.repository_id),
        "repository_owner": owner,
        "repository_owner_id": str(run.owner_id),
        "repository_visibility": run.visibility,
        "ref": run.ref,
        "ref_type": "tag" if run.ref.startswith("refs/tags/") else "branch",
        "ref_protected": "false",
        "sha": run.commit,
        "head_ref": "",
        "base_ref": "",
        "event_name": run.event,
        "actor": run.actor,
        "actor_id": "583231",
        "run_id": str(run.run_id),
        "run_number": str(run.run_number),
        "run_attempt": str(run.run_attempt),
        "runner_environment": "github-hosted",
        "workflow": run.workflow,
        "workflow_ref": run.workflow_ref,
        "workflow_sha": run.commit,
        "job_workflow_ref": job.workflow_ref,
        "job_workflow_sha": job.workflow_commit or run.commit,
    }
    return told | ({"environment": job.environment} if job.environment else {})


def _subject(run: RunIdentity, job: JobIdentity) -> str:
    if job.environment:
        return f"repo:{run.repository}:environment:{job.environment.replace(':', '%3A')}"
    if run.event in ("pull_request", "pull_request_target"):
        return f"repo:{run.repository}:pull_request"
    return f"repo:{run.repository}:ref:{run.ref}"
