"""The notes of a release: from what people wrote and what happened, and never too long."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rehearsal.github import Fault
from release_actions.actions.render_release_notes import action
from release_actions.actions.render_release_notes.asked import Rendered
from release_actions.actions.render_release_notes.composing import LIMIT
from release_actions.changes.writing import WriteFile
from release_actions.errors import RefusedError, UpstreamError, UsageError
from release_actions.formats import markdown
from release_actions.run import Ended
from release_actions.verdict import Outcome
from tests.actions.render_release_notes.conftest import DATED
from tests.actions.tagging import Scene, bad, told
from tests.formats.changelogs import KEEP, PATCHED

DIGEST = "ab" * 32
MANIFEST = json.dumps(
    {
        "schema": 1,
        "assets": [
            {
                "name": "app.tar.gz",
                "sha256": DIGEST,
                "size": 12345,
                "media_type": "application/gzip",
            }
        ],
    }
)


def render(scene: Scene, *, dry_run: bool = False, **inputs: Any) -> Ended:
    if not scene.workspace.exists():
        scene.clone()
    head = scene.repository.git.branches()["main"]
    given = {"commit": head, "tag": "v1.2.0"}
    given |= {k.replace("_", "-"): v for k, v in inputs.items()}
    return scene.run(action, given, dry_run=dry_run)


def rendered(ended: Ended) -> Rendered:
    assert ended.error is None, ended.error
    assert ended.verdict is not None
    assert bad(ended) == [], told(ended)
    assert isinstance(ended.verdict.outputs, Rendered)
    return ended.verdict.outputs


def body(scene: Scene, file: str = "release-notes.md") -> str:
    return (scene.workspace / file).read_bytes().decode()


def put(scene: Scene, **files: str) -> None:
    """Files that an earlier step left in the workspace."""
    if not scene.workspace.exists():
        scene.clone()
    for name, text in files.items():
        (scene.workspace / name.replace("_dot_", ".")).write_text(text)


def merged(scene: Scene, title: str, method: str = "squash", **more: Any) -> int:
    """A pull request of one commit, merged; its number."""
    head = scene.repository.git.branches()["main"]
    branch = f"topic-{len(scene.repository.pulls)}"
    message = more.pop("message", title)
    scene.repository.commit({branch: "x"}, branch=branch, parent=head, message=message)
    pull = scene.repository.add_pull(title, head=branch, **more)
    scene.repository.merge(pull, method)  # type: ignore[arg-type]
    return pull.number


# From the changelog


def test_the_section_of_the_version_with_the_links_it_needs(scene: Scene) -> None:
    found = rendered(render(scene))
    assert found == Rendered("release-notes.md", "", "v1.2.0", False, "")
    assert body(scene).startswith("### Added\n\n- A café for [crabs].")
    assert body(scene).endswith("\n[crabs]: https://example.com/crabs\n")


def test_a_train_s_notes_up_to_the_first_rule(scene: Scene) -> None:
    """W24: with its heading if asked, and a pre-release by the tag."""
    given: dict[str, Any] = {"tag": "v24.0.1", "changelog": "RELEASES.md", "heading": "true"}
    assert rendered(render(scene, **given)).prerelease is False
    assert body(scene) == PATCHED.partition("\n\n-----")[0] + "\n"


def test_before_it_is_final_the_final_one_s_notes_do_or_what_is_unreleased(scene: Scene) -> None:
    assert rendered(render(scene, tag="v1.2.0-rc.2")).prerelease is True
    assert "A café" in body(scene)
    scene.repository.commit({"CHANGELOG.md": KEEP})
    scene.git("pull", "--quiet")
    rendered(render(scene, tag="v1.2.0-rc.2"))
    assert "A café" in body(scene)


def test_the_changelog_is_read_at_the_commit_not_in_the_work_tree(scene: Scene) -> None:
    put(scene, CHANGELOG_dot_md="## [1.2.0] - 2026-01-01\n\n- Left by a build step.\n")
    rendered(render(scene))
    assert "Left by" not in body(scene)


@pytest.mark.parametrize(
    ("changelog", "rule"),
    [
        (None, "source-missing"),
        ("# Changelog\n", "no-sections"),
        ("## 1.2.0\n\n- x\n", "layout-unclear"),
        (KEEP, "no-section"),
        (DATED + "\n## 1.2.0 - 2026-01-01\n", "section-twice"),
        (DATED.replace("[1.2.0] - 2026-11-20", "[1.2.0]"), "undated"),
        ("## [1.2.0] - 2026-11-20\n\n### Added\n", "empty-section"),
    ],
)
def test_a_changelog_that_does_not_tell(scene: Scene, changelog: str | None, rule: str) -> None:
    scene.repository.commit({"CHANGELOG.md": changelog})
    assert bad(render(scene)) == [rule]
    assert not (scene.workspace / "release-notes.md").exists()


def test_no_clone(scene: Scene) -> None:
    scene.workspace.mkdir()
    assert bad(render(scene)) == ["no-clone"]


@pytest.mark.parametrize("tag", ["nightly", "v1.2", "v01.2.0"])
def test_a_tag_that_is_none_of_the_family(scene: Scene, tag: str) -> None:
    assert bad(render(scene, tag=tag)) == ["not-a-release"]


# From the history


def test_changes_link_their_pull_requests_and_issues_and_name_who_brought_them(
    scene: Scene,
) -> None:
    """C9, C15: squashed, merged and pushed; a pull request of several commits is one change."""
    squashed = merged(scene, "Add `x_y`", author="ann", body="Fixes #7, closes: #8 and #7.")
    merge = merged(scene, "Mend b", "merge", author="bob", message="wip\n\nresolved #9")
    scene.repository.commit({"c": "1"}, message="Pushed without review")
    robots = merged(scene, "Bump c", author="dependabot[bot]")
    assert rendered(render(scene, sources="history\ncontributors")).previous_tag == "v1.1.0"
    at = f"{scene.github.server_url}/acme/app"
    number = {"x_y": squashed, "b": merge, "c": robots}
    pull = {name: f"[#{n}]({at}/pull/{n})" for name, n in number.items()}
    issue = {n: f"closes [#{n}]({at}/issues/{n})" for n in (7, 8)}

    def plain(subject: str) -> str:
        oid = commit(scene, subject)
        return f"- {subject} ([{oid[:9]}]({at}/commit/{oid})) by Mona Lisa"

    assert body(scene).split("\n") == [
        "## Changes",
        "",
        plain("Before the rc"),
        plain("Date"),
        f"- Add `x_y` ({pull['x_y']}, {issue[7]}, {issue[8]}) by @ann",
        f"- Mend b ({pull['b']}) by @bob",
        plain("Pushed without review"),
        f"- Bump c ({pull['c']}) by dependabot\\[bot\\]",
        "",
        f"All changes: [v1.1.0...v1.2.0]({at}/compare/v1.1.0...v1.2.0)",
        "",
        "## Contributors",
        "",
        "Mona Lisa, @ann, @bob",
        "",
    ]


def message(scene: Scene, oid: str) -> str:
    return scene.repository.git.commit(oid).message


def commit(scene: Scene, begins: str) -> str:
    return next(c for c in scene.repository.git.log("main") if message(scene, c).startswith(begins))


def test_a_hostile_title_shows_itself_and_does_nothing(scene: Scene) -> None:
    """Nobody is pinged, nothing is drawn, no section is forged."""
    merged(
        scene, "# @octocat ![x](https://evil/p.png) <img src=x> <!-- a_b_ *c* `@d` |", author="ann"
    )
    scene.repository.commit(
        {"c": "1"}, message="1. [x](http://evil) www.evil.com\r\x1b[31m\u202e @all"
    )
    rendered(render(scene, sources="history"))
    lines = body(scene).split("\n")
    hostile = next(line for line in lines if "octocat" in line)
    assert hostile.startswith(
        "- \\# @&#8203;octocat !\\[x\\](https\\://evil/p.png) &lt;img src=x&gt; &lt;!-- a\\_b\\_"
        " \\*c\\* `@d` \\| ("
    )
    other = next(line for line in lines if "all (" in line)
    assert other.startswith("- 1\\. \\[x\\](http\\://evil) www\\.evil.com \\[31m @&#8203;all (")


def test_the_last_tag_of_the_family_is_the_highest_lower_one(scene: Scene) -> None:
    """A final version tells all since the last final one; a trial since whatever came before."""
    assert rendered(render(scene, sources="history")).previous_tag == "v1.1.0"
    assert (
        rendered(render(scene, sources="history", tag="v1.2.0-rc.2")).previous_tag == "v1.2.0-rc.1"
    )
    assert "Before the rc" not in body(scene)
    rendered(render(scene, sources="history", tag="v1.2.0", since="v1.0.0"))
    assert "Fix typos" in body(scene)
    assert rendered(render(scene, sources="history", tag="v0.9.0")).previous_tag == ""
    assert "- Begin ([#1](" in body(scene)
    assert "/commits/v0.9.0)" in body(scene)


def test_a_last_tag_on_a_branch_of_its_own_leaves_what_main_brought_since(scene: Scene) -> None:
    """A train's tags stand on release branches, and are no ancestors of what comes next."""
    at = commit(scene, "Fix typos")
    fixed = scene.repository.commit({"z": "1"}, message="Mend 1.1", branch="r", parent=at)
    scene.repository.tag("v1.1.1", fixed)
    assert rendered(render(scene, sources="history")).previous_tag == "v1.1.1"
    told_ = [line for line in body(scene).split("\n") if line.startswith("- ")]
    assert [line.partition(" ([")[0] for line in told_] == ["- Before the rc", "- Date"]


def test_dated_tags_follow_each_other_by_day_and_number(scene: Scene) -> None:
    family = {"rom": {"pattern": "ROM_{date}_rc{number}", "class": "rc"}}
    for name in ("ROM_20260101_rc00", "ROM_20260101_rc07", "ROM_20260102_rc00", "ROM_2026_rc00"):
        scene.repository.tag(name, commit(scene, "Begin"))
    given: dict[str, Any] = {"tag": "ROM_20260102_rc00", "family": "rom", "release_family": family}
    found = rendered(render(scene, sources="history", **given))
    assert (found.previous_tag, found.prerelease) == ("ROM_20260101_rc07", True)


def test_nothing_new_says_so(scene: Scene) -> None:
    at = scene.repository.git.branches()["main"]
    scene.repository.tag("v1.1.9", at)
    rendered(render(scene, sources="history"))
    assert "No changes." in body(scene)


def test_a_shallow_clone_is_made_whole_or_is_no_answer(scene: Scene) -> None:
    """PAINS 20: neither empty notes nor half of them."""
    scene.clone("--depth=1", "--no-tags")
    rendered(render(scene, sources="history"))
    assert "Before the rc" in body(scene)


def test_a_history_that_is_not_to_be_had(scene: Scene) -> None:
    scene.clone("--depth=1", "--no-tags")
    scene.git("config", "remote.origin.promisor", "true")
    assert bad(render(scene, sources="history")) == ["shallow"]


def test_a_tag_to_begin_at_that_is_not_there(scene: Scene) -> None:
    assert bad(render(scene, sources="history", since="v0.0.1")) == ["since-missing"]


def test_more_commits_than_github_is_asked_for_are_told_by_their_subjects(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("release_actions.actions.render_release_notes.reaching.ASKED", 1)
    one, two = merged(scene, "One", author="ann"), merged(scene, "Two", author="ann")
    merge = merged(scene, "Three", "merge")
    merged(scene, "Last", author="ann")
    ended = render(scene, sources="history")
    rendered(ended)
    assert "the oldest 5 are told by their subjects alone" in told(ended)
    for number, title in ((one, "One"), (two, "Two"), (merge, "Three")):
        assert f"- {title} ([#{number}](" in body(scene)


def test_a_backport_is_told_as_the_pull_request_that_merged_it(scene: Scene) -> None:
    number = merged(scene, "Mend", author="ann")
    head = scene.repository.git.branches()["main"]
    later = scene.repository.add_pull("Everything again", head="topic-0")
    later.merged_at, later.merge_commit, later.state = later.created_at, head, "closed"
    scene.repository.pulls[0].merge_commit = head
    rendered(render(scene, sources="history"))
    assert f"- Mend ([#{number}](" in body(scene)


def test_a_github_that_does_not_answer_is_no_history(scene: Scene) -> None:
    scene.github.faults.add(Fault(route="commit-pulls", kind="reset"))
    assert isinstance(render(scene, sources="history").error, UpstreamError)


# From files, in order


def test_sources_stand_in_their_order(scene: Scene) -> None:
    """M32: the table of files by digest, and the commit, below what people wrote."""
    put(scene, up_dot_md="\ufeff## Upgrade path\r\n\r\nRestart.\r\n", m_dot_json=MANIFEST)
    sources = "file:up.md\nchangelog\nassets"
    assert (
        rendered(render(scene, sources=sources, manifest="m.json", title="App 1.2")).title
        == "App 1.2"
    )
    text = body(scene)
    assert text.startswith("## Upgrade path\n\nRestart.\n\n### Added\n")
    assert f"| `app.tar.gz` | 12,345 | `{DIGEST}` |" in text
    assert scene.repository.git.branches()["main"] in text


@pytest.mark.parametrize(
    ("files", "inputs", "rule"),
    [
        ({}, {"sources": "file:gone.md"}, "source-missing"),
        ({"e_dot_md": " \n"}, {"sources": "file:e.md"}, "source-empty"),
        ({}, {"sources": "assets", "manifest": "gone.json"}, "source-missing"),
        ({"m_dot_json": "{}"}, {"sources": "assets", "manifest": "m.json"}, "source-unreadable"),
        ({"c_dot_md": "<!-- later -->"}, {"sources": "file:c.md"}, "nothing-to-say"),
    ],
)
def test_a_source_that_says_nothing(
    scene: Scene, files: dict[str, str], inputs: dict[str, Any], rule: str
) -> None:
    put(scene, **files)
    assert bad(render(scene, **inputs)) == [rule]


def test_a_file_that_is_not_utf_8(scene: Scene) -> None:
    put(scene)
    (scene.workspace / "l.md").write_bytes("Größe".encode("latin-1"))
    ended = render(scene, sources="file:l.md")
    assert bad(ended) == ["source-unreadable"]
    assert "behind `Gr`" in told(ended)


# What the notes must have


CLASSES = {"stable": {"notes-sections": ["Upgrade path", "Breaking changes"]}}


def test_a_class_demands_its_sections(scene: Scene) -> None:
    """M2, M41."""
    put(scene, up_dot_md="## upgrade path\n\nRestart.\n\n### Breaking changes ###\n\nNone.\n")
    given: dict[str, Any] = {"sources": "changelog\nfile:up.md", "release_class": CLASSES}
    rendered(render(scene, **given))


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("## Upgrade path\n\nRestart.\n", ["section-missing"]),
        ("Upgrade path\n", ["section-missing", "section-missing"]),
        ("```\n## Upgrade path\nx\n## Breaking changes\nx\n```\n", ["section-missing"] * 2),
        ("## Upgrade path\n\n## Breaking changes\n\nx\n", ["section-empty"]),
        ("## Upgrade path\n\n<!-- write -->\n\n# Breaking changes\nx\n", ["section-empty"]),
    ],
)
def test_a_section_that_is_not_there_or_says_nothing(
    scene: Scene, text: str, rules: list[str]
) -> None:
    put(scene, up_dot_md=text)
    ended = render(scene, sources="file:up.md", release_class=CLASSES)
    assert bad(ended) == rules
    assert not (scene.workspace / "release-notes.md").exists()


def test_another_class_demands_nothing_and_may_be_advised(scene: Scene) -> None:
    rendered(render(scene, tag="v1.2.0-rc.2", release_class=CLASSES))
    rule = "render-release-notes/section-missing"
    advised = {"rc": CLASSES["stable"] | {"advisory": [rule]}}
    ended = render(scene, tag="v1.2.0-rc.2", release_class=advised)
    assert ended.verdict is not None
    assert ended.verdict.outcome is Outcome.OK
    assert bad(ended) == ["section-missing"] * 2


def test_what_must_be_mentioned(scene: Scene) -> None:
    """M39: in the text, not in a comment."""
    rendered(render(scene, must_mention="a CAFÉ\ncrabs"))
    put(scene, c_dot_md="x <!-- catalog-7 -->")
    ended = render(scene, sources="changelog\nfile:c.md", must_mention="catalog-7")
    assert bad(ended) == ["not-mentioned"]


# How much GitHub takes


def test_what_github_would_not_take_goes_to_a_file_of_its_own(scene: Scene) -> None:
    """PAINS 29: told before anything is published, and nothing is lost."""
    line = "- ü🦀 " + "x" * 90 + "\n"
    whole = f"## Long\n\n{line * 2000}"
    put(scene, long_dot_md=whole)
    given: dict[str, Any] = {"sources": "file:long.md", "output_file": "out/notes.md"}
    found = rendered(render(scene, **given))
    assert found.rest_file == "out/notes-continued.md"
    text, rest = body(scene, "out/notes.md"), body(scene, found.rest_file)
    head, _, remark = text.partition("\n\n---\n\n")
    assert len(text) <= markdown.size(text) <= LIMIT
    assert markdown.size(text) > LIMIT - 300
    assert f"{head}\n{rest}" == whole
    assert "[notes-continued.md](" in remark
    assert "/acme/app/releases/download/v1.2.0/notes-continued.md)" in remark
    assert rendered(render(scene, **given)) == found


def test_just_as_much_as_github_takes_is_one_file(scene: Scene) -> None:
    put(scene, long_dot_md="x" * (LIMIT - 2))
    assert rendered(render(scene, sources="file:long.md")).rest_file == ""
    put(scene, long_dot_md="x\n" + "x" * (LIMIT - 2))
    assert rendered(render(scene, sources="file:long.md")).rest_file


# Where it is written


def test_a_second_run_writes_nothing(scene: Scene) -> None:
    rendered(render(scene))
    before = (scene.workspace / "release-notes.md").stat().st_mtime_ns
    rendered(render(scene))
    assert (scene.workspace / "release-notes.md").stat().st_mtime_ns == before


def test_a_dry_run_writes_nothing(scene: Scene) -> None:
    ended = render(scene, dry_run=True)
    assert ended.verdict is not None
    assert [f.rule for f in ended.verdict.findings if f.outcome is Outcome.DUE] == ["not-written"]
    assert ended.verdict.outputs == Rendered()
    assert not (scene.workspace / "release-notes.md").exists()


def test_nothing_of_the_repository_is_overwritten(scene: Scene) -> None:
    assert bad(render(scene, output_file="CHANGELOG.md")) == ["output-tracked"]
    assert body(scene, "CHANGELOG.md") == DATED


def test_notes_never_leave_the_workspace(scene: Scene) -> None:
    put(scene)
    (scene.workspace / "out").symlink_to(scene.workspace.parent)
    assert bad(render(scene, output_file="out/notes.md")) == ["output-outside"]
    assert not (scene.workspace.parent / "notes.md").exists()
    with pytest.raises(RefusedError) as refused:
        WriteFile("out/notes.md", b"x").make(scene.world())
    assert refused.value.rule == "output-outside"


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"sources": "everything"}, "`sources`"),
        ({"sources": "history\nhistory"}, "each once"),
        ({"sources": "file:"}, "file:PATH"),
        ({"sources": "file:../x"}, "`sources`"),
        ({"output-file": "../x"}, "`output-file`"),
        ({"output-file": ".git/hooks/pre-commit"}, "`output-file`"),
        ({"changelog": "/etc/passwd"}, "`changelog`"),
        ({"sources": "assets"}, "`manifest`"),
        ({"manifest": "m.json"}, "`manifest`"),
        ({"since": "v1.0.0"}, "`since`"),
        (
            {"family": "rom", "release-family": {"rom": {"pattern": "R_{date}", "class": "rc"}}},
            "`sources`",
        ),
        ({"release-class": {"stabel": {}}}, "stabel"),
    ],
    ids=str,
)
def test_inputs_that_make_no_sense_are_told_by_name(
    scene: Scene, inputs: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError) as error:
        scene.run(action, {"tag": "v1.2.0", "commit": "a" * 40} | inputs)
    assert said in "\n".join(error.value.lines)
