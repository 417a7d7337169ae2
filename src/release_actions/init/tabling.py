"""The tables of the config: what the actions would not take so by themselves."""

from __future__ import annotations

from collections.abc import Iterator

from release_actions.init.answers import Planned, Table
from release_actions.init.ground import Ground
from release_actions.init.tagging import Tags

FAMILY = "release"  # what the family of tags is called in the config, where one is needed


def tables(ground: Ground, files: tuple[Planned, ...]) -> Iterator[Table]:
    """What the actions read from the config: what is not as they take it by themselves."""
    branch = ground.facts.branch.name
    made = {planned.template: planned for planned in files}
    family = ""
    if branch != "main":
        yield Table("require-ci-green", {"branch": branch})
    if "release-train" in made:
        family = "train"
        yield from _train_tables()
    elif "dev-cycle" in made:
        family = str(made["dev-cycle"].answers["family"].value)
        yield from _cycle_tables(family)
    elif not ground.tags.built_in and any("tag-pattern" in each.answers for each in files):
        family = FAMILY
        yield _family(ground.tags)
    if "settings-audit" in made:
        yield Table("audit-release-settings", {"workflow-permissions": "read"})
    guard = {"branch": branch} if branch != "main" else {}
    guard |= {"family": family} if family else {}
    if guard:
        yield Table("guard-release-tag", guard)
    if family and "rust-python" in made:
        yield Table("render-release-notes", {"family": family})


def _family(tags: Tags) -> Table:
    classes = ("stable", "rc") if tags.candidates else ("stable",)
    told = "as the tags that are there" if tags.certain else "as the newest tag that is there"
    values: dict[str, object] = {"pattern": str(tags.pattern), "classes": classes}
    return Table(f"release-family.{FAMILY}", values, told)


def _train_tables() -> Iterator[Table]:
    """Candidates are released, too; main goes on as X.0.0-dev."""
    yield Table("version-group.all", {"adds-development": ("major",)})
    yield Table("push-tag-on-marker", {"tag-format": "train"})
    values = {"pattern": "v{version}", "classes": ("stable", "rc")}
    yield Table("release-family.train", values)


def _cycle_tables(family: str) -> Iterator[Table]:
    """Patches come from branches of cherry-picks."""
    yield Table("version-group.all", {"adds-development": ("patch",)}, "1.3.1-dev, then 1.3.1")
    values: dict[str, object] = {"pattern": f"{family}-v{{version}}", "hotfix": True}
    yield Table(f"release-family.{family}", values | {"classes": ("stable", "hotfix")})
    yield Table("release-class.hotfix", {"branch": f"release/{family}/{{major}}.{{minor}}"})
