"""The notes as one text, and as much of it as GitHub takes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote

from release_actions.actions.render_release_notes.asked import FILE, Inputs
from release_actions.actions.render_release_notes.reaching import Reached
from release_actions.actions.render_release_notes.section import chosen
from release_actions.formats import history_notes, markdown
from release_actions.formats.asset_table import assets, table
from release_actions.formats.changelog import notes
from release_actions.formats.changelog.sections import Problem
from release_actions.formats.history_notes import Entry

LIMIT = 125_000  # characters; GitHub refuses a longer body with 422


@dataclass(frozen=True)
class Notes:
    """The whole text; the body of the release, and what goes to a file of its own."""

    whole: str
    body: str
    rest: str


def compose(inputs: Inputs, found: Reached, server: str) -> Notes:
    """All sources in their order, each apart from the next by an empty line."""
    address = f"{server}/{inputs.repository}"
    entries = history_notes.entries(found.commits, found.pulls)
    parts = [_part(source, inputs, found, entries, address) for source in inputs.sources]
    whole = "\n\n".join(part for part in parts if part)
    whole = f"{whole}\n" if whole else ""
    if markdown.size(whole) <= LIMIT:
        return Notes(whole, whole, "")
    remark = _remark(inputs, address)
    body, rest = markdown.split(whole, LIMIT - markdown.size(remark))
    return Notes(whole, body.rstrip("\n") + remark, rest)


def _part(
    source: str, inputs: Inputs, found: Reached, entries: tuple[Entry, ...], address: str
) -> str:
    read = found.read
    if source == "changelog":
        return _section(inputs, found)
    if source == "history":
        return history_notes.history(entries, address, found.since, inputs.tag)
    if source == "contributors":
        return history_notes.contributors(entries)
    if source == "assets":
        return _assets(inputs, read.held(inputs.manifest))
    return _text(read.held(source.removeprefix(FILE)))


def _section(inputs: Inputs, found: Reached) -> str:
    content = found.read.changelog
    assert content is not None
    section = chosen(inputs, found.read.release, content)
    assert not isinstance(section, Problem)  # the first judgement saw to it
    return notes.body(*section, heading=inputs.heading)


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n").strip()


def _assets(inputs: Inputs, content: bytes) -> str:
    """M32: what is released, from which commit, with which digests."""
    named = assets(content)
    assert not isinstance(named, str)  # the first judgement saw to it
    made = f"Made of commit `{inputs.commit}`, tag `{inputs.tag}`."
    return f"## Assets\n\n{made}\n\n{table(named)}"


def _remark(inputs: Inputs, address: str) -> str:
    name = PurePosixPath(inputs.rest_file).name
    link = f"{address}/releases/download/{quote(inputs.tag)}/{quote(name)}"
    told = (
        f"GitHub takes {LIMIT:,} characters. These notes go on in [{markdown.inline(name)}]({link})"
    )
    return f"\n\n---\n\n{told}, which is attached to this release.\n"
