"""A commit is read of git's own bytes, whatever stands in it."""

from __future__ import annotations

import pytest

from release_actions.formats.commit_object import Person, read
from release_actions.values import Sha

ID = Sha("a" * 40)
WHO = "Mona <mona@example.com> 1700000000 +0100"
HEAD = f"tree {'b' * 40}\nauthor {WHO}\ncommitter {WHO}\n"


def test_a_root_commit() -> None:
    commit = read(ID, f"{HEAD}\nBegin\n\nMore\n".encode())
    assert commit.parents == ()
    assert commit.author == commit.committer == Person("Mona", "mona@example.com")
    assert commit.message == "Begin\n\nMore\n"
    assert commit.subject == "Begin"
    assert str(commit) == "aaaaaaaaaaaa (Begin)"
    assert not commit.signed


def test_a_merge_has_all_its_parents_in_their_order() -> None:
    text = HEAD.replace("author", f"parent {'c' * 40}\nparent {'d' * 40}\nauthor", 1)
    assert read(ID, f"{text}\nMerge\n".encode()).parents == ("c" * 40, "d" * 40)


@pytest.mark.parametrize("name", ["gpgsig", "gpgsig-sha256"])
def test_what_stands_inside_a_signature_is_no_header(name: str) -> None:
    text = f"{HEAD}{name} -----BEGIN\n parent {'c' * 40}\n author Eve <e@e> 1 +0000\n -----END\n"
    commit = read(ID, f"{text}\nSigned\n".encode())
    assert commit.signed
    assert commit.parents == ()
    assert commit.author.name == "Mona"


@pytest.mark.parametrize(
    ("line", "person"),
    [
        (b"Mona <mona@example.com> 1 +0000", Person("Mona", "mona@example.com")),
        (b"<mona@example.com> 1 +0000", Person("", "mona@example.com")),
        (b"Mona <> 1 +0000", Person("Mona", "")),
        (b"A B. C <a@b> 1 +0000", Person("A B. C", "a@b")),
        ("Ümit <u@b> 1 +0000".encode(), Person("Ümit", "u@b")),
        (b"\xdcmit <u@b> 1 +0000", Person("\ufffdmit", "u@b")),
        (b"nobody", Person("", "")),
    ],
    ids=["a person", "no name", "no address", "a long name", "UTF-8", "neither", "no person"],
)
def test_people(line: bytes, person: Person) -> None:
    content = b"tree b\nauthor %b\ncommitter %b\n\nx" % (line, line)
    assert read(ID, content).author == person


@pytest.mark.parametrize(
    ("encoding", "content", "message"),
    [
        ("", "Grüße".encode(), "Grüße"),
        ("encoding ISO-8859-1\n", "Grüße".encode("latin-1"), "Grüße"),
        ("encoding no-such-one\n", "Grüße".encode(), "Grüße"),
        ("", "Grüße".encode("latin-1"), "Gr\ufffd\ufffde"),
        ("encoding ascii\n", "Grüße".encode(), "Grüße"),
    ],
    ids=["UTF-8", "named", "an unknown one", "another one, unnamed", "wrongly named"],
)
def test_the_encoding_that_a_commit_names(encoding: str, content: bytes, message: str) -> None:
    assert read(ID, f"{HEAD}{encoding}\n".encode() + content).message == message


def test_an_empty_message() -> None:
    commit = read(ID, f"{HEAD}\n".encode())
    assert (commit.message, commit.subject) == ("", "")


@pytest.mark.parametrize("content", [b"", b"tree x\n\nx", b"object a\ntype commit\n\nx"])
def test_what_is_no_commit(content: bytes) -> None:
    with pytest.raises(ValueError, match="no commit"):
        read(ID, content)
