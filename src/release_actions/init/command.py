"""`release-actions init`, from its flags to its exit code."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence

from release_actions.errors import Exit
from release_actions.init import by_hand, configuring, proving, templates
from release_actions.init.answers import Plan
from release_actions.init.asked import Asked, asked, parser
from release_actions.init.choosing import choose
from release_actions.init.facts import Facts
from release_actions.init.filling import Written, fill
from release_actions.init.looking import look
from release_actions.init.pinning import Library, library, origin
from release_actions.init.planning import plan
from release_actions.init.refusals import NothingRequiredError, RefusedHereError
from release_actions.init.telling import Ended, difference, lines, record
from release_actions.init.writing import targets, write
from release_actions.inputs import DEFAULT_CONFIG
from release_actions.tell import Teller


def run(
    arguments: Sequence[str],
    environ: Mapping[str, str],
    kind: type[ArgumentParser] = ArgumentParser,
) -> int:
    """Look, decide, fill in, prove, write, tell."""
    known = templates.names()
    wanted = asked(parser(kind, known).parse_args(arguments), known)
    found = library(wanted, origin())
    facts = look(wanted)
    chosen = plan(choose(facts, known, wanted.template), facts, wanted)
    _require_ci(chosen, facts)
    written = made(chosen, found, facts)
    ended = Ended(
        chosen,
        found,
        targets(facts.tree.root, written),
        written,
        by_hand.todos(chosen, written, facts),
        tuple(_warnings(facts, written)),
        wanted.force,
        wanted.dry_run,
    )
    if not ended.in_the_way and not wanted.dry_run:
        write(facts.tree.root, ended.targets)
    _tell(ended, wanted, environ)
    return Exit.FAILED if ended.in_the_way else Exit.OK


def _require_ci(chosen: Plan, facts: Facts) -> None:
    answers = [each.answers["workflows"] for each in chosen.files if "workflows" in each.answers]
    if any(answer.value == () for answer in answers):
        there = [f"{flow.short}" for flow in facts.flows]
        seen = f" ({', '.join(there)})" if there else ""
        raise NothingRequiredError(
            f"no workflow was found that every push to {facts.branch.name} starts{seen}, and a"
            " release must wait for one. Add one, or name it with --ci FILE; nothing was written"
        )


def made(chosen: Plan, found: Library, facts: Facts) -> tuple[Written, ...]:
    """The files as they shall be: they pass the library's own lint, or this is a bug."""
    files = tuple(fill(planned, found) for planned in chosen.files)
    releasing = {each.path for each in chosen.files if each.releases}
    lint = _linted([file for file in files if file.path in releasing], facts)
    there = targets(facts.tree.root, [Written(DEFAULT_CONFIG, "")])[0].old
    environments = by_hand.environments(files)
    return (
        *files,
        configuring.config(chosen, lint, environments, by_hand.trigger(chosen), there),
    )


def _linted(files: Sequence[Written], facts: Facts) -> str:
    """The one table that all of them are held to together; empty where nothing releases."""
    if not files:
        return ""
    changelog = facts.tree.read("cliff.toml") if "cliff.toml" in facts.tree.files else None
    table, bad = proving.lint(files, changelog)
    if bad:
        told = "; ".join(f"{each.rule} {each.subject}: {each.detail}" for each in bad[:3])
        raise RefusedHereError(
            f"what would be written is refused by {proving.LINT}, so nothing was: {told}"
        )
    return table


def _warnings(facts: Facts, written: Sequence[Written]) -> Sequence[str]:
    clone = facts.tree.clone
    if clone is None:
        return [
            "there is no git repository here: branch and tags are assumed (git init, and again)"
        ]
    found = []
    if clone.commit is None:
        found.append("the git repository has no commit yet")
    if clone.changed:
        shown = ", ".join(clone.changed[:3]) + (", …" if len(clone.changed) > 3 else "")
        count = len(clone.changed)
        changes = "1 change that is" if count == 1 else f"{count} changes that are"
        found.append(f"the work tree has {changes} not committed: {shown}")
    mine = [file.path for file in written if file.path in clone.changed]
    if mine:
        found.append(f"git cannot bring back what {', '.join(mine)} says now: it is not committed")
    if not facts.repository:
        found.append("the remote `origin` names no repository: OWNER and NAME stand for it below")
    return found


def _tell(ended: Ended, wanted: Asked, environ: Mapping[str, str]) -> None:
    if wanted.json:
        told = record(ended)
        if wanted.dry_run:
            told["difference"] = list(difference(ended.targets))
        print(json.dumps(told, indent=2, ensure_ascii=False))
        return
    teller = Teller(sys.stdout, environ)
    if wanted.dry_run:
        for line in difference(ended.targets):
            teller.line(line)
    teller.lines(lines(ended))
