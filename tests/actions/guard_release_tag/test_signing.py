"""A tag that must be signed: annotated, of this name, by a key that is allowed at its commit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from release_actions.actions.guard_release_tag.signing import Signed, judge
from release_actions.clients.github import Tag
from release_actions.clients.signatures import Signature, State
from release_actions.formats.allowed_signers import AllowedSigners
from release_actions.values import Sha
from release_actions.verdict import Outcome
from tests.actions.guard_release_tag.conftest import Guard, package
from tests.actions.tagging import Scene, bad, told
from tests.clients.keys import ssh_fingerprint, ssh_key

ALLOWED = ".github/allowed_signers"
Tagged = Callable[..., None]


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return ssh_key(tmp_path, "key")[0]


@pytest.fixture
def tagged(scene: Scene, key: Path) -> Tagged:
    """Commit the key as allowed, and push v1.2.4 as git makes it with these arguments."""
    public = " ".join(key.with_suffix(".pub").read_text().split()[:2])
    files = {ALLOWED: f"mona@example.com {public}\n"} | package("1.2.4")
    scene.repository.commit(files, message="1.2.4")
    scene.clone()

    def run(*how: str, name: str = "v1.2.4", **more: Any) -> None:
        scene.git("-c", "gpg.format=ssh", "tag", "--force", *how, name, "HEAD", **more)
        scene.push(f"refs/tags/{name}")

    return run


def asked(**more: Any) -> dict[str, Any]:
    return {"tag": "v1.2.4", "signed": "true", "allowed_signers": ALLOWED} | more


def test_signed_by_an_allowed_key(guard: Guard, tagged: Tagged, key: Path) -> None:
    """O4, D-O12, C4."""
    tagged("-m", "1.2.4", "-u", str(key))
    ended = guard(**asked())
    assert bad(ended) == []
    assert ssh_fingerprint(key) in told(ended)
    assert bad(guard(**asked(allowed_signers=f"{ALLOWED}\n{ssh_fingerprint(key)}"))) == []


def test_a_class_can_demand_it(guard: Guard, tagged: Tagged) -> None:
    """M2."""
    tagged("-m", "1.2.4")
    stable = {"stable": {"signed": True}}
    assert bad(guard(**asked(signed="false", release_class=stable))) == ["unsigned"]
    assert bad(guard(**asked(signed="false", release_class={"rc": {"signed": True}}))) == []


def test_lightweight(guard: Guard, tagged: Tagged) -> None:
    tagged()
    assert bad(guard(**asked())) == ["lightweight"]


def test_unsigned(guard: Guard, tagged: Tagged) -> None:
    """D-C2: annotated is not signed."""
    tagged("-m", "1.2.4")
    assert bad(guard(**asked())) == ["unsigned"]


def test_wrong_signer(guard: Guard, tagged: Tagged, key: Path, tmp_path: Path) -> None:
    tagged("-m", "1.2.4", "-u", str(ssh_key(tmp_path, "another")[0]))
    assert bad(guard(**asked())) == ["wrong-signer"]
    tagged("-m", "1.2.4", "-u", str(key))
    other = "SHA256:" + "A" * 43
    assert bad(guard(**asked(allowed_signers=f"{ALLOWED}\n{other}"))) == ["wrong-signer"]


def test_bad_signature(scene: Scene, guard: Guard, tagged: Tagged, key: Path) -> None:
    """The signed object with another message: its signature fits no more."""
    tagged("-m", "1.2.4", "-u", str(key))
    object = scene.git("cat-file", "tag", "v1.2.4").replace("\n\n1.2.4", "\n\n1.2.4!", 1)
    id = scene.git("hash-object", "-t", "tag", "-w", "--stdin", stdin=object + "\n")
    scene.git("update-ref", "refs/tags/v1.2.4", id)
    scene.push("refs/tags/v1.2.4")
    assert bad(guard(**asked())) == ["bad-signature"]


def test_renamed(scene: Scene, guard: Guard, tagged: Tagged, key: Path) -> None:
    """A signed tag that was pushed again under another release's name."""
    tagged("-m", "1.2.4", "-u", str(key), name="v1.2.4-test")
    scene.push("refs/tags/v1.2.4-test:refs/tags/v1.2.4")
    assert bad(guard(**asked())) == ["renamed"]


def test_a_tag_of_a_tag_is_judged_by_the_outer_one(
    scene: Scene, guard: Guard, tagged: Tagged, key: Path
) -> None:
    tagged("-m", "1.2.4", "-u", str(key))
    scene.git("tag", "--force", "-a", "-m", "outer", "v1.2.4", "v1.2.4")
    scene.push("refs/tags/v1.2.4")
    assert bad(guard(**asked())) == ["unsigned"]


def test_signers_missing(guard: Guard, tagged: Tagged, key: Path) -> None:
    tagged("-m", "1.2.4", "-u", str(key))
    assert bad(guard(**asked(allowed_signers=f"{ALLOWED}\nKEYS"))) == ["signers-missing"]


TAG = Tag("v1.2.3", Sha("b" * 40), True, Sha("a" * 40))


@pytest.mark.parametrize(
    ("state", "rule", "outcome"),
    [
        ("good", "unsigned", Outcome.OK),
        ("none", "unsigned", Outcome.FAILED),
        ("stranger", "wrong-signer", Outcome.FAILED),
        ("bad", "bad-signature", Outcome.FAILED),
        ("unreadable", "bad-signature", Outcome.FAILED),
        ("unsupported", "bad-signature", Outcome.FAILED),
        ("expired", "expired-signature", Outcome.FAILED),
        ("revoked", "revoked-key", Outcome.FAILED),
        ("no-tool", "no-tool", Outcome.UNKNOWN),
    ],
)
def test_only_a_good_signature_is_good(state: State, rule: str, outcome: Outcome) -> None:
    found = Signed("v1.2.3", Signature(state, "F" * 40, "Mona", "gpg"))
    finding = judge(AllowedSigners("KEYS"), TAG, found)
    assert (finding.rule, finding.outcome) == (rule, outcome)


def test_the_key_that_signed_is_named_if_there_is_one() -> None:
    found = Signed("v1.2.3", Signature("expired", "F" * 40, "Mona", "gpg"))
    detail = judge(AllowedSigners("KEYS"), TAG, found).detail
    assert detail == f"the signature or its key has expired ({'F' * 40} Mona)"
    unsigned = Signed("v1.2.3", Signature("none", "", "", ""))
    assert judge(AllowedSigners("KEYS"), TAG, unsigned).detail == "it is annotated and not signed"
