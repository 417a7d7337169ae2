"""How a version is spelled at a place: by SemVer, by PEP 440, or one of its numbers alone."""

from __future__ import annotations

from release_actions.formats.version_places.place import Place
from release_actions.formats.versions import Version

PARTS = ("major", "minor", "patch")


def spelled(place: Place, version: Version) -> str:
    """What the token of a place must be for this version; for requirements, see requirements.py.

    A spelling of it that stands there already is kept, so that nothing changes without a need.

    :raises ValueError: for a version that PEP 440 cannot say, at a place of Python's.
    """
    if place.form in PARTS:
        return str(getattr(version.parts, place.form))
    if version.spells(place.text, python=place.python):
        return place.text
    if not place.python:
        return str(version)
    if version.python is None:
        raise ValueError(f"{place}: {version} has no spelling by PEP 440, as a Python file needs")
    return version.python


def says(place: Place, version: Version) -> bool:
    """Whether what stands at a place, a requirement apart, is this version."""
    try:
        return place.text == spelled(place, version)
    except ValueError:
        return False
