"""Many files changed at once, or none: written aside, then swapped in.

1. Every new file is written beside the others into one folder of the tree, and is on the disk.
2. Every old file gets a second name there; what stands in the tree is still what was judged.
3. They change places, one rename each. An error, or a signal that would end this process, turns
   back those that were changed already.
4. The folder is removed. One that is there at the start was left by a run that was killed.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import Any, BinaryIO, NamedTuple

from release_actions.errors import RefusedError, UpstreamError
from release_actions.values import fold

STAGED = ".release-actions-staged"
OPEN = 128  # files at once; macOS lets a process have 256
TOGETHER = 8  # files that the disk is waited for at once
ENDING = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


class Rewrite(NamedTuple):
    """A file as it was judged, and as it shall be."""

    path: str  # from the tree's root, with /
    old: bytes
    new: bytes


def swap(root: Path, rewrites: Sequence[Rewrite]) -> None:
    """Have every file as it shall be, or every one as it was.

    :raises RefusedError: where a file is not any more as it was judged.
    :raises UpstreamError: where the file system refuses; nothing is changed then.
    """
    with _errors(), _signals_held() as came, _folder(root) as folder:
        moves = [
            _Move(root / each.path, folder / f"{number}.new", folder / f"{number}.old", each)
            for number, each in enumerate(rewrites)
        ]
        _write_all(moves)
        for move in moves:
            _keep(move)
        _rename(folder, moves, came)


def tidy(root: Path) -> None:
    """Remove what a run that was killed has left."""
    with _errors(), _folder(root):
        pass


class _Move(NamedTuple):
    """Where a file stands, and where its new self and its second name do meanwhile."""

    path: Path
    new: Path
    old: Path
    rewrite: Rewrite


def _write_all(moves: Sequence[_Move]) -> None:
    """Written one after the other, and then waited for side by side: the disk takes many at once.

    Threads that wrote, too, would wait for each other more than for the disk.
    """
    for at in range(0, len(moves), OPEN):
        with contextlib.ExitStack() as opened:
            some = [opened.enter_context(_written(move)) for move in moves[at : at + OPEN]]
            _sync(some)


def _written(move: _Move) -> BinaryIO:
    """The new file as it shall be, still open, and perhaps not on the disk yet."""
    about = os.lstat(move.path)
    file = move.new.open("xb")
    try:
        file.write(move.rewrite.new)
        file.flush()
        own = os.fstat(file.fileno())
        if (own.st_uid, own.st_gid) != (about.st_uid, about.st_gid):
            with contextlib.suppress(OSError):  # not ours to give away
                os.fchown(file.fileno(), about.st_uid, about.st_gid)
        if own.st_mode != about.st_mode:
            move.new.chmod(about.st_mode & 0o7777)
    except BaseException:
        file.close()
        raise
    return file


def _sync(files: Sequence[BinaryIO]) -> None:
    """Have them all on the disk."""
    failed: list[OSError] = []

    def sync(some: Sequence[BinaryIO]) -> None:
        try:
            for file in some:
                os.fsync(file.fileno())
        except OSError as error:
            failed.append(error)

    count = min(TOGETHER, len(files))
    threads = [Thread(target=sync, args=(files[at::count],)) for at in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def _keep(move: _Move) -> None:
    try:
        os.link(move.path, move.old, follow_symlinks=False)
    except (OSError, NotImplementedError):  # a file system without second names
        import shutil  # 3 ms that hardly any run needs

        shutil.copy2(move.path, move.old, follow_symlinks=False)
    if move.old.is_symlink() or move.old.read_bytes() != move.rewrite.old:
        fix = "Look who else writes here, and run again: nothing was changed."
        told = f"{move.rewrite.path} is not what was read"
        raise RefusedError("changed-meanwhile", told, fix=fix)


class _EndedError(Exception):
    """A signal came that ends this process."""


def _rename(folder: Path, moves: Sequence[_Move], came: list[int]) -> None:
    begun: list[_Move] = []
    try:
        for move in moves:
            if came:
                raise _EndedError
            begun.append(move)
            move.new.replace(move.path)
    except BaseException:
        _turn_back(folder, begun)
        raise


def _turn_back(folder: Path, begun: list[_Move]) -> None:
    stuck: list[str] = []
    for move in reversed(begun):
        try:
            move.old.replace(move.path)
        except OSError as error:
            stuck.append(f"{move.rewrite.path} ({move.old.name}: {error.strerror})")
    if stuck:
        kept = folder.with_name(f"{folder.name}-{os.getpid()}")
        folder.rename(kept)
        raise UpstreamError(
            f"not turned back: {', '.join(stuck)}; what they held is in {kept.name}"
        )


@contextlib.contextmanager
def _folder(root: Path) -> Iterator[Path]:
    """The folder to write into, empty and this run's alone."""
    folder = root / STAGED
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UpstreamError(f"{STAGED} is there and no folder: remove it")
    folder.mkdir(exist_ok=True)
    with _locked(folder):
        _empty(folder)
        try:
            yield folder
        finally:
            with contextlib.suppress(OSError):  # the next run removes it
                _empty(folder)
                folder.rmdir()


def _empty(folder: Path) -> None:
    for left in folder.iterdir():
        left.unlink()


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Held as long as this process lives: a lock that a killed run leaves is none."""
    try:
        import fcntl
    except ImportError:  # Windows: two runs at once in one tree are the caller's to avoid
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise UpstreamError(f"{STAGED}: another run is writing in this tree") from None
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _signals_held() -> Iterator[list[int]]:
    """Signals that would end this process are noted, and take effect afterwards."""
    came: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        came.append(number)

    before: dict[int, Any] = {}
    with contextlib.suppress(ValueError):  # only the first thread may
        for number in ENDING:
            if signal.getsignal(number) not in (signal.SIG_IGN, None):
                before[number] = signal.signal(number, note)
    try:
        yield came
    except _EndedError as error:
        raise UpstreamError("stopped by a signal; no file was changed") from error
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if came:
            signal.raise_signal(came[0])


@contextlib.contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        where = fold(str(error.filename or "the work tree"), 200)
        raise UpstreamError(f"{where}: {error.strerror}; no file was changed") from error
