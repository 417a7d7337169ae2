"""The notes of a version are there and dated, once; the next cycle begins with nothing lost."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

import pytest

from rehearsal.github import Fault
from release_actions.actions.roll_release_notes import action
from release_actions.actions.roll_release_notes.asked import Rolled
from release_actions.actions.roll_release_notes.writing import WriteFile
from release_actions.errors import RefusedError, UpstreamError, UsageError
from release_actions.run import Ended
from release_actions.verdict import Outcome
from tests.actions.create_tag.conftest import Wall
from tests.actions.tagging import Scene, bad, told
from tests.formats.changelogs import CRATE, KEEP, PATCHED, TRAIN


def roll(scene: Scene, mode: str, *, dry_run: bool = False, **inputs: Any) -> Ended:
    given = {"mode": mode} | {k.replace("_", "-"): v for k, v in inputs.items()}
    return scene.run(action, given, dry_run=dry_run)


def write(scene: Scene, text: str, file: str = "CHANGELOG.md") -> None:
    (scene.workspace / file).write_bytes(text.encode())


def text(scene: Scene, file: str = "CHANGELOG.md") -> str:
    return (scene.workspace / file).read_bytes().decode()


def rolled(ended: Ended) -> Rolled:
    assert ended.error is None, ended.error
    assert ended.verdict is not None
    assert bad(ended) == [], told(ended)
    assert isinstance(ended.verdict.outputs, Rolled)
    return ended.verdict.outputs


# check


def test_a_dated_section_and_nothing_unreleased(scene: Scene) -> None:
    """O7, on a file as a crate's maintainers keep it."""
    found = rolled(roll(scene, "check", file="CRATE.md", version="0.6.0"))
    assert found == Rolled("0.6.0", "2026-07-19", "## 0.6.0 - 2026-07-19", False)


def test_a_train_s_section_is_checked_by_its_own_layout(scene: Scene) -> None:
    found = rolled(roll(scene, "check", file="N.md", path="sub", version="24.0.1"))
    assert found.date == "2026-11-05"


@pytest.mark.parametrize(
    ("old", "new", "more", "rule"),
    [
        ("", "", {"version": "0.7.0"}, "no-section"),
        ("## 0.5.0", "## 0.6.0", {}, "section-twice"),
        ("0.6.0 - 2026-07-19", "0.6.0", {}, "undated"),
        ("0.6.0 - 2026-07-19", "0.6.0 - soon", {}, "undated"),
        ("0.6.0 - 2026-07-19", "0.6.0 - 2026-02-30", {}, "no-such-day"),
        ("0.6.0 - 2026-07-19", "0.6.0 - 2026-7-19", {}, "no-such-day"),
        ("", "", {"date": "2026-07-20"}, "other-date"),
        ("_No unreleased changes._", "- Something", {}, "unreleased-not-empty"),
        ("## 0.6.0 - 2026-07-19", "## 0.6.0 - 2026-07-19\n\n## Other", {}, "empty-section"),
        ("## ", "### ", {}, "no-sections"),
        ("## 0.5.0 - 2026-06-19", "## 0.5.0\n\nReleased 2026-06-19", {}, "layout-unclear"),
        ("This release is minor-breaking.", "", {"compatibility": "true"}, "class-unstated"),
        ("minor-breaking", "patch-compatible", {"compatibility": "true"}, "class-contradicted"),
        ("Migration:", "Or", {"compatibility": "true"}, "migration-missing"),
        ("", "", {"file": "GONE.md"}, "no-file"),
        ("", "", {"file": "sub"}, "no-file"),
    ],
)
def test_what_is_not_right_is_refused_by_its_rule(
    scene: Scene, old: str, new: str, more: dict[str, Any], rule: str
) -> None:
    write(scene, CRATE.replace(old, new) if old else CRATE, "CRATE.md")
    ended = roll(scene, "check", **{"file": "CRATE.md", "version": "0.6.0"} | more)
    assert bad(ended) == [rule]
    assert text(scene, "CRATE.md") == (CRATE.replace(old, new) if old else CRATE)


def test_a_refusal_names_its_line(scene: Scene) -> None:
    write(scene, CRATE.replace("_No unreleased changes._", "- Something"), "CRATE.md")
    ended = roll(scene, "check", file="CRATE.md", version="0.6.0")
    assert "CRATE.md:10: Unreleased says `- Something`" in told(ended)


def test_a_promise_that_is_kept(scene: Scene) -> None:
    """O35."""
    ended = roll(scene, "check", file="CRATE.md", version="0.6.0", compatibility="true")
    rolled(ended)
    assert "minor-breaking" in told(ended)


def test_a_link_that_leaves_the_clone_is_not_followed(scene: Scene) -> None:
    outside = scene.workspace.parent / "outside.md"
    outside.write_text(CRATE)
    (scene.workspace / "L.md").symlink_to(outside)
    (scene.workspace / "C.md").symlink_to("CRATE.md")
    assert bad(roll(scene, "check", file="L.md", version="0.6.0")) == ["no-file"]
    rolled(roll(scene, "check", file="C.md", version="0.6.0"))
    assert bad(roll(scene, "check", file=".git/config", version="0.6.0")) == ["no-file"]
    os.mkfifo(scene.workspace / "P.md")
    assert bad(roll(scene, "check", file="P.md", version="0.6.0")) == ["no-file"]


# check, against another branch


def other(scene: Scene, files: dict[str, str], branch: str = "release-24.0.0") -> None:
    head = scene.repository.git.branches()["main"]
    scene.repository.commit(files, branch=branch, parent=head)


def against(scene: Scene, branch: str = "release-24.0.0") -> Ended:
    return roll(
        scene, "check", path="sub", file="N.md", version="24.0.1", against=branch, layout="wasmtime"
    )


def test_the_notes_of_both_branches_are_the_same(scene: Scene) -> None:
    """W30; line ends and blanks at the ends of lines are no difference."""
    more = "## 24.0.2\n\nUnreleased.\n\n" + "-" * 9 + "\n\n"
    other(scene, {"sub/N.md": more + PATCHED.replace("\n", " \r\n")})
    rolled(against(scene))


@pytest.mark.parametrize(
    ("files", "rule", "said"),
    [
        (
            {"sub/N.md": PATCHED.replace("a panic", "a crash")},
            "against-differs",
            "`* Fixed a crash.`",
        ),
        ({"sub/N.md": PATCHED.replace("* Fixed a panic.\n", "")}, "against-differs", "nothing"),
        ({"sub/N.md": PATCHED.replace("11-05", "11-06")}, "against-differs", "line 3 "),
        ({"sub/N.md": PATCHED.replace("24.0.1", "24.0.7")}, "against-missing", "no section"),
        ({"sub/N.md": "\n"}, "against-missing", "second level"),
        ({"sub/N.md": None}, "against-missing", "no such file"),
    ],
)
def test_notes_that_differ_are_told_by_their_line(
    scene: Scene, files: dict[str, Any], rule: str, said: str
) -> None:
    other(scene, files)
    ended = against(scene)
    assert bad(ended) == [rule]
    assert said in told(ended)


def test_a_link_that_leaves_the_clone_is_no_file_for_date_either(scene: Scene) -> None:
    assert bad(roll(scene, "date", file="GONE.md")) == ["no-file"]


def test_a_branch_that_is_not_there(scene: Scene) -> None:
    assert bad(against(scene, "release-1.0.0")) == ["branch-missing"]


def test_a_github_that_does_not_answer_is_no_agreement(scene: Scene) -> None:
    other(scene, {"sub/N.md": PATCHED})
    scene.github.faults.add(Fault(route="contents", kind="reset"))
    assert isinstance(against(scene).error, UpstreamError)


# date


def test_a_section_is_dated_once(scene: Scene) -> None:
    first = rolled(roll(scene, "date", version="1.2.0"))
    assert first == Rolled("1.2.0", "2026-05-13", "## [1.2.0] - 2026-05-13", True)
    after = text(scene)
    assert rolled(roll(scene, "date", version="1.2.0")).changed is False
    assert rolled(roll(scene, "date", version="1.2.0", date="2026-05-13")).changed is False
    assert bad(roll(scene, "date", version="1.2.0", date="2026-05-14")) == ["other-date"]
    assert text(scene) == after
    rolled(roll(scene, "check", version="1.2.0"))


def test_a_train_is_dated_without_being_told_its_version(scene: Scene) -> None:
    """W14, for the release and for the patch; a second run finds nothing that waits."""
    found = rolled(roll(scene, "date", file="RELEASES.md", date="2026-11-20"))
    assert found == Rolled("25.0.0", "2026-11-20", "## 25.0.0", True)
    assert text(scene, "RELEASES.md") == TRAIN.replace("Unreleased.", "Released 2026-11-20.")
    assert bad(roll(scene, "date", file="RELEASES.md")) == ["no-unreleased"]
    assert rolled(roll(scene, "date", file="RELEASES.md", version="25.0.0")).changed is False


def test_midnight_does_not_move_the_date(scene: Scene, clock: Wall) -> None:
    """The day is settled in the first look."""
    clock.times = [datetime(2026, 5, d, h, tzinfo=UTC) for d, h in ((13, 23), (14, 1), (14, 2))]
    assert rolled(roll(scene, "date", version="1.2.0")).date == "2026-05-13"
    assert text(scene).count("2026-05-1") == 1


def test_a_dry_run_tells_the_lines_and_writes_none(scene: Scene) -> None:
    ended = roll(scene, "date", version="1.2.0", dry_run=True)
    assert ended.verdict is not None
    assert ended.verdict.outcome is Outcome.DUE
    assert "`+## [1.2.0] - 2026-05-13`" in told(ended)
    assert "`-[unreleased]: https://github.com/acme/app/compare/v1.1.0...HEAD`" in told(ended)
    assert text(scene) == KEEP


def test_a_file_keeps_its_mode_and_a_link_stays_one(scene: Scene) -> None:
    (scene.workspace / "RELEASES.md").chmod(0o640)
    (scene.workspace / "L.md").symlink_to("RELEASES.md")
    assert rolled(roll(scene, "date", file="L.md")).changed
    assert (scene.workspace / "L.md").is_symlink()
    assert (scene.workspace / "RELEASES.md").stat().st_mode & 0o777 == 0o640
    assert scene.git("status", "--porcelain") == "M RELEASES.md\n?? L.md"


@pytest.mark.parametrize(
    ("text_", "inputs", "rule"),
    [
        (KEEP, {}, "version-needed"),
        ("## [Unreleased]\n- x\n## Nothing\n", {"layout": "wasmtime"}, "no-unreleased"),
        ("## Notes\n\nUnreleased\n", {"layout": "wasmtime"}, "version-needed"),
        (CRATE, {"version": "0.7.0"}, "empty-section"),
        (CRATE.replace("Unreleased", "Later"), {"version": "0.7.0"}, "no-unreleased"),
        (KEEP + "## Unreleased\n", {"version": "1.2.0"}, "unreleased-twice"),
        (KEEP.replace("/compare/", "/diff/"), {"version": "1.2.0"}, "links-unclear"),
        (
            KEEP.replace("[1.1.0] - 2026-02-15", "[1.2.0] - 2026-02-30"),
            {"version": "1.2.0"},
            "no-such-day",
        ),
        (TRAIN, {"version": "26.0.0"}, "no-section"),
        (PATCHED.replace("Released 2", "Unreleased 2"), {}, "unreleased-twice"),
    ],
    ids=lambda value: value if isinstance(value, str) and "\n" not in value else "",
)
def test_zero_or_two_are_refused_and_nothing_is_written(
    scene: Scene, text_: str, inputs: dict[str, Any], rule: str
) -> None:
    """D-W12."""
    write(scene, text_)
    assert bad(roll(scene, "date", **inputs)) == [rule]
    assert text(scene) == text_


# new-cycle


def test_a_cycle_is_archived_and_the_next_one_opened_once(scene: Scene) -> None:
    """W13."""
    (scene.workspace / "ci").mkdir()
    write(scene, "## VERSION\n\nUnreleased.\n\n### Added\n\n### Changed\n", "ci/template.md")
    given: dict[str, Any] = {
        "file": "RELEASES.md",
        "version": "26.0.0",
        "template": "ci/template.md",
    }
    found = rolled(roll(scene, "new-cycle", **given))
    assert found == Rolled("26.0.0", "", "## 26.0.0", True)
    after = text(scene, "RELEASES.md")
    assert after.startswith("## 26.0.0\n\nUnreleased.\n\n### Added\n\n### Changed\n\n-----")
    link = f"{scene.github.server_url}/acme/runtime/blob/release-25.0.0/RELEASES.md"
    assert f"START -->\n* [25.0.x]({link})\n* [24.0.x](" in after
    assert rolled(roll(scene, "new-cycle", **given)).changed is False
    assert text(scene, "RELEASES.md") == after


def test_the_archive_may_lie_on_other_branches_and_the_template_be_ours(scene: Scene) -> None:
    given: dict[str, Any] = {
        "file": "RELEASES.md",
        "version": "26.0.0",
        "archive_branch": "v{major}.{minor}",
    }
    assert rolled(roll(scene, "new-cycle", **given)).changed
    assert "/blob/v25.0/RELEASES.md)" in text(scene, "RELEASES.md")
    assert "### Fixed" in text(scene, "RELEASES.md")


def test_a_whole_month_in_order(scene: Scene) -> None:
    """Cut, date on the release branch, check: each finds what the one before it left."""
    rolled(roll(scene, "date", file="RELEASES.md", version="25.0.0"))
    rolled(roll(scene, "check", file="RELEASES.md", version="25.0.0"))
    rolled(roll(scene, "new-cycle", file="RELEASES.md", version="26.0.0"))
    assert bad(roll(scene, "check", file="RELEASES.md", version="26.0.0")) == [
        "undated",
        "empty-section",
    ]


def test_an_empty_unreleased_is_opened(scene: Scene) -> None:
    plain = KEEP.partition("## [1.1.0]")
    write(scene, f"# Changelog\n\n## [1.1.0]{plain[2]}")
    assert rolled(roll(scene, "new-cycle")).changed
    assert text(scene) == f"# Changelog\n\n## [Unreleased]\n\n## [1.1.0]{plain[2]}"
    assert rolled(roll(scene, "new-cycle")).changed is False


@pytest.mark.parametrize(
    ("old", "new", "inputs", "rule"),
    [
        ("<!-- ARCHIVE_START -->\n", "", {}, "anchor-missing"),
        ("START -->\n", "START -->\nARCHIVE_START\n", {}, "anchor-twice"),
        ("", "", {"anchor": "HISTORY"}, "anchor-missing"),
        ("-" * 80, "", {}, "rule-missing"),
        ("[24.0.x]", "[25.0.x]", {}, "archived-already"),
        ("### Changed", "## 24.0.0", {}, "history-lost"),
        ("", "", {"version": "24.0.0"}, "not-newer"),
        ("Unreleased", "Released 2026-01-01", {"version": "25.0.0"}, "already-released"),
        ("", "", {"template": "gone.md"}, "no-template"),
        ("", "", {"template": "README.md"}, "template-unfit"),
        ("", "", {"version": ""}, "version-needed"),
        ("## 25.0.0", "## Later", {"layout": "wasmtime"}, "no-sections"),
    ],
)
def test_nothing_is_written_where_history_could_be_lost(
    scene: Scene, old: str, new: str, inputs: dict[str, Any], rule: str
) -> None:
    """D-W11."""
    before = TRAIN.replace(old, new) if old else TRAIN
    write(scene, before, "RELEASES.md")
    write(scene, "# Read me\n", "README.md")
    given: dict[str, Any] = {"file": "RELEASES.md", "version": "26.0.0"} | inputs
    assert bad(roll(scene, "new-cycle", **given)) == [rule]
    assert text(scene, "RELEASES.md") == before


# In general


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"mode": "check"}, "`version`"),
        ({"mode": "date", "against": "main"}, "`against`"),
        ({"mode": "date", "compatibility": "true"}, "`compatibility`"),
        ({"mode": "new-cycle", "date": "2026-01-01"}, "`date`"),
        ({"mode": "date", "date": "2026-02-30"}, "calendar"),
        ({"mode": "date", "file": "../x"}, "`file`"),
        ({"mode": "date", "path": "/etc"}, "`path`"),
        ({"mode": "new-cycle", "template": "a/../../b"}, "`template`"),
        ({"mode": "new-cycle", "archive-branch": "r-{date}"}, "`archive-branch`"),
        ({"mode": "roll"}, "`check` or `date` or `new-cycle`"),
    ],
    ids=lambda value: str(value),
)
def test_inputs_that_make_no_sense_are_told_by_name(
    scene: Scene, inputs: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError) as error:
        scene.run(action, inputs)
    assert said in "\n".join(error.value.lines)


def test_somebody_else_s_change_between_look_and_write_is_not_overwritten(scene: Scene) -> None:
    change = WriteFile(".", "CHANGELOG.md", b"what it was", b"what it shall be")
    with pytest.raises(RefusedError) as refused:
        change.make(scene.world())
    assert refused.value.rule == "changed-meanwhile"
    assert text(scene) == KEEP


def test_a_link_that_came_between_look_and_write_is_not_followed(scene: Scene) -> None:
    outside = scene.workspace.parent / "outside.md"
    (scene.workspace / "CHANGELOG.md").rename(outside)
    (scene.workspace / "CHANGELOG.md").symlink_to(outside)
    change = WriteFile(".", "CHANGELOG.md", KEEP.encode(), b"what it shall be")
    with pytest.raises(RefusedError) as refused:
        change.make(scene.world())
    assert refused.value.rule == "changed-meanwhile"
    assert outside.read_text() == KEEP


def test_a_folder_that_cannot_be_written_is_no_success(scene: Scene) -> None:
    if os.geteuid() == 0:  # root may write everywhere; a file in the way stops it as well
        (scene.workspace / ".release-actions-staged").write_text("")
    else:
        scene.workspace.chmod(0o500)
    ended = roll(scene, "date", version="1.2.0")
    assert isinstance(ended.error, UpstreamError)
    assert text(scene) == KEEP
