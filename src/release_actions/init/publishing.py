"""The answers for workflows that a tag starts: the gate, crates, projects, and both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from release_actions.init import versions
from release_actions.init.answers import Answer, Kind, Planned
from release_actions.init.facts import Facts, Project
from release_actions.init.ground import Ground, unfit
from release_actions.init.refusals import RefusedHereError
from release_actions.values import fold


def gated(ground: Ground) -> Iterator[Planned]:
    answers = {**ground.shared, "version-sources": versions.of_all(ground.facts)}
    yield Planned("gated-release", "gated-release.yml", answers)


def crates(ground: Ground) -> Iterator[Planned]:
    crates = ground.facts.workspace
    if crates is None:
        raise unfit("crates", "there is no crate that crates.io may have")
    _one_each((crate.name, crate.manifest) for crate in crates.publishable)
    names = tuple(crate.name for crate in crates.publishable)
    kept = [f"{crate.name}: {crate.kept}" for crate in crates.crates if crate.kept]
    told = f"the workspace of {crates.root}, in the order they need each other"
    if crates.cycle:
        told = f"the workspace of {crates.root}; {', '.join(crates.cycle)} need each other"
    if kept:
        told += f" (not {'; '.join(kept[:4])}{'; …' if len(kept) > 4 else ''})"
    folder = crates.root.rpartition("/")[0]
    yield Planned(
        "crates",
        "crates.yml",
        {
            **ground.shared,
            "version-sources": versions.of_crates(ground.facts),
            "crates": Answer(names, told, "assumed" if crates.cycle else "found"),
            "cargo-path": Answer(folder or None, f"{crates.root} is there"),
        },
    )


def pypi(ground: Ground) -> Iterator[Planned]:
    projects = ground.facts.pure or ground.facts.python
    if not projects:
        raise unfit("pypi", "there is no pyproject.toml of a project that an index may have")
    _one_each((project.slug, project.manifest) for project in projects)
    for project in projects:
        yield _of_project(ground, project, alone=len(projects) == 1)


def _one_each(named: Iterable[tuple[str, str]]) -> None:
    """A registry has one package of a name: of two, nobody can tell which is released.

    :raises RefusedHereError: where two manifests have the same name.
    """
    there: dict[str, str] = {}
    for name, manifest in named:
        if other := there.get(name):
            raise RefusedHereError(
                f"{fold(other, 200)} and {fold(manifest, 200)} are both called {name}: rename one,"
                " or take --template gated-release and publish it yourself; nothing was written"
            )
        there[name] = manifest


def _of_project(ground: Ground, project: Project, *, alone: bool) -> Planned:
    title = None if alone else f"Publish {project.name} to PyPI"
    folder = None if project.folder == "." else project.folder
    wheels: Kind = "found" if project.wheels == "pure" else "assumed"
    kind = f"{project.manifest}, one wheel for all platforms: {project.why}"
    if project.wheels == "native":
        kind = f"{project.manifest}; {project.why}: the build makes a wheel for one platform alone"
        wheels = "open"
    answers = {
        **ground.shared,
        "version-sources": versions.of_projects(ground.facts, [project]),
        "project": Answer(project.name, kind, wheels),
        "fetch-depth": Answer(None if project.source else "0", "its build reads the tags"),
        "folder": Answer(folder, f"{project.manifest} is there"),
        "built": Answer(f"{folder}/dist" if folder else None, "where its build puts them"),
    }
    if title:
        answers["title"] = Answer(title, "one workflow a project")
        answers["group"] = Answer(f"publish-pypi-{project.slug}", "one workflow a project")
    return Planned("pypi", "pypi.yml" if alone else f"pypi-{project.slug}.yml", answers)


def rust_python(ground: Ground) -> Iterator[Planned]:
    facts = ground.facts
    projects = _in_order(facts.pure)
    if odd := [project.name for project in projects if not project.plain]:
        raise unfit("rust-python", f"{odd[0]} cannot stand in its jobs and scripts")
    if not projects:
        raise unfit("rust-python", "there is no pyproject.toml of a project")
    _one_each((project.slug, project.manifest) for project in projects)
    (packed,) = crates(ground)
    unsure = [f"{each.name}: {each.why}" for each in projects if each.wheels != "pure"]
    named = ", ".join(project.name for project in projects)
    told = f"{named}: one wheel for all platforms each"
    told += f" ({'; '.join(unsure)})" if unsure else ""
    notes, sources = _notes_of(facts)
    folder = packed.answers["cargo-path"].value
    stated = all(project.source for project in projects)
    answers = {
        **packed.answers,
        "version-sources": versions.of_both(facts),
        "preflight-path": Answer(folder or ".", "where the crates are"),
        "fetch-depth": Answer(None if stated else "0", "a build reads the tags"),
        "notes": notes,
        "notes-source": sources,
        "projects": Answer(named, told, "assumed" if unsure else "found"),
    }
    things = tuple(
        {
            "name": project.name,
            "slug": project.slug,
            "upper": project.slug.replace("-", "_").upper(),
            "folder": project.folder,
        }
        for project in projects
    )
    yield Planned("rust-python", "rust-python.yml", answers, things)


def _notes_of(facts: Facts) -> tuple[Answer, Answer]:
    """The changelog for the notes, and what they are made of where there is none."""
    if not facts.notes:
        told = "no changelog was found: the notes are made from the history"
        return Answer(None, told), Answer("history", told, "assumed")
    usual = "CHANGELOG.md" in facts.notes
    file = None if usual else facts.notes[0]
    kind: Kind = "found" if usual or len(facts.notes) == 1 else "assumed"
    return Answer(file, "the notes are made from it", kind), Answer(None, "")


def _in_order(projects: tuple[Project, ...]) -> tuple[Project, ...]:
    """Each after those that it needs, else as they were found; those in a circle last."""
    done: list[Project] = []
    names = {project.slug for project in projects}
    ahead = list(projects)
    while ahead:
        there = {project.slug for project in done}
        ready = [p for p in ahead if not (set(p.needs) & names - {p.slug}) - there] or ahead
        done.append(ready[0])
        ahead.remove(ready[0])
    return tuple(done)
