"""A Python package by its normal name."""

from __future__ import annotations

import re

from release_actions.formats.version_places.place import Package


def python(name: str) -> Package:
    """PEP 503: ordvec_manifest, Ordvec.Manifest and ordvec-manifest are one package."""
    return Package("python", re.sub(r"[-_.]+", "-", name).lower())
