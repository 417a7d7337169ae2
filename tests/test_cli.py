"""On a laptop the same actions have flags; a wrong word is told with the nearest right one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from rehearsal.github import GitHub, Repository
from release_actions import __main__ as program
from release_actions import __version__, cli, house
from release_actions.inputs import SECRETS
from tests.clients.canned import Answer, serving
from tests.probe import git

GATE = "require-ci-green"


@pytest.fixture(autouse=True)
def laptop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder of our own, and none of this machine's settings."""
    for name in list(os.environ):
        if name.startswith(("GITHUB_", "RUNNER_", "GH_", "CI")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("release_actions.clients.clock.Clock.sleep", lambda self, seconds: None)
    return tmp_path


def run(*words: str, **environ: str) -> int:
    for name, value in environ.items():
        os.environ[name] = value
    try:
        return program.main(words)
    finally:
        for name in environ:
            del os.environ[name]


def test_list_has_a_line_for_each_action(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(cli.actions())
    assert all(len(line.split()) > 3 for line in lines)


@pytest.mark.parametrize("words", [(), ("--help",), ("-h",), ("help",)])
def test_help_is_the_overview(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*words) == 0
    out = capsys.readouterr().out
    assert all(word in out for word in (*cli.actions(), "list", "rehearse", "exit codes: 0 ok"))


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--version") == 0
    assert capsys.readouterr().out == f"release-actions {__version__}\n"


@pytest.mark.parametrize("name", cli.actions())
def test_the_help_of_an_action_is_its_action_yml(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(name, "--help")
    assert ended.value.code == 0
    out = " ".join(capsys.readouterr().out.split())
    document = cli.declared(name)
    assert document["description"][:40] in out
    for entry in document["inputs"]:
        assert (f"--{entry} " in out) is (entry not in SECRETS)
    assert all(output in out for output in document["outputs"])
    assert "Default: that of the git remote." in out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("require-ci-gren",), "did you mean `require-ci-green`?"),
        (("lst",), "did you mean `list`?"),
        (("zzz",), "allowed: "),
        ((GATE, "--workflow", "ci.yml"), "did you mean `--workflows`?"),
        ((GATE, "--brunch=x"), "flag `--brunch` was given; allowed: no such name; did you mean"),
        ((GATE, "--token", "x"), "flag `--token` was given"),
        ((GATE, "--branch"), "expected one argument"),
        ((GATE, "x"), "flag `x` was given"),
        (("x\n::error::y",), "`x ::error::y` was given"),
    ],
)
def test_an_unknown_word_is_a_usage_error_with_the_nearest(
    words: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words) == 2
    caught = capsys.readouterr()
    assert caught.out == ""
    (line,) = caught.err.splitlines()
    assert line.startswith("[ERROR] ")
    assert says in line


def record(capsys: pytest.CaptureFixture[str], *words: str, **environ: str) -> dict[str, object]:
    run(GATE, "--json", *words, **environ)
    caught = capsys.readouterr()
    told: dict[str, object] = json.loads(caught.out)
    assert f"[INFO] {GATE}: " in caught.err
    return told


def asked(capsys: pytest.CaptureFixture[str], *words: str, **environ: str) -> dict[str, str]:
    """The inputs as they were read, of a run that nobody answers."""
    environ = {"GITHUB_API_URL": "http://127.0.0.1:9"} | environ
    told = record(capsys, *words, **environ)
    inputs = told["inputs"]
    assert isinstance(inputs, dict)
    return {name: f"{entry['value']} ({entry['from']})" for name, entry in inputs.items()}


def clone(folder: Path, remote: str) -> str:
    git(folder, "init", "-q", "-b", "main", ".")
    (folder / "a").write_text("a")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "a")
    git(folder, "remote", "add", "origin", remote)
    return git(folder, "rev-parse", "HEAD")


@pytest.mark.parametrize(
    "remote",
    [
        "https://github.com/acme/app",
        "https://github.com/acme/app.git",
        "https://github.com/acme/app/",
        "https://octocat:ghp_x@github.com/acme/app.git",
        "git@github.com:acme/app.git",
        "ssh://git@github.com/acme/app.git",
        "ssh://git@github.com:22/acme/app",
    ],
)
def test_repository_and_commit_are_those_of_the_clone(
    laptop: Path, capsys: pytest.CaptureFixture[str], remote: str
) -> None:
    head = clone(laptop, remote)
    told = asked(capsys, "--workflows", "ci.yml")
    assert told["repository"] == "acme/app (git remote)"
    assert told["commit"] == f"{head} (git HEAD)"
    flags = asked(capsys, "--workflows", "ci.yml", "--repository", "a/b")
    assert flags["repository"] == "a/b (flag)"


def test_an_enterprise_server_is_known_by_its_address(
    laptop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clone(laptop, "git@git.corp.example:acme/app.git")
    told = asked(capsys, "--workflows", "ci.yml", GITHUB_SERVER_URL="https://git.corp.example")
    assert told["repository"] == "acme/app (git remote)"


@pytest.mark.parametrize("remote", ["https://gitlab.com/acme/app", "https://githubxcom/acme/app"])
def test_another_host_is_no_repository_of_ours(
    laptop: Path, capsys: pytest.CaptureFixture[str], remote: str
) -> None:
    clone(laptop, remote)
    assert run(GATE, "--workflows", "ci.yml") == 2
    assert "input `repository`: nothing was given" in capsys.readouterr().out


def test_a_list_is_a_flag_repeated_or_split_at_commas(
    laptop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clone(laptop, "https://github.com/acme/app")
    told = asked(
        capsys,
        *("--workflows", "a.yml,b.yml", "--workflows", "c.yml"),
        *("--events", "push", "--events", "schedule"),
        *("--required-jobs", "a.yml: x", "--required-jobs", "b.yml: y"),
    )
    assert all(name in told["workflows"] for name in ("a.yml", "b.yml", "c.yml"))
    assert told["events"] == "push, schedule (flag)"
    assert told["required-jobs"] == "a.yml: x, b.yml: y (flag)"


@pytest.mark.parametrize(
    ("words", "dry"),
    [((), False), (("--dry-run",), True), (("--dry-run", "true"), True),
     (("--dry-run=false",), False)],
)  # fmt: skip
def test_a_boolean_may_stand_alone(
    laptop: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], dry: bool
) -> None:
    clone(laptop, "https://github.com/acme/app")
    environ = {"GITHUB_API_URL": "http://127.0.0.1:9"}
    assert record(capsys, "--workflows", "ci.yml", *words, **environ)["dry-run"] is dry


@pytest.mark.parametrize("name", ["GH_TOKEN", "GITHUB_TOKEN"])
def test_the_token_is_that_of_the_environment(
    laptop: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    head = clone(laptop, "https://github.com/acme/app")
    with serving(Answer({"message": "token ghs_x is bad"}, 401)) as canned:
        code = run(GATE, "--workflows", "ci.yml", **{name: "ghs_x\n", "GITHUB_API_URL": canned.url})
    out = capsys.readouterr().out
    assert (code, len(head)) == (1, 40)
    assert canned.headers[0]["authorization"].endswith("ghs_x")
    assert "ghs_x" not in out
    assert run(GATE, **{name: "a b"}) == 2


ACCEPTED = {"X-Accepted-GitHub-Permissions": "contents=read"}


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        pytest.param(Answer({}, 401), "absent, wrong or expired", id="401"),
        pytest.param(Answer({}, 403, ACCEPTED), "the permission `contents=read`", id="403"),
        pytest.param(Answer({}, 404), "GET /repos/acme/app: GitHub answered 404", id="404"),
        pytest.param(Answer({}, 502), "GitHub answered 502", id="502"),
        pytest.param(Answer(b"<html>"), "cannot be read", id="no JSON"),
    ],
)
def test_what_github_does_not_say_is_no_verdict_and_names_the_request(
    laptop: Path, capsys: pytest.CaptureFixture[str], answer: Answer, says: str
) -> None:
    clone(laptop, "https://github.com/acme/app")
    with serving(answer) as canned:
        assert run(GATE, "--workflows", "ci.yml", GITHUB_API_URL=canned.url) == 1
    out = capsys.readouterr().out
    (line,) = [line for line in out.splitlines() if line.startswith("[ERROR]")]
    assert "GET /repos/acme/app" in line
    assert says in line
    assert "[PASS]" not in out


def test_a_gate_against_the_loopback(laptop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with GitHub(laptop / "github") as github:
        repository: Repository = github.repository("acme/app")
        commit = repository.commit({".github/workflows/ci.yml": "on: push\n"})
        repository.add_run(workflow="ci.yml", commit=commit)
        environ: Mapping[str, str] = {"GITHUB_API_URL": github.api_url, "GH_TOKEN": github.token()}
        words = ("--workflows", "ci.yml", "--repository", "acme/app", "--commit", commit)
        assert run(GATE, *words, **environ) == 0
        out = capsys.readouterr().out
    assert "[PASS] ci.yml (push): succeeded" in out
    assert f"[INFO] {GATE}: ok (exit 0 OK" in out


def test_an_interrupted_run_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*given: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "run", interrupt)
    assert run("list") == 1
    assert "[ERROR] interrupted" in capsys.readouterr().err


def test_rehearse_is_a_program_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[object] = []

    def start(words: object, **more: object) -> subprocess.CompletedProcess[str]:
        started.append(words)
        return subprocess.CompletedProcess("", 7)

    monkeypatch.setattr(subprocess, "run", start)
    assert run("rehearse", "NAME") == 7
    assert started == [[sys.executable, "-P", "-m", "rehearsal", "NAME"]]


def test_the_console_script_exits_with_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["release-actions", "nothing-such"])
    with pytest.raises(SystemExit) as ended:
        program.console()
    assert ended.value.code == 2


def test_a_folder_laid_out_is_what_a_runner_downloads(tmp_path: Path) -> None:
    folder = house.lay_out(tmp_path / "library")
    assert (folder / "actions" / GATE / "action.yml").is_file()
    assert (folder / "action.yml").is_file()
    assert (folder / "src" / "release_actions" / "__main__.py").is_file()
    assert not list(folder.rglob("__pycache__"))
