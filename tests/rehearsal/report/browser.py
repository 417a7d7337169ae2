"""A real browser without a window: Chromium, spoken to by a pipe, which needs no port."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

NAMES = ("chromium", "chromium-browser", "google-chrome")
#: A browser that hangs is ended, and whoever waits for it fails.
_HARD_END = 300.0
_KEYS = {"Tab": 9, "Enter": 13, " ": 32}


def find() -> str:
    """The program; a machine without one is not ready for these tests."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    assert found, (
        f"No browser: none of {', '.join(NAMES)} on PATH. Debian: apt-get install chromium"
    )
    return found


class Browser:
    """One page of one browser, and all that it told."""

    def __init__(self, process: subprocess.Popen[bytes], asks: int, tells: int) -> None:
        self._process = process
        self._asks = os.fdopen(asks, "wb", buffering=0)
        self._tells = os.fdopen(tells, "rb")
        self._number = 0
        self._session = ""
        self._left = b""
        self.events: list[dict[str, Any]] = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command, and its answer."""
        self._number += 1
        told = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            told["sessionId"] = self._session
        self._asks.write(json.dumps(told).encode() + b"\0")
        while True:
            message = self._next()
            if message.get("id") == self._number:
                assert "error" not in message, (method, message)
                return dict(message["result"])

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._left:
            piece = os.read(self._tells.fileno(), 1 << 16)
            assert piece, "the browser ended"
            self._left += piece
        line, _, self._left = self._left.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        if "method" in message:
            self.events.append(message)
        return message

    def open(self, file: Path, *, width: int, scheme: Literal["light", "dark"]) -> None:
        """Show a file in a window of this width."""
        self.events.clear()
        scheme_wanted = [{"name": "prefers-color-scheme", "value": scheme}]
        self.ask("Emulation.setEmulatedMedia", features=scheme_wanted)
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=800, deviceScaleFactor=1, mobile=width < 500,
        )  # fmt: skip
        self.ask("Page.navigate", url=file.as_uri())
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self._next()

    def run(self, script: str) -> Any:
        """What an expression comes to, waited for where it is a promise."""
        told = self.ask(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def press(self, key: str) -> None:
        """Press a key and let it go."""
        text = {"Enter": "\r", " ": " "}.get(key)
        same = {
            "key": key,
            "windowsVirtualKeyCode": _KEYS[key],
            "code": "Space" if key == " " else key,
        }
        down: dict[str, Any] = {"type": "keyDown", "text": text} if text else {"type": "rawKeyDown"}
        self.ask("Input.dispatchKeyEvent", **down, **same)
        self.ask("Input.dispatchKeyEvent", type="keyUp", **same)

    def told(self, *methods: str) -> list[dict[str, Any]]:
        """The events of these kinds since the page was opened."""
        return [event["params"] for event in self.events if event["method"] in methods]

    def close(self) -> None:
        """End it."""
        self._asks.close()
        self._process.kill()
        self._process.wait()
        self._tells.close()


@contextmanager
def opened(folder: Path) -> Iterator[Browser]:
    """A browser of its own, in a folder of its own."""
    asked, asks = os.pipe()
    tells, told = os.pipe()
    process = subprocess.Popen(
        [
            "bash", "-c", f'exec "$0" "$@" 3<&{asked} 4>&{told}', find(),
            "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
            "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", f"--user-data-dir={folder}", "about:blank",
        ],
        pass_fds=(asked, told),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(folder), "NO_PROXY": "*"},
    )  # fmt: skip
    os.close(asked)
    os.close(told)
    hard_end = threading.Timer(_HARD_END, process.kill)
    hard_end.start()
    try:
        browser = Browser(process, asks, tells)
        yield browser
        browser.close()
    finally:
        hard_end.cancel()
        process.kill()
        process.wait()
