"""Each kind of file has one place for its version; what cannot be read has no version."""

from __future__ import annotations

import pytest

from release_actions.formats.version_source import VersionSource, VersionSources, read
from release_actions.formats.versions import Version


def found(source: str, **files: str) -> str | None:
    source_ = VersionSource(source)
    there = {path.replace("/", "__"): path for path in source_.paths}
    named = {name.replace("_dot_", "."): text for name, text in files.items()}
    return read(
        source_, {path: named[k].encode() if k in named else None for k, path in there.items()}
    ).text


INHERITS = "[package]\nversion.workspace = true"
ROOT = '[workspace.package]\nversion = "1.2.3"'


@pytest.mark.parametrize(
    ("source", "files"),
    [
        ("Cargo.toml", {"Cargo_dot_toml": '[package]\nversion = "1.2.3"'}),
        ("Cargo.toml", {"Cargo_dot_toml": ROOT}),
        ("Cargo.toml", {"Cargo_dot_toml": f"{INHERITS}\n{ROOT}"}),
        ("a/b/Cargo.toml", {"a__b__Cargo_dot_toml": INHERITS, "Cargo_dot_toml": ROOT}),
        ("a/b/Cargo.toml", {"a__b__Cargo_dot_toml": INHERITS, "a__Cargo_dot_toml": ROOT}),
        ("pyproject.toml", {"pyproject_dot_toml": '[project]\nversion = "1.2.3"'}),
        ("pyproject.toml", {"pyproject_dot_toml": '[tool.poetry]\nversion = "1.2.3"'}),
        ("package.json", {"package_dot_json": '{"version": "1.2.3"}'}),
        ("Chart.yaml", {"Chart_dot_yaml": "appVersion: 9.9.9\nversion: 1.2.3\n"}),
        ("VERSION", {"VERSION": "1.2.3\n"}),
        ("p/__init__.py", {"p____init___dot_py": '__version__: str = "1.2.3"'}),
        ("x.json:/a~1b/1", {"x_dot_json": '{"a/b": ["0", "1.2.3"]}'}),
        ("x.toml:a.b", {"x_dot_toml": '[a]\nb = "1.2.3"'}),
        ("x.yaml:a.b", {"x_dot_yaml": "a: {b: 1.2.3}"}),
        ("versions.json:imageVersion", {"versions_dot_json": '{"imageVersion": "1.2.3"}'}),
    ],
)
def test_the_version_stands_in_its_place(source: str, files: dict[str, str]) -> None:
    assert found(source, **files) == "1.2.3"


@pytest.mark.parametrize(
    ("source", "content", "problem"),
    [
        ("Cargo.toml", b"[package]\nname = 'x'", "no `version`"),
        ("Cargo.toml", b"[package]\nversion.workspace = true", "no"),
        ("Cargo.toml", b'# version = "1.2.3"', "no `workspace`"),
        ("Cargo.toml", b'version = "1"\nversion = "2"', "overwrite"),
        ("pyproject.toml", b'[project]\ndynamic = ["version"]', "dynamic"),
        ("pyproject.toml", b'project = "x"', "no"),
        ("package.json", b'{"version": "1.2.3", "version": "1.2.4"}', "twice"),
        ("package.json", b'{"version": 1}', "not int"),
        ("package.json", b"\xff", "utf-8"),
        ("package.json", b"[" * 100_000, "no version can be read"),
        ("Chart.yaml", b"version: [", "no version can be read"),
        ("Chart.yaml", b"version: 1.20", "not float"),
        ("VERSION", b"", "nothing else"),
        ("VERSION", b"1.2.3 1.2.4", "nothing else"),
        ("x.json", b"1.2.3", "nothing else"),
        ("x.txt:a", b"a: 1.2.3", "needs a .toml"),
        ("v.py", b"__version__ = '1'\n__version__ = '2'", "2 times"),
        ("v.py", b"version = '1'", "0 times"),
        ("v.py", b"__version__ = '.'.join('123')", "not a literal"),
        ("v.py", b"__version__ = 3", "not a literal"),
        ("v.py", b"def", "no version can be read"),
        ("x.json:/a/9", b'{"a": []}', "no version can be read"),
    ],
)
def test_what_cannot_be_read_has_no_version(source: str, content: bytes, problem: str) -> None:
    """D-M10: there is no fallback. Parse, never grep (D-W7)."""
    reading = read(VersionSource(source), {source.partition(":")[0]: content})
    assert reading.text is None
    assert reading.there
    assert problem in reading.problem
    assert not reading.says(Version("1.2.3"))
    assert not reading.development
    assert reading.version is None


def test_a_file_that_is_not_there_is_told_as_such() -> None:
    reading = read(VersionSource("VERSION"), {"VERSION": None})
    assert (reading.there, reading.text) == (False, None)


def test_only_python_files_are_spelled_by_pep_440() -> None:
    python = [VersionSource(name).python for name in ("v.py", "a/pyproject.toml")]
    other = [VersionSource(name).python for name in ("VERSION", "pyproject.toml:/tool/x")]
    assert (python, other) == ([True, True], [False, False])


@pytest.mark.parametrize("raw", ["", "/etc/x", "../x", "a/../x", "x:", "x:/", "a\\b", ":a"])
def test_a_source_is_a_file_in_the_repository(raw: str) -> None:
    with pytest.raises(ValueError, match="a file in the repository"):
        VersionSource(raw)


def test_sources_are_told_once() -> None:
    sources = VersionSources("VERSION\na/Cargo.toml\nVERSION\nCargo.toml")
    assert list(sources) == ["VERSION", "a/Cargo.toml", "Cargo.toml"]
    assert sources.paths == ("VERSION", "a/Cargo.toml", "Cargo.toml")
