"""A value comes from the workflow, else from the file at the released commit, else by default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rehearsal.github import GitHub
from release_actions.action import Action, shared, tables
from release_actions.clients.git import Git
from release_actions.values import Lines, RefName, Repository, Sha
from release_actions.verdict import Verdict, missing, ok
from release_actions.world import World
from tests.probe import NAME, Step, StepEnd, clone_with, git, register, step_in


@dataclass(frozen=True)
class Class:
    size: int = 0


@dataclass(frozen=True)
class Inputs:
    repository: Repository
    names: Lines
    commit: Sha | None = None
    branch: RefName = RefName("main")
    strict: bool = False
    count: int = 1
    expected_version: str = ""
    release_class: Mapping[str, Class] = shared()
    room: Mapping[str, Class] = tables()


seen: list[Inputs] = []


def gather(inputs: Inputs, world: World) -> Inputs:
    seen.append(inputs)
    return inputs


def decide(inputs: Inputs, facts: Inputs) -> Verdict:
    return Verdict([ok("read", "inputs", "they were read")])


@pytest.fixture
def step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Step]:
    register(monkeypatch, Action(Inputs, gather, decide))
    yield step_in(tmp_path)
    seen.clear()


def told(end: StepEnd) -> str:
    """The one problem of a run that ended by usage."""
    assert end.code == 2, end.log
    (line,) = end.record["errors"]
    assert f"::error title={NAME}::" in end.annotations[0]
    assert end.outputs["outcome"] == "unknown"
    return str(line)


FILE = b"""
[probe]
names = ["a", "b"]
branch = "release"
strict = true
count = 3
wait = "10s"
[other]
anything = "is another action's"
[release-class.rc]
size = 4
"""


def test_with_wins_over_the_file_and_the_file_over_the_default(step: Step) -> None:
    commit = clone_with(step.folder, FILE)
    end = step.run(commit=commit, branch="main", strict="")
    assert end.code == 0, end.log
    (inputs,) = seen
    assert inputs.names == ("a", "b")
    assert (inputs.branch, inputs.strict, inputs.count) == ("main", True, 3)
    assert inputs.release_class == {"rc": Class(4)}
    sources = {name: entry["from"] for name, entry in end.record["inputs"].items()}
    assert sources == {
        "repository": "with",
        "names": "config",
        "commit": "with",
        "branch": "with",
        "strict": "config",
        "count": "config",
    }
    assert "| `names` | a, b | config |" in end.summary
    assert f"the clone at {commit[:12]}" in end.summary.replace("\\", "")


def test_an_actions_own_tables_stand_below_it_in_the_file_alone(step: Step) -> None:
    """No `with:` has their shape, and another action's table of that name is none of them."""
    commit = clone_with(
        step.folder, b"[probe.room.small]\nsize = 2\n[other.room.large]\nsize = 9\n"
    )
    assert step.run(commit=commit, names="a").code == 0
    assert seen.pop().room == {"small": Class(2)}
    end = step.run(commit=commit, names="a", room="small")
    assert (end.code, "`room` was given" in end.record["errors"][0]) == (2, True)
    commit = clone_with(step.folder, b"[probe.room.small]\nsiez = 2\n")
    assert "`room.small`: `siez` was given" in told(step.run(commit=commit, names="a"))


def test_an_actions_own_table_does_not_stand_alone(step: Step) -> None:
    commit = clone_with(step.folder, b"[room.small]\nsize = 2\n")
    assert "`room` was given; allowed:" in told(step.run(commit=commit, names="a"))


def test_without_a_file_the_defaults_stand_and_are_told(step: Step) -> None:
    end = step.run(commit=clone_with(step.folder, None), names="a")
    assert end.code == 0
    assert end.record["inputs"]["branch"] == {"value": "main", "from": "default"}
    assert end.record["config"] == ""


@pytest.mark.parametrize(
    "line",
    [
        'repository = "a/b"',
        'commit = "x"',
        'token = "x"',
        'config = "x"',
        "dry-run = true",
        'expected-version = "1"',
        "nmaes = []",
        "release-class = {}",
    ],
)
def test_what_the_file_may_not_say_is_refused(step: Step, line: str) -> None:
    commit = clone_with(step.folder, f"[probe]\n{line}\n".encode())
    name = line.partition(" ")[0]
    assert f"[probe]: `{name}` was given; allowed:" in told(step.run(commit=commit, names="a"))
    assert seen == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"[probe]\nbranch = '\xff'\n", "not UTF-8 at byte 18"),
        (b"[probe\n", "not TOML"),
        (b"[probe]\na = 1\na = 2\n", "not TOML"),
        (b"[probe]\na = " + b"[" * 100_000, "not TOML"),
        (b"[probe]\na = " + b"9" * 5_000, "not TOML"),
        (b"[prob]\n", "`prob` was given; allowed: no such name; did you mean `probe`?"),
        (b"probe = 3\n", "`probe`: `3` was given; allowed: a table of inputs"),
        (b"[probe]\ncount = 'x'\n", "config file, `count`: `x` was given; allowed: a whole number"),
        (b"[probe]\nwait = 'x'\n", "config file, `wait`: `x` was given; allowed: a time such as"),
        (b"[probe]\nwait = 10\n", "config file, `wait`: `10` was given; allowed: a text; a time"),
        (b"[release-class]\nrc = 1\n", "`release-class.rc`: `1` was given; allowed: a table"),
    ],
)  # fmt: skip
def test_a_broken_file_is_a_usage_error(step: Step, content: bytes, says: str) -> None:
    commit = clone_with(step.folder, content)
    assert says in told(step.run(commit=commit, names="a"))


def test_the_file_and_the_workflow_are_judged_at_once(step: Step) -> None:
    commit = clone_with(step.folder, b"[probe]\ncount = 'x'\nstrict = 'y'\n")
    end = step.run(commit=commit, names="a", branch="a b", wait="soon")
    assert end.code == 2
    assert [e for e in end.record["errors"] if "`branch`" in e or "`wait`" in e]


def test_what_a_file_that_was_not_read_could_give_is_not_missed(step: Step) -> None:
    clone_with(step.folder, FILE)
    assert "input `commit`: `abc` was given" in told(step.run(commit="abc"))


def test_what_nobody_gave_is_told_as_required(step: Step) -> None:
    commit = clone_with(step.folder, None)
    assert "input `names`: nothing was given" in told(step.run(commit=commit))


def test_a_file_that_was_asked_for_must_be_there(step: Step) -> None:
    commit = clone_with(step.folder, FILE, "release.toml")
    assert step.run(commit=commit, config="release.toml").code == 0
    line = told(step.run(commit=commit, config="other.toml"))
    assert "input `config`: `other.toml` was given" in line


@pytest.mark.parametrize("path", ["a\nb", "../x.toml", "/etc/passwd", "a/../../b", "a\u202eb"])
def test_a_path_that_leads_out_of_the_repository_is_refused(step: Step, path: str) -> None:
    commit = clone_with(step.folder, FILE)
    assert "a path in the repository" in told(step.run(commit=commit, config=path))


def test_the_file_is_that_of_the_commit_whatever_the_work_tree_has(step: Step) -> None:
    commit = clone_with(step.folder, FILE)
    (step.folder / "work" / ".github" / "release-actions.toml").write_text("[probe]\ncount = 9\n")
    assert step.run(commit=commit).code == 0
    assert seen[0].count == 3


def test_the_file_is_that_of_the_commit_whatever_is_checked_out(step: Step) -> None:
    commit = clone_with(step.folder, FILE)
    work = step.folder / "work"
    (work / ".github" / "release-actions.toml").write_text("[probe]\ncount = 9\n")
    git(work, "commit", "-q", "-a", "-m", "later")
    assert step.run(commit=commit).code == 0
    assert seen[0].count == 3


def test_a_shared_table_that_the_action_does_not_declare_is_let_be(step: Step) -> None:
    commit = clone_with(step.folder, b"[release-family.x]\npattern = 1\n")
    assert step.run(commit=commit, names="a").code == 0


def test_where_there_is_no_clone_and_no_commit_there_is_no_file(step: Step) -> None:
    assert step.run(names="a").code == 0
    assert "no commit to read it at" in told(step.run(names="a", config="x.toml"))


def test_without_a_clone_the_api_is_asked_at_the_commit(step: Step, tmp_path: Path) -> None:
    with GitHub(tmp_path / "github") as github:
        repository = github.repository("acme/app")
        commit = repository.commit({".github/release-actions.toml": FILE.decode()})
        repository.commit({".github/release-actions.toml": "[probe]\ncount = 9\n"})
        step = Step(step.folder, {**step.environ, "GITHUB_API_URL": github.api_url}, github.token())
        end = step.run(commit=commit)
        assert end.code == 0, end.log
        assert seen[0].count == 3
        assert f"the API at {commit[:12]}" in end.record["config"]
        assert end.record["requests"] == 1
        bare = repository.commit({".github/release-actions.toml": None})
        assert step.run(commit=bare, names="a").code == 0


def test_a_tag_is_peeled_once_for_every_action(step: Step, tmp_path: Path) -> None:
    with GitHub(tmp_path / "github") as github:
        repository = github.repository("acme/app")
        commit = repository.commit({"a": "b"})
        repository.tag("v1", commit, message="one")
        step = Step(step.folder, {**step.environ, "GITHUB_API_URL": github.api_url}, github.token())
        end = step.run(commit="refs/tags/v1", names="a")
        assert end.code == 0, end.log
        assert seen[0].commit == commit
        assert end.record["inputs"]["commit"]["from"] == "with, peeled from refs/tags/v1"
        line = told(step.run(commit="refs/tags/v2", names="a"))
        assert "`refs/tags/v2` was given; allowed: a tag that is there" in line
        assert "`repository`" in told(step.run(commit="refs/tags/v1", names="a", repository="x"))


def test_an_unknown_input_is_named_with_the_nearest_and_its_value_is_not_told(step: Step) -> None:
    commit = clone_with(step.folder, None)
    end = step.run(commit=commit, names="a", tokne="ghp_secret")
    assert "`tokne` was given; allowed: no such name; did you mean `token`?" in told(end)
    assert "ghp_secret" not in end.everything


def test_wait_may_come_from_the_file_and_an_action_has_its_own(
    step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(inputs: Inputs, facts: Inputs) -> Verdict:
        return Verdict([missing("absent", "a", "it is not there", fix="Wait.")])

    register(monkeypatch, Action(Inputs, gather, never, wait="20s"))
    bare = clone_with(step.folder, None)
    assert "at most 20 s more" in step.run(commit=bare, names="a").log
    assert "waiting" not in step.run(commit=bare, names="a", wait="0s").log
    work = step.folder / "work"
    (work / ".github").mkdir()
    (work / ".github" / "release-actions.toml").write_bytes(FILE)
    git(work, "add", "-A")
    git(work, "commit", "-q", "-m", "file")
    end = step.run(commit=git(work, "rev-parse", "HEAD"))
    assert (end.code, "at most 10 s more" in end.log) == (11, True)


def test_by_name_a_commit_is_dropped_where_it_is_no_input(
    step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    @dataclass(frozen=True)
    class Bare:
        repository: Repository

    def judge(inputs: Any, facts: Any) -> Verdict:
        return Verdict([ok("read", "inputs", "they were read")])

    register(monkeypatch, Action(Bare, lambda inputs, world: None, judge))
    assert step.run(by_name=True, commit="a" * 40).code == 0
    assert "`commit` was given" in told(step.run(commit="a" * 40))


def test_a_folder_that_is_no_clone_has_no_head(tmp_path: Path) -> None:
    assert Git(tmp_path).head() is None
    assert Git(tmp_path).remote() is None
    assert Git(tmp_path).file(Sha("a" * 40), "x") == (False, None)
