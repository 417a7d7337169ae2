"""Looks: the workflows, what they call (actions, workflows, shell scripts), and the tree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from posixpath import join, normpath

from release_actions.actions.lint_release_workflow.asked import Inputs
from release_actions.actions.lint_release_workflow.surroundings import Surroundings, surroundings
from release_actions.clients import packaged
from release_actions.clients.packaged import Package
from release_actions.clients.present import Present, UnreadError
from release_actions.formats import release_workflow
from release_actions.formats.marked_yaml import NotYamlError
from release_actions.formats.release_workflow import Composite, Job, Step, Workflow
from release_actions.formats.shell_commands import OPEN, Command, commands
from release_actions.formats.shell_words import ShellError
from release_actions.formats.step_kinds import LAUNCHED, Done, last
from release_actions.world import World

CHANGELOG = "cliff.toml"
SHELLS = frozenset({"bash", "sh", "zsh", "dash", "source", "."})
COMMANDS = frozenset({"command", "commands", "cmd", "run", "script"})  # inputs that are scripts
ARGUMENTS = frozenset({"command", "args", "arguments"})
DEEPEST = 5  # scripts that call scripts
MOST = 2_000  # files that are followed; more is a tree that calls itself by ever new names


@dataclass(frozen=True)
class Trouble:
    """A file that is not there or cannot be read, and where it is called."""

    rule: str
    file: str
    line: int
    why: str


@dataclass(frozen=True)
class Facts:
    """What was read. `called` are workflows that another one calls; keys are paths."""

    asked: tuple[str, ...]
    workflows: Mapping[str, Workflow]
    composites: Mapping[str, Composite]
    done: Mapping[tuple[str, int], Done]  # each step by its file and line
    troubles: tuple[Trouble, ...]
    changelog: bytes | None
    packages: tuple[Package, ...]
    ignored: Mapping[str, bool | None]  # generated paths; None where there is no clone
    surroundings: Mapping[str, Surroundings] = field(default_factory=dict)  # where several release


def gather(inputs: Inputs, world: World) -> Facts:
    git = world.git(inputs.path)
    follower = _Follower(Present(git.folder), several=len(inputs.workflows) > 1)
    for path in inputs.workflows:
        follower.workflow(path, path, 0)
    changelog = follower.bytes_of(inputs.changelog or CHANGELOG)
    return Facts(
        tuple(inputs.workflows),
        follower.workflows,
        follower.composites,
        follower.done,
        tuple(follower.troubles),
        changelog,
        tuple(packaged.package(git, folder) for folder in inputs.packages),
        {path: packaged.ignored(git, path) for path in inputs.generated},
        follower.surroundings,
    )


@dataclass
class _Follower:
    present: Present
    several: bool  # one alone shares nothing with another, and is not looked at twice
    workflows: dict[str, Workflow] = field(default_factory=dict)
    composites: dict[str, Composite] = field(default_factory=dict)
    done: dict[tuple[str, int], Done] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    surroundings: dict[str, Surroundings] = field(default_factory=dict)
    tried: set[str] = field(default_factory=set)

    def bytes_of(self, path: str) -> bytes | None:
        try:
            return self.present.read(path)
        except UnreadError as error:
            self.troubles.append(Trouble("unreadable", path, 0, str(error)))
            return None

    def text(self, path: str, caller: str, line: int) -> str | None:
        """A file's text; what keeps it from being read is a trouble."""
        data = self.bytes_of(path)
        if data is None:
            if not any(trouble.file == path for trouble in self.troubles):
                why = f"there is no file {path}"
                self.troubles.append(Trouble("no-such-file", caller, line, why))
            return None
        try:
            return data.decode("utf-8").removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            row = data.count(b"\n", 0, error.start) + 1
            self.troubles.append(Trouble("unreadable", path, row, "it is not UTF-8"))
            return None

    def workflow(self, path: str, caller: str, line: int) -> None:
        if path in self.tried or len(self.tried) > MOST:
            return
        self.tried.add(path)
        text = self.text(path, caller, line)
        if text is None:
            return
        try:
            found = self.workflows[path] = release_workflow.workflow(path, text)
        except NotYamlError as error:
            self.troubles.append(Trouble("not-a-workflow", path, error.line, str(error)))
            return
        if self.several:
            self.surroundings[path] = surroundings(text)
        for job in found.jobs.values():
            self.job(job)

    def job(self, job: Job) -> None:
        if job.uses is not None and job.uses.value.startswith("./"):
            self.workflow(normpath(job.uses.value.split("@")[0]), job.file, job.uses.line)
        for step in job.steps:
            self.step(step)

    def step(self, step: Step) -> None:
        launched = ""
        if step.uses is not None and step.uses.value.startswith("./"):
            folder = normpath(step.uses.value)
            self.composite(folder, step.file, step.uses.line)
            launched = _launched(self.composites.get(folder))
        self.done[step.file, step.line] = replace(self.read(step), launched=launched)

    def composite(self, folder: str, caller: str, line: int) -> None:
        if folder in self.tried or len(self.tried) > MOST:
            return
        self.tried.add(folder)
        names = ("action.yml", "action.yaml")
        path = next((f"{folder}/{n}" for n in names if self.present.has(f"{folder}/{n}")), "")
        text = self.text(path or f"{folder}/action.yml", caller, line)
        if text is None:
            return
        try:
            found = self.composites[folder] = release_workflow.composite(path, text)
        except NotYamlError as error:
            self.troubles.append(Trouble("not-a-workflow", path, error.line, str(error)))
            return
        for step in found.steps:
            self.step(step)

    def read(self, step: Step) -> Done:
        if step.run is None:
            return Done(step, tuple(_given(step)))
        if not step.shell.startswith(("bash", "sh", "zsh", "dash")) and step.shell:
            return Done(step, foreign=True)
        try:
            return Done(step, tuple(self.scripted(step.run.value, step.folder, 0)))
        except ShellError as error:
            return Done(step, unread=str(error))

    def scripted(self, script: str, folder: str, depth: int) -> Iterator[Command]:
        """The commands of a script, and of the shell scripts of this tree that it calls."""
        for command in commands(script):
            yield command
            path = _called(command)
            for place in dict.fromkeys((path, normpath(join(folder, path)))) if path else ():
                if depth < DEEPEST and (text := self.shell_script(place)):
                    yield from self.scripted(text, folder, depth + 1)

    def shell_script(self, path: str) -> str:
        try:
            data = self.present.read(path) or b""
        except UnreadError:
            return ""
        begin = data.split(b"\n")[0]
        shell = path.endswith((".sh", ".bash")) or (begin.startswith(b"#!") and b"sh" in begin)
        return data.decode("utf-8", "replace") if shell else ""


def _launched(action: Composite | None) -> str:
    """The action of this library that a local one is, by its one step: as we release ourselves."""
    runs = [str(step.run) for step in action.steps] if action else []
    match = LAUNCHED.fullmatch(runs[0]) if len(runs) == 1 else None
    return match[1] if match else ""


def _given(step: Step) -> Iterator[Command]:
    """Commands that an action is given to run; `command: publish` for maturin-action is one too."""
    program = re.sub(r"-action$|^action-|^setup-", "", last(str(step.uses)))
    texts = [value.value for key, value in step.with_.items() if key in COMMANDS]
    arguments = " ".join(value.value for key, value in step.with_.items() if key in ARGUMENTS)
    for script in (*texts, f"{program} {arguments}" if arguments else ""):
        try:
            yield from commands(script) if program != "github-script" else ()
        except ShellError:
            continue  # no script, then


def _called(command: Command) -> str:
    """The path of the script that a command is, or is given to."""
    words = command.words
    if words and command.name in SHELLS:
        words = tuple(word for word in words[1:] if not word.startswith("-"))[:1]
    elif not words or "/" not in words[0]:
        return ""
    # What a variable begins with is the workspace, in nearly every workflow there is.
    path = re.sub(rf"^{OPEN}/", "", words[0]) if words else ""
    return normpath(path) if path and not path.startswith("/") else ""
