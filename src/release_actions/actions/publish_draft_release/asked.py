"""What the caller asked of publish-draft-release, and what the next step may read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from release_actions.action import shared
from release_actions.errors import UsageError
from release_actions.formats import release_family
from release_actions.formats.asset_manifest import Part, Parts
from release_actions.formats.checksums import Sha256
from release_actions.formats.release_class import ReleaseClass, require_known
from release_actions.formats.release_family import ReleaseFamily
from release_actions.formats.release_marks import Choice, Marks
from release_actions.values import Lines, RefName, Repository, Sha
from release_actions.verdict import Outputs


class Pins(tuple[tuple[str, Sha256], ...]):
    """Digests of manifests, one a line: PART=DIGEST, or one DIGEST alone (its part is "")."""

    def __new__(cls, raw: str) -> Self:
        pins = []
        for line in Lines(raw):
            part, sign, digest = line.rpartition("=")
            try:
                pins.append((str(Part(part)) if sign else "", Sha256(digest)))
            except ValueError:
                raise ValueError("PART=SHA-256 one a line, or one SHA-256 alone") from None
        if len({part for part, _ in pins}) != len(pins):
            raise ValueError("each part once, as PART=SHA-256")
        return super().__new__(cls, pins)


class ReleaseId(int):
    """The id of a release: a number above zero."""

    def __new__(cls, raw: str) -> Self:
        if not re.fullmatch("[1-9][0-9]{0,17}", raw):
            raise ValueError("the id of a release, a number")
        return super().__new__(cls, int(raw))


@dataclass(frozen=True)
class Inputs:
    release_id: ReleaseId
    tag: RefName
    expected_commit: Sha
    repository: Repository
    commit: Sha
    manifest: str = ""
    parts: Parts = Parts("")
    manifest_sha256: Pins = Pins("")
    make_latest: Choice = "auto"
    prerelease: Choice = "auto"
    family: str = ""
    release_family: Mapping[str, ReleaseFamily] = shared()
    release_class: Mapping[str, ReleaseClass] = shared()

    def __post_init__(self) -> None:
        require_known(self.release_class)
        release_family.choose(self.family, self.release_family)
        if problems := list(self._problems()):
            raise UsageError(problems)

    def _problems(self) -> Iterator[str]:
        """What no single input can tell."""
        if bool(self.manifest) == bool(self.parts):
            given = "both were given" if self.parts else "nothing was given"
            yield f"input `manifest`: {given}; allowed: either a file, or `parts`"
        strange = [part for part, _ in self.manifest_sha256 if part not in (self.parts or ("",))]
        if strange:
            allowed = ", ".join(f"{part}=DIGEST" for part in self.parts) or "one DIGEST alone"
            shown = strange[0] or "a digest of no part"
            yield f"input `manifest-sha256`: `{shown}` was given; allowed: {allowed}"

    @property
    def marks(self) -> Marks:
        return Marks(self.family, self.release_family, self.release_class)

    def pin(self, part: str) -> Sha256 | None:
        """What the manifest of this part must be, where that is given."""
        return dict(self.manifest_sha256).get(part)


@dataclass(frozen=True)
class Published(Outputs):
    url: str = ""
    immutable: bool | None = None
    latest: bool | None = None
