"""mix.exs, the project file of Elixir."""

from __future__ import annotations

import re

from release_actions.formats.version_places import asked
from release_actions.formats.version_places.beside import all_beside
from release_actions.formats.version_places.place import Manifest, Package, Place, Role
from release_actions.formats.version_places.script import blanked, said
from release_actions.formats.version_places.source import Source

NOISE = re.compile(
    r"(?P<sigil>~[a-zA-Z]+(?:/(?:\\.|[^/\\\n])*/|\([^)\n]*\)|\[[^\]\n]*\]|\{[^}\n]*\}|<[^>\n]*>|\|[^|\n]*\|))|"
    r'(?P<text>~[sScC]?"""[\s\S]*?"""' + r'|"""[\s\S]*?"""|' + r"'''[\s\S]*?'''"
    r'|"(?:\\[\s\S]|[^"\\])*"' + r"|'(?:\\[\s\S]|[^'\\])*')|(?P<gone>\?[\"'#]|\#[^\n]*)"
)
PROJECT = re.compile(r"\bdef\s+project\b.*?(?=\n[ \t]*defp?\s|\Z)", re.S)
VERSION = re.compile(r"(?<![\w:@])version:\s*")
ATTRIBUTE = re.compile(r"^[ \t]*@version[ \t]+(?=\")", re.M)
APP = re.compile(r"(?<![\w:@])app:\s*:(\w+)")
APPS = re.compile(r"(?<![\w:@])apps_path:\s*(?=\")")
READ = re.compile(r"File\.read!\(\s*(?=\")")
DEPENDENCY = re.compile(r"\{\s*:(\w+)\s*,\s*(?=\")")
OPERATORS = "==|~>|>=|"


def read(path: str, content: bytes) -> Manifest:
    """`version: "1.2.3"` in project/0, or the @version that it names, or the file that it reads."""
    source = Source(path, content)
    code = blanked(source.text, NOISE)
    project = PROJECT.search(code)
    if project is None:
        raise source.unreadable("it has no `def project`", 0)
    app = APP.search(code, *project.span())
    package = Package("elixir", app[1] if app else "")
    apps = APPS.search(code, *project.span())
    folder = said(source.text, apps.end()) if apps else None
    members = all_beside(path, f"{folder['said']}/*/mix.exs") if folder else ()
    stated, follows = _stated(source, code, project, package)
    places = sorted([*stated, *_requirements(source, code)], key=lambda place: place.start)
    return Manifest(path, package, tuple(places), members=members, follows=follows)


def _stated(
    source: Source, code: str, project: re.Match[str], package: Package
) -> tuple[list[Place], tuple[str, ...]]:
    found = list(VERSION.finditer(code, *project.span()))
    if len(found) > 1:
        raise source.unreadable("`version:` stands twice in `def project`", found[1].start())
    at = found[0].end() if found else -1
    if at < 0:
        return [], ()
    if code.startswith("@version", at):
        found = list(ATTRIBUTE.finditer(code))
        if len(found) > 1:
            raise source.unreadable("`@version` is set twice", found[1].start())
        key, at = "@version", found[0].end() if found else at
    else:
        key = "version"
    if text := said(source.text, at):
        return [source.place(*text.span("said"), package, key, Role.STATEMENT)], ()
    line = code[at : code.find("\n", at)]
    file = READ.search(line)
    name = said(source.text, at + file.end()) if file else None
    return [], all_beside(source.path, name["said"]) if name else ()


def _requirements(source: Source, code: str) -> list[Place]:
    places = []
    for found in DEPENDENCY.finditer(code):
        text = said(source.text, found.end())
        want = asked.semver(text["said"], OPERATORS) if text else None
        if text and want:
            at = text.start("said")
            other, key = Package("elixir", found[1]), f"deps.{found[1]}"
            places.append(source.requirement(at, want, other, key))
    return places
