"""The whole system in one undisturbed run: two crates, two Python packages, one draft."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

import pytest

from rehearsal import rust_python
from rehearsal.consumer import BACKEND, Consumer
from rehearsal.ledger import Called, calls
from rehearsal.rehearse import EndedStory, perform, prepared
from rehearsal.show import Silent
from rehearsal.stories import World
from tests.rehearsal.signing import run

ROOT = Path(__file__).resolve().parents[2]
SIX = {
    "acme-core-1.2.0.crate",
    "acme-cli-1.2.0.crate",
    "acme-1.2.0-py3-none-any.whl",
    "acme-1.2.0.tar.gz",
    "acme_tools-1.2.0-py3-none-any.whl",
    "acme_tools-1.2.0.tar.gz",
}


@dataclass(frozen=True)
class Seen:
    """What is kept of a world that is gone when its journey ends."""

    rows: Sequence[tuple[str, ...]]
    calls: Sequence[Called]
    sums: str
    refused: dict[str, str]
    """What real gh said against each served file; `tampered` is one of them with a byte more."""


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> tuple[EndedStory, Seen]:
    folder, seen = tmp_path_factory.mktemp("served"), list[Seen]()

    def shown(world: World) -> list[tuple[str, ...]]:
        (release,) = world.repository.releases
        (sums,) = (asset for asset in release.assets if asset.name == "SHA256SUMS")
        text = world.github.store.get(sums.digest).decode()
        assert rust_python.JOURNEY.shown is not None
        rows = rust_python.JOURNEY.shown(world)
        seen.append(Seen(rows, calls(world), text, _refused(world, folder)))
        return [("file", "sha256")]

    first = rust_python.JOURNEY.stories[:1]
    journey = replace(rust_python.JOURNEY, stories=first, shown=shown, end=())
    with prepared(Silent()) as setup:
        (ended,) = perform(journey, setup, Silent())
    assert ended.ok, (ended.ending, ended.rules, ended.played.trouble)
    return ended, seen[0]


def _refused(world: World, folder: Path) -> dict[str, str]:
    """Verify what the registries serve as anybody does who has loaded it."""
    token = world.github.token(permissions={"attestations": "read"}, repository="acme/app")
    run("gh", "config", "set", "http_unix_socket", world.github.socket_path, home=folder)
    versions = [v for c in world.crates.crates.values() for v in c.versions if v.number == "1.2.0"]
    files = {version.file.name: version.file for version in versions}
    files |= {dist.filename: dist.file for p in world.pypi.projects.values() for dist in p.dists}
    for name, file in files.items():
        shutil.copyfile(file, folder / name)
    tampered = files["acme-core-1.2.0.crate"].read_bytes() + b"!"
    (folder / "tampered").write_bytes(tampered)
    root = ("--repo", "acme/app", "--custom-trusted-root", world.sigstore.trusted_root)
    signer = ("--signer-workflow", f"acme/app/{rust_python.PATH}")
    said = {}
    for name in (*files, "tampered"):
        done = run("gh", "attestation", "verify", name, *root, *signer, home=folder, GH_TOKEN=token)
        said[name] = "" if done.returncode == 0 else done.stderr or "refused"
    return said


def test_all_that_was_built_is_attested_served_and_released(
    released: tuple[EndedStory, Seen],
) -> None:
    """O17, O18, O25, O27: one digest each, by sigstore's client, both registries and GitHub."""
    _, seen = released
    assert {name: told for name, _, told in seen.rows[1:]} == dict.fromkeys(
        SIX, "served, attested, released"
    )
    assert {line.partition("  ")[2] for line in seen.sums.splitlines()} == SIX


def test_real_gh_verifies_each_served_file_by_the_workflow_that_made_it(
    released: tuple[EndedStory, Seen],
) -> None:
    _, seen = released
    assert {name for name, said in seen.refused.items() if not said} == SIX
    assert "HTTP 404" in seen.refused["tampered"]


def test_what_cannot_be_taken_back_comes_in_order_and_the_release_last(
    released: tuple[EndedStory, Seen],
) -> None:
    """O20, O26, O27: the draft, the crates, a package after the one it needs, then the un-draft."""
    _, seen = released
    jobs = [call.job for call in seen.calls if call.mutating and call.job and not call.refused]
    order = [job for job, _ in groupby(jobs) if job != "attest"]
    assert order == ["draft", "publish-crates", "publish-acme", "publish-tools", "release"]


@pytest.mark.parametrize(
    ("sample", "templates"), [("rust-python", [rust_python.TEMPLATE]), ("train", [])]
)
def test_a_sample_keeps_every_rule_of_the_linter_and_one_version(
    sample: str, templates: Sequence[str], tmp_path: Path
) -> None:
    """O29, O32, and O6: as its own CI would say."""
    shutil.copytree(ROOT / "src/rehearsal/samples" / sample, tmp_path, dirs_exist_ok=True)
    for template in templates:
        shutil.copy(ROOT / "workflows-templates" / template, tmp_path / ".github/workflows")
    for workflow in (tmp_path / ".github/workflows").iterdir():
        workflow.write_text(workflow.read_text().replace("@<sha>", f"@{'0' * 40}"))
    for words in (
        ("init", "-q", "-b", "main"),
        ("add", "-A"),
        ("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "all"),
    ):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    for action in (["lint-release-workflow"], ["bump-lockstep-version", "--operation", "check"]):
        program = [sys.executable, "-m", "release_actions", *action, "--repository", "acme/app"]
        done = subprocess.run(
            program, cwd=tmp_path, env={"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        assert "[WARN]" not in done.stdout


def test_both_packages_have_the_one_backend(tmp_path: Path) -> None:
    Consumer(tmp_path, "nowhere").copy("rust-python", "0" * 40)
    packages = [path.parent for path in (tmp_path / "python").glob("*/pyproject.toml")]
    assert len(packages) == 2
    for package in packages:
        assert (package / "backend/acme_backend.py").read_bytes() == BACKEND.read_bytes()
