"""Each short path at the root is its action again, with another way to the launcher."""

from pathlib import Path

import pytest

from release_actions import house
from tools import short_paths

ACTION = 'runs:\n  steps:\n    - run: exec "$GITHUB_ACTION_PATH/../run" require-ci-green\n'


def library(folder: Path, text: str = ACTION) -> Path:
    (folder / "actions/require-ci-green").mkdir(parents=True)
    (folder / "actions/require-ci-green/action.yml").write_text(text)
    return folder


def test_the_short_paths_of_this_library_are_as_they_would_be_written() -> None:
    assert short_paths.stale(house.root()) == []


def test_a_copy_differs_in_the_launchers_path_alone(tmp_path: Path) -> None:
    assert short_paths.main([], library(tmp_path)) == 0

    copy = (tmp_path / "require-ci-green/action.yml").read_text()
    assert copy == ACTION.replace("/../run", "/../actions/run")
    assert [path.name for path in tmp_path.iterdir() if path.name != "actions"] == [
        "require-ci-green"
    ]


def test_check_names_what_is_absent_or_changed_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library(tmp_path)
    assert short_paths.main(["--check"], tmp_path) == 1
    assert not (tmp_path / "require-ci-green").exists()

    short_paths.main([], tmp_path)
    assert short_paths.main(["--check"], tmp_path) == 0

    (tmp_path / "require-ci-green/action.yml").write_text(ACTION)
    assert short_paths.main(["--check"], tmp_path) == 1
    assert "require-ci-green/action.yml is not the copy" in capsys.readouterr().out


def test_a_copy_of_no_action_is_told_and_left_to_people(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    short_paths.main([], library(tmp_path))
    (tmp_path / "actions/require-ci-green/action.yml").rename(tmp_path / "elsewhere.yml")

    assert short_paths.main(["--check"], tmp_path) == short_paths.main([], tmp_path) == 1
    assert "is the short path of no action" in capsys.readouterr().out
    assert (tmp_path / "require-ci-green/action.yml").exists()


def test_an_action_that_does_not_name_the_launcher_once_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="found 0"):
        short_paths.main([], library(tmp_path, "runs: {}\n"))


def test_an_unknown_argument_is_refused(tmp_path: Path) -> None:
    assert short_paths.main(["--chekc"], tmp_path) == 2
