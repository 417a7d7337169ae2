"""A server that answers what it was told, in turn; real HTTP, and no opinion."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Answer:
    body: Any = None  # bytes as they are, else JSON
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    short: int = 0  # bytes that Content-Length promises and that never come


@dataclass
class Canned:
    """Answers in turn, the last one for ever; and what was asked."""

    answers: list[Answer]
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""


@contextmanager
def serving(*answers: Answer) -> Iterator[Canned]:
    canned = Canned(list(answers))

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            canned.asked.append(f"{self.command} {self.path}")
            canned.headers.append({k.lower(): v for k, v in self.headers.items()})
            answer = canned.answers.pop(0) if len(canned.answers) > 1 else canned.answers[0]
            body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body)
            sent = body if isinstance(body, bytes) else body.encode()
            if answer.status in (204, 304):
                sent = b""
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value.replace("{url}", canned.url))
            self.send_header("Content-Length", str(len(sent) + answer.short))
            self.end_headers()
            self.wfile.write(sent)
            self.close_connection = bool(answer.short)

        do_GET = do_POST = do_PATCH = answer  # http.server's names

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    canned.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield canned
    finally:
        server.shutdown()
        server.server_close()
