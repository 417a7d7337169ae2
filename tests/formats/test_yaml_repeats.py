"""What is there once for each thing: the first sample for the first, the second for the others."""

from __future__ import annotations

import pytest

from release_actions.formats.yaml_repeats import Repeats, repeated

TEXT = """\
jobs:
  build:
    outputs:
      ann: ${{ steps.ann.outputs.x }}
      ben: ${{ steps.ben.outputs.x }}
    env:
      ANN: 1
      BEN: 2
    steps:
      - id: ann
        with: { project: ann }
      - id: ben
        with: { project: ann-ben }
    run: |
      begin

      build ann
      build ben
      end
  publish-ann:
    needs: build

  # After ann.
  publish-ben:
    needs: publish-ann

  # The last.
  done:
    needs: [build, publish-ann, publish-ben]
"""
REPEATS = Repeats(
    ("ann", "ben"),
    (
        {"project: ann": "project: {name}", "ann": "{slug}", "ANN": "{upper}"},
        {
            "project: ann-ben": "project: {name}",
            "ben": "{slug}",
            "BEN": "{upper}",
            "ann": "{before}",
        },
    ),
    (
        "jobs/build/outputs/{}",
        "jobs/build/env/{UPPER}",
        "jobs/build/steps/{}",
        "jobs/publish-{}",
    ),
    ("jobs/build/run",),
    ("jobs/done/needs",),
)


def thing(slug: str) -> dict[str, str]:
    return {"slug": slug, "upper": slug.upper(), "name": slug.title()}


def test_one_thing_leaves_nothing_of_the_second_sample() -> None:
    assert (
        repeated(TEXT, REPEATS, [thing("eve")])
        == """\
jobs:
  build:
    outputs:
      eve: ${{ steps.eve.outputs.x }}
    env:
      EVE: 1
    steps:
      - id: eve
        with: { project: Eve }
    run: |
      begin

      build eve
      end
  publish-eve:
    needs: build

  # The last.
  done:
    needs: [build, publish-eve]
"""
    )


def test_three_things_have_the_second_sample_twice_each_after_the_one_before() -> None:
    done = repeated(TEXT, REPEATS, [thing("eve"), thing("ada"), thing("kim")])

    assert "      build eve\n      build ada\n      build kim\n      end\n" in done
    assert "      EVE: 1\n      ADA: 2\n      KIM: 2\n" in done
    assert "    needs: [build, publish-eve, publish-ada, publish-kim]\n" in done
    assert """\
  # After eve.
  publish-ada:
    needs: publish-eve

  # After ada.
  publish-kim:
    needs: publish-ada

  # The last.
""" in done  # fmt: skip
    assert "ann" not in done
    assert "ben" not in done


def test_the_samples_themselves_give_the_text_itself() -> None:
    same = [
        {"slug": "ann", "upper": "ANN", "name": "ann"},
        {"slug": "ben", "upper": "BEN", "name": "ann-ben"},
    ]
    assert repeated(TEXT, REPEATS, same) == TEXT


@pytest.mark.parametrize(
    ("repeats", "why"),
    [
        (Repeats(("ann", "eve"), REPEATS.samples, ("jobs/publish-{}",)), "there is no such entry"),
        (
            Repeats(("ann", "ben"), REPEATS.samples, (), ("jobs/publish-ann/needs",)),
            "there is no literal block",
        ),
        (
            Repeats(("ann", "ben"), REPEATS.samples, (), (), ("jobs/build/steps",)),
            "there is no list of one line",
        ),
    ],
    ids=["entry", "block", "list"],
)
def test_a_path_that_is_not_what_it_should_be_is_an_error(repeats: Repeats, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        repeated(TEXT, repeats, [thing("eve")])
