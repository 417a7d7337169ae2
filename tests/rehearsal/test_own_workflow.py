"""A release workflow of somebody's own is played from their clone, unmodified; issue V."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rehearsal import abroad, asking, command, leaving_out, library, services
from rehearsal.asking import Asked
from rehearsal.casting import Cast
from rehearsal.errors import UnplayableError
from rehearsal.github import GitHub
from rehearsal.ledger import Called
from rehearsal.own import approvals, laying, needed, outcome, permits, starting, versions
from rehearsal.own.checkout import look
from rehearsal.own.looking import look_at
from rehearsal.scratch import Scratch
from rehearsal.services import Services
from rehearsal.stories import World
from rehearsal.workflow import read_workflow
from release_actions.clients.crates import CRATES_IO
from release_actions.clients.pypi import PYPI
from tests.rehearsal.small_repository import WORKFLOW, SmallRepository

CI = """
    name: CI
    on: [push]
    permissions: { contents: read }
    jobs: { test: { runs-on: ubuntu-latest, steps: [run: exit 1] } }
"""
RELEASE = """
    name: Release
    on:
      push:
        tags: ["v*"]
    permissions: {}
    jobs:
      gate:
        runs-on: ubuntu-latest
        permissions: { actions: read, contents: read, packages: read }
        outputs: { version: "${{ steps.guard.outputs.version }}" }
        steps:
          - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4
            with: { fetch-depth: 0, persist-credentials: false }
          - id: guard
            uses: some/release-actions/actions/guard-release-tag@PIN
            with: { version-sources: VERSION }
          - uses: some/release-actions/require-ci-green@PIN
            with: { workflows: ci.yml }
      build:
        needs: gate
        runs-on: ubuntu-latest
        permissions: { contents: read }
        steps:
          - uses: actions/checkout@v4
          - uses: actions/setup-node@v4
          - id: name
            uses: actions/github-script@v7
            with:
              script: |
                const ref = context.ref.slice(5)
                const { data } = await github.rest.git.getRef({ ...context.repo, ref })
                return `app-${data.object.type}`
              result-encoding: string
              typed-wrongly: 1
          - run: mkdir dist && echo "$V" > "dist/${{ steps.name.outputs.result }}.txt"
            env: { V: "${{ needs.gate.outputs.version }}${{ needs.publish.outputs.x }}" }
          - uses: actions/upload-artifact@v4
            with: { name: dist, path: dist }
      publish:
        needs: [gate, build]
        runs-on: ubuntu-latest
        environment: { name: release, url: "https://example.org" }
        permissions: { contents: write, id-token: write, attestations: write }
        steps:
          - uses: actions/download-artifact@v4
            with: { name: dist, path: dist }
          - uses: actions/attest-build-provenance@v2
            with: { subject-path: dist/* }
          - id: release
            uses: softprops/action-gh-release@v2
            with: { files: dist/*.txt, fail_on_unmatched_files: true, body: Notes. }
      next:
        needs: [gate, publish]
        runs-on: ubuntu-latest
        permissions: {}
        steps:
          - id: app
            uses: actions/create-github-app-token@v2
            with: { app-id: "${{ vars.APP }}", private-key: "${{ secrets.APP_KEY }}" }
          - uses: actions/checkout@v4
            with: { ref: main, token: "${{ steps.app.outputs.token }}" }
          - run: echo 1.5.0-dev > VERSION
          - uses: peter-evans/create-pull-request@v7
            with: { token: "${{ steps.app.outputs.token }}", branch: next, title: Begin 1.5.0 }
      all:
        if: always()
        needs: [gate, build, publish, next]
        runs-on: ubuntu-latest
        permissions: {}
        steps:
          - uses: re-actors/alls-green@release/v1
            with: { jobs: "${{ toJSON(needs) }}" }
""".replace("PIN", "1234567890" * 4)
SETTINGS = """
    [audit-release-settings.environment.release]
    reviewers = ["User:mona", "Team:release"]
    prevent-self-review = true
    wait-timer = 5
    deployment-policies = ["tag:v*"]
    deployment-apps = ["gatekeeper"]
"""


@pytest.fixture
def repository(tmp_path: Path) -> SmallRepository:
    files = {WORKFLOW: RELEASE, ".github/workflows/ci.yml": CI, "VERSION": "1.4.0\n"}
    return SmallRepository.make(tmp_path / "app", {**files, approvals.CONFIG: SETTINGS})


@pytest.fixture
def scratch() -> Iterator[Scratch]:
    with Scratch() as made:
        yield made


# The whole of it


def test_a_release_of_ones_own_is_played_as_it_stands(
    repository: SmallRepository, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Pins of another owner, stand-ins together, environments, permissions and needs."""
    repository.write({"stray.txt": "not committed\n"})
    before = repository.git("for-each-ref"), repository.git("status", "--porcelain")
    page = tmp_path / "out.html"
    code = command.main(
        [
            *("--workflow", str(repository.folder / WORKFLOW), "--json", "--report", str(page)),
            *("--variable", "APP=1", "--secret", "APP_KEY"),
        ]
    )
    told = json.loads(capsys.readouterr().out)

    (story,) = told["stories"]
    steps = [step for job in story["jobs"] for step in job["steps"]]
    assert code == 0, [step for step in steps if step["outcome"] != "success"]
    assert (told["ok"], told["ended"], told["wrong"]) == (True, "released", [])
    assert (told["repository"], told["event"], told["tag"]) == ("acme/app", "push", "v1.4.0")
    ended = [(job["id"], job["conclusion"]) for job in story["jobs"]]
    assert ended == [(name, "success") for name in ("gate", "build", "publish", "next", "all")]
    assert told["public"] == ["GitHub: the release v1.4.0 with 1 file"]
    assert told["other"] == [
        "GitHub: the branch next",
        "GitHub: a pull request of next into main: Begin 1.5.0",
        "GitHub: attestations of app-tag.txt",
    ]
    unused = {one["job"]: one["unused"] for one in told["permissions"] if one["unused"]}
    assert unused == {"gate": ["packages: read"]}
    (misread,) = told["misread"]
    assert "job `build` reads `needs.publish`, and does not say so in its `needs:`" in misread
    (waits,) = told["approvals"]
    assert (waits["job"], waits["environment"], waits["refused"]) == ("publish", "release", "")
    assert waits["asks"][0] == ("an approval by one of mona, Team:release, not whoever started it")
    notes = "\n".join(told["notes"])
    assert "not committed, and so not rehearsed: stray.txt" in notes
    assert "release-actions@123456789012 is played by the release-actions" in notes
    assert "taken as green for this commit: ci.yml" in notes
    assert "the stand-in of actions/github-script ignores `typed-wrongly`" in notes
    assert "release.yml" in page.read_text()
    assert (repository.git("for-each-ref"), repository.git("status", "--porcelain")) == before


CHAIN = """
    on: { workflow_dispatch: { inputs: { version: { required: true }, dry: { type: boolean } } } }
    permissions: { contents: write, actions: write }
    jobs:
      mac: { runs-on: macos-latest, steps: [run: exit 1] }
      start:
        runs-on: ubuntu-latest
        steps:
          - uses: actions/checkout@v4
          - env: { GH_TOKEN: "${{ github.token }}", V: "${{ inputs.version }}" }
            run: gh workflow run publish.yml --ref main -f version="$V"
      after: { needs: mac, runs-on: ubuntu-latest, steps: [run: exit 1] }
"""
PUBLISH = """
    on: { workflow_dispatch: { inputs: { version: { required: true } } } }
    permissions: { contents: write }
    jobs:
      publish:
        runs-on: ubuntu-latest
        steps:
          - uses: actions/checkout@v4
          - env: { GH_TOKEN: "${{ github.token }}", V: "${{ inputs.version }}" }
            run: gh release create "v$V" VERSION --draft --notes x
"""


def test_runs_that_a_step_starts_are_played_and_a_job_may_be_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`gh` finds its repository in the clone, as on a runner; a draft is `done`, not released."""
    files = {WORKFLOW: CHAIN, ".github/workflows/publish.yml": PUBLISH, "VERSION": "2.0.0\n"}
    repository = SmallRepository.make(tmp_path / "app", files)
    where = ["--workflow", "release.yml", "--repository", str(repository.folder)]
    code = command.main([*where, "--input", "version=2.0.0", "--without", "mac"])
    out = capsys.readouterr().out

    assert code == 0, out
    rows = [line.split()[:3] for line in out.splitlines() if ".yml " in line]
    assert ["release.yml", "mac", "left"] in rows
    assert ["release.yml", "start", "success"] in rows
    assert ["release.yml", "after", "skipped"] in rows
    assert ["publish.yml", "publish", "success"] in rows
    assert "a draft of the release v2.0.0 with 1 file" in out
    assert "Done, without mac, in " in out


def test_a_run_that_fails_or_does_nothing_is_no_release(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quiet = (
        "on: workflow_dispatch\njobs: { a: { runs-on: ubuntu-latest, steps: [run: echo no] } }\n"
    )
    loud = quiet.replace("echo no", "echo no such thing; exit 3")
    for text, told, heading in (
        (quiet, "nothing was released", "Not as it must be"),
        (loud, "no such thing", "Stopped"),
    ):
        repository = SmallRepository.make(tmp_path / told, {WORKFLOW: text})
        page = tmp_path / f"{told}.html"
        where = ["--workflow", WORKFLOW, "--repository", str(repository.folder)]
        assert command.main([*where, "--report", str(page)]) == 1
        assert told in capsys.readouterr().out
        shown = page.read_text(encoding="utf-8")
        assert told in shown
        assert f"<h1>{heading}</h1>" in shown


TWICE = """
    on: { push: { tags: ["v*"] } }
    permissions: { contents: write }
    jobs:
      publish:
        runs-on: ubuntu-latest
        steps:
          - env: { GH_TOKEN: "${{ github.token }}" }
            run: gh release create "$GITHUB_REF_NAME" --repo acme/app --notes x
"""


def test_a_workflow_of_ones_own_is_stopped_and_run_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`gh release create` cannot be repeated: before the call it recovers, after it it does not."""
    repository = SmallRepository.make(tmp_path / "app", {WORKFLOW: TWICE, "VERSION": "1.0.0\n"})
    where = ["--workflow", WORKFLOW, "--repository", str(repository.folder)]
    assert command.main([*where, "--stop-at", "1", "--json"]) == 1
    (system,) = json.loads(capsys.readouterr().out)["systems"]
    stops = system["stops"]
    assert [(stop["side"], stop["ok"]) for stop in stops] == [("before", True), ("after", False)]


# What cannot be played, told before anything runs


def _jobs(job: str) -> str:
    return f"on: workflow_dispatch\njobs:\n  a: {job}\n"


def _step(step: str) -> str:
    return _jobs(f"{{ runs-on: ubuntu-latest, steps: [{step}] }}")


UNPLAYABLE = {
    "an unknown action": (
        _step("uses: nobody/knows-this@v1"),
        "release.yml:3: `nobody/knows-this@v1`: there is no stand-in for nobody/knows-this."
        " Give a folder that plays it: --player nobody/knows-this=FOLDER;"
        " or leave its job out: --without JOB.",
    ),
    "docker": (_step("uses: docker/login-action@v3"), "It needs a container engine"),
    "cibuildwheel": (_step("uses: pypa/cibuildwheel@v2.23.0"), "It builds in containers on Linux"),
    "cosign": (_step("uses: sigstore/cosign-installer@v3"), "cosign signs by the public sigstore"),
    "a container": (
        _jobs("{ runs-on: ubuntu-latest, container: alpine, steps: [run: ls] }"),
        "it runs in the container `alpine`, and no container engine is used here."
        " Leave the job out: --without a.",
    ),
    "a runner": (
        _jobs("{ runs-on: macos-15, steps: [run: ls] }"),
        "If it may as well run here: --as-linux macos-15; if not: --without a.",
    ),
    "an upload to npm": (
        _step('run: "npm publish --access public"'),
        "release.yml:3: `npm publish` uploads to where nothing is played in a rehearsal",
    ),
    "an upload elsewhere": (
        _step('run: "twine upload --repository-url ${{ vars.X }} dist/*"'),
        "`twine upload --repository-url` uploads to where nothing is played",
    ),
    "an address": (
        _step('run: "twine upload dist/*"')
        + "env:\n  TWINE_REPOSITORY_URL: https://test.pypi.org/legacy/\n",
        "release.yml:5: `TWINE_REPOSITORY_URL` sends what is uploaded past the loopback",
    ),
    "an upload to another registry": (
        _step('run: "cargo publish --registry acme"'),
        "`cargo publish --registry` uploads to where nothing is played",
    ),
    "a public signature": (
        _step('run: "cosign sign-blob --yes x"'),
        "`cosign sign-blob` uploads to where nothing is played",
    ),
    "a registry by a variable": (
        _step('run: "cargo publish"') + "env:\n  CARGO_REGISTRIES_ACME_INDEX: sparse+https://x/\n",
        "`CARGO_REGISTRIES_ACME_INDEX` sends what is uploaded past the loopback",
    ),
    "an address before a command": (
        _step('run: "TWINE_REPOSITORY_URL=https://upload.pypi.org/legacy/ twine upload dist/*"'),
        "release.yml:3: `TWINE_REPOSITORY_URL` sends what is uploaded past the loopback",
    ),
    "the name of another job": (
        _step("{ env: { GITHUB_JOB: publish }, run: ls }"),
        "release.yml:3: `GITHUB_JOB` is said by the runner alone",
    ),
    "a push of another branch": (
        "on: { push: { branches: ['release/*'] } }\njobs: { a: {} }\n",
        "a push of main does not start it, by its `on: push:`",
    ),
    "a release of another kind": (
        "on: { release: { types: [deleted] } }\njobs: { a: {} }\n",
        "a release that is published does not start it",
    ),
    "a matrix of nothing": (
        "on: workflow_dispatch\njobs: { a: { runs-on: ubuntu-latest, strategy: { matrix:"
        " { t: [], u: [1] } }, steps: [{ run: 'true' }] } }\n",
        "its matrix has no value for `t`",
    ),
    "no runner": ("on: workflow_dispatch\njobs: { a: {} }\n", "it has no `runs-on:`"),
    "no event": ("on: pull_request\njobs: { a: { steps: [] } }\n", "it starts on pull_request"),
    "a missing input": (
        "on: { workflow_dispatch: { inputs: { v: { required: true } } } }\njobs: { a: {} }\n",
        "its input `v` is required: --input v=VALUE.",
    ),
    "no version": ("on: { push: { tags: ['v*'] } }\njobs: { a: {} }\n", "no version is stated"),
}


@pytest.mark.parametrize(("text", "told"), UNPLAYABLE.values(), ids=UNPLAYABLE)
def test_what_cannot_be_played_is_told_with_a_flag_that_helps(
    tmp_path: Path, scratch: Scratch, text: str, told: str
) -> None:
    repository = SmallRepository.make(tmp_path / "app", {WORKFLOW: text})
    with pytest.raises(UnplayableError) as caught:
        look_at(Asked(workflow=repository.folder / WORKFLOW), scratch)
    assert any(told in line for line in caught.value.lines), caught.value.lines


CALLER = """
    on: workflow_dispatch
    permissions: { contents: read }
    jobs:
      publish: { runs-on: ubuntu-latest, steps: [run: ls] }
      other: { permissions: GIVEN, uses: ./.github/workflows/called.yml }
"""
CALLED = """
    on: workflow_call
    env:
      TWINE_REPOSITORY_URL: https://test.pypi.org/legacy/
    jobs: { JOB: { runs-on: ubuntu-latest, permissions: ASKED, steps: [run: ls] } }
"""


@pytest.mark.parametrize(
    ("given", "job", "asked", "told"),
    [
        pytest.param(
            "{ contents: read }",
            "inner",
            "{ id-token: write }",
            "called.yml:5: job `inner`: it asks for `id-token: write`, and the job that calls it"
            " has `id-token: none`",
            id="more than its caller has",
        ),
        pytest.param(
            "{ contents: write }",
            "publish",
            "{ contents: write }",
            "called.yml:5: job `publish`: `publish` has the same id and other rights",
            id="the id of another",
        ),
        pytest.param(
            "{}", "inner", "{}", "called.yml:4: `TWINE_REPOSITORY_URL` sends", id="an address"
        ),
    ],
)
def test_a_called_workflow_is_held_against_its_caller(
    tmp_path: Path, scratch: Scratch, given: str, job: str, asked: str, told: str
) -> None:
    """GitHub starts none that asks for more; calls are told apart by the id of a job alone."""
    files = {
        WORKFLOW: CALLER.replace("GIVEN", given),
        ".github/workflows/called.yml": CALLED.replace("JOB", job).replace("ASKED", asked),
    }
    if "TWINE" not in told:
        files[".github/workflows/called.yml"] = files[".github/workflows/called.yml"].replace(
            "TWINE_REPOSITORY_URL", "X"
        )
    repository = SmallRepository.make(tmp_path / "app", files)
    with pytest.raises(UnplayableError) as caught:
        look_at(Asked(workflow=repository.folder / WORKFLOW), scratch)
    (line,) = caught.value.lines
    assert told in line


def test_all_that_cannot_be_played_is_told_at_once_and_is_exit_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        "on: { push: { tags: ['v*'] } }\njobs:\n"
        "  a: { runs-on: windows-latest, steps: [uses: x/y@v1] }\n"
        "  b: { runs-on: ubuntu-latest, steps: [run: docker push x] }\n"
    )
    repository = SmallRepository.make(tmp_path / "app", {WORKFLOW: text})
    assert command.main(["--workflow", str(repository.folder / WORKFLOW)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 4
    assert all(line.startswith("[ERROR] ") for line in lines)


def test_a_player_a_label_and_a_job_left_out_make_it_playable(
    tmp_path: Path, scratch: Scratch
) -> None:
    text = (
        "on: workflow_dispatch\njobs:\n"
        "  a: { runs-on: macos-15, steps: [uses: x/y@v1] }\n"
        "  b: { runs-on: windows-11, container: x, steps: [uses: docker/login-action@v3] }\n"
    )
    repository = SmallRepository.make(tmp_path / "app", {WORKFLOW: text})
    player = tmp_path / "player"
    player.mkdir()
    (player / "action.yml").write_text("runs: { using: composite, steps: [] }\n")
    looked = look_at(
        Asked(
            workflow=repository.folder / WORKFLOW,
            players={"x/y": player},
            as_linux=("macos-15",),
            without=("b",),
        ),
        scratch,
    )
    assert list(looked.cast.repositories.values()) == [player]
    assert looked.cast.labels == ("macos-15",)


@pytest.mark.parametrize(
    ("folder", "workflow", "told"),
    [
        pytest.param("nowhere", WORKFLOW, "No such file", id="no folder"),
        pytest.param("empty", WORKFLOW, "not a git repository", id="no repository"),
        pytest.param("new", WORKFLOW, "nothing is committed there yet", id="no commit"),
        pytest.param("shallow", WORKFLOW, "Run `git fetch --unshallow --tags`", id="shallow"),
        pytest.param("app", "absent.yml", "has no such file. Check the path.", id="no file"),
        pytest.param("app", "late.yml", "Commit it first", id="not committed"),
        pytest.param("app", "VERSION", "GitHub reads workflows in .github/workflows/", id="where"),
    ],
)
def test_what_is_wrong_with_the_clone_is_told(
    repository: SmallRepository,
    tmp_path: Path,
    scratch: Scratch,
    folder: str,
    workflow: str,
    told: str,
) -> None:
    (tmp_path / "empty").mkdir()
    repository.write({".github/workflows/late.yml": "on: push"})
    repository.commit({}) if folder == "shallow" else None
    repository.git("init", "--quiet", str(tmp_path / "new"))
    repository.git("clone", "--quiet", "--depth=1", f"file://{repository.folder}", "../shallow")
    with pytest.raises(UnplayableError) as caught:
        look_at(Asked(workflow=Path(workflow), repository=tmp_path / folder), scratch)
    assert told in str(caught.value)


# Which tag, and which event


def _document(text: str) -> dict[Any, Any]:
    import yaml

    read: dict[Any, Any] = yaml.safe_load(text)
    return read


@pytest.mark.parametrize(
    ("files", "filters", "tags", "tag"),
    [
        pytest.param({"VERSION": "1.2.0\n"}, "['v*']", [], "v1.2.0", id="v"),
        pytest.param({"VERSION": "1.2.0\n"}, "['[0-9]+.*']", [], "1.2.0", id="plain by filter"),
        pytest.param({"VERSION": "1.2.0"}, "['**']", ["1.0.0"], "1.2.0", id="as tags before"),
        pytest.param({"VERSION": "1.2.0"}, "['app-v*']", [], "app-v1.2.0", id="its name"),
        pytest.param(
            {"Cargo.toml": '[workspace.package]\nversion = "3.0.0"\n'},
            "['v*']",
            [],
            "v3.0.0",
            id="workspace",
        ),
        pytest.param(
            {"pyproject.toml": '[project]\nname = "x"\nversion = "2.0.0"\n'},
            "['v*']",
            [],
            "v2.0.0",
            id="pyproject",
        ),
        pytest.param({"package.json": '{"version": "4.1.0"}'}, "['v*']", [], "v4.1.0", id="npm"),
        pytest.param({}, "['v*']", [], "no version is stated", id="none"),
        pytest.param(
            {"VERSION": "1.0.0", "package.json": '{"version": "4.1.0"}'},
            "['v*']",
            [],
            "HEAD states several versions: package.json says 4.1.0, VERSION says 1.0.0",
            id="several",
        ),
        pytest.param({"VERSION": "1.2.0"}, "['rel/*']", [], "no tag of 1.2.0 starts", id="filter"),
        pytest.param({"VERSION": "1.2.0"}, "['v*']", ["v1.2.0"], "is there already", id="there"),
    ],
)
def test_the_tag_is_that_of_the_version_which_starts_the_workflow(
    tmp_path: Path, files: dict[str, str], filters: str, tags: list[str], tag: str
) -> None:
    repository = SmallRepository.make(tmp_path / "app", {"README": ""})
    for name in tags:
        repository.git("tag", name)
    repository.commit(files)
    document = _document(f"on: {{ push: {{ tags: {filters} }} }}")
    try:
        found = versions.tag_of(look(repository.folder), document, "")
    except UnplayableError as error:
        found = str(error)
    assert tag in found


ON = {
    "tags": ("{ push: { tags: ['v*'] }, workflow_dispatch: }", {}, ("push", "v1.4.0", {})),
    "any push": ("push", {}, ("push", "v1.4.0", {})),
    "a branch": ("{ push: { branches: [main] } }", {}, ("push", "", {})),
    "a release": ("{ release: { types: [published] } }", {}, ("release", "v1.4.0", {})),
    "by hand": (
        "{ workflow_dispatch: { inputs: { a: { default: 1 }, b: { type: boolean } } } }",
        {"inputs": {"b": "true"}},
        ("workflow_dispatch", "", {"a": "1", "b": "true"}),
    ),
    "by hand on a tag": (
        "{ push: { tags: ['v*'] }, workflow_dispatch: }",
        {"event": "workflow_dispatch", "tag": "v1.4.0"},
        ("workflow_dispatch", "v1.4.0", {}),
    ),
    "a schedule": ("{ schedule: [{ cron: '0 0 * * *' }] }", {}, ("schedule", "", {})),
}


@pytest.mark.parametrize(("on", "asked", "expected"), ON.values(), ids=ON)
def test_what_starts_a_workflow_happens_in_the_world(
    repository: SmallRepository,
    tmp_path: Path,
    on: str,
    asked: dict[str, Any],
    expected: tuple[str, str, dict[str, str]],
) -> None:
    text = f"on: {on}\njobs: {{ a: {{ runs-on: ubuntu-latest, steps: [run: ls] }} }}\n"
    commit = repository.commit({WORKFLOW: text})
    checkout = look(repository.folder)
    start = starting.chosen(WORKFLOW, _document(text), checkout, Asked(**asked))
    assert (start.event, start.tag, dict(start.inputs)) == expected

    with GitHub(tmp_path / "github") as github:
        world = World(github, tmp_path / "world", tmp_path, name=checkout.name)
        laying.lay(checkout, start, world)
        run = starting.begin(start, checkout, world)
        tags = world.repository.git.tags()
    assert start.told(checkout)
    assert (run.event, run.path, run.commit) == (start.event, WORKFLOW, commit)
    kind = f"refs/tags/{start.tag}" if start.tag else "refs/heads/main"
    assert run.ref == kind
    assert list(tags) == ([start.tag] if start.tag else [])


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        pytest.param({"event": "schedule"}, "and not on `schedule`", id="another event"),
        pytest.param({"inputs": {"z": "1"}}, "has no input of this name", id="unknown input"),
        pytest.param({"inputs": {"kind": "c"}}, "allowed: a, b", id="not an option"),
        pytest.param({"inputs": {"dry": "yes"}}, "allowed: true, false", id="no boolean"),
    ],
)
def test_an_event_or_an_input_that_is_not_there_is_told(
    repository: SmallRepository, asked: dict[str, Any], told: str
) -> None:
    inputs = "{ kind: { type: choice, options: [a, b] }, dry: { type: boolean, default: false } }"
    document = _document(f"on: {{ workflow_dispatch: {{ inputs: {inputs} }} }}")
    with pytest.raises(UnplayableError, match=told):
        starting.chosen(WORKFLOW, document, look(repository.folder), Asked(**asked))


def test_inputs_are_for_a_start_by_hand(repository: SmallRepository) -> None:
    with pytest.raises(UnplayableError, match="--input is for a workflow"):
        starting.chosen(WORKFLOW, {"on": "push"}, look(repository.folder), Asked(inputs={"a": "1"}))


def test_a_tag_that_is_at_head_is_pushed_as_it_is(
    repository: SmallRepository, tmp_path: Path
) -> None:
    repository.git("tag", "--annotate", "--message", "Mine", "v1.4.0")
    checkout = look(repository.folder)
    start = starting.chosen(WORKFLOW, _document(RELEASE), checkout, Asked())
    with GitHub(tmp_path / "github") as github:
        world = World(github, tmp_path / "world", tmp_path, name=checkout.name)
        laying.lay(checkout, start, world)
        starting.begin(start, checkout, world)
        oid = world.repository.git.refs()["refs/tags/v1.4.0"]
    assert oid == repository.git("rev-parse", "v1.4.0")


def test_branches_are_as_origin_has_them_and_heads_as_it_is_here(
    repository: SmallRepository, tmp_path: Path
) -> None:
    """Another branch that is only here is not at GitHub."""
    clone = SmallRepository(tmp_path / "clone")
    repository.git("branch", "stable")
    repository.git("clone", "--quiet", str(repository.folder), str(clone.folder))
    clone.git("branch", "mine")
    ahead = clone.commit({"new.txt": "new\n"})
    checkout = look(clone.folder)
    assert (checkout.default, checkout.branch, checkout.named) == ("main", "main", False)

    start = starting.Start("schedule", WORKFLOW)
    with GitHub(tmp_path / "github") as github:
        world = World(github, tmp_path / "world", tmp_path, name=checkout.name)
        laying.lay(checkout, start, world)
        branches = world.repository.git.branches()
    assert branches == {"main": ahead, "stable": repository.git("rev-parse", "stable")}


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://github.com/acme/app.git", "acme/app"),
        ("https://token@github.example.org/acme/app/", "acme/app"),
        ("git@github.com:acme/app.git", "acme/app"),
        ("ssh://git@github.com/acme/app", "acme/app"),
        ("/srv/git/app", "acme/app-of-ada"),
        ("file:///srv/app.git", "acme/app-of-ada"),
    ],
)
def test_the_repository_is_named_by_its_origin(tmp_path: Path, address: str, name: str) -> None:
    repository = SmallRepository.make(tmp_path / "app of ada", {"README": ""})
    repository.git("remote", "set-url", "origin", address)
    checkout = look(repository.folder)
    assert (checkout.name, checkout.named) == (name, not name.endswith("ada"))


def test_a_detached_head_is_the_default_branch(repository: SmallRepository) -> None:
    repository.git("checkout", "--quiet", "--detach")
    checkout = look(repository.folder)
    assert (checkout.branch, checkout.head) == ("", "main")


# Templates of ours in a repository of somebody's


def test_a_template_is_committed_on_top_of_head_in_a_copy(
    repository: SmallRepository, scratch: Scratch
) -> None:
    looked = look_at(Asked(template="gated-release", repository=repository.folder), scratch)
    head = repository.git("rev-parse", "HEAD")
    assert looked.path == ".github/workflows/gated-release.yml"
    assert looked.checkout.git("rev-parse", "HEAD^") == head
    assert (looked.checkout.name, looked.start.tag) == ("acme/app", "v1.4.0")
    assert repository.git("rev-parse", "HEAD") == head


def test_an_unknown_template_is_told_with_those_there_are(
    repository: SmallRepository, scratch: Scratch
) -> None:
    with pytest.raises(UnplayableError, match=r"there is none\. Known: crates, "):
        look_at(Asked(template="nope", repository=repository.folder), scratch)


# Environments


@pytest.mark.parametrize(
    ("settings", "ref", "told"),
    [
        pytest.param("", "refs/tags/v1", "not declared in", id="unknown"),
        pytest.param("wait-timer = 3", "refs/tags/v1", "a wait of 3 minutes", id="wait"),
        pytest.param("admin-bypass = true", "refs/tags/v1", "asks nobody", id="nobody"),
        pytest.param(
            'deployment-policies = ["tag:v*"]', "refs/tags/v1", "this ref may", id="allowed"
        ),
        pytest.param(
            'deployment-policies = ["tag:v*"]',
            "refs/tags/x/v1",
            "GitHub would refuse it: only tag v* may deploy to it, and tag x/v1 does not match",
            id="refused",
        ),
        pytest.param(
            'deployment-policies = """\ntag:v*\n"""', "refs/heads/v1", "refuse it", id="branch"
        ),
        pytest.param(
            'deployment = "protected"', "refs/tags/v1", "only protected branches", id="protected"
        ),
    ],
)
def test_an_environment_says_what_it_would_ask(
    tmp_path: Path, github: GitHub, settings: str, ref: str, told: str
) -> None:
    table = f"[audit-release-settings.environment.pypi]\n{settings}\n" if settings else ""
    clone = SmallRepository.make(
        tmp_path / "app",
        {
            approvals.CONFIG: table,
            WORKFLOW: "on: push\njobs: { a: { environment: pypi, runs-on: x, steps: [] } }\n",
        },
    )
    approvals.declare(look(clone.folder), github.repository("acme/app"))
    (waits,) = approvals.asked(_cast(clone.folder / WORKFLOW), github.repository("acme/app"), ref)
    assert told in waits.told


def test_a_config_file_that_is_no_toml_is_told(tmp_path: Path, github: GitHub) -> None:
    clone = SmallRepository.make(tmp_path / "app", {approvals.CONFIG: "= 1"})
    with pytest.raises(UnplayableError, match="this is no TOML"):
        approvals.declare(look(clone.folder), github.repository("acme/app"))


# What it came to


def _state(**changes: Any) -> dict[str, Any]:
    kinds = ("releases", "pypi", "crates", "attested", "pulls", "disagreements")
    return {"refs": {}, **{kind: [] for kind in kinds}, **changes}


def _release(*, draft: bool) -> dict[str, Any]:
    return {"tag": "v1", "draft": draft, "prerelease": True, "assets": {"a": "1", "b": "2"}}


OUTCOMES = {
    "public": (
        _state(
            releases=[_release(draft=False)],
            pypi=[{"name": "a.whl"}],
            crates=[{"name": "a", "version": "1"}],
            refs={"refs/tags/v2": {}},
        ),
        ["the prerelease v1 with 2 files", "PyPI: a.whl", "crates.io: a 1", "the tag v2"],
        [],
    ),
    "prepared": (
        _state(
            releases=[_release(draft=True)],
            refs={"refs/heads/next": {}},
            pulls=[{"head": "next", "base": "main", "title": "Begin"}],
        ),
        ["a draft of the release v1", "the branch next", "a pull request of next into main"],
        [],
    ),
    "nothing": (_state(), [], ["nothing was released"]),
    "other bytes": (
        _state(disagreements=["a.whl: attested 1, served 2"], pypi=[{"name": "a.whl"}]),
        ["PyPI: a.whl"],
        ["not the same bytes: a.whl: attested 1, served 2"],
    ),
}


@pytest.mark.parametrize(("after", "there", "wrong"), OUTCOMES.values(), ids=OUTCOMES)
def test_what_came_of_it_is_told(after: dict[str, Any], there: list[str], wrong: list[str]) -> None:
    ended = outcome.of([], [], [], [], _state(), after)
    told = [*ended.public, *ended.other]
    assert len(told) == len(there)
    assert all(any(one in line for line in told) for one in there), told
    assert [line.partition(",")[0] for line in ended.wrong] == [w.partition(",")[0] for w in wrong]
    assert not ended.ok  # No run was played.


def test_an_environment_that_refuses_and_a_run_not_played_are_no_release() -> None:
    refused = approvals.Approval("publish", "pypi", (), True, "only tags may deploy")
    after = _state(pypi=[{"name": "a.whl"}])
    ended = outcome.of([], ["x.yml: no stand-in"], [refused], [], _state(), after)
    assert ended.wrong == ("publish: only tags may deploy", "x.yml: no stand-in")
    assert (ended.ok, ended.word) == (False, "not released")


def _cast(file: Path) -> Cast:
    from rehearsal.casting import cast

    return cast(
        read_workflow(file), checkout=file.parent, folder_of=lambda name: None, as_linux=["x"]
    )


# Permissions and needs


def _called(job: str, route: str, service: str = "github", status: int = 200) -> Called:
    return Called(
        number=1,
        service=service,  # type: ignore[arg-type]
        method="GET",
        path="/",
        route=route,
        mutating=False,
        status=status,
        at=0.0,
        job=job,
    )


def test_permissions_that_no_call_needed_are_told(tmp_path: Path) -> None:
    file = tmp_path / "w.yml"
    file.write_text(
        "on: push\njobs:\n"
        "  a: { runs-on: x, permissions: { contents: write, id-token: write, actions: read } }\n"
        "  b: { runs-on: x, permissions: write-all }\n"
        "  c: { runs-on: x }\n"
    )
    calls = [
        _called("a", "git-fetch"),
        _called("a", "create-release", status=403),
        _called("a", "id-token", "sigstore"),
        _called("a", "upload", "pypi"),
        _called("c", "unknown"),
    ]
    a, c = permits.permits(_cast(file), calls, ["a", "c"])
    assert (a.job, a.idle) == ("a", ("actions: read", "contents: write, and read was used"))
    assert (c.declared, c.used, c.idle) == (None, {}, ())


def test_needs_that_github_would_leave_empty_are_told(tmp_path: Path) -> None:
    file = tmp_path / "w.yml"
    file.write_text(
        "on: push\njobs:\n"
        "  a: { runs-on: x, outputs: { v: 1 }, steps: [] }\n"
        "  b: { uses: ./x.yml }\n"
        "  c:\n"
        "    needs: [a, b]\n"
        "    if: needs.a.outputs.v == '1' && needs.z.result == 'success'\n"
        "    runs-on: x\n"
        "    steps:\n"
        "      - run: echo ${{ needs.a.outputs.w }} ${{ needs.b.outputs.any }} needs.q.outputs.x\n"
        "  d: { runs-on: x, steps: [{ run: 'echo ${{ needs.a.outputs.v }}' }] }\n"
    )
    cast = Cast({}, (), _parts(file), {})
    assert permits.misread(cast) == (
        "w.yml:7: job `c` reads `needs.z`, and there is no such job",
        "w.yml:10: job `c` reads `needs.a`.outputs.w, and `a` has no such output",
        "w.yml:11: job `d` reads `needs.a`, and does not say so in its `needs:`:"
        " it is empty at GitHub",
    )


def _parts(file: Path) -> Any:
    from rehearsal.casting import Part

    return tuple(Part((job.id,), job, None, file, "") for job in read_workflow(file).jobs)


# What it needs of the world


def test_services_are_opened_by_what_the_steps_use(tmp_path: Path) -> None:
    def of(step: str, permissions: str = "{}") -> tuple[str, ...]:
        file = tmp_path / "w.yml"
        file.write_text(
            f"on: push\njobs: {{ a: {{ runs-on: x, permissions: {permissions}, steps: [] }} }}\n"
        )
        whole = tmp_path / "s.yml"
        whole.write_text(_step(step))
        (job,) = read_workflow(whole).jobs
        return needed.services(Cast({}, (), _parts(file)[:0], {}, job.steps))

    # What `make` uploads nobody can read: it must find these, and not the real ones.
    assert of("run: make") == ("pypi", "crates")
    assert of("uses: actions/attest-build-provenance@v2") == ("pypi", "crates", "sigstore")


ASKED = """
import sys
sys.path.insert(0, sys.argv[1])
from release_actions.clients.crates import CRATES_IO
from release_actions.clients.pypi import PYPI
print(PYPI, CRATES_IO)
"""


def test_the_public_registries_are_those_of_the_world(tmp_path: Path) -> None:
    """A workflow that names no registry means the public one, which no rehearsal may reach."""
    made = library.make(tmp_path / "made")

    def told(folder: Path) -> list[str]:
        command = [sys.executable, "-I", "-c", ASKED, str(folder / "src")]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()

    assert told(made) == [str(PYPI), str(CRATES_IO)]
    with services.opened(("pypi", "crates"), tmp_path) as beside:
        assert beside.pypi is not None
        assert beside.crates is not None
        here = library.settled(made, tmp_path / "here", beside)
        index = beside.crates.index_url.removeprefix("sparse+")
        assert told(here) == [beside.pypi.simple_url, index]
    nowhere = library.settled(made, tmp_path / "nowhere", Services())
    assert all(address.startswith("http://127.0.0.1:9/") for address in told(nowhere))
    assert (here / "actions/run").is_file()


def test_secrets_and_variables_that_nobody_gave_are_told_where_they_are_read(
    tmp_path: Path,
) -> None:
    file = tmp_path / "w.yml"
    file.write_text(
        "on: push\n# ${{ secrets.COMMENT }}\nenv: { A: '${{ secrets.A }}', V: '${{ vars.V }}' }\n"
        "jobs: { a: { runs-on: x, steps: [{ run: 'x ${{ secrets.A }} ${{ secrets.github_token }}'"
        " }, { run: '${{ secrets.GIVEN }}' }] } }\n"
    )
    found = needed.absent(Cast({}, (), _parts(file), {}), ["GIVEN"], [])
    assert [one.told for one in found] == [
        "w.yml:3: `secrets.A` is empty in this rehearsal; give it: --secret A"
        " (any value will do here)",
        "w.yml:3: `vars.V` is empty in this rehearsal; give it: --variable V=VALUE",
    ]


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("npm publish", "npm publish"),
        ("npm publish --dry-run", ""),
        ("# npm publish\necho npm publish", ""),
        ("npm ci && npm run build", ""),
        ("if x; then docker push y; fi", "docker push"),
        ("twine upload dist/*", ""),
        ("python -m twine upload --repository-url=x dist/*", "twine upload --repo"),
        ("uv publish --publish-url https://x", "uv publish --publish-url"),
        ("cargo publish -p x", ""),
        ('cargo publish "unclosed', ""),
        ("docker push ${{ inputs.image }}", "docker push"),
    ],
)
def test_what_would_upload_to_the_real_world_is_known(script: str, told: str) -> None:
    found = abroad.upload(script)
    assert found.startswith(told) if told else found == ""


# Jobs left out


def test_a_job_left_out_is_switched_off_and_the_rest_stays(tmp_path: Path) -> None:
    file = tmp_path / "w.yml"
    file.write_text(
        "on: push\njobs:\n"
        "  flow: { runs-on: x, steps: [] }\n"
        "  block:\n    runs-on: x\n    steps: []\n"
        "  long:\n    if: >-\n      a &&\n      b\n    runs-on: x\n"
        "  short:\n    if: always() # keep\n    runs-on: x\n"
        "  kept: { runs-on: x }\n"
    )
    leaving_out.jobs(file, ["flow", "block", "long", "short"])
    jobs = _document(file.read_text())["jobs"]
    assert {name: job.get("if") for name, job in jobs.items()} == {
        **dict.fromkeys(["flow", "block", "long", "short"], False),
        "kept": None,
    }
    assert all(job["runs-on"] == "x" for job in jobs.values())
    with pytest.raises(UnplayableError, match=r"--without absent: w\.yml has no job"):
        leaving_out.jobs(file, ["absent"])


# The command line


def test_a_secret_is_read_from_the_environment_or_made_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GIVEN", "a long secret")
    monkeypatch.delenv("MADE", raising=False)
    asked = asking.read(["--workflow", "w.yml", "--secret", "GIVEN", "--secret", "MADE"])
    assert asked.secrets["GIVEN"] == "a long secret"
    assert asked.secrets["MADE"].startswith("rehearsed-")
    assert "a long secret" not in repr(asked)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--workflow", "w", "--template", "t"], "--workflow and --template exclude each other"),
        (["red", "--workflow", "w"], "--workflow and STORY exclude each other"),
        (["--tag", "v1"], "--tag is said of a workflow of your own: name it"),
        (["--as-linux", "x"], "--as-linux is said of a workflow"),
        (["--without", "x"], "--without is said of a workflow"),
        (["--workflow", "w", "--secret", "A=b"], "takes the NAME of an environment variable"),
        (["--workflow", "w", "--secret", "SHORT"], "shorter than 6 characters"),
        (["--workflow", "w", "--player", "x"], "expected OWNER/NAME=FOLDER"),
        (["--workflow", "w", "--player", "x/y=/nowhere"], "there is no folder /nowhere"),
        (["--workflow", "w", "--variable", "x"], "expected NAME=VALUE"),
        (["--part", "2/3"], "--part is said of --stop-everywhere"),
        (["--stop-everywhere", "--part", "4/3"], "expected I/N"),
        (["--stop-at", "1", "--stop-everywhere"], "exclude each other"),
        (["--stop-at", "0"], "no whole number above 0"),
        (["--fault", "x", "--workflow", "w"], "name no workflow"),
        (["--template", "pypi", "--tag", "v1"], "--tag is said of a workflow of your own: give"),
        (["--fault", "x", "--stop-at", "1"], "--fault and a stop exclude each other"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_command_line_that_makes_no_sense_is_exit_2(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    told: str,
) -> None:
    monkeypatch.setenv("SHORT", "abc")
    with pytest.raises(SystemExit) as ended:
        command.main(arguments)
    assert ended.value.code == 2
    assert told in capsys.readouterr().err
