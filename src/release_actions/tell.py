"""What people see while it runs: plain lines in CI, colour and progress on a terminal."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Self, TextIO

from release_actions.values import fold, spell

COLOURS = {"[PASS]": 32, "[FAIL]": 31, "[ERROR]": 31, "[WARN]": 33, "[INFO]": 36}
FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


class Teller:
    """Lines to one stream. A token that got into one is covered, whatever the way.

    `hide` may be a list that grows: a token that is minted on the way is covered from then on.
    """

    def __init__(
        self, stream: TextIO, environ: Mapping[str, str], hide: str | Sequence[str] = ""
    ) -> None:
        self._stream = stream
        # GITHUB_ACTIONS or CI: a log keeps every byte, so neither colour nor a moving line.
        calm = environ.get("CI") or environ.get("GITHUB_ACTIONS") or environ.get("TERM") == "dumb"
        self._lively = stream.isatty() and not calm
        self._colour = self._lively and not environ.get("NO_COLOR")
        self._hide = (hide,) if isinstance(hide, str) else hide
        self._lock = threading.Lock()

    def line(self, text: str) -> None:
        text = self._covered(text)
        # The runner takes `##[command]` for one wherever it stands in a line.
        text = text.replace("##[", "## [")
        prefix = text.split(" ", 1)[0]
        if self._colour and prefix in COLOURS:
            text = text.replace(prefix, f"\x1b[{COLOURS[prefix]}m{prefix}\x1b[0m", 1)
        with self._lock:
            self._clear()
            print(text, file=self._stream, flush=True)

    def lines(self, texts: Iterable[str]) -> None:
        for text in texts:
            self.line(text)

    def say(self, state: str) -> None:
        """A state on the way to a verdict."""
        self.line(f"[INFO] {fold(state, 500)}")

    def trace(self, error: BaseException) -> None:
        """A bug, whole, and behind a prefix: foreign text in it must not begin a line."""
        import traceback  # a run without a bug does not pay for it

        told = self._covered("".join(traceback.format_exception(error)))
        self.lines(f"[ERROR] | {_calm(line)}" for line in told.splitlines())

    def busy(self, what: str) -> Busy:
        """While this lasts, a terminal shows that something goes on, and for how long."""
        return Busy(self, what)

    def tick(self, frame: int, what: str) -> None:
        with self._lock:
            self._clear()
            print(
                f"{FRAMES[frame % 10]} {what} … {spell(frame / 10)}",
                end="",
                file=self._stream,
                flush=True,
            )

    @property
    def lively(self) -> bool:
        return self._lively

    def _covered(self, text: str) -> str:
        for secret in self._hide:
            text = text.replace(secret, "***") if secret else text
        return text

    def _clear(self) -> None:
        if self._lively:
            print("\r\x1b[K", end="", file=self._stream)


class Busy:
    """A moving line on a terminal, from the first second on; nothing anywhere else."""

    def __init__(self, teller: Teller, what: str) -> None:
        self._teller = teller
        self._what = what
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._move, daemon=True)

    def __enter__(self) -> Self:
        if self._teller.lively:
            self._thread.start()
        return self

    def _move(self) -> None:
        frame = 10
        if self.pause(1.0):
            return
        while not self.pause(0.1):
            frame += 1
            self._teller.tick(frame, self._what)

    def pause(self, seconds: float) -> bool:
        """Let so much time pass, and say whether it is over."""
        return self._over.wait(seconds)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()


def _calm(line: str) -> str:
    """The line with its indentation."""
    return line[: len(line) - len(line.lstrip(" "))] + fold(line, 1000)


def utf8() -> None:
    """Lines as they are made, in UTF-8: -I ignores PYTHONUNBUFFERED and PYTHONIOENCODING."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace", line_buffering=True)
