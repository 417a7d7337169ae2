"""The caller's `.github/release-actions.toml`, as it stands at the released commit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, NamedTuple

from release_actions.errors import UsageError
from release_actions.inputs import DEFAULT_CONFIG, Given, Problems, kebab, unknown_keys
from release_actions.values import Repository, Sha, fold
from release_actions.world import World

# A file in the repository must not choose who is asked (and given a token), what is released or
# what is expected.
NEVER = {"token", "repository", "commit", "config", "dry-run", "expected", "from", "registry-url"}


class ConfigFile(NamedTuple):
    """Where the file was read, and its bytes; None where there is no such file."""

    path: str
    where: str
    content: bytes | None


def read(path: str, repository: Repository, commit: Sha | None, world: World) -> ConfigFile:
    """The file at the released commit: from the clone if it has that commit, else by the API."""
    if fold(path) != path or path.startswith("/") or ".." in path.split("/"):
        raise UsageError(
            f"input `config`: `{fold(path, 80)}` was given; allowed: a path in the repository"
        )
    git = world.git()
    if commit is None:
        head, content = git.file_at_head(path)
        where = f"the clone at {head.short}" if head else "no commit to read it at"
        return _there(ConfigFile(path, where, content))
    known, content = git.file(commit, path)
    if known:
        return _there(ConfigFile(path, f"the clone at {commit.short}", content))
    return _there(
        ConfigFile(path, f"the API at {commit.short}", world.github.file(repository, path, commit))
    )


def _there(file: ConfigFile) -> ConfigFile:
    if file.content is None and file.path != DEFAULT_CONFIG:
        raise UsageError(
            f"input `config`: `{fold(file.path, 80)}` was given; allowed: a file that is in the"
            f" repository at the released commit (looked in {file.where})"
        )
    return file


def values(
    file: ConfigFile, name: str, inputs: type[Any], actions: Iterable[str], problems: Problems
) -> dict[str, Given]:
    """What the file says for one action: its own table, and the shared tables it declares."""
    tables = _parse(file)
    shared = {
        kebab(f.name) for f in fields(inputs) if "shared" in f.metadata and "own" not in f.metadata
    }
    what = f"config file {file.path}"
    unknown_keys(tables, {*actions, *SHARED}, what, problems)
    own = tables.get(name, {})
    if not isinstance(own, Mapping):
        problems.add(f"{what}, `{name}`", own, "a table of inputs")
        own = {}
    allowed = {kebab(f.name) for f in fields(inputs)} - shared | {"wait"}
    allowed = {key for key in allowed - NEVER if not key.startswith("expected-")}
    unknown_keys(own, allowed, f"{what}, [{name}]", problems)
    found = {key: value for key, value in own.items() if key in allowed}
    found |= {key: tables[key] for key in shared if key in tables}
    return {key: Given(value, "config") for key, value in found.items()}


SHARED = ("release-class", "release-family", "version-group")  # tables that several actions read


def _parse(file: ConfigFile) -> dict[str, Any]:
    if file.content is None:
        return {}
    import tomli  # a start without a config file does not pay for it

    try:
        return tomli.loads(file.content.decode("utf-8"))
    except UnicodeDecodeError as error:
        why = f"not UTF-8 at byte {error.start}"
    except (ValueError, RecursionError) as error:  # it may be nested, or a number long, without end
        why = f"not TOML: {fold(str(error), 120)}"
    raise UsageError(
        f"input `config`: `{file.path}` ({file.where}) was given; {why}; allowed: TOML in UTF-8"
    )
