"""A place with two crates, one of which needs the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal.registries import Crates
from tests.actions.verify_crate_identity.registry import Place, place


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Crates]:
    with Crates(tmp_path / "registry") as made:
        yield made
        assert not made.crashes, "\n".join(made.crashes)


@pytest.fixture
def here(tmp_path: Path, registry: Crates) -> Place:
    return place(tmp_path, registry, {"zz-a": (), "zz-b": ("zz-a",)})
