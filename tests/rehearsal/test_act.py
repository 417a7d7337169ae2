"""Act plays a workflow as it stands, tells all that happened, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from rehearsal import act
from rehearsal.errors import RehearsalError, UnplayableError
from rehearsal.scratch import Scratch
from rehearsal.transcript import Told
from tests.hanging import HANG
from tests.rehearsal.small_world import SmallWorld

LIBRARY = "acme-org/release-actions/actions/hello@" + "0123456789" * 4


@pytest.fixture
def world() -> Iterator[SmallWorld]:
    with Scratch() as scratch:
        yield SmallWorld.make(scratch)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library with one action of two steps, which declares one output and writes two."""
    folder = tmp_path / "library" / "actions" / "hello"
    folder.mkdir(parents=True)
    (folder / "action.yml").write_text(
        dedent("""\
        name: Hello
        description: Say hello.
        inputs: { who: { default: you } }
        outputs: { outcome: { value: "${{ steps.greet.outputs.outcome }}" } }
        runs:
          using: composite
          steps:
            - shell: bash
              run: echo first >> "$GITHUB_STEP_SUMMARY"
            - id: greet
              shell: bash
              env: { WHO: "${{ inputs.who }}" }
              run: |
                echo "hello $WHO"
                echo "outcome=ok" >> "$GITHUB_OUTPUT"
                echo "undeclared=1" >> "$GITHUB_OUTPUT"
                echo second >> "$GITHUB_STEP_SUMMARY"
                echo "::error title=no%3Astrangers,file=a.py::bad%25 thing"
                test "$WHO" != stranger
        """)
    )
    return tmp_path / "library"


def test_steps_tell_outcome_conclusion_outputs_summary_and_annotations(
    world: SmallWorld, library: Path
) -> None:
    played = world.play(
        f"""
        on: push
        jobs:
          greet:
            runs-on: ubuntu-latest
            outputs: {{ told: "<${{{{ steps.hello.outputs.outcome }}}}>" }}
            steps:
              - id: hello
                uses: {LIBRARY}
              - id: stranger
                continue-on-error: true
                uses: {LIBRARY}
                with: {{ who: stranger }}
              - if: failure()
                run: echo never
        """,
        players={"acme-org/release-actions": library},
    )
    job = played.job("greet")
    hello, stranger, never = job.steps

    assert (hello.outcome, hello.conclusion) == ("success", "success")
    assert (stranger.outcome, stranger.conclusion) == ("failure", "success")
    assert (hello.exit_code, stranger.exit_code) == (0, 1)
    assert never.outcome == "skipped"
    assert hello.outputs == {"outcome": "ok"}
    assert job.outputs == {"told": "<ok>"}
    assert hello.summary == "first\nsecond\n"
    assert "hello you" in hello.lines
    (remark,) = hello.annotations
    assert (remark.level, remark.title, remark.message) == ("error", "no:strangers", "bad% thing")
    assert played.ok


def test_every_job_is_played_skipped_for_a_reason_or_told_to_be_unseen(world: SmallWorld) -> None:
    played = world.play(
        """
        name: Release
        on: push
        jobs:
          fails: { runs-on: ubuntu-latest, steps: [run: exit 3] }
          waits: { needs: fails, runs-on: ubuntu-latest, steps: [run: echo no] }
          never: { if: false, runs-on: ubuntu-latest, steps: [run: echo no] }
          always: { if: always(), needs: fails, runs-on: ubuntu-latest, steps: [run: echo yes] }
          called: { uses: ./.github/workflows/called.yml }
          legs:
            strategy: { matrix: { leg: [1, 2] } }
            runs-on: ubuntu-latest
            steps: [run: "echo ${{ matrix.leg }}"]
        """,
        {
            ".github/workflows/called.yml": """
            on: workflow_call
            jobs:
              fails: { runs-on: ubuntu-22.04, steps: [run: echo fine] }
            """
        },
    )

    assert {(job.id, job.conclusion) for job in played.jobs} == {
        ("fails", "failure"),
        ("waits", "skipped"),
        ("never", "skipped"),
        ("always", "success"),
        ("called/fails", "success"),
        ("legs", "success"),
    }
    assert [job.matrix for job in played.jobs if job.id == "legs"] == [{"leg": 1}, {"leg": 2}]
    assert (played.unseen, played.exit_code, played.ok) == ((), 1, False)


def test_called_jobs_are_told_apart_by_their_callers(world: SmallWorld) -> None:
    called = "jobs: { same: { runs-on: ubuntu-latest, steps: [run: echo called] } }"
    played = world.play(
        """
        on: push
        jobs:
          same: { runs-on: ubuntu-latest, steps: [run: echo top] }
          one: { name: The first, uses: ./.github/workflows/called.yml }
          legs:
            strategy: { matrix: { leg: [1, 2] } }
            uses: ./.github/workflows/called.yml
          never: { if: false, uses: ./.github/workflows/called.yml }
        """,
        {".github/workflows/called.yml": f"on: workflow_call\n{called}"},
    )

    ids = sorted(job.id for job in played.jobs)
    assert ids == ["legs/same", "legs/same", "one/same", "same"]
    assert played.job("same").steps[0].lines == ("top",)
    assert played.ok


def test_what_cannot_be_played_is_told_by_name_before_anything_runs(world: SmallWorld) -> None:
    with pytest.raises(UnplayableError) as refused:
        world.play(
            """
            on: push
            jobs:
              mac: { runs-on: macos-15, steps: [run: touch /tmp/ran] }
              any:
                strategy: { matrix: { os: [ubuntu-latest, windows-latest] } }
                runs-on: ${{ matrix.os }}
                container: { image: "alpine:3" }
                services: { db: { image: postgres } }
                steps:
                  - uses: someone/strange-action@v1
                  - uses: docker://alpine
                  - uses: $/actions/hello
                  - uses: ./nowhere
                  - uses: ./boxed
            """,
            {"boxed/action.yml": "runs: { using: docker, image: Dockerfile }"},
        )

    told = "\n".join(refused.value.lines)
    for expected in (
        "play.yml:4: job `mac`: it runs on `macos-15`",
        "job `any`: it runs on `windows-latest`",
        "job `any`: it runs in the container `alpine:3`",
        "job `any`: it needs the service `db`",
        "play.yml:11: `someone/strange-action@v1`: there is no stand-in for someone/strange-action",
        "play.yml:12: `docker://alpine`: no container engine",
        "play.yml:13: `$/actions/hello`: act does not know",
        "play.yml:14: `./nowhere`: there is no action.yml",
        "play.yml:15: `./boxed` is a container action",
    ):
        assert expected in told


def test_a_label_that_is_allowed_is_played_here(world: SmallWorld) -> None:
    workflow = "on: push\njobs: { mac: { runs-on: macos-15, steps: [run: uname] } }"
    assert world.play(workflow, as_linux={"macos-15"}).ok


def test_a_workflow_that_does_not_start_on_the_event_is_told(world: SmallWorld) -> None:
    workflow = "on: release\njobs: { a: { runs-on: ubuntu-latest, steps: [run: uname] } }"
    with pytest.raises(UnplayableError, match="starts on release, and not on `push`"):
        world.play(workflow)


def test_only_what_is_allowed_reaches_a_step(
    world: SmallWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_PRIVATE_TOKEN", "private")
    monkeypatch.setenv("GITHUB_TOKEN", "private")
    played = world.play(
        """
        on: push
        jobs:
          look:
            runs-on: ubuntu-latest
            steps:
              - run: env; cat "$GITHUB_EVENT_PATH"; ls -A; echo; cd -P "$RUNNER_TOOL_CACHE"; pwd
              - env: { KEY: "${{ secrets.KEY }}", TOKEN: "${{ github.token }}" }
                run: 'echo "${{ vars.COLOUR }}"; echo "$KEY"; echo "$TOKEN"'
        """,
        # Act would read all of these from the working directory.
        {".env": "FROM_ENV=1", ".secrets": "KEY=wrong", ".vars": "COLOUR=wrong", ".actrc": "--bad"},
        secrets={"KEY": 's"ecret\nof two lines', "GITHUB_TOKEN": "the-token"},
        variables={"COLOUR": "blue"},
        environment={"EXTRA": "a 'b' $c"},
        tool_cache=world.scratch.folder("tools"),
    )
    look, echo = played.job("look").steps
    seen = dict(line.partition("=")[::2] for line in look.lines)

    assert not {"MY_PRIVATE_TOKEN", "FROM_ENV", "GITHUB_TOKEN", "KEY"} & seen.keys()
    assert seen["EXTRA"] == "a 'b' $c"
    assert seen["GITHUB_REF"] == "refs/heads/main"
    assert seen["GITHUB_REPOSITORY"] == "acme/app"
    assert seen["GITHUB_RUN_ID"] == "77"
    assert seen["GITHUB_WORKFLOW_REF"].startswith("acme/app/.github/workflows/play.yml@refs/")
    assert look.lines[-1] == str(world.scratch.folder("tools"))
    assert seen["GITHUB_SHA"] == world.consumer.git("rev-parse", "HEAD")
    assert seen["HOME"].startswith(str(world.scratch.path))
    assert '{"ref": "refs/heads/main"}' in look.lines
    assert "the-token" not in "\n".join(played.lines)
    assert echo.lines == ("blue", "***", "***", "***")


def test_no_key_of_whoever_is_at_the_keyboard_is_found_by_ssh(world: SmallWorld) -> None:
    """Ssh looks for ~/.ssh by the user's id: another HOME does not keep it from real keys."""
    played = world.play(
        """
        on: push
        jobs:
          push:
            runs-on: ubuntu-latest
            steps:
              - run: git ls-remote git@127.0.0.1:acme/app.git || ssh -V || scp a 127.0.0.1:b
        """
    )
    lines = played.job("push").steps[0].lines
    refused = [line.split()[0] for line in lines if line.endswith("and no rehearsal does")]
    assert (played.ok, refused) == (False, ["ssh", "ssh", "scp"])


@pytest.mark.skipif(sys.platform != "linux", reason="act's terminals can be kept away on Linux")
def test_a_failing_step_has_no_terminal_and_loses_none_of_its_lines(world: SmallWorld) -> None:
    steps = "\n".join(
        f"""
              - continue-on-error: true
                run: env; test ! -t 0; test ! -t 1; echo "::error::last {number}"; exit 1"""
        for number in range(15)
    )
    played = world.play(
        f"""
        on: push
        jobs:
          fail:
            runs-on: ubuntu-latest
            steps:
{steps}
        """
    )

    told = [step.annotations[-1].message for step in played.job("fail").steps]
    assert told == [f"last {number}" for number in range(15)]


def test_the_watcher_is_told_as_it_happens(world: SmallWorld) -> None:
    told: list[Told] = []
    commit = world.consumer.commit("Nothing")
    stage = world.stage(commit)
    file = stage.checkout / "w.yml"
    file.write_text("on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [run: echo hi] } }")
    event = act.Event(name="push", ref="refs/heads/main", commit=commit)
    act.play(file, event, stage, told.append)

    assert [one.kind for one in told] == [
        "job-started",
        "step-started",
        "line",
        "step-ended",
        "job-ended",
    ]
    assert told[-1].conclusion == "success"


def test_time_out_ends_every_process(world: SmallWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Time is up as soon as all of the step runs, however long that takes to come."""
    mark = f"sleep 4711.{os.getpid()}"  # another's test looks for another

    class Timer(threading.Timer):
        def run(self) -> None:
            assert self.interval == 1.0
            while not self.finished.wait(0.02):
                if _running(mark) == 3:
                    self.function(*self.args, **self.kwargs)
                    return

    monkeypatch.setattr(threading, "Timer", Timer)
    played = world.play(
        """
        on: push
        jobs:
          long:
            runs-on: ubuntu-latest
            steps:
              - run: setsid MARK & (nohup MARK &); MARK
        """.replace("MARK", mark),
        timeout=1.0,
    )

    assert played.timed_out
    assert not played.ok
    assert played.job("long").conclusion == "cancelled"
    assert not _running(mark)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_when_the_rehearsal_is_ended(sign: signal.Signals, tmp_path: Path) -> None:
    mark = f"sleep 47{int(sign):02d}.{os.getpid()}"
    script = tmp_path / "play.py"
    script.write_text(
        dedent(f"""\
        from tests.rehearsal.small_world import SmallWorld
        from rehearsal.scratch import Scratch
        with Scratch() as scratch:
            print(scratch.path, flush=True)
            SmallWorld.make(scratch).play('''
                on: push
                jobs: {{ a: {{ runs-on: ubuntu-latest, steps: [run: "{mark}"] }} }}
            ''')
        """)
    )
    path = os.pathsep.join(folder for folder in sys.path if folder)
    parent = subprocess.Popen(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert parent.stdout is not None
    folder = Path(parent.stdout.readline().strip())
    _wait_until(lambda: _running(mark))
    parent.send_signal(sign)
    parent.wait(HANG)

    _wait_until(lambda: not folder.exists() and not _running(mark))


def test_a_port_that_somebody_took_is_no_failure(
    world: SmallWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = iter([str(taken.getsockname()[1])])
        free = act._free_port
        monkeypatch.setattr(act, "_free_port", lambda: next(ports, None) or free())
        workflow = "on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [run: uname] } }"
        assert world.play(workflow).ok


def test_without_act_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(RehearsalError, match=r"pip install 'release-actions\[rehearsal\]'"):
        act.find_act()


def _running(command: str) -> int:
    told = subprocess.run(["ps", "-A", "-o", "args="], capture_output=True, text=True, check=True)
    return told.stdout.splitlines().count(command)


def _wait_until(condition: object) -> None:
    assert callable(condition)
    until = time.monotonic() + HANG
    while not condition():
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.02)
