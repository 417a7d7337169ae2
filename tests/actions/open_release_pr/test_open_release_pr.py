"""W15: the change of earlier steps becomes one commit, one branch and one pull request."""

from __future__ import annotations

import os
from typing import Any

import pytest

from rehearsal.github import Fault
from rehearsal.github.state import Pull
from release_actions.actions.open_release_pr import action
from release_actions.actions.open_release_pr.asked import MARKER, TRAILER
from release_actions.errors import UpstreamError, UsageError
from release_actions.run import Ended
from release_actions.verdict import Outcome
from tests.actions.branching import WRITES_PULLS, Workshop, outcome, outputs
from tests.actions.tagging import bad, told

ASKED = {"base": "main", "branch": "ci/release-48.0.0", "title": "Release 48.0.0"}
ROBOT = "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>"


def run(shop: Workshop, *, dry_run: bool = False, wait: float = 0, **inputs: Any) -> Ended:
    return shop.start(action, ASKED | inputs, WRITES_PULLS, dry_run=dry_run, wait=wait)


def fine(ended: Ended) -> Any:
    assert [f for f in bad(ended) if f != "starts-no-workflow"] == [], told(ended)
    assert outcome(ended) is Outcome.OK
    return outputs(ended)


def made(shop: Workshop) -> Pull:
    (pull,) = shop.repository.pulls
    return pull


def head(shop: Workshop) -> str:
    return shop.branches()["ci/release-48.0.0"]


def message(shop: Workshop, commit: str) -> str:
    return shop.repository.git.commit(commit).message


def test_the_change_is_committed_pushed_and_proposed(shop: Workshop) -> None:
    """With the least permissions of the page; the caller's clone stays as it was."""
    before = shop.git("status", "--porcelain"), shop.git("rev-parse", "HEAD")
    found = fine(run(shop, body="Please look."))
    pull = made(shop)
    assert (found.number, found.branch, found.created) == (pull.number, "ci/release-48.0.0", True)
    assert found.url.endswith(f"/acme/app/pull/{pull.number}")
    assert (pull.title, pull.body, pull.base, pull.draft) == (
        "Release 48.0.0",
        "Please look.",
        "main",
        False,
    )
    assert found.commit == head(shop)
    git = shop.repository.git
    assert git.file(head(shop), "version") == b"48.0.0\n"
    assert git.commit(head(shop)).parents == (shop.branches()["main"],)
    assert before == (shop.git("status", "--porcelain"), shop.git("rev-parse", "HEAD"))
    assert "extraheader" not in (shop.workspace / ".git/config").read_text()


def test_the_identity_is_the_robots_unless_another_is_given(shop: Workshop) -> None:
    """W15: whatever the runner's git is configured to."""
    shop.git("config", "user.name", "Mallory")
    shop.git("config", "commit.gpgSign", "true")
    fine(run(shop))
    shop.git("fetch", "--quiet", shop.address, head(shop))
    assert shop.git("log", "-1", "--format=%an <%ae>%n%cn <%ce>", "FETCH_HEAD").splitlines() == [
        ROBOT,
        ROBOT,
    ]
    other: dict[str, Any] = {"author": "Release Bot <bot@example.com>", "branch": "ci/other"}
    fine(run(shop, **other))
    shop.git("fetch", "--quiet", shop.address, shop.branches()["ci/other"])
    assert shop.git("log", "-1", "--format=%an <%ae>", "FETCH_HEAD") == other["author"]


def test_the_marker_stands_on_a_line_of_its_own_where_it_is_asked_for(shop: Workshop) -> None:
    fine(run(shop))
    assert MARKER not in message(shop, head(shop))
    fine(run(shop, branch="ci/marked", mark="true", message="Release\n\nWith care."))
    lines = message(shop, shop.branches()["ci/marked"]).splitlines()
    assert lines == ["Release", "", "With care.", "", MARKER, "", TRAILER]


def test_a_second_run_finds_everything_as_it_is(shop: Workshop) -> None:
    first = fine(run(shop))
    asked = len(shop.mutating())
    second = fine(run(shop))
    assert (second.number, second.commit, second.created) == (first.number, first.commit, False)
    assert len(shop.mutating()) == asked


def test_the_same_change_in_another_clone_is_the_same_commit(shop: Workshop) -> None:
    """A run that is started again on another machine makes nothing new."""
    first = fine(run(shop))
    shop.workspace = shop.workspace.parent / "again"
    shop.clone("--depth=1")
    shop.write(version="48.0.0\n")
    assert fine(run(shop)).commit == first.commit


def test_what_was_written_on_the_page_stays(shop: Workshop) -> None:
    """Title and text are people's from then on."""
    fine(run(shop))
    made(shop).title = "Release 48.0.0 (hold)"
    fine(run(shop))
    assert made(shop).title == "Release 48.0.0 (hold)"


def test_a_body_file_is_published_as_it_is(shop: Workshop) -> None:
    (shop.workspace / ".git/body.md").write_text("# Näxt\n\n@everyone\n")
    fine(run(shop, body_file=".git/body.md", draft="true"))
    assert (made(shop).body, made(shop).draft) == ("# Näxt\n\n@everyone\n", True)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(None, "No such file", id="not there"),
        pytest.param(b"\xff", "UTF-8", id="no text"),
        pytest.param("link", "a link", id="a link, which could make anything public"),
        pytest.param("folder", "no plain file", id="a folder"),
        pytest.param(b"x" * (1024 * 1024 + 1), "bytes", id="far too long to be read"),
    ],
)
def test_a_body_that_cannot_be_read(shop: Workshop, content: Any, said: str) -> None:
    path = shop.workspace / ".git/body"
    if content == "link":
        path.symlink_to("/proc/self/environ")
    elif content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    ended = run(shop, body_file=".git/body")
    assert bad(ended) == ["body-unreadable"]
    assert said in told(ended)
    assert shop.mutating() == []


def test_a_body_that_github_would_not_take(shop: Workshop) -> None:
    """PAINS B.29: told before anything is made."""
    assert bad(run(shop, body="x" * 65_537)) == ["body-too-long"]
    assert shop.mutating() == []


# What may be touched


def test_a_file_outside_the_paths_is_named_and_nothing_is_made(shop: Workshop) -> None:
    """S16: only the registry's file goes back to main."""
    shop.write(notes="Released\n", new="1")
    ended = run(shop, paths="version")
    assert bad(ended) == ["outside-paths", "outside-paths"]
    assert "file notes: it is changed; allowed is version" in told(ended)
    assert "file new: it is new" in told(ended)
    assert shop.mutating() == []
    assert fine(run(shop, paths="vers*\nno*s\nne?")).created


def test_a_file_that_git_does_not_know_must_be_named(shop: Workshop) -> None:
    shop.write(new="1", folder__new="2")
    ended = run(shop)
    assert bad(ended) == ["outside-paths", "outside-paths"]
    assert "allowed is any file that git tracks" in told(ended)
    fine(run(shop, paths="**"))
    assert shop.repository.git.file(head(shop), "folder/new") == b"2"


def test_ignored_files_do_not_come_along(shop: Workshop) -> None:
    (shop.workspace / ".git/info/exclude").write_text("target/\n")
    shop.write(target__out="1")
    fine(run(shop, paths="**"))
    assert shop.repository.git.entry(head(shop), "target") is None


def test_another_clone_that_lies_in_the_work_tree_never_comes_along(shop: Workshop) -> None:
    """Such as a second checkout: git would make a submodule of it."""
    shop.git("init", "--quiet", "library")
    shop.git("-C", "library", "commit", "--quiet", "--allow-empty", "-m", "x")
    assert bad(run(shop, paths="**")) == ["outside-paths"]


def test_many_files_are_counted_and_some_are_named(shop: Workshop) -> None:
    shop.write(**{f"new{number}": "1" for number in range(25)})
    ended = run(shop)
    assert len(bad(ended)) == 21
    assert "5 more files" in told(ended)


def test_removed_staged_and_executable_files_count(shop: Workshop) -> None:
    shop.write(notes=None, staged="1")
    shop.git("add", "staged")
    (shop.workspace / "version").chmod(0o755)
    fine(run(shop))
    entries = {e.path: e.mode for e in shop.repository.git.entries(head(shop))}
    assert entries == {"version": "100755", "staged": "100644"}


def test_line_ends_are_kept_as_git_keeps_them(shop: Workshop) -> None:
    """A clone with `eol=crlf` must not turn every line round."""
    shop.repository.commit({".gitattributes": "* text eol=crlf\n"})
    shop.git("pull", "--quiet", "--rebase=false", shop.address, "main")
    (shop.workspace / "version").write_bytes(b"48.0.0\r\n")
    fine(run(shop))
    assert shop.repository.git.file(head(shop), "version") == b"48.0.0\n"


def test_no_filter_and_no_hook_of_the_clone_is_run(shop: Workshop) -> None:
    """Either could be what a build step left there; a file with a filter is refused instead."""
    ran = shop.workspace.parent / "ran"
    hook = shop.workspace / ".git/hooks/pre-push"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {ran}\n")
    hook.chmod(0o755)
    shop.git("config", "filter.evil.clean", f"touch {ran}; cat")
    shop.git("config", "filter.evil.required", "true")
    shop.git("config", "credential.helper", f"!touch {ran}; :")
    (shop.workspace / ".git/info/attributes").write_text("notes filter=evil\n")
    fine(run(shop))
    shop.write(notes="Released\n")
    ended = run(shop, branch="ci/other")
    assert bad(ended) == ["filtered"]
    assert "file notes" in told(ended)
    assert not ran.exists()


def test_a_moved_submodule_must_be_named(shop: Workshop) -> None:
    """W29: one that was left behind by a reset is no change of the release."""
    library = shop.github.repository("acme/library")
    old, new = library.commit({"a": "1"}), library.commit({"a": "2"})
    address = f"{shop.github.server_url}/acme/library.git"
    shop.git("-c", "protocol.allow=always", "submodule", "--quiet", "add", address, "library")
    shop.git("-C", "library", "checkout", "--quiet", old)
    shop.git("add", "--all")
    shop.git("commit", "--quiet", "-m", "With a library")
    shop.push("HEAD:main")
    shop.git("-C", "library", "checkout", "--quiet", new)
    shop.write(notes="Released\n")
    ended = run(shop)
    assert bad(ended) == ["outside-paths"]
    assert "a submodule at another commit" in told(ended)
    fine(run(shop, paths="library\nnotes"))
    entry = shop.repository.git.entry(head(shop), "library")
    assert entry is not None
    assert entry.oid == new


def test_files_in_conflict_are_never_committed(shop: Workshop) -> None:
    shop.git("commit", "--quiet", "-am", "mine")
    shop.repository.commit({"version": "50.0.0\n"})
    with pytest.raises(Exception, match="pull"):
        shop.git("pull", "--quiet", "--rebase=false", shop.address, "main")
    ended = run(shop)
    assert bad(ended) == ["unmerged"]
    assert "file version" in told(ended)


def test_nothing_is_checked_out(shop: Workshop) -> None:
    shop.workspace = shop.workspace.parent / "none"
    shop.workspace.mkdir()
    ended = run(shop)
    assert bad(ended) == ["no-clone"]
    assert outcome(ended) is Outcome.UNKNOWN


def test_a_change_of_the_same_size_in_the_same_second_is_seen(shop: Workshop) -> None:
    """git knows it by the time of its index alone, which a copy must keep."""
    shop.git("config", "core.trustctime", "false")
    shop.git("config", "core.checkStat", "minimal")
    shop.git("reset", "--quiet", "--hard")
    version, index = shop.workspace / "version", shop.workspace / ".git/index"
    os.utime(version, (1_700_000_000, 1_700_000_000))
    shop.git("update-index", "--refresh")
    shop.write(version="49.0.0-dev\n")
    for path in (version, index):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    fine(run(shop))
    assert shop.repository.git.file(head(shop), "version") == b"49.0.0-dev\n"


def test_a_clone_without_a_checkout_is_not_taken_for_one_with_every_file_removed(
    shop: Workshop,
) -> None:
    shop.workspace = shop.workspace.parent / "bare-handed"
    shop.clone("--no-checkout")
    assert bad(run(shop)) == ["no-clone"]


# Nothing changed


def test_nothing_changed_is_a_failure_unless_it_may_be(shop: Workshop) -> None:
    """M24, D-W12: a step that silently did nothing is not passed by; W14 allows an empty commit."""
    shop.git("checkout", "--quiet", "--", ".")
    assert bad(run(shop)) == ["nothing-changed"]
    assert fine(run(shop, empty="skip")).commit == ""
    assert shop.mutating() == []
    found = fine(run(shop, empty="allow", mark="true"))
    assert MARKER in message(shop, found.commit).splitlines()
    assert made(shop).number == found.number


# The base


def test_a_base_that_does_not_contain_what_is_checked_out(shop: Workshop) -> None:
    """The pull request would bring other commits along."""
    shop.git("commit", "--quiet", "--allow-empty", "-m", "mine alone")
    ended = run(shop)
    assert bad(ended) == ["off-base"]
    assert shop.mutating() == []


def test_a_base_that_moved_on_is_all_right(shop: Workshop) -> None:
    shop.repository.commit({"more": "1"})
    assert fine(run(shop)).created


def test_a_base_that_is_not_there_is_waited_for(shop: Workshop) -> None:
    """W12: the release branch is cut by the step before."""
    ended = run(shop, base="release-48.0.0")
    assert bad(ended) == ["base-missing"]
    assert outcome(ended) is Outcome.MISSING
    assert shop.mutating() == []


def test_a_branch_can_be_prepared_before_its_base_is_cut(shop: Workshop) -> None:
    """D-W11: what may fail is tried before the release branch is there for all to see."""
    first = fine(run(shop, base="release-48.0.0", open_="false"))
    assert (first.number, first.commit, first.created) == (None, head(shop), False)
    assert shop.repository.pulls == []
    shop.repository.git.create_ref("refs/heads/release-48.0.0", shop.branches()["main"])
    second = fine(run(shop, base="release-48.0.0"))
    assert (second.commit, made(shop).base) == (first.commit, "release-48.0.0")


def test_what_was_prepared_on_an_older_base_is_made_anew(shop: Workshop) -> None:
    """The day before died between the branch and the cut; main has moved on since."""
    first = fine(run(shop, base="release-48.0.0", open_="false"))
    shop.git("checkout", "--quiet", "--", ".")
    shop.repository.commit({"more": "1"})
    shop.git("pull", "--quiet", "--rebase=false", shop.address, "main")
    shop.write(version="48.0.0\n")
    second = fine(run(shop, base="release-48.0.0", open_="false"))
    assert second.commit == head(shop) != first.commit


def test_a_base_that_is_no_release_branch_is_refused(shop: Workshop) -> None:
    """D-W13: release-rc, dispatched on main, would bump main."""
    ended = run(shop, base_pattern="release-*\nlts-*")
    assert bad(ended) == ["wrong-base"]
    assert shop.mutating() == []
    shop.repository.git.create_ref("refs/heads/release-48.0.0", shop.branches()["main"])
    fine(run(shop, base="release-48.0.0", base_pattern="release-*"))


# What is there already


def test_our_own_branch_is_moved_to_the_new_change(shop: Workshop) -> None:
    first = fine(run(shop))
    shop.write(version="48.0.1\n")
    second = fine(run(shop))
    assert (second.number, second.created) == (first.number, False)
    assert second.commit == head(shop) != first.commit
    assert shop.repository.git.file(head(shop), "version") == b"48.0.1\n"


def test_a_branch_without_a_pull_request_that_is_ours_is_moved_too(shop: Workshop) -> None:
    fine(run(shop, open_="false"))
    shop.write(version="48.0.1\n")
    assert fine(run(shop)).created


def test_commits_on_top_of_ours_are_kept(shop: Workshop) -> None:
    """A reviewer mended something on the branch: the pull request is the better for it."""
    first = fine(run(shop))
    theirs = shop.repository.commit({"notes": "Better\n"}, branch="ci/release-48.0.0")
    second = fine(run(shop))
    assert (second.number, head(shop)) == (first.number, theirs)


def test_a_branch_with_somebody_elses_commits_is_never_overwritten(shop: Workshop) -> None:
    fine(run(shop))
    theirs = shop.repository.commit({"notes": "Better\n"}, branch="ci/release-48.0.0")
    shop.write(version="48.0.1\n")
    ended = run(shop)
    assert bad(ended) == ["branch-taken"]
    assert theirs[:12] in told(ended)
    assert "Mona Lisa" in told(ended)
    assert head(shop) == theirs


def test_a_commit_that_only_looks_like_ours_is_not_ours(shop: Workshop) -> None:
    """The trailer alone is not enough."""
    text = f"Mine\n\n{TRAILER}\n"
    shop.repository.commit({"a": "1"}, branch="ci/release-48.0.0", message=text)
    assert bad(run(shop)) == ["branch-taken"]


def test_a_branch_that_only_points_at_main_is_somebodys(shop: Workshop) -> None:
    """Nothing on it is known to be ours: no commits are not all ours."""
    shop.repository.git.create_ref("refs/heads/ci/release-48.0.0", shop.branches()["main"])
    ended = run(shop)
    assert bad(ended) == ["branch-taken"]
    assert "no commit on it is known to be made here" in told(ended)


def test_more_commits_than_one_look_shows_are_nobodys(shop: Workshop) -> None:
    parent = shop.branches()["main"]
    for number in range(101):
        shop.repository.commit({"n": str(number)}, branch="ci/release-48.0.0", parent=parent)
        parent = head(shop)
    assert bad(run(shop)) == ["branch-taken"]


@pytest.mark.parametrize("method", ["merge", "squash"])
def test_a_merged_pull_request_is_the_end(shop: Workshop, method: Any) -> None:
    first = fine(run(shop))
    shop.repository.merge(made(shop), method)
    shop.repository.git.delete_ref("refs/heads/ci/release-48.0.0")
    again = fine(run(shop))
    assert (again.number, again.created) == (first.number, False)
    assert "ci/release-48.0.0" not in shop.branches()
    assert len(shop.repository.pulls) == 1


def test_a_merged_pull_request_with_more_on_top_is_the_end_too(shop: Workshop) -> None:
    fine(run(shop))
    shop.repository.commit({"notes": "Better\n"}, branch="ci/release-48.0.0")
    shop.repository.merge(made(shop), "merge")
    fine(run(shop))
    assert len(shop.repository.pulls) == 1


def test_a_closed_pull_request_is_not_opened_again(shop: Workshop) -> None:
    """Somebody said no."""
    first = fine(run(shop))
    made(shop).state = "closed"
    ended = run(shop)
    assert bad(ended) == ["closed"]
    assert f"#{first.number}" in told(ended)
    assert len(shop.repository.pulls) == 1


def test_a_closed_one_with_another_change_does_not_stand_in_the_way(shop: Workshop) -> None:
    fine(run(shop))
    made(shop).state = "closed"
    shop.repository.git.delete_ref("refs/heads/ci/release-48.0.0")
    shop.write(version="48.0.1\n")
    assert fine(run(shop)).number == 2


def test_a_merged_branch_that_was_left_is_not_used_again(shop: Workshop) -> None:
    fine(run(shop))
    shop.repository.merge(made(shop), "squash")
    shop.git("checkout", "--quiet", "--", ".")
    shop.git("pull", "--quiet", "--rebase=false", shop.address, "main")
    shop.write(version="49.0.0\n")
    ended = run(shop)
    assert bad(ended) == ["branch-taken"]
    assert "#1, merged" in told(ended)


def test_another_repositorys_pull_request_does_not_count(shop: Workshop) -> None:
    """A fork may have a branch of the same name; and the server's filter is not trusted."""
    fork = shop.repository.add_pull("Theirs", head="ci/release-48.0.0")
    shop.github.faults.add(Fault(route="pulls", kind="filter-ignored"))
    fork.base = "other"
    assert fine(run(shop)).number == 2


# Refusals, and stops


def test_actions_is_not_permitted_to_create_pull_requests(shop: Workshop) -> None:
    shop.repository.state.actions_may_open_pulls = False
    ended = run(shop)
    assert bad(ended) == ["pulls-forbidden"]
    assert "Settings, Actions, General" in told(ended)
    shop.repository.state.actions_may_open_pulls = True
    assert fine(run(shop)).created


def test_a_ruleset_that_forbids_the_branch(shop: Workshop) -> None:
    """GH013, PAINS B.18."""
    rules = {"include": ["refs/heads/ci/*"], "rules": ["creation"], "target": "branch"}
    shop.repository.add_ruleset("No branches", **rules)  # type: ignore[arg-type]
    ended = run(shop)
    assert bad(ended) == ["ruleset"]
    assert "GH013" in told(ended)
    assert shop.repository.pulls == []


def test_workflow_files_that_the_token_may_not_bring(shop: Workshop) -> None:
    shop.repository.commit({".github/workflows/ci.yml": "on: push\n"})
    shop.git("pull", "--quiet", "--rebase=false", shop.address, "main")
    (shop.workspace / ".github/workflows/ci.yml").write_text("on: [push]\n")
    assert bad(run(shop)) == ["workflows-permission"]


@pytest.mark.parametrize(
    ("permissions", "rule"),
    [
        pytest.param({"contents": "read", "pull_requests": "write"}, "no-permission", id="push"),
        pytest.param({"contents": "write", "pull_requests": "read"}, "no-permission", id="open"),
    ],
)
def test_a_token_without_the_permission_is_told_which(
    shop: Workshop, permissions: dict[str, str], rule: str
) -> None:
    ended = shop.start(action, ASKED, permissions)
    assert bad(ended) == [rule]
    needed = "contents: write" if permissions["contents"] == "read" else "pull_requests=write"
    assert needed in told(ended)


def test_a_token_that_is_wrong_is_no_verdict(shop: Workshop) -> None:
    fault = Fault(route="git-push", kind="status", status=401)
    shop.github.faults.add(fault)
    assert isinstance(run(shop).error, UpstreamError)


def test_github_token_starts_no_workflow_and_that_is_told(shop: Workshop) -> None:
    """PAINS B.17: a warning, which does not decide."""
    ended = run(shop)
    assert bad(ended) == ["starts-no-workflow"]
    assert outcome(ended) is Outcome.OK
    made(shop).author = "release-bot[bot]"
    assert bad(run(shop)) == []


def test_a_push_that_came_between_is_kept(shop: Workshop) -> None:
    """The lease: the server is told what the branch must be at."""
    fine(run(shop))
    shop.write(version="48.0.1\n")

    def somebody() -> None:
        shop.repository.commit({"notes": "Better\n"}, branch="ci/release-48.0.0")

    fault = Fault(route="git-push", kind="meanwhile", callback=somebody, call=1)
    shop.github.faults.add(fault)
    ended = run(shop)
    assert bad(ended) == ["branch-moved", "starts-no-workflow"]
    assert shop.repository.git.file(head(shop), "notes") == b"Better\n"


def test_a_branch_that_came_between_is_kept(shop: Workshop) -> None:
    def somebody() -> None:
        shop.repository.commit({"notes": "Theirs\n"}, branch="ci/release-48.0.0")

    shop.github.faults.add(Fault(route="git-push", kind="meanwhile", callback=somebody, call=1))
    assert bad(run(shop)) == ["branch-moved"]
    assert shop.repository.git.file(head(shop), "notes") == b"Theirs\n"


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("route", ["git-push", "create-pull"])
def test_stopped_at_any_change_and_run_again_ends_the_same(
    shop: Workshop, route: str, when: Any
) -> None:
    """The proof of recovery: whether the change was made or not before the connection broke."""
    shop.github.faults.add(Fault(route=route, kind="reset", when=when))
    ended = run(shop)
    assert isinstance(ended.error, UpstreamError)
    assert len(ended.effects.not_known) == 1
    shop.github.faults.clear()
    found = fine(run(shop))
    pull = made(shop)
    assert (found.number, found.commit) == (pull.number, head(shop))
    assert sorted(shop.branches()) == ["ci/release-48.0.0", "main"]


def test_what_github_shows_late_is_waited_for_and_not_made_twice(shop: Workshop) -> None:
    shop.github.faults.add(Fault(route="*", kind="lag", reads=3))
    assert fine(run(shop, wait=60)).created
    assert len(shop.repository.pulls) == 1


def test_what_github_never_shows_is_missing_and_not_made_twice(shop: Workshop) -> None:
    """Its list of pull requests may be behind for longer than is waited."""
    shop.github.faults.add(Fault(route="pulls", kind="stale", hide=1))
    ended = run(shop)
    assert bad(ended) == ["pull-request-missing"]
    assert outcome(ended) is Outcome.MISSING
    assert len(shop.repository.pulls) == 1
    shop.github.faults.clear()
    assert fine(run(shop)).number == 1


def test_a_dry_run_tells_all_and_makes_nothing(shop: Workshop) -> None:
    ended = run(shop, dry_run=True)
    assert outcome(ended) is Outcome.DUE
    assert shop.mutating() == []
    assert "main" in shop.branches()


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        pytest.param({"branch": "main"}, "`branch`", id="onto itself"),
        pytest.param({"title": "a\nb"}, "`title`", id="two lines"),
        pytest.param({"title": "x" * 257}, "`title`", id="a long title"),
        pytest.param({"body": "x", "body_file": "y"}, "`body-file`", id="two bodies"),
        pytest.param({"body_file": "../x"}, "`body-file`", id="a body from elsewhere"),
        pytest.param({"body_file": "/etc/passwd"}, "`body-file`", id="a body from anywhere"),
        pytest.param({"marker": "a\nb"}, "`marker`", id="a marker of two lines"),
        pytest.param({"author": "bot@example.com"}, "`author`", id="no name"),
        pytest.param({"author": "A <b@c>\nD <e@f>"}, "`author`", id="two authors"),
        pytest.param({"paths": "../x"}, "`paths`", id="paths from elsewhere"),
        pytest.param({"paths": "!x"}, "`paths`", id="a glob that is none"),
        pytest.param({"empty": "maybe"}, "`empty`", id="no such way"),
    ],
)
def test_inputs_that_make_no_sense_are_told_by_name(
    shop: Workshop, inputs: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError) as error:
        run(shop, **inputs)
    assert said in "\n".join(error.value.lines)
