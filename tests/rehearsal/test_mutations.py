"""One counter over all services, and a machine that is gone right before or right after a call."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal import services
from rehearsal.faults import Side
from rehearsal.github import GitHub
from rehearsal.mutations import Death, Recorder, watched
from rehearsal.processes import end_carriers
from rehearsal.stories import World
from tests.hanging import HANG

#: Asks each address that it is told, in turn: METHOD ADDRESS BODY.
ASK = """
import os, sys, urllib.error, urllib.request
for asked in sys.argv[1:]:
    method, url, body = asked.split(" ", 2)
    head = {"Authorization": "Bearer " + os.environ["TOKEN"], "User-Agent": "cargo"}
    try:
        urllib.request.urlopen(urllib.request.Request(url, body.encode(), head, method=method))
    except urllib.error.HTTPError:
        pass
print("lived", flush=True)
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with (
        GitHub(tmp_path / "github") as github,
        services.opened(("crates", "sigstore"), tmp_path) as beside,
    ):
        made = World(github, tmp_path, tmp_path / "library", beside)
        made.consumer.write({"README.md": "# App\n"})
        made.commit("Begin")
        made.crates.add({"name": "acme", "vers": "1.0.0"}, b"one")
        made.bash_env.write_text("unset BASH_ENV\n")
        yield made


def _step(*asked: str) -> list[str]:
    """The command of a step that asks so."""
    return ["bash", "-c", f'{sys.executable} -c "$0" "$@"', ASK, *asked]


def _environment(
    world: World, token: str, job: str = "publish", place: str = "/a"
) -> dict[str, str]:
    told = {"GITHUB_RUN_ID": "7", "GITHUB_JOB": job, "GITHUB_WORKSPACE": place, "TOKEN": token}
    return {"PATH": os.environ["PATH"], "BASH_ENV": str(world.bash_env), **told}


def _release(world: World, tag: str, method: str = "POST") -> str:
    url = f"{world.github.api_url}/repos/acme/app/releases"
    return f'{method} {url} {{"tag_name": "{tag}"}}'


def _yank(world: World) -> str:
    return f"DELETE {world.crates.url}/api/v1/crates/acme/1.0.0/yank -"


def test_calls_of_all_services_are_counted_by_job_and_what_is_refused_is_told(
    world: World, tmp_path: Path
) -> None:
    """A read, a call of somebody else, and an entry of the log are none."""
    recorder = Recorder(world, 7, tmp_path / "moments")
    token = world.github.token()
    world.crates.tokens[token] = world.crates.tokens[world.crates.token()]
    log = f"POST {world.sigstore.url}/api/v1/log/entries {{}}"
    with watched(world, recorder):
        for job, asked in (
            ("publish", [_release(world, "v1"), log, _yank(world), _release(world, "v1")]),
            ("other", [f"GET {world.github.api_url}/repos/acme/app/releases -", _yank(world)]),
        ):
            environment = _environment(world, token, job)
            subprocess.run(_step(*asked), env=environment, check=True)
        assert not recorder.untold
        world.commit("A person's push is no call of the run")
    assert recorder.untold.startswith("whose call it is cannot be told: github POST /acme/app")
    found = [
        (one.job, one.place, one.service, one.route, one.carried_out) for one in recorder.mutations
    ]
    assert found == [
        ("publish", 1, "github", "create-release", True),
        ("publish", 2, "crates", "yank", True),
        ("publish", 3, "github", "create-release", False),
        ("other", 1, "crates", "yank", True),
    ]
    # Nobody looks any more, and the moment before the yank knows the release alone.
    assert world.github.faults.witness is None
    world.restore(recorder.mutations[1].moment)
    assert [release.tag for release in world.repository.releases] == ["v1"]
    assert not world.crates.find("acme", "1.0.0").yanked  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("side", "left"),
    [pytest.param("before", [], id="before"), pytest.param("after", ["v1"], id="after")],
)
def test_a_machine_that_is_gone_does_nothing_more(
    world: World, side: Side, left: list[str]
) -> None:
    """The step, what it left behind, the next step of the job; other jobs go on."""
    token = world.github.token()
    death = Death(world, 7, "publish", 1, side)
    environment = _environment(world, token)
    with watched(world, death):
        daemon = subprocess.Popen(["sleep", "1000"], env=environment, start_new_session=True)
        step = _step(_release(world, "v1"), _release(world, "v2"))
        done = subprocess.run(step, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (-signal.SIGKILL, "")
        assert daemon.wait(HANG) == -signal.SIGKILL
        assert death.came
        # A step of bash does not even begin; one of another shell does not get far.
        for later in (["bash", "-c", "echo lived"], [sys.executable, "-c", ASK, _yank(world)]):
            done = subprocess.run(
                later, env=environment, capture_output=True, text=True, check=False
            )
            assert (done.returncode, done.stdout) == (-signal.SIGKILL, "")
        other = _environment(world, token, "other", "/b")
        subprocess.run(_step(_release(world, "v3")), env=other, check=True)
    assert [release.tag for release in world.repository.releases] == [*left, "v3"]


def test_a_job_that_makes_fewer_calls_lives(world: World) -> None:
    death = Death(world, 7, "publish", 2, "before")
    environment = _environment(world, world.github.token())
    with watched(world, death):
        subprocess.run(_step(_release(world, "v1")), env=environment, check=True)
    assert not death.came


def test_what_carries_a_variable_ends_with_all_that_it_started(tmp_path: Path) -> None:
    mark = str(tmp_path)
    environment = {"PATH": os.environ["PATH"], "OURS": mark}
    parent = subprocess.Popen(
        ["bash", "-c", "env -i sleep 1000 & echo $!; wait"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    other = subprocess.Popen(["sleep", "1000"], env={**environment, "OURS": f"{mark}-not"})
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    try:
        end_carriers("OURS", mark)
        assert parent.wait(HANG) == -signal.SIGKILL
        assert not Path(f"/proc/{child}/exe").exists()
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()
