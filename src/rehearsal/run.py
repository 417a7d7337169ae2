"""One run that the loopback GitHub started, played by act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rehearsal import library
from rehearsal.act import Event, Stage, cast_of, play
from rehearsal.casting import Cast
from rehearsal.consumer import clone
from rehearsal.github import Run
from rehearsal.github.pushing import NONE
from rehearsal.identities import identity_of
from rehearsal.played import Played
from rehearsal.scratch import Scratch
from rehearsal.stories import World
from rehearsal.transcript import Told
from rehearsal.workflow import read_workflow


@dataclass(frozen=True)
class Setup:
    """What all stories share: the library as a runner has it, and its environment."""

    scratch: Scratch
    library: Path
    tool_cache: Path


def play_run(
    run: Run,
    world: World,
    setup: Setup,
    watch: Callable[[Told], None] = lambda told: None,
    derive: Callable[[Path], None] = lambda workflow: None,
) -> Played:
    """The run that GitHub started, played by act with the token that GitHub would give it.

    `derive` may change the workflow file first: to play only a part of it.
    """
    world.github.tells_callers = True
    stage, event = _stage(run, world, setup), _event(run, world)
    workflow = stage.checkout / run.path
    derive(workflow)
    cast = cast_of(workflow, event, stage)
    for part in cast.parts:
        if part.permissions is not None and not part.job.uses:
            world.github.jobs.declare(job=part.job.id, permissions=part.permissions, run_id=run.id)
    if sigstore := world.services.sigstore:
        name = read_workflow(workflow).name
        who = identity_of(workflow, name, event, stage, cast, world.repository)
        stage = replace(stage, environment={**stage.environment, **sigstore.begin(who)})
    told = {"BASH_ENV": str(_kept_from(cast, world.bash_env))}
    stage = replace(stage, environment={**stage.environment, **told})
    return play(workflow, event, stage, watch)


def _stage(run: Run, world: World, setup: Setup) -> Stage:
    """Where it is played, and by whom."""
    return Stage(
        scratch=setup.scratch,
        folder=world.folder,
        checkout=clone(
            world.repository.path, run.commit, world.folder / f"clone-{run.id}-{run.attempt}"
        ),
        repository=world.name,
        api_url=world.github.api_url,
        server_url=world.github.server_url,
        api_socket=world.github.socket_path,
        players={f"*/{library.NAME.partition('/')[2]}": setup.library, **world.players},
        secrets=world.secrets,
        variables=world.variables,
        inputs=run.inputs,
        environment={
            "REHEARSAL_APP": world.app_key,
            **world.services.environment(),
            **world.environment,
        },
        tool_cache=setup.tool_cache,
        as_linux=world.as_linux,
        without=world.without,
        timeout=world.timeout,
    )


def _event(run: Run, world: World) -> Event:
    """What it started on."""
    return Event(
        name=run.event,
        ref=run.ref,
        commit=run.commit,
        payload=_payload(run, world),
        run_id=run.id,
        run_attempt=run.attempt,
    )


def _kept_from(cast: Cast, file: Path) -> Path:
    """What each step's bash reads first: a job without `id-token: write` has no issuer to ask.

    Act has one environment for all jobs, and a runner has one for each.
    """
    may = [p.job.id for p in cast.parts if (p.permissions or {}).get("id-token") == "write"]
    file.write_text(
        "unset BASH_ENV\n"
        f'case " {" ".join(may)} " in *" $GITHUB_JOB "*) ;;\n'
        "*) unset ACTIONS_ID_TOKEN_REQUEST_TOKEN ACTIONS_ID_TOKEN_REQUEST_URL ;; esac\n"
    )
    return file


def _payload(run: Run, world: World) -> dict[str, Any]:
    owner, _, name = world.name.partition("/")
    repository = {
        "name": name,
        "full_name": world.name,
        "owner": {"login": owner, "name": owner},
        "default_branch": world.repository.default_branch,
        "private": False,
        "fork": False,
    }
    both = {"repository": repository, "sender": {"login": "octocat"}}
    told: dict[str, Any] = {"ref": run.ref}
    match run.event:
        case "schedule":
            told = {"schedule": run.schedule}
        case "release":
            told = {"action": "published", "release": _release(run, world)}
        case "workflow_dispatch":
            told |= {"inputs": run.inputs, "workflow": run.path}
        case "push":
            new = run.before == NONE
            told |= {"before": run.before, "after": run.commit, "created": new}
            told |= {"deleted": False, "forced": False, "pusher": {"name": "octocat"}}
    return told | both


def _release(run: Run, world: World) -> dict[str, Any]:
    """What the event says of the release that started this run."""
    tag = run.ref.removeprefix("refs/tags/")
    return next(
        {
            "id": release.id,
            "tag_name": release.tag,
            "target_commitish": release.target,
            "name": release.name,
            "body": release.body,
            "draft": release.draft,
            "prerelease": release.prerelease,
            "upload_url": f"{world.github.api_url}/repos/{world.name}/releases/{release.id}"
            "/assets{?name,label}",
            "html_url": f"https://github.com/{world.name}/releases/tag/{release.tag}",
            "assets": [],
        }
        for release in world.repository.releases
        if release.tag == tag
    )
