"""Releases: listed, one, by tag, the latest, made, changed, removed."""

from __future__ import annotations

from rehearsal.github import releasing
from rehearsal.github.answer import Answer, invalid, not_found
from rehearsal.github.answers.assets import asset_shape
from rehearsal.github.call import Call
from rehearsal.github.pushing import require_allowed, start_released, start_workflows
from rehearsal.github.routing import route
from rehearsal.github.shapes import (
    JSON,
    html_url,
    maybe_stamp,
    node_id,
    repository_url,
    stamp,
    user,
)
from rehearsal.github.state import Release

_DOCS = "releases/releases"
_FIELDS = ("name", "body", "draft", "prerelease")


@route("releases", "GET ~/releases", docs=f"{_DOCS}#list-releases")
def releases(call: Call) -> Answer:
    """Every release, newest first; drafts for those alone who may push."""
    found = [r for r in reversed(call.repository.releases) if _is_shown(call, r)]
    return call.page(found, shape=lambda release: release_shape(call, release))


@route("latest-release", "GET ~/releases/latest", docs=f"{_DOCS}#get-the-latest-release")
def latest(call: Call) -> Answer:
    """The newest release that is neither a draft nor a prerelease."""
    found = releasing.latest(call.repository)
    if found is None:
        raise not_found()
    return Answer.json(release_shape(call, found))


@route(
    "release-by-tag",
    "GET ~/releases/tags/<path:tag>",
    docs=f"{_DOCS}#get-a-release-by-tag-name",
)
def by_tag(call: Call, tag: str) -> Answer:
    """The published release of a tag; a draft is never found so, whoever asks."""
    for release in call.repository.releases:
        if release.tag == tag and not release.draft:
            return Answer.json(release_shape(call, release))
    raise not_found()


@route("release", "GET ~/releases/<int:release_id>", docs=f"{_DOCS}#get-a-release")
def get(call: Call, release_id: int) -> Answer:
    """One release by its id."""
    return Answer.json(release_shape(call, find_release(call, release_id)))


@route(
    "create-release",
    "POST ~/releases",
    needs="contents:write",
    docs=f"{_DOCS}#create-a-release",
)
def create(call: Call) -> Answer:
    """Make a release; a draft makes no tag."""
    tag = call.body.get("tag_name")
    if not tag:
        raise invalid("Release", "tag_name", "missing_field")
    draft = bool(call.body.get("draft"))
    new_tag = not draft and _require_tag_allowed(call, tag)
    text = call.body.get("body")
    if call.body.get("generate_release_notes"):
        text = "\n\n".join(part for part in (text, _notes(call, tag)) if part)
    chosen = str(call.body.get("make_latest", "")).lower()
    release = releasing.add_release(
        call.repository,
        tag=tag,
        target=call.body.get("target_commitish") or None,
        name=call.body.get("name"),
        body=text,
        draft=draft,
        prerelease=bool(call.body.get("prerelease")),
        latest={"true": True, "false": False}.get(chosen),
        author=call.login,
    )
    if new_tag:
        start_workflows(call.repository, f"refs/tags/{tag}", call.asker)
    if not draft:
        start_released(call.repository, release, call.asker)
    value = release_shape(call, release)
    return Answer.json(value, 201, {"Location": value["url"]})


@route(
    "update-release",
    "PATCH ~/releases/<int:release_id>",
    needs="contents:write",
    docs=f"{_DOCS}#update-a-release",
)
def update(call: Call, release_id: int) -> Answer:
    """Change a release, or publish a draft."""
    release = find_release(call, release_id)
    given = {key: value for key, value in call.body.items() if value is not None}
    published = given.get("draft") is False and release.draft
    tag = given.get("tag_name", release.untagged)
    new_tag = published and _require_tag_allowed(call, tag)
    releasing.edit(call.repository, release, given)
    if new_tag:
        start_workflows(call.repository, f"refs/tags/{release.tag}", call.asker)
    if published:
        start_released(call.repository, release, call.asker, draft=True)
    return Answer.json(release_shape(call, release))


@route(
    "delete-release",
    "DELETE ~/releases/<int:release_id>",
    needs="contents:write",
    docs=f"{_DOCS}#delete-a-release",
)
def delete(call: Call, release_id: int) -> Answer:
    """Remove a release; its tag stays."""
    call.repository.releases.remove(find_release(call, release_id))
    return Answer.empty()


@route(
    "generate-notes",
    "POST ~/releases/generate-notes",
    needs="contents:write",
    docs=f"{_DOCS}#generate-release-notes-content-for-a-release",
    mutating=False,
)
def generate_notes(call: Call) -> Answer:
    """The text that GitHub would write for a release; here, where to see all changes."""
    tag = call.text("tag_name")
    return Answer.json({"name": tag, "body": _notes(call, tag)})


def _notes(call: Call, tag: str) -> str:
    html = html_url(call.addresses, call.repository)
    before = call.body.get("previous_tag_name") or _tag_before(call, tag)
    changes = f"compare/{before}...{tag}" if before else f"commits/{tag}"
    return f"**Full Changelog**: {html}/{changes}"


def _tag_before(call: Call, tag: str) -> str | None:
    published = [r.tag for r in call.repository.releases if not r.draft and r.tag != tag]
    return published[-1] if published else None


def _require_tag_allowed(call: Call, tag: object) -> bool:
    """Whether publishing makes this tag; refused if the rules forbid that."""
    if tag in call.repository.git.tags():
        return False
    require_allowed(call, f"refs/tags/{tag}", "creation")
    return True


def _is_shown(call: Call, release: Release) -> bool:
    return not release.draft or call.may("contents:write")


def find_release(call: Call, release_id: int) -> Release:
    """The release with this id, if the asking token may know of it."""
    for release in call.repository.releases:
        if release.id == release_id and _is_shown(call, release):
            return release
    raise not_found()


def release_shape(call: Call, release: Release) -> JSON:
    """A release with its assets."""
    api = repository_url(call.addresses, call.repository)
    html = html_url(call.addresses, call.repository)
    uploads = f"{call.addresses.uploads}/repos/{call.repository.full_name}"
    url = f"{api}/releases/{release.id}"
    shown = release.untagged if release.draft else release.tag
    balls = {
        f"{kind}_url": None if release.draft else f"{api}/{kind}/{release.tag}"
        for kind in ("tarball", "zipball")
    }
    return {
        "url": url,
        "assets_url": f"{url}/assets",
        "upload_url": f"{uploads}/releases/{release.id}/assets{{?name,label}}",
        "html_url": f"{html}/releases/tag/{shown}",
        "id": release.id,
        "author": user(call.addresses, release.author),
        "node_id": node_id("RE", release.id),
        "tag_name": release.tag,
        "target_commitish": release.target,
        "name": release.name,
        "draft": release.draft,
        "immutable": release.immutable,
        "prerelease": release.prerelease,
        "created_at": stamp(release.created_at),
        "updated_at": stamp(release.updated_at),
        "published_at": maybe_stamp(release.published_at),
        "assets": [asset_shape(call, release, asset) for asset in release.assets],
        **balls,
        "body": release.body,
    }
