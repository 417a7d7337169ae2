"""What a maintainer does on GitHub's page: pull requests merged, hours that come."""

from __future__ import annotations

import pytest

from rehearsal.github import GitHub, Repository
from rehearsal.github.state import Pull

WORKFLOWS = {
    ".github/workflows/ci.yml": "on: {push: {branches: [main, 'release-*']}}\njobs: {}\n",
    ".github/workflows/train.yml": (
        "on:\n  schedule: [{cron: '0 0 5 * *'}]\n"
        "  workflow_dispatch: {inputs: {step: {default: cut}}}\njobs: {}\n"
    ),
}


@pytest.fixture
def pull(repository: Repository) -> Pull:
    """Two commits on a branch, to be merged to main, which moved on meanwhile."""
    base = repository.commit(WORKFLOWS)
    repository.commit({"a": "1"}, branch="topic", parent=base, message="One\n\nWith a body.")
    repository.commit({"b": "2"}, branch="topic", message="Two\n\n[marker]")
    repository.commit({"c": "3"}, message="Meanwhile")
    return repository.add_pull("Both", head="topic")


def test_a_merge_commit_has_both_parents_and_starts_what_a_push_starts(
    repository: Repository, pull: Pull
) -> None:
    git = repository.git
    base, head = git.branches()["main"], git.branches()["topic"]
    merged = git.commit(repository.merge(pull))
    assert list(merged.parents) == [base, head]
    assert merged.message.startswith(f"Merge pull request #{pull.number} from acme/topic\n\nBoth")
    assert {entry.path for entry in git.entries(merged.oid)} >= {"a", "b", "c"}
    assert (pull.state, pull.merge_commit) == ("closed", merged.oid)
    (run,) = repository.runs
    assert (run.event, run.commit, run.before, run.ref) == (
        "push",
        merged.oid,
        base,
        "refs/heads/main",
    )


def test_a_squash_lists_its_commits(repository: Repository, pull: Pull) -> None:
    """W17: each begins with `* `, and its marker is a line of its own."""
    merged = repository.git.commit(repository.merge(pull, "squash"))
    assert len(merged.parents) == 1
    assert merged.message.strip() == (
        f"Both (#{pull.number})\n\n* One\n\nWith a body.\n\n* Two\n\n[marker]"
    )


def test_a_squash_of_one_commit_has_its_own_message(repository: Repository) -> None:
    base = repository.commit(WORKFLOWS)
    repository.commit({"a": "1"}, branch="topic", parent=base, message="One\n\n[marker]")
    pull = repository.add_pull("Other title", head="topic")
    merged = repository.git.commit(repository.merge(pull, "squash"))
    assert merged.message.strip() == f"One (#{pull.number})\n\n[marker]"


def test_an_hour_starts_what_waits_for_it(repository: Repository) -> None:
    head = repository.commit(WORKFLOWS)
    assert repository.on_schedule("0 0 6 * *") == []
    (run,) = repository.on_schedule("0 0 5 * *")
    assert (run.event, run.schedule, run.commit) == ("schedule", "0 0 5 * *", head)


def test_a_run_started_by_hand_has_its_inputs(github: GitHub, repository: Repository) -> None:
    repository.commit(WORKFLOWS)
    run = repository.dispatch("train.yml", "refs/heads/main", step="rc")
    assert (run.event, run.inputs, run.ref) == (
        "workflow_dispatch",
        {"step": "rc"},
        "refs/heads/main",
    )
    assert not github.crashes
