"""Who signed the tag: an annotated tag, by a key that the caller allows."""

from __future__ import annotations

from dataclasses import dataclass

from release_actions.clients import signatures
from release_actions.clients.git import Git
from release_actions.clients.github import Tag
from release_actions.clients.signatures import Signature
from release_actions.formats import tag_object
from release_actions.formats.allowed_signers import AllowedSigners
from release_actions.verdict import Finding, failed, ok, unknown


@dataclass(frozen=True)
class Signed:
    """The name inside the tag object, its signature, and the files of keys that are not there."""

    name: str
    signature: Signature | None  # None: the tag names its commit itself
    absent: tuple[str, ...] = ()


def look(allowed: AllowedSigners, git: Git, tag: Tag) -> Signed:
    content = git.object(tag.object)
    found = tag_object.read(content) if tag.annotated and content else None
    if found is None:
        return Signed("", None)
    files = git.files(tag.commit, allowed.paths)
    keys = [content for content in files.values() if content is not None]
    absent = tuple(path for path, content in files.items() if content is None)
    return Signed(found.name, signatures.look(found, keys), absent)


def judge(allowed: AllowedSigners, tag: Tag, found: Signed) -> Finding:
    subject, signature = f"tag {tag.name}", found.signature
    if signature is None:
        fix = "Delete it and make it with `git tag -s`: a lightweight tag cannot be signed."
        return failed(
            "lightweight", subject, "it is lightweight, not annotated and signed", fix=fix
        )
    if found.absent:
        fix = "Commit the files of keys, or correct the paths in `allowed-signers`."
        lacking = f"at its commit there is no {', '.join(found.absent)}"
        return failed("signers-missing", subject, lacking, fix=fix)
    if found.name != tag.name:
        # Whoever may push could give a signed tag's object another name, and git would not mind.
        fix = "Delete it, and sign a tag of this name."
        return failed("renamed", subject, f"what was signed is the tag {found.name}", fix=fix)
    if signature.state == "no-tool":
        fix = f"Install {signature.tool} on the runner before this step."
        return unknown("no-tool", subject, f"{signature.tool} is not on PATH", fix=fix)
    if signature.state != "good":
        rule, words, fix = REFUSED[signature.state]
        who = " ".join(filter(None, (signature.key, signature.signer)))
        return failed(rule, subject, f"{words}{f' ({who})' if who else ''}", fix=fix)
    if not allowed.allow(signature.key):
        found_key = f"it is signed by {signature.key}, whose fingerprint is not allowed"
        return failed("wrong-signer", subject, found_key, fix=ANOTHER_KEY)
    return ok("unsigned", subject, f"signed by {signature.key} ({signature.signer})")


ANOTHER_KEY = "Sign the tag with an allowed key, or have the key reviewed and allowed first."
SIGN_AGAIN = "Delete it, and make and sign it again with `git tag -s`."
NEW_KEY = "Renew the key or sign with another allowed one, and update the file of keys."

REFUSED: dict[signatures.State, tuple[str, str, str]] = {
    "none": ("unsigned", "it is annotated and not signed", SIGN_AGAIN),
    "stranger": ("wrong-signer", "it is signed by a key that is not allowed", ANOTHER_KEY),
    "bad": ("bad-signature", "the signature does not fit what the tag says", SIGN_AGAIN),
    "unreadable": ("bad-signature", "the signature cannot be read", SIGN_AGAIN),
    "unsupported": ("bad-signature", "signed by x509, which is not supported", SIGN_AGAIN),
    "expired": ("expired-signature", "the signature or its key has expired", NEW_KEY),
    "revoked": ("revoked-key", "the key has been revoked", NEW_KEY),
}
