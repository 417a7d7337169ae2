"""Values go where their paths say, as texts; every other byte stays as it was."""

from __future__ import annotations

import pytest
import yaml

from release_actions.formats.yaml_places import at, filled, pinned, spelled

TEXT = """\
name: It # its name
on:
  push:
    tags: ["v*"]

jobs:
  one:
    if: a == 'main' && b
    steps:
      - uses: actions/checkout@abc # v1
        with:
          depth: 0
      - id: two
        name: Three
        uses: org/lib/two@<sha>
        with:
          many: |
            a
            b
          one: x # why
      - run: |
          first

          second
        env:
          ONLY: x
      - uses: org/lib@<sha> # the door
        with:
          name: four
  last:
    runs: x
"""


@pytest.mark.parametrize(
    ("path", "value", "old", "new"),
    [
        ("name", "That", "name: It #", "name: That #"),
        ("name", "a: b", "name: It #", 'name: "a: b" #'),
        ("name", "yes", "name: It #", 'name: "yes" #'),
        ("on/push/tags/0", "w*", '["v*"]', '["w*"]'),
        ("jobs/one/steps/two/with/one", "z", "one: x # why", "one: z # why"),
        (
            "jobs/one/steps/two/with/one",
            ("c", "d"),
            "one: x # why\n",
            "one: | # why\n            c\n            d\n",
        ),
        ("jobs/one/steps/two/with/one", ("c",), "one: x # why", "one: c # why"),
        (
            "jobs/one/steps/Three/with/many",
            ("c",),
            "            a\n            b\n",
            "            c\n",
        ),
        ("jobs/one/steps/two/with/one", None, "          one: x # why\n", ""),
        ("jobs/one/steps/checkout/with/depth", None, "        with:\n          depth: 0\n", ""),
        ("jobs/one/steps/2/env/ONLY", None, "        env:\n          ONLY: x\n", ""),
        ("jobs/one/steps/2/shell", None, "", ""),
        ("jobs/one/steps/2/shell", "bash", "ONLY: x\n", "ONLY: x\n        shell: bash\n"),
        (
            "jobs/one/steps/four/with/more",
            ("a b", "c"),
            "name: four\n",
            "name: four\n          more: |\n            a b\n            c\n",
        ),
        ("jobs/last/runs", None, "  last:\n    runs: x\n", ""),
        ("jobs/one/if ~ a == '{}'", "trunk", "a == 'main'", "a == 'trunk'"),
        ("on", "push", 'on:\n  push:\n    tags: ["v*"]\n', "on: push\n"),
    ],
)
def test_only_the_place_changes(
    path: str, value: str | tuple[str, ...] | None, old: str, new: str
) -> None:
    done = filled(TEXT, {path: value})

    assert done == TEXT.replace(old, new, 1)
    yaml.safe_load(done)


def test_a_mapping_that_loses_all_its_entries_goes() -> None:
    gone = {f"jobs/one/steps/two/with/{key}": None for key in ("many", "one")}

    done = filled(TEXT, gone)

    assert "with" not in yaml.safe_load(done)["jobs"]["one"]["steps"][1]


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        ("nowhere/at", "x", "nothing before `at`"),
        ("jobs/one/steps/none/with", "x", "means 0 of the list"),
        ("jobs/one/steps/9", "x", "means 0 of the list"),
        ("name", "${{ github.token }}", "take it for an expression"),
        ("name", "a\nb", "characters that nobody sees"),
        ("name", "a\u202eb", "characters that nobody sees"),
        ("jobs/one/steps/two/with/many", (" a",), "no line of a block"),
        ("jobs/one/steps/two/with/many", ("a", ""), "no line of a block"),
        ("jobs/one/if ~ c == '{}'", "x", "stands there 0 times"),
        ("jobs/one/if ~ a == '{}'", "x' || 'y", "stands there 1 times"),
        ("on/push/tags/0", None, "does not go alone"),
    ],
)
def test_what_cannot_be_put_there_is_an_error(
    path: str, value: str | tuple[str, ...] | None, why: str
) -> None:
    with pytest.raises(ValueError, match=why.replace("|", r"\|")):
        filled(TEXT, {path: value})


def test_two_values_for_one_place_are_an_error() -> None:
    with pytest.raises(ValueError, match="two values for the same place"):
        filled(TEXT, {"jobs/one/if ~ a == '{}'": "x", "jobs/one/if": "y"})


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("name", 1),
        ("on/push/tags/0", 4),
        ("jobs/one/if ~ a == '{}'", 8),
        ("jobs/one/steps/two/with/nothing", 16),
        ("jobs/one/steps/none/with", 9),
        ("nothing", 1),
    ],
)
def test_a_place_has_a_line_or_that_of_what_it_would_stand_in(path: str, line: int) -> None:
    assert at(TEXT, path) == line


def test_only_the_librarys_uses_are_pinned() -> None:
    done = pinned(TEXT + "# org/lib@<sha>\n", "org/lib", "mona/lib", "f00")

    assert (
        done
        == TEXT.replace("org/lib/two@<sha>", "mona/lib/two@f00").replace(
            "org/lib@<sha>", "mona/lib@f00"
        )
        + "# org/lib@<sha>\n"
    )


@pytest.mark.parametrize("used", ["org/lib/two@v1", "org/lib/two", "org/lib@x@<sha>"])
def test_a_use_without_a_place_for_the_pin_is_an_error(used: str) -> None:
    with pytest.raises(ValueError, match="has no <sha>"):
        pinned(f"uses: {used}\n", "org/lib", "mona/lib", "f00")


@pytest.mark.parametrize(
    "value", ["a", "no", "null", "1", "1.0", "a: b", "- a", "# a", "'", '"', "é", "*a", "&a", ""]
)
def test_a_text_is_read_back_as_that_text(value: str) -> None:
    assert yaml.safe_load(spelled(value)) == value
