"""The files of releases: listed, uploaded, downloaded, renamed, removed."""

from __future__ import annotations

import re

from rehearsal.github import releasing
from rehearsal.github.answer import Answer, Refusal, invalid, not_found
from rehearsal.github.call import Call
from rehearsal.github.routing import route
from rehearsal.github.shapes import JSON, html_url, node_id, repository_url, stamp, user
from rehearsal.github.state import Asset, Release, now

_DOCS = "releases/assets"
_ONE = "~/releases/assets/<int:asset_id>"


@route("assets", "GET ~/releases/<int:release_id>/assets", docs=f"{_DOCS}#list-release-assets")
def assets(call: Call, release_id: int) -> Answer:
    """The files of a release."""
    release = _release(call, release_id)
    return call.page(
        release.assets, shape=lambda item: asset_shape(call, release, item), newest_first=False
    )


@route(
    "upload-asset",
    "POST ~/releases/<int:release_id>/assets",
    needs="contents:write",
    docs=f"{_DOCS}#upload-a-release-asset",
)
def upload(call: Call, release_id: int) -> Answer:
    """Give a release a file: its bytes are the body of the request."""
    release = _release(call, release_id)
    content = call.request.get_data()
    asked = call.request.args.get("name", "")
    if not asked:
        raise invalid("ReleaseAsset", "name", "missing_field")
    if not content:
        raise Refusal(400, "Bad Content-Length")
    partial = call.struck.take("partial-upload")
    asset = releasing.add_asset(
        call.repository,
        release,
        _name(asked),
        content[: len(content) // 2] if partial else content,
        label=call.request.args.get("label", ""),
        content_type=call.request.headers.get("Content-Type"),
        uploader=call.login,
        state="starter" if partial else "uploaded",
    )
    if partial:
        raise Refusal(502, "Server Error")
    return Answer.json(asset_shape(call, release, asset), 201)


@route("asset", f"GET {_ONE}", docs=f"{_DOCS}#get-a-release-asset")
def get(call: Call, asset_id: int) -> Answer:
    """What is known of a file; or its bytes, if those are asked for."""
    release, asset = _find(call, asset_id)
    if "application/octet-stream" not in call.accept:
        return Answer.json(asset_shape(call, release, asset))
    if asset.state != "uploaded":
        raise not_found()
    asset.downloads += 1
    name = asset.digest.removeprefix("sha256:")
    return Answer(302, headers={"Location": f"{call.addresses.uploads}/_storage/{name}"})


@route("storage", "GET /_storage/<digest>", needs=None)
def storage(call: Call, digest: str) -> Answer:
    """The bytes of a file, at the address that GitHub leads to: whoever knows it, has it."""
    content = call.github.store.get(digest)
    if call.struck.take("wrong-bytes"):
        content = bytes([content[0] ^ 1]) + content[1:]
    return Answer.file(content, "application/octet-stream")


@route("download", "GET /<owner>/<repo>/releases/download/<path:tag>/<name>")
def download(call: Call, tag: str, name: str) -> Answer:
    """The bytes of a file of a published release, as people load them."""
    for release in call.repository.releases:
        for asset in release.assets:
            if release.tag == tag and not release.draft and asset.name == name:
                return storage(call, asset.digest.removeprefix("sha256:"))
    raise not_found()


@route(
    "update-asset", f"PATCH {_ONE}", needs="contents:write", docs=f"{_DOCS}#update-a-release-asset"
)
def update(call: Call, asset_id: int) -> Answer:
    """Rename a file."""
    release, asset = _find(call, asset_id)
    releasing.require_mutable(release)
    name = call.body.get("name", asset.name)
    if any(other.name == name for other in release.assets if other is not asset):
        raise invalid("ReleaseAsset", "name", "already_exists")
    asset.name, asset.label = name, call.body.get("label", asset.label)
    asset.updated_at = now()
    return Answer.json(asset_shape(call, release, asset))


@route(
    "delete-asset",
    f"DELETE {_ONE}",
    needs="contents:write",
    docs=f"{_DOCS}#delete-a-release-asset",
)
def delete(call: Call, asset_id: int) -> Answer:
    """Remove a file."""
    release, asset = _find(call, asset_id)
    releasing.require_mutable(release)
    release.assets.remove(asset)
    return Answer.empty()


def _name(asked: str) -> str:
    """The name that GitHub gives a file: no special characters, no dots at its ends."""
    return re.sub(r"[^A-Za-z0-9_@+-]+", ".", asked).strip(".") or "default"


def _release(call: Call, release_id: int) -> Release:
    for release in call.repository.releases:
        if release.id == release_id and (not release.draft or call.may("contents:write")):
            return release
    raise not_found()


def _find(call: Call, asset_id: int) -> tuple[Release, Asset]:
    for release in call.repository.releases:
        for asset in release.assets:
            if asset.id == asset_id and (not release.draft or call.may("contents:write")):
                return release, asset
    raise not_found()


def asset_shape(call: Call, release: Release, asset: Asset) -> JSON:
    """What is known of a file."""
    html = html_url(call.addresses, call.repository)
    shown = release.untagged if release.draft else release.tag
    told = call.repository.state.asset_digests
    return {
        "url": f"{repository_url(call.addresses, call.repository)}/releases/assets/{asset.id}",
        "id": asset.id,
        "node_id": node_id("RA", asset.id),
        "name": asset.name,
        "label": asset.label,
        "uploader": user(call.addresses, asset.uploader),
        "content_type": asset.content_type,
        "state": asset.state,
        "size": asset.size,
        "digest": asset.digest if asset.state == "uploaded" and told else None,
        "download_count": asset.downloads,
        "created_at": stamp(asset.created_at),
        "updated_at": stamp(asset.updated_at),
        "browser_download_url": f"{html}/releases/download/{shown}/{asset.name}",
    }
