"""Small work trees after real ones, in real git, and how the action is run on them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from release_actions.actions.bump_lockstep_version import action
from release_actions.actions.bump_lockstep_version.asked import Bumped
from release_actions.inputs import Given, Problems, parse
from release_actions.run import Ended, Loop
from release_actions.verdict import Finding
from release_actions.world import World
from tests.probe import git

Groups = Mapping[str, Mapping[str, Any]]
Files = Mapping[str, str] | Mapping[str, bytes] | Mapping[str, str | bytes]


@dataclass
class Tree:
    """A clone with files; `groups` stands for the config file's tables."""

    folder: Path
    groups: Groups | None = None

    def write(self, files: Files) -> None:
        for path, content in files.items():
            full = self.folder / path
            full.parent.mkdir(parents=True, exist_ok=True)
            full.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, files: Files | None = None) -> str:
        self.write(files or {})
        git(self.folder, "add", "-A")
        git(self.folder, "commit", "-q", "--allow-empty", "-m", "so")
        return git(self.folder, "rev-parse", "HEAD")

    def change(self, path: str, old: str, new: str) -> None:
        """One text of a file for another, wherever it stands, and that committed."""
        content = (self.folder / path).read_bytes()
        assert old.encode() in content
        self.commit({path: content.replace(old.encode(), new.encode())})

    def text(self, path: str) -> str:
        return (self.folder / path).read_bytes().decode()

    def files(self) -> dict[str, bytes]:
        """All that is there, whoever made it."""
        paths = (p for p in self.folder.rglob("*") if p.is_file() and ".git" not in p.parts)
        return {str(p.relative_to(self.folder)): p.read_bytes() for p in paths}

    def run(self, operation: str, *, dry_run: bool = False, **inputs: Any) -> Ended:
        """One run, its inputs through the same door as a caller's."""
        named = {name.rstrip("_").replace("_", "-"): value for name, value in inputs.items()}
        given = {
            name: Given(value, "with")
            for name, value in ({"repository": "acme/app", "operation": operation} | named).items()
        }
        if self.groups is not None:
            given["version-group"] = Given(self.groups, "config")
        problems = Problems()
        parsed = parse(action.inputs, given, problems)
        problems.end()
        world = World(environ={"GITHUB_WORKSPACE": str(self.folder)})
        return Loop(action, parsed, world, lambda line: None).run(dry_run=dry_run, wait=0)

    def bump(self, operation: str, **inputs: Any) -> Bumped:
        """A run that has to go well, and is committed then."""
        ended = self.run(operation, **inputs)
        assert ended.error is None, ended.error
        assert bad(ended) == [], told(ended)
        assert ended.verdict is not None
        assert isinstance(ended.verdict.outputs, Bumped)
        self.commit()
        return ended.verdict.outputs

    def tokens_apart(self, before: Mapping[str, bytes]) -> set[str]:
        """The lines that differ, each as `old -> new`; all else is the same, byte for byte."""
        now = self.files()
        assert set(now) == set(before)
        differing = set[str]()
        for path, content in before.items():
            old, new = content.split(b"\n"), now[path].split(b"\n")
            assert len(old) == len(new), path
            differing |= {
                f"{path}: {a.decode()} -> {b.decode()}"
                for a, b in zip(old, new, strict=True)
                if a != b
            }
        return differing


def tree_in(folder: Path, groups: Groups | None = None) -> Tree:
    folder.mkdir(exist_ok=True)
    git(folder, "init", "-q", "-b", "main", ".")
    return Tree(folder, groups)


def findings(ended: Ended) -> list[Finding]:
    assert ended.verdict is not None, ended.error
    return list(ended.verdict.findings)


def bad(ended: Ended) -> list[str]:
    """The rules that were not kept, each with the subject that broke it."""
    return [f"{f.rule} {f.subject}" for f in findings(ended) if f.outcome.bad]


def rules(ended: Ended) -> set[str]:
    return {f.rule for f in findings(ended) if f.outcome.bad}


def told(ended: Ended) -> str:
    """All that the findings say."""
    return "\n".join(f"{f.subject}: {f.detail} {f.fix}" for f in findings(ended))


def versions(output: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(output)
    return found


def cargo(folder: Path, *words: str) -> dict[str, Any]:
    """What the real cargo says of a tree, with its lock as it stands and no network."""
    done = subprocess.run(
        ["cargo", *words, "--offline"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout) if done.stdout else {}
    return found


SMALL: Mapping[str, str] = {
    "Cargo.toml": (
        '[workspace]\nmembers = ["a", "b"]\nresolver = "2"\n\n'
        '[workspace.package]\nversion = "1.2.3" # the one\n\n'
        '[workspace.dependencies]\na = { path = "a", version = "1.2.3" }\n'
    ),
    "a/Cargo.toml": (
        '[package]\nname = "a"\nversion.workspace = true\nedition = "2021"\n'
        'license = "MIT"\nrust-version = "1.70"\n'
    ),
    "a/src/lib.rs": "",
    "b/Cargo.toml": (
        '[package]\nname = "b"\nversion = "1.2.3"\nedition = "2021"\nlicense = "MIT"\n'
        'rust-version = "1.70"\n\n[dependencies]\na = { workspace = true }\n\n'
        '[dev-dependencies.other]\npackage = "a"\npath = "../a"\nversion = "=1.2.3"\n'
    ),
    "b/src/lib.rs": "",
    "Cargo.lock": (
        "# This file is automatically @generated by Cargo.\n"
        "# It is not intended for manual editing.\nversion = 3\n\n"
        '[[package]]\nname = "a"\nversion = "1.2.3"\n\n'
        '[[package]]\nname = "b"\nversion = "1.2.3"\ndependencies = [\n "a",\n]\n'
    ),
}

# O5: ordvec's file set, with a comment, CRLF and a decoy where people have them.
ORDVEC: Files = {
    "Cargo.toml": (
        '[workspace]\nmembers = ["ordvec-manifest", "ordvec-python", "ordvec-manifest-python",'
        ' "ordvec-ffi"]\nexclude = ["fuzz"]\n\n[package]\nname = "ordvec"\n'
        'version = "0.5.0"  # keep in step\nedition = "2021"\nrust-version = "1.70"\n'
        'license = "MIT OR Apache-2.0"\n\n[dependencies]\nrand = "0.5.0"\n'
    ),
    "src/lib.rs": "",
    "ordvec-manifest/Cargo.toml": (
        '[package]\r\nname = "ordvec-manifest"\r\nversion = "0.5.0"\r\nedition = "2021"\r\n'
        'rust-version = "1.70"\r\nlicense = "MIT OR Apache-2.0"\r\n\r\n[dependencies]\r\n'
        'ordvec = { version = "0.5.0", path = ".." }\r\n'
    ),
    "ordvec-manifest/src/lib.rs": "",
    "ordvec-python/Cargo.toml": (
        '[package]\nname = "ordvec-python"\nversion = "0.5.0"\nedition = "2021"\npublish = false\n'
        'rust-version = "1.70"\nlicense = "MIT OR Apache-2.0"\n\n[dependencies]\n'
        'ordvec = { path = ".." }\n'
    ),
    "ordvec-python/src/lib.rs": "",
    "ordvec-python/pyproject.toml": (
        '[build-system]\nrequires = ["maturin>=1.5,<2"]\nbuild-backend = "maturin"\n\n'
        '[project]\nname = "ordvec"\nversion = "0.5.0"\ndescription = "größer"\n\n'
        '[tool.maturin]\npython-source = "python"\n'
    ),
    "ordvec-python/python/ordvec/__init__.py": (
        '"""ordvec, as of __version__ = "9.9.9"."""\nfrom ._ordvec import *\n\n'
        '__version__ = "0.5.0"\n'
    ),
    "ordvec-manifest-python/Cargo.toml": (
        '[package]\nname = "ordvec-manifest-python"\nversion = "0.5.0"\nedition = "2021"\n'
        'publish = false\nrust-version = "1.70"\nlicense = "MIT OR Apache-2.0"\n'
    ),
    "ordvec-manifest-python/src/lib.rs": "",
    "ordvec-manifest-python/pyproject.toml": (
        '[project]\nname = "ordvec-manifest"\nversion = "0.5.0"\ndependencies = ["ordvec==0.5.0"]\n'
    ),
    "ordvec-manifest-python/python/ordvec_manifest/__init__.py": "__version__ = '0.5.0'\n",
    "ordvec-ffi/Cargo.toml": (
        '[package]\nname = "ordvec-ffi"\nversion = "0.5.0"\nedition = "2021"\npublish = false\n'
        'rust-version = "1.70"\nlicense = "MIT OR Apache-2.0"\n\n[dependencies]\n'
        'ordvec = { path = ".." }\n'
    ),
    "ordvec-ffi/src/lib.rs": "",
    "Cargo.lock": (
        "version = 4\n\n"
        '[[package]]\nname = "ordvec"\nversion = "0.5.0"\ndependencies = [\n "rand",\n]\n\n'
        '[[package]]\nname = "ordvec-ffi"\nversion = "0.5.0"\ndependencies = [\n "ordvec",\n]\n\n'
        '[[package]]\nname = "ordvec-manifest"\nversion = "0.5.0"\n'
        'dependencies = [\n "ordvec",\n]\n\n'
        '[[package]]\nname = "ordvec-manifest-python"\nversion = "0.5.0"\n\n'
        '[[package]]\nname = "ordvec-python"\nversion = "0.5.0"\n'
        'dependencies = [\n "ordvec",\n]\n\n'
        '[[package]]\nname = "rand"\nversion = "0.5.0"\n'
        'source = "registry+https://github.com/rust-lang/crates.io-index"\n'
        f'checksum = "{"0" * 64}"\n'
    ),
    "fuzz/Cargo.toml": (
        '[package]\nname = "ordvec-fuzz"\nversion = "0.0.0"\npublish = false\nedition = "2021"\n\n'
        '[workspace]\n\n[dependencies]\nordvec = { path = ".." }\n'
    ),
    "fuzz/Cargo.lock": (
        'version = 4\n\n[[package]]\nname = "ordvec"\nversion = "0.5.0"\n\n'
        '[[package]]\nname = "ordvec-fuzz"\nversion = "0.0.0"\ndependencies = [\n "ordvec",\n]\n'
    ),
    "THREAT_MODEL.md": "# Threats\n\n> **Status:** v0.5.0 (pre-1.0), of version 0.5.0 or later\n",
    "README.md": '# ordvec\n\n```toml\n[dependencies]\nordvec = "0.5"\nrand = "0.5"\n```\n',
}
ORDVEC_GROUPS: Groups = {
    "ordvec": {
        "templates": [
            "THREAT_MODEL.md: > **Status:** v{version} (pre-1.0),",
            'README.md: ordvec = "{major}.{minor}"',
        ],
        "parity": ["rust-version", "license", "edition"],
    }
}

# Wasmtime's shape: two version lines, a C header, private pins, a lock that tells versions apart.
HEADER = (
    "/* wasmtime.h */\n#ifndef WASMTIME_H\n"
    '#define WASMTIME_VERSION "49.0.0-dev"\n#define WASMTIME_VERSION_MAJOR 49\n'
    "#define WASMTIME_VERSION_MINOR 0\n#define WASMTIME_VERSION_PATCH 0\n#endif\n"
)
WASMTIME: Files = {
    "Cargo.toml": (
        "[package]\nname = 'wasmtime-cli'\nversion.workspace = true\nedition.workspace = true\n\n"
        "[workspace]\nresolver = '2'\n"
        "members = [\n  'crates/*', # all of them\n  'cranelift/*',\n]\n"
        "exclude = ['crates/left']\n\n"
        "[workspace.package]\nversion = '49.0.0-dev'\nedition = \"2021\"\n\n"
        "[workspace.dependencies]\n"
        'wasmtime = { path = "crates/wasmtime", version = "49.0.0-dev", '
        "default-features = false }\n"
        'wasmtime-environ = { path = "crates/environ", version = "=49.0.0-dev" }\n'
        'cranelift-codegen = { path = "cranelift/codegen", version = "0.136.0-dev" }\n'
        "internal = { path = 'crates/internal', package = 'wasmtime-internal', "
        'version = "=49.0.0-dev" }\n\n'
        "[dependencies]\nwasmtime = { workspace = true }\n\n"
        "[target.'cfg(unix)'.dependencies.wasmtime-environ]\nworkspace = true\n"
    ),
    "src/lib.rs": "",
    "crates/wasmtime/Cargo.toml": (
        "[package]\nname = 'wasmtime'\nversion.workspace = true\nedition.workspace = true\n\n"
        "[dependencies]\nwasmtime-environ = { workspace = true }\n"
        "cranelift-codegen = { workspace = true, optional = true }\n"
    ),
    "crates/wasmtime/src/lib.rs": "",
    "crates/environ/Cargo.toml": (
        "[package]\nname = 'wasmtime-environ'\nversion.workspace = true\n"
        "edition.workspace = true\n\n"
        "[target.'cfg(windows)'.build-dependencies]\n"
        "cranelift-codegen = { path = '../../cranelift/codegen', version = '^0.136.0-dev' }\n"
    ),
    "crates/environ/src/lib.rs": "",
    "crates/internal/Cargo.toml": (
        "[package]\nname = 'wasmtime-internal'\nversion.workspace = true\n"
        "edition.workspace = true\npublish = []\n"
    ),
    "crates/internal/src/lib.rs": "",
    "crates/tool/Cargo.toml": (
        "[package]\nname = 'tool'\nversion = '0.1.0'\nedition = '2021'\npublish = false\n\n"
        "[dependencies]\nold = { package = 'wasmtime', path = '../wasmtime', version = "
        "'49.0.0-dev' }\n"
    ),
    "crates/tool/src/lib.rs": "",
    "crates/left/README.md": "no crate\n",
    "cranelift/codegen/Cargo.toml": (
        '[package]\nname = "cranelift-codegen"\nversion = "0.136.0-dev"\nedition = "2021"\n'
    ),
    "cranelift/codegen/src/lib.rs": "",
    "crates/c-api/Cargo.toml": (
        "[package]\nname = 'wasmtime-c-api'\nversion.workspace = true\n"
        "edition.workspace = true\npublish = false\n"
    ),
    "crates/c-api/src/lib.rs": "",
    "crates/c-api/include/wasmtime.h": HEADER,
}
WASMTIME_GROUPS: dict[str, dict[str, Any]] = {
    "wasmtime": {
        "manifests": ["Cargo.toml"],
        "adds-development": ["major"],
        "unpublished": "leave",
        "public": ["wasmtime", "wasmtime-cli"],
        "published": ["wasmtime", "wasmtime-cli", "wasmtime-environ"],
        "templates": [
            'crates/c-api/include/wasmtime.h: #define WASMTIME_VERSION "{version}"',
            "crates/c-api/include/wasmtime.h: #define WASMTIME_VERSION_MAJOR {major}",
            "crates/c-api/include/wasmtime.h: #define WASMTIME_VERSION_MINOR {minor}",
            "crates/c-api/include/wasmtime.h: #define WASMTIME_VERSION_PATCH {patch}",
        ],
    },
    "cranelift": {
        "manifests": ["Cargo.toml"],
        "packages": ["cranelift*"],
        "adds-development": ["major"],
    },
}

# Celo's cycle: npm workspaces that ask for one another by ~ and ^, and a sibling between releases.
CELO: Files = {
    "package.json": '{\n  "name": "celo",\n  "private": true,\n  "workspaces": ["packages/*"]\n}\n',
    "packages/utils/package.json": (
        '{\n\t"name": "@celo/utils",\n\t"version": "1.2.3",\n\t"license": "Apache-2.0"\n}\n'
    ),
    "packages/identity/package.json": (
        '{\n  "name": "@celo/identity",\n  "version": "1.2.3",\n  "dependencies": {\n'
        '    "@celo/utils": "~1.2.3",\n    "left-pad": "^1.2.3"\n  }\n}\n'
    ),
    "packages/cli/package.json": (
        '{\r\n  "name": "@celo/cli",\r\n  "version": "1.2.3",\r\n  "dependencies": {\r\n'
        '    "@celo/identity": "1.2.3"\r\n  },\r\n  "devDependencies": {\r\n'
        '    "@celo/utils": "^1.2.3"\r\n  }\r\n}\r\n'
    ),
    "package-lock.json": (
        '{\n  "name": "celo",\n  "lockfileVersion": 3,\n  "requires": true,\n  "packages": {\n'
        '    "": {\n      "name": "celo",\n      "workspaces": ["packages/*"]\n    },\n'
        '    "node_modules/@celo/utils": {\n      "resolved": "packages/utils",\n'
        '      "link": true\n    },\n'
        '    "node_modules/left-pad": {\n      "version": "1.2.3"\n    },\n'
        '    "packages/cli": {\n      "name": "@celo/cli",\n      "version": "1.2.3",\n'
        '      "dependencies": {\n        "@celo/identity": "1.2.3"\n      },\n'
        '      "devDependencies": {\n        "@celo/utils": "^1.2.3"\n      }\n    },\n'
        '    "packages/identity": {\n      "name": "@celo/identity",\n      "version": "1.2.3",\n'
        '      "dependencies": {\n        "@celo/utils": "~1.2.3",\n'
        '        "left-pad": "^1.2.3"\n      }\n    },\n'
        '    "packages/utils": {\n      "name": "@celo/utils",\n      "version": "1.2.3"\n    }\n'
        "  }\n}\n"
    ),
}
