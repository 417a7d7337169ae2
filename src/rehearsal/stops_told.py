"""How stops are told: line by line, as tables, as data, and as part of a report."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rehearsal.proofs import Proved, Recovery, Stop, Stopped, holds
from rehearsal.terminal import Terminal, plain

if TYPE_CHECKING:
    from rehearsal.report.model import Stop as ReportedStop


class Telling:
    """A terminal, or a log: one line a stop, and tables at the end."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._lock = threading.Lock()
        self._count = self._of = 0

    def begins(self, name: str) -> None:
        self._terminal.status(f"Playing {name}, undisturbed …")

    def has(self, proved: Proved, chosen: int) -> None:
        terminal, last = self._terminal, len(proved.calls)
        self._count, self._of = 0, chosen
        terminal.line()
        terminal.line(terminal.paint(proved.name, "bold", "cyan"))
        terminal.line(
            f"  {last} mutating calls in {proved.undisturbed:.1f} s, undisturbed;"
            f" {chosen} of {2 * last} stops are played"
        )

    def playing(self, stop: Stop) -> None:
        with self._lock:
            what = f"{stop.side} {stop.call.number}, {stop.call.job}: {plain(stop.call.asked)}"
            self._terminal.status(f"  … {self._count}/{self._of}  {what}")

    def stopped(self, stopped: Stopped) -> None:
        with self._lock:
            self._count += 1
            call = stopped.stop.call
            sign = self._sign(stopped.ok)
            what = f"{stopped.stop.side} {call.number}, {call.job}: {plain(call.asked)}"
            self._terminal.line(
                f"  {sign} {self._count}/{self._of}  {what}: {_ways(stopped)}, {_seconds(stopped)}"
            )

    def conclude(self, proved: Sequence[Proved]) -> None:
        terminal = self._terminal
        for one in proved:
            terminal.line()
            terminal.line(terminal.paint(one.name, "bold"))
            if not one.stops:
                terminal.line(f"  {_nowhere(one)}")
                continue
            head = ("N", "call", "job", "killed", "re-run failed", "re-run all", "main went on")
            terminal.table(head, [_row(stopped) for stopped in one.stops])
            self._explain(one)
        terminal.line()
        stops = [stopped for one in proved for stopped in one.stops]
        bad = sum(not stopped.ok for stopped in stops)
        seconds = sum(one.seconds for one in proved)
        recoveries = sum(len(stopped.recoveries) for stopped in stops)
        if not holds(proved):
            told = (
                f"{bad} of {len(stops)} stops do not recover." if stops else "Nothing was stopped."
            )
            terminal.line(terminal.paint(told, "red", "bold"))
        else:
            told = f"All {len(stops)} stops recover, in {recoveries} ways, in {seconds:.0f} s."
            terminal.line(terminal.paint(told, "green", "bold"))

    def _explain(self, proved: Proved) -> None:
        """What differs at the end of each way that leads elsewhere."""
        terminal = self._terminal
        for stopped in proved.stops:
            place = f"{stopped.stop.side} {stopped.stop.call.number}"
            for recovery in stopped.recoveries:
                if recovery.differences and not recovery.same:
                    terminal.line(f"  {place}, {_label(recovery)}:")
                    for line in recovery.differences:
                        terminal.line(f"    {plain(line)}")

    def _sign(self, ok: bool) -> str:
        return self._terminal.paint("✓", "green") if ok else self._terminal.paint("✗", "red")


def tell(proved: Sequence[Proved]) -> None:
    """A table of each run, and one line for all."""
    Telling(Terminal(sys.stdout)).conclude(proved)


def _nowhere(proved: Proved) -> str:
    """Why a run was not stopped."""
    if proved.calls:
        return f"None of its {2 * len(proved.calls)} stops is in this part."
    return "The run changes nothing: there is nowhere to stop it."


def _label(recovery: Recovery) -> str:
    return f"re-run {recovery.how}{', main went on' if recovery.moved else ''}"


def _outcome(recovery: Recovery) -> str:
    if recovery.differences:
        return "DIFFERS"
    return "equal, same state" if recovery.same else f"equal, {recovery.seconds:.1f} s"


def _ways(stopped: Stopped) -> str:
    bad = [_label(recovery) for recovery in stopped.recoveries if recovery.differences]
    if bad:
        return f"DIFFERS after {'; after '.join(bad)}"
    return stopped.missed or f"{len(stopped.recoveries)} ways, all equal"


def _seconds(stopped: Stopped) -> str:
    return f"{stopped.seconds + sum(way.seconds for way in stopped.recoveries):.1f} s"


def _row(stopped: Stopped) -> tuple[str, ...]:
    call = stopped.stop.call

    def cell(moved: bool, *hows: str) -> str:
        found = [r for r in stopped.recoveries if r.moved == moved and r.how in hows]
        return "\n".join(_outcome(recovery) for recovery in found) or stopped.missed or "-"

    return (
        str(call.number),
        plain(call.asked),
        call.job,
        stopped.stop.side,
        cell(False, "failed"),
        cell(False, "all"),
        cell(True, "failed", "all"),
    )


def for_report(proved: Proved) -> list[ReportedStop]:
    """Each stop and each way out of it, for the page."""
    from rehearsal.report.model import Stop as ReportedStop

    told = []
    for stopped in proved.stops:
        call = stopped.stop.call
        same: dict[str, Any] = {
            "number": call.number,
            "call": f"{proved.name}: {call.service} {call.asked}, in {call.job}",
            "when": stopped.stop.side,
        }
        if stopped.missed or not stopped.recoveries:
            why = (stopped.missed or "no way out was tried",)
            told.append(ReportedStop(**same, again="-", ok=False, differences=why))
        for way in stopped.recoveries:
            again = f"{way.how} jobs" + (", main had moved on" if way.moved else "")
            told.append(
                ReportedStop(
                    **same,
                    again=again,
                    ok=not way.differences,
                    differences=way.differences,
                    seconds=way.seconds,
                )
            )
    return told


def as_data(proved: Proved) -> dict[str, Any]:
    """All of it, for `--json`."""
    return {
        "name": proved.name,
        "ok": proved.ok,
        "seconds": round(proved.seconds, 3),
        "undisturbed": round(proved.undisturbed, 3),
        "calls": [
            {"number": c.number, "job": c.job, "service": c.service, "call": c.asked}
            for c in proved.calls
        ],
        "stops": [
            {
                "number": stopped.stop.call.number,
                "side": stopped.stop.side,
                "ok": stopped.ok,
                "missed": stopped.missed,
                "seconds": round(stopped.seconds, 3),
                "recoveries": [
                    {
                        "rerun": recovery.how,
                        "main_went_on": recovery.moved,
                        "equal": not recovery.differences,
                        "same_state": recovery.same,
                        "seconds": round(recovery.seconds, 3),
                        "differences": list(recovery.differences),
                    }
                    for recovery in stopped.recoveries
                ],
            }
            for stopped in proved.stops
        ],
    }
