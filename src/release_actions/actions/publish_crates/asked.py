"""What the caller asked of publish-crates, and what the next step may read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from release_actions.clients.cargo_publish import Target
from release_actions.clients.crates import CRATES_IO
from release_actions.errors import UsageError
from release_actions.formats import publish_order
from release_actions.formats.cargo_metadata import Member, Workspace
from release_actions.formats.crate_index import IndexUrl
from release_actions.formats.publish_order import CrateNames, RegistryName
from release_actions.values import Duration
from release_actions.verdict import Outputs
from release_actions.world import World


@dataclass(frozen=True)
class Inputs:
    packages: CrateNames = CrateNames("")
    expected_packages: CrateNames = CrateNames("")
    path: str = "."
    attested_directory: str = ""
    registry_url: IndexUrl = CRATES_IO
    registry: RegistryName = RegistryName("")
    token_expires: Duration = Duration("30m")

    def __post_init__(self) -> None:
        if self.registry == "crates-io" and self.registry_url != CRATES_IO:
            raise UsageError(
                "input `registry`: nothing was given; allowed: the name of the registry that"
                f" {self.registry_url} is the index of, or cargo would upload to crates.io"
            )

    @property
    def target(self) -> Target:
        return Target(self.registry, self.registry_url)

    def directory(self, world: World) -> Path:
        """The attested directory."""
        if self.attested_directory:
            return world.workspace / self.attested_directory
        temporary = world.environ.get("RUNNER_TEMP") or world.workspace / "target"
        return Path(temporary, "attested-crates")

    def allowed(self, member: Member) -> bool:
        return publish_order.allowed(member, self.registry)

    def selected(self, workspace: Workspace) -> tuple[Member, ...]:
        return publish_order.selected(workspace, self.packages, self.registry)


@dataclass(frozen=True)
class Published(Outputs):
    order: str = ""
    published: str = ""
    left: str = ""
