"""The clone that a step works in, asked by git itself; nothing of the caller's is run."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from release_actions.errors import UpstreamError
from release_actions.values import Sha, fold

# What git needs of the caller's surroundings; no secret is among it.
KEPT = ("PATH", "HOME", "TMPDIR", "SYSTEMROOT", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY")
KEPT_TOO = ("https_proxy", "http_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR")


class Git:
    """One clone. Absence is None; what git cannot say is an UpstreamError."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def head(self) -> Sha | None:
        """The commit that is checked out, or None where this is no clone or has no commit."""
        done = self._ask("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        return Sha(done.stdout.decode().strip()) if done.returncode == 0 else None

    def remote(self) -> str | None:
        """The address of `origin`, or None."""
        done = self._ask("remote", "get-url", "origin")
        return done.stdout.decode().strip() if done.returncode == 0 else None

    def file(self, commit: Sha, path: str) -> tuple[bool, bytes | None]:
        """Whether the clone has this commit, and the file's bytes there (None: no such file).

        Read from the object store, not from the work tree: a build step may have changed that.
        """
        asked = f"{commit}^{{commit}}\n{commit}:{path}\n".encode()
        done = self._ask("cat-file", "--batch", stdin=asked)
        if done.returncode != 0:
            return False, None
        known, rest = _object(done.stdout)
        if known is None:
            return False, None
        blob, _ = _object(rest)
        return True, blob

    def _ask(self, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        command = ["git", "--no-replace-objects", "-C", str(self.folder), *arguments]
        try:
            return subprocess.run(
                command, input=stdin, capture_output=True, env=surroundings(), check=False
            )
        except OSError as error:
            raise UpstreamError(f"git cannot be started: {fold(str(error), 100)}") from error


def surroundings() -> dict[str, str]:
    """The environment that git is given: an allow-list, and its own settings."""
    kept = {name: os.environ[name] for name in (*KEPT, *KEPT_TOO) if name in os.environ}
    settings = {k: v for k, v in os.environ.items() if k.startswith("GIT_CONFIG_")}
    return kept | settings | {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1"}


def _object(stream: bytes) -> tuple[bytes | None, bytes]:
    """The next object of `git cat-file --batch`, and what comes after it."""
    header, _, rest = stream.partition(b"\n")
    words = header.rsplit(b" ", 2)
    if len(words) != 3 or not words[2].isdigit():
        return None, rest
    size = int(words[2])
    return rest[:size], rest[size + 1 :]
