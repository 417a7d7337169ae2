"""How a release starts: by what, for which tags, and one at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from release_actions.actions.lint_release_workflow.following import Book, at
from release_actions.actions.lint_release_workflow.looking import CHANGELOG
from release_actions.actions.lint_release_workflow.publishing import shared
from release_actions.actions.lint_release_workflow.tagged import TagPatterns
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
    said, deployment = book.inputs.tag_pattern, book.inputs.deployment_pattern
    pushes = [(f, t) for f in book.release for t in f.triggers if t.event == "push"]
    for flow, trigger in pushes:
        yield from _push(flow.file, trigger, said.of(flow.file))
    pushed = {flow.file for flow, _ in pushes}
    for flow in book.release if said.by_file else () if pushed else book.release[:1]:
        wanted = said.of(flow.file)
        if wanted not in ("", NONE) and flow.file not in pushed:
            found = f"`tag-pattern` is {wanted}, and no push of a tag starts a release"
            fix = "Say `on: push: tags:` with it, or `none` for `tag-pattern`."
            yield failed("tag-pattern", detail=found, fix=fix, **at(flow.file, 1))
    pairs = {(said.of(path), deployment.of(path)) for path in book.inputs.workflows}
    for wanted, let in sorted(pairs):
        if wanted not in ("", NONE) and let not in ("", wanted):
            found = f"environments let {let} deploy, and {wanted} starts a release"
            fix = "A tag that starts a release and may not deploy waits for ever: make them one."
            yield failed("deployment-pattern", "deployment-pattern", found, fix=fix)
    yield from _named_files(book)


def _named_files(book: Book) -> Iterator[Finding]:
    """A line about a file that is not asked for would say nothing of any release."""
    for name in ("tag-pattern", "deployment-pattern"):
        said: TagPatterns = getattr(book.inputs, name.replace("-", "_"))
        for file in sorted(said.by_file.keys() - {path.short for path in book.inputs.workflows}):
            found = f"`{name}` names {file}, which is not in `workflows`"
            yield failed(name, f"{name}: {file}", found, fix="Correct the one or the other.")


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
    wanted = inputs.changelog_pattern or inputs.tag_pattern.alone
    if book.facts.changelog is None:
        if inputs.changelog and inputs.changelog != NONE:
            found = f"there is no readable {path}"
            yield failed("changelog-pattern", path, found, fix="Correct `changelog`.", file=path)
        return
    if not wanted and len(inputs.tag_pattern.all) > 1:
        wanted = "what `changelog-pattern` says, since several patterns of tags are declared"
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
    """One release of a thing at a time, and none that is cut off in the middle (O32, D-M12)."""
    groups: dict[str, tuple[Workflow, str]] = {}
    for flow in book.release:
        if flow.events() == {"workflow_call"} and _called(book, flow):
            continue  # the caller's holds, and is looked at
        if flow.concurrency is None:
            found = "there is no top-level `concurrency`, so two releases can run at once"
            fix = "Say `concurrency: { group: release, cancel-in-progress: false }` at the top."
            yield failed("concurrency", detail=found, fix=fix, **at(flow.file, 1))
            continue
        yield from _one_at_a_time(flow.file, flow.concurrency)
        yield from _one_group(book, flow, str(flow.concurrency.group), groups.values())
        groups[flow.file] = flow, str(flow.concurrency.group)
    for flow, job in book.jobs:
        if job.concurrency is not None and flow.file in groups:
            yield from _never_cancels(job.file, job.concurrency)


def _one_group(
    book: Book, flow: Workflow, group: str, others: Iterable[tuple[Workflow, str]]
) -> Iterator[Finding]:
    """Those that publish the same thing wait for each other; in doubt they do."""
    for other, said in others:
        if said != group and (why := shared(book, other, flow)):
            found = f"its group is {group}; {other.file} has another, and {why}"
            fix = "Give both one group, or let each name what it alone publishes."
            yield failed("concurrency", detail=found, fix=fix, **at(flow.file, 1))
            return


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
