"""Releases: drafts that hide, files under their digest, and releases that cannot change."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from rehearsal.github import Repository
from tests.rehearsal.conftest import Client

Make = Callable[..., Client]


def _upload(client: Client, release: int, name: str, content: bytes) -> int:
    path = f"/api/uploads/repos/acme/app/releases/{release}/assets?name={name}"
    return client(f"POST {path}", data=content).status_code


def test_a_draft_makes_no_tag_and_is_not_found_by_one(
    repository: Repository, client: Client
) -> None:
    """PAINS C23: 404 by tag for everybody, and a page under `untagged-`."""
    draft = client("POST ~/releases", json={"tag_name": "v1", "draft": True}).json()
    assert repository.git.tags() == {}
    assert "/releases/tag/untagged-" in draft["html_url"]
    assert draft["published_at"] is None
    assert client("GET ~/releases/tags/v1").status_code == 404
    assert client.get(f"~/releases/{draft['id']}")["tag_name"] == "v1"
    assert [r["id"] for r in client.get("~/releases")] == [draft["id"]]


def test_drafts_hide_from_who_may_not_push(repository: Repository, client_with: Make) -> None:
    """A reader's list is without them, and their ids are 404."""
    draft = repository.add_release("v2", draft=True, assets={"a": b"1"})
    repository.add_release("v1")
    reader, writer = client_with(contents="read"), client_with(contents="write")
    assert [r["tag_name"] for r in reader.get("~/releases")] == ["v1"]
    assert [r["tag_name"] for r in writer.get("~/releases")] == ["v1", "v2"]
    assert reader(f"GET ~/releases/{draft.id}").status_code == 404
    assert reader(f"GET ~/releases/assets/{draft.assets[0].id}").status_code == 404


def test_publishing_makes_the_tag_at_the_target(repository: Repository, client: Client) -> None:
    """The tag is really in git; an existing tag is left where it is."""
    first = repository.git.branches()["main"]
    second = repository.commit({"a": "1"})
    made = client("POST ~/releases", json={"tag_name": "v1", "target_commitish": first})
    assert made.status_code == 201
    draft = client("POST ~/releases", json={"tag_name": "v2", "draft": True}).json()
    publish = {"draft": False, "tag_name": "v2"}
    done = client(f"PATCH ~/releases/{draft['id']}", json=publish).json()
    assert done["html_url"].endswith("/releases/tag/v2")
    assert repository.git.tags() == {"v1": first, "v2": second}
    client("POST ~/releases", json={"tag_name": "v0", "target_commitish": "main"})
    assert client.get("~/releases/tags/v0")["draft"] is False


def test_publishing_by_a_user_starts_what_waits_for_the_tag(
    repository: Repository, client: Client
) -> None:
    """A tag that a release makes is pushed like any other; one that is there already is not."""
    repository.commit({".github/workflows/tag.yml": "on: {push: {tags: ['v*']}}\n"})
    draft = client("POST ~/releases", json={"tag_name": "v1", "draft": True}).json()
    assert repository.runs == []
    client(f"PATCH ~/releases/{draft['id']}", json={"draft": False, "tag_name": "v1"})
    assert [run.branch for run in repository.runs] == ["v1"]
    repository.tag("v2", repository.git.branches()["main"])
    client("POST ~/releases", json={"tag_name": "v2"})
    assert len(repository.runs) == 1


@pytest.mark.parametrize(
    ("release", "draft", "starts"),
    [
        pytest.param("", False, True, id="any"),
        pytest.param("{types: [published]}", True, True, id="published"),
        pytest.param("{types: released}", True, True, id="released"),
        pytest.param("{types: [prereleased]}", False, False, id="no prerelease"),
        pytest.param("{types: [created]}", False, True, id="created"),
        pytest.param("{types: [created]}", True, False, id="created as a draft"),
    ],
)
def test_a_release_that_becomes_public_starts_what_waits_for_it(
    repository: Repository, client: Client, release: str, draft: bool, starts: bool
) -> None:
    repository.commit({".github/workflows/after.yml": f"on: {{release: {release}}}\n"})
    made = client("POST ~/releases", json={"tag_name": "v1", "draft": draft}).json()
    if draft:
        assert repository.runs == []
        client(f"PATCH ~/releases/{made['id']}", json={"draft": False, "tag_name": "v1"})
    found = [(run.event, run.ref, run.status) for run in repository.runs]
    assert found == ([("release", "refs/tags/v1", "queued")] if starts else [])


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        pytest.param({}, "tag_name", "missing_field", id="no-tag"),
        pytest.param({"tag_name": "v1"}, "tag_name", "already_exists", id="there"),
        pytest.param({"tag_name": "a b"}, "tag_name", "custom", id="no-tag-name"),
        pytest.param(
            {"tag_name": "v2", "target_commitish": "nope"}, "target_commitish", "invalid", id="to"
        ),
        pytest.param({"tag_name": "v2", "body": "x" * 125_001}, "body", "custom", id="long"),
    ],
)
def test_a_release_that_cannot_be_is_refused(
    repository: Repository, client: Client, body: dict[str, str], field: str, code: str
) -> None:
    """422 with the field and the code; nothing is left of it."""
    repository.add_release("v1")
    refused = client("POST ~/releases", json=body)
    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert (error["field"], error["code"]) == (field, code)
    assert [release.tag for release in repository.releases] == ["v1"]


def test_two_drafts_may_have_one_tag(repository: Repository, client: Client) -> None:
    """PAINS C24: GitHub does not mind, until the second is published."""
    first, second = (
        client("POST ~/releases", json={"tag_name": "v1", "draft": True}).json()["id"]
        for _ in range(2)
    )
    publish = {"draft": False, "tag_name": "v1"}
    assert client(f"PATCH ~/releases/{first}", json=publish).status_code == 200
    assert client(f"PATCH ~/releases/{second}", json=publish).status_code == 422


def test_a_draft_that_is_changed_without_its_tag_loses_it(
    repository: Repository, client: Client
) -> None:
    """Why every editor of releases says the tag again, whatever else it changes."""
    draft = client("POST ~/releases", json={"tag_name": "v1", "draft": True}).json()
    path = f"PATCH ~/releases/{draft['id']}"
    assert client(path, json={"body": "b", "tag_name": "v1"}).json()["tag_name"] == "v1"
    assert client(path, json={"body": "c"}).json()["tag_name"].startswith("untagged-")
    client(path, json={"draft": False})
    assert [tag.partition("-")[0] for tag in repository.git.tags()] == ["untagged"]


def test_the_latest_release_is_chosen_or_the_newest_whole_one(
    repository: Repository, client: Client
) -> None:
    """Neither a draft nor a prerelease; `make_latest` overrides."""
    assert client("GET ~/releases/latest").status_code == 404
    repository.add_release("v1")
    repository.add_release("v2-rc", prerelease=True)
    repository.add_release("v3", draft=True)
    assert client.get("~/releases/latest")["tag_name"] == "v1"
    client("POST ~/releases", json={"tag_name": "v0", "make_latest": "false"})
    assert client.get("~/releases/latest")["tag_name"] == "v1"
    client("POST ~/releases", json={"tag_name": "v0.1", "make_latest": "true"})
    assert client.get("~/releases/latest")["tag_name"] == "v0.1"


def test_a_release_is_as_old_as_its_commit(repository: Repository, client: Client) -> None:
    """`created_at` is no date of the release: sorting by it sorts commits."""
    repository.commit({"a": "1"}, at="2020-01-01T00:00:00Z")
    made = client("POST ~/releases", json={"tag_name": "v1"}).json()
    assert made["created_at"] == "2020-01-01T00:00:00Z"
    assert made["published_at"] > made["created_at"]


def test_an_uploaded_file_comes_back_byte_for_byte(repository: Repository, client: Client) -> None:
    """With size and digest; its bytes are where the asset leads to."""
    content = bytes(range(256)) * 100
    release = repository.add_release("v1", draft=True)
    assert _upload(client, release.id, "a%20b!.bin", content) == 201
    (asset,) = client.get(f"~/releases/{release.id}/assets")
    assert asset["name"] == "a.b.bin", "GitHub renames what is special"
    assert asset["size"] == len(content)
    assert asset["digest"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    led = client(
        f"GET ~/releases/assets/{asset['id']}", headers={"Accept": "application/octet-stream"}
    )
    assert led.status_code == 302
    got = client("GET " + led.headers["Location"].removeprefix(client.base))
    assert got.content == content


def test_a_file_is_loaded_from_the_page_once_the_release_is_public(
    repository: Repository, client: Client
) -> None:
    """`/releases/download/TAG/NAME`; a draft's files are not there."""
    release = repository.add_release("v1", draft=True, assets={"a.bin": b"one"})
    page = "/acme/app/releases/download/v1/a.bin"
    assert client(f"GET {page}").status_code == 404
    client(f"PATCH ~/releases/{release.id}", json={"draft": False, "tag_name": "v1"})
    assert Client(client.base, None)(f"GET {page}").content == b"one"


def test_a_name_is_there_once(repository: Repository, client: Client) -> None:
    """422 already_exists, for an upload as for a renaming; an empty file is refused."""
    release = repository.add_release("v1", assets={"a": b"1", "b": b"2"})
    assert _upload(client, release.id, "a", b"other") == 422
    assert _upload(client, release.id, "c", b"") == 400
    second = release.assets[1]
    assert client(f"PATCH ~/releases/assets/{second.id}", json={"name": "a"}).status_code == 422
    assert client(f"PATCH ~/releases/assets/{second.id}", json={"name": "c"}).status_code == 200
    assert client(f"DELETE ~/releases/assets/{second.id}").status_code == 204
    assert [asset.name for asset in release.assets] == ["a"]


def test_an_immutable_release_keeps_its_files_and_its_tag(
    repository: Repository, client: Client
) -> None:
    """PAINS C26: only its name and its text can change; it can be deleted, its tag not reused."""
    assert client("PUT ~/immutable-releases").status_code == 204
    release = repository.add_release("v1", draft=True)
    assert _upload(client, release.id, "a", b"1") == 201
    publish = {"draft": False, "tag_name": "v1"}
    published = client(f"PATCH ~/releases/{release.id}", json=publish).json()
    assert published["immutable"]
    assert _upload(client, release.id, "b", b"2") == 422
    assert client(f"DELETE ~/releases/assets/{release.assets[0].id}").status_code == 422
    assert client(f"PATCH ~/releases/{release.id}", json={"tag_name": "v9"}).status_code == 422
    assert client(f"PATCH ~/releases/{release.id}", json={"body": "Text"}).status_code == 200
    other = repository.commit({"a": "1"})
    assert client("DELETE ~/git/refs/tags/v1").status_code == 422
    moved = client("PATCH ~/git/refs/tags/v1", json={"sha": other, "force": True})
    assert moved.status_code == 422
    assert client(f"DELETE ~/releases/{release.id}").status_code == 204
    assert "v1" in repository.git.tags()
    repository.git.delete_ref("refs/tags/v1")
    assert client("POST ~/releases", json={"tag_name": "v1"}).status_code == 422


def test_the_addresses_in_a_release_are_those_of_its_door(
    repository: Repository, client: Client
) -> None:
    """Below /api/v3 everything stays below it, as on GitHub Enterprise Server."""
    release = repository.add_release("v1")
    plain = client.get(f"~/releases/{release.id}")
    assert plain["url"].startswith(f"{client.base}/repos/")
    server = client.get(f"/api/v3/repos/acme/app/releases/{release.id}")
    assert server["url"].startswith(f"{client.base}/api/v3/repos/")
    assert server["upload_url"].startswith(f"{client.base}/api/uploads/repos/")
