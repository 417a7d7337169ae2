"""A signature is good only with an allowed key that is valid now, over exactly these bytes."""

from __future__ import annotations

import os
import shutil
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from release_actions.clients.signatures import Signature, look
from release_actions.formats.tag_object import TagObject, read
from tests.clients.keys import Gpg, run, ssh_fingerprint, ssh_key

PAYLOAD = f"object {'a' * 40}\ntype commit\ntag v1.2.3\ntagger Mona <m@x.org> 1 +0000\n\n1.2.3\n"


def signed(signature: str) -> TagObject:
    found = read((PAYLOAD + signature).encode())
    assert found is not None
    return found


def by_gpg(gpg: Gpg, key: str, *how: str) -> TagObject:
    return signed(gpg(*how, "--armor", "--detach-sign", "--local-user", key, stdin=PAYLOAD))


def by_ssh(file: Path, namespace: str = "git") -> TagObject:
    return signed(run("ssh-keygen", "-Y", "sign", "-f", str(file), "-n", namespace, stdin=PAYLOAD))


def test_gpg_good(gpg: Gpg) -> None:
    key = gpg.key("good")
    other = gpg.key("bystander")
    found = look(by_gpg(gpg, key), [gpg.public(other).encode(), gpg.public(key).encode()])
    assert found == Signature("good", key, "good <good@example.com>", "gpg")


def test_gpg_good_by_a_subkey_tells_the_primary_key(gpg: Gpg) -> None:
    key = gpg.key("primary")
    gpg("--quick-add-key", key, "ed25519", "sign")
    assert look(by_gpg(gpg, "primary"), [gpg.public(key).encode()]).key == key


def test_gpg_wrong_signer(gpg: Gpg) -> None:
    mine, other = gpg.key("mine"), gpg.key("other")
    tag = by_gpg(gpg, other)
    assert look(tag, [gpg.public(mine).encode()]).state == "stranger"
    assert look(tag, []).state == "stranger"
    assert look(tag, [b"-----BEGIN PGP PUBLIC KEY BLOCK-----\nno key"]).state == "stranger"


def test_gpg_bad_signature(gpg: Gpg) -> None:
    key = gpg.key("tampered")
    tag, keys = by_gpg(gpg, key), [gpg.public(key).encode()]
    assert look(replace(tag, payload=tag.payload.replace(b"a", b"b")), keys).state == "bad"
    cut = replace(tag, signature=b"-----BEGIN PGP SIGNATURE-----\n\nnothing\n")
    assert look(cut, keys).state == "unreadable"


def test_gpg_two_signatures_are_not_one(gpg: Gpg) -> None:
    one, two = gpg.key("one"), gpg.key("two")
    both = gpg("--armor", "--detach-sign", "-u", one, "-u", two, stdin=PAYLOAD)
    keys = [gpg.public(one, two).encode()]
    assert look(signed(both), keys).state == "unreadable"


def test_gpg_expired_key(gpg: Gpg) -> None:
    then = ("--faked-system-time", "20200101T000000")
    key = gpg.key("short", "2d", *then)
    assert look(by_gpg(gpg, key, *then), [gpg.public(key).encode()]).state == "expired"


def test_gpg_expired_signature(gpg: Gpg) -> None:
    then = ("--faked-system-time", "20200101T000000")
    key = gpg.key("old", "never", *then)
    tag = by_gpg(gpg, key, *then, "--default-sig-expire", "2d")
    assert look(tag, [gpg.public(key).encode()]).state == "expired"


def test_gpg_revoked_key(gpg: Gpg) -> None:
    key = gpg.key("revoked")
    tag = by_gpg(gpg, key)
    assert look(tag, [gpg.revoked(key).encode()]).state == "revoked"


def test_ssh_good(tmp_path: Path) -> None:
    file, public = ssh_key(tmp_path, "good")
    allowed = f'mona@x.org namespaces="git" {public}\n'.encode()
    found = look(by_ssh(file), [b"# nobody\n", allowed])
    assert found == Signature("good", ssh_fingerprint(file), "mona@x.org", "ssh-keygen")


def test_ssh_wrong_signer(tmp_path: Path) -> None:
    (file, _), (_, other) = ssh_key(tmp_path, "mine"), ssh_key(tmp_path, "other")
    assert look(by_ssh(file), [f"mona@x.org {other}\n".encode()]).state == "stranger"
    assert look(by_ssh(file), []).state == "stranger"


def test_ssh_bad_signature(tmp_path: Path) -> None:
    file, public = ssh_key(tmp_path, "mine")
    allowed = [f"mona@x.org {public}\n".encode()]
    tag = by_ssh(file)
    assert look(replace(tag, payload=b"another"), allowed).state == "bad"
    assert look(replace(tag, payload=b"another"), []).state == "bad"
    assert look(by_ssh(file, namespace="file"), allowed).state == "bad"
    assert look(replace(tag, signature=tag.signature[:60]), allowed).state == "bad"


def test_ssh_expired_key(tmp_path: Path) -> None:
    file, public = ssh_key(tmp_path, "old")
    allowed = f'mona@x.org valid-before="20200101" {public}\n'.encode()
    assert look(by_ssh(file), [allowed]).state == "expired"


def test_a_key_of_the_other_tool_does_not_count(gpg: Gpg, tmp_path: Path) -> None:
    file, public = ssh_key(tmp_path, "mine")
    key = gpg.key("both")
    assert look(by_ssh(file), [gpg.public(key).encode()]).state == "stranger"
    assert look(by_gpg(gpg, key), [f"mona {public}\n".encode()]).state == "stranger"


def test_no_signature_and_no_known_one() -> None:
    assert look(signed(""), []).state == "none"
    assert look(signed("-----BEGIN SIGNED MESSAGE-----\n"), []).state == "unsupported"


@pytest.mark.parametrize(
    ("armour", "tool"), [("PGP SIGNATURE", "gpg"), ("SSH SIGNATURE", "ssh-keygen")]
)
def test_no_tool(armour: str, tool: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    assert look(signed(f"-----BEGIN {armour}-----\n"), []) == Signature("no-tool", tool=tool)


def test_an_exit_code_of_zero_alone_is_no_proof(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gpg or an ssh-keygen that agrees with everything, and says nothing of it."""
    for tool in ("gpg", "ssh-keygen"):
        (tmp_path / tool).write_text("#!/bin/sh\necho mona\n")
        (tmp_path / tool).chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert look(signed("-----BEGIN PGP SIGNATURE-----\n"), []).state == "unreadable"
    assert look(signed("-----BEGIN SSH SIGNATURE-----\n"), []).state == "bad"


def test_a_good_word_with_a_bad_exit_code_is_no_proof(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "[GNUPG:] GOODSIG AB x\\n[GNUPG:] VALIDSIG AB CD\\n"
    (tmp_path / "gpg").write_text(f"#!/bin/sh\nprintf '{words}'\nexit 2\n")
    (tmp_path / "gpg").chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert look(signed("-----BEGIN PGP SIGNATURE-----\n"), []).state == "unreadable"


def test_the_callers_own_keys_do_not_count(gpg: Gpg, monkeypatch: pytest.MonkeyPatch) -> None:
    """The runner's keyring has the key, the allowed files do not."""
    key = gpg.key("runner")
    monkeypatch.setenv("GNUPGHOME", str(gpg.home))
    assert look(by_gpg(gpg, key), []).state == "stranger"
    assert shutil.which("gpg")
