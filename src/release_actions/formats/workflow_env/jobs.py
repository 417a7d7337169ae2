"""A workflow job by job, and an action by what it runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from release_actions.formats.env_hits import named
from release_actions.formats.env_names import Names
from release_actions.formats.marked_yaml import get, pairs, scalar, scalars
from release_actions.formats.workflow_env.document import Document
from release_actions.formats.workflow_env.given import given, matrix, of_options
from release_actions.formats.workflow_env.said import Call, Said
from release_actions.formats.workflow_env.steps import Surroundings, steps, used

if TYPE_CHECKING:
    from yaml import Node

# What an action runs by a key of its own, and how that is read.
_PROGRAMS = {
    **dict.fromkeys(("main", "pre", "post"), ("script", "javascript")),
    **dict.fromkeys(("entrypoint", "pre-entrypoint", "post-entrypoint"), ("script", "")),
    "image": ("data", "dockerfile"),
}


def workflow(root: Node, text: str, names: Names) -> Iterator[Said]:
    """All that a workflow says of the names, and all that it calls."""
    document = Document(text, names)
    yield from document.env(get(root, "env"), "env")
    for name, job in pairs(get(root, "jobs")):
        if document.first(job, "job"):
            yield from _job(document, job, f"jobs.{name.value}", root)


def _job(document: Document, job: Node, path: str, root: Node) -> Iterator[Said]:
    yield from document.env(get(job, "env"), f"{path}.env")
    yield from matrix(document, get(job, "strategy", "matrix"), f"{path}.strategy.matrix")
    yield from _container(document, get(job, "container"), f"{path}.container")
    for name, service in pairs(get(job, "services")):
        yield from _container(document, service, f"{path}.services.{name.value}")
    yield from _called(document, job, path)
    around = Surroundings(
        _own_shell(job),
        (get(job, "defaults", "run"), get(root, "defaults", "run")),
        (get(root, "env"), get(job, "env")),
    )
    yield from steps(document, get(job, "steps"), path, around)


def _container(document: Document, node: Node | None, path: str) -> Iterator[Said]:
    yield from document.env(get(node, "env"), f"{path}.env")
    options = get(node, "options")
    if options is not None:
        hits = of_options(scalar(options), document.names)
        yield from document.said(options, hits, f"{path}.options")


def _called(document: Document, job: Node, path: str) -> Iterator[Said]:
    """A workflow that the job calls, and what it is given."""
    use = get(job, "uses")
    yield from used(use, f"{path}.uses", "workflow")
    yield from given(document, get(job, "with"), f"{path}.with", scalar(use))
    for key, value in pairs(get(job, "secrets")):
        at = f"{path}.secrets.{key.value}"
        yield from document.said(key, named(key.value, 0, document.names, "secrets"), at)
        yield from document.expressions(value, at)


def _own_shell(job: Node) -> str:
    """The shell of a job's runner: PowerShell on Windows, `?` where that cannot be told."""
    values = (s.value for _, s, is_key in scalars(get(job, "runs-on")) if not is_key)
    labels = " ".join(values).lower()
    if "windows" in labels:
        return "pwsh"
    return "?" if "${{" in labels or not labels else "bash"


def composite(root: Node, text: str, names: Names, folder: str) -> Iterator[Said]:
    """All that an action of the repository says: its steps, or its program."""
    document = Document(text, names)
    runs = get(root, "runs")
    yield from document.env(get(runs, "env"), "runs.env")
    yield from steps(document, get(runs, "steps"), "runs", Surroundings())
    for key, (kind, how) in _PROGRAMS.items():
        node = get(runs, key)
        target = scalar(node)
        if node is not None and target and "://" not in target:
            mark = node.start_mark
            target = target.removeprefix("./")
            yield Call(kind, target, mark.line + 1, mark.column + 1, f"runs.{key}", how, (folder,))
