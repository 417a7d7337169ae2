"""Start a program that, with all its children, cannot open a terminal: `no_terminal.py PROGRAM …`.

Act gives each step a terminal. On a runner there is none, and programs ask no questions, show
no pager and no progress bar there. Worse, act lets go of a failing step's terminal before it
has read the last lines, which say why it failed. When it cannot have one it uses a pipe, and
waits for its end.

On Linux a seccomp filter makes the unlocking of a new terminal fail. Elsewhere there is nothing
of the kind, and act's terminals stay.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys

#: By machine: how the kernel's audit calls it, and the number of its `ioctl`.
_IOCTL = {"x86_64": (0xC000003E, 16), "aarch64": (0xC00000B7, 29)}
_UNLOCK_TERMINAL = 0x40045431  # TIOCSPTLCK
_SET_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2
_ALLOW, _FAIL = 0x7FFF0000, 0x00050000
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06


def without_terminals() -> bool:
    """Let this process and its children open no terminal; whether that could be done."""
    machine = _IOCTL.get(platform.machine())
    if sys.platform != "linux" or machine is None:
        return False
    architecture, ioctl = machine
    # Where in the kernel's record of a call: its number, its machine, its second argument.
    program = (
        (_LOAD, 0, 0, 4),
        (_EQUAL, 0, 5, architecture),
        (_LOAD, 0, 0, 0),
        (_EQUAL, 0, 3, ioctl),
        (_LOAD, 0, 0, 24),
        (_EQUAL, 0, 1, _UNLOCK_TERMINAL),
        (_RETURN, 0, 0, _FAIL | errno.ENOTTY),
        (_RETURN, 0, 0, _ALLOW),
    )
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *line) for line in program))
    listed = ctypes.create_string_buffer(struct.pack("@HP", len(program), ctypes.addressof(code)))
    prctl = ctypes.CDLL(None).prctl
    prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    if prctl(_SET_SECCOMP, _FILTER, ctypes.addressof(listed), 0, 0) == 0:
        return True
    # Only root may filter a program that could become root: so give that up. No sudo, then.
    prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    return bool(prctl(_SET_SECCOMP, _FILTER, ctypes.addressof(listed), 0, 0) == 0)


if __name__ == "__main__":
    without_terminals()
    os.execv(sys.argv[1], sys.argv[1:])
