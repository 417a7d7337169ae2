"""The second look: the tags that are there, and which one to have."""

from __future__ import annotations

from dataclasses import dataclass, replace

from release_actions.actions.create_tag.asked import Inputs, Made
from release_actions.actions.create_tag.saying import Facts
from release_actions.changes.tagging import MakeTag, PushTag
from release_actions.clients.github import Tag
from release_actions.formats import release_family
from release_actions.formats.tag_pattern import Date, Parts
from release_actions.values import RefName
from release_actions.verdict import Finding, Verdict, due, failed, ok
from release_actions.world import World

LAST = 99  # {number} has two digits


@dataclass(frozen=True)
class Tags:
    """Every tag that says the same but for its number, and of yesterday's date as well.

    A run that began before midnight finds the tag again that it made.
    """

    facts: Facts
    there: tuple[Tag, ...]


def gather(inputs: Inputs, world: World, facts: Facts) -> Tags:
    days = (inputs.date,) if inputs.date else (facts.today, facts.yesterday)
    prefixes = dict.fromkeys(_prefix(inputs, facts, day) for day in days)  # one, if undated
    found = {
        tag.name: tag for prefix in prefixes for tag in world.github.tags(inputs.repository, prefix)
    }
    return Tags(facts, tuple(found.values()))


def _prefix(inputs: Inputs, facts: Facts, day: Date) -> str:
    return inputs.tag or inputs.chosen.pattern.prefix(_parts(inputs, facts, day))


def _parts(inputs: Inputs, facts: Facts, day: Date) -> Parts:
    asks = inputs.asks
    version = facts.version(inputs) if "version" in asks else None
    return Parts(version, day if "date" in asks else None)


@dataclass(frozen=True)
class Aim:
    """The tag to have, and whether it was there on the right commit from the start."""

    name: RefName | None  # None: there is no number left
    there: bool


def settle(inputs: Inputs, found: Tags) -> Aim:
    if inputs.tag is not None:
        name: RefName | None = inputs.tag
    else:
        name = _next(inputs, found)
    there = any(tag.name == name and tag.commit == inputs.commit for tag in found.there)
    return Aim(name, there)


def _next(inputs: Inputs, found: Tags) -> RefName | None:
    """The family's tag on this commit if there is one, else the one with the next number."""
    pattern, wanted = (
        inputs.chosen.pattern,
        _parts(inputs, found.facts, inputs.date or found.facts.today),
    )
    if "number" not in pattern.places:
        return RefName(pattern.write(wanted))
    numbers = _numbers(inputs, found, wanted)
    if here := [number for number, tag in numbers.items() if tag.commit == inputs.commit]:
        return RefName(numbers[max(here)].name)
    number = max(numbers, default=-1) + 1
    return RefName(pattern.write(replace(wanted, number=number))) if number <= LAST else None


def _numbers(inputs: Inputs, found: Tags, wanted: Parts) -> dict[int, Tag]:
    """The tags that say what is wanted, by their numbers."""
    numbers: dict[int, Tag] = {}
    for tag in found.there:
        said = release_family.read("", inputs.chosen, tag.name)
        if isinstance(said, str) or said.parts.number is None:
            continue
        if replace(said.parts, number=None) == wanted:
            numbers[said.parts.number] = tag
    return numbers


def unsettled(inputs: Inputs, found: Tags) -> Verdict:
    """As if nothing had been aimed at before."""
    return decide(inputs, found, settle(inputs, found))


def decide(inputs: Inputs, found: Tags, aim: Aim) -> Verdict:
    if aim.name is None:
        fix = "Give another `date`, or a family whose tags do not run out of numbers."
        subject = f"family {inputs.family}"
        return Verdict([failed("no-number-left", subject, f"{LAST} is taken", fix=fix)], Made())
    tag = next((tag for tag in found.there if tag.name == aim.name), None)
    finding = _finding(inputs, aim.name, tag)
    if tag is None or finding.outcome.bad:
        return Verdict([finding], Made())
    return Verdict([finding], Made(tag.name, tag.commit, tag.object, not aim.there))


def _finding(inputs: Inputs, name: RefName, tag: Tag | None) -> Finding:
    subject = f"tag {name}"
    if tag is None:
        return due("tag-missing", subject, "it is not there", _change(inputs, name))
    if tag.commit != inputs.commit:
        found = f"it is on {tag.commit} already, not on {inputs.commit}"
        fix = "Tag another version. A tag that was seen is never moved."
        return failed("name-taken", subject, found, fix=fix)
    if not tag.annotated:
        fix = "Delete it if nothing has used it yet, and run again."
        found = f"it is on {inputs.commit}, but lightweight: made by somebody else"
        return failed("lightweight", subject, found, fix=fix)
    if inputs.sign != "none" and not tag.signed:
        fix = "Delete it if nothing has used it yet, and run again."
        found = f"it is on {inputs.commit}, but not signed: made by somebody else"
        return failed("not-signed", subject, found, fix=fix)
    return ok("tag-missing", subject, f"it is there, annotated, on {inputs.commit}")


def _change(inputs: Inputs, name: RefName) -> MakeTag | PushTag:
    message = inputs.message or name
    if inputs.sign == "none":
        return MakeTag(inputs.repository, name, inputs.commit, message)
    signed = PushTag(inputs.repository, name, inputs.commit, message, inputs.path, inputs.sign)
    return replace(signed, key=inputs.signing_key)
