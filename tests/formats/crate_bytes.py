"""Bytes of .crate files, as cargo makes them and as it never would."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Iterable, Mapping

STEM = "zz-a-0.1.0"
MANIFEST = '[package]\nname = "zz-a"\nversion = "0.1.0"\n'
COMMIT = "a" * 40


def vcs(commit: str = COMMIT, more: str = "") -> str:
    return f'{{"git": {{"sha1": "{commit}"{more}}}, "path_in_vcs": "crates/zz-a"}}'


def entry(name: str, content: bytes = b"", *, mode: int = 0o644, kind: bytes = b"0") -> Entry:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.type = len(content), mode, kind
    return info, content


Entry = tuple[tarfile.TarInfo, bytes]


def archive(entries: Iterable[Entry], level: int = 6) -> bytes:
    """A .crate of these entries, in this order."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for info, content in entries:
            tar.addfile(info, io.BytesIO(content))
    return gzip.compress(buffer.getvalue(), level, mtime=0)


def crate(
    files: Mapping[str, str | bytes | None] | None = None,
    *,
    executable: Iterable[str] = (),
    more: Iterable[Entry] = (),
    level: int = 6,
    stem: str = STEM,
) -> bytes:
    """A good one, with some files other than usual (None: left out), or with more entries."""
    content: dict[str, str | bytes | None] = {
        ".cargo_vcs_info.json": vcs(),
        "Cargo.lock": 'version = 4\n\n[[package]]\nname = "zz-a"\nversion = "0.1.0"\n',
        "Cargo.toml": MANIFEST,
        "Cargo.toml.orig": MANIFEST,
        "src/lib.rs": "// zz-a\n",
        **(files or {}),
    }
    chosen = set(executable)
    entries = [
        entry(
            f"{stem}/{path}",
            text.encode() if isinstance(text, str) else text,
            mode=0o755 if path in chosen else 0o644,
        )
        for path, text in content.items()
        if text is not None
    ]
    return archive([*entries, *more], level)
