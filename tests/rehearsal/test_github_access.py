"""Who may ask what: tokens, permissions, private repositories, and the job that asks."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from rehearsal.github import GitHub, Repository
from tests.hanging import HANG
from tests.rehearsal.conftest import Client

Make = Callable[..., Client]


def test_an_unknown_token_is_told_so(repository: Repository, client: Client) -> None:
    """401, whatever the repository."""
    refused = Client(client.base, "ghp_nobody")("GET ~")
    assert (refused.status_code, refused.json()["message"]) == (401, "Bad credentials")


@pytest.mark.parametrize("scheme", ["Bearer {}", "token {}", "bearer {}", "Basic"])
def test_a_token_comes_in_each_way_that_github_takes(
    repository: Repository, client: Client, scheme: str
) -> None:
    """As gh, PyGithub and git send it."""
    pair = base64.b64encode(f"x-access-token:{client.token}".encode()).decode()
    header = scheme.format(client.token) if "{}" in scheme else f"Basic {pair}"
    answer = Client(client.base, None)("GET /user", headers={"Authorization": header})
    assert answer.json()["login"] == "octocat"


def test_a_missing_permission_is_named(repository: Repository, client_with: Make) -> None:
    """403, and the header says what would do."""
    reader = client_with(contents="read")
    refused = reader("GET ~/actions/runs")
    assert refused.status_code == 403
    assert refused.json()["message"] == "Resource not accessible by integration"
    assert refused.headers["x-accepted-github-permissions"] == "actions=read"
    assert client_with(actions="read")("GET ~/actions/runs").status_code == 200
    assert client_with(actions="write")("GET ~/actions/runs").status_code == 200
    head = repository.git.branches()["main"]
    body = {"ref": "refs/tags/v1", "sha": head}
    assert reader("POST ~/git/refs", json=body).status_code == 403
    assert client_with()("GET ~").status_code == 200, "metadata is for every token"


def test_public_reads_can_be_as_generous_as_githubs(tmp_path: Path) -> None:
    """GitHub lets any token read what is public; we only if that is asked for."""
    with GitHub(tmp_path, public_reads=True) as github:
        github.repository("acme/app").commit({"a": "1"})
        token = github.token(permissions={}, repository="acme/app")
        client = Client(github.api_url, token)
        assert client("GET ~/actions/runs").status_code == 200
        assert client("GET ~/actions/variables").status_code == 403


def test_a_private_repository_exists_for_its_own_tokens_alone(
    github: GitHub, client: Client
) -> None:
    """404, not 403: not even its name is told."""
    github.repository("acme/secret", private=True)
    url = "GET /repos/acme/secret"
    assert client(url).status_code == 200
    stranger = github.token(permissions={"contents": "write"}, repository="acme/app")
    assert Client(client.base, stranger)(url).status_code == 404
    assert Client(client.base, None)(url).status_code == 404
    own = github.token(permissions={"contents": "read"}, repository="ACME/Secret")
    assert Client(client.base, own)(url).status_code == 200


def test_the_token_of_one_repository_reads_others_and_writes_none(
    github: GitHub, repository: Repository, client_with: Make
) -> None:
    """Public things of others are public."""
    other = github.repository("acme/other")
    head = other.commit({"a": "1"})
    writer = client_with(contents="write")
    assert writer.get("/repos/acme/other/git/ref/heads/main")["object"]["sha"] == head
    body = {"ref": "refs/tags/v1", "sha": head}
    assert writer("POST /repos/acme/other/git/refs", json=body).status_code == 403


def test_nobody_reads_what_is_public_and_no_more(repository: Repository, client: Client) -> None:
    """Without a token: reads of public things; 401 where one must be known."""
    nobody = Client(client.base, None)
    assert nobody("GET ~/git/ref/heads/main").status_code == 200
    assert nobody("GET ~/actions/variables").status_code == 401
    assert nobody("POST ~/releases", json={"tag_name": "v1"}).status_code == 401


def test_a_request_without_an_agent_is_refused(repository: Repository, client: Client) -> None:
    """As GitHub does, in words that name no API."""
    refused = client("GET ~", headers={"User-Agent": ""})
    assert refused.status_code == 403
    assert "User-Agent" in refused.json()["message"]


def test_the_record_says_who_asked_what(repository: Repository, client: Client) -> None:
    """Method, path, query, route, token, status; and whether it changed something."""
    client("GET ~/actions/runs?head_sha=abc")
    client("POST ~/git/refs", json={})
    first, second = repository.github.requests
    assert (first.method, first.route, first.query) == ("GET", "runs", {"head_sha": "abc"})
    assert (first.status, first.mutating) == (200, False)
    assert (second.route, second.status, second.mutating) == ("create-ref", 422, True)
    assert first.token == (client.token or "")[:8]


def test_the_name_of_a_repository_is_the_same_in_any_case(
    repository: Repository, client: Client
) -> None:
    """GitHub does not mind capitals."""
    assert client.get("/repos/ACME/App")["full_name"] == "acme/app"


_ASK = textwrap.dedent(
    """
    import os, urllib.error, urllib.request
    url = os.environ["API"] + "/repos/acme/app/actions/runs"
    request = urllib.request.Request(url, headers={"Authorization": "Bearer " + os.environ["T"]})
    try:
        print(urllib.request.urlopen(request).status)
    except urllib.error.HTTPError as error:
        print(error.code)
    """
)


def _as_job(github: GitHub, token: str, job: str, *, run_id: str = "1", deep: bool = False) -> str:
    """Ask for runs from a process of this job; `deep`: from a child that was told nothing."""
    environment = {"PATH": os.environ["PATH"], "GITHUB_JOB": job, "GITHUB_RUN_ID": run_id}
    inner = ["env", f"API={github.api_url}", f"T={token}"]
    if deep:
        inner = ["sh", "-c", 'env -u GITHUB_JOB "$@"; true', "sh", *inner]
    command = [*inner, sys.executable, "-I", "-c", _ASK]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells whose socket it is")
@pytest.mark.parametrize("deep", [False, True], ids=["direct", "through-a-child"])
def test_each_job_has_the_permissions_that_it_declares(
    github: GitHub, repository: Repository, deep: bool
) -> None:
    """One shared token, and two jobs: the process tells which of them is asking."""
    token = github.job_token("acme/app", permissions={})
    github.jobs.declare(job="gate", permissions={"actions": "read"})
    github.jobs.declare(job="publish", permissions={"contents": "write"})
    assert _as_job(github, token, "gate", deep=deep) == "200"
    assert _as_job(github, token, "publish", deep=deep) == "403"
    assert _as_job(github, token, "other", deep=deep) == "403"
    assert [record.job for record in github.requests] == ["gate", "publish", "other"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells whose socket it is")
def test_a_declaration_can_be_for_one_run(github: GitHub, repository: Repository) -> None:
    """Two workflows may have jobs of one name."""
    token = github.job_token("acme/app", permissions={})
    github.jobs.declare(job="gate", permissions={})
    github.jobs.declare(job="gate", permissions={"actions": "read"}, run_id=2)
    assert _as_job(github, token, "gate", run_id="1") == "403"
    assert _as_job(github, token, "gate", run_id="2") == "200"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells whose socket it is")
def test_the_socket_tells_the_job_too(github: GitHub, repository: Repository) -> None:
    """gh comes by the socket, which names its peer."""
    token = github.job_token("acme/app", permissions={})
    github.jobs.declare(job="gate", permissions={"actions": "read"})
    ask = (
        "GET /repos/acme/app/actions/runs HTTP/1.1\\r\\nHost: api.github.com\\r\\n"
        f"User-Agent: x\\r\\nAuthorization: Bearer {token}\\r\\n\\r\\n"
    )
    program = (
        "import socket; s = socket.socket(socket.AF_UNIX); "
        f"s.connect({str(github.socket_path)!r}); s.sendall(b'{ask}'); "
        "print(s.makefile().readline())"
    )
    environment = {"GITHUB_JOB": "gate", "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-I", "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "200 OK" in done.stdout
    assert github.requests[-1].job == "gate"


def test_nothing_listens_beyond_this_machine(github: GitHub) -> None:
    """127.0.0.1 and a socket that others cannot open."""
    assert github.api_url.startswith("http://127.0.0.1:")
    assert github.socket_path.stat().st_mode & 0o077 == 0


def test_the_world_stops_when_its_block_ends(tmp_path: Path) -> None:
    """Also by an exception; no port and no socket are left."""
    github = GitHub(tmp_path)

    def fail() -> None:
        with github:
            assert github.socket_path.exists()
            raise RuntimeError("whatever")

    with pytest.raises(RuntimeError, match="whatever"):
        fail()
    assert not github.socket_path.exists()
    with pytest.raises(requests.ConnectionError):
        requests.get(github.api_url, timeout=HANG)
