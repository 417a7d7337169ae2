"""actions/checkout, by real git from the loopback GitHub.

Act's own checkout copies the working directory, history and tags and all. This one fetches what
the real one fetches, so that a shallow clone is shallow here, too, and an annotated tag is
overwritten by its commit as by every actions/checkout before v6.0.2 (actions/checkout#290).
"""

from __future__ import annotations

import os
import re

from rehearsal.standins.clones import Clone
from rehearsal.standins.runner import RefusedError, boolean, output, workspace

_UNSUPPORTED = ("ssh-key", "filter", "sparse-checkout", "github-server-url")
_COMMIT = re.compile(r"[0-9a-f]{40}", re.IGNORECASE)


def play(inputs: dict[str, str]) -> None:
    """Fetch and check out."""
    for name in _UNSUPPORTED:
        if inputs[name]:
            raise RefusedError(f"The stand-in of actions/checkout does not know `{name}`.")
    repository = inputs["repository"]
    folder = workspace() / inputs["path"]
    folder.mkdir(parents=True, exist_ok=True)
    clone = Clone(folder, inputs["token"])
    _begin(clone, f"https://github.com/{repository}.git", keep=not boolean(inputs, "clean"))
    ref, commit = _wanted(clone, inputs["ref"], own=repository == os.environ["GITHUB_REPOSITORY"])
    _fetch(clone, ref, commit, inputs)
    _check_out(clone, ref, commit)
    if boolean(inputs, "submodules"):
        clone.git("submodule", "update", "--init", "--depth=1")
    if boolean(inputs, "persist-credentials"):
        clone.git("config", f"http.{clone.server}/.extraheader", clone.credentials)
    output("ref", ref)
    output("commit", clone.git("rev-parse", "HEAD"))


def _begin(clone: Clone, address: str, *, keep: bool) -> None:
    """A new clone; or the one that an earlier checkout made here, cleaned unless told to keep."""
    if not (clone.folder / ".git").exists():
        clone.git("init", "--quiet", "--initial-branch", "main")
        clone.git("remote", "add", "origin", address)
        return
    clone.git("remote", "set-url", "origin", address)
    if not keep:
        clone.git("clean", "-ffdx", "--quiet")
        clone.git("reset", "--quiet", "--hard")


def _wanted(clone: Clone, ref: str, *, own: bool) -> tuple[str, str]:
    """The ref and commit to check out: those of the event, the ones asked for, or the default."""
    if not ref and own:
        return os.environ["GITHUB_REF"], os.environ["GITHUB_SHA"]
    if _COMMIT.fullmatch(ref):
        return "", ref
    if ref.startswith("refs/"):
        return ref, ""
    if not ref:
        answer = clone.git("ls-remote", "--symref", "origin", "HEAD")
        return answer.split()[1], ""
    # A short name: a branch is looked for before a tag.
    known = clone.git("ls-remote", "origin", f"refs/heads/{ref}", f"refs/tags/{ref}").split()
    found = [full for full in (f"refs/heads/{ref}", f"refs/tags/{ref}") if full in known]
    if not found:
        raise RefusedError(f"A branch or tag with the name '{ref}' could not be found")
    return found[0], ""


def _fetch(clone: Clone, ref: str, commit: str, inputs: dict[str, str]) -> None:
    depth = int(inputs["fetch-depth"] or 1)
    options = ["--quiet", "--prune", "--no-recurse-submodules"]
    if depth > 0:
        tags = [] if boolean(inputs, "fetch-tags") else ["--no-tags"]
        clone.git("fetch", *options, *tags, f"--depth={depth}", "origin", _refspec(ref, commit))
        return
    everything = ("+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*")
    clone.git("fetch", *options, "--no-tags", "origin", *everything)
    if ref.startswith("refs/tags/") and commit and clone.git("rev-parse", ref) != commit:
        # So does the real one: an annotated tag is not its commit, and is fetched "again".
        clone.git("fetch", *options, "--no-tags", "origin", _refspec(ref, commit))


def _refspec(ref: str, commit: str) -> str:
    source = commit or ref
    if ref.startswith("refs/heads/"):
        return f"+{source}:refs/remotes/origin/{ref.removeprefix('refs/heads/')}"
    if ref.startswith("refs/pull/"):
        return f"+{source}:refs/remotes/pull/{ref.removeprefix('refs/pull/')}"
    return f"+{source}:{ref}" if ref else source


def _check_out(clone: Clone, ref: str, commit: str) -> None:
    quiet = ("checkout", "--quiet", "--force")
    if ref.startswith("refs/heads/"):
        branch = ref.removeprefix("refs/heads/")
        clone.git(*quiet, "-B", branch, f"refs/remotes/origin/{branch}")
    elif ref.startswith("refs/pull/"):
        clone.git(*quiet, f"refs/remotes/pull/{ref.removeprefix('refs/pull/')}")
    else:
        clone.git(*quiet, ref or commit)
