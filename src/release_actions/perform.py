"""One action from raw values to its exit code: the wiring, and nothing else."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

from release_actions import config, report, runner
from release_actions.action import Action
from release_actions.errors import ReleaseError, UpstreamError, UsageError
from release_actions.formats.verdict_record import FOLDER
from release_actions.inputs import Common, Given, Problems, kebab, nearest, parse, unknown_keys
from release_actions.run import Effects, Ended, Loop
from release_actions.tell import Teller
from release_actions.values import Commitish, Sha, fold
from release_actions.verdict import Finding, Outcome
from release_actions.world import World


@dataclass(frozen=True)
class Asked:
    """An action by name, the raw values given for it, and where it runs."""

    name: str
    given: Mapping[str, Given]
    world: World
    actions: tuple[str, ...]
    by_name: bool = False  # through the root action.yml, which has one output for all
    again: Callable[[], None] | None = None  # begins once more where signatures can be verified


@dataclass(frozen=True)
class Ready:
    """What the values came to."""

    action: Action[Any, Any]
    inputs: Any
    common: Common
    given: Mapping[str, Given]
    config: str


def load(name: str, actions: tuple[str, ...]) -> Action[Any, Any]:
    """The folder `actions/require-ci-green` is the module `actions.require_ci_green`."""
    if name not in actions:
        raise UsageError(
            f"input `action`: `{fold(name, 60)}` was given; allowed: {nearest(name, set(actions))}"
        )
    module = import_module(f"release_actions.actions.{name.replace('-', '_')}")
    action: Action[Any, Any] = module.action
    return action


def prepare(asked: Asked) -> Ready:
    """Values from `with:` or flags, else the config file, else the defaults; all typed."""
    action = load(asked.name, asked.actions)
    problems = Problems()
    raw = dict(asked.given)
    known = {kebab(f.name) for f in fields(action.inputs) if "shared" not in f.metadata}
    known |= {kebab(f.name) for f in fields(Common)}
    if asked.by_name and "commit" not in known:
        raw.pop("commit", None)  # the root action.yml gives one to every action
    known |= {"token", *action.secrets}
    unknown_keys({k: v.value for k, v in raw.items()}, known, "input", problems)
    raw = {name: entry for name, entry in raw.items() if name not in action.secrets}
    common = parse(Common, raw, problems)
    given = raw
    commit = _commit(given, common, asked.world, problems)
    file = None
    if common is not None and (commit or "commit" not in known or not given.get("commit")):
        file, told = _from_file(asked, action, common, commit, problems)
        given = told | {name: entry for name, entry in given.items() if str(entry.value).strip()}
        common = parse(Common, given, problems)
    # Without the file nobody knows what is missing, only what is wrong.
    whole = file is not None or not problems.found
    inputs = parse(action.inputs, given, problems, whole=whole)
    problems.end()
    assert common is not None  # a problem would have been told
    where = f"{file.path}, {file.where}" if file and file.content is not None else ""
    return Ready(action, inputs, common, _all(action.inputs, inputs, given), where)


def _from_file(
    asked: Asked,
    action: Action[Any, Any],
    common: Common,
    commit: Sha | None,
    problems: Problems,
) -> tuple[config.ConfigFile | None, dict[str, Given]]:
    """The file and what it says for this action; None where it could not be read."""
    try:
        file = config.read(common.config, common.repository, commit, asked.world)
        return file, config.values(file, asked.name, action.inputs, asked.actions, problems)
    except UsageError as error:
        problems.found.extend(error.lines)
        return None, {}
    except UpstreamError:
        problems.end()  # what is wrong already is so whatever the file says
        raise


# Stands for a commit that was told to be wrong already, so that the rest is still read.
NO_COMMIT = "0" * 40


def _commit(
    given: dict[str, Given], common: Common | None, world: World, problems: Problems
) -> Sha | None:
    """The commit as a full id; a tag is peeled here, once, for every action."""
    entry = given.get("commit")
    if entry is None or not str(entry.value).strip():
        return None
    try:
        commitish = Commitish(str(entry.value).strip())
    except ValueError as error:
        problems.add("input `commit`", entry.value, str(error))
        given["commit"] = Given(NO_COMMIT, entry.source)
        return None
    name = commitish.tag
    if name is None:
        return Sha(commitish)
    if common is None:
        given["commit"] = Given(NO_COMMIT, entry.source)
        return None
    tag = world.github.tag(common.repository, name)
    if tag is None:
        raise UsageError(f"input `commit`: `{commitish}` was given; allowed: a tag that is there")
    given["commit"] = Given(str(tag.commit), f"{entry.source}, peeled from {commitish}")
    return tag.commit


def _all(into: type[Any], inputs: Any, given: Mapping[str, Given]) -> dict[str, Given]:
    """Every input with its value and where it came from, defaults too."""
    return {
        kebab(part.name): Given(
            value, given[kebab(part.name)].source if kebab(part.name) in given else "default"
        )
        for part in fields(into)
        if "shared" not in part.metadata
        and (value := getattr(inputs, part.name)) not in (None, (), "")
    }


def perform(asked: Asked, teller: Teller, *, out: TextIO | None = None) -> int:
    """Run it, tell it, and give the exit code. `out` gets the JSON record where one is wanted."""
    started = _now(asked.world)
    try:
        told = _run(asked, teller)
    finally:
        asked.world.close()
    told = _with_sarif(told, asked, teller)
    _tell(told, asked, teller, started, out)
    return int(told.ended.exit)


def refuse(asked: Asked, error: ReleaseError, teller: Teller) -> int:
    """Tell, as the end of a step, what kept it from its inputs."""
    ended = Ended(None, Effects(), error)
    _tell(report.Told(_name(asked), ended, {}, False), asked, teller, _now(asked.world), None)
    return int(ended.exit)


def _name(asked: Asked) -> str:
    """The action's name, which stands in headings and in a path: never one that is not ours."""
    return asked.name if asked.name in asked.actions else "release-actions"


def _now(world: World) -> str:
    return world.clock.utc().isoformat(timespec="seconds")


def _run(asked: Asked, teller: Teller) -> report.Told:
    ready: Ready | None = None
    effects = Effects()
    try:
        with teller.busy(asked.name):
            ready = prepare(asked)
            if asked.again and ready.action.verifies(ready.inputs):
                asked.again()
            loop = Loop(ready.action, ready.inputs, asked.world, teller.say)
            effects = loop.effects
            wait = ready.action.wait if ready.common.wait is None else ready.common.wait
            ended = loop.run(dry_run=ready.common.dry_run, wait=wait)
    except ReleaseError as error:
        ended = Ended(None, effects, error)
    except Exception as error:
        # A bug: told whole in the log, and as could-not-tell to the caller.
        teller.trace(error)
        ended = Ended(None, effects, ReleaseError(f"a bug in release-actions: {error!r}"))
    return report.Told(
        action=_name(asked),
        ended=ended,
        inputs=ready.given if ready else {},
        dry_run=ready.common.dry_run if ready else False,
        config=ready.config if ready else "",
        requests=asked.world.asked,
    )


def _tell(
    told: report.Told, asked: Asked, teller: Teller, started: str, out: TextIO | None
) -> None:
    world, environ = asked.world, asked.world.environ
    covered = _cover(world)
    teller.lines(report.log(told))
    if world.on_a_runner:
        teller.lines(report.notes(told))
    runner.append(environ.get("GITHUB_OUTPUT"), covered(report.assignments(told, asked.by_name)))
    runner.append(environ.get("GITHUB_STEP_SUMMARY"), covered(report.summary(told)))
    folder = environ.get("RUNNER_TEMP")
    if not folder and out is None:
        return  # nobody would read the record
    own = asdict(world.own_run) | {"job": environ.get("GITHUB_JOB")}
    times = (started, _now(world))
    record = covered(json.dumps(report.record(told, own, times), indent=2, ensure_ascii=False))
    if folder:
        _keep(Path(folder), told.action, record)
    if out is not None:
        print(record, file=out)


def _cover(world: World) -> Callable[[str], str]:
    """What covers every secret of this run, however it is spelt."""
    hide = [spelling for secret in world.hidden for spelling in report.spellings(secret)]

    def covered(text: str) -> str:
        for spelling in hide:
            text = text.replace(spelling, "***")
        return text

    return covered


def _with_sarif(told: report.Told, asked: Asked, teller: Teller) -> report.Told:
    """Write the SARIF file, where one is asked for; that it cannot be written is told as well."""
    given = told.inputs.get("sarif")
    if given is None:
        return told
    workspace = Path(asked.world.environ.get("GITHUB_WORKSPACE") or ".")
    try:
        _write(workspace, str(given.value), _cover(asked.world)(report.sarif(told)))
    except OSError as error:
        why = f"input `sarif`: the file cannot be written: {error.strerror or error}"
        verdict = told.ended.verdict
        if verdict is None or told.ended.error is not None:
            teller.lines([f"[ERROR] {fold(str(given.value), 200)}: {why}"])
            return told
        fix = "Name a file below the workspace that this job may write."
        lost = Finding("sarif-not-written", str(given.value), Outcome.UNKNOWN, why, fix)
        verdict = replace(verdict, findings=[*verdict.findings, lost])
        return replace(told, ended=replace(told.ended, verdict=verdict))
    return told


def _write(workspace: Path, name: str, text: str) -> None:
    """:raises OSError: also where a symlink leads out of the workspace."""
    place = workspace / name
    if not place.resolve().is_relative_to(workspace.resolve()):
        raise OSError("it leads out of the workspace")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8", errors="replace")


def _keep(folder: Path, name: str, record: str) -> None:
    """Each verdict as a file of its own, which a later step can collect."""
    records = folder / FOLDER
    records.mkdir(parents=True, exist_ok=True)
    number = len(list(records.iterdir())) + 1
    (records / f"{number:03}-{name}-{os.urandom(4).hex()}.json").write_text(
        record, encoding="utf-8", errors="replace"
    )
