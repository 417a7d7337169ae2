"""How a world stands at the end of a release, as one value: equal for equal ends.

What must differ from run to run is not in it: ids, times, certificates, and the ids of commits
that a run made by itself, which hold the time. A commit is told by its tree, its message and
its history.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rehearsal.github import releasing

if TYPE_CHECKING:
    from rehearsal.github import Repository
    from rehearsal.github.git import Git
    from rehearsal.stories import World


def end_state(world: World) -> dict[str, Any]:
    """All that users and maintainers find at the end, as sorted JSON values.

    `refs`, `releases`, `pulls`, `attested` (name and sha256), `pypi`, `crates`, and
    `disagreements`: every name whose bytes are not the same where they were attested, packaged
    and served.
    """
    repository = world.repository
    return {
        "refs": _refs(repository.git),
        "releases": _releases(repository),
        "pulls": _pulls(repository),
        "attested": _attested(repository),
        "pypi": _pypi(world),
        "crates": _crates(world),
        "disagreements": disagreements(digests(world)),
    }


def differences(expected: Any, got: Any, place: str = "") -> list[str]:
    """What differs between two end states, one line each: where, what was expected, and found."""
    if expected == got:
        return []
    if isinstance(expected, dict) and isinstance(got, dict):
        names = sorted({*expected, *got})
        return [
            line
            for name in names
            for line in differences(
                expected.get(name), got.get(name), f"{place}.{name}" if place else name
            )
        ]
    if isinstance(expected, list) and isinstance(got, list):
        lines = [f"{place}: {_short(one)} is missing" for one in expected if one not in got]
        lines += [f"{place}: {_short(one)} is there" for one in got if one not in expected]
        return lines or [f"{place}: expected {_short(expected)}, found {_short(got)}"]
    return [f"{place}: expected {_short(expected)}, found {_short(got)}"]


def digests(world: World) -> dict[str, dict[str, list[str]]]:
    """By the name of a file: each sha256 by which it was attested, packaged and served."""
    told: dict[str, dict[str, set[str]]] = {}

    def add(name: str, where: str, sha256: str) -> None:
        told.setdefault(name, {"attested": set(), "packaged": set(), "served": set()})
        told[name][where].add(sha256)

    for one in _attested(world.repository):
        add(one["name"], "attested", one["sha256"])
    served = [(one["name"], one["sha256"]) for one in _pypi(world)]
    served += [(f"{c['name']}-{c['version']}.crate", c["checksum"]) for c in _crates(world)]
    served += [
        (asset, sha256)
        for release in _releases(world.repository)
        for asset, sha256 in release["assets"].items()
    ]
    for name, sha256 in served:
        add(name, "served", sha256)
    for name, sha256 in packaged(world.artifacts):
        if name in told:  # An artifact holds much else, reports for one.
            add(name, "packaged", sha256)
    return {
        name: {where: sorted(found) for where, found in sorted(told[name].items())}
        for name in sorted(told)
    }


def disagreements(told: Mapping[str, Mapping[str, list[str]]]) -> list[str]:
    """Each name that has more than one digest, and what it is where."""
    return [
        f"{name}: "
        + ", ".join(f"{where} {' and '.join(all)}" for where, all in found.items() if all)
        for name, found in told.items()
        if len({sha256 for all in found.values() for sha256 in all}) > 1
    ]


# GitHub


def _refs(git: Git) -> dict[str, dict[str, str]]:
    timeless = _timeless(git)
    told = {}
    for ref, oid in sorted(git.refs().items()):
        commit = git.peel(oid) or ""
        found = git.commit(commit)
        subject = found.message.partition("\n")[0]
        told[ref] = {"tree": found.tree, "history": timeless[commit], "subject": subject}
        if git.kind(oid) == "tag":
            told[ref]["annotation"] = git.tag(oid).message
    return told


def _timeless(git: Git) -> dict[str, str]:
    """A digest of each commit and all before it that knows no time."""
    form = "%H%x00%P%x00%T%x00%an%x00%ae%x00%B%x00%x01"
    listed = git.run("log", "--all", "--topo-order", "--reverse", f"--format={form}")
    digests: dict[str, str] = {}
    for record in listed.decode(errors="replace").split("\x01")[:-1]:
        commit, parents, *said = record.strip("\n").split("\0")
        before = [digests[parent] for parent in parents.split()]
        told = json.dumps([before, said]).encode()
        digests[commit] = hashlib.sha256(told).hexdigest()[:40]
    return digests


def _releases(repository: Repository) -> list[dict[str, Any]]:
    latest = releasing.latest(repository)
    told = [
        {
            "tag": release.tag,
            "draft": release.draft,
            "prerelease": release.prerelease,
            "latest": release is latest,
            "name": release.name,
            "body": _sha256((release.body or "").encode()),
            "assets": {
                asset.name: asset.digest.removeprefix("sha256:")
                if asset.state == "uploaded"
                else asset.state
                for asset in sorted(release.assets, key=lambda asset: asset.name)
            },
        }
        for release in repository.releases
    ]
    return sorted(told, key=json.dumps)


def _pulls(repository: Repository) -> list[dict[str, Any]]:
    told = [
        {
            "title": pull.title,
            "head": pull.head,
            "base": pull.base,
            "body": _sha256((pull.body or "").encode()),
            "state": "merged" if pull.merged_at else pull.state,
            "draft": pull.draft,
            "labels": sorted(pull.labels),
        }
        for pull in repository.pulls
    ]
    return sorted(told, key=json.dumps)


def _attested(repository: Repository) -> list[dict[str, str]]:
    """Each subject once, however often it was attested: another attempt may do so again."""
    found = set()
    for attestation in repository.attestations:
        payload = attestation.bundle["dsseEnvelope"]["payload"]
        for subject in json.loads(base64.b64decode(payload))["subject"]:
            found.add((str(subject.get("name", "")), str(subject["digest"].get("sha256", ""))))
    return [{"name": name, "sha256": sha256} for name, sha256 in sorted(found)]


# Registries


def _pypi(world: World) -> list[dict[str, Any]]:
    index = world.services.pypi
    dists = [dist for project in index.projects.values() for dist in project.dists] if index else []
    return [
        {
            "name": dist.filename,
            "sha256": dist.sha256,
            "yanked": dist.yanked is not None,
            "provenance": dist.provenance is not None,
        }
        for dist in sorted(dists, key=lambda dist: dist.filename)
    ]


def _crates(world: World) -> list[dict[str, Any]]:
    registry = world.services.crates
    versions = [v for crate in registry.crates.values() for v in crate.versions] if registry else []
    return [
        {"name": v.name, "version": v.number, "checksum": v.checksum, "yanked": v.yanked}
        for v in sorted(versions, key=lambda v: (v.name, v.number))
    ]


# Artifacts


def packaged(artifacts: Path) -> Iterator[tuple[str, str]]:
    """The files that runs have kept, by their names without a folder."""
    for archive in sorted(artifacts.glob("**/*.zip")):
        if not zipfile.is_zipfile(archive):  # An upload that broke off.
            continue
        with zipfile.ZipFile(archive) as zipped:
            for entry in zipped.infolist():
                if not entry.is_dir():
                    yield Path(entry.filename).name, _sha256(zipped.read(entry))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _short(value: Any) -> str:
    if value is None:
        return "nothing"
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)
