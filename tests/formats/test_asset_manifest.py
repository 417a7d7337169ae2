"""A manifest says the set of assets strictly, and every name in it stays what it is everywhere."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from rehearsal.github.answers.assets import _name
from release_actions.formats import asset_manifest
from release_actions.formats.asset_manifest import AssetName, ExpectedAsset, Part, Parts, twin
from release_actions.formats.checksums import Sha256

ONE: dict[str, Any] = {"name": "a.whl", "sha256": "a" * 64, "size": 3, "media_type": "text/plain"}
ASSETS = (
    ExpectedAsset(AssetName("b-1.0+cu12.whl"), Sha256("b" * 64), 1, "application/zip"),
    ExpectedAsset(AssetName("a.txt"), Sha256("a" * 64), 2**40, "text/plain"),
)


def document(*assets: Any, **more: Any) -> bytes:
    return json.dumps({"schema": 1, "assets": list(assets)} | more).encode()


def test_what_is_written_is_read_and_is_the_same_bytes_in_any_order() -> None:
    written = asset_manifest.write(ASSETS)
    assert written == asset_manifest.write(reversed(ASSETS))
    assert asset_manifest.read(written) == tuple(sorted(ASSETS))
    assert written.endswith(b"\n")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no JSON"),
        (b"\xff", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[]", "no object"),
        (document(ONE, more=1), "no object"),
        (document(ONE, schema=2), "schema is 2"),
        (document(ONE, schema=True), "schema is True"),
        (document(), "empty one"),
        (document(assets={}), "no list"),
        (b'{"schema": 1, "schema": 1, "assets": []}', "twice"),
        (document(7), "an asset has"),
        (document(ONE | {"more": 1}), "an asset has"),
        (document(ONE | {"size": True}), "an asset has"),
        (document(ONE | {"size": "3"}), "an asset has"),
        (document(ONE | {"size": 0}), "at least one byte"),
        (document(ONE | {"sha256": "A" * 64}), "64 lower-case"),
        (document(ONE | {"name": "../a"}), "bare file name"),
        (document(ONE | {"media_type": "text/plain\r\nX: y"}), "media type"),
        (document(ONE, ONE), "one name"),
        (document(ONE, ONE | {"name": "A.WHL"}), "nearly so"),
        (b" " * (asset_manifest.LIMIT + 1), "more than"),
    ],
)
def test_a_manifest_that_is_not_right_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        asset_manifest.read(content)


GOOD_NAMES = ["a", "app-1.0.0.whl", "app-1.0+local_x86.tar.gz", "_x", "9.zip", "a" * 200]
BAD_NAMES = [
    "",
    "-rf",
    "--help",
    ".hidden",
    "a.",
    "a..b",
    "..",
    "a/b",
    "a\\b",
    "a b",
    "a~1.deb",
    "a(1).zip",
    "a@b",
    "ä.zip",
    "a\n",
    "a\x00",
    "a\u202eb",
    "+a",
    "a" * 201,
]


@pytest.mark.parametrize("name", GOOD_NAMES)
def test_a_name_that_stays_is_one_that_github_keeps(name: str) -> None:
    """D-O1's option names and GitHub's renaming (PAINS C28): what passes here is kept there."""
    assert AssetName(name) == name == _name(name)


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_that_would_not_stay_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="bare file name"):
        AssetName(name)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.whl", "application/zip"),
        ("a.TAR.GZ", "application/gzip"),
        ("a.intoto.jsonl", "application/jsonl"),
        ("tool", "application/octet-stream"),
        ("tool-1.0", "application/octet-stream"),
    ],
)
def test_a_media_type_is_by_the_suffix_and_nothing_of_this_machine(name: str, kind: str) -> None:
    assert AssetName(name).media_type == kind


def test_parts_are_short_names_each_once() -> None:
    assert Parts("linux-x64, macos") == ("linux-x64", "macos")
    assert Part("linux-x64").manifest == "linux-x64.manifest.json"
    for raw in ("Linux", "a_b", "-a", "a-", "a\na", "x" * 51):
        with pytest.raises(ValueError, match=r"small letters|once"):
            Parts(raw)


def test_two_names_that_differ_by_case_alone_are_twins() -> None:
    assert twin(["a", "b", "B"]) == ("b", "B")
    assert twin(["a", "b"]) is None
