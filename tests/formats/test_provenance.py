"""Provenance needs libraries that not every environment has, and says so."""

from __future__ import annotations

import sys

import pytest

from release_actions.errors import UpstreamError
from release_actions.formats import provenance
from release_actions.formats.checksums import Sha256
from release_actions.formats.provenance import Publisher
from release_actions.values import Repository, WorkflowFile


def test_without_the_libraries_nothing_is_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not taken for right, and not for wrong: could not tell."""
    monkeypatch.setitem(sys.modules, "pypi_attestations", None)
    publisher = Publisher(Repository("acme/app"), WorkflowFile("release.yml"))
    with pytest.raises(UpstreamError, match=r"install release-actions\[sigstore\]"):
        provenance.verify(b"{}", "a-1.tar.gz", Sha256("a" * 64), publisher)
