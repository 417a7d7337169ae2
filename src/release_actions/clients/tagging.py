"""Tags that git makes in a clone, and pushes; nothing is ever overwritten at the server."""

from __future__ import annotations

import os
import re

from release_actions.clients.git import ALONE, Git, said
from release_actions.clients.refusals import meaning
from release_actions.errors import RefusedError, ReleaseError, UpstreamError
from release_actions.formats import tag_object
from release_actions.values import RefName, Repository, Sha, fold

# What git may need to sign: the caller's own keys and agents.
SIGNING = ("GNUPGHOME", "SSH_AUTH_SOCK", "GPG_TTY", "XDG_RUNTIME_DIR")

# The tagger where git has been told none: GitHub's own robot.
ROBOT = {
    "GIT_COMMITTER_NAME": "github-actions[bot]",
    "GIT_COMMITTER_EMAIL": "41898282+github-actions[bot]@users.noreply.github.com",
}


def make_tag(git: Git, name: RefName, commit: Sha, message: str, how: str, key: str) -> None:
    """Make an annotated tag in this clone, signed by gpg or ssh or not at all (`none`).

    One of that name that is in the clone is replaced: what counts is what the server has.
    """
    form = f"gpg.format={'ssh' if how == 'ssh' else 'openpgp'}"
    text = ("--cleanup=verbatim", "--file=-")
    known = git.config("user.name") and git.config("user.email")
    more = {name: os.environ[name] for name in SIGNING if name in os.environ}
    done = git.ask(
        *("-c", form, "tag", "--force", *_signer(how, key), *text, "--", name, commit),
        stdin=f"{message}\n".encode(),
        more=more if known else more | ROBOT,
    )
    if how == "none":
        if done.returncode != 0:
            raise UpstreamError(f"git tag {name}: {said(done)}")
        return
    # git 2.39 exits with 0, and makes an unsigned tag, where the ssh key cannot be read.
    if done.returncode != 0 or _signed_by(git, name) != how:
        fix = "Give this job the key, and git its name by `signing-key` or user.signingkey."
        raise RefusedError("not-signed", f"git tag: {said(done)}", fix=fix)


def _signer(how: str, key: str) -> tuple[str, ...]:
    if how == "none":
        return ("--annotate", "--no-sign")  # whatever tag.gpgSign says
    return ("--local-user", key) if key else ("--sign",)


def _signed_by(git: Git, name: RefName) -> str:
    made = tag_object.read(git.tell("cat-file", "tag", f"refs/tags/{name}"))
    return made.kind if made else ""


def push_tag(git: Git, repository: Repository, name: RefName) -> None:
    """Push a tag that is not there yet; nothing is ever overwritten."""
    ref, address = f"refs/tags/{name}", git.server.address(repository)
    done = git.talk("push", "--porcelain", *ALONE, address, f"{ref}:{ref}")
    if done.returncode != 0:
        told = done.stdout.decode(errors="replace") + done.stderr.decode(errors="replace")
        raise _refusal(told, f"git push {ref}: {fold(told, 300)}")


# The other words with which a server refuses a push: rule and mending.
REFUSALS = (
    (
        r"rejected\]",
        "refused",
        "Look who made that tag meanwhile or which rule forbids it, and run again.",
    ),
    (
        r"Permission to \S+ denied|requested URL returned error: 403",
        "no-permission",
        "Give the job's token `contents: write`.",
    ),
)


def _refusal(told: str, message: str) -> ReleaseError:
    """A refusal that the server explains is a finding; anything else could not be told."""
    if found := meaning(told):
        return RefusedError(found[0], message, fix=found[1])
    for pattern, rule, fix in REFUSALS:
        if re.search(pattern, told):
            return RefusedError(rule, message, fix=fix)
    return UpstreamError(message)
