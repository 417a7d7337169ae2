"""The sparse index: paths, config.json and lines, read strictly."""

from __future__ import annotations

import json

import pytest

from release_actions.formats import cargo_metadata
from release_actions.formats.crate_index import (
    CrateName,
    IndexUrl,
    RegistryConfig,
    find,
    read_config,
    read_lines,
    taken_by,
)

SUM = "a" * 64
NAME = CrateName("zz-a")


@pytest.mark.parametrize(
    ("name", "path"),
    [("a", "1/a"), ("Ab", "2/ab"), ("aBc", "3/a/abc"), ("Serde", "se/rd/serde")],
)
def test_the_path_is_that_of_the_cargo_book(name: str, path: str) -> None:
    assert CrateName(name).index_path == path


@pytest.mark.parametrize("name", ["", "1a", "-a", "a b", "a/b", "../a", "ä", "a" * 65, "a\n"])
def test_what_is_no_name_of_a_crate_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="a crate's name"):
        CrateName(name)


def test_names_that_the_registry_takes_for_one_are_one() -> None:
    assert CrateName("Zz-a").key == CrateName("zz_A").key


@pytest.mark.parametrize(
    "url",
    ["sparse+https://index.crates.io/", "https://index.crates.io", "https://index.crates.io/"],
)
def test_an_index_is_named_with_or_without_sparse(url: str) -> None:
    assert IndexUrl(url) == "https://index.crates.io/"
    assert IndexUrl(url).cargo == "sparse+https://index.crates.io/"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "crates.io",
        "http://index.crates.io/",
        "sparse+ftp://x/",
        "https://user@x/",
        "https://x/?a=b",
        "https://x/#a",
        "https:///",
        "git+https://x/",
        "https://x/a b",
    ],
)
def test_what_is_no_safe_index_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="a sparse index"):
        IndexUrl(url)


def test_plain_http_is_for_this_machine_alone() -> None:
    assert IndexUrl("sparse+http://127.0.0.1:8080/index/") == "http://127.0.0.1:8080/index/"


@pytest.mark.parametrize(
    ("dl", "url"),
    [
        ("https://x/crates", "https://x/crates/Zz-a/1.0.0/download"),
        ("https://x/{crate}-{version}.crate", "https://x/Zz-a-1.0.0.crate"),
        ("https://x/{prefix}/{lowerprefix}/{crate}", "https://x/Zz/-a/zz/-a/Zz-a"),
        ("https://x/{sha256-checksum}", f"https://x/{SUM}"),
    ],
)
def test_the_address_of_a_file_is_the_one_that_cargo_takes(dl: str, url: str) -> None:
    assert RegistryConfig(dl, None).file_url(CrateName("Zz-a"), "1.0.0", SUM) == url


def test_config_json_is_read() -> None:
    told = {"dl": "https://static.crates.io/crates", "api": "https://crates.io/", "more": 1}
    found = read_config(json.dumps(told).encode())
    assert found == RegistryConfig("https://static.crates.io/crates", "https://crates.io")
    assert read_config(b'{"dl": "https://x"}').api is None


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b'{"dl": 1}',
        b'{"dl": "file:///x"}',
        b'{"dl": "https://x", "api": "javascript:x"}',
        b'{"dl": "https://x", "api": 1}',
        b'{"dl": "https://x", "auth-required": true}',
    ],
)
def test_what_is_no_config_is_an_error(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_config(text)


def line(**more: object) -> bytes:
    told = {"name": "zz-a", "vers": "1.0.0", "cksum": SUM, "yanked": False, "deps": []}
    return json.dumps(told | more).encode()


def test_every_version_is_told_in_the_order_of_the_index() -> None:
    found = read_lines(b"\n".join([line(), line(vers="1.1.0", yanked=True), b""]), NAME)
    assert [(v.version, v.checksum, v.yanked) for v in found] == [
        ("1.0.0", SUM, False),
        ("1.1.0", SUM, True),
    ]
    assert find(found, "1.1.0") == found[1]
    assert find(found, "1.2.0") is None


def test_a_version_that_differs_in_its_build_metadata_takes_the_place() -> None:
    found = read_lines(line(vers="1.0.0+b"), NAME)
    for version in ("1.0.0", "1.0.0+a"):
        assert taken_by(found, version) == found[0]
    assert taken_by(found, "1.0.0+b") is None
    assert taken_by(found, "1.0.1") is None


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\n",
        b"<html>",
        b"[]",
        b"null",
        line(name="zz_a"),
        line(vers="1"),
        line(vers=None),
        line(cksum="x"),
        line(cksum=None),
        line(yanked=None),
        line(yanked="false"),
        line() + b"\n" + line(),
        line()[:-1],
    ],
)
def test_a_line_that_is_half_understood_is_no_answer(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_lines(text, NAME)


# cargo metadata


def package(name: str, **more: object) -> dict[str, object]:
    return {
        "name": name,
        "version": "0.1.0",
        "id": f"path+file:///w/{name}#0.1.0",
        "manifest_path": f"/w/{name}/Cargo.toml",
        "publish": None,
        "dependencies": [],
    } | more


def metadata(*packages: dict[str, object]) -> bytes:
    ids = [p["id"] for p in packages if p["name"] != "serde"]
    told = {"packages": packages, "workspace_members": ids, "workspace_root": "/w"}
    return json.dumps(told).encode()


def test_a_workspace_is_its_members_and_what_they_need_of_each_other() -> None:
    needs = [
        {"name": "zz-a", "req": "^0.1", "kind": None, "path": "/w/zz-a"},
        {"name": "zz-a", "req": "^0.1", "kind": "build", "path": "/w/zz-a"},
        {"name": "zz-c", "req": "*", "kind": "dev", "path": "/w/zz-c"},
        {"name": "zz-d", "req": "^0.1", "kind": "dev", "path": "/w/zz-d"},
        {"name": "serde", "req": "^1", "kind": None},
    ]
    found = cargo_metadata.read(
        metadata(
            package("zz-a", publish=[]),
            package("zz-b", dependencies=needs),
            package("zz-c"),
            package("serde"),
        )
    )
    assert [m.name for m in found.members] == ["zz-a", "zz-b", "zz-c"]
    a, b = found.find("zz-a"), found.find("zz-b")
    assert a is not None
    assert b is not None
    assert (a.registries, b.registries) == ((), None)
    assert (b.folder, b.file) == ("/w/zz-b", "zz-b-0.1.0.crate")
    assert [need.kind for need in b.needs] == ["normal", "build", "dev"]
    assert found.siblings(b) == (a,)


@pytest.mark.parametrize(
    "text", [b"", b"[]", b"{}", b'{"packages": 1}', metadata({"id": "x", "name": "x"})]
)
def test_what_is_no_metadata_is_an_error(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        cargo_metadata.read(text)
