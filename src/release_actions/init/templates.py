"""The templates that can be written: a workflow, and beside it what is put into it, and where.

`NAME.init.toml` has one key a value, with the places of `NAME.yml` that it stands at
(`formats/yaml_places.py` tells how a place is named).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import tomli

from release_actions import house
from release_actions.errors import ReleaseError
from release_actions.formats.yaml_repeats import Repeats

FOLDER = "workflows-templates"
LIBRARY = "org/release-actions"  # what templates call it in `uses:`


@dataclass(frozen=True)
class Template:
    """A workflow to be filled in."""

    name: str
    text: str
    about: str
    places: Mapping[str, tuple[str, ...]]
    repeats: Repeats | None = None  # what is there once for each project


def names() -> tuple[str, ...]:
    """Every template that can be asked for.

    :raises ReleaseError: where there is none, since the library is not whole then.
    """
    found = (house.root() / FOLDER).glob("*.init.toml")
    told = tuple(sorted(path.name.removesuffix(".init.toml") for path in found))
    if not told:
        raise ReleaseError(f"the library has no templates: {house.root() / FOLDER} is empty")
    return told


def load(name: str) -> Template:
    """The template of this name.

    :raises ReleaseError: where the library's own files are not whole.
    """
    folder = house.root() / FOLDER
    try:
        text = (folder / f"{name}.yml").read_text(encoding="utf-8")
        told = tomli.loads((folder / f"{name}.init.toml").read_text(encoding="utf-8"))
        about = json.loads((folder / f"{name}.properties.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ReleaseError(f"the library's template {name} cannot be read: {error}") from error
    return Template(
        name,
        text,
        str(about.get("description", "")),
        {key: _texts(value) for key, value in told.get("places", {}).items()},
        _repeats(told["repeat"]) if "repeat" in told else None,
    )


def _repeats(told: Mapping[str, Any]) -> Repeats:
    first, further = told["samples"]
    return Repeats(
        (str(told["names"][0]), str(told["names"][1])),
        (first, further),
        *(_texts(told[key]) for key in ("entries", "lines", "lists")),
    )


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(str, value))
