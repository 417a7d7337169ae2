"""The two doors of the loopback GitHub: a port of 127.0.0.1, and a Unix socket."""

from __future__ import annotations

import contextlib
import socketserver
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

if TYPE_CHECKING:
    from rehearsal.github.world import GitHub

_POLL = 0.02


class Handler(WSGIRequestHandler):
    """Silent, and content when a connection is reset on purpose."""

    wbufsize = -1  # Headers and body in one piece: no wait for the peer's acknowledgement.

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing: the world keeps a record of each request."""

    def finish(self) -> None:
        """Do not mind if the client had left before the answer was out."""
        with contextlib.suppress(ConnectionError):
            super().finish()

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        """Look for no further request on a connection that is gone."""
        self.close_connection = True


class Listener(ThreadedWSGIServer):
    """A server that asks no name service for its own name."""

    def server_bind(self) -> None:
        """Bind, and no more."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", 0


class Doors:
    """Listens at both doors until it is closed; the threads end with the process."""

    def __init__(self, github: GitHub) -> None:
        self._github = github
        self._listeners: list[Listener] = []
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.url = ""
        self.socket_path = Path()

    def open(self) -> None:
        """Listen."""
        # Imported here as it imports every answer of the API, which know the world.
        from rehearsal.github.app import App

        # The path of a Unix socket must be short, so it does not lie in the world's folder.
        self._folder = tempfile.TemporaryDirectory(prefix="github-")
        self.socket_path = Path(self._folder.name) / "api.sock"
        app = App(self._github)
        port = Listener("127.0.0.1", 0, app, Handler)
        local = Listener(f"unix://{self.socket_path}", 0, app, Handler)
        self.socket_path.chmod(0o600)
        self._listeners = [port, local]
        self.url = f"http://127.0.0.1:{port.port}"
        for listener in self._listeners:
            threading.Thread(target=listener.serve_forever, args=(_POLL,), daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        for listener in self._listeners:
            listener.shutdown()
        self._listeners = []
        if self._folder is not None:
            self._folder.cleanup()
