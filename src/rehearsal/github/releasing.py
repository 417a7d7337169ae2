"""How releases come to be, change, and become immutable."""

from __future__ import annotations

import mimetypes
import secrets
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack

from rehearsal.github.answer import Refusal, invalid, unprocessable
from rehearsal.github.state import Asset, Release, now

if TYPE_CHECKING:
    from rehearsal.github.repository import Repository

BODY_LIMIT = 125_000


class ReleaseFields(TypedDict, total=False):
    """What else can be said of a release."""

    target: str | None
    name: str | None
    body: str | None
    draft: bool
    prerelease: bool
    #: Whether it shall be the latest; GitHub decides if nothing is said.
    latest: bool | None
    author: str
    #: Files by name.
    assets: dict[str, bytes]


def add_release(repository: Repository, *, tag: object, **fields: Unpack[ReleaseFields]) -> Release:
    """Make a release; unless it is a draft, its tag is made too if it is not there."""
    body = fields.get("body")
    if body and len(body) > BODY_LIMIT:
        message = f"body is too long (maximum is {BODY_LIMIT} characters)"
        raise invalid("Release", "body", "custom", message=message)
    release = Release(
        id=repository.github.next_id(),
        tag=_tag_name(repository, tag),
        target=fields.get("target") or repository.default_branch,
        name=fields.get("name"),
        body=body,
        draft=True,
        prerelease=fields.get("prerelease", False),
        author=fields.get("author", "octocat"),
        created_at=now(),
        published_at=None,
        untagged=f"untagged-{secrets.token_hex(10)}",
        latest=fields.get("latest"),
    )
    for name, content in fields.get("assets", {}).items():
        add_asset(repository, release, name, content, uploader=release.author)
    if not fields.get("draft"):
        publish(repository, release)
    repository.state.releases.append(release)
    return release


def publish(repository: Repository, release: Release) -> None:
    """Show a release to all, with its tag, which is made at the release's target if need be."""
    others = [r for r in repository.releases if r is not release and not r.draft]
    if any(other.tag == release.tag for other in others):
        raise invalid("Release", "tag_name", "already_exists")
    if release.tag not in repository.git.tags():
        if release.tag in repository.state.spent_tags:
            raise unprocessable("tag_name was used by an immutable release")
        commit = repository.git.find_commit(release.target)
        if commit is None:
            raise invalid("Release", "target_commitish")
        repository.git.create_ref(f"refs/tags/{release.tag}", commit)
    commit = repository.git.find_commit(f"refs/tags/{release.tag}")
    if commit is not None:
        # GitHub: created_at is the date of the commit, not of the release.
        release.created_at = repository.git.commit(commit).committer.date
    release.draft = False
    release.published_at = release.published_at or now()
    release.immutable = repository.state.immutable_releases
    if release.immutable:
        repository.state.spent_tags.add(release.tag)


def edit(repository: Repository, release: Release, change: dict[str, Any]) -> None:
    """Change a release; of an immutable one only the name and the text can be changed."""
    if release.immutable and change.get("tag_name", release.tag) != release.tag:
        raise invalid("Release", "tag_name", "custom", message="tag_name cannot be changed")
    if release.immutable and change.get("draft"):
        raise unprocessable("Cannot convert an immutable release to a draft")
    if "tag_name" in change:
        release.tag = _tag_name(repository, change["tag_name"])
    elif release.draft:
        release.tag = release.untagged  # A draft that is changed without its tag loses it.
    release.updated_at = now()
    release.target = change.get("target_commitish", release.target)
    release.name = change.get("name", release.name)
    release.body = change.get("body", release.body)
    release.prerelease = change.get("prerelease", release.prerelease)
    if "make_latest" in change:
        release.latest = {"true": True, "false": False}.get(str(change["make_latest"]).lower())
    if change.get("draft") is False and release.draft:
        publish(repository, release)
    elif change.get("draft"):
        release.draft = True


def latest(repository: Repository) -> Release | None:
    """The release that is shown as the latest: chosen, or the newest that is whole."""
    shown = [r for r in repository.releases if not r.draft and not r.prerelease]
    chosen = [release for release in shown if release.latest]
    ordered = chosen or [release for release in shown if release.latest is not False]
    return max(ordered, key=lambda r: (r.created_at, r.id), default=None)


def add_asset(
    repository: Repository,
    release: Release,
    name: str,
    content: bytes,
    *,
    label: str = "",
    content_type: str | None = None,
    uploader: str = "octocat",
    state: Literal["uploaded", "open", "starter"] = "uploaded",
) -> Asset:
    """Give a release a file; each name can be there once."""
    require_mutable(release)
    if any(asset.name == name for asset in release.assets):
        raise invalid("ReleaseAsset", "name", "already_exists")
    kind = content_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
    digest = repository.github.store.put(content)
    asset = Asset(
        id=repository.github.next_id(),
        name=name,
        label=label,
        content_type=kind,
        size=len(content),
        digest=digest,
        state=state,
        uploader=uploader,
        created_at=now(),
        updated_at=now(),
    )
    release.assets.append(asset)
    return asset


def require_mutable(release: Release) -> None:
    """Refuse to touch the files of an immutable release."""
    if release.immutable:
        raise Refusal(422, "Cannot upload assets to an immutable release.")


def _tag_name(repository: Repository, tag: object) -> str:
    """The name of a tag, if git would take it for one."""
    if not isinstance(tag, str) or not repository.git.is_ref_name(f"refs/tags/{tag}"):
        raise invalid("Release", "tag_name", "custom", message="tag_name is not well-formed")
    return tag
