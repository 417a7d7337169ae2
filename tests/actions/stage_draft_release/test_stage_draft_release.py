"""One draft for a tag, pinned to its commit, with exactly the assets of the manifest."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from rehearsal.github import Fault
from rehearsal.github.state import now
from tests.actions.releasing import FILES, TAG, Make, Scene, digest, end_state, manifest_of
from tests.actions.require_ci_green.play import Played
from tests.hanging import HANG


def names(scene: Scene) -> list[str]:
    return sorted(asset.name for asset in scene.release.assets)


def changed(scene: Scene, before: dict[str, Any]) -> bool:
    return end_state(scene) != before


def test_a_draft_is_made_pinned_and_filled(scene: Scene) -> None:
    """O9, O20, S6: title, text, files, prerelease, and the exact commit; not published."""
    played = scene.stage(body="# Notes", title="App 1.2.0")
    assert played.exit == 0, played.log
    draft = scene.release
    assert (draft.draft, draft.tag, draft.target) == (True, TAG, scene.commit)
    assert (draft.name, draft.body, draft.prerelease) == ("App 1.2.0", "# Notes", False)
    assert {a.name: (a.digest, a.state) for a in draft.assets} == {
        name: (f"sha256:{digest(content)}", "uploaded") for name, content in FILES.items()
    }
    assert played.record["outputs"]["release-id"] == str(draft.id)
    assert played.record["outputs"]["commit"] == scene.commit
    assert played.record["outputs"]["manifest-sha256"] == digest(manifest_of(FILES))
    assert "untagged-" in played.record["outputs"]["url"]


def test_a_second_run_changes_nothing(scene: Scene) -> None:
    """PAINS C25: what is the same is kept."""
    scene.stage(body="x")
    before, ids = end_state(scene), [asset.id for asset in scene.release.assets]
    played = scene.stage(body="x")
    assert played.exit == 0
    assert not changed(scene, before)
    assert [asset.id for asset in scene.release.assets] == ids
    assert not any(request.mutating for request in played.requests)


def test_a_draft_is_never_looked_for_by_its_tag(scene: Scene) -> None:
    """PAINS C23: a draft has no page by tag."""
    assert "release-by-tag" not in scene.stage().routes


def test_nothing_but_contents_write_is_needed(scene: Scene) -> None:
    assert scene.stage().exit == 0
    scene.token = scene.github.token(
        permissions={"contents": "read"}, repository=scene.repository.full_name
    )
    # A reader sees no drafts, so it would make another one, and may not.
    refused = scene.stage()
    assert (refused.exit, refused.bad) == (10, ["no-permission"])
    assert "contents=write" in refused.log
    assert len(scene.repository.releases) == 1


def test_a_github_enterprise_server_says_where_uploads_go(scene: Scene) -> None:
    """PAINS F52: below /api/v3, and uploads below /api/uploads, from the release itself."""
    scene.base = "/api/v3"
    played = scene.stage()
    assert played.exit == 0, played.log
    uploads = [r.path for r in played.requests if r.route == "upload-asset"]
    assert len(uploads) == len(FILES)
    assert all(path.startswith("/api/uploads/repos/") for path in uploads)


def test_a_server_without_digests_is_read_back_byte_by_byte(scene: Scene) -> None:
    """S8 where the API tells none; and each asset is loaded once, however many looks there are."""
    scene.repository.state.asset_digests = False
    played = scene.stage()
    assert played.exit == 0, played.log
    assert played.routes.count("storage") == len(FILES)
    assert scene.stage().routes.count("storage") == 0


def test_no_checkout_is_needed(scene: Scene) -> None:
    """O20: an explicit repository; the folder has what was downloaded, and no clone."""
    assert not (scene.workspace / ".git").exists()
    assert scene.stage().exit == 0


def test_the_prerelease_is_by_the_class_of_the_tag(make: Make) -> None:
    """W24, D-M11: an rc is no full release; a table of the config file may say otherwise."""
    for tag, given, wanted in (
        ("v2.0.0-rc.1", {}, True),
        ("v2.0.0", {}, False),
        ("v2.0.1", {"prerelease": "true"}, True),
    ):
        scene = make()
        scene.repository.tag(tag, scene.commit)
        assert scene.stage(tag=tag, **given).exit == 0
        assert scene.release.prerelease is wanted


def test_a_text_is_read_of_a_file_and_compared_as_text(scene: Scene) -> None:
    """GitHub's own page saves other line ends; that is no other text."""
    (scene.workspace / "notes.md").write_text("a\nb\n")
    assert scene.stage(body_file="notes.md").exit == 0
    scene.release.body = "a\r\nb"
    played = scene.stage(body_file="notes.md")
    assert not any(request.mutating for request in played.requests)


def test_without_a_text_the_text_stays(scene: Scene) -> None:
    draft = scene.draft({}, body="By hand")
    assert scene.stage().exit == 0
    assert draft.body == "By hand"


def test_a_draft_of_a_branch_is_pinned(scene: Scene) -> None:
    """One that was begun by hand, on the page."""
    draft = scene.draft({}, target="main", name="", prerelease=True)
    assert scene.stage().exit == 0
    assert (draft.target, draft.name, draft.prerelease) == (scene.commit, TAG, False)


@pytest.mark.parametrize("how", ["other bytes", "broke off", "shorter"])
def test_what_is_not_the_same_is_replaced_while_it_is_a_draft(scene: Scene, how: str) -> None:
    draft = scene.draft()
    asset = draft.assets[0]
    if how == "broke off":
        asset.state = "starter"
        asset.created_at = now() - timedelta(minutes=5)
    elif how == "shorter":
        asset.size = 1
    else:
        asset.digest = scene.github.store.put(b"XXXXX")
    played = scene.stage()
    assert played.exit == 0, played.log
    assert "replace app.whl" in played.log
    assert {a.name: a.digest for a in scene.release.assets} == {
        name: f"sha256:{digest(content)}" for name, content in FILES.items()
    }
    assert asset.id not in [a.id for a in scene.release.assets]


def test_an_upload_that_has_just_begun_is_waited_for(scene: Scene) -> None:
    """Another job may be sending it; after a minute it is taken for broken."""
    draft = scene.draft()
    draft.assets[0].state = "starter"
    stopped = scene.stage(wait="0s")
    assert (stopped.exit, stopped.bad) == (11, ["asset-coming"])
    played = scene.stage()
    assert played.exit == 0, played.log
    assert draft.assets[-1].name == "app.whl"


@pytest.mark.parametrize("immutable", [False, True], ids=["published", "immutable"])
def test_a_published_release_is_never_touched(make: Make, immutable: bool) -> None:
    """M27, PAINS C26: with the very same set it is right; with another one it is refused."""
    scene = make()
    scene.repository.state.immutable_releases = immutable
    release = scene.draft(draft=False, body="As it was")
    before = end_state(scene)
    same = scene.stage(body="Another", title="Another")
    assert same.exit == 0, same.log
    scene.build(FILES | {"app.whl": b"other"})
    differs = scene.stage()
    assert (differs.exit, differs.bad) == (10, ["published"])
    assert ("immutable" in differs.log) is immutable
    assert not any(r.mutating for r in (*same.requests, *differs.requests))
    assert end_state(scene) == before
    assert release.assets[0].size == len(FILES["app.whl"])


def test_a_file_that_nobody_expects_is_told_and_nothing_is_made(scene: Scene) -> None:
    scene.draft({"app.whl": FILES["app.whl"], "left-over.zip": b"?"})
    before = end_state(scene)
    played = scene.stage()
    assert (played.exit, played.bad) == (10, ["extra"])
    assert "left-over.zip" in played.log
    assert end_state(scene) == before


def test_two_drafts_are_both_named(scene: Scene) -> None:
    """PAINS C24, D-O3: never a guess."""
    first, second = scene.draft(), scene.draft()
    played = scene.stage()
    assert (played.exit, played.bad) == (10, ["two-drafts"])
    assert f"draft {first.id} " in played.log
    assert f"draft {second.id} " in played.log
    assert not any(request.mutating for request in played.requests)


def test_a_draft_of_another_commit_is_refused(scene: Scene) -> None:
    scene.draft({}, target=scene.repository.git.commit(scene.commit).parents[0])
    played = scene.stage()
    assert (played.exit, played.bad) == (10, ["other-commit"])


def test_a_tag_must_be_there_and_on_the_commit(make: Make) -> None:
    """S7, D-S7: GitHub ignores the target once the tag exists, so the tag itself is looked at."""
    absent = make(tagged=False)
    played = absent.stage()
    assert (played.exit, played.bad) == (11, ["tag-missing"])
    moved = make()
    moved.repository.tag(TAG, moved.repository.git.commit(moved.commit).parents[0], message="x")
    played = moved.stage()
    assert (played.exit, played.bad) == (10, ["tag-moved"])
    assert absent.repository.releases == moved.repository.releases == []


def test_a_text_that_is_too_long_is_told_before_anything_is_made(scene: Scene) -> None:
    """PAINS C29: 125,000 characters, counted as characters and not as bytes."""
    (scene.workspace / "notes.md").write_text("ä" * 125_001)
    played = scene.stage(body_file="notes.md")
    assert (played.exit, played.bad) == (10, ["body-too-long"])
    assert not any(request.mutating for request in played.requests)
    (scene.workspace / "notes.md").write_text("ä" * 125_000)
    assert scene.stage(body_file="notes.md").exit == 0


def _without(scene: Scene, name: str) -> None:
    (scene.workspace / "dist" / name).unlink()


@pytest.mark.parametrize(
    ("spoil", "given", "exit", "rule"),
    [
        (lambda s: (s.workspace / "manifest.json").unlink(), {}, 10, "manifest-missing"),
        (
            lambda s: (s.workspace / "manifest.json").write_text("{}"),
            {},
            10,
            "manifest-unreadable",
        ),
        (lambda s: _without(s, "app.whl"), {}, 11, "file-missing"),
        (lambda s: (s.workspace / "dist/app.whl").write_text("?"), {}, 10, "file-differs"),
        (lambda s: None, {"body_file": "gone.md"}, 10, "body-missing"),
        (lambda s: None, {"tag": "nightly"}, 10, "not-a-release"),
    ],
    ids=["no manifest", "no manifest to read", "no file", "another file", "no text", "no family"],
)
def test_what_this_machine_lacks_is_told_without_a_request(
    scene: Scene, spoil: Any, given: dict[str, str], exit: int, rule: str
) -> None:
    spoil(scene)
    played = scene.stage(**given)
    assert (played.exit, played.bad) == (exit, [rule]), played.log
    assert set(played.routes) <= {"contents"}  # the config file


def test_of_two_files_of_one_name_the_digest_tells_which(scene: Scene) -> None:
    """S7: exactly one match; a left-over in another folder is not taken for it."""
    other = scene.workspace / "a-folder-before" / "app.whl"
    other.parent.mkdir()
    other.write_bytes(b"other")
    assert scene.stage().exit == 0
    alone = scene.stage(path="a-folder-before")
    assert sorted(alone.bad) == ["file-differs", "file-missing", "file-missing"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"tag": ""}, "`tag`"),
        ({"tag": "refs/tags/v1"}, "`tag`"),
        ({"manifest": ""}, "`manifest`"),
        ({"body": "a", "body_file": "b"}, "`body-file`"),
        ({"part": "linux"}, "`parts`"),
        ({"parts": "linux, macos"}, "`part`"),
        ({"part": "linux", "parts": "macos"}, "lacks `linux`"),
        ({"part": "Linux", "parts": "linux"}, "small letters"),
        ({"prerelease": "maybe"}, "`prerelease`"),
        ({"family": "none"}, "`family`"),
        ({"commit": "main"}, "`commit`"),
    ],
)
def test_inputs_that_make_no_sense_are_told_by_name(
    scene: Scene, given: dict[str, str], said: str
) -> None:
    played = scene.stage(**given)
    assert played.exit == 2, played.log
    assert said in played.log


def test_a_dry_run_tells_all_and_makes_nothing(scene: Scene) -> None:
    played = scene.stage(dry_run="true")
    assert played.exit == 0
    assert "would be made: create a draft for v1.2.0" in played.log
    assert "would be made: upload app.whl (5 B) (after the draft is there)" in played.log
    assert scene.repository.releases == []
    assert due(played) == ["draft-missing", "asset-missing", "asset-missing", "asset-missing"]
    scene.draft(FILES | {"app.whl": b"other"}, name="Another")
    played = scene.stage(dry_run="true")
    assert due(played) == ["not-as-asked", "asset-differs"]


def due(played: Played) -> list[str]:
    """The rules of what is to be made."""
    found = (f for f in played.record["findings"] if f["outcome"] == "due")
    return [finding["rule"].rpartition("/")[2] for finding in found]


def test_a_draft_that_goes_during_the_look_is_told(scene: Scene) -> None:
    scene.draft()
    scene.github.faults.add(
        Fault(route="release", kind="meanwhile", callback=scene.repository.releases.clear)
    )
    played = scene.stage()
    scene.github.faults.clear()
    assert (played.exit, played.bad) == (10, ["draft-gone"])


@pytest.mark.parametrize("what", ["an upload", "a replacement", "the text"])
def test_what_is_published_meanwhile_is_not_touched(scene: Scene, what: str) -> None:
    """Between the look and the upload: refused, and the published set stays as it was."""
    files = dict(FILES)
    if what == "an upload":
        files.pop("app.whl")
    elif what == "a replacement":
        files["app.whl"] = b"other"
    draft = scene.draft(files, name="Other" if what == "the text" else TAG)
    before = [(asset.name, asset.digest) for asset in draft.assets]

    def publish() -> None:
        draft.draft = False

    scene.github.faults.add(Fault(route="release", call=2, kind="meanwhile", callback=publish))
    played = scene.stage()
    scene.github.faults.clear()
    assert (played.exit, played.bad) == (10, ["no-draft-any-more"]), played.log
    assert [(asset.name, asset.digest) for asset in draft.assets] == before


def test_a_name_that_is_taken_meanwhile_is_judged_by_its_bytes(scene: Scene) -> None:
    """Another job was faster: its bytes are the same, or they are replaced."""

    def faster(content: bytes) -> Any:
        from rehearsal.github import releasing

        return lambda: releasing.add_asset(scene.repository, scene.release, "app.whl", content)

    for content in (FILES["app.whl"], b"other"):
        scene.repository.releases.clear()
        draft = scene.draft({k: v for k, v in FILES.items() if k != "app.whl"})
        scene.github.faults.add(
            Fault(route="upload-asset", call=1, kind="meanwhile", callback=faster(content))
        )
        played = scene.stage()
        scene.github.faults.clear()
        assert played.exit == 0, played.log
        assert {a.name: a.digest for a in draft.assets}["app.whl"] == (
            f"sha256:{digest(FILES['app.whl'])}"
        )


def test_an_upload_that_breaks_off_is_cleared_away_and_sent_again(scene: Scene) -> None:
    """PAINS C25: 502 and a `starter`; and an answer that never came for what is there."""
    scene.github.faults.add(
        Fault(route="upload-asset", call=1, kind="partial-upload"),
        Fault(route="upload-asset", call=3, kind="reset", when="after"),
    )
    played = scene.stage()
    scene.github.faults.clear()
    assert played.exit == 0, played.log
    assert names(scene) == sorted(FILES)
    assert all(asset.state == "uploaded" for asset in scene.release.assets)


def test_a_hundred_and_more_assets_are_staged_and_published_whole(scene: Scene) -> None:
    """Lists of more than a page, whole; and each asset costs two requests, not more."""
    many = {f"file-{number}.bin": b"%d" % number for number in range(1, 121)}
    scene.build(many)
    played = scene.stage()
    assert played.exit == 0, played.log
    assert names(scene) == sorted(many)
    assert len(played.requests) < 2 * len(many) + 40
    assert scene.publish().exit == 0


def test_uploads_go_side_by_side(scene: Scene) -> None:
    """A hundred assets one after the other would take a hundred times as long."""
    import threading

    meet = threading.Barrier(3, timeout=HANG)
    scene.github.faults.add(
        Fault(route="upload-asset", kind="meanwhile", callback=lambda: void(meet.wait()))
    )
    played = scene.stage()
    scene.github.faults.clear()
    assert played.exit == 0, played.log


def void(anything: object) -> None:
    """For a callback that gives nothing back."""


def test_real_gh_sees_the_draft_and_its_files(scene: Scene, tmp_path: Path) -> None:
    """An independent judge: gh finds one draft, and loads the very bytes once it is public."""
    scene.stage(body="Notes")

    def gh(*words: str) -> str:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "GH_CONFIG_DIR": str(tmp_path / "gh"),
            "GH_TOKEN": scene.github.token(),
            "GH_REPO": scene.repository.full_name,
            "GH_NO_UPDATE_NOTIFIER": "1",
            "GH_PROMPT_DISABLED": "1",
        }
        command = [str(Path(sys.executable).parent / "gh"), *words]
        return subprocess.run(
            command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
        ).stdout

    gh("config", "set", "http_unix_socket", str(scene.github.socket_path))
    shown = gh("release", "view", TAG, "--json", "isDraft,body,assets,targetCommitish")
    assert '"isDraft":true' in shown
    assert scene.commit in shown
    assert scene.publish().exit == 0
    gh("release", "download", TAG, "--dir", "got")
    got = {path.name: path.read_bytes() for path in (tmp_path / "got").iterdir()}
    assert got == FILES
    assert "\tLatest\t" in gh("release", "list")
