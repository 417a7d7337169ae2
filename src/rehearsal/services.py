"""The services that a journey asks for beside GitHub, and what steps are told of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from rehearsal.registries import Crates, PyPI
    from rehearsal.registries.service import Service
    from rehearsal.sigstore import Sigstore

#: Cargo's own: the index that it takes for that of crates.io, so that no step has to name another.
_CRATES_IO = "__CARGO_TEST_CRATES_IO_URL_DO_NOT_USE_THIS"

Name = Literal["pypi", "crates", "sigstore"]


@dataclass(frozen=True)
class Services:
    """Those that are there; None for one that nobody asked for."""

    pypi: PyPI | None = None
    crates: Crates | None = None
    sigstore: Sigstore | None = None

    @property
    def crashes(self) -> list[str]:
        """Faults of our own in any of them."""
        return [crash for service in self.all.values() for crash in service.crashes]

    @property
    def all(self) -> dict[Name, Service]:
        """Those that are there, by name."""
        every: dict[Name, Service | None] = {
            "pypi": self.pypi,
            "crates": self.crates,
            "sigstore": self.sigstore,
        }
        return {name: service for name, service in every.items() if service}

    def environment(self) -> dict[str, str]:
        """What stand-ins find them by, and twine, uv and cargo without being told in a step."""
        told: dict[str, str] = {}
        if self.pypi:
            told["REHEARSAL_PYPI"] = self.pypi.url
            told["TWINE_REPOSITORY_URL"] = told["UV_PUBLISH_URL"] = self.pypi.upload_url
        if self.crates:
            told["REHEARSAL_CRATES"] = self.crates.url
            told[_CRATES_IO] = self.crates.index_url
        if self.sigstore:
            told["REHEARSAL_SIGSTORE"] = str(self.sigstore.trust_config)
            told["REHEARSAL_TRUSTED_ROOT"] = str(self.sigstore.trusted_root)
        return told


@contextmanager
def opened(names: Collection[Name], folder: Path) -> Iterator[Services]:
    """The services of these names, each with a folder of its own, for as long as this lasts."""
    # Imported as they are asked for: keys and certificates alone take a tenth of a second.
    with ExitStack() as stack:
        pypi = crates = sigstore = None
        if "pypi" in names:
            from rehearsal.registries import PyPI

            pypi = stack.enter_context(PyPI(folder / "pypi"))
        if "crates" in names:
            from rehearsal.registries import Crates

            crates = stack.enter_context(Crates(folder / "crates"))
        if "sigstore" in names:
            from rehearsal.sigstore import Sigstore

            sigstore = stack.enter_context(Sigstore(folder / "sigstore"))
        beside = Services(pypi, crates, sigstore)
        for service in beside.all.values():
            service.tells_callers = True
        yield beside
