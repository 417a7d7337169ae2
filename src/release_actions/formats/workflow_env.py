"""Where a workflow or a composite action really sets environment variables. No I/O.

`env:` of workflow, job, step, container and services; `with:` of known shapes; matrix; the
secrets that are handed on; `run:` and what it calls. Names, descriptions and comments set nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from release_actions.formats import powershell_env, python_env, shell_env
from release_actions.formats.env_hits import Hit, in_expressions, in_items, in_lines, listed, named
from release_actions.formats.env_names import Names
from release_actions.formats.marked_yaml import (
    Source,
    get,
    is_mapping,
    items,
    pairs,
    scalar,
    scalars,
)
from release_actions.formats.script_signs import Signs, calls_by_uses

if TYPE_CHECKING:
    from yaml import Node

# Inputs of actions by what they are given: variables, or a script.
VARIABLES = re.compile(
    r"env|(?:^|[-_])(?:build-?)?args?(?:$|[-_])|build_args|variable|secret|^options$|overrides",
    re.I,
)
SCRIPTS = re.compile(r"script|^run$|(?:^|[-_])(?:cmd|command|commands|exec)$", re.I)
PASSED = re.compile(r"^(?:envkey|env|input_env)_", re.I)
FILES = re.compile(r"(?:^|[-_])(?:file|files|path|compose)(?:$|[-_])|compose", re.I)
_JAVASCRIPT = re.compile(
    r"""exportVariable\(\s*["'`](\w+)|process\.env(?:\.(\w+)|\[\s*["'`](\w+)["'`]\s*\])\s*(?:\|\||\?\?)?=(?!=)
    |(?:^|[\s,{(])["']?(\w+)["']?\s*:\s*(?=[^\n]*\})""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Setting:
    """One thing that a file says of variables, and where. `path` leads there through the file.

    `kind` is set, computed or unread; `name` is the variable, or what was not understood.
    """

    kind: str
    name: str
    line: int
    column: int
    path: str
    how: str
    text: str  # the line itself


@dataclass(frozen=True)
class Call:
    """A file that is called or read. `kind`: workflow, action, remote, script or data."""

    kind: str
    target: str
    line: int
    column: int
    path: str
    how: str = ""
    folders: tuple[str, ...] = ()  # working directories that it may be meant from


Said = Setting | Call


class _Document:
    """One document that is being read: what it says is collected in the order of the text."""

    def __init__(self, text: str, names: Names) -> None:
        self.source = Source(text)
        self.names = names
        self.seen: set[tuple[int, str]] = set()
        self.signs = Signs()

    def first(self, node: Node, what: str) -> bool:
        """Whether a node that several aliases mean is met for the first time."""
        if (id(node), what) in self.seen:
            return False
        self.seen.add((id(node), what))
        return True

    def setting(self, node: Node, hit: Hit, path: str) -> Setting:
        line, column = self.source.within(node, hit.offset, hit.name)
        text = self.source.lines[line - 1] if line <= len(self.source.lines) else ""
        return Setting(hit.kind, hit.name, line, column, path, hit.how, text.strip())

    def said(
        self, node: Node, hits: Iterator[Hit], path: str, folders: tuple[str, ...] = ()
    ) -> Iterator[Said]:
        for hit in hits:
            if hit.kind in ("script", "data"):
                line, column = self.source.within(node, hit.offset, hit.name)
                yield Call(hit.kind, hit.name, line, column, path, hit.how, folders)
            else:
                yield self.setting(node, hit, path)

    # Places where variables are set

    def env(self, node: Node | None, path: str) -> Iterator[Said]:
        if node is None or not self.first(node, "env"):
            return
        if not is_mapping(node):
            text = scalar(node)
            if "${{" in text and not re.fullmatch(r"\$\{\{\s*matrix\.[\w.-]+\s*\}\}", text.strip()):
                yield from self.whole(node, text, path)
            return
        for key, value in pairs(node):
            for hit in named(key.value, 0, self.names, "env"):
                yield self.setting(key, hit, f"{path}.{key.value}")
            yield from self.expressions(value, f"{path}.{key.value}")

    def whole(self, node: Node, text: str, path: str) -> Iterator[Said]:
        """All variables at once, by an expression: those of a constant can be read."""
        found = [
            h
            for m in re.finditer(r"[\"']([A-Za-z_]\w*)[\"']\s*:", text)
            for h in named(m[1], m.start(1), self.names, "env")
        ]
        for hit in found:
            yield self.setting(node, hit, path)
        if not found and not re.search(r"fromJSON\(\s*'", text) and self.names.may_begin(""):
            yield self.setting(node, Hit("computed", text, 0, "env"), path)

    def expressions(self, node: Node | None, path: str) -> Iterator[Said]:
        text = scalar(node)
        if node is not None and "${{" in text:
            for hit in in_expressions(text, self.names):
                yield self.setting(node, hit, path)

    def matrix(self, node: Node | None, path: str) -> Iterator[Said]:
        """Keys and values of a matrix that are such a name, or begin NAME=: they become one."""
        if node is None:
            return
        for below, here, is_key in scalars(node):
            hits = named(here.value, 0, self.names, "matrix")
            if not is_key:
                hits = _both(
                    in_items(here.value, self.names, "matrix"), _names_in(here.value, self.names)
                )
            for hit in hits:
                if hit.kind == "set":
                    yield self.setting(here, hit, _path(path, below))

    def given(
        self, node: Node | None, path: str, use: str, folders: tuple[str, ...]
    ) -> Iterator[Said]:
        """`with:` of a step or of a job that calls a workflow."""
        if node is None or not self.first(node, f"with {use}"):
            return
        for key, value in pairs(node):
            at = f"{path}.{key.value}"
            for hit in named(PASSED.sub("", key.value), 0, self.names, "with"):
                yield self.setting(key, hit, at)
            text = scalar(value)
            if text:
                yield from self.said(value, self.input(key.value, text, use), at, folders)
                yield from self.expressions(value, at)

    def input(self, key: str, text: str, use: str) -> Iterator[Hit]:
        if SCRIPTS.search(key):
            if "github-script" in use:
                for found in _JAVASCRIPT.finditer(text):
                    group = found.lastindex or 1
                    yield from named(found[group], found.start(group), self.names, "JavaScript")
                return
            yield from _of_shell(text, self.names)
        elif VARIABLES.search(key):
            yield from in_items(text, self.names, f"with {key}")
            yield from in_lines(text, self.names, f"with {key}")
            yield from listed(text, self.names, f"with {key}")
            yield from _alone(text, self.names, f"with {key}")
            yield from _of_options(text, self.names)
        if FILES.search(key) or "env" in key.lower():
            for word in re.finditer(r"[^\s,]+", text):
                if shell_env.DATA.fullmatch(word[0]):
                    yield Hit("data", word[0], word.start(), "")

    def run(
        self, step: Node, path: str, shell: str, folders: tuple[str, ...], known: Mapping[str, str]
    ) -> Iterator[Said]:
        node = get(step, "run")
        text = scalar(node)
        if node is None or not text or not self.first(node, f"run {shell}"):
            return
        hits = script_hits(text, shell, self.names, known)
        yield from self.said(node, hits, f"{path}.run", folders)
        yield from self.expressions(node, f"{path}.run")


def _both(*some: Iterator[Hit]) -> Iterator[Hit]:
    yield from dict.fromkeys(hit for hits in some for hit in hits)


def _names_in(text: str, names: Names) -> Iterator[Hit]:
    """A text that is a name, or JSON that has it as a text."""
    for found in re.finditer(r"^\s*([A-Za-z_]\w*)\s*$|[\"']([A-Za-z_]\w*)[\"']", text, re.ASCII):
        group = 1 if found[1] else 2
        yield from named(found[group], found.start(group), names, "matrix")


def _alone(text: str, names: Names, how: str) -> Iterator[Hit]:
    """Names that pass a variable on, alone on their line or between commas (ssh-action's envs)."""
    for found in re.finditer(r"(?:^|[,\n])[ \t]*([A-Za-z_]\w*)[ \t]*(?=$|[,\n])", text, re.ASCII):
        yield from named(found[1], found.start(1), names, how)


def _of_options(text: str, names: Names) -> Iterator[Hit]:
    for found in re.finditer(
        r"(?:^|\s)(?:-e|--env|--build-arg)(?:\s+|=)[\"']?([A-Za-z_]\w*)", text, re.ASCII
    ):
        yield from named(found[1], found.start(1), names, "an option")


def _of_shell(text: str, names: Names) -> Iterator[Hit]:
    yield from shell_env.hits(text, names)


def script_hits(text: str, shell: str, names: Names, known: Mapping[str, str]) -> Iterator[Hit]:
    """What a script says, read in its shell's language."""
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
        if shell == "?" and re.search(r"\$env:|\bEnv:|SetEnvironmentVariable", text, re.I):
            # The runner is not known: its own shell may be PowerShell.
            yield from powershell_env.hits(text, names)


def _filled(text: str) -> str:
    """GitHub's expressions as names of their own length, so that Python can be read."""
    return re.sub(r"\$\{\{.*?\}\}", lambda found: "_" * len(found[0]), text, flags=re.DOTALL)


def _called(text: str) -> Iterator[Hit]:
    """Scripts that PowerShell and cmd.exe call by path, and files that are read."""
    for found in re.finditer(r"(?:^|(?<=[\s\"'&;(=]))[\w.\\/@-]+", text, re.ASCII):
        path = found[0].replace("\\", "/")
        if re.fullmatch(r"[\w./@-]*[\w@-]\.(?:ps1|sh|py|cmd|bat)", path):
            yield Hit("script", path, found.start(), "")
        elif shell_env.DATA.fullmatch(path):
            yield Hit("data", path, found.start(), "")


def may_say(text: bytes, names: Names, signs: Signs | None = None) -> bool:
    """Whether a script, or a whole workflow, can say anything of them; never no where it can."""
    return names.possible(text) or (signs or Signs()).any_in(text)


def needs_reading(text: bytes, names: Names, signs: Signs | None = None) -> bool:
    """Whether a workflow has to be read node by node: it calls something, or may say something."""
    return calls_by_uses(text) or may_say(text, names, signs)


def workflow(root: Node, text: str, names: Names) -> Iterator[Said]:
    """All that a workflow says of the names, and all that it calls."""
    document = _Document(text, names)
    yield from document.env(get(root, "env"), "env")
    for name, job in pairs(get(root, "jobs")):
        yield from _job(document, job, f"jobs.{name.value}", root)


def _job(document: _Document, job: Node, path: str, root: Node) -> Iterator[Said]:
    if not document.first(job, "job"):
        return
    yield from document.env(get(job, "env"), f"{path}.env")
    yield from document.matrix(get(job, "strategy", "matrix"), f"{path}.strategy.matrix")
    containers = [(get(job, "container"), f"{path}.container")]
    containers += [(c, f"{path}.services.{n.value}") for n, c in pairs(get(job, "services"))]
    for container, at in containers:
        yield from document.env(get(container, "env"), f"{at}.env")
        options = get(container, "options")
        if options is not None:
            hits = list(_of_options(scalar(options), document.names))
            yield from document.said(options, iter(hits), f"{at}.options")
    yield from _uses(document, get(job, "uses"), f"{path}.uses", "workflow")
    yield from document.given(get(job, "with"), f"{path}.with", scalar(get(job, "uses")), ("",))
    for key, value in pairs(get(job, "secrets")):
        for hit in named(key.value, 0, document.names, "secrets"):
            yield document.setting(key, hit, f"{path}.secrets.{key.value}")
        yield from document.expressions(value, f"{path}.secrets.{key.value}")
    defaults = [get(job, "defaults", "run"), get(root, "defaults", "run")]
    surroundings = (get(root, "env"), get(job, "env"))
    yield from _steps(document, get(job, "steps"), path, defaults, surroundings, _own_shell(job))


def _own_shell(job: Node) -> str:
    """The shell of a job's runner: PowerShell on Windows, `?` where that cannot be told."""
    runner = get(job, "runs-on")
    labels = " ".join(s.value for _, s, key in scalars(runner) if not key).lower() if runner else ""
    if "windows" in labels:
        return "pwsh"
    return "?" if "${{" in labels or not labels else "bash"


def _steps(
    document: _Document,
    steps: Node | None,
    path: str,
    defaults: list[Node | None],
    surroundings: tuple[Node | None, ...],
    own: str,
) -> Iterator[Said]:
    for index, step in enumerate(items(steps)):
        at = f"{path}.steps[{index}]"
        if not is_mapping(step):
            continue
        yield from document.env(get(step, "env"), f"{at}.env")
        uses, given = get(step, "uses"), get(step, "with")
        run = scalar(get(step, "run"))
        says = bool(run) and may_say(run.encode(errors="replace"), document.names, document.signs)
        settings = [step, *defaults]
        folders = _folders(_first(settings, "working-directory")) if says or given else ("",)
        if says:
            shell = _language(_first(settings, "shell") or own)
            known = _constants((*surroundings, get(step, "env")))
            yield from document.run(step, at, shell, folders, known)
        elif "${{" in run:
            yield from document.expressions(get(step, "run"), f"{at}.run")
        if uses is not None:
            yield from _uses(document, uses, f"{at}.uses", "action")
        if given is not None:
            yield from document.given(given, f"{at}.with", scalar(uses), folders)


def _folders(written: str) -> tuple[str, ...]:
    """Where a step's paths begin: its working directory, where that can be told, and the top."""
    return ("",) if not written or "$" in written else (written.removeprefix("./"), "")


def _first(nodes: list[Node | None], key: str) -> str:
    return next((text for node in nodes if (text := scalar(get(node, key)))), "")


def _language(shell: str) -> str:
    word = (shell.split() or ["bash"])[0].rpartition("/")[2].removesuffix(".exe")
    if re.fullmatch(r"python[\d.]*", word):
        return "python"
    return word if word in ("pwsh", "powershell", "cmd", "?") else "bash"


def _constants(envs: tuple[Node | None, ...]) -> dict[str, str]:
    """Variables of the surroundings that hold a constant text."""
    found: dict[str, str] = {}
    for env in envs:
        for key, value in pairs(env):
            text = scalar(value)
            if "${{" not in text:
                found[key.value] = text
            else:
                found.pop(key.value, None)
    return found


def _uses(document: _Document, node: Node | None, path: str, kind: str) -> Iterator[Said]:
    text = scalar(node).strip()
    if node is None or not text:
        return
    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    if text.startswith("./"):
        yield Call(kind, text[2:], line, column, path)
    elif kind == "workflow":
        yield Call("remote", text, line, column, path)


def composite(root: Node, text: str, names: Names, folder: str) -> Iterator[Said]:
    """All that an action of the repository says: its steps, or its container."""
    document = _Document(text, names)
    runs = get(root, "runs")
    yield from document.env(get(runs, "env"), "runs.env")
    yield from _steps(document, get(runs, "steps"), "runs", [], (), "bash")
    for key in ("image", "main", "pre", "post", "entrypoint", "pre-entrypoint", "post-entrypoint"):
        node = get(runs, key)
        target = scalar(node)
        if node is not None and target and "://" not in target:
            line, column = node.start_mark.line + 1, node.start_mark.column + 1
            how = (
                "dockerfile"
                if key == "image"
                else "javascript"
                if key in ("main", "pre", "post")
                else ""
            )
            kind = "data" if key == "image" else "script"
            yield Call(kind, target.removeprefix("./"), line, column, f"runs.{key}", how, (folder,))


def javascript_hits(text: str, names: Names) -> Iterator[Hit]:
    """Variables that an action's program sets by exportVariable or process.env."""
    for found in _JAVASCRIPT.finditer(text):
        group = found.lastindex or 1
        if group < 4:
            yield from named(found[group], found.start(group), names, "JavaScript")


def _path(path: str, below: tuple[str, ...]) -> str:
    return ".".join((path, *below)).replace(".[", "[")
