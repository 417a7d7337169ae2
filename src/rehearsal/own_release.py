"""This library's own release: its real release.yml, in a world made of this checkout's files."""

from __future__ import annotations

import shutil
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from rehearsal.github import Run
from rehearsal.registering import tagged
from rehearsal.stories import REPOSITORY, WORKFLOWS, Journey, Proof, Story, World
from release_actions import house

PATH = f"{WORKFLOWS}/release.yml"
PROJECT = "release-actions"
#: What is built and what builds it. Tests, docs and history stay at home: nothing here reads them.
FOLDERS = (".ci", ".github", "actions", "requirements", "src", "tools", "workflows-templates")
FILES = (".gitignore", "CHANGELOG.md", "LICENSE", "README.md", "action.yml", "pyproject.toml")
UNRELEASED = "## [Unreleased]\n"


def here() -> bool:
    """Whether this is a checkout: what is installed from a wheel has no workflows to release by."""
    return (house.root() / PATH).is_file()


def lay_out(folder: Path) -> None:
    """The files of this checkout that a release is made of."""
    root = house.root()
    for name in FOLDERS:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(root / name, folder / name, ignore=ignored, dirs_exist_ok=True)
    for file in (*FILES, *(str(path.relative_to(root)) for path in root.glob("*/action.yml"))):
        (folder / file).parent.mkdir(exist_ok=True)
        shutil.copy2(root / file, folder / file)


def version() -> str:
    """What this checkout says that it is."""
    text = (house.root() / "pyproject.toml").read_text(encoding="utf-8")
    told: str = tomllib.loads(text)["project"]["version"]
    return told


def _begin(world: World) -> None:
    # The judge is sigstore's own client: a quarter of a second, for this journey alone.
    from rehearsal.registries import Publisher
    from rehearsal.sigstore import pep740

    world.variables["PYPI_INDEX"] = world.pypi.simple_url
    publisher = Publisher(REPOSITORY, "release.yml", (PROJECT,), "pypi")
    world.pypi.trust(world.sigstore.identify, publisher, judge=pep740.judge(world.sigstore))
    lay_out(world.consumer.folder)
    _date(world.consumer.folder / "CHANGELOG.md")
    world.commit(f"Release {version()}")


def _date(changelog: Path) -> None:
    """The notes of this version get their day, where somebody has still to give them one."""
    text = changelog.read_text(encoding="utf-8")
    if f"\n## [{version()}]" not in text:
        dated = f"{UNRELEASED}\n## [{version()}] - {datetime.now(UTC):%Y-%m-%d}\n"
        changelog.write_text(text.replace(UNRELEASED, dated, 1), encoding="utf-8")


def _mistyped(world: World) -> Run:
    return tagged(world, PATH, f"1{version()}")


def _released(world: World) -> Run:
    return tagged(world, PATH, version())


def _ends(world: World) -> list[tuple[str, ...]]:
    """Every file that is out, by one digest: what is served, and what the release has."""
    public = [release for release in world.repository.releases if not release.draft]
    assets = {a.name: a.digest.removeprefix("sha256:") for r in public for a in r.assets}
    dists = [dist for project in world.pypi.projects.values() for dist in project.dists]
    rows = [
        (d.filename, d.sha256[:12], "served and released")
        for d in dists
        if assets.get(d.filename) == d.sha256
    ]
    return [("file", "sha256", "it is"), *sorted(rows)]


RELEASED = Story(
    "released",
    "Built twice to the same bytes, settled, attested, staged, published, read back.",
    _released,
    "released",
    last="release",
)
JOURNEY = Journey(
    "own-release",
    _begin,
    (
        Story(
            "mistyped",
            "The tag says another version than the files.",
            _mistyped,
            "refused",
            "guard-release-tag/version-differs",
            last="release",
        ),
        RELEASED,
    ),
    _ends,
    tuple(
        f"release_actions-{version()}{end} served and released"
        for end in ("-py3-none-any.whl", ".tar.gz")
    )
    if here()
    else (),
    services=("pypi", "sigstore"),
    proofs=(Proof(RELEASED),),
)
