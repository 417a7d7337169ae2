"""What init found, decided or assumed, and what it is about to write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from release_actions.formats.yaml_places import Value

Kind = Literal["found", "assumed", "open"]

#: Templates that make a release of a tag: what the lint is about.
RELEASING = frozenset({"crates", "pypi", "rust-python", "gated-release"})


@dataclass(frozen=True)
class Answer:
    """A value for the places of a template.

    `found` is what told it. An assumed one is told with its line, since it may be another;
    an open one is not there and the maintainer has to say it.
    """

    value: Value
    told: str
    kind: Kind = "found"


@dataclass(frozen=True)
class Planned:
    """A file to be made of a template."""

    template: str
    file: str
    answers: Mapping[str, Answer] = field(default_factory=dict)
    things: tuple[Mapping[str, str], ...] = ()  # what the template repeats its parts for

    @property
    def path(self) -> str:
        return f".github/workflows/{self.file}"

    @property
    def releases(self) -> bool:
        return self.template in RELEASING


@dataclass(frozen=True)
class Table:
    """A table of the config file."""

    name: str
    values: Mapping[str, object]
    why: str = ""


@dataclass(frozen=True)
class Plan:
    """What is to be written, and why this and not something else."""

    files: tuple[Planned, ...]
    why: tuple[str, ...]
    others: tuple[tuple[str, str], ...]  # templates that were not chosen, and why
    tables: tuple[Table, ...] = ()
    notes: tuple[tuple[Kind, str], ...] = ()  # what no place of a workflow shows

    @property
    def dispatched(self) -> str:
        """The release workflow that these start, which is not among them; empty for none."""
        found = (f.answers["dispatch"].value for f in self.files if "dispatch" in f.answers)
        return next((value for value in found if isinstance(value, str)), "")
