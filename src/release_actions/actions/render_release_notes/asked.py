"""What the caller asked of render-release-notes, and what the next step may read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal, Self

from release_actions.action import shared
from release_actions.errors import UsageError
from release_actions.formats import release_family
from release_actions.formats.release_class import ReleaseClass, demands, require_known
from release_actions.formats.release_family import ReleaseFamily
from release_actions.values import Lines, RefName, Repository, Sha, fold
from release_actions.verdict import Outputs

NAME = "render-release-notes"
FILE = "file:"
KINDS = ("changelog", "history", "contributors", "assets")


class Sources(tuple[str, ...]):
    """What the notes are made of, in their order: kinds, and files as file:PATH."""

    def __new__(cls, raw: str) -> Self:
        sources = Lines(raw)
        known = all(s in KINDS or (s.startswith(FILE) and len(s) > len(FILE)) for s in sources)
        if not sources or not known or len(set(sources)) != len(sources):
            raise ValueError(f"{', '.join(KINDS)} or {FILE}PATH, one a line, each once")
        return super().__new__(cls, sources)

    @property
    def files(self) -> tuple[str, ...]:
        """The paths of those that are files."""
        return tuple(s.removeprefix(FILE) for s in self if s.startswith(FILE))

    @property
    def ask_history(self) -> bool:
        return bool({"history", "contributors"} & set(self))


@dataclass(frozen=True)
class Inputs:
    tag: RefName
    repository: Repository
    commit: Sha
    path: str = "."
    family: str = ""
    sources: Sources = Sources("changelog")
    changelog: str = "CHANGELOG.md"
    layout: Literal["auto", "keep-a-changelog", "wasmtime"] = "auto"
    heading: bool = False
    since: RefName | None = None
    manifest: str = ""
    must_mention: Lines = Lines("")
    title: str = ""
    output_file: str = "release-notes.md"
    release_family: Mapping[str, ReleaseFamily] = shared()
    release_class: Mapping[str, ReleaseClass] = shared()

    def __post_init__(self) -> None:
        require_known(self.release_class)
        if problems := [f"input `{name}`: {why}" for name, why in self._problems()]:
            raise UsageError(problems)

    def _problems(self) -> Iterator[tuple[str, str]]:
        """What no single input can tell."""
        paths = [(name, getattr(self, name)) for name in ("path", "changelog", "output_file")]
        paths += [("manifest", self.manifest), *(("sources", path) for path in self.sources.files)]
        for name, given in paths:
            if not _within(given):
                why = f"`{fold(given, 80)}` was given; allowed: a path that stays inside"
                yield name.replace("_", "-"), why
        if ("assets" in self.sources) != bool(self.manifest):
            yield "manifest", "allowed: a file where `assets` is a source, and only there"
        if self.since and not self.sources.ask_history:
            yield "since", "it was given; allowed: nothing, unless history is a source"
        _, family = release_family.choose(self.family, self.release_family)
        if "changelog" in self.sources and "version" not in family.pattern.places:
            yield "sources", "changelog was given, and the family's tags have no {version}"

    @property
    def chosen(self) -> tuple[str, ReleaseFamily]:
        return release_family.choose(self.family, self.release_family)

    @property
    def rest_file(self) -> str:
        """Beside the notes, what GitHub would not take of them."""
        path = PurePosixPath(self.output_file)
        return str(path.with_name(f"{path.stem}-continued{path.suffix or '.md'}"))


def _within(path: str) -> bool:
    """Whether a path stays below its folder by its text, and can be told in one line."""
    parts = PurePosixPath(path).parts
    fits = fold(path) == path and not path.startswith("/")
    return fits and not {"..", ".git"} & {part.lower() for part in parts}


def demanded(inputs: Inputs, release: release_family.Release) -> ReleaseClass:
    """What the release's class demands."""
    return demands(release.class_, inputs.release_class)


@dataclass(frozen=True)
class Rendered(Outputs):
    body_file: str = ""
    rest_file: str = ""
    title: str = ""
    prerelease: bool | None = None
    previous_tag: str = ""
