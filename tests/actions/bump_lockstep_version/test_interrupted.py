"""All files change, or none: a run is ended at each touch of the file system, for real."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from release_actions import house
from release_actions.clients.staged import STAGED
from tests.actions.bump_lockstep_version import interrupted
from tests.actions.bump_lockstep_version.trees import (
    SMALL,
    Tree,
    bad,
    rules,
    told,
    tree_in,
    versions,
)
from tests.probe import git


@pytest.fixture
def small(tmp_path: Path) -> Tree:
    tree = tree_in(tmp_path / "small")
    tree.commit(SMALL)
    (tree.folder / "b/Cargo.toml").chmod(0o755)
    tree.commit()
    return tree


def runs(how: str, tree: Tree) -> list[tuple[int, Tree]]:
    """Each run that was ended, by how it ended, and its tree; the last one came through."""
    copies = tree.folder.with_name("copies")
    done = subprocess.run(
        [sys.executable, interrupted.__file__, how, str(tree.folder), str(copies)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(house.root() / "src"), "HOME": "/"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    codes: list[int] = json.loads(done.stdout)
    assert len(codes) > 15
    assert codes[-1] == interrupted.END
    return [(code, Tree(copies / str(number))) for number, code in enumerate(codes, 1)]


def expected(tree: Tree) -> dict[str, bytes]:
    return {path: content.replace(b"1.2.3", b"1.3.0") for path, content in tree.files().items()}


def test_after_a_kill_check_names_both_versions_and_set_completes(small: Tree) -> None:
    before, after = small.files(), expected(small)
    mixed = 0
    *ended, (_, whole) = runs(str(int(signal.SIGKILL)), small)
    assert whole.files() == after
    for code, tree in ended:
        assert code == -signal.SIGKILL
        now = {path: text for path, text in tree.files().items() if STAGED not in path}
        assert all(now[path] in (before[path], after[path]) for path in before)
        if now not in (before, after):
            mixed += 1
            said = tree.run("check")
            assert rules(said) & {"places-disagree", "lock-disagrees", "requirement-drift"}
            assert "1.2.3" in told(said)
            assert "1.3.0" in told(said)
        again = tree.run("set:1.3.0")
        assert bad(again) == [], told(again)
        assert tree.files() == after
        assert oct((tree.folder / "b/Cargo.toml").stat().st_mode)[-3:] == "755"
        assert bad(tree.run("check", expected="1.3.0")) == []
    assert mixed == 2  # three files, so two moments between them


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_leaves_all_or_nothing_and_no_litter(small: Tree, number: signal.Signals) -> None:
    before, after = small.files(), expected(small)
    *ended, (_, whole) = runs(str(int(number)), small)
    assert whole.files() == after
    codes = {code for code, _ in ended}
    assert codes == ({1} if number == signal.SIGINT else {-number})
    trees = [tree.files() for _, tree in ended]
    assert all(files in (before, after) for files in trees)
    assert before in trees


def test_a_full_disk_leaves_everything_as_it_was(small: Tree) -> None:
    before, after = small.files(), expected(small)
    *ended, (_, whole) = runs("full", small)
    assert whole.files() == after
    for code, tree in ended:
        now = {path: text for path, text in tree.files().items() if STAGED not in path}
        # 0: what failed was no more than the cleaning up, or a second name that a copy stands for.
        assert (code, now) in ((1, before), (0, after))
    assert {code for code, _ in ended} == {0, 1}


def test_a_killed_runs_leavings_are_no_dirt_and_are_removed(small: Tree) -> None:
    small.write({f"{STAGED}/0.old": "x"})
    assert bad(small.run("check")) == []
    assert (small.folder / STAGED).is_dir()
    assert versions(small.bump("patch").new) == {"all": "1.2.4"}
    assert not (small.folder / STAGED).exists()
    small.write({f"{STAGED}/0.old": "x"})
    ended = small.run("set:1.2.4", dry_run=True)
    assert [f.rule for f in ended.verdict.findings if f.change] == ["left-over"]  # type: ignore[union-attr]
    small.bump("set:1.2.4")
    assert not (small.folder / STAGED).exists()


def test_what_set_completes_is_no_dirt_only_where_nothing_but_versions_differ(small: Tree) -> None:
    content = small.text("b/Cargo.toml").replace("1.2.3", "1.3.0")
    small.write({"b/Cargo.toml": content + "# mine\n"})
    assert bad(small.run("set:1.3.0")) == ["dirty b/Cargo.toml"]
    small.write({"b/Cargo.toml": content})
    assert bad(small.run("minor"))[0] == "dirty b/Cargo.toml"
    small.bump("set:1.3.0")
    assert git(small.folder, "show", "HEAD:Cargo.toml").count("1.3.0") == 2
