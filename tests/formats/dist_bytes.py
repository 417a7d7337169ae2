"""Wheels and sdists member by member, hostile ones too."""

from __future__ import annotations

import io
import tarfile
import warnings
import zipfile
from collections.abc import Iterable, Mapping

METADATA = b"Metadata-Version: 2.4\nName: acme-app\nVersion: 1.2.0\n"
INFO = "acme_app-1.2.0.dist-info"
ROOT = "acme_app-1.2.0"
WHEEL_NAME = "acme_app-1.2.0-py3-none-any.whl"
SDIST_NAME = "acme_app-1.2.0.tar.gz"


def wheel_of(
    more: Iterable[tuple[zipfile.ZipInfo | str, bytes]] = (),
    metadata: bytes | None = METADATA,
    comment: bytes = b"",
) -> bytes:
    """A wheel with METADATA and these members, in this order."""
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # of a name that is there twice
        if metadata is not None:
            archive.writestr(f"{INFO}/METADATA", metadata)
        for name, content in more:
            archive.writestr(name, content)
        archive.comment = comment
    return out.getvalue()


def sdist_of(
    files: Mapping[str, bytes] | None = None, more: Iterable[tarfile.TarInfo] = ()
) -> bytes:
    """An sdist with these files (by default PKG-INFO alone), and headers without content."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", format=tarfile.PAX_FORMAT) as archive:
        for name, content in (files or {f"{ROOT}/PKG-INFO": METADATA}).items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        for entry in more:
            archive.addfile(entry, io.BytesIO(b"\0" * entry.size))
    return out.getvalue()


def header(
    name: str, kind: bytes = tarfile.REGTYPE, link: str = "", size: int = 0
) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname, entry.size = kind, link, size
    return entry
