"""A GitHub on this machine, over real git repositories.

with GitHub(folder) as github:
    repository = github.repository("acme/app")
    repository.add_run(workflow="ci.yml", commit=sha, jobs=[Job("test", "success")])
    token = github.token(permissions={"actions": "read"}, repository="acme/app")
    ...  # GITHUB_API_URL=github.api_url
    assert [record.route for record in github.requests] == ["runs"]
"""

from rehearsal.faults import Fault, Faults, Firing
from rehearsal.github.answer import Answer
from rehearsal.github.repository import Repository, Snapshot
from rehearsal.github.state import Asset, Attempt, Job, Release, Run, Step, Workflow
from rehearsal.github.world import GitHub, Record

__all__ = [
    "Answer",
    "Asset",
    "Attempt",
    "Fault",
    "Faults",
    "Firing",
    "GitHub",
    "Job",
    "Record",
    "Release",
    "Repository",
    "Run",
    "Snapshot",
    "Step",
    "Workflow",
]
