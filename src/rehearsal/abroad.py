"""What a workflow may reach for that no rehearsal plays: containers, and other registries.

Whatever would upload to the real world is told before anything runs: a rehearsal never publishes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from release_actions.formats.shell_commands import Command, commands
from release_actions.formats.shell_words import ShellError

_ENGINE = "It needs a container engine, and none is used here."
_FOREIGN = "Its service is not played here."
_OWN_RELEASE = "It is a release tool of its own, which none of our stand-ins can do."

#: Why there is no stand-in for actions that release workflows often use.
WHY = {
    "docker/bake-action": _ENGINE,
    "docker/build-push-action": _ENGINE,
    "docker/login-action": _ENGINE,
    "docker/metadata-action": "It names images, and no registry of images is played here.",
    "docker/setup-buildx-action": _ENGINE,
    "docker/setup-qemu-action": _ENGINE,
    "redhat-actions/buildah-build": _ENGINE,
    "redhat-actions/push-to-registry": _ENGINE,
    "pypa/cibuildwheel": f"It builds in containers on Linux. {_ENGINE}",
    "sigstore/cosign-installer": "cosign signs by the public sigstore, and not by the one of the"
    " rehearsal: sign by actions/attest or sigstore/gh-action-sigstore-python.",
    "cross-platform-actions/action": "It starts a virtual machine.",
    "vmactions/freebsd-vm": "It starts a virtual machine.",
    "actions/deploy-pages": _FOREIGN,
    "aws-actions/configure-aws-credentials": _FOREIGN,
    "azure/login": _FOREIGN,
    "google-github-actions/auth": _FOREIGN,
    "changesets/action": _OWN_RELEASE,
    "cycjimmy/semantic-release-action": _OWN_RELEASE,
    "googleapis/release-please-action": _OWN_RELEASE,
    "goreleaser/goreleaser-action": _OWN_RELEASE,
    "release-plz/action": _OWN_RELEASE,
}

#: Program and words that upload, where no loopback takes what they bring.
_UPLOADS = (
    ("npm", "publish"),
    ("pnpm", "publish"),
    ("yarn", "publish"),
    ("yarn", "npm", "publish"),
    ("npx", "semantic-release"),
    ("npx", "changeset", "publish"),
    ("gem", "push"),
    ("docker", "push"),
    ("podman", "push"),
    ("crane", "push"),
    ("oras", "push"),
    ("skopeo", "copy"),
    ("helm", "push"),
    ("poetry", "publish"),
    ("hatch", "publish"),
    ("flit", "publish"),
    ("pdm", "publish"),
    ("vsce", "publish"),
    ("ovsx", "publish"),
    ("aws", "s3"),
    ("gsutil", "cp"),
    ("mvn", "deploy"),
    ("dotnet", "nuget", "push"),
    ("maturin", "publish"),
    ("maturin", "upload"),
    # They write to the public sigstore, whose log forgets nothing.
    ("cosign", "sign"),
    ("cosign", "sign-blob"),
    ("cosign", "attest"),
    ("cosign", "attest-blob"),
    ("rekor-cli", "upload"),
)
#: Flags that send an uploader elsewhere than to the loopback that it finds by its environment.
_ELSEWHERE = (
    (("twine", "upload"), ("--repository-url", "--config-file")),
    (("uv", "publish"), ("--publish-url", "--index")),
    (("cargo", "publish"), ("--index", "--registry")),
)
#: Variables that do the same.
_ADDRESSES = re.compile(
    r"(?<![\w$.-])(?<!\$\{)"
    r"(TWINE_REPOSITORY_URL|TWINE_REPOSITORY|UV_PUBLISH_URL|UV_PUBLISH_INDEX"
    r"|CARGO_REGISTRY_DEFAULT|CARGO_REGISTR(?:Y|IES_\w+)_INDEX"
    r"|GITHUB_API_URL|GH_HOST|SIGSTORE_TRUST_CONFIG)[\"']?\s*[:=]"
)
#: By which a call is known to be that of a job; no workflow can set them at GitHub.
_RUNNERS = re.compile(r"(?<![\w$.-])(?<!\$\{)(GITHUB_JOB|GITHUB_RUN_ID)[\"']?\s*[:=]")
_EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)
_DRY = frozenset({"--dry-run", "-n", "--dryrun"})


def upload(script: str) -> str:
    """The first command of a script that would upload to the real world, or ""."""
    programs = {*(words[0] for words in _UPLOADS), *(words[0] for words, _ in _ELSEWHERE)}
    if not any(program in script for program in programs):
        return ""
    try:
        # What only the run knows is one word here.
        found = commands(_EXPRESSION.sub("X", script))
    except ShellError:  # Not bash: what is not read is not known to upload.
        return ""
    return next((told for command in found if (told := _of(command))), "")


def _of(command: Command) -> str:
    for program, *verbs in _UPLOADS:
        if command.runs(program, *verbs) and not _DRY & set(command.words):
            return " ".join((program, *verbs))
    for (program, *verbs), flags in _ELSEWHERE:
        if command.runs(program, *verbs):
            for word in command.words:
                if word.partition("=")[0] in flags:
                    return " ".join((program, *verbs, word))
    return ""


def addresses(file: Path) -> Iterator[str]:
    """Each variable of a workflow that sends an upload, or a job, past the loopback."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if line.lstrip().startswith("#"):
            continue
        if found := _RUNNERS.search(line):
            yield (
                f"{file.name}:{number}: `{found[1]}` is said by the runner alone at GitHub."
                " Rehearse a workflow that does not set it."
            )
        if found := _ADDRESSES.search(line):
            yield (
                f"{file.name}:{number}: `{found[1]}` sends what is uploaded past the loopback,"
                " to the real world. Rehearse a workflow that does not set it."
            )
