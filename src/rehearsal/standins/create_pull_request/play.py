"""peter-evans/create-pull-request, by real git and the loopback GitHub."""

from __future__ import annotations

import os
import re
import secrets
import time
from typing import Any

from rehearsal.standins.clones import Clone
from rehearsal.standins.releases import body_of
from rehearsal.standins.runner import RefusedError, boolean, command, output, workspace
from rehearsal.standins.web import AnsweredError, call

_PERSON = re.compile(r"\s*(?P<name>[^<]*?)\s*<(?P<mail>[^>]+)>\s*")
#: What the loopback GitHub keeps no record of.
_UNKEPT = ("labels", "assignees", "reviewers", "team-reviewers", "milestone")
_HEADS = "refs/heads/"


def play(inputs: dict[str, str]) -> None:
    """What changed in the clone becomes a branch, and the branch a pull request."""
    if inputs["push-to-fork"]:
        raise RefusedError("The stand-in of create-pull-request does not know `push-to-fork`")
    clone = Clone(workspace() / inputs["path"], inputs["branch-token"] or inputs["token"])
    here = _branch(clone)
    base = inputs["base"] or here
    if not base:
        raise RefusedError(
            "When the repository is checked out on a commit instead of a branch, the 'base' input"
            " must be supplied."
        )
    branch = _named(inputs, clone)
    if branch == base:
        raise RefusedError(
            f"The 'base' and 'branch' for a pull request must be different branches: {branch}"
        )
    start = clone.git("rev-parse", "HEAD")
    _commit(clone, inputs)
    head = clone.git("rev-parse", "HEAD")
    fetched = f"+{_HEADS}{base}:refs/remotes/origin/{base}"
    clone.git("fetch", "--quiet", "--no-tags", "origin", fetched)
    ahead = clone.git("rev-list", f"refs/remotes/origin/{base}..HEAD")
    told = _pull(inputs, clone, branch, base) if ahead else _without(inputs, clone, branch)
    _back(clone, here, start)
    output("pull-request-head-sha", head if ahead else "")
    output("pull-request-branch", branch)
    output("pull-request-number", str(told.get("number", "")))
    output("pull-request-url", told.get("html_url", ""))
    output("pull-request-operation", told["operation"])
    output("pull-request-commits-verified", "false")


def _branch(clone: Clone) -> str:
    """The branch that is checked out; "" for a commit or a tag."""
    found = clone.git("rev-parse", "--symbolic-full-name", "HEAD")
    return found.removeprefix(_HEADS) if found.startswith(_HEADS) else ""


def _named(inputs: dict[str, str], clone: Clone) -> str:
    match inputs["branch-suffix"]:
        case "":
            return inputs["branch"]
        case "random":
            return f"{inputs['branch']}-{secrets.token_hex(4)}"
        case "timestamp":
            return f"{inputs['branch']}-{int(time.time())}"
        case "short-commit-hash":
            return f"{inputs['branch']}-{clone.git('rev-parse', '--short', 'HEAD')}"
        case other:
            raise RefusedError(
                f"Branch suffix '{other}' is not a valid value."
                " Allowed: random, timestamp, short-commit-hash"
            )


def _commit(clone: Clone, inputs: dict[str, str]) -> None:
    """What changed and was not committed is one commit; those of earlier steps are kept."""
    paths = [one.strip() for one in re.split(r"[,\n]", inputs["add-paths"]) if one.strip()]
    clone.git("checkout", "--quiet", "--detach")
    clone.git("add", *(["--", *paths] if paths else ["--all"]))
    if clone.asks("diff", "--cached", "--quiet"):
        return
    signoff = ["--signoff"] if boolean(inputs, "signoff") else []
    people = {
        **_person(inputs["author"], "AUTHOR"),
        **_person(inputs["committer"], "COMMITTER"),
    }
    clone.git("commit", "--quiet", "--message", inputs["commit-message"], *signoff, extra=people)


def _person(text: str, kind: str) -> dict[str, str]:
    found = _PERSON.fullmatch(text)
    if found is None:
        raise RefusedError(f"The {kind.lower()} must be `Name <mail>`: {text}")
    return {f"GIT_{kind}_NAME": found["name"], f"GIT_{kind}_EMAIL": found["mail"]}


def _pull(inputs: dict[str, str], clone: Clone, branch: str, base: str) -> dict[str, Any]:
    """The branch is pushed as it is now, and its pull request is made or brought up to date."""
    there = clone.git("ls-remote", "origin", f"{_HEADS}{branch}").split()
    same = there[:1] == [clone.git("rev-parse", "HEAD")]
    if not same:
        clone.git("push", "--quiet", "--force", "origin", f"HEAD:{_HEADS}{branch}")
    for name in _UNKEPT:
        if inputs[name]:
            command("notice", f"create-pull-request: `{name}` is not set in a rehearsal")
    fields = {
        "title": inputs["title"],
        "body": body_of(inputs["body"], inputs["body-path"]) or "",
        "base": base,
    }
    token = inputs["token"]
    found = _open(branch, token)
    if found:
        pull = _ask("PATCH", f"pulls/{found['number']}", token, fields)
        operation = "updated" if not same else "none"
    else:
        draft = inputs["draft"] in ("true", "always-true")
        pull = _ask("POST", "pulls", token, {**fields, "head": branch, "draft": draft})
        operation = "created"
    print(f"Pull request #{pull['number']} ({branch} -> {base}) {operation}")
    return {**pull, "operation": operation}


def _without(inputs: dict[str, str], clone: Clone, branch: str) -> dict[str, Any]:
    """Nothing differs from the base: there is nothing to ask for."""
    print(f"Branch '{branch}' is not ahead of its base: no pull request")
    there = clone.git("ls-remote", "origin", f"{_HEADS}{branch}")
    if there and boolean(inputs, "delete-branch"):
        clone.git("push", "--quiet", "--delete", "origin", f"{_HEADS}{branch}")
        return {"operation": "closed"}
    return {"operation": "none"}


def _back(clone: Clone, branch: str, start: str) -> None:
    """The clone is left as it was found, without what is in the pull request now."""
    clone.git("checkout", "--quiet", "--force", branch or start)
    remote = f"refs/remotes/origin/{branch}"
    if branch and clone.asks("rev-parse", "--verify", "--quiet", remote):
        clone.git("reset", "--quiet", "--hard", remote)


def _open(branch: str, token: str) -> dict[str, Any] | None:
    owner = os.environ["GITHUB_REPOSITORY_OWNER"]
    found = _ask("GET", f"pulls?state=open&head={owner}:{branch}", token)
    return dict(found[0]) if found else None


def _ask(method: str, path: str, token: str, body: Any = None) -> Any:
    url = f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/{path}"
    try:
        return call(method, url, body, Authorization=f"Bearer {token}")
    except AnsweredError as error:
        raise RefusedError(f"{method} {path.partition('?')[0]}: {error.status} {error}") from error
