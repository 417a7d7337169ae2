"""Workflow files as git has them: their names, and what starts them."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import yaml

from rehearsal.github.running import new_workflow
from rehearsal.github.state import Workflow

if TYPE_CHECKING:
    from rehearsal.github.repository import Repository

FOLDER = ".github/workflows"
_FILE = re.compile(r".+\.ya?ml")


def find_workflows(repository: Repository) -> list[Workflow]:
    """The workflows of a repository, by path: what settings say, else files, else runs."""
    found: dict[str, Workflow] = {}
    for run in repository.state.runs:
        path = run.path.partition("@")[0]
        found[path] = new_workflow(repository.state, path, run.name, run.created_at)
    head = repository.git.branches().get(repository.default_branch)
    for path, document in (read_workflows(repository, head) if head else {}).items():
        name = document.get("name") or path
        at = repository.state.created_at
        found[path] = new_workflow(repository.state, path, str(name), at)
    found |= {workflow.path: workflow for workflow in repository.state.workflows}
    return sorted(found.values(), key=lambda workflow: workflow.path)


def read_workflows(repository: Repository, commit: str) -> dict[str, dict[Any, Any]]:
    """Every workflow file of a commit, parsed; one that is no YAML mapping has no content."""
    folder = repository.git.entry(commit, FOLDER)
    if folder is None or folder.kind != "tree":
        return {}
    documents = {}
    for entry in repository.git.entries(folder.oid):
        if entry.kind == "blob" and _FILE.fullmatch(entry.path):
            documents[f"{FOLDER}/{entry.path}"] = _parse(repository.git.blob(entry.oid))
    return documents


@cache
def _parse(content: bytes) -> dict[Any, Any]:
    try:
        document = yaml.safe_load(content)
    except yaml.YAMLError:
        return {}
    return document if isinstance(document, dict) else {}


def triggers(document: dict[Any, Any]) -> dict[str, Any]:
    """What starts a workflow: event to its filters."""
    # YAML 1.1 reads the key `on` as true.
    on = document.get("on", document.get(True))
    match on:
        case str():
            return {on: None}
        case list():
            return {str(event): None for event in on}
        case dict():
            return {str(event): filters for event, filters in on.items()}
        case _:
            return {}


def starts_on_push(document: dict[Any, Any], ref: str) -> bool:
    """Whether a push to this ref starts the workflow; filters by path are not looked at."""
    events = triggers(document)
    if "push" not in events:
        return False
    filters = events["push"] or {}
    kind, name = ("tags", ref[10:]) if ref.startswith("refs/tags/") else ("branches", ref[11:])
    other = "branches" if kind == "tags" else "tags"
    if (only := filters.get(kind)) is not None:
        return _matches(only, name)
    if (ignored := filters.get(f"{kind}-ignore")) is not None:
        return not _matches(ignored, name)
    # A filter for branches alone shuts tags out, and the other way round.
    return filters.get(other) is None and filters.get(f"{other}-ignore") is None


def starts_on_release(document: dict[Any, Any], *, prerelease: bool, draft: bool) -> bool:
    """Whether a release that becomes public starts the workflow; `created` was it if no draft."""
    events = triggers(document)
    types = (events.get("release") or {}).get("types") or ["published"]
    happened = {"published", "prereleased" if prerelease else "released"}
    happened |= set() if draft else {"created"}
    wanted = {types} if isinstance(types, str) else set(types)
    return "release" in events and not happened.isdisjoint(wanted)


def _matches(patterns: str | list[str], name: str) -> bool:
    """Whether a name passes a list of filters, of which the last that matches decides."""
    passed = False
    for pattern in [patterns] if isinstance(patterns, str) else patterns:
        wanted = str(pattern)
        if _glob(wanted.removeprefix("!")).fullmatch(name):
            passed = not wanted.startswith("!")
    return passed


def _glob(pattern: str) -> re.Pattern[str]:
    """A filter pattern as GitHub reads it: `*` stops at a slash, `**` does not."""
    parts = []
    for part in re.split(r"(\*\*|\*|\?|\+|\[[^]]*\])", pattern):
        match part:
            case "**":
                parts.append(".*")
            case "*":
                parts.append("[^/]*")
            case "?" | "+":  # Of the character before.
                parts.append(part)
            case _ if part.startswith("["):
                parts.append(part)
            case _:
                parts.append(re.escape(part))
    return re.compile("".join(parts))
