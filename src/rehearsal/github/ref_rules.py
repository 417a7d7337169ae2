"""Which changes of refs the rules of a repository refuse; also the `update` hook of its git.

As a hook it runs alone, in a process that git starts: it needs the standard library only,
and the rules come to it as JSON in the environment.
"""

from __future__ import annotations

import fnmatch
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from typing import Any

VARIABLE = "LOOPBACK_REF_RULES"
_ZEROS = "0" * 40
_TYPES = {"creation": "creations", "update": "updates", "deletion": "deletions"}


def is_meant(rule: Mapping[str, Any], ref: str) -> bool:
    """Whether the conditions of a ruleset take in this ref."""
    heads = "refs/heads/" if rule["target"] == "branch" else "refs/tags/"
    return (
        ref.startswith(heads)
        and any(_matches(pattern, ref, rule) for pattern in rule["include"])
        and not any(_matches(pattern, ref, rule) for pattern in rule["exclude"])
    )


def _matches(pattern: str, ref: str, rule: Mapping[str, Any]) -> bool:
    if pattern == "~ALL":
        return True
    if pattern == "~DEFAULT_BRANCH":
        return ref == f"refs/heads/{rule['default_branch']}"
    return fnmatch.fnmatchcase(ref, pattern)


def violations(rules: Iterable[Mapping[str, Any]], ref: str, change: str) -> list[str]:
    """Why this change (creation, update or deletion) of a ref is refused, in GitHub's words."""
    return [
        f"Cannot {change.replace('ion', 'e')} ref due to {_TYPES[change]} being restricted."
        if change != "update"
        else "Cannot update this protected ref."
        for rule in rules
        if change in rule["types"] and is_meant(rule, ref)
    ]


def workflow_files(commit: str) -> str | None:
    """The tree of the workflow files at a commit, in the repository of the environment."""
    return _git("rev-parse", "--verify", "--quiet", f"{commit}:.github/workflows")


def brings_workflows(commit: str) -> bool:
    """Whether a commit has workflow files that no branch has as they are."""
    files = workflow_files(commit)
    if files is None:
        return False
    heads = (_git("for-each-ref", "--format=%(objectname)", "refs/heads/") or "").split()
    return files not in [workflow_files(head) for head in heads]


def _git(*arguments: str) -> str | None:
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def main(ref: str, old: str, new: str) -> int:
    """Say whether git may make this change: its `update` hook."""
    told = json.loads(os.environ.get(VARIABLE) or "{}")
    change = "creation" if old == _ZEROS else "deletion" if new == _ZEROS else "update"
    if refused := violations(told.get("rules", ()), ref, change):
        print(f"error: GH013: Repository rule violations found for {ref}.", file=sys.stderr)
        print("".join(f"\n- {reason}\n" for reason in refused), file=sys.stderr)
        return 1
    if told.get("guard") and new != _ZEROS and brings_workflows(new):
        print(
            "error: refusing to allow a GitHub App to create or update workflow files"
            " below `.github/workflows` without `workflows` permission",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
