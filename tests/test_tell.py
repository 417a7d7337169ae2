"""Plain lines in a log; colour and a moving line on a terminal alone."""

from __future__ import annotations

import io
import os
import pty
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import closing

import pytest

from release_actions.tell import Busy, Teller, utf8
from tests.hanging import HANG

COLOUR = "\x1b[32m[PASS]\x1b[0m a"


class Pauses:
    """Time for a moving line: the first pauses pass at once, and the next lasts until the end."""

    def __init__(self, passing: int) -> None:
        self._passing = passing
        self.asked: list[float] = []
        self.passed = threading.Event()

    def pause(self, busy: Busy, seconds: float) -> bool:
        self.asked.append(seconds)
        if len(self.asked) <= self._passing:
            return False
        self.passed.set()
        return busy._over.wait(HANG)


def shown(environ: Mapping[str, str], *lines: str, pauses: Pauses | None = None) -> str:
    """What a terminal was sent."""
    ours, theirs = pty.openpty()
    with closing(open(theirs, "w", encoding="utf-8", newline="")) as stream:  # noqa: PTH123  # a descriptor
        teller = Teller(stream, environ)
        assert teller.lively or environ
        with teller.busy("probe"):
            if pauses and teller.lively:
                assert pauses.passed.wait(HANG)
            teller.lines(lines)
    sent = b"".join(iter(lambda: _some(ours), b"")).decode()
    os.close(ours)
    return sent


def _some(terminal: int) -> bytes:
    """The next that a terminal was sent, in whatever pieces; nothing once all was read."""
    try:
        return os.read(terminal, 100_000)
    except OSError:  # what Linux says when the other end is closed
        return b""


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Pauses]:
    def passing(number: int) -> Pauses:
        pauses = Pauses(number)
        monkeypatch.setattr(Busy, "pause", lambda busy, seconds: pauses.pause(busy, seconds))
        return pauses

    return passing


def test_on_a_terminal_the_prefix_has_its_colour() -> None:
    """S18: a log has plain lines, a terminal colour."""
    assert COLOUR in shown({}, "[PASS] a")
    assert "\x1b[31m[FAIL]\x1b[0m" in shown({}, "[FAIL] [FAIL]")
    assert "\x1b[3" not in shown({}, "[ODD] a")


@pytest.mark.parametrize("name", ["CI", "GITHUB_ACTIONS", "NO_COLOR"])
def test_no_colour_where_it_is_not_wanted(name: str) -> None:
    assert "\x1b[3" not in shown({name: "true"}, "[PASS] a")
    assert "\x1b[3" not in shown({"TERM": "dumb"}, "[PASS] a")


def test_after_a_second_a_terminal_shows_that_something_goes_on(
    pauses: Callable[[int], Pauses],
) -> None:
    passing = pauses(3)
    sent = shown({}, "[PASS] a", pauses=passing)
    assert passing.asked == [1.0, 0.1, 0.1, 0.1]
    assert sent.count(" probe … 1 s") == 2
    assert sent.index("probe") < sent.index("[PASS]")
    assert "\r\x1b[K\x1b[32m[PASS]" in sent  # the moving line is gone before a line comes


@pytest.mark.parametrize("environ", [{"CI": "true"}, {"GITHUB_ACTIONS": "true"}])
def test_a_log_has_no_moving_line(environ: dict[str, str], pauses: Callable[[int], Pauses]) -> None:
    passing = pauses(3)
    assert shown(environ, "[PASS] a", pauses=passing) == "[PASS] a\r\n"
    assert passing.asked == []


def test_what_is_over_in_a_second_moves_nothing(pauses: Callable[[int], Pauses]) -> None:
    passing = pauses(0)
    assert "probe" not in shown({}, "[PASS] a", pauses=passing)
    assert passing.asked == [1.0]


def test_a_pause_ends_with_what_it_is_for() -> None:
    busy = Busy(Teller(io.StringIO(), {}), "probe")
    assert not busy.pause(0.001)
    with busy:
        pass
    assert busy.pause(HANG)


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
