"""git over real repositories: what is not there is None, what cannot be told is an error."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from release_actions.clients.git import Git, Server
from release_actions.clients.tagging import push_tag
from release_actions.errors import UpstreamError
from release_actions.values import RefName, Repository, Sha

APP = Repository("acme/app")
NOWHERE = Sha("0" * 40)


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=Mona", "-c", "user.email=mona@example.com")
    command = ["git", "-C", str(folder), *who, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def commit(folder: Path, **files: str) -> Sha:
    for name, text in files.items():
        (folder / name).write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", "Change")
    return Sha(git(folder, "rev-parse", "HEAD"))


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """A repository that a server serves as acme/app, with three commits."""
    folder = tmp_path / "served/acme/app.git"
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    for version in ("1", "2", "3"):
        commit(folder, VERSION=version)
    return folder


@pytest.fixture
def server(tmp_path: Path, origin: Path) -> Server:
    return Server(f"file://{tmp_path}/served")


def cloned(tmp_path: Path, server: Server, *how: str) -> Git:
    subprocess.run(
        ["git", "clone", "--quiet", *how, server.address(APP), str(tmp_path / "clone")], check=True
    )
    return Git(tmp_path / "clone", server)


def commits(origin: Path) -> list[Sha]:
    return [Sha(line) for line in git(origin, "rev-list", "main").split()]


def test_files_are_those_of_the_commit(tmp_path: Path, origin: Path, server: Server) -> None:
    clone = cloned(tmp_path, server)
    (clone.folder / "VERSION").write_text("9")
    new, _, old = commits(origin)
    assert clone.files(new, ["VERSION", "gone"]) == {"VERSION": b"3", "gone": None}
    assert clone.files(old, ["VERSION"]) == {"VERSION": b"1"}
    with pytest.raises(UpstreamError, match="ls-tree"):
        clone.files(NOWHERE, ["VERSION"])


def test_a_folder_is_no_file(tmp_path: Path, origin: Path, server: Server) -> None:
    (origin / "folder").mkdir()
    head = commit(origin, **{"folder/file": "x"})
    assert cloned(tmp_path, server).files(head, ["folder"]) == {"folder": None}


def test_a_file_that_a_partial_clone_left_out_is_no_missing_file(
    tmp_path: Path, origin: Path, server: Server
) -> None:
    git(origin, "config", "uploadpack.allowFilter", "true")
    clone = cloned(tmp_path, server, "--filter=blob:none", "--no-checkout")
    git(clone.folder, "config", "--unset", "remote.origin.url")
    with pytest.raises(UpstreamError):
        clone.files(commits(origin)[0], ["VERSION"])
    assert "partial" in clone.whole(APP, commits(origin))


def test_ancestry_is_three_valued(tmp_path: Path, origin: Path, server: Server) -> None:
    clone = cloned(tmp_path, server)
    new, middle, old = commits(origin)
    assert clone.is_ancestor(old, new) is True
    assert clone.is_ancestor(new, middle) is False
    assert clone.is_ancestor(NOWHERE, new) is None


def test_a_cut_history_cannot_say_no(tmp_path: Path, origin: Path, server: Server) -> None:
    clone = cloned(tmp_path, server, "--depth=1")
    new, _, old = commits(origin)
    assert clone.bring(APP, [old]) == ""
    assert clone.is_ancestor(new, old) is None
    assert clone.whole(APP, [new]) == ""
    assert clone.is_ancestor(new, old) is False
    assert clone.is_ancestor(old, new) is True
    assert clone.first_parents(new) == tuple(commits(origin))


def test_what_git_says_of_objects_is_asked_once_until_more_is_fetched(
    tmp_path: Path, origin: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every look asks the same; a cut history that is fetched further says something else."""
    newest = commits(origin)[0]
    clone = cloned(tmp_path, server, "--depth=1")
    asked: list[str] = []
    ask = Git.ask

    def counted(self: Git, *arguments: str, **more: Any) -> subprocess.CompletedProcess[bytes]:
        asked.append(arguments[0])
        return ask(self, *arguments, **more)

    monkeypatch.setattr(Git, "ask", counted)
    assert clone.first_parents(newest) == clone.first_parents(newest) == (newest,)
    assert asked == ["rev-list"]
    assert clone.whole(APP, [newest]) == ""
    assert clone.first_parents(newest) == tuple(commits(origin))


def test_what_cannot_be_fetched_is_told(tmp_path: Path, server: Server) -> None:
    clone = cloned(tmp_path, server)
    assert clone.bring(APP, [NOWHERE]) != ""
    assert clone.bring(APP, []) == ""
    assert clone.bring(Repository("acme/none"), [NOWHERE]) != ""
    assert "not a git repository" in Git(tmp_path, server).bring(APP, [NOWHERE])


def test_blobs_and_contents_of_many_commits(tmp_path: Path, origin: Path, server: Server) -> None:
    clone = cloned(tmp_path, server)
    found = clone.blobs(commits(origin), ["VERSION", "gone"])
    contents = clone.contents(blob for row in found.values() for blob in row if blob)
    told = [[blob and contents[blob] for blob in row] for row in found.values()]
    assert told == [[b"3", None], [b"2", None], [b"1", None]]
    assert clone.contents([]) == {}
    with pytest.raises(UpstreamError, match="filter"):
        clone.contents([NOWHERE])


def test_objects(tmp_path: Path, origin: Path, server: Server) -> None:
    clone = cloned(tmp_path, server)
    content = clone.object(commits(origin)[0])
    assert content is not None
    assert content.startswith(b"tree ")
    assert clone.object(NOWHERE) is None


def test_changed_files(tmp_path: Path, origin: Path, server: Server) -> None:
    old = commits(origin)[-1]
    new = commit(origin, VERSION="4", more="1")
    assert cloned(tmp_path, server).changed_files(old, new) == 2


def test_the_token_goes_to_its_server_by_environment_alone() -> None:
    """After the header that actions/checkout left, which it takes the place of."""
    server = Server("https://ghe.example/", "secret")
    assert server.header({"GIT_CONFIG_COUNT": "2"}) == {
        "GIT_CONFIG_COUNT": "4",
        "GIT_CONFIG_KEY_2": "http.https://ghe.example/.extraheader",
        "GIT_CONFIG_VALUE_2": "",
        "GIT_CONFIG_KEY_3": "http.https://ghe.example/.extraheader",
        "GIT_CONFIG_VALUE_3": "AUTHORIZATION: basic eC1hY2Nlc3MtdG9rZW46c2VjcmV0",
    }
    assert "secret" not in repr(server)
    assert Server().header({}) == {}


def test_the_token_goes_where_this_jobs_environment_puts_the_server() -> None:
    """A rehearsal's address, and nobody else's: what a clone's files say is not looked at."""
    told = {
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": "url.http://127.0.0.1:1/.insteadOf",
        "GIT_CONFIG_VALUE_0": "https://ghe.example/",
        "GIT_CONFIG_KEY_1": "url.http://evil.example/.insteadOf",
        "GIT_CONFIG_VALUE_1": "https://ghe.example/acme/",
    }
    found = Server("https://ghe.example", "t").header(told)
    assert found["GIT_CONFIG_KEY_2"] == "http.http://127.0.0.1:1/.extraheader"
    assert found["GIT_CONFIG_COUNT"] == "4"


def test_a_push_that_cannot_be_made_is_no_verdict(tmp_path: Path, server: Server) -> None:
    clone = cloned(tmp_path, server)
    git(clone.folder, "tag", "v1")
    with pytest.raises(UpstreamError, match="git push refs/tags/v1"):
        push_tag(clone, Repository("acme/none"), RefName("v1"))


def test_no_git_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(UpstreamError, match="git cannot be started"):
        Git(tmp_path).head()
