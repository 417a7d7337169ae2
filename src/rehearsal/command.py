"""The command line of the rehearsal: which of its modes is asked for, and how each ends.

Every mode is one function here, and imports what it plays when it is asked for.
"""

from __future__ import annotations

import importlib
import json
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rehearsal import asking
from rehearsal.act import find_act
from rehearsal.asking import Asked
from rehearsal.errors import RehearsalError, UnplayableError
from rehearsal.rehearse import EndedStory, choose, prepared
from rehearsal.show import Show, Silent
from rehearsal.side_by_side import perform_all
from rehearsal.terminal import Terminal


def main(arguments: Sequence[str] | None = None) -> int:
    """Rehearse; 0 if all ended as it must, 1 if something did not, 2 for what cannot be played."""
    asked = asking.read(arguments)
    try:
        _require_tools()
        return _mode(asked)(asked)
    except RehearsalError as error:
        for line in error.lines:
            print(f"[ERROR] {line}", file=sys.stderr)
        return 2 if isinstance(error, UnplayableError) else 1


def _mode(asked: Asked) -> Callable[[Asked], int]:
    """Which function plays what is asked for."""
    if asked.faults:
        return _faults
    if (asked.workflow or asked.repository) and (asked.stop_at or asked.stop_everywhere):
        return _own_stops
    if asked.stop_at is not None or asked.stop_everywhere:
        return _stops
    if asked.workflow or (asked.template and asked.repository):
        return _own
    return _stories


def _own(asked: Asked) -> int:
    """`--workflow FILE`, or a template in a repository of the caller's."""
    return int(_room("own", "--workflow").play(asked))


def _own_stops(asked: Asked) -> int:
    """The same, killed and run again."""
    return int(_room("own", "--workflow").stop(asked))


def _faults(asked: Asked) -> int:
    """`--fault NAME…`: each in turn, and whether it ended as it must."""
    return int(_room("unkind", "--fault").play(asked.faults, asked))


def _stops(asked: Asked) -> int:
    """`--stop-at N`, `--stop-everywhere`: killed, run again, and the ends compared."""
    stops = _room("stops", "--stop-at" if asked.stop_at else "--stop-everywhere")
    names = asked.stories or ((asked.template,) if asked.template else ("rust-python",))
    journeys = _chosen(names)
    if asked.stop_at is not None:
        return int(stops.stop_at(journeys, asked.stop_at, asked))
    return int(stops.everywhere(journeys, asked.part, asked))


def _stories(asked: Asked) -> int:
    """The stories and journeys of this library; a template is the journey of its name."""
    chosen = _chosen((asked.template,) if asked.template else asked.stories)
    started = time.monotonic()
    show = Show(Terminal(sys.stdout))
    stories: list[EndedStory] = []
    watcher = Silent() if asked.json else show
    with prepared(watcher) as setup:
        stories.extend(perform_all(chosen, setup, watcher))
        if asked.keep:
            keep(setup.scratch.path, asked.keep)
    if asked.report or asked.json:
        from rehearsal import report

        whole = report.report(stories, seconds=time.monotonic() - started)
        if asked.report:
            report.put(asked.report, whole)
        if asked.json:
            print(json.dumps(report.document(whole), indent=2))
    if not asked.json:
        show.conclude(stories)
    return 0 if all(ended.ok for ended in stories) else 1


def _chosen(names: Sequence[str]) -> Any:
    try:
        return choose(names)
    except KeyError as error:
        # Stories were looked at with the command line: it is a template without a sample.
        raise UnplayableError(
            [
                f"--template {' '.join(names)}: there is no sample that plays it alone."
                f" Play it in your repository: --repository DIR. Or {error.args[0]}"
            ]
        ) from error


def _room(name: str, flag: str) -> Any:
    """The module that plays a mode."""
    try:
        return importlib.import_module(f"rehearsal.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"rehearsal.{name}":
            raise
        raise UnplayableError([f"{flag} is not built yet."]) from error


def _require_tools() -> None:
    """Whatever is started here without having come with us."""
    find_act()
    for tool in ("bash", "git"):
        if shutil.which(tool) is None:
            raise RehearsalError(f"`{tool}` was not found on PATH. Install it.")


def keep(scratch: Path, folder: Path) -> None:
    """What may be of interest afterwards; the environments and act's own files are not."""
    everywhere = shutil.ignore_patterns("home", "tmp", "tool-cache", "warming", "secrets.yml")
    ours = {"library", "library-whole"}  # Links, too, which no folder that is there takes twice.

    def left_out(inside: str, names: list[str]) -> set[str]:
        return everywhere(inside, names) | (ours if Path(inside) == scratch else set())

    shutil.copytree(scratch, folder, ignore=left_out, dirs_exist_ok=True, symlinks=True)


def told(ended: EndedStory) -> dict[str, Any]:
    """A story as data: what the report shows."""
    from rehearsal.report import telling

    return asdict(telling.story(ended))
