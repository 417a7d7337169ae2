"""What holds for every step of a workflow: its variables, and whether it has any secret. No I/O."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from release_actions.formats.expression import constant
from release_actions.formats.marked_yaml import compose, scalar, scalars

_TOKEN = re.compile(r"secrets\.GITHUB_TOKEN\b", re.IGNORECASE)
_SECRET = re.compile(r"\bsecrets\b(?:\s*\.\s*[\w-]+)?", re.IGNORECASE)
_VARIABLE = re.compile(r"\$\{\{\s*env\.(\w+)\s*\}\}")


@dataclass(frozen=True)
class Surroundings:
    """`env` has what the workflow sets for every job, where no other key of it is called so."""

    env: Mapping[str, str]
    secret: str = ""  # one that it uses; empty where the job's own token is all it has

    def read(self, value: str) -> str:
        """The value in every run; empty where only the run knows it."""
        match = _VARIABLE.fullmatch(value.strip())
        known = self.env.get(match[1], "") if match else value
        return known if constant(known) else ""


def surroundings(text: str) -> Surroundings:
    """Those of a file that has been read as a workflow."""
    said: dict[str, str] = {}
    keys: Counter[str] = Counter()  # a name that stands twice may be set anew, by an alias too
    secret = ""
    for path, node, is_key in scalars(compose(text)):
        value = scalar(node)
        if is_key:
            keys[value] += 1
            continue
        if path[:-1] == ("env",):
            said[path[-1]] = value
        if path[-1:] == ("secrets",) or ("${{" in value and _SECRET.search(_TOKEN.sub("", value))):
            secret = secret or _named(value)
    return Surroundings({n: value for n, value in said.items() if keys[n] == 1}, secret)


def _named(value: str) -> str:
    match = _SECRET.search(_TOKEN.sub("", value))
    return re.sub(r"\s", "", match[0]) if match else "secrets that its caller has"
