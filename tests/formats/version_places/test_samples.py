"""Each format finds exactly the places of a file as people write it, and changes nothing else."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from release_actions.formats.version_places import json_tree
from release_actions.formats.version_places.place import Manifest, Unreadable, rewritten
from release_actions.formats.version_places.readers import known, read
from release_actions.formats.version_places.spelling import says, spelled
from release_actions.formats.versions import Version
from tests.formats.version_places.samples import (
    PACKAGE_LOCK,
    POETRY_LOCK,
    SAMPLES,
    UV_LOCK,
    Sample,
    unmarked,
)

each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=str)


def manifest(path: str, content: bytes) -> Manifest:
    found = read(path, content)
    assert found is not None
    return found


@each_sample
def test_exactly_the_marked_places_are_found(sample: Sample) -> None:
    """A decoy in a comment, a text, another table or another package is none."""
    assert known(sample.path)
    found = manifest(sample.path, sample.content.encode())
    wanted = []
    for mark in re.finditer("[«‹]([^»›]*)[»›]", sample.marked):
        before = unmarked(sample.marked[: mark.start()])
        line, column = before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1
        start = len(before.encode())
        wanted.append((mark[1], start, start + len(mark[1].encode()), line, column))
    assert [(p.text, p.start, p.end, p.line, p.column) for p in found.places] == wanted
    assert [p.operator == "," for p in found.places] == [
        mark == "‹" for mark in re.findall("[«‹]", sample.marked)
    ]
    assert tuple(place.key for place in found.places) == sample.keys
    assert (found.package and found.package.name) == sample.package
    assert {place.python for place in found.places} == {sample.python}


versions = some.builds(
    "{}.{}.{}{}".format,
    *[some.integers(0, 10**6)] * 3,
    some.sampled_from(["", "-rc.1", "-dev", "-alpha.12", "-beta.3"]),
)


@each_sample
@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    version=versions,
    ends=some.sampled_from(["\n", "\r\n"]),
    final=some.booleans(),
    bom=some.booleans(),
    note=some.text(some.characters(blacklist_categories=["C", "Z"]), max_size=20),
)
def test_only_version_tokens_change(
    sample: Sample, version: str, ends: str, final: bool, bom: bool, note: str
) -> None:
    """Line ends, a byte order mark, comments, quotes and a missing final newline stay as they are.

    A version that is written is read again from every place.
    """
    comment = f"{sample.comment}{note.replace('*/', '')}\n" if sample.comment else ""

    def written(text: str) -> bytes:
        text = (comment if not text.startswith("#!") else "") + text
        text = text if final else text.rstrip("\n")
        return (b"\xef\xbb\xbf" if bom else b"") + text.replace("\n", ends).encode()

    old = written(sample.content)
    new = moved(sample.path, old, version)
    assert new == written(sample.saying(version))
    again = manifest(sample.path, new)
    ranges = [place for place in again.places if place.operator == ","]
    assert all(says(place, Version(version)) for place in again.places if place not in ranges)
    assert len(again.places) == len(sample.keys)
    assert moved(sample.path, new, "1.2.3") == old


def moved(path: str, old: bytes, version: str) -> bytes:
    """The file with this version at each place, but for ranges."""
    places = [place for place in manifest(path, old).places if place.operator != ","]
    return rewritten(old, [(place, spelled(place, Version(version))) for place in places])


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(each, (*path, key))
    else:
        yield path, value


@pytest.mark.parametrize("sample", [PACKAGE_LOCK, UV_LOCK, POETRY_LOCK], ids=str)
def test_a_lock_parses_to_exactly_its_own_entries_changed(sample: Sample) -> None:
    """PAINS 49: what is locked of others stays, be its version the same."""
    parse = json.loads if sample.path.endswith(".json") else tomllib.loads
    old = sample.content
    new = moved(sample.path, old.encode(), "2.0.0").decode()
    before, after = dict(leaves(parse(old))), dict(leaves(parse(new)))
    assert before.keys() == after.keys()
    changed = {path: after[path] for path in before if before[path] != after[path]}
    assert len(changed) == sample.marked.count("«")
    assert all(before[path].replace("1.2.3", "2.0.0") == value for path, value in changed.items())


@each_sample
@settings(max_examples=20, deadline=None, derandomize=True)
@given(data=some.data())
def test_whatever_stands_in_a_file_it_is_read_or_refused(
    sample: Sample, data: some.DataObject
) -> None:
    """A file is foreign: nothing in it may end in a traceback, or in a place that is not there."""
    content = bytearray(sample.content.encode())
    for _ in range(data.draw(some.integers(1, 4))):
        start = data.draw(some.integers(0, len(content)))
        end = start + data.draw(some.sampled_from([0, 1, 3, 20]))
        content[start:end] = data.draw(some.sampled_from(JUNK) | some.binary(max_size=3))
    try:
        found = manifest(sample.path, changed := bytes(content))
    except Unreadable:
        return
    assert rewritten(changed, [(place, place.text) for place in found.places]) == changed


JUNK = [
    *(b'"', b"'", b"{", b"}", b"[", b"]", b":", b"\n", b"\r", b"\\", b"#", b"<", b">", b"&", b"="),
    *(b"\xff", b"\x00", b",", b"\xe2\x80\xa8", b"\xc2\x85", b"\x0c", b"\t", b"!", b"*", b"|\n"),
    *(
        b"1.2.3",
        b"1.0",
        b"version",
        b"/*",
        b'"""',
        b"\xef\xbb\xbf",
        b"<!--",
        b"]]>",
        b"null",
        b"&a ",
    ),
]


def test_a_text_that_two_readers_would_tell_apart_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where a text stands is believed only as far as `json` itself reads the same."""
    assert read("package.json", b'{"version": "1.2.3"}') is not None
    monkeypatch.setattr(json_tree, "_meant", lambda raw: raw[::-1])
    with pytest.raises(Unreadable, match="could not be told for certain"):
        read("package.json", b'{"version": "1.2.3"}')
