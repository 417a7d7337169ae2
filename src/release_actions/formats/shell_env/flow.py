"""Where what a command prints goes: to GITHUB_ENV (`env`), to a file (`file`), or nowhere."""

from __future__ import annotations

import re
from collections.abc import Sequence

from release_actions.formats.shell_env.programs import PRINTING, TALKING, base
from release_actions.formats.shell_env.scene import Scene
from release_actions.formats.shell_words import Group, Node, Redirect, Simple

_PROSE = re.compile(r"\.(?:md|txt|html|rst|log|adoc)$", re.IGNORECASE)
_SILENT = re.compile(r"^/dev/|GITHUB_(?:STEP_SUMMARY|OUTPUT)|^&?[0-9-]$")
_OUT = frozenset({">", ">>", ">|", "<>", ">&"})


def fed(scene: Scene, later: Sequence[Node], sink: str) -> str:
    """Where what a command prints comes to, through those that read it."""
    for node in later:
        if not isinstance(node, Simple):
            return "file" if isinstance(node, Group) else sink
        words = [scene.first(word).text for word in node.words]
        name = base(words[0]) if words else ""
        if name == "tee":
            return of_target(" ".join(words[1:]), "file")
        if name in PRINTING:
            return ""  # they read nothing
        if name not in TALKING:
            return "file"
        if to := of_redirects(scene, node.redirects, ""):
            return to
    return sink


def of_redirects(scene: Scene, redirects: Sequence[Redirect], sink: str) -> str:
    for redirect in redirects:
        if redirect.operator in _OUT:
            sink = of_target(scene.first(redirect.target).text, "file")
    return sink


def of_target(target: str, other: str) -> str:
    if "GITHUB_ENV" in target:
        return "env"
    return "" if _SILENT.search(target) or _PROSE.search(target) else other
