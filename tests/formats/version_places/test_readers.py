"""A file's name alone says which module reads it; no module is imported without such a file."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from release_actions.formats.version_places import readers
from release_actions.formats.version_places.place import Manifest, Package, Place, Role, Unreadable

MODULES = sorted({*readers.NAMES.values(), *readers.GLOBS.values(), *readers.FOLLOWED.values()})


@pytest.mark.parametrize("module", MODULES)
def test_every_module_that_is_named_reads(module: str) -> None:
    assert callable(import_module(f"release_actions.formats.version_places.{module}").read)


def test_at_least_fifteen_formats_are_read() -> None:
    assert len({*readers.NAMES, *readers.GLOBS}) >= 15


def test_nothing_is_imported_before_there_is_a_file_for_it() -> None:
    """A start must not pay for formats that the tree does not have."""
    program = (
        "import sys; from release_actions.formats.version_places import readers;"
        "readers.known('package.json'); readers.read('x.c', b'');"
        "print(*(set(sys.modules) & {'yaml', 'json', 'tomllib', 'xml.parsers.expat', 'ast'}))"
    )
    path = str(import_module("release_actions").__path__[0]).removesuffix("release_actions")
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(done.stdout.split()) <= {"ast"}


@pytest.mark.parametrize("path", ["setup.py", "_version.py"])
def test_python_that_is_nested_too_deep_is_refused(path: str) -> None:
    """Whichever of Python's own errors that is."""
    deep = b"__version__ = " + b"-" * 20_000 + b"1"
    with pytest.raises(Unreadable):
        readers.read(path, deep)


def test_a_module_that_runs_out_of_stack_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    def deep(path: str, content: bytes) -> Manifest:
        raise RecursionError

    module = import_module("release_actions.formats.version_places.plain")
    monkeypatch.setattr(module, "read", deep)
    with pytest.raises(Unreadable, match="nested too deep"):
        readers.read("VERSION", b"1")


def test_a_place_says_file_and_line() -> None:
    place = Place("a/b", 0, 1, 7, 2, "1", Role.STATEMENT, Package("npm", "x"), "version")
    assert str(place) == "a/b:7"
    assert (str(place.package), str(Package("plain", ""))) == ("x", "plain")


def test_the_page_tells_every_name_that_is_looked_for() -> None:
    page = (Path(__file__).parents[3] / "docs" / "version-places.md").read_text(encoding="utf-8")
    missing = [name for name in (*readers.NAMES, *readers.GLOBS) if f"`{name}`" not in page]
    assert not missing
