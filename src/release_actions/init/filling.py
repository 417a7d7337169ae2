"""Templates to workflows: the values at their places, the library's pins, and their lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from release_actions.errors import UsageError
from release_actions.formats import yaml_places, yaml_repeats
from release_actions.formats.marked_yaml import NotYamlError
from release_actions.init import templates
from release_actions.init.answers import Answer, Kind, Planned
from release_actions.init.pinning import Library
from release_actions.init.templates import LIBRARY, Template

HEAD = "# By `release-actions init`, from the template {}.yml. It is yours now."


@dataclass(frozen=True)
class Told:
    """A line for the maintainer: what was found or assumed, and where it stands."""

    kind: Kind
    file: str
    line: int
    text: str


@dataclass(frozen=True)
class Written:
    """A file as it shall be."""

    path: str
    text: str
    told: tuple[Told, ...] = ()


def fill(planned: Planned, library: Library) -> Written:
    """The workflow that a template comes to.

    :raises UsageError: where a value cannot stand in a workflow.
    """
    template = templates.load(planned.template)
    text = _valued(template, planned)
    text = yaml_places.pinned(text, LIBRARY, library.name, library.pin)
    if library.version:
        text = _commented(text, library)
    text = f"{HEAD.format(template.name)}\n{text}"
    return Written(planned.path, text, tuple(_told(template, planned, text)))


def _valued(template: Template, planned: Planned) -> str:
    values = {
        place: answer.value
        for name, answer in planned.answers.items()
        for place in template.places.get(name, ())
    }
    try:
        text = template.text
        if template.repeats is not None and planned.things:
            text = yaml_repeats.repeated(text, template.repeats, planned.things)
        return yaml_places.filled(text, values)
    except (ValueError, NotYamlError) as error:
        raise UsageError(
            f"template `{template.name}`: a value cannot stand in a workflow: {error}"
        ) from error


def _commented(text: str, library: Library) -> str:
    """The version behind each pin, as bots and people read it."""
    pin = re.compile(rf"(uses: {re.escape(library.name)}\S*@{library.pin})$", re.MULTILINE)
    return pin.sub(rf"\1 # {library.version}", text)


def _told(template: Template, planned: Planned, text: str) -> Iterator[Told]:
    for name, answer in planned.answers.items():
        places = template.places.get(name, ())
        if places and _worth(answer):
            line = yaml_places.at(text, places[0])
            yield Told(answer.kind, planned.path, line, f"{_shown(name, answer)}: {answer.told}")


def _worth(answer: Answer) -> bool:
    """Whether people want to know: what is left as it is says nothing new."""
    return answer.value is not None or answer.kind != "found"


def _shown(name: str, answer: Answer) -> str:
    value = answer.value
    if value is None:
        return f"no {name}"
    told = value if isinstance(value, str) else ", ".join(value[:6])
    return f"{name} {told}{', …' if isinstance(value, tuple) and len(value) > 6 else ''}"
