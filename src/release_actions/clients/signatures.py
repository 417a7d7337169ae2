"""Who signed a tag, told by gpg and ssh-keygen with the allowed keys and no others."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from release_actions.clients.git import surroundings
from release_actions.formats import gpg_status
from release_actions.formats.tag_object import TagObject

State = Literal[gpg_status.State, "none", "unsupported", "no-tool"]
PGP_KEYS = b"-----BEGIN PGP PUBLIC KEY BLOCK-----"


@dataclass(frozen=True)
class Signature:
    """What became of a tag's signature; `key` is the whole fingerprint where it is good."""

    state: State
    key: str = ""
    signer: str = ""
    tool: str = ""


def look(tag: TagObject, signers: Iterable[bytes]) -> Signature:
    """The signature of the tag, against files of allowed keys (armoured OpenPGP or ssh)."""
    if not tag.kind:
        return Signature("none")
    if tag.kind == "x509":
        return Signature("unsupported", tool="x509")
    files = [content for content in signers if (PGP_KEYS in content) == (tag.kind == "gpg")]
    # A short name: gpg's sockets lie in there, and their paths must stay below 108 bytes.
    with tempfile.TemporaryDirectory(prefix="sig") as folder:
        home = Path(folder)
        home.chmod(0o700)
        (home / "signature").write_bytes(tag.signature)
        (home / "keys").write_bytes(b"\n".join(files))
        try:
            return (_gpg if tag.kind == "gpg" else _ssh)(home, tag.payload)
        except FileNotFoundError:
            return Signature("no-tool", tool="gpg" if tag.kind == "gpg" else "ssh-keygen")


def _gpg(home: Path, payload: bytes) -> Signature:
    gpg = ("gpg", "--batch", "--no-tty", "--no-options", "--homedir", str(home))
    _run([*gpg, "--no-autostart", "--import", str(home / "keys")])
    # The home holds the allowed keys alone, so there is no other trust to ask for.
    strict = ("--trust-model", "always", "--weak-digest", "SHA1", "--no-auto-key-retrieve")
    verify = ("--status-fd", "1", "--verify", str(home / "signature"), "-")
    done = _run([*gpg, "--no-autostart", *strict, *verify], payload)
    told = gpg_status.read(done.stdout.decode(errors="replace"))
    if told.state == "good" and done.returncode != 0:
        return Signature("unreadable", told.key, told.signer, "gpg")
    return Signature(told.state, told.key, told.signer, "gpg")


def _ssh(home: Path, payload: bytes) -> Signature:
    files = ("-f", str(home / "keys"), "-s", str(home / "signature"))
    found = _run(["ssh-keygen", "-Y", "find-principals", *files], payload)
    principals = found.stdout.decode(errors="replace").splitlines()
    if found.returncode != 0 or not principals:
        return Signature(_why_nobody(home, payload, found.stderr), tool="ssh-keygen")
    who = principals[0]
    done = _run(["ssh-keygen", "-Y", "verify", "-n", "git", "-I", who, *files], payload)
    said = done.stdout.decode(errors="replace").strip()
    good = re.fullmatch(r'Good "git" signature for (.+) with \S+ key (SHA256:\S+)', said)
    if done.returncode != 0 or good is None:
        return Signature("bad", signer=who, tool="ssh-keygen")
    return Signature("good", good[2], good[1], "ssh-keygen")


def _why_nobody(home: Path, payload: bytes, said: bytes) -> State:
    """No principal: a key whose time is over, a stranger's, or a signature that fits nothing."""
    if b"expired" in said:
        return "expired"
    signature = ("-s", str(home / "signature"))
    whole = _run(["ssh-keygen", "-Y", "check-novalidate", "-n", "git", *signature], payload)
    return "stranger" if whole.returncode == 0 else "bad"


def _run(command: Sequence[str], stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        command, input=stdin, capture_output=True, env=surroundings(), check=False
    )
