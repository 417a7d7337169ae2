"""Assets of a release: listed whole, told apart by digest, uploaded until they are there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

from release_actions.clients import releases, transfer
from release_actions.clients.github import GitHub
from release_actions.clients.patience import FIRST, LONGEST, TRIES, patiently
from release_actions.clients.progress import Progress
from release_actions.clients.releases import Release
from release_actions.clients.rest import Json, Refusal, explained
from release_actions.errors import UpstreamError
from release_actions.formats.asset_manifest import LIMIT, ExpectedAsset, Part
from release_actions.formats.asset_set import Asset
from release_actions.formats.checksums import Sha256
from release_actions.values import Repository


@dataclass(frozen=True)
class Contents:
    """A release with every asset, and the manifests of those parts that have brought theirs."""

    release: Release
    assets: tuple[Asset, ...]
    manifests: Mapping[Part, bytes] = field(default_factory=dict)

    def named(self, name: str) -> Asset | None:
        return next((asset for asset in self.assets if asset.name == name), None)


def contents(
    github: GitHub,
    repository: Repository,
    id: int,
    parts: Iterable[Part] = (),
    compared: Collection[str] | None = None,
) -> Contents | None:
    """The release and all that is in it, or None where there is no such release.

    Where the server tells no digests, those of the assets to be compared (None: of all) are
    made of their bytes.
    """
    found = _listed(github, repository, id)
    if found is None:
        return None
    release, listed = found
    assets = tuple(
        replace(asset, digest=sha256(github, repository, asset))
        if asset.whole and asset.digest is None and (compared is None or asset.name in compared)
        else asset
        for asset in listed
    )
    names = {asset.name: asset for asset in assets if asset.whole}
    manifests = {
        part: content(github, repository, names[part.manifest], LIMIT)
        for part in parts
        if part.manifest in names
    }
    return Contents(release, assets, manifests)


def _listed(
    github: GitHub, repository: Repository, id: int
) -> tuple[Release, tuple[Asset, ...]] | None:
    """The list of assets has no count. But the release shows its assets too: one that it shows
    and the list does not have tells that the list is not whole.
    """
    for turn in range(TRIES):
        if turn:
            github.rest.clock.sleep(github.rest.clock.jitter(FIRST * 2**turn))
        release = releases.one(github, repository, id)
        if release is None:
            return None
        listed = github.rest.pages(f"/repos/{repository}/releases/{id}/assets", "", _asset)
        if release.assets <= {asset.id for asset in listed}:
            return release, listed
    raise UpstreamError(f"release {id}: it shows assets that its list does not have", passing=True)


def sha256(github: GitHub, repository: Repository, asset: Asset) -> Sha256:
    """The digest of what is really there, for a server that does not tell it."""
    known = _known.get(_key(github, asset))
    if known is None:
        known = _known[_key(github, asset)] = Sha256(
            patiently(lambda: _hashed(github, repository, asset), github.rest.clock)
        )
    return known


# An asset's bytes never change under its id; a gigabyte is not loaded for each look.
_known: dict[tuple[str, int, str], Sha256] = {}


def _key(github: GitHub, asset: Asset) -> tuple[str, int, str]:
    return github.rest.api_url, asset.id, f"{asset.begun} {asset.name} {asset.size}"


def _hashed(github: GitHub, repository: Repository, asset: Asset) -> str:
    digest = hashlib.sha256()
    transfer.download(github.rest, _path(repository, asset.id), digest.update)
    return digest.hexdigest()


def content(github: GitHub, repository: Repository, asset: Asset, limit: int) -> bytes:
    """A small asset's bytes, checked against its digest; an error where it is larger."""

    def ask() -> bytes:
        got = bytearray()

        def take(piece: bytes) -> None:
            got.extend(piece)
            if len(got) > limit:
                raise UpstreamError(f"asset {asset.name}: more than {limit} bytes")

        transfer.download(github.rest, _path(repository, asset.id), take)
        if asset.digest and hashlib.sha256(got).hexdigest() != asset.digest:
            raise UpstreamError(f"asset {asset.name}: other bytes than its digest", passing=True)
        return bytes(got)

    return patiently(ask, github.rest.clock)


def delete(github: GitHub, repository: Repository, id: int) -> None:
    """Remove an asset; one that is gone already is gone."""
    try:
        github.rest.send("DELETE", _path(repository, id), None)
    except Refusal as refusal:
        if refusal.status != 404:
            raise explained(refusal) from refusal


@dataclass(frozen=True)
class Upload:
    """A file for a draft. `draft` gives it as it is now, or refuses where it is one no more."""

    repository: Repository
    draft: Callable[[], Release]
    expected: ExpectedAsset
    path: Path


def put(github: GitHub, upload: Upload, progress: Progress) -> None:
    """Have the file among the draft's assets; what breaks off is cleared away and sent again.

    A name that is taken is left to the next look, which tells whose bytes are there.
    """
    progress.begin(upload.expected.size)
    for turn in range(TRIES):
        try:
            return _send(github, upload, progress)
        except Refusal as refusal:
            if _taken(refusal):
                return None
            if not refusal.passing:
                raise explained(refusal) from refusal
            error: UpstreamError = refusal
        except UpstreamError as unanswered:
            error = unanswered
        if not error.passing or (error.after or 0) > LONGEST or turn == TRIES - 1:
            raise error
        github.rest.clock.sleep(max(error.after or 0, github.rest.clock.jitter(FIRST * 2**turn)))
        if _arrived(github, upload):
            return None
    raise AssertionError("the last try returns or raises")


def _send(github: GitHub, upload: Upload, progress: Progress) -> None:
    expected = upload.expected
    url = f"{upload.draft().upload_url}?{urlencode({'name': expected.name})}"
    kind = expected.media_type
    answer = transfer.upload(github.rest, url, upload.path, expected.size, kind, progress)
    if not isinstance(answer, dict) or answer.get("name") != expected.name:
        raise UpstreamError(
            f"upload of {expected.name}: the answer names no such asset", passing=True
        )


def _arrived(github: GitHub, upload: Upload) -> bool:
    """Whether it is there after all; what is there of it in part is removed."""
    found = _listed(github, upload.repository, upload.draft().id)
    there = [asset for asset in found[1] if asset.name == upload.expected.name] if found else []
    if there and there[0].whole:
        return True  # the next look judges whether these are the bytes
    for asset in there:
        delete(github, upload.repository, asset.id)
    return False


def _taken(refusal: Refusal) -> bool:
    errors = refusal.body.get("errors") if isinstance(refusal.body, dict) else None
    return refusal.status == 422 and any(
        isinstance(error, dict) and error.get("code") == "already_exists" for error in errors or ()
    )


def _path(repository: Repository, id: int) -> str:
    return f"/repos/{repository}/releases/assets/{id}"


def _asset(json: Json) -> Asset:
    told = json.get("digest")
    if told is not None and not str(told).startswith("sha256:"):
        told = None  # a digest of another kind cannot be compared: the bytes are hashed here
    return Asset(
        id=int(json["id"]),
        name=str(json["name"]),
        state=str(json["state"]),
        size=int(json["size"]),
        digest=Sha256(str(told).removeprefix("sha256:")) if told else None,
        begun=datetime.fromisoformat(str(json["created_at"])),
    )
