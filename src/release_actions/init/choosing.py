"""Which template fits what was found, and why none of the others was taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from release_actions.init import versions
from release_actions.init.facts import Facts

TRAIN_BRANCH = re.compile(r"release-\d+\.\d+\.\d+", re.ASCII)
CYCLE_BRANCH = re.compile(r"release/.+", re.ASCII)
GATED = "gated-release"
REGISTRIES: tuple[str, ...] = ("crates", "pypi")


@dataclass(frozen=True)
class Choice:
    """Templates, each with the reason for it; and those that were left, with theirs."""

    templates: tuple[str, ...]
    why: tuple[str, ...]
    others: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Fit:
    """Whether a template fits, and why or why not."""

    template: str
    fits: bool
    why: str


def choose(facts: Facts, known: tuple[str, ...], asked: str) -> Choice:
    """What is asked for, else what fits; the gate alone where nothing else does."""
    fits = {fit.template: fit for fit in _fits(facts) if fit.template in known}
    if asked:
        fit = fits.get(asked)
        doubt = f"; of itself it was not chosen: {fit.why}" if fit and not fit.fits else ""
        return Choice((asked,), (f"{asked}: as asked{doubt}",), ())
    chosen = tuple(name for name in _taken(fits) if name in fits)
    why = tuple(f"{name}: {fits[name].why}" for name in chosen)
    others = tuple((fit.template, fit.why) for fit in fits.values() if fit.template not in chosen)
    return Choice(chosen, why, others)


def _taken(fits: dict[str, Fit]) -> Iterator[str]:
    fitting = [name for name, fit in fits.items() if fit.fits]
    for whole in ("release-train", "dev-cycle", "rust-python"):
        if whole in fitting:
            yield whole
            return
    yield from [name for name in REGISTRIES if name in fitting] or [GATED]


def _fits(facts: Facts) -> Iterator[Fit]:
    crates = facts.workspace
    projects = facts.pure
    yield _train(facts)
    yield _cycle(facts)
    yield _both(facts)
    told = ", ".join(crate.name for crate in crates.publishable[:6]) if crates else ""
    if crates:
        yield Fit(
            "crates", True, f"crates.io may have {_count(crates.publishable, 'crate')}: {told}"
        )
    else:
        yield Fit("crates", False, _no_crates(facts))
    if projects:
        named = ", ".join(project.name for project in projects[:6])
        yield Fit("pypi", True, f"PyPI may have {_count(projects, 'project')}: {named}")
    else:
        yield Fit("pypi", False, _no_projects(facts))
    yield Fit(GATED, True, _gate(facts, bool(crates or projects)))


def _count(things: tuple[object, ...], word: str) -> str:
    return f"{len(things)} {word}{'' if len(things) == 1 else 's'}"


def _no_crates(facts: Facts) -> str:
    kept = [f"{crate.name} ({crate.kept})" for each in facts.cargo for crate in each.crates]
    return f"crates.io is to have no crate: {', '.join(kept[:6])}" if kept else "there is no crate"


def _no_projects(facts: Facts) -> str:
    native = [f"{project.name} ({project.why})" for project in facts.python]
    if native:
        return (
            f"it builds one wheel for all platforms, and {', '.join(native[:6])} makes one for"
            " each: build those in your own job (--template pypi writes the rest of it)"
        )
    return "there is no pyproject.toml of a project that an index may have"


def _gate(facts: Facts, published: bool) -> str:
    if published:
        return "it publishes nothing, and something here is to be published"
    if facts.node:
        public = [each.name or each.manifest for each in facts.node if not each.private]
        what = "every package.json here is private"
        if public:
            what = f"no template publishes to npm ({', '.join(public[:6])})"
    elif facts.images:
        what = f"no template publishes images ({', '.join(facts.images[:6])})"
    elif facts.cargo or facts.python:
        what = "nothing that was found can be published by a template as it is"
    else:
        what = f"no manifest of a package was found{' that can be read' if facts.unread else ''}"
    return f"{what}: it guards the tag, and the build is yours"


def _train(facts: Facts) -> Fit:
    branches = [name for name in facts.branches if TRAIN_BRANCH.fullmatch(name)]
    versions = [crate.version for each in facts.cargo for crate in each.crates]
    if branches and any(version.endswith("-dev") for version in versions):
        why = f"versions end in -dev, and there are branches such as {branches[0]}"
        return Fit("release-train", True, why)
    return Fit("release-train", False, "no branches release-X.Y.Z beside crates of a -dev version")


def _cycle(facts: Facts) -> Fit:
    branches = [name for name in facts.branches if CYCLE_BRANCH.fullmatch(name)]
    versions = [each.version for each in facts.node] + [each.version for each in facts.python]
    if branches and any(version.endswith("-dev") for version in versions):
        why = f"versions end in -dev, and there are branches such as {branches[0]}"
        return Fit("dev-cycle", True, why)
    return Fit("dev-cycle", False, "no branches release/… beside packages of a -dev version")


def _both(facts: Facts) -> Fit:
    crates, projects = facts.workspace, facts.pure
    if crates is None or not facts.python:
        return Fit("rust-python", False, "it is for crates and Python projects of one tag")
    if len(projects) < len(facts.python):
        return Fit("rust-python", False, _no_projects(facts))
    if odd := [project.name for project in projects if not project.plain]:
        return Fit(
            "rust-python", False, f"{', '.join(odd[:3])} cannot stand in its jobs and scripts"
        )
    if not versions.one_version(facts):
        return Fit("rust-python", False, "one tag is one version, and what is here has several")
    told = f"{_count(crates.publishable, 'crate')} and {_count(projects, 'Python project')}"
    return Fit("rust-python", True, f"{told} of one repository")
