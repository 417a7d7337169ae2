"""A folder for one rehearsal, that is gone at the end whatever happens.

A second process waits for this one to let go of a pipe. When it does, in peace or by a SIGKILL,
whatever was started is ended, and the folder is removed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

if __name__ == "__main__":
    # Started with -I, so that nothing of the caller's can be imported: we say where we are.
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rehearsal.processes import end_family


class Scratch:
    """A folder of our own; `with` it, and nothing is left."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="rehearsal-")).resolve()
        self._lock = threading.Lock()
        self._warden = subprocess.Popen(
            [sys.executable, "-I", str(Path(__file__).resolve()), str(self.path)],
            stdin=subprocess.PIPE,
            text=True,
            # Ctrl-C is for us: the warden must live to clear up after it.
            start_new_session=True,
        )

    def folder(self, name: str) -> Path:
        """A new folder in it, or the one that has this name."""
        folder = self.path / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @contextmanager
    def family(self, ancestor: int, home: Path) -> Iterator[None]:
        """End this process and all it started when the `with` ends, or when we do."""
        self._tell(f"+{ancestor} {home}")
        try:
            yield
        finally:
            end_family(ancestor, home)
            # Its number may be given to somebody else from now on.
            self._tell(f"-{ancestor} {home}")

    def close(self) -> None:
        """Let everything end, now."""
        assert self._warden.stdin is not None
        self._warden.stdin.close()
        self._warden.wait()

    def _tell(self, line: str) -> None:
        assert self._warden.stdin is not None
        with self._lock:
            self._warden.stdin.write(f"{line}\n")
            self._warden.stdin.flush()

    def __enter__(self) -> Scratch:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _guard(folder: Path) -> None:
    """The second process: wait for the end, then clear up."""
    families: set[str] = set()
    for line in sys.stdin:
        change = families.add if line.startswith("+") else families.discard
        change(line[1:].strip())
    for family in families:
        ancestor, _, home = family.partition(" ")
        end_family(int(ancestor), Path(home))
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    _guard(Path(sys.argv[1]))
