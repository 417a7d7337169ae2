"""A tag object: its signature begins where git says it begins."""

from __future__ import annotations

from release_actions.formats.gpg_status import Told
from release_actions.formats.gpg_status import read as status
from release_actions.formats.tag_object import read

HEAD = b"object " + b"a" * 40 + b"\ntype commit\ntag v1.2.3\ntagger M <m@x> 1 +0000\n\n"
PGP, SSH = b"-----BEGIN PGP SIGNATURE-----\n", b"-----BEGIN SSH SIGNATURE-----\n"


def test_no_signature() -> None:
    found = read(HEAD + b"Words\n")
    assert found is not None
    assert (found.name, found.kind, found.signature) == ("v1.2.3", "", b"")
    assert found.payload == HEAD + b"Words\n"


def test_the_last_line_that_opens_a_signature_counts() -> None:
    found = read(HEAD + PGP + b"quoted\n" + SSH + b"real\n")
    assert found is not None
    assert (found.kind, found.signature) == ("ssh", SSH + b"real\n")
    assert found.payload == HEAD + PGP + b"quoted\n"


def test_in_the_middle_of_a_line_it_opens_nothing() -> None:
    found = read(HEAD + b"see " + PGP)
    assert found is not None
    assert found.kind == ""


def test_a_name_in_the_message_is_no_header() -> None:
    assert read(b"tree " + b"a" * 40 + b"\n\ntag v1.2.3\n") is None


def test_a_status_that_says_too_much_or_too_little_is_not_good() -> None:
    good, valid = "[GNUPG:] GOODSIG AB Mona <m@x>\n", "[GNUPG:] VALIDSIG SUB 1 2 PRIMARY\n"
    assert status(good + valid) == Told("good", "PRIMARY", "Mona <m@x>")
    for text in ("", good, valid, good + good + valid, good + valid + valid, f"x{good}{valid}"):
        assert status(text).state == "unreadable"
    for word, state in [("BADSIG", "bad"), ("EXPSIG", "expired"), ("REVKEYSIG", "revoked")]:
        assert status(f"{good}{valid}[GNUPG:] {word} AB Mona").state == state
