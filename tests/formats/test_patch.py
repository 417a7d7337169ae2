"""A patch is the same here only where git's own patch id is the same, and never by accident."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from release_actions.clients import history, patches
from release_actions.clients.git import Git
from release_actions.formats import patch
from release_actions.formats.version_lines import only_versions
from release_actions.values import Sha
from tests.probe import git

BASE = "".join(f"line {number}\n" for number in range(30))
CHANGES: dict[str, dict[str, bytes]] = {
    "one": {"a": BASE.replace("line 3\n", "three\n").encode()},
    "the same, lower": {"a": b"top\n" + BASE.replace("line 3\n", "three\n").encode()},
    "white space": {"a": BASE.replace("line 3\n", "  three\n").encode()},
    "another file": {"b": BASE.replace("line 3\n", "three\n").encode()},
    "two files": {"a": b"x\n" + BASE.encode(), "b": b"y\n" + BASE.encode()},
    "a new one": {"new": b"x\n"},
    "an empty one": {"new": b""},
    "binary": {"bin": b"\x00one"},
    "otherwise binary": {"bin": b"\x00two"},
    "looks like a diff": {"a": b"index 0000\n@@ -1 +1 @@\n" + BASE.encode()},
}


@pytest.fixture
def commits(tmp_path: Path) -> dict[str, Sha]:
    """Each change twice, on its own and on another base, by its name."""
    git(tmp_path, "init", "-q", "-b", "main")
    found: dict[str, Sha] = {}
    for base in ("", "top\n"):
        for name, files in CHANGES.items():
            git(
                tmp_path, "checkout", "-q", "--orphan", f"on{base.strip()}-{name.replace(' ', '-')}"
            )
            (tmp_path / "bin").unlink(missing_ok=True)
            (tmp_path / "new").unlink(missing_ok=True)
            start = {"a": base + BASE, "b": base + BASE}
            for path, text in start.items():
                (tmp_path / path).write_text(text)
            git(tmp_path, "add", "-A")
            git(tmp_path, "commit", "-q", "--allow-empty", "-m", "base")
            for path, content in files.items():
                before = base.encode() if path in start else b""
                (tmp_path / path).write_bytes(before + content)
            git(tmp_path, "add", "-A")
            git(tmp_path, "commit", "-q", "--allow-empty", "-m", name)
            found[f"{base}{name}"] = Sha(git(tmp_path, "rev-parse", "HEAD"))
    return found


def patch_id(folder: Path, commit: str) -> str:
    """What git says."""
    diff = git(folder, "diff-tree", "-p", "--full-index", commit)
    done = subprocess.run(
        ["git", "patch-id", "--stable"], input=diff, capture_output=True, text=True, check=True
    )
    return done.stdout.partition(" ")[0]


def test_what_is_the_same_here_has_the_same_patch_id(
    tmp_path: Path, commits: dict[str, Sha]
) -> None:
    """Over all pairs; and each change is its own, on whatever base it is made."""
    clone = Git(tmp_path)
    of = patches.patches(clone, history.commits(clone, commits.values()))
    theirs = {id: patch_id(tmp_path, id) for id in commits.values()}
    for one in commits.values():
        for other in commits.values():
            if of[one].exact == of[other].exact:
                assert theirs[one] == theirs[other]
                assert of[one].loose == of[other].loose
    for name in CHANGES:
        if name not in ("the same, lower", "two files", "looks like a diff"):  # context differs
            assert of[commits[name]].exact == of[commits[f"top\n{name}"]].exact, name
    assert len({of[commits[name]].exact for name in CHANGES}) == len(CHANGES)
    assert of[commits["one"]].loose == of[commits["white space"]].loose


def test_more_commits_than_are_held_at_once(
    tmp_path: Path, commits: dict[str, Sha], monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = Git(tmp_path)
    every = history.commits(clone, commits.values())
    whole = patches.patches(clone, every)
    monkeypatch.setattr(patches, "AT_ONCE", 3)
    assert patches.patches(clone, every) == whole


def test_a_first_commit_is_a_change_from_nothing(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "a").write_text("1\n")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "first")
    (first,) = history.commits(Git(tmp_path), [Sha(git(tmp_path, "rev-parse", "HEAD"))])
    assert patches.patches(Git(tmp_path), [first])[first.id].exact
    (changed,) = patches.changed(Git(tmp_path), first)
    assert (changed.path, changed.before, changed.after) == ("a", None, b"1\n")


def test_nothing_is_no_patch() -> None:
    assert patch.read(b"\n") == patch.Patch("", "")


@pytest.mark.parametrize(
    ("before", "after", "only"),
    [
        ("v1.2.3", "v1.2.4", True),
        ("=1.2.3", "=1.2.4", True),
        ("app-1.2.3.tgz", "app-1.2.4.tgz", True),
        ("1.2.3 and 1.2.3", "1.2.4 and 1.2.4", True),
        ("1.2.3 and 1.2.3", "1.2.4 and 1.2.3", False),
        ("11.2.3", "11.2.4", False),
        ("1.2.3.4", "1.2.4.4", False),
        ("1.2.3-dev", "1.2.4-dev", False),
        ("1.2.3+b", "1.2.4+b", False),
        ("5.0.0-1.2.3", "5.0.0-1.2.4", False),
        ("1.2.3", "1.2.5", False),
        ("1.2.3", "1.2.4 ", False),
        ("1.2.3", "1.2.4\n", False),
    ],
)
def test_a_line_moves_by_the_whole_version_alone(before: str, after: str, only: bool) -> None:
    assert only_versions(before.encode(), after.encode(), [("1.2.3", "1.2.4")]) is only


def test_no_move_lets_nothing_differ() -> None:
    assert only_versions(b"1.2.3\n", b"1.2.3\n", [])
    assert not only_versions(b"1.2.3\n", b"1.2.4\n", [])
