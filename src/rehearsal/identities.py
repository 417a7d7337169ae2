"""Who the jobs of a run are to others, as its workflow files say it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rehearsal.github.shapes import number_of
from rehearsal.peers import can_tell

if TYPE_CHECKING:
    from rehearsal.act import Event, Stage
    from rehearsal.casting import Cast, Part
    from rehearsal.github import Repository
    from rehearsal.sigstore import JobIdentity, RunIdentity

_COMMIT = re.compile(r"[0-9a-f]{40}")


def identity_of(
    file: Path, name: str, event: Event, stage: Stage, cast: Cast, repository: Repository
) -> RunIdentity:
    """The run of this workflow (by its file and its name) for an event, with all of its jobs."""
    from rehearsal.sigstore import RunIdentity

    jobs = {part.job.id: _job(part, event, stage, cast) for part in cast.parts if not part.job.uses}
    path = file.relative_to(stage.checkout).as_posix()
    asking = [job for job in jobs.values() if job.may_ask]
    return RunIdentity(
        repository=stage.repository,
        repository_id=repository.state.id,
        owner_id=number_of(stage.repository.partition("/")[0].lower()),
        visibility="private" if repository.private else "public",
        commit=event.commit,
        ref=event.ref,
        workflow=name,
        workflow_ref=f"{stage.repository}/{path}@{event.ref}",
        event=event.name,
        run_id=event.run_id,
        run_attempt=event.run_attempt,
        jobs=jobs,
        # Where nobody can tell who calls, the one job that may ask is believed to be it.
        otherwise=asking[0] if len(asking) == 1 and not can_tell() else None,
    )


def _job(part: Part, event: Event, stage: Stage, cast: Cast) -> JobIdentity:
    from rehearsal.sigstore import JobIdentity

    workflow, commit = _workflow(part, event, stage, cast.repositories)
    return JobIdentity(
        workflow_ref=workflow,
        workflow_commit=commit,
        permissions=part.permissions or {},
        environment=part.job.environment,
    )


def _workflow(
    part: Part, event: Event, stage: Stage, repositories: Mapping[str, Path]
) -> tuple[str, str]:
    """OWNER/NAME/PATH@REF of the file that it stands in, and its commit if its ref is one."""
    if not part.origin:
        path = part.file.relative_to(stage.checkout).as_posix()
        return f"{stage.repository}/{path}@{event.ref}", event.commit
    repository, _, ref = part.origin.partition("@")
    path = part.file.relative_to(repositories[part.origin]).as_posix()
    return f"{repository}/{path}@{ref}", ref if _COMMIT.fullmatch(ref) else ""
