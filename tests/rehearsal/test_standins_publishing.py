"""Attesting and publishing by the stand-ins of the real actions, under act and by themselves."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from pypi_attestations import Provenance
from sigstore.models import TrustedRoot
from sigstore.verify import Verifier, policy

from rehearsal import services
from rehearsal.faults import Fault
from rehearsal.github import GitHub, Repository, Run
from rehearsal.played import Played, PlayedStep
from rehearsal.registries import Publisher
from rehearsal.rehearse import perform
from rehearsal.run import Setup, play_run
from rehearsal.scratch import Scratch
from rehearsal.services import Services
from rehearsal.sigstore import pep740
from rehearsal.standins import HERE
from rehearsal.standins.runner import RefusedError
from rehearsal.standins.subjects import Subject, subjects
from rehearsal.standins.toolchains import suits
from rehearsal.stories import Journey, Story, World
from tests.registries.dists import sdist, wheel, workspace
from tests.rehearsal.signing import JOB, PROVENANCE, RUN

RELEASE = ".github/workflows/release.yml"
ALL: tuple[services.Name, ...] = ("pypi", "crates", "sigstore")


@pytest.fixture
def world() -> Iterator[tuple[World, Setup]]:
    with (
        Scratch() as scratch,
        GitHub(scratch.folder("github")) as github,
        services.opened(ALL, scratch.path) as beside,
    ):
        yield (
            World(github, scratch.folder("world"), scratch.folder("library"), beside),
            Setup(scratch, scratch.folder("library"), scratch.folder("cache")),
        )
        assert not github.crashes + beside.crashes


def _play(world: tuple[World, Setup], workflow: str) -> Played:
    made, setup = world
    made.consumer.write({RELEASE: workflow})
    made.consumer.commit("Go")
    return play_run(made.repository.runs[-1], made, setup)


def _error(step: PlayedStep) -> str:
    assert step.outcome == "failure", step
    return next(one.message for one in step.annotations if one.level == "error")


WORKFLOW = """
on: push
env: { RELEASE: acme/app/.github/workflows/release.yml }
jobs:
  attest:
    runs-on: ubuntu-latest
    permissions: { contents: read, id-token: write, attestations: write }
    steps:
      - uses: actions/checkout@v4
      - { id: attest, uses: actions/attest-build-provenance@v3, with: { subject-path: "dist/*" } }
      - id: verify
        env:
          GH_TOKEN: "${{ github.token }}"
          BUNDLE: "${{ steps.attest.outputs.bundle-path }}"
        run: |
          for file in dist/*; do
            gh attestation verify $file -R acme/app --custom-trusted-root $REHEARSAL_TRUSTED_ROOT
            gh attestation verify $file -R acme/app --custom-trusted-root $REHEARSAL_TRUSTED_ROOT \
              --bundle $BUNDLE --signer-workflow acme/app/.github/workflows/release.yml
            ! gh attestation verify $file -R acme/app --bundle $BUNDLE \
              --custom-trusted-root $REHEARSAL_TRUSTED_ROOT \
              --signer-workflow acme/app/.github/workflows/other.yml
          done
          sigstore --trust-config $REHEARSAL_SIGSTORE verify github --bundle $BUNDLE \
            --repository acme/app --sha $GITHUB_SHA dist/*.whl
      - id: tampered
        continue-on-error: true
        env: { GH_TOKEN: "${{ github.token }}" }
        run: |
          cp dist/*.whl tampered.whl && echo x >> tampered.whl
          gh attestation verify tampered.whl -R acme/app \
            --custom-trusted-root $REHEARSAL_TRUSTED_ROOT
      - id: signed
        uses: sigstore/gh-action-sigstore-python@v3
        with:
          inputs: ./dist/*.whl
          verify: true
          verify-cert-identity: https://github.com/${{ env.RELEASE }}@${{ github.ref }}
          verify-oidc-issuer: https://token.actions.githubusercontent.com
      - id: another
        continue-on-error: true
        uses: sigstore/gh-action-sigstore-python@v3
        with:
          inputs: ./dist/*.whl
          verify: true
          verify-cert-identity: https://github.com/acme/app/.github/workflows/other.yml@refs/heads/main
          verify-oidc-issuer: https://token.actions.githubusercontent.com
          upload-signing-artifacts: false
      - { id: beside, run: "ls dist; rm dist/*.sigstore.json" }
      - id: own
        uses: actions/attest@v3
        with:
          subject-digest: sha256:abababababababababababababababababababababababababababababababab
          subject-name: image
          predicate-type: https://example.org/tested
          predicate-path: tested.json
  publish:
    needs: attest
    runs-on: ubuntu-latest
    environment: pypi
    permissions: { contents: read, id-token: write }
    steps:
      - uses: actions/checkout@v4
      - { id: publish, uses: pypa/gh-action-pypi-publish@release/v1, with: { print-hash: true } }
      - id: again
        continue-on-error: true
        uses: pypa/gh-action-pypi-publish@release/v1
  crates:
    needs: attest
    runs-on: ubuntu-latest
    permissions: { contents: read, id-token: write }
    steps:
      - uses: actions/checkout@v4
      - { id: rust, uses: actions-rust-lang/setup-rust-toolchain@v1 }
      - { id: other, uses: dtolnay/rust-toolchain@master, with: { toolchain: "1.2.3" } }
      - { id: auth, uses: rust-lang/crates-io-auth-action@v1 }
      - id: upload
        run: cargo publish --locked --no-verify --manifest-path w/crates/zz-a/Cargo.toml
        env: { CARGO_REGISTRY_TOKEN: "${{ steps.auth.outputs.token }}" }
  without:
    runs-on: ubuntu-latest
    permissions: { contents: read }
    steps:
      - uses: actions/checkout@v4
      - id: attest
        continue-on-error: true
        uses: actions/attest-build-provenance@v3
        with: { subject-path: dist }
      - { id: publish, continue-on-error: true, uses: pypa/gh-action-pypi-publish@release/v1 }
      - { id: auth, continue-on-error: true, uses: rust-lang/crates-io-auth-action@v1 }
"""


def test_a_workflow_attests_verifies_and_publishes(world: tuple[World, Setup]) -> None:
    """Four jobs: three may say who they are, and the last may not."""
    made, _ = world
    built = [wheel(made.consumer.folder / "dist"), sdist(made.consumer.folder / "dist")]
    _trust(made.services)
    made.crates.add({"name": "zz-a", "vers": "0.0.1"}, b"")
    workspace(made.consumer.folder / "w", {"zz-a": ()})
    subprocess.run(["rm", "-rf", made.consumer.folder / "w/.git"], check=True)
    made.consumer.write({"tested.json": '{"well": true}'})
    played = _play(world, WORKFLOW)
    assert played.ok, played.lines

    job = played.job("attest")
    outputs = job.step("attest").outputs
    (kept, own) = made.repository.attestations
    assert outputs["attestation-id"] == str(kept.id)
    assert outputs["attestation-url"] == f"https://github.com/acme/app/attestations/{kept.id}"
    assert set(kept.digests) == {f"sha256:{_sha256(file)}" for file in built}
    assert (kept.predicate_type, own.predicate_type) == (PROVENANCE, "https://example.org/tested")
    assert "HTTP 404" in "\n".join(job.step("tampered").lines)
    assert job.step("tampered").outcome == "failure"
    bundles = [name for name in job.step("beside").lines if name.endswith(".sigstore.json")]
    wheels = [file.name for file in built if file.suffix == ".whl"]
    assert bundles == [f"{name}.sigstore.json" for name in wheels]
    assert _error(job.step("another")) == "sigstore verify failed: see above"
    _require_provenance(kept.bundle, made)

    publish = played.job("publish")
    assert made.pypi.files("acme-app", "1.2.0") == {f.name: _sha256(f) for f in built}
    assert any(_sha256(built[0]) in line for line in publish.step("publish").lines)
    # PAINS 33: the attestations that the first upload left stand in the way of the next.
    assert "already exists" in _error(publish.step("again"))
    _require_attested(made, built)

    crates = played.job("crates")
    assert made.crates.find("zz-a", "0.1.0") is not None
    assert "`1.2.3` is asked for, and this rehearsal uses what is here: cargo" in "".join(
        one.message for one in crates.step("other").annotations
    )
    assert crates.step("rust").outputs["cargo-version"].startswith("cargo 1.")
    assert crates.step("auth").outputs["token"] == "***"

    for step in ("attest", "publish", "auth"):
        told = _error(played.job("without").step(step))
        assert "Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable" in told


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _trust(beside: Services) -> None:
    assert beside.pypi
    assert beside.crates
    assert beside.sigstore
    ours = Publisher("acme/app", "release.yml", ("acme-app",), environment="pypi")
    beside.pypi.trust(beside.sigstore.identify, ours, judge=pep740.judge(beside.sigstore))
    crate = Publisher("acme/app", "release.yml", ("zz-a",))
    beside.crates.trust(beside.sigstore.identify, crate)


def _require_provenance(bundle: Mapping[str, Any], world: World) -> None:
    """What SLSA's own page of GitHub's build type says must be there."""
    import base64

    statement = json.loads(base64.b64decode(bundle["dsseEnvelope"]["payload"]))
    run, build = world.repository.runs[-1], statement["predicate"]["buildDefinition"]
    assert build["externalParameters"]["workflow"] == {
        "ref": "refs/heads/main",
        "repository": "https://github.com/acme/app",
        "path": RELEASE,
    }
    assert build["resolvedDependencies"] == [
        {
            "uri": "git+https://github.com/acme/app@refs/heads/main",
            "digest": {"gitCommit": run.commit},
        }
    ]
    details = statement["predicate"]["runDetails"]
    signer = f"https://github.com/acme/app/{RELEASE}@refs/heads/main"
    assert details["builder"] == {"id": signer}
    url = f"https://github.com/acme/app/actions/runs/{run.id}/attempts/1"
    assert details["metadata"] == {"invocationId": url}


def _require_attested(world: World, built: list[Path]) -> None:
    """PEP 740: what the index serves is signed for each file, by this workflow."""
    trusted = TrustedRoot.from_file(str(world.sigstore.trusted_root))
    ours = policy.OIDCBuildConfigURI(f"https://github.com/acme/app/{RELEASE}@refs/heads/main")
    found = {dist.filename: dist for dist in world.pypi.projects["acme-app"].dists}
    for file in built:
        provenance = Provenance.model_validate(found[file.name].provenance)
        (told,) = provenance.attestation_bundles
        assert told.publisher.model_dump(exclude_none=True) == {
            "kind": "GitHub", "repository": "acme/app", "workflow": "release.yml",
            "environment": "pypi",
        }  # fmt: skip
        (attestation,) = told.attestations
        bundle = attestation.to_bundle()
        _, payload = Verifier(trusted_root=trusted).verify_dsse(bundle, ours)
        assert json.loads(payload)["subject"] == [
            {"name": file.name, "digest": {"sha256": _sha256(file)}}
        ]


CALLER = """
on: push
permissions: { id-token: write }
jobs:
  call:
    permissions: { id-token: write }
    uses: ./.github/workflows/called.yml
"""
CALLED = """
on: workflow_call
jobs:
  inner:
    runs-on: ubuntu-latest
    permissions: { id-token: write }
    steps:
      - { id: auth, uses: rust-lang/crates-io-auth-action@v1 }
      - { uses: pypa/gh-action-pypi-publish@release/v1, id: publish, continue-on-error: true }
"""


def test_pypi_takes_a_reusable_workflow_for_itself_and_not_for_its_caller(
    world: tuple[World, Setup],
) -> None:
    """PAINS 22: job_workflow_ref is that of the called file; crates.io looks at the caller's."""
    made, _ = world
    _trust(made.services)
    made.consumer.write({".github/workflows/called.yml": CALLED})
    played = _play(world, CALLER)
    assert played.ok, played.lines
    job = played.job("call/inner")
    assert job.step("auth").outcome == "success"
    assert "no corresponding publisher" in _error(job.step("publish"))


SIGNS = """
on: push
jobs:
  publish:
    runs-on: ubuntu-latest
    permissions: { id-token: write }
    steps:
      - { uses: rust-lang/crates-io-auth-action@v1 }
      - run: test -z "$REHEARSAL_PYPI"
"""


class Quiet:
    """Somebody who is told how it goes, and does not mind."""

    def preparing(self, what: str) -> None: ...
    def begins(self, story: Story) -> None: ...
    def told(self, told: object) -> None: ...
    def ended(self, ended: object) -> None: ...
    def shown(self, rows: object) -> None: ...


def test_a_journey_has_the_services_that_it_asks_for() -> None:
    def begin(world: World) -> None:
        world.crates.trust(world.sigstore.identify, Publisher("acme/app", "release.yml", ("zz-a",)))
        world.consumer.write({RELEASE: SIGNS})

    def act(world: World) -> Run:
        world.consumer.commit("Go")
        return world.repository.runs[-1]

    story = Story("signs", "A job gets a token of crates.io.", act, "released")
    journey = Journey("signs", begin, (story,), services=("crates", "sigstore"))
    with Scratch() as scratch:
        setup = Setup(scratch, scratch.folder("library"), scratch.folder("cache"))
        (ended,) = perform(journey, setup, Quiet())
        assert ended.ok, ended.played.lines


# A stand-in by itself


@dataclass
class Alone:
    """One job in an empty folder, with every service beside it."""

    folder: Path
    repository: Repository
    services: Services
    environment: dict[str, str]

    def play(self, name: str, **inputs: str) -> subprocess.CompletedProcess[str]:
        """Play a stand-in with the inputs that are given, and the others by default."""
        import yaml

        action = yaml.safe_load((HERE / name / "action.yml").read_text())
        told = {key: str(one["default"]) for key, one in action["inputs"].items()}
        told |= {key.replace("_", "-"): value for key, value in inputs.items()}
        told["github-token"] = self.environment["TOKEN"]
        return subprocess.run(
            [sys.executable, "-I", HERE / "start.py", name],
            env=self.environment | {"INPUTS": json.dumps(told)},
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )

    def refuses(self, name: str, **inputs: str) -> str:
        """What it says against it."""
        done = self.play(name, **inputs)
        assert done.returncode == 1, done.stdout + done.stderr
        return done.stdout

    def output(self, name: str) -> str:
        """An output of the last step."""
        text = (self.folder.parent / "GITHUB_OUTPUT").read_text()
        mark = text.rpartition(f"{name}<<")[2].splitlines()
        return mark[1]


@contextmanager
def _alone(folder: Path) -> Iterator[Alone]:
    with GitHub(folder / "github") as github, services.opened(ALL, folder) as beside:
        assert beside.sigstore
        repository = github.repository("acme/app")
        repository.commit({"a": "b"})
        _trust(beside)
        job = replace(JOB, environment="pypi")
        run = replace(RUN, jobs={"sign": job}, otherwise=None)
        files = ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV")
        work = folder / "work"
        work.mkdir()
        permissions = {"attestations": "write"}
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "NO_PROXY": "127.0.0.1",
            "GITHUB_JOB": "sign",
            "GITHUB_RUN_ID": "77",
            "GITHUB_API_URL": github.api_url,
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": "acme/app",
            "GITHUB_WORKSPACE": str(work),
            "RUNNER_TEMP": str(folder),
            "TOKEN": github.token(permissions=permissions, repository="acme/app"),
            **{name: str(folder / name) for name in files},
            **beside.environment(),
            **beside.sigstore.begin(run),
        }
        yield Alone(work, repository, beside, environment)
        assert not github.crashes + beside.crashes


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Alone]:
    with _alone(tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    "faults",
    [
        [Fault(kind="status", route="certificate", call=(1, 2), status=503)],
        [Fault(kind="status", route="log-entry", call=1, status=500)],
        [Fault(kind="status", route="log-entry", call=1, status=409)],
        [Fault(kind="reset", route="log-entry", call=1, when="after")],
    ],
    ids=["fulcio twice", "rekor once", "rekor has it already", "rekor takes it and is gone"],
)
def test_attest_survives_a_short_outage(alone: Alone, faults: list[Fault]) -> None:
    """PAINS 41, 42."""
    assert alone.services.sigstore
    alone.services.sigstore.faults.add(*faults)
    (alone.folder / "wheel").write_bytes(b"x")
    done = alone.play("attest_build_provenance", subject_path="wheel")
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(alone.repository.attestations) == 1
    assert {firing.fault for firing in alone.services.sigstore.faults.fired} == set(faults)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(kind="status", route="certificate", status=503), "creating signing certificate"),
        (Fault(kind="status", route="log-entry", status=503), "creating tlog entry"),
        (Fault(kind="status", route="id-token", status=503), "Failed to get ID Token"),
        (Fault(kind="nonsense", route="id-token", body="text"), "the answer is no JSON"),
        (Fault(kind="nonsense", route="id-token", body="object"), "do not have ID Token"),
    ],
    ids=lambda value: f"{value.route} {value.kind}" if isinstance(value, Fault) else "",
)
def test_attest_fails_in_a_long_outage_and_keeps_nothing(
    alone: Alone, fault: Fault, said: str
) -> None:
    """PAINS 41: Rekor down, Fulcio down, no identity."""
    assert alone.services.sigstore
    alone.services.sigstore.faults.add(fault)
    (alone.folder / "wheel").write_bytes(b"x")
    assert said in alone.refuses("attest", subject_path="wheel")
    assert alone.repository.attestations == []
    assert alone.services.sigstore.faults.fired


@pytest.mark.parametrize("calls", [(1, 5), (1, 6)], ids=["five times", "six times"])
def test_attest_asks_again_where_github_fails(alone: Alone, calls: tuple[int, int]) -> None:
    faults = alone.repository.github.faults
    faults.add(Fault(kind="status", route="create-attestation", call=calls, status=502))
    (alone.folder / "wheel").write_bytes(b"x")
    done = alone.play("attest", subject_path="wheel")
    assert (done.returncode, len(alone.repository.attestations)) in ((0, 1), (1, 0))
    assert (done.returncode == 0) is (calls[1] < 6), done.stdout
    assert len(faults.fired) == calls[1]


def test_attest_without_its_permission_keeps_nothing(alone: Alone) -> None:
    github = alone.repository.github
    alone.environment["TOKEN"] = github.token(
        permissions={"contents": "write"}, repository="acme/app"
    )
    (alone.folder / "wheel").write_bytes(b"x")
    told = alone.refuses("attest", subject_path="wheel")
    assert "Failed to persist attestation: Resource not accessible by integration" in told
    assert alone.repository.attestations == []


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"sbom_path": "x"}, "does not know `sbom-path`"),
        ({"push_to_registry": "true"}, "does not know `push-to-registry`"),
        ({"predicate": "{}"}, "predicate-type must be provided"),
        ({"predicate_type": "t"}, "One of predicate-path or predicate"),
        ({"predicate_type": "t", "predicate": "{}", "predicate_path": "p"}, "Only one of"),
        ({"predicate_type": "t", "predicate_path": "absent"}, "predicate file not found"),
        ({"predicate_type": "t", "predicate": "{"}, "The predicate is no JSON"),
    ],
    ids=["sbom", "registry", "no type", "no predicate", "two", "no file", "no JSON"],
)
def test_attest_refuses(alone: Alone, inputs: dict[str, str], said: str) -> None:
    (alone.folder / "wheel").write_bytes(b"x")
    assert said in alone.refuses("attest", subject_path="wheel", **inputs)
    assert alone.repository.attestations == []


def test_a_file_is_read_as_subjects_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    (tmp_path / "dist").mkdir()
    for name in ("a.whl", "b.whl", ".c"):
        (tmp_path / "dist" / name).write_bytes(name.encode())
    digest = {name: hashlib.sha256(name.encode()).hexdigest() for name in ("a.whl", "b.whl", ".c")}
    (tmp_path / "SHA256SUMS").write_text(f"{digest['a.whl']}  a.whl\n{digest['b.whl']} *b.whl\n\n")

    def read(**inputs: str) -> set[tuple[str, str]]:
        names = ("subject-path", "subject-digest", "subject-checksums", "subject-name")
        told = dict.fromkeys(names, "") | {k.replace("_", "-"): v for k, v in inputs.items()}
        return {(one.name, one.sha256) for one in subjects(told)}

    both = {("a.whl", digest["a.whl"]), ("b.whl", digest["b.whl"])}
    assert read(subject_path="dist") == both | {(".c", digest[".c"])}
    assert read(subject_path="dist/a.whl, dist/b*") == both
    assert read(subject_path="dist/a.whl\ndist/a.whl", subject_name="n") == {("n", digest["a.whl"])}
    assert read(subject_checksums="SHA256SUMS") == both
    assert read(subject_checksums=(tmp_path / "SHA256SUMS").read_text()) == both
    shouted = f"sha256:{digest['a.whl'].upper()}"
    assert read(subject_digest=shouted, subject_name="n") == {("n", digest["a.whl"])}
    assert Subject("n", "ab").told == {"name": "n", "digest": {"sha256": "ab"}}
    for inputs, said in (
        ({}, "must be provided"),
        ({"subject_path": "dist", "subject_digest": shouted}, "Only one of"),
        ({"subject_path": "absent"}, "Could not find subject"),
        ({"subject_digest": shouted}, "subject-name must be provided"),
        ({"subject_digest": "sha1:ab", "subject_name": "n"}, "must be in the format"),
        ({"subject_checksums": "ab  a.whl"}, "Invalid digest: ab"),
        ({"subject_checksums": f"{'0' * 64}  a\n" * 1025}, "Too many subjects"),
    ):
        with pytest.raises(RefusedError, match=said):
            read(**inputs)


def test_a_password_goes_without_attestations(alone: Alone) -> None:
    """The real action says so, and uploads."""
    assert alone.services.pypi
    built = wheel(alone.folder / "dist")
    done = alone.play("pypi_publish", password=alone.services.pypi.token())
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the attestations input is ignored" in done.stdout
    assert alone.services.pypi.projects["acme-app"].dists[0].provenance is None
    assert list(built.parent.iterdir()) == [built]


def test_a_second_run_skips_what_is_there(alone: Alone) -> None:
    """PAINS 31, 32: half of the files came through; twine asks, takes the index for PyPI."""
    pypi = alone.services.pypi
    assert pypi
    built = [wheel(alone.folder / "dist"), sdist(alone.folder / "dist")]
    fault = Fault(kind="status", route="upload", call=2, status=400, message="no")
    pypi.faults.add(fault)
    inputs = {"attestations": "false", "skip_existing": "true"}
    assert "twine upload failed with exit code 1" in alone.refuses("pypi_publish", **inputs)
    assert len(pypi.files("acme-app", "1.2.0")) == 1
    assert [firing.fault for firing in pypi.faults.fired] == [fault]
    pypi.faults.clear()
    done = alone.play("pypi_publish", **inputs)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Skipping acme_app-1.2.0-py3-none-any.whl" in done.stdout
    assert set(pypi.files("acme-app", "1.2.0")) == {file.name for file in built}


@pytest.mark.parametrize("route", ["certificate", "log-entry"])
def test_nothing_is_uploaded_that_could_not_be_attested(alone: Alone, route: str) -> None:
    """PAINS 41: signing comes before anything that cannot be taken back."""
    assert alone.services.pypi
    assert alone.services.sigstore
    alone.services.sigstore.faults.add(Fault(kind="status", route=route, status=503))
    wheel(alone.folder / "dist")
    alone.refuses("pypi_publish")
    assert alone.services.pypi.files("acme-app", "1.2.0") == {}
    assert alone.services.sigstore.faults.fired


def test_publish_refuses_what_the_real_one_refuses(alone: Alone) -> None:
    pypi = alone.services.pypi
    assert pypi
    assert "no Python distribution packages" in alone.refuses("pypi_publish")
    wheel(alone.folder / "dist")
    (alone.folder / "dist/notes.txt").write_text("no dist")
    assert "twine check failed" in alone.refuses("pypi_publish")
    (alone.folder / "dist/notes.txt").unlink()
    url = "https://example.org/legacy/"
    assert "is not played in a rehearsal" in alone.refuses("pypi_publish", repository_url=url)
    url = "https://test.pypi.org/legacy/"
    assert "no REHEARSAL_TESTPYPI" in alone.refuses("pypi_publish", repository_url=url)
    pypi.faults.add(Fault(kind="status", route="mint", call=1, status=503))
    assert "Trusted publishing exchange failure" in alone.refuses("pypi_publish")
    assert pypi.faults.fired
    assert pypi.files("acme-app", "1.2.0") == {}
    assert [r.route for r in pypi.requests if r.mutating] == []


def test_an_attestation_that_is_there_already_is_not_written_over(alone: Alone) -> None:
    """PAINS 33."""
    built = wheel(alone.folder / "dist")
    built.with_name(f"{built.name}.publish.attestation").write_text("{}")
    told = alone.refuses("pypi_publish", verify_metadata="false")
    assert "already exists" in told


def test_crates_io_gives_no_token_that_it_does_not_mean_to(alone: Alone) -> None:
    crates, sigstore = alone.services.crates, alone.services.sigstore
    assert crates
    assert sigstore
    assert alone.play("crates_io_auth").returncode == 0
    assert crates.tokens[alone.output("token")].names == frozenset({"zz-a"})
    # An address of this machine may be named as such, and is who the token is made out to.
    assert alone.play("crates_io_auth", url=crates.url).returncode == 0
    crates.trust(sigstore.identify)
    assert "no corresponding publisher" in alone.refuses("crates_io_auth")
    fault = Fault(kind="status", route="mint", call=1, status=502)
    crates.faults.add(fault)
    assert "Status: 502" in alone.refuses("crates_io_auth")
    assert [firing.fault for firing in crates.faults.fired] == [fault]
    del alone.environment["ACTIONS_ID_TOKEN_REQUEST_URL"]
    assert "Unable to get ACTIONS_ID_TOKEN_REQUEST_URL" in alone.refuses("crates_io_auth")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which job calls")
@pytest.mark.parametrize("name", ["attest", "pypi_publish", "crates_io_auth"])
def test_a_job_that_asks_with_what_another_was_given_gets_nothing(alone: Alone, name: str) -> None:
    """The issuer looks at who calls, and not at what the caller holds."""
    assert alone.services.sigstore
    alone.environment["GITHUB_JOB"] = "build"
    wheel(alone.folder / "dist")
    inputs = {"subject_path": "dist"} if name == "attest" else {}
    assert "the job does not declare `id-token: write`" in alone.refuses(name, **inputs)
    assert [r.status for r in alone.services.sigstore.requests] == [403]


def test_what_is_not_played_is_told(alone: Alone) -> None:
    del alone.environment["REHEARSAL_SIGSTORE"]
    (alone.folder / "wheel").write_bytes(b"x")
    assert "no REHEARSAL_SIGSTORE" in alone.refuses("attest", subject_path="wheel")
    alone.environment["PATH"] = "/nonexistent"
    assert "There is no cargo and no rustc on this machine" in alone.refuses("rust_toolchain")


@pytest.mark.parametrize(
    ("release", "wanted", "expected"),
    [
        ("1.92.0", "", True),
        ("1.94.0-nightly", "", True),
        ("1.92.0", "stable", True),
        ("1.94.0-nightly", "stable", False),
        ("1.94.0-nightly", "nightly", True),
        ("1.93.0-beta.2", "beta", True),
        ("1.92.0", "nightly", False),
        ("1.92.0", "1.92", True),
        ("1.92.0", "1.92.0", True),
        ("1.92.0", "1.9", False),
        ("1.92.1", "1.92.0", False),
        ("1.94.0-nightly", "1.94", False),
    ],
)
def test_which_release_a_toolchain_means(release: str, wanted: str, expected: bool) -> None:
    assert suits(release, wanted) is expected
