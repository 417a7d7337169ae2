"""Named faults for people: on the terminal, as data, and as the table of docs/recovery.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rehearsal.terminal import Terminal, plain
from rehearsal.unkind.kinds import NamedFault
from rehearsal.unkind.systems import SYSTEMS
from rehearsal.unkind.table import FAULTS

if TYPE_CHECKING:
    from rehearsal.report.model import Strike
    from rehearsal.unkind.playing import EndedFault

_HEAD = "| fault | what happens | end | seen |\n|-|-|-|-|\n"


def begins(named: NamedFault, number: int, of: int, terminal: Terminal) -> None:
    """A fault is about to be played."""
    terminal.status(f"  … {number} of {of}: {named.name}: {named.happens}")


def one(ended: EndedFault, terminal: Terminal) -> None:
    """A fault was played: one line, and all that is known where it ended otherwise."""
    sign = terminal.paint("✓", "green") if ended.ok else terminal.paint("✗", "red")
    terminal.line(f"  {sign} {ended.fault.name}: {got(ended)}  {ended.seconds:.1f} s")
    if ended.ok:
        return
    terminal.line(f"    must: {ended.fault.must}")
    for line in (*ended.complaints, *ended.fired):
        terminal.line(f"    {plain(line)}")
    for line in ended.lines:
        terminal.line(f"      {plain(line)}")


def conclude(ended: Sequence[EndedFault], seconds: float, terminal: Terminal) -> None:
    """One table of all."""
    terminal.line()
    rows = [
        (
            one.fault.name,
            one.fault.happens,
            str(one.fault.must).replace("`", ""),
            "the same" if one.ok else f"{got(one)}: {one.complaints[0]}",
        )
        for one in ended
    ]
    terminal.table(("fault", "what happened", "must end", "did"), rows, indent=0)
    terminal.line()
    wrong = [one.fault.name for one in ended if not one.ok]
    if wrong:
        told = f"{len(wrong)} of {len(ended)} ended otherwise than they must: {', '.join(wrong)}."
        terminal.line(terminal.paint(told, "red", "bold"))
    else:
        told = f"All {len(ended)} ended as they must, in {seconds:.0f} s."
        terminal.line(terminal.paint(told, "green", "bold"))


def got(ended: EndedFault) -> str:
    """How it ended, and by which rules."""
    by = f": {', '.join(ended.rules)}" if ended.rules and ended.did != "recovered" else ""
    return f"{ended.did}{by}"


def data(ended: EndedFault) -> dict[str, Any]:
    """One fault, as data."""
    return {
        "name": ended.fault.name,
        "happens": ended.fault.happens,
        "source": ended.fault.source,
        "system": ended.fault.system,
        "must": {"how": ended.fault.must.how, "rule": ended.fault.must.rule},
        "did": {"how": ended.did, "rules": ended.rules},
        "ok": ended.ok,
        "fired": ended.fired,
        "complaints": ended.complaints,
        "seconds": round(ended.seconds, 3),
    }


def strike(ended: EndedFault) -> Strike:
    """One fault, for the report."""
    from rehearsal.report.model import Strike

    return Strike(
        name=ended.fault.name,
        title=ended.fault.happens,
        fired=len(ended.fired),
        expected=str(ended.fault.must).replace("`", ""),
        got=got(ended) if ended.ok else f"{got(ended)} ({'; '.join(ended.complaints)})",
        ok=ended.ok,
        seconds=ended.seconds,
    )


def markdown() -> str:
    """The table of all faults: a heading for each system."""
    told = [f"{len(FAULTS)} faults: {_counted()}.\n"]
    for system in SYSTEMS.values():
        told.append(f"\n### {system.name}: {system.title}\n\n{_HEAD}")
        told += [
            f"| `{one.name}` | {one.happens} | {one.must}{_public(one)} | {one.source} |\n"
            for one in FAULTS
            if one.system == system.name
        ]
    return "".join(told)


def _counted() -> str:
    counts: dict[str, int] = {}
    for one in FAULTS:
        counts[one.must.how] = counts.get(one.must.how, 0) + 1
    return ", ".join(f"{number} {how}" for how, number in counts.items())


def _public(named: NamedFault) -> str:
    return ", when something is public already" if named.must.published else ""
