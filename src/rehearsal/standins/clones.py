"""A clone in the workspace, and git in it with the token of a step."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rehearsal.standins.runner import RefusedError


@dataclass(frozen=True)
class Clone:
    """One folder."""

    folder: Path
    token: str

    def git(self, *arguments: str, extra: Mapping[str, str] | None = None) -> str:
        """Run git here; what it prints to stderr is shown, as real actions show it."""
        told = self._run(arguments, extra or {})
        if told.returncode:
            raise RefusedError(f"The process 'git {arguments[0]}' failed: {told.returncode}")
        return told.stdout.strip()

    def asks(self, *arguments: str) -> bool:
        """Whether git ends well."""
        return self._run(arguments, {}).returncode == 0

    def _run(
        self, arguments: tuple[str, ...], extra: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        # The token goes by the environment: a command line can be read by everybody.
        return subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env={**os.environ, **self._header(), "GIT_TERMINAL_PROMPT": "0", **extra},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )

    @property
    def credentials(self) -> str:
        """What stands in the header that a checkout leaves behind."""
        told = base64.b64encode(f"x-access-token:{self.token}".encode()).decode()
        return f"AUTHORIZATION: basic {told}"

    @property
    def server(self) -> str:
        """Where git really goes to: github.com is this machine here."""
        return "/".join(self._address().split("/")[:3])

    def _address(self) -> str:
        done = subprocess.run(
            ["git", "ls-remote", "--get-url", "origin"],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        return done.stdout.strip()

    def _header(self) -> dict[str, str]:
        """Two more entries of git's configuration, behind those that the rehearsal set.

        The first takes back what an earlier checkout left: this token alone is meant.
        """
        if not self.token:
            return {}
        count = int(os.environ.get("GIT_CONFIG_COUNT", "0"))
        key = f"http.{self.server}/.extraheader" if (self.folder / ".git").exists() else ""
        key = key or "http.extraheader"
        return {
            "GIT_CONFIG_COUNT": str(count + 2),
            f"GIT_CONFIG_KEY_{count}": key,
            f"GIT_CONFIG_VALUE_{count}": "",
            f"GIT_CONFIG_KEY_{count + 1}": key,
            f"GIT_CONFIG_VALUE_{count + 1}": self.credentials,
        }
