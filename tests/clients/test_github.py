"""GitHub's answers become plain facts, or an error; absence is told from blindness."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rehearsal.github import GitHub as Loopback
from rehearsal.github import Repository
from release_actions.clients.github import GitHub
from release_actions.errors import RefusedError, UpstreamError
from release_actions.values import RefName, Sha
from release_actions.values import Repository as Name
from tests.clients.canned import Answer, serving
from tests.shelf import StillClock

APP, V1, MAIN = Name("acme/app"), RefName("v1"), RefName("main")
A, B = Sha("a" * 40), Sha("b" * 40)


@pytest.fixture
def loopback(tmp_path: Path) -> Iterator[Loopback]:
    with Loopback(tmp_path / "github") as loopback:
        yield loopback


@pytest.fixture
def repository(loopback: Loopback) -> Repository:
    return loopback.repository("acme/app")


@pytest.fixture
def commit(repository: Repository) -> Sha:
    return Sha(repository.commit({"a": "1", "b/c": "2"}))


@pytest.fixture
def github(loopback: Loopback, repository: Repository) -> GitHub:
    return GitHub(loopback.token(), loopback.api_url, StillClock())


def answered(*answers: Answer) -> Any:
    return serving(*answers)


def client(url: str) -> GitHub:
    return GitHub("ghs_x", url, StillClock())


# What is there


def test_a_branch_has_a_head_or_is_not_there(github: GitHub, commit: Sha) -> None:
    assert github.branch_head(APP, MAIN) == commit
    assert github.branch_head(APP, RefName("other")) is None


def test_a_404_is_a_fact_only_in_a_repository_that_can_be_seen(github: GitHub) -> None:
    with pytest.raises(UpstreamError, match="GET /repos/acme/none: GitHub answered 404"):
        github.branch_head(Name("acme/none"), MAIN)


def test_a_tag_is_peeled_to_its_commit(github: GitHub, repository: Repository, commit: Sha) -> None:
    repository.tag("v1", commit)
    inner = repository.tag("inner", commit, message="one")
    outer = repository.tag("outer", inner, message="two")
    plain = github.tag(APP, V1)
    assert plain is not None
    assert (plain.commit, plain.object, plain.annotated) == (commit, commit, False)
    nested = github.tag(APP, RefName("outer"))
    assert nested is not None
    assert (nested.commit, nested.object, nested.annotated) == (commit, outer, True)
    assert github.tag(APP, RefName("none")) is None
    assert github.tag_object(APP, Sha(outer)) == inner
    assert github.tag_object(APP, commit) is None


def ref(kind: str, sha: str, name: str = "refs/tags/v1") -> Answer:
    return Answer({"ref": name, "object": {"type": kind, "sha": sha}})


def test_a_tag_that_names_no_commit_is_an_error() -> None:
    with answered(ref("tree", A)) as canned, pytest.raises(UpstreamError, match="names a tree"):
        client(canned.url).tag(APP, V1)


def test_tags_without_end_are_an_error() -> None:
    with answered(ref("tag", A)) as canned, pytest.raises(UpstreamError, match="more than 8 tag"):
        client(canned.url).tag(APP, V1)


def test_another_ref_than_was_asked_is_no_answer() -> None:
    with (
        answered(ref("commit", A, "refs/tags/v10")) as canned,
        pytest.raises(UpstreamError, match="another ref"),
    ):
        client(canned.url).tag(APP, V1)


# Runs


def test_runs_come_the_newest_number_first(
    github: GitHub, repository: Repository, commit: Sha
) -> None:
    for conclusion in ("failure", "success"):
        repository.add_run(workflow="ci.yml", commit=commit, conclusion=conclusion)
    runs = github.workflow_runs(APP, commit)
    assert [(run.number, run.conclusion) for run in runs] == [(2, "success"), (1, "failure")]
    assert {run.repository for run in runs} == {"acme/app"}
    assert runs == github.newer_runs(APP, "main")
    assert github.workflow_runs(APP, B) == ()


def test_the_ref_behind_a_workflows_path_is_cut_off(
    github: GitHub, repository: Repository, commit: Sha
) -> None:
    repository.add_run(workflow="ci.yml", commit=commit, path_suffix="@refs/heads/main")
    assert github.workflow_runs(APP, commit)[0].workflow == ".github/workflows/ci.yml"


RUN: dict[str, Any] = {
    "id": 1,
    "path": ".github/workflows/ci.yml",
    "name": None,
    "run_number": 1,
    "run_attempt": 1,
    "head_sha": A,
    "head_branch": None,
    "event": "push",
    "status": "queued",
    "conclusion": None,
    "head_repository": None,
    "html_url": "x",
}


def listed(**changed: Any) -> Answer:
    return Answer({"total_count": 1, "workflow_runs": [RUN | changed]})


def test_a_run_of_a_deleted_fork_belongs_to_nobody() -> None:
    with answered(listed()) as canned:
        (run,) = client(canned.url).workflow_runs(APP, A)
    assert (run.repository, run.name, run.branch) == (None, "", None)


@pytest.mark.parametrize("changed", [{"head_sha": B}, {"id": "x"}, {"run_number": None}])
def test_a_list_that_lies_is_no_answer(changed: dict[str, Any]) -> None:
    with (
        answered(listed(**changed)) as canned,
        pytest.raises(UpstreamError, match="cannot be read"),
    ):
        client(canned.url).workflow_runs(APP, A)


def test_workflows_are_those_that_github_knows(
    github: GitHub, repository: Repository, commit: Sha
) -> None:
    repository.set_workflow("ci.yml", state="disabled_manually", name="CI")
    (workflow,) = github.workflows(APP)
    assert (workflow.path, workflow.name, workflow.state) == (
        ".github/workflows/ci.yml",
        "CI",
        "disabled_manually",
    )


# Releases, commits, files


def test_releases_and_drafts(github: GitHub, repository: Repository, commit: Sha) -> None:
    repository.add_release("v1", target=commit, draft=True)
    (draft,) = github.releases(APP)
    assert (draft.tag, draft.target, draft.draft, draft.prerelease) == ("v1", commit, True, False)


def test_a_draft_that_is_neither_true_nor_false_is_no_answer() -> None:
    release = {
        "id": 1,
        "tag_name": "v1",
        "target_commitish": "main",
        "draft": "false",
        "prerelease": False,
        "html_url": "x",
    }
    with (
        answered(Answer([release])) as canned,
        pytest.raises(UpstreamError, match="not true or false"),
    ):
        client(canned.url).releases(APP)


def test_how_one_commit_stands_to_another(
    github: GitHub, repository: Repository, commit: Sha
) -> None:
    later = Sha(repository.commit({"a": "2"}))
    ahead = github.compare(APP, commit, later)
    assert ahead is not None
    assert (ahead.status, ahead.merge_base) == ("ahead", commit)
    assert github.compare(APP, commit, B) is None


def test_a_commit_has_its_files_old_names_too(
    github: GitHub, repository: Repository, commit: Sha
) -> None:
    later = Sha(repository.commit({"a": None, "z": "1"}))
    found = github.commit(APP, later)
    assert found is not None
    assert found.parents == (commit,)
    assert {"z", "a"} <= set(found.files)
    assert found.whole
    assert github.commit(APP, B) is None
    with answered(Answer({}, 401)) as canned, pytest.raises(UpstreamError, match="401"):
        client(canned.url).commit(APP, A)


def test_three_hundred_files_are_perhaps_not_all() -> None:
    files = [{"filename": str(number)} for number in range(300)]
    with answered(Answer({"sha": A, "parents": [], "files": files})) as canned:
        found = client(canned.url).commit(APP, A)
    assert found is not None
    assert not found.whole


def test_a_file_and_a_folder_at_a_commit(github: GitHub, commit: Sha) -> None:
    assert github.file(APP, "b/c", commit) == b"2"
    assert github.file(APP, "none", commit) is None
    assert github.folder(APP, "b", commit) == ("c",)
    assert github.folder(APP, "none", commit) == ()


@pytest.mark.parametrize(
    "body",
    [
        {"type": "symlink", "encoding": "base64", "content": ""},
        {"type": "file", "encoding": "none", "content": ""},
        [{"name": "x"}],
    ],
)
def test_what_is_no_file_is_no_answer(body: object) -> None:
    with answered(Answer(body)) as canned, pytest.raises(UpstreamError, match="cannot be read"):
        client(canned.url).file(APP, "x", A)
    content = base64.b64encode(b"\xff\x00").decode()
    told = {"type": "file", "encoding": "base64", "content": content}
    with answered(Answer(told)) as canned:
        assert client(canned.url).file(APP, "x", A) == b"\xff\x00"


def test_requests_are_counted(github: GitHub, commit: Sha) -> None:
    before = github.requests
    github.branch_head(APP, MAIN)
    assert github.requests == before + 1


# Effects


@pytest.mark.parametrize("message", [None, "one"])
def test_a_tag_is_made(
    github: GitHub, repository: Repository, commit: Sha, message: str | None
) -> None:
    github.create_tag(APP, V1, commit, message)
    made = github.tag(APP, V1)
    assert made is not None
    assert (made.commit, made.annotated) == (commit, message is not None)


@pytest.mark.parametrize(
    ("answer", "rule", "fix"),
    [
        (Answer({}, 404), "no-permission", "Do what GitHub says there."),
        (
            Answer({}, 403, {"X-Accepted-GitHub-Permissions": "contents=write"}),
            "no-permission",
            "Give the job's token `contents=write`.",
        ),
        (
            Answer({}, 403, {"X-Accepted-GitHub-Permissions": "contents=write; workflows=write"}),
            "workflows-permission",
            "brings workflow files",
        ),
        (
            Answer({"message": "refusing to allow a workflow"}, 422),
            "workflows-permission",
            "workflow files",
        ),
        (
            Answer({"message": "Workflow does not have 'workflow_dispatch' trigger"}, 422),
            "refused",
            "Do what GitHub says",
        ),
        (
            Answer({"message": "Repository rule violations found\n\nCannot create ref."}, 422),
            "ruleset",
            "bypass list",
        ),
        (Answer({"message": "Reference already exists"}, 422), "refused", "Do what GitHub says"),
        (Answer({"message": "conflict"}, 409), "refused", "Do what GitHub says"),
        (
            Answer(
                {"message": "Cannot upload assets to an immutable release."},
                422,
                {"X-Accepted-GitHub-Permissions": "contents=write"},
            ),
            "refused",
            "Do what GitHub says",
        ),
    ],
)
def test_a_refusal_that_github_explains_is_a_finding(answer: Answer, rule: str, fix: str) -> None:
    with answered(answer) as canned, pytest.raises(RefusedError) as caught:
        client(canned.url).create_tag(APP, V1, A, None)
    assert caught.value.rule == rule
    assert fix in caught.value.fix
    assert "POST /repos/acme/app/git/refs" in caught.value.detail


@pytest.mark.parametrize("answer", [Answer({}, 500), Answer({}, 401), Answer({}, 429)], ids=str)
def test_any_other_no_to_an_effect_is_could_not_tell(answer: Answer) -> None:
    with answered(answer) as canned:
        with pytest.raises(UpstreamError):
            client(canned.url).create_tag(APP, V1, A, None)
        assert len(canned.asked) == 1


def test_an_effect_whose_answer_cannot_be_read_is_not_known() -> None:
    with answered(Answer(b"<html>", 201)) as canned, pytest.raises(UpstreamError):
        client(canned.url).create_tag(APP, V1, A, "one")
