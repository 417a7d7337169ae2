"""A Python module that states its version as a literal: `__version__ = "1.2.3"`."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from release_actions.formats.version_places.place import Manifest, Package, Place, Role, Unreadable
from release_actions.formats.version_places.python_name import python
from release_actions.formats.version_places.source import Source

NAMES = ("__version__", "VERSION", "__VERSION__", "version")  # the first that is bound counts
# Nothing of these at a line's begin: then the module is not parsed, and need not be Python.
HOPEFUL = re.compile(rb"^(?=[A-Za-z_]).*\b(?:__version__|VERSION|__VERSION__|version)\b", re.M)
LITERAL = re.compile(r"""[rRuU]?(?P<quote>\"\"\"|'''|"|')(?P<said>.*)(?P=quote)""", re.S)


def read(path: str, content: bytes) -> Manifest:
    """The one literal at the module's top. One that is imported, read or computed is no place.

    :raises Unreadable: what is no Python, or binds the name more than once (O6).
    """
    if not HOPEFUL.search(content):
        return Manifest(path, None)
    source = Source(path, content)
    package = python(_folder(path))
    module = parsed(source)
    for name in NAMES:
        if any(_bound(module, name)):
            return Manifest(path, package, named(source, module, name, package))
    return Manifest(path, None)


def _folder(path: str) -> str:
    """src/pkg/__init__.py and pkg/_version.py are of pkg."""
    return path.rpartition("/")[0].rpartition("/")[2]


def parsed(source: Source) -> ast.Module:
    """The module's tree.

    :raises Unreadable: what is no Python, with line and column.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd literals, which would be told to our users
            return ast.parse(source.text)
    except SyntaxError as error:
        why = f"it is no Python: {error.msg}"
        raise Unreadable(why, error.lineno or 0, error.offset or 0) from error
    except (ValueError, MemoryError) as error:
        raise Unreadable(f"it is no Python: {error}") from error


Binding = tuple[ast.stmt, ast.expr | None]


def _bound(module: ast.Module, name: str) -> Iterator[Binding]:
    """Each statement outside of functions and classes that binds the name, and its value."""
    waiting: list[ast.AST] = list(reversed(module.body))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        if isinstance(node, ast.stmt):
            yield from ((node, value) for target, value in _targets(node) if target == name)
        waiting.extend(reversed(list(ast.iter_child_nodes(node))))


def _targets(node: ast.stmt) -> Iterator[tuple[str, ast.expr | None]]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            for each in ast.walk(target):
                if isinstance(each, ast.Name):
                    yield each.id, node.value if each is target else None
    elif isinstance(node, ast.AnnAssign | ast.AugAssign) and isinstance(node.target, ast.Name):
        if isinstance(node, ast.AugAssign) or node.value is not None:
            yield node.target.id, node.value if isinstance(node, ast.AnnAssign) else None
    elif isinstance(node, ast.Import | ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name.partition(".")[0], None


def named(
    source: Source, module: ast.Module, name: str, package: Package, *, last: bool = False
) -> tuple[Place, ...]:
    """The place of the literal that the module binds the name to, once, at its top.

    One that is imported, read or computed has none. `__version__ = VERSION` leads to that one.

    :raises Unreadable: where a literal is one of several that the name is bound to (O6).
    """
    bound = list(_bound(module, name))
    tops = [value for statement, value in bound if statement in module.body]
    if len(bound) > 1 and any(constant(value) is not None for value in tops):
        line, column = bound[1][0].lineno, bound[1][0].col_offset + 1
        raise Unreadable(f"`{name}` is assigned {len(bound)} times, not once", line, column)
    if len(bound) != 1 or not tops or tops[0] is None:
        return ()
    if isinstance(tops[0], ast.Name) and not last:
        return named(source, module, tops[0].id, package, last=True)
    return () if constant(tops[0]) is None else (literal(source, tops[0], package, name),)


def constant(node: ast.expr | None) -> str | None:
    """The text of a literal; None for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def literal(source: Source, node: ast.expr, package: Package, key: str) -> Place:
    """The place of a literal text, without its quotes.

    :raises Unreadable: where it is put together of parts, or spelled with escapes.
    """
    start, end = (
        _at(source, node.lineno, node.col_offset),
        _at(source, node.end_lineno, node.end_col_offset),
    )
    found = LITERAL.fullmatch(source.text[start:end])
    if found is None or found["said"] != constant(node):
        raise source.unreadable(f"`{key}` is not spelled as it is meant", start)
    first = start + found.start("said")
    return source.place(
        first, first + len(found["said"]), package, key, Role.STATEMENT, python=True
    )


def _at(source: Source, line: int | None, column: int | None) -> int:
    """Python counts lines by any line end, and columns in bytes of UTF-8."""
    starts = [0, *(found.end() for found in re.finditer(r"\r\n|\r|\n", source.text))]
    start = starts[(line or 1) - 1]
    rest = source.text[start : start + (column or 0)]
    return start + len(rest.encode()[: column or 0].decode())
