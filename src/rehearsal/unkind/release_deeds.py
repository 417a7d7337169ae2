"""What somebody does meanwhile to a release: its draft, its files, artifacts, attestations."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from rehearsal.errors import RehearsalError
from rehearsal.github import Release, releasing
from rehearsal.stories import TAG
from rehearsal.unkind.kinds import Deed, Scene

# Releases


def draft(scene: Scene) -> Release:
    """Our draft."""
    found = [one for one in scene.repository.releases if one.tag == TAG]
    return found[-1]


def add_draft(scene: Scene) -> None:
    """Somebody else has a draft for this tag, with a file of theirs."""
    scene.repository.add_release(
        TAG, draft=True, target=scene.run.commit, name=TAG, assets={"theirs.txt": b"theirs"}
    )


def drop_draft(scene: Scene) -> None:
    """The draft is deleted."""
    scene.repository.releases.remove(draft(scene))


def publish_draft(scene: Scene) -> None:
    """Somebody publishes the draft by hand."""
    releasing.publish(scene.repository, draft(scene))


def publish_immutable(scene: Scene) -> None:
    """Somebody publishes the draft by hand, and releases are immutable here."""
    scene.repository.state.immutable_releases = True
    publish_draft(scene)


def make_immutable(scene: Scene) -> None:
    """From now on releases are immutable."""
    scene.repository.state.immutable_releases = True


def show_other(scene: Scene) -> None:
    """GitHub shows another release as the latest."""
    other = scene.repository.add_release("v1.1.0", target=scene.run.commit, latest=True)
    other.latest = True
    draft(scene).latest = False


def tamper_asset(scene: Scene) -> None:
    """A file of the draft has other bytes."""
    asset = draft(scene).assets[0]
    asset.digest = scene.world.github.store.put(b"not what was built")
    asset.size = len(b"not what was built")


def lose_asset(scene: Scene) -> None:
    """A file of the draft is gone."""
    draft(scene).assets.pop()


def add_asset(scene: Scene) -> None:
    """Somebody adds a file to the draft."""
    releasing.add_asset(scene.repository, draft(scene), "extra.txt", b"extra")


def rename_asset(scene: Scene) -> None:
    """A file of the draft is called otherwise than it was sent."""
    asset = draft(scene).assets[0]
    asset.name = f"default.{asset.name}"


def leave_starter(scene: Scene) -> None:
    """The draft has a file that never came whole, from a run that died five minutes ago."""
    asset = releasing.add_asset(scene.repository, draft(scene), "guide.md", b"# G", state="starter")
    asset.created_at -= timedelta(minutes=5)


# Attestations


def drop_attestations(scene: Scene) -> None:
    """GitHub has no attestation any more."""
    scene.repository.attestations.clear()


def short_tokens(scene: Scene) -> None:
    """The issuer's tokens are over when they are made."""
    scene.world.sigstore.issuer.seconds = -60


def long_tokens(scene: Scene) -> None:
    """They last as long as ever."""
    scene.world.sigstore.issuer.seconds = 300


def sign_as_another(scene: Scene) -> None:
    """Jobs are taken for those of another workflow."""
    other = f"{scene.repository.full_name}/.github/workflows/other.yml@{scene.run.ref}"
    scene.world.sigstore.issuer.mistaken_for = other


def sign_as_ourselves(scene: Scene) -> None:
    """They are taken for what they are."""
    scene.world.sigstore.issuer.mistaken_for = ""


# Artifacts


def tamper_artifact(member: str, change: Callable[[bytes], bytes]) -> Deed:
    """A file of an artifact of this run has other bytes."""

    def deed(scene: Scene) -> None:
        folder = scene.world.folder / "artifacts" / str(scene.run.id)
        changed = [_changed(file, member, change) for file in folder.rglob("*.zip")]
        if not any(changed):
            raise RehearsalError(f"no artifact of the run has {member}")

    return deed


def one_more_line(content: bytes) -> bytes:
    """The same, with an empty line at its end."""
    return content + b"\n"


def other_source(crate: bytes) -> bytes:
    """A sound .crate whose source does something else."""
    return gzip.compress(gzip.decompress(crate).replace(b"pub fn ", b"pub  fn", 1))


def _changed(file: Path, member: str, change: Callable[[bytes], bytes]) -> bool:
    with zipfile.ZipFile(file) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    found = [name for name in held if name.endswith(member)]
    if not found:
        return False
    before = held[found[0]]
    held[found[0]] = change(before)
    if held[found[0]] == before:
        raise RehearsalError(f"{member} is what it was")
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in held.items():
            archive.writestr(name, content)
    return True
