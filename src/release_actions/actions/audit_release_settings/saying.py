"""A declaration and what was found, as a finding: right, wrong, or not to be told."""

from __future__ import annotations

from typing import Any

from release_actions.clients.settings import Unread
from release_actions.verdict import Finding, failed, ok, unknown

SILENT = Unread(
    "GitHub's answer does not tell it: this token may not see it, or the server is too old",
    "administration=read",
)

MOST = 12  # values of a list that one line shows


def compared(rule: str, subject: str, found: Any, declared: Any, *, fix: str) -> Finding:
    """A setting that must be exactly as declared; lists in any order, names in any case."""
    if found is None:
        found = SILENT
    if isinstance(found, Unread):
        return unread(rule, subject, found)
    if same(found, declared):
        return ok(rule, subject, f"{shown(found)}, as declared")
    return failed(rule, subject, _difference(found, declared), fix=fix)


def same(found: Any, declared: Any) -> bool:
    """Whether two values are one; `User:Mona` is `User:mona`, as GitHub has it."""
    if isinstance(found, tuple) and isinstance(declared, tuple):
        return _folded(found) == _folded(declared) and len(found) == len(set(found))
    return str(found) == str(declared)


def _folded(values: tuple[str, ...]) -> set[str]:
    """Logins and slugs have no case; patterns of tags and branches have."""
    cased = ("tag:", "branch:")
    return {value if value.startswith(cased) else value.casefold() for value in values}


def _difference(found: Any, declared: Any) -> str:
    detail = f"found {shown(found)}, declared {shown(declared)}"
    if isinstance(found, tuple) and isinstance(declared, tuple):
        lacking = [v for v in declared if not _folded((v,)) <= _folded(found)]
        beyond = [v for v in found if not _folded((v,)) <= _folded(declared)]
        for word, values in (("lacking", lacking), ("beyond it", beyond)):
            detail += f"; {word}: {shown(tuple(values))}" if values and found and declared else ""
    return detail


def shown(value: Any) -> str:
    """A value for people."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        more = f" and {len(value) - MOST} more" if len(value) > MOST else ""
        return ", ".join(value[:MOST]) + more or "none"
    return str(value)


def unread(rule: str, subject: str, why: Unread) -> Finding:
    """Could not be told, and which permission would tell it."""
    return unknown(rule, subject, f"it cannot be read: {why.why}", fix=give(why.needs))


def give(needs: str) -> str:
    """What to do about a permission that lacks."""
    if "administration" not in needs:
        return f"Give the job's token `{needs}`."
    return (
        f"Give this action a token with `{needs}`: a GitHub App's, or a fine-grained personal one."
        " GITHUB_TOKEN cannot have it."
    )
