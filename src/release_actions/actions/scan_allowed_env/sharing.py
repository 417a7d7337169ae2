"""Reads a great many files on every core, each process a share of them."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection
from typing import Any

from release_actions.actions.scan_allowed_env import reading
from release_actions.actions.scan_allowed_env.reading import Read
from release_actions.clients.present import Present
from release_actions.errors import UpstreamError
from release_actions.formats.env_names import Names


def read(
    present: Present, names: Names, todo: Sequence[tuple[str, str]], cores: int
) -> Iterator[Read]:
    """The files in their order; this process reads a share too.

    :raises UpstreamError: where another process ended without its answer.
    """
    # A copy of this process costs 2 ms, a new one as much as a start; macOS wants the new one.
    context: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    shares = [todo[core::cores] for core in range(cores)]
    others = []
    for share in shares[1:]:
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_read, args=(theirs, present, names, share), daemon=True)
        process.start()
        theirs.close()
        others.append((process, ours))
    answers = [list(reading.some(present, names, shares[0]))]
    for process, ours in others:
        try:
            answers.append(ours.recv())
        except EOFError:
            raise UpstreamError("a process that read files ended without its answer") from None
        process.join()
    for index in range(len(todo)):
        yield answers[index % cores][index // cores]


def _read(
    answer: Connection, present: Present, names: Names, todo: Sequence[tuple[str, str]]
) -> None:
    answer.send(list(reading.some(present, names, todo)))
    answer.close()
