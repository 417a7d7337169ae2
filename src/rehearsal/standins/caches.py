"""The caches of a run: what one job saves, a later one of the same run may restore.

At GitHub they outlive a run; here every rehearsal begins with none, as a first release does.
"""

from __future__ import annotations

import hashlib
import os
import tarfile
from dataclasses import dataclass
from pathlib import Path

from rehearsal.standins.runner import RefusedError, output, workspace
from rehearsal.standins.upload_artifact.search import find


@dataclass(frozen=True)
class Cache:
    """One that was saved."""

    key: str
    file: Path


class Caches:
    """Those of one set of paths: GitHub, too, finds none that was saved for others."""

    def __init__(self, paths: str) -> None:
        if not paths.strip():
            raise RefusedError("Input required and not supplied: path")
        self.paths = paths
        version = hashlib.sha256("\n".join(paths.split()).encode()).hexdigest()[:16]
        self._folder = Path.home() / ".cache/rehearsed-caches" / version

    def find(self, key: str, others: list[str]) -> Cache | None:
        """The one of this key; else the newest whose key begins as one of the others says."""
        if not key:
            raise RefusedError("Input required and not supplied: key")
        known = sorted(self._known(), key=lambda one: -one.file.stat().st_mtime_ns)
        for wanted in (key, *others):
            exact = [one for one in known if one.key == wanted]
            begun = [one for one in known if one.key.startswith(wanted)]
            if exact or begun:
                return (exact or begun)[0]
        return None

    def _known(self) -> list[Cache]:
        if not self._folder.is_dir():
            return []
        return [Cache(f.with_suffix(".key").read_text(), f) for f in self._folder.glob("*.tar")]

    def restore(self, cache: Cache) -> None:
        """Put the files back where they were."""
        with tarfile.open(cache.file) as archive:
            for member in archive.getmembers():
                root, _, member.name = member.name.partition("/")
                # Each job has a workspace of its own here.
                place = workspace() if root == "workspace" else Path("/")
                archive.extract(member, place, filter="fully_trusted")

    def save(self, key: str) -> bool:
        """Keep the files; False if there are none, or a cache of this key is there."""
        files = find(self.paths, base=workspace(), hidden=True).files
        if not files or any(one.key == key for one in self._known()):
            return False
        self._folder.mkdir(parents=True, exist_ok=True)
        place = self._folder / hashlib.sha256(key.encode()).hexdigest()[:16]
        part = place.with_suffix(f".{os.getpid()}")
        with tarfile.open(part, "w") as archive:
            for file in files:
                below = file.is_relative_to(workspace())
                inside = file.relative_to(workspace()) if below else file.relative_to("/")
                archive.add(file, arcname=f"{'workspace' if below else 'machine'}/{inside}")
        place.with_suffix(".key").write_text(key)
        part.rename(place.with_suffix(".tar"))
        return True


def look(inputs: dict[str, str]) -> Cache | None:
    """What every action that restores does: find it, bring it back, and say so."""
    caches, key = Caches(inputs["path"]), inputs["key"]
    found = caches.find(key, inputs["restore-keys"].split())
    if found is None:
        if inputs["fail-on-cache-miss"] == "true":
            raise RefusedError(
                f"Failed to restore cache entry. Exiting as fail-on-cache-miss is set. Key: {key}"
            )
        print(f"Cache not found for input keys: {key}: a rehearsal begins without any")
        output("cache-hit", "")
        return None
    if inputs["lookup-only"] != "true":
        caches.restore(found)
    print(f"Cache restored from key: {found.key}")
    output("cache-hit", "true" if found.key == key else "false")
    return found
