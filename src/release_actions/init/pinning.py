"""Which commit of this library is used, and whose: as asked, else where this program is from."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from release_actions import house
from release_actions.clients.git import Git
from release_actions.errors import UsageError
from release_actions.init.asked import Asked, Owner, Pin

NAME = "release-actions"


@dataclass(frozen=True)
class Library:
    """What stands in `uses:`, and how it was come by."""

    owner: Owner
    pin: Pin
    version: str  # a tag of that commit, empty where none is known
    notes: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.owner}/{NAME}"


@dataclass(frozen=True)
class Origin:
    """Where the running program is from; empty where that is not known."""

    commit: str = ""
    owner: str = ""
    tag: str = ""
    how: str = ""
    notes: tuple[str, ...] = ()


def library(asked: Asked, origin: Origin) -> Library:
    """The library as the workflows will use it.

    :raises UsageError: where neither the flags nor the program say which commit, or whose.
    """
    problems = []
    if asked.pin is None and not origin.commit:
        problems.append(
            "flag `--pin`: nothing was given; allowed: a full commit of release-actions, 40"
            " hexadecimal digits. This program does not know the commit it is from;"
            f" `git ls-remote https://github.com/{asked.owner or 'OWNER'}/{NAME} 'refs/tags/v*'`"
            " tells that of each version (the line that ends in ^{}, where there is one)"
        )
    if asked.owner is None and not origin.owner:
        problems.append(
            "flag `--owner`: nothing was given; allowed: the user or organisation whose"
            f" {NAME} you use (this program's checkout has no remote on GitHub that tells it)"
        )
    if problems:
        raise UsageError(problems)
    pin, owner = asked.pin or Pin(origin.commit), asked.owner or Owner(origin.owner)
    own = pin == origin.commit
    notes = [f"pin {pin}: {'as asked' if asked.pin else origin.how}"]
    notes += origin.notes if own and not asked.pin else ()
    return Library(owner, pin, origin.tag if own else "", tuple(notes))


def origin() -> Origin:
    """Where this program is from: a checkout, or what pip wrote down when it installed it."""
    return _checkout(house.root()) if house.root() != house.CARRIED else _installed()


def _checkout(folder: Path) -> Origin:
    git = Git(folder)
    top = git.ask("rev-parse", "--show-toplevel").stdout.decode(errors="replace").strip()
    head = git.head()
    # A copy of the sources within somebody else's clone has that clone's commit, not ours.
    if head is None or len(head) != 40 or Path(top).resolve() != folder.resolve():
        return _installed()
    notes = []
    if git.tell("status", "--porcelain", "--untracked-files=no").strip():
        notes.append("the library's checkout has changes that are not in that commit")
    if not git.ask("branch", "--remotes", "--contains", head).stdout.strip():
        notes.append("no remote branch that this checkout knows has that commit: push it first")
    tags = git.ask("tag", "--points-at", head).stdout.decode(errors="replace").split()
    tag = next((tag for tag in tags if re.fullmatch(r"v\d+\.\d+\.\d+", tag, re.ASCII)), "")
    return Origin(head, _owner(git.remote() or ""), tag, "the library's checkout", tuple(notes))


def _installed() -> Origin:
    """PEP 610: pip keeps the address and the commit of what it installed from a clone."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        told = distribution(NAME).read_text("direct_url.json")
    except PackageNotFoundError:
        return Origin()
    return installed(told or "")


def installed(told: str) -> Origin:
    """What a direct_url.json says; nothing where it says nothing of a commit."""
    try:
        document: Any = json.loads(told)
        commit = Pin(document["vcs_info"]["commit_id"])
        wanted = str(document["vcs_info"].get("requested_revision", ""))
        address = str(document["url"])
    except (ValueError, LookupError, TypeError, AttributeError):
        return Origin()
    tag = wanted if re.fullmatch(r"v\d+\.\d+\.\d+", wanted, re.ASCII) else ""
    return Origin(commit, _owner(address), tag, "the commit that pip installed")


def _owner(address: str) -> str:
    """The owner, in an address of a repository that is called as this library is."""
    found = re.search(rf"[/:]([A-Za-z0-9][A-Za-z0-9-]{{0,38}})/{NAME}(?:\.git)?/?$", address)
    # The folder of a file:// address is nobody on GitHub.
    served = re.search("://|@", address) and not re.match("file:", address, re.IGNORECASE)
    return found[1] if found and served else ""
