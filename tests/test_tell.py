"""Plain lines in a log; colour and a moving line on a terminal alone."""

from __future__ import annotations

import io
import os
import pty
import sys
import time
from collections.abc import Mapping
from contextlib import closing

import pytest

from release_actions.tell import Teller, utf8

COLOUR = "\x1b[32m[PASS]\x1b[0m a"


def shown(environ: Mapping[str, str], *lines: str, busy: float = 0.0) -> str:
    """What a terminal was sent."""
    ours, theirs = pty.openpty()
    with closing(open(theirs, "w", encoding="utf-8", newline="")) as stream:  # noqa: PTH123  # a descriptor
        teller = Teller(stream, environ)
        assert teller.lively or environ
        with teller.busy("probe"):
            time.sleep(busy)
            teller.lines(lines)
        stream.flush()
        sent = os.read(ours, 100_000).decode()
    os.close(ours)
    return sent


def test_on_a_terminal_the_prefix_has_its_colour() -> None:
    assert COLOUR in shown({}, "[PASS] a")
    assert "\x1b[31m[FAIL]\x1b[0m" in shown({}, "[FAIL] [FAIL]")
    assert "\x1b[3" not in shown({}, "[ODD] a")


@pytest.mark.parametrize("name", ["CI", "GITHUB_ACTIONS", "NO_COLOR"])
def test_no_colour_where_it_is_not_wanted(name: str) -> None:
    assert "\x1b[3" not in shown({name: "true"}, "[PASS] a")
    assert "\x1b[3" not in shown({"TERM": "dumb"}, "[PASS] a")


def test_after_a_second_a_terminal_shows_that_something_goes_on() -> None:
    sent = shown({}, "[PASS] a", busy=1.35)
    assert " probe … 1 s" in sent
    assert sent.index("probe") < sent.index("[PASS]")
    assert "\r\x1b[K\x1b[32m[PASS]" in sent  # the moving line is gone before a line comes


@pytest.mark.parametrize("environ", [{"CI": "true"}, {"GITHUB_ACTIONS": "true"}])
def test_a_log_has_no_moving_line(environ: dict[str, str]) -> None:
    assert shown(environ, "[PASS] a", busy=1.2) == "[PASS] a\r\n"


def test_what_is_over_in_a_second_moves_nothing() -> None:
    assert "probe" not in shown({}, "[PASS] a")


def test_a_stream_that_is_no_terminal_gets_plain_lines() -> None:
    stream = io.StringIO()
    teller = Teller(stream, {})
    with teller.busy("probe"):
        teller.line("[PASS] a")
        teller.say("x\ny\x1b[31m")
    assert stream.getvalue() == "[PASS] a\n[INFO] x y [31m\n"


def test_a_token_and_an_old_command_are_covered_in_every_line() -> None:
    stream = io.StringIO()
    teller = Teller(stream, {}, "s3cret")
    teller.line("a s3cret b ##[add-mask]x")
    assert stream.getvalue() == "a *** b ## [add-mask]x\n"


def test_a_bug_is_told_whole_and_begins_no_command() -> None:
    stream = io.StringIO()
    try:
        raise ValueError("x s3cret\n::stop-commands::y\n  z" + "s3cret" * 300)
    except ValueError as error:
        Teller(stream, {}, "s3cret").trace(error)
    lines = stream.getvalue().splitlines()
    assert lines[0] == "[ERROR] | Traceback (most recent call last):"
    assert "[ERROR] | ::stop-commands::y" in lines
    assert all(line.startswith("[ERROR] | ") for line in lines)
    assert "s3c" not in stream.getvalue()


def test_streams_are_utf8_whatever_the_machine_says(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(sys, "stderr", io.StringIO())  # cannot be told so, and is let be
    utf8()
    print("✅\ud800")
    assert raw.getvalue() == "✅?\n".encode()
