"""The token: where it comes from, how long it is used, and where it never stands."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from rehearsal.faults import Fault
from tests.actions.publishing import FAILED, MISSING, OK, Place
from tests.hanging import HANG

REQUEST = "request-token-of-the-job"


class Issuer(ThreadingHTTPServer):
    """GitHub's issuer: who has the request token is told who the job is, for an audience."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []
        self.answers: list[tuple[int, bytes]] = []

    @property
    def environ(self) -> dict[str, str]:
        return {
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"http://127.0.0.1:{self.server_port}/token?v=1",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": REQUEST,
        }


class Handler(BaseHTTPRequestHandler):
    server: Issuer

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        known = self.headers["Authorization"] == f"Bearer {REQUEST}"
        good = (200, b'{"value": "identity-of-the-job"}') if known else (401, b"{}")
        status, body = self.server.answers.pop(0) if self.server.answers else good
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with Issuer() as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


def test_without_any_token_nothing_is_published(here: Place) -> None:
    ended = here.step(token="")
    assert (ended.code, ended.bad) == (FAILED, ["no-token"])
    assert "id-token: write" in ended.log


def test_a_token_is_minted_right_before_the_first_upload_and_revoked_at_the_end(
    here: Place, issuer: Issuer
) -> None:
    """PAINS 39: all that can be judged without a token is judged before it is minted."""
    here.environ |= issuer.environ
    here.registry.tokens.clear()
    ended = here.step(token="")
    assert ended.code == OK, ended.log
    assert here.served == here.ours
    routes = [r.route for r in here.registry.requests]
    assert routes.count("mint") == routes.count("revoke") == 1
    assert routes.index("mint") + 1 <= routes.index("publish")
    assert routes.index("mint") > routes.index("index")
    assert routes[-1] == "revoke"
    assert here.registry.tokens == {}
    audience = here.registry.url.removeprefix("http://").replace(":", "%3A")
    assert issuer.asked == [f"/token?v=1&audience={audience}"]


def test_a_run_that_is_refused_gives_its_token_back_too(here: Place, issuer: Issuer) -> None:
    here.environ |= issuer.environ
    here.registry.faults.add(Fault(route="publish", kind="status", status=400, message="no"))
    ended = here.step(token="")
    assert (ended.code, ended.bad) == (FAILED, ["refused"])
    assert here.registry.requests[-1].route == "revoke"


def test_a_token_that_is_not_revoked_is_told(here: Place, issuer: Issuer) -> None:
    here.environ |= issuer.environ
    here.registry.faults.add(Fault(route="revoke", kind="status", status=500))
    ended = here.step(token="")
    assert ended.code == OK
    assert "could not be revoked" in ended.log


def test_a_minted_token_is_minted_anew_before_it_ends(here: Place, issuer: Issuer) -> None:
    """A long release does not end because a token does."""
    here.environ |= issuer.environ
    here.registry.lag = {"index": 29 * 60}
    ended = here.step(token="", wait="1h")
    assert ended.code == OK, ended.log
    assert [r.route for r in here.registry.requests].count("mint") == 2


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        pytest.param((500, b""), OK, id="once a 500"),
        pytest.param((200, b"<html>"), OK, id="once a page"),
        pytest.param((200, b'{"value": ""}'), OK, id="once nothing"),
        pytest.param((403, b"{}"), 1, id="forbidden"),
    ],
)
def test_an_issuer_that_does_not_answer(
    here: Place, issuer: Issuer, answer: tuple[int, bytes], code: int
) -> None:
    here.environ |= issuer.environ
    issuer.answers = [answer]
    ended = here.step(token="")
    assert ended.code == code, ended.log
    assert REQUEST not in ended.log


def test_a_registry_that_mints_nothing_says_why(here: Place, issuer: Issuer) -> None:
    here.environ |= issuer.environ
    here.registry.faults.add(
        Fault(route="mint", kind="status", status=400, message="No Trusted Publishing config")
    )
    ended = here.step(token="")
    assert (ended.code, ended.bad) == (FAILED, ["no-token"])
    assert "No Trusted Publishing config" in ended.details


@pytest.mark.parametrize("body", ["object", "list"])
def test_a_registry_whose_token_is_none_is_no_answer(
    here: Place, issuer: Issuer, body: Any
) -> None:
    here.environ |= issuer.environ
    here.registry.faults.add(Fault(route="mint", kind="nonsense", body=body))
    assert here.step(token="").code == 1


def test_two_minutes_before_the_token_s_end_nothing_more_is_begun(here: Place) -> None:
    """Exit 11, and what is left; a second run with a new token publishes the rest."""
    here.registry.lag = {"index": 30 * 60}
    ended = here.step(wait="1h", token_expires="20m")
    assert (ended.code, ended.bad) == (MISSING, ["not-served", "token-ends"])
    assert here.came == ["zz-a", "zz-c"]
    assert 17 * 60 < ended.slept < 19 * 60 + 30
    assert json.loads(ended.outputs["left"])[-1] == "zz-b@0.1.0"
    here.registry.lag = {}
    again = here.step()
    assert (again.code, here.served) == (OK, here.ours)


def test_what_was_uploaded_in_time_is_waited_for_beyond_the_token_s_end(here: Place) -> None:
    here.registry.lag = {"static": 30 * 60}
    ended = here.step(wait="1h", token_expires="20m")
    assert ended.code == OK, ended.log


def test_the_default_is_half_an_hour(here: Place) -> None:
    here.registry.lag = {"index": 3600}
    ended = here.step(wait="2h")
    assert ended.bad == ["not-served", "token-ends"]
    assert 27 * 60 < ended.slept < 29 * 60 + 30


def test_a_token_that_ends_earlier_than_was_said_is_refused_with_the_reason(here: Place) -> None:
    def end() -> None:
        here.registry.tokens[here.token].until = 0.0

    here.registry.faults.add(
        Fault(kind="stop-at", route="publish", call=2, when="before", callback=end)
    )
    ended = here.step()
    assert (ended.code, ended.bad[-1]) == (FAILED, "token-refused")
    assert "the token has expired" in ended.details
    here.registry.faults.clear()
    again = here.step(token=here.registry.token())
    assert (again.code, here.served) == (OK, here.ours)


def test_somebody_else_s_token_is_refused(here: Place) -> None:
    here.serve("zz-c", "0.0.1", content=b"x")
    ended = here.step(token=here.registry.token("mallory"))
    assert ended.bad == ["token-refused"]
    assert "owner" in ended.details


def test_the_environment_s_token_is_taken_as_cargo_takes_it(here: Place) -> None:
    here.environ |= {"CARGO_REGISTRY_TOKEN": here.token}
    try:
        ended = here.step(token="")
    finally:
        del here.environ["CARGO_REGISTRY_TOKEN"]
    assert (ended.code, here.served) == (OK, here.ours)
    assert here.token not in ended.log


# Where it never stands


def test_the_token_is_in_the_uploading_child_alone_and_never_in_argv(here: Place) -> None:
    """Rule 6: searched at the moment of the upload, in every process that there is."""
    seen: list[tuple[str, str, str]] = []

    def look() -> None:
        for process in Path("/proc").iterdir():
            if process.name.isdigit() and int(process.name) != os.getpid():
                seen.extend(_holders(process, here.token))

    here.registry.faults.add(Fault(kind="stop-at", call=1, when="before", callback=look))
    child = here.start()
    assert child.stdout is not None
    log = child.stdout.read()
    assert child.wait(HANG) == OK, log
    assert [(what, words) for what, _, words in seen] == [("environ", "cargo publish")]
    told = [log, *(p.read_text() for p in _written(here))]
    assert len(told) > 3
    assert not [text for text in told if here.token in text]


def _holders(process: Path, token: str) -> Iterator[tuple[str, str, str]]:
    for what in ("environ", "cmdline"):
        try:
            text = (process / what).read_bytes()
            words = (process / "cmdline").read_bytes().split(b"\0")[:2]
        except OSError:
            continue
        if token.encode() in text:
            name = " ".join(word.decode().rpartition("/")[2] for word in words)
            yield what, process.name, name


def _written(here: Place) -> Iterator[Path]:
    yield here.folder / "output"
    yield here.folder / "summary"
    yield from (here.folder / "temp").rglob("*.json")
    yield from (p for p in here.work.rglob("*") if p.is_file() and p.suffix in (".toml", ".lock"))


def test_code_of_the_checkout_does_not_run_where_the_token_is(own: Place) -> None:
    """A build script, a compiler's wrapper, and a credential provider that the checkout names."""
    trap = own.folder / "trap"
    trap.write_text(f'#!/bin/sh\nenv > {own.folder}/caught-$$\nexec "$@"\n')
    trap.chmod(0o755)
    own.commit(
        "crates/zz-a/build.rs",
        f'fn main() {{ std::fs::write("{own.folder}/built", "").unwrap(); }}\n',
    )
    own.commit(
        ".cargo/config.toml",
        f'[build]\nrustc-wrapper = "{trap}"\nrustc-workspace-wrapper = "{trap}"\n'
        f'[registry]\nglobal-credential-providers = ["{trap}"]\n'
        f'[registries.loop]\ncredential-provider = ["{trap}"]\n',
    )
    shutil.rmtree(own.attested)
    own.package()
    (own.folder / "built").unlink()
    for caught in own.folder.glob("caught-*"):
        caught.unlink()
    ended = own.step()
    assert (ended.code, own.served) == (OK, own.ours), ended.log
    assert not (own.folder / "built").exists()
    assert not list(own.folder.glob("caught-*"))


def test_a_minted_token_is_covered_wherever_a_registry_echoes_it(
    here: Place, issuer: Issuer
) -> None:
    here.environ |= issuer.environ
    minted: list[str] = []

    def steal() -> None:
        minted.extend(here.registry.tokens)
        here.registry.faults.add(
            Fault(route="publish", kind="status", status=400, message=f"bad {minted[-1]}")
        )

    here.registry.tokens.clear()
    here.registry.faults.add(
        Fault(kind="stop-at", route="publish", call=1, when="after", callback=steal)
    )
    ended = here.step(token="")
    assert ended.code == FAILED
    assert minted
    assert minted[-1] not in ended.log + json.dumps(ended.record)
    assert "bad ***" in ended.log
