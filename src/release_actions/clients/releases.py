"""Releases and drafts of a repository: found by listing and by id, never by tag."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from release_actions.clients.github import GitHub
from release_actions.clients.patience import FIRST, TRIES
from release_actions.clients.rest import Json, Refusal, explained
from release_actions.errors import UpstreamError
from release_actions.values import RefName, Repository, Sha

JsonObject = Mapping[str, Any]
BODY_LIMIT = 125_000  # characters; GitHub takes no longer text


@dataclass(frozen=True)
class Release:
    """A release or draft, with the ids of the assets that it shows."""

    id: int
    tag: str
    target: str  # target_commitish: a branch or a commit
    draft: bool
    immutable: bool
    prerelease: bool
    title: str
    body: str
    url: str
    upload_url: str
    assets: frozenset[int]

    def __str__(self) -> str:
        return f"{'draft' if self.draft else 'release'} {self.id} ({self.url})"


def every(github: GitHub, repository: Repository) -> tuple[Release, ...]:
    """Every release, and the drafts as far as the token sees them: it takes contents: write.

    GitHub tells no count beside this list, so it is asked for: a page that got lost could hide
    the draft, or a higher version.
    """
    path = f"/repos/{repository}/releases"
    for turn in range(TRIES):
        if turn:
            github.rest.clock.sleep(github.rest.clock.jitter(FIRST * 2**turn))
        found = github.rest.pages(path, "", _release)
        if len(found) == (count := github.rest.count(path)):
            return found
    raise UpstreamError(f"GET {path}: {count} releases counted, {len(found)} listed", passing=True)


def one(github: GitHub, repository: Repository, id: int) -> Release | None:
    """The release with this id, or None where there is none (or the token may not see it)."""

    def read(json: Json) -> Release:
        found = _release(json)
        if found.id != id:
            raise ValueError("another release was answered")
        return found

    found = github.rest.get_or_none(f"/repos/{repository}/releases/{id}", read)
    if found is None:
        # A 404 is a fact only from a repository that we can see.
        github.rest.get(f"/repos/{repository}", lambda json: str(json["full_name"]))
    return found


def latest(github: GitHub, repository: Repository) -> int | None:
    """The id of the release that GitHub shows as the latest, or None."""
    path = f"/repos/{repository}/releases/latest"
    return github.rest.get_or_none(path, lambda json: int(json["id"]))


def create_draft(
    github: GitHub, repository: Repository, tag: RefName, commit: Sha, title: str, prerelease: bool
) -> None:
    """Make an empty draft."""
    body = {"tag_name": tag, "target_commitish": commit, "name": title, "body": "", "draft": True}
    answer = github.rest.effect(
        "POST", f"/repos/{repository}/releases", body | {"prerelease": prerelease}
    )
    if not isinstance(answer, dict) or answer.get("draft") is not True:
        raise UpstreamError(f"POST /repos/{repository}/releases: the answer is no draft")


def edit(github: GitHub, repository: Repository, release: Release, change: JsonObject) -> None:
    """Change a release, or publish a draft.

    Its tag is always said: a draft that is changed without loses it, and is `untagged-…` then.
    """
    path = f"/repos/{repository}/releases/{release.id}"
    github.rest.effect("PATCH", path, {"tag_name": release.tag, **change})


def delete(github: GitHub, repository: Repository, id: int) -> None:
    """Remove a release or draft; one that is gone already is gone."""
    try:
        github.rest.send("DELETE", f"/repos/{repository}/releases/{id}", None)
    except Refusal as refusal:
        if refusal.status != 404:
            raise explained(refusal) from refusal


def _release(json: Json) -> Release:
    return Release(
        id=_int(json["id"]),
        tag=str(json["tag_name"]),
        target=str(json["target_commitish"]),
        draft=_true(json["draft"]),
        immutable=_true(json.get("immutable", False)),  # an older server does not know the word
        prerelease=_true(json["prerelease"]),
        title=str(json["name"] or ""),
        body=str(json["body"] or ""),
        url=str(json["html_url"]),
        upload_url=str(json["upload_url"]).partition("{")[0],
        assets=frozenset(_int(asset["id"]) for asset in json["assets"]),
    )


def _true(json: Json) -> bool:
    if not isinstance(json, bool):
        raise TypeError("not true or false")
    return json


def _int(json: Json) -> int:
    if isinstance(json, bool) or not isinstance(json, int):
        raise TypeError("not a number")
    return json
