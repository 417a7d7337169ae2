"""The first look: what the tag says by its text. No network, no clone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from release_actions.actions.guard_release_tag.asked import Guarded, Inputs
from release_actions.formats import release_family
from release_actions.formats.release_family import Release, ReleaseFamily
from release_actions.verdict import Finding, Verdict, failed, ok
from release_actions.world import World


@dataclass(frozen=True)
class Facts:
    """What the tag says by its text: a release, or why it is none."""

    says: Release | str
    family: ReleaseFamily

    @property
    def release(self) -> Release | None:
        """The release, if it is one that may be made here."""
        said = self.says
        return said if isinstance(said, Release) and said.class_ in self.family.classes else None


def gather(inputs: Inputs, world: World) -> Facts:
    name, family = release_family.choose(inputs.family, inputs.release_family)
    return Facts(release_family.read(name, family, inputs.tag), family)


def decide(inputs: Inputs, facts: Facts) -> Verdict:
    return Verdict([_is_release(inputs, facts), *_expected_version(inputs, facts)], Guarded())


def _is_release(inputs: Inputs, facts: Facts) -> Finding:
    subject, classes = f"tag {inputs.tag}", " or ".join(facts.family.classes)
    if isinstance(facts.says, str):
        rule, found = "not-a-release", facts.says
        fix = f"Push a tag of the shape {facts.family.pattern}."
    elif facts.release is None:
        rule, found = "wrong-class", f"it is of class {facts.says.class_}, not {classes}"
        fix = "Push a tag of that class, or add the class to `classes` of the family."
    else:
        said = f"{facts.release.family} {facts.release.version or ''}".strip()
        return ok("not-a-release", subject, f"it releases {said}, class {facts.release.class_}")
    if inputs.on_mismatch == "skip":
        return ok(rule, subject, f"{found}: no release, so nothing is released")
    return failed(rule, subject, found, fix=fix)


def _expected_version(inputs: Inputs, facts: Facts) -> Iterator[Finding]:
    expected = inputs.expected_version
    if expected is None or facts.release is None or facts.release.version is None:
        return
    subject, version = f"tag {inputs.tag}", facts.release.version
    if version == expected:
        yield ok("expected-version", subject, f"its version is {expected}, as expected")
    else:
        fix = "Correct the variable that `expected-version` comes from, or tag that version."
        found = f"its version is {version}, expected is {expected}"
        yield failed("expected-version", subject, found, fix=fix)
