"""What tests share: keys, which take seconds to make, where the Rust tools are, quick services."""

from __future__ import annotations

import os
import shutil
import signal
import socketserver
import sys
import tempfile
import threading
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.clients.keys import Gpg

#: What programs go by beside the variables of a runner.
TOLD = ("CI", "NO_COLOR", "FORCE_COLOR", "SOURCE_DATE_EPOCH", "GIT_DIR", "GIT_WORK_TREE")


def pytest_configure() -> None:
    """What holds for every test of this process."""
    _forget_the_runner()
    _keep_toolchains()
    _trace_no_service()


def _forget_the_runner() -> None:
    """A test is the same on a laptop, in CI, and in a step of a workflow."""
    for name in list(os.environ):
        if name in TOLD or name.startswith(("GITHUB_", "RUNNER_", "ACTIONS_", "INPUT", "GH_")):
            del os.environ[name]
    os.umask(0o022)
    # A shell that starts us in the background lets us ignore it, and so all that we start.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _keep_toolchains() -> None:
    """Under another HOME rustup's cargo forgets its toolchains, which lie beside it."""
    cargo = shutil.which("cargo")
    toolchains = Path(cargo).parents[2] / ".rustup" if cargo else None
    if toolchains is not None and toolchains.is_dir():
        os.environ.setdefault("RUSTUP_HOME", str(toolchains))


def _trace_no_service() -> None:
    """What serves is not what is measured; its threads traced for coverage are half the time."""
    serve = socketserver.ThreadingMixIn.process_request_thread

    def untraced(self: socketserver.ThreadingMixIn, *request: Any) -> None:
        sys.settrace(None)
        serve(self, *request)

    socketserver.ThreadingMixIn.process_request_thread = untraced  # type: ignore[assignment,method-assign]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Without coverage for what is marked so.

    pytest-cov's own mark does not do it in a process of xdist's: there its coverage lies upon
    another one, which goes on when it pauses.
    """
    if item.get_closest_marker("untraced") is None:
        return (yield)
    own, threads = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)
    try:
        return (yield)
    finally:
        threading.settrace(threads)
        sys.settrace(own)


@pytest.fixture(scope="session")
def gpg() -> Iterator[Gpg]:
    """gpg with a home of its own."""
    with tempfile.TemporaryDirectory(prefix="keys") as folder:
        Path(folder).chmod(0o700)
        gpg = Gpg(Path(folder))
        yield gpg
        gpg.stop()
