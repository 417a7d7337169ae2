"""Which variables PowerShell and cmd.exe set, for themselves, children or files. No I/O.

Neither tells upper from lower case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from release_actions.formats.env_hits import UNKNOWN, Hit, named
from release_actions.formats.env_names import Names

_QUOTED = r"""["'](?P<quoted>[^"'\r\n]*)["']"""
_SETS = re.compile(
    r"""\$(?:\{env:(?P<braced>[^}]+)\}|env:(?P<env>\w+))\s*(?:[+?]{0,2}=(?!=))
    |\b(?:Set-Item|New-Item|si|ni|Set-Content|Set-ItemProperty)\b[^\n;|]*?["']?\bEnv:[\\/]?(?P<item>[\w$]+)
    |\bSetEnvironmentVariable\(\s*(?P<method>["'][^"'\n]*["']|\$\w+)
    |(?:^|[\s'"`(,;])(?:-e|--env|--build-arg)(?:\s+|=)["']?(?P<option>\w+)
    """,
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)
_NEW_ITEM = re.compile(
    r"\bNew-Item\b(?=[^\n;|]*\bEnv:)[^\n;|]*?-Name\s+[\"']?(?P<name>\w+)", re.IGNORECASE
)
_TEXTS = re.compile(
    r"""@"\r?\n(.*?)\n"@|@'\r?\n(.*?)\n'@|"((?:[^"`]|`.|"")*)"|'((?:[^']|'')*)'""", re.DOTALL
)
_LINE = re.compile(r"^[ \t]*(\$?\{?[A-Za-z_]\w*\}?\w*)[ \t]*(?:=|<<)", re.MULTILINE | re.ASCII)
_WRITES = re.compile(
    r">|\b(?:Out-File|Add-Content|Set-Content|Tee-Object|AppendAllText|WriteAllText|WriteLine|ac|sc)\b",
    re.IGNORECASE,
)
_SILENT = re.compile(r"GITHUB_(?:STEP_SUMMARY|OUTPUT)|\.(?:md|txt|html)\b", re.IGNORECASE)
_COMMENTS = re.compile(
    r"""("(?:[^"`\n]|`.)*"|'[^'\n]*')|<\#.*?\#>|(?<![\w`$])\#[^\n]*""", re.DOTALL
)
_CONSTANT = re.compile(r"""\$(\w+)\s*=\s*["']([\w]*)["']\s*(?:\+\s*["'](\w*)["'])?""", re.ASCII)


def hits(text: str, names: Names) -> Iterator[Hit]:
    """All that a PowerShell script says of the names, each once."""
    plain = _COMMENTS.sub(lambda found: found[1] or re.sub(r"[^\n]", " ", found[0]), text)
    plain = re.sub(r"`\r?\n", lambda found: " " * len(found[0]), plain)
    yield from dict.fromkeys(_hits(plain, names))


def _hits(text: str, names: Names) -> Iterator[Hit]:
    constants = {
        found[1].lower(): found[2] + (found[3] or "") for found in _CONSTANT.finditer(text)
    }
    for found in _SETS.finditer(text):
        group = found.lastgroup or "env"
        yield from _one(
            _value(found[group], text[found.end(group) :], constants),
            found.start(group),
            names,
            "$env:",
        )
    for found in _NEW_ITEM.finditer(text):
        yield from _one(found["name"], found.start("name"), names, "New-Item")
    to_env = "GITHUB_ENV" in text.upper()
    for found in _TEXTS.finditer(text):
        inside = next((each for each in found.groups() if each is not None), "")
        # The command that a text is written by is on its line, or begins or ends there.
        before = text.rfind("\n", 0, found.start()) + 1
        after = text.find("\n", found.end())
        around = text[before : found.start()] + text[found.end() : after if after >= 0 else None]
        if _SILENT.search(around):
            continue
        if _WRITES.search(around) or (to_env and found[0].startswith("@")):
            start = found.start() + found[0].find(inside)
            for line in _LINE.finditer(inside):
                name = _constants(line[1], constants)
                for hit in _one(name, start + line.start(1), names, "written into a file"):
                    if hit.kind == "set" or "GITHUB_ENV" in around.upper():
                        yield hit
    for found in re.finditer(
        r"(?:^|[\s;|&(])(?:echo|Write-Output)[ \t]+([A-Za-z_]\w*)=[^\n|>]*(?:>|\|)", text, re.I
    ):
        yield from _one(found[1], found.start(1), names, "written into a file")


def _value(raw: str, follows: str, constants: dict[str, str]) -> str:
    """A quoted text, a variable, or two texts that are put together."""
    if raw[:1] in "\"'" and (more := re.match(r"\s*\+\s*[\"'](\w*)[\"']", follows)):
        raw = raw[:-1] + more[1] + raw[-1]
    return _constants(raw.strip("\"'"), constants)


def _constants(raw: str, constants: dict[str, str]) -> str:
    return re.sub(
        r"\$\{?(\w+)\}?", lambda found: constants.get(found[1].lower(), UNKNOWN), raw
    ).replace("`", "")


def _one(name: str, offset: int, names: Names, how: str) -> Iterator[Hit]:
    yield from named(name, offset, names, how, fold=True)


_CMD = re.compile(
    r"""^[@\s(]*(?:if\s[^\n]*?\s)?(?:set(?:x)?\s+(?:/[a-z]\s+)*"?(?P<set>[\w^]+)\s*(?:=|\s)|echo\s*\(?(?P<echo>[\w^]+)=[^\n]*>)""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE | re.ASCII,
)


def cmd_hits(text: str, names: Names) -> Iterator[Hit]:
    """All that a script of cmd.exe says of the names."""
    for found in _CMD.finditer(text):
        group = found.lastgroup or "set"
        for hit in _one(found[group].replace("^", ""), found.start(group), names, group):
            yield replace(hit, how=f"cmd {group}")
