"""pyproject.toml: PEP 621, Poetry, and where a dynamic version comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from release_actions.formats.version_places import asked, toml_places
from release_actions.formats.version_places.beside import all_beside
from release_actions.formats.version_places.place import Manifest, Package, Place, Role, Unreadable
from release_actions.formats.version_places.python_name import python
from release_actions.formats.version_places.toml_places import Path, Toml, dotted

# Tables of lists of PEP 508 texts: PEP 621's, PEP 735's, PDM's.
LISTS: tuple[Path, ...] = (
    ("project", "optional-dependencies"),
    ("dependency-groups",),
    ("tool", "pdm", "dev-dependencies"),
)
POETRY = ("tool", "poetry")


class Pyproject(NamedTuple):
    """The file, and where it is."""

    path: str
    toml: Toml

    def get(self, *path: str) -> Any:
        """What stands there; None for nothing."""
        found: Any = self.toml.document
        for step in path:
            found = found.get(step) if isinstance(found, dict) else None
        return found

    def table(self, *path: str) -> dict[str, Any]:
        """The table there; an empty one where there is none."""
        found = self.get(*path)
        return found if isinstance(found, dict) else {}

    def texts(self, *path: str) -> list[str]:
        """The texts of the list there, or the one text; none where there is nothing."""
        found = self.get(*path)
        return [
            each
            for each in (found if isinstance(found, list) else [found])
            if isinstance(each, str)
        ]


def read(path: str, content: bytes) -> Manifest:
    """The project's version, what it asks of others, and the files that its version comes from.

    :raises Unreadable: what is no TOML, and a requirement that is none by PEP 508.
    """
    file = Pyproject(path, toml_places.read(content))
    at = ("project",) if "name" in file.table("project") else POETRY
    name = file.get(*at, "name")
    package = python(name) if isinstance(name, str) else None
    workspace = ("tool", "uv", "workspace")
    places = [*_stated(file, package), *_requirements(file), *_poetry(file)]
    return Manifest(
        path,
        package,
        tuple(sorted(places, key=lambda place: place.start)),
        published=_published(file),
        members=all_beside(path, *_manifests(file, *workspace, "members")),
        excluded=all_beside(path, *_manifests(file, *workspace, "exclude")),
        follows=_follows(file, package) if _dynamic(file) else (),
    )


def _manifests(file: Pyproject, *path: str) -> list[str]:
    return [f"{folder}/pyproject.toml" for folder in file.texts(*path)]


def _published(file: Pyproject) -> bool:
    told = [*file.texts("project", "classifiers"), *file.texts(*POETRY, "classifiers")]
    return (
        # The index refuses whatever has a classifier that begins so.
        not any(each.startswith("Private ::") for each in told)
        and file.get("tool", "uv", "package") is not False
        and file.get(*POETRY, "package-mode") is not False
    )


def _dynamic(file: Pyproject) -> bool:
    return "version" in file.texts("project", "dynamic") and not file.get(*POETRY, "version")


def _stated(file: Pyproject, package: Package | None) -> Iterator[Place]:
    for path in (("project", "version"), (*POETRY, "version")):
        token, value = file.toml.at(*path), file.get(*path)
        if token and value != "0":  # Poetry's word for a version that a plugin brings
            yield token.place(file.path, Role.STATEMENT, package or python(""), python=True)
        elif value is not None and token is None:
            raise Unreadable(f"`{dotted(path)}` is no text")


def _requirements(file: Pyproject) -> Iterator[Place]:
    lists: list[Path] = [("project", "dependencies"), ("build-system", "requires")]
    lists += [("tool", "uv", "dev-dependencies")]
    lists += [(*table, key) for table in LISTS for key in file.table(*map(str, table))]
    for path in lists:
        for number, _ in enumerate(file.get(*map(str, path)) or ()):
            token = file.toml.at(*path, number)  # a table instead includes another group
            if token is None:
                continue
            try:
                name, want = asked.pep508(token.value)
            except ValueError as error:
                raise Unreadable(f"{dotted(path)}: {error}", token.line, token.column) from error
            if want:
                yield _place(file, (*path, number), python(name), want)


def _poetry(file: Pyproject) -> Iterator[Place]:
    tables: list[Path] = [(*POETRY, "dependencies"), (*POETRY, "dev-dependencies")]
    tables += [(*POETRY, "group", group, "dependencies") for group in file.table(*POETRY, "group")]
    for table in tables:
        for name, value in file.table(*map(str, table)).items():
            # One, or one for each range of Pythons; as a text, or as a table with `version`.
            several = isinstance(value, list)
            for number, each in enumerate(value if several else [value]):
                path = (*table, name, number) if several else (*table, name)
                path = (*path, "version") if isinstance(each, dict) else path
                token = file.toml.at(*path)
                want = asked.poetry(token.value) if token and name != "python" else None
                if want:
                    yield _place(file, path, python(name), want)


def _place(file: Pyproject, path: Path, package: Package, want: asked.Asked) -> Place:
    token = file.toml.at(*path)
    assert token
    if token.raw != token.value:
        raise Unreadable(
            f"`{dotted(path)}` is not spelled as it is meant", token.line, token.column
        )
    return token.part(want.start, want.end).place(
        file.path,
        Role.REQUIREMENT,
        package,
        python=True,
        operator=want.operator,
        partial=want.partial,
    )


def _follows(file: Pyproject, package: Package | None) -> tuple[str, ...]:
    """The files one of which holds a dynamic version; none for one that git or a plugin tells."""
    backend = str(file.get("build-system", "build-backend") or "").partition(".")[0]
    wanted = {
        "hatchling": _hatch,
        "flit_core": _flit,
        "pdm": _pdm,
        "maturin": _maturin,
        "scikit_build_core": _scikit_build,
    }.get(backend, _setuptools)
    return all_beside(file.path, *wanted(file, package))


def _hatch(file: Pyproject, package: Package | None) -> list[str]:
    return file.texts("tool", "hatch", "version", "path")


def _pdm(file: Pyproject, package: Package | None) -> list[str]:
    return file.texts("tool", "pdm", "version", "path")


def _scikit_build(file: Pyproject, package: Package | None) -> list[str]:
    return file.texts("tool", "scikit-build", "metadata", "version", "input")


def _maturin(file: Pyproject, package: Package | None) -> list[str]:
    return file.texts("tool", "maturin", "manifest-path") or ["Cargo.toml"]


def _flit(file: Pyproject, package: Package | None) -> list[str]:
    named = file.texts("tool", "flit", "module", "name")
    module = named[0] if named else (package.name if package else "").replace("-", "_")
    return modules(module, ["", "src"])


def _setuptools(file: Pyproject, package: Package | None) -> list[str]:
    version = ("tool", "setuptools", "dynamic", "version")
    roots = file.texts("tool", "setuptools", "packages", "find", "where")
    folders = file.table("tool", "setuptools", "package-dir")
    roots += [folder for folder in [folders.get("")] if isinstance(folder, str)]
    found = [*file.texts(*version, "file")]
    for attribute in file.texts(*version, "attr"):
        found += attributed(attribute, folders, roots)
    return found


def attributed(attribute: str, folders: dict[str, Any], roots: list[str]) -> list[str]:
    """The files that `package.module.NAME` may stand in, as setuptools looks for it."""
    module = attribute.rpartition(".")[0]
    top, _, rest = module.partition(".")
    if isinstance(folders.get(top), str):
        return modules(f"{folders[top]}.{rest}".rstrip("."), [""])
    return modules(module, [*roots, "", "src"])


def modules(module: str, roots: list[str]) -> list[str]:
    """The files that a module's name may mean, below each root."""
    inner = module.replace(".", "/")
    return [
        f"{root or '.'}/{inner}{end}"
        for root in dict.fromkeys(roots)
        for end in (".py", "/__init__.py")
    ]
