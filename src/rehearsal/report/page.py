"""The page: one file that needs nothing else, and lets nothing else in."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from rehearsal.report import ends, evidence, parts, picture, timeline
from rehearsal.report.markup import code, join, tag, visible, words
from rehearsal.report.model import Report, Stop, Story, Strike

_STYLE = Path(__file__).with_name("page.css")


def page(report: Report) -> str:
    """The whole of it as HTML."""
    style = _STYLE.read_text(encoding="utf-8")
    title = f"{_verdict(report)} – rehearsal"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_policy(style)),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        tag("style", Markup(style)),
    )
    body = tag(
        "body",
        tag("a", "Skip to what happened", href="#main", class_="skip"),
        _header(report),
        tag("main", _main(report), id="main", tabindex=-1),
        _footer(report),
    )
    return str(Markup("<!DOCTYPE html>\n") + tag("html", head, body, lang="en") + "\n")


def _policy(style: str) -> str:
    """Nothing is loaded, run, framed or sent; our own style is known by its digest."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _verdict(report: Report) -> str:
    number = len(report.stories) + len(report.faults) + len(report.stops)
    if not number:
        return "Nothing was rehearsed"
    if report.ok and number == 1 and report.stories:
        ending = str(report.stories[0].got["ending"])
        return "Released" if ending == "released" else f"{ending.capitalize()}, as it must be"
    if report.ok:
        return f"All {number} ended as they must"
    wrong = len(report.wrong) - len(report.besides)
    if not wrong:
        return "Not as it must be"
    if number == 1 and report.stories:
        ending = str(report.stories[0].got["ending"])
        well = parts.kind(ending) == "good"
        return f"{ending.capitalize()}, not as it must be" if well else ending.capitalize()
    return f"{wrong} of {number} ended otherwise than they must"


def _header(report: Report) -> Markup:
    what: parts.Kind = "good" if report.ok else "bad"
    why = [tag("li", visible(name, 200)) for name in report.wrong[:8]]
    if len(report.wrong) > 8:
        why.append(tag("li", f"and {len(report.wrong) - 8} more"))
    many = len(report.stories) + len(report.faults) + len(report.stops) > 1 or report.besides
    return tag(
        "header",
        tag(
            "div",
            parts.sign(what, 44),
            tag(
                "div",
                tag("p", "Rehearsal of a release", class_="kicker"),
                tag("h1", _verdict(report)),
                tag("ul", why) if why and many else _sentence(report),
                tag("p", _facts(report), class_="facts"),
            ),
            class_=f"banner {what}",
        ),
        _contents(report),
    )


def _sentence(report: Report) -> list[Markup] | None:
    """What a single story came to: what was looked at, or the first thing that is wrong."""
    if len(report.stories) != 1:
        return None
    (story,) = report.stories
    if story.ok:
        return [tag("p", words(story.title))]
    told = [tag("p", f"Expected: {visible(str(story.expected['ending']), 60)}.")]
    bad = [
        finding
        for job in story.jobs
        for step in job.steps
        for verdict in step.verdicts
        for finding in verdict.findings
        if finding.bad and not finding.advisory
    ]
    if story.trouble and not bad:
        told.append(tag("p", words(story.trouble[0])))
    if bad:
        told = [
            tag("p", tag("strong", words(bad[0].subject)), ": ", words(bad[0].detail)),
            tag("p", tag("strong", "To do: "), words(bad[0].fix)),
        ]
    return told


def _facts(report: Report) -> str:
    changed = sum(len(story.changes) for story in report.stories)
    asked = sum(story.requests for story in report.stories)
    told = [parts.seconds(report.seconds)]
    if report.stories:
        told += [parts.count(asked, "request"), parts.count(changed, "change")]
    return " · ".join([*told, report.made.replace("T", " ").replace("+00:00", " UTC")])


def _contents(report: Report) -> Markup | None:
    links = [(f"#s{number}", story.story, story.ok) for number, story in enumerate(report.stories)]
    if report.faults:
        links.append(("#faults", "Faults", all(one.ok for one in report.faults)))
    if report.stops:
        links.append(("#stops", "Stops", all(one.ok for one in report.stops)))
    if len(links) < 2:
        return None
    items = [
        tag(
            "li",
            tag(
                "a",
                parts.sign("good" if ok else "bad"),
                visible(name, 60),
                tag("span", "" if ok else ", not as it must be", class_="unseen"),
                href=href,
            ),
        )
        for href, name, ok in links
    ]
    return tag("nav", tag("ul", items), aria_label="On this page")


def _main(report: Report) -> Markup:
    sections = [_story(story, f"s{number}") for number, story in enumerate(report.stories)]
    if report.faults:
        sections.append(_faults(report.faults))
    if report.stops:
        sections.append(_stops(report.stops))
    return join(sections)


def _story(story: Story, id: str) -> Markup:
    made = story.changes
    rules = join([join([" by ", code(str(rule))]) for rule in story.got["rules"]])
    ended = str(story.got["ending"])
    if story.ok and parts.kind(ended) != "good":
        ended += ", as it must be"
    expected = f"{story.expected['ending']}"
    if story.expected.get("rule"):
        expected += f" by {story.expected['rule']}"
    told = [
        ("Ended", join([parts.badge(ended, "good" if story.ok else "bad"), rules])),
        ("Expected", visible(expected, 200)),
        ("Took", f"{parts.seconds(story.seconds)}, {parts.count(story.requests, 'request')}"),
    ]
    facts = [tag("div", tag("dt", name), tag("dd", value)) for name, value in told]
    trouble = [tag("li", words(line)) for line in story.trouble[:50]]
    return tag(
        "section",
        tag("h2", tag("bdi", visible(story.story, 100)), id=f"{id}-title"),
        tag("p", words(story.title), class_="lead"),
        tag("dl", facts, class_="facts"),
        [tag("h3", "What the player said"), tag("ul", trouble)] if trouble else None,
        tag("h3", "Jobs"),
        picture.graph_of(story, f"{id}-graph"),
        tag("h3", "Verdicts"),
        evidence.verdicts(story),
        tag("h3", "Timeline"),
        timeline.timeline(story, id),
        tag("h3", "Changes"),
        parts.fold(
            f"{parts.count(len(made), 'request')} that were to change something",
            evidence.changes(story, id),
            open=True,
        )
        if made
        else evidence.changes(story, id),
        tag("h3", "The end"),
        ends.end(story.end),
        id=id,
        aria_labelledby=f"{id}-title",
    )


def _faults(faults: Sequence[Strike]) -> Markup:
    rows = [
        (
            join([code(one.name), tag("div", words(one.title), class_="note")]),
            f"{one.fired} times" if one.fired != 1 else "once",
            visible(one.expected, 200),
            words(one.got),
            parts.badge("as it must be" if one.ok else "otherwise", "good" if one.ok else "bad"),
        )
        for one in sorted(faults, key=lambda one: one.ok)
    ]
    wrong = sum(not one.ok for one in faults)
    caption = f"{parts.count(len(faults), 'fault')}, {wrong} ended otherwise than they must"
    head = ("fault", "struck", "must end", "ended", "so")
    return tag(
        "section",
        tag("h2", "Faults", id="faults-title"),
        tag("p", "What was made to go wrong, and how each run ended.", class_="lead"),
        parts.table(caption, head, rows),
        id="faults",
        aria_labelledby="faults-title",
    )


def _stops(stops: Sequence[Stop]) -> Markup:
    rows = [
        (
            join([f"{one.when} call {one.number}", tag("div", words(one.call), class_="note")]),
            f"{visible(one.again, 40)}",
            join(
                [parts.badge("same end" if one.ok else "another end", "good" if one.ok else "bad")]
            ),
            _differences(one),
        )
        for one in sorted(stops, key=lambda one: one.ok)
    ]
    wrong = sum(not one.ok for one in stops)
    places = {(one.number, one.when, one.call) for one in stops}
    caption = f"{parts.count(len(places), 'stop')}, run again in {parts.count(len(stops), 'way')},"
    caption += f" of which {wrong} did not come to the same end"
    lead = "The run was killed there, started again, and its end compared with an undisturbed one."
    return tag(
        "section",
        tag("h2", "Stops", id="stops-title"),
        tag("p", lead, class_="lead"),
        parts.table(caption, ("killed", "run again", "recovered", "what differs"), rows),
        id="stops",
        aria_labelledby="stops-title",
    )


def _differences(stop: Stop) -> Markup:
    if not stop.differences:
        return Markup("–")
    return tag("ul", [tag("li", words(line)) for line in stop.differences[:50]])


def _footer(report: Report) -> Markup:
    return tag(
        "footer",
        tag(
            "p",
            f"Made by {visible(report.program, 60)} on one machine: nothing here was published"
            " anywhere. This page loads nothing and sends nothing. The same as data:",
            " ",
            tag("code", "release-actions rehearse --json"),
        ),
    )
