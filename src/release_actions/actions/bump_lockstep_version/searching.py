"""The look: every file that states a version, found from where each group begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from fnmatch import fnmatchcase
from functools import cache
from typing import NamedTuple

from release_actions.actions.bump_lockstep_version.asked import Inputs
from release_actions.clients import work_tree
from release_actions.clients.work_tree import OutsideError, WorkTree
from release_actions.formats.version_group import VersionGroup
from release_actions.formats.version_places import readers
from release_actions.formats.version_places.cargo_manifest import CargoManifest
from release_actions.formats.version_places.place import Manifest, Unreadable
from release_actions.values import Lines
from release_actions.world import World

LOCKS = ("Cargo.lock", "uv.lock", "poetry.lock", "package-lock.json", "npm-shrinkwrap.json")
MODULES = ("__init__.py", "__about__.py", "__version__.py", "_version.py", "version.py")


class How(Enum):
    """How a file was come by."""

    MANIFEST = "manifest"
    FOLLOWED = "followed"  # a version comes from there, whatever the file's name
    ABOVE = "above"  # a workspace's root that lends its version; its other members are not meant


class Seen(NamedTuple):
    """A file as it stands in the tree, and what it says; or why it cannot be read."""

    path: str
    content: bytes
    said: Manifest | Unreadable | None


class Absent(NamedTuple):
    """A file that something names and that is not there, or not in the tree."""

    wanted: str
    by: str  # a file, or the group's setting
    why: str


@dataclass(frozen=True)
class Facts:
    """One look at the tree."""

    tree: WorkTree
    seen: Mapping[str, Seen]
    reached: Mapping[str, tuple[str, ...]]  # by group, in the order they were found
    locks: Mapping[str, tuple[str, ...]]  # by group
    given: Mapping[str, tuple[str, ...]]  # by group: the files of its templates and pointers
    absent: tuple[Absent, ...] = ()
    earlier: Mapping[str, bytes | None] = field(default_factory=dict)  # at HEAD, of what changed


def gather(inputs: Inputs, world: World) -> Facts:
    git = world.git(inputs.path)
    tree = work_tree.look(git)
    search = Search(tree)
    reached = {name: search.group(name, table) for name, table in inputs.groups.items()}
    locks = {name: search.locks(name, table) for name, table in inputs.groups.items()}
    given = {name: search.given(name, table) for name, table in inputs.groups.items()}
    # What a killed run has left tells itself by what the commit has, where that is asked at all.
    compared = bool(inputs.operation.sets) and not inputs.allow_dirty
    changed = [path for path in search.changed() if compared]
    return Facts(
        tree=tree,
        seen=search.seen,
        reached=reached,
        locks=locks,
        given=given,
        absent=tuple(dict.fromkeys(search.absent)),
        earlier=work_tree.earlier(git, tree, changed),
    )


class Search:
    """The files of a tree, each read once."""

    def __init__(self, tree: WorkTree) -> None:
        self.tree = tree
        self.seen: dict[str, Seen] = {}
        self.absent: list[Absent] = []
        self._beside: dict[str, list[str]] | None = None

    def group(self, name: str, table: VersionGroup) -> tuple[str, ...]:
        """Every manifest of the group, from where it begins."""
        setting = f"version-group.{name}.manifests"
        begin = self._in_folder("") if table.manifests is None else table.manifests
        ahead = [(path, How.MANIFEST) for each in begin for path in self.expand(each, setting)]
        found: dict[str, None] = {}
        while ahead:
            path, how = ahead.pop(0)
            if path in found or _left_out(path, table.exclude):
                continue
            found[path] = None
            said = self._read(path, followed=how is How.FOLLOWED).said
            if isinstance(said, Manifest):
                ahead += [(each, How.FOLLOWED) for each in self._follows(said)]
                ahead += [(each, How.ABOVE) for each in self._above(said)]
                if how is not How.ABOVE:
                    ahead += [(each, How.MANIFEST) for each in self._onward(said, table)]
        return tuple(found)

    def _onward(self, manifest: Manifest, table: VersionGroup) -> Iterator[str]:
        """The manifests that this one leads to."""
        yield from self._modules(manifest)
        yield from self._members(manifest)
        if table.manifests is None:
            yield from self._in_folder(manifest.path.rpartition("/")[0])

    def locks(self, name: str, table: VersionGroup) -> tuple[str, ...]:
        """The lock files that are named, else every one in the tree that tells of a package."""
        if table.locks:
            setting = f"version-group.{name}.locks"
            paths = [path for each in table.locks for path in self.expand(each, setting)]
        else:
            paths = [path for lock in LOCKS for path in self.tree.named(lock)]
        return tuple(
            path
            for path in dict.fromkeys(paths)
            if not _left_out(path, table.exclude) and self._read(path).content
        )

    def given(self, name: str, table: VersionGroup) -> tuple[str, ...]:
        """The files in which places are given by hand."""
        setting = f"version-group.{name}"
        wanted = dict.fromkeys((*(each.path for each in table.pointers), *table.templates.paths))
        paths = list(self._all(wanted, setting))
        for path in paths:
            self._read(path)
        return tuple(dict.fromkeys(paths))

    def changed(self) -> list[str]:
        """Files that were looked into and are not as the commit has them."""
        clone, prefix = self.tree.clone, self.tree.prefix
        changed = set(clone.changed) if clone else set()
        return [path for path in self.seen if prefix + path in changed]

    def expand(self, pattern: str, by: str) -> list[str]:
        """The files that a path or glob means; it must mean some."""
        found = self._glob(pattern) if _is_glob(pattern) else list(self._all([pattern], by))
        if not found and _is_glob(pattern):
            self.absent.append(Absent(pattern, by, "it matches no file of the tree"))
        return found

    def _all(self, paths: Iterable[str], by: str) -> Iterator[str]:
        """Each file by its own path; what is not there is kept in mind."""
        for path in paths:
            try:
                found = self.tree.find(path)
            except OutsideError as error:
                self.absent.append(Absent(path, by, str(error)))
                continue
            if found is None:
                self.absent.append(Absent(path, by, "there is no such file that git tracks"))
            else:
                yield found

    def _follows(self, manifest: Manifest) -> list[str]:
        """Where a version may come from; several are ways to look for one."""
        found = [path for path in manifest.follows if path in self.tree.files | self.tree.links]
        if manifest.follows and not found:
            wanted = " or ".join(manifest.follows)
            why = "its version comes from there, and git tracks no such file"
            self.absent.append(Absent(wanted, manifest.path, why))
        return list(self._all(found, manifest.path))

    def _modules(self, manifest: Manifest) -> Iterator[str]:
        """The modules of a Python package that state its version once more, if they do (O5)."""
        package = manifest.package
        if package is None or package.ecosystem != "python" or manifest.path.endswith(MODULES):
            return
        folder = manifest.path.rpartition("/")[0]
        for root in ("", "src", "python"):
            inner = "/".join(
                part for part in (folder, root, package.name.replace("-", "_")) if part
            )
            paths = [f"{inner}/{name}" for name in MODULES]
            yield from (path for path in paths if path in self.tree.files)

    def _members(self, manifest: Manifest) -> Iterator[str]:
        """A glob may mean a folder without a manifest, and excludes what `excluded` says."""
        for pattern in manifest.members:
            if not _is_glob(pattern):
                yield from self._all([pattern], manifest.path)
                continue
            for path in self._glob(pattern):
                if not _left_out(path, manifest.excluded):
                    yield path

    def _above(self, manifest: Manifest) -> Iterator[str]:
        """Where a crate has its version from: the root that it names, or those above it."""
        if not manifest.inherits or not isinstance(manifest, CargoManifest) or manifest.workspace:
            return
        if manifest.above:
            yield from self._all([manifest.above], manifest.path)
            return
        folder = manifest.path.rpartition("/")[0]
        while folder:
            folder = folder.rpartition("/")[0]
            path = f"{folder}/Cargo.toml".lstrip("/")
            if path in self.tree.files:
                yield path

    def _in_folder(self, folder: str) -> list[str]:
        """The manifests that stand there; a Python module only counts where one leads to it."""
        if self._beside is None:
            self._beside = {}
            names = [name for name in self.tree.names if readers.known(name) and _begins(name)]
            for path in sorted(path for name in names for path in self.tree.named(name)):
                self._beside.setdefault(path.rpartition("/")[0], []).append(path)
        return self._beside.get(folder, [])

    def _glob(self, pattern: str) -> list[str]:
        last = pattern.rpartition("/")[2]
        among = sorted(self.tree.files) if _is_glob(last) else self.tree.named(last)
        return [path for path in among if _globbed(path, pattern)]

    def _read(self, path: str, *, followed: bool = False) -> Seen:
        if path not in self.seen:
            content = self._content(path)
            said = None if content is None else _said(path, content, followed)
            self.seen[path] = Seen(path, content or b"", said)
        return self.seen[path]

    def _content(self, path: str) -> bytes | None:
        why = "it is tracked, and gone"
        try:
            content = self.tree.read(path)
        except OutsideError as error:
            content, why = None, str(error)
        if content is None:
            self.absent.append(Absent(path, "git", why))
        return content


@cache
def _said(path: str, content: bytes, followed: bool) -> Manifest | Unreadable | None:
    """Kept, so that what did not change is not parsed again in the next round."""
    try:
        return readers.follow(path, content) if followed else readers.read(path, content)
    except Unreadable as error:
        return error


def _begins(name: str) -> bool:
    """Whether a file is looked into because of its name: no lock, and no module of Python."""
    return name not in LOCKS and (not name.endswith(".py") or name == "setup.py")


def _is_glob(pattern: str) -> bool:
    return any(sign in pattern for sign in "*?[")


def _left_out(path: str, patterns: Lines | tuple[str, ...]) -> bool:
    return any(_globbed(path, pattern) for pattern in patterns)


def _globbed(path: str, pattern: str) -> bool:
    """`*` is within one folder, `**` is any number of them; a folder means all that is in it."""
    return _fits(path.split("/"), pattern.rstrip("/").split("/"))


def _fits(parts: list[str], globs: list[str]) -> bool:
    if not globs:
        return True  # all of the pattern is used up: the path is it, or lies below it
    if globs[0] == "**":
        return any(_fits(parts[at:], globs[1:]) for at in range(len(parts)))
    return bool(parts) and fnmatchcase(parts[0], globs[0]) and _fits(parts[1:], globs[1:])
