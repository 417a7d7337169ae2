"""What is refused, by its rule, and that nothing is written then."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from release_actions.actions.bump_lockstep_version.asked import Inputs
from release_actions.actions.bump_lockstep_version.deciding import decide
from release_actions.actions.bump_lockstep_version.planning import settle
from release_actions.actions.bump_lockstep_version.searching import gather
from release_actions.errors import UsageError
from release_actions.formats.version_group import Operation
from release_actions.inputs import Given
from release_actions.perform import Asked, perform
from release_actions.tell import Teller
from release_actions.values import Repository
from release_actions.verdict import Outcome
from release_actions.world import World
from tests.actions.bump_lockstep_version.trees import (
    SMALL,
    Tree,
    bad,
    findings,
    rules,
    told,
    tree_in,
    versions,
)
from tests.probe import Step, StepEnd, clone_with, git, step_in
from tests.shelf import StillClock

NAME = "bump-lockstep-version"


@pytest.fixture
def small(tmp_path: Path) -> Tree:
    tree = tree_in(tmp_path / "small")
    tree.commit(SMALL)
    return tree


# How the tree stands


@pytest.mark.parametrize("path", ["a/src/lib.rs", "b/Cargo.toml", "new.txt"])
def test_a_tree_that_is_not_clean_is_refused(small: Tree, path: str) -> None:
    small.write({path: SMALL.get(path, "") + "# more\n"})
    before = small.files()
    assert bad(small.run("minor")) == [f"dirty {path}"]
    assert small.files() == before
    assert bad(small.run("check")) == []
    assert versions(small.bump("minor", allow_dirty="true").new) == {"all": "1.3.0"}


def test_a_renamed_and_a_staged_file_are_dirt_too(small: Tree) -> None:
    git(small.folder, "mv", "a/src/lib.rs", "a/src/main.rs")
    assert set(bad(small.run("minor"))) == {"dirty a/src/lib.rs", "dirty a/src/main.rs"}


def test_of_much_dirt_the_first_is_shown_and_the_rest_counted(small: Tree) -> None:
    small.write({f"{number:02}.txt": "" for number in range(25)})
    ended = small.run("minor")
    assert len(bad(ended)) == 20
    assert "and 5 more" in told(ended)


def test_no_branch(small: Tree) -> None:
    """A pull request's checkout is detached, so that `check` must go there."""
    git(small.folder, "checkout", "-q", "--detach")
    assert bad(small.run("minor", allow_dirty="true")) == ["detached HEAD"]
    assert bad(small.run("check")) == []


def test_no_commit_yet(tmp_path: Path) -> None:
    tree = tree_in(tmp_path / "new")
    tree.write(SMALL)
    assert rules(tree.run("minor")) == {"unborn", "dirty"}
    assert bad(tree.run("minor", allow_dirty="true")) == ["unborn HEAD"]
    assert bad(tree.run("check")) == []


def test_a_folder_that_is_no_clone(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    tree.write({**SMALL, "node_modules/x/package.json": '{"name": "x", "version": "9.9.9"}'})
    assert bad(tree.run("minor")) == ["no-clone folder ."]
    assert bad(tree.run("check")) == []
    ended = tree.run("minor", allow_dirty="true")
    assert bad(ended) == []
    assert 'version = "1.3.0" # the one' in tree.text("Cargo.toml")


def test_a_part_of_a_clone_is_a_tree_of_its_own(small: Tree) -> None:
    """The annotation's file is from the repository's top."""
    small.commit({"sub/deep/VERSION": "2.0.0\n", "sub/deep/package.json": '{"version": "2.0.1"}\n'})
    ended = small.run("check", path="sub/deep")
    (found,) = [f for f in findings(ended) if f.outcome.bad]
    assert (found.subject, found.file, found.line) == ("package.json:1", "sub/deep/package.json", 1)
    small.commit({"sub/deep/package.json": '{"version": "2.0.0"}\n'})
    assert versions(small.bump("patch", path="sub/deep").changed_files) == {
        "all": ["VERSION", "package.json"]
    }
    assert bad(small.run("check")) == []


# From where to where


def test_running_twice_does_not_bump_twice(small: Tree) -> None:
    small.bump("minor", from_="1.2.3")
    ended = small.run("minor", from_="1.2.3")
    assert bad(ended) == ["not-at-from Cargo.toml:6"]
    assert "it says 1.3.0, not 1.2.3" in told(ended)


def test_a_step_that_leads_nowhere(small: Tree) -> None:
    ended = small.run("release")
    assert bad(ended) == ["no-step Cargo.toml:6"]
    assert "1.2.3 is a released version already" in told(ended)


def test_a_step_that_does_not_lead_to_what_is_expected(small: Tree) -> None:
    assert bad(small.run("minor", expected="1.2.4")) == ["not-expected Cargo.toml:6"]


def test_check_names_each_place_that_is_not_as_expected(small: Tree) -> None:
    ended = small.run("check", expected="1.2.4")
    assert "not-expected Cargo.toml:6" in bad(ended)
    assert "not-expected b/Cargo.toml:3" in bad(ended)


def test_a_version_that_comes_before_is_a_wrong_input(small: Tree) -> None:
    ended = small.run("set:1.2.2")
    assert isinstance(ended.error, UsageError)
    assert "does not come before 1.2.3 (Cargo.toml:6)" in str(ended.error)


@pytest.mark.parametrize(
    ("operation", "inputs", "groups", "says"),
    [
        ("bump", {}, None, "`bump` was given; allowed: major, minor, patch"),
        ("set:", {}, None, "`set:` was given; allowed: set:X.Y.Z"),
        ("set:1.2", {}, None, "a version by SemVer 2.0"),
        ("set:v1.2.3", {}, None, "a version by SemVer 2.0"),
        ("minor", {"from_": "1.2"}, None, "input `from`: `1.2` was given"),
        ("minor", {"from_": "=1.2.3"}, None, "input `from`: `=1.2.3` was given"),
        ("check", {"expected": "a=1.2.3\na=1.2.4"}, None, "each name once"),
        ("set:1.2.4", {}, {"a": {}, "b": {}}, "one version for several groups; say NAME=X.Y.Z"),
        ("set:appp=1.2.4", {}, {"app": {}, "b": {}}, "`appp` is no group; did you mean `app`?"),
        ("check", {"expected": "x=1.2.4"}, {"ab": {}}, "`x` is no group; there are ab"),
        ("check", {}, {"a": {"parity": ["name"]}}, "`version-group.a.parity`"),
        ("check", {}, {"a": {"development": "rc"}}, "`version-group.a.development`"),
        ("check", {}, {"a": {"manifest": ["x"]}}, "did you mean `manifests`?"),
        ("check", {"path": "nowhere"}, None, "allowed: a folder"),
    ],
)  # fmt: skip
def test_inputs_that_make_no_sense_are_told_by_name(
    small: Tree, operation: str, inputs: dict[str, Any], groups: Any, says: str
) -> None:
    assert says in usage(Tree(small.folder, groups), operation, **inputs)


def usage(tree: Tree, operation: str, **inputs: Any) -> str:
    """What was wrong with the inputs, told at the door or by the action."""
    try:
        error = tree.run(operation, **inputs).error
    except UsageError as told_at_the_door:
        return str(told_at_the_door)
    assert isinstance(error, UsageError)
    return str(error)


# What the files say


def test_nothing_that_states_a_version(tmp_path: Path) -> None:
    tree = tree_in(tmp_path / "bare")
    tree.commit({"README.md": "1.2.3\n", "lib/package.json": '{"version": "1.2.3"}'})
    assert bad(tree.run("check")) == ["nothing-found group all"]
    assert bad(tree.run("minor")) == ["nothing-found group all"]


def test_what_is_no_version(tmp_path: Path) -> None:
    tree = tree_in(tmp_path / "two")
    tree.commit({"VERSION": "1.2\n"})
    assert bad(tree.run("minor")) == ["no-version VERSION:1"]
    assert bad(tree.run("check")) == ["no-version VERSION:1"]


@pytest.mark.parametrize(
    ("path", "content", "broken"),
    [
        ("b/Cargo.toml", '[package]\nname = "b"\nversion = \n', "unreadable b/Cargo.toml:3:11"),
        ("b/Cargo.toml", b'[package]\nname = "\xff"\n', "unreadable b/Cargo.toml:2:9"),
        ("Cargo.lock", "version = 99\n", "unreadable Cargo.lock"),
        ("package.json", '{\n  "version": 1.2,\n}', "unreadable package.json:3:1"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_line_and_column(
    small: Tree, path: str, content: str | bytes, broken: str
) -> None:
    small.commit({path: content})
    for operation in ("check", "minor"):
        ended = small.run(operation)
        assert broken in bad(ended), told(ended)


@pytest.mark.parametrize(
    ("files", "groups", "broken"),
    [
        ({"Cargo.toml": '[workspace]\nmembers = ["c"]\n'}, None, "not-there c/Cargo.toml"),
        ({}, {"a": {"manifests": ["x/*.toml"]}}, "not-there x/*.toml"),
        ({}, {"a": {"manifests": ["../x"]}}, "not-there ../x"),
        ({}, {"a": {"manifests": ["/etc/passwd"]}}, "not-there /etc/passwd"),
        ({}, {"a": {"locks": ["x.lock"]}}, "not-there x.lock"),
        ({}, {"a": {"templates": ["x.md: v{version}"]}}, "not-there x.md"),
        ({}, {"a": {"pointers": ["x.json:/a"]}}, "not-there x.json"),
        (
            {"pyproject.toml": '[project]\nname = "p"\ndynamic = ["version"]\n\n'
             '[build-system]\nbuild-backend = "hatchling.build"\n\n'
             '[tool.hatch.version]\npath = "p/v.py"\n'},
            None,
            "not-there p/v.py",
        ),
    ],
)  # fmt: skip
def test_what_is_named_and_is_not_there_is_told(
    small: Tree, files: dict[str, str], groups: Any, broken: str
) -> None:
    small.commit(files)
    for operation in ("check", "minor"):
        assert broken in bad(Tree(small.folder, groups).run(operation))


def test_several_ecosystems_at_the_top_must_agree(small: Tree) -> None:
    """All are listed, with their lines."""
    small.commit(
        {
            "VERSION": "1.2.3\n",
            "package.json": '{\n  "name": "n",\n  "version": "1.2.4"\n}\n',
            "pyproject.toml": '[project]\nname = "p"\nversion = "1.2.3"\n',
        }
    )
    ended = small.run("minor")
    assert bad(ended) == ["places-disagree package.json:3"]
    assert "version says 1.2.4, and Cargo.toml:6 says 1.2.3" in told(ended)
    assert "Run with `--operation set:1.2.4`" in told(ended)  # the other way would be down
    assert versions(small.bump("set:1.2.4").old) == {"all": "1.2.3"}


def test_a_version_that_pep_440_cannot_say(tmp_path: Path) -> None:
    tree = tree_in(tmp_path / "py", {"py": {"development": "unstable"}})
    tree.commit({"pyproject.toml": '[project]\nname = "p"\nversion = "1.2.3"\n'})
    assert bad(tree.run("dev")) == ["unspellable pyproject.toml:3"]


def test_a_python_tree_keeps_its_own_spelling(tmp_path: Path) -> None:
    tree = tree_in(tmp_path / "py")
    tree.commit(
        {
            "pyproject.toml": '[project]\nname = "my.p"\nversion = "1.3.0.dev0"\n',
            "src/my_p/__init__.py": "__version__ = '1.3.0.dev0'\n",
            "VERSION": "1.3.0-dev\n",
        }
    )
    assert versions(tree.bump("rc", from_="1.3.0-dev").new) == {"all": "1.3.0-rc.1"}
    assert tree.text("src/my_p/__init__.py") == "__version__ = '1.3.0rc1'\n"
    assert tree.text("VERSION") == "1.3.0-rc.1\n"


@pytest.mark.parametrize(
    ("version", "groups", "moves"),
    [
        ("0.0.0", None, False),
        ("1.2.3", None, True),
        ("1.2.3", {"a": {"unpublished": "leave"}}, False),
        ("0.3.0", {"a": {"unpublished": "leave"}}, False),
    ],
)
def test_a_package_that_is_not_published(
    small: Tree, version: str, groups: Any, moves: bool
) -> None:
    """W3: its version may be its own; what it asks for moves with what it asks for."""
    small.commit(
        {
            "Cargo.toml": SMALL["Cargo.toml"].replace('"b"]', '"b", "c"]'),
            "c/Cargo.toml": f'[package]\nname = "c"\nversion = "{version}"\npublish = false\n\n'
            '[dependencies]\na = { path = "../a", version = "1.2.3" }\n',
            "Cargo.lock": SMALL["Cargo.lock"]
            + f'\n[[package]]\nname = "c"\nversion = "{version}"\ndependencies = [\n "a",\n]\n',
        }
    )
    Tree(small.folder, groups).bump("minor")
    own = "1.3.0" if moves else version
    assert f'name = "c"\nversion = "{own}"\npublish' in small.text("c/Cargo.toml")
    assert f'name = "c"\nversion = "{own}"\ndep' in small.text("Cargo.lock")
    assert 'version = "1.3.0" }' in small.text("c/Cargo.toml")


@pytest.mark.parametrize(
    ("groups", "text", "broken"),
    [
        ({"public": []}, "=1.2.3", []),
        ({"public": []}, "=1.2", ["not-pinned"]),
        ({"public": []}, "1.2", ["not-pinned"]),
        ({"public": ["a"]}, "1.2", []),
        ({"public": ["a"]}, "=1.2", ["pinned-exactly"]),
        ({"published": ["a", "b"]}, "1.2.3", []),
    ],
)
def test_how_exactly_a_sibling_is_asked_for(
    small: Tree, groups: Any, text: str, broken: list[str]
) -> None:
    """W6: `=1.2` holds a user back, and lets a sibling through that was not meant."""
    small.change("b/Cargo.toml", '"=1.2.3"', f'"{text}"')
    small.change("Cargo.toml", '"1.2.3" }', f'"{text}" }}')

    ended = Tree(small.folder, {"all": groups}).run("check")

    assert [rule.split()[0] for rule in bad(ended)] == broken * 2, told(ended)
    assert '"=1.2.3"' in told(ended) or broken != ["not-pinned"]


def test_what_is_listed_and_may_not_be_published_is_told(small: Tree) -> None:
    """W4, the other way: a release would be found incomplete by its users."""
    small.change("b/Cargo.toml", "[package]\n", "[package]\npublish = false\n")

    assert bad(Tree(small.folder, {"all": {"published": ["a", "b"]}}).run("check")) == [
        "listed-private b/Cargo.toml"
    ]
    assert bad(Tree(small.folder, {"all": {"published": ["a", "b*"]}}).run("check")) == []


def test_what_is_left_as_it_is_must_be_asked_for_and_kept_as_it_is(small: Tree) -> None:
    small.commit(
        {
            "Cargo.toml": SMALL["Cargo.toml"].replace('"b"]', '"b", "c"]'),
            "c/Cargo.toml": '[package]\nname = "c"\nversion = "0.0.0"\npublish = false\n',
            "Cargo.lock": SMALL["Cargo.lock"] + '\n[[package]]\nname = "c"\nversion = "0.0.1"\n',
            "b/Cargo.toml": SMALL["b/Cargo.toml"]
            + '\n[build-dependencies]\nc = { path = "../c", version = "0.0.2" }\n',
        }
    )
    assert bad(small.run("check")) == [
        "requirement-drift b/Cargo.toml:17",
        "lock-disagrees Cargo.lock:18",
    ]


def test_symlinks_lead_to_the_file_once_and_never_out(small: Tree) -> None:
    small.commit({"a/VERSION": "1.2.3\n"})
    (small.folder / "VERSION").symlink_to("a/VERSION")
    (small.folder / "package.json").symlink_to("/etc/hostname")
    small.commit()
    assert bad(small.run("check")) == []  # a link at the top is not begun at by itself
    tree = Tree(small.folder, {"a": {"manifests": ["VERSION", "Cargo.toml"]}})
    tree.bump("minor")
    assert small.text("a/VERSION") == "1.3.0\n"
    assert (small.folder / "VERSION").is_symlink()
    tree = Tree(small.folder, {"a": {"manifests": ["package.json"]}})
    assert "not-there package.json" in bad(tree.run("minor"))


def test_a_tree_of_python_alone_is_at_the_version_that_it_spells(tmp_path: Path) -> None:
    tree = tree_in(tmp_path / "py")
    tree.commit({"pyproject.toml": '[project]\nname = "p"\nversion = "1.3.0.dev0"\n'})
    assert bad(tree.run("check", expected="1.3.0-dev")) == []
    tree.bump("set:1.3.0-dev", from_="1.3.0-dev")
    assert versions(tree.bump("release", from_="1.3.0-dev").new) == {"all": "1.3.0"}


def test_a_file_that_changes_between_the_look_and_the_swap(
    small: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    from release_actions.clients import staged

    before = small.files()
    swap = staged.swap

    def late(*arguments: Any) -> None:
        small.write({"b/Cargo.toml": "theirs"})
        swap(*arguments)

    monkeypatch.setattr(staged, "swap", late)
    ended = small.run("minor")
    assert rules(ended) == {"changed-meanwhile"}
    assert small.files() == {**before, "b/Cargo.toml": b"theirs"}


def test_a_file_that_others_change_after_the_swap_is_not_taken_for_ours(small: Tree) -> None:
    """The read-back compares every byte."""
    inputs = Inputs(Operation("minor"), Repository("acme/app"))
    facts = gather(inputs, World(environ={"GITHUB_WORKSPACE": str(small.folder)}))
    aim = settle(inputs, facts)
    theirs = facts.seen["Cargo.toml"]._replace(content=b"theirs")
    verdict = decide(inputs, replace(facts, seen={**facts.seen, "Cargo.toml": theirs}), aim)
    assert [f.subject for f in verdict.bad if f.rule == "changed-meanwhile"] == ["Cargo.toml"]


def test_a_crate_that_is_begun_at_has_its_version_from_above_alone(small: Tree) -> None:
    small.change("b/Cargo.toml", 'version = "1.2.3"\n', 'version = "7.0.0"\n')
    small.change("Cargo.lock", '"b"\nversion = "1.2.3"', '"b"\nversion = "7.0.0"')
    alone = Tree(small.folder, {"a": {"manifests": ["a/Cargo.toml"]}})
    assert versions(alone.bump("minor").changed_files) == {"a": ["Cargo.toml", "Cargo.lock"]}
    assert 'version = "7.0.0"' in small.text("b/Cargo.toml")


def test_a_dry_run_tells_each_file_and_writes_nothing(small: Tree) -> None:
    before = small.files()
    ended = small.run("minor", dry_run=True)
    assert {f.rule for f in findings(ended)} == {"old-version"}
    assert {f.outcome for f in findings(ended)} == {Outcome.DUE}
    assert "b/Cargo.toml: 1.2.3 -> 1.3.0 in lines 3, 14" in told(ended)
    assert small.files() == before


# As a step


def test_a_pull_request_is_annotated_where_the_wrong_version_stands(tmp_path: Path) -> None:
    """The config file is read at the commit; outputs are JSON by group."""
    step = step_in(tmp_path)
    clone_with(tmp_path, b'[version-group.app]\nmanifests = ["VERSION", "package.json"]\n')
    tree = Tree(tmp_path / "work")
    tree.commit({"VERSION": "1.2.3\n", "package.json": '{\n  "version": "1.2.4"\n}\n'})
    end = play(step, operation="check")
    assert end.code == 10
    (note,) = end.annotations
    title = "title=bump-lockstep-version/places-disagree"
    assert note.startswith(
        f"::error file=package.json,line=2,{title}::package.json:2: version says"
    )
    (found,) = [f for f in end.record["findings"] if f["outcome"] == "failed"]
    assert (found["file"], found["line"]) == ("package.json", 2)
    tree.commit({"package.json": '{\n  "version": "1.2.3"\n}\n'})
    end = play(step, operation="minor")
    assert end.code == 0, end.log
    assert end.outputs == {
        "outcome": "ok",
        "old": '{"app": "1.2.3"}',
        "new": '{"app": "1.3.0"}',
        "changed-files": '{"app": ["VERSION", "package.json"]}',
    }


def test_a_dry_run_names_its_one_change_once(tmp_path: Path) -> None:
    step = step_in(tmp_path)
    clone_with(tmp_path, None)
    Tree(tmp_path / "work").commit({"VERSION": "1.2.3\n", "package.json": '{"version": "1.2.3"}'})
    end = play(step, operation="minor", dry_run="true")
    assert end.record["changes"] == {
        "would be made": ["rewrite 2 files, all of them or none (now)"]
    }


def play(step: Step, **given: str) -> StepEnd:
    """The action itself, by its own name."""
    log, out = StringIO(), StringIO()
    named = {"repository": "acme/app"} | {k.replace("_", "-"): v for k, v in given.items()}
    raw = {key: Given(value, "with") for key, value in named.items()}
    asked = Asked(NAME, raw, World("", step.environ, StillClock()), (NAME,))
    code = perform(asked, Teller(log, step.environ, ""), out=out)
    return StepEnd(code, log.getvalue(), out.getvalue(), step.folder)
