"""An upload's end is read from cargo's own record of the request; its words are for people."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from rehearsal.faults import Fault
from rehearsal.registries import Crates
from release_actions.clients import cargo_publish
from release_actions.clients.cargo import Cargo
from release_actions.clients.cargo_publish import Target, Upload, repackage, seconds, upload
from release_actions.errors import UpstreamError
from release_actions.formats.crate_index import IndexUrl
from tests.actions.publishing import Place, place

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Place]:
    with Crates(tmp_path / "registry") as registry:
        yield place(tmp_path, registry, {"zz-a": ()})
        assert not registry.crashes


def sent(here: Place, token: str | None = None) -> Upload:
    cargo = Cargo(here.work, here.environ)
    manifest = here.work / "crates/zz-a/Cargo.toml"
    target = Target("loop", IndexUrl(here.registry.index_url))
    return upload(cargo, manifest, target, here.folder / "up", token or here.token, NOW)


def test_an_upload_is_over_when_the_registry_took_it(
    here: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """cargo itself would wait a minute for an index that lags (PAINS 35): it is ended instead."""
    uploads: list[subprocess.Popen[str]] = []

    class Popen(subprocess.Popen[str]):
        def __init__(self, words: Sequence[str], **how: Any) -> None:
            super().__init__(words, **how)
            if "publish" in words:
                uploads.append(self)

    monkeypatch.setattr(subprocess, "Popen", Popen)
    here.registry.lag = {"index": 3600}
    assert sent(here) == Upload(taken=True, begun=True, status=200)
    assert [upload.returncode for upload in uploads] == [-signal.SIGKILL]
    assert list((here.folder / "up").iterdir()) == []
    again = sent(here)
    assert (again.already, again.taken, again.status) == (True, False, 400)


def test_the_index_s_own_already_is_one_too(here: Place) -> None:
    here.serve("zz-a")
    found = sent(here)
    assert (found.already, found.begun) == (True, False)


def test_when_to_come_again_is_read_from_the_answer(here: Place) -> None:
    here.registry.new_crates, here.registry.retry_after = 0, 77
    found = sent(here)
    assert (found.status, found.after, found.begun, found.taken) == (429, 77.0, True, False)
    assert found.said.startswith("the remote server responded with an error (status 429")


def test_a_registry_that_gives_no_answer(here: Place) -> None:
    here.registry.faults.add(Fault(route="publish", kind="reset"))
    found = sent(here)
    assert (found.taken, found.begun, found.status, found.already) == (False, True, None, False)


def test_a_token_that_is_echoed_is_covered(here: Place) -> None:
    here.registry.faults.add(
        Fault(route="publish", kind="status", status=403, message=f"bad {here.token}")
    )
    found = sent(here)
    assert (found.status, found.said[-7:]) == (403, "bad ***")


def test_no_cargo_is_no_answer(here: Place) -> None:
    here.environ["PATH"] = "/nowhere"
    with pytest.raises(UpstreamError, match="cannot be started"):
        sent(here)


def test_what_is_about_to_be_uploaded_is_the_attested(here: Place) -> None:
    cargo, manifest = Cargo(here.work, here.environ), here.work / "crates/zz-a/Cargo.toml"
    target = Target("loop", IndexUrl(here.registry.index_url))
    sha256, said = repackage(cargo, manifest, target, here.folder)
    assert (sha256, said) == (here.ours["zz-a@0.1.0"], "")
    sha256, said = repackage(cargo, here.work / "Cargo.toml.none", target, here.folder)
    assert sha256 is None
    assert "manifest path" in said


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("120", 120.0, id="seconds"),
        pytest.param("Sat, 21 Nov 2026 12:10:00 GMT", 600.0, id="a date, as crates.io has it"),
        pytest.param("Sat, 21 Nov 2026 11:00:00 GMT", 0.0, id="over"),
        pytest.param("Sat, 21 Nov 2026 12:00:30 -0000", 30.0, id="without a zone"),
        pytest.param("soon", None, id="nonsense"),
    ],
)
def test_a_retry_after(text: str, found: float | None) -> None:
    assert seconds(text, NOW) == found


def test_the_last_answer_to_the_upload_counts() -> None:
    """A redirection or an interim answer comes before it."""
    found = cargo_publish.Upload()
    for line in ("http-debug: < HTTP/1.1 100 Continue", "http-debug: < HTTP/2 503",
                 "http-debug: < Retry-After: 5"):  # fmt: skip
        found = cargo_publish._answered(found, line, NOW)
    assert (found.status, found.after) == (503, 5.0)
