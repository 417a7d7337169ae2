"""The vocabulary of a decision: findings, and the verdict they add up to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from release_actions.changes import Change
from release_actions.errors import Exit
from release_actions.values import fold


class Outcome(StrEnum):
    """What was found about one subject. The order is that of weight: the worst one decides."""

    OK = "ok"
    DUE = "due"  # not there, and a Change of this verdict brings it
    MISSING = "missing"  # not there, and only time or somebody else can bring it
    UNKNOWN = "unknown"  # could not be told
    FAILED = "failed"  # wrong

    @property
    def bad(self) -> bool:
        return self in (Outcome.MISSING, Outcome.UNKNOWN, Outcome.FAILED)

    @property
    def exit(self) -> Exit:
        return EXITS[self]


EXITS = {
    Outcome.OK: Exit.OK,
    Outcome.DUE: Exit.OK,
    Outcome.MISSING: Exit.MISSING,
    Outcome.UNKNOWN: Exit.ERROR,
    Outcome.FAILED: Exit.FAILED,
}
WEIGHT = {outcome: weight for weight, outcome in enumerate(Outcome)}


@dataclass(frozen=True)
class Finding:
    """What was found about one subject, by which rule, and what to do where it is not right.

    An advisory finding is told and does not decide. A due one holds the Change that brings it;
    `after` says what has to happen first, and is empty where the Change is ready now.
    `file` and `line` are where in the repository it was found, for an annotation there.
    A final one is missing, and no wait of this run brings it: the run ends with it.
    """

    rule: str
    subject: str
    outcome: Outcome
    detail: str
    fix: str = ""
    advisory: bool = False
    change: Change | None = None
    after: str = ""
    file: str = ""  # from the repository's top
    line: int = 0  # from 1; 0: the whole file
    final: bool = False

    def __post_init__(self) -> None:
        # Here, and nowhere later, foreign text becomes harmless: one line, bounded.
        object.__setattr__(self, "subject", fold(self.subject))
        object.__setattr__(self, "detail", fold(self.detail, 1000))
        object.__setattr__(self, "fix", fold(self.fix, 1000))
        object.__setattr__(self, "after", fold(self.after))
        object.__setattr__(self, "file", fold(self.file, 4096))

    @property
    def weighs(self) -> Outcome:
        """The outcome as far as it decides."""
        return Outcome.OK if self.advisory and self.outcome.bad else self.outcome


def ok(rule: str, subject: str, detail: str) -> Finding:
    return Finding(rule, subject, Outcome.OK, detail)


def failed(
    rule: str, subject: str, detail: str, *, fix: str, file: str = "", line: int = 0
) -> Finding:
    return Finding(rule, subject, Outcome.FAILED, detail, fix, file=file, line=line)


def missing(rule: str, subject: str, detail: str, *, fix: str, final: bool = False) -> Finding:
    return Finding(rule, subject, Outcome.MISSING, detail, fix, final=final)


def unknown(rule: str, subject: str, detail: str, *, fix: str) -> Finding:
    return Finding(rule, subject, Outcome.UNKNOWN, detail, fix)


def due(rule: str, subject: str, detail: str, change: Change, *, after: str = "") -> Finding:
    return Finding(rule, subject, Outcome.DUE, detail, change=change, after=after)


def advise(finding: Finding, advisory: Iterable[str]) -> Finding:
    """The finding, advisory if its rule is among those that only advise."""
    return replace(finding, advisory=True) if finding.rule in set(advisory) else finding


@dataclass(frozen=True)
class Outputs:
    """What the next step may read. A gate adds nothing to its outcome."""


@dataclass(frozen=True)
class Verdict:
    """All findings of one look, and what it tells the next step."""

    findings: Sequence[Finding]
    outputs: Outputs = Outputs()
    text: str = ""  # to be copied by people, such as a suggested config; whole in log and summary
    diagram: str = ""  # in Mermaid, made by formats/mermaid.py; in the summary alone

    def __post_init__(self) -> None:
        # A gate that looked at nothing would pass by accident.
        if not self.findings:
            raise ValueError("a verdict needs at least one finding")

    @property
    def outcome(self) -> Outcome:
        """The worst finding decides: failed, then unknown, then missing, then due."""
        return max((finding.weighs for finding in self.findings), key=WEIGHT.__getitem__)

    @property
    def bad(self) -> tuple[Finding, ...]:
        """The bad findings, the worst first, advisory ones last."""
        found = (finding for finding in self.findings if finding.outcome.bad)
        return tuple(sorted(found, key=lambda f: (f.advisory, -WEIGHT[f.outcome])))

    @property
    def ready(self) -> tuple[Change, ...]:
        """The Changes that can be made now, each once."""
        found = (f.change for f in self.findings if f.outcome is Outcome.DUE and not f.after)
        # Many findings may want one Change of many files, which takes its time to be compared.
        each = {id(change): change for change in found if change is not None}
        return tuple(dict.fromkeys(each.values()))

    def __add__(self, later: Verdict) -> Verdict:
        """This stage's findings and a later stage's; the later outputs stand."""
        findings = (*self.findings, *later.findings)
        drawn = later.diagram or self.diagram
        return Verdict(findings, later.outputs, later.text or self.text, drawn)
