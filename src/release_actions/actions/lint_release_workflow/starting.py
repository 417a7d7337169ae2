"""How a release starts: by what, for which tags, and one at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator

from release_actions.actions.lint_release_workflow.following import Book, at
from release_actions.actions.lint_release_workflow.looking import CHANGELOG
from release_actions.formats.cliff_toml import NotCliffError, tag_pattern
from release_actions.formats.job_pattern import NONE
from release_actions.formats.release_workflow import Concurrency, Trigger, Workflow
from release_actions.verdict import Finding, failed

# The same in every run of the workflow; anything else lets two releases run at once.
SAME = re.compile(
    r"\$\{\{\s*(?:github\.(?:workflow|repository|repository_id|repository_owner)"
    r"|'[^']*')\s*\}\}"
)


def triggers(book: Book) -> Iterator[Finding]:
    """Nothing that a fork or a stranger can bring about (O29)."""
    for flow in book.release:
        for trigger in flow.triggers:
            if trigger.event not in book.inputs.triggers:
                allowed = ", ".join(book.inputs.triggers)
                found = f"`{trigger.event}` starts it; declared are {allowed}"
                fix = "Take it out; what a fork or a stranger starts has no place in a release."
                yield failed("trigger", detail=found, fix=fix, **at(flow.file, trigger.line))


def globs(book: Book) -> Iterator[Finding]:
    """One pattern of tags, in the trigger, the environments and the changelog (O34)."""
    wanted = book.inputs.tag_pattern
    pushes = [(f, t) for f in book.release for t in f.triggers if t.event == "push"]
    for flow, trigger in pushes:
        yield from _push(flow.file, trigger, wanted)
    if wanted and wanted != NONE and not pushes and book.release:
        found = f"`tag-pattern` is {wanted}, and no push of a tag starts a release"
        fix = "Say `on: push: tags:` with it, or `tag-pattern: none`."
        yield failed("tag-pattern", detail=found, fix=fix, **at(book.release[0].file, 1))
    deployment = book.inputs.deployment_pattern
    if wanted and wanted != NONE and deployment and deployment != wanted:
        found = f"environments let {deployment} deploy, and {wanted} starts a release"
        fix = "A tag that starts a release and may not deploy waits for ever: make them the same."
        yield failed("deployment-pattern", "deployment-pattern", found, fix=fix)


def _push(file: str, trigger: Trigger, wanted: str) -> Iterator[Finding]:
    for name, patterns in trigger.filters.items():
        if name != "tags" and patterns:
            found = f"a push is filtered by `{name}`; a release is started by a tag"
            fix = "Filter the push by `tags` alone."
            yield failed("tag-pattern", detail=found, fix=fix, **at(file, patterns[0].line))
    tags = trigger.filters.get("tags", ())
    line = tags[0].line if tags else trigger.line
    if not tags:
        fix = "Say `tags:` with the one pattern of your release tags."
        found = "any push starts it, of a branch too"
        yield failed("tag-pattern", detail=found, fix=fix, **at(file, line))
    elif [tag.value for tag in tags] != [wanted]:
        found = f"tags {', '.join(map(str, tags))} start it; declared is {wanted or 'nothing'}"
        fix = "Make the trigger and `tag-pattern` the same, one pattern."
        yield failed("tag-pattern", detail=found, fix=fix, **at(file, line))


def changelog(book: Book) -> Iterator[Finding]:
    """The changelog begins at the tags that start a release; git.tag_pattern, parsed as TOML."""
    inputs = book.inputs
    path = inputs.changelog or CHANGELOG
    wanted = inputs.changelog_pattern or inputs.tag_pattern
    if book.facts.changelog is None:
        if inputs.changelog and inputs.changelog != NONE:
            found = f"there is no readable {path}"
            yield failed("changelog-pattern", path, found, fix="Correct `changelog`.", file=path)
        return
    if inputs.changelog == NONE or wanted in ("", NONE):
        return
    try:
        pattern, line = tag_pattern(book.facts.changelog)
    except NotCliffError as error:
        fix = "Mend the file: git-cliff would not read it either."
        yield failed("changelog-pattern", detail=str(error), fix=fix, **at(path, error.line))
        return
    if pattern != wanted:
        found = f"git.tag_pattern is {pattern or 'not said'}; expected is {wanted}"
        fix = "Make it the same string, or say in `changelog-pattern` which one it is."
        yield failed("changelog-pattern", detail=found, fix=fix, **at(path, line))


def concurrency(book: Book) -> Iterator[Finding]:
    """One release at a time, and none that is cut off in the middle (O32, D-M12)."""
    groups: dict[str, str] = {}
    for flow in book.release:
        if flow.events() == {"workflow_call"} and _called(book, flow):
            continue  # the caller's holds, and is looked at
        if flow.concurrency is None:
            found = "there is no top-level `concurrency`, so two releases can run at once"
            fix = "Say `concurrency: { group: release, cancel-in-progress: false }` at the top."
            yield failed("concurrency", detail=found, fix=fix, **at(flow.file, 1))
            continue
        yield from _one_at_a_time(flow.file, flow.concurrency)
        groups[flow.file] = str(flow.concurrency.group)
    for file, group in groups.items():
        if group != next(iter(groups.values())):
            found = f"its group is {group}; {next(iter(groups))} has another"
            fix = "Give all release workflows one group: they publish the same thing."
            yield failed("concurrency", detail=found, fix=fix, **at(file, 1))
    for flow, job in book.jobs:
        if job.concurrency is not None and flow.file in groups:
            yield from _never_cancels(job.file, job.concurrency)


def _called(book: Book, flow: Workflow) -> bool:
    return any(book.called(job) is flow for _, job in book.jobs)


def _one_at_a_time(file: str, said: Concurrency) -> Iterator[Finding]:
    group = said.group
    if group is None or not group.value.strip() or "${{" in SAME.sub("", group.value):
        found = f"its group is {group or 'not said'}, which is not the same in every run"
        fix = "Write a constant group, such as `release`."
        yield failed("concurrency", detail=found, fix=fix, **at(file, (group or said).line))
    yield from _never_cancels(file, said)


def _never_cancels(file: str, said: Concurrency) -> Iterator[Finding]:
    cancels = said.cancels
    if cancels is not None and cancels.value.strip().lower() != "false":
        found = f"cancel-in-progress is {cancels}: a release can be cut off while it publishes"
        fix = "Say `cancel-in-progress: false`."
        yield failed("cancels", detail=found, fix=fix, **at(file, cancels.line))
