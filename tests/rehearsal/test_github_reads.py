"""What stands in git is what the API tells, and what the API writes stands in git."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest

from rehearsal.github import GitHub, Repository
from tests.rehearsal.conftest import Client


def _head(repository: Repository, branch: str = "main") -> str:
    return repository.git.branches()[branch]


def test_a_ref_is_read_from_git_and_a_created_one_is_there(
    repository: Repository, client: Client
) -> None:
    """Refs go both ways: git's show in the API, the API's in git."""
    head = _head(repository)
    assert client.get("~/git/ref/heads/main")["object"] == {
        "sha": head,
        "type": "commit",
        "url": f"{client.base}/repos/acme/app/git/commits/{head}",
    }
    made = client("POST ~/git/refs", json={"ref": "refs/tags/v1", "sha": head})
    assert made.status_code == 201
    assert repository.git.tags() == {"v1": head}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param({"ref": "refs/heads/main"}, '"sha" wasn\'t supplied', id="no-sha"),
        pytest.param(
            {"ref": "refs/heads/main", "sha": "HEAD"}, "Reference already exists", id="there"
        ),
        pytest.param({"ref": "refs/tags/a", "sha": "f" * 40}, "Object does not exist", id="gone"),
        pytest.param({"ref": "tags/a", "sha": "HEAD"}, "not a valid ref name", id="not-full"),
        pytest.param({"ref": "refs/tags/a..b", "sha": "HEAD"}, "not a valid ref name", id="dots"),
    ],
)
def test_a_ref_that_cannot_be_made_is_refused_in_githubs_words(
    repository: Repository, client: Client, body: dict[str, str], message: str
) -> None:
    """422, and why."""
    if body.get("sha") == "HEAD":
        body = body | {"sha": _head(repository)}
    refused = client("POST ~/git/refs", json=body)
    assert refused.status_code == 422
    assert message in refused.json()["message"]


def test_a_branch_moves_forward_and_backward_only_by_force(
    repository: Repository, client: Client
) -> None:
    """An update that is no fast forward needs `force`."""
    first = _head(repository)
    second = repository.commit({"a": "1"})
    assert client("PATCH ~/git/refs/heads/main", json={"sha": first}).status_code == 422
    assert _head(repository) == second
    forced = client("PATCH ~/git/refs/heads/main", json={"sha": first, "force": True})
    assert forced.status_code == 200
    assert _head(repository) == first
    assert client("PATCH ~/git/refs/heads/nope", json={"sha": first}).status_code == 422


def test_a_deleted_ref_is_gone(repository: Repository, client: Client) -> None:
    """204, then 404 for who asks, and 422 for who deletes again."""
    repository.tag("v1", _head(repository))
    assert client("DELETE ~/git/refs/tags/v1").status_code == 204
    assert client("GET ~/git/ref/tags/v1").status_code == 404
    assert client("DELETE ~/git/refs/tags/v1").status_code == 422


def test_matching_refs_begin_with_what_was_asked(repository: Repository, client: Client) -> None:
    """`tags/v1` finds v1 and v10; a single ref must be named whole."""
    for name in ("v1", "v10", "v2"):
        repository.tag(name, _head(repository))
    found = [ref["ref"] for ref in client.get("~/git/matching-refs/tags/v1")]
    assert found == ["refs/tags/v1", "refs/tags/v10"]
    assert client("GET ~/git/ref/tags/v").status_code == 404


def test_an_annotated_tag_is_peeled_step_by_step(repository: Repository, client: Client) -> None:
    """A ref of a tag of a tag shows a tag, which shows a tag, which shows the commit."""
    head = _head(repository)
    inner = repository.tag("inner", head, message="Inner")
    outer = repository.tag("outer", inner, message="Outer")
    assert client.get("~/git/ref/tags/outer")["object"]["type"] == "tag"
    assert client.get(f"~/git/tags/{outer}")["object"]["sha"] == inner
    assert client.get(f"~/git/tags/{inner}")["object"] == {
        "sha": head,
        "type": "commit",
        "url": f"{client.base}/repos/acme/app/git/commits/{head}",
    }
    assert client(f"GET ~/git/tags/{head}").status_code == 404
    assert [tag["commit"]["sha"] for tag in client.get("~/tags")] == [head, head]


def test_a_tag_object_is_made_without_a_ref(repository: Repository, client: Client) -> None:
    """Two calls make an annotated tag, as with GitHub."""
    head = _head(repository)
    made = client(
        "POST ~/git/tags",
        json={"tag": "v1", "message": "One", "object": head, "type": "commit"},
    ).json()
    assert repository.git.tags() == {}
    assert made["message"] == "One"
    assert made["verification"]["reason"] == "unsigned"
    client("POST ~/git/refs", json={"ref": "refs/tags/v1", "sha": made["sha"]})
    assert repository.git.find_commit("v1") == head


def test_blobs_trees_and_commits_are_made_from_below(
    repository: Repository, client: Client
) -> None:
    """The long way to a commit, as an app goes it that has no clone."""
    head = _head(repository)
    blob = client("POST ~/git/blobs", json={"content": "aGk=", "encoding": "base64"}).json()
    entries = [
        {"path": "deep/er/a.txt", "mode": "100644", "type": "blob", "sha": blob["sha"]},
        {"path": "run.sh", "mode": "100755", "type": "blob", "content": "#!/bin/sh\n"},
        {"path": "README.md", "mode": "100644", "type": "blob", "sha": None},
    ]
    tree = client("POST ~/git/trees", json={"base_tree": head, "tree": entries}).json()
    commit = client(
        "POST ~/git/commits",
        json={"message": "All at once", "tree": tree["sha"], "parents": [head]},
    ).json()
    assert repository.git.file(commit["sha"], "deep/er/a.txt") == b"hi"
    assert repository.git.file(commit["sha"], "README.md") is None
    assert _head(repository) == head, "a commit object moves no branch"
    whole = client.get(f"~/git/trees/{commit['sha']}", recursive=1)
    assert [entry["path"] for entry in whole["tree"]] == [
        "deep",
        "deep/er",
        "deep/er/a.txt",
        "run.sh",
    ]
    shown = client.get(f"~/git/blobs/{blob['sha']}")
    assert base64.b64decode(shown["content"]) == b"hi"


def test_commits_are_listed_from_a_ref_and_for_a_path(
    repository: Repository, client: Client
) -> None:
    """Newest first; `path` keeps those that touched it."""
    first = _head(repository)
    second = repository.commit({"src/a.py": "1\n"}, message="Two\n\nWith a body.")
    third = repository.commit({"src/b.py": "1\n"})
    assert [c["sha"] for c in client.get("~/commits")] == [third, second, first]
    assert [c["sha"] for c in client.get("~/commits", sha=second)] == [second, first]
    assert [c["sha"] for c in client.get("~/commits", path="src/a.py")] == [second]
    assert client.get("~/commits", path="src/a.py")[0]["commit"]["message"].startswith("Two\n\n")
    assert client("GET ~/commits?sha=nope").status_code == 404


def test_one_commit_shows_its_files(repository: Repository, client: Client) -> None:
    """Added, changed, removed and renamed, each with its lines."""
    repository.commit({"old.txt": "one\ntwo\nthree\n", "gone.txt": "x\n"})
    repository.commit({"README.md": "# App\nMore\n", "gone.txt": None, "b.bin": b"\0\1"})
    content = repository.git.file(_head(repository), "old.txt")
    repository.commit({"old.txt": None, "new.txt": content})
    renamed = client.get("~/commits/main")
    assert [(f["status"], f["filename"]) for f in renamed["files"]] == [("renamed", "new.txt")]
    assert renamed["files"][0]["previous_filename"] == "old.txt"
    before = client.get(f"~/commits/{renamed['parents'][0]['sha']}")
    assert {f["filename"]: (f["status"], f["changes"]) for f in before["files"]} == {
        "README.md": ("modified", 1),
        "gone.txt": ("removed", 1),
        "b.bin": ("added", 0),
    }
    assert before["stats"] == {"total": 2, "additions": 1, "deletions": 1}


@pytest.mark.parametrize("form", ["full", "short", "branch", "tag", "heads", "refs"])
def test_a_commit_is_found_by_each_of_its_names(
    repository: Repository, client: Client, form: str
) -> None:
    """Where GitHub takes a ref it takes any of these; a tag is peeled."""
    head = _head(repository)
    repository.tag("v1", head, message="One")
    names = {
        "full": head,
        "short": head[:7],
        "branch": "main",
        "tag": "v1",
        "heads": "heads/main",
        "refs": "refs/tags/v1",
    }
    assert client.get(f"~/commits/{names[form]}")["sha"] == head


def test_a_name_that_no_commit_has_is_refused(repository: Repository, client: Client) -> None:
    """422, as GitHub says it; a commit object is 404."""
    assert client("GET ~/commits/nope").status_code == 422
    assert client(f"GET ~/git/commits/{'f' * 40}").status_code == 404
    assert client(f"GET ~/git/commits/{_head(repository)[:10]}").status_code == 404


def test_the_media_type_sha_gives_the_id_alone(repository: Repository, client: Client) -> None:
    """The cheapest way to a head."""
    answer = client("GET ~/commits/main", headers={"Accept": "application/vnd.github.sha"})
    assert answer.text == _head(repository)


def test_compare_tells_how_two_commits_lie(repository: Repository, client: Client) -> None:
    """identical, ahead, behind, diverged; from git's own history."""
    base = _head(repository)
    ahead = repository.commit({"a": "1"})
    side = repository.commit({"b": "1"}, branch="side", parent=base)

    def status(pair: str) -> tuple[str, int, int]:
        value = client.get(f"~/compare/{pair}")
        return value["status"], value["ahead_by"], value["behind_by"]

    assert status(f"{base}...{base}") == ("identical", 0, 0)
    assert status(f"{base}...main") == ("ahead", 1, 0)
    assert status(f"main...{base}") == ("behind", 0, 1)
    assert status("main...side") == ("diverged", 1, 1)
    whole = client.get("~/compare/main...side")
    assert whole["merge_base_commit"]["sha"] == base
    assert [commit["sha"] for commit in whole["commits"]] == [side]
    assert [file["filename"] for file in whole["files"]] == ["b"]
    assert client.get(f"~/compare/{base}...{ahead}")["total_commits"] == 1


def test_compare_is_paginated_and_counts_all(repository: Repository, client: Client) -> None:
    """Commits come oldest first, in pages; the counts are whole; files are on the first page."""
    base = _head(repository)
    made = [repository.commit({"a": str(n)}) for n in range(5)]
    first = client("GET ~/compare/" + f"{base}...main?per_page=3")
    assert [c["sha"] for c in first.json()["commits"]] == made[:3]
    assert first.json()["ahead_by"] == 5
    second = client.get(f"~/compare/{base}...main", per_page=3, page=2)
    assert [c["sha"] for c in second["commits"]] == made[3:]
    assert second["files"] == []
    assert 'rel="next"' in first.headers["Link"]


def test_compare_of_strangers_is_refused(repository: Repository, client: Client) -> None:
    """Histories without a common commit."""
    git = repository.git
    tree = git.text("rev-parse", "main^{tree}")
    stranger = git.text("commit-tree", tree, "-m", "Stranger")
    git.create_ref("refs/heads/stranger", stranger)
    refused = client("GET ~/compare/main...stranger")
    assert refused.status_code == 404
    assert "No common ancestor" in refused.json()["message"]


def test_contents_are_read_at_a_ref(repository: Repository, client: Client) -> None:
    """Files in base64 or raw, folders as lists, and 404 for what is not there."""
    first = _head(repository)
    repository.commit({"src/a.py": "print()\n"})
    file = client.get("~/contents/src/a.py")
    assert base64.b64decode(file["content"]) == b"print()\n"
    assert client("GET ~/contents/src/a.py?ref=" + first).status_code == 404
    raw = client("GET ~/contents/src/a.py", headers={"Accept": "application/vnd.github.raw+json"})
    assert raw.content == b"print()\n"
    assert [e["path"] for e in client.get("~/contents/src")] == ["src/a.py"]
    assert [(e["name"], e["type"]) for e in client.get("~/contents")] == [
        ("README.md", "file"),
        ("src", "dir"),
    ]
    missing = client("GET ~/contents/README.md?ref=nope")
    assert missing.status_code == 404
    assert "No commit found for the ref nope" in missing.json()["message"]


def test_a_file_is_written_only_over_what_one_has_read(
    repository: Repository, client: Client
) -> None:
    """The blob's id is the lock: absent is 422, another is 409."""
    body = {"message": "Change", "content": base64.b64encode(b"new\n").decode()}
    assert client("PUT ~/contents/README.md", json=body).status_code == 422
    wrong = client("PUT ~/contents/README.md", json=body | {"sha": "f" * 40})
    assert wrong.status_code == 409
    right = client.get("~/contents/README.md")["sha"]
    done = client("PUT ~/contents/README.md", json=body | {"sha": right})
    assert done.status_code == 200
    assert repository.git.file(_head(repository), "README.md") == b"new\n"
    made = client("PUT ~/contents/deep/new.txt", json=body | {"branch": "main"})
    assert made.status_code == 201
    assert made.json()["commit"]["sha"] == _head(repository)
    gone = client(
        "DELETE ~/contents/deep/new.txt",
        json={"message": "Gone", "sha": made.json()["content"]["sha"]},
    )
    assert gone.status_code == 200
    assert repository.git.file(_head(repository), "deep/new.txt") is None


def test_branches_are_listed_and_told_protected(repository: Repository, client: Client) -> None:
    """The old protection shows on the branch, and 404 where there is none."""
    repository.commit({"a": "1"}, branch="release/1.x", parent=_head(repository))
    repository.protect("main", enforce_admins={"url": "https://x", "enabled": True})
    assert [(b["name"], b["protected"]) for b in client.get("~/branches")] == [
        ("main", True),
        ("release/1.x", False),
    ]
    assert client.get("~/branches/release/1.x")["commit"]["sha"] == _head(repository, "release/1.x")
    assert client.get("~/branches/main/protection")["enforce_admins"]["enabled"]
    bare = client("GET ~/branches/release/1.x/protection")
    assert (bare.status_code, bare.json()["message"]) == (404, "Branch not protected")
    assert client("GET ~/branches/nope").status_code == 404


def test_an_empty_repository_is_told_to_be_empty(github: GitHub, client: Client) -> None:
    """No commit, no ref: GitHub's own words for it."""
    github.repository("acme/app")
    assert client("GET ~/commits").status_code == 409
    assert client("GET ~/contents/README.md").status_code == 404
    assert client.get("~/branches") == []


def test_what_was_signed_shows_its_signature(
    repository: Repository, client: Client, tmp_path: Path
) -> None:
    """An ssh-signed commit and tag; verified are those that the repository is told to trust."""
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    signing = ["-c", "gpg.format=ssh", "-c", f"user.signingkey={key}"]
    tree = repository.git.text("rev-parse", "main^{tree}")
    commit = repository.git.text(*signing, "commit-tree", "-S", tree, "-m", "Signed")
    repository.git.run(*signing, "tag", "-s", "v1", "-m", "One", commit)
    shown = client.get(f"~/git/commits/{commit}")["verification"]
    assert (shown["verified"], shown["reason"]) == (False, "unknown_key")
    assert shown["signature"].startswith("-----BEGIN SSH SIGNATURE-----")
    assert "gpgsig" not in shown["payload"]
    repository.state.verified.add(commit)
    assert client.get(f"~/commits/{commit}")["commit"]["verification"]["reason"] == "valid"
    tag = client.get(f"~/git/tags/{repository.git.tags()['v1']}")
    assert "SSH SIGNATURE" in tag["verification"]["signature"]
