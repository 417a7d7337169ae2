"""The whole guard over a real GitHub API and real git: every rule is raised by what breaks it."""

from __future__ import annotations

import pytest

from release_actions.actions.guard_release_tag.asked import Guarded
from release_actions.run import Ended
from release_actions.verdict import Outcome
from tests.actions.guard_release_tag.conftest import Guard, package
from tests.actions.tagging import Scene, bad, told

SOURCE = {"version_sources": "package.json"}


def outputs(ended: Ended) -> Guarded:
    assert ended.verdict is not None, ended.error
    assert isinstance(ended.verdict.outputs, Guarded)
    return ended.verdict.outputs


def test_a_right_tag_is_a_release(scene: Scene, guard: Guard) -> None:
    found = outputs(guard(**SOURCE, expected_version="1.2.3", unique="true"))
    refs = scene.repository.git.refs()
    tag = refs["refs/tags/v1.2.3"]
    commit = scene.repository.git.peel(tag)
    assert found == Guarded(True, "1.2.3", "stable", "semver", False, commit or "", tag)


def test_a_tag_that_is_no_release_can_be_skipped(scene: Scene, guard: Guard) -> None:
    """O1: it ends ok, says `release: false` and asks GitHub for nothing."""
    before = len(scene.github.requests)
    ended = guard(tag="archive/v1.2.3", on_mismatch="skip")
    assert bad(ended) == []
    assert outputs(ended) == Guarded()
    assert [r for r in scene.github.requests[before:] if r.path.startswith("/repos")] == []


def test_a_refused_tag_is_no_release(guard: Guard) -> None:
    """What a later job reads says no, even where the name is a release's."""
    assert outputs(guard(version_sources="VERSION")) == Guarded()
    assert outputs(guard(branch="gone")) == Guarded()


def test_tag_missing(guard: Guard) -> None:
    ended = guard(tag="v9.9.9")
    assert bad(ended) == ["tag-missing"]
    assert ended.verdict is not None
    assert ended.verdict.outcome is Outcome.MISSING


def test_tag_moved(scene: Scene, guard: Guard) -> None:
    """PAINS A15, A16: what counts is the commit that the tag peels to, now."""
    head = scene.repository.git.branches()["main"]
    assert bad(guard(commit=head)) == ["tag-moved"]
    assert bad(guard(expected_commit=head)) == ["tag-moved"]
    tag_object = scene.repository.git.refs()["refs/tags/v1.2.3"]
    assert bad(guard(expected_commit=tag_object)) == ["tag-moved"]


def test_a_tag_of_a_tag_is_peeled_to_its_commit(scene: Scene, guard: Guard) -> None:
    """PAINS A15."""
    scene.clone()
    inner = scene.repository.git.refs()["refs/tags/v1.2.3"]
    scene.git("tag", "--force", "-a", "-m", "outer", "v1.2.3", inner)
    scene.push("refs/tags/v1.2.3")
    assert bad(guard(**SOURCE)) == []


def test_branch_missing(guard: Guard) -> None:
    assert bad(guard(branch="gone")) == ["branch-missing"]


@pytest.mark.parametrize("how", [(), ("--depth=1",)], ids=["whole clone", "shallow clone"])
def test_not_on_branch(scene: Scene, guard: Guard, how: tuple[str, ...]) -> None:
    """O4: told by the clone, and by GitHub where the clone is cut."""
    scene.clone(*how)
    stray = scene.repository.commit(package("1.2.4"), branch="stray")
    scene.repository.tag("v1.2.4", stray, message="stray")
    assert bad(guard(tag="v1.2.4")) == ["not-on-branch"]
    assert bad(guard(tag="v1.2.4", branch="stray")) == []


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        pytest.param("VERSION", "source-missing", id="no such file"),
        pytest.param("broken.json", "source-unreadable", id="no JSON"),
        pytest.param("package.json:/engine", "source-unreadable", id="no such place"),
        pytest.param("other.json:/version", "version-differs", id="another version"),
    ],
)
def test_each_source_must_say_the_version(
    scene: Scene, guard: Guard, source: str, rule: str
) -> None:
    """M3, D-M10: what cannot be read is never taken for a default."""
    files = {"broken.json": "{", "other.json": '{"version": "1.2.2"}'} | package("1.2.4")
    commit = scene.repository.commit(files)
    scene.repository.tag("v1.2.4", commit, message="1.2.4")
    assert bad(guard(tag="v1.2.4", version_sources=f"package.json\n{source}")) == [rule]


def test_sources_are_read_at_the_commit_and_not_in_the_work_tree(
    scene: Scene, guard: Guard
) -> None:
    scene.clone()
    (scene.workspace / "package.json").write_text('{"version": "6.6.6"}')
    assert bad(guard(**SOURCE)) == []


def test_a_shallow_clone_has_what_is_needed_fetched(scene: Scene, guard: Guard) -> None:
    """Even a private repository's, with the token of the step and none in the clone."""
    scene.clone("--depth=1", "--no-tags")
    scene.repository.state.private = True
    assert bad(guard(**SOURCE, unique="true")) == []


def test_a_fetch_does_not_leave_the_token_behind(scene: Scene, guard: Guard) -> None:
    scene.clone("--depth=1", "--no-tags")
    guard(**SOURCE, unique="true")
    assert "extraheader" not in (scene.workspace / ".git/config").read_text().lower()


def test_no_clone(scene: Scene, guard: Guard) -> None:
    scene.workspace.mkdir()
    ended = guard(**SOURCE)
    assert bad(ended) == ["no-clone"]
    assert ended.verdict is not None
    assert ended.verdict.outcome is Outcome.UNKNOWN
    assert bad(guard()) == []  # nothing is asked of it


def test_shallow(scene: Scene, guard: Guard) -> None:
    """A clone that leaves files out cannot tell which commits carry a version."""
    scene.clone()
    scene.git("config", "remote.origin.promisor", "true")
    assert bad(guard(**SOURCE, unique="true")) == ["shallow"]


def test_not_unique(scene: Scene, guard: Guard) -> None:
    """C3, D-C1: 1.5.0 was released again after 1.6.0-dev."""
    scene.repository.commit(package("1.2.3"), message="again")
    ended = guard(**SOURCE, unique="true")
    assert bad(ended) == ["not-unique"]
    assert f"{scene.repository.git.branches()['main'][:12]} (1.2.3)" in told(ended)


def test_parent_not_dev(scene: Scene, guard: Guard) -> None:
    scene.repository.commit(package("1.3.0-rc.1"))
    tagged = scene.repository.commit(package("1.3.0"))
    scene.repository.tag("v1.3.0", tagged, message="1.3.0")
    ended = guard(tag="v1.3.0", **SOURCE, unique="true")
    assert bad(ended) == ["parent-not-dev"]
    assert "(1.3.0-rc.1)" in told(ended)
    assert "it does not carry a development version" in told(ended)


def test_a_parent_without_a_version_is_told_with_the_reason(scene: Scene, guard: Guard) -> None:
    first = scene.github.repository("acme/new")
    scene.repository = first
    first.commit({"package.json": "{"})
    first.tag("v1.2.3", first.commit(package("1.2.3")), message="1")
    ended = guard(**SOURCE, unique="true")
    assert bad(ended) == ["parent-not-dev"]
    assert "no version can be read" in told(ended)


def test_a_first_commit_has_no_parent_that_is_dev(scene: Scene, guard: Guard) -> None:
    first = scene.github.repository("acme/new")
    scene.repository = first
    first.tag("v1.2.3", first.commit(package("1.2.3")), message="1")
    ended = guard(**SOURCE, unique="true")
    assert bad(ended) == ["parent-not-dev"]
    assert "there is none" in told(ended)


def test_child_not_dev(scene: Scene, guard: Guard) -> None:
    release = scene.repository.git.peel(scene.repository.git.refs()["refs/tags/v1.2.3"])
    scene.repository.commit(package("1.2.4"), branch="main", parent=release)
    assert bad(guard(**SOURCE, unique="true")) == ["child-not-dev"]


def test_a_release_at_the_head_has_no_child_yet(scene: Scene, guard: Guard) -> None:
    tagged = scene.repository.commit(package("1.3.0"))
    scene.repository.tag("v1.3.0", tagged, message="1.3.0")
    assert bad(guard(tag="v1.3.0", **SOURCE, unique="true")) == []


def test_off_first_parent(scene: Scene, guard: Guard) -> None:
    """A commit that came by a merge is reachable, and yet the branch never stood there."""
    main = scene.repository.git.branches()["main"]
    side = scene.repository.commit(package("1.4.0"), branch="side", parent=main)
    scene.repository.commit(package("1.5.0-dev"), branch="main", merge=side)
    scene.repository.tag("v1.4.0", side, message="1.4.0")
    assert bad(guard(tag="v1.4.0", **SOURCE, unique="true")) == ["off-first-parent"]
    assert bad(guard(tag="v1.4.0", **SOURCE)) == []


ROM = {"rom": {"pattern": "RELEASE_{date}_rc{number}", "class": "stable",
               "pairs-with": "BUILD_{date}_rc{number}"}}  # fmt: skip


def test_counterpart_missing(scene: Scene, guard: Guard) -> None:
    """S1: each RELEASE tag has its BUILD tag."""
    head = scene.repository.git.branches()["main"]
    scene.repository.tag("RELEASE_20260513_rc00", head, message="r")
    asked = {"tag": "RELEASE_20260513_rc00", "family": "rom", "release_family": ROM}
    assert bad(guard(**asked)) == ["counterpart-missing"]
    scene.repository.tag("BUILD_20260513_rc01", head, message="b")
    assert bad(guard(**asked)) == ["counterpart-missing"]
    scene.repository.tag("BUILD_20260513_rc00", head, message="b")
    assert outputs(guard(**asked)).version == ""


HOTFIX = {"app": {"pattern": "v{version}", "classes": ["hotfix"], "hotfix": True}}


def hotfix(scene: Scene, files: dict[str, str], *, base: str | None) -> dict[str, object]:
    commit = scene.repository.commit(files, branch="release/1.2", parent=base)
    scene.repository.tag("v1.2.4", commit, message="1.2.4")
    return {"tag": "v1.2.4", "family": "app", "release_family": HOTFIX, "branch": "release/1.2"}


def test_a_hotfix_stands_on_the_release_that_it_patches(scene: Scene, guard: Guard) -> None:
    """M2, M41; the branch may come from the class."""
    git = scene.repository.git
    base = git.peel(git.refs()["refs/tags/v1.2.3"])
    asked = hotfix(scene, package("1.2.4"), base=base) | {"branch": "main"}
    table = {"hotfix": {"branch": "release/{major}.{minor}", "max-changed-files": 1}}
    ended = guard(**asked, **SOURCE, release_class=table)
    assert bad(ended) == []
    assert outputs(ended).class_ == "hotfix"
    assert "1 files changed since" in told(ended)
    assert "files changed since" not in told(guard(**asked | {"branch": "release/1.2"}))


def test_base_not_ancestor(scene: Scene, guard: Guard) -> None:
    main = scene.repository.git.refs()["refs/heads/main"]
    stray = scene.repository.commit({"a": "b"}, branch="before", parent=main)
    scene.repository.tag("v1.2.3", stray, message="elsewhere")
    assert bad(guard(**hotfix(scene, package("1.2.4"), base=main))) == ["base-not-ancestor"]


def test_base_missing(scene: Scene, guard: Guard) -> None:
    scene.clone()
    scene.push(":refs/tags/v1.2.3")
    main = scene.repository.git.branches()["main"]
    assert bad(guard(**hotfix(scene, package("1.2.4"), base=main))) == ["base-missing"]


def test_too_many_changes(scene: Scene, guard: Guard) -> None:
    git = scene.repository.git
    base = git.peel(git.refs()["refs/tags/v1.2.3"])
    asked = hotfix(scene, package("1.2.4") | {"new": "1"}, base=base)
    table = {"hotfix": {"max-changed-files": 1}}
    assert bad(guard(**asked, release_class=table)) == ["too-many-changes"]
    table["hotfix"] |= {"advisory": ["guard-release-tag/too-many-changes"]}  # type: ignore[dict-item]
    ended = guard(**asked, release_class=table)
    assert outputs(ended).release  # it is told, and does not decide
    assert bad(ended) == ["too-many-changes"]


def test_nothing_of_the_clone_is_run(
    scene: Scene, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.clone("--depth=1", "--no-tags")
    mark = scene.workspace.parent / "ran"
    hook = scene.workspace / ".git/hooks/reference-transaction"
    hook.write_text(f"#!/bin/sh\ntouch {mark}\n")
    hook.chmod(0o755)
    scene.git("config", "core.fsmonitor", f"touch {mark}")
    scene.git("config", "credential.helper", f"!touch {mark}; true")
    scene.git("config", "core.askPass", str(hook))
    monkeypatch.setenv("HOME", str(scene.workspace.parent))
    assert bad(guard(**SOURCE, unique="true")) == []
    assert not mark.exists()


def test_an_address_that_is_a_program_is_not_run(scene: Scene, guard: Guard) -> None:
    """The clone's own settings may put any address in place of the server's."""
    scene.clone("--depth=1", "--no-tags")
    mark = scene.workspace.parent / "ran"
    scene.git("config", f"url.ext::touch {mark} .insteadOf", f"{scene.github.server_url}/")
    assert bad(guard(**SOURCE, unique="true")) == ["no-clone"]
    assert not mark.exists()
