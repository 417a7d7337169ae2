"""Before the tag is pushed, prove that this workflow can publish: it gets a token, every crate has
exactly the owners it should, and each version is free.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from release_actions.action import Action
from release_actions.clients import files
from release_actions.clients.crates import CRATES_IO, Owner
from release_actions.clients.pypi import PYPI, Told
from release_actions.clients.registry_token import NO_TOKEN, Proof, Way
from release_actions.errors import UsageError
from release_actions.formats import crate_index
from release_actions.formats.cargo_metadata import Member, Workspace
from release_actions.formats.checksums import Sha256
from release_actions.formats.crate_index import CrateName, IndexUrl, IndexVersion
from release_actions.formats.dist_name import ProjectName, PythonVersion
from release_actions.formats.file_pattern import FilePattern
from release_actions.formats.index_file import SimpleUrl
from release_actions.formats.publish_order import CrateNames, RegistryName, allowed, selected
from release_actions.values import Lines
from release_actions.verdict import Finding, Outputs, Verdict, failed, ok, unknown
from release_actions.world import World

#: What a file that is published ends in.
KINDS = (".crate", ".whl", ".tar.gz", ".zip")


class OwnerIds(frozenset[str]):
    """Owners by number: those of users and those of teams are two ranges."""

    def __new__(cls, raw: str) -> Self:
        lines = [line.removeprefix("user:") for line in Lines(raw)]
        if not all(re.fullmatch(r"(?:team:)?[1-9][0-9]{0,17}", line) for line in lines):
            raise ValueError("owners, one a line, as a user's number or team:NUMBER; no name")
        return super().__new__(cls, lines)


@dataclass(frozen=True)
class Project:
    """A Python project and its version."""

    name: ProjectName
    version: PythonVersion


class Projects(tuple[Project, ...]):
    """Python projects as NAME==VERSION."""

    def __new__(cls, raw: str) -> Self:
        found = []
        for line in Lines(raw):
            name, equal, version = line.partition("==")
            if not equal:
                raise ValueError("Python projects, one a line, as NAME==VERSION")
            found.append(Project(ProjectName(name.strip()), PythonVersion(version.strip())))
        return super().__new__(cls, found)


@dataclass(frozen=True)
class Inputs:
    packages: CrateNames = CrateNames("")
    owners: OwnerIds = OwnerIds("")
    prove_token: bool = True
    projects: Projects = Projects("")
    ours: Lines = Lines("")
    index_url: SimpleUrl = PYPI
    path: str = ""
    registry_url: IndexUrl = CRATES_IO
    registry: RegistryName = RegistryName("")

    def __post_init__(self) -> None:
        if not self.crates and (self.packages or self.owners):
            raise UsageError(
                "input `path`: nothing was given beside `projects`; allowed: the workspace's"
                " folder, for `packages` and `owners`"
            )

    @property
    def crates(self) -> bool:
        """Whether there are crates to look at: a workspace, or nothing else."""
        return bool(self.path) or not self.projects


@dataclass(frozen=True)
class Facts:
    """What there is; `workspace` and `proof` None: not asked. Owners None: no such crate.

    `ours` are the digests of the files in each folder that was named, by file name.
    """

    workspace: Workspace | None
    lines: Mapping[CrateName, tuple[IndexVersion, ...]]
    owners: Mapping[CrateName, tuple[Owner, ...] | None]
    way: Way
    proof: Proof | None
    projects: Mapping[Project, Told]
    ours: Mapping[str, Mapping[str, Sha256]] = field(default_factory=dict)

    def is_ours(self, name: str, sha256: Sha256 | None) -> bool:
        """Whether these are the bytes that this release has for a file of this name."""
        return sha256 is not None and sha256 in [here.get(name) for here in self.ours.values()]


@dataclass(frozen=True)
class Ready(Outputs):
    crates: str = ""


def gather(inputs: Inputs, world: World) -> Facts:
    publishing = world.publishing(inputs.registry_url)
    cargo = world.cargo(world.workspace / (inputs.path or "."))
    workspace = cargo.metadata() if inputs.crates else None
    names = [m.name for m in _members(inputs, workspace)]
    index = world.pypi(inputs.index_url)
    return Facts(
        workspace,
        publishing.lines(names),
        {name: publishing.registry.owners(name) for name in names},
        publishing.token.way,
        publishing.token.prove() if inputs.prove_token and inputs.crates else None,
        {p: index.told(p.name, p.version, every=True) for p in inputs.projects},
        {folder: _hashed(world.workspace / folder) for folder in inputs.ours},
    )


def _hashed(folder: Path) -> dict[str, Sha256]:
    """What lies right in the folder, by name."""
    found = files.digests(folder / one.path for one in files.find(folder, FilePattern("*")))
    return {path.name: f.sha256 for path, f in found.items() if f is not None and not f.changed}


def _members(inputs: Inputs, workspace: Workspace | None) -> tuple[Member, ...]:
    return selected(workspace, inputs.packages, inputs.registry) if workspace else ()


def decide(inputs: Inputs, facts: Facts) -> Verdict:
    members = _members(inputs, facts.workspace)
    found = [
        *_token(inputs, facts),
        *_known(inputs, facts, members),
        *_files(facts),
        *(f for member in members for f in _crate(member, inputs, facts)),
        *(_project(project, told, facts) for project, told in facts.projects.items()),
    ]
    crates = [
        {"name": m.name, "version": m.version, "new": not facts.lines[m.name]} for m in members
    ]
    return Verdict(found, Ready(json.dumps(crates)))


def _token(inputs: Inputs, facts: Facts) -> Iterator[Finding]:
    """A token that the registry takes, and that is worth something for these crates."""
    proof = facts.proof
    if proof is None:
        return
    if proof.taken:
        yield ok("token", inputs.registry_url, proof.said)
    elif proof.taken is False:
        yield failed("no-token", inputs.registry_url, proof.said, fix=NO_TOKEN)
    else:
        fix = (
            "Use trusted publishing, which can be proved; or leave it out by `prove-token: false`."
        )
        detail = f"the registry does not tell whether it takes this token: {proof.said}"
        yield unknown("token-untold", inputs.registry_url, detail, fix=fix)


def _known(inputs: Inputs, facts: Facts, members: tuple[Member, ...]) -> Iterator[Finding]:
    """Every crate that was named is a member that may be published, and there is one."""
    there = {m.name for m in members if allowed(m, inputs.registry)}
    for name in [name for name in inputs.packages if name not in there]:
        fix = "Correct `packages` or `path`, or `publish` of its Cargo.toml."
        detail = "no member of the workspace that may be published"
        yield failed("no-such-package", name, detail, fix=fix)
    if facts.workspace and not members:
        fix = "Correct `packages`, `path` or `registry`."
        root = facts.workspace.root
        yield failed("nothing-to-publish", root, "no member may be published there", fix=fix)


def _files(facts: Facts) -> Iterator[Finding]:
    """A folder with no such file would tell on the worst day alone that it is a wrong one."""
    fix = "Correct `ours`, or download what was attested into it."
    for folder, found in facts.ours.items():
        if not any(name.endswith(KINDS) for name in found):
            detail = "right in it there is no .crate, wheel or sdist"
            yield failed("nothing-ours", folder, detail, fix=fix)


def _crate(member: Member, inputs: Inputs, facts: Facts) -> Iterator[Finding]:
    lines, owners = facts.lines[member.name], facts.owners[member.name]
    yield _free(member, lines, facts)
    if not lines and owners is None:
        yield _new(member, facts)
    elif not lines:
        fix = "Rename the crate: a registry takes - for _, and minds no case."
        names = ", ".join(o.login for o in owners or ())
        detail = f"the registry has a crate that takes its name, of {names}"
        yield failed("name-taken", member.name, detail, fix=fix)
    elif owners is None:
        fix = "Run again: the registry's API and its index contradict each other."
        yield unknown("owners-untold", member.name, "the index has it, the API has not", fix=fix)
    else:
        yield from _owned(member, owners, inputs, facts)


def _free(member: Member, lines: tuple[IndexVersion, ...], facts: Facts) -> Finding:
    subject = f"{member.name} {member.version}"
    there = crate_index.find(lines, member.version) or crate_index.taken_by(lines, member.version)
    if there and not there.yanked and facts.is_ours(member.file, there.checksum):
        return ok("version-ours", subject, f"it is there with our bytes: {there.checksum}")
    if there:
        fix = "Bump the version: a registry takes each once, and a yanked one never again."
        yanked = ", yanked" if there.yanked else ""
        detail = f"{there.version} is on the registry{yanked}: {there.checksum}"
        return failed("version-taken", subject, detail, fix=fix)
    return ok("version-free", subject, f"it is none of the {len(lines)} versions there are")


def _new(member: Member, facts: Facts) -> Finding:
    """A first version makes the crate, which trusted publishing may not."""
    if facts.way == "OIDC":
        fix = "Publish its first version with `registry-token`, and add the trusted publisher then."
        detail = "there is no such crate, and trusted publishing makes no new one"
        return failed("first-publish", member.name, detail, fix=fix)
    return ok("new", member.name, "there is no such crate: who publishes it will own it")


def _owned(
    member: Member, owners: tuple[Owner, ...], inputs: Inputs, facts: Facts
) -> Iterator[Finding]:
    """Exactly the owners that were named, by number; and whose the token is, is one of them."""
    have = {f"team:{o.id}" if o.kind == "team" else str(o.id): o.login for o in owners}
    shown = ", ".join(f"{login} ({number})" for number, login in have.items()) or "nobody"
    if inputs.owners and frozenset(have) != frozenset(inputs.owners):
        lacking, more = sorted(inputs.owners - set(have)), sorted(set(have) - inputs.owners)
        fix = "`cargo owner --add` or `--remove`, or correct `owners`."
        detail = (
            f"of {shown}; lacking: {', '.join(lacking) or '-'}; too many: {', '.join(more) or '-'}"
        )
        yield failed("wrong-owners", member.name, detail, fix=fix)
    else:
        yield ok("owned", member.name, f"of {shown}")
    user = facts.proof.user if facts.proof else None
    teams = any(owner.kind == "team" for owner in owners)
    if user and str(user.id) not in have:
        fix = "Have the token's user added as owner, or use another's token."
        detail = f"the token is of {user.login} ({user.id}), and the crate of {shown}"
        if teams:  # who is in a team, the registry does not tell
            yield unknown("not-owner", member.name, f"{detail}, perhaps by a team", fix=fix)
        else:
            yield failed("not-owner", member.name, detail, fix=fix)


def _project(project: Project, told: Told, facts: Facts) -> Finding:
    subject = f"{project.name} {project.version}"
    others = sorted(name for name in told.shows if not _all_ours(name, told, facts))
    if told.shows and not others:
        detail = f"{len(told.shows)} file(s) of it are there with our bytes"
        return ok("version-ours", subject, detail)
    if others:
        fix = "Bump the version: an index takes each file name once, and nobody gets a yanked one."
        named = [f"{n} (yanked)" if _yanked(n, told) else n for n in others[:4]]
        detail = f"it has {', '.join(named)} already"
        return failed("version-taken", subject, detail, fix=fix)
    if told.answers is False:
        fix = "Correct `index-url`."
        return unknown("no-index", subject, "there is no index at the address", fix=fix)
    layers = ", ".join(layer.name for layer in told.layers)
    return ok("version-free", subject, f"no file of it in the {layers}")


def _all_ours(name: str, told: Told, facts: Facts) -> bool:
    """Whether every layer that tells a digest of this file tells ours, and one does; and none
    says that it is yanked, which the look after the upload would refuse.
    """
    digests = {file.sha256 for _, file in told.each(name) if file.sha256 is not None}
    ours = bool(digests) and all(facts.is_ours(name, digest) for digest in digests)
    return ours and not _yanked(name, told)


def _yanked(name: str, told: Told) -> bool:
    return any(file.yanked is not None for _, file in told.each(name))


action = Action(Inputs, gather, decide, Ready).trusted("registry-token")
