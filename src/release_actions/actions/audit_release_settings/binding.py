"""Judges what binds branches and tags: a demand counts where any active guard makes it.

Where one of the guards could not be read, what the others demand is still a fact; what they do
not demand is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from release_actions.actions.audit_release_settings.asked import BranchTable, Inputs, TagTable
from release_actions.actions.audit_release_settings.looking import Facts
from release_actions.actions.audit_release_settings.saying import compared, unread
from release_actions.clients.rules import BranchRules, Rulesets
from release_actions.clients.settings import Unread
from release_actions.formats.guards import Guard, Ruleset, uncovered
from release_actions.verdict import Finding, failed, ok


@dataclass(frozen=True)
class Bound:
    """A branch or a pattern of tags: what binds it, what was not read, and what does not count."""

    subject: str
    guards: tuple[Guard, ...]
    unread: tuple[Unread, ...]
    idle: tuple[tuple[Guard, str], ...]  # and why

    @property
    def lacking(self) -> Unread | None:
        """All that was not read, as one; None where everything was."""
        if not self.unread:
            return None
        needs = dict.fromkeys(each.needs for each in self.unread)
        return Unread("; ".join(each.why for each in self.unread), ", ".join(needs))


Demand = Callable[[Guard], bool]

# Fields of the tables that are demands by the same name: rule, and what is wanted.
BRANCH_DEMANDS = {
    "pull_request": ("pull-request", "pull requests are required"),
    "code_owners": ("code-owners", "code owners must review"),
    "dismiss_stale": ("dismiss-stale", "a new push dismisses approvals"),
    "last_push_approval": ("last-push-approval", "somebody else must approve the last push"),
    "resolved_conversations": ("resolved-conversations", "conversations must be resolved"),
    "no_force_push": ("no-force-push", "no force push"),
    "no_deletion": ("no-deletion", "no deletion"),
    "linear_history": ("linear-history", "linear history"),
    "signed_commits": ("signed-commits", "signed commits"),
    "up_to_date": ("up-to-date", "a branch must be up to date to be merged"),
}
TAG_DEMANDS = {
    "no_update": ("tag-update", "no tag may be moved"),
    "no_deletion": ("tag-deletion", "no tag may be deleted"),
    "no_force_push": ("tag-force-push", "no tag may be moved by force"),
    "no_creation": ("tag-creation", "who may make tags is restricted"),
}
RULES = "In Settings, Rules, Rulesets: "


def branches(inputs: Inputs, facts: Facts) -> Iterator[Finding]:
    for name, table in inputs.branch.items():
        found = facts.branches[name]
        if not isinstance(found.protection, Unread) and not found.protection.there:
            fix = "Correct the name, or make the branch."
            yield failed("branch-missing", f"branch {name}", "there is no such branch", fix=fix)
        else:
            yield from _branch(name, table, of_branch(name, found, facts.rulesets))


def of_branch(name: str, found: BranchRules, rulesets: Rulesets) -> Bound:
    guards: tuple[Guard, ...] = ()
    lacking = [each for each in (found.rules, found.protection) if isinstance(each, Unread)]
    if not isinstance(found.rules, Unread):
        guards = found.rules
    if not isinstance(found.protection, Unread) and found.protection.guard:
        guards += (found.protection.guard,)
    known = () if isinstance(rulesets, Unread) else rulesets
    idle = [
        (each.guard, f"its enforcement is {each.enforcement}")
        for each in known
        if isinstance(each, Ruleset) and each.target == "branch" and each.enforcement != "active"
    ]
    return Bound(f"branch {name}", guards, tuple(lacking), tuple(idle))


def _branch(name: str, table: BranchTable, bound: Bound) -> Iterator[Finding]:
    fix = f"{RULES}demand it of {name} in an active ruleset, or protect the branch so."
    for field, (demand, what) in BRANCH_DEMANDS.items():
        if getattr(table, field):
            yield _demanded(demand, bound, what, _making(demand), fix)
    if table.reviews is not None:
        wanted = table.reviews
        what = f"at least {wanted} approvals"
        yield _demanded("reviews", bound, what, lambda guard: guard.reviews >= wanted, fix)
    for check in table.status_checks or ():
        what = f"the check {check} is required"
        yield _demanded("status-checks", bound, what, _requiring(check), fix)
    if table.enforce_admins:
        yield _admins(bound)
    if table.bypass is not None:
        yield _bypass("branch-bypass", bound, table.bypass)


def _making(demand: str) -> Demand:
    return lambda guard: demand in guard.demands


def _requiring(check: str) -> Demand:
    """A check that is declared without an app may be any app's."""
    wanted = re.compile(re.escape(check) + "(@[0-9]+)?")
    return lambda guard: any(wanted.fullmatch(name) for name in guard.checks)


def tags(inputs: Inputs, facts: Facts) -> Iterator[Finding]:
    """E45's sibling: a release tag that can be moved is no release."""
    for pattern, table in inputs.tag.items():
        yield from _tag(pattern, table, of_tags(pattern, facts.rulesets))


def of_tags(pattern: str, rulesets: Rulesets) -> Bound:
    subject = f"tags {pattern}"
    if isinstance(rulesets, Unread):
        return Bound(subject, (), (rulesets,), ())
    read = [each for each in rulesets if isinstance(each, Ruleset)]
    why = {each: uncovered(each, pattern) for each in read}
    return Bound(
        subject,
        tuple(each.guard for each in read if not why[each]),
        tuple(each for each in rulesets if isinstance(each, Unread)),
        tuple((each.guard, why[each]) for each in read if why[each] and each.target == "tag"),
    )


def _tag(pattern: str, table: TagTable, bound: Bound) -> Iterator[Finding]:
    fix = f"{RULES}make an active tag ruleset for {pattern} that demands it, excluding nothing."
    for field, (rule, what) in TAG_DEMANDS.items():
        if getattr(table, field):
            yield _demanded(rule, bound, what, _making(field.replace("_", "-")), fix)
    if table.bypass is not None:
        yield _bypass("tag-bypass", bound, table.bypass)


def _demanded(rule: str, bound: Bound, what: str, demand: Demand, fix: str) -> Finding:
    subject = f"{bound.subject}, {what}"
    making = [guard for guard in bound.guards if demand(guard)]
    if making:
        return ok(rule, subject, f"by {'; by '.join(map(_with_bypass, making))}")
    if bound.lacking:
        return unread(rule, subject, bound.lacking)
    idle = [f"{guard.source}: {why}" for guard, why in bound.idle if demand(guard)]
    told = f"; not counted: {', '.join(idle)}" if idle else ""
    others = ", ".join(guard.source for guard in bound.guards) or "nothing binds it"
    return failed(rule, subject, f"nothing demands it ({others}){told}", fix=fix)


def _with_bypass(guard: Guard) -> str:
    """Who may pass it belongs to what it demands."""
    if guard.bypass is None:
        return f"{guard.source} (who may pass it is not told to this token)"
    who = ", ".join(guard.bypass)
    return f"{guard.source} ({f'{who} may pass it' if who else 'nobody may pass it'})"


UNTOLD = Unread(
    "GitHub tells who may pass a ruleset to those alone who may change it", "administration=write"
)


def passing(bound: Bound) -> tuple[str, ...] | Unread:
    """Who may pass any of the guards, or why that cannot be told."""
    if bound.lacking:
        return bound.lacking
    if any(guard.bypass is None for guard in bound.guards):
        return UNTOLD
    return tuple(sorted({who for guard in bound.guards for who in guard.bypass or ()}))


def _bypass(rule: str, bound: Bound, declared: tuple[str, ...]) -> Finding:
    subject, found = f"{bound.subject}, who may pass its rules", passing(bound)
    fix = f"{RULES}let exactly the declared ones bypass."
    if not isinstance(found, Unread) and not bound.guards:
        return failed(rule, subject, "nothing binds it, so that everybody passes", fix=fix)
    return compared(rule, subject, found, tuple(declared), fix=fix)


ADMINS = ("admins", "OrganizationAdmin", "RepositoryRole:")


def _admins_passing(bound: Bound) -> tuple[str, ...]:
    told = {who for guard in bound.guards for who in guard.bypass or ()}
    return tuple(sorted(who for who in told if who.startswith(ADMINS)))


def admins(bound: Bound) -> bool | None:
    """Whether administrators are bound by every guard; None where that cannot be told."""
    if _admins_passing(bound):
        return False
    return None if isinstance(passing(bound), Unread) else bool(bound.guards)


def _admins(bound: Bound) -> Finding:
    rule, subject = "enforce-admins", f"{bound.subject}, administrators are bound, too"
    fix = "Take administrators off the bypass list; in branch protection, do not allow bypassing."
    who, found = _admins_passing(bound), passing(bound)
    if not who and isinstance(found, Unread):
        return unread(rule, subject, found)
    if admins(bound):
        return ok(rule, subject, f"by {', '.join(guard.source for guard in bound.guards)}")
    detail = f"{', '.join(who)} may pass" if who else "nothing binds it, so that everybody passes"
    return failed(rule, subject, detail, fix=fix)
