"""Loopback registries: PyPI and crates.io as twine, pip and cargo know them, unkind on request."""

from rehearsal.registries.crates import Crates
from rehearsal.registries.publishers import Publisher
from rehearsal.registries.pypi import PyPI

__all__ = ["Crates", "Publisher", "PyPI"]
