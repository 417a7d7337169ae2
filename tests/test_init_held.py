"""For everything that init writes: the lint by the config beside it passes, and is a real guard."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from release_actions import __main__ as program
from release_actions.init.answers import RELEASING
from release_actions.init.planning import PLANS
from tests.init_repositories import BOTH, CONFIG, CRATES, NODE, PYTHON, Home, clone, init

Capsys = pytest.CaptureFixture[str]
WORKFLOWS = ".github/workflows"
TABLE = "lint-release-workflow"
PROJECTS = {path: text for path, text in BOTH.items() if path.startswith("py/")}
APART = {p: t.replace("1.2.0", "2.0.0") if p in PROJECTS else t for p, t in BOTH.items()}
DYNAMIC = {p: t.replace('version = "1.2.0"', 'dynamic = ["version"]') for p, t in PROJECTS.items()}
DISPATCHED = {f"{WORKFLOWS}/release.yml": "on: workflow_dispatch\njobs: {a: {steps: [{run: x}]}}\n"}


@dataclass(frozen=True)
class Case:
    files: dict[str, str]
    words: tuple[str, ...]
    templates: tuple[str, ...]
    written: tuple[str, ...]


def case(files: dict[str, str], templates: str, written: str, *words: str) -> Case:
    return Case(files, words, tuple(templates.split()), tuple(written.split()))


HELD = {
    "crates": case(CRATES, "crates", "crates.yml"),
    "one project": case(PYTHON, "pypi", "pypi.yml"),
    "two projects": case(PROJECTS, "pypi", "pypi-alpha-app.yml pypi-zeta.yml"),
    "two projects of two versions": case(
        {**PROJECTS, "py/app/pyproject.toml": APART["py/app/pyproject.toml"]},
        "pypi",
        "pypi-alpha-app.yml pypi-zeta.yml",
    ),
    "crates and projects of one version": case(BOTH, "rust-python", "rust-python.yml"),
    "crates and projects of two versions": case(
        APART, "crates pypi", "crates.yml pypi-alpha-app.yml pypi-zeta.yml"
    ),
    "the gate": case(NODE, "gated-release", "gated-release.yml"),
}
NOT_HELD = {
    "train": case(
        CRATES,
        "release-train push-tag",
        "push-tag.yml release-train.yml",
        "--template=release-train",
    ),
    "push": case(CRATES, "push-tag", "push-tag.yml", "--template=push-tag"),
    "cycle": case(NODE, "dev-cycle", "dev-cycle.yml", "--template=dev-cycle"),
    "audit": case(CRATES, "settings-audit", "settings-audit.yml", "--template=settings-audit"),
}


def written(folder: Path, capsys: Capsys, case: Case) -> Home:
    """What init writes, committed."""
    home = clone(folder / "it", case.files)
    before = {path.name for path in (home.folder / WORKFLOWS).iterdir()}
    ran = init(home, capsys, "--json", *case.words)
    assert ran.code == 0, ran.err
    after = {path.name for path in (home.folder / WORKFLOWS).iterdir()}
    assert tuple(sorted(after - before)) == case.written
    assert tuple(ran.record["templates"]) == case.templates
    return home.commit()


def lint(
    home: Home, capsys: Capsys, monkeypatch: pytest.MonkeyPatch, *words: str
) -> tuple[int, str]:
    """`release-actions lint-release-workflow`, typed in the clone."""
    monkeypatch.chdir(home.folder)
    for name in ("GITHUB_WORKSPACE", "GITHUB_REPOSITORY", "GITHUB_ACTIONS", "GITHUB_OUTPUT"):
        monkeypatch.delenv(name, raising=False)
    code = program.main([TABLE, *words])
    said = capsys.readouterr()
    return code, said.out + said.err


def ungated(text: str) -> str:
    """The workflow of which no job needs the gate any more."""
    alone = re.sub(r"^ +needs: gate\n", "", text, flags=re.MULTILINE)
    return re.sub(r"(needs: \[)gate, ", r"\1", alone)


def test_every_template_is_a_case_of_one_kind() -> None:
    held = {name for each in HELD.values() for name in each.templates}
    others = {name for each in NOT_HELD.values() for name in each.templates}
    assert held | others == set(PLANS)
    assert held == RELEASING
    assert not held & others


@pytest.mark.parametrize("case", HELD.values(), ids=HELD)
def test_what_releases_is_held_by_its_table(
    tmp_path: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch, case: Case
) -> None:
    home = written(tmp_path, capsys, case)
    table = tomllib.loads(home.text(CONFIG))[TABLE]
    assert sorted(table["workflows"]) == list(case.written)
    assert table["gates"] != ["none"]

    code, said = lint(home, capsys, monkeypatch)

    assert code == 0, said
    for name in case.written:
        place = home.folder / WORKFLOWS / name
        right = place.read_text(encoding="utf-8")
        place.write_text(ungated(right), encoding="utf-8")
        assert "gate" not in "".join(re.findall(r"needs:.*", place.read_text(encoding="utf-8")))
        code, said = lint(home, capsys, monkeypatch)
        assert code == 10
        refused = [line for line in said.splitlines() if line.startswith("[FAIL]")]
        assert refused
        assert all(line.startswith(f"[FAIL] {WORKFLOWS}/{name}:") for line in refused), said
        assert re.search(rf"\({TABLE}/(not-needed|gate-can-be-skipped)\)", said)
        place.write_text(right, encoding="utf-8")


def test_two_that_come_to_publish_the_same_project_are_refused(
    tmp_path: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has its own queue only as long as it publishes something of its own (O32)."""
    home = written(tmp_path, capsys, HELD["two projects"])
    place = home.folder / WORKFLOWS / "pypi-zeta.yml"
    text = place.read_text(encoding="utf-8")
    place.write_text(text.replace("PROJECT: zeta", "PROJECT: alpha-app"), encoding="utf-8")

    code, said = lint(home, capsys, monkeypatch)

    assert code == 10
    assert "both publish alpha-app on PyPI" in said


@pytest.mark.parametrize("case", NOT_HELD.values(), ids=NOT_HELD)
def test_what_publishes_nothing_has_no_table_and_is_told_so(
    tmp_path: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch, case: Case
) -> None:
    """A table of nothing but `none` would be believed to guard a release."""
    home = written(tmp_path, capsys, case)

    config = home.text(CONFIG)
    assert TABLE not in tomllib.loads(config)
    head = config.partition("\n[")[0]
    assert f"`release-actions {TABLE}` has no table for\n" in head
    assert all(name in head for name in case.written)
    # The rules that ask for no tag hold there as well: what remains is about releases by tags.
    code, said = lint(
        home, capsys, monkeypatch, "--workflows", "\n".join(case.written), "--suggest"
    )
    assert code == 0, said
    assert 'publish = ["none"]' in said
    advice = set(re.findall(rf"WARN.*\({TABLE}/([\w-]+)\)", said))
    assert advice <= {"not-declared", "tag-pattern", "concurrency"}, said
    ran = init(home, capsys, "--json", *case.words)
    assert {each["state"] for each in ran.record["files"]} == {"unchanged"}
    assert any("nothing is published there" in text for text in ran.told("found"))


def test_the_workflow_that_is_started_for_the_tag_is_the_one_to_hold(
    tmp_path: Path, capsys: Capsys
) -> None:
    home = written(tmp_path, capsys, replace(NOT_HELD["cycle"], files={**NODE, **DISPATCHED}))

    assert f"{TABLE} --workflows release.yml --suggest" in home.text(CONFIG)


@pytest.mark.parametrize(
    ("files", "words", "several"),
    [
        pytest.param(APART, ("--template=pypi",), False, id="projects of one, beside crates"),
        pytest.param(PROJECTS, (), False, id="two projects"),
        pytest.param(DYNAMIC, (), False, id="two projects that take the version of the tag"),
        pytest.param(HELD["two projects of two versions"].files, (), True, id="of two versions"),
        pytest.param(APART, (), True, id="crates and projects of two versions"),
        pytest.param(BOTH, (), False, id="crates and projects of one version"),
    ],
)
def test_one_tag_for_several_versions_is_told(
    tmp_path: Path, capsys: Capsys, files: dict[str, str], words: tuple[str, ...], several: bool
) -> None:
    home = clone(tmp_path / "it", files)

    told = init(home, capsys, "--json", "--dry-run", *words).told("open")

    assert any("what they release has several versions" in text for text in told) == several


def test_a_table_that_is_there_for_another_release_is_told(tmp_path: Path, capsys: Capsys) -> None:
    """Somebody has the crates, and adds a project: the table does not grow by itself."""
    home = written(tmp_path, capsys, HELD["crates"])
    (home.folder / WORKFLOWS / "crates.yml").unlink()
    home.write(PROJECTS).commit()

    ran = init(home, capsys, "--json", "--template", "pypi")

    assert ran.code == 0, ran.err
    assert any(f"[{TABLE}] is there and says something else" in t for t in ran.told("assumed"))
