"""The Python projects of a tree: their names, their versions, and which wheels they make."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from posixpath import join
from typing import Any

from release_actions.clients.work_tree import WorkTree
from release_actions.formats.dist_name import ProjectName
from release_actions.formats.version_places import toml_places
from release_actions.formats.version_places.place import Manifest, Role
from release_actions.init.facts import Project

Bytes = Callable[[str], bytes | None]
Read = Callable[[str], Manifest | None]

REQUIRED = Role.REQUIREMENT

# By the module of `build-backend`, up to its first dot.
PURE = {"flit_core", "flit", "uv_build"}
NATIVE = {
    "maturin",
    "setuptools_rust",
    "scikit_build_core",
    "mesonpy",
    "py_build_cmake",
    "sipbuild",
}
# Calls in a setup.py that make a wheel for one platform.
EXTENDING = ("Extension", "cythonize", "mypycify", "CUDAExtension", "CppExtension")
ASKS = ("ext_modules", "rust_extensions", "cffi_modules", "has_ext_modules")


def projects(
    read: Bytes, manifest: Read, tree: WorkTree, paths: Iterable[str]
) -> Iterator[Project]:
    """Every pyproject.toml with a name that an index may have."""
    for path in paths:
        said = manifest(path) if path.endswith("pyproject.toml") else None
        content = read(path) if said is not None and said.published else None
        if said is None or content is None:
            continue
        document = toml_places.read(content).document
        name = _name(document)
        if name:
            folder = path.rpartition("/")[0]
            setup = read(place) if (place := join(folder, "setup.py")) in tree.files else None
            backend = _backend(document)
            yield Project(
                name,
                path,
                *_version(said, manifest),
                backend,
                *wheels(document, backend, setup),
                tuple(place.package.name for place in said.places if place.role is REQUIRED),
            )


def _at(document: Any, *path: str) -> Any:
    for step in path:
        document = document.get(step) if isinstance(document, dict) else None
    return document


def _name(document: Any) -> str:
    """As its authors write it; nothing for a file that describes no project, or no such name."""
    name = _at(document, "project", "name") or _at(document, "tool", "poetry", "name")
    try:
        return ProjectName(name) if isinstance(name, str) else ""
    except ValueError:
        return ""


def _backend(document: Any) -> str:
    """PEP 517: without a word of it, setuptools."""
    told = _at(document, "build-system", "build-backend")
    return told if isinstance(told, str) else "setuptools.build_meta"


def _version(said: Manifest, manifest: Read) -> tuple[str, str]:
    """The version, and the file that states it: the project's own, or the one that it follows."""
    for path in (said.path, *said.follows):
        found = said if path == said.path else manifest(path)
        stated = [p for p in found.places if p.role is Role.STATEMENT] if found else []
        if stated:
            return stated[0].text, path
    return "", ""


def wheels(document: Any, backend: str, setup: bytes | None) -> tuple[str, str]:
    """Which wheels it makes, pure, native or unknown, and what told so."""
    module = backend.partition(".")[0]
    if module in NATIVE:
        return "native", f"its build backend is {module}"
    if _at(document, "tool", "cibuildwheel") is not None:
        return "native", "it has settings for cibuildwheel"
    if _at(document, "build-system", "backend-path") is not None:
        return "unknown", "its build backend is its own"
    if module in PURE:
        return "pure", f"{module} makes no other"
    judge = {
        "hatchling": _hatch, "poetry": _poetry, "pdm": _pdm, "setuptools": _setuptools
    }.get(module)  # fmt: skip
    return judge(document, setup) if judge else ("unknown", f"its build backend is {module}")


def _hatch(document: Any, setup: bytes | None) -> tuple[str, str]:
    hooks = _at(document, "tool", "hatch", "build", "hooks")
    hooks = hooks or _at(document, "tool", "hatch", "build", "targets", "wheel", "hooks") or {}
    strange = [hook for hook in hooks if hook not in ("vcs", "version")]
    if strange:
        return "unknown", f"hatch has the build hook {', '.join(strange)}"
    return "pure", "hatchling without a build hook"


def _poetry(document: Any, setup: bytes | None) -> tuple[str, str]:
    if _at(document, "tool", "poetry", "build"):
        return "unknown", "poetry has a build script"
    return "pure", "poetry without a build script"


def _pdm(document: Any, setup: bytes | None) -> tuple[str, str]:
    if _at(document, "tool", "pdm", "build", "run-setuptools"):
        return "native", "pdm runs setuptools to build it"
    return "pure", "pdm without a build step"


def _setuptools(document: Any, setup: bytes | None) -> tuple[str, str]:
    if _at(document, "tool", "setuptools", "ext-modules"):
        return "native", "setuptools has ext-modules"
    if _at(document, "tool", "setuptools-rust") is not None:
        return "native", "it has settings for setuptools-rust"
    if setup is None:
        return "pure", "setuptools without ext-modules and without setup.py"
    try:
        tree = ast.parse(setup)
    except (SyntaxError, ValueError, RecursionError):
        return "unknown", "its setup.py cannot be read"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func
            name = called.id if isinstance(called, ast.Name) else str(called)
            asks = [keyword.arg for keyword in node.keywords if keyword.arg in ASKS]
            if name.endswith(EXTENDING) or asks:
                return "native", f"line {node.lineno} of its setup.py: {asks[0] if asks else name}"
    return "pure", "its setup.py names no extension"
