"""What somebody does meanwhile at crates.io and PyPI."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from rehearsal.registries.publishers import Publisher
from rehearsal.unkind.kinds import Scene


def _wheel(version: str) -> bytes:
    """A sound wheel that nobody here built."""
    info, buffer = f"acme_app-{version}.dist-info", io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in {
            "acme_app/__init__.py": "# not what was built\n",
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: acme-app\nVersion: {version}\n",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{info}/RECORD": "",
        }.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text)
    return buffer.getvalue()


def upload_other_wheel(scene: Scene) -> None:
    """The version's wheel is there already, with other bytes."""
    name = "acme_app-1.2.0-py3-none-any.whl"
    scene.world.pypi.add("acme-app", "1.2.0", name, _wheel("1.2.0"))


def upload_extra_wheel(scene: Scene) -> None:
    """Somebody uploads one more file of this version."""
    name = "acme_app-1.2.0-py2-none-any.whl"
    scene.world.pypi.add("acme-app", "1.2.0", name, _wheel("1.2.0"))


def yank_dist(scene: Scene) -> None:
    """A file of the version is yanked."""
    scene.world.pypi.projects["acme-app"].dists[0].yanked = "by mistake"


def lie_about_digests(scene: Scene) -> None:
    """The JSON of the version tells another digest than the simple index."""

    def twisted(told: Any) -> Any:
        for entry in told["urls"]:
            entry["digests"]["sha256"] = "ab" * 32
        return told

    scene.world.pypi.twist["version-json"] = twisted


def trust_other_environment(scene: Scene) -> None:
    """The index trusts the jobs of another environment alone."""
    _trust(scene, "release")


def trust_environment(scene: Scene) -> None:
    """Its owners correct the environment."""
    _trust(scene, "pypi")


def _trust(scene: Scene, environment: str) -> None:
    name = scene.repository.full_name
    publisher = Publisher(name, "release.yml", ("acme-app",), environment)
    scene.world.pypi.trust(scene.world.sigstore.identify, publisher)


def trust_other_workflow(scene: Scene) -> None:
    """crates.io trusts another workflow file alone."""
    publisher = Publisher(scene.repository.full_name, "other.yml", ("acme-core", "acme-cli"))
    scene.world.crates.trust(scene.world.sigstore.identify, publisher)


def expire_tokens(scene: Scene) -> None:
    """Every token of crates.io is over."""
    for token in scene.world.crates.tokens.values():
        token.until = 0.0


def own_by_another(scene: Scene) -> None:
    """The crate is somebody else's."""
    scene.world.crates.add({"name": "acme-core", "vers": "1.1.0"}, b"theirs", "mallory")


def publish_other_crate(scene: Scene) -> None:
    """The crate's version is there, with other bytes."""
    scene.world.crates.add({"name": "acme-core", "vers": "1.2.0"}, b"not what was packaged")


def yank_crate(scene: Scene) -> None:
    """The crate's version is yanked."""
    scene.world.crates.yank("acme-core", "1.2.0")
