"""Which fault, on which request, the gate survives: written down before it was tried.

`python -m tests.actions.require_ci_green.survivable` prints docs/faults-require-ci-green.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from rehearsal.faults import NONSENSE, Fault

Ends = Literal["yes", "wait", "no"]

LISTS = ("runs", "releases", "attempt-jobs", "workflows", "contents")
COUNTED = ("runs", "attempt-jobs", "workflows")


@dataclass(frozen=True)
class Kind:
    """A fault, the routes it can strike, and what comes of it once and each time."""

    id: str
    fault: dict[str, Any] = field(hash=False)
    once: Ends
    always: Ends
    why: str
    routes: tuple[str, ...] = ()

    def on(self, route: str) -> bool:
        """Whether it can strike this route at all."""
        return not self.routes or route in self.routes

    @property
    def again(self) -> bool:
        """Whether the gate asks again after it."""
        return self.once == "yes" and self.always == "no"

    def strike(self, route: str, call: int, *, always: bool = False) -> Fault:
        """The fault at this call of the route; or at it and each after it."""
        calls = (call, 10_000) if always else call
        return Fault(route=route, call=calls, **self.fault)


def _status(status: int, once: Ends, why: str) -> Kind:
    return Kind(f"status {status}", {"kind": "status", "status": status}, once, "no", why)


AGAIN = "asked again, at most three times"
FINAL = "final: asking again brings nothing else"
COUNT = "the count differs from what is listed: the whole list is asked for again"
KINDS: tuple[Kind, ...] = (
    Kind("delay", {"kind": "delay", "seconds": 0.005}, "yes", "yes", "waited for, 30 s at most"),
    *(_status(status, "yes", AGAIN) for status in (500, 502, 503)),
    _status(429, "yes", "asked again after the time that GitHub names, else a minute"),
    *(_status(status, "no", FINAL) for status in (401, 403, 404)),
    Kind("reset before", {"kind": "reset"}, "yes", "no", AGAIN),
    Kind("reset after", {"kind": "reset", "when": "after"}, "yes", "no", AGAIN),
    Kind("truncated", {"kind": "truncated"}, "yes", "no", AGAIN),
    *(
        Kind(f"nonsense: {body}", {"kind": "nonsense", "body": body}, "yes", "no", AGAIN)
        for body in NONSENSE
    ),
    *(
        Kind(
            f"secondary rate limit, {status}",
            {"kind": "secondary-rate-limit", "status": status},
            "yes",
            "no",
            "asked again after Retry-After",
        )
        for status in (403, 429)
    ),
    Kind(
        "primary rate limit",
        {"kind": "primary-rate-limit"},
        "yes",
        "no",
        "asked again when the limit is set back, if that is within a minute; else `wait`",
    ),
    Kind(
        "list in reversed order",
        {"kind": "wrong-order"},
        "yes",
        "yes",
        "run numbers decide, not places",
        LISTS[:3],
    ),
    Kind(
        "list in no order",
        {"kind": "wrong-order", "order": "shuffled"},
        "yes",
        "yes",
        "run numbers decide, not places",
        LISTS[:3],
    ),
    Kind(
        "filter ignored",
        {"kind": "filter-ignored"},
        "yes",
        "no",
        "another commit's run is in the list: asked for again",
        ("runs",),
    ),
    Kind("dropped page", {"kind": "dropped-page"}, "yes", "no", COUNT, COUNTED),
    Kind("wrong count", {"kind": "total-count", "total": 7}, "yes", "no", COUNT, COUNTED),
    Kind(
        "dropped page, uncounted",
        {"kind": "dropped-page"},
        "no",
        "no",
        "a release that is not listed has not begun",
        ("releases",),
    ),
    Kind(
        "stale runs, the newest hidden",
        {"kind": "stale"},
        "wait",
        "no",
        "read twice, or proved fresh by this very run; a run that is not there may come",
        ("runs",),
    ),
    Kind(
        "stale runs, the two newest hidden",
        {"kind": "stale", "hide": 2},
        "wait",
        "no",
        "the same",
        ("runs",),
    ),
    Kind(
        "stale list of jobs or releases",
        {"kind": "stale"},
        "no",
        "no",
        "a job or release that is not listed is not there",
        ("attempt-jobs", "releases"),
    ),
)

#: What no reading can find out, because the lie is the same each time it is asked.
BEYOND = (
    "Without a run of its own among the runs (on a laptop) both looks at a list that hides the"
    " same red run both times.",
    "The head of the branch, where both looks are answered from before it moved.",
    "The tag, which is peeled once, where that answer is from before it moved: give"
    " `expected-commit` to the step that cannot be undone.",
    "A 404 that is a lie, from the one authority, each time it is asked: then there is no config"
    " file, no tag, no draft.",
    "A leg of a matrix that is hidden in the list of jobs, where a pattern names the legs. Name"
    " each leg, and a hidden one is missed.",
)
MEANS = {
    "yes": "survived: the answer is the same",
    "wait": "told as missing (11); survived with `wait`",
    "no": "could not tell (1), or refused (10, 11)",
}


def page() -> str:
    """The table as documentation."""
    lines = [
        "# Faults that require-ci-green survives",
        "",
        "Made by `python -m tests.actions.require_ci_green.survivable`, and proved by"
        " `tests/actions/require_ci_green/test_faults.py`: for each request that the gate makes"
        " and each fault that can strike it. Whatever the fault, a yes that GitHub's true state"
        " does not justify never comes of it.",
        "",
        *(f"- **{word}**: {meaning}" for word, meaning in MEANS.items()),
        "",
        "| fault | strikes | once | each time | why |",
        "|-|-|-|-|-|",
        *(
            f"| {kind.id} | {', '.join(kind.routes) or 'every request'} | {kind.once} |"
            f" {kind.always} | {kind.why} |"
            for kind in KINDS
        ),
        "",
        "## Beyond what can be told",
        "",
        *(f"- {limit}" for limit in BEYOND),
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    print(page(), end="")
