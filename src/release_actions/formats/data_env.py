"""Which environment variables a .env, a compose file or a Dockerfile sets. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from release_actions.formats.env_hits import Hit, in_lines, named
from release_actions.formats.env_names import Names
from release_actions.formats.marked_yaml import get, items, pairs, scalar, scalars

if TYPE_CHECKING:
    from yaml import Node

_DOCKER = re.compile(r"^[ \t]*(?:ENV|ARG)[ \t]+((?:\\\r?\n|[^\n])*)", re.IGNORECASE | re.MULTILINE)
_DOCKER_NAME = re.compile(r"(?:^|(?<=[\s]))\"?([A-Za-z_]\w*)\"?(?==|\s|$)", re.ASCII)


def dotenv_hits(text: str, names: Names) -> Iterator[Hit]:
    """NAME=value lines, also behind `export`; NAME alone passes the variable on (Docker)."""
    yield from in_lines(text, names, ".env", colon=True)
    for found in re.finditer(
        r"^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*\r?$", text, re.M | re.A
    ):
        yield from named(found[1], found.start(1), names, ".env")


def dockerfile_hits(text: str, names: Names) -> Iterator[Hit]:
    """ENV and ARG, the old form `ENV NAME value` too."""
    for line in _DOCKER.finditer(text):
        for number, found in enumerate(_DOCKER_NAME.finditer(line[1])):
            assigned = line[1][found.end() : found.end() + 1] == "="
            if assigned or number == 0:
                yield from named(found[1], line.start(1) + found.start(1), names, "Dockerfile")


def compose_settings(root: Node, names: Names) -> Iterator[tuple[str, Node, Hit]]:
    """Each variable of a compose file or a manifest, with its path and its node.

    `environment:` and build `args:` as a mapping or a list, and Kubernetes' `env:` with `name:`.
    """
    for path, node, is_key in scalars(root):
        folders = [part for part in path if not part.startswith("[")]
        if is_key and len(path) > 1 and path[-2] in ("environment", "env", "args", "data", "x-env"):
            hits = named(node.value, 0, names, path[-2])
        elif not is_key and path[-1:] and path[-1].startswith("["):
            inside = folders[-1:] and folders[-1] in ("environment", "env", "args")
            name = re.match(r"[A-Za-z_]\w*(?==|$)", node.value, re.ASCII)
            hits = named(name[0], 0, names, folders[-1]) if inside and name else iter(())
        elif not is_key and path[-1:] == ("name",) and "env" in path:
            hits = named(node.value, 0, names, "env")
        else:
            continue
        for hit in hits:
            yield ".".join(path).replace(".[", "["), node, hit


def env_files(root: Node) -> Iterator[tuple[str, Node]]:
    """The .env files and Dockerfiles that a compose file's services name."""
    for _, service in pairs(get(root, "services")):
        files = get(service, "env_file")
        for node in items(files) or ([files] if files is not None else []):
            named_file = get(node, "path") or node
            if scalar(named_file):
                yield scalar(named_file), named_file
