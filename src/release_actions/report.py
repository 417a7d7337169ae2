"""How a run ended, as text: log lines, annotations, the job summary, outputs, the JSON record."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from release_actions import __version__
from release_actions.errors import Exit
from release_actions.inputs import Given, kebab
from release_actions.run import Ended
from release_actions.runner import assignment, command
from release_actions.values import fold
from release_actions.verdict import Finding, Outcome, Outputs

if TYPE_CHECKING:
    from release_actions.formats.sarif import Level

SIGNS = {
    Outcome.OK: "✅",
    Outcome.DUE: "🔜",
    Outcome.MISSING: "⏳",
    Outcome.UNKNOWN: "❓",
    Outcome.FAILED: "❌",
}
PREFIXES = {
    Outcome.OK: "[PASS]",
    Outcome.DUE: "[INFO]",
    Outcome.MISSING: "[FAIL]",
    Outcome.UNKNOWN: "[ERROR]",
    Outcome.FAILED: "[FAIL]",
}
ANNOTATIONS = 10  # GitHub shows ten of a kind for one step, and drops the rest without a word
SUMMARY = 900_000  # bytes; over 1 MiB the runner drops the whole summary
ASIDE = 100_000  # bytes of it for the errors, and for each list of changes


@dataclass(frozen=True)
class Told:
    """A run that has ended, with what it was asked: all that is told is made from this."""

    action: str
    ended: Ended
    inputs: Mapping[str, Given]
    dry_run: bool
    config: str = ""
    requests: int = 0

    @property
    def outcome(self) -> str:
        """What the output `outcome` says: ok, failed, missing or unknown."""
        if self.ended.error is not None or self.ended.verdict is None:
            return "failed" if self.ended.exit is Exit.FAILED else "unknown"
        outcome = self.ended.verdict.outcome
        return "ok" if outcome is Outcome.DUE else outcome.value

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(self.ended.verdict.findings) if self.ended.verdict else ()

    def rule(self, finding: Finding) -> str:
        return f"{self.action}/{finding.rule}"


def _errors(told: Told) -> list[str]:
    return [fold(line, 1000) for line in told.ended.error.lines] if told.ended.error else []


def log(told: Told) -> Iterator[str]:
    """One line a finding, then what became of the changes, then the end."""
    for finding in told.findings:
        prefix = "[WARN]" if finding.advisory else PREFIXES[finding.outcome]
        fix = f" -> {finding.fix}" if finding.outcome.bad else ""
        yield f"{prefix} {_sentence(finding)}{fix} ({told.rule(finding)})"
    yield from (f"[INFO] | {line}" for line in _text(told))
    for title, changes in effects(told):
        for change in changes:
            yield f"[INFO] {title}: {change}"
    if told.ended.error:
        yield from (f"[ERROR] {line}" for line in _errors(told))
    code = told.ended.exit
    spent = f"exit {int(code)} {code.name}, {told.requests} requests"
    yield f"[INFO] {told.action}: {told.outcome} ({spent})"


def _text(told: Told) -> list[str]:
    """The verdict's text, line by line, as harmless as every other line."""
    text = told.ended.verdict.text if told.ended.verdict else ""
    return [fold(line, 4096) for line in text.splitlines()]


def notes(told: Told) -> Iterator[str]:
    """One annotation for each bad finding or error, the worst first, as many as GitHub shows."""
    bad = told.ended.verdict.bad if told.ended.verdict else ()
    lines = [
        command(
            "warning" if finding.advisory else "error",
            f"{_sentence(finding)}\n{finding.fix}",
            file=finding.file,
            line=str(finding.line or ""),
            title=told.rule(finding),
        )
        for finding in bad
    ]
    if told.ended.error:
        lines[:0] = [command("error", line, title=told.action) for line in _errors(told)]
    if len(lines) > ANNOTATIONS:
        rest = len(lines) - ANNOTATIONS + 1
        more = command("error", f"and {rest} more, in the job summary", title=told.action)
        lines[ANNOTATIONS - 1 :] = [more]
    yield from lines


def summary(told: Told) -> str:
    """The job summary in GitHub's Markdown, under its limit."""
    sign = "✅" if told.outcome == "ok" else "❌" if told.outcome == "failed" else "⚠️"
    head = f"### {sign} {told.action}: {told.outcome}{' (dry run)' if told.dry_run else ''}\n\n"
    lines = _errors(told)
    errors = _within(
        ASIDE,
        (f"> {_cell(line)}\n" for line in lines),
        len(lines),
        lambda rest: f"> and {rest} more, in the log\n",
    )
    errors = _drawn(told) + errors
    tail = _copied(told) + _changes(told) + _inputs(told)
    table = "| | subject | found | rule |\n|-|-|-|-|\n" if told.findings else ""
    rows = _within(
        SUMMARY - len((head + errors + table + tail).encode()),
        _rows(told),
        len(told.findings),
        lambda rest: f"| ⚠️ | | {rest} more findings, in the log | |\n",
    )
    return f"{head}{errors}\n{table}{rows}\n{tail}"


def _within(room: int, lines: Iterable[str], count: int, more: Callable[[int], str]) -> str:
    """As many of the lines as there is room for, and how many more there are."""
    fitting: list[str] = []
    for line in lines:
        room -= len(line.encode())
        if room < 0:
            return "".join(fitting) + more(count - len(fitting))
        fitting.append(line)
    return "".join(fitting)


def _rows(told: Told) -> Iterator[str]:
    for finding in sorted(told.findings, key=lambda f: not f.outcome.bad):
        sign = "⚠️" if finding.advisory else SIGNS[finding.outcome]
        fix = f"<br>**{_cell(finding.fix)}**" if finding.outcome.bad else ""
        after = f" (after {_cell(finding.after)})" if finding.after else ""
        detail = f"{_cell(finding.detail)}{after}{fix}"
        yield f"| {sign} | {_cell(finding.subject)} | {detail} | `{told.rule(finding)}` |\n"


def effects(told: Told) -> Iterator[tuple[str, list[str]]]:
    """The lists a reader is owed: made, not made, not known; in a dry run what would be made."""
    done = told.ended.effects
    lists = [("made", done.made), ("not made", done.not_made), ("not known", done.not_known)]
    for title, changes in lists:
        if changes:
            yield title, [fold(str(change)) for change in changes]
    if told.dry_run:
        planned = [
            f"{fold(str(f.change))} ({'after ' + f.after if f.after else 'now'})"
            for f in told.findings
            if f.outcome is Outcome.DUE
        ]
        if planned:  # several findings may want one Change
            yield "would be made", list(dict.fromkeys(planned))


def _drawn(told: Told) -> str:
    """The verdict's graph; no label of it can end the block."""
    diagram = told.ended.verdict.diagram if told.ended.verdict else ""
    return f"```mermaid\n{diagram.replace('`', '#96;')}```\n\n" if diagram else ""


def _copied(told: Told) -> str:
    """The verdict's text as a block to copy; no line of it can end the block."""
    lines = _text(told)
    if not lines:
        return ""
    fence = "`" * max(3, 1 + max(len(run) for line in lines for run in re.findall("`*", line)))
    block = (f"{line}\n" for line in lines)
    shown = _within(ASIDE, block, len(lines), lambda rest: f"# and {rest} more lines, in the log\n")
    return f"{fence}toml\n{shown}{fence}\n\n"


def _changes(told: Told) -> str:
    lists = (f"**{title}**\n\n{_items(changes)}\n" for title, changes in effects(told))
    return "".join(lists)


def _items(changes: list[str]) -> str:
    items = (f"- {_cell(change)}\n" for change in changes)
    return _within(ASIDE, items, len(changes), lambda rest: f"- and {rest} more, in the log\n")


def _inputs(told: Told) -> str:
    rows = "".join(
        f"| `{name}` | {_cell(_shown(given.value))} | {_cell(fold(given.source))} |\n"
        for name, given in told.inputs.items()
    )
    config = f"\nConfig file: {_cell(fold(told.config))}\n" if told.config else ""
    if not rows:
        return config
    table = f"| input | value | from |\n|-|-|-|\n{rows}"
    return f"<details><summary>What it was asked</summary>\n\n{table}{config}\n</details>\n"


def outputs(told: Told) -> dict[str, str]:
    """What the next step may read; in a dry run only what is true already."""
    values: dict[str, str] = {"outcome": told.outcome}
    verdict = told.ended.verdict
    if verdict is None or told.ended.error:
        return values
    if any(finding.outcome is Outcome.DUE for finding in verdict.findings):
        return values
    return values | spelled(verdict.outputs)


def spelled(declared: Outputs) -> dict[str, str]:
    """Outputs as GitHub's strings: true and false in lower case, absence empty."""
    return {kebab(name): _spell(value) for name, value in asdict(declared).items()}


def _spell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def assignments(told: Told, by_name: bool = False) -> str:
    """The outputs for GITHUB_OUTPUT; by name, as one JSON object beside the outcome."""
    values = outputs(told)
    if by_name:
        values = {"outcome": told.outcome, "outputs": json.dumps(values)}
    return "".join(assignment(name, value) for name, value in values.items())


def record(told: Told, own: Mapping[str, Any], times: tuple[str, str]) -> dict[str, Any]:
    """The verdict as JSON, for a later step to collect as evidence."""
    return {
        "schema": 1,
        "action": told.action,
        "program": f"release-actions {__version__}",
        "outcome": told.outcome,
        "exit": int(told.ended.exit),
        "dry-run": told.dry_run,
        "started": times[0],
        "ended": times[1],
        "run": dict(own),
        "inputs": {
            name: {"value": _shown(given.value), "from": given.source}
            for name, given in told.inputs.items()
        },
        "config": told.config,
        "findings": [
            {
                "rule": told.rule(finding),
                "subject": finding.subject,
                "outcome": finding.outcome.value,
                "detail": finding.detail,
                "fix": finding.fix,
                "advisory": finding.advisory,
                "file": finding.file,
                "line": finding.line,
            }
            for finding in told.findings
        ],
        "changes": dict(effects(told)),
        "errors": _errors(told),
        "outputs": outputs(told),
        "requests": told.requests,
    }


LEVELS: Mapping[Outcome, Level] = {
    Outcome.MISSING: "error",
    Outcome.UNKNOWN: "error",
    Outcome.FAILED: "error",
}


def sarif(told: Told) -> str:
    """The bad findings as SARIF 2.1.0, each where it was found; none of them closes old alerts."""
    from release_actions.formats.sarif import Result, document  # few runs want it

    results = [
        Result(
            told.rule(finding),
            "warning" if finding.advisory else LEVELS[finding.outcome],
            f"{finding.detail} {finding.fix}".strip(),
            finding.file,
            finding.line,
            _column(finding),
        )
        for finding in told.findings
        if finding.outcome.bad
    ]
    return document("release-actions", __version__, results, whole=told.ended.error is None)


def _column(finding: Finding) -> int:
    """The column, where the subject tells one: FILE:LINE:COLUMN."""
    found = re.fullmatch(
        rf"{re.escape(f'{finding.file}:{finding.line}:')}([0-9]+)", finding.subject
    )
    return int(found[1]) if finding.line and found else 0


def _shown(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    return fold(text.replace("\n", ", "), 200)


def _sentence(finding: Finding) -> str:
    return f"{finding.subject}: {finding.detail}"


def spellings(secret: str) -> tuple[str, ...]:
    """Every way in which a text that was told here may stand in it, to be covered."""
    return tuple(dict.fromkeys((secret, _cell(secret), json.dumps(secret)[1:-1])))


MARKUP = str.maketrans(
    {sign: f"\\{sign}" for sign in r"\`*_[]{}()#+!|~@$"} | {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
)


def _cell(text: str) -> str:
    """Foreign text in a Markdown table: shown as it is, never as markup, a link or an image."""
    return text.translate(MARKUP)
