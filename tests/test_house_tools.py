"""What `make lint` refuses of our own house: pins, pairs of the smoke test, proofs of the docs."""

from __future__ import annotations

import copy
import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tools import docs, house_rules, proofs, smoke, smoke_pairs

SHA = "1af3b93b6815bc44a9784bd300feb67ff0d1eeb3"
NAME = Path("workflows-templates/x.yml")


# Pins


@pytest.mark.parametrize(
    ("uses", "told"),
    [
        pytest.param("actions/checkout@REPLACE_WITH_SHA", "not a full commit", id="to be replaced"),
        pytest.param("actions/checkout@v6", "not a full commit", id="a tag"),
        pytest.param(f"actions/checkout@{SHA}", "no version comment", id="no version"),
        pytest.param(f"actions/checkout@{'0' * 40} # v6.0.0", "docs/pins.md", id="nobody saw it"),
        pytest.param(f"actions/checkout@{SHA} # v6.0.1", "docs/pins.md", id="another version"),
        pytest.param(f"actions/cache@{SHA} # v6.0.0", "docs/pins.md", id="another action"),
        pytest.param(f"org/release-actions/require-ci-green@{SHA}", "<sha>", id="our own"),
    ],
)
def test_a_pin_that_is_not_full_told_and_seen_is_refused(uses: str, told: str) -> None:
    (found,) = house_rules.pins(NAME, f"steps:\n  - uses: {uses}\n")
    assert told in found


@pytest.mark.parametrize(
    "line",
    [
        pytest.param('- uses: "actions/checkout@v6"', id="quoted"),
        pytest.param("- { uses: actions/checkout@v6 }", id="in braces"),
        pytest.param("- 'uses': actions/checkout@v6", id="a quoted key"),
        pytest.param("- uses: actions/checkout@v6 ", id="a space behind it"),
        pytest.param("- uses: docker://alpine:3", id="an image"),
    ],
)
def test_what_cannot_be_read_as_a_pin_is_refused(line: str) -> None:
    (found,) = house_rules.pins(NAME, f"steps:\n  {line}\n  - uses: ./actions/light\n")
    assert "cannot be read as a pin" in found or "not a full commit" in found


def test_a_pin_that_was_seen_in_two_places_is_let_through() -> None:
    text = f"- uses: actions/checkout@{SHA} # v6.0.0\n- uses: org/release-actions@<sha>\n"
    assert list(house_rules.pins(NAME, text)) == []


def test_a_pin_that_was_seen_once_is_not_enough() -> None:
    row = f"| `a/b` | v1.0.0 | `{SHA}` | c/d `x.yml`{{}} |\n"
    seen = [house_rules.listed(row.format(more)) for more in ("", "; e/f `y.yml`")]
    assert [len(places[("a/b", "v1.0.0", SHA)]) for places in seen] == [1, 2]


# Locks


def test_each_list_of_requirements_says_how_it_is_locked() -> None:
    """`make locks` runs that very line; a list without one would stay as it was, silently."""
    lists = sorted((house_rules.ROOT / "requirements").glob("*.in"))
    assert lists
    for path in lists:
        (line,) = re.findall(r"^# uv pip compile .*$", path.read_text(), re.M)
        assert line.endswith(f" {path.name} -o {path.stem}.txt")
        assert "--generate-hashes" in line
        assert "--no-emit-index-url" in line


# Pairs of the smoke test

WORKFLOW: Mapping[str, Any] = {
    "jobs": {
        "all": {
            "steps": [
                {"id": "light", "uses": "./light"},
                {
                    "id": "light-refuses",
                    "uses": "./actions/light",
                    "continue-on-error": True,
                },
                {"id": "by-name", "uses": "./"},
                {"id": "by-name-refuses", "uses": "./", "continue-on-error": True},
                {
                    "run": smoke_pairs.JUDGE,
                    "env": {
                        "EXPECTED": "light ok\nlight-refuses failed\n"
                        "by-name ok\nby-name-refuses unknown\n"
                    },
                },
            ]
        }
    }
}


def test_an_action_with_a_pair_that_is_judged_is_let_through() -> None:
    assert list(smoke_pairs.unpaired({"light"}, {"light"}, WORKFLOW)) == []


def test_a_new_action_without_a_pair_is_refused() -> None:
    assert list(smoke_pairs.unpaired(set(), set(), WORKFLOW)) == ["there are no actions to pair"]
    found = "\n".join(smoke_pairs.unpaired({"light", "new"}, set(), WORKFLOW))
    assert "new: 0 steps use ./actions/new" in found
    assert "new-refuses: 0 steps" in found
    assert "nothing goes through ./actions/new" in found


@pytest.mark.parametrize(
    ("step", "change", "told"),
    [
        pytest.param(0, {"uses": "./actions/light"}, "nothing goes through ./light", id="a door"),
        pytest.param(1, {"continue-on-error": False}, "must be true", id="a refusal that ends it"),
        pytest.param(0, {"continue-on-error": True}, "must be false", id="a pass that may fail"),
        pytest.param(4, {"env": {"EXPECTED": "light ok"}}, "not expect", id="a step nobody holds"),
        pytest.param(4, {"run": "true"}, "not expect", id="no step that holds them"),
        pytest.param(4, {"if": "failure()"}, "not expect", id="held at times only"),
        pytest.param(4, {"continue-on-error": True}, "not expect", id="held without effect"),
        pytest.param(
            4,
            {"env": {"EXPECTED": "light ok\nlight-refuses ok\nby-name ok\nby-name-refuses failed"}},
            "light-refuses: the last step of its job does not expect that it refuses",
            id="a refusal that is expected to pass",
        ),
    ],
)
def test_half_a_pair_is_refused(step: int, change: dict[str, Any], told: str) -> None:
    workflow: Any = copy.deepcopy(WORKFLOW)
    workflow["jobs"]["all"]["steps"][step] |= change
    assert told in "\n".join(smoke_pairs.unpaired({"light"}, {"light"}, workflow))


@pytest.mark.parametrize("change", [{"if": "false"}, {"continue-on-error": True}])
def test_a_job_that_may_be_left_out_judges_nothing(change: dict[str, Any]) -> None:
    workflow: Any = copy.deepcopy(WORKFLOW)
    workflow["jobs"]["all"] |= change
    assert "not expect" in "\n".join(smoke_pairs.unpaired({"light"}, {"light"}, workflow))


# What the smoke test holds its steps against

STEPS = {
    "0": {"outcome": "success", "conclusion": "success", "outputs": {}},
    "a": {"outcome": "success", "conclusion": "success", "outputs": {"outcome": "ok", "n": "1"}},
    "b": {"outcome": "failure", "conclusion": "success", "outputs": {"outcome": "failed"}},
    "c": {"outcome": "success", "conclusion": "success", "outputs": {"tree": "x"}},
}
RIGHT = "a ok n=1\nb failed n=\nc - tree=*\n"


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        pytest.param(RIGHT, [], id="all right"),
        pytest.param(RIGHT.replace("n=1", "n=2"), ["a: n is '1', and not '2'"], id="an output"),
        pytest.param(RIGHT.replace("n=\n", "n=*\n"), ["b: n is '', and not '*'"], id="none there"),
        pytest.param(
            RIGHT.replace("b failed", "b missing"),
            ["b: outcome is 'failed', and not 'missing'"],
            id="another class",
        ),
        pytest.param(
            RIGHT.replace("a ok", "a failed"),
            [
                "a: the step ended with success, and not failure",
                "a: outcome is 'ok', and not 'failed'",
            ],
            id="it passed",
        ),
        pytest.param(RIGHT + "d ok", ["d: it did not run"], id="a step that never came"),
        pytest.param(
            "a ok\nb failed", ["c: nothing says how it must end"], id="a step nobody expects"
        ),
    ],
)
def test_each_step_is_held_against_its_line(
    expected: str,
    told: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("STEPS", json.dumps(STEPS))
    monkeypatch.setenv("EXPECTED", expected)

    assert smoke.main(["said"]) == bool(told)
    assert capsys.readouterr().out.split("\n")[:-1] == (told or [""])


def test_nothing_expected_is_no_pass() -> None:
    assert list(smoke.said({}, "")) == ["nothing is expected of any step"]


def test_the_wheel_that_nobody_has_is_the_same_each_time(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        assert smoke.main(["wheel", str(tmp_path / folder)]) == 0
    first, second = (next((tmp_path / folder).iterdir()) for folder in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()
    assert "release_actions_smoke.py" in zipfile.ZipFile(first).namelist()
    assert smoke.main([]) == 2


# The made parts of the docs


def test_a_page_without_its_mark_holds_nothing() -> None:
    """Without marks nothing is made, so nothing could be behind."""
    mark = "<!-- made: light -->\nx\n<!-- end -->"
    assert docs.unmarked("docs/light.md", mark, ["light"]) == []
    for broken in ("", mark.replace("made: light", "made: dark"), mark.replace("<!-- end -->", "")):
        assert docs.unmarked("docs/light.md", broken, ["light"]) == [
            "docs/light.md: `<!-- made: light -->` is not there once, with its end"
        ]
    assert docs.unmarked("docs/light.md", mark + mark, ["light"])


# Proofs of the docs


@pytest.mark.parametrize(
    ("path", "function", "there"),
    [
        pytest.param("tests/test_run.py", "", True, id="a file"),
        pytest.param("tests/actions/create_tag/", "", True, id="a folder with tests"),
        pytest.param(
            "tests/actions/create_tag/test_create_tag.py", "test_name_taken", True, id="a test"
        ),
        pytest.param(
            "tests/actions/create_tag/test_create_tag.py", "test_gone", False, id="no such test"
        ),
        pytest.param("tests/test_gone.py", "", False, id="no such file"),
        pytest.param("docs/", "", False, id="a folder without tests"),
    ],
)
def test_a_test_that_a_page_names_must_be_there(path: str, function: str, there: bool) -> None:
    assert proofs.there(path, function) is there


def test_a_row_names_a_test_that_cites_its_number() -> None:
    assert proofs.cites("tests/actions/create_tag/", "S", 3)
    assert not proofs.cites("tests/actions/create_tag/", "O", 29)


def test_a_row_of_a_number_that_no_system_has_is_refused() -> None:
    text = "| O36 | x | y |\n| O37 | x | y |\n| S0 | x | y |\n| X1 | x | y |\n| O1-a | x | y |\n"
    assert list(proofs.strange(text)) == ["O37", "S0", "X1", "O1-a"]


def test_a_test_that_is_misspelt_is_not_passed_over() -> None:
    shown = "`tests/test_run.py`, `test/test_run.py`, `tests/test_run.py:test_a` and `a.md`"
    assert proofs.misspelt(shown) == ["`test/test_run.py`", "`tests/test_run.py:test_a`"]


def test_what_can_be_rehearsed_is_known_without_starting_it() -> None:
    from rehearsal.journeys import JOURNEYS

    assert {journey.name for journey in JOURNEYS} <= proofs.stories()
