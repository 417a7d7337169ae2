"""Keys of real gpg and ssh-keygen, made in a folder of their own."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path


def run(*command: str, stdin: str = "", **more: str) -> str:
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"} | more
    done = subprocess.run(
        command, env=environment, input=stdin, capture_output=True, text=True, check=True
    )
    return done.stdout


@dataclass(frozen=True)
class Gpg:
    """A home with the secret keys; its path is short, as gpg's sockets need it."""

    home: Path

    def __call__(self, *arguments: str, stdin: str = "") -> str:
        quiet = ("--batch", "--yes", "--pinentry-mode=loopback", "--passphrase=")
        return run("gpg", *quiet, *arguments, stdin=stdin, GNUPGHOME=str(self.home))

    def key(self, name: str, expires: str = "never", *now: str) -> str:
        """The fingerprint of a new key for this person."""
        self(
            *now, "--quick-generate-key", f"{name} <{name}@example.com>", "ed25519", "sign", expires
        )
        told = self("--list-keys", "--with-colons", name)
        return next(line.split(":")[9] for line in told.splitlines() if line.startswith("fpr"))

    def public(self, *keys: str) -> str:
        return self("--armor", "--export", *keys)

    def revoked(self, key: str) -> str:
        """The public key with its revocation."""
        prepared = (self.home / f"openpgp-revocs.d/{key}.rev").read_text()
        before = self.public(key)
        self("--import", stdin=prepared.replace(":-----BEGIN", "-----BEGIN"))
        after = self.public(key)
        assert before != after
        return after

    def stop(self) -> None:
        run("gpgconf", "--kill", "all", GNUPGHOME=str(self.home))


def ssh_key(folder: Path, name: str) -> tuple[Path, str]:
    """A new key's file, and its public half."""
    file = folder / name
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(file))
    return file, " ".join(file.with_suffix(".pub").read_text().split()[:2])


def ssh_fingerprint(file: Path) -> str:
    return run("ssh-keygen", "-l", "-f", str(file)).split()[1]
