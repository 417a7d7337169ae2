"""The command line: an action by name, its flags made from action.yml."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, NoReturn, get_type_hints

import yaml

from release_actions import __version__, house
from release_actions.errors import Exit, UsageError
from release_actions.inputs import SECRETS, Given, is_list, kebab, nearest, secret
from release_actions.perform import Asked, load, perform
from release_actions.tell import Teller
from release_actions.values import Duration, Lines
from release_actions.world import World

COMMANDS = {
    "list": "the actions, a line each",
    "init": "the release workflow that fits a repository, written into it",
    "rehearse": "a release workflow with the real tools against a loopback world",
}


def actions() -> tuple[str, ...]:
    """Every action there is: a folder in actions/."""
    return tuple(sorted(path.parent.name for path in house.root().glob("actions/*/action.yml")))


def declared(name: str) -> dict[str, Any]:
    """What users see of an action: its action.yml."""
    text = (house.root() / "actions" / name / "action.yml").read_text(encoding="utf-8")
    document: dict[str, Any] = yaml.safe_load(text)
    return document


def run(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """`release-actions WORD …`: the exit code."""
    word = arguments[0] if arguments else "--help"
    if word in ("--help", "-h", "help"):
        print(_overview())
        return Exit.OK
    if word == "--version":
        print(f"release-actions {__version__}")
        return Exit.OK
    if word == "list":
        print(_list())
        return Exit.OK
    if word == "rehearse":
        return _rehearse(arguments[1:])
    if word == "init":
        from release_actions.init import command  # an action does not pay for it

        return command.run(arguments[1:], environ, Flags)
    return _act(word, arguments[1:], environ)


def _act(name: str, arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    if name not in actions():
        raise UsageError(f"`{name}` was given; allowed: {nearest(name, {*actions(), *COMMANDS})}")
    given = vars(flags(name).parse_args(arguments))
    as_json = bool(given.pop("json"))
    token = secret(environ.get("GH_TOKEN") or environ.get("GITHUB_TOKEN"))
    world = World(token, environ)
    raw = {key: Given(_text(value), "flag") for key, value in given.items() if value is not None}
    asked = Asked(name, _derived(name, raw, world), world, actions())
    teller = Teller(sys.stderr if as_json else sys.stdout, environ, world.hidden)
    return perform(asked, teller, out=sys.stdout if as_json else None)


def _text(value: str | list[str]) -> str:
    """A flag given several times is one value a line."""
    return value if isinstance(value, str) else "\n".join(e for each in value for e in Lines(each))


def _derived(name: str, given: dict[str, Given], world: World) -> dict[str, Given]:
    """On a laptop the repository is that of the git remote, and the commit is HEAD."""
    git = world.git()
    wanted = declared(name)["inputs"]
    server = re.escape(world.environ.get("GITHUB_SERVER_URL") or "https://github.com")
    host = server.partition("//")[2]
    site = server.replace("://", "://(?:[^@/]*@)?", 1)  # a user, or a token, before the host
    address = rf"(?:{site}/|git@{host}:|ssh://git@{host}(?::[0-9]+)?/)([^/]+/[^/]+?)(?:\.git)?/?"
    if "repository" not in given and (match := re.fullmatch(address, git.remote() or "")):
        given["repository"] = Given(match[1], "git remote")
    if "commit" in wanted and "commit" not in given and (head := git.head()):
        given["commit"] = Given(str(head), "git HEAD")
    return given


class Flags(argparse.ArgumentParser):
    """A parser whose errors are ours: one line, with the nearest name."""

    def error(self, message: str) -> NoReturn:
        if match := re.search(r"unrecognized arguments: (\S+)", message):
            name = match[1].partition("=")[0]
            known = {option for action in self._actions for option in action.option_strings}
            raise UsageError(f"flag `{name}` was given; allowed: {nearest(name, known)}")
        raise UsageError(f"{message}; see `{self.prog} --help`")


def flags(name: str) -> Flags:
    """The flags of an action: its inputs, without the secrets, which never stand in argv."""
    document = declared(name)
    parser = Flags(
        prog=f"release-actions {name}",
        usage=f"release-actions {name} [--flags]",
        description=document["description"],
        epilog=_epilog(document),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    defaults = laptop_defaults(name)
    for entry, about in document["inputs"].items():
        if entry in SECRETS:
            continue
        text = _one_line(about["description"])
        if default := defaults.get(entry):
            # `.` with a full stop behind it would be the folder above.
            text += f" Default: {default}" + ("" if default.endswith(".") else ".")
        boolean = defaults.get(entry) in ("true", "false")
        parser.add_argument(
            f"--{entry}",
            dest=entry,
            metavar="true|false" if boolean else entry.upper(),
            help=text.replace("%", "%%"),
            nargs="?" if boolean else None,
            const="true" if boolean else None,
            action="append" if _many(name, entry) else "store",
            type=str,
        )
    parser.add_argument("--json", action="store_true", help="Print the verdict's JSON record.")
    return parser


def _many(name: str, entry: str) -> bool:
    """Whether the flag may be given several times: a list, one value a line."""
    inputs = load(name, actions()).inputs
    return entry in {kebab(key) for key, hint in get_type_hints(inputs).items() if is_list(hint)}


def default_texts(name: str) -> dict[str, str]:
    """Each default as the docs print it: Python's where it stands there, else action.yml's."""
    action = load(name, actions())
    texts = {
        "config": ".github/release-actions.toml",
        "dry-run": "false",
        "wait": spell(action.wait),
    }
    for part in fields(action.inputs):
        value = part.default
        shown = "true" if value is True else "false" if value is False else _plain(value)
        texts[kebab(part.name)] = shown
    for entry, about in declared(name)["inputs"].items():
        if "default" in about:
            texts[entry] = str(about["default"])
    return texts


def laptop_defaults(name: str) -> dict[str, str]:
    """The same on a laptop, where no GitHub fills expressions in."""
    texts = default_texts(name) | {"repository": "that of the git remote"}
    if "commit" in texts:
        texts["commit"] = "HEAD"
    return texts


def spell(wait: Duration) -> str:
    """A duration as an input is written."""
    seconds = int(wait)
    return f"{seconds // 60}m" if seconds and seconds % 60 == 0 else f"{seconds}s"


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return str(value) if isinstance(value, (str, int)) else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _epilog(document: Mapping[str, Any]) -> str:
    outputs = "\n".join(
        f"  {name:<18} {_one_line(about['description'])}"
        for name, about in document["outputs"].items()
    )
    return (
        f"outputs (--json):\n{outputs}\n\n"
        "The token is taken from GH_TOKEN or GITHUB_TOKEN, the repository from the git remote,\n"
        "the commit from HEAD. Lists: one value a line, comma-separated, or the flag repeated.\n"
        "exit codes: 0 ok, 1 could not tell, 2 usage, 10 wrong, 11 not there (yet)"
    )


def _list() -> str:
    return "\n".join(f"{name:<28} {_one_line(declared(name)['description'])}" for name in actions())


def _overview() -> str:
    commands = "\n".join(f"  {name:<26} {about}" for name, about in COMMANDS.items())
    listed = "\n".join(f"  {line}" for line in _list().splitlines())
    return (
        "usage: release-actions NAME [--flags]    run one action; NAME --help tells its flags\n\n"
        f"actions:\n{listed}\n\ncommands:\n{commands}\n\n"
        "exit codes: 0 ok, 1 could not tell, 2 usage, 10 wrong, 11 not there (yet)"
    )


def _rehearse(arguments: Sequence[str]) -> int:
    """The rehearsal is a program of its own: this one starts it, and never imports it."""
    # -P: the caller's folder stays off its path; ours alone is named.
    environ = os.environ | {"PYTHONPATH": str(house.PACKAGE.parent)}
    command = [sys.executable, "-P", "-m", "rehearsal", *arguments]
    return subprocess.run(command, env=environ, check=False).returncode
