"""A registry of crates by HTTP: present, absent, or an error that names the request."""

from __future__ import annotations

import hashlib
import http.server
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rehearsal.faults import Fault, Kind
from rehearsal.registries import Crates as Registry
from release_actions.clients import answer
from release_actions.clients import crates as crates_module
from release_actions.clients import web as web_module
from release_actions.clients.crates import CRATES_IO, Crates, reason
from release_actions.clients.web import AGENT, Web
from release_actions.errors import RefusedError, UpstreamError
from release_actions.formats.crate_index import CrateName, IndexUrl
from tests.shelf import StillClock

NAME = CrateName("zz-a")
CONTENT = b"crate " * 1000
SUM = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    with Registry(tmp_path / "registry") as made:
        yield made
        assert not made.crashes, "\n".join(made.crashes)


@pytest.fixture
def client(registry: Registry) -> Crates:
    return Crates(IndexUrl(registry.index_url), Web(StillClock()))


def serve(registry: Registry) -> None:
    registry.add({"name": "zz-a", "vers": "0.1.0"}, CONTENT)


def test_every_layer_tells_one_version(registry: Registry, client: Crates, tmp_path: Path) -> None:
    serve(registry)
    (line,) = client.versions(NAME) or ()
    assert (line.version, line.checksum, line.yanked) == ("0.1.0", SUM, False)
    version = client.version(NAME, "0.1.0")
    assert version is not None
    assert (version.crate, version.checksum, version.yanked) == ("zz-a", SUM, False)
    for fetched in (
        client.from_api(NAME, "0.1.0", tmp_path / "q"),
        client.from_host(NAME, "0.1.0", tmp_path / "q"),
    ):
        assert fetched is not None
        assert (fetched.sha256, fetched.size) == (SUM, len(CONTENT))
        assert fetched.path.read_bytes() == CONTENT
    (owner,) = client.owners(NAME) or ()
    assert (owner.id, owner.login, owner.kind) == (1001, "ada", "user")


def test_what_is_not_there_is_none_in_every_layer(
    registry: Registry, client: Crates, tmp_path: Path
) -> None:
    """The host of the files says 403 of a key that it does not have, and that is absence there."""
    assert client.versions(NAME) is None
    assert client.version(NAME, "0.1.0") is None
    assert client.owners(NAME) is None
    assert client.from_api(NAME, "0.1.0", tmp_path / "q") is None
    assert client.from_host(NAME, "0.1.0", tmp_path / "q") is None
    serve(registry)
    assert client.version(NAME, "0.2.0") is None
    registry.lag = {"static": 3600}
    assert client.from_api(NAME, "0.1.0", tmp_path / "q") is None
    assert list((tmp_path / "q").iterdir()) == []


def test_each_request_says_who_asks_and_sends_no_credentials(
    registry: Registry, client: Crates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O23: crates.io refuses an agent that names nobody; a .netrc is nobody's business."""
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    serve(registry)
    seen = []
    registry.faults.add(
        Fault(kind="meanwhile", callback=lambda: seen.append(registry.requests[-1].agent))
    )
    client.versions(NAME)
    client.from_api(NAME, "0.1.0", tmp_path / "q")
    assert {record.agent for record in registry.requests} == {AGENT}
    assert "(https://" in AGENT


def test_the_config_is_asked_once(registry: Registry, client: Crates) -> None:
    for _ in range(3):
        client.config()
    assert [record.route for record in registry.requests] == ["index-config"]


Ask = Callable[[Crates, Path], object]
READS: dict[str, tuple[str, Ask]] = {
    "index-config": ("index-config", lambda c, q: c.config()),
    "index": ("index", lambda c, q: c.versions(NAME)),
    "version": ("version", lambda c, q: c.version(NAME, "0.1.0")),
    "owners": ("owners", lambda c, q: c.owners(NAME)),
    "download": ("download", lambda c, q: c.from_api(NAME, "0.1.0", q)),
    "static": ("static", lambda c, q: c.from_host(NAME, "0.1.0", q)),
    "static, from the API": ("static", lambda c, q: c.from_api(NAME, "0.1.0", q)),
}
PASSING: tuple[dict[str, object], ...] = (
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 429},
    {"kind": "status", "status": 408},
    {"kind": "secondary-rate-limit", "status": 429},
    {"kind": "reset", "when": "before"},
    {"kind": "reset", "when": "after"},
    {"kind": "truncated"},
)


def fault(route: str, what: dict[str, object], call: int | None) -> Fault:
    more = {key: value for key, value in what.items() if key != "kind"}
    kind: Kind = what["kind"]  # type: ignore[assignment]  # a literal of the table
    return Fault(kind=kind, route=route, call=call, **more)  # type: ignore[arg-type]  # the same


@pytest.mark.parametrize("what", PASSING, ids=lambda w: "-".join(map(str, w.values())))
@pytest.mark.parametrize(("route", "ask"), READS.values(), ids=READS)
def test_what_passes_is_asked_again_and_what_stays_is_an_error(
    registry: Registry,
    client: Crates,
    tmp_path: Path,
    route: str,
    ask: Ask,
    what: dict[str, object],
) -> None:
    if route == "download" and what["kind"] == "truncated":
        what = {"kind": "reset", "when": "after"}  # a redirection has no body to cut
    serve(registry)
    registry.faults.add(fault(route, what, 1))
    assert ask(client, tmp_path / "q") is not None
    registry.faults.clear()
    other = Crates(client.index_url, Web(StillClock()))
    registry.faults.add(fault(route, what, None))
    with pytest.raises(UpstreamError, match=r"GET http") as caught:
        ask(other, tmp_path / "again")
    assert caught.value.passing
    left = tmp_path / "again"
    assert not left.exists() or list(left.iterdir()) == [], "a partial file stayed (O23)"


@pytest.mark.parametrize("status", [400, 401, 403, 418])
@pytest.mark.parametrize(("route", "ask"), READS.values(), ids=READS)
def test_a_refused_read_is_no_absence(
    registry: Registry, client: Crates, tmp_path: Path, route: str, ask: Ask, status: int
) -> None:
    """D-O7, D-W14: only the layer's own 404 is absence, and 403 on the host of the files."""
    serve(registry)
    registry.faults.add(Fault(kind="status", route=route, status=status))
    if route == "static" and status == 403:
        assert ask(client, tmp_path / "q") is None
        return
    with pytest.raises(UpstreamError, match=f"answered {status}") as caught:
        ask(client, tmp_path / "q")
    assert not caught.value.passing


@pytest.mark.parametrize("body", ["html", "text", "empty", "list", "object", "null"])
@pytest.mark.parametrize("route", ["index-config", "index", "version", "owners"])
def test_nonsense_is_no_answer(registry: Registry, client: Crates, route: str, body: str) -> None:
    serve(registry)
    registry.faults.add(Fault(kind="nonsense", route=route, body=body))  # type: ignore[arg-type]
    with pytest.raises(UpstreamError, match="cannot be read"):
        READS[route][1](client, Path("unused"))


def test_an_answer_about_another_version_is_none(registry: Registry, client: Crates) -> None:
    """A cache that mixes answers up says nothing about the one that was asked for."""
    serve(registry)
    version = registry.find("zz-a", "0.1.0")
    assert version is not None

    def renumber() -> None:
        version.number = "0.1.1"

    registry.faults.add(Fault(kind="meanwhile", route="version", call=2, callback=renumber))
    assert client.version(NAME, "0.1.0") is not None
    assert client.version(NAME, "0.1.0") is None
    told = {"crate": "zz-a", "num": "0.1.1", "checksum": SUM, "yanked": False}
    for wrong in (told, told | {"num": "0.1.0", "yanked": None}):
        with pytest.raises(ValueError, match="another version"):
            crates_module._version({"version": wrong}, "0.1.0")


def test_what_is_larger_than_the_bound_is_not_read(
    registry: Registry, client: Crates, tmp_path: Path
) -> None:
    serve(registry)
    with pytest.raises(UpstreamError, match="6000 bytes; 100 are read at most"):
        client.from_host(NAME, "0.1.0", tmp_path / "q", limit=100)


def test_a_folder_that_cannot_be_written_is_an_error(
    registry: Registry, client: Crates, tmp_path: Path
) -> None:
    serve(registry)
    (tmp_path / "q").write_text("a file")
    with pytest.raises(UpstreamError, match="cannot be written"):
        client.from_host(NAME, "0.1.0", tmp_path / "q")


@pytest.mark.untraced  # traced, each piece takes twice as long
def test_two_gibibytes_are_fetched_without_memory(
    registry: Registry, client: Crates, tmp_path: Path
) -> None:
    """A sparse file of the largest size that is taken."""
    registry.add({"name": "zz-a", "vers": "0.1.0"}, b"")
    found = registry.find("zz-a", "0.1.0")
    assert found is not None
    with found.file.open("r+b") as file:
        file.truncate(2**31)
    tracemalloc.start()
    fetched = client.from_host(NAME, "0.1.0", tmp_path / "q")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert fetched is not None
    assert fetched.size == 2**31
    assert fetched.sha256 == "a7c744c13cc101ed66c29f672f92455547889cc586ce6d44fe76ae824958ea51"
    assert peak < 32 * 2**20, peak
    fetched.path.unlink()


# Effects


def test_a_token_is_sent_to_the_api_alone(registry: Registry, client: Crates) -> None:
    token = registry.token()
    serve(registry)
    assert client.ask("GET", "me", token) == {"user": {"id": 1001, "login": "ada"}}
    assert client.ask("DELETE", "crates/zz-a/0.1.0/yank", token) == {"ok": True}
    minted = client.ask("POST", "trusted_publishing/tokens", body={"jwt": "x"})["token"]
    assert client.ask("DELETE", "trusted_publishing/tokens", f"Bearer {minted}") is None


def test_a_refusal_gives_the_registrys_reason(registry: Registry, client: Crates) -> None:
    serve(registry)
    with pytest.raises(RefusedError, match="authentication failed") as caught:
        client.ask("DELETE", "crates/zz-a/0.1.0/yank", "cio-wrong")
    assert caught.value.rule == "refused"
    assert "cio-wrong" not in str(caught.value)


@pytest.mark.parametrize("status", [500, 429, 302])
def test_an_effect_without_an_answer_is_no_refusal(
    registry: Registry, client: Crates, status: int
) -> None:
    registry.faults.add(Fault(kind="status", route="me", status=status))
    with pytest.raises(UpstreamError):
        client.ask("GET", "me", registry.token())
    assert [r.route for r in registry.requests].count("me") == 1, "an effect is asked for once"


def test_an_effect_whose_answer_is_nonsense_is_not_known(
    registry: Registry, client: Crates
) -> None:
    registry.faults.add(Fault(kind="nonsense", route="me", body="html"))
    with pytest.raises(UpstreamError, match="cannot be read"):
        client.ask("GET", "me", registry.token())


def test_a_reason_in_no_known_form_is_told_as_it_came() -> None:
    assert reason('{"errors": [{"detail": "a"}, {"detail": "b"}]}') == "a; b"
    assert reason("<html>") == "<html>"
    assert reason("") == "no reason given"


def test_a_registry_without_an_api_says_so(registry: Registry, client: Crates) -> None:
    """One may have none, by the Cargo book; its index tells all that cargo needs."""
    client.config()
    assert client._config is not None
    client._config = type(client._config)(client._config.dl, None)
    with pytest.raises(UpstreamError, match="has no API"):
        client.version(NAME, "0.1.0")


def test_the_api_of_crates_io_is_asked_at_its_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """One request a second, as its crawler policy asks; nothing else is slowed."""
    clock = StillClock()
    public = Crates(CRATES_IO, Web(clock))
    for _ in range(3):
        public._wait()
    assert clock.slept == [1.0, 1.0]
    other = Crates(IndexUrl("https://example.org/"), Web(clock))
    other._wait()
    other._wait()
    assert clock.slept == [1.0, 1.0]


# The web below it


class Canned(http.server.BaseHTTPRequestHandler):
    """Answers that no service of ours gives."""

    def do_GET(self) -> None:
        status, headers, body = ANSWERS[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silence."""


ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/circle": (302, {"Location": "/circle"}, b""),
    "/nowhere": (302, {}, b""),
    "/file": (302, {"Location": "file:///etc/passwd"}, b""),
    "/gzip": (200, {"Content-Encoding": "gzip"}, b"x"),
    "/endless": (200, {}, b"x" * 5000),
    "/slow": (200, {}, b"x" * 10),
    "/later": (503, {"Retry-After": "7"}, b"come again"),
    "/much-later": (503, {"Retry-After": "3600"}, b"x" * 50000),
    "/fine": (200, {}, b"fine"),
    "/there": (307, {"Location": "/fine"}, b""),
}


@pytest.fixture(scope="module")
def canned() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Canned)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/circle", "leads from place to place"),
        ("/nowhere", "it leads to"),
        ("/file", "it leads to file:///etc/passwd"),
        ("/gzip", "it came compressed"),
        ("/endless", "more than 1000 bytes"),
        ("/much-later", "answered 503"),
    ],
)
def test_an_answer_that_is_none_is_an_error(canned: str, path: str, said: str) -> None:
    web = Web(StillClock())
    with pytest.raises(UpstreamError, match=said) as caught:
        web.read(canned + path, bytes, limit=1000)
    assert len(str(caught.value)) < 500


def test_a_redirection_is_followed(canned: str) -> None:
    assert Web(StillClock()).read(f"{canned}/there", bytes) == b"fine"


def test_a_service_is_left_alone_as_long_as_it_asks(canned: str) -> None:
    clock = StillClock()
    with pytest.raises(UpstreamError, match="come again"):
        Web(clock).read(f"{canned}/later", bytes)
    assert clock.slept == [7.0, 7.0, 7.0]


def test_an_answer_that_drips_ends(canned: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer, "LONGEST", -1.0)
    with pytest.raises(UpstreamError, match="not over after"):
        Web(StillClock()).read(f"{canned}/slow", bytes)


def test_https_never_becomes_http() -> None:
    with pytest.raises(UpstreamError, match="it leads to http://x/"):
        web_module._led("https://a/b", "http://x/", "GET https://a/b")
    assert web_module._led("https://a/b", "c", "GET x") == "https://a/c"


def test_what_covers_a_token_in_an_error() -> None:
    assert web_module._without({"Authorization": "cio1"}, "bad cio1 header") == "bad *** header"
    assert web_module._without(None, "text") == "text"


def test_an_address_where_nobody_answers_is_an_error() -> None:
    with pytest.raises(UpstreamError, match="no answer") as caught:
        Web(StillClock()).read("http://127.0.0.1:9/x", bytes)
    assert caught.value.passing
