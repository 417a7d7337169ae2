"""A development cycle: a release with a signed tag, and a patch of it by a cherry-pick."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from rehearsal.github import Run
from rehearsal.stories import RELEASE, WORKFLOWS, Journey, Story, World
from rehearsal.train import last_run, merged, quiet

CYCLE = f"{WORKFLOWS}/dev-cycle.yml"
MANIFEST = "packages/attestation-service/package.json"
BRANCH = "release/attestation-service/1.3"


def _begin(world: World) -> None:
    world.begin("cycle", "dev-cycle.yml")
    private, public = _key(world.folder)
    world.consumer.write({".github/allowed_signers": f"release@example.org {public}"})
    world.secrets["RELEASE_SIGNING_KEY"] = private
    world.secrets["RELEASE_TOKEN"] = world.github.token(label="release-app")
    world.commit("Begin 1.3.0-dev")
    for run in world.repository.runs:
        world.repository.conclude(run, "success")


def _key(folder: Path) -> tuple[str, str]:
    """A key for signing, and its public half."""
    file = folder / "signing-key"
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(file)]
    subprocess.run(command, check=True, capture_output=True)
    return file.read_text(), file.with_suffix(".pub").read_text()


def _asked(world: World, ref: str, **given: str) -> Run:
    inputs = {"step": "release", "tag": ""} | given
    return world.repository.dispatch(CYCLE, ref, **inputs)


def _release(world: World) -> Run:
    return _asked(world, "refs/heads/main")


def _patch_branch(world: World) -> Run:
    tag = "attestation-service-v1.3.0"
    return _asked(world, "refs/heads/main", step="patch-branch", tag=tag)


def _fixed(world: World) -> Run:
    """The fix comes to main, and is picked to the branch; then that is released."""
    repository = world.repository
    for branch in ("main", BRANCH):
        fix = {"packages/attestation-service/index.js": "// mended\n"}
        repository.commit(fix, branch=branch, message="Mend the telephone")
    return _asked(world, f"refs/heads/{BRANCH}")


def _started(world: World) -> Run:
    return last_run(world, RELEASE)


def _shown(world: World) -> list[tuple[str, ...]]:
    """Each ref, and the version there."""
    git = world.repository.git
    rows: list[tuple[str, ...]] = [("ref", "commit", "version")]
    refs = [("branch", name, oid) for name, oid in git.branches().items() if name[:3] != "ci/"]
    refs += [("tag", name, git.peel(oid) or oid) for name, oid in git.tags().items()]
    for kind, name, commit in refs:
        version = json.loads(git.file(commit, MANIFEST) or b"{}")["version"]
        rows.append((f"{kind} {name}", commit[:12], version))
    return rows


JOURNEY = Journey(
    "dev-cycle",
    _begin,
    (
        quiet("ask", "Somebody asks for a release of main.", _release),
        quiet(
            "tag",
            "It is merged: the one commit that says 1.3.0 gets a signed tag.",
            merged(CYCLE, "ci/release-main"),
        ),
        Story("release 1.3.0", "The tag is proved, and released.", _started, "released"),
        quiet("go on", "Main is 1.4.0-dev from now on.", merged(CYCLE, "ci/dev-main")),
        quiet("patch branch", "A branch starts at the tag.", _patch_branch),
        quiet("begin 1.3.1-dev", "Its first commit is merged.", merged(CYCLE, f"ci/dev-{BRANCH}")),
        quiet("ask for a patch", "A fix of main is picked to it, and asked for.", _fixed),
        quiet("tag the patch", "It is merged.", merged(CYCLE, f"ci/release-{BRANCH}")),
        Story("release 1.3.1", "The patch is proved, and released.", _started, "released"),
    ),
    _shown,
    (
        "branch main 1.4.0-dev",
        f"branch {BRANCH} 1.3.1",
        "tag attestation-service-v1.3.0 1.3.0",
        "tag attestation-service-v1.3.1 1.3.1",
    ),
)
