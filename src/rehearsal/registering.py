"""Registries: a first release, an upload that breaks off, and bytes that are not ours."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from rehearsal.errors import RehearsalError
from rehearsal.faults import Fault
from rehearsal.github import Run
from rehearsal.stories import WORKFLOWS, Journey, Proof, Story, World

CRATES = f"{WORKFLOWS}/crates.yml"
PYPI = f"{WORKFLOWS}/pypi.yml"


def tagged(world: World, path: str, version: str) -> Run:
    """The tag of this version is pushed: the run that it starts."""
    world.consumer.tag(f"v{version}")
    runs = [run for run in world.repository.runs if run.path == path]
    if not runs:
        raise RehearsalError(f"The tag v{version} was pushed, and {path} did not start")
    return runs[-1]


def _released(path: str) -> Proof:
    """The first version, in a world without faults."""

    def act(world: World) -> Run:
        return tagged(world, path, "1.2.0")

    return Proof(Story("release", "The first version is released.", act, "released"))


def again(path: str, mend: Callable[[World], None]) -> Callable[[World], Run]:
    """What was wrong is over, main went on, and somebody runs all jobs again."""

    def act(world: World) -> Run:
        mend(world)
        world.commit("Go on")
        last = [run for run in world.repository.runs if run.path == path][-1]
        return world.repository.rerun(last, status="queued", conclusion=None)

    return act


def bump(world: World, *files: str, before: str = "1.2.0", after: str = "1.2.1") -> None:
    """Everything says the next version."""
    folder = world.consumer.folder
    texts = {path: Path(folder, path).read_text(encoding="utf-8") for path in files}
    world.consumer.write({path: text.replace(before, after) for path, text in texts.items()})
    world.commit(f"Release {after}")


# Crates


def use_crates(world: World) -> None:
    """Let cargo and our actions take the loopback for crates.io."""
    index, home = world.crates.index_url, world.folder / "cargo-home"
    home.mkdir()
    (home / "config.toml").write_text(
        f'[source.crates-io]\nreplace-with = "loop"\n[source.loop]\nregistry = "{index}"\n'
    )
    world.environment = {"CARGO_HOME": str(home), "CARGO_REGISTRIES_LOOP_INDEX": index}
    world.variables = {"CARGO_INDEX": index, "CARGO_REGISTRY": "loop"}


def _begin_crates(world: World) -> None:
    use_crates(world)
    world.begin("crates", "crates.yml")
    world.commit("Release 1.2.0")


def _crates_break(world: World) -> Run:
    said = "this crate exists but you don't seem to be an owner."
    fault = Fault(kind="status", route="publish", call=(2, 99), status=403, message=said)
    world.crates.faults.add(fault)
    return tagged(world, CRATES, "1.2.0")


def _other_crate(world: World) -> Run:
    """Somebody else with the token was faster."""
    bump(world, "Cargo.toml", "Cargo.lock")
    world.crates.add({"name": "acme-core", "vers": "1.2.1"}, b"not what was attested")
    return tagged(world, CRATES, "1.2.1")


def _crates(world: World) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("crate", "sha256", "version")]
    for crate in world.crates.crates.values():
        rows += [(crate.name, v.checksum[:12], v.number) for v in crate.versions]
    return rows


CRATES_JOURNEY = Journey(
    "crates",
    _begin_crates,
    (
        Story(
            "broken off",
            "The second crate is refused.",
            _crates_break,
            "refused",
            "publish-crates/token-refused",
        ),
        Story(
            "resumed",
            "All jobs run again: what is there is left alone, the rest follows.",
            again(CRATES, lambda world: world.crates.faults.clear()),
            "released",
        ),
        Story(
            "other bytes",
            "The next version is there already, and is not what was attested.",
            _other_crate,
            "refused",
            "publish-crates/not-ours",
        ),
    ),
    _crates,
    ("acme-core 1.2.0", "acme-core 1.2.1", "acme-cli 1.2.0"),
    services=("crates", "sigstore"),
    proofs=(_released(CRATES),),
)


# PyPI


def _begin_pypi(world: World) -> None:
    world.variables["PYPI_INDEX"] = world.pypi.simple_url
    world.begin("dist", "pypi.yml")
    world.commit("Release 1.2.0")


def _pypi_breaks(world: World) -> Run:
    world.pypi.faults.add(Fault(kind="status", route="upload", call=(2, 99), status=503))
    return tagged(world, PYPI, "1.2.0")


def _other_dist(world: World) -> Run:
    """Somebody else with the token was faster."""
    bump(world, "pyproject.toml")
    name = "acme_app-1.2.1-py3-none-any.whl"
    world.pypi.add("acme-app", "1.2.1", name, _wheel("acme_app-1.2.1.dist-info"))
    return tagged(world, PYPI, "1.2.1")


def _wheel(info: str) -> bytes:
    """A sound wheel of acme-app 1.2.1 that nobody here built."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in {
            "acme_app/__init__.py": "# not what was built\n",
            f"{info}/METADATA": "Metadata-Version: 2.1\nName: acme-app\nVersion: 1.2.1\n",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{info}/RECORD": "",
        }.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text)
    return buffer.getvalue()


def _dists(world: World) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("file", "sha256", "version")]
    for project in world.pypi.projects.values():
        rows += [(dist.filename, dist.sha256[:12], dist.version) for dist in project.dists]
    return [rows[0], *sorted(rows[1:])]


PYPI_JOURNEY = Journey(
    "pypi",
    _begin_pypi,
    (
        Story("broken off", "The index fails after the first file.", _pypi_breaks, "stopped"),
        Story(
            "completed",
            "All jobs run again: the first file by its served bytes, the other from the build.",
            again(PYPI, lambda world: world.pypi.faults.clear()),
            "released",
        ),
        Story(
            "other bytes",
            "The next version is there already, and is not what was built.",
            _other_dist,
            "refused",
            "canonicalize-pypi-dists/mixed-builds",
        ),
    ),
    _dists,
    (
        "acme_app-1.2.0-py3-none-any.whl 1.2.0",
        "acme_app-1.2.0.tar.gz 1.2.0",
        "acme_app-1.2.1-py3-none-any.whl 1.2.1",
    ),
    services=("pypi", "sigstore"),
    proofs=(_released(PYPI),),
)
