"""A wheel or sdist is opened and never unpacked; what could harm is refused."""

from __future__ import annotations

import io
import stat
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest

from release_actions.formats import dist, dist_name
from release_actions.formats.dist import BadDistError, Dist
from tests.formats.dist_bytes import (
    INFO,
    METADATA,
    ROOT,
    SDIST_NAME,
    WHEEL_NAME,
    header,
    sdist_of,
    wheel_of,
)
from tests.registries.dists import sdist, wheel


def read(name: str, content: bytes) -> Dist:
    return dist.read(dist_name.read(name), io.BytesIO(content))


def _mode(name: str, mode: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = mode << 16
    return entry


def test_a_wheel_says_its_name_its_version_and_its_licences(tmp_path: Path) -> None:
    made = wheel(tmp_path, "Acme.App", "1.2", licenses={"LICENSE": "MIT", "x/NOTICE": "x"})
    found = read(made.name, made.read_bytes())
    assert found == Dist("Acme.App", "1.2", frozenset({"LICENSE", "x/NOTICE"}))


def test_an_sdist_says_the_same_and_what_is_below_its_root(tmp_path: Path) -> None:
    made = sdist(tmp_path, files={"LICENSE": "MIT", "empty": ""})
    found = read(made.name, made.read_bytes())
    assert (found.project, found.version) == ("acme-app", "1.2.0")
    assert found.texts == {"LICENSE", "PKG-INFO", "pyproject.toml"}


def test_links_that_stay_inside_an_sdist_are_none_of_its_texts() -> None:
    inside = [
        header(f"{ROOT}/docs", tarfile.DIRTYPE),
        header(f"{ROOT}/docs/LICENSE", tarfile.SYMTYPE, "../LICENSE"),
        header(f"{ROOT}/hard", tarfile.LNKTYPE, f"{ROOT}/PKG-INFO"),
    ]
    assert read(SDIST_NAME, sdist_of(None, inside)).texts == {"PKG-INFO"}


HOSTILE_WHEELS = {
    "a path out of the folder": (wheel_of([("../../etc/x", b"x")]), "a path that leads elsewhere"),
    "an absolute path": (wheel_of([("/etc/x", b"x")]), "a path that leads elsewhere"),
    "a path with a backslash": (wheel_of([("..\\x", b"x")]), "a path that leads elsewhere"),
    "a drive": (wheel_of([("C:/x", b"x")]), "a path that leads elsewhere"),
    "a line end in a name": (wheel_of([("a\nb", b"x")]), "a path that leads elsewhere"),
    "a very long path": (wheel_of([("x" * 2000, b"x")]), "a path that leads elsewhere"),
    "a member twice": (wheel_of([("a", b"1"), ("a", b"2")]), "it is there twice"),
    "METADATA twice": (wheel_of([(f"{INFO}/METADATA", METADATA)]), "it is there twice"),
    "two .dist-info": (wheel_of([("evil-9.dist-info/METADATA", METADATA)]), "alone, found acme"),
    "no METADATA": (wheel_of([(f"{INFO}/WHEEL", b"x")], None), "it has no acme_app-1.2.0.d"),
    "no .dist-info": (wheel_of([("a", b"x")], None), "alone, found none"),
    "a name with an end in it": (
        wheel_of([("aXb", b"x")]).replace(b"aXb", b"a\0b"), "a name that tools read differently"
    ),
    "a symlink": (wheel_of([(_mode("a", stat.S_IFLNK | 0o777), b"/etc")]), "a: no plain file"),
    "a device": (wheel_of([(_mode("a", stat.S_IFCHR), b"")]), "a: no plain file"),
    "a huge METADATA": (wheel_of([], b"Name: a\n" * 2**21), "are read at most"),
    "no Name": (wheel_of([], b"Version: 1\n"), "does not have Name once"),
    "two Versions": (wheel_of([], METADATA + b"Version: 2\n"), "does not have Version once"),
    "nothing": (b"", "it has no list of members"),
    "no zip": (b"PK\5\6" + b"\0" * 9, "it has no list of members"),
    "cut short": (wheel_of([("a", b"x" * 999)])[:-40], "it has no list of members"),
    "cut at its begin": (wheel_of([("a", b"x" * 999)])[400:], "no whole wheel"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "why"), HOSTILE_WHEELS.values(), ids=HOSTILE_WHEELS)
def test_a_hostile_wheel_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(BadDistError, match=why.replace(".", r"\.")):
        read(WHEEL_NAME, content)


def test_a_zip_bomb_is_refused_by_what_it_says_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dist, "UNPACKED", 10_000)
    with pytest.raises(BadDistError, match="more than 10000 bytes"):
        read(WHEEL_NAME, wheel_of([("a", b"\0" * 20_000)]))


def test_a_list_of_members_without_end_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its size is told at the end of the file, and the library would hold it in memory."""
    content = wheel_of([("a", b"x")], comment=b"a comment")
    at = content.rfind(b"PK\5\6")
    huge = content[: at + 12] + struct.pack("<L", dist.DIRECTORY + 1) + content[at + 16 :]
    with pytest.raises(BadDistError, match="a list of members"):
        read(WHEEL_NAME, huge)
    monkeypatch.setattr(dist, "MEMBERS", 1)
    with pytest.raises(BadDistError, match="more than 1 files"):
        read(WHEEL_NAME, content)


def test_a_list_of_members_by_zip64_is_bounded_too() -> None:
    content = wheel_of([("a", b"x")])
    at = content.rfind(b"PK\5\6")
    record = struct.pack("<4sQHHLLQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, 2, 2, dist.DIRECTORY + 1, 0)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, at, 1)
    told = content[at:][:12] + b"\xff" * 8 + content[at:][20:]
    with pytest.raises(BadDistError, match="a list of members"):
        read(WHEEL_NAME, content[:at] + record + locator + told)


def test_an_encrypted_member_is_refused() -> None:
    content = bytearray(wheel_of())
    content[content.find(b"PK\1\2") + 8] |= 1
    content[6] |= 1
    with pytest.raises(BadDistError, match="no whole wheel: File"):
        read(WHEEL_NAME, bytes(content))


HOSTILE_SDISTS = {
    "a path out of the folder": ([header(f"{ROOT}/../../x")], "a path that leads elsewhere"),
    "an absolute path": ([header("/etc/x")], "a path that leads elsewhere"),
    "beside the root": ([header("other/x")], "not below acme_app-1.2.0/"),
    "a member twice": ([header(f"{ROOT}/PKG-INFO")], "it is there twice"),
    "a link out of it": ([header(f"{ROOT}/a", tarfile.SYMTYPE, "../../x")], "which is elsewhere"),
    "an absolute link": ([header(f"{ROOT}/a", tarfile.SYMTYPE, "/etc/x")], "which is elsewhere"),
    "a hard link out": ([header(f"{ROOT}/a", tarfile.LNKTYPE, "x/y")], "which is elsewhere"),
    "a device": ([header(f"{ROOT}/a", tarfile.CHRTYPE)], "neither a file nor a folder nor a link"),
    "a pipe": ([header(f"{ROOT}/a", tarfile.FIFOTYPE)], "neither a file nor a folder nor a link"),
}  # fmt: skip


@pytest.mark.parametrize(("more", "why"), HOSTILE_SDISTS.values(), ids=HOSTILE_SDISTS)
def test_a_hostile_sdist_is_refused(more: list[tarfile.TarInfo], why: str) -> None:
    with pytest.raises(BadDistError, match=why.replace(".", r"\.")):
        read(SDIST_NAME, sdist_of(None, more))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(sdist_of({f"{ROOT}/a": b"x"}), "it has no acme_app", id="no PKG-INFO"),
        pytest.param(
            sdist_of({f"{ROOT}/a": b"x"}, [header(f"{ROOT}/PKG-INFO", tarfile.SYMTYPE, "a")]),
            "no plain file",
            id="PKG-INFO is a link",
        ),
        pytest.param(
            sdist_of({f"{ROOT}/PKG-INFO": b"Name: a\n" * 2**21}), "no plain file", id="a huge one"
        ),
        pytest.param(b"", "no whole sdist", id="nothing"),
        pytest.param(sdist_of()[:-30], "no whole sdist", id="cut short"),
        pytest.param(b"\x1f\x8b" + b"x" * 99, "no whole sdist", id="no gzip"),
    ],
)
def test_an_sdist_without_its_metadata_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(BadDistError, match=why):
        read(SDIST_NAME, content)


def test_a_bomb_of_an_sdist_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = sdist_of(None, [header(f"{ROOT}/zeros", size=20_000)])
    assert len(bomb) < 1000
    monkeypatch.setattr(dist, "INFLATED", 10_000)
    with pytest.raises(BadDistError, match="more than 10000"):
        read(SDIST_NAME, bomb)
    monkeypatch.setattr(dist, "MEMBERS", 0)
    with pytest.raises(BadDistError, match="more than 0 files"):
        read(SDIST_NAME, sdist_of())


def test_a_long_name_that_never_ends_is_not_held_in_memory() -> None:
    """A header of its own type says how long the next name is."""
    with pytest.raises(BadDistError, match="a header of"):
        read(
            SDIST_NAME, sdist_of(None, [header(f"{ROOT}/a", tarfile.GNUTYPE_LONGNAME, size=2**20)])
        )
