"""Where a version is written: a file's own place for it, or one that a selector names."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Self

import tomli

from release_actions.formats.versions import Version, development
from release_actions.values import Lines

Files = Mapping[str, bytes | None]  # None: there is no such file


class VersionSource(str):
    """FILE, or FILE:SELECTOR with a JSON pointer (/a/b) or a dotted path (a.b)."""

    def __new__(cls, raw: str) -> Self:
        path, colon, selector = raw.partition(":")
        sound = path and not path.startswith("/") and ".." not in path.split("/")
        if not sound or "\\" in path or (colon and not selector.strip("/.")):
            raise ValueError(
                "a file in the repository, FILE or FILE:SELECTOR, such as Cargo.toml"
                " or versions.json:/imageVersion"
            )
        return super().__new__(cls, raw)

    @property
    def path(self) -> str:
        return str(PurePosixPath(self.partition(":")[0]))

    @property
    def selector(self) -> str:
        return self.partition(":")[2]

    @property
    def python(self) -> bool:
        """Whether its versions are spelled by PEP 440."""
        return not self.selector and self.path.endswith((".py", "pyproject.toml"))

    @property
    def paths(self) -> tuple[str, ...]:
        """The files that may be needed: a crate may inherit its version from further up."""
        path = PurePosixPath(self.path)
        if path.name != "Cargo.toml" or self.selector:
            return (self.path,)
        return (self.path, *(str(folder / "Cargo.toml") for folder in path.parent.parents))


class VersionSources(tuple[VersionSource, ...]):
    """Version sources, one a line, each once."""

    def __new__(cls, raw: str) -> Self:
        return super().__new__(cls, dict.fromkeys(VersionSource(line) for line in Lines(raw)))

    @property
    def paths(self) -> tuple[str, ...]:
        """Every file that may be needed, each once."""
        return tuple(dict.fromkeys(path for source in self for path in source.paths))


@dataclass(frozen=True)
class Reading:
    """What a source says: its text, or why there is none."""

    source: VersionSource
    text: str | None
    problem: str = ""
    there: bool = True

    @property
    def version(self) -> Version | None:
        return None if self.text is None else Version.of(self.text, python=self.source.python)

    def says(self, version: Version) -> bool:
        return self.text is not None and version.spells(self.text, python=self.source.python)

    @property
    def development(self) -> bool:
        return self.text is not None and development(self.text, python=self.source.python)


# A table that is a text, a list that ends, Python that is none, JSON nested to break us.
UNREADABLE = (
    *(ValueError, LookupError, TypeError, AttributeError),
    *(SyntaxError, RecursionError),
)


def read(source: VersionSource, files: Files) -> Reading:
    """The version that the source says, of the files that it may need."""
    content = files[source.path]
    if content is None:
        return Reading(source, None, "there is no such file", there=False)
    try:
        return Reading(source, _reader(source)(source, content.decode("utf-8"), files))
    except UNREADABLE as error:
        return Reading(source, None, f"no version can be read: {error}")


def _reader(source: VersionSource) -> Any:
    name = PurePosixPath(source.path).name
    if source.selector:
        return _selected
    if name in OWN_PLACE:
        return lambda source, text, files: _at(_parse(source.path, text), OWN_PLACE[name])
    return {"Cargo.toml": _cargo, "pyproject.toml": _pyproject}.get(
        name, _assigned if name.endswith(".py") else _whole
    )


OWN_PLACE = {"package.json": ("version",), "Chart.yaml": ("version",), "galaxy.yml": ("version",)}


def _selected(source: VersionSource, text: str, files: Files) -> str:
    selector = source.selector
    if selector.startswith("/"):  # RFC 6901
        steps = [s.replace("~1", "/").replace("~0", "~") for s in selector[1:].split("/")]
    else:
        steps = selector.split(".")
    return _at(_parse(source.path, text), steps)


STRUCTURED = (".toml", ".lock", ".json", ".yaml", ".yml")


def _parse(path: str, text: str) -> Any:
    if path.endswith((".toml", ".lock")):
        return tomli.loads(text)
    if path.endswith(".json"):
        return json.loads(text, object_pairs_hook=_unique)
    if path.endswith((".yaml", ".yml")):
        return _yaml(text)
    raise ValueError("a selector needs a .toml, .json or .yaml file")


def _yaml(text: str) -> Any:
    import yaml  # 16 ms that only such a file needs

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(f"it is no YAML: {error}") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two readers of a key that stands there twice would not agree."""
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a key stands there twice")
    return dict(pairs)


def _at(document: Any, steps: Any) -> str:
    for step in steps:
        if isinstance(document, list) and step.isdigit():
            document = document[int(step)]
        elif isinstance(document, dict) and step in document:
            document = document[step]
        else:
            raise ValueError(f"there is no `{step}`")
    if not isinstance(document, str):
        raise ValueError(f"a text is expected there, not {type(document).__name__}")
    return document


def _cargo(source: VersionSource, text: str, files: Files) -> str:
    manifest = tomli.loads(text)
    if "package" not in manifest:
        return _at(manifest, ("workspace", "package", "version"))
    version = manifest["package"].get("version")
    if version != {"workspace": True}:
        return _at(manifest, ("package", "version"))
    for path in source.paths:
        above = tomli.loads((files.get(path) or b"").decode("utf-8"))
        if "workspace" in above:
            return _at(above, ("workspace", "package", "version"))
    raise ValueError("it inherits from a workspace, and there is none above it")


def _pyproject(source: VersionSource, text: str, files: Files) -> str:
    document = tomli.loads(text)
    project = document.get("project", {})
    if "version" in project.get("dynamic", ()):
        raise ValueError("its version is dynamic: name the file that it comes from")
    if "version" not in project and "poetry" in document.get("tool", {}):
        return _at(document, ("tool", "poetry", "version"))
    return _at(document, ("project", "version"))


def _assigned(source: VersionSource, text: str, files: Files) -> str:
    """`__version__`, assigned exactly once, a literal, at the module's top."""
    found = [
        node.value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name) and target.id == "__version__"
    ]
    if len(found) != 1:
        raise ValueError(f"`__version__` is assigned {len(found)} times, not once")
    if not isinstance(found[0], ast.Constant) or not isinstance(found[0].value, str):
        raise ValueError("`__version__` is not a literal text")
    return found[0].value


def _whole(source: VersionSource, text: str, files: Files) -> str:
    """A file that holds the version and nothing else, such as VERSION."""
    if PurePosixPath(source.path).suffix in STRUCTURED or len(text.split()) != 1:
        raise ValueError("the file should hold the version and nothing else; else name a selector")
    return text.strip()
