"""The one look: the file, its template, and the same file on another branch."""

from __future__ import annotations

from dataclasses import dataclass

from release_actions.actions.roll_release_notes.asked import Inputs
from release_actions.clients import branch_files, one_file
from release_actions.clients.branch_files import BranchFile
from release_actions.formats.changelog.sections import IsoDay
from release_actions.world import World


@dataclass(frozen=True)
class Facts:
    """The file and its template, None where there is none; the day; where branches are served."""

    content: bytes | None
    template: bytes | None
    today: IsoDay
    server: str
    other: BranchFile | None = None


def gather(inputs: Inputs, world: World) -> Facts:
    git = world.git(inputs.path)
    return Facts(
        content=one_file.read(git.folder, inputs.file),
        template=one_file.read(git.folder, inputs.template) if inputs.template else DEFAULT,
        today=IsoDay(f"{world.clock.utc():%Y-%m-%d}"),
        server=git.server.url.rstrip("/"),
        other=_other(inputs, world),
    )


DEFAULT = b"## VERSION\n\nUnreleased.\n\n### Added\n\n### Changed\n\n### Fixed\n"


def _other(inputs: Inputs, world: World) -> BranchFile | None:
    if inputs.against is None:
        return None
    path = inputs.file if inputs.path == "." else f"{inputs.path.strip('/')}/{inputs.file}"
    return branch_files.at_head(world.github, inputs.repository, inputs.against, path)
