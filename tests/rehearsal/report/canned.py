"""Reports as they come: a release that went well, one that was refused, and one full of malice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rehearsal.report.model import (
    Call,
    Digest,
    End,
    Finding,
    Job,
    Remark,
    Report,
    Step,
    Stop,
    Story,
    Strike,
    Verdict,
)

SHA = "0123456789abcdef" * 4
OTHER = "fedcba9876543210" * 4
LONG = "a word of a long story " * 4_400
HOSTILE = (
    "</style></script><script>alert(1)</script>",
    '<img src="http://192.0.2.1/x.png" onerror=alert(1)>',
    "gate\u202etxt.exe\u2066",
    'a" onfocus="alert(1)" autofocus="',
    "x" * 500,
    "nul\0 bell\a esc\x1b[31m lone\ud800 zero\u200bwidth",
    "{{7*7}} ${{ secrets.TOKEN }} `` [link](http://192.0.2.1/)",
)


def step(name: str, at: float, seconds: float, **more: Any) -> Step:
    return Step(name, name, more.pop("outcome", "success"), at, seconds, **more)


def verdict(action: str, *findings: Finding, **more: Any) -> Verdict:
    given = {"commit": {"value": SHA[:40], "from": "with"}}
    outcome = max(
        (f.outcome for f in findings), key=("ok", "due", "missing", "unknown", "failed").index
    )
    return Verdict(
        action, outcome, 10 if outcome == "failed" else 0, findings, inputs=given, **more
    )


FINE = Finding("guard-release-tag/at-commit", "v1.2.0", "ok", f"the tag is at {SHA[:40]}")
BAD = Finding(
    "publish-crates/not-ours", "acme-core 1.2.0", "failed",
    f"the registry serves {OTHER}, and {SHA} was attested",
    "Yank it, and release the next version.",
    file="Cargo.toml", line=3,
)  # fmt: skip
NEEDS = {
    "gate": ("guard",),
    "build / linux": ("gate",),
    "build / macos": ("gate",),
    "build / windows": ("gate",),
    "canonical": ("build / linux", "build / macos", "build / windows"),
    "attest": ("canonical",),
    "draft": ("attest", "gate"),
    "crates": ("draft",),
    "pypi": ("draft",),
    "read-back": ("crates", "pypi"),
    "undraft": ("read-back", "guard"),
}


def released() -> Story:
    """A release with ten jobs, that went well."""
    jobs = []
    for number, name in enumerate(("guard", *NEEDS)):
        at = float(number)
        changes = {"draft": (3,), "crates": (5, 8), "pypi": (9,)}.get(name, ())
        verdicts = (verdict("guard-release-tag", FINE),) if name == "guard" else ()
        steps = (
            step("Check out", at, 0.3),
            step("Do it", at + 0.3, 0.6, verdicts=verdicts, changes=changes),
        )
        jobs.append(Job(name, name, "success", NEEDS.get(name, ()), "", None, at, 0.95, {}, steps))
    calls = tuple(
        Call(number, at, service, method, path, route, True, status, job)
        for number, at, service, method, path, route, status, job in (
            (3, 7.5, "github", "POST", "/repos/acme/app/releases", "create-release", 201, "draft"),
            (5, 8.5, "crates", "PUT", "/api/v1/crates/new", "publish", 200, "crates"),
            (8, 8.6, "crates", "PUT", "/api/v1/crates/new", "publish", 200, "crates"),
            (9, 9.5, "pypi", "POST", "/legacy/", "upload", 200, "pypi"),
        )
    )
    digests = tuple(
        Digest(name, (SHA,), (SHA,), (SHA,))
        for name in ("acme-core-1.2.0.crate", "acme_app-1.2.0-py3-none-any.whl")
    )
    state = {
        "refs": {"refs/tags/v1.2.0": {"tree": SHA[:40], "subject": "Release 1.2.0"}},
        "releases": [{"tag": "v1.2.0", "draft": False, "assets": {"acme.tar.gz": SHA}}],
        "crates": [{"name": "acme-core", "version": "1.2.0", "checksum": SHA, "yanked": False}],
        "pulls": [],
    }
    return Story(
        "rust-python", "A release of two crates and two packages.", True,
        {"ending": "released", "rule": None}, {"ending": "released", "rules": []},
        24.3, 120, tuple(jobs), calls, End(state, digests),
    )  # fmt: skip


def refused() -> Story:
    """The same, refused at the first crate."""
    good = released()
    bad = step(
        "Publish the crates", 8.3, 0.6, outcome="failure",
        verdicts=(verdict("publish-crates", BAD),),
        annotations=(Remark("error", BAD.rule, f"{BAD.detail}\n{BAD.fix}"),), changes=(5,),
        log=("[FAIL] It is wrong.", "[INFO] publish-crates: failed (exit 10 FAILED)"),
    )  # fmt: skip
    jobs: list[Job] = []
    for job in good.jobs:
        if job.id == "crates":
            job = replace(job, conclusion="failure", steps=(job.steps[0], bad))
        elif job.id in ("read-back", "undraft"):
            job = replace(job, conclusion="skipped", steps=(), seconds=0.0)
        jobs.append(job)
    calls = (*good.calls[:1], replace(good.calls[1], status=None, faults=("reset",)), good.calls[3])
    end = replace(good.end, digests=(replace(good.end.digests[0], served=(OTHER,)),))
    return replace(
        good, ok=False, got={"ending": "refused", "rules": [BAD.rule]}, jobs=tuple(jobs),
        calls=calls, end=end,
    )  # fmt: skip


def hostile() -> Story:
    """Every foreign text is meant to do harm."""
    good = released()
    jobs = []
    for number, text in enumerate(HOSTILE):
        finding = Finding(text, text, "failed", LONG, text, file=text, line=1)
        one = step(
            text, float(number), 1.0, outcome="failure", annotations=(Remark("error", text, LONG),),
            verdicts=(verdict(text, finding, changes={text: [text]}, errors=(text,)),),
            log=(text, LONG), changes=(1,),
        )  # fmt: skip
        jobs.append(
            Job(text, text, "failure", HOSTILE[:number], text, {}, float(number), 1.0, {}, (one,))
        )
    call = Call(1, 0.5, HOSTILE[0], HOSTILE[1], HOSTILE[4], HOSTILE[3], True, 500, HOSTILE[2])
    digest = Digest(HOSTILE[1], (HOSTILE[0],), (HOSTILE[1] * 9,), ())
    state = {text: {text: text, "list": [text, {text: LONG}]} for text in HOSTILE}
    return replace(
        good, story=HOSTILE[0], title=HOSTILE[1], ok=False, jobs=tuple(jobs), calls=(call,),
        expected={"ending": HOSTILE[3], "rule": HOSTILE[0]},
        got={"ending": HOSTILE[1], "rules": list(HOSTILE)}, end=End(state, (digest,)),
        trouble=HOSTILE,
    )  # fmt: skip


def report(*stories: Story, **more: Any) -> Report:
    return Report("release-actions 0.1.0", "2026-01-02T03:04:05+00:00", 24.3, stories, **more)


def everything() -> Report:
    """Each part of the page at once."""
    faults = (
        Strike("index-lag", "The index is late.", 3, "recovered", "recovered", True),
        Strike("rekor-down", HOSTILE[0], 1, "could not tell", LONG, False),
    )
    stops = (
        Stop(1, "github create-release", "before", "failed jobs", True),
        Stop(1, HOSTILE[1], "after", "all jobs", False, differences=(HOSTILE[3], LONG)),
    )
    return report(released(), refused(), hostile(), faults=faults, stops=stops)
