"""The notes of one release, taken out of a changelog so that they stand by themselves."""

from __future__ import annotations

import re

from release_actions.formats.changelog.lines import Line, is_rule
from release_actions.formats.changelog.references import references
from release_actions.formats.changelog.sections import Changelog, Section, tellable


def plain(lines: tuple[Line, ...]) -> tuple[str, ...]:
    """The lines as they are compared: without blanks at their ends, and at both ends of all."""
    texts = [line.text.rstrip() for line in lines]
    while texts and not texts[-1]:
        texts.pop()
    while texts and not texts[0]:
        texts.pop(0)
    return tuple(texts)


def whole(log: Changelog, section: Section) -> tuple[str, ...]:
    """Heading and all that is under it, without what only ends a section."""
    return plain(_own(log, section, section.start))


def body(log: Changelog, section: Section, *, heading: bool) -> str:
    """The notes as Markdown; links that are defined elsewhere in the file come with them."""
    own = _own(log, section, section.start if heading else section.start + 1)
    text = "\n".join(plain(own))
    here = {reference.label.casefold() for reference in references(own)}
    needed = [
        log.lines[reference.index].text.strip()
        for reference in references(log.lines)
        if reference.label.casefold() not in here and _uses(text, reference.label)
    ]
    found = "\n\n".join(part for part in (text, "\n".join(needed)) if part)
    return tellable(found)


def _uses(text: str, label: str) -> bool:
    return re.search(rf"\[{re.escape(label)}\](?![(:])", text, re.IGNORECASE) is not None


def _own(log: Changelog, section: Section, start: int) -> tuple[Line, ...]:
    """Up to a rule at its end, and without the references that stand there for the whole file."""
    end = section.end
    while end > start and _ends(log, end - 1):
        end -= 1
    return log.lines[start:end]


def _ends(log: Changelog, index: int) -> bool:
    line = log.lines[index]
    return line.blank or is_rule(log.lines, index) or bool(references((line,)))
