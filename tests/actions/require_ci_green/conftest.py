"""One loopback GitHub for a module, and a repository of its own for each scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from rehearsal.github import GitHub
from tests.actions.require_ci_green.scene import Scene, Step, build


@pytest.fixture(scope="module")
def github(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitHub]:
    """A GitHub, none of whose answers was a fault of its own."""
    with GitHub(tmp_path_factory.mktemp("github")) as github:
        yield github
    assert not github.crashes, "\n".join(github.crashes)


Setting = Callable[..., Scene]


@pytest.fixture(scope="module")
def setting(github: GitHub) -> Setting:
    """Set a scene up by its steps."""
    numbers = count(1)

    def make(*steps: Step) -> Scene:
        return build(github, f"acme/app-{next(numbers)}", steps)

    return make
