"""What init writes is whole or not there; nothing is overwritten unasked, and nothing leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from release_actions.errors import UpstreamError
from release_actions.init import writing
from release_actions.init.filling import Written
from release_actions.init.refusals import RefusedHereError
from tests.init_repositories import CI, CONFIG, CRATES, PYTHON, Home, clone, git, init

Capsys = pytest.CaptureFixture[str]
CRATES_YML = ".github/workflows/crates.yml"


def test_a_second_run_changes_nothing(tmp_path: Path, capsys: Capsys) -> None:
    home = clone(tmp_path / "it", CRATES)
    assert init(home, capsys).code == 0
    before = home.snapshot()

    again = init(home, capsys, "--json")

    assert again.code == 0
    assert {each["state"] for each in again.record["files"]} == {"unchanged"}
    assert home.snapshot() == before


def test_a_dry_run_shows_the_difference_and_writes_nothing(tmp_path: Path, capsys: Capsys) -> None:
    home = clone(tmp_path / "it", CRATES)
    before = home.snapshot()

    ran = init(home, capsys, "--dry-run")

    assert (ran.code, home.snapshot()) == (0, before)
    assert f"+++ b/{CRATES_YML}" in ran.out
    assert f"[PASS] {CRATES_YML}: would be written" in ran.out


def test_what_is_there_is_not_overwritten_unasked_and_then_nothing_is_written(
    tmp_path: Path, capsys: Capsys
) -> None:
    """All or nothing: the config, which is in nobody's way, is not written either."""
    home = clone(tmp_path / "it", {**CRATES, CRATES_YML: "name: mine\n"})
    before = home.snapshot()

    would = init(home, capsys, "--dry-run")
    ran = init(home, capsys)

    assert (would.code, ran.code, home.snapshot()) == (10, 10, before)
    assert f"[FAIL] {CRATES_YML}: it is there and says something else" in ran.out
    assert "--force overwrites" in ran.out


def test_force_overwrites_and_shows_what_goes(tmp_path: Path, capsys: Capsys) -> None:
    home = clone(tmp_path / "it", {**CRATES, CRATES_YML: "name: mine\n"})

    seen = init(home, capsys, "--dry-run", "--force")
    done = init(home, capsys, "--force")

    assert "-name: mine" in seen.out.splitlines()
    assert f"[PASS] {CRATES_YML}: would be replaced" in seen.out
    assert f"[PASS] {CRATES_YML}: replaced" in done.out
    assert "name: Publish crates" in home.text(CRATES_YML)


def test_what_git_cannot_bring_back_is_told_before_it_goes(tmp_path: Path, capsys: Capsys) -> None:
    home = clone(tmp_path / "it", CRATES).write({CRATES_YML: "name: mine\n"})

    ran = init(home, capsys, "--force", "--dry-run")

    assert f"git cannot bring back what {CRATES_YML} says now" in ran.out


# The config


def test_a_config_that_is_there_stays_and_tables_are_put_behind_it(
    tmp_path: Path, capsys: Capsys
) -> None:
    mine = '# Ours.\n[require-ci-green]\nwait = "5m"\n[guard-release-tag]\nfamily = "x"'
    home = clone(tmp_path / "it", {**CRATES, CONFIG: mine}, "1.0.0")

    ran = init(home, capsys, "--json")

    text = home.text(CONFIG)
    assert ran.code == 0
    assert text.startswith(f"{mine}\n")
    assert "[lint-release-workflow]" in text
    assert text.count("[guard-release-tag]") == 1
    (told,) = (each for each in ran.record["told"] if each.get("file") == CONFIG)
    assert (told["line"], "says something else" in told["text"]) == (4, True)
    assert {each["path"]: each["state"] for each in ran.record["files"]}[CONFIG] == "added to"


@pytest.mark.parametrize(
    ("there", "why"),
    [
        ("[a\n", "is no TOML"),
        ("a = " + "[" * 9_999, "is no TOML"),
        ('audit-release-settings = "x"\n', "nothing can be put behind it"),
    ],
)
def test_a_config_that_cannot_be_added_to_is_a_refusal(
    tmp_path: Path, capsys: Capsys, there: str, why: str
) -> None:
    home = clone(tmp_path / "it", {**CRATES, CONFIG: there})
    before = home.snapshot()

    ran = init(home, capsys, "--force")

    assert (ran.code, home.snapshot()) == (10, before)
    assert why in ran.err


# Nothing leaves the repository


@pytest.mark.parametrize("at", [".github", ".github/workflows", CRATES_YML, CONFIG])
@pytest.mark.parametrize("words", [(), ("--force",)], ids=["plain", "force"])
def test_a_link_is_never_written_through(
    tmp_path: Path, capsys: Capsys, at: str, words: tuple[str, ...]
) -> None:
    home = clone(tmp_path / "it", CRATES)
    outside = tmp_path / "outside"
    place = home.folder / at
    if place.is_dir():
        place.rename(outside)
    else:
        outside.mkdir()
        Home(outside).write({"theirs": "theirs"})
    place.symlink_to(outside / ("theirs" if place.suffix else ""))
    before = Home(outside).snapshot()

    ran = init(home, capsys, *words)

    # Behind a link there is no workflow to require either.
    assert ran.code in (10, 11)
    assert Home(outside).snapshot() == before


@pytest.mark.parametrize("kind", ["folder", "case"])
def test_what_is_no_plain_file_of_that_name_is_in_the_way(
    tmp_path: Path, capsys: Capsys, kind: str
) -> None:
    home = clone(tmp_path / "it", CRATES)
    name = f"{CRATES_YML}/x" if kind == "folder" else ".github/workflows/Crates.yml"
    home.write({name: "name: mine\n"})

    ran = init(home, capsys, "--force")

    assert ran.code == 10
    assert "move it out of the way; nothing was written" in ran.err
    assert not (home.folder / CONFIG).exists()


def test_a_folder_within_a_clone_is_not_where_github_looks(tmp_path: Path, capsys: Capsys) -> None:
    home = clone(tmp_path / "it", {f"sub/{path}": text for path, text in CRATES.items()})

    ran = init(Home(home.folder / "sub"), capsys)

    assert ran.code == 2
    assert "allowed: the top of the clone" in ran.err


# When the disk does not do as it should


def test_what_cannot_be_written_whole_is_not_written_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.yml").write_text("old a")
    files = [Written("a.yml", "new a"), Written("x/b.yml", "new b"), Written("x/c.yml", "new c")]
    wanted = writing.targets(tmp_path, files)
    replace = Path.replace

    def breaks(self: Path, target: Path) -> Path:
        if target.name == "c.yml":
            raise OSError(28, "No space left on device", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", breaks)
    with pytest.raises(UpstreamError, match=r"nothing was written: .*No space left"):
        writing.write(tmp_path, wanted)

    assert {p.name: p.read_text() for p in tmp_path.rglob("*") if p.is_file()} == {"a.yml": "old a"}
    assert not (tmp_path / "x").exists()


def test_an_end_in_the_middle_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = writing.targets(tmp_path, [Written("a.yml", "a"), Written("b.yml", "b")])
    replace = Path.replace

    def ends(self: Path, target: Path) -> Path:
        if target.name == "b.yml":
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", ends)
    with pytest.raises(KeyboardInterrupt):
        writing.write(tmp_path, wanted)

    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_beside_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / ".a.yml.release-actions-new").write_text("half")

    writing.write(tmp_path, writing.targets(tmp_path, [Written("a.yml", "whole")]))

    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("a.yml", "whole")]


KILLED = """\
import os, signal, sys
from pathlib import Path
from release_actions import __main__ as program
replace, done = Path.replace, []
def killed(self, target):
    if done:
        os.kill(os.getpid(), signal.SIGKILL)
    done.append(target)
    return replace(self, target)
Path.replace = killed
program.main(["init", "--repository", sys.argv[1], "--owner", "mona", "--pin", "a" * 40])
"""


def test_a_killed_run_leaves_no_workflow_without_its_config_and_the_next_ends_it(
    tmp_path: Path, capsys: Capsys
) -> None:
    home = clone(tmp_path / "it", CRATES)

    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(home.folder)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )

    assert done.returncode == -signal.SIGKILL
    assert (home.folder / CONFIG).is_file()
    assert not (home.folder / CRATES_YML).exists()
    assert init(home, capsys, owner="mona", pin="a" * 40).code == 0
    assert (home.folder / CRATES_YML).is_file()
    assert not [path for path in home.snapshot() if writing.ASIDE in path]


def test_a_link_where_a_file_is_laid_first_is_not_written_through(tmp_path: Path) -> None:
    """A repository may well hold such a link; what it leads to is somebody else's."""
    home, theirs = tmp_path / "it", tmp_path / "theirs"
    home.mkdir()
    theirs.write_text("theirs")
    (home / f".a.yml{writing.ASIDE}").symlink_to(theirs)

    writing.write(home, writing.targets(home, [Written("a.yml", "mine")]))

    assert theirs.read_text() == "theirs"
    assert [(p.name, p.is_symlink()) for p in home.iterdir()] == [("a.yml", False)]


def test_what_cannot_be_put_back_is_named_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full, and then takes not even what was there before."""
    for name in ("a.yml", "b.yml"):
        (tmp_path / name).write_text(f"old {name}")
    wanted = writing.targets(tmp_path, [Written("a.yml", "new a"), Written("b.yml", "new b")])
    replace, full = Path.replace, OSError(28, "No space left on device", "b.yml")

    def breaks(self: Path, target: Path) -> Path:
        if target.name == "b.yml" or self.read_text().startswith("old"):
            raise full
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", breaks)
    with pytest.raises(UpstreamError, match=r"^a\.yml could not be put back as it was: b\.yml: No"):
        writing.write(tmp_path, wanted)

    left = {p.name: p.read_text() for p in tmp_path.iterdir()}
    assert left == {"a.yml": "new a", "b.yml": "old b.yml"}


def test_a_path_through_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("a file")
    with pytest.raises(RefusedHereError, match="no folder of the repository"):
        writing.targets(tmp_path, [Written("x/a.yml", "a")])


# The repository


def test_without_git_all_that_is_assumed_is_told(tmp_path: Path, capsys: Capsys) -> None:
    folder = tmp_path / "it"
    folder.mkdir()
    home = Home(folder).write({**CRATES, ".github/workflows/ci.yml": CI})

    ran = init(home, capsys, "--json")

    assert ran.code == 0, ran.err
    told = ran.told("assumed")
    assert any("there is no git repository here" in text for text in told)
    assert any("branch main: there is no git repository to ask" in text for text in told)
    assert (home.folder / CRATES_YML).is_file()


def test_a_dirty_tree_and_a_clone_without_a_remote_are_told(tmp_path: Path, capsys: Capsys) -> None:
    home = clone(tmp_path / "it", CRATES).write({"notes.txt": "not added"})
    git(home.folder, "remote", "remove", "origin")

    ran = init(home, capsys, "--json")

    told = ran.told("assumed")
    assert any("1 change that is not committed: notes.txt" in text for text in told)
    assert any("names no repository" in text for text in told)
    assert any("branch main: a branch of this name is there" in text for text in told)
    (todo,) = (each for each in ran.record["by-hand"] if "crates.io" in each["what"])
    assert (todo["fields"]["Repository owner"], todo["fields"]["Workflow filename"]) == (
        "OWNER",
        "crates.yml",
    )


def test_a_repository_without_a_commit_is_told(tmp_path: Path, capsys: Capsys) -> None:
    folder = tmp_path / "it"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch", "trunk")
    home = Home(folder).write(
        {**PYTHON, ".github/workflows/ci.yml": CI.replace("[main]", "[trunk]")}
    )

    ran = init(home, capsys, "--json")

    assert ran.code == 0, ran.err
    assert any("has no commit yet" in text for text in ran.told("assumed"))
    assert any("branch trunk: it is checked out" in text for text in ran.told("assumed"))
