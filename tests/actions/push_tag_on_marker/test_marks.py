"""Which commits of which push get a tag: W16, W17, W28, D-W3 to D-W7, with real git."""

from __future__ import annotations

import pytest

from release_actions.errors import Exit
from release_actions.verdict import Outcome
from tests.actions.push_tag_on_marker.train import (
    BRANCH,
    ZEROS,
    M,
    Train,
    advised,
    cargo,
    made,
    ruled,
    tags_of,
)
from tests.actions.tagging import bad, told


def test_the_marked_commit_is_tagged_and_no_descendant(train: Train) -> None:
    """D-W4: the tag goes on the marked commit, named by the version there."""
    train.commit("Fix")
    marked = train.mark("48.0.0")
    train.commit("Next", "48.0.1-dev")
    ended = train.run()
    assert tags_of(ended) == [("v48.0.0", marked, True)]
    assert made(ended).tag == "v48.0.0"
    assert train.tags == {"v48.0.0": marked}
    assert train.repository.git.kind(train.repository.git.tags()["v48.0.0"]) == "tag"


def test_no_marker_is_no_failure_and_is_said(train: Train) -> None:
    train.commit("Fix")
    train.commit(f"Tell what {M} does")
    ended = train.run()
    assert made(ended).tags == "[]"
    assert made(ended).tag == ""
    assert ended.exit is Exit.OK
    assert ruled(ended) == ["no-marker", "mentioned", "nothing-asked"]
    assert "2 commits pushed, 0 of them marked" in told(ended)


def test_a_push_of_nothing_is_no_failure(train: Train) -> None:
    assert made(train.run()).tags == "[]"


def test_a_second_run_finds_the_tag_and_makes_nothing(train: Train) -> None:
    marked = train.mark()
    train.run()
    object = train.repository.git.tags()["v48.0.0"]
    asked = len(train.github.requests)
    assert tags_of(train.run()) == [("v48.0.0", marked, False)]
    assert train.repository.git.tags() == {"v48.0.0": object}
    assert not any(
        request.mutating
        for request in train.github.requests[asked:]
        if request.route != "git-fetch"
    )


def test_each_marked_commit_of_a_push_gets_its_tag_in_order(train: Train) -> None:
    """W28: marker commits arrive together, and together with others."""
    first = train.mark("48.0.0-rc.1")
    train.commit("Fix")
    second = train.mark("48.0.0")
    third = train.mark("48.0.1")
    train.commit("More")
    ended = train.run()
    assert tags_of(ended) == [
        ("v48.0.0-rc.1", first, True),
        ("v48.0.0", second, True),
        ("v48.0.1", third, True),
    ]
    assert [str(change).split()[2] for change in ended.effects.made] == [
        "v48.0.0-rc.1",
        "v48.0.0",
        "v48.0.1",
    ]
    assert made(ended).tag == "v48.0.1"


def test_two_marked_commits_of_one_version_are_refused_by_name(train: Train) -> None:
    """W16: one tag a version."""
    first, second = train.mark("48.0.0"), train.mark("48.0.0", files={"more": "1"})
    ended = train.run()
    assert bad(ended) == ["same-version", "same-version"]
    assert first[:12] in told(ended)
    assert second[:12] in told(ended)
    assert train.tags == {}


@pytest.mark.parametrize(
    ("version", "rule"),
    [
        ("48.0.0-dev", "not-a-release"),
        ("48.0.0-beta.1", "not-a-release"),
        ("48.0.0-x.lock", "source-unreadable"),
        ("latest", "source-unreadable"),
        ("48.1.0", "not-of-branch"),
        ("49.0.0", "not-of-branch"),
        ("47.0.3", "not-of-branch"),
    ],
)
def test_a_version_that_is_none_of_this_branch_s_releases(
    train: Train, version: str, rule: str
) -> None:
    """D-W7: v49.0.0-dev would have been tagged."""
    marked = train.mark(version)
    ended = train.run()
    assert bad(ended) == [rule]
    assert marked[:12] in told(ended)
    assert train.tags == {}


def test_a_version_source_that_is_not_there(train: Train) -> None:
    train.mark()
    assert bad(train.run(version_source="VERSION")) == ["source-missing"]


def test_a_development_version_elsewhere_does_not_matter(train: Train) -> None:
    """The source is read at the marked commit, not at the head and not in the work tree."""
    marked = train.mark("48.0.0")
    train.commit("Next", "48.0.1-dev")
    train.clone()
    (train.folder / "Cargo.toml").write_text(cargo("6.6.6")["Cargo.toml"])
    assert tags_of(train.run()) == [("v48.0.0", marked, True)]


# New branches, force pushes, merges


def test_a_new_branch_counts_what_no_other_branch_has(train: Train) -> None:
    """D-W5: `before` is all zeros, and the old job found nothing and was green."""
    train.repository.commit({"x": "1"}, message=f"Release 47.0.0\n\n{M}", branch="main")
    train.repository.commit(
        {"x": "2"},
        message="Cut",
        branch="release-48.1.0",
        parent=train.repository.git.branches()["main"],
    )
    marked = train.repository.commit(
        cargo("48.1.0"), message=f"Release\n\n{M}", branch="release-48.1.0"
    )
    ended = train.run(ZEROS, branch="release-48.1.0", after=marked)
    assert tags_of(ended) == [("v48.1.0", marked, True)]


def test_a_new_branch_without_commits_of_its_own_tags_nothing(train: Train) -> None:
    train.repository.commit(cargo("48.0.0"), message=f"Release\n\n{M}", branch="main")
    head = train.repository.git.branches()["main"]
    train.repository.git.create_ref("refs/heads/release-48.0.1", head)
    ended = train.run(ZEROS, branch="release-48.0.1", after=head)
    assert made(ended).tags == "[]"
    assert train.tags == {}


def test_a_new_branch_whose_marked_commit_stands_on_another_branch_too(train: Train) -> None:
    """A pull request's branch that nobody deleted does not hide the mark."""
    marked = train.mark()
    train.repository.git.create_ref("refs/heads/ci/release", marked)
    assert tags_of(train.run(ZEROS)) == [("v48.0.0", marked, True)]


def test_without_before_the_branch_counts_as_new(train: Train) -> None:
    """Dispatched by hand: there is no push, and the head stands now where it stands."""
    marked = train.mark()
    ended = train.run(" ", after="")
    assert tags_of(ended) == [("v48.0.0", marked, True)]


def test_a_force_push_that_drops_the_marked_commit_does_not_tag_it(train: Train) -> None:
    """D-W3: three dots would have tagged it."""
    dropped = train.mark()
    train.commit("Instead", parent=train.names["cut"])
    ended = train.run(dropped)
    assert made(ended).tags == "[]"
    assert train.tags == {}


def test_a_run_again_after_a_force_push_dropped_it_does_not_tag_it(train: Train) -> None:
    """The push brought it, and it is not on the branch any more."""
    dropped = train.mark()
    train.commit("Instead", parent=train.names["cut"])
    ended = train.run(after=dropped)
    assert ruled(ended)[:2] == ["no-marker", "dropped"]
    assert train.tags == {}


def test_a_force_push_that_keeps_the_marked_commit_tags_it(train: Train) -> None:
    marked = train.mark()
    old = train.commit("Typo")
    train.commit("Right", parent=marked)
    assert tags_of(train.run(old)) == [("v48.0.0", marked, True)]


def test_a_force_push_that_makes_the_tagged_commit_anew_names_both(train: Train) -> None:
    old = train.mark()
    train.run()
    new = train.mark(parent=train.names["cut"], files={"new": "1"})
    ended = train.run(old)
    assert bad(ended) == ["name-taken"]
    assert old in told(ended)
    assert new in told(ended)
    assert train.tags == {"v48.0.0": old}


def test_a_marked_commit_that_a_merge_brought_is_tagged_itself(train: Train) -> None:
    """The branch had not moved on: nothing is lacking."""
    marked = train.repository.commit(
        cargo("48.0.0"), message=f"Release\n\n{M}", branch="ci/release", parent=train.head
    )
    train.commit("Merge pull request #1", merge=marked, files={**cargo("48.0.0")})
    assert tags_of(train.run()) == [("v48.0.0", marked, True)]


def test_a_marked_commit_that_a_merge_brought_and_that_lacks_a_fix_is_refused(
    train: Train,
) -> None:
    """W28: the advisory was merged meanwhile, and the marked commit does not contain it."""
    marked = train.repository.commit(
        cargo("48.0.0"), message=f"Release\n\n{M}", branch="ci/release", parent=train.head
    )
    fix = train.commit("Fix the advisory", files={"fix": "1"})
    train.commit("Merge pull request #1", merge=marked, files={**cargo("48.0.0")})
    ended = train.run()
    assert bad(ended) == ["lacks-commits"]
    assert fix[:12] in told(ended)
    assert train.tags == {}


def test_a_merge_that_is_marked_itself(train: Train) -> None:
    side = train.repository.commit({"a": "1"}, message="Side", branch="side", parent=train.head)
    train.commit("Work", files={"b": "1"})
    marked = train.commit(f"Merge side\n\n{M}", "48.0.0", merge=side)
    assert tags_of(train.run()) == [("v48.0.0", marked, True)]


def test_a_mark_that_is_taken_back_before_it_is_tagged_is_none(train: Train) -> None:
    """D-W4, the other way round: neither the revert nor what it reverts."""
    marked = train.mark()
    back = train.commit(
        f'Revert "Release 48.0.0"\n\nThis reverts commit {marked}.\n\n{M}\n', "48.0.0-dev"
    )
    ended = train.run()
    assert made(ended).tags == "[]"
    assert "reverted" in ruled(ended)
    assert back in told(ended)
    assert train.tags == {}


def test_a_mark_that_was_taken_back_after_the_push_is_none(train: Train) -> None:
    marked = train.mark()
    train.commit(f"Undo\n\nThis reverts commit {marked[:10]}.\n", "48.0.0-dev")
    ended = train.run(after=marked)
    assert "reverted" in ruled(ended)
    assert train.tags == {}


def test_a_revert_of_an_earlier_try_does_not_take_the_new_one_back(train: Train) -> None:
    first = train.mark()
    train.commit('Revert "Release 48.0.0" (#2)', "48.0.0-dev")
    second = train.mark()
    ended = train.run()
    assert tags_of(ended) == [("v48.0.0", second, True)]
    assert first[:12] in told(ended)


# What an earlier run left over


def test_what_an_earlier_run_left_untagged_is_tagged_first(train: Train) -> None:
    """PAINS B.19: a missed run orphans no release."""
    left = train.mark("48.0.0-rc.1")
    before = train.commit("Fix")
    marked = train.mark("48.0.0")
    ended = train.run(before)
    assert tags_of(ended) == [("v48.0.0-rc.1", left, True), ("v48.0.0", marked, True)]
    assert [str(change).split()[2] for change in ended.effects.made] == ["v48.0.0-rc.1", "v48.0.0"]


def test_several_left_over_are_all_tagged_by_a_push_without_a_mark(train: Train) -> None:
    first, second = train.mark("48.0.0-rc.1"), train.mark("48.0.0-rc.2")
    before = train.commit("Fix")
    train.commit("More")
    ended = train.run(before)
    assert tags_of(ended) == [("v48.0.0-rc.1", first, True), ("v48.0.0-rc.2", second, True)]


def test_what_lies_behind_the_last_tag_is_not_looked_for(train: Train) -> None:
    train.mark("48.0.0-rc.1")
    tagged = train.mark("48.0.0-rc.2")
    train.repository.tag("v48.0.0-rc.2", tagged, message="by hand")
    before = train.commit("Fix")
    marked = train.mark("48.0.0")
    assert tags_of(train.run(before)) == [("v48.0.0", marked, True)]
    assert set(train.tags) == {"v48.0.0-rc.2", "v48.0.0"}


def test_a_commit_with_a_tag_of_another_format_was_released(train: Train) -> None:
    """The format was changed: the old releases are not made again."""
    old = train.mark("48.0.0")
    train.repository.tag("release-48.0.0-final", old)
    before = train.commit("Fix")
    marked = train.mark("48.0.1")
    ended = train.run(before, tag_format="app-v{version}")
    assert tags_of(ended) == [("app-v48.0.1", marked, True)]


def test_what_is_wrong_with_an_earlier_push_is_told_and_does_not_end_this_one(
    train: Train,
) -> None:
    """History cannot be mended, and a release branch must not be stuck for ever."""
    train.mark("48.0.0-dev")
    before = train.commit("Fix")
    marked = train.mark("48.0.0")
    ended = train.run(before)
    assert advised(ended) == ["not-a-release"]
    assert ended.exit is Exit.OK
    assert train.tags == {"v48.0.0": marked}


def test_a_left_over_that_is_marked_anew_is_superseded(train: Train) -> None:
    """CI was red, the fix is marked again with the same version: the new commit is the release."""
    train.mark("48.0.0")
    before = train.commit("Fix CI")
    marked = train.mark("48.0.0", files={"again": "1"})
    ended = train.run(before)
    assert tags_of(ended) == [("v48.0.0", marked, True)]
    assert "superseded" in ruled(ended)


def test_two_left_over_of_one_version_are_told_and_not_tagged(train: Train) -> None:
    train.mark("48.0.0")
    before = train.mark("48.0.0", files={"again": "1"})
    train.commit("Fix")
    ended = train.run(before)
    assert advised(ended) == ["same-version", "same-version"]
    assert ended.exit is Exit.OK
    assert train.tags == {}


def test_a_left_over_is_only_told_where_that_is_asked(train: Train) -> None:
    train.mark("48.0.0-rc.1")
    before = train.commit("Fix")
    marked = train.mark("48.0.0")
    ended = train.run(before, left_overs="tell")
    assert advised(ended) == ["left-over"]
    assert train.tags == {"v48.0.0": marked}


def test_a_default_branch_that_was_never_released_from_has_no_left_overs(train: Train) -> None:
    train.repository.commit(cargo("1.0.0"), message=f"Release\n\n{M}", branch="main")
    before = train.repository.commit({"x": "1"}, message="Work", branch="main")
    marked = train.repository.commit(cargo("1.0.1"), message=f"Release\n\n{M}", branch="main")
    ended = train.run(before, branch="main", after=marked)
    assert tags_of(ended) == [("v1.0.1", marked, True)]


def test_a_default_branch_with_a_release_has_left_overs_since_then(train: Train) -> None:
    old = train.repository.commit(cargo("1.0.0"), message=f"Release\n\n{M}", branch="main")
    train.repository.tag("v1.0.0", old)
    left = train.repository.commit(cargo("1.0.1"), message=f"Release\n\n{M}", branch="main")
    marked = train.repository.commit(cargo("1.0.2"), message=f"Release\n\n{M}", branch="main")
    ended = train.run(left, branch="main", after=marked)
    assert tags_of(ended) == [("v1.0.1", left, True), ("v1.0.2", marked, True)]


# What is there already


def test_a_tag_made_by_hand_on_the_marked_commit_is_the_tag(train: Train) -> None:
    marked = train.mark()
    train.repository.tag("v48.0.0", marked)
    ended = train.run()
    assert tags_of(ended) == [("v48.0.0", marked, False)]
    assert "lightweight" in told(ended)


def test_a_name_that_another_commit_has_is_refused_naming_both(train: Train) -> None:
    """D-W6: the old job was green."""
    other = train.commit("Work")
    train.repository.tag("v48.0.0", other, message="somebody")
    marked = train.mark()
    ended = train.run()
    assert bad(ended) == ["name-taken"]
    assert other in told(ended)
    assert marked in told(ended)
    assert train.tags == {"v48.0.0": other}


# The branch and the clone


def test_a_branch_that_is_not_there(train: Train) -> None:
    ended = train.run(branch="release-1.0.0")
    assert bad(ended) == ["branch-missing"]


@pytest.mark.parametrize("how", [("--depth=1",), ("--depth=2",)], ids=["head alone", "two"])
def test_a_shallow_clone_is_completed(train: Train, how: tuple[str, ...]) -> None:
    """PAINS B.20: what a shallow clone does not show is fetched."""
    train.how = how
    marked = train.mark()
    for number in range(3):
        train.commit(f"Work {number}")
    assert tags_of(train.run()) == [("v48.0.0", marked, True)]


def test_a_clone_from_before_the_push_is_completed(train: Train) -> None:
    train.clone()
    marked = train.mark()
    assert tags_of(train.run()) == [("v48.0.0", marked, True)]


@pytest.mark.parametrize("how", [("--filter=blob:none",)], ids=["without files"])
def test_a_history_that_is_not_to_be_had_is_unknown(train: Train, how: tuple[str, ...]) -> None:
    train.how = how
    train.mark()
    ended = train.run()
    assert bad(ended) == ["no-history"]
    assert ended.exit is Exit.ERROR
    assert train.tags == {}


def test_a_before_that_is_gone_from_the_server_is_unknown(train: Train) -> None:
    train.mark()
    ended = train.run("1" * 40)
    assert bad(ended) == ["no-history"]
    assert train.tags == {}


def test_a_dry_run_tells_every_tag_and_makes_none(train: Train) -> None:
    train.mark("48.0.0-rc.1")
    train.mark("48.0.0")
    ended = train.run(dry_run=True)
    assert ended.verdict is not None
    assert ended.verdict.outcome is Outcome.DUE
    assert "v48.0.0-rc.1" in told(ended)
    assert "tag v48.0.0:" in told(ended)
    assert train.tags == {}


def test_the_clone_may_be_on_another_branch(train: Train) -> None:
    marked = train.mark()
    train.clone()
    train.scene.git("checkout", "--quiet", "-b", "else", train.names["cut"])
    assert tags_of(train.run()) == [("v48.0.0", marked, True)]


def test_a_format_of_the_config_file(train: Train) -> None:
    family = {
        "app": {"pattern": "app-{version}", "branch": "release-{version}", "classes": "stable"}
    }
    rc = train.mark("48.0.0-rc.1")
    ended = train.run(tag_format="app", release_family=family)
    assert bad(ended) == ["not-a-release"]
    assert rc[:12] in told(ended)
    marked = train.mark("48.0.0")
    assert tags_of(train.run(rc, tag_format="app", release_family=family)) == [
        ("app-48.0.0", marked, True)
    ]
    assert BRANCH.startswith("release-")
