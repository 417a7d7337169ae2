"""Changes are made side by side, and each is answered what it asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from github.Requester import HTTPRequestsConnectionClass

from release_actions.clients.rest import Rest
from tests.shelf import StillClock


@pytest.fixture
def echo() -> Iterator[str]:
    """The address of a server that answers with what it was asked."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and body at once, or each answer waits for an acknowledgement

        def do_GET(self) -> None:
            body = json.dumps({"asked": self.path}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_threads_that_ask_at_once_get_their_own_answers(
    echo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PyGithub keeps the request to come in its one connection: no two may be on their way."""
    rest, on_the_way, most = Rest("", echo, StillClock()), [0], [0]
    real = HTTPRequestsConnectionClass.getresponse

    def counted(connection: HTTPRequestsConnectionClass) -> object:
        on_the_way[0] += 1
        most[0] = max(most[0], on_the_way[0])
        try:
            return real(connection)
        finally:
            on_the_way[0] -= 1

    monkeypatch.setattr(HTTPRequestsConnectionClass, "getresponse", counted)

    def ask(number: int) -> str:
        return rest.get(f"/{number}", lambda answer: str(answer["asked"]))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(100))) == [f"/{number}" for number in range(100)]
    assert most == [1]
    assert rest.requests == 100
