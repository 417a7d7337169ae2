"""A draft is published only as the very set that was expected, on the commit that was expected."""

from __future__ import annotations

from typing import Any

import pytest

from rehearsal.github import Fault
from tests.actions.releasing import FILES, TAG, Make, Scene, digest, end_state, manifest_of


def refused(scene: Scene, rule: str, exit: int = 10, /, **given: str) -> None:
    before = end_state(scene)
    played = scene.publish(**given)
    assert (played.exit, played.bad) == (exit, [rule]), played.log
    assert not any(request.mutating for request in played.requests)
    assert end_state(scene) == before


def before_commit(scene: Scene) -> str:
    return scene.repository.git.commit(scene.commit).parents[0]


def test_a_staged_draft_is_published_and_read_back(scene: Scene) -> None:
    """O27, C9, D-O10: after the un-draft the set and every digest are looked at once more."""
    staged = scene.stage(body="Notes")
    played = scene.publish(release_id=staged.record["outputs"]["release-id"])
    assert played.exit == 0, played.log
    assert not scene.release.draft
    assert scene.release.body == "Notes"
    at = played.routes.index("update-release")
    assert {"release", "assets", "ref"} <= set(played.routes[at + 1 :])
    told = played.record["outputs"]
    assert told["url"].endswith(f"/releases/tag/{TAG}")
    assert (told["latest"], told["immutable"]) == ("true", "false")


def test_all_is_looked_at_again_right_before(scene: Scene) -> None:
    """The last requests before the un-draft are the release, its assets and the tag."""
    scene.draft()
    played = scene.publish()
    at = played.routes.index("update-release")
    assert played.routes[at - 4 : at] == ["release", "assets", "ref", "tag-object"]
    assert [r.route for r in played.requests if r.mutating] == ["update-release"]


def test_a_second_run_finds_it_published_and_changes_nothing(scene: Scene) -> None:
    scene.draft()
    scene.publish()
    before = end_state(scene)
    played = scene.publish()
    assert played.exit == 0, played.log
    assert not any(request.mutating for request in played.requests)
    assert end_state(scene) == before


def test_an_immutable_release_is_told_and_never_touched(scene: Scene) -> None:
    """PAINS C26, M26."""
    scene.repository.state.immutable_releases = True
    scene.draft()
    assert scene.publish().record["outputs"]["immutable"] == "true"
    again = scene.publish()
    assert again.exit == 0
    assert "immutable" in again.log
    scene.build(FILES | {"app.whl": b"other"})
    refused(scene, "published")


def test_nothing_but_contents_write_is_needed(scene: Scene) -> None:
    scene.draft()
    writer = scene.token
    scene.token = scene.github.token(
        permissions={"contents": "read"}, repository=scene.repository.full_name
    )
    refused(scene, "no-such-release")
    scene.token = writer
    assert scene.publish().exit == 0


def test_a_github_enterprise_server_is_asked_below_its_own_address(scene: Scene) -> None:
    """PAINS F52; and one without digests is loaded to be compared (S8)."""
    scene.base = "/api/v3"
    scene.repository.state.asset_digests = False
    scene.draft()
    played = scene.publish()
    assert played.exit == 0, played.log
    assert played.routes.count("storage") == len(FILES)
    outside = {r.route for r in played.requests if not r.path.startswith("/api/v3/")}
    assert outside == {"storage"}


def test_bytes_that_are_not_what_they_are_said_to_be_are_refused(scene: Scene) -> None:
    """D-O10 where no digest is told: one bit differs in what is served."""
    scene.repository.state.asset_digests = False
    scene.draft()
    scene.github.faults.add(Fault(route="storage", call=1, kind="wrong-bytes"))
    played = scene.publish()
    scene.github.faults.clear()
    assert (played.exit, played.bad) == (10, ["asset-differs"])
    assert scene.release.draft


@pytest.mark.parametrize(
    ("spoil", "exit", "rule"),
    [
        (lambda s: s.release.assets.pop(), 11, "asset-missing"),
        (lambda s: setattr(s.release.assets[0], "state", "starter"), 10, "asset-differs"),
        (lambda s: setattr(s.release.assets[0], "size", 4), 10, "asset-differs"),
        (
            lambda s: setattr(s.release.assets[0], "digest", s.github.store.put(b"WHEEL")),
            10,
            "asset-differs",
        ),
        (lambda s: setattr(s.release.assets[0], "name", "b.whl"), 10, "asset-missing"),
        (lambda s: setattr(s.release, "target", "main"), 10, "other-commit"),
        (lambda s: setattr(s.release, "target", before_commit(s)), 10, "other-commit"),
        (lambda s: setattr(s.release, "tag", "v9.9.9"), 10, "other-tag"),
        (lambda s: setattr(s.release, "prerelease", True), 10, "wrong-prerelease"),
        (lambda s: s.repository.tag(TAG, before_commit(s), message="x"), 10, "tag-moved"),
        (lambda s: s.repository.git.delete_ref(f"refs/tags/{TAG}"), 11, "tag-missing"),
        (lambda s: (s.workspace / "manifest.json").unlink(), 10, "manifest-missing"),
        (lambda s: (s.workspace / "manifest.json").write_text("[]"), 10, "manifest-unreadable"),
    ],
    ids=[
        "a file is missing",
        "an upload broke off",
        "another size",
        "another digest",
        "another name",
        "pinned to a branch",
        "pinned to another commit",
        "for another tag",
        "marked wrongly",
        "the tag moved",
        "the tag went",
        "no manifest",
        "no manifest to read",
    ],
)
def test_what_is_not_as_expected_is_not_published(
    scene: Scene, spoil: Any, exit: int, rule: str
) -> None:
    """O27: each condition broken alone; D-M11, D-O3, D-S7."""
    scene.draft()
    spoil(scene)
    before = end_state(scene)
    played = scene.publish()
    assert (played.exit, rule in played.bad) == (exit, True), played.log
    assert not any(request.mutating for request in played.requests)
    assert end_state(scene) == before
    assert scene.release.draft


def test_a_file_that_nobody_expects_is_not_published(scene: Scene) -> None:
    scene.draft(FILES | {"stray.zip": b"?"})
    refused(scene, "extra")


def test_an_id_of_no_release_is_refused(scene: Scene) -> None:
    refused(scene, "no-such-release", release_id="424242")


def test_another_draft_for_the_tag_is_named(scene: Scene) -> None:
    """D-O3: which one is meant is not guessed, even where an id is given."""
    scene.draft()
    scene.draft({})
    refused(scene, "two-drafts")


def test_a_manifest_that_was_changed_since_it_was_staged_is_refused(scene: Scene) -> None:
    scene.draft()
    refused(scene, "manifest-differs", manifest_sha256="a" * 64)
    assert scene.publish(manifest_sha256=digest(manifest_of(FILES))).exit == 0


def test_a_tag_of_no_family_needs_its_marks_said(make: Make) -> None:
    scene = make()
    scene.repository.tag("nightly-7", scene.commit)
    draft = scene.draft()
    draft.tag = "nightly-7"
    refused(scene, "not-a-release", tag="nightly-7")
    refused(scene, "not-a-release", tag="nightly-7", prerelease="false")
    said = scene.publish(tag="nightly-7", prerelease="false", make_latest="false")
    assert said.exit == 0, said.log
    assert not draft.draft


# What happens meanwhile


@pytest.mark.parametrize(
    "spoil",
    [
        lambda s: s.repository.tag(TAG, before_commit(s), message="x"),
        lambda s: s.repository.git.delete_ref(f"refs/tags/{TAG}"),
        lambda s: s.release.assets.pop(),
        lambda s: setattr(s.release.assets[0], "digest", s.github.store.put(b"WHEEL")),
        lambda s: setattr(s.release, "target", "main"),
        lambda s: setattr(s.release, "body", "Another text"),
        lambda s: setattr(s.release, "draft", False),
        lambda s: s.repository.releases.clear(),
    ],
    ids=["tag moved", "tag gone", "file gone", "bytes", "target", "text", "published", "gone"],
)
def test_what_changes_in_the_last_moment_is_not_published(scene: Scene, spoil: Any) -> None:
    """After all was judged, before the un-draft: the last request of the fourth look."""
    scene.draft()
    scene.github.faults.add(
        Fault(route="latest-release", kind="meanwhile", when="after", callback=lambda: spoil(scene))
    )
    played = scene.publish()
    scene.github.faults.clear()
    assert (played.exit, played.bad) == (10, ["changed-meanwhile"]), played.log
    assert not any(request.mutating for request in played.requests)


def test_a_release_that_goes_during_the_look_is_told(scene: Scene) -> None:
    scene.draft()
    scene.github.faults.add(
        Fault(route="release", call=2, kind="meanwhile", callback=scene.repository.releases.clear)
    )
    played = scene.publish()
    scene.github.faults.clear()
    assert (played.exit, played.bad) == (10, ["gone"])


def test_an_answer_that_never_came_is_no_verdict_and_a_second_run_sees_it(scene: Scene) -> None:
    scene.draft()
    scene.github.faults.add(Fault(route="update-release", kind="reset", when="after"))
    played = scene.publish()
    scene.github.faults.clear()
    assert played.exit == 1
    assert "not known: publish draft" in played.log
    assert scene.publish().exit == 0


# The latest


def published(scene: Scene, *tags: str, **fields: Any) -> None:
    for tag in tags:
        scene.repository.add_release(tag, target=scene.commit, **fields)


@pytest.mark.parametrize(
    ("others", "is_latest"),
    [
        (["v1.1.0"], "true"),
        (["v1.10.0"], "false"),
        (["v1.2.1", "v0.9.0"], "false"),
        (["node-v9.0.0"], "true"),
    ],
    ids=["lower", "higher, though not as text", "lower after higher", "another family's"],
)
def test_the_latest_is_by_version_and_not_by_time(
    scene: Scene, others: list[str], is_latest: str
) -> None:
    """M28: a patch of an old line, published after the new line, is not the latest."""
    published(scene, *others)
    scene.draft()
    played = scene.publish(release_id=str(scene.repository.releases[-1].id))
    assert played.exit == 0, played.log
    assert played.record["outputs"]["latest"] == is_latest
    assert scene.repository.releases[-1].latest is (is_latest == "true")


def test_a_prerelease_is_never_the_latest_and_hides_no_release(scene: Scene) -> None:
    published(scene, "v9.0.0-rc.1", prerelease=True)
    scene.repository.add_release("v9.0.0", draft=True)
    scene.draft()
    assert scene.publish(release_id=str(scene.repository.releases[-1].id)).exit == 0
    assert scene.repository.releases[-1].latest
    scene.repository.tag("v1.3.0-rc.1", scene.commit)
    rc = scene.repository.add_release(
        "v1.3.0-rc.1", target=scene.commit, draft=True, prerelease=True, assets=dict(FILES)
    )
    played = scene.publish(release_id=str(rc.id), tag="v1.3.0-rc.1")
    assert played.exit == 0, played.log
    assert rc.latest is False
    assert "it is a prerelease" in played.log


def test_who_says_whether_it_is_the_latest_is_heard(make: Make) -> None:
    low = make()
    published(low, "v2.0.0")
    low.draft()
    assert low.publish(release_id=str(low.repository.releases[-1].id), make_latest="true").exit == 0
    assert low.repository.releases[-1].latest
    high = make()
    published(high, "v1.0.0")
    high.draft()
    played = high.publish(release_id=str(high.repository.releases[-1].id), make_latest="false")
    assert played.exit == 0, played.log
    assert high.repository.releases[-1].latest is False


def test_github_that_shows_another_latest_is_told(scene: Scene) -> None:
    """The read-back of what was asked for; a list that lags is waited for."""
    scene.draft(draft=False)
    published(scene, "v1.1.0", latest=True)
    played = scene.publish()
    assert (played.exit, played.bad) == (11, ["latest"])
    assert "--latest" in played.log


def test_a_lower_version_that_is_shown_as_the_latest_is_told(scene: Scene) -> None:
    """Two that were published at the same time, each before it saw the other."""
    scene.draft(draft=False, latest=True)
    published(scene, "v1.3.0")
    played = scene.publish()
    assert (played.exit, played.bad) == (10, ["latest"])
    assert "v1.3.0 is higher" in played.log


def test_the_only_release_may_be_shown_though_it_is_not_to_be(scene: Scene) -> None:
    """GitHub has no other to show."""
    scene.draft(draft=False, latest=True)
    assert scene.publish(make_latest="false").exit == 0


# Parts

LINUX, MACOS = {"app-linux.zip": b"linux"}, {"app-macos.zip": b"macos"}
BOTH = {"linux.manifest.json": manifest_of(LINUX), "macos.manifest.json": manifest_of(MACOS)}
PARTS = {"parts": "linux, macos"}


def test_parts_are_published_as_exactly_their_union(scene: Scene) -> None:
    scene.draft(BOTH | LINUX | MACOS)
    pins = "\n".join(f"{name.split('.')[0]}={digest(text)}" for name, text in BOTH.items())
    played = scene.publish(**PARTS, manifest_sha256=pins)
    assert played.exit == 0, played.log
    assert not scene.release.draft


@pytest.mark.parametrize(
    ("files", "exit", "rules"),
    [
        ({}, 11, {"part-missing", "asset-missing"}),
        (BOTH | LINUX, 11, {"asset-missing"}),
        ({"linux.manifest.json": BOTH["linux.manifest.json"]} | LINUX, 11, {"part-missing"}),
        (BOTH | LINUX | MACOS | {"x": b"x"}, 10, {"extra"}),
        (BOTH | LINUX | MACOS | {"macos.manifest.json": b"?"}, 10, {"part-unreadable", "extra"}),
        (
            {"linux.manifest.json": manifest_of(LINUX), "macos.manifest.json": manifest_of(LINUX)}
            | LINUX,
            10,
            {"name-in-two-parts"},
        ),
    ],
    ids=[
        "nothing",
        "a file",
        "a part",
        "a stray file",
        "a manifest that is none",
        "one name twice",
    ],
)
def test_parts_that_are_not_whole_are_not_published(
    scene: Scene, files: dict[str, bytes], exit: int, rules: set[str]
) -> None:
    scene.draft(files)
    played = scene.publish(**PARTS)
    assert (played.exit, set(played.bad) <= rules, bool(played.bad)) == (exit, True, True), (
        played.log
    )
    assert scene.release.draft


def test_a_parts_manifest_that_was_changed_is_refused(scene: Scene) -> None:
    """A manifest in the draft is as good as who may write there; its digest comes from the job."""
    scene.draft(BOTH | LINUX | MACOS)
    refused(scene, "manifest-differs", **PARTS, manifest_sha256=f"linux={'a' * 64}")


def test_a_manifest_that_is_served_with_other_bytes_is_no_answer(scene: Scene) -> None:
    scene.draft(BOTH | LINUX | MACOS)
    scene.github.faults.add(Fault(route="storage", kind="wrong-bytes"))
    played = scene.publish(**PARTS)
    scene.github.faults.clear()
    assert played.exit == 1
    assert "other bytes than its digest" in played.log


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"release_id": ""}, "`release-id`"),
        ({"release_id": "0"}, "`release-id`"),
        ({"release_id": "v1"}, "`release-id`"),
        ({"tag": ""}, "`tag`"),
        ({"expected_commit": ""}, "`expected-commit`"),
        ({"expected_commit": "main"}, "`expected-commit`"),
        ({"manifest": ""}, "`manifest`"),
        ({"parts": "a", "manifest": "m.json"}, "both were given"),
        ({"manifest_sha256": "abc"}, "`manifest-sha256`"),
        ({"manifest_sha256": f"linux={'a' * 64}"}, "`linux` was given"),
        ({"parts": "linux", "manifest_sha256": "a" * 64}, "linux=DIGEST"),
        ({"manifest_sha256": f"{'a' * 64}\n{'b' * 64}"}, "each part once"),
        ({"make_latest": "legacy"}, "`make-latest`"),
        ({"family": "none"}, "`family`"),
    ],
)
def test_inputs_that_make_no_sense_are_told_by_name(
    scene: Scene, given: dict[str, str], said: str
) -> None:
    played = scene.publish(**given)
    assert played.exit == 2, played.log
    assert said in played.log


def test_a_dry_run_publishes_nothing(scene: Scene) -> None:
    scene.draft()
    played = scene.publish(dry_run="true")
    assert played.exit == 0
    assert "would be made: publish draft" in played.log
    found = [f["rule"] for f in played.record["findings"] if f["outcome"] == "due"]
    assert found == ["publish-draft-release/not-published"]
    assert scene.release.draft
    assert "url" not in played.record["outputs"]
