"""A repository with one release, 1.2.3, and what is needed to judge its tag."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rehearsal.github import GitHub
from release_actions.actions.guard_release_tag import action
from release_actions.clients.clock import Clock
from release_actions.run import Ended
from tests.actions.tagging import Scene

Guard = Callable[..., Ended]


def package(version: str) -> dict[str, str]:
    return {"package.json": f'{{"version": "{version}"}}\n'}


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """main went through 1.2.2, 1.2.3-dev, 1.2.3 (tagged) and 1.3.0-dev."""
    with GitHub(tmp_path / "github") as github:
        repository = github.repository("acme/app")
        for version in ("1.2.2", "1.2.3-dev"):
            repository.commit(package(version), message=version)
        release = repository.commit(package("1.2.3"), message="1.2.3")
        repository.commit(package("1.3.0-dev"), message="1.3.0-dev")
        repository.tag("v1.2.3", release, message="1.2.3")
        yield Scene(github, repository, tmp_path / "clone", Clock())
        assert not github.crashes


@pytest.fixture
def guard(scene: Scene) -> Guard:
    """Guard v1.2.3, in a clone that is made if there is none."""

    def run(**inputs: Any) -> Ended:
        if not scene.workspace.exists():
            scene.clone()
        tag = inputs.get("tag", "v1.2.3")
        refs = scene.repository.git.refs()
        commit = (
            scene.repository.git.peel(refs[f"refs/tags/{tag}"])
            if f"refs/tags/{tag}" in refs
            else "0" * 40
        )
        given = {"tag": tag, "commit": commit}
        given |= {name.replace("_", "-"): value for name, value in inputs.items()}
        return scene.run(action, given)

    return run
