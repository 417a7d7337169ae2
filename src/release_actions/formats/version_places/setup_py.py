"""setup.py: a literal `version=` in the one call of setup()."""

from __future__ import annotations

import ast

from release_actions.formats.version_places.place import Manifest, Package, Place, Unreadable
from release_actions.formats.version_places.python_module import constant, literal, named, parsed
from release_actions.formats.version_places.python_name import python
from release_actions.formats.version_places.source import Source


def read(path: str, content: bytes) -> Manifest:
    """The version, or that of the one name at the module's top that stands there for it.

    :raises Unreadable: what is no Python, or calls setup() twice with a version.
    """
    source = Source(path, content)
    module = parsed(source)
    calls = [
        node for node in ast.walk(module) if isinstance(node, ast.Call) and _is_setup(node.func)
    ]
    given = [keywords for call in calls if (keywords := _keywords(call)).get("version")]
    if len(given) > 1:
        line, column = given[1]["version"].lineno, given[1]["version"].col_offset + 1
        raise Unreadable("`setup(version=…)` is called twice", line, column)
    if not given:
        return Manifest(path, None)
    name = constant(given[0].get("name"))
    package = python(name or "")
    return Manifest(path, package, _places(source, module, given[0]["version"], package))


def _is_setup(function: ast.expr) -> bool:
    return (isinstance(function, ast.Name) and function.id == "setup") or (
        isinstance(function, ast.Attribute) and function.attr == "setup"
    )


def _keywords(call: ast.Call) -> dict[str, ast.expr]:
    return {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}


def _places(
    source: Source, module: ast.Module, value: ast.expr, package: Package
) -> tuple[Place, ...]:
    if isinstance(value, ast.Name):
        return named(source, module, value.id, package)
    return () if constant(value) is None else (literal(source, value, package, "setup(version)"),)
