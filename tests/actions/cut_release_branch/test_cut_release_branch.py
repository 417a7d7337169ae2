"""W12, C15: the release branch starts where it should, once, and only when all else is prepared."""

from __future__ import annotations

from typing import Any

import pytest

from rehearsal.github import Fault
from release_actions.actions.cut_release_branch import action
from release_actions.errors import UpstreamError, UsageError
from release_actions.run import Ended
from release_actions.verdict import Outcome
from tests.actions.branching import WRITES, Workshop, outcome, outputs
from tests.actions.tagging import bad, told

ATTESTATION: dict[str, Any] = {
    "family": "attestation",
    "release_family": {"attestation": {"pattern": "attestation-service-v{version}"}},
    "branch": "release/attestation-service/{major}.{minor}",
}
READS_PULLS = {"contents": "write", "pull_requests": "read"}


def main(shop: Workshop) -> str:
    return shop.branches()["main"]


def run(
    shop: Workshop,
    *,
    dry_run: bool = False,
    wait: float = 0,
    permissions: Any = WRITES,
    **inputs: Any,
) -> Ended:
    given = {"commit": main(shop)} | inputs
    return shop.start(action, given, permissions, dry_run=dry_run, wait=wait)


def cut(shop: Workshop, **inputs: Any) -> Any:
    ended = run(shop, **inputs)
    assert bad(ended) == [], told(ended)
    assert outcome(ended) is Outcome.OK
    return outputs(ended)


def test_the_branch_is_named_by_the_version_without_its_suffix(shop: Workshop) -> None:
    """W12; with the least permission of the page."""
    found = cut(shop, version_sources="version")
    assert (found.branch, found.commit, found.version, found.created) == (
        "release-48.0.0",
        main(shop),
        "48.0.0",
        True,
    )
    assert shop.branches()["release-48.0.0"] == main(shop)
    assert "extraheader" not in (shop.workspace / ".git/config").read_text()


def test_a_second_run_finds_it_and_pushes_nothing(shop: Workshop) -> None:
    cut(shop, version="48.0.0")
    asked = len(shop.mutating())
    assert cut(shop, version="48.0.0").created is False
    assert len(shop.mutating()) == asked


def test_a_branch_on_which_work_has_gone_on_is_all_right(shop: Workshop) -> None:
    """D-W11: the same run again, days later: it goes on with what is there."""
    cut(shop, version="48.0.0", after="")
    later = shop.repository.commit({"a": "1"}, branch="release-48.0.0")
    found = cut(shop, version="48.0.0", after="ci/deleted-since")
    assert (found.commit, found.created) == (main(shop), False)
    assert shop.branches()["release-48.0.0"] == later


def test_a_branch_elsewhere_is_never_moved_and_both_commits_are_named(shop: Workshop) -> None:
    cut(shop, version="48.0.0")
    old, new = main(shop), shop.repository.commit({"a": "1"})
    ended = run(shop, version="48.0.0")
    assert bad(ended) == ["branch-elsewhere"]
    assert old in told(ended)
    assert new in told(ended)
    assert shop.branches()["release-48.0.0"] == old


# The version


def test_the_version_is_read_at_the_commit_and_not_in_the_work_tree(shop: Workshop) -> None:
    shop.write(version="6.6.6\n")
    assert cut(shop, version_sources="version").branch == "release-48.0.0"


def test_a_plain_branch_needs_no_version(shop: Workshop) -> None:
    found = cut(shop, branch="stable")
    assert (found.branch, found.version) == ("stable", "")


@pytest.mark.parametrize(
    ("text", "branch"),
    [
        ("49.0.0-unstable", "release-49.0.0"),
        ("49.0.0", "release-49.0.0"),
        ("49.0.0-dev+b7", "release-49.0.0"),
    ],
)
def test_a_development_suffix_is_left_out(shop: Workshop, text: str, branch: str) -> None:
    shop.repository.commit({"version": text})
    assert cut(shop, version_sources="version").branch == branch


@pytest.mark.parametrize(
    ("inputs", "rule"),
    [
        pytest.param({"version_sources": "gone"}, "source-missing", id="no such file"),
        pytest.param({"version_sources": "notes"}, "source-unreadable", id="no version"),
        pytest.param(
            {"version_sources": "version", "version": "49.0.0"}, "version-differs", id="another"
        ),
        pytest.param({"version_sources": "version\nrc"}, "release-candidate", id="a candidate"),
        pytest.param({"version": "48.0.0-rc.1"}, "release-candidate", id="a candidate given"),
    ],
)
def test_the_version_must_be_sure(shop: Workshop, inputs: dict[str, Any], rule: str) -> None:
    shop.repository.commit({"rc": "48.0.0-rc.1"})
    assert bad(run(shop, **inputs)) == [rule]
    assert shop.mutating() == []


def test_no_clone(shop: Workshop) -> None:
    ended = run(shop, version="48.0.0", path="none")
    assert bad(ended) == ["no-clone"]


# A tag


def test_the_branch_of_a_minor_starts_at_its_tag(shop: Workshop) -> None:
    """C15: release/attestation-service/x.y starts at the tag of the last minor."""
    at = main(shop)
    shop.repository.tag("attestation-service-v1.4.0", at, message="1.4.0")
    shop.repository.commit({"a": "1"})
    found = cut(shop, tag="attestation-service-v1.4.0", **ATTESTATION)
    assert (found.branch, found.commit) == ("release/attestation-service/1.4", at)


@pytest.mark.parametrize(
    ("tag", "rule"),
    [
        pytest.param("attestation-service-v1.4.0", "tag-missing", id="no such tag"),
        pytest.param("attestation-service-v1.4.2", "not-a-minor", id="a patch"),
        pytest.param("attestation-service-v1.5.0-beta.1", "not-a-minor", id="not final"),
        pytest.param("v1.4.0", "wrong-tag", id="another family"),
    ],
)
def test_a_tag_that_no_such_branch_starts_at(shop: Workshop, tag: str, rule: str) -> None:
    if rule != "tag-missing":
        shop.repository.tag(tag, main(shop))
    ended = run(shop, tag=tag, **ATTESTATION)
    assert bad(ended) == [rule]
    assert shop.mutating() == []


def test_a_branch_for_one_version_may_start_at_any_tag(shop: Workshop) -> None:
    shop.repository.tag("v1.4.2", main(shop))
    assert cut(shop, tag="v1.4.2", branch="hotfix-{version}").branch == "hotfix-1.4.2"


# The branch that is released from


def test_a_commit_that_is_not_on_main_is_refused(shop: Workshop) -> None:
    """D-W13."""
    side = shop.repository.commit({"a": "1"}, branch="side", parent=main(shop))
    ended = run(shop, commit=side, version="48.0.0")
    assert bad(ended) == ["not-on-branch"]
    assert shop.mutating() == []
    assert cut(shop, commit=side, version="48.0.0", from_branch="side").created


def test_an_older_commit_of_main_is_all_right(shop: Workshop) -> None:
    old = main(shop)
    shop.repository.commit({"a": "1"})
    assert cut(shop, commit=old, version="48.0.0").commit == old


def test_no_such_branch_to_release_from(shop: Workshop) -> None:
    assert bad(run(shop, version="48.0.0", from_branch="trunk")) == ["branch-missing"]


# What must be prepared


def test_nothing_is_cut_before_everything_after_it_is_prepared(shop: Workshop) -> None:
    """D-W11: branches and pull requests; each is told."""
    ended = run(shop, version="48.0.0", after="ci/rc-48.0.0\n#7", permissions=READS_PULLS)
    assert bad(ended) == ["not-prepared", "not-prepared"]
    assert outcome(ended) is Outcome.MISSING
    assert shop.mutating() == []


def test_what_is_prepared_lets_it_be_cut(shop: Workshop) -> None:
    base = main(shop)
    shop.repository.commit({"version": "48.0.0-rc.1"}, branch="ci/rc-48.0.0", parent=base)
    shop.repository.commit({"version": "49.0.0-dev"}, branch="ci/bump", parent=base)
    pull = shop.repository.add_pull("Bump", head="ci/bump")
    after = f"ci/rc-48.0.0\n{pull.number}\n"
    assert cut(shop, version="48.0.0", after=after, permissions=READS_PULLS).created


def test_a_pull_request_that_is_merged_already_was_prepared(shop: Workshop) -> None:
    base = main(shop)
    shop.repository.commit({"version": "49.0.0-dev"}, branch="ci/bump", parent=base)
    pull = shop.repository.add_pull("Bump", head="ci/bump")
    shop.repository.merge(pull, "squash")
    asked = {"commit": base, "version": "48.0.0", "after": f"#{pull.number}"}
    assert cut(shop, permissions=READS_PULLS, **asked).created


@pytest.mark.parametrize(
    ("how", "said"),
    [
        pytest.param("at the base", "nothing on top", id="nothing was committed"),
        pytest.param("elsewhere", "does not contain", id="on another base"),
        pytest.param("closed", "closed without a merge", id="closed"),
    ],
)
def test_what_is_not_really_prepared(shop: Workshop, how: str, said: str) -> None:
    base = main(shop)
    if how == "at the base":
        shop.repository.git.create_ref("refs/heads/ci/bump", base)
    elif how == "elsewhere":
        other = shop.repository.commit({"a": "1"})
        shop.repository.commit({"v": "1"}, branch="ci/bump", parent=base)
        base = other
    else:
        shop.repository.commit({"v": "1"}, branch="ci/bump", parent=base)
    pull = shop.repository.add_pull("Bump", head="ci/bump")
    pull.state = "closed" if how == "closed" else "open"
    after = f"#{pull.number}" if how == "closed" else "ci/bump"
    ended = run(shop, commit=base, version="48.0.0", after=after, permissions=READS_PULLS)
    assert bad(ended) == ["not-prepared"]
    assert said in told(ended)
    assert outcome(ended) is Outcome.FAILED
    assert shop.mutating() == []


# Refusals, and stops


def test_a_ruleset_that_forbids_the_branch(shop: Workshop) -> None:
    """GH013, PAINS B.18."""
    rules: dict[str, Any] = {"include": ["refs/heads/release-*"], "target": "branch"}
    shop.repository.add_ruleset("Release branches", rules=["creation"], **rules)
    ended = run(shop, version="48.0.0")
    assert bad(ended) == ["ruleset"]
    assert "GH013" in told(ended)
    assert "bypass list" in told(ended)


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        pytest.param("GH006: Protected branch update failed", "ruleset", id="the old protection"),
        pytest.param("Not on a Friday", "refused", id="what nobody knows yet"),
    ],
)
def test_a_push_that_the_server_declines_is_told_in_its_words(
    shop: Workshop, words: str, rule: str
) -> None:
    hook = shop.repository.path / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\necho 'error: {words}' >&2\nexit 1\n")
    hook.chmod(0o755)
    ended = run(shop, version="48.0.0")
    assert bad(ended) == [rule]
    assert words in told(ended)


def test_a_token_without_the_permission(shop: Workshop) -> None:
    ended = run(shop, version="48.0.0", permissions={"contents": "read"})
    assert bad(ended) == ["no-permission"]
    assert "`contents: write`" in told(ended)


def test_a_branch_that_came_between_is_kept(shop: Workshop) -> None:
    theirs: list[str] = []

    def somebody() -> None:
        made = shop.repository.commit({"a": "1"}, branch="release-48.0.0")
        theirs.append(made)

    shop.github.faults.add(Fault(route="git-push", kind="meanwhile", call=1, callback=somebody))
    ended = run(shop, version="48.0.0")
    assert bad(ended) == ["branch-moved"]
    assert shop.branches()["release-48.0.0"] == theirs[0]


@pytest.mark.parametrize("when", ["before", "after"])
def test_stopped_at_the_push_and_run_again_ends_the_same(shop: Workshop, when: Any) -> None:
    shop.github.faults.add(Fault(route="git-push", kind="reset", when=when))
    ended = run(shop, version="48.0.0")
    assert isinstance(ended.error, UpstreamError)
    shop.github.faults.clear()
    found = cut(shop, version="48.0.0")
    assert shop.branches() == {"main": main(shop), "release-48.0.0": main(shop)}
    assert found.commit == main(shop)


def test_tags_and_hooks_of_the_clone_do_not_come_along(shop: Workshop) -> None:
    """W29: one branch is pushed, and nothing else, whatever the clone is configured to."""
    shop.git("tag", "-a", "-m", "x", "stray")
    shop.git("config", "push.followTags", "true")
    shop.git("config", "push.recurseSubmodules", "on-demand")
    cut(shop, version="48.0.0")
    assert sorted(shop.refs()) == ["refs/heads/main", "refs/heads/release-48.0.0"]


def test_a_push_never_goes_by_a_program_of_the_clone(shop: Workshop) -> None:
    """An address that is put there instead would be given the token's environment."""
    ran = shop.workspace.parent / "ran"
    instead = f"url.ext::sh -c 'touch% {ran}'.insteadOf"
    shop.git("config", instead, f"{shop.github.server_url}/acme/app.git")
    shop.git("config", "protocol.ext.allow", "always")
    ended = run(shop, version="48.0.0")
    assert isinstance(ended.error, UpstreamError)
    assert "not allowed" in str(ended.error)
    assert not ran.exists()


def test_a_shallow_clone_is_deep_enough(shop: Workshop) -> None:
    for number in range(3):
        shop.repository.commit({"a": str(number)})
    shop.workspace = shop.workspace.parent / "shallow"
    shop.clone("--depth=1")
    assert cut(shop, version_sources="version").created


def test_a_dry_run_tells_the_branch_and_pushes_nothing(shop: Workshop) -> None:
    ended = run(shop, version="48.0.0", dry_run=True)
    assert outcome(ended) is Outcome.DUE
    assert "branch release-48.0.0" in told(ended)
    assert shop.mutating() == []


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        pytest.param({}, "`version`", id="no version"),
        pytest.param({"branch": "r-{date}", "version": "1.2.3"}, "{date}", id="a date"),
        pytest.param({"version": "1.2.3", "family": "semver"}, "`family`", id="no tag of it"),
        pytest.param(
            {
                "tag": "x-20260101",
                "family": "x",
                "release_family": {"x": {"pattern": "x-{date}", "class": "stable"}},
            },
            "has no {version}",
            id="a family without versions",
        ),
        pytest.param({"version": "1.2.3", "after": "a\n\nb"}, "`after`", id="an empty line"),
        pytest.param({"version": "1.2.3", "after": "a..b"}, "`after`", id="no name"),
        pytest.param({"version": "1.2.3", "commit": "abc"}, "`commit`", id="no commit"),
    ],
)
def test_inputs_that_make_no_sense_are_told_by_name(
    shop: Workshop, inputs: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError) as error:
        run(shop, **inputs)
    assert said in "\n".join(error.value.lines)
