"""An unkind world: named faults, each with the end that must follow.

release-actions rehearse --fault rekor-down --fault tag-moved
release-actions rehearse --fault all --part 1/10
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rehearsal.errors import RehearsalError, UnplayableError
from rehearsal.rehearse import prepared
from rehearsal.show import Show, Silent
from rehearsal.terminal import Terminal
from rehearsal.unkind import table, telling
from rehearsal.unkind.kinds import NamedFault
from rehearsal.unkind.playing import EndedFault, Player

if TYPE_CHECKING:
    from rehearsal.asking import Asked


def play(names: Sequence[str], asked: Asked) -> int:
    """Play each of these faults; 0 if all ended as they must, 1 if one did not."""
    try:
        chosen = table.choose(names, asked.part)
    except KeyError as error:
        raise UnplayableError([error.args[0]]) from error
    if not chosen:
        raise UnplayableError([f"--part {asked.part[0]}/{asked.part[1]}: no fault is in it."])
    started = time.monotonic()
    terminal = Terminal(sys.stdout)
    ended = []
    with prepared(Silent() if asked.json else Show(terminal)) as setup:
        player = Player(setup)
        for number, named in enumerate(chosen, start=1):
            if not asked.json:
                telling.begins(named, number, len(chosen), terminal)
            ended.append(struck(player, named))
            if not asked.json:
                telling.one(ended[-1], terminal)
    seconds = time.monotonic() - started
    if asked.report:
        from rehearsal import report

        strikes = [telling.strike(one) for one in ended]
        report.write(asked.report, faults=strikes, seconds=seconds)
    if asked.json:
        told = {"seconds": round(seconds, 3), "faults": [telling.data(one) for one in ended]}
        print(json.dumps(told, indent=2))
    else:
        telling.conclude(ended, seconds, terminal)
    return 0 if all(one.ok for one in ended) else 1


def struck(player: Player, named: NamedFault) -> EndedFault:
    """One fault, played; what cannot be played did not end as it must."""
    started = time.monotonic()
    try:
        return player.strike(named)
    except RehearsalError as error:
        seconds = time.monotonic() - started
        return EndedFault(named, "not played", (), (), tuple(error.lines), seconds)
