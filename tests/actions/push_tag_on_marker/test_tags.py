"""How the tag is made, by whom, and what it starts: PAINS B.17 and B.18, D-W6."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rehearsal.faults import Fault
from release_actions.errors import Exit, UsageError
from tests.actions.push_tag_on_marker.train import (
    BRANCH,
    LEAST,
    WITH_DISPATCH,
    WORKFLOW,
    M,
    Train,
    advised,
    cargo,
    made,
    ruled,
    tags_of,
)
from tests.actions.tagging import bad, told
from tests.clients.keys import Gpg, ssh_key

both = pytest.mark.parametrize("method", ["git", "rest"])


@both
def test_least_permissions_make_a_tag(train: Train, method: str) -> None:
    """`contents: write`, and nothing else; annotated, and read back by the API."""
    train.permissions = LEAST
    marked = train.mark()
    ended = train.run(method=method)
    assert tags_of(ended) == [("v48.0.0", marked, True)]
    assert train.repository.git.kind(train.repository.git.tags()["v48.0.0"]) == "tag"
    after = [r.route for r in train.github.requests if r.mutating][-1]
    last = train.github.requests[-1]
    assert after in ("git-push", "create-ref")
    assert (last.route, last.mutating) == ("tag-object", False)


@both
def test_a_token_that_may_not_write_is_told_what_it_needs(train: Train, method: str) -> None:
    train.permissions = {"contents": "read"}
    train.mark()
    ended = train.run(method=method)
    assert bad(ended) == ["no-permission"]
    assert ended.exit is Exit.FAILED
    assert "contents" in told(ended)
    assert train.tags == {}


@both
def test_a_ruleset_that_refuses_has_its_own_rule(train: Train, method: str) -> None:
    """GH013, with its mending (PAINS B.18)."""
    train.repository.add_ruleset("tags", include=["refs/tags/v*"], rules=["creation"])
    train.mark()
    ended = train.run(method=method)
    assert bad(ended) == ["ruleset"]
    assert "bypass list" in told(ended)
    assert train.tags == {}


@both
def test_workflow_files_that_no_branch_has_need_a_permission(train: Train, method: str) -> None:
    """PAINS B.18: main's workflow files moved on, and so did the branch's."""
    train.permissions = LEAST
    train.repository.state.workflow_guard = "all"
    marked = train.mark(files={".github/workflows/ci.yml": "on: push\n"})
    train.commit("Work", files={".github/workflows/ci.yml": "on: [push]\n"})
    ended = train.run(method=method)
    assert bad(ended) == ["workflows-permission"]
    assert "Workflows: write" in told(ended)
    assert marked
    assert train.tags == {}


def test_the_setting_to_sign_all_tags_does_not_matter(train: Train) -> None:
    train.clone()
    train.scene.git("config", "tag.gpgSign", "true")
    marked = train.mark()
    assert tags_of(train.run()) == [("v48.0.0", marked, True)]


def test_a_tag_of_that_name_in_the_clone_alone_counts_for_nothing(train: Train) -> None:
    """What an earlier try left in the clone, or a person: the server's tags are the tags."""
    train.clone()
    train.scene.git("tag", "v48.0.0", train.names["cut"])
    marked = train.mark()
    assert tags_of(train.run()) == [("v48.0.0", marked, True)]
    assert train.tags == {"v48.0.0": marked}


def test_a_tagger_with_a_name_keeps_it(train: Train) -> None:
    train.clone()
    train.scene.git("config", "user.name", "Robin")
    train.scene.git("config", "user.email", "robin@example.com")
    train.mark()
    train.run()
    tagged = train.repository.git.text("cat-file", "tag", "v48.0.0")
    assert "tagger Robin <robin@example.com>" in tagged


@pytest.mark.parametrize("how", ["ssh", "gpg"])
def test_a_signed_tag(
    train: Train, how: str, tmp_path: Path, gpg: Gpg, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GNUPGHOME", str(gpg.home))
    key = str(ssh_key(tmp_path, "key")[0]) if how == "ssh" else gpg.key("robot")
    marked = train.mark()
    ended = train.run(sign=how, signing_key=key)
    assert tags_of(ended) == [("v48.0.0", marked, True)]
    text = train.repository.git.text("cat-file", "tag", "v48.0.0")
    assert f"{how.upper().replace('GPG', 'PGP')} SIGNATURE" in text
    assert tags_of(train.run(sign=how, signing_key=key)) == [("v48.0.0", marked, False)]


def test_not_signed(train: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    marked = train.mark()
    assert bad(train.run(sign="ssh", signing_key=str(tmp_path / "none"))) == ["not-signed"]
    train.repository.tag("v48.0.0", marked, message="by hand")
    assert bad(train.run(sign="ssh")) == ["not-signed"]


@both
def test_a_tag_that_somebody_made_meanwhile_is_never_overwritten(train: Train, method: str) -> None:
    other = train.commit("Work")
    train.mark()
    route = "git-push" if method == "git" else "create-ref"

    def somebody_else() -> None:
        train.repository.tag("v48.0.0", other, message="meanwhile")

    train.github.faults.add(Fault(route=route, kind="meanwhile", callback=somebody_else, call=1))
    assert bad(train.run(method=method)) == ["refused"]
    assert train.tags == {"v48.0.0": other}
    assert bad(train.run(method=method)) == ["name-taken"]


# What it starts


def test_a_tag_by_an_installations_token_is_said_to_start_nothing(train: Train) -> None:
    """PAINS B.17: silently, on GitHub."""
    train.permissions = LEAST
    train.mark()
    ended = train.run()
    assert "starts-nothing" in ruled(ended)
    assert "GITHUB_TOKEN" in told(ended)
    assert train.runs == []


def test_a_persons_token_needs_no_such_word(train: Train) -> None:
    train.mark()
    assert "starts-nothing" not in ruled(train.run())


def test_the_workflow_is_dispatched_once_on_the_tag_and_seen_to_run(train: Train) -> None:
    """`contents: write` and `actions: write`, and nothing else."""
    train.permissions = WITH_DISPATCH
    marked = train.mark()
    ended = train.run(dispatch="release.yml")
    assert tags_of(ended) == [("v48.0.0", marked, True)]
    assert train.runs == [("workflow_dispatch", "v48.0.0", marked)]
    assert "starts-nothing" not in ruled(ended)
    assert made(train.run(dispatch="release.yml")).tag == "v48.0.0"
    assert len(train.runs) == 1


def test_each_tag_is_seen_to_start_before_the_next_is_made(train: Train) -> None:
    train.mark("48.0.0-rc.1")
    train.mark("48.0.0")
    ended = train.run(dispatch="release.yml")
    assert [str(change).split(" on ")[0] for change in ended.effects.made] == [
        "create tag v48.0.0-rc.1",
        "dispatch release.yml",
        "create tag v48.0.0",
        "dispatch release.yml",
    ]
    assert [branch for _, branch, _ in train.runs] == ["v48.0.0-rc.1", "v48.0.0"]


def test_a_left_overs_workflow_is_dispatched_too(train: Train) -> None:
    left = train.mark("48.0.0-rc.1")
    tagged = train.mark("48.0.0-rc.2")
    before = train.commit("Fix")
    marked = train.mark("48.0.0")
    train.run(before, dispatch="release.yml")
    assert [commit for _, _, commit in train.runs] == [left, tagged, marked]


def test_an_old_tags_workflow_is_not_dispatched_again(train: Train) -> None:
    """Its runs may be deleted by now; it was released long ago."""
    old = train.mark("48.0.0")
    train.repository.tag("v48.0.0", old, message="1", at="2025-01-01T00:00:00+00:00")
    train.commit("Work")
    before = train.head
    marked = train.mark("48.0.1")
    train.run(before, dispatch="release.yml")
    assert [commit for _, _, commit in train.runs] == [marked]


@pytest.mark.parametrize("message", ["1", None], ids=["annotated", "lightweight"])
def test_a_tag_of_late_without_its_run_gets_it_if_it_says_when_it_was_made(
    train: Train, message: str | None
) -> None:
    tagged = train.mark("48.0.0")
    train.repository.tag("v48.0.0", tagged, message=message)
    before = train.commit("Work")
    train.commit("More")
    train.run(before, dispatch="release.yml")
    assert [commit for _, _, commit in train.runs] == ([tagged] if message else [])
    train.run(before, dispatch="release.yml")
    assert len(train.runs) == (1 if message else 0)


def test_an_earlier_tags_run_that_does_not_come_does_not_end_this_push(train: Train) -> None:
    """A person's tag should have started it, and nobody can mend that by pushing again."""
    both_ways = "on:\n  workflow_dispatch:\n  push:\n    tags: ['v*']\njobs: {}\n"
    tagged = train.mark("48.0.0-rc.1", files={WORKFLOW: both_ways})
    train.repository.tag("v48.0.0-rc.1", tagged, message="1")
    before = train.commit("Work")
    marked = train.mark("48.0.0")
    ended = train.run(before, dispatch="release.yml")
    assert advised(ended) == ["not-started"]
    assert tags_of(ended)[-1] == ("v48.0.0", marked, True)


def test_a_run_that_the_tag_itself_started_counts(train: Train) -> None:
    """A person's token lets the workflow start by the tag: it is not asked for a second time."""
    both_ways = "on:\n  workflow_dispatch:\n  push:\n    tags: ['v*']\njobs: {}\n"
    marked = train.mark(files={WORKFLOW: both_ways})
    ended = train.run(dispatch="release.yml")
    assert made(ended).tag == "v48.0.0"
    assert train.runs == [("push", "v48.0.0", marked)]


@pytest.mark.parametrize(
    "fields",
    [
        {"branch": BRANCH, "event": "push"},
        {"branch": "v48.0.0", "event": "schedule"},
        {"branch": "v48.0.1", "event": "workflow_dispatch"},
    ],
    ids=["of the branch", "of another event", "of another tag"],
)
def test_a_run_of_something_else_does_not_count(train: Train, fields: dict[str, Any]) -> None:
    marked = train.mark()
    train.repository.add_run(workflow="release.yml", commit=marked, **fields)
    train.repository.add_run(workflow="ci.yml", commit=marked, branch="v48.0.0")
    train.run(dispatch="release.yml")
    assert train.runs[-1] == ("workflow_dispatch", "v48.0.0", marked)


def test_a_run_that_came_since_the_look_is_not_asked_for_again(train: Train) -> None:
    marked = train.mark()
    train.repository.tag("v48.0.0", marked, message="1")

    def an_earlier_try() -> None:
        train.repository.add_run(
            workflow="release.yml", commit=marked, branch="v48.0.0", event="workflow_dispatch"
        )

    train.github.faults.add(Fault(route="runs", kind="meanwhile", call=2, callback=an_earlier_try))
    ended = train.run(dispatch="release.yml")
    assert made(ended).tag == "v48.0.0"
    assert len(train.runs) == 1


def test_a_run_that_does_not_appear_is_missing(train: Train) -> None:
    """Asked for, and never seen: no yes."""
    train.mark()
    train.github.faults.add(Fault(route="runs", kind="stale", hide=9))
    ended = train.run(dispatch="release.yml")
    assert bad(ended) == ["not-started"]
    assert ended.exit is Exit.MISSING
    assert train.clock.time >= 120


def test_a_run_that_takes_its_time_is_waited_for(train: Train) -> None:
    train.mark()
    train.github.faults.add(Fault(route="runs", kind="stale", call=(1, 5), hide=9))
    ended = train.run(dispatch="release.yml")
    assert made(ended).tag == "v48.0.0"
    assert len(train.runs) == 1


@pytest.mark.parametrize(
    ("workflow", "said"),
    [
        ("on: pull_request\njobs: {}\n", "no `on: workflow_dispatch`"),
        ("on: [push, pull_request]\njobs: {}\n", "no `on: workflow_dispatch`"),
        ("on:\n  workflow_dispatch:\n    inputs: {x: {required: true}}\n", "inputs: x"),
        ("on: {workflow_dispatch: [\n", "no YAML"),
        (None, "no such file"),
    ],
    ids=["another trigger", "other triggers", "an input is required", "no YAML", "no such file"],
)
def test_a_workflow_that_cannot_be_dispatched_is_told_before_the_tag_is_there(
    train: Train, workflow: str | None, said: str
) -> None:
    train.mark(files={WORKFLOW: workflow})
    ended = train.run(dispatch="release.yml")
    assert bad(ended) == ["not-dispatchable"]
    assert said in told(ended)
    assert train.tags == {}


@pytest.mark.parametrize("on", ["workflow_dispatch", "[workflow_dispatch]"])
def test_a_workflow_that_is_dispatched_by_a_short_on(train: Train, on: str) -> None:
    marked = train.mark(files={WORKFLOW: f"on: {on}\n"})
    train.run(dispatch="release.yml")
    assert train.runs == [("workflow_dispatch", "v48.0.0", marked)]


def test_a_dispatch_that_github_refuses(train: Train) -> None:
    """Such as of a workflow that is switched off: the tag stays, and a second run goes on."""
    marked = train.mark()
    train.repository.set_workflow("release.yml", state="disabled_manually")
    ended = train.run(dispatch="release.yml")
    assert bad(ended) == ["refused"]
    assert "disabled" in told(ended)
    assert train.tags == {"v48.0.0": marked}
    train.repository.set_workflow("release.yml", state="active")
    assert tags_of(train.run(dispatch="release.yml")) == [("v48.0.0", marked, False)]
    assert train.runs == [("workflow_dispatch", "v48.0.0", marked)]


def test_a_run_that_the_tag_starts_by_itself_is_awaited_and_not_doubled(train: Train) -> None:
    """GitHub takes seconds to show the run of a pushed tag."""
    both_ways = "on:\n  workflow_dispatch:\n  push:\n    tags: ['v*']\njobs: {}\n"
    first = train.mark("48.0.0-rc.1", files={WORKFLOW: both_ways})
    second = train.mark("48.0.0")
    train.github.faults.add(Fault(route="runs", kind="stale", call=(1, 6), hide=9))
    ended = train.run(dispatch="release.yml")
    assert made(ended).tag == "v48.0.0"
    assert train.runs == [("push", "v48.0.0-rc.1", first), ("push", "v48.0.0", second)]


def test_a_run_that_the_tag_should_start_and_does_not_is_missing(train: Train) -> None:
    both_ways = "on:\n  workflow_dispatch:\n  push:\n    tags: ['v*']\njobs: {}\n"
    train.mark(files={WORKFLOW: both_ways})
    train.repository.set_workflow("release.yml", state="disabled_manually")
    ended = train.run(dispatch="release.yml")
    assert bad(ended) == ["not-started"]
    assert "gh workflow run release.yml" in told(ended)


def test_with_github_token_the_tag_starts_nothing_and_the_run_is_asked_for(train: Train) -> None:
    both_ways = "on:\n  workflow_dispatch:\n  push:\n    tags: ['v*']\njobs: {}\n"
    train.permissions = WITH_DISPATCH
    marked = train.mark(files={WORKFLOW: both_ways})
    assert made(train.run(dispatch="release.yml")).tag == "v48.0.0"
    assert train.runs == [("workflow_dispatch", "v48.0.0", marked)]


def test_a_token_without_actions_write_is_told(train: Train) -> None:
    train.permissions = {"contents": "write", "actions": "read"}
    train.mark()
    ended = train.run(dispatch="release.yml")
    assert bad(ended) == ["no-permission"]
    assert "actions=write" in told(ended)


# Who may mark


def person(train: Train, login: str, committer: str = "", version: str = "48.0.0") -> str:
    """A marked commit by this author, and committed by that one; made in the clone, and pushed."""
    train.clone()
    git = train.scene.git
    git("pull", "--quiet", train.scene.address, BRANCH)
    (train.folder / "Cargo.toml").write_text(cargo(version)["Cargo.toml"])
    names = {
        "GIT_AUTHOR_NAME": login,
        "GIT_AUTHOR_EMAIL": f"{login}@example.com",
        "GIT_COMMITTER_NAME": committer or login,
        "GIT_COMMITTER_EMAIL": f"{committer or login}@example.com",
    }
    if committer == "GitHub":
        names["GIT_COMMITTER_EMAIL"] = "noreply@github.com"
    message = f"Release {version}\n\n{M}\n"
    git("commit", "--quiet", "--all", "--file=-", stdin=message, **names)
    train.scene.push(f"HEAD:refs/heads/{BRANCH}")
    return git("rev-parse", "HEAD")


@pytest.mark.parametrize(
    ("author", "committer", "verified", "allowed"),
    [
        ("mona", "", True, True),
        ("mona", "", False, False),
        ("eve", "", True, False),
        ("mona", "eve", True, False),
        ("eve", "mona", True, True),
        ("mona", "GitHub", True, True),
        ("eve", "GitHub", True, False),
        ("mona", "GitHub", False, False),
    ],
    ids=[
        "signed by one of them",
        "in the name of one of them, unsigned",
        "signed by somebody else",
        "in the name of one of them, signed by somebody else",
        "of somebody else, committed and signed by one of them",
        "merged by GitHub's site for one of them",
        "merged by GitHub's site for somebody else",
        "in GitHub's name, unsigned",
    ],
)
@pytest.mark.parametrize("authors", ["Mona", "robin,mona@example.com"], ids=["login", "address"])
def test_who_may_mark(
    train: Train, author: str, committer: str, verified: bool, allowed: bool, authors: str
) -> None:
    """Whoever commits may write any name: what counts is whose signature GitHub verified."""
    marked = person(train, author, committer)
    if verified:
        train.repository.state.verified.add(marked)
    ended = train.run(authors=authors)
    if allowed:
        assert tags_of(ended) == [("v48.0.0", marked, True)]
    else:
        assert bad(ended) == ["not-allowed"]
        assert train.tags == {}


# Inputs


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"sign": "gpg", "method": "rest"}, "input `sign`: `gpg` was given; allowed: none"),
        ({"signing_key": "x"}, "input `signing-key`"),
        ({"tag_format": "v1"}, "input `tag-format`: `v1` was given; allowed: a pattern"),
        ({"tag_format": "v{versions}"}, "input `tag-format`: `v{versions}` was given"),
        ({"tag_format": "v{version}_{date}"}, "as its one place"),
        ({"marker": "> x"}, "input `marker`"),
        ({"before": "main"}, "input `before`"),
        ({"after": "abc"}, "input `after`"),
        ({"dispatch": "../x"}, "input `dispatch`"),
        ({"version_source": "/etc/passwd"}, "input `version-source`"),
        ({"method": "both"}, "input `method`: `both` was given; allowed: `git` or `rest`"),
        ({"branch": "refs/heads/main"}, "input `branch`"),
    ],
    ids=lambda value: "" if isinstance(value, str) else next(iter(value)),
)
def test_inputs_that_make_no_sense_are_told_by_name(
    train: Train, inputs: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError) as error:
        train.run(**inputs)
    assert said in "\n".join(error.value.lines)
