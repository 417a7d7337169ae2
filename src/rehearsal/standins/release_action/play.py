"""ncipollo/release-action: one release by its tag, made, changed, or left alone."""

from __future__ import annotations

import json
import os
from typing import Any

from rehearsal.standins.releases import Releases, body_of, matching, tag_of_run
from rehearsal.standins.runner import RefusedError, boolean, output


def play(inputs: dict[str, str]) -> None:
    """Make it or change it, then its artifacts."""
    given = {name.lower(): value for name, value in inputs.items()}
    tag = given["tag"] or tag_of_run()
    if not tag:
        raise RefusedError("No tag found in ref or input!")
    owner, _, name = os.environ["GITHUB_REPOSITORY"].partition("/")
    releases = Releases(f"{given['owner'] or owner}/{given['repo'] or name}", given["token"])
    strict = boolean(given, "artifacterrorsfailbuild")
    artifacts = given["artifacts"] or given["artifact"]
    files = matching([one.strip() for one in artifacts.split(",") if one.strip()], strict=strict)
    there = releases.find(tag)
    if there is not None and boolean(given, "skipifreleaseexists"):
        print(f"Skipping action, a release already exists for tag {tag}.")
        return
    if there is not None and boolean(given, "allowupdates"):
        release = _changed(releases, there, given)
        drafted = False
    else:
        # Without allowUpdates GitHub itself refuses a second release of the tag.
        release = _made(releases, tag, given)
        drafted = not boolean(given, "draft")
    known = releases.assets(release)
    if boolean(given, "removeartifacts"):
        for asset in known.values():
            releases.remove(asset)
        known = {}
    uploaded = {}
    for file in files:
        if file.name in known and boolean(given, "replacesartifacts"):
            releases.remove(known[file.name])
        made = releases.upload(release, file, given["artifactcontenttype"])
        uploaded[file.name] = made["browser_download_url"]
    if drafted:
        release = releases.update(release, {"draft": False, "tag_name": tag, **_latest(given)})
    for key in ("id", "html_url", "upload_url", "tarball_url", "zipball_url"):
        output(key, str(release[key] or ""))
    output("assets", json.dumps(uploaded))


def _latest(given: dict[str, str]) -> dict[str, str]:
    return {} if given["makelatest"] == "legacy" else {"make_latest": given["makelatest"]}


def _made(releases: Releases, tag: str, given: dict[str, str]) -> dict[str, Any]:
    if not boolean(given, "draft") and (there := releases.find(tag)) and not there["draft"]:
        raise RefusedError(f"Error 422: Validation Failed: already_exists: a release of {tag}")
    return releases.create(
        {
            "tag_name": tag,
            "target_commitish": given["commit"],
            "name": None if boolean(given, "omitname") else given["name"] or tag,
            "body": None
            if boolean(given, "omitbody")
            else body_of(given["body"], given["bodyfile"]),
            "draft": True,
            "prerelease": boolean(given, "prerelease"),
            "generate_release_notes": boolean(given, "generatereleasenotes"),
            "discussion_category_name": given["discussioncategory"],
        }
    )


def _changed(releases: Releases, there: dict[str, Any], given: dict[str, str]) -> dict[str, Any]:
    if boolean(given, "updateonlyunreleased") and not (there["draft"] or there["prerelease"]):
        raise RefusedError(
            f'Tried to update "{there["name"]}" which is neither a draft or prerelease.'
        )
    keep = {
        kind: boolean(given, f"omit{kind}duringupdate")
        for kind in ("body", "draft", "name", "prerelease")
    }
    body = None if keep["body"] else body_of(given["body"], given["bodyfile"])
    return releases.update(
        there,
        {
            "tag_name": there["tag_name"],
            "name": None if keep["name"] else given["name"] or there["tag_name"],
            "body": body,
            "draft": None if keep["draft"] else boolean(given, "draft"),
            "prerelease": None if keep["prerelease"] else boolean(given, "prerelease"),
            **_latest(given),
        },
    )
