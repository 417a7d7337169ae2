"""PyPI's JSON: of one version (/pypi/NAME/VERSION/json), and of a project (/pypi/NAME/json)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from release_actions.formats import index_file
from release_actions.formats.dist_name import ProjectName, PythonVersion
from release_actions.formats.index_file import IndexFile


@dataclass(frozen=True)
class ProjectFiles:
    """The files of one version, by name, and another version that has some, if there is one."""

    files: Mapping[str, IndexFile]
    other: PythonVersion | None = None


def read_version(
    told: Any, project: ProjectName, version: PythonVersion, index: str
) -> ProjectFiles:
    """What the version's JSON says.

    :raises ValueError, KeyError, TypeError: for what is no such answer, or another version's.
    """
    info = _info(told, project)
    if PythonVersion(info["version"]).key != version.key:
        raise ValueError("it is another version's")
    return ProjectFiles(_files(told["urls"], index))


def read_project(
    told: Any, project: ProjectName, version: PythonVersion, index: str
) -> ProjectFiles:
    """What the project's JSON says of the version: nothing, where it does not have it.

    :raises ValueError, KeyError, TypeError: for what is no such answer.
    """
    _info(told, project)
    releases = told["releases"]
    if not isinstance(releases, Mapping):
        raise TypeError("its releases are no object")
    spelled = {text: _version(text) for text in releases}
    known = {text: v for text, v in spelled.items() if v is not None and releases[text]}
    own = [entry for text, v in known.items() if v.key == version.key for entry in releases[text]]
    others = (v for v in known.values() if v.key != version.key)
    return ProjectFiles(_files(own, index), next(others, None))


def _info(told: Any, project: ProjectName) -> Mapping[str, Any]:
    info: Mapping[str, Any] = told["info"]
    if ProjectName(info["name"]).key != project.key:
        raise ValueError("it is another project's")
    return info


def _version(text: str) -> PythonVersion | None:
    """Old projects have versions from before PEP 440: nothing is released by these any more."""
    try:
        return PythonVersion(text)
    except ValueError:
        return None


def _files(entries: Any, index: str) -> dict[str, IndexFile]:
    if not isinstance(entries, list):
        raise TypeError("its files are no list")
    return index_file.once(index_file.from_json(entry, index) for entry in entries)
