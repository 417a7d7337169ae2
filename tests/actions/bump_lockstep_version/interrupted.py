"""Run a bump on copies of a tree, and end the Nth run at its Nth touch of the file system.

`python interrupted.py HOW TREE COPIES`, HOW a signal's number or `full` for a full disk. Each run
is a process of its own, forked from one that has imported all. An audit hook ends it, so that the
program under test is the very one that users have. Prints how each of them ended, as JSON.
"""

import errno
import json
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

from release_actions.__main__ import main
from release_actions.clients.staged import STAGED

TOUCHES = {"open", "os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.chmod"}
END = 77  # the run was over before its Nth touch


def run(how: str, tree: Path, number: int) -> None:
    """One run; never returns."""
    os.chdir(tree)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(1, 2)
    left = number

    def touched(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        if event not in TOUCHES or not any(STAGED in os.fsdecode(a) for a in texts(arguments)):
            return
        left -= 1
        if left == 0 and how == "full":
            raise OSError(errno.ENOSPC, "No space left on device", STAGED)
        if left == 0:
            os.kill(os.getpid(), int(how))

    sys.addaudithook(touched)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    given = ["--operation", "minor", "--repository", "acme/app"]
    code = main(["bump-lockstep-version", *given])
    os._exit(END if left > 0 else code)


def texts(arguments: tuple[Any, ...]) -> list[Any]:
    return [each for each in arguments if isinstance(each, str | bytes | os.PathLike)]


def ended(status: int) -> int:
    """An exit code, or the negative number of the signal that ended it."""
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    codes: list[int] = []
    while not codes or codes[-1] != END:
        copy = Path(sys.argv[3], str(len(codes) + 1))
        shutil.copytree(sys.argv[2], copy, symlinks=True)
        child = os.fork()
        if child == 0:
            run(sys.argv[1], copy, len(codes) + 1)
        codes.append(ended(os.waitpid(child, 0)[1]))
    print(json.dumps(codes))
