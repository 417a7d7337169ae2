"""A release to stage and publish: a repository on a loopback GitHub, files, and their manifest."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rehearsal.github import GitHub, Repository
from rehearsal.github.state import Release
from release_actions.clients.clock import Clock
from release_actions.formats import asset_manifest
from release_actions.formats.asset_manifest import AssetName, ExpectedAsset
from release_actions.formats.checksums import Sha256
from release_actions.inputs import Given
from release_actions.perform import Asked, perform
from release_actions.tell import Teller
from release_actions.world import World
from tests.actions.require_ci_green.play import ACTIONS, Played, QuickClock

STAGE, PUBLISH = "stage-draft-release", "publish-draft-release"
TEMPLATE = "acme/template"
TAG = "v1.2.0"
FILES = {"app.whl": b"wheel", "app.tar.gz": b"source" * 50, "app.crate": b"crate"}
WRITER = {"contents": "write"}

Files = Mapping[str, bytes]


def digest(content: bytes) -> Sha256:
    import hashlib

    return Sha256(hashlib.sha256(content).hexdigest())


def manifest_of(files: Files) -> bytes:
    """The manifest of these files, as digest-artifacts would write it."""
    return asset_manifest.write(
        ExpectedAsset(AssetName(name), digest(content), len(content), AssetName(name).media_type)
        for name, content in files.items()
    )


@dataclass
class Scene:
    """A repository with a tag, a folder with what was built, and a token of a job."""

    github: GitHub
    repository: Repository
    workspace: Path
    token: str = ""
    environ: dict[str, str] = field(default_factory=dict)
    base: str = ""  # /api/v3, as a GitHub Enterprise Server has it

    @property
    def commit(self) -> str:
        return self.repository.git.branches()["main"]

    @property
    def release(self) -> Release:
        (release,) = self.repository.releases
        return release

    def build(self, files: Files = FILES, manifest: str = "manifest.json") -> None:
        """Write the files and their manifest to the workspace."""
        dist = self.workspace / "dist"
        dist.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (dist / name).write_bytes(content)
        (self.workspace / manifest).write_bytes(manifest_of(files))

    def play(self, name: str, clock: Clock | None = None, /, **given: str) -> Played:
        """Run an action as a job of its own would, and say what came of it."""
        before = len(self.github.requests)
        self.github.tokens.known[self.token].used = 0
        values = {"repository": self.repository.full_name, "commit": self.commit, "tag": TAG}
        values |= {key.replace("_", "-"): value for key, value in given.items()}
        environ = {
            "GITHUB_API_URL": f"{self.github.api_url}{self.base}",
            "GITHUB_WORKSPACE": str(self.workspace),
            "CI": "true",
        } | self.environ
        log, out = io.StringIO(), io.StringIO()
        raw = {key: Given(value, "with") for key, value in values.items() if value}
        world = World(self.token, environ, clock or QuickClock())
        exit = perform(Asked(name, raw, world, ACTIONS), Teller(log, environ, self.token), out=out)
        requests = tuple(self.github.requests[before:])
        return Played(exit, json.loads(out.getvalue()), log.getvalue(), requests)

    def stage(self, clock: Clock | None = None, /, **given: str) -> Played:
        return self.play(STAGE, clock, **({"manifest": "manifest.json"} | given))

    def publish(self, clock: Clock | None = None, /, **given: str) -> Played:
        by_default = {"release_id": str(self._staged), "expected_commit": self.commit}
        if "parts" not in given:
            by_default["manifest"] = "manifest.json"
        return self.play(PUBLISH, clock, **(by_default | given))

    @property
    def _staged(self) -> int:
        """The release that was made first, which is the one that stays."""
        return self.repository.releases[0].id if self.repository.releases else 1

    def draft(self, files: Files = FILES, **fields: Any) -> Release:
        """A draft as stage-draft-release leaves it, without its requests."""
        wanted: Any = {"target": self.commit, "name": TAG, "body": "", "draft": True} | fields
        return self.repository.add_release(TAG, assets=dict(files), **wanted)

    def world(self) -> World:
        return World(self.token, {"GITHUB_API_URL": self.github.api_url}, QuickClock())


def end_state(scene: Scene) -> dict[str, Any]:
    """All that a release is, but ids and times: what two runs must leave alike."""
    return {
        "tags": scene.repository.git.refs(),
        "releases": [
            {
                "tag": release.tag,
                "target": release.target,
                "name": release.name,
                "body": release.body or "",
                "draft": release.draft,
                "prerelease": release.prerelease,
                "latest": release.latest,
                "assets": sorted(
                    (asset.name, asset.state, asset.size, asset.digest, asset.content_type)
                    for asset in release.assets
                ),
            }
            for release in scene.repository.releases
        ],
    }


Make = Callable[..., Scene]


def make_scene(github: GitHub, folder: Path, number: int, *, tagged: bool = True) -> Scene:
    """A repository of its own with a tag on its head, and a workspace with what was built."""
    scene = Scene(github, _copy(github, f"acme/app-{number}"), folder / f"work-{number}")
    if tagged:
        scene.repository.tag(TAG, scene.commit, message=TAG)
    scene.token = github.token(permissions=WRITER, repository=scene.repository.full_name)
    scene.build()
    return scene


def _copy(github: GitHub, name: str) -> Repository:
    """A repository like the template; copied, since git takes its time."""
    template = github.find(TEMPLATE)
    if template is None:
        template = github.repository(TEMPLATE)
        template.commit({"README.md": "# App\n"}, message="Begin")
        template.commit({"app.py": "1\n"}, message="Work")
    shutil.copytree(template.path, template.path.parents[1] / f"{name}.git")
    return github.repository(name)
