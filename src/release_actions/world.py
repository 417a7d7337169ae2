"""Everything outside this process that an action may look at or change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from release_actions.clients.clock import Clock

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

    from release_actions.clients.cargo import Cargo
    from release_actions.clients.crates import Crates
    from release_actions.clients.git import Git
    from release_actions.clients.github import GitHub
    from release_actions.clients.progress import Progress
    from release_actions.clients.publishing import Publishing
    from release_actions.clients.pypi import PyPI
    from release_actions.clients.web import Web
    from release_actions.formats.crate_index import IndexUrl
    from release_actions.formats.index_file import SimpleUrl


@dataclass(frozen=True)
class OwnRun:
    """The workflow run that this step belongs to; all None on a laptop."""

    id: int | None = None
    attempt: int | None = None
    workflow: str | None = None  # path of its file
    repository: str | None = None
    commit: str | None = None


@dataclass(frozen=True)
class World:
    """The clients, each connected when it is first asked: a start must not pay for all."""

    token: str = field(default="", repr=False)
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    clock: Clock = field(default_factory=Clock)
    registry_token: str = field(default="", repr=False)

    @cached_property
    def hidden(self) -> list[str]:
        """What no line, output or record may tell; what is minted on the way is added."""
        own = self.environ.get("CARGO_REGISTRY_TOKEN", "")
        return [secret for secret in (self.token, self.registry_token, own) if secret]

    def close(self) -> None:
        """Give back what was had for this run alone: a token that was minted."""
        if "_publishing" in self.__dict__:
            for publishing in self._publishing.values():
                publishing.close()

    @cached_property
    def github(self) -> GitHub:
        from release_actions.clients.github import API_URL, GitHub

        return GitHub(self.token, self.environ.get("GITHUB_API_URL") or API_URL, self.clock)

    @cached_property
    def progress(self) -> Progress:
        """How far long transfers are; the run gives it a voice."""
        from release_actions.clients.progress import Progress

        return Progress(self.clock)

    @cached_property
    def web(self) -> Web:
        """Reads by HTTP from public services."""
        from release_actions.clients.web import Web

        return Web(self.clock)

    def crates(self, index: IndexUrl) -> Crates:
        """The registry of crates with this sparse index; one and the same for each address."""
        from release_actions.clients.crates import Crates

        return self._registries.setdefault(index, Crates(index, self.web))

    @cached_property
    def _registries(self) -> dict[str, Crates]:
        return {}

    def publishing(self, index: IndexUrl) -> Publishing:
        """What this run may and did publish to the registry with this index; one for each."""
        from release_actions.clients.publishing import Publishing
        from release_actions.clients.registry_token import Issuer, RegistryToken

        if index not in self._publishing:
            given = self.registry_token or self.environ.get("CARGO_REGISTRY_TOKEN", "")
            registry = self.crates(index)
            token = RegistryToken(registry, given, Issuer.of(self.environ), self.hidden)
            self._publishing[index] = Publishing(registry, token, self.progress)
        return self._publishing[index]

    @cached_property
    def _publishing(self) -> dict[str, Publishing]:
        return {}

    def pypi(self, index: SimpleUrl) -> PyPI:
        """The index of Python packages at this address; one and the same for each."""
        from release_actions.clients.pypi import PyPI

        return self._indexes.setdefault(index, PyPI(index, self.web, self.progress))

    @cached_property
    def _indexes(self) -> dict[str, PyPI]:
        return {}

    def cargo(self, folder: Path, more: Iterable[str] = ()) -> Cargo:
        """Cargo in a folder; `more` names further variables that it is given."""
        from release_actions.clients.cargo import Cargo

        return Cargo(folder, self.environ, more)

    @property
    def quarantine(self) -> Path:
        """A new folder of this run's own, outside every checkout; it goes when the run does."""
        return Path(self._quarantine.name)

    @cached_property
    def _quarantine(self) -> TemporaryDirectory[str]:
        from tempfile import TemporaryDirectory

        folder = self.environ.get("RUNNER_TEMP") or None
        return TemporaryDirectory(prefix="release-actions-", dir=folder, ignore_cleanup_errors=True)

    @property
    def workspace(self) -> Path:
        """The folder that paths are below, where they are not whole by themselves."""
        return Path(self.environ.get("GITHUB_WORKSPACE") or ".")

    def git(self, folder: str = "") -> Git:
        """The clone in a folder, by default the workspace."""
        from release_actions.clients.git import Git, Server

        if folder not in self._clones:
            server = Server(self.environ.get("GITHUB_SERVER_URL") or Server.url, self.token)
            self._clones[folder] = Git(Path(self.workspace, folder), server)
        return self._clones[folder]

    @cached_property
    def _clones(self) -> dict[str, Git]:
        return {}

    @cached_property
    def own_run(self) -> OwnRun:
        """This very run, so that a gate never counts itself."""
        number = self.environ.get("GITHUB_RUN_ID", "")
        attempt = self.environ.get("GITHUB_RUN_ATTEMPT", "")
        # owner/name/.github/workflows/release.yml@refs/tags/v1
        path = re.fullmatch(
            r"[^/]+/[^/]+/(.+?)@.*", self.environ.get("GITHUB_WORKFLOW_REF", ""), re.DOTALL
        )
        return OwnRun(
            id=int(number) if number.isdigit() else None,
            attempt=int(attempt) if attempt.isdigit() else None,
            workflow=path[1] if path else None,
            repository=self.environ.get("GITHUB_REPOSITORY") or None,
            commit=self.environ.get("GITHUB_SHA") or None,
        )

    @property
    def on_a_runner(self) -> bool:
        return self.environ.get("GITHUB_ACTIONS") == "true"

    @property
    def asked(self) -> int:
        """How many requests were made so far; nothing is connected to tell this."""
        github = self.github.requests if "github" in self.__dict__ else 0
        return github + (self.web.requests if "web" in self.__dict__ else 0)
