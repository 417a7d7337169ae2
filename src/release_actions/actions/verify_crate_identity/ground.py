"""The first look: the attested files, and the tree that is packaged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from release_actions.actions.verify_crate_identity.asked import Identified, Inputs, Wanted
from release_actions.clients import crate_files, packaged_tree
from release_actions.clients.crate_files import CrateOnDisk
from release_actions.clients.packaged_tree import Tree
from release_actions.formats.cargo_metadata import Member
from release_actions.verdict import Finding, Verdict, failed, missing, ok
from release_actions.world import World

# Registry tokens, and what a job with `id-token: write` can have one minted with.
TOKENS = re.compile(r"CARGO_REGISTR(Y|IES_\w+)_(TOKEN|SECRET_KEY)|ACTIONS_ID_TOKEN_REQUEST_TOKEN")
TOLD = 8  # changed files that are listed


@dataclass(frozen=True)
class Ground:
    """What stands in the attested directory, and the tree where cargo is to package."""

    directory: Path
    attested: tuple[CrateOnDisk, ...]
    secrets: tuple[str, ...]
    tree: Tree | None

    def of(self, wanted: Wanted) -> tuple[CrateOnDisk, ...]:
        """The attested files of this crate, by what they say inside."""
        return tuple(c for c in self.attested if c.crate and c.crate.name == wanted.name)

    def member(self, wanted: Wanted) -> Member | None:
        return self.tree.workspace.find(wanted.name) if self.tree else None


def gather(inputs: Inputs, world: World) -> Ground:
    directory = inputs.directory(world)
    cargo = world.cargo(world.workspace / inputs.path, inputs.environment)
    return Ground(
        directory,
        crate_files.look(directory),
        _secrets(world),
        packaged_tree.look(cargo, world.git(inputs.path), inputs.names)
        if inputs.packages
        else None,
    )


def _secrets(world: World) -> tuple[str, ...]:
    """Variables that are a registry's token, and on a runner what `cargo login` left."""
    names = [name for name, value in world.environ.items() if value and TOKENS.match(name)]
    home = world.environ.get("CARGO_HOME") or Path(world.environ.get("HOME", "."), ".cargo")
    left = [Path(home, name) for name in ("credentials.toml", "credentials")]
    files = [str(path) for path in left if world.on_a_runner and path.is_file()]
    return tuple(sorted([*names, *files]))


def decide(inputs: Inputs, ground: Ground) -> Verdict:
    found = [*_files(ground)]
    if inputs.mode == "package":
        found += [
            _no_secret(ground),
            *(_not_in_the_way(wanted, ground) for wanted in inputs.package),
        ]
    else:
        found += [_attested(wanted, ground) for wanted in inputs.package]
    if ground.tree is not None:
        found += [_at_a_commit(ground.tree), _locked(ground.tree), *_clean(ground.tree)]
        found += [_publishable(wanted, inputs, ground) for wanted in inputs.package]
    return Verdict(found, Identified())


def _files(ground: Ground) -> Iterator[Finding]:
    """A file that nobody can open could be of any crate."""
    for on_disk in ground.attested:
        name, crate = on_disk.path.name, on_disk.crate
        if crate is None:
            fix = "Take it away, or download the artifact again. cargo makes no such file."
            yield failed("bad-crate", name, on_disk.fault, fix=fix)
        elif crate.file != name:
            fix = "Keep the name that cargo gave it; a renamed file hides what it is."
            yield failed("misnamed", name, f"inside it says {crate.name} {crate.version}", fix=fix)
        elif crate.dirty:
            fix = "Package a clean tree, without --allow-dirty."
            yield failed("dirty-crate", name, "it was packaged from changed files", fix=fix)


def _attested(wanted: Wanted, ground: Ground) -> Finding:
    """Exactly one file of the crate, and of the version that the caller says."""
    found = ground.of(wanted)
    if not found:
        detail = f"no .crate of {wanted.name} is in {ground.directory}"
        fix = "Download the artifact of the job that packaged it into `attested-directory`."
        return missing("attested-missing", wanted.name, detail, fix=fix)
    if len(found) > 1:
        names = ", ".join(on_disk.path.name for on_disk in found)
        fix = "Leave the one that was attested: a stale one must not ride along."
        return failed("two-attested", wanted.name, f"{len(found)} are there: {names}", fix=fix)
    crate = found[0].crate
    assert crate is not None  # by ground.of
    if wanted.version not in (None, crate.version):
        fix = "Attest the version that is released, or correct `package`."
        detail = f"the attested one is {crate.version}, {wanted.version} was asked for"
        return failed("wrong-version", wanted.name, detail, fix=fix)
    return ok("attested", wanted.name, f"{crate.file}, {found[0].sha256}")


def _not_in_the_way(wanted: Wanted, ground: Ground) -> Finding:
    """No other version of the crate where this one is to be written."""
    member = ground.member(wanted)
    mine = member.file if member else ""
    others = [c.path.name for c in ground.of(wanted) if c.path.name != mine]
    if others:
        fix = "Begin with an empty `attested-directory`: a stale .crate would ride along."
        detail = f"there is {', '.join(others)} already"
        return failed("two-attested", wanted.name, detail, fix=fix)
    return ok("attested", wanted.name, "no other .crate of it is there")


def _no_secret(ground: Ground) -> Finding:
    """Building runs code of the caller's and of every dependency."""
    if ground.secrets:
        fix = "Package in a job without `id-token: write` and without a registry's token."
        detail = f"{', '.join(ground.secrets)} is in this job, where build scripts run"
        return failed("secret-near", "this job", detail, fix=fix)
    return ok("secret-near", "this job", "it has no registry's token, and can have none minted")


def _at_a_commit(tree: Tree) -> Finding:
    if tree.commit is None:
        fix = "Check the commit out with git: the .crate names it."
        return failed("no-commit", tree.workspace.root, "it is in no clone with a commit", fix=fix)
    return ok("at-commit", tree.workspace.root, f"{tree.commit} by {tree.cargo}")


def _locked(tree: Tree) -> Finding:
    """Without one every day would package other dependencies."""
    if not tree.locked:
        fix = (
            "Commit Cargo.lock: cargo puts one into the .crate, and it must be the same each time."
        )
        return failed("no-lock", tree.workspace.root, "no Cargo.lock is committed", fix=fix)
    return ok("locked", tree.workspace.root, "Cargo.lock is committed")


def _clean(tree: Tree) -> Iterator[Finding]:
    """Only files that a .crate would hold count, and the manifest and lock file above them."""
    fix = "Commit it, or take it away: what no commit holds cannot be made again."
    for path in tree.dirty[:TOLD]:
        yield failed("dirty", path, "it is not as the commit has it", fix=fix)
    if (more := len(tree.dirty) - TOLD) > 0:
        yield failed("dirty", f"{more} more files", "not as the commit has them", fix=fix)
    if not tree.dirty:
        yield ok("clean", tree.workspace.root, "every packaged file is as the commit has it")


def _publishable(wanted: Wanted, inputs: Inputs, ground: Ground) -> Finding:
    member = ground.member(wanted)
    if member is None:
        names = ", ".join(m.name for m in ground.tree.workspace.members) if ground.tree else ""
        fix = f"Correct `package` or `path`. There are: {names}."
        return failed("no-such-package", wanted.name, "no member of the workspace", fix=fix)
    if wanted.version not in (None, member.version):
        fix = "Bump the version in Cargo.toml, or correct `package`."
        detail = f"Cargo.toml says {member.version}, {wanted.version} was asked for"
        return failed("wrong-version", wanted.name, detail, fix=fix)
    if member.registries is not None and (inputs.registry or "crates-io") not in member.registries:
        fix = "Take it out of `package`, or allow it in `publish` of its Cargo.toml."
        detail = f"its `publish` allows {', '.join(member.registries) or 'no registry'}"
        return failed("not-publishable", wanted.name, detail, fix=fix)
    return ok("publishable", wanted.name, f"{member.version}, to {inputs.registry or 'crates.io'}")
