"""A proof, for nearly every workflow, that it is plainly written. No I/O.

Plain is a document in which no mapping has a key twice, and in which every scalar's value stands
letter for letter in one line, or line by line in a literal block: so that what is looked for in the
text's lines is what the values say. libyaml says in C whether a text is YAML; composing its nodes
to learn the rest costs five times as much. So a text is first read by one expression that knows
block mappings and lists, literal blocks, and simple scalars and flows of one line. Whatever is not
surely that, such as an anchor, a folded text or an escape, is not proved, and is composed.
"""

from __future__ import annotations

import re
from functools import cache

KEY = r"""(?>[A-Za-z_][\w.\-]*+|"[\w./\-]++"|'[\w./\-]++')"""
_END = r"[ ]*+(?:(?<=[ ])\#[^\n]*+)?"
_SINGLE = r"'[^'\n]*+'(?!')"
_DOUBLE = r'"[^"\\\n]*+"'
_WORD = r"[\w./$\-][^\s,\[\]{}:\#]*+(?:[ ]+[^\s,\[\]{}:\#]++)*+"
_ITEM = rf"(?>{_SINGLE}|{_DOUBLE}|{_WORD})"
_LIST = rf"\[[ ]*+(?:{_ITEM}[ ]*+(?:,[ ]*+{_ITEM}[ ]*+)*+)?,?[ ]*+\]"
_PAIR = rf"[\w\-]++:[ ]++(?>{_ITEM}|{_LIST})[ ]*+"
_MAP = rf"\{{[ ]*+(?:{_PAIR}(?:,[ ]*+{_PAIR})*+)?\}}"
_FIRST = r"""(?:[^\s\-?:,\[\]{}\#&*!|>'"%@`]|[\-?:](?=[^\s]))"""
# After a key a plain scalar may hold anything: `: ` in it would be no YAML.
_VALUE = rf"(?:{_FIRST}[^\n]*+|(?>{_LIST}|{_MAP}|{_SINGLE}|{_DOUBLE}){_END}|\#[^\n]*+)"
_PLAIN_ITEM = rf"{_FIRST}(?:[^:\n\#]|:(?=[^\s])|(?<=[^\s])\#)*+{_END}"
_BARE = rf"(?:{_PLAIN_ITEM}|(?>{_LIST}|{_MAP}|{_SINGLE}|{_DOUBLE}){_END})"
# Without a key or a dash a line would go on with the scalar of the line before it.
_LINE = rf"[ ]*+(?:\#[^\n]*+|(?:-[ ]++)*+{KEY}:(?:[ ]++{_VALUE}?)?(?=\n)|(?:-[ ]++)++{_BARE}|)\n"
_PLAIN = re.compile(rf"(?>{_LINE})*+", re.ASCII | re.VERBOSE)
_BLOCK = re.compile(
    rf"^((?:([ ]*+)-[ ]|([ ]*+))(?:{KEY}:(?=[ ]++\|)|(?:if|description):))[ ]++[|>][\-+1-9]*+[ ]*+"
    r"(?:(?<=[ ])\#[^\n]*+)?\n"
    r"(?:(?(2)\2[ ]{3}|\3[ ])[^\n]*+\n|[ ]*+\n)*+",
    re.ASCII | re.VERBOSE | re.MULTILINE,
)
_KEYS = re.compile(rf"^([ ]*+(?:-[ ]++)*+)({KEY}):(?=\s)", re.ASCII | re.MULTILINE)
_MAPS = re.compile(_MAP, re.ASCII)
_DEEPER = re.compile("\n( +)- ")
_MAP_KEYS = re.compile(r"[{,] *([\w\-]+):", re.ASCII)
_OTHER_ENDS = ("\r", "\x85", "\u2028", "\u2029", "\ufeff", "\x00")
_TAB_FIRST = re.compile("^ *\t", re.MULTILINE)


def is_plain(text: str) -> bool:
    """Whether it is proved; False says only that a closer look is needed. `text` must be YAML."""
    text = text.removeprefix("---\n")
    if _is_strange(text):
        return False
    text = _BLOCK.sub(r"\1\n", text if text.endswith("\n") else f"{text}\n")
    if not _PLAIN.fullmatch(text) or _goes_on(text):
        return False
    keys = _KEYS.findall(text)
    return bool(keys) and _each_once(keys) and not any(map(_twice, _MAPS.findall(text)))


def _is_strange(text: str) -> bool:
    """Other ends of lines, tabs that indent, or more than one document."""
    ends = _OTHER_ENDS[:1] if text.isascii() else _OTHER_ENDS
    return (
        any(end in text for end in ends)
        or "\n---" in text
        or "\n..." in text
        or text.startswith(("---", "..."))
        or ("\t" in text and _TAB_FIRST.search(text) is not None)
    )


def _goes_on(text: str) -> bool:
    """Whether what seems a list's item may be more of the scalar before it: it stands deeper."""
    for found in _DEEPER.finditer(text):
        end = found.start()
        if text[end - 1 : end] == ":":
            continue
        if not text.startswith(found[1], text.rfind("\n", 0, end) + 1, end):
            return True
    return False


def _each_once(keys: list[tuple[str, str]]) -> bool:
    """Keys with what stands before them on their line: two of one mapping begin in one column."""
    open = [(-1, set[str]())]  # mappings that are not over, each with its column and keys
    for before, key in keys:
        column, until = _columns(before)
        while open[-1][0] > until:
            open.pop()
        if key[0] in "'\"":
            key = key[1:-1]
        if column != until or open[-1][0] != column:
            open.append((column, {key}))
        elif key in open[-1][1]:
            return False
        else:
            open[-1][1].add(key)
    return True


@cache
def _columns(before: str) -> tuple[int, int]:
    """Where a key begins, and up to where mappings before it are over: at its first dash."""
    dash = before.find("-")
    return len(before), len(before) if dash < 0 else dash


def _twice(map: str) -> bool:
    keys = _MAP_KEYS.findall(map)
    return len(keys) != len(set(keys))
