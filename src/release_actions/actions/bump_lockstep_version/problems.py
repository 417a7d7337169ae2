"""What is wrong with the files whatever is asked, each told once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from release_actions.actions.bump_lockstep_version.searching import Facts
from release_actions.formats.version_group import VersionGroup, matches
from release_actions.formats.version_places.place import Unreadable
from release_actions.verdict import Finding, failed


def unreadable(facts: Facts) -> Iterator[Finding]:
    """Files that are not what their names say."""
    for path, seen in facts.seen.items():
        if isinstance(seen.said, Unreadable):
            line, column = seen.said.line, seen.said.column
            yield failed(
                "unreadable",
                f"{path}:{line}:{column}" if line else path,
                str(seen.said),
                fix="Correct the file, or leave it out by `exclude` of its version-group.",
                file=facts.tree.prefix + path,
                line=line,
            )


def absent(facts: Facts) -> Iterator[Finding]:
    """Files that another one names."""
    for absent in facts.absent:
        yield failed(
            "not-there",
            absent.wanted,
            f"{absent.by} names it: {absent.why}",
            fix=f"Add the file to git, or correct {absent.by}.",
            file=facts.tree.prefix + absent.by if absent.by in facts.seen else "",
        )


def nothing(group: str) -> Finding:
    """A group whose files say no version of its own."""
    return failed(
        "nothing-found",
        f"group {group}",
        "no file that it begins at states a version",
        fix="Give `path`, or `manifests` in [version-group.NAME] of the config file.",
    )


def unmatched(groups: Mapping[str, VersionGroup], packages: Collection[str]) -> Iterator[Finding]:
    """A name that means no package would silently ask nothing."""
    for group, table in groups.items():
        settings = {
            "packages": table.packages,
            "public": table.public or (),
            "published": table.published or (),
        }
        for setting, patterns in settings.items():
            for pattern in patterns:
                if not any(matches(name, [pattern]) for name in packages):
                    yield failed(
                        "not-there",
                        pattern,
                        f"version-group.{group}.{setting} names it: no package is called so",
                        fix="Correct the config file.",
                    )
