"""What the caller asked of init: its flags, each checked at the door."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from release_actions.inputs import Problems, nearest
from release_actions.values import RefName, Sha, Workflows

T = TypeVar("T")


class Owner(str):
    """A user or an organisation on GitHub."""

    def __new__(cls, raw: str) -> Owner:
        if not re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})", raw):
            raise ValueError("a user's or an organisation's name on GitHub")
        return super().__new__(cls, raw)


class Pin(Sha):
    """A full commit id of SHA-1, as GitHub's are."""

    def __new__(cls, raw: str) -> Pin:
        if not re.fullmatch("[0-9a-f]{40}", raw):
            raise ValueError("a full commit id, 40 lower-case hexadecimal digits")
        return super().__new__(cls, raw)


@dataclass(frozen=True)
class Asked:
    """The flags."""

    repository: Path
    template: str = ""
    owner: Owner | None = None
    pin: Pin | None = None
    ci: Workflows = Workflows("")
    branch: RefName | None = None
    force: bool = False
    dry_run: bool = False
    json: bool = False


def parser(
    kind: type[argparse.ArgumentParser], templates: Sequence[str]
) -> argparse.ArgumentParser:
    """The flags, as `--help` tells them."""
    made = kind(
        prog="release-actions init",
        usage="release-actions init [--flags]",
        description="Write the release workflow that fits this repository, and its config.",
        epilog="Nothing is overwritten without --force; nothing is asked of any server.\n"
        "exit codes: 0 ok, 1 could not tell, 2 usage, 10 refused, 11 something is not there",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = made.add_argument
    add("--template", help=f"Which template: {', '.join(templates)}. Default: what fits.")
    add("--owner", help="Whose release-actions is used. Default: that of the library's remote.")
    add("--pin", help="Commit of release-actions, 40 digits. Default: that of its checkout.")
    add("--repository", default=".", metavar="DIR", help="The repository's folder. Default: .")
    add("--ci", action="append", metavar="FILE", help="Workflow to require, such as ci.yml.")
    add("--branch", help="Branch that is released from. Default: the remote's default branch.")
    add("--force", action="store_true", help="Overwrite what is there, all or nothing.")
    add("--dry-run", action="store_true", help="Write nothing, and show the difference.")
    add("--json", action="store_true", help="Print one JSON document.")
    return made


def asked(given: argparse.Namespace, templates: Sequence[str]) -> Asked:
    """The flags as types; all that is wrong is told at once."""
    problems = Problems()
    if given.template and given.template not in templates:
        problems.add("flag `--template`", given.template, nearest(given.template, set(templates)))
    folder = Path(given.repository)
    if not folder.is_dir():
        problems.add("flag `--repository`", given.repository, "a folder")
    ci = "\n".join(name for each in given.ci or () for name in each.split(","))
    made = Asked(
        folder,
        given.template or "",
        _typed("--owner", Owner, given.owner, problems),
        _typed("--pin", Pin, given.pin, problems),
        _typed("--ci", Workflows, ci, problems) or Workflows(""),
        _typed("--branch", RefName, given.branch, problems),
        given.force,
        given.dry_run,
        given.json,
    )
    problems.end()
    return made


def _typed(flag: str, kind: Callable[[str], T], given: str | None, problems: Problems) -> T | None:
    if given is None:
        return None
    try:
        return kind(given)
    except ValueError as error:
        problems.add(f"flag `{flag}`", given, str(error))
        return None
