"""softprops/action-gh-release, as its newest version goes about it.

A new release is a draft until its files are there, whatever the pinned version did: older ones
publish first and upload then, which an immutable release refuses.
"""

from __future__ import annotations

import json
import os
import re
from typing import Any

from rehearsal.standins.releases import Releases, body_of, flag, matching, tag_of_run
from rehearsal.standins.runner import RefusedError, boolean, command, output, workspace

_SEPARATOR = re.compile(r"[\n,](?![^{]*\})")
_KEPT = (
    "The release was there as a draft, and `draft` is not said: versions of before March 2026 leave"
    " it one. Say `draft: false`, or pin a newer version."
)


def play(inputs: dict[str, str]) -> None:
    """Make the release, or change the one that is there; then its files."""
    tag = inputs["tag_name"].removeprefix("refs/tags/") or tag_of_run()
    if not tag:
        raise RefusedError("GitHub Releases requires a tag")
    base = workspace() / inputs["working_directory"]
    patterns = [one.strip() for one in _SEPARATOR.split(inputs["files"]) if one.strip()]
    files = matching(patterns, base=base, strict=boolean(inputs, "fail_on_unmatched_files"))
    repository = inputs["repository"] or os.environ["GITHUB_REPOSITORY"]
    releases = Releases(repository, inputs["token"])
    there = releases.find(tag)
    release = _changed(releases, there, inputs) if there else _made(releases, tag, inputs)
    known = releases.assets(release)
    uploaded = []
    for file in files:
        if file.name in known:
            if not boolean(inputs, "overwrite_files"):
                print(f"Asset {file.name} already exists and overwrite_files is false")
                continue
            releases.remove(known[file.name])
        uploaded.append(releases.upload(release, file))
    # What an earlier run left as a draft is finished, too (softprops/action-gh-release#759).
    if release["draft"] and not flag(inputs, "draft"):
        if there and flag(inputs, "draft") is None:
            command("warning", _KEPT)
        fields = {"draft": False, "make_latest": inputs["make_latest"], "tag_name": tag}
        release = releases.update(release, fields)
    _tell(release, uploaded)


def _made(releases: Releases, tag: str, inputs: dict[str, str]) -> dict[str, Any]:
    return releases.create(
        {
            "tag_name": tag,
            "target_commitish": inputs["target_commitish"],
            "name": inputs["name"] or tag,
            "body": body_of(inputs["body"], inputs["body_path"]),
            "draft": True,
            "prerelease": bool(flag(inputs, "prerelease")),
            "generate_release_notes": boolean(inputs, "generate_release_notes"),
            "discussion_category_name": inputs["discussion_category_name"],
        }
    )


def _changed(releases: Releases, there: dict[str, Any], inputs: dict[str, str]) -> dict[str, Any]:
    body = body_of(inputs["body"], inputs["body_path"])
    if body and there["body"] and boolean(inputs, "append_body"):
        body = f"{there['body']}\n{body}"
    return releases.update(
        there,
        {
            "tag_name": there["tag_name"],
            "target_commitish": inputs["target_commitish"],
            "name": inputs["name"] or there["name"] or there["tag_name"],
            "body": body,
            "draft": flag(inputs, "draft"),
            "prerelease": flag(inputs, "prerelease"),
            "make_latest": inputs["make_latest"],
        },
    )


def _tell(release: dict[str, Any], uploaded: list[dict[str, Any]]) -> None:
    print(f"Release ready at {release['html_url']}")
    output("url", release["html_url"])
    output("id", str(release["id"]))
    output("upload_url", release["upload_url"])
    told = [{name: value for name, value in one.items() if name != "uploader"} for one in uploaded]
    output("assets", json.dumps(told))
