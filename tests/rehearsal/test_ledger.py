"""The ledger: every request of every service in order of time, with the job that made it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rehearsal import ledger, peers, services
from rehearsal.faults import Fault
from rehearsal.github import GitHub
from rehearsal.stories import World

linux = pytest.mark.skipif(not peers.can_tell(), reason="only Linux tells who calls")
ASK = """
import sys, urllib.error, urllib.request
for told in sys.argv[1:]:
    method, url = told.split(" ")
    request = urllib.request.Request(url, method=method, headers={"User-Agent": "test"})
    try:
        urllib.request.urlopen(request).close()
    except (urllib.error.HTTPError, ConnectionError):
        pass
"""


def ask(job: str | None, run: object, *requests: str) -> None:
    """A process that a step of this job has started, through a child with a small environment."""
    environ = {"GITHUB_JOB": job, "GITHUB_RUN_ID": str(run), "GITHUB_ACTION": "upload"}
    told = {k: v for k, v in os.environ.items() if not k.startswith("GITHUB_")}
    if job:
        told |= {name: str(value) for name, value in environ.items()}
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', *sys.argv[1:]], env={})"
    subprocess.run([sys.executable, "-c", code, ASK, *requests], env=told, check=True)


@linux
def test_calls_of_all_services_stand_in_order_with_their_jobs(tmp_path: Path) -> None:
    """A job of somebody's CI in which the rehearsal itself runs is none of its jobs."""
    with (
        GitHub(tmp_path / "github") as github,
        services.opened(("crates", "pypi"), tmp_path) as beside,
    ):
        github.tells_callers = True
        world = World(github, tmp_path, tmp_path, beside)
        commit = world.repository.commit({"README": "1"})
        run = world.repository.add_run(workflow="release.yml", commit=commit)
        world.crates.faults.add(Fault(kind="reset", route="publish"))
        api = f"{github.api_url}/repos/acme/app"
        ask("guard", run.id, f"GET {api}/branches")
        ask("publish", run.id, f"PUT {world.crates.url}/api/v1/crates/new", f"POST {api}/releases")
        ask("test", 4711, f"GET {world.pypi.simple_url}")
        ask(None, "", f"GET {api}")
        told = ledger.calls(world)

    assert [(c.number, c.service, c.job, c.method, c.mutating, c.status) for c in told] == [
        (1, "github", "guard", "GET", False, 200),
        (2, "crates", "publish", "PUT", True, None),
        (3, "github", "publish", "POST", True, 401),
        (4, "pypi", None, "GET", False, 200),
        (5, "github", None, "GET", False, 200),
    ]
    assert [c.faults for c in told] == [(), ("reset",), (), (), ()]
    assert [c.refused for c in told] == [False, False, True, False, False]
    assert {c.run_id for c in told} == {str(run.id), None}
    assert told[1].step == "upload"
    moments = [c.moment for c in told]
    assert moments == sorted(moments)
