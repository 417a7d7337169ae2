"""What GitHub says of releases and assets is read strictly, or it is no answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from release_actions.clients import assets, releases
from release_actions.clients.github import GitHub
from release_actions.errors import UpstreamError
from release_actions.formats.asset_set import Asset
from release_actions.formats.checksums import Sha256
from release_actions.values import RefName, Repository, Sha
from tests.clients.canned import Answer, serving
from tests.shelf import COMMIT, StillClock

APP = Repository("acme/app")
ASSET: dict[str, Any] = {
    "id": 5,
    "name": "a.whl",
    "state": "uploaded",
    "size": 3,
    "digest": f"sha256:{'a' * 64}",
    "created_at": "2026-11-21T00:00:00Z",
}
RELEASE: dict[str, Any] = {
    "id": 7,
    "tag_name": "v1",
    "target_commitish": "main",
    "draft": True,
    "prerelease": False,
    "name": None,
    "body": None,
    "html_url": "http://x/7",
    "upload_url": "http://x/7/assets{?name,label}",
    "assets": [{"id": 5}],
}

Ask = Callable[[GitHub], Any]


def asked(ask: Ask, *answers: Answer) -> Any:
    with serving(*answers) as canned:
        return ask(GitHub("t", canned.url, StillClock()))


def one(github: GitHub) -> Any:
    return releases.one(github, APP, 7)


def contents(github: GitHub) -> Any:
    return assets.contents(github, APP, 7)


def test_a_release_is_read_with_what_an_older_server_lacks() -> None:
    found = asked(one, Answer(RELEASE))
    assert (found.title, found.body, found.immutable) == ("", "", False)
    assert (found.upload_url, found.assets) == ("http://x/7/assets", frozenset({5}))


@pytest.mark.parametrize(
    "spoilt",
    [
        {"id": 8},
        {"id": "7"},
        {"id": True},
        {"draft": None},
        {"draft": 0},
        {"prerelease": "false"},
        {"assets": [{}]},
        {"upload_url": None, "html_url": None, "assets": None},
    ],
)
def test_a_release_that_cannot_be_read_is_no_answer(spoilt: dict[str, Any]) -> None:
    with pytest.raises(UpstreamError, match="cannot be read"):
        asked(one, Answer(RELEASE | spoilt))


def test_a_404_counts_only_where_the_repository_is_seen() -> None:
    none, seen = Answer({"message": "Not Found"}, 404), Answer({"full_name": "acme/app"})
    assert asked(one, none, seen) is None
    assert asked(contents, none, seen) is None
    with pytest.raises(UpstreamError, match="404"):
        asked(one, none, none)


def test_a_list_that_lacks_what_the_release_shows_is_asked_for_again() -> None:
    """It has no count of its own."""
    release, listed, empty = Answer(RELEASE), Answer([ASSET]), Answer([])
    found = asked(contents, release, empty, release, listed)
    assert [asset.name for asset in found.assets] == ["a.whl"]
    with pytest.raises(UpstreamError, match="its list does not have"):
        asked(contents, *[release, empty] * 4)


def test_every_release_is_counted() -> None:
    """A page that got lost hides the draft, or a higher version."""
    listed = Answer([RELEASE])
    two = Answer([RELEASE], headers={"Link": '<{url}/x?per_page=1&page=2>; rel="last"'})
    assert len(asked(lambda github: releases.every(github, APP), listed, listed)) == 1
    with pytest.raises(UpstreamError, match="2 releases counted, 1 listed"):
        asked(lambda github: releases.every(github, APP), *[listed, two] * 4)


@pytest.mark.parametrize(
    ("told", "digest"),
    [
        (f"sha256:{'b' * 64}", Sha256("b" * 64)),
        ("sha512:abc", Sha256("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")),
        (None, Sha256("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")),
    ],
    ids=["told", "of another kind", "none"],
)
def test_a_digest_is_told_or_made_of_the_bytes(told: str | None, digest: Sha256) -> None:
    """S8."""
    listed = Answer([ASSET | {"digest": told}])
    found = asked(contents, Answer(RELEASE), listed, Answer(b"abc"))
    assert found.assets[0].digest == digest


@pytest.mark.parametrize("spoilt", [{"digest": "sha256:short"}, {"created_at": "?"}, {"id": None}])
def test_an_asset_that_cannot_be_read_is_no_answer(spoilt: dict[str, Any]) -> None:
    with pytest.raises(UpstreamError, match="cannot be read"):
        asked(contents, Answer(RELEASE), Answer([ASSET | spoilt]))


def asset(**more: Any) -> Asset:
    return assets._asset(ASSET | more)


def test_a_small_asset_is_checked_by_its_digest_and_bounded() -> None:
    def content(github: GitHub) -> bytes:
        return assets.content(github, APP, asset(), 3)

    with pytest.raises(UpstreamError, match="other bytes than its digest"):
        asked(content, Answer(b"abc"))
    with pytest.raises(UpstreamError, match="more than 3 bytes"):
        asked(content, Answer(b"abcd"))
    right = asset(digest="sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    assert asked(lambda github: assets.content(github, APP, right, 3), Answer(b"abc")) == b"abc"


def test_what_is_made_must_be_a_draft() -> None:
    def create(github: GitHub) -> None:
        releases.create_draft(github, APP, RefName("v1"), Sha(COMMIT), "v1", False)

    asked(create, Answer(RELEASE, 201))
    for answer in (Answer(RELEASE | {"draft": False}, 201), Answer([], 201)):
        with pytest.raises(UpstreamError, match="no draft"):
            asked(create, answer)
