"""orhun/git-cliff-action, with the git-cliff of this machine."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess

from rehearsal.standins.runner import RefusedError, output, workspace


def play(inputs: dict[str, str]) -> None:
    """Write the changelog to $OUTPUT, and tell it."""
    if shutil.which("git-cliff") is None:
        raise RefusedError(
            "There is no git-cliff on this machine. Install it to rehearse this step:"
            " pip install git-cliff"
        )
    arguments = [f"--config={inputs['config']}", *shlex.split(inputs["args"])]
    place = workspace() / (os.environ.get("OUTPUT") or "git-cliff/CHANGELOG.md")
    place.parent.mkdir(parents=True, exist_ok=True)
    written = _output_of(arguments)
    text = _run([*arguments] if written else [*arguments, "--output", str(place)], inputs)
    file = workspace() / written if written else place
    content = file.read_text(encoding="utf-8") if file.is_file() else text
    print(content)
    output("changelog", os.path.relpath(file, workspace()))
    output("content", content)
    output("version", _version(arguments, inputs))


def _output_of(arguments: list[str]) -> str:
    """Where the arguments themselves say that it is to be written; "" if they do not."""
    for at, word in enumerate(arguments):
        if word in ("-o", "--output"):
            return arguments[at + 1] if len(arguments) > at + 1 else ""
        if word.startswith("--output="):
            return word.partition("=")[2]
    return ""


def _version(arguments: list[str], inputs: dict[str, str]) -> str:
    """The version of the newest release that was written, as git-cliff's own context says it."""
    kept = [word for word in arguments if word not in ("-v", "-vv", "--verbose")]
    if _output_of(kept):
        return ""
    releases = json.loads(_run([*kept, "--context"], inputs) or "[]")
    return str(releases[0].get("version") or "") if releases else ""


def _run(arguments: list[str], inputs: dict[str, str]) -> str:
    told = {
        "GITHUB_REPO": inputs["repo"] or os.environ["GITHUB_REPOSITORY"],
        "GITHUB_API_URL": os.environ["GITHUB_API_URL"],
    }
    if inputs["github_token"]:
        told["GITHUB_TOKEN"] = inputs["github_token"]
    done = subprocess.run(
        ["git-cliff", *arguments],
        cwd=workspace(),
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.stderr:
        print(done.stderr.strip())
    if done.returncode:
        raise RefusedError(f"git-cliff ended with {done.returncode}: {done.stderr.strip()[-300:]}")
    return done.stdout
