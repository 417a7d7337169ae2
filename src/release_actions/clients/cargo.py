"""Cargo as a child process: an environment by an allow-list, and no secret in it.

`package(verify=True)` compiles, and so runs build scripts of the caller's and of all that it
depends on: only where no secret is. Everything else here runs none of them, and sees to it that
no wrapper that the checkout configures for the compiler is run either.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from release_actions.errors import UpstreamError
from release_actions.formats import cargo_metadata
from release_actions.formats.cargo_metadata import Workspace
from release_actions.formats.crate_index import CrateName, IndexUrl
from release_actions.values import fold

# What cargo and a compiler need of the caller's surroundings.
KEPT = (
    "PATH", "HOME", "USERPROFILE", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP", "LD_LIBRARY_PATH",
    "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "no_proxy",
    "all_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "CC", "CXX", "AR", "CFLAGS",
    "CXXFLAGS", "LDFLAGS", "PKG_CONFIG_PATH", "LIBCLANG_PATH", "SDKROOT", "DEVELOPER_DIR",
    "MACOSX_DEPLOYMENT_TARGET", "INCLUDE", "LIB", "LIBPATH",
)  # fmt: skip
KEPT_FAMILIES = ("CARGO_", "RUST")  # RUSTFLAGS, RUSTUP_HOME, RUST_BACKTRACE …
SECRET = re.compile(r"TOKEN|SECRET|PASSWORD|CREDENTIAL|PRIVATE|_KEY$|AUTH", re.IGNORECASE)
QUIET = {"CARGO_TERM_COLOR": "never", "CARGO_TERM_PROGRESS_WHEN": "never", "LC_ALL": "C"}
#: Nothing that a config file of the checkout names is run in the compiler's stead.
NO_WRAPPER = {"RUSTC_WRAPPER": "", "RUSTC_WORKSPACE_WRAPPER": "", "RUSTC": "rustc"}


@dataclass(frozen=True)
class Done:
    """How a cargo command ended; `said` is its own words for people, never judged."""

    code: int
    said: str
    stdout: bytes = b""

    @property
    def ok(self) -> bool:
        return self.code == 0


class Cargo:
    """Cargo in one folder of the checkout.

    `more` names further variables that a build of the caller's needs; one that is called like a
    secret is not passed on whoever names it.
    """

    def __init__(
        self, folder: Path, environ: Mapping[str, str] | None = None, more: Iterable[str] = ()
    ) -> None:
        self.folder = folder
        self._environ = os.environ if environ is None else environ
        self._more = frozenset(more)

    def version(self) -> str:
        """Which cargo the folder's toolchain has: `cargo 1.95.0 (f2d3ce0bd 2026-03-21)`."""
        return fold(self._tell("--version").decode(errors="replace"), 100)

    def metadata(self) -> Workspace:
        """The workspace that the folder is in; its lock file is neither needed nor changed.

        :raises UpstreamError: where cargo cannot tell, with its own words.
        """
        told = self._tell("metadata", "--no-deps", "--offline", "--format-version", "1")
        try:
            return cargo_metadata.read(told)
        except ValueError as error:
            raise UpstreamError(f"cargo metadata: cannot be read: {error}") from error

    def listed(self, name: CrateName) -> tuple[str, ...] | None:
        """The files that a .crate of this package would have, from the package's folder.

        None where cargo would have to change the lock file first: it is not given leave to.
        """
        how = ("--list", "--allow-dirty", "--locked", "--offline")
        done = self.run("package", *how, "--package", name, settings=NO_WRAPPER)
        return tuple(os.fsdecode(done.stdout).splitlines()) if done.ok else None

    def package(
        self, names: Sequence[CrateName], target: Path, *, verify: bool, registry: str = ""
    ) -> Done:
        """`cargo package --locked` of these, into TARGET/package/NAME-VERSION.crate.

        Several at once find each other, whatever the registry has (cargo 1.90 and later). Give a
        folder that is not there yet: what an earlier build left in one is not told apart.
        `registry` names the one that they are for, where cargo's settings replace crates.io.
        """
        chosen = [word for name in names for word in ("--package", name)]
        how = (
            *(("--registry", registry) if registry else ()),
            *(() if verify else ("--no-verify",)),
        )
        settings = {} if verify else NO_WRAPPER
        return self.run("package", "--locked", *how, "--target-dir", str(target), *chosen,
                        settings=settings)  # fmt: skip

    def outside(self, registry: str, index: IndexUrl | None = None) -> dict[str, str]:
        """Settings for a cargo that starts outside the checkout, so that no config file of it is
        read: one could name a program as credential provider.

        The toolchain is the checkout's own; `index` is for a registry that such a file names.
        """
        own = registry_variable(registry)
        settings = NO_WRAPPER | {f"{own}_CREDENTIAL_PROVIDER": "cargo:token"}
        if index is not None and registry != "crates-io":
            settings[f"{own}_INDEX"] = index.cargo
        toolchain = self._toolchain()
        return settings | ({"RUSTUP_TOOLCHAIN": toolchain} if toolchain else {})

    def environment(self, settings: Mapping[str, str] | None = None) -> dict[str, str]:
        """What a cargo of ours is given, and nothing else."""
        return surroundings(self._environ, self._more) | QUIET | dict(settings or {})

    def run(
        self,
        *arguments: str,
        settings: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        cover: str = "",
    ) -> Done:
        """One cargo command, whatever its end. `cover` is a secret that its words may not tell."""
        env = self.environment(settings)
        try:
            done = subprocess.run(
                ["cargo", *arguments],
                cwd=cwd or self.folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                env=env,
                check=False,
            )
        except OSError as error:
            raise UpstreamError(f"cargo cannot be started: {fold(str(error), 200)}") from error
        text = done.stderr.decode(errors="replace")
        return Done(done.returncode, said(text.replace(cover, "***") if cover else text),
                    done.stdout)  # fmt: skip

    def _tell(self, *arguments: str) -> bytes:
        done = self.run(*arguments, settings=NO_WRAPPER)
        if not done.ok:
            raise UpstreamError(f"cargo {arguments[0]} in {self.folder}: {done.said}")
        return done.stdout

    def _toolchain(self) -> str:
        """The toolchain that rustup picks in the checkout; empty where there is no rustup."""
        try:
            done = subprocess.run(
                ["rustup", "show", "active-toolchain"],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                env=surroundings(self._environ),
                check=False,
            )
        except OSError:
            return ""
        words = done.stdout.decode(errors="replace").split()
        return words[0] if done.returncode == 0 and words else ""


def registry_variable(registry: str) -> str:
    """How cargo's variables for a registry begin."""
    if registry == "crates-io":
        return "CARGO_REGISTRY"
    return f"CARGO_REGISTRIES_{registry.upper().replace('-', '_')}"


def surroundings(environ: Mapping[str, str], more: Iterable[str] = ()) -> dict[str, str]:
    """The variables that a child of ours is given."""
    wanted = {*KEPT, *more}
    return {
        name: value
        for name, value in environ.items()
        if (name in wanted or name.startswith(KEPT_FAMILIES)) and not SECRET.search(name)
    }


def said(stderr: str) -> str:
    """Cargo's words from its first error on; its warnings and progress before it are left out."""
    lines = [line.strip() for line in stderr.splitlines()]
    at = next((n for n, line in enumerate(lines) if line.startswith("error")), 0)
    return fold(" ".join(line for line in lines[at:] if line), 700)
