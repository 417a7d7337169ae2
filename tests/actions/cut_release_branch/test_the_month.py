"""W12, D-W11: the fifth of the month, stopped at every change, ends as if nothing had been."""

from __future__ import annotations

from typing import Any

import pytest

from rehearsal.github import Fault
from release_actions.actions.cut_release_branch import action as cutting
from release_actions.actions.open_release_pr import action as opening
from release_actions.run import Ended
from release_actions.verdict import Outcome
from tests.actions.branching import Workshop, workshop

WRITES = {"contents": "write", "pull_requests": "write"}
RC = {
    "base": "release-48.0.0",
    "branch": "ci/rc-48.0.0",
    "title": "Release 48.0.0-rc.1",
    "mark": "true",
    "paths": "version",
}
BUMP = {"base": "main", "branch": "ci/after-48.0.0", "title": "Bump to 49.0.0-dev"}
CHANGES = 5  # three branches and two pull requests


def month(shop: Workshop) -> list[Ended]:
    """The steps of the page, in its order; a step that fails is the last."""
    ended: list[Ended] = []

    def step(action: Any, version: str, inputs: dict[str, Any]) -> bool:
        shop.git("reset", "--quiet", "--hard")
        if version:
            shop.write(version=f"{version}\n")
        ended.append(shop.start(action, inputs, WRITES))
        last = ended[-1].verdict
        return ended[-1].error is None and last is not None and last.outcome is Outcome.OK

    def number() -> str:
        return str(getattr(ended[0].verdict and ended[0].verdict.outputs, "number", ""))

    _ = (
        step(opening, "49.0.0-dev", BUMP)
        and step(opening, "48.0.0-rc.1", RC | {"open_": "false"})
        and step(
            cutting,
            "",
            {
                "commit": shop.git("rev-parse", "HEAD"),
                "version_sources": "version",
                "after": f"ci/rc-48.0.0\n#{number()}",
            },
        )
        and step(opening, "48.0.0-rc.1", RC)
    )
    return ended


def standing(shop: Workshop) -> Any:
    """All that the month leaves behind."""
    pulls = [(p.number, p.head, p.base, p.state, p.title) for p in shop.repository.pulls]
    return shop.branches(), pulls


def test_the_month_leaves_two_pull_requests_and_one_release_branch(shop: Workshop) -> None:
    assert len(month(shop)) == 4
    branches, pulls = standing(shop)
    assert branches["release-48.0.0"] == branches["main"]
    assert [entry[1:3] for entry in pulls] == [
        ("ci/after-48.0.0", "main"),
        ("ci/rc-48.0.0", "release-48.0.0"),
    ]
    made = [route for route in shop.mutating() if route in ("git-push", "create-pull")]
    assert len(made) == CHANGES
    ends = standing(shop)
    month(shop)
    assert standing(shop) == ends


def test_the_release_branch_is_pushed_after_all_that_may_be_refused(shop: Workshop) -> None:
    """D-W11: whatever fails on the way, the branch is not there for all to see."""
    shop.repository.add_ruleset(
        "No rc", include=["refs/heads/ci/rc-*"], rules=["creation"], target="branch"
    )
    assert len(month(shop)) == 2
    assert "release-48.0.0" not in shop.branches()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What a month leaves in which nothing went wrong."""
    with workshop(tmp_path_factory.mktemp("undisturbed")) as shop:
        shop.clone()
        month(shop)
        return standing(shop)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("change", range(1, CHANGES + 1))
def test_stopped_at_each_change_and_started_again_it_ends_the_same(
    shop: Workshop, undisturbed: Any, change: int, when: Any
) -> None:
    """The proof of recovery: branches by their commits, pull requests by their numbers."""
    shop.github.faults.add(Fault(call=change, kind="stop-at", when=when))
    assert month(shop)[-1].error is not None
    assert standing(shop) != undisturbed or (change, when) == (CHANGES, "after")
    shop.github.faults.clear()
    month(shop)
    assert standing(shop) == undisturbed
