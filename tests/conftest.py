"""Keys that the tests of signatures share: making them takes seconds."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.keys import Gpg


@pytest.fixture(scope="session")
def gpg() -> Iterator[Gpg]:
    """gpg with a home of its own."""
    if shutil.which("gpg") is None:
        pytest.skip("gpg is not on PATH")
    with tempfile.TemporaryDirectory(prefix="keys") as folder:
        Path(folder).chmod(0o700)
        gpg = Gpg(Path(folder))
        yield gpg
        gpg.stop()
