"""The smallest PEP 517 backend: the same bytes from the same commit."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import os
import tarfile
import tomllib
import zipfile
from pathlib import Path

PROJECT = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
STEM = f"{PROJECT['name'].replace('-', '_')}-{PROJECT['version']}"
METADATA = f"Metadata-Version: 2.1\nName: {PROJECT['name']}\nVersion: {PROJECT['version']}\n"
METADATA += "".join(f"Requires-Dist: {needed}\n" for needed in PROJECT.get("dependencies", ()))
WHEEL = "Wheel-Version: 1.0\nGenerator: acme_backend\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
MOMENT = int(os.environ.get("SOURCE_DATE_EPOCH", "1767225600"))


def build_wheel(
    directory: str, config_settings: object = None, metadata_directory: str | None = None
) -> str:
    """Everything below src, and what PEP 427 wants beside it."""
    paths = sorted(Path("src").rglob("*.py"))
    files = {str(path.relative_to("src")): path.read_bytes() for path in paths}
    files[f"{STEM}.dist-info/METADATA"] = METADATA.encode()
    files[f"{STEM}.dist-info/WHEEL"] = WHEEL.encode()
    lines = [f"{name},{_digest(content)},{len(content)}" for name, content in files.items()]
    record = f"{STEM}.dist-info/RECORD"
    files[record] = "\n".join([*lines, f"{record},,", ""]).encode()
    name = f"{STEM}-py3-none-any.whl"
    with zipfile.ZipFile(Path(directory, name), "w") as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0)), content)
    return name


def build_sdist(directory: str, config_settings: object = None) -> str:
    """Everything that a wheel is built of, and PKG-INFO (PEP 625)."""
    paths = ["pyproject.toml", "README.md", *map(str, sorted(Path("backend").glob("*.py")))]
    paths += [str(path) for path in sorted(Path("src").rglob("*.py"))]
    files = {path: Path(path).read_bytes() for path in paths} | {"PKG-INFO": METADATA.encode()}
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, content in files.items():
            entry = tarfile.TarInfo(f"{STEM}/{path}")
            entry.size, entry.mtime = len(content), MOMENT
            archive.addfile(entry, io.BytesIO(content))
    name = f"{STEM}.tar.gz"
    Path(directory, name).write_bytes(gzip.compress(buffer.getvalue(), mtime=MOMENT))
    return name


def _digest(content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
    return f"sha256={digest.decode()}"
