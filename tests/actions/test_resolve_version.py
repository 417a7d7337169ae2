"""The version at a commit, and the latest release branch: read, or refused, never guessed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rehearsal.github import Fault, GitHub
from release_actions.actions.resolve_version import Resolved, action
from release_actions.clients.clock import Clock
from release_actions.errors import UpstreamError, UsageError
from release_actions.formats.tag_pattern import BranchPattern
from release_actions.run import Ended
from release_actions.verdict import Outcome
from tests.actions.tagging import Scene, bad, told

CARGO = '[package]\nname = "a"\nversion = "50.0.0-dev"\n'


class Still(Clock):
    """Nobody waits in a test."""

    def sleep(self, seconds: float) -> None:
        pass


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with GitHub(tmp_path / "github") as github:
        repository = github.repository("acme/app")
        repository.commit({"Cargo.toml": CARGO, "v.py": "__version__ = '50.0.0.dev0'\n"})
        yield Scene(github, repository, tmp_path / "clone", Still())
        assert not github.crashes


def resolve(scene: Scene, **inputs: Any) -> Ended:
    if not scene.workspace.exists():
        scene.clone()
    head = scene.repository.git.branches()["main"]
    given = {"commit": head} | {name.replace("_", "-"): v for name, v in inputs.items()}
    return scene.run(action, given)


def outputs(ended: Ended) -> Resolved:
    assert ended.error is None, ended.error
    assert bad(ended) == []
    assert ended.verdict is not None
    assert isinstance(ended.verdict.outputs, Resolved)
    return ended.verdict.outputs


def test_a_development_version_has_a_core(scene: Scene) -> None:
    """W11: the current version, and without its -dev."""
    found = outputs(resolve(scene, version_sources="Cargo.toml\nv.py"))
    assert found == Resolved("50.0.0-dev", "50.0.0", "dev", "v50.0.0-dev", False)


def test_what_counts_is_the_commit_and_not_the_work_tree(scene: Scene) -> None:
    """D-W7: parsed, not the first line that looks like a version."""
    scene.clone()
    (scene.workspace / "Cargo.toml").write_text('[package]\nversion = "6.6.6"\n')
    assert outputs(resolve(scene, version_sources="Cargo.toml")).version == "50.0.0-dev"


def test_the_tag_of_the_family_and_whether_it_is_there(scene: Scene) -> None:
    """M3: what is released already is known by its tag; D-M10: an error is not `not yet`."""
    commit = scene.repository.commit({"Cargo.toml": CARGO.replace("-dev", "")})
    family = {"app": {"pattern": "app-v{version}", "classes": ["stable"]}}
    asked: dict[str, Any] = {"version_sources": "Cargo.toml", "family": "app"}
    asked["release_family"] = family
    found = outputs(resolve(scene, **asked))
    assert (found.tag, found.tagged, found.class_) == ("app-v50.0.0", False, "stable")
    scene.repository.tag("app-v50.0.0", commit)
    assert outputs(resolve(scene, **asked)).tagged is True
    scene.github.faults.add(Fault(kind="status", route="ref", status=500))
    ended = resolve(scene, **asked)
    assert isinstance(ended.error, UpstreamError)


def test_the_latest_branch_has_the_highest_final_numbers(scene: Scene) -> None:
    """W11: by number and not by text, and candidates are none."""
    head = scene.repository.git.branches()["main"]
    names = ("release-9.0.0", "release-49.0.0", "release-48.0.1", "release-51.0.0-rc.1")
    for name in (*names, "release-next", "release-050.0.0", "prerelease-60.0.0"):
        scene.repository.commit({"of": name}, branch=name, parent=head)
    found = outputs(resolve(scene, branches="release-{version}"))
    assert found.latest_branch == "release-49.0.0"
    assert found.latest_commit == scene.repository.git.branches()["release-49.0.0"]
    assert (found.version, found.tagged) == ("", None)


def test_the_release_that_it_patches(scene: Scene) -> None:
    """C5: where a patch branch began, or the patch before."""
    commit = scene.repository.commit({"Cargo.toml": CARGO.replace("50.0.0-dev", "49.1.2-dev")})
    for version in ("49.0.9", "49.1.0", "49.1.1", "49.1.1-rc.1", "49.1.2", "49.2.0", "x"):
        scene.repository.tag(f"v{version}", commit)
    found = outputs(resolve(scene, version_sources="Cargo.toml"))
    assert found.patches == "v49.1.1"
    assert outputs(resolve(scene, version_sources="v.py")).patches == ""


def test_no_release_branch(scene: Scene) -> None:
    ended = resolve(scene, branches="release-{version}", version_sources="Cargo.toml")
    assert bad(ended) == ["no-release-branch"]
    assert ended.verdict is not None
    assert ended.verdict.outcome is Outcome.MISSING


@pytest.mark.parametrize(
    ("sources", "rule"),
    [
        pytest.param("Cargo.toml\ngone.toml", "source-missing", id="no such file"),
        pytest.param("broken.json", "source-unreadable", id="no JSON"),
        pytest.param("words", "source-unreadable", id="no version"),
        pytest.param("Cargo.toml\nVERSION", "version-differs", id="another version"),
    ],
)
def test_sources_must_agree(scene: Scene, sources: str, rule: str) -> None:
    scene.repository.commit({"broken.json": "{", "words": "latest", "VERSION": "50.0.0"})
    ended = resolve(scene, version_sources=sources)
    assert bad(ended) == [rule]
    assert sources.rpartition("\n")[2] in told(ended)


def test_no_clone(scene: Scene) -> None:
    scene.workspace.mkdir()
    assert bad(resolve(scene, version_sources="Cargo.toml")) == ["no-clone"]


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        pytest.param({}, "version-sources", id="nothing to do"),
        pytest.param({"branches": "release-{semver}"}, "branches", id="no such place"),
        pytest.param(
            {"version-sources": "VERSION", "family": "rom",
             "release-family": {"rom": {"pattern": "R_{date}", "class": "stable"}}},
            "family", id="a family without versions"),
    ],
)  # fmt: skip
def test_inputs_that_make_no_sense_are_told_by_name(
    scene: Scene, inputs: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError) as error:
        resolve(scene, **inputs)
    assert f"`{said}`" in "\n".join(error.value.lines)


@pytest.mark.parametrize(
    ("pattern", "branch", "order"),
    [
        ("release-{version}", "release-1.2.3", (1, 2, 3)),
        ("release-{version}", "release-1.2", None),
        ("release/{major}.{minor}", "release/1.20", (1, 20)),
        ("release/{major}.{minor}", "release/1.020", None),
        ("{major}-x", "7-x", (7,)),
        ("r{date}", "r20260105", (20260105,)),
        ("main", "main", ()),
        ("release-{version}", "release-1.2.3\n", None),
        ("release.{version}", "releaseX1.2.3", None),
    ],
)
def test_branches_compare_by_their_numbers(
    pattern: str, branch: str, order: tuple[int, ...] | None
) -> None:
    assert BranchPattern(pattern).order(branch) == order


def test_what_a_branch_begins_with() -> None:
    assert BranchPattern("release/{major}").prefix == "release/"
    assert BranchPattern("{major}").prefix == ""
