"""What one run publishes to one registry: which token, what it uploaded, and what it saw served.

Nothing here decides. A version that every layer served with our bytes is remembered, since its
bytes never change: the index alone is asked of it again, each minute, whether it was yanked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from release_actions.clients import served_crate
from release_actions.clients.crates import Crates
from release_actions.clients.patience import TRIES
from release_actions.clients.progress import Progress
from release_actions.clients.registry_token import RegistryToken
from release_actions.clients.served_crate import Served
from release_actions.errors import PostponedError, UpstreamError
from release_actions.formats import crate_index
from release_actions.formats.checksums import Sha256
from release_actions.formats.crate_index import CrateName, IndexVersion
from release_actions.formats.versions import Version

T = TypeVar("T")

TOGETHER = 8  # crates that are asked of at once
AGAIN = 2.0  # seconds before what may pass is tried again
FRESH = 60.0  # seconds for which a version that was seen whole, and ours, is not asked of again


@dataclass(frozen=True)
class Ours:
    """A version of ours, and the digest of its attested .crate."""

    name: CrateName
    version: Version
    sha256: Sha256 | None


class Publishing:
    """One registry, for as long as the run lasts."""

    def __init__(self, registry: Crates, token: RegistryToken, progress: Progress) -> None:
        self.registry = registry
        self.token = token
        self.progress = progress
        self.uploaded: frozenset[CrateName] = frozenset()
        self._whole: dict[Ours, tuple[Served, float]] = {}
        self._once: dict[str, Any] = {}

    def once(self, what: str, look: Callable[[], T]) -> T:
        """What was seen when this was first looked at in this run.

        For what every upload looks at again by itself: it packages anew, and compares.
        """
        if what not in self._once:
            self._once[what] = look()
        found: T = self._once[what]
        return found

    def again(self, ask: Callable[[], T], good: Callable[[T], bool]) -> T:
        """What is asked, tried again some times where it is not good: cargo asks the registry."""
        found = ask()
        for turn in range(1, TRIES):
            if good(found):
                break
            self.registry.web.clock.sleep(self.registry.web.clock.jitter(float(turn)))
            found = ask()
        return found

    def took(self, name: CrateName) -> None:
        """The registry took our upload of it; that is no proof yet."""
        self.uploaded |= {name}

    def look(self, wanted: Iterable[Ours], folder: Path) -> dict[CrateName, Served]:
        """What the registry has of each. Layers below the index are asked where it has it.

        :raises UpstreamError: where any that is asked does not answer.
        """
        ours = tuple(wanted)
        with ThreadPoolExecutor(TOGETHER) as pool:
            found = pool.map(lambda one: self._one(one, folder), ours)
            return dict(zip((one.name for one in ours), found, strict=True))

    def _one(self, ours: Ours, folder: Path) -> Served:
        whole, at = self._whole.get(ours, (None, 0.0))
        now = self.registry.web.clock.now()
        if whole and now - at < FRESH:
            return whole
        lines = self.registry.versions(ours.name) or ()
        line = crate_index.find(lines, ours.version)
        taken = crate_index.taken_by(lines, ours.version)
        if line is None or ours.sha256 is None:
            return Served(line, taken, None, None, None, ())
        if whole and line.checksum == ours.sha256:
            return replace(whole, index=line, taken=taken)
        seen = self._seen(ours, folder)
        if all(sha256 == ours.sha256 for sha256 in seen.layers.values()) and not seen.yanked:
            self._whole[ours] = seen, now
            self.progress.say(f"{ours.name} {ours.version} is served: {ours.sha256}")
        return seen

    def _seen(self, ours: Ours, folder: Path) -> Served:
        """Every layer. A download that contradicts the registry's own digest is had again: it may
        have been spoilt on the way."""
        for turn in range(TRIES):
            seen = served_crate.look(
                self.registry, ours.name, ours.version, folder, ours=ours.sha256
            )
            told = seen.index and seen.index.checksum
            if all(f is None or f.sha256 == told for f in (seen.download, seen.host)):
                break
            self.registry.web.clock.sleep(float(turn))
        return seen

    def lines(self, names: Iterable[CrateName]) -> dict[CrateName, tuple[IndexVersion, ...]]:
        """Every version that the index has of each crate, yanked ones too; none of a new one."""
        wanted = tuple(names)
        with ThreadPoolExecutor(TOGETHER) as pool:
            found = pool.map(self.registry.versions, wanted)
            return {name: lines or () for name, lines in zip(wanted, found, strict=True)}

    def yank(self, name: CrateName, version: Version) -> None:
        """Nobody is to begin to depend on it. Yanking it twice is yanking it once.

        :raises RefusedError: where the registry says why not.
        :raises PostponedError: where it did not answer, or limits its rate.
        """
        token = self.token.secret()
        try:
            path = f"crates/{name}/{quote(version)}/yank"
            self.registry.ask("DELETE", path, token)
        except UpstreamError as error:
            if not error.passing:
                raise
            raise PostponedError(str(error), after=error.after or AGAIN, made=None) from error

    def close(self) -> None:
        """Give the token back, if one was minted."""
        if why := self.token.give_back():
            self.progress.say(
                f"the token that was minted could not be revoked, and ends by itself: {why}"
            )
