"""A rehearsal on the terminal: how it goes, each verdict, and one table at the end."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rehearsal import summary
from rehearsal.played import Conclusion
from rehearsal.rehearse import EndedStory, failed_steps
from rehearsal.stories import Story
from rehearsal.terminal import Style, Terminal, clip, plain
from rehearsal.transcript import Told

_SIGNS: dict[Conclusion, tuple[str, Style]] = {
    "success": ("✓", "green"),
    "failure": ("✗", "red"),
    "skipped": ("-", "dim"),
    "cancelled": ("✗", "red"),
}
_PIN = re.compile(r"@([0-9a-f]{7})[0-9a-f]{33}\b")
#: The last lines of a step that failed without a summary.
_TAIL = 12


class Show:
    """Tells somebody at a terminal, or a log."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._running: dict[str, str] = {}

    def preparing(self, what: str) -> None:
        self._terminal.status(f"Preparing {what} …")

    def begins(self, story: Story) -> None:
        terminal = self._terminal
        terminal.line()
        terminal.line(terminal.paint(f"{story.name}: {story.title}", "bold", "cyan"))

    def told(self, told: Told) -> None:
        terminal = self._terminal
        job, step = plain(told.job.rpartition("/")[2]), _PIN.sub(r"@\1", plain(told.step))
        match told.kind:
            case "step-started" | "line":
                self._running[job] = f"{step}  {plain(told.text)}".rstrip()
            case "step-ended" if told.conclusion != "skipped":
                terminal.line(f"  {self._sign(told)} {job}: {step}{_seconds(told)}")
            case "job-ended":
                self._running.pop(job, None)
                if told.conclusion == "skipped":
                    terminal.line(f"  {self._sign(told)} {job} is skipped")
        if self._running:
            terminal.status(f"  … {self._now()}")

    def _now(self) -> str:
        """What every job that runs is at, in one line: each has its share of it."""
        share = (self._terminal.width - 5) // len(self._running) - 3
        each = [clip(f"{job}: {at}", max(share, 12)) for job, at in self._running.items()]
        return " │ ".join(one.ljust(share) for one in each).rstrip()

    def ended(self, ended: EndedStory) -> None:
        terminal = self._terminal
        for job in ended.played.jobs:
            for step in job.steps:
                if step.summary:
                    terminal.line()
                    summary.show(step.summary, terminal)
        self._unexplained(ended)
        self._jobs(ended)
        terminal.line()
        told = terminal.paint("as expected", "green") if ended.ok else terminal.paint("NO", "red")
        terminal.line(f"  {_got(ended)}: {told}, in {ended.seconds:.1f} s")

    def _jobs(self, ended: EndedStory) -> None:
        """One row a job: how it ended, what our actions said, what it changed."""
        if len(ended.played.jobs) < 2:
            return
        from rehearsal.report import telling  # needs what a story without jobs does not

        rows = []
        for job in telling.story(ended).jobs:
            said = [f"{one.action} {one.outcome}" for step in job.steps for one in step.verdicts]
            made = sum(len(step.changes) for step in job.steps)
            took = f"{job.seconds:.1f}" if job.steps else ""
            rows.append((plain(job.name), job.conclusion, took, ", ".join(said), str(made or "")))
        self._terminal.line()
        self._terminal.table(("job", "ended", "seconds", "verdicts", "changes"), rows)

    def shown(self, rows: Sequence[tuple[str, ...]]) -> None:
        terminal = self._terminal
        terminal.line()
        terminal.table(rows[0], rows[1:])

    def conclude(self, stories: Sequence[EndedStory]) -> None:
        """One table of all stories."""
        terminal = self._terminal
        terminal.line()
        rows = [
            (
                ended.story.name,
                ended.story.ending,
                ended.ending,
                plain(", ".join(ended.rules)) or "-",
                f"{ended.seconds:.1f}",
                str(ended.requests),
            )
            for ended in stories
        ]
        head = ("story", "expected", "got", "rule", "seconds", "requests")
        terminal.table(head, rows, indent=0)
        terminal.line()
        wrong = [ended.story.name for ended in stories if not ended.ok]
        if wrong:
            told = f"Ended otherwise than it must: {', '.join(wrong)}."
            terminal.line(terminal.paint(told, "red", "bold"))
        else:
            told = f"All {len(stories)} ended as they must."
            terminal.line(terminal.paint(told, "green", "bold"))

    def _sign(self, told: Told) -> str:
        sign, style = _SIGNS[told.conclusion or "cancelled"]
        return self._terminal.paint(sign, style)

    def _unexplained(self, ended: EndedStory) -> None:
        """What is known of a story that did not end as it must."""
        if ended.ok:
            return
        terminal = self._terminal
        for line in ended.played.trouble:
            terminal.line(f"  act: {plain(line)}")
        for name in ended.played.unseen:
            terminal.line(f"  The job `{name}` was not played.")
        for job, step in failed_steps(ended.played):
            terminal.line(f"  The last lines of {job.id}, {plain(step.name)}:")
            for line in step.lines[-_TAIL:]:
                terminal.line(f"    {plain(line)}")


class Silent:
    """Tells nobody: for `--json`."""

    def preparing(self, what: str) -> None:
        pass

    def begins(self, story: Story) -> None:
        pass

    def told(self, told: Told) -> None:
        pass

    def ended(self, ended: EndedStory) -> None:
        pass

    def shown(self, rows: Sequence[tuple[str, ...]]) -> None:
        pass


def _seconds(told: Told) -> str:
    return f"  {told.seconds:.1f} s" if told.seconds >= 0.05 else ""


def _got(ended: EndedStory) -> str:
    by = f" by {plain(', '.join(ended.rules))}" if ended.rules else ""
    return f"{ended.ending.capitalize()}{by}"
