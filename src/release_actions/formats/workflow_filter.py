"""What a workflow's own trigger leaves out, by GitHub's filter rules. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Trigger:
    """A workflow's `on: push`: whether there is one, and its filters."""

    readable: bool = True
    push: bool = False
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def push_trigger(workflow: bytes) -> Trigger:
    """How a push starts the workflow."""
    import yaml  # 16 ms that only a closer look needs

    try:
        document = yaml.safe_load(workflow)
    except (yaml.YAMLError, UnicodeError):
        return Trigger(readable=False)
    if not isinstance(document, dict):
        return Trigger(readable=False)
    # YAML 1.1 reads the key `on` as true.
    triggers = document.get("on", document.get(True))
    if isinstance(triggers, dict):
        filters = _filters(triggers.get("push"))
        if not all(_is_pattern(pattern) for patterns in filters.values() for pattern in patterns):
            return Trigger(readable=False)
        return Trigger(push="push" in triggers, filters=filters)
    named = triggers if isinstance(triggers, list) else [triggers]
    return Trigger(push="push" in named)


def _filters(push: Any) -> dict[str, tuple[str, ...]]:
    found = push if isinstance(push, dict) else {}
    return {
        str(key): tuple(map(str, value)) if isinstance(value, list) else (str(value),)
        for key, value in found.items()
    }


def _is_pattern(text: str) -> bool:
    """Whether it is one that we can read: what is not understood must not explain anything."""
    try:
        re.compile(_expression(text.removeprefix("!")))
    except re.error:
        return False
    return True


def shut_out(trigger: Trigger, branch: str) -> str:
    """Why no push to this branch starts the workflow, or ""."""
    if not trigger.push:
        return "it has no `on: push`"
    filters = trigger.filters
    wanted, ignored = filters.get("branches", ()), filters.get("branches-ignore", ())
    if wanted:
        return "" if _matches(wanted, branch) else f"branches: {', '.join(wanted)}"
    if ignored:
        return f"branches-ignore: {', '.join(ignored)}" if _matches(ignored, branch) else ""
    # A filter for tags alone shuts branches out.
    return "it is for tags alone" if filters.keys() & {"tags", "tags-ignore"} else ""


def takes_tag(trigger: Trigger, tag: str) -> bool:
    """Whether a push of this tag starts the workflow."""
    wanted, ignored = trigger.filters.get("tags", ()), trigger.filters.get("tags-ignore", ())
    if not trigger.push or wanted or ignored:
        return trigger.push and (_matches(wanted, tag) if wanted else not _matches(ignored, tag))
    # A filter for branches alone shuts tags out.
    return not trigger.filters.keys() & {"branches", "branches-ignore"}


def left_out(trigger: Trigger, files: Iterable[str]) -> str:
    """The path filter by which a push of these files does not start the workflow, or "".

    `paths` wants one file that matches; `paths-ignore` wants one that does not.
    """
    changed = tuple(files)
    wanted = trigger.filters.get("paths", ())
    ignored = trigger.filters.get("paths-ignore", ())
    if wanted and not any(_matches(wanted, file) for file in changed):
        return f"paths: {', '.join(wanted)}"
    if ignored and all(_matches(ignored, file) for file in changed):
        return f"paths-ignore: {', '.join(ignored)}"
    return ""


def _matches(patterns: Iterable[str], name: str) -> bool:
    """The last pattern that matches decides; one that begins with `!` takes back."""
    matched = False
    for pattern in patterns:
        if re.fullmatch(_expression(pattern.removeprefix("!")), name):
            matched = not pattern.startswith("!")
    return matched


def _expression(pattern: str) -> str:
    """GitHub's filter pattern: `**` any, `*` any but a slash, `?` and `+` count what is before."""
    special = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "?", "+": "+"}
    tokens = re.findall(r"\*\*/|\*\*|\*|\[[^\]]*\]|\?|\+|\\.|.", pattern, re.DOTALL)
    return "".join(
        special.get(token) or (token if token[0] in "[\\" else re.escape(token)) for token in tokens
    )
