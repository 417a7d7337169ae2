"""Every text of a TOML file is found to the byte, and what tomllib reads is what stands there."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from release_actions.formats.version_places import toml_places
from release_actions.formats.version_places.place import Package, Role, Unreadable
from release_actions.formats.version_places.toml_places import Path, dotted, read

HARD = """\
# No "text": 'x' = "1"
"a b".'c' . d = "é\\u00e9 1" # "2"
v = { x = [ "1", 2, { y="z" , w = 1979-05-27 07:32:00 } , ], "q.r"='l' }
empty = "" ; = no
[[t]]   # [x]
 a='1'
[t.u]
v=''
[[t.u.w]]
m=\"""a""b\\
   c\"\"\"\"\"
[[t]]
b = '''
x''y''''
[ e . "f" ]
g=true
h=[
  [], # "no"
  ["k", '''K'''],
]
1_0-Z = { }
last="ß"#""".replace('empty = "" ; = no\n', 'empty = ""\n')


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte order mark"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_each_kind_of_text_is_found_where_it_stands(ends: str, bom: bytes) -> None:
    content = bom + HARD.replace("\n", ends).encode()
    found = read(content).tokens
    assert {dotted(token.path): (token.line, token.column) for token in found} == {
        '"a b".c.d': (2, 18),
        "v.x[0]": (3, 14),
        "v.x[2].y": (3, 26),
        'v."q.r"': (3, 69),
        "empty": (4, 10),
        "t[0].a": (6, 5),
        "t[0].u.v": (8, 4),
        "t[0].u.w[0].m": (10, 6),
        "t[1].b": (13, 8),
        "e.f.h[1][0]": (19, 5),
        "e.f.h[1][1]": (19, 12),
        "e.f.last": (22, 7),
    }
    for token in found:
        assert content[token.start : token.end].decode() == token.raw
        quotes = content[token.start - 1 : token.start] + content[token.end : token.end + 1]
        assert quotes in (b'""', b"''") or token.line == 13
    values = [token.value for token in found if "\\" in token.raw or "\n" in token.raw]
    assert values == ["éé 1", 'a""bc""', "x''y'"]


blanks = some.sampled_from(["", " ", "\t", "  "])
gaps = some.sampled_from(["", " ", "\n", ' # "no" ] }\n', "\n\n\t"])
bare = some.text("abcXYZ019_-", min_size=1, max_size=4)
letters = some.text(some.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=6)


def basic(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


texts = (
    letters.map(basic)
    | letters.map(lambda text: f"'{text.replace(chr(39), '')}'")
    | letters.map(lambda text: f'"""{basic(text)[1:-1]}\n  a""b \\\n c"""')
    | letters.map(lambda text: f"'''{text.replace(chr(39), '')}''\n# x''''")
)
others = some.sampled_from(["1", "-0.5e3", "true", "1979-05-27 07:32:00", "0xdead_beef", "inf"])


def arrays(values: some.SearchStrategy[str]) -> some.SearchStrategy[str]:
    items = some.lists(some.tuples(gaps, values, gaps).map("".join), max_size=3)
    comma = some.sampled_from(["", ","])
    return some.builds(
        lambda items, comma, gap: f"[{','.join(items)}{comma if items else ''}{gap}]",
        *(items, comma, gaps),
    )


def inline(values: some.SearchStrategy[str]) -> some.SearchStrategy[str]:
    return some.lists(some.tuples(keys, blanks, values, blanks), max_size=3).map(in_braces)


def in_braces(pairs: list[tuple[str, str, str, str]]) -> str:
    inside = (f" i{n}.{key}{b} ={b}{value}{end}" for n, (key, b, value, end) in enumerate(pairs))
    return f"{{{','.join(inside)}}}"


keys = some.lists(bare | texts.filter(lambda text: "\n" not in text), min_size=1, max_size=3).map(
    " . ".join
)
values = some.recursive(texts | others, lambda inner: arrays(inner) | inline(inner), max_leaves=6)


@some.composite
def documents(draw: some.DrawFn) -> str:
    """Sound TOML of every kind; a number in each key keeps it from being there twice."""
    lines = []
    for n in range(draw(some.integers(0, 6))):
        b, key = draw(blanks), draw(keys)
        choices = {
            "pair": f"{b}k{n}.{key}{b}={b}{draw(values)}{b}",
            "table": f"[{b}t{n} .{key}{b}] # {key!r}",
            "array of tables": f"{b}[[{b}l{n}.{key}{b}]]",
            "element": f"[[same]]\n[same.{draw(bare)}]",
            "comment": f"# {key} = '1'",
        }
        lines.append(choices[draw(some.sampled_from(sorted(choices)))])
    return draw(some.sampled_from(["\n", "\r\n"])).join(lines) + draw(gaps)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(text=documents(), pick=some.integers(0, 99))
@pytest.mark.untraced  # thousands of them
def test_a_replaced_text_changes_nothing_else(text: str, pick: int) -> None:
    """What tomllib then reads differs at this one path."""
    content = text.encode()
    found = read(content)
    assert len(found.tokens) == len({token.path for token in found.tokens})
    if not found.tokens:
        return
    token = found.tokens[pick % len(found.tokens)]
    assert content[token.start : token.end].decode() == token.raw
    before = content[: token.start].decode()
    assert (token.line, token.column) == (
        before.count("\n") + 1,
        len(before) - before.rfind("\n"),
    )
    new = read(content[: token.start] + b"9.8.7-rc.1" + content[token.end :])
    assert new.get(*token.path) == "9.8.7-rc.1"
    assert flat(new.document) == {**flat(found.document), token.path: "9.8.7-rc.1"}


def flat(value: Any, path: Path = ()) -> dict[Path, Any]:
    if isinstance(value, dict) and value:
        return {p: v for key in value for p, v in flat(value[key], (*path, key)).items()}
    if isinstance(value, list) and value:
        return {p: v for n, each in enumerate(value) for p, v in flat(each, (*path, n)).items()}
    return {path: value}


@pytest.mark.parametrize(
    ("content", "why", "line", "column"),
    [
        pytest.param(b"a = 1\nb =", "no TOML: Invalid value", 2, 4, id="cut off"),
        pytest.param(b"a = 1\na = 2\n", "no TOML: Cannot overwrite", 2, 6, id="a key twice"),
        pytest.param(b'a = "\xc3\xa9" \xff', "not UTF-8", 1, 9, id="not UTF-8"),
        pytest.param(b'a = "x', "no TOML: Unterminated string", 1, 7, id="an open text"),
        pytest.param(b"a = " + b"[" * 100_000, "nested too deeply", 0, 0, id="nested to break us"),
        pytest.param(b"a = " + b"9" * 5_000, "4300 digits", 0, 0, id="a number to break us"),
        pytest.param(b"<<<<<<< HEAD\n", "no TOML", 1, 1, id="a merge that was left"),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(
    content: bytes, why: str, line: int, column: int
) -> None:
    with pytest.raises(Unreadable, match=why) as caught:
        read(content)
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    "spans",
    [
        pytest.param([], id="a text not seen"),
        pytest.param([(("a",), 5, 6, "1")], id="another path"),
        pytest.param([(("a", "b"), 5, 6, "2")], id="another meaning"),
        pytest.param([(("a", "b"), 0, 1, "1")], id="another place"),
    ],
)
def test_it_is_believed_only_as_far_as_tomllib_says_the_same(
    spans: list[tuple[Path, int, int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scanner that goes astray must never be edited by."""
    monkeypatch.setattr(toml_places, "spans", lambda text: spans)
    with pytest.raises(Unreadable, match="could not be told for certain"):
        read(b'a.b="1"')


@pytest.mark.parametrize("text", [b"' = 1", b"a = [", b'a = """x"'])
def test_what_a_later_toml_may_allow_is_not_guessed_at(
    text: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(toml_places, "_document", lambda body: {})
    with pytest.raises(Unreadable, match="could not be told for certain"):
        read(text)


LATER = (
    """\
v = { # "no"
  x = "1", 'y,}' = 'a # ,}', # "2" }
  z = [ "3",
    { q = """
    + '"""\n,}""", },'
    + """
  ],
}
[t]
w = "5"
"""
)


@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_an_inline_table_may_have_lines(ends: str) -> None:
    """TOML 1.1, which Cargo reads from 1.94 on."""
    found = read(LATER.replace("\n", ends).encode())
    assert {dotted(token.path): (token.value, token.line) for token in found.tokens} == {
        "v.x": ("1", 2),
        'v."y,}"': ("a # ,}", 2),
        "v.z[0]": ("3", 3),
        "v.z[1].q": (",}", 4),
        "t.w": ("5", 9),
    }


def test_a_text_with_an_escape_is_no_place() -> None:
    """`1.2\\u002e3` is 1.2.3 for Cargo; replacing a part of it would not be."""
    token = read(b'v = "1.2\\u002e3"').at("v")
    assert token is not None
    assert token.value == "1.2.3"
    for use in (
        lambda: token.place("x", Role.STATEMENT, Package("cargo", "x")),
        lambda: token.part(0, 1),
    ):
        with pytest.raises(Unreadable, match="hides a version") as caught:
            use()
        assert (caught.value.line, caught.value.column) == (1, 6)


def test_a_part_of_a_text_counts_on_from_it() -> None:
    token = read("# ß\nv = 'ß 1.2.3 x'".encode()).at("v")
    assert token is not None
    part = token.part(2, 7)
    assert (part.raw, part.line, part.column) == ("1.2.3", 2, 8)
    assert (part.start - token.start, part.end - part.start) == (3, 5)


def test_anything_is_found_by_its_path() -> None:
    toml = read(b"a = [{ b = 1 }]")
    assert toml.get("a", 0, "b") == 1
    assert [toml.get("a", 1), toml.get("a", "0"), toml.get("a", 0, "b", "c"), toml.at("a")] == [
        None
    ] * 4


def test_a_path_is_told_as_one_would_write_it() -> None:
    path = ("target", 'cfg(x = "y")', "a.b", 3, "c-d")
    assert dotted(path) == 'target.\'cfg(x = "y")\'."a.b"[3].c-d'
