"""The files of a work tree: those that git tracks, what it says of them, and nothing outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from release_actions.clients import work_tree
from release_actions.clients.git import Git
from release_actions.clients.staged import STAGED
from release_actions.clients.work_tree import OutsideError, WorkTree, earlier, look
from release_actions.errors import UpstreamError, UsageError
from tests.probe import git

HARD = 'ä "b"\n c'


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    folder = tmp_path / "clone"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main", ".")
    (folder / ".gitignore").write_text("ignored\n")
    for path in ("a/x", "a/y", HARD, "ignored"):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(path)
    (folder / "link").symlink_to("a")
    (folder / "run.sh").write_text("x")
    (folder / "run.sh").chmod(0o755)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "so")
    return folder


def seen(folder: Path) -> WorkTree:
    return look(Git(folder))


def test_the_files_are_those_that_git_tracks_or_could(clone: Path) -> None:
    (clone / "new").write_text("x")
    (clone / STAGED).mkdir()
    (clone / STAGED / "0.new").write_text("x")
    tree = seen(clone)
    assert tree.files == {".gitignore", "a/x", "a/y", HARD, "run.sh", "new"}
    assert tree.links == {"link"}
    assert tree.left_over
    assert tree.clone is not None
    assert tree.clone.changed == ("new",)
    assert tree.clone.branch == "main"
    assert tree.clone.commit == git(clone, "rev-parse", "HEAD")
    assert tree.named("x") == ["a/x"]
    assert tree.named("z") == []


def test_every_kind_of_change_is_told(clone: Path) -> None:
    (clone / "a/x").write_text("changed")
    git(clone, "mv", "a/y", "a/z")
    (clone / "run.sh").unlink()
    (clone / "newlink").symlink_to("a")
    tree = seen(clone)
    assert tree.clone is not None
    assert set(tree.clone.changed) == {"a/x", "a/y", "a/z", "run.sh", "newlink"}
    assert "newlink" in tree.links
    assert tree.read("run.sh") is None


def test_a_conflict_is_a_change(clone: Path) -> None:
    git(clone, "checkout", "-q", "-b", "other")
    (clone / "a/x").write_text("theirs")
    git(clone, "commit", "-q", "-am", "theirs")
    git(clone, "checkout", "-q", "main")
    (clone / "a/x").write_text("ours")
    git(clone, "commit", "-q", "-am", "ours")
    with pytest.raises(Exception, match="merge"):
        git(clone, "merge", "-q", "other")
    tree = seen(clone)
    assert tree.clone is not None
    assert tree.clone.changed == ("a/x",)


def test_a_folder_of_a_clone_has_its_own_paths(clone: Path) -> None:
    (clone / "a/x").write_text("changed")
    (clone / "run.sh").write_text("changed")
    tree = seen(clone / "a")
    assert tree.files == {"x", "y"}
    assert tree.prefix == "a/"
    assert tree.clone is not None
    assert set(tree.clone.changed) == {"a/x", "run.sh"}
    assert earlier(Git(clone / "a"), tree, ["x", "new"]) == {"x": b"a/x", "new": None}
    assert earlier(Git(clone / "a"), tree, []) == {}


def test_a_folder_that_is_no_clone_is_walked_up_to_a_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in ("a/x", "node_modules/x", "b"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(path)
    (tmp_path / "link").symlink_to("a")
    tree = seen(tmp_path)
    assert tree.files == {"a/x", "b"}
    assert tree.links == {"link"}
    assert tree.clone is None
    assert earlier(Git(tmp_path), tree, ["b"]) == {}
    monkeypatch.setattr(work_tree, "WALKED", 2)
    with pytest.raises(UpstreamError, match="more than 2 files"):
        seen(tmp_path)


def test_a_clone_that_git_will_not_read_is_not_taken_for_none(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: /nowhere\n")
    (tmp_path / "a").mkdir()
    for folder in (tmp_path, tmp_path / "a"):
        with pytest.raises(UpstreamError, match="git"):
            seen(folder)


def test_a_folder_that_is_not_there_is_a_wrong_input(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="input `path`"):
        seen(tmp_path / "gone")


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("a/x", "a/x"),
        ("./a/../a//x", "a/x"),
        ("link/x", "a/x"),
        ("a/in/x", "a/x"),
        ("a/gone", None),
        ("ignored", None),
        ("a", None),
    ],
)
def test_a_path_leads_to_a_files_own_one(clone: Path, path: str, found: str | None) -> None:
    (clone / "a/in").symlink_to("../link")
    assert seen(clone).find(path) == found


OUT = ("../x", "a/../../x", "/etc/passwd", "", "a\\x", "a\0", "out/x", "up/x", "round")


@pytest.mark.parametrize("path", OUT)
def test_a_path_that_leads_out_is_refused(clone: Path, path: str) -> None:
    (clone / "out").symlink_to("/etc")
    (clone / "up").symlink_to("../..")
    (clone / "round").symlink_to("round")
    with pytest.raises(OutsideError):
        seen(clone).find(path)


def test_a_file_behind_a_folder_that_became_a_symlink_is_not_read(clone: Path) -> None:
    """Git told of the folder before."""
    tree = seen(clone)
    (clone / "a").rename(clone / "b")
    (clone / "a").symlink_to("b")
    with pytest.raises(OutsideError, match="behind a symlink"):
        tree.read("a/x")


def test_what_is_no_file_any_more_or_too_large_is_not_read(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = seen(clone)
    (clone / "run.sh").unlink()
    (clone / "run.sh").symlink_to("/etc/passwd")
    with pytest.raises(UpstreamError, match=r"run\.sh"):
        tree.read("run.sh")
    (clone / "a/y").unlink()
    (clone / "a/y").mkdir()
    with pytest.raises(OutsideError, match="no regular file"):
        tree.read("a/y")
    monkeypatch.setattr(work_tree, "LARGEST", 2)
    with pytest.raises(UpstreamError, match="larger than 2"):
        tree.read("a/x")
