"""The third look: what the history, the files at the commit and the signature prove."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from release_actions.actions.guard_release_tag import history, signing
from release_actions.actions.guard_release_tag.asked import NAME, Guarded, Inputs
from release_actions.actions.guard_release_tag.history import Base, Stop
from release_actions.actions.guard_release_tag.placing import Placed
from release_actions.actions.guard_release_tag.signing import Signed
from release_actions.clients.git import Git
from release_actions.clients.github import Tag
from release_actions.formats.release_family import Release
from release_actions.formats.version_source import Reading, read
from release_actions.formats.versions import Version
from release_actions.values import Sha
from release_actions.verdict import Finding, Outcome, Verdict, advise, failed, ok, unknown
from release_actions.world import World


@dataclass(frozen=True)
class Proof:
    """What was found; None and empty stand for what was not asked for."""

    contained: bool
    lacking: str = ""  # why the clone has not got the commit or the tag object
    cut: str = ""  # why its history cannot be had whole
    readings: tuple[Reading, ...] = ()
    signed: Signed | None = None
    stops: tuple[Stop, ...] = ()
    base: Base | None = None


@dataclass(frozen=True)
class Proven:
    """The tag in its place, and the proof; none where the tag is no release."""

    placed: Placed
    proof: Proof | None = None


def gather(inputs: Inputs, world: World, placed: Placed) -> Proven:
    tag, head = placed.tag, placed.head
    if placed.release is None or tag is None or head is None:
        return Proven(placed)
    git = world.git(inputs.path)
    contained = _contained(inputs, world, git, tag.commit, head)
    if not (inputs.version_sources or placed.signed or placed.patches):
        return Proven(placed, Proof(contained))
    if lacking := git.bring(inputs.repository, [tag.commit, tag.object]):
        return Proven(placed, Proof(contained, lacking))
    walks = inputs.unique or placed.patches
    cut = git.whole(inputs.repository, [head, tag.commit]) if walks else ""
    files = git.files(tag.commit, inputs.version_sources.paths)
    whole = walks and not cut
    return Proven(
        placed,
        Proof(
            contained,
            cut=cut,
            readings=tuple(read(source, files) for source in inputs.version_sources),
            signed=signing.look(inputs.allowed_signers, git, tag) if placed.signed else None,
            stops=history.follow(git, head, inputs.version_sources)
            if whole and inputs.unique
            else (),
            base=history.base(inputs, world, git, placed) if whole and placed.patches else None,
        ),
    )


def _contained(inputs: Inputs, world: World, git: Git, commit: Sha, head: Sha) -> bool:
    """By the clone, and by GitHub where the clone cannot tell."""
    here = git.is_ancestor(commit, head)
    if here is not None:
        return here
    told = world.github.compare(inputs.repository, commit, head)
    return told is not None and told.status in ("ahead", "identical")


def decide(inputs: Inputs, facts: Proven) -> Verdict:
    placed, proof = facts.placed, facts.proof
    if placed.release is None or placed.tag is None or proof is None:
        told = "it is no release: there is nothing to prove"
        return Verdict([ok("not-a-release", f"tag {inputs.tag}", told)], Guarded())
    only_told = placed.demands.advice(NAME)
    findings = [advise(finding, only_told) for finding in _judge(inputs, placed, placed.tag, proof)]
    verdict = Verdict(findings, Guarded())
    if verdict.outcome is not Outcome.OK:
        return verdict
    return Verdict(findings, _guarded(placed, placed.release, placed.tag))


def _judge(inputs: Inputs, placed: Placed, tag: Tag, proof: Proof) -> Iterator[Finding]:
    yield _on_branch(placed, tag, proof)
    if proof.lacking:
        fix = "Check the repository out before this step (`path` says where), with a token."
        yield unknown("no-clone", f"clone {inputs.path}", proof.lacking, fix=fix)
        return
    version = placed.version
    if version is not None:
        yield from (_source(reading, version, tag.commit) for reading in proof.readings)
    if proof.signed is not None:
        yield signing.judge(inputs.allowed_signers, tag, proof.signed)
    if proof.cut:
        fix = "Check out with `fetch-depth: 0` and without `filter`."
        yield unknown("shallow", f"clone {inputs.path}", proof.cut, fix=fix)
        return
    if inputs.unique and version is not None:
        yield from history.unique(proof.stops, version, tag.commit)
    if proof.base is not None and version is not None:
        yield from history.on_base(proof.base, version, placed.demands.max_changed_files)


def _on_branch(placed: Placed, tag: Tag, proof: Proof) -> Finding:
    subject = f"commit {tag.commit}"
    if proof.contained:
        return ok("not-on-branch", subject, f"{placed.branch} contains it")
    fix = f"Bring the commit into {placed.branch}, or delete the tag and tag a commit of it."
    return failed(
        "not-on-branch", subject, f"{placed.branch} ({placed.head}) does not contain it", fix=fix
    )


def _source(reading: Reading, version: Version, commit: Sha) -> Finding:
    subject, at = str(reading.source), f"at {commit.short}"
    if not reading.there:
        fix = "Correct the path in `version-sources`."
        return failed("source-missing", subject, f"there is no such file {at}", fix=fix)
    if reading.text is None:
        fix = "Correct the file or the selector in `version-sources`."
        return failed("source-unreadable", subject, f"{reading.problem} ({at})", fix=fix)
    if reading.says(version):
        return ok("version-differs", subject, f"it says {reading.text} {at}")
    fix = "Tag the commit whose files say this version; delete this tag if nothing has used it yet."
    found = f"it says {reading.text} {at}, the tag says {version}"
    return failed("version-differs", subject, found, fix=fix)


def _guarded(placed: Placed, release: Release, tag: Tag) -> Guarded:
    return Guarded(
        release=True,
        version=release.version or "",
        class_=release.class_,
        family=release.family,
        prerelease=bool(placed.demands.prerelease),
        commit=tag.commit,
        tag_object=tag.object,
    )
