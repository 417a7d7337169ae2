"""The history of a clone, by real git: two dots, in order, whatever the messages hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from release_actions.clients import history
from release_actions.clients.git import Git
from release_actions.errors import UpstreamError
from release_actions.values import Sha
from tests.probe import git


@pytest.fixture
def clone(tmp_path: Path) -> Git:
    """One commit on main."""
    git(tmp_path, "init", "-q", "-b", "main", ".")
    commit(tmp_path, "Begin")
    return Git(tmp_path)


def commit(folder: Path, message: str) -> Sha:
    git(folder, "commit", "-q", "--allow-empty", "--cleanup=verbatim", "-m", message)
    return Sha(git(folder, "rev-parse", "HEAD"))


def test_two_dots_oldest_first(clone: Git) -> None:
    """D-W3: not the symmetric difference of three dots."""
    base = Sha(git(clone.folder, "rev-parse", "HEAD"))
    dropped = commit(clone.folder, "Dropped")
    git(clone.folder, "reset", "-q", "--hard", base)
    first, second = commit(clone.folder, "One"), commit(clone.folder, "Two")
    found = history.between(clone, dropped, second)
    assert [c.id for c in found] == [first, second]
    assert [c.subject for c in found] == ["One", "Two"]
    assert found[1].parents == (first,)
    assert [c.subject for c in history.between(clone, None, first)] == ["Begin", "One"]


def test_first_parent_is_the_line_that_the_branch_went_through(clone: Git) -> None:
    base = Sha(git(clone.folder, "rev-parse", "HEAD"))
    git(clone.folder, "checkout", "-q", "-b", "side")
    side = commit(clone.folder, "Side")
    git(clone.folder, "checkout", "-q", "main")
    git(clone.folder, "merge", "-q", "--no-ff", "-m", "Merge", "side")
    merge = Sha(git(clone.folder, "rev-parse", "HEAD"))
    assert [c.id for c in history.between(clone, base, merge, first_parent=True)] == [merge]
    assert [c.id for c in history.between(clone, base, merge)] == [side, merge]
    assert history.brought_by(clone, side, clone.first_parents(merge)) == merge
    assert history.brought_by(clone, base, clone.first_parents(merge)) == base


def test_what_a_line_never_contained_nothing_brought(clone: Git) -> None:
    base = Sha(git(clone.folder, "rev-parse", "HEAD"))
    other = commit(clone.folder, "Other")
    assert history.brought_by(clone, other, (base,)) is None


def test_the_newest_are_counted_from_the_head(clone: Git) -> None:
    ids = [commit(clone.folder, f"{number}") for number in range(4)]
    assert history.ids(clone, [ids[3]], newest=2) == (ids[2], ids[3])


@pytest.mark.parametrize(
    "message",
    [
        "Null \x01 and \x1e and \x1f\n",
        "Line\r\nends\r\n\r\n",
        "commit 0000\ntree 1\n\nauthor x\n",
        "-----BEGIN PGP SIGNATURE-----\n",
        "Ünïcode \u2028 and 🎉\n",
        "\n\nblank before\n",
    ],
    ids=["control characters", "CRLF", "like a commit", "like a signature", "Unicode", "blank"],
)
def test_a_message_comes_back_byte_for_byte(clone: Git, message: str) -> None:
    id = commit(clone.folder, message)
    assert [c.message for c in history.commits(clone, [id])] == [message]


def test_who_wrote_and_who_committed(clone: Git) -> None:
    git(clone.folder, "commit", "-q", "--allow-empty", "-m", "x", "--author=Robin <r@b.c>")
    (found,) = history.commits(clone, [Sha(git(clone.folder, "rev-parse", "HEAD"))])
    assert (found.author.email, found.committer.email) == ("r@b.c", "a@b.c")


def test_what_is_no_commit_of_the_clone_is_an_error(clone: Git) -> None:
    tree = Sha(git(clone.folder, "rev-parse", "HEAD^{tree}"))
    for unknown in (tree, Sha("1" * 40)):
        assert history.held(clone, [unknown]) == ()
        with pytest.raises(UpstreamError, match="holds no commit"):
            history.commits(clone, [unknown])
    with pytest.raises(UpstreamError, match="git rev-list"):
        history.ids(clone, [Sha("1" * 40)])


def test_nothing_asked_is_nothing(clone: Git) -> None:
    head = Sha(git(clone.folder, "rev-parse", "HEAD"))
    assert history.commits(clone, ()) == ()
    assert history.held(clone, ()) == ()
    assert history.held(clone, [head, head]) == (head,)
    assert history.between(clone, head, head) == ()
