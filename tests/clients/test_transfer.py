"""Files go and come as streams, and the token goes to this GitHub alone."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from release_actions import house
from release_actions.clients import transfer
from release_actions.clients.progress import EVERY, Progress, in_bytes
from release_actions.clients.rest import Refusal, Rest
from release_actions.clients.transfer import of_this_github
from release_actions.errors import UpstreamError
from tests.clients.canned import Answer, serving
from tests.shelf import StillClock

TOKEN = "ghs_secret"
GIB = 2**30


def rest(url: str) -> Rest:
    return Rest(TOKEN, url, StillClock())


def send(api: str, url: str, path: Path, size: int | None = None) -> Any:
    told = path.stat().st_size if size is None else size
    return transfer.upload(rest(api), url, path, told, "text/plain", Progress(StillClock()))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.bin"
    path.write_bytes(b"0123456789" * 1000)
    return path


def test_an_upload_tells_its_length_its_type_and_the_token(file: Path) -> None:
    with serving(Answer({"name": "a.bin"})) as canned:
        answer = send(canned.url, f"{canned.url}/uploads?name=a.bin", file)
        assert answer == {"name": "a.bin"}
        assert canned.asked == ["POST /uploads?name=a.bin"]
        (headers,) = canned.headers
        assert headers["content-length"] == "10000"
        assert "transfer-encoding" not in headers
        assert headers["content-type"] == "text/plain"
        assert headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    ("api", "url", "ours"),
    [
        ("https://api.github.com", "https://uploads.github.com/repos/x", True),
        ("https://api.github.com", "https://api.github.com/repos/x", True),
        ("https://api.acme.ghe.com", "https://uploads.acme.ghe.com/x", True),
        ("https://ghe.acme.com/api/v3", "https://ghe.acme.com/api/uploads/x", True),
        ("https://ghe.acme.com:8443/api/v3", "https://ghe.acme.com:8443/x", True),
        ("https://api.github.com", "http://uploads.github.com/x", False),
        ("https://api.github.com", "https://uploads.github.com.evil.example/x", False),
        ("https://api.github.com", "https://evil@uploads.github.com/x", False),
        ("https://api.github.com", "https://uploads.github.com:444/x", False),
        ("https://ghe.acme.com/api/v3", "https://uploads.ghe.acme.com/x", False),
        ("https://ghe.acme.com/api/v3", "https://ghe.acme.com:444/x", False),
        ("https://api.github.com", "", False),
    ],
)
def test_an_upload_goes_to_this_github_alone(api: str, url: str, ours: bool) -> None:
    """PAINS F52: the address is in the release, and is believed no further than this."""
    assert of_this_github(api, url) is ours


def test_no_byte_and_no_token_goes_to_another_host(file: Path) -> None:
    with serving(Answer({})) as foreign, pytest.raises(UpstreamError, match="no token goes there"):
        send("http://127.0.0.1:9", foreign.url, file)
    assert foreign.asked == []


def test_an_upload_is_never_led_elsewhere(file: Path) -> None:
    with (
        serving(Answer({})) as foreign,
        serving(Answer(b"", 307, {"Location": foreign.url})) as canned,
    ):
        with pytest.raises(Refusal):
            send(canned.url, f"{canned.url}/x", file)
        assert foreign.asked == []


def test_a_download_is_led_without_the_token(tmp_path: Path) -> None:
    """GitHub leads to a storage that is not its own."""
    got: list[bytes] = []
    with (
        serving(Answer(b"bytes")) as storage,
        serving(Answer(b"", 302, {"Location": f"{storage.url}/there"})) as canned,
    ):
        transfer.download(rest(canned.url), "/assets/1", got.append)
        assert b"".join(got) == b"bytes"
        assert canned.headers[0]["authorization"] == f"Bearer {TOKEN}"
        assert storage.asked == ["GET /there"]
        assert "authorization" not in storage.headers[0]


def test_what_a_netrc_has_for_a_host_goes_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password leaked\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with (
        serving(Answer(b"bytes")) as storage,
        serving(Answer(b"", 302, {"Location": storage.url})) as canned,
    ):
        transfer.download(rest(canned.url), "/assets/1", lambda piece: None)
        assert "authorization" not in storage.headers[0]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(b"half", short=10), "broke off"),
        (Answer(b"", 302, {"Location": "file:///etc/passwd"}), "leads to"),
        (Answer(b"", 302, {"Location": "{url}/again"}), "from place to place"),
        (Answer({"message": "no"}, 500), "answered 500: no"),
        (Answer({"message": f"{TOKEN} is wrong"}, 401), r"\*\*\* is wrong"),
    ],
    ids=["broken off", "led to a file", "led in a circle", "500", "401"],
)
def test_a_download_that_is_not_whole_is_no_answer(answer: Answer, said: str) -> None:
    with serving(answer) as canned, pytest.raises(UpstreamError, match=said):
        transfer.download(rest(canned.url), "/assets/1", lambda piece: None)


@pytest.mark.parametrize(
    "answer", [Answer(b"<html>"), Answer(b"{", short=5)], ids=["no JSON", "half"]
)
def test_an_upload_whose_answer_cannot_be_read_may_have_happened(
    answer: Answer, file: Path
) -> None:
    with serving(answer) as canned, pytest.raises(UpstreamError) as caught:
        send(canned.url, f"{canned.url}/x", file)
    assert caught.value.passing


def test_a_file_that_becomes_shorter_breaks_the_upload_off(file: Path) -> None:
    with serving(Answer({})) as canned, pytest.raises(UpstreamError, match=r"shorter|no answer"):
        send(canned.url, f"{canned.url}/x", file, 20_000)


def test_a_file_that_becomes_longer_is_sent_as_long_as_was_told(file: Path) -> None:
    with serving(Answer({})) as canned:
        send(canned.url, f"{canned.url}/x", file, 5)
        assert canned.headers[0]["content-length"] == "5"


def test_a_file_that_is_not_there_is_no_answer(tmp_path: Path) -> None:
    with pytest.raises(UpstreamError, match="cannot be read"):
        send("http://127.0.0.1:9", "http://127.0.0.1:9/x", tmp_path / "gone", 5)


def test_nobody_at_the_other_end_is_no_answer(file: Path) -> None:
    with pytest.raises(UpstreamError, match="no answer") as caught:
        send("http://127.0.0.1:9", "http://127.0.0.1:9/x", file)
    assert caught.value.passing


def test_progress_is_told_now_and_then() -> None:
    clock, said = StillClock(), list[str]()
    progress = Progress(clock)
    progress.say = said.append
    progress.begin(3 * GIB)
    progress.begin(512)
    progress.advance(GIB)
    clock.time += EVERY
    progress.advance(1)
    progress.advance(1)
    clock.time += EVERY
    progress.advance(-GIB)
    assert said == ["sent 1.0 GiB of 3.0 GiB in 2 files", "sent 2 B of 3.0 GiB in 2 files"]


@pytest.mark.parametrize(
    ("size", "told"), [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (5000 * GIB, "5000.0 GiB")]
)
def test_a_size_is_told_for_people(size: int, told: str) -> None:
    assert in_bytes(size) == told


# Memory


@dataclass
class Sink:
    """A server that takes bytes and keeps none."""

    url: str = ""
    sizes: list[int] = field(default_factory=list)


@contextmanager
def sink() -> Iterator[Sink]:
    taken = Sink()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            left = int(self.headers["Content-Length"])
            taken.sizes.append(left)
            while left:
                left -= len(self.rfile.read(min(left, 2**20)))
            self.send_response(201)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(GIB))
            self.end_headers()
            for _ in range(1024):
                self.wfile.write(bytes(2**20))

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    taken.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield taken
    server.shutdown()


PROGRAM = """
import hashlib, json, resource, sys
from pathlib import Path
from release_actions.clients import files, transfer
from release_actions.clients.clock import Clock
from release_actions.clients.progress import Progress
from release_actions.clients.rest import Rest
url, path = sys.argv[1], Path(sys.argv[2])
rest = Rest("t", url, Clock())
digest = hashlib.sha256()
files.digests([])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
hashed = files.digest(path)
transfer.upload(rest, url + "/x", path, hashed.size, "text/plain", Progress(Clock()))
transfer.download(rest, "/x", digest.update)
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([before, after, hashed.sha256, digest.hexdigest()]))
"""


def test_a_gigabyte_takes_no_memory(tmp_path: Path) -> None:
    """Hashed, sent and loaded in a process of its own: at most 40 MiB more than at its start."""
    path = tmp_path / "big"
    with path.open("wb") as file:
        file.truncate(GIB)  # sparse: it takes no disk
    with sink() as server:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, server.url, str(path)],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(house.root() / "src")},
            capture_output=True,
            text=True,
            check=True,
        )
        assert server.sizes == [GIB]
    before, after, hashed, loaded = json.loads(done.stdout)
    kib = 1 if sys.platform != "darwin" else 1024
    assert (after - before) / kib < 40 * 1024
    assert hashed == loaded == _zeros()


def _zeros() -> str:
    digest = hashlib.sha256()
    for _ in range(64):
        digest.update(bytes(GIB // 64))
    return digest.hexdigest()
