"""What the command line asks for: the flags of a rehearsal, checked before anything starts."""

from __future__ import annotations

import argparse
import os
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rehearsal.journeys import JOURNEYS

_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")
_SHORTEST = 6
_NAME = re.compile(r"[A-Za-z_]\w*")
_PART = re.compile(r"([1-9]\d*)/([1-9]\d*)")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One command line, its values read; secrets are in it, so it is never printed."""

    stories: tuple[str, ...] = ()
    workflow: Path | None = None
    template: str = ""
    repository: Path | None = None
    tag: str = ""
    event: str = ""
    players: Mapping[str, Path] = field(default_factory=dict)
    as_linux: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    variables: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 3600.0
    faults: tuple[str, ...] = ()
    stop_at: int | None = None
    stop_everywhere: bool = False
    part: tuple[int, int] = (1, 1)
    report: Path | None = None
    json: bool = False
    keep: Path | None = None


def read(arguments: Sequence[str] | None = None) -> Asked:
    """The command line, read; one that makes no sense ends the program with 2, and says why."""
    parser = _parser()
    told = parser.parse_args(arguments)
    try:
        asked = Asked(
            stories=tuple(told.story),
            workflow=told.workflow,
            template=told.template,
            repository=told.repository,
            tag=told.tag,
            event=told.event,
            players=dict(_player(text) for text in told.player),
            as_linux=tuple(told.as_linux),
            without=tuple(told.without),
            secrets=dict(_secret(name) for name in told.secret),
            variables=dict(_pair("--variable", text) for text in told.variable),
            inputs=dict(_pair("--input", text) for text in told.input),
            timeout=60.0 * told.minutes,
            faults=tuple(told.fault),
            stop_at=told.stop_at,
            stop_everywhere=told.stop_everywhere,
            part=_part(told.part),
            report=told.report,
            json=told.json,
            keep=told.keep,
        )
        _agree(asked, {name for name, value in vars(told).items() if value})
        _known(asked.stories)
    except ValueError as error:
        parser.error(str(error))
    return asked


def _known(stories: Sequence[str]) -> None:
    known = [journey.name for journey in JOURNEYS]
    unknown = [f"`{name}`" for name in stories if name not in known]
    if unknown:
        raise ValueError(f"there is no story {', '.join(unknown)}. Known: {', '.join(known)}.")


_SAID = ("secret", "variable", "input")
#: What is said of the caller's own workflow, and of nothing else.
_OWN = ("repository", "tag", "event", "player", "as_linux", "without", *_SAID)


def _agree(asked: Asked, given: set[str]) -> None:
    """Flags that stand together for no reason; what they do not say must not be guessed."""
    chosen = [
        flag
        for flag, value in {
            "--workflow": asked.workflow,
            "--template": asked.template,
            "STORY": asked.stories,
        }.items()
        if value
    ]
    if len(chosen) > 1:
        raise ValueError(f"{' and '.join(chosen)} exclude each other: name one thing to play.")
    if not asked.workflow and not (asked.template and asked.repository):
        # A template alone is played in a sample of ours, which has all that it needs.
        cure = "give --repository DIR, too" if asked.template else "name it by --workflow FILE"
        for name in _OWN:
            if name in given and not (name == "repository" and asked.template):
                flag = name.replace("_", "-")
                raise ValueError(f"--{flag} is said of a workflow of your own: {cure}.")
    if asked.stop_at is not None and asked.stop_everywhere:
        raise ValueError("--stop-at and --stop-everywhere exclude each other.")
    if asked.part != (1, 1) and not (asked.stop_everywhere or asked.faults):
        raise ValueError("--part is said of --stop-everywhere or --fault.")
    if asked.faults and (asked.workflow or asked.template or asked.stories):
        raise ValueError("--fault plays systems of its own: name no workflow, template or story.")
    if asked.faults and (asked.stop_at is not None or asked.stop_everywhere):
        raise ValueError("--fault and a stop exclude each other: rehearse one after the other.")


def _player(text: str) -> tuple[str, Path]:
    repository, _, folder = text.partition("=")
    if not _REPOSITORY.fullmatch(repository) or not folder:
        raise ValueError(f"--player {text!r}: expected OWNER/NAME=FOLDER.")
    if not Path(folder).is_dir():
        raise ValueError(f"--player {text!r}: there is no folder {folder}.")
    return repository, Path(folder).resolve()


def _secret(name: str) -> tuple[str, str]:
    """A secret by the name of a variable: its value never stands on a command line.

    The loopback world admits whatever it is: where no variable has one, we make it up.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"--secret takes the NAME of an environment variable, and never a value:"
            f" {name.partition('=')[0]!r} is none."
        )
    value = os.environ.get(name) or f"rehearsed-{secrets.token_hex(12)}"
    if len(value) < _SHORTEST:
        # Every log would be full of asterisks: a secret is hidden wherever it stands.
        raise ValueError(f"--secret {name}: its value is shorter than {_SHORTEST} characters.")
    return name, value


def _pair(flag: str, text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise ValueError(f"{flag} {text!r}: expected NAME=VALUE.")
    return name, value


def _part(text: str) -> tuple[int, int]:
    found = _PART.fullmatch(text)
    if not found or int(found[1]) > int(found[2]):
        raise ValueError(f"--part {text!r}: expected I/N, as 3/10: the third of ten parts.")
    return int(found[1]), int(found[2])


def _positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above 0")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="release-actions rehearse",
        usage="%(prog)s [STORY … | --workflow FILE | --template NAME] [options]",
        description="Rehearse a release on this machine, before any tag is out.",
        epilog="Exit codes: 0 all ended as it must (your workflow: released), 1 it did not,"
        " 2 the command line makes no sense or the workflow cannot be played here.",
    )
    _what(parser)
    _own(parser)
    _unkind(parser)
    _told(parser)
    return parser


def _what(parser: argparse.ArgumentParser) -> None:
    names = ", ".join(journey.name for journey in JOURNEYS)
    parser.add_argument(
        "story", nargs="*", metavar="STORY", help=f"which to play: {names} (default: all)"
    )
    group = parser.add_argument_group("what is played, instead of a story")
    add = group.add_argument
    add("--workflow", type=Path, metavar="FILE", help="your own release workflow, unmodified")
    add("--template", default="", metavar="NAME", help="a template of this library")
    add("--repository", type=Path, metavar="DIR", help="the clone it is released from")


def _own(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("for your own workflow")
    add = group.add_argument
    add("--tag", default="", metavar="TAG", help="the tag to push (default: of the tree's version)")
    add(
        "--event",
        default="",
        choices=("push", "workflow_dispatch", "release", "schedule"),
        help="what starts it (default: the first of these that it starts on)",
    )
    add(
        "--player",
        action="append",
        default=[],
        metavar="OWNER/NAME=FOLDER",
        help="a folder that plays an action which has no stand-in",
    )
    add(
        "--as-linux",
        action="append",
        default=[],
        metavar="LABEL",
        help="a runner label whose jobs may as well run here",
    )
    add(
        "--without",
        action="append",
        default=[],
        metavar="JOB",
        help="a job to leave out, since it cannot be played here",
    )
    add(
        "--secret",
        action="append",
        default=[],
        metavar="NAME",
        help="a secret: the value of the environment variable of this name, else one made up;"
        " the loopback world admits any",
    )
    add("--variable", action="append", default=[], metavar="NAME=VALUE", help="a `vars.NAME`")
    add("--input", action="append", default=[], metavar="NAME=VALUE", help="an `inputs.NAME`")
    add("--minutes", type=_positive, default=60, help="end a run that lasts longer (default: 60)")


def _unkind(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("an unkind world")
    add = group.add_argument
    add(
        "--fault",
        action="append",
        default=[],
        metavar="NAME",
        help="play a fault of docs/recovery.md (all: every one)",
    )
    add("--stop-at", type=_positive, metavar="N", help="kill it at its Nth mutating call")
    add("--stop-everywhere", action="store_true", help="at each of them, one after the other")
    add("--part", default="1/1", metavar="I/N", help="of all stops or faults play part I of N")


def _told(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what is told")
    add = group.add_argument
    add("--report", type=Path, metavar="FILE", help="write it all as one HTML page")
    add("--json", action="store_true", help="print one JSON document at the end")
    add("--keep", type=Path, metavar="DIR", help="copy the repositories and all that act was told")
