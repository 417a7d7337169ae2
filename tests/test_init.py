"""`release-actions init` writes what fits, says why, and never guesses in silence."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import yaml

from release_actions.init import templates
from release_actions.init.pinning import Origin
from tests.init_repositories import (
    BOTH,
    CI,
    CONFIG,
    CRATES,
    NODE,
    PIN,
    PYTHON,
    Home,
    clone,
    git,
    init,
)

Capsys = pytest.CaptureFixture[str]
WORKFLOWS = ".github/workflows"


def workflow(home: Home, name: str) -> dict[object, object]:
    document: dict[object, object] = yaml.safe_load(home.text(f"{WORKFLOWS}/{name}"))
    return document


def step(home: Home, name: str, job: str, action: str) -> dict[str, str]:
    """What one step is given."""
    jobs: dict[str, dict[str, list[dict[str, dict[str, str]]]]] = workflow(home, name)["jobs"]  # type: ignore[assignment]  # YAML has no types
    steps = jobs[job]["steps"]
    (found,) = (each for each in steps if f"/{action}@" in str(each.get("uses", "")))
    return found.get("with", {})


# What fits


def test_a_workspace_gets_crates_in_the_order_of_need(tmp_path: Path, capsys: Capsys) -> None:
    home = clone(tmp_path / "it", CRATES)

    ran = init(home, capsys, "--json")

    assert ran.code == 0, ran.err
    assert ran.record["templates"] == ["crates"]
    assert step(home, "crates.yml", "package", "verify-crate-identity")["package"] == (
        "zeta-core\nalpha-cli\n"
    )
    published = step(home, "crates.yml", "publish", "publish-crates")
    assert published["expected-packages"] == "zeta-core\nalpha-cli\n"
    assert any("tool: publish = false" in text for text in ran.told("found"))


def test_every_use_of_the_library_has_the_pin_and_the_owner(tmp_path: Path, capsys: Capsys) -> None:
    home = clone(tmp_path / "it", CRATES)

    assert init(home, capsys).code == 0

    text = home.text(f"{WORKFLOWS}/crates.yml")
    uses = [line.split("uses:")[1].strip() for line in text.splitlines() if "uses:" in line]
    ours = [use for use in uses if "release-actions" in use]
    assert len(ours) == 4
    assert all(use.startswith("acme-org/release-actions/") for use in ours)
    assert all(use.endswith(f"@{PIN}") for use in ours)
    assert "<sha>" not in text
    assert "org/release-actions" not in text.replace("acme-org/", "")


def test_a_project_gets_pypi_under_its_own_name(tmp_path: Path, capsys: Capsys) -> None:
    home = clone(tmp_path / "it", PYTHON, "1.0.0", "1.1.0-rc.1", "1.1.0")

    ran = init(home, capsys, "--json")

    assert ran.record["templates"] == ["pypi"]
    written = workflow(home, "pypi.yml")
    assert written["env"] == {"PROJECT": "Ord.Vec"}
    assert written[True] == {"push": {"tags": ["[0-9]*"]}}
    config = tomllib.loads(home.text(CONFIG))
    assert config["release-family"]["release"] == {
        "pattern": "{version}",
        "classes": ["stable", "rc"],
    }
    assert config["guard-release-tag"] == {"family": "release"}
    assert config["lint-release-workflow"]["workflows"] == ["pypi.yml"]
    environment = config["audit-release-settings"]["environment"]["pypi"]
    assert environment == {"deployment-policies": ["tag:[0-9]*"]}


def test_several_projects_get_a_workflow_and_a_queue_each(tmp_path: Path, capsys: Capsys) -> None:
    files = {path: text for path, text in BOTH.items() if path.startswith("py/")}
    home = clone(tmp_path / "it", files)

    assert init(home, capsys).code == 0

    for name, project, folder in (("zeta", "zeta", "binding"), ("alpha-app", "Alpha_App", "app")):
        written = workflow(home, f"pypi-{name}.yml")
        assert written["env"] == {"PROJECT": project}
        assert written["concurrency"] == {
            "group": f"publish-pypi-{name}",
            "cancel-in-progress": False,
        }
        build = written["jobs"]["build"]["steps"]  # type: ignore[index]  # YAML has no types
        assert [each["working-directory"] for each in build if each.get("name") == "Build"] == [
            f"py/{folder}"
        ]
        settled = step(home, f"pypi-{name}.yml", "build", "canonicalize-pypi-dists")
        assert settled["built-directory"] == f"py/{folder}/dist"
    lint = tomllib.loads(home.text(CONFIG))["lint-release-workflow"]
    assert sorted(lint["workflows"]) == ["pypi-alpha-app.yml", "pypi-zeta.yml"]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_crates_and_projects_get_one_release_for_all(
    tmp_path: Path, capsys: Capsys, count: int
) -> None:
    third = BOTH["py/app/pyproject.toml"].replace("Alpha_App", "Third")
    app = {"py/app/pyproject.toml", "py/third/pyproject.toml"}
    files = {**BOTH, "py/third/pyproject.toml": third.replace("zeta==", "alpha-app==")}
    kept = sorted(app)[: count - 1]
    home = clone(tmp_path / "it", {p: t for p, t in files.items() if p not in app or p in kept})

    ran = init(home, capsys, "--json")

    assert ran.record["templates"] == ["rust-python"], ran.err
    written = workflow(home, "rust-python.yml")
    jobs: dict[str, dict[str, object]] = written["jobs"]  # type: ignore[assignment]  # as above
    wanted = ["zeta", "alpha-app", "third"][:count]
    assert [job for job in jobs if job.startswith("publish-")] == [
        "publish-crates",
        *(f"publish-{name}" for name in wanted),
    ]
    # Each after the one that it needs, and the release after all of them.
    for before, name in zip(["crates", *wanted], wanted, strict=False):
        assert f"publish-{before}" in str(jobs[f"publish-{name}"]["needs"])
    assert [f"publish-{name}" for name in wanted] == jobs["release"]["needs"][3:]  # type: ignore[index]  # as above
    text = home.text(f"{WORKFLOWS}/rust-python.yml")
    assert not [word for word in ("acme ", "acme-tools", "TOOLS", "python/acme") if word in text]
    todo = [each["fields"] for each in ran.record["by-hand"] if "PyPI" in each["what"]]
    names = ["zeta", "Alpha_App", "Third"][:count]
    assert [each["PyPI Project Name"] for each in todo] == names


def test_a_monorepo_of_npm_gets_the_gate_and_is_told_why(tmp_path: Path, capsys: Capsys) -> None:
    home = clone(tmp_path / "it", NODE)

    ran = init(home, capsys, "--json")

    assert ran.record["templates"] == ["gated-release"]
    assert ran.record["why"] == [
        "gated-release: no template publishes to npm (@acme/service, @acme/utils):"
        " it guards the tag, and the build is yours"
    ]
    assert {each["template"] for each in ran.record["others"]} >= {"crates", "pypi", "dev-cycle"}
    guard = step(home, "gated-release.yml", "gate", "guard-release-tag")
    assert guard["version-sources"].split() == list(NODE)[1:]
    assert any("write the job `build`" in each["what"] for each in ran.record["by-hand"])


def test_where_nothing_states_a_version_the_tag_alone_says_it(
    tmp_path: Path, capsys: Capsys
) -> None:
    home = clone(tmp_path / "it", {"README.md": "Nothing here.\n", "Dockerfile": "FROM scratch\n"})

    ran = init(home, capsys, "--json")

    assert ran.record["templates"] == ["gated-release"]
    assert "no template publishes images (Dockerfile)" in ran.record["why"][0]
    assert step(home, "gated-release.yml", "gate", "guard-release-tag") == {}
    assert any("the tag alone says it" in text for text in ran.told("assumed"))


def test_branches_of_a_train_get_the_train(tmp_path: Path, capsys: Capsys) -> None:
    files = {path: text.replace("1.2.0", "3.0.0-dev") for path, text in CRATES.items()}
    home = clone(tmp_path / "it", {**files, "RELEASES.md": "## 3.0.0\n"})
    git(home.folder, "branch", "release-2.0.0")

    ran = init(home, capsys, "--json")

    assert ran.record["templates"] == ["release-train", "push-tag"]
    # A tag that a job pushes starts nothing, and nothing is there that could be started for it.
    assert any("starts nothing by itself" in text for text in ran.told("open"))
    assert "dispatch" not in step(home, "push-tag.yml", "tag", "push-tag-on-marker")
    cut = step(home, "release-train.yml", "cut", "roll-release-notes")
    assert cut["file"] == "RELEASES.md"
    assert "template" not in cut
    assert [each["what"] for each in ran.record["by-hand"] if "secret" in each["what"]]


def test_branches_of_a_cycle_get_the_cycle(tmp_path: Path, capsys: Capsys) -> None:
    release = "on: workflow_dispatch\njobs:\n  a: {runs-on: x, steps: [{run: 'true'}]}\n"
    home = clone(tmp_path / "it", {**NODE, f"{WORKFLOWS}/release.yml": release})
    home.write({f"{WORKFLOWS}/ci.yml": CI.replace("[main]", "[trunk]")}).commit()
    git(home.folder, "branch", "release/service/1.2")

    ran = init(home, capsys, "--json", "--branch", "trunk")

    assert ran.record["templates"] == ["dev-cycle"], ran.err
    assert step(home, "dev-cycle.yml", "tag", "push-tag-on-marker")["dispatch"] == "release.yml"
    written = workflow(home, "dev-cycle.yml")
    assert written[True]["push"] == {"branches": ["trunk", "release/**"]}  # type: ignore[index]  # as above
    assert "github.ref_name == 'trunk'" in home.text(f"{WORKFLOWS}/dev-cycle.yml")
    config = tomllib.loads(home.text(CONFIG))
    assert config["release-class"]["hotfix"]["branch"] == "release/service/{major}.{minor}"
    assert config["guard-release-tag"] == {"branch": "trunk", "family": "service"}


# What is found, and what is not guessed


def test_without_a_workflow_to_require_nothing_is_written(tmp_path: Path, capsys: Capsys) -> None:
    home = clone(tmp_path / "it", CRATES, ci=False)
    before = home.snapshot()

    ran = init(home, capsys)

    assert ran.code == 11
    assert "no workflow was found that every push to main starts" in ran.err
    assert home.snapshot() == before


OTHER = {
    "release.yml": CI.replace("push:\n    branches: [main]", "push:\n    tags: ['v*']"),
    "docs.yml": CI,
    "web.yml": CI.replace("branches: [main]", "branches: [main]\n    paths: ['web/**']"),
    "old.yml": CI.replace("branches: [main]", "branches: [old]"),
    "torn.yml": "on: [push\n",
    "odd,name.yml": CI,
    "lint.yaml": CI,
}


def test_only_what_every_push_starts_is_required(tmp_path: Path, capsys: Capsys) -> None:
    home = clone(tmp_path / "it", {**CRATES, **{f"{WORKFLOWS}/{n}": t for n, t in OTHER.items()}})

    ran = init(home, capsys, "--json")

    asked = step(home, "crates.yml", "gate", "require-ci-green")["workflows"]
    assert asked.split() == ["ci.yml", "lint.yaml"]
    told = [
        text.split(" is not required: ") for text in ran.told("found") if "not required" in text
    ]
    assert {name for name, _ in told} == set(OTHER) - {"lint.yaml"}
    assert any("workflows ci.yml, lint.yaml" in text for text in ran.told("assumed"))
    assert any("release.yml: such a tag starts it as well" in text for text in ran.told("open"))


def test_a_named_workflow_is_required_and_must_be_there(tmp_path: Path, capsys: Capsys) -> None:
    home = clone(tmp_path / "it", {**CRATES, f"{WORKFLOWS}/docs.yml": CI})

    wrong = init(home, capsys, "--ci", "tests.yml")
    right = init(home, capsys, "--ci", "docs.yml", "--ci", "ci.yml")

    assert (wrong.code, right.code) == (2, 0)
    assert "flag `--ci`: `tests.yml` was given; allowed: one of ci.yml, docs.yml" in wrong.err
    asked = step(home, "crates.yml", "gate", "require-ci-green")["workflows"]
    assert asked.split() == ["docs.yml", "ci.yml"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("push:\n    branches: [main]", "workflow_dispatch:"), "no push to main starts it"),
        (("branches: [main]", "branches: [main]\n    paths: [web]"), "its `paths` keeps it"),
    ],
    ids=["no push", "paths"],
)
def test_a_named_workflow_that_not_every_push_starts_is_taken_and_doubted(
    tmp_path: Path, capsys: Capsys, change: tuple[str, str], why: str
) -> None:
    """It may be started by hand; else the gate waits for what never comes."""
    home = clone(tmp_path / "it", {**CRATES, f"{WORKFLOWS}/docs.yml": CI.replace(*change)})

    ran = init(home, capsys, "--json", "--ci", "docs.yml")

    assert ran.code == 0
    assert any(f"--ci names them; docs.yml: {why}" in text for text in ran.told("assumed"))


def test_what_is_assumed_is_told_with_its_line(tmp_path: Path, capsys: Capsys) -> None:
    home = clone(tmp_path / "it", CRATES)

    ran = init(home, capsys)

    (line,) = (each for each in ran.out.splitlines() if "assumed: tag-pattern" in each)
    assert line.startswith(f"[WARN] {WORKFLOWS}/crates.yml:")
    number = int(line.split(":")[1])
    assert home.text(f"{WORKFLOWS}/crates.yml").splitlines()[number - 1].strip() == 'tags: ["v*"]'


def test_crates_of_several_versions_are_not_all_held_to_the_tag(
    tmp_path: Path, capsys: Capsys
) -> None:
    own = '[package]\nname = "beta"\nversion = "0.7.0"\n'
    home = clone(tmp_path / "it", {**CRATES, "crates/beta/Cargo.toml": own})

    ran = init(home, capsys, "--json")

    assert step(home, "crates.yml", "gate", "guard-release-tag")["version-sources"] == "Cargo.toml"
    assert any("1 at 0.7.0 are not held to the tag" in text for text in ran.told("assumed"))


@pytest.mark.parametrize(
    ("change", "kind", "why"),
    [
        ({"build-backend": "maturin"}, "native", "its build backend is maturin"),
        ({"build-backend": "mesonpy"}, "native", "its build backend is mesonpy"),
        ({"extra": "[tool.cibuildwheel]"}, "native", "settings for cibuildwheel"),
        ({"build-backend": "hatchling.build"}, "pure", "hatchling without a build hook"),
        ({"extra": "[tool.hatch.build.hooks.custom]"}, "unknown", "build hook custom"),
        ({"build-backend": "flit_core.buildapi"}, "pure", "flit_core makes no other"),
        ({"build-backend": "poetry.core.masonry.api"}, "pure", "without a build script"),
        (
            {"build-backend": "poetry.core.masonry.api", "extra": "[tool.poetry]\nbuild = 'b.py'"},
            "unknown",
            "poetry has a build script",
        ),
        ({"build-backend": "pdm.backend"}, "pure", "pdm without"),
        (
            {"build-backend": "pdm.backend", "extra": "[tool.pdm.build]\nrun-setuptools = true"},
            "native",
            "pdm runs setuptools",
        ),
        ({"build-backend": "enscons.api"}, "unknown", "its build backend is enscons"),
        ({"build-backend": "mine", "more": "backend-path = ['.']"}, "unknown", "is its own"),
        ({"build-backend": "setuptools.build_meta"}, "pure", "without setup.py"),
        (
            {
                "build-backend": "setuptools.build_meta",
                "extra": "[[tool.setuptools.ext-modules]]\nname = 'x'",
            },
            "native",
            "ext-modules",
        ),
        (
            {"build-backend": "setuptools.build_meta", "extra": "[tool.setuptools-rust]"},
            "native",
            "setuptools-rust",
        ),
        (
            {"build-backend": "setuptools.build_meta", "setup": "setup(rust_extensions=[])"},
            "native",
            "rust_extensions",
        ),
        (
            {"build-backend": "setuptools.build_meta", "setup": "x = a.b.Extension('x')"},
            "native",
            "Extension",
        ),
        ({"build-backend": "setuptools.build_meta", "setup": "setup()"}, "pure", "no extension"),
        ({"build-backend": "setuptools.build_meta", "setup": "def ("}, "unknown", "cannot be read"),
    ],
)
def test_which_wheels_a_project_makes(
    tmp_path: Path, capsys: Capsys, change: dict[str, str], kind: str, why: str
) -> None:
    """Pure is what one job can build; native is not chosen; what is unknown is told as assumed."""
    text = PYTHON["pyproject.toml"].replace(
        "hatchling.build", change.get("build-backend", "hatchling.build")
    )
    text = text.replace("[project]", f"{change.get('more', '')}\n[project]")
    files = {"pyproject.toml": f"{text}{change.get('extra', '')}\n"}
    if "setup" in change:
        files["setup.py"] = change["setup"]
    home = clone(tmp_path / "it", files)

    ran = init(home, capsys, "--json", "--dry-run")

    assert ran.code == 0, ran.err
    if kind == "native":
        assert ran.record["templates"] == ["gated-release"]
        (left,) = (each["why"] for each in ran.record["others"] if each["template"] == "pypi")
        assert why in left
    else:
        assert ran.record["templates"] == ["pypi"]
        told = ran.told("found" if kind == "pure" else "assumed")
        assert any(why in text for text in told), told


def test_a_native_project_is_written_when_asked_for_and_what_is_open_is_told(
    tmp_path: Path, capsys: Capsys
) -> None:
    text = PYTHON["pyproject.toml"].replace("hatchling.build", "maturin")
    home = clone(tmp_path / "it", {"pyproject.toml": text})

    ran = init(home, capsys, "--json", "--template", "pypi")

    assert ran.code == 0
    assert "of itself it was not chosen" in ran.record["why"][0]
    assert any("the build makes a wheel for one platform alone" in t for t in ran.told("open"))


@pytest.mark.parametrize(
    ("extra", "files", "source"),
    [
        (
            "[tool.hatch.version]\npath = 'src/ord_vec/__about__.py'\n",
            {"src/ord_vec/__about__.py": '__version__ = "1.2.0"\n'},
            "src/ord_vec/__about__.py",
        ),
        ("[tool.hatch.version]\nsource = 'vcs'\n", {}, None),
    ],
    ids=["a module", "git"],
)
def test_a_dynamic_version_is_followed_to_where_it_stands(
    tmp_path: Path, capsys: Capsys, extra: str, files: dict[str, str], source: str | None
) -> None:
    text = PYTHON["pyproject.toml"].replace('version = "1.2.0"', 'dynamic = ["version"]')
    home = clone(tmp_path / "it", {"pyproject.toml": text + extra, **files})

    assert init(home, capsys).code == 0

    guard = step(home, "pypi.yml", "gate", "guard-release-tag")
    assert guard.get("version-sources") == source
    checkout = step(home, "pypi.yml", "build", "checkout")
    # A build that asks git for the version needs the tags.
    assert checkout.get("fetch-depth") == (None if source else "0")


@pytest.mark.parametrize(
    ("tags", "trigger", "pattern"),
    [
        ((), "v*", None),
        (("v1.0.0", "v1.1.0"), "v*", None),
        (("v1.0.0", "v1.1.0-rc.1"), "v*", "v{version}"),
        (("1.0.0",), "[0-9]*", "{version}"),
        (("zeta-core-v1.0.0",), "zeta-core-v*", "zeta-core-v{version}"),
        (("pkg/v1.0.0",), "pkg/v*", "pkg/v{version}"),
        (("nightly", "v1.0"), "v*", None),
        (("a+b-v1.0.0",), "v*", None),
    ],
)
def test_tags_are_spelt_as_those_that_are_there(
    tmp_path: Path, capsys: Capsys, tags: tuple[str, ...], trigger: str, pattern: str | None
) -> None:
    home = clone(tmp_path / "it", CRATES, *tags)

    assert init(home, capsys).code == 0

    assert workflow(home, "crates.yml")[True] == {"push": {"tags": [trigger]}}
    config = tomllib.loads(home.text(CONFIG))
    assert config.get("release-family", {}).get("release", {}).get("pattern") == pattern


def test_several_spellings_of_tags_are_told(tmp_path: Path, capsys: Capsys) -> None:
    home = clone(tmp_path / "it", CRATES, "v1.0.0", "v1.1.0", "alpha-v0.1.0")

    ran = init(home, capsys, "--json", "--dry-run")

    assert any("tag-pattern" in text and "X.Y.Z" in text for text in ran.told("assumed"))


def test_another_default_branch_stands_in_the_config(tmp_path: Path, capsys: Capsys) -> None:
    home = clone(tmp_path / "it", CRATES, ci=False)
    home.write({f"{WORKFLOWS}/ci.yml": CI.replace("[main]", "[trunk]")}).commit()
    git(home.folder, "update-ref", "refs/remotes/origin/trunk", "HEAD")
    git(home.folder, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")

    assert init(home, capsys).code == 0

    config = tomllib.loads(home.text(CONFIG))
    assert config["require-ci-green"] == config["guard-release-tag"] == {"branch": "trunk"}


def test_samples_and_tests_are_left_alone(tmp_path: Path, capsys: Capsys) -> None:
    aside = {f"tests/data/{path}": text for path, text in PYTHON.items()}
    broken = {"examples/x/Cargo.toml": "[package\n"}
    home = clone(tmp_path / "it", {**CRATES, **aside, **broken})

    ran = init(home, capsys, "--json")

    assert ran.record["templates"] == ["crates"]
    assert not any("not read" in text for text in ran.told("found"))
    assert any("taken for samples and tests" in text for text in ran.told("found"))


def test_what_cannot_be_read_is_told(tmp_path: Path, capsys: Capsys) -> None:
    home = clone(tmp_path / "it", {**CRATES, "web/package.json": "{"})

    ran = init(home, capsys, "--json")

    assert any(text.startswith("not read: web/package.json") for text in ran.told("open"))


@pytest.mark.parametrize(
    ("more", "kind"), [("", "open"), ("publish = false\n", "found")], ids=["public", "private"]
)
def test_another_workspace_that_crates_io_may_have_is_left_open(
    tmp_path: Path, capsys: Capsys, more: str, kind: str
) -> None:
    other = f'[package]\nname = "other"\nversion = "1.2.0"\n{more}[workspace]\n'
    home = clone(tmp_path / "it", {**CRATES, "other/Cargo.toml": other})

    ran = init(home, capsys, "--json")

    told = "other/Cargo.toml: another workspace, which is left alone"
    assert told in ran.told(kind), ran.err


def test_where_the_only_manifest_cannot_be_read_it_is_not_said_that_there_is_none(
    tmp_path: Path, capsys: Capsys
) -> None:
    home = clone(tmp_path / "it", {"pyproject.toml": "[project\n"})

    ran = init(home, capsys)

    assert "no manifest of a package was found that can be read" in ran.out
    assert "[WARN] open: not read: pyproject.toml:1" in ran.out


def test_tags_that_git_cannot_list_are_not_none(tmp_path: Path, capsys: Capsys) -> None:
    """One tag whose object is lost, and git lists none of them by their dates."""
    home = clone(tmp_path / "it", CRATES, "1.0.0")
    (home.folder / ".git/refs/tags/2.0.0").write_text(f"{'1' * 40}\n")
    before = home.snapshot()

    ran = init(home, capsys)

    assert (ran.code, home.snapshot()) == (1, before)
    assert "missing object" in ran.err


@pytest.mark.parametrize("words", [(), ("--template", "pypi"), ("--template", "rust-python")])
@pytest.mark.parametrize("more", [{}, CRATES], ids=["projects", "crates and projects"])
def test_two_projects_of_one_name_are_not_guessed_between(
    tmp_path: Path, capsys: Capsys, words: tuple[str, ...], more: dict[str, str]
) -> None:
    """Foo and foo are one project to an index, and one file or job here (PEP 503)."""
    text = PYTHON["pyproject.toml"]
    home = clone(
        tmp_path / "it",
        {
            **more,
            "a/pyproject.toml": text.replace("Ord.Vec", "foo"),
            "b/pyproject.toml": text.replace("Ord.Vec", "Foo"),
        },
    )
    before = home.snapshot()

    ran = init(home, capsys, *words)

    assert (ran.code, home.snapshot()) == (10, before)
    assert "a/pyproject.toml and b/pyproject.toml are both called foo" in ran.err


@pytest.mark.parametrize("name", ["path", "bash-env", "runner-temp"])
def test_no_projects_name_becomes_a_variable_that_a_shell_obeys(
    tmp_path: Path, capsys: Capsys, name: str
) -> None:
    home = clone(tmp_path / "it", {**CRATES, "py/pyproject.toml": PYTHON["pyproject.toml"]})
    home.write({"py/pyproject.toml": PYTHON["pyproject.toml"].replace("Ord.Vec", name)}).commit()

    assert init(home, capsys, "--template", "rust-python").code == 0

    steps = workflow(home, "rust-python.yml")["jobs"]["attest"]["steps"]  # type: ignore[index]  # as above
    (built,) = (each for each in steps if each.get("name") == "What this run built")
    variable = f"DIST_{name.replace('-', '_').upper()}"
    assert list(built["env"]) == [variable]
    assert f'<<<"${variable}"' in built["run"]


# Flags


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--template", "crate"), "did you mean `crates`?"),
        (("--branch", "a b"), "flag `--branch`"),
        (("--ci", "../x.yml"), "flag `--ci`"),
        (("--forse",), "flag `--forse`"),
        (("--repository", "/nowhere/at/all"), "allowed: a folder"),
        (("--template", "pypi"), "it cannot be filled in"),
        (("--template", "rust-python"), "it cannot be filled in"),
        (("--template", "dev-cycle"), "it cannot be filled in"),
    ],
)
def test_a_wrong_flag_is_told_and_nothing_is_written(
    tmp_path: Path, capsys: Capsys, words: tuple[str, ...], told: str
) -> None:
    home = clone(tmp_path / "it", CRATES)
    before = home.snapshot()

    ran = init(home, capsys, *words)

    assert (ran.code, home.snapshot()) == (2, before)
    assert told in ran.err


@pytest.mark.parametrize("pin", ["abc", "A" * 40, "0" * 64, "main"])
def test_a_pin_is_a_full_commit(tmp_path: Path, capsys: Capsys, pin: str) -> None:
    home = clone(tmp_path / "it", CRATES)

    ran = init(home, capsys, pin=pin)

    assert ran.code == 2
    assert "flag `--pin`" in ran.err


@pytest.mark.parametrize("owner", ["a/b", "-x", "a b", "x" * 41])
def test_an_owner_is_a_name_on_github(tmp_path: Path, capsys: Capsys, owner: str) -> None:
    home = clone(tmp_path / "it", CRATES)

    ran = init(home, capsys, f"--owner={owner}", owner="")

    assert ran.code == 2
    assert "flag `--owner`" in ran.err


def test_without_a_pin_the_program_says_where_it_is_from(tmp_path: Path, capsys: Capsys) -> None:
    home = clone(tmp_path / "it", CRATES)
    origin = Origin("b" * 40, "mona", "v0.3.0", "the library's checkout", ("it is dirty",))

    ran = init(home, capsys, "--json", owner="", pin="", origin=origin)

    assert ran.record["library"] == {
        "name": "mona/release-actions",
        "pin": "b" * 40,
        "version": "v0.3.0",
    }
    assert "it is dirty" in ran.told("found")
    text = home.text(f"{WORKFLOWS}/crates.yml")
    assert text.count(f"@{'b' * 40} # v0.3.0\n") == 4


def test_a_program_that_knows_no_commit_says_how_to_find_one(
    tmp_path: Path, capsys: Capsys
) -> None:
    home = clone(tmp_path / "it", CRATES)

    ran = init(home, capsys, owner="", pin="", origin=Origin())

    assert ran.code == 2
    assert "git ls-remote https://github.com/OWNER/release-actions" in ran.err
    assert "flag `--owner`: nothing was given" in ran.err


def test_every_template_can_be_asked_for_by_name_and_is_told_in_the_help(
    tmp_path: Path, capsys: Capsys
) -> None:
    home = clone(tmp_path / "it", CRATES)
    with pytest.raises(SystemExit):
        init(home, capsys, "--help")
    told = "".join(capsys.readouterr().out.split())  # wherever the lines end
    assert all(name in told for name in templates.names())
    assert {"crates", "pypi", "rust-python", "gated-release"} <= set(templates.names())


def test_the_audit_is_written_when_asked_for(tmp_path: Path, capsys: Capsys) -> None:
    home = clone(tmp_path / "it", CRATES)

    ran = init(home, capsys, "--json", "--template", "settings-audit")

    assert ran.code == 0, ran.err
    assert tomllib.loads(home.text(CONFIG))["audit-release-settings"] == {
        "workflow-permissions": "read"
    }
    assert ["AUDIT_TOKEN" in each["what"] for each in ran.record["by-hand"]] == [True]


# What keeps a crate, or one release for all, away


def test_why_a_crate_is_not_published_is_told(tmp_path: Path, capsys: Capsys) -> None:
    crate = '[package]\nname = "{}"\n{}\n'
    kept = {
        "a": 'version = "1.0.0"\npublish = ["ours"]',
        "b": "",
        "c": "version.workspace = true",
        "d": 'version = "1.0.0"\npublish = []',
    }
    root = '[workspace]\nmembers = ["*"]\n'
    files = {f"{name}/Cargo.toml": crate.format(name, text) for name, text in kept.items()}
    home = clone(tmp_path / "it", {"Cargo.toml": root, **files})

    ran = init(home, capsys, "--json")

    (why,) = (each["why"] for each in ran.record["others"] if each["template"] == "crates")
    assert why == (
        "crates.io is to have no crate: a (publish names ours, and not crates-io), b (it has no"
        " version), c (its workspace states no version), d (publish = false)"
    )


def test_crates_that_need_each_other_have_no_order(tmp_path: Path, capsys: Capsys) -> None:
    one = '[package]\nname = "{}"\nversion = "1.2.0"\n'
    one += '[dependencies]\n{} = {{ path = "../{}", version = "1.2.0" }}\n'
    files = {
        "Cargo.toml": '[workspace]\nmembers = ["a", "b"]\n',
        "a/Cargo.toml": one.format("a", "b", "b"),
        "b/Cargo.toml": one.format("b", "a", "a"),
    }
    home = clone(tmp_path / "it", files)

    ran = init(home, capsys, "--json")

    assert any("need each other" in text for text in ran.told("assumed"))


def test_a_workspace_in_a_folder_is_published_from_there(tmp_path: Path, capsys: Capsys) -> None:
    files = {f"rust/{path}": text for path, text in CRATES.items()}
    alone = {"web/wasm/Cargo.toml": '[package]\nname = "wasm"\nversion = "0.1.0"\n'}
    home = clone(tmp_path / "it", {**files, **alone})

    ran = init(home, capsys, "--json")

    assert step(home, "crates.yml", "package", "verify-crate-identity")["path"] == "rust"
    assert step(home, "crates.yml", "publish", "publish-crates")["path"] == "rust"
    guard = step(home, "crates.yml", "gate", "guard-release-tag")
    assert guard["version-sources"] == "rust/Cargo.toml"
    assert any("web/wasm/Cargo.toml: another workspace" in text for text in ran.told("open"))


@pytest.mark.parametrize(
    ("old", "new", "templates_", "why"),
    [
        ('version = "1.2.0"', 'version = "2.0.0"', ["crates", "pypi"], "has several"),
        ("hatchling.build", "maturin", ["crates"], "makes one for each"),
    ],
    ids=["another version", "native"],
)
def test_what_does_not_go_under_one_tag_is_released_apart(
    tmp_path: Path, capsys: Capsys, old: str, new: str, templates_: list[str], why: str
) -> None:
    changed = {
        path: text.replace(old, new) if "py/" in path else text for path, text in BOTH.items()
    }
    home = clone(tmp_path / "it", changed)

    ran = init(home, capsys, "--json")

    assert ran.record["templates"] == templates_
    (told,) = (each["why"] for each in ran.record["others"] if each["template"] == "rust-python")
    assert why in told
    unpublished = [text for text in ran.told("open") if "nothing here publishes" in text]
    assert len(unpublished) == (2 if "pypi" not in templates_ else 0)


def test_without_a_changelog_the_notes_are_made_from_the_history(
    tmp_path: Path, capsys: Capsys
) -> None:
    home = clone(
        tmp_path / "it", {path: text for path, text in BOTH.items() if path != "CHANGELOG.md"}
    )

    ran = init(home, capsys, "--json")

    assert step(home, "rust-python.yml", "draft", "render-release-notes")["sources"] == "history"
    assert any("no changelog was found" in text for text in ran.told("assumed"))


def test_another_changelog_is_named(tmp_path: Path, capsys: Capsys) -> None:
    files = {path: text for path, text in BOTH.items() if path != "CHANGELOG.md"}
    home = clone(tmp_path / "it", {**files, "NEWS.md": "# News\n"}, "zeta-v1.1.0")

    assert init(home, capsys).code == 0

    notes = step(home, "rust-python.yml", "draft", "render-release-notes")
    assert notes["changelog"] == "NEWS.md"
    assert tomllib.loads(home.text(CONFIG))["render-release-notes"] == {"family": "release"}


@pytest.mark.parametrize("template", ["release-train", "push-tag", "rust-python"])
def test_a_template_that_needs_what_is_not_there_is_not_filled_in(
    tmp_path: Path, capsys: Capsys, template: str
) -> None:
    home = clone(tmp_path / "it", {"README.md": "x"})

    ran = init(home, capsys, "--template", template)

    assert ran.code == 2
    assert f"`{template}` was given; it cannot be filled in" in ran.err


def test_addresses_are_those_of_the_remotes_own_server(tmp_path: Path, capsys: Capsys) -> None:
    home = clone(tmp_path / "it", CRATES)
    git(home.folder, "remote", "set-url", "origin", "https://u:p@ghe.example.org:8443/team/app.git")

    ran = init(home, capsys, "--json", "--dry-run")

    where = [each["where"] for each in ran.record["by-hand"]]
    assert "https://ghe.example.org/team/app/settings/environments/new" in where
    assert "u:p" not in ran.out


@pytest.mark.parametrize(
    ("branches", "name", "how"),
    [
        (("master",), "master", "a branch of this name is there"),
        (("main", "master"), "main", "nothing tells the default branch"),
        (("work",), "work", "it is checked out"),
    ],
)
def test_what_tells_the_default_branch_is_told(
    tmp_path: Path, capsys: Capsys, branches: tuple[str, ...], name: str, how: str
) -> None:
    home = clone(tmp_path / "it", CRATES, ci=False)
    home.write({f"{WORKFLOWS}/ci.yml": CI.replace("[main]", "['**']")}).commit()
    git(home.folder, "symbolic-ref", "--delete", "refs/remotes/origin/HEAD")
    git(home.folder, "update-ref", "-d", "refs/remotes/origin/main")
    git(home.folder, "branch", "--move", branches[0])
    for other in branches[1:]:
        git(home.folder, "branch", other)

    ran = init(home, capsys, "--json", "--dry-run")

    assert f"branch {name}: {how}" in ran.told("assumed")


def test_a_file_that_holds_the_version_and_nothing_else_is_the_source(
    tmp_path: Path, capsys: Capsys
) -> None:
    home = clone(tmp_path / "it", {**NODE, "VERSION": "1.3.0\n"})

    assert init(home, capsys).code == 0

    guard = step(home, "gated-release.yml", "gate", "guard-release-tag")
    assert guard["version-sources"] == "VERSION"


def test_a_source_that_a_gate_could_not_name_is_left_out_and_told(
    tmp_path: Path, capsys: Capsys
) -> None:
    """`version-sources` is cut at commas."""
    other = '[package]\nname = "other"\nversion = "1.2.0"\n'
    root = CRATES["Cargo.toml"].replace('"crates/*"', '"crates/*", "a,b"')
    home = clone(tmp_path / "it", {**CRATES, "Cargo.toml": root, "a,b/Cargo.toml": other})

    ran = init(home, capsys, "--json")

    assert step(home, "crates.yml", "gate", "guard-release-tag")["version-sources"] == "Cargo.toml"
    assert any("a,b/Cargo.toml cannot be read as a gate would" in t for t in ran.told("assumed"))


def test_what_releases_with_this_library_is_not_required(tmp_path: Path, capsys: Capsys) -> None:
    ours = CI.replace('- run: "true"', f"- uses: mona/release-actions/create-tag@{PIN}")
    unread = CI.replace("[main]", "['[']")
    home = clone(
        tmp_path / "it",
        {**CRATES, f"{WORKFLOWS}/prod.yml": ours, f"{WORKFLOWS}/strange.yml": unread},
    )

    ran = init(home, capsys, "--json")

    told = ran.told("found")
    assert "prod.yml is not required: it releases (mona/release-actions/create-tag)" in told
    assert "strange.yml is not required: it cannot be read (its filters)" in told


def test_projects_that_cannot_be_built_here_leave_the_gate(tmp_path: Path, capsys: Capsys) -> None:
    text = PYTHON["pyproject.toml"].replace("hatchling.build", "maturin")
    home = clone(tmp_path / "it", {"pyproject.toml": text, "Cargo.toml": CARGO})

    ran = init(home, capsys, "--json")

    assert ran.record["why"] == [
        "gated-release: nothing that was found can be published by a template as it is:"
        " it guards the tag, and the build is yours"
    ]
    guard = step(home, "gated-release.yml", "gate", "guard-release-tag")
    assert guard["version-sources"].split() == ["Cargo.toml", "pyproject.toml"]


CARGO = '[package]\nname = "ordvec"\nversion = "1.2.0"\npublish = false\n'
