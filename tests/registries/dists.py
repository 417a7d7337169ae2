"""Real wheels, sdists and crates, made small."""

from __future__ import annotations

import base64
import hashlib
import io
import subprocess
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from packaging.utils import canonicalize_name

MOMENT = (2026, 1, 1, 0, 0, 0)


def wheel(
    folder: Path,
    name: str = "acme-app",
    version: str = "1.2.0",
    tag: str = "py3-none-any",
    *,
    files: Mapping[str, str] | None = None,
    licenses: Mapping[str, str] | None = None,
    metadata: str = "",
    salt: str = "",
) -> Path:
    """A wheel that pip installs; `salt` makes it another one with the same name."""
    stem = f"{canonicalize_name(name).replace('-', '_')}-{version}"
    info = f"{stem}.dist-info"
    content = {
        f"{name.replace('-', '_')}/__init__.py": f"# {salt}\n__version__ = '{version}'\n",
        **(files or {}),
        f"{info}/METADATA": f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n{metadata}",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: {tag}\n",
        **{f"{info}/licenses/{path}": text for path, text in (licenses or {}).items()},
    }
    lines = [f"{path},{_record(text)}" for path, text in content.items()]
    content[f"{info}/RECORD"] = "\n".join([*lines, f"{info}/RECORD,,", ""])
    place = folder / f"{stem}-{tag}.whl"
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in content.items():
            archive.writestr(zipfile.ZipInfo(path, MOMENT), text)
    return place


def sdist(
    folder: Path,
    name: str = "acme-app",
    version: str = "1.2.0",
    *,
    files: Mapping[str, str] | None = None,
    metadata: str = "",
    salt: str = "",
) -> Path:
    """An sdist by PEP 625."""
    stem = f"{canonicalize_name(name).replace('-', '_')}-{version}"
    content = {
        f"{stem}/PKG-INFO": f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n{metadata}",
        f"{stem}/pyproject.toml": f'[project]\nname = "{name}"\nversion = "{version}"\n# {salt}\n',
        **{f"{stem}/{path}": text for path, text in (files or {}).items()},
    }
    place = folder / f"{stem}.tar.gz"
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(place, "w:gz") as archive:
        for path, text in content.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    return place


def _record(text: str) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=")
    return f"sha256={digest.decode()},{len(text.encode())}"


def workspace(folder: Path, crates: Mapping[str, tuple[str, ...]], version: str = "0.1.0") -> Path:
    """A committed workspace of library crates: name to the names that it depends on."""
    _write(folder / "Cargo.toml", '[workspace]\nresolver = "2"\nmembers = ["crates/*"]\n')
    _write(folder / ".gitignore", "/target\n")
    for name, needs in crates.items():
        asked = "".join(f'{n} = {{ path = "../{n}", version = "{version}" }}\n' for n in needs)
        _write(
            folder / f"crates/{name}/Cargo.toml",
            f'[package]\nname = "{name}"\nversion = "{version}"\nedition = "2021"\n'
            f'license = "MIT"\ndescription = "d"\n\n[dependencies]\n{asked}',
        )
        _write(folder / f"crates/{name}/src/lib.rs", f"// {name}\n")
    run(folder, "cargo", "generate-lockfile", "--offline")
    run(folder, "git", "init", "--quiet", "--initial-branch", "main")
    commit(folder)
    return folder


def commit(folder: Path, message: str = "Change") -> str:
    """Commit all there is in the folder, and say which commit that is."""
    run(folder, "git", "add", "--all")
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    run(folder, "git", *who, "commit", "--quiet", "--message", message)
    return run(folder, "git", "rev-parse", "HEAD").strip()


def run(folder: Path, *command: str, env: Mapping[str, str] | None = None) -> str:
    """Run a program there; what it printed, or an error with all that it said."""
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(f"{' '.join(command)}: {done.stdout}{done.stderr}")
    return done.stdout


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
