"""Whether what the packages of a tree ask of each other is in step, and what to ask instead.

A requirement is in step where it begins at the very version that its package has now: a range that
merely takes that version in (`^0.5.0` where 0.5.3 is) would let an older sibling through.
"""

from __future__ import annotations

import re

from release_actions.formats.version_places.place import Place
from release_actions.formats.versions import Version

# How each ecosystem writes that one version alone will do; without a partial version.
EXACT = {"cargo": ("=",), "npm": ("", "="), "python": ("==", "==="), "helm": ("", "=")}
EXACT |= {"dart": ("",), "elixir": ("==", "")}
NUMBERS = re.compile(r"[0-9]+(?:\.[0-9]+)*", re.ASCII)


def in_step(place: Place, version: Version) -> bool:
    """Whether the requirement begins at this version; a partial one, at its release."""
    if not kept(place):
        return False
    if place.partial:
        return place.text == _first(place, version)
    found = Version.of(place.text, python=place.python)
    # Build metadata is no part of what is asked for.
    return found is not None and found.parts == version.parts


def wrongly_pinned(place: Place, *, public: bool) -> bool:
    """Whether it is exact though what it asks for is public, or is not though that is private.

    A user of a public package must be free to take a later one; nobody but its siblings uses a
    private one, and they are made for this very version. `=0.5` is wrong for both: it holds a user
    back, and lets a sibling through that was not meant.
    """
    pins = kept(place) and place.operator in EXACT.get(place.package.ecosystem, ("=",))
    return pins if public else not pins or place.partial


def asked(place: Place, new: Version) -> str:
    """What is to stand there for the new version: in the same form, and as precise as before.

    A partial requirement never takes in a pre-release, and so it becomes a full one. A caret that
    would take the new version in as it stands is moved all the same: else a published sibling could
    be built with the older one.

    :raises ValueError: where the form has no place for this version.
    """
    wanted = place.text if in_step(place, new) else _wanted(place, new)
    if wanted is None:
        form = f"{place.operator}{place.text}"
        raise ValueError(f"`{form}` is of a form that cannot be kept in step with {new}")
    return wanted


def kept(place: Place) -> bool:
    """Whether the form names one version that can be kept in step: no list, no wildcard alone."""
    if place.partial:
        return NUMBERS.fullmatch(place.text) is not None
    return Version.of(place.text, python=place.python) is not None


def _wanted(place: Place, new: Version | None) -> str | None:
    """What asked() says; None where there is no such text."""
    if new is None or not kept(place):
        return None
    if place.partial and (new.parts.prerelease is None or not _takes_more(place)):
        return _first(place, new)
    spelled = new.python if place.python else new
    return spelled and spelled.partition("+")[0]


def _first(place: Place, version: Version) -> str | None:
    """As many numbers of the version as the partial requirement has; None for a pre-release."""
    numbers, _, _ = version.partition("+")
    size = place.text.count(".") + 1
    return None if version.parts.prerelease else ".".join(numbers.split(".")[:size])


def _takes_more(place: Place) -> bool:
    """Whether a suffix may follow: `==1.2.*` and npm's `1.2.x` go on behind their token."""
    return place.package.ecosystem == "cargo" or (place.python and place.operator != "==")
