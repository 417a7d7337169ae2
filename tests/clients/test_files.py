"""Files are found without following a link, and hashed as they stay."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from release_actions.clients import files
from release_actions.errors import UpstreamError
from release_actions.formats.file_pattern import FilePattern, FilePatterns


def tree(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(path)


def found(folder: Path, pattern: str) -> list[str]:
    return [match.path for match in files.find(folder, FilePattern(pattern))]


@pytest.mark.parametrize(
    ("pattern", "paths"),
    [
        ("dist/*", ["dist/a.whl", "dist/b.zip"]),
        ("./dist/*.whl", ["dist/a.whl"]),
        ("dist/?.[wz]*", ["dist/a.whl", "dist/b.zip"]),
        ("**/*.whl", ["dist/a.whl", "dist/deep/er/c.whl", "top.whl"]),
        ("dist/**/*.whl", ["dist/a.whl", "dist/deep/er/c.whl"]),
        ("*/*/*/c.whl", ["dist/deep/er/c.whl"]),
        (".hidden/*", [".hidden/h.whl"]),
        ("dist", []),
        ("dist/a.whl/x", []),
        ("none/*", []),
        ("DIST/*", []),
    ],
)
def test_a_pattern_is_read_as_a_shell_reads_it(
    tmp_path: Path, pattern: str, paths: list[str]
) -> None:
    tree(tmp_path, "top.whl", "dist/a.whl", "dist/b.zip", "dist/deep/er/c.whl", ".hidden/h.whl")
    tree(tmp_path, "dist/.secret")
    assert found(tmp_path, pattern) == paths


@pytest.mark.parametrize(
    "raw", ["/etc/*", "../x", "a/../b", "a/", "**", "a/**", "a**b/c", "a\\b", "a\x00", "."]
)
def test_a_pattern_that_leaves_the_folder_or_names_none_is_refused(raw: str) -> None:
    with pytest.raises(ValueError, match="below `path`"):
        FilePattern(raw)


def test_patterns_are_each_there_once() -> None:
    assert FilePatterns("dist/*\ndist/*\n\nout/*") == ("dist/*", "out/*")


def test_no_link_is_followed_and_each_is_told(tmp_path: Path) -> None:
    tree(tmp_path, "real/a.whl")
    (tmp_path / "dist").symlink_to("real")
    (tmp_path / "b.whl").symlink_to("real/a.whl")
    (tmp_path / "c").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    kinds = {m.path: m.kind for m in files.find(tmp_path, FilePattern("*"))}
    assert kinds == {"b.whl": "symlink", "c": "symlink", "dist": "symlink", "pipe": "other"}
    assert found(tmp_path, "dist/*.whl") == ["dist"]
    assert found(tmp_path, "**/a.whl") == ["real/a.whl"]
    assert found(tmp_path, "c/*.whl") == []
    assert files.named(tmp_path, ["a.whl", "b.whl"]) == {
        "a.whl": (tmp_path / "real/a.whl",),
        "b.whl": (),
    }
    assert files.named(tmp_path, []) == {}


def test_digests_are_those_of_hashlib_and_nothing_is_waited_for(tmp_path: Path) -> None:
    tree(tmp_path, "a", "b")
    (tmp_path / "link").symlink_to("a")
    os.mkfifo(tmp_path / "pipe")
    paths = [tmp_path / name for name in ("a", "b", "link", "gone", "pipe")]
    digests = files.digests(paths)
    a = digests[tmp_path / "a"]
    assert a is not None
    assert (a.sha256, a.size, a.changed) == (hashlib.sha256(b"a").hexdigest(), 1, False)
    assert [digests[path] for path in paths[2:]] == [None, None, None]
    assert files.digests([]) == {}


@pytest.mark.parametrize("how", ["longer", "replaced", "gone", "touched"])
def test_a_file_that_changes_while_it_is_read_is_told(
    tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stat before and after, and that of the path: a replaced file is another one."""
    path = tmp_path / "a"
    path.write_bytes(b"before")
    real = hashlib.file_digest

    def meanwhile(file: object, name: str) -> object:
        done = real(file, name)  # type: ignore[arg-type]  # as file_digest takes it
        if how == "longer":
            path.write_bytes(b"before and after")
        elif how == "replaced":
            (tmp_path / "b").write_bytes(b"before")
            (tmp_path / "b").replace(path)
        elif how == "touched":
            os.utime(path, (1, 1))
        else:
            path.unlink()
        return done

    monkeypatch.setattr(hashlib, "file_digest", meanwhile)
    changed = files.digest(path)
    monkeypatch.undo()
    assert changed is not None
    assert changed.changed
    again = files.digest(path)
    assert again is None if how == "gone" else again is not None and not again.changed


def test_what_was_hashed_is_not_hashed_again_until_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"one")
    first = files.digest(path)
    with monkeypatch.context() as patched:
        patched.delattr(hashlib, "file_digest")
        assert files.digest(path) == first
    path.write_bytes(b"two")
    second = files.digest(path)
    assert first is not None
    assert second is not None
    assert second.sha256 != first.sha256


def test_what_cannot_be_read_or_written_is_no_answer(tmp_path: Path) -> None:
    """Not by permissions: root may read everything. A name that is too long is nobody's."""
    long = tmp_path / ("x" * 300)
    with pytest.raises(UpstreamError, match="cannot be read"):
        files.digest(long)
    with pytest.raises(UpstreamError, match="cannot be read"):
        files.read(long, 10)
    with pytest.raises(UpstreamError, match="cannot be read"):
        files.find(long, FilePattern("*"))
    (tmp_path / "file").touch()
    with pytest.raises(UpstreamError, match="cannot be written"):
        files.write(tmp_path / "file" / "below", b"")


def test_a_small_file_is_read_up_to_a_limit_and_written_whole(tmp_path: Path) -> None:
    files.write(tmp_path / "new" / "a", b"12345")
    assert files.read(tmp_path / "new" / "a", 3) == b"1234"
    assert files.read(tmp_path / "new", 3) is None
    assert files.read(tmp_path / "none", 3) is None
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["a"]
    target = tmp_path / "target"
    target.write_bytes(b"kept")
    (tmp_path / "link").symlink_to(target)
    files.write(tmp_path / "link", b"new")
    assert target.read_bytes() == b"kept"
