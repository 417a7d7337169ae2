"""Build scripts (Gradle, Ruby): one assignment of the version, told from comments and texts."""

from __future__ import annotations

import re
from typing import NamedTuple

from release_actions.formats.version_places.place import Manifest, Package, Role
from release_actions.formats.version_places.source import Source

QUOTED = r'"(?:\\.|[^"\\\n])*"' + r"|'(?:\\.|[^'\\\n])*'"
LONG = r'"""(?:\\.|[^\\])*?"""' + r"|'''(?:\\.|[^\\])*?'''"
C_LIKE = re.compile(rf"(?P<gone>//[^\n]*|/\*.*?\*/)|(?P<text>{LONG}|{QUOTED})", re.S)
HASHED = re.compile(
    r"(?P<gone>^=begin\b.*?^=end\b|^__END__$.*|#[^\n]*)" + rf"|(?P<text>{LONG}|{QUOTED})",
    re.S | re.M,
)


class Script(NamedTuple):
    """How a kind of script states its version."""

    ecosystem: str
    noise: re.Pattern[str]  # its comments and texts
    wanted: re.Pattern[str]  # what stands before the version's opening quote
    key: str
    outermost: bool = False  # only where no brace is open


# Gradle runs what is outermost for the project itself; `id("x") version "1"` is inside plugins {}.
GRADLE = Script(
    "gradle",
    C_LIKE,
    re.compile(r"^[ \t]*(?:project\.)?version(?:[ \t]*=[ \t]*|[ \t]+)(?=[\"'])", re.M),
    "version",
    outermost=True,
)
SPEC = re.compile(r"^[ \t]*\w+\.version[ \t]*=[ \t]*(?=[\"'])", re.M)
CONSTANT = re.compile(r"^[ \t]*VERSION[ \t]*=[ \t]*(?=[\"'])", re.M)
SCRIPTS = {
    ".gradle": GRADLE,
    ".kts": GRADLE,
    ".gemspec": Script("ruby", HASHED, SPEC, "version"),
    ".podspec": Script("cocoapods", HASHED, SPEC, "version"),
    ".rb": Script("ruby", HASHED, CONSTANT, "VERSION"),
}
NAME = re.compile(r"^[ \t]*\w+\.name[ \t]*=[ \t]*(?=[\"'])", re.M)
# No #{x} and no $x in it, and nothing that is put behind it.
TEXT = re.compile(
    r"(?P<quote>[\"'])(?P<said>[^\"'\\#$\n]*)(?P=quote)(?:\.freeze)?"
    r"(?=[\s,;)\]}#/]|\Z)(?![ \t]*(?:\+|<>))"
)


def read(path: str, content: bytes) -> Manifest:
    """The one literal that is assigned; a version that is computed is none.

    :raises Unreadable: where it is assigned twice.
    """
    source = Source(path, content)
    script = SCRIPTS["." + path.rpartition(".")[2]]
    code = blanked(source.text, script.noise)
    if script.outermost:
        code = outermost(code)
    found = [text for at in script.wanted.finditer(code) if (text := said(source.text, at.end()))]
    if len(found) > 1:
        raise source.unreadable(f"`{script.key}` is assigned twice", found[1].start())
    name = NAME.search(code)
    named = said(source.text, name.end()) if name else None
    package = Package(script.ecosystem, named["said"] if named else "")
    places = [
        source.place(*text.span("said"), package, script.key, Role.STATEMENT) for text in found
    ]
    return Manifest(path, package, tuple(places))


def blanked(text: str, noise: re.Pattern[str]) -> str:
    """The code alone, of the same length: comments are blank, and texts but for their quotes."""
    return noise.sub(_blank, text)


def _blank(found: re.Match[str]) -> str:
    blank = re.sub(r"[^\r\n]", " ", found[0])
    return blank if found["gone"] is not None else found[0][0] + blank[1:-1] + found[0][-1]


def outermost(code: str) -> str:
    """What stands in no brace, of the same length."""
    depth, kept = 0, []
    for part in re.split(r"([{}])", code):
        depth += {"{": 1, "}": -1}.get(part, 0)
        kept.append(part if depth <= 0 else re.sub(r"[^\r\n]", " ", part))
    return "".join(kept)


def said(text: str, at: int) -> re.Match[str] | None:
    """The literal text there; None for one that is put together."""
    return TEXT.match(text, at)
