"""Changes are made side by side, and each is answered what it asked."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from release_actions.clients.rest import Rest
from tests.shelf import StillClock


@pytest.fixture
def echo() -> Iterator[str]:
    """The address of a server that answers with what it was asked."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = json.dumps({"asked": self.path}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads that take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_threads_that_ask_at_once_get_their_own_answers(echo: str, restless: None) -> None:
    """PyGithub keeps the request to come in its one connection."""
    rest = Rest("", echo, StillClock())

    def ask(number: int) -> str:
        return rest.get(f"/{number}", lambda answer: str(answer["asked"]))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(200))) == [f"/{number}" for number in range(200)]
    assert rest.requests == 200
