"""The first look: what the tag releases, and the files that its notes are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from release_actions.actions.render_release_notes.asked import Inputs, Rendered
from release_actions.actions.render_release_notes.section import bad, chosen
from release_actions.clients import one_file
from release_actions.formats import release_family
from release_actions.formats.asset_table import assets
from release_actions.formats.changelog.sections import Problem
from release_actions.formats.release_family import Release
from release_actions.formats.tag_pattern import Parts
from release_actions.verdict import Finding, Verdict, failed, ok, unknown
from release_actions.world import World


@dataclass(frozen=True)
class Facts:
    """What the tag says, and what the files hold: None for what is not there."""

    says: Release | str
    lacking: str = ""  # why the clone cannot show the commit
    changelog: bytes | None = None
    files: Mapping[str, bytes | None] | None = None  # by their paths; the manifest, too
    tags: tuple[str, ...] = ()  # of the family

    @property
    def release(self) -> Release:
        """What the first judgement let through."""
        assert isinstance(self.says, Release)
        return self.says

    def held(self, path: str) -> bytes:
        """What a file holds that the first judgement found."""
        content = self.file(path)
        assert content is not None
        return content

    def file(self, path: str) -> bytes | None:
        return (self.files or {}).get(path)


def gather(inputs: Inputs, world: World) -> Facts:
    name, family = inputs.chosen
    facts = Facts(release_family.read(name, family, inputs.tag))
    paths = [*inputs.sources.files, *([inputs.manifest] if inputs.manifest else [])]
    read = {path: one_file.read(world.workspace, path) for path in paths}
    facts = replace(facts, files=read)
    if inputs.sources.ask_history and inputs.since is None:
        prefix = family.pattern.prefix(Parts())
        facts = replace(facts, tags=world.github.tag_names(inputs.repository, prefix))
    if "changelog" not in inputs.sources:
        return facts
    git = world.git(inputs.path)
    if lacking := git.bring(inputs.repository, [inputs.commit]):
        return replace(facts, lacking=lacking)
    path = inputs.changelog
    return replace(facts, changelog=git.files(inputs.commit, [path])[path])


def decide(inputs: Inputs, facts: Facts) -> Verdict:
    subject = f"tag {inputs.tag}"
    if isinstance(facts.says, str):
        fix = f"Give a tag of the shape {inputs.chosen[1].pattern}, or its `family`."
        return Verdict([failed("not-a-release", subject, facts.says, fix=fix)], Rendered())
    told = f"it is a release of class {facts.says.class_}"
    findings = [ok("not-a-release", subject, told), *_files(inputs, facts)]
    if "changelog" in inputs.sources:
        findings.append(_changelog(inputs, facts))
    return Verdict(findings, Rendered())


def _changelog(inputs: Inputs, facts: Facts) -> Finding:
    if facts.lacking:
        fix = "Check the repository out before this step (`path` says where)."
        return unknown("no-clone", f"clone {inputs.path}", facts.lacking, fix=fix)
    if facts.changelog is None:
        fix = "Correct `changelog`, or commit it."
        found = f"it is not there at {inputs.commit}"
        return failed("source-missing", inputs.changelog, found, fix=fix)
    section = chosen(inputs, facts.release, facts.changelog)
    if isinstance(section, Problem):
        return bad(inputs, section)
    log, found_section = section
    at = f"{inputs.changelog}:{log.number(found_section)}"
    return ok("no-section", at, f"`{log.heading(found_section)}`")


def _files(inputs: Inputs, facts: Facts) -> Iterator[Finding]:
    for path in inputs.sources.files:
        content = facts.file(path)
        if content is None:
            fix = "Write it before this step, or correct `sources`."
            yield failed("source-missing", path, "there is no such file", fix=fix)
        elif not content.strip():
            yield failed("source-empty", path, "it is empty", fix="Write it, or leave it out.")
        elif (why := _unreadable(content)) is not None:
            yield failed("source-unreadable", path, why, fix="Save it as UTF-8.")
        else:
            yield ok("source-missing", path, f"{len(content)} bytes")
    if inputs.manifest:
        yield _manifest(inputs, facts.file(inputs.manifest))


def _unreadable(content: bytes) -> str | None:
    text = content.decode("utf-8", "surrogateescape")
    lost = next((at for at, c in enumerate(text) if "\udc80" <= c <= "\udcff"), None)
    return None if lost is None else f"it is not UTF-8 behind `{text[:lost][-20:]}`"


def _manifest(inputs: Inputs, content: bytes | None) -> Finding:
    fix = "Let digest-artifacts write it before this step, or correct `manifest`."
    if content is None:
        return failed("source-missing", inputs.manifest, "there is no such file", fix=fix)
    named = assets(content)
    if isinstance(named, str):
        return failed("source-unreadable", inputs.manifest, named, fix=fix)
    return ok("source-missing", inputs.manifest, f"it names {len(named)} assets")
