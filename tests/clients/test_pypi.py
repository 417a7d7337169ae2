"""PyPI's layers as a client sees them, and files whose size costs no memory."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rehearsal.faults import Fault
from rehearsal.registries import PyPI as Loopback
from release_actions.clients import pypi
from release_actions.clients.progress import Progress
from release_actions.clients.pypi import PROJECT_JSON, SIMPLE, VERSION_JSON, PyPI
from release_actions.clients.web import Web
from release_actions.errors import UpstreamError
from release_actions.formats.dist_name import ProjectName, PythonVersion
from release_actions.formats.index_file import IndexFile, SimpleUrl
from tests.shelf import StillClock

PROJECT, VERSION = ProjectName("acme-app"), PythonVersion("1.2.0")
FILE = "acme_app-1.2.0.tar.gz"
GIB = 2**30
ZEROS = bytes(2**24)
SOME = 64 * 2**20  # bytes above the start, whatever the file's size


class Client:
    """A client, with what it said and how long it slept."""

    def __init__(self, loopback: Loopback, index: str = "") -> None:
        self.clock, self.said = StillClock(), list[str]()
        progress = Progress(self.clock)
        progress.say = self.said.append
        self.index = PyPI(SimpleUrl(index or loopback.simple_url), Web(self.clock), progress)

    def told(self, **how: Any) -> Any:
        return self.index.told(PROJECT, VERSION, **how)


@pytest.fixture
def loopback(tmp_path: Path) -> Iterator[Loopback]:
    with Loopback(tmp_path / "pypi") as made:
        yield made
        assert not made.crashes


def test_the_projects_json_is_asked_where_the_versions_says_nothing(loopback: Loopback) -> None:
    """It can be long, so it is asked as needed."""
    loopback.add("acme-app", "1.2.0", FILE, b"x")
    told = Client(loopback).told()
    assert [layer.name for layer in told.layers] == [SIMPLE, VERSION_JSON]
    assert [layer.name for layer in Client(loopback).told(every=True).layers] == [
        SIMPLE, VERSION_JSON, PROJECT_JSON,
    ]  # fmt: skip
    loopback.without = {"version-json"}
    told = Client(loopback).told()
    assert told.layer(VERSION_JSON).files is None
    assert told.layer(PROJECT_JSON).shows == {FILE}


def test_an_index_without_a_simple_path_is_asked_for_pages_alone(loopback: Loopback) -> None:
    """Where the JSON could be is not guessed."""
    with pytest.raises(UpstreamError):
        Client(loopback, "http://127.0.0.1:9/index/").told()
    client = Client(loopback, f"{loopback.url}/elsewhere/")
    assert [layer.name for layer in client.told().layers] == [SIMPLE]
    assert client.told().answers is False


def test_what_is_held_is_not_asked_again(loopback: Loopback) -> None:
    client = Client(loopback)
    before = client.told()
    loopback.add("acme-app", "1.2.0", FILE, b"x")
    assert client.told().shows == {FILE}
    loopback.projects.clear()
    client.index.hold()
    assert client.told().shows == {FILE}
    assert before.shows == frozenset()


def test_the_address_of_no_index_may_be_a_passing_error(loopback: Loopback) -> None:
    loopback.faults.add(Fault(route="index", call=(1, 2), kind="status", status=503))
    client = Client(loopback)
    assert client.told().answers is True
    assert len(client.clock.slept) == 2


def test_json_that_is_too_deep_cannot_be_read(loopback: Loopback) -> None:
    loopback.add("acme-app", "1.2.0", FILE, b"x")
    deep = b'{"info": ' + b"[" * 100_000
    client = Client(loopback)
    client.index.web.read = (  # type: ignore[method-assign]
        lambda url, read, **how: read(deep) if url.endswith("/json") else None
    )
    with pytest.raises(ValueError, match="too deep"):
        client.told()


def test_a_file_with_other_bytes_once_is_asked_for_again(
    loopback: Loopback, tmp_path: Path
) -> None:
    loopback.add("acme-app", "1.2.0", FILE, b"x" * 100)
    loopback.faults.add(Fault(route="files", call=(1, 3), kind="wrong-bytes"))
    client = Client(loopback)
    (file,) = client.told().layer(SIMPLE).files.values()
    (found,) = client.index.fetch([file], tmp_path / "to").values()
    assert found is not None
    assert found.path.read_bytes() == b"x" * 100
    assert list((tmp_path / "to").iterdir()) == [found.path]


def test_a_file_that_is_longer_than_was_told_is_not_read_to_its_end(
    loopback: Loopback, tmp_path: Path
) -> None:
    loopback.add("acme-app", "1.2.0", FILE, b"x" * 100)
    loopback.twist["simple"] = lambda page: (
        page | {"files": [file | {"size": 50} for file in page["files"]]}
    )
    client = Client(loopback)
    (file,) = client.told().layer(SIMPLE).files.values()
    with pytest.raises(UpstreamError, match="50 are read at most"):
        client.index.fetch([file], tmp_path / "to")
    assert list((tmp_path / "to").iterdir()) == []


def test_one_error_ends_the_loading_of_all(loopback: Loopback, tmp_path: Path) -> None:
    for number in range(40):
        loopback.add("acme-app", "1.2.0", f"acme_app-1.2.0-{number}-py3-none-any.whl", b"x")
    loopback.faults.add(Fault(route="files", call=1, kind="status", status=403))
    client = Client(loopback)
    files = client.told().layer(SIMPLE).files.values()
    with pytest.raises(UpstreamError, match="answered 403"):
        client.index.fetch(files, tmp_path / "to")


def test_how_far_a_long_transfer_is_is_said(loopback: Loopback, tmp_path: Path) -> None:
    """One line in ten seconds; here each piece takes eleven."""
    loopback.add("acme-app", "1.2.0", FILE, b"x" * (3 * 2**20))
    client = Client(loopback)
    (file,) = client.told().layer(SIMPLE).files.values()
    advance = client.index._progress.advance

    def slowly(size: int) -> None:
        client.clock.time += 11
        advance(size)

    client.index._progress.advance = slowly  # type: ignore[method-assign]
    client.index.fetch([file], tmp_path / "to")
    assert client.said[0].startswith("received 1.0 MiB of 3.0 MiB in 1 files")


def test_an_index_that_tells_no_address_of_provenance_has_none_where_nobody_knows_it(
    loopback: Loopback,
) -> None:
    """Without /simple/ at the end nobody knows where the integrity API would be."""
    client = Client(loopback, f"{loopback.url}/elsewhere/")
    file = IndexFile(FILE, f"{loopback.url}/x")
    assert client.index.provenance(file, PROJECT, VERSION) is None
    assert loopback.requests == []


@pytest.mark.parametrize("told", ["[" * 100_000, '{"attestation_bundles": 7}', "{}", "[1]"])
def test_provenance_of_another_shape_cannot_be_read(loopback: Loopback, told: str) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        pypi._object(told.encode())


# Memory

PROBE = """
import resource, sys
from pathlib import Path
from tests.actions.canonicalize_pypi_dists.scene import Scene, outputs
from tests.clients.test_pypi import Elsewhere
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
given = zip(sys.argv[1::2], sys.argv[2::2])
small, big = [Scene(Elsewhere(url), Path(folder)) for url, folder in given]
assert outputs(small.run()).source == "index"
start = peak()
ended = big.run()
assert outputs(ended).source == "index", ended
print(peak() - start)
"""


class Elsewhere:
    """The loopback in another process than the one that is measured."""

    def __init__(self, url: str) -> None:
        self.simple_url = url


class Sparse:
    """A file whose zeros take no place on the disk."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb+")

    def write(self, piece: bytes) -> int:
        if piece == ZEROS:
            self._file.seek(len(piece), 1)
            return len(piece)
        return self._file.write(piece)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def huge_wheel(path: Path, size: int) -> None:
    """A wheel with one member of zeros, as large as that, not compressed."""
    sparse: Any = Sparse(path)
    info = "acme_app-1.2.0.dist-info"
    with zipfile.ZipFile(sparse, "w", zipfile.ZIP_STORED) as archive:
        with archive.open(zipfile.ZipInfo("zeros"), "w", force_zip64=True) as member:
            for _ in range(size // len(ZEROS)):
                member.write(ZEROS)
        archive.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.4\nName: acme-app\nVersion: 1.2.0\n"
        )
    sparse.close()


@pytest.fixture
def large(tmp_path: Path) -> Iterator[Path]:
    """A folder with room for gibibytes that come and go: in memory, where there is much."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 6 * GIB
    with tempfile.TemporaryDirectory(dir=memory if roomy else tmp_path) as name:
        yield Path(name)


def test_two_gibibytes_cost_no_more_memory_than_sixteen_mebibytes(large: Path) -> None:
    """Built, served, recovered and read back; the built file is sparse."""
    name = "acme_app-1.2.0-py3-none-any.whl"
    arguments: list[str] = []
    with Loopback(large / "small") as small, Loopback(large / "big") as big:
        for loopback, size in ((small, 2**24), (big, 2 * GIB)):
            work = large / f"work-{size}"
            (work / "dist").mkdir(parents=True)
            huge_wheel(work / "dist" / name, size)
            loopback.add("acme-app", "1.2.0", name, work / "dist" / name)
            arguments += [loopback.simple_url, str(work)]
        done = subprocess.run(
            [sys.executable, "-c", PROBE, *arguments],
            env={"PYTHONPATH": "src:."}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert int(done.stdout) < SOME
