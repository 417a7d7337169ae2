"""One workspace of three crates for many tests, each with a registry that knows nothing yet."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal.registries import Crates
from tests.actions.publishing import Place, place


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Packaged and attested once: that is what takes the time."""
    folder = tmp_path_factory.mktemp("publishing")
    with Crates(folder / "registry") as registry:
        made = place(folder, registry)
        shutil.copytree(made.attested, folder / "as-attested")
        yield made
        assert not registry.crashes, "\n".join(registry.crashes)


@pytest.fixture
def here(lasting: Place) -> Place:
    """The same with an empty registry; a test leaves the checkout as it was."""
    registry = lasting.registry
    registry.crates.clear()
    registry.tokens.clear()
    registry.faults.clear()
    registry.requests.clear()
    registry.lag, registry.new_crates, registry.retry_after = {}, None, 1
    shutil.rmtree(lasting.attested)
    shutil.copytree(lasting.folder / "as-attested", lasting.attested)
    lasting.token = registry.token()
    lasting.environ = {k: v for k, v in lasting.environ.items() if not k.startswith("ACTIONS_ID")}
    return lasting


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Place]:
    """One whose checkout a test may change."""
    with Crates(tmp_path / "registry") as registry:
        yield place(tmp_path, registry)
        assert not registry.crashes, "\n".join(registry.crashes)
