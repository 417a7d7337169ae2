"""What a wheel or sdist must be, whether it was built here or came from the index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from release_actions.actions.canonicalize_pypi_dists.asked import Inputs
from release_actions.clients.dists import DistFile
from release_actions.formats.dist import Dist
from release_actions.formats.dist_name import DistName, ProjectName, PythonVersion
from release_actions.verdict import Finding, failed, ok


def own(inputs: Inputs, entry: DistFile, where: str) -> Iterator[Finding]:
    """One file: what it is, that it is of this project and version, and its licences."""
    subject = f"{where}/{entry.file}"
    if entry.kind != "file":
        fix = "Let only wheels and sdists be there. A link may lead elsewhere in a moment."
        kind = "pipe, socket or device" if entry.kind == "other" else entry.kind
        yield failed("not-a-file", subject, f"it is a {kind}", fix=fix)
    elif entry.name is None:
        fix = "Build into an empty folder, and keep SBOMs and signatures in another one."
        yield failed("foreign-file", subject, entry.problem, fix=fix)
    elif entry.dist is None:
        fix = "Build it anew; if it came from the index, find out who made it."
        yield failed("unreadable-dist", subject, entry.problem, fix=fix)
    else:
        yield from _told(inputs, subject, entry.name, entry.dist)


def _told(inputs: Inputs, subject: str, name: DistName, dist: Dist) -> Iterator[Finding]:
    wrong = list(_identity(inputs, subject, name, dist))
    yield from wrong
    if lacking := [path for path in inputs.license_files if path not in dist.texts]:
        place = f"{name.stem}.dist-info/licenses/" if name.kind == "wheel" else f"{name.stem}/"
        fix = "Name it in `license-files` of [project] (PEP 639), and build anew."
        found = f"there is none, or an empty one, at {place}{lacking[0]}"
        yield failed("license-missing", subject, found, fix=fix)
    elif not wrong:
        yield ok("own", subject, f"{name.kind} of {dist.project} {dist.version}")


def _identity(inputs: Inputs, subject: str, name: DistName, dist: Dist) -> Iterator[Finding]:
    fix = "Release what was built of this commit: give the folder of that build, emptied before."
    inside = "METADATA" if name.kind == "wheel" else "PKG-INFO"
    for place, told in (("its file name", name.project), (inside, _project(dist))):
        if told != inputs.project.key:
            why = f"{place} says {told or dist.project}, expected is {inputs.project.key}"
            yield failed("wrong-project", subject, why, fix=fix)
    for place, version in (("its file name", name.version), (inside, _version(dist))):
        if version is None or version.key != inputs.version.key:
            why = f"{place} says {version or dist.version}, expected is {inputs.version}"
            yield failed("wrong-version", subject, why, fix=fix)
    stem = f"{name.project.replace('-', '_')}-{name.version}"
    if name.kind == "sdist" and name.stem != stem:
        fix = "Build it by a backend that keeps to PEP 625: PyPI refuses other names."
        yield failed("bad-name", subject, f"expected {stem}.tar.gz", fix=fix)


def _project(dist: Dist) -> str:
    """By PEP 503; empty where it is no name."""
    try:
        return ProjectName(dist.project).key
    except ValueError:
        return ""


def _version(dist: Dist) -> PythonVersion | None:
    """By PEP 440; None where it is no version."""
    try:
        return PythonVersion(dist.version)
    except ValueError:
        return None


def changed(entries: Iterable[DistFile], where: str) -> Iterator[Finding]:
    """Each file stayed what it was when it was opened."""
    for entry in entries:
        if entry.hashed is None or entry.hashed.changed:
            fix = "Let the build end before this step, and nothing else write there."
            why = "it changed while it was read"
            yield failed("changed", f"{where}/{entry.file}", why, fix=fix)


def whole(inputs: Inputs, entries: Sequence[DistFile], where: str) -> Iterator[Finding]:
    """All of them: how many, and for which platforms."""
    names = [entry.name for entry in entries if entry.name is not None]
    if not names:
        fix = "Name the folder of the build in `built-directory`, and see that the build made some."
        yield failed("no-dists", where, "there is no wheel and no sdist", fix=fix)
        return
    for kind, expected in (("wheel", inputs.expected_wheels), ("sdist", inputs.expected_sdists)):
        found = sum(name.kind == kind for name in names)
        if expected is not None and found != expected:
            fix = f"See why the build made {found}, or correct `expected-{kind}s`."
            why = f"{found} {kind}(s), expected {expected}"
            yield failed("wrong-count", where, why, fix=fix)
    tags = sorted({tag for name in names for tag in name.platforms})
    for platform in inputs.required_platforms.missing(tags):
        fix = "See why this leg of the build made no wheel, or correct `required-platforms`."
        why = f"no wheel for it; there are {', '.join(tags) or 'no wheels'}"
        yield failed("platform-missing", f"platform {platform}", why, fix=fix)
