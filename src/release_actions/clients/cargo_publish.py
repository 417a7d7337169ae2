"""`cargo publish` of one crate: packaged once more without the token, then uploaded with it.

Cargo starts in a folder of its own, so that no config file of the checkout is read, and compiles
nothing, so that no code of the checkout is run. The token is in the environment of the uploading
child alone. What cargo says is for people; what its registry answered (the status, and when to
come again) is read from its own record of the request; and whether the crate is there, and which
bytes, is told by the registry alone.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from uuid import uuid4

from release_actions.clients import files
from release_actions.clients.cargo import Cargo, registry_variable, said
from release_actions.errors import UpstreamError
from release_actions.formats.checksums import Sha256
from release_actions.formats.crate_index import IndexUrl
from release_actions.values import fold

# Cargo's record of its requests (the Cargo book, `http.debug`); it leaves the token out.
TOLD = {"CARGO_HTTP_DEBUG": "true", "CARGO_LOG": "network=debug"}
DEBUG = re.compile(r"^\s*[\d.]+\w+ DEBUG network: ")
REQUEST = re.compile(r"http-debug: > ([A-Z]+) /")
STATUS = re.compile(r"http-debug: < HTTP/[\d.]+ (\d{3})")
LATER = re.compile(r"http-debug: < retry-after:\s*(.+)", re.IGNORECASE)
FAILED_TO = re.compile(r"^error: failed to publish .*? Caused by: ")
UPLOADED = re.compile(r"^\s*Uploaded ")
ALREADY = re.compile(r"already (?:uploaded|exists)")
LONGEST = 64 * 2**10  # characters of its words that are kept


@dataclass(frozen=True)
class Target:
    """A registry by its name in cargo's settings, and by its index."""

    registry: str
    index: IndexUrl


@dataclass(frozen=True)
class Upload:
    """How an upload ended. `status` is the registry's answer to it; None: it gave none, or was
    never asked. `begun` says whether it was asked."""

    taken: bool = False
    begun: bool = False
    status: int | None = None
    after: float | None = None  # seconds
    said: str = ""

    @property
    def already(self) -> bool:
        """Whether the registry or its index says that it has this version: no proof of bytes."""
        return not self.taken and ALREADY.search(self.said) is not None


def repackage(
    cargo: Cargo, manifest: Path, target: Target, folder: Path
) -> tuple[Sha256 | None, str]:
    """The digest of what cargo packages for an upload, or None and cargo's words.

    Without a token, and with the settings that the upload has.
    """
    place = folder / f"again-{uuid4().hex}"
    place.mkdir(parents=True)
    try:
        done = cargo.run(
            "package", "--no-verify", *_words(manifest, target, place),
            settings=cargo.outside(target.registry, target.index), cwd=place,
        )  # fmt: skip
        if not done.ok:
            return None, done.said
        made = list((place / "target" / "package").glob("*.crate"))
        digest = files.digest(made[0]) if len(made) == 1 else None
        if digest is None:
            return None, f"it made {len(made)} .crate files"
        return digest.sha256, ""
    finally:
        shutil.rmtree(place, ignore_errors=True)


def upload(
    cargo: Cargo, manifest: Path, target: Target, folder: Path, token: str, now: datetime
) -> Upload:
    """`cargo publish --no-verify --locked` of one, up to the registry's answer.

    Cargo would then wait for its index, a minute at most: it is ended instead, as it says that
    one may, and the wait is the caller's. `now` is to read a Retry-After that is a date.
    """
    place = folder / f"upload-{uuid4().hex}"
    place.mkdir(parents=True)
    settings = cargo.outside(target.registry, target.index) | TOLD
    settings[f"{registry_variable(target.registry)}_TOKEN"] = token
    try:
        with subprocess.Popen(
            ["cargo", "publish", "--no-verify", *_words(manifest, target, place)],
            cwd=place,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=cargo.environment(settings),
            text=True,
            errors="replace",
        ) as child:
            try:
                return _followed(child, token, now)
            finally:
                child.kill()
    except OSError as error:
        raise UpstreamError(f"cargo cannot be started: {fold(str(error), 200)}") from error
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _words(manifest: Path, target: Target, place: Path) -> tuple[str, ...]:
    return (
        "--locked", "--registry", target.registry,
        "--manifest-path", os.path.realpath(manifest), "--target-dir", str(place / "target"),
    )  # fmt: skip


def _followed(child: subprocess.Popen[str], token: str, now: datetime) -> Upload:
    """What became of the upload, as soon as cargo tells it."""
    found, verb, words = Upload(), "", ""
    assert child.stderr is not None
    for line in child.stderr:
        if UPLOADED.match(line):
            return replace(found, taken=True)
        if not DEBUG.match(line):
            words = (words + line)[-LONGEST:]
        elif match := REQUEST.search(line):
            verb = match[1]
            found = replace(found, begun=found.begun or verb == "PUT")
        elif verb == "PUT":
            found = _answered(found, line, now)
    told = FAILED_TO.sub("", said(words.replace(token, "***")))
    return replace(found, taken=child.wait() == 0, said=told)


def _answered(found: Upload, line: str, now: datetime) -> Upload:
    if match := STATUS.search(line):
        return replace(found, status=int(match[1]), after=None)
    if match := LATER.search(line):
        return replace(found, after=seconds(match[1].strip(), now))
    return found


def seconds(text: str, now: datetime) -> float | None:
    """A Retry-After: so many seconds, or a date (RFC 9110, 10.2.3)."""
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    whole = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max((whole - now).total_seconds(), 0.0)
