"""What a changed ref sets off: rules that refuse it, and workflows that it starts."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rehearsal.github import ref_rules, running
from rehearsal.github.access import not_accessible
from rehearsal.github.answer import unprocessable
from rehearsal.github.running import RunFields
from rehearsal.github.state import Release, Run
from rehearsal.github.tokens import Asker
from rehearsal.github.workflow_files import (
    read_workflows,
    starts_on_push,
    starts_on_release,
    triggers,
)

if TYPE_CHECKING:
    from rehearsal.github.call import Call
    from rehearsal.github.repository import Repository

_HOOK = f"""#!/bin/sh
test -n "${ref_rules.VARIABLE}" || exit 0
exec {shlex.quote(sys.executable)} -I {shlex.quote(ref_rules.__file__)} "$@"
"""


def require_allowed(call: Call, ref: str, change: str, commit: str | None = None) -> None:
    """Refuse a change of a ref that the rules of the repository do not allow."""
    repository = call.repository
    if refused := ref_rules.violations(_rules(repository, call.asker), ref, change):
        reasons = "\n\n".join(refused)
        raise unprocessable(f"Repository rule violations found\n\n{reasons}\n\n")
    guarded = repository.state.workflow_guard == "all" and not call.may("workflows:write")
    if guarded and commit and _brings_workflows(repository, commit):
        raise not_accessible("contents:write", "contents:write,workflows:write")


@contextmanager
def watch(repository: Repository, asker: Asker) -> Iterator[dict[str, str]]:
    """While git takes a push: its rules as environment for the hook, then what it sets off."""
    hook = repository.path / "hooks" / "update"
    if not hook.exists():
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(_HOOK)
        hook.chmod(0o755)
    free = asker.holds(repository.full_name, "workflows:write")
    told = {
        "rules": _rules(repository, asker),
        "guard": not free and repository.state.workflow_guard != "off",
    }
    with repository.github.push:
        before = repository.git.refs()
        yield {ref_rules.VARIABLE: json.dumps(told)}
        for ref, oid in repository.git.refs().items():
            if before.get(ref) != oid:
                start_workflows(repository, ref, asker, before.get(ref, ""))


def start_workflows(repository: Repository, ref: str, asker: Asker, before: str = "") -> None:
    """Let the workflows run that a push to this ref starts: none if GITHUB_TOKEN made it."""
    if (
        asker.token is None
        or (asker.token.scoped and not asker.token.starts)
        or not ref.startswith(("refs/heads/", "refs/tags/"))
    ):
        return
    with repository.github.lock:
        commit = repository.git.find_commit(ref)
        if commit is None:
            return
        disabled = {w.path for w in repository.workflows if w.state != "active"}
        for path, document in read_workflows(repository, commit).items():
            if path not in disabled and starts_on_push(document, ref):
                told: RunFields = {"event": "push", "before": before or NONE}
                _start(repository, path, commit, ref, asker.login, told)


def start_released(
    repository: Repository, release: Release, asker: Asker, *, draft: bool = False
) -> None:
    """Let the workflows run that wait for a release (a draft before): none for GITHUB_TOKEN."""
    if asker.token is None or (asker.token.scoped and not asker.token.starts):
        return
    ref = f"refs/tags/{release.tag}"
    with repository.github.lock:
        commit = repository.git.find_commit(ref)
        disabled = {w.path for w in repository.workflows if w.state != "active"}
        for path, document in read_workflows(repository, commit).items() if commit else ():
            starts = starts_on_release(document, prerelease=release.prerelease, draft=draft)
            if path not in disabled and starts:
                _start(repository, path, str(commit), ref, asker.login, {"event": "release"})


def dispatch(
    repository: Repository, path: str, ref: str, login: str, inputs: Mapping[str, str]
) -> Run:
    """Let a workflow run that was asked for by name: whoever asked, the run is there."""
    commit = repository.git.find_commit(ref)
    assert commit is not None
    told: RunFields = {"event": "workflow_dispatch", "inputs": dict(inputs)}
    return _start(repository, path, commit, ref, login, told)


def schedule(repository: Repository, cron: str) -> list[Run]:
    """Let the workflows of the default branch run that wait for this hour."""
    ref = f"refs/heads/{repository.default_branch}"
    commit = repository.git.find_commit(ref)
    assert commit is not None
    told: RunFields = {"event": "schedule", "schedule": cron}
    return [
        _start(repository, path, commit, ref, "octocat", told)
        for path, document in read_workflows(repository, commit).items()
        if {"cron": cron} in (triggers(document).get("schedule") or [])
    ]


#: What a push says of a ref that was not there before.
NONE = "0" * 40


def _start(
    repository: Repository, path: str, commit: str, ref: str, login: str, told: RunFields
) -> Run:
    branch = ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
    fields: RunFields = {**told, "branch": branch, "ref": ref, "status": "queued", "actor": login}
    return running.add_run(repository, workflow=path, commit=commit, **fields)


def _rules(repository: Repository, asker: Asker) -> list[dict[str, Any]]:
    """The active rules that bind this one; a user who may do all is no exception."""
    kept = [f"refs/tags/{release.tag}" for release in repository.releases if release.immutable]
    immutable = {
        "target": "tag",
        "include": kept,
        "exclude": [],
        "types": ["update", "deletion"],
    }
    return [immutable] + [
        {
            "target": ruleset.target,
            "include": ruleset.include,
            "exclude": ruleset.exclude,
            "default_branch": repository.default_branch,
            "types": [rule["type"] for rule in ruleset.rules],
        }
        for ruleset in repository.rulesets
        if ruleset.enforcement == "active" and not _passes(ruleset.bypass, asker)
    ]


def _passes(bypass: list[dict[str, Any]], asker: Asker) -> bool:
    """Whether this one stands on the list of those whom a ruleset does not bind."""
    kinds = {actor["actor_type"] for actor in bypass}
    if asker.token is None:
        return False
    return ("Integration" if asker.token.scoped else "RepositoryRole") in kinds


def _brings_workflows(repository: Repository, commit: str) -> bool:
    git = repository.git
    files = git.entry(commit, ".github/workflows")
    if files is None:
        return False
    heads = [git.entry(head, ".github/workflows") for head in git.branches().values()]
    return files.oid not in [entry.oid for entry in heads if entry]
