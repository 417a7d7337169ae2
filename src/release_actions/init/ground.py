"""What every template's answers are made from."""

from __future__ import annotations

from dataclasses import dataclass

from release_actions.errors import UsageError
from release_actions.init.answers import Answer, Kind
from release_actions.init.facts import Facts
from release_actions.init.tagging import Tags


@dataclass(frozen=True)
class Ground:
    """What every template's answers are made from."""

    facts: Facts
    tags: Tags
    ci: Answer

    @property
    def shared(self) -> dict[str, Answer]:
        kind: Kind = "found" if self.tags.certain else "assumed"
        return {
            "tag-pattern": Answer(self.tags.trigger, self.tags.told, kind),
            "workflows": self.ci,
        }


def unfit(template: str, why: str) -> UsageError:
    return UsageError(f"flag `--template`: `{template}` was given; it cannot be filled in: {why}")
