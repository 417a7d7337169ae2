"""A .crate is read without unpacking it, and what cargo would not have made is refused."""

from __future__ import annotations

import gzip
import hashlib
import io
import tracemalloc
import zlib
from typing import IO

import pytest

from release_actions.formats import crate as formats
from release_actions.formats.crate import BadCrateError, read
from tests.formats.crate_bytes import COMMIT, MANIFEST, STEM, archive, crate, entry, vcs


def opened(content: bytes) -> formats.Crate:
    return read(io.BytesIO(content))


def test_every_member_is_told_with_its_digest_and_what_cargo_wrote() -> None:
    found = opened(crate(executable=["src/lib.rs"]))
    assert (found.name, found.version, found.file) == ("zz-a", "0.1.0", "zz-a-0.1.0.crate")
    assert (found.commit, found.dirty, found.folder) == (COMMIT, False, "crates/zz-a")
    lib = found.files["src/lib.rs"]
    assert (lib.sha256, lib.size) == (hashlib.sha256(b"// zz-a\n").hexdigest(), 8)
    assert lib.executable
    assert not found.files["Cargo.toml"].executable
    assert set(found.texts) == {"Cargo.toml", "Cargo.lock", ".cargo_vcs_info.json"}


def test_one_packaged_outside_of_git_names_no_commit() -> None:
    found = opened(crate({".cargo_vcs_info.json": None, "Cargo.lock": None}))
    assert (found.commit, found.folder) == (None, "")


def test_one_packaged_from_changed_files_says_so() -> None:
    """TESTBED 5: --allow-dirty leaves its mark."""
    assert opened(crate({".cargo_vcs_info.json": vcs(more=', "dirty": true')})).dirty


def test_a_long_path_is_no_harm() -> None:
    long = "src/" + "/".join(["folder" * 5] * 6) + "/mod.rs"
    assert long in opened(crate({long: "x"})).files


BAD = {
    "a path that climbs out": (crate(more=[entry(f"{STEM}/../../x", b"x")]), "leads elsewhere"),
    "a path from the root": (crate(more=[entry("/etc/x", b"x")]), "leads elsewhere"),
    "a path of one name": (crate(more=[entry("x", b"x")]), "leads elsewhere"),
    "a path with a dot": (crate(more=[entry(f"{STEM}/./x", b"x")]), "leads elsewhere"),
    "an empty name in a path": (crate(more=[entry(f"{STEM}//x", b"x")]), "leads elsewhere"),
    "a backslash": (crate(more=[entry(f"{STEM}/a\\b", b"x")]), "leads elsewhere"),
    "a line break in a path": (crate(more=[entry(f"{STEM}/a\nb", b"x")]), "leads elsewhere"),
    "a path without end": (crate(more=[entry(f"{STEM}/{'a/' * 600}b", b"x")]), "leads elsewhere"),
    "a header without end": (crate(more=[entry(f"{STEM}/{'a' * 9000}", b"x")]), "a header of"),
    "another folder": (crate(more=[entry("zz-b-0.1.0/x", b"x")]), "not below"),
    "a symlink": (crate(more=[entry(f"{STEM}/x", kind=b"2")]), "no plain file"),
    "a hard link": (crate(more=[entry(f"{STEM}/x", kind=b"1")]), "no plain file"),
    "a folder": (crate(more=[entry(f"{STEM}/x", kind=b"5")]), "no plain file"),
    "a pipe": (crate(more=[entry(f"{STEM}/x", kind=b"6")]), "no plain file"),
    "a file twice": (crate(more=[entry(f"{STEM}/src/lib.rs", b"x")]), "there twice"),
    "no manifest": (crate({"Cargo.toml": None}), "no Cargo.toml"),
    "a manifest that is none": (crate({"Cargo.toml": "["}), "Cargo.toml"),
    "a manifest without a package": (crate({"Cargo.toml": "a = 1"}), "Cargo.toml"),
    "a manifest in another code": (crate({"Cargo.toml": b"\xff"}), "Cargo.toml"),
    "a version that is none": (crate({"Cargo.toml": MANIFEST.replace("0.1.0", "1")}), "Cargo.toml"),
    "another version inside": (
        crate({"Cargo.toml": MANIFEST.replace("0.1.0", "0.2.0")}),
        "it is zz-a 0.2.0",
    ),
    "a commit file that is none": (crate({".cargo_vcs_info.json": "{"}), ".cargo_vcs_info.json"),
    "a commit file of another shape": (crate({".cargo_vcs_info.json": "[]"}), "no object"),
    "nothing": (b"", "ends in the middle"),
    "no archive": (b"<!DOCTYPE html>", "no whole .crate"),
    "no tar": (gzip.compress(b"x" * 2000), "no whole .crate"),
    "an empty tar": (archive([]), "no Cargo.toml"),
    "half of it": (crate()[:200], "ends in the middle"),
    "all but its checksum": (crate()[:-8], "ends in the middle"),
    "a wrong checksum": (crate()[:-8] + bytes(8), "no whole .crate"),
    "a second stream, which cargo would not read": (crate() + gzip.compress(b"x"), "after its end"),
    "something after it": (crate() + b"\0", "after its end"),
}


@pytest.mark.parametrize(("content", "said"), BAD.values(), ids=BAD)
def test_what_cargo_does_not_make_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(BadCrateError, match=said):
        opened(content)


def test_a_member_that_is_parsed_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "TEXT", 100)
    with pytest.raises(BadCrateError, match="200 bytes; 100 are read at most"):
        opened(crate({"Cargo.lock": "#" * 200}))


def test_the_number_of_members_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "MEMBERS", 3)
    with pytest.raises(BadCrateError, match="more than 3 files"):
        opened(crate())


def zeros(size: int) -> IO[bytes]:
    """A .crate whose one member has so many zeros: small itself, as zeros compress."""
    head = entry(f"{STEM}/src/zeros.bin")[0]
    head.size = size
    packer = zlib.compressobj(1, wbits=31)
    buffer = io.BytesIO()
    buffer.write(packer.compress(head.tobuf()))
    piece = bytes(2**24)
    for _ in range(size // len(piece)):
        buffer.write(packer.compress(piece))
    manifest, content = entry(f"{STEM}/Cargo.toml", MANIFEST.encode())
    buffer.write(packer.compress(manifest.tobuf() + content.ljust(512, b"\0") + bytes(1024)))
    buffer.write(packer.flush())
    buffer.seek(0)
    return buffer


def test_a_member_of_any_size_needs_no_memory() -> None:
    stream = zeros(2**28)
    tracemalloc.start()
    found = read(stream)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.files["src/zeros.bin"].size == 2**28
    assert peak < 8 * 2**20, peak


def test_what_unpacks_to_more_than_the_bound_is_refused_by_its_header(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(formats, "UNPACKED", 2**24)
    with pytest.raises(BadCrateError, match="more than 16777216 bytes"):
        read(zeros(2**25))


def test_padding_without_end_is_refused() -> None:
    packer = zlib.compressobj(1, wbits=31)
    whole = gzip.decompress(crate())
    content = packer.compress(whole) + packer.compress(bytes(2**25)) + packer.flush()
    with pytest.raises(BadCrateError, match="comes after its files"):
        opened(content)
