"""What a step does to a release: publish, prove, mint a token, stage or un-draft. No I/O.

A step is known by the action that it uses or by the commands that it runs, never by prose. What a
caller names by a pattern must do something: a script of comments is no step.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from release_actions.formats.expression import constant
from release_actions.formats.job_pattern import fits
from release_actions.formats.release_workflow import Step
from release_actions.formats.shell_commands import OPEN, Command

ATTESTERS = r"attest(?:-[a-z-]+)?|gh-action-sigstore-python|cosign-sign"
PUBLISHERS = (
    r"gh-action-pypi-publish|publish-crates|npm-publish|publish-(?:crate|pypi|dists|npm|package)s?"
)
PYPI = re.compile(r"gh-action-pypi-publish|publish-(?:pypi|dists)")
GATES = frozenset({"require-ci-green", "guard-release-tag"})
RELEASERS = frozenset({"action-gh-release", "release-action", "create-release"})
# By their place in this library: a name alone could be anybody's.
OURS = re.compile(r"[\w.-]+/release-actions/(?:actions/)?([\w-]+)@.*", re.DOTALL)
LAUNCHED = re.compile(r'exec "\$GITHUB_ACTION_PATH/\.\./(?:actions/)?run" ([\w-]+)\s*')
GENERATOR = "slsa-framework/slsa-github-generator/"
DRY = frozenset({"--dry-run", "-n"})
_SAYS_PUBLIC = re.compile(r"draft[\"']?\s*+[:=]\s*+[\"']?+(?!true\b)", re.IGNORECASE)
_UNDRAFTS = re.compile(r"[\"']?draft[\"']?\s*[:=]\s*[\"']?false\b", re.IGNORECASE)
_MAY = re.compile(
    r"\bdraft\b|\b(?:cargo|npm|pnpm|yarn|twine|uv|poetry|hatch|flit|pdm|maturin|gem)\b[^\n]{0,60}?"
    r"\b(?:publish|upload|push|release)\b|\bgh\b[^\n]{0,40}?\brelease\b|/releases\b",
    re.IGNORECASE,
)

# Program, then its words, of what puts a package where it can never be taken back.
UPLOADS: Sequence[tuple[str, ...]] = (
    ("cargo", "publish"),
    ("cargo", "release"),
    ("cargo", "workspaces", "publish"),
    ("cargo", "ws", "publish"),
    ("twine", "upload"),
    ("python", "twine", "upload"),
    ("python3", "twine", "upload"),
    ("uv", "publish"),
    ("poetry", "publish"),
    ("hatch", "publish"),
    ("flit", "publish"),
    ("pdm", "publish"),
    ("maturin", "publish"),
    ("maturin", "upload"),
    ("npm", "publish"),
    ("pnpm", "publish"),
    ("yarn", "publish"),
    ("yarn", "npm", "publish"),
    ("gem", "push"),
)
PYTHON = frozenset(
    {"twine", "python", "python3", "uv", "poetry", "hatch", "flit", "pdm", "maturin"}
)


@dataclass(frozen=True)
class Done:
    """A step with the commands that it runs, those of called scripts too."""

    step: Step
    commands: tuple[Command, ...] = ()
    unread: str = ""  # why its script could not be read
    foreign: bool = False  # whether it is in a language that is not read here
    launched: str = ""  # the action that a local one starts by our launcher, and nothing else

    @property
    def action(self) -> str:
        """The last part of what it uses, without its version."""
        return last(str(self.step.uses)) if self.step.uses else ""

    @property
    def ours(self) -> str:
        """The action of this library that it uses; empty for any other."""
        match = OURS.fullmatch(str(self.step.uses)) if self.step.uses else None
        return match[1] if match else self.launched

    @property
    def whole(self) -> bool:
        """Whether it compares before, publishes and reads back in one: our publish-crates."""
        return self.ours == "publish-crates"

    @property
    def does(self) -> bool:
        """Whether it does anything but talk."""
        if self.unread or self.foreign:
            lines = (line.strip() for line in str(self.step.run).split("\n"))
            return any(line and not line.startswith("#") for line in lines)
        return self.step.uses is not None or any(not command.talks for command in self.commands)

    @property
    def hides(self) -> bool:
        """Whether what is not read here may publish or un-draft, by its words."""
        if self.unread or self.foreign:
            return _MAY.search(str(self.step.run)) is not None
        named = {"publish", "upload"}
        return any(OPEN in c.words[0] and named & set(c.words) for c in self.commands if c.words)


def last(uses: str) -> str:
    """The last part of `owner/repository/path@ref`, in lower case."""
    return uses.split("@")[0].rstrip("/").rpartition("/")[2].lower()


def kinds(done: Done, named: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """All that a step is; `named` are the caller's patterns for each kind."""
    found = {*_of_commands(done.commands), *(_of_action(done) if done.step.uses else ())}
    if done.does:
        found |= {
            kind
            for kind, patterns in named.items()
            if any(meant(pattern, done) for pattern in patterns)
        }
    return frozenset(found)


def meant(pattern: str, done: Done) -> bool:
    """Whether a caller's pattern names this step."""
    return any(name and fits(pattern, name) for name in (done.step.name, done.step.id, done.action))


def _of_action(done: Done) -> Iterator[str]:
    name, given = done.action, done.step.with_
    mode = str(given.get("mode", ""))
    if name in GATES:
        yield "gate"
    if re.fullmatch(ATTESTERS, name):
        yield "attest"
    if re.fullmatch(PUBLISHERS, name):
        dry = str(given.get("dry-run", "")) == "true"
        yield "dry-run" if dry else "publish"
        if done.whole and not dry:
            yield from ("identity", "token", "read-back")
        if PYPI.fullmatch(name):
            yield "pypi"
    if name == "crates-io-auth-action":
        yield "token"
    if name == "verify-crate-identity" and mode in ("pre-publish", "recover"):
        yield "identity"
    if name == "verify-crate-identity" and mode == "post-publish":
        yield "read-back"
    if name == "canonicalize-pypi-dists" and constant(mode):
        yield "read-back" if mode == "served" else "identity"
    yield from _of_release_action(name, given)


def _of_release_action(name: str, given: Mapping[str, object]) -> Iterator[str]:
    if name == "publish-draft-release" and str(given.get("dry-run", "")) != "true":
        yield "undraft"
    if name == "stage-draft-release":
        yield "stage"
    if name in RELEASERS:
        yield "stage"
        if str(given.get("draft", "")).strip().lower() != "true":
            yield "undraft"
    if name == "github-script":
        script = str(given.get("script", ""))
        if re.search(r"(?:create|update)Release\b", script) and _SAYS_PUBLIC.search(script):
            yield "undraft"
        elif re.search(r"createRelease\b", script):
            yield "stage" if re.search(r"draft:\s*true\b", script) else "undraft"


def _of_commands(commands: Sequence[Command]) -> Iterator[str]:
    for command in commands:
        yield from _of_upload(command)
        yield from _of_gh(command)
        if command.runs("cosign", "sign-blob") or command.runs("cosign", "attest-blob"):
            yield "attest"


def _of_upload(command: Command) -> Iterator[str]:
    for program, *verbs in UPLOADS:
        if not command.runs(program, *verbs):
            continue
        dry = bool(DRY & set(command.words))
        if program == "cargo" and verbs[0] == "release":
            dry = "--execute" not in command.words and "-x" not in command.words
        yield "dry-run" if dry else "publish"
        if program in PYTHON and not dry:
            yield "pypi"


def _of_gh(command: Command) -> Iterator[str]:
    words = command.words
    if at := command.runs("gh", "release", "create"):
        yield "stage"
        if not _drafted(words[at:]):
            yield "undraft"
    if command.runs("gh", "release", "upload"):
        yield "stage"
    if at := command.runs("gh", "release", "edit"):
        said = [word for word in words[at:] if word.startswith("--draft=")]
        if any(word != "--draft=true" for word in said) or _open_flags(words[at:]):
            yield "undraft"
    text = " ".join((*words, command.fed))
    requests = command.runs("gh", "api") or command.name in ("curl", "wget", "http", "xh")
    if requests or "curl" in words:
        changed = re.search(r"/releases/[^/\s]+(?:\s|$)", text) and _patches(words)
        if changed or ("release" in text and _UNDRAFTS.search(text)):
            yield "undraft"
        elif re.search(r"/releases(?:\s|$)", text) and _posts(words):
            yield "stage" if re.search(r"draft[\"']?\s*[:=]\s*true", text) else "undraft"


def _open_flags(arguments: Sequence[str]) -> bool:
    """Whether a flag may come from a variable: more than the tag's name stands alone."""
    alone = [
        word
        for before, word in zip(("", *arguments), arguments, strict=False)
        if not word.startswith("-") and ("=" in before or not before.startswith("-"))
    ]
    return any(word == OPEN for word in alone[1:])


def _drafted(arguments: Sequence[str]) -> bool:
    return "--draft" in arguments or "-d" in arguments or "--draft=true" in arguments


def _patches(words: Sequence[str]) -> bool:
    """Whether a release is changed by a body that only the run knows."""
    open = any(w.startswith(("@", OPEN)) or f"={OPEN}" in w or f"=@{OPEN}" in w for w in words)
    return bool({"PATCH", "-XPATCH", "--request=PATCH"} & set(words)) and (
        open or "--input" in words
    )


def _posts(words: Sequence[str]) -> bool:
    given = {"-X", "--method", "--request"}
    methods = [words[at + 1] for at, word in enumerate(words[:-1]) if word in given]
    if methods:
        return "POST" in methods
    return any(
        word in ("-f", "-F", "-d", "--data", "--field", "--raw-field", "--input") for word in words
    )
