"""When each job and step ran, and where in it something was changed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from rehearsal.report import parts
from rehearsal.report.markup import code, join, tag, visible, words
from rehearsal.report.model import Call, Job, Step, Story

#: A pin as long as people read it.
_PIN = re.compile(r"@([0-9a-f]{7})[0-9a-f]{33}\b")


def timeline(story: Story, prefix: str) -> Markup:
    """Every job that ran, as a bar on one common scale; its steps within."""
    ran = [job for job in story.jobs if job.conclusion not in ("skipped", "unseen")]
    if not ran:
        return tag("p", "No job ran.", class_="note")
    whole = max(job.at + job.seconds for job in ran) or 1.0
    calls = {call.number: call for call in story.calls}
    rows = [_job(job, whole, calls, prefix) for job in sorted(ran, key=lambda job: job.at)]
    legend = tag(
        "p",
        "A mark on a bar is a request that changed something, or was to. "
        f"The whole width is {parts.seconds(whole)}.",
        class_="note",
    )
    return join([legend, tag("ol", rows, class_="timeline")])


def _job(job: Job, whole: float, calls: Mapping[int, Call], prefix: str) -> Markup:
    made = [calls[n] for step in job.steps for n in step.changes if n in calls]
    bars = [(job.at, job.seconds, "base"), *((s.at, s.seconds, s.outcome) for s in job.steps)]
    failed = job.conclusion != "success"
    head = [
        tag(
            "span",
            parts.sign(parts.kind(job.conclusion)),
            tag("bdi", visible(job.name, 120), class_="name"),
            tag("span", f", {parts.WORDS.get(job.conclusion, job.conclusion)}", class_="unseen"),
            class_="who",
        ),
        _bar(bars, made, whole),
        tag("span", parts.seconds(job.seconds), class_="took"),
    ]
    asks = ["Its environment ", code(job.environment, 100), " may ask for an approval."]
    return tag(
        "li",
        parts.fold(
            head,
            tag("p", asks, class_="note") if job.environment else None,
            tag("ol", [_step(step, whole, calls, prefix) for step in job.steps], class_="steps"),
            open=failed,
            class_="lane",
        ),
    )


def _step(step: Step, whole: float, calls: Mapping[int, Call], prefix: str) -> Markup:
    made = [calls[n] for n in step.changes if n in calls]
    links = [
        join([" ", tag("a", f"#{call.number}", href=f"#{prefix}-call-{call.number}")])
        for call in made[:50]
    ]
    changes = tag("span", parts.count(len(made), "change"), links, class_="changes")
    return tag(
        "li",
        tag(
            "div",
            tag(
                "span",
                parts.sign(parts.kind(step.outcome)),
                tag("span", words(_PIN.sub(r"@\1", step.name)), class_="name"),
                tag("span", f", {parts.WORDS.get(step.outcome, step.outcome)}", class_="unseen"),
                class_="who",
            ),
            _bar([(step.at, step.seconds, step.outcome)], made, whole)
            if step.outcome != "skipped"
            else tag("span", "skipped", class_="note"),
            tag("span", parts.seconds(step.seconds) if step.seconds else "", class_="took"),
            class_="row",
        ),
        changes if made else None,
        [_remark(one.level, one.title, one.message) for one in step.annotations[:20]],
        _log(step),
        class_="step",
    )


def _remark(level: str, title: str, message: str) -> Markup:
    what: parts.Kind = "bad" if level == "error" else "unsure" if level == "warning" else "quiet"
    head = f"{level}{': ' if title else ''}{visible(title, 200)}"
    return tag("div", tag("strong", parts.sign(what), head), " ", words(message), class_="remark")


def _log(step: Step) -> Markup | None:
    if not step.log:
        return None
    text = visible("\n".join(line[:2_000] for line in step.log))
    log = tag("pre", tag("bdi", text), class_="long", tabindex=0)
    return parts.fold(f"The last {parts.count(len(step.log), 'line')} of its log", log)


def _bar(bars: Sequence[tuple[float, float, str]], made: Sequence[Call], whole: float) -> Markup:
    """Shares of the width, so that it fits wherever it stands."""
    drawn = [
        tag(
            "rect",
            x=_share(at, whole),
            width=f"{max(0.4, 100 * seconds / whole):.2f}%",
            y=3 if name == "base" else 5,
            height=12 if name == "base" else 8,
            rx=3,
            class_=name if name == "base" else parts.kind(name),
        )
        for at, seconds, name in bars
        if name != "skipped"
    ]
    marks = []
    for call in made:
        x = _share(min(call.at, whole), whole)
        refused = call.status is None or call.status >= 400
        marks.append(
            tag("line", x1=x, x2=x, y1=0, y2=18, class_="mark refused" if refused else "mark")
        )
    return tag(
        "svg", drawn, marks, class_="bar", width="100%", height=18, aria_hidden="true",
        focusable="false",
    )  # fmt: skip


def _share(at: float, whole: float) -> str:
    return f"{max(0.0, min(100.0, 100 * at / whole)):.2f}%"
