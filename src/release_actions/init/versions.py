"""Where the version stands that a tag must say; each place proved by reading it as a gate would."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from release_actions.clients.work_tree import OutsideError
from release_actions.formats import version_source
from release_actions.formats.version_source import VersionSource
from release_actions.formats.versions import Version
from release_actions.init.answers import Answer
from release_actions.init.facts import Facts, Project

# Version, and the file that states it.
Stated = tuple[str, str]


def of_crates(facts: Facts) -> Answer:
    """The files that state the crates' version."""
    crates = facts.workspace
    stated = [(c.version, c.stated) for c in crates.publishable] if crates else []
    return _answer(facts, stated, "crates")


def of_projects(facts: Facts, projects: Iterable[Project]) -> Answer:
    """The files that state the projects' version; none where it comes from the tag itself."""
    stated = [(project.version, project.source) for project in projects]
    if all(not source for _, source in stated):
        return Answer(
            None, "no file states the version; the tag does, and the build must say the same"
        )
    return _answer(facts, [each for each in stated if each[1]], "projects")


def of_both(facts: Facts) -> Answer:
    """The files that state the crates' version and the projects'."""
    crates = facts.workspace
    stated = [(c.version, c.stated) for c in crates.publishable] if crates else []
    stated += [(each.version, each.source) for each in facts.pure if each.source]
    return _answer(facts, stated, "crates and projects")


def one_version(facts: Facts) -> bool:
    """Whether all crates and projects say the same, so that one tag can mean them all."""
    return len(_of_packages(facts, crates=True)) == 1


def several_versions(facts: Facts, *, crates: bool) -> bool:
    """Whether two projects, or crates, say different ones; those that say none take the tag's."""
    return len(_of_packages(facts, crates=crates)) > 1


def _of_packages(facts: Facts, *, crates: bool) -> set[str]:
    packed = facts.workspace if crates else None
    stated = [(c.version, c.stated) for c in packed.publishable] if packed else []
    stated += [(each.version, each.source) for each in facts.pure if each.source]
    return {_meant(version, path) for version, path in stated}


def of_all(facts: Facts) -> Answer:
    """The files of whatever is found, else a file that holds a version and nothing else."""
    crates, projects = facts.workspace, facts.pure
    if crates:
        return of_crates(facts)
    if projects:
        return of_projects(facts, projects)
    files = [(version, path) for path in facts.version_files if (version := _read(facts, path))]
    files += [(each.version, each.manifest) for each in facts.node if each.version]
    files += [(c.version, c.stated) for each in facts.cargo for c in each.crates if c.stated]
    files += [(each.version, each.source) for each in facts.python if each.source]
    if not files:
        return Answer(
            None, "no file was found that states a version: the tag alone says it", "assumed"
        )
    return _answer(facts, files[:1] if facts.version_files else files, "packages")


def _read(facts: Facts, source: str) -> str:
    """What a gate will read there; nothing where it cannot."""
    try:
        place = VersionSource(source)
        if "," in source or "\n" in source:
            return ""
        files = {path: _bytes(facts, path) for path in place.paths}
    except (ValueError, OutsideError):
        return ""
    return version_source.read(place, files).text or ""


def _bytes(facts: Facts, path: str) -> bytes | None:
    return facts.tree.read(path) if path in facts.tree.files else None


def _answer(facts: Facts, stated: list[Stated], what: str) -> Answer:
    counts = Counter(_meant(version, path) for version, path in stated)
    if not counts:
        return Answer(None, f"no file states the version of the {what}", "assumed")
    version = counts.most_common(1)[0][0]
    files = dict.fromkeys((path, said) for said, path in stated if _meant(said, path) == version)
    named = [(path, _spelt(facts, path, said)) for path, said in files]
    lost = [path for path, source in named if not source]
    sources = tuple(source for _, source in named if source)
    told = f"{'it says' if len(sources) == 1 else 'each says'} {version}"
    others = sorted(f"{count} at {other}" for other, count in counts.items() if other != version)
    if lost:
        told += f"; {', '.join(lost[:4])} cannot be read as a gate would, and is left out"
    if others:
        told += f"; of the {what}, {', '.join(others[:4])} are not held to the tag"
    return Answer(sources or None, told, "assumed" if others or lost else "found")


def _meant(version: str, path: str) -> str:
    """One spelling for what is the same version: PEP 440 has another for 1.2.0-rc.1."""
    python = path.endswith((".py", "pyproject.toml"))
    return Version.of(version, python=python) or version


def _spelt(facts: Facts, path: str, version: str) -> str:
    """How a gate finds this version in the file; empty where it would find none, or another."""
    ways = [path]
    if path.rpartition("/")[2] == "Cargo.toml":
        ways.append(f"{path}:workspace.package.version")
    return next((way for way in ways if _read(facts, way) == version), "")
