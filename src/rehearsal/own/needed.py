"""What a workflow needs of the world: services beside GitHub, secrets and variables. No I/O."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from rehearsal import standins
from rehearsal.casting import Cast
from rehearsal.services import Name

_SIGNS = re.compile(r"attest|sigstore|cosign", re.IGNORECASE)
_NAMED = re.compile(r"\b(?P<kind>secrets|vars)\s*(?:\.\s*|\[\s*')(?P<name>[A-Za-z_][\w-]*)")


def services(cast: Cast) -> tuple[Name, ...]:
    """The registries, always: what a script of the caller uploads must not find the real ones.

    Sigstore only where a step signs, or where the permissions of a job are for it.
    """
    used = (
        word
        for step in cast.steps
        for word in (step.uses.text if step.uses else "", step.run, *step.arguments.values())
    )
    # Trusted publishing and its attestations need somebody who says who a job is.
    asks = any((part.permissions or {}).get("id-token") == "write" for part in cast.parts)
    signs = asks or any(_SIGNS.search(word) for word in used)
    return ("pypi", "crates", "sigstore") if signs else ("pypi", "crates")


def ignored(cast: Cast) -> tuple[str, ...]:
    """Each input that a stand-in is given and does not know: it does as if it were not there."""
    found = []
    for step in cast.steps:
        name = step.uses.text.partition("@")[0] if step.uses else ""
        known = standins.inputs(name)
        if step.uses and known is not None:
            strange = [key for key in step.arguments if key.lower() not in known]
            if strange:
                told = ", ".join(f"`{key}`" for key in strange)
                found.append(f"{step.uses.place}: the stand-in of {name} ignores {told}")
    return tuple(found)


@dataclass(frozen=True)
class Absent:
    """A secret or a variable that a workflow reads, and that nobody gave: it is empty."""

    place: str
    kind: str
    name: str

    @property
    def told(self) -> str:
        """What that means, and what to do."""
        if self.kind == "secrets":
            cure = f"give it: --secret {self.name} (any value will do here)"
        else:
            cure = f"give it: --variable {self.name}=VALUE"
        return f"{self.place}: `{self.kind}.{self.name}` is empty in this rehearsal; {cure}"


def absent(cast: Cast, secrets: Collection[str], variables: Collection[str]) -> tuple[Absent, ...]:
    """Each that is read and not given, where it is read first."""
    given = {
        "secrets": {name.upper() for name in secrets},
        "vars": {name.upper() for name in variables},
    }
    given["secrets"].add("GITHUB_TOKEN")
    found: dict[tuple[str, str], Absent] = {}
    for file in _files(cast):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if line.lstrip().startswith("#"):
                continue
            for match in _NAMED.finditer(line):
                kind, name = match["kind"], match["name"]
                if name.upper() not in given[kind]:
                    place = f"{file.name}:{number}"
                    found.setdefault((kind, name), Absent(place, kind, name))
    return tuple(found.values())


def _files(cast: Cast) -> list[Path]:
    """The workflow files of the caller's own repository: what is called elsewhere has its own."""
    return list(dict.fromkeys(part.file for part in cast.parts if not part.origin))
