"""Two digests say that something differs; the account says what, and most likely why (PAINS 38)."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pytest

from release_actions.formats.crate import read
from release_actions.formats.crate_difference import differences, why
from tests.formats.crate_bytes import MANIFEST, crate, vcs

NAMES = ("attested", "packaged")
OTHER = "b" * 40
LOCK = 'version = 4\n\n[[package]]\nname = "zz-a"\nversion = "0.1.0"\n'
SERDE = '\n[[package]]\nname = "serde"\nversion = "1.0.{}"\nsource = "registry"\nchecksum = "{}"\n'


def pair(one: Mapping[str, str | bytes | None], two: Mapping[str, str | bytes | None]) -> list[str]:
    found = differences(read(io.BytesIO(crate(one))), read(io.BytesIO(crate(two))), NAMES)
    return [f"{d.kind} {d.path}: {d.said}" for d in found]


COMMIT_FILE, MANIFEST_FILE = ".cargo_vcs_info.json", "Cargo.toml"
CASES: dict[str, tuple[dict[str, str | bytes | None], dict[str, str | bytes | None], str]] = {
    "another commit": (
        {},
        {COMMIT_FILE: vcs(OTHER)},
        f"commit .cargo_vcs_info.json: git.sha1: attested {'a' * 40}, packaged {OTHER}",
    ),
    "changed files": (
        {},
        {COMMIT_FILE: vcs(more=', "dirty": true')},
        "content .cargo_vcs_info.json: git.dirty: attested has none, packaged True",
    ),
    "the commit, written otherwise": (
        {},
        {COMMIT_FILE: vcs() + "\n"},
        "commit .cargo_vcs_info.json: the same values, written otherwise",
    ),
    "no git": (
        {},
        {COMMIT_FILE: None},
        "commit .cargo_vcs_info.json: only in the attested one: the other was packaged outside"
        " of git",
    ),
    "a lock file in one": (
        {"Cargo.lock": None},
        {},
        "content Cargo.lock: only in the packaged one: --exclude-lockfile, or another cargo",
    ),
    "a dependency": (
        {"Cargo.lock": LOCK + SERDE.format(1, "aa")},
        {"Cargo.lock": LOCK + SERDE.format(2, "bb")},
        "content Cargo.lock: serde (registry): attested 1.0.1 aa, packaged 1.0.2 bb",
    ),
    "the lock file's format": (
        {},
        {"Cargo.lock": LOCK.replace("4", "3", 1)},
        "cargo Cargo.lock: version: attested 4, packaged 3",
    ),
    "a lock file that is none": (
        {},
        {"Cargo.lock": "["},
        "content Cargo.lock: attested",
    ),
    "the manifest, written otherwise": (
        {},
        {MANIFEST_FILE: f"# by another cargo\n{MANIFEST}"},
        "cargo Cargo.toml: the same values, written otherwise",
    ),
    "what newer cargos write out": (
        {},
        {MANIFEST_FILE: f'{MANIFEST}autolib = false\n[lib]\nname = "zz_a"\n'},
        "cargo Cargo.toml: package.autolib: attested has none, packaged False; lib.name:"
        " attested has none, packaged zz_a",
    ),
    "a field of the manifest": (
        {MANIFEST_FILE: f'{MANIFEST}license = "MIT"\n'},
        {MANIFEST_FILE: f'{MANIFEST}license = "GPL"\n'},
        "content Cargo.toml: package.license: attested MIT, packaged GPL",
    ),
    "a value that newer cargos write, and another": (
        {MANIFEST_FILE: f"{MANIFEST}autolib = true\n"},
        {MANIFEST_FILE: f"{MANIFEST}autolib = false\n"},
        "content Cargo.toml: package.autolib: attested True, packaged False",
    ),
    "many fields": (
        {MANIFEST_FILE: MANIFEST + "".join(f"a{n} = 1\n" for n in range(6))},
        {MANIFEST_FILE: MANIFEST + "".join(f"a{n} = 2\n" for n in range(6))},
        "package.a3: attested 1, packaged 2; and 2 more",
    ),
    "a byte": (
        {},
        {"src/lib.rs": "// zz-b\n"},
        "content src/lib.rs: attested 8 bytes, d5f4b0ca2348…; packaged 8 bytes,",
    ),
    "a file": ({}, {"src/x.rs": "x"}, "content src/x.rs: only in the packaged one"),
}


@pytest.mark.parametrize(("one", "two", "said"), CASES.values(), ids=CASES)
def test_a_difference_is_told_by_file_and_field(
    one: dict[str, str | bytes | None], two: dict[str, str | bytes | None], said: str
) -> None:
    (found,) = pair(one, two)
    assert said in found


def test_an_executable_bit_is_told() -> None:
    one, two = crate(executable=["src/lib.rs"]), crate()
    (found,) = differences(read(io.BytesIO(one)), read(io.BytesIO(two)), NAMES)
    assert (found.path, found.said) == ("src/lib.rs", "executable in the attested one alone")
    (found,) = differences(read(io.BytesIO(two)), read(io.BytesIO(one)), NAMES)
    assert found.said == "executable in the packaged one alone"


def test_the_same_members_packed_otherwise_are_told_as_another_cargo() -> None:
    one, two = crate(level=1), crate(level=9)
    assert one != two
    found = differences(read(io.BytesIO(one)), read(io.BytesIO(two)), NAMES)
    assert [d.path for d in found] == ["the archive"]
    assert why(found) == "its content is the same: another version of cargo packed it"


def test_what_weighs_most_comes_first() -> None:
    found = pair(
        {},
        {
            COMMIT_FILE: vcs(OTHER),
            MANIFEST_FILE: f"#\n{MANIFEST}",
            "src/lib.rs": "x",
        },
    )
    assert [line.split()[0] for line in found] == ["content", "commit", "cargo"]


WHY: dict[str, tuple[dict[str, str | bytes | None], str]] = {
    "the commit": (
        {COMMIT_FILE: vcs(OTHER)},
        "only the commit differs that it says it was packaged at",
    ),
    "the commit and the cargo": (
        {COMMIT_FILE: vcs(OTHER), MANIFEST_FILE: f"#\n{MANIFEST}"},
        "only the commit differs that it says it was packaged at, and it is packed otherwise",
    ),
    "content": ({"src/lib.rs": "x"}, "what it holds differs"),
    "content and the cargo": (
        {"src/lib.rs": "x", MANIFEST_FILE: f"#\n{MANIFEST}"},
        "what it holds differs",
    ),
    "content and the commit": (
        {"src/lib.rs": "x", COMMIT_FILE: vcs(OTHER)},
        "what it holds differs, and it is of another commit",
    ),
}


@pytest.mark.parametrize(("files", "said"), WHY.values(), ids=WHY)
def test_one_sentence_says_why(files: dict[str, str | bytes | None], said: str) -> None:
    one, two = read(io.BytesIO(crate())), read(io.BytesIO(crate(files)))
    assert why(differences(one, two, NAMES)) == said
