"""The rehearsal of the caller's own workflow on the terminal, and as data."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from typing import Any

from rehearsal.asking import Asked
from rehearsal.github import Run
from rehearsal.own.approvals import Approval
from rehearsal.own.looking import Looked
from rehearsal.own.outcome import Ended
from rehearsal.rehearse import EndedStory, failed_steps
from rehearsal.show import Show, Silent
from rehearsal.terminal import Terminal, plain

_TAIL = 12


class Teller:
    """Tells somebody at a terminal, or a program by one JSON document at the end."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._terminal = Terminal(sys.stdout)
        self.watcher: Show | Silent = Silent() if asked.json else Show(self._terminal)
        self._started = time.monotonic()
        self._notes: list[str] = []

    # Before

    def begins(self, looked: Looked, asked: Asked) -> None:
        """What is about to be played, and what is not as it would be at GitHub."""
        checkout, start = looked.checkout, looked.start
        self._line()
        self._line(f"{checkout.name}: {looked.path}", "bold", "cyan")
        self._line(f"  {start.told(checkout).capitalize()}, at {checkout.commit[:12]}.")
        for note in _notes(looked, asked):
            self._note(note)

    def starts(self, green: list[str], beside: list[str], waits: tuple[Approval, ...]) -> None:
        """What is taken for granted: CI, and what environments would ask."""
        if green:
            names = ", ".join(_file(path) for path in green)
            self._note(f"taken as green for this commit: {names}")
        for path in beside:
            self._note(
                f"{_file(path)} starts at the same moment, and is taken as green: play it by"
                f" --workflow {path}"
            )
        for one in waits:
            self._note(one.told)

    def plays(self, run: Run) -> None:
        """A run begins."""
        self._line()
        self._line(f"  {_file(run.path)} ({run.event})", "bold")

    def green(self, run: Run) -> None:
        """A run that a step started is taken as green."""
        self._note(f"{_file(run.path)} was started by a push to {run.branch}: taken as green")

    def offline(self, why: str) -> None:
        """The real index was not to be had."""
        self._note(f"crates of others could not be read: {why}")

    # After

    def ends(self, ended: Ended, looked: Looked) -> None:
        """How it ended; as JSON if that was asked for, and as a page."""
        if self._asked.report:
            from rehearsal.report import write

            write(self._asked.report, ended.stories, besides=ended.wrong)
        if self._asked.json:
            print(json.dumps(self._document(ended, looked), indent=2))
            return
        for story in ended.stories:
            self._summaries(story)
        self._jobs(ended)
        self._permits(ended, looked)
        self._verdict(ended)

    def _summaries(self, story: EndedStory) -> None:
        from rehearsal import summary

        for job in story.played.jobs:
            for step in job.steps:
                if step.summary:
                    self._line()
                    summary.show(step.summary, self._terminal)
        for line in story.played.trouble:
            self._line(f"  act: {plain(line)}")
        for job, step in failed_steps(story.played):
            self._line(f"  The last lines of {job.id}, {plain(step.name)}:")
            for line in step.lines[-_TAIL:]:
                self._line(f"    {plain(line)}")

    def _jobs(self, ended: Ended) -> None:
        rows: list[tuple[str, str, str, str]] = []
        for story in ended.stories:
            for job in story.played.jobs:
                seconds = (job.ended - job.started).total_seconds()
                end = "left out" if job.path[0] in self._asked.without else job.conclusion
                rows.append(
                    (story.story.name, plain(job.name.rpartition("/")[2]), end, f"{seconds:.1f}")
                )
            rows += [(story.story.name, name, "NOT PLAYED", "") for name in story.played.unseen]
        self._line()
        self._terminal.table(("workflow", "job", "ended", "seconds"), rows)

    def _permits(self, ended: Ended, looked: Looked) -> None:
        lines = [
            f"{one.job} declares {'; '.join(one.idle)}: nothing it did needs that"
            for one in ended.permits
            if one.idle
        ]
        lines += [
            f"{one.job} declares no permissions: the repository's settings decide"
            for one in ended.permits
            if one.declared is None
        ]
        for line in (*lines, *looked.misread):
            self._line(f"  {self._terminal.paint('!', 'yellow')} {plain(line)}")

    def _verdict(self, ended: Ended) -> None:
        terminal = self._terminal
        self._line()
        if ended.public:
            self._line("  Public now:", "bold")
        for line in ended.public:
            self._line(f"    {plain(line)}")
        if ended.other:
            self._line("  Also there now:", "bold")
        for line in ended.other:
            self._line(f"    {plain(line)}")
        for line in ended.wrong:
            self._line(f"  {terminal.paint('✗', 'red')} {plain(line)}")
        rules = [rule for story in ended.stories for rule in story.rules]
        by = f" by {', '.join(dict.fromkeys(rules))}" if rules else ""
        without = ""
        if self._asked.without:
            without = f", without {', '.join(self._asked.without)}"
        seconds = time.monotonic() - self._started
        told = f"{ended.word.capitalize()}{by}{without}, in {seconds:.1f} s."
        self._line()
        self._line(told, "green" if ended.ok else "red", "bold")

    def _document(self, ended: Ended, looked: Looked) -> dict[str, Any]:
        from rehearsal.command import told

        return {
            "ok": ended.ok,
            "ended": ended.word,
            "seconds": round(time.monotonic() - self._started, 3),
            "repository": looked.checkout.name,
            "commit": looked.checkout.commit,
            "workflow": looked.path,
            "event": looked.start.event,
            "tag": looked.start.tag,
            "without": list(self._asked.without),
            "notes": self._notes,
            "wrong": list(ended.wrong),
            "public": list(ended.public),
            "other": list(ended.other),
            "approvals": [asdict(one) for one in ended.approvals],
            "permissions": [
                {
                    "job": one.job,
                    "declared": None if one.declared is None else dict(one.declared),
                    "used": dict(one.used),
                    "unused": list(one.idle),
                }
                for one in ended.permits
            ],
            "misread": list(looked.misread),
            "end": dict(ended.after),
            "stories": [told(story) for story in ended.stories],
        }

    def _note(self, text: str) -> None:
        self._notes.append(text)
        if not self._asked.json:
            self._terminal.line(f"  · {plain(text)}")

    def _line(self, text: str = "", *styles: Any) -> None:
        if not self._asked.json:
            self._terminal.line(self._terminal.paint(text, *styles))


def _notes(looked: Looked, asked: Asked) -> list[str]:
    """What whoever reads the outcome must know of it."""
    checkout = looked.checkout
    found = []
    if checkout.changed:
        names = ", ".join(line[3:] for line in checkout.changed[:5])
        more = len(checkout.changed) - 5
        tail = f" and {more} more" if more > 0 else ""
        found.append(f"not committed, and so not rehearsed: {names}{tail}")
    if not checkout.branch:
        found.append(f"HEAD is detached: here {checkout.default} is at it")
    elif checkout.branch != checkout.default:
        found.append(f"HEAD is on {checkout.branch}, and not on {checkout.default}")
    if not checkout.named:
        found.append(f"`origin` names no repository at GitHub: here it is {checkout.name}")
    if looked.pins:
        refs = ", ".join(dict.fromkeys(ref[:12] for ref in looked.pins))
        found.append(f"release-actions@{refs} is played by the release-actions that you started")
    found += [f"{OUT}: {name}" for name in asked.without]
    found += [one.told for one in looked.absent]
    found += looked.ignored
    return found


OUT = "left out, and whatever needs it is skipped"


def _file(path: str) -> str:
    return path.rpartition("/")[2]
