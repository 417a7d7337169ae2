"""A loopback PyPI and a workspace for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal.registries import PyPI
from tests.actions.canonicalize_pypi_dists.scene import Scene


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """Nothing is built and nothing published yet; no answer may be a fault of the loopback's."""
    (tmp_path / "work").mkdir()
    with PyPI(tmp_path / "pypi") as pypi:
        yield Scene(pypi, tmp_path / "work")
    assert not pypi.crashes, "\n".join(pypi.crashes)
