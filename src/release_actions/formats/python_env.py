"""Which variables a Python program sets, for itself, its children or in files. No I/O."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from release_actions.formats.env_hits import UNKNOWN, Hit, in_lines, named
from release_actions.formats.env_names import Names

SETTING = frozenset({"setdefault", "putenv", "setenv", "__setitem__", "pop_and_set"})
# What these are given goes out of the program: to a file, or to another program.
WRITING = frozenset(
    [
        "write",
        "writelines",
        "write_text",
        "write_bytes",
        "print",
        "append",
        "extend",
        "insert",
        "run",
        "call",
        "check_call",
        "check_output",
        "Popen",
        "system",
        "popen",
        "create_subprocess_exec",
        "create_subprocess_shell",
        "join",
    ]
)


_BEFORE_NAME = re.compile(r"(?<=\s)(?=[A-Z_]+=)")


def hits(text: str, names: Names) -> Iterator[Hit]:
    """All that a program says of the names, each once."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", 1) or 1
        offset = sum(map(len, text.splitlines(keepends=True)[: line - 1]))
        yield Hit("unread", f"no Python: {getattr(error, 'msg', error)}", offset, "python")
        return
    yield from dict.fromkeys(_Program(text, names).hits(tree))


class _Program:
    def __init__(self, text: str, names: Names) -> None:
        self.names = names
        lines = text.splitlines(keepends=True)
        self.starts = [0]
        for line in lines:
            self.starts.append(self.starts[-1] + len(line))
        self.lines = lines
        self.to_env = "GITHUB_ENV" in text
        self.constants: dict[str, str] = {}

    def at(self, node: ast.expr | ast.keyword) -> int:
        line = self.lines[node.lineno - 1] if node.lineno <= len(self.lines) else ""
        return self.starts[node.lineno - 1] + len(line.encode()[: node.col_offset].decode())

    def hits(self, tree: ast.AST) -> Iterator[Hit]:
        self.constants = dict(self.assigned(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
                yield from self.stored(node)
            elif isinstance(node, ast.Dict):
                for key in node.keys:
                    if key is not None:
                        yield from self.key(key, "a dict's key", told=False)
            elif isinstance(node, ast.Call):
                yield from self.call(node)

    def assigned(self, tree: ast.AST) -> Iterator[tuple[str, str]]:
        """Variables that hold one constant text."""
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                value = self.text(node.value)
                if UNKNOWN not in value:
                    yield node.targets[0].id, value

    def stored(self, node: ast.Assign | ast.AugAssign | ast.AnnAssign) -> Iterator[Hit]:
        """`os.environ[NAME] = …`, and any other mapping's."""
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Subscript):
                environ = "environ" in ast.dump(target.value)
                yield from self.key(target.slice, "an item that is set", told=environ)

    def key(self, key: ast.expr, how: str, *, told: bool) -> Iterator[Hit]:
        """`told`: whether a name that cannot be told is said so."""
        for hit in named(self.text(key) or " ", self.at(key), self.names, how):
            if told or hit.kind == "set":
                yield hit

    def call(self, node: ast.Call) -> Iterator[Hit]:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = name or (node.func.id if isinstance(node.func, ast.Name) else "")
        for keyword in node.keywords:
            if keyword.arg and name in ("dict", "update", "setdefault"):
                yield from named(keyword.arg, self.at(keyword), self.names, "a keyword")
        if name in SETTING and node.args:
            yield from self.key(node.args[0], name, told="environ" in ast.dump(node.func))
        to_file = name != "print" or any(k.arg == "file" for k in node.keywords)
        if name in WRITING and to_file:
            for argument in (*node.args, *(k.value for k in node.keywords)):
                yield from self.written(argument, name)

    def written(self, node: ast.expr, how: str) -> Iterator[Hit]:
        """Lines NAME=…, and the words NAME=… of a command, in all that is given."""
        text = self.text(node)
        if isinstance(node, ast.Constant | ast.JoinedStr | ast.BinOp | ast.Name | ast.Call):
            yield from self.printed(node, text, how)
        elif not isinstance(node, ast.Compare):
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    yield from self.written(child, how)

    def printed(self, node: ast.expr, text: str, how: str) -> Iterator[Hit]:
        """Lines of one text; where it may go to GITHUB_ENV, what is not known is told."""
        tell = self.to_env and how.startswith("write")
        words = _BEFORE_NAME.sub("\n", text) if how in ("system", "popen") else text
        for hit in in_lines(words, self.names, how, colon=False):
            if hit.kind == "set" or tell:
                yield Hit(hit.kind, hit.name, self.place(node, hit), how)
        if tell and text.startswith(UNKNOWN) and "=" not in text.partition("\n")[0]:
            yield Hit("computed", "…", self.at(node), how)

    def place(self, node: ast.expr, hit: Hit) -> int:
        """Where a line of a constant stands, as near as its spelling tells."""
        source = ast.get_source_segment("".join(self.lines), node) or ""
        name = hit.name.rstrip("…")
        within = source.find(name) if name else -1
        return self.at(node) + max(within, 0)

    def text(self, node: ast.expr) -> str:
        """A text as far as it is constant; what is not stands there as unknown."""
        if isinstance(node, ast.Constant):
            if isinstance(node.value, bytes):
                return node.value.decode("latin-1")
            return node.value if isinstance(node.value, str) else " "
        if isinstance(node, ast.JoinedStr):
            return "".join(map(self.text, node.values))
        if isinstance(node, ast.FormattedValue):
            return self.text(node.value)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self.text(node.left) + self.text(node.right)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            return re.sub(r"%\(?\w*\)?[sdr]", UNKNOWN, self.text(node.left))
        if isinstance(node, ast.Name):
            return self.constants.get(node.id, UNKNOWN)
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("format", "encode", "strip", "upper")
        ):
            inner = self.text(node.func.value)
            inner = inner.upper() if node.func.attr == "upper" else inner
            return re.sub(r"\{[^}]*\}", UNKNOWN, inner) if node.func.attr == "format" else inner
        return UNKNOWN
