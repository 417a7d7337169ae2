"""What went into a release, told from its commits and the pull requests that brought them.

Titles, subjects and names are foreign text: they are shown, and do nothing. Only the author of
a merged pull request, as GitHub names the account, is mentioned.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from release_actions.formats.commit_object import Commit
from release_actions.formats.markdown import inline
from release_actions.values import Sha

SQUASHED = re.compile(r"(?P<title>.*?)\s*\(#(?P<number>[0-9]{1,9})\)\s*")
MERGED = re.compile(r"Merge pull request #(?P<number>[0-9]{1,9}) from \S+")
CLOSES = re.compile(r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#([0-9]{1,9})\b", re.I)
LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")


@dataclass(frozen=True)
class MergedPull:
    """A merged pull request, as GitHub tells of it."""

    number: int
    title: str
    body: str
    author: str  # login
    robot: bool
    commit: str  # what its merge made of the base


@dataclass(frozen=True)
class Entry:
    """One change as the notes tell it."""

    title: str
    pull: int | None
    commit: Sha
    issues: tuple[int, ...]
    login: str = ""  # empty where GitHub names no account
    name: str = ""  # as the commit says, which anybody may write
    robot: bool = False


def entries(
    commits: Sequence[Commit], pulls: Mapping[Sha, Sequence[MergedPull]]
) -> tuple[Entry, ...]:
    """One for each pull request, and for each commit that came without; in their order."""
    found: dict[int | Sha, Entry] = {}
    for commit in commits:
        known = pulls.get(commit.id, ())
        # A commit may be in several, after a backport; one of them is it by its merge.
        made = [pull for pull in known if pull.commit == commit.id] or known
        for entry in [_of_pull(commit, pull) for pull in made] or [_of_commit(commit)]:
            key = entry.pull or commit.id
            before = found.get(key)
            issues = (*before.issues, *entry.issues) if before else entry.issues
            found[key] = replace(before or entry, issues=tuple(dict.fromkeys(issues)))
    return tuple(found.values())


def _of_pull(commit: Commit, pull: MergedPull) -> Entry:
    return Entry(
        title=pull.title,
        pull=pull.number,
        commit=commit.id,
        issues=_issues(f"{commit.message}\n{pull.body}", pull.number),
        login=pull.author if LOGIN.fullmatch(pull.author.removesuffix("[bot]")) else "",
        name=commit.author.name,
        robot=pull.robot or pull.author.endswith("[bot]"),
    )


def _of_commit(commit: Commit) -> Entry:
    """By its message alone, as GitHub writes those of squashes and merges."""
    title, number = commit.subject, None
    if match := SQUASHED.fullmatch(title):
        title, number = match["title"], int(match["number"])
    elif match := MERGED.fullmatch(title):
        rest = (line.strip() for line in commit.message.strip().splitlines()[1:])
        title, number = next((line for line in rest if line), title), int(match["number"])
    return Entry(title, number, commit.id, _issues(commit.message, number), "", commit.author.name)


def _issues(text: str, own: int | None) -> tuple[int, ...]:
    """What the text says it closes, in GitHub's own words for that."""
    found = dict.fromkeys(map(int, CLOSES.findall(text)))
    return tuple(number for number in found if number != own)


def history(found: Iterable[Entry], address: str, since: str | None, tag: str) -> str:
    """The list of changes, and the link to all of them."""
    lines = [_line(entry, address) for entry in found]
    if since is None:
        link = f"[{inline(tag)}]({address}/commits/{quote(tag)})"
    else:
        link = f"[{inline(f'{since}...{tag}')}]({address}/compare/{quote(f'{since}...{tag}')})"
    listed = "\n".join(lines) or "No changes."
    return f"## Changes\n\n{listed}\n\nAll changes: {link}"


def _line(entry: Entry, address: str) -> str:
    if entry.pull is None:
        of = f"[{entry.commit[:9]}]({address}/commit/{entry.commit})"
    else:
        of = f"[#{entry.pull}]({address}/pull/{entry.pull})"
    links = [of, *(f"closes [#{issue}]({address}/issues/{issue})" for issue in entry.issues)]
    by = f" by {_person(entry)}" if _person(entry) else ""
    return f"- {inline(entry.title) or 'no title'} ({', '.join(links)}){by}"


def _person(entry: Entry) -> str:
    if entry.login and not entry.robot:
        return f"@{entry.login}"
    return inline(entry.login or entry.name, 60)


def contributors(found: Iterable[Entry]) -> str:
    """Everybody once, in the order of their first change; robots are thanked elsewhere."""
    people = dict.fromkeys(_person(entry) for entry in found if not entry.robot)
    named = ", ".join(person for person in people if person)
    return f"## Contributors\n\n{named}" if named else ""
