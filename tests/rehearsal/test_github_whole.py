"""The loopback GitHub as a whole: its table, its threads, its end."""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from rehearsal.github import Answer, GitHub, Record, Repository
from rehearsal.github.routing import route
from rehearsal.github.table import ROUTES
from tests.hanging import HANG
from tests.rehearsal.conftest import Client
from tests.rehearsal.judge import OUTSIDE, Judge, find_operation


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_every_route_is_one_of_githubs(name: str) -> None:
    """GitHub's own description has an operation for it, of the same method."""
    for known in [known for known in route.table if known.name == name]:
        path = re.sub(r"<int:\w+>", "1", known.path)
        path = re.sub(r"<(path:)?\w+>", "x", path)
        if not OUTSIDE.fullmatch(path):
            assert find_operation(known.method, path) is not None, known.path


def test_every_route_names_a_page_for_its_errors() -> None:
    """Except those that are no part of the API."""
    bare = {known.name for known in route.table if not known.documentation}
    assert bare == {"storage", "download", "graphql"}


def test_two_at_once_never_make_the_same_ref(repository: Repository, client: Client) -> None:
    """Of many who try, one succeeds; the others are told that it is there."""
    head = repository.git.branches()["main"]

    def make(name: str) -> int:
        body = {"ref": f"refs/tags/{name}", "sha": head}
        return client("POST ~/git/refs", json=body).status_code

    with ThreadPoolExecutor(8) as threads:
        codes = list(threads.map(make, ["same"] * 8 + [f"v{number}" for number in range(8)]))
    assert sorted(codes[:8]) == [201] + [422] * 7
    assert codes[8:] == [201] * 8
    assert len(repository.git.tags()) == 9


def test_the_server_ends_with_its_process(tmp_path: object) -> None:
    """Nobody has to stop it, and nothing keeps the process alive."""
    program = (
        "import sys; from rehearsal.github import GitHub; "
        f"github = GitHub({str(tmp_path)!r}); github.__enter__(); print(github.api_url); sys.exit()"
    )
    source = str(next(path for path in sys.path if path.endswith("src")))
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": source},
        capture_output=True,
        text=True,
        timeout=HANG,
        check=True,
    )
    assert done.stdout.startswith("http://127.0.0.1:")


def test_a_fault_of_our_own_is_loud(github: GitHub, repository: Repository, client: Client) -> None:
    """A bug in the loopback is a 500 and a traceback, never a quiet answer."""
    repository.state.releases.append(None)  # type: ignore[arg-type]
    assert client("GET ~/releases").status_code == 500
    assert "AttributeError" in github.crashes.pop()


def test_the_judge_complains_of_a_wrong_answer(
    github: GitHub, repository: Repository, client: Client
) -> None:
    """The proof that the proof works: a field absent, a field misspelt, a field of another type."""
    record = Record(1, "GET", "/repos/acme/app/releases/1", {}, "release", False)
    right = client.get(f"~/releases/{repository.add_release('v1').id}")
    judge = Judge()
    judge(record, Answer.json(right))
    assert judge.complaints == []
    for wrong in (
        {key: value for key, value in right.items() if key != "tag_name"},
        right | {"tag": "v1"},
        right | {"draft": "perhaps"},
        right | {"assets": [{"id": 1}]},
    ):
        judge = Judge()
        judge(record, Answer.json(wrong))
        assert len(judge.complaints) == 1
