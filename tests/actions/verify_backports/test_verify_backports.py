"""C5, C14, C15: nothing gets onto a patch branch that main does not have."""

from __future__ import annotations

import json
from typing import Any

import pytest

from release_actions.actions.verify_backports import action
from release_actions.errors import UpstreamError, UsageError
from release_actions.run import Ended
from release_actions.verdict import Outcome
from tests.actions.branching import READS, Workshop, outcome, outputs
from tests.actions.tagging import bad, told


def run(shop: Workshop, **inputs: Any) -> Ended:
    given = {"commit": shop.git("rev-parse", "HEAD"), "base": "v1.4.0"}
    return shop.start(action, given | {"version_sources": "package.json"} | inputs, READS)


def lines(**changed: str) -> str:
    """Forty lines, some of them otherwise: n3="x" is the fourth."""
    every = {f"n{number}": f"line {number}" for number in range(40)} | changed
    return "".join(f"{line}\n" for line in every.values())


def on_main(shop: Workshop, message: str = "Mend it", **files: str) -> str:
    named = {name.replace("_", "."): content for name, content in files.items()}
    return shop.repository.commit(named, message=message)


def pick(shop: Workshop, commit: str, *how: str) -> None:
    shop.git("fetch", "--quiet", shop.address, "main")
    shop.git("cherry-pick", *how, commit)


def commit(shop: Workshop, message: str, **files: Any) -> None:
    for name, content in files.items():
        (shop.workspace / name.replace("_", ".")).write_text(content)
    shop.git("add", "--all")
    shop.git("commit", "--quiet", "--allow-empty", "-m", message)


def package(version: str) -> str:
    return f'{{\n  "version": "{version}"\n}}\n'


def test_cherry_picks_and_version_commits_are_all_right(shop: Workshop) -> None:
    """With the least permission of the page; each original is told."""
    mend = on_main(shop, a_py=lines(n3="mended"))
    on_main(shop, "Other", b_py=lines(n9="other"))
    commit(shop, "Set 1.4.1-dev", package_json=package("1.4.1-dev"))
    pick(shop, mend)
    picked = shop.git("rev-parse", "HEAD")
    commit(shop, "Release 1.4.1", package_json=package("1.4.1"), CHANGELOG_md="# 1.4.1\n")
    commit(shop, "Notes", CHANGELOG_md="# 1.4.1, really\n")
    ended = run(shop)
    assert bad(ended) == [], told(ended)
    assert json.loads(outputs(ended).originals) == {picked: mend}
    assert outputs(ended).tree == shop.git("rev-parse", "HEAD^{tree}")
    for words in ("4 commits since", "1.4.0 to 1.4.1-dev", "release notes alone", mend[:12]):
        assert words in told(ended)


def test_a_pick_lies_elsewhere_in_the_file_and_is_the_same(shop: Workshop) -> None:
    """By its lines, not by their numbers."""
    on_main(shop, "Before", a_py="first\n" + lines())
    mend = on_main(shop, a_py="first\n" + lines(n30="mended"))
    pick(shop, mend)
    assert bad(run(shop)) == []


def test_a_commit_that_main_does_not_have_is_named(shop: Workshop) -> None:
    commit(shop, "Sneak in", a_py=lines(n3="sneaked"))
    ended = run(shop)
    assert bad(ended) == ["not-a-backport"]
    assert "(Sneak in): no commit on main changes the same" in told(ended)
    assert "a.py" in told(ended)
    assert "nearest" not in told(ended)


def test_the_nearest_on_main_is_told_by_its_subject(shop: Workshop) -> None:
    near = on_main(shop, "Mend the parser", a_py=lines(n3="mended"))
    commit(shop, "Mend the parser (#7)", a_py=lines(n3="mended", n4="and more"))
    ended = run(shop)
    assert bad(ended) == ["not-a-backport"]
    assert f"the nearest by its subject is {near[:12]} (Mend the parser)" in told(ended)


def test_white_space_is_a_change(shop: Workshop) -> None:
    """An indentation decides what runs; git's patch id would not see it."""
    mend = on_main(shop, "Mend", a_py=lines(n3="    return"))
    commit(shop, "Mend", a_py=lines(n3="        return"))
    ended = run(shop)
    assert bad(ended) == ["not-a-backport"]
    assert f"only in white space it differs from {mend[:12]}" in told(ended)


def test_a_mode_and_a_binary_file_are_changes(shop: Workshop) -> None:
    """Some versions of git leave both out of a patch id."""
    shop.git("fetch", "--quiet", shop.address, "main")
    shop.git("checkout", "--quiet", "-B", "main", "FETCH_HEAD")
    (shop.workspace / "x.bin").write_bytes(b"\x00one")
    shop.git("add", "x.bin")
    shop.git("commit", "--quiet", "-m", "Binary")
    shop.git("update-index", "--chmod=+x", "a.py")
    shop.git("commit", "--quiet", "-m", "Mode")
    shop.push("main")
    shop.git("checkout", "--quiet", "-f", "patch")
    (shop.workspace / "x.bin").write_bytes(b"\x00two")
    commit(shop, "Binary")
    shop.git("update-index", "--chmod=+x", "b.py")
    shop.git("commit", "--quiet", "-m", "Mode")
    assert bad(run(shop)) == ["not-a-backport", "not-a-backport"]
    shop.git("reset", "--quiet", "--hard", "v1.4.0")
    pick(shop, "main~1")
    pick(shop, "main")
    assert bad(run(shop)) == []


def test_a_merge_on_main_may_be_picked_as_a_whole(shop: Workshop) -> None:
    side = shop.repository.commit(
        {"a.py": lines(n3="1")}, branch="side", parent=shop.branches()["main"]
    )
    shop.repository.commit({"a.py": lines(n3="2")}, branch="side")
    pull = shop.repository.add_pull("Mend", head="side")
    merged = shop.repository.merge(pull)
    assert side != merged
    pick(shop, merged, "-m", "1")
    ended = run(shop)
    assert bad(ended) == []
    assert merged in outputs(ended).originals


def test_a_merge_on_the_patch_branch_is_refused(shop: Workshop) -> None:
    """What a merge adds by itself stands in no commit that could be compared."""
    commit(shop, "Set 1.4.1-dev", package_json=package("1.4.1-dev"))
    shop.git("checkout", "--quiet", "-b", "side", "v1.4.0")
    commit(shop, "Notes", CHANGELOG_md="# 1.4.1\n")
    shop.git("checkout", "--quiet", "patch")
    shop.git("merge", "--quiet", "--no-ff", "-m", "Merge", "side")
    assert bad(run(shop)) == ["merge"]


def test_an_empty_commit_changes_nothing(shop: Workshop) -> None:
    """W14: such as one that only carries a marker."""
    commit(shop, "Release")
    ended = run(shop)
    assert bad(ended) == []
    assert "it changes nothing" in told(ended)


def test_no_commit_since_is_told(shop: Workshop) -> None:
    ended = run(shop)
    assert bad(ended) == []
    assert "0 commits since" in told(ended)


@pytest.mark.parametrize(
    ("files", "moved"),
    [
        pytest.param({"package_json": package("1.4.1")}, True, id="the version alone"),
        pytest.param(
            {"package_json": package("1.4.1"), "a_py": lines(n3="x")}, False, id="and code"
        ),
        pytest.param(
            {"package_json": '{\n  "version": "1.4.1", "scripts": {"install": "x"}\n}\n'},
            False,
            id="and more on the same line",
        ),
        pytest.param(
            {"package_json": '{\n  "version": "1.4.1",\n  "main": "x"\n}\n'}, False, id="a line"
        ),
        pytest.param({"readme": "1.4.1\n", "package_json": package("1.4.1")}, False, id="a file"),
        pytest.param({"CHANGELOG_md": "x\n", "a_py": "x\n"}, False, id="notes and code"),
        pytest.param({"lock": "dependency 21.4.1\n"}, False, id="another version"),
    ],
)
def test_a_version_commit_moves_the_version_and_nothing_else(
    shop: Workshop, files: dict[str, str], moved: bool
) -> None:
    assert bad(run(shop)) == []
    commit(shop, "Release 1.4.1", **files)
    assert bad(run(shop)) == ([] if moved else ["not-a-backport"])


def test_the_version_may_stand_in_other_files_too(shop: Workshop) -> None:
    """A lock file, a requirement of a sibling, a page: the same move, or it is none."""
    old = "app 1.4.0\nother 11.4.0\nthird 1.4.0-dev\nurl v1.4.0/app-1.4.0.tgz\n"
    shop.git("checkout", "--quiet", "main")
    shop.repository.commit({"lock": old})
    at = shop.repository.git.branches()["main"]
    shop.repository.commit({"package.json": package("1.4.0"), "lock": old}, message="1.4.0 anew")
    shop.repository.tag("v1.4.0", shop.branches()["main"], message="anew")
    assert at
    shop.git("fetch", "--quiet", shop.address, "+refs/tags/v1.4.0:refs/tags/v1.4.0")
    shop.git("checkout", "--quiet", "-B", "patch", "v1.4.0")
    new = "app 1.4.1\nother 11.4.0\nthird 1.4.0-dev\nurl v1.4.1/app-1.4.1.tgz\n"
    commit(shop, "Release 1.4.1", package_json=package("1.4.1"), lock=new)
    assert bad(run(shop)) == []
    commit(shop, "1.4.2", package_json=package("1.4.2"), lock=new.replace("11.4.0", "11.4.1"))
    assert bad(run(shop)) == ["not-a-backport"]


def test_without_version_sources_no_commit_is_a_version_commit(shop: Workshop) -> None:
    commit(shop, "Release 1.4.1", package_json=package("1.4.1"))
    assert bad(run(shop, version_sources="")) == ["not-a-backport"]


# Where the branch starts


def test_a_branch_that_does_not_start_at_the_tag(shop: Workshop) -> None:
    shop.git("checkout", "--quiet", "--detach", "v1.4.0~1")
    ended = run(shop)
    assert bad(ended) == ["base-not-ancestor"]


def test_no_such_tag_and_no_such_branch(shop: Workshop) -> None:
    assert bad(run(shop, base="v9.9.9")) == ["base-missing"]
    assert bad(run(shop, main="trunk")) == ["branch-missing"]


def test_a_shallow_clone_is_deepened(shop: Workshop) -> None:
    """PAINS B.20: or it would show fewer commits than there are."""
    mend = on_main(shop, a_py=lines(n3="mended"))
    pick(shop, mend)
    commit(shop, "Sneak in", b_py=lines(n3="sneaked"))
    shop.push("patch")
    shop.workspace = shop.workspace.parent / "shallow"
    shop.clone("--depth=1", "--branch=patch")
    assert bad(run(shop)) == ["not-a-backport"]


def test_a_partial_clone_is_unknown(shop: Workshop) -> None:
    shop.git("config", "remote.origin.promisor", "true")
    ended = run(shop)
    assert bad(ended) == ["shallow"]
    assert outcome(ended) is Outcome.UNKNOWN


def test_no_clone_is_no_verdict(shop: Workshop) -> None:
    assert isinstance(run(shop, path="none").error, UpstreamError)


# The tree


def test_the_tree_that_was_built_in_private(shop: Workshop) -> None:
    """C14: another history, the very same files."""
    tree = shop.git("rev-parse", "HEAD^{tree}")
    commit(shop, "Rewritten, the same")
    assert bad(run(shop, base="", expected_tree=tree)) == []
    commit(shop, "Sneak in", a_py="x")
    ended = run(shop, base="", expected_tree=tree)
    assert bad(ended) == ["tree-differs"]
    assert tree in told(ended)


def test_something_must_be_looked_at(shop: Workshop) -> None:
    with pytest.raises(UsageError, match="`base`"):
        run(shop, base="")
