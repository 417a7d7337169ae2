"""What keeps a marked commit from its tag: each rule says so, or says nothing."""

from __future__ import annotations

from collections.abc import Sequence

from release_actions.actions.push_tag_on_marker.asked import Inputs
from release_actions.actions.push_tag_on_marker.tagged import Claim
from release_actions.formats import dispatchable, release_branch, release_family
from release_actions.formats.release_family import Release
from release_actions.verdict import Finding, failed, missing, ok


def kept_from(inputs: Inputs, claim: Claim, asked: Sequence[Claim]) -> Finding | None:
    """The first that holds: the mark asks for nothing any more, or it is wrong."""
    if claim.name is None:
        return _unreadable(claim)
    subject = f"commit {claim.mark.commit}"
    rules = (
        _taken_back(subject, claim),
        _of_class(inputs, subject, claim),
        _of_branch(inputs, subject, claim),
        _superseded(subject, claim, asked),
        _free(subject, claim),
        _alone(subject, claim, asked),
        _whole(subject, claim),
        _allowed(inputs, subject, claim),
        _startable(inputs, subject, claim),
        _wanted(inputs, subject, claim),
    )
    return next((found for found in rules if found is not None), None)


def _unreadable(claim: Claim) -> Finding:
    reading, subject = claim.mark.reading, f"commit {claim.mark.commit}"
    rule = "source-unreadable" if reading.there else "source-missing"
    what = reading.problem or f"`{reading.text}` is no version that a tag can be named by"
    fix = "Correct `version-source`; or correct the file, and mark a new commit."
    return failed(rule, subject, f"{reading.source}: {what}", fix=fix)


def _taken_back(subject: str, claim: Claim) -> Finding | None:
    if claim.mark.reverted is None:
        return None
    found = f"it asks for tag {claim.name}, and {claim.mark.reverted} takes it back: no tag"
    return ok("reverted", subject, found)


def _of_class(inputs: Inputs, subject: str, claim: Claim) -> Finding | None:
    family, name = inputs.family, str(claim.name)
    says = release_family.read("", family, name)
    if isinstance(says, Release) and says.class_ in family.classes:
        return None
    found = (
        says if isinstance(says, str) else f"class {says.class_}, not {' or '.join(family.classes)}"
    )
    fix = "Set a release version in a new commit, and mark that one."
    source = claim.mark.reading
    return failed(
        "not-a-release", subject, f"{source.source} says {source.text} there: {found}", fix=fix
    )


def _of_branch(inputs: Inputs, subject: str, claim: Claim) -> Finding | None:
    version = claim.mark.reading.version
    assert version is not None  # it gave the name
    why = release_branch.why_not(version, inputs.branch, inputs.family.branch)
    fix = "Mark a commit of that version's own branch, or correct the version."
    return failed("not-of-branch", subject, why, fix=fix) if why else None


def _superseded(subject: str, claim: Claim, asked: Sequence[Claim]) -> Finding | None:
    newer = [other for other in _rivals(claim, asked) if other.mark.pushed]
    if claim.mark.pushed or not newer:
        return None
    return ok("superseded", subject, f"{newer[-1].mark.commit} asks for tag {claim.name} anew")


def _free(subject: str, claim: Claim) -> Finding | None:
    if claim.tag is None:
        return None
    found = f"it asks for tag {claim.name}, which is on {claim.tag.commit} already"
    fix = "Release another version from a new marked commit. A tag that was seen is never moved."
    return failed("name-taken", subject, f"{found}, not on {claim.commit}", fix=fix)


def _alone(subject: str, claim: Claim, asked: Sequence[Claim]) -> Finding | None:
    rivals = [c for c in _rivals(claim, asked) if c.mark.pushed == claim.mark.pushed]
    if not rivals:
        return None
    others = " and ".join(str(rival.mark.commit) for rival in rivals)
    fix = (
        "Each marked commit needs a version of its own: set it in a new commit, and mark that one."
    )
    return failed("same-version", subject, f"{others} asks for tag {claim.name}, too", fix=fix)


def _rivals(claim: Claim, asked: Sequence[Claim]) -> list[Claim]:
    """The other marks that ask for the same tag, and are not taken back."""
    return [
        other
        for other in asked
        if other.name == claim.name and other.commit != claim.commit and other.mark.reverted is None
    ]


def _whole(subject: str, claim: Claim) -> Finding | None:
    """A commit that a merge brought may lack what the branch had by then: a security fix, say."""
    lacking = claim.mark.lacking
    if not lacking:
        return None
    some = ", ".join(commit.short for commit in lacking[-5:])
    found = f"a merge brought it, and it lacks {len(lacking)} commits of the branch: {some}"
    fix = "Mark a new commit that contains them, such as one on the branch's head."
    return failed("lacks-commits", subject, found, fix=fix)


def _allowed(inputs: Inputs, subject: str, claim: Claim) -> Finding | None:
    proved = claim.proof
    if proved is None or proved.is_of(inputs.authors):
        return None
    fix = "Let one of `authors` mark it, in a commit whose signature GitHub verifies."
    return failed("not-allowed", subject, f"its signature is {proved}", fix=fix)


def _startable(inputs: Inputs, subject: str, claim: Claim) -> Finding | None:
    """Before the tag is there for ever, and nothing can start for it."""
    if inputs.dispatch is None or not (why := dispatchable.why_not(claim.mark.workflow)):
        return None
    fix = "Give it `on: workflow_dispatch` without required inputs in a new commit, and mark that."
    return failed("not-dispatchable", subject, f"{inputs.dispatch} there: {why}", fix=fix)


def _wanted(inputs: Inputs, subject: str, claim: Claim) -> Finding | None:
    if claim.mark.pushed or inputs.left_overs == "tag":
        return None
    found = f"an earlier push marked it for tag {claim.name}, and no tag came of it"
    fix = "Run this again with `left-overs: tag`, or mark a new commit."
    return missing("left-over", subject, found, fix=fix)
