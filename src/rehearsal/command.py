"""The command line of the rehearsal: `[STORY …] [--json] [--keep DIR]`."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rehearsal.act import find_act
from rehearsal.errors import RehearsalError
from rehearsal.journeys import JOURNEYS
from rehearsal.rehearse import EndedStory, choose, perform, prepared
from rehearsal.show import Show, Silent
from rehearsal.terminal import Terminal


def main(arguments: Sequence[str] | None = None) -> int:
    """Rehearse; 0 if all ended as it must, 1 if something did not, 2 for a wrong command line."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    try:
        chosen = choose(asked.story)
    except KeyError as error:
        parser.error(error.args[0])
    started = time.monotonic()
    show = Show(Terminal(sys.stdout))
    stories: list[EndedStory] = []
    try:
        _require_tools()
        watcher = Silent() if asked.json else show
        with prepared(watcher) as setup:
            for journey in chosen:
                stories.extend(perform(journey, setup, watcher))
            if asked.keep:
                _keep(setup.scratch.path, asked.keep)
    except RehearsalError as error:
        for line in error.lines:
            print(f"[ERROR] {line}", file=sys.stderr)
        return 1
    if asked.json:
        seconds = round(time.monotonic() - started, 3)
        told = {"seconds": seconds, "stories": [_told(ended) for ended in stories]}
        print(json.dumps(told, indent=2))
    else:
        show.conclude(stories)
    return 0 if all(ended.ok for ended in stories) else 1


def _require_tools() -> None:
    """Whatever is started here without having come with us."""
    find_act()
    for tool in ("bash", "git"):
        if shutil.which(tool) is None:
            raise RehearsalError(f"`{tool}` was not found on PATH. Install it.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="release-actions rehearse",
        description="Rehearse a release on this machine, before any tag is out.",
    )
    names = [journey.name for journey in JOURNEYS]
    parser.add_argument(
        "story",
        nargs="*",
        metavar="STORY",
        help=f"which to play: {', '.join(names)} (default: all)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document at the end")
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="copy the repositories and all that act was told"
    )
    return parser


def _keep(scratch: Path, folder: Path) -> None:
    """What may be of interest afterwards; the environments and act's own files are not."""
    left_out = shutil.ignore_patterns("home", "tmp", "tool-cache", "warming", "secrets.yml")
    shutil.copytree(scratch, folder, ignore=left_out, dirs_exist_ok=True, symlinks=True)


def _told(ended: EndedStory) -> dict[str, Any]:
    return {
        "story": ended.story.name,
        "ok": ended.ok,
        "expected": {"ending": ended.story.ending, "rule": ended.story.rule},
        "got": {"ending": ended.ending, "rules": ended.rules},
        "seconds": round(ended.seconds, 3),
        "requests": ended.requests,
        "jobs": [
            {
                "id": job.id,
                "conclusion": job.conclusion,
                "outputs": job.outputs,
                "steps": [
                    {
                        "id": step.id,
                        "name": step.name,
                        "outcome": step.outcome,
                        "seconds": round(step.seconds, 3),
                        "outputs": step.outputs,
                        "annotations": [
                            {"level": one.level, "title": one.title, "message": one.message}
                            for one in step.annotations
                        ],
                        "summary": step.summary,
                    }
                    for step in job.steps
                ],
            }
            for job in ended.played.jobs
        ],
    }
