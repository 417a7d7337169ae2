"""Stand-ins that release, cache and set up, by themselves against a loopback GitHub; issue V."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from rehearsal import standins
from rehearsal.github import GitHub, Repository
from rehearsal.standins.runner import RefusedError
from tests.rehearsal.standin_steps import Steps

GH_RELEASE = "softprops/action-gh-release"
RELEASE_ACTION = "ncipollo/release-action"
PULL = "peter-evans/create-pull-request"
SCRIPT = "actions/github-script"


@pytest.fixture
def steps(
    github: GitHub, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Steps:
    repository.tag("v1.2.0", repository.git.branches()["main"])
    folder = tmp_path / "job"
    folder.mkdir()
    return Steps.begin(github, repository, folder, monkeypatch)


# softprops/action-gh-release


def test_gh_release_is_a_draft_until_its_files_are_there(steps: Steps) -> None:
    steps.write(a__txt="a", dist_0b__txt="b", notes="Notes.")
    told = steps.play(
        GH_RELEASE, files="a.txt\ndist/*.txt, gone*", body_path="notes", name="One", draft="false"
    )
    (release,) = steps.repository.releases
    assert (release.tag, release.name, release.body) == ("v1.2.0", "One", "Notes.")
    assert (release.draft, release.prerelease) == (False, False)
    assert [asset.name for asset in release.assets] == ["a.txt", "b.txt"]
    assert told["id"] == str(release.id)
    assert [one["name"] for one in json.loads(told["assets"])] == ["a.txt", "b.txt"]
    made = [r.route for r in steps.github.requests if r.mutating]
    assert made == ["create-release", "upload-asset", "upload-asset", "update-release"]


def test_gh_release_changes_the_release_that_is_there(
    steps: Steps, capsys: pytest.CaptureFixture[str]
) -> None:
    steps.repository.add_release("v1.2.0", name="Old", body="Before.", draft=True)
    steps.write(a__txt="a")
    more = {"append_body": "true", "prerelease": "true", "draft": "true"}
    steps.play(GH_RELEASE, files="a.txt", body="After.", **more)
    assert "Say `draft: false`" not in capsys.readouterr().out
    (release,) = steps.repository.releases
    assert (release.name, release.body) == ("Old", "Before.\nAfter.")
    assert (release.draft, release.prerelease) == (True, True)

    steps.write(a__txt="other")
    steps.play(GH_RELEASE, files="a.txt", overwrite_files="false")
    assert release.assets[0].size == 1
    # A draft that another run left behind is finished, unless it shall be one: since March 2026.
    assert not release.draft
    assert "::warning::" in (told := capsys.readouterr().out)
    assert "Say `draft: false`" in told
    steps.play(GH_RELEASE, files="a.txt")
    assert [asset.size for asset in release.assets] == [5]
    assert release.prerelease


def test_gh_release_refuses_what_the_real_one_refuses(
    steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(RefusedError, match="does not match any files"):
        steps.play(GH_RELEASE, files="gone.txt", fail_on_unmatched_files="true")
    with pytest.raises(RefusedError, match="body is not there"):
        steps.play(GH_RELEASE, body_path="gone.md")
    monkeypatch.setenv("GITHUB_REF", "refs/heads/main")
    with pytest.raises(RefusedError, match="requires a tag"):
        steps.play(GH_RELEASE)
    assert steps.repository.releases == []


# ncipollo/release-action


def test_release_action_makes_a_release_with_its_artifacts(steps: Steps) -> None:
    steps.write(a__txt="a")
    told = steps.play(RELEASE_ACTION, artifacts="a.txt,gone*", body="Notes.", makeLatest="true")
    (release,) = steps.repository.releases
    assert (release.name, release.body, release.draft) == ("v1.2.0", "Notes.", False)
    assert list(json.loads(told["assets"])) == ["a.txt"]


def test_release_action_changes_one_only_where_that_is_allowed(steps: Steps) -> None:
    there = steps.repository.add_release("v1.2.0", name="Old", body="Before.")
    steps.write(a__txt="a", b__txt="b")
    with pytest.raises(RefusedError, match="already_exists"):
        steps.play(RELEASE_ACTION)
    assert steps.play(RELEASE_ACTION, skipIfReleaseExists="true") == {}
    steps.play(RELEASE_ACTION, allowUpdates="true", artifacts="a.txt", omitNameDuringUpdate="true")
    assert (there.name, there.body) == ("Old", "Before.")
    steps.play(RELEASE_ACTION, allowUpdates="true", artifacts="a.txt", body="After.")
    assert (there.name, there.body) == ("v1.2.0", "After.")
    steps.play(RELEASE_ACTION, allowUpdates="true", artifacts="b.txt", removeArtifacts="true")
    assert [asset.name for asset in there.assets] == ["b.txt"]
    with pytest.raises(RefusedError, match="neither a draft or prerelease"):
        steps.play(RELEASE_ACTION, allowUpdates="true", updateOnlyUnreleased="true")


def test_release_action_wants_a_tag_and_may_want_its_artifacts(
    steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(RefusedError, match="does not match"):
        steps.play(RELEASE_ACTION, artifacts="gone*", artifactErrorsFailBuild="true")
    monkeypatch.setenv("GITHUB_REF", "refs/heads/main")
    with pytest.raises(RefusedError, match="No tag found"):
        steps.play(RELEASE_ACTION)
    steps.play(RELEASE_ACTION, tag="v2.0.0", draft="true", commit="main")
    (release,) = steps.repository.releases
    assert (release.tag, release.draft) == ("v2.0.0", True)


# peter-evans/create-pull-request


def _clone(steps: Steps) -> None:
    address = "https://github.com/acme/app.git"
    subprocess.run(["git", "clone", "--quiet", address, str(steps.workspace)], check=True)


def test_a_pull_request_is_opened_brought_up_to_date_and_left_alone(steps: Steps) -> None:
    _clone(steps)
    steps.write(new__txt="new\n")
    more = {"branch": "next", "title": "Next", "commit_message": "Add it", "signoff": "true"}
    told = steps.play(PULL, **more, labels="release", author="Ada <ada@example.org>")
    (pull,) = steps.repository.pulls
    assert (pull.title, pull.head, pull.base, pull.state) == ("Next", "next", "main", "open")
    assert told["pull-request-operation"] == "created"
    assert told["pull-request-number"] == str(pull.number)
    made = steps.repository.git.commit(steps.repository.git.branches()["next"])
    assert made.message.startswith("Add it\n\nSigned-off-by: github-actions[bot]")
    # The clone is as it was, without what is in the pull request.
    assert not (steps.workspace / "new.txt").exists()

    assert steps.play(PULL, **more)["pull-request-operation"] == "none"
    steps.write(new__txt="newer\n")
    assert steps.play(PULL, **more | {"title": "Newer"})["pull-request-operation"] == "updated"
    assert [one.title for one in steps.repository.pulls] == ["Newer"]
    told = steps.play(PULL, branch="next", delete_branch="true")
    assert told["pull-request-operation"] == "closed"
    assert "next" not in steps.repository.git.branches()


def test_a_pull_request_holds_the_paths_that_are_named_and_earlier_commits(steps: Steps) -> None:
    _clone(steps)
    git = ["git", "-C", str(steps.workspace), "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "commit", "--quiet", "--allow-empty", "-m", "Mine"], check=True)
    steps.write(in__txt="in\n", out__txt="out\n")
    told = steps.play(PULL, add_paths="in.txt", branch_suffix="short-commit-hash", draft="true")
    branch = told["pull-request-branch"]
    head = steps.repository.git.branches()[branch]
    assert steps.repository.git.entry(head, "in.txt")
    assert not steps.repository.git.entry(head, "out.txt")
    (parent,) = steps.repository.git.commit(head).parents
    assert steps.repository.git.commit(parent).message.strip() == "Mine"
    assert steps.repository.pulls[0].draft


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"branch": "main"}, "must be different branches"),
        ({"branch_suffix": "moon"}, "Allowed: random, timestamp, short-commit-hash"),
        ({"push_to_fork": "me/app"}, "does not know `push-to-fork`"),
        ({"author": "nobody"}, "must be `Name <mail>`"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_create_pull_request_refuses(steps: Steps, given: dict[str, str], told: str) -> None:
    _clone(steps)
    steps.write(new__txt="new\n")
    with pytest.raises(RefusedError, match=told):
        steps.play(PULL, **given)


def test_a_commit_that_is_no_branch_needs_a_base(steps: Steps) -> None:
    _clone(steps)
    subprocess.run(["git", "checkout", "--quiet", "--detach"], cwd=steps.workspace, check=True)
    steps.write(new__txt="new\n")
    with pytest.raises(RefusedError, match="the 'base' input must be supplied"):
        steps.play(PULL)
    assert steps.play(PULL, base="main")["pull-request-operation"] == "created"


def test_a_token_that_may_not_is_told_by_its_status(steps: Steps) -> None:
    _clone(steps)
    steps.write(new__txt="new\n")
    weak = steps.github.token(permissions={"contents": "write"}, repository="acme/app")
    with pytest.raises(RefusedError, match="403 Resource not accessible"):
        steps.play(PULL, token=weak)


# actions/create-github-app-token


def test_the_token_of_an_app_may_do_what_is_asked_for_and_starts_workflows(
    steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REHEARSAL_APP", steps.github.token(label="app key"))
    ci = "on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [] } }\n"
    steps.repository.commit({".github/workflows/ci.yml": ci})
    app = {"app_id": "1", "private_key": "any", "permission_contents": "write"}
    token = steps.play("actions/create-github-app-token", **app)["token"]
    made = steps.github.tokens.known[token]
    assert (made.permissions, made.login) == ({"contents": "write"}, "rehearsed-app[bot]")

    _clone(steps)
    steps.write(new__txt="new\n")
    before = len(steps.repository.runs)
    with pytest.raises(RefusedError, match="403"):  # It may push, and open no pull request.
        steps.play(PULL, token=token, branch="next")
    assert [run.branch for run in steps.repository.runs[before:]] == ["next"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"private_key": "k"}, "'client-id' input must be set"),
        ({"app_id": "1"}, "'private-key' input must be set"),
        ({"app_id": "1", "private_key": "k", "owner": "other"}, "not installed for other"),
        ({"app_id": "1", "private_key": "k", "repositories": "app,b"}, "Not in this rehearsal: b"),
        ({"app_id": "1", "private_key": "k"}, "401"),
    ],
    ids=["no id", "no key", "owner", "repositories", "another key"],
)
def test_what_an_app_is_refused(
    steps: Steps, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], told: str
) -> None:
    monkeypatch.setenv("REHEARSAL_APP", steps.github.token(label="somebody"))
    with pytest.raises(RefusedError, match=told):
        steps.play("actions/create-github-app-token", **given)


# actions/github-script


def _script(steps: Steps, script: str, **given: str) -> tuple[int, dict[str, str]]:
    from rehearsal.standins.github_script import play as program

    inputs = steps.inputs(SCRIPT, script=script, **given)
    told = {"INPUTS": json.dumps(inputs), "SCRIPT_TOKEN": inputs["github-token"]}
    node = shutil.which("node", path=os.environ["PATH"])
    assert node
    Path(os.environ["GITHUB_OUTPUT"]).write_text("")
    done = subprocess.run([node, str(program._PROGRAM)], env={**os.environ, **told}, check=False)
    return done.returncode, steps.told("OUTPUT")


def test_a_script_has_a_client_a_core_and_a_context(steps: Steps) -> None:
    for tag in ("v0.1.0", "v0.2.0", "v0.3.0"):
        steps.repository.add_release(tag)
    code, told = _script(
        steps,
        """
        const own = { owner: context.repo.owner, repo: context.repo.repo }
        const all = await github.paginate(github.rest.repos.listReleases, { ...own, per_page: 2 })
        core.setOutput('all', all.map((one) => one.tag_name).join(' '))
        const { data } = await github.rest.repos.createRelease({
          ...own, tag_name: context.ref.replace('refs/tags/', ''), draft: true, body: 'a\\nb',
        })
        await github.rest.repos.uploadReleaseAsset({
          ...own, release_id: data.id, name: 'x.txt', data: 'bytes',
        })
        try { await github.rest.repos.getReleaseByTag({ ...own, tag: 'no/such' }) }
        catch (error) { core.setOutput('status', error.status) }
        const out = await exec.getExecOutput('git', ['--version'], { silent: true })
        await core.summary.addHeading('Done').addTable([['a', { data: 'b' }]]).write()
        core.exportVariable('KEPT', { a: 1 })
        core.info(out.stdout.trim())
        return { id: data.id }
        """,
    )
    release = steps.repository.releases[-1]
    assert code == 0
    assert told["all"] == "v0.3.0 v0.2.0 v0.1.0"
    assert told["status"] == "404"
    assert json.loads(told["result"]) == {"id": release.id}
    assert (release.tag, release.body, release.draft) == ("v1.2.0", "a\nb", True)
    assert [(asset.name, asset.size) for asset in release.assets] == [("x.txt", 5)]
    assert steps.told("ENV") == {"KEPT": '{"a":1}'}
    assert "<h1>Done</h1>" in Path(os.environ["GITHUB_STEP_SUMMARY"]).read_text()


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("await github.rest.repos.teleport({})", "does not know github.rest.repos.teleport"),
        ("await github.rest.moon.get({})", "does not know github.rest.moon"),
        ("await github.rest.repos.getRelease({ owner: 'a', repo: 'b' })", '"release_id" is req'),
        ("throw new Error('by itself')", "by itself"),
        ("core.setFailed('said so')", "said so"),
    ],
    ids=["method", "topic", "parameter", "thrown", "failed"],
)
def test_a_script_that_fails_fails_the_step_and_says_why(
    steps: Steps, capfd: pytest.CaptureFixture[str], script: str, told: str
) -> None:
    assert _script(steps, script)[0] == 1
    assert told in capfd.readouterr().out


def test_the_program_of_a_script_is_started_by_its_stand_in(
    steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INPUTS", json.dumps(steps.inputs(SCRIPT, script="return 'plain'")))
    assert steps.play(SCRIPT, script="return 'plain'") == {"result": '"plain"'}
    monkeypatch.setenv("INPUTS", json.dumps(steps.inputs(SCRIPT, script="throw 1")))
    with pytest.raises(SystemExit) as ended:
        steps.play(SCRIPT, script="throw 1")
    assert ended.value.code == 1


# actions/cache


def test_a_later_job_restores_what_an_earlier_one_saved(
    steps: Steps, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each job has a workspace of its own; files of the home folder stay where they were."""
    steps.write(out_0data="bytes")
    home = Path.home() / ".tool"
    home.mkdir()
    (home / "kept").write_text("kept")
    paths = "out\n~/.tool"
    miss = steps.play("actions/cache", path=paths, key="one")
    assert miss == {"cache-hit": ""}
    steps.play("actions/cache/save", path=paths, key="one")
    steps.play("actions/cache/save", path=paths, key="one")  # Told, and no error.

    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.setenv("GITHUB_WORKSPACE", str(other))
    (home / "kept").unlink()
    told = steps.play("actions/cache/restore", path=paths, key="two", restore_keys="x\non")
    assert told == {
        "cache-primary-key": "two",
        "cache-matched-key": "one",
        "cache-hit": "false",
    }
    assert ((other / "out/data").read_text(), (home / "kept").read_text()) == ("bytes", "kept")
    shutil.rmtree(other / "out")
    look = steps.play("actions/cache", path=paths, key="one", lookup_only="true")
    assert look["cache-hit"] == "true"
    assert not (other / "out").exists()
    # GitHub, too, finds none that was saved for other paths.
    assert steps.play("actions/cache", path="out", key="one") == {"cache-hit": ""}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"key": "k"}, "not supplied: path"),
        ({"path": "out"}, "not supplied: key"),
        ({"path": "out", "key": "k", "fail_on_cache_miss": "true"}, "fail-on-cache-miss is set"),
    ],
    ids=["path", "key", "miss"],
)
def test_what_a_cache_refuses(steps: Steps, given: dict[str, str], told: str) -> None:
    with pytest.raises(RefusedError, match=told):
        steps.play("actions/cache", **given)


def test_nothing_to_save_is_told(steps: Steps, capsys: pytest.CaptureFixture[str]) -> None:
    steps.play("actions/cache/save", path="gone", key="k")
    assert "::warning::Nothing was saved for k" in capsys.readouterr().out


# Tools


def test_setup_node_says_what_is_here(steps: Steps, capsys: pytest.CaptureFixture[str]) -> None:
    steps.program("node", "echo v20.1.0")
    told = steps.play("actions/setup-node", node_version="20.x")
    assert (told["node-version"], capsys.readouterr().out[:7]) == ("v20.1.0", "Node.js")
    steps.write(__nvmrc="22\n")
    steps.play("actions/setup-node", node_version_file=".nvmrc")
    assert "::warning::Node.js 22 is asked for" in capsys.readouterr().out
    with pytest.raises(RefusedError, match="does not exist"):
        steps.play("actions/setup-node", node_version_file="gone")


def test_setup_node_sets_a_registry_whose_token_is_a_variable(
    steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NODE_AUTH_TOKEN", raising=False)
    steps.program("node", "echo v20.1.0")
    steps.play("actions/setup-node", registry_url="https://npm.pkg.github.com")
    told = steps.told("ENV")
    text = Path(told["NPM_CONFIG_USERCONFIG"]).read_text()
    assert "//npm.pkg.github.com/:_authToken=${NODE_AUTH_TOKEN}" in text
    assert "@acme:registry=https://npm.pkg.github.com/" in text
    assert "NODE_AUTH_TOKEN" in told


def test_setup_uv_says_what_is_here_and_sets_what_is_asked_for(
    steps: Steps, capsys: pytest.CaptureFixture[str]
) -> None:
    log = steps.workspace.parent / "log"
    steps.program("uv", f'[ "$1" = --version ] && echo "uv 0.9.1" || echo "$@" > {log}')
    told = steps.play(
        "astral-sh/setup-uv",
        version="0.8",
        python_version="3.12",
        activate_environment="true",
        tool_bin_dir="/tools",
    )
    assert told["uv-version"] == "0.9.1"
    assert "::warning::uv 0.8 is asked for" in capsys.readouterr().out
    assert steps.told("ENV")["UV_PYTHON"] == "3.12"
    assert log.read_text().split()[:3] == ["venv", "--python", "3.12"]
    assert "/tools\n" in Path(os.environ["GITHUB_PATH"]).read_text()


def test_git_cliff_writes_and_tells_the_changelog(steps: Steps) -> None:
    steps.program(
        "git-cliff",
        'case "$*" in *--context*) echo \'[{"version": "v1.2.0"}]\' ;;'
        ' *) shift $(($# - 1)); echo "# $GITHUB_REPO" > "$1" ;; esac',
    )
    told = steps.play("orhun/git-cliff-action", args="-v --latest")
    assert told == {
        "changelog": "git-cliff/CHANGELOG.md",
        "content": "# acme/app\n",
        "version": "v1.2.0",
    }
    assert steps.play("orhun/git-cliff-action", args="--output OUT.md")["changelog"] == "OUT.md"
    steps.program("git-cliff", "echo bad config >&2; exit 2")
    with pytest.raises(RefusedError, match="ended with 2: bad config"):
        steps.play("orhun/git-cliff-action")


def test_maturin_is_run_as_the_step_says(steps: Steps, capsys: pytest.CaptureFixture[str]) -> None:
    log = steps.workspace.parent / "log"
    for name in ("cargo", "rustc"):
        steps.program(name, "echo release: 1.90.0")
    steps.program("maturin", f'echo "$@" > {log}; pwd >> {log}')
    (steps.workspace / "py").mkdir()
    steps.play(
        "PyO3/maturin-action",
        args="--release --out 'a dist'",
        manylinux="auto",
        target="x86_64",
        working_directory="py",
    )
    assert log.read_text() == f"build --release --out a dist\n{steps.workspace}/py\n"
    out = capsys.readouterr().out
    assert "and not for manylinux auto" in out
    assert "and not for x86_64" in out
    with pytest.raises(RefusedError, match="maturin publish uploads to where nothing is played"):
        steps.play("PyO3/maturin-action", command="publish")
    steps.program("maturin", "exit 3")
    with pytest.raises(RefusedError, match="exit code 3"):
        steps.play("PyO3/maturin-action")


def test_tools_that_are_not_here_are_told(
    steps: Steps, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    steps.program("cargo-hack", "true")
    monkeypatch.setenv("GITHUB_ACTION_REF", "cargo-hack")
    steps.play("taiki-e/install-action")
    assert "cargo-hack: /" in capsys.readouterr().out
    with pytest.raises(RefusedError, match="Not on this machine: no-such-tool"):
        steps.play("taiki-e/install-action", tool="cargo-hack@1.2, no-such-tool")


def test_rust_cache_caches_nothing_and_says_so(
    steps: Steps, capsys: pytest.CaptureFixture[str]
) -> None:
    assert steps.play("Swatinem/rust-cache") == {"cache-hit": "false"}
    assert "begins without any" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("actions/setup-node", "There is no node"),
        ("actions/github-script", "There is no node"),
        ("astral-sh/setup-uv", "There is no uv"),
        ("orhun/git-cliff-action", "There is no git-cliff"),
        ("PyO3/maturin-action", "There is no maturin"),
    ],
)
def test_a_tool_that_is_not_here_is_told_by_the_step(
    steps: Steps, monkeypatch: pytest.MonkeyPatch, action: str, told: str
) -> None:
    monkeypatch.setenv("PATH", str(steps.workspace))
    with pytest.raises(RefusedError, match=told):
        steps.play(action)


def test_a_tool_that_is_not_here_is_told_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    folder = standins.stage("orhun/git-cliff-action", tmp_path / "standins")
    assert folder
    assert standins.lacking("orhun/git-cliff-action", folder) == (
        "its stand-in starts the real `git-cliff`, which is not on PATH."
        " Install it: pip install git-cliff."
    )
    # A folder that somebody gave may need what it likes.
    assert standins.lacking("orhun/git-cliff-action", tmp_path) == ""
    assert standins.lacking("actions/checkout", folder) == ""
    (tmp_path / "git-cliff").write_text("#!/bin/sh\n")
    (tmp_path / "git-cliff").chmod(0o755)
    assert standins.lacking("orhun/git-cliff-action", folder) == ""


def test_owners_and_names_are_known_in_any_case(tmp_path: Path) -> None:
    for name in ("pyo3/maturin-action", "PYO3/Maturin-Action", "swatinem/rust-cache"):
        assert standins.stage(name, tmp_path)
    cache = standins.stage("actions/cache", tmp_path)
    assert cache
    assert {file.parent.name for file in cache.rglob("action.yml")} == {
        "actions-cache",
        "restore",
        "save",
    }


# re-actors/alls-green


@pytest.mark.parametrize(
    ("given", "bad"),
    [
        ({}, ["b -> skipped", "c -> failure"]),
        ({"allowed_skips": "b"}, ["c -> failure"]),
        ({"allowed_skips": '["b"]', "allowed_failures": "c, d"}, []),
    ],
    ids=["none allowed", "a skip", "a skip and a failure"],
)
def test_all_jobs_ended_as_they_may(steps: Steps, given: dict[str, str], bad: list[str]) -> None:
    results = {"a": "success", "b": "skipped", "c": "failure"}
    jobs: Any = {name: {"result": result, "outputs": {}} for name, result in results.items()}
    jobs = json.dumps(jobs)
    if bad:
        with pytest.raises(RefusedError, match=f"failed: {', '.join(bad)}$"):
            steps.play("re-actors/alls-green", jobs=jobs, **given)
    else:
        steps.play("re-actors/alls-green", jobs=jobs, **given)
    assert steps.told("OUTPUT")["result"] == ("failure" if bad else "success")


def test_no_jobs_are_no_yes(steps: Steps) -> None:
    with pytest.raises(RefusedError, match="it is empty"):
        steps.play("re-actors/alls-green")
