"""What a script says, read in its shell's language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from release_actions.formats import powershell_env, python_env, shell_env
from release_actions.formats.env_hits import Hit, named
from release_actions.formats.env_names import Names
from release_actions.formats.script_signs import Signs, calls_by_uses

_EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)
_POWERSHELL = re.compile(r"\$env:|\bEnv:|SetEnvironmentVariable", re.IGNORECASE)
_PATHS = re.compile(r"(?:^|(?<=[\s\"'&;(=]))[\w.\\/@-]+", re.ASCII)
_SCRIPT = re.compile(r"[\w./@-]*[\w@-]\.(?:ps1|sh|py|cmd|bat)", re.ASCII)
_JAVASCRIPT = re.compile(
    r"""exportVariable\(\s*["'`](\w+)
    |process\.env(?:\.(\w+)|\[\s*["'`](\w+)["'`]\s*\])\s*(?:\|\||\?\?)?=(?!=)""",
    re.VERBOSE,
)
_MEMBER = re.compile(r"""(?:^|[\s,{(])["']?(\w+)["']?\s*:\s*(?=[^\n]*\})""")


def may_say(text: bytes, names: Names, signs: Signs | None = None) -> bool:
    """Whether a script, or a whole workflow, can say anything of them; never no where it can."""
    return names.possible(text) or (signs or Signs()).any_in(text)


def needs_reading(text: bytes, names: Names, signs: Signs | None = None) -> bool:
    """Whether a workflow has to be read node by node: it calls something, or may say something."""
    return calls_by_uses(text) or may_say(text, names, signs)


def script_hits(text: str, shell: str, names: Names, known: Mapping[str, str]) -> Iterator[Hit]:
    """What a `run:` says. `shell` is ? where the runner, and so its own shell, is not known."""
    if shell == "python":
        yield from python_env.hits(_filled(text), names)
    elif shell in ("pwsh", "powershell"):
        yield from powershell_env.hits(text, names)
        yield from _called(text)
    elif shell == "cmd":
        yield from powershell_env.cmd_hits(text, names)
        yield from _called(text)
    else:
        yield from shell_env.hits(text, names, known)
        if shell == "?" and _POWERSHELL.search(text):
            yield from powershell_env.hits(text, names)


def _filled(text: str) -> str:
    """GitHub's expressions as names of their own length, so that Python can be read."""
    return _EXPRESSION.sub(lambda found: "_" * len(found[0]), text)


def _called(text: str) -> Iterator[Hit]:
    """Scripts that PowerShell and cmd.exe call by path, and files that are read."""
    for found in _PATHS.finditer(text):
        path = found[0].replace("\\", "/")
        if _SCRIPT.fullmatch(path):
            yield Hit("script", path, found.start(), "")
        elif shell_env.DATA.fullmatch(path):
            yield Hit("data", path, found.start(), "")


def javascript_hits(text: str, names: Names, *, members: bool = False) -> Iterator[Hit]:
    """Variables that JavaScript sets by exportVariable or process.env.

    `members`: those of an object too, since a step's script may give one to a child as its env.
    """
    for pattern in (_JAVASCRIPT, _MEMBER)[: 1 + members]:
        for found in pattern.finditer(text):
            group = found.lastindex or 1
            yield from named(found[group], found.start(group), names, "JavaScript")
