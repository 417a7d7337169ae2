"""The first look: which crates, in which order, and the attested .crate of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from release_actions.actions.publish_crates.asked import Inputs, Published
from release_actions.clients import crate_files, packaged_tree
from release_actions.clients.crate_files import CrateOnDisk
from release_actions.clients.packaged_tree import Tree
from release_actions.formats.cargo_metadata import Member
from release_actions.formats.checksums import Sha256
from release_actions.formats.publish_order import order
from release_actions.verdict import Finding, Verdict, failed, missing, ok
from release_actions.world import World

TOLD = 8  # changed files that are listed


@dataclass(frozen=True)
class Ground:
    """The attested files, and the tree; `order` is that of the selected members, or a `cycle`."""

    directory: Path
    attested: tuple[CrateOnDisk, ...]
    tree: Tree
    order: tuple[Member, ...]
    cycle: tuple[str, ...]

    def of(self, member: Member) -> tuple[CrateOnDisk, ...]:
        """The attested files of this crate, by what they say inside."""
        return tuple(c for c in self.attested if c.crate and c.crate.name == member.name)

    def sha256(self, member: Member) -> Sha256 | None:
        """The digest of its attested .crate."""
        return next((c.sha256 for c in self.of(member)), None)


def gather(inputs: Inputs, world: World) -> Ground:
    # Looked at once: every upload packages its crate anew, and compares it with the attested one.
    return world.publishing(inputs.registry_url).once("ground", lambda: _look(inputs, world))


def _look(inputs: Inputs, world: World) -> Ground:
    cargo = world.cargo(world.workspace / inputs.path)
    selected = inputs.selected(cargo.metadata())
    directory = inputs.directory(world)
    return Ground(
        directory,
        crate_files.look(directory),
        packaged_tree.look(cargo, world.git(inputs.path), [m.name for m in selected]),
        *order(selected),
    )


def decide(inputs: Inputs, ground: Ground) -> Verdict:
    return Verdict(
        [
            *_selected(inputs, ground),
            *_expected(inputs, ground),
            *_ordered(ground),
            *_tree(ground.tree),
            *_files(ground),
            *(_attested(member, ground) for member in ground.order),
        ],
        Published(),
    )


def _selected(inputs: Inputs, ground: Ground) -> Iterator[Finding]:
    """Every crate that was named is a member, and may be published there."""
    workspace = ground.tree.workspace
    for name in inputs.packages:
        member = workspace.find(name)
        if member is None:
            names = ", ".join(m.name for m in workspace.members)
            fix = f"Correct `packages` or `path`. There are: {names}."
            yield failed("no-such-package", name, "no member of the workspace", fix=fix)
        elif not inputs.allowed(member):
            fix = "Take it out of `packages`, or allow it in `publish` of its Cargo.toml."
            allowed = ", ".join(member.registries or ()) or "no registry"
            yield failed("not-publishable", name, f"its `publish` allows {allowed}", fix=fix)
    if not inputs.selected(workspace):
        fix = "Correct `path`, `registry`, or `publish` in the manifests."
        detail = f"no member may be published to {inputs.target.registry}"
        yield failed("nothing-to-publish", workspace.root, detail, fix=fix)


def _expected(inputs: Inputs, ground: Ground) -> Iterator[Finding]:
    """The list that is asserted is the list that the manifests make."""
    if not inputs.expected_packages:
        return
    members = ground.tree.workspace.members
    public = {member.name for member in members if inputs.allowed(member)}
    expected = set(inputs.expected_packages)
    for name in sorted(public - expected):
        fix = "Add it to `expected-packages`, or set `publish = false` in its Cargo.toml."
        yield failed("not-listed", name, "it may be published, and is not in the list", fix=fix)
    for name in sorted(expected - public):
        fix = "Take it out of `expected-packages`, or allow it in `publish` of its Cargo.toml."
        detail = "it is in the list, and the workspace has no such crate that may be"
        yield failed("not-publishable", name, detail, fix=fix)
    if public == expected:
        detail = f"they are the {len(public)} that may be published"
        yield ok("listed", "expected-packages", detail)


def _ordered(ground: Ground) -> Iterator[Finding]:
    if ground.cycle:
        fix = "Break it: leave the version out of one development dependency, which cargo drops."
        names = " needs ".join(ground.cycle)
        yield failed("cycle", ground.cycle[0], f"none can be first: {names}", fix=fix)
    for number, member in enumerate(ground.order, 1):
        needs = ", ".join(dict.fromkeys(need.name for need in member.needs)) or "nothing"
        detail = f"{number} of {len(ground.order)}; needs {needs} of the workspace"
        yield ok("order", f"{member.name} {member.version}", detail)


def _tree(tree: Tree) -> Iterator[Finding]:
    """A commit, its lock file, and every packaged file as the commit has it."""
    root = tree.workspace.root
    if tree.commit is None:
        fix = "Check the commit out with git: each .crate names it."
        yield failed("no-commit", root, "it is in no clone with a commit", fix=fix)
    if not tree.locked:
        fix = "Commit Cargo.lock: cargo puts one into each .crate."
        yield failed("no-lock", root, "no Cargo.lock is committed", fix=fix)
    fix = "Commit it, or take it away: what no commit holds cannot be made again."
    for path in tree.dirty[:TOLD]:
        yield failed("dirty", path, "it is not as the commit has it", fix=fix)
    if (more := len(tree.dirty) - TOLD) > 0:
        yield failed("dirty", f"{more} more files", "not as the commit has them", fix=fix)
    if tree.commit and tree.locked and not tree.dirty:
        yield ok("clean", root, f"it is {tree.commit}, by {tree.cargo}")


def _files(ground: Ground) -> Iterator[Finding]:
    """What lies beside the crates of this workspace is nobody's."""
    members = {member.name: member for member in ground.tree.workspace.members}
    fix = "Take it away, or download the artifact of the packaging job again."
    for on_disk in ground.attested:
        crate, name = on_disk.crate, on_disk.path.name
        if crate is None:
            yield failed("bad-crate", name, on_disk.fault, fix=fix)
        elif crate.file != name:
            detail = f"inside it says {crate.name} {crate.version}"
            yield failed("bad-crate", name, detail, fix=fix)
        elif crate.name not in members:
            yield failed("stray-crate", name, "no member of this workspace", fix=fix)


def _attested(member: Member, ground: Ground) -> Finding:
    """Exactly one, of this version, packaged clean at this very commit."""
    found = ground.of(member)
    if not found:
        detail = f"no .crate of it is in {ground.directory}"
        fix = "Package it by verify-crate-identity, mode package, in a job without a token."
        return missing("attested-missing", member.name, detail, fix=fix, final=True)
    if len(found) > 1:
        names = ", ".join(on_disk.path.name for on_disk in found)
        fix = "Leave the one that was attested: a stale one must not ride along."
        return failed("two-attested", member.name, f"{len(found)} are there: {names}", fix=fix)
    crate = found[0].crate
    assert crate is not None  # by ground.of
    if crate.version != member.version:
        fix = "Check out the commit that was packaged, or package this one."
        detail = f"the attested one is {crate.version}, Cargo.toml says {member.version}"
        return failed("wrong-version", member.name, detail, fix=fix)
    if crate.dirty or crate.commit != ground.tree.commit:
        what = "changed files" if crate.dirty else f"commit {crate.commit}"
        fix = "Package the commit that is released, from a clean tree."
        detail = f"it was packaged from {what}, and this is {ground.tree.commit}"
        return failed("other-commit", member.file, detail, fix=fix)
    return ok("attested", member.file, f"{found[0].sha256}, {found[0].size} bytes")
