"""What tests share: keys, which take seconds to make, and where the Rust tools are."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.keys import Gpg


def pytest_configure() -> None:
    """Under another HOME rustup's cargo forgets its toolchains, which lie beside it."""
    cargo = shutil.which("cargo")
    toolchains = Path(cargo).parents[2] / ".rustup" if cargo else None
    if toolchains is not None and toolchains.is_dir():
        os.environ.setdefault("RUSTUP_HOME", str(toolchains))


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
