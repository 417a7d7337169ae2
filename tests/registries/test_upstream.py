"""Crates of others are read from the registry behind the loopback one, which is never written."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from rehearsal.faults import Fault
from rehearsal.registries import Crates
from rehearsal.registries.upstream import Upstream
from tests.hanging import HANG


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Crates]:
    """What stands for crates.io."""
    with Crates(tmp_path / "real") as crates:
        crates.add({"name": "serde", "vers": "1.0.0"}, b"serde")
        crates.add({"name": "acme", "vers": "0.9.0"}, b"acme of old")
        yield crates


@pytest.fixture
def here(tmp_path: Path, real: Crates) -> Iterator[Crates]:
    with Crates(tmp_path / "here") as crates:
        crates.upstream = Upstream(real.index_url)
        yield crates


def _get(crates: Crates, path: str) -> requests.Response:
    return requests.get(f"{crates.url}{path}", timeout=HANG)


def _versions(crates: Crates, path: str) -> list[str]:
    lines = _get(crates, f"/index/{path}").text.splitlines()
    return [json.loads(line)["vers"] for line in lines]


def _publish(crates: Crates, name: str, number: str) -> requests.Response:
    told = json.dumps({"name": name, "vers": number}).encode()
    body = b"".join(len(part).to_bytes(4, "little") + part for part in (told, b"new"))
    headers = {"Authorization": crates.token()}
    return requests.put(f"{crates.url}/api/v1/crates/new", body, headers=headers, timeout=10)


def test_a_dependency_is_read_and_downloaded(here: Crates) -> None:
    assert _versions(here, "se/rd/serde") == ["1.0.0"]
    assert _get(here, "/static/crates/serde/1.0.0/download").content == b"serde"
    assert _get(here, "/index/no/ne/none").status_code == 404
    assert _get(here, "/static/crates/none/1.0.0/download").status_code == 403


def test_what_is_published_here_stands_beside_what_is_there(here: Crates, real: Crates) -> None:
    assert _publish(here, "acme", "1.0.0").status_code == 200
    assert _versions(here, "ac/me/acme") == ["0.9.0", "1.0.0"]
    assert _get(here, "/static/crates/acme/1.0.0/download").content == b"new"
    assert _get(here, "/static/crates/acme/0.9.0/download").content == b"acme of old"
    assert all(record.method == "GET" for record in real.requests)


def test_a_version_that_is_there_cannot_be_published(here: Crates) -> None:
    answer = _publish(here, "acme", "0.9.0")
    assert (answer.status_code, "already uploaded" in answer.text) == (400, True)


def test_one_failure_and_it_is_not_asked_again(here: Crates, real: Crates) -> None:
    real.faults.add(Fault(kind="status", route="index", status=503))
    assert _get(here, "/index/se/rd/serde").status_code == 404
    assert _get(here, "/index/ac/me/acme").status_code == 404
    assert _get(here, "/static/crates/serde/1.0.0/download").status_code == 403
    assert here.upstream
    assert "HTTP 503" in here.upstream.down
    assert len(real.requests) == 1
    assert _publish(here, "acme", "0.9.0").status_code == 200


def test_a_registry_that_is_not_reached_is_told(here: Crates) -> None:
    here.upstream = Upstream("http://127.0.0.1:9/")
    assert _get(here, "/index/se/rd/serde").status_code == 404
    assert "127.0.0.1:9/se/rd/serde: " in here.upstream.down


def test_no_crate_waits_for_another(here: Crates) -> None:
    """Cargo asks for hundreds at once; each answer of the real index comes when all were asked."""
    together = threading.Barrier(3, timeout=HANG)

    class Slow(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if "config" not in self.path:
                together.wait()
            body = b'{"dl": "http://%s"}' % self.headers["Host"].encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as real, ThreadPoolExecutor(3) as pool:
        threading.Thread(target=real.serve_forever, daemon=True).start()
        here.upstream = Upstream(f"http://127.0.0.1:{real.server_port}")
        paths = [f"/static/crates/{name}/1.0.0/download" for name in "ab"] + ["/index/3/c/ccc"]
        answers = list(pool.map(lambda path: _get(here, path), paths))
        real.shutdown()
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert not here.upstream.down
