"""What the caller gave, to a typed, frozen Inputs: field `tag_prefix` is input `tag-prefix`.

A value may come from `with:` or a flag, else from the config file, else from the field's
default. All that is wrong is told at once.
"""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from release_actions.errors import UsageError
from release_actions.values import Duration, RefName, Repository, flag, fold

I = TypeVar("I")

DEFAULT_CONFIG = ".github/release-actions.toml"


@dataclass(frozen=True)
class Common:
    """The inputs of every action that the engine itself reads."""

    repository: Repository
    config: str = DEFAULT_CONFIG
    dry_run: bool = False
    wait: Duration | None = None


@dataclass(frozen=True)
class Given:
    """A value as it was given, and by whom: `with`, a flag, git, or the config file."""

    value: Any
    source: str


@dataclass
class Problems:
    """What is wrong with the inputs, collected so that one run tells it all."""

    found: list[str] = field(default_factory=list)

    def add(self, what: str, given: object, allowed: str) -> None:
        shown = f"`{fold(str(given), 80)}` was given" if given != "" else "nothing was given"
        self.found.append(f"{what}: {shown}; allowed: {allowed}")

    def end(self) -> None:
        if self.found:  # an input that the engine and the action read is told once
            raise UsageError(list(dict.fromkeys(self.found)))


#: The inputs that no Inputs holds: the door gives them to the World.
SECRETS = ("token", "registry-token")


def secret(raw: object, name: str = "token") -> str:
    """A token; one that no header may hold would be told, spelt otherwise, in an error."""
    token = str(raw or "").strip()
    if not re.fullmatch("[!-~]*", token):
        raise UsageError(
            f"input `{name}`: no token was given; allowed: one without spaces or lines"
        )
    return token


def kebab(name: str) -> str:
    return (
        name.replace("_", "-").removesuffix("-") if name.endswith("_") else name.replace("_", "-")
    )


def parse(
    into: type[I], given: Mapping[str, Given], problems: Problems, at: str = "", whole: bool = True
) -> I | None:
    """The typed inputs, or None where a problem was found. An empty input is an absent one.

    Where not the whole is given, since the config file could not be read, nothing is missed.
    """
    hints = get_type_hints(into)
    values: dict[str, Any] = {}
    before = len(problems.found)
    for part in fields(into):  # type: ignore[arg-type]  # a dataclass type is all that comes here
        name = kebab(part.name)
        entry = given.get(name)
        if entry is not None and not _absent(entry.value):
            what = _what(name, entry.source, at)
            values[part.name] = _convert(hints[part.name], entry, what, problems)
        elif _required(part) and whole:
            problems.add(f"input `{at}{name}`", "", f"{describe(hints[part.name])}; it is required")
    if len(problems.found) > before or not whole:
        return None
    try:
        return into(**values)
    except UsageError as error:  # two inputs that do not go together
        problems.found.extend(error.lines)
        return None


def _absent(value: object) -> bool:
    return isinstance(value, str) and not value.strip()


def _required(part: Field[Any]) -> bool:
    return part.default is MISSING and part.default_factory is MISSING


def _what(name: str, source: str, at: str) -> str:
    return f"input `{at}{name}`" if source != "config" else f"config file, `{at}{name}`"


def _convert(hint: Any, entry: Given, what: str, problems: Problems) -> Any:
    kind = _kind(hint)
    value = entry.value
    if get_origin(kind) is Mapping or get_origin(kind) is dict:
        return _tables(get_args(kind)[1], value, what, problems)
    if is_dataclass(kind) and isinstance(kind, type):
        return _table(kind, value, what, problems)
    try:
        return _scalar(kind, _joined(kind, value) if isinstance(value, list) else value)
    except ValueError as error:
        problems.add(what, entry.value, str(error))
        return None


def _joined(kind: Any, values: list[Any]) -> str:
    """A TOML list as an input has it: one value a line."""
    if not is_list(kind) or not all(isinstance(v, str) and "\n" not in v for v in values):
        raise ValueError(f"no such list; {describe(kind)}")
    return "".join(f"{value}\n" for value in values)


def is_list(hint: Any) -> bool:
    """Whether an input holds several values, one a line."""
    kind = _kind(hint)
    return isinstance(kind, type) and issubclass(kind, tuple)


def _kind(hint: Any) -> Any:
    """`Sha | None` is read as a Sha."""
    if get_origin(hint) in (Union, types.UnionType):
        return next(arg for arg in get_args(hint) if arg is not type(None))
    return hint


def _scalar(kind: Any, value: Any) -> Any:
    if get_origin(kind) is Literal:
        if isinstance(value, str) and value.strip() in get_args(kind):
            return value.strip()
        raise ValueError(describe(kind))
    if kind is bool:
        return value if isinstance(value, bool) else flag(str(value).strip())
    if kind is int:
        if isinstance(value, bool) or not re.fullmatch("[0-9]{1,18}", str(value).strip()):
            raise ValueError(describe(kind))
        return int(value)
    if not isinstance(value, str):
        raise ValueError(f"a text; {describe(kind)}")
    return kind(value if is_list(kind) else value.strip())


def _tables(kind: Any, value: Any, what: str, problems: Problems) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        problems.add(what, value, "tables, each with a name")
        return {}
    return {
        name: _table(kind, table, f"{what.rstrip('`')}.{name}`", problems)
        for name, table in value.items()
    }


def _table(kind: type[Any], value: Any, what: str, problems: Problems) -> Any:
    if not isinstance(value, dict):
        problems.add(what, value, "a table")
        return None
    unknown_keys(value, {kebab(part.name) for part in fields(kind)}, what, problems)
    at = what.split("`")[1] + "."
    return parse(kind, {k: Given(v, "config") for k, v in value.items()}, problems, at)


def unknown_keys(given: Mapping[str, Any], known: set[str], what: str, problems: Problems) -> None:
    """A key that is no input is an error: a misspelt one would silently weaken a gate."""
    for name in given:
        if name not in known:
            # Its value is not told: it may be a token whose name was misspelt.
            allowed = nearest(name, known)
            problems.found.append(f"{what}: `{fold(name, 60)}` was given; allowed: {allowed}")


def nearest(name: str, known: set[str]) -> str:
    """`did you mean …`, or what there is."""
    import difflib  # 4 ms that only a misspelt name needs

    close = difflib.get_close_matches(name, known, 1, 0.6)
    return f"no such name; did you mean `{close[0]}`?" if close else ", ".join(sorted(known))


def describe(hint: Any) -> str:
    """What a type allows, in words, by its own error message."""
    kind = _kind(hint)
    if get_origin(kind) is Literal:
        return " or ".join(f"`{choice}`" for choice in get_args(kind))
    if kind is bool:
        return "true or false"
    if kind is int:
        return "a whole number"
    if kind in (str, RefName) or get_origin(kind) is not None or is_dataclass(kind):
        return "a text" if kind is str else "a name" if kind is RefName else "a table"
    try:
        kind("\x00")
    except ValueError as error:
        return str(error)
    return "one value a line"
