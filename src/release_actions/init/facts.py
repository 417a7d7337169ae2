"""What was found in a repository, unjudged; absence is None or empty."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from release_actions.clients.work_tree import WorkTree
from release_actions.formats.release_workflow import Workflow
from release_actions.formats.workflow_filter import Trigger


@dataclass(frozen=True)
class Crate:
    """A member of a Cargo workspace."""

    name: str
    manifest: str
    version: str  # empty where it has none
    stated: str  # the manifest that states it
    kept: str  # why crates.io is not to have it; empty where it may


@dataclass(frozen=True)
class CargoWorkspace:
    """A workspace, or a crate by itself; crates in the order they need each other."""

    root: str  # its manifest
    crates: tuple[Crate, ...]
    cycle: tuple[str, ...] = ()  # crates that need each other: then there is no order

    @property
    def publishable(self) -> tuple[Crate, ...]:
        return tuple(crate for crate in self.crates if not crate.kept)


@dataclass(frozen=True)
class Project:
    """A Python project that an index may have."""

    name: str
    manifest: str
    version: str
    source: str  # the file that states it; empty where none does
    backend: str
    wheels: str  # pure, native or unknown
    why: str  # what told so
    needs: tuple[str, ...] = ()  # what it asks for, by normal names

    @property
    def slug(self) -> str:
        """Its name by PEP 503."""
        return re.sub(r"[-_.]+", "-", self.name).lower()

    @property
    def plain(self) -> bool:
        """Whether its name can be a job's id and its folder a word of a script."""
        fits = re.fullmatch(r"[a-z][a-z0-9-]*", self.slug) and self.slug != "crates"
        return bool(fits and re.fullmatch(r"[\w.][\w./-]*", self.folder, re.ASCII))

    @property
    def folder(self) -> str:
        return self.manifest.rpartition("/")[0] or "."


@dataclass(frozen=True)
class NodePackage:
    """A package.json."""

    name: str
    manifest: str
    version: str
    private: bool


@dataclass(frozen=True)
class Flow:
    """A workflow that is there; `said` is None where it cannot be read, and `why` tells."""

    path: str
    said: Workflow | None
    trigger: Trigger
    why: str = ""
    dispatch: str = ""  # why it cannot be asked for by name; empty where it can

    @property
    def short(self) -> str:
        return self.path.rpartition("/")[2]


@dataclass(frozen=True)
class Branch:
    """The default branch, and what told it."""

    name: str
    how: str
    certain: bool


@dataclass(frozen=True)
class Facts:
    """One look."""

    tree: WorkTree
    repository: str  # owner/name of the remote; empty where there is none
    host: str  # where it is served
    branch: Branch
    tags: tuple[str, ...]  # the newest first
    branches: tuple[str, ...]
    cargo: tuple[CargoWorkspace, ...] = ()
    python: tuple[Project, ...] = ()
    node: tuple[NodePackage, ...] = ()
    images: tuple[str, ...] = ()
    flows: tuple[Flow, ...] = ()
    notes: tuple[str, ...] = ()  # files of release notes
    version_files: tuple[str, ...] = ()
    unread: tuple[str, ...] = field(default=())  # `path: why`
    passed_by: tuple[str, ...] = ()  # manifests of samples and tests

    @property
    def workspace(self) -> CargoWorkspace | None:
        """The workspace that is released: the outermost one with crates that may be published."""
        return next((each for each in self.cargo if each.publishable), None)

    @property
    def pure(self) -> tuple[Project, ...]:
        """The projects that make one wheel for all platforms, as far as is known."""
        return tuple(project for project in self.python if project.wheels != "native")
