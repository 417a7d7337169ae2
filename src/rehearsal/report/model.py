"""What a report tells, as plain frozen values: the page is made from these, and so is the JSON.

Times within a story are seconds since its run began. Nothing here is bounded or escaped: foreign
text is as it was, and whoever shows it makes it harmless.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from rehearsal import played

#: `unseen`: the job is in the workflow, and was neither played nor skipped for a reason.
Conclusion = played.Conclusion | Literal["unseen"]

SCHEMA = 1


@dataclass(frozen=True)
class Finding:
    """One thing that an action looked at, by which rule, and what it found."""

    rule: str
    subject: str
    outcome: str
    detail: str
    fix: str = ""
    advisory: bool = False
    file: str = ""
    line: int = 0

    @property
    def bad(self) -> bool:
        """Whether it is other than right, or about to be."""
        return self.outcome not in ("ok", "due")


@dataclass(frozen=True)
class Verdict:
    """What one action of this library said, from the record that it left."""

    action: str
    outcome: str
    exit: int
    findings: tuple[Finding, ...]
    changes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """made, not made, not known, would be made."""
    errors: tuple[str, ...] = ()
    inputs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Each with its `value`, and where that came `from`."""
    outputs: Mapping[str, str] = field(default_factory=dict)
    dry_run: bool = False
    requests: int = 0


@dataclass(frozen=True)
class Remark:
    """An annotation."""

    level: str
    title: str
    message: str


@dataclass(frozen=True)
class Step:
    """One step as it went."""

    id: str
    name: str
    outcome: Conclusion
    at: float
    seconds: float
    outputs: Mapping[str, str] = field(default_factory=dict)
    annotations: tuple[Remark, ...] = ()
    summary: str = ""
    log: tuple[str, ...] = ()
    """The last lines of one that failed."""
    verdicts: tuple[Verdict, ...] = ()
    changes: tuple[int, ...] = ()
    """The numbers of its mutating calls."""


@dataclass(frozen=True)
class Job:
    """One job, or one leg of its matrix."""

    id: str
    name: str
    conclusion: Conclusion
    after: tuple[str, ...] = ()
    """The ids of the jobs that it waits for, through the workflows that call it or are called."""
    environment: str = ""
    permissions: Mapping[str, str] | None = None
    at: float = 0.0
    seconds: float = 0.0
    outputs: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Call:
    """One request that reached the loopback world."""

    number: int
    at: float
    service: str
    method: str
    path: str
    route: str
    mutating: bool
    status: int | None
    """None: it was cut off, and nobody was answered."""
    job: str | None = None
    step: str = ""
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Digest:
    """One file by name: its sha256 wherever it is known; empty where it is not there."""

    name: str
    packaged: tuple[str, ...] = ()
    """In the artifacts that runs have kept."""
    attested: tuple[str, ...] = ()
    served: tuple[str, ...] = ()
    """By a registry, or as an asset of a release."""

    @property
    def same(self) -> bool:
        """Whether everybody who knows it knows the same bytes."""
        return len({*self.packaged, *self.attested, *self.served}) == 1


@dataclass(frozen=True)
class End:
    """What is there at the end: the whole state, and each file side by side."""

    state: Mapping[str, Any] = field(default_factory=dict)
    digests: tuple[Digest, ...] = ()


@dataclass(frozen=True)
class Story:
    """One run of a workflow, and whether it ended as it must."""

    story: str
    title: str
    ok: bool
    expected: Mapping[str, Any]
    got: Mapping[str, Any]
    seconds: float
    requests: int
    jobs: tuple[Job, ...]
    calls: tuple[Call, ...] = ()
    end: End = End()
    trouble: tuple[str, ...] = ()
    """What the player said of itself."""

    @property
    def changes(self) -> tuple[Call, ...]:
        """The requests that were to change something."""
        return tuple(call for call in self.calls if call.mutating)


@dataclass(frozen=True)
class Stop:
    """A run killed at one of its mutating calls, started again, and how that ended."""

    number: int
    call: str
    when: str
    """before, or after."""
    again: str
    """failed jobs, or all jobs."""
    ok: bool
    ending: str = ""
    differences: tuple[str, ...] = ()
    """Where the end differs from that of an undisturbed run."""
    seconds: float = 0.0


@dataclass(frozen=True)
class Strike:
    """A fault that was injected, how often it struck, and how the run ended."""

    name: str
    title: str
    fired: int
    expected: str
    got: str
    ok: bool
    seconds: float = 0.0


@dataclass(frozen=True)
class Report:
    """All of it."""

    program: str
    made: str
    """ISO 8601, UTC."""
    seconds: float
    stories: tuple[Story, ...] = ()
    faults: tuple[Strike, ...] = ()
    stops: tuple[Stop, ...] = ()
    besides: tuple[str, ...] = ()
    """What is wrong beside what each of them tells: that nothing was released, for one."""
    schema: int = SCHEMA

    @property
    def wrong(self) -> tuple[str, ...]:
        """What ended otherwise than it must, by name."""
        return (
            *(one.story for one in self.stories if not one.ok),
            *(f"fault {one.name}" for one in self.faults if not one.ok),
            *(
                f"stop {one.when} call {one.number}, {one.again}"
                for one in self.stops
                if not one.ok
            ),
            *self.besides,
        )

    @property
    def ok(self) -> bool:
        """Whether something was looked at, and all of it ended as it must."""
        return bool(self.stories or self.faults or self.stops) and not self.wrong
