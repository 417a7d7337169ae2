"""Many files changed at once, or none; a run that is ended on the way is in the action's tests."""

from __future__ import annotations

import fcntl
import os
import re
from pathlib import Path

import pytest

from release_actions.clients import staged
from release_actions.clients.staged import STAGED, Rewrite, swap, tidy
from release_actions.errors import RefusedError, UpstreamError

A, B = Rewrite("a", b"old a", b"new a"), Rewrite("deep/b", b"old b", b"new b")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "deep").mkdir()
    (tmp_path / "a").write_bytes(A.old)
    (tmp_path / "deep/b").write_bytes(B.old)
    return tmp_path


def texts(root: Path) -> list[bytes]:
    assert sorted(path.name for path in root.iterdir()) == ["a", "deep"]
    return [(root / "a").read_bytes(), (root / "deep/b").read_bytes()]


def test_every_file_is_as_it_shall_be_with_its_mode(root: Path) -> None:
    (root / "a").chmod(0o640)
    (root / "deep/b").chmod(0o555)
    swap(root, [A, B])
    assert texts(root) == [b"new a", b"new b"]
    assert [oct((root / path).stat().st_mode)[-3:] for path in ("a", "deep/b")] == ["640", "555"]


@pytest.mark.parametrize("theirs", ["other bytes", "a symlink"])
def test_a_file_that_is_not_as_it_was_judged_keeps_all_as_they_are(root: Path, theirs: str) -> None:
    if theirs == "a symlink":
        (root / "deep/b").rename(root / "deep/c")
        (root / "deep/b").symlink_to("c")
    else:
        (root / "deep/b").write_bytes(b"theirs")
    with pytest.raises(RefusedError, match=re.escape("deep/b is not what was read")):
        swap(root, [A, B])
    assert texts(root)[0] == A.old


def test_a_file_that_is_gone_keeps_all_as_they_are(root: Path) -> None:
    (root / "deep/b").unlink()
    with pytest.raises(UpstreamError, match="deep/b: No such file or directory; no file was"):
        swap(root, [A, B])
    assert (root / "a").read_bytes() == A.old
    assert not (root / STAGED).exists()


def test_a_folder_in_the_way_of_one_turns_back_the_other(root: Path) -> None:
    """A rename that fails when one is made already."""

    def steal() -> None:
        (root / "deep/b").unlink()
        (root / "deep/b").mkdir()

    keep, kept = staged._keep, list[Path]()

    def late(move: staged._Move) -> None:
        keep(move)
        kept.append(move.path)
        if len(kept) == 2:
            steal()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staged, "_keep", late)
        with pytest.raises(UpstreamError, match=r"not turned back: deep/b \(1\.old: .*\)") as error:
            swap(root, [A, B])
    assert (root / "a").read_bytes() == A.old
    (told,) = re.findall(r"what they held is in (\S+)", str(error.value))
    assert (root / told / "1.old").read_bytes() == B.old


def test_a_file_system_without_second_names_will_do(root: Path) -> None:
    def refuse(*arguments: object, **more: object) -> None:
        raise PermissionError("no links here")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "link", refuse)
        swap(root, [A, B])
    assert texts(root) == [b"new a", b"new b"]


def test_another_run_at_work_is_told_and_let_be(root: Path) -> None:
    (root / STAGED).mkdir()
    (root / STAGED / "0.new").write_bytes(b"theirs")
    held = os.open(root / STAGED, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    with pytest.raises(UpstreamError, match="another run is writing"):
        swap(root, [A, B])
    with pytest.raises(UpstreamError, match="another run is writing"):
        tidy(root)
    assert (root / STAGED / "0.new").exists()
    os.close(held)
    tidy(root)
    assert texts(root) == [A.old, B.old]


def test_what_is_called_as_the_folder_and_is_none_is_told(root: Path) -> None:
    (root / STAGED).write_bytes(b"")
    with pytest.raises(UpstreamError, match="no folder: remove it"):
        swap(root, [A])
    (root / STAGED).unlink()
    (root / STAGED).symlink_to("deep")
    with pytest.raises(UpstreamError, match="no folder: remove it"):
        tidy(root)
