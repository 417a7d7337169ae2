"""Which module reads a file: by its name alone, and imported only when such a file is there."""

from __future__ import annotations

from fnmatch import fnmatchcase
from importlib import import_module
from typing import cast

from release_actions.formats.version_places.place import Manifest, Role, Unreadable

# Every name that is looked for without being told. A module is beside this one.
NAMES = {
    "Cargo.toml": "cargo_toml",
    "Cargo.lock": "cargo_lock",
    "pyproject.toml": "pyproject",
    "uv.lock": "python_lock",
    "poetry.lock": "python_lock",
    "setup.cfg": "setup_cfg",
    "setup.py": "setup_py",
    "__init__.py": "python_module",
    "__about__.py": "python_module",
    "__version__.py": "python_module",
    "_version.py": "python_module",
    "version.py": "python_module",
    "package.json": "package_json",
    "pnpm-workspace.yaml": "package_json",
    "package-lock.json": "package_lock",
    "npm-shrinkwrap.json": "package_lock",
    "lerna.json": "json_files",
    "deno.json": "json_files",
    "jsr.json": "json_files",
    "composer.json": "json_files",
    "Chart.yaml": "chart",
    "CITATION.cff": "yaml_files",
    "galaxy.yml": "yaml_files",
    "pubspec.yaml": "pubspec",
    "gradle.properties": "properties",
    "build.gradle": "script",
    "build.gradle.kts": "script",
    "mix.exs": "mix",
    "version.rb": "script",
    "VERSION": "plain",
    "VERSION.txt": "plain",
    "version.txt": "plain",
    "pom.xml": "pom",
    "Directory.Build.props": "msbuild",
}
GLOBS = {
    "*.gemspec": "script",
    "*.podspec": "script",
    "*.csproj": "msbuild",
    "*.fsproj": "msbuild",
}
# A version is looked for in these only where another file says that it stands there.
FOLLOWED = {"*.py": "python_module", "*": "plain"}


def known(path: str) -> bool:
    """Whether a file of this name is looked into without being told."""
    return _module(path) is not None


def read(path: str, content: bytes) -> Manifest | None:
    """What the file says by its places; None for a name that means nothing here.

    :raises Unreadable: what is not as its name says, with line and column.
    """
    module = _module(path)
    return None if module is None else _read(module, path, content)


def follow(path: str, content: bytes) -> Manifest:
    """The same for a file that another one `follows`, whatever its name.

    :raises Unreadable: also where no version stands there.
    """
    name = _name(path)
    module = _module(path) or next(m for glob, m in FOLLOWED.items() if fnmatchcase(name, glob))
    found = _read(module, path, content)
    stated = any(place.role is Role.STATEMENT for place in found.places)
    if not (stated or found.inherits or found.follows):
        raise Unreadable("no version stands there as a literal")
    return found


def _read(module: str, path: str, content: bytes) -> Manifest:
    reader = import_module(f"release_actions.formats.version_places.{module}")
    try:
        return cast(Manifest, reader.read(path, content))
    except RecursionError:
        raise Unreadable("it is nested too deep") from None


def _module(path: str) -> str | None:
    name = _name(path)
    return NAMES.get(name) or next(
        (m for glob, m in GLOBS.items() if fnmatchcase(name, glob)), None
    )


def _name(path: str) -> str:
    return path.rpartition("/")[2]
