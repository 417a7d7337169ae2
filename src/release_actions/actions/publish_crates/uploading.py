"""One upload: packaged once more without the token, compared, and then sent with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from release_actions.clients import cargo_publish
from release_actions.clients.cargo import Cargo
from release_actions.clients.cargo_publish import Target, Upload
from release_actions.errors import PostponedError, RefusedError
from release_actions.formats.checksums import Sha256
from release_actions.formats.crate_index import CrateName
from release_actions.formats.versions import Version
from release_actions.world import World

AGAIN = 2.0  # seconds before what may pass is tried again; longer each time
LIMITED = 60.0  # seconds, where a registry that limits its rate names none


@dataclass(frozen=True)
class UploadCrate:
    """A crate on the registry. It is never taken back: a version is there for ever."""

    reversible: ClassVar[bool] = False

    name: CrateName
    version: Version
    sha256: Sha256
    number: int
    total: int
    needs: tuple[CrateName, ...]
    folder: str = field(repr=False)
    path: str = field(repr=False)
    target: Target = field(repr=False)

    def __str__(self) -> str:
        verb = "is" if len(self.needs) == 1 else "are"
        after = f", after {', '.join(self.needs)} {verb} served" if self.needs else ""
        return f"publish {self.name} {self.version} ({self.number} of {self.total}){after}"

    def make(self, world: World) -> None:
        publishing = world.publishing(self.target.index)
        cargo = world.cargo(world.workspace / self.path)
        manifest = Path(self.folder, "Cargo.toml")
        self._same(cargo, manifest, world)
        done = cargo_publish.upload(
            cargo, manifest, self.target, world.quarantine, publishing.token.secret(),
            world.clock.utc(),
        )  # fmt: skip
        if not done.taken:
            raise self._refused(done)
        publishing.took(self.name)

    def _same(self, cargo: Cargo, manifest: Path, world: World) -> None:
        """What cargo is about to upload is what was attested."""
        sha256, said = cargo_publish.repackage(cargo, manifest, self.target, world.quarantine)
        if sha256 is None:
            # It needs what an index that lags, or that does not answer, may show in a moment.
            raise PostponedError(f"cargo cannot package it: {said}", after=AGAIN)
        if sha256 != self.sha256:
            detail = f"attested {self.sha256}, and for the upload cargo makes {sha256}"
            fix = "Nothing may change the checkout meanwhile. Package and attest anew."
            raise RefusedError("attested-differs", detail, fix=fix)

    def _refused(self, done: Upload) -> RefusedError | PostponedError:
        """A reasoned no, or something that may go otherwise in a moment."""
        said = f"{done.status}: {done.said}" if done.status else done.said
        if done.already:
            # Whose it is, the next look tells: that it is there is no proof of its bytes.
            detail = f"the registry has this version, and its index does not show it: {said}"
            return PostponedError(detail, after=AGAIN)
        if done.status == 429:
            detail = f"the registry limits its rate: {said}"
            return PostponedError(detail, after=done.after or LIMITED)
        if done.status in (401, 403):
            fix = "Read why. A token needs publish-new or publish-update for this crate, and ends."
            return RefusedError("token-refused", said, fix=fix)
        if done.status and 400 <= done.status < 500 and done.status != 408:
            return RefusedError("refused", said, fix="Do what the registry says, and run again.")
        begun = None if done.begun else False
        return PostponedError(said, after=done.after or AGAIN, made=begun)
