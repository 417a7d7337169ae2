"""Programs by what they do with their arguments, and files by their names."""

from __future__ import annotations

import re

DECLARING = frozenset({"export", "declare", "typeset", "readonly", "local"})
TAKING = frozenset({"for", "select", "read", "mapfile", "readarray", "getopts", "let"})
PRINTING = frozenset({"echo", "printf", "print", "Write-Output"})
EDITING = frozenset({"jq", "yq", "sed", "perl"})
# Their arguments are prose or patterns: NAME=… there sets nothing.
_TALK = """grep egrep fgrep rg ag test [ [[ : true false fail die die_if log info warn error
    error_exit notice gh git mail cut tr head tail wc sort uniq comm diff cmp awk gawk sha256sum cat
    tee less more unset trap exit return"""
TALKING = PRINTING | EDITING | frozenset(_TALK.split())
# A file that these name need not be there.
_MAKE = "rm touch mkdir ls chmod cp mv ln install curl wget"
MAKING = TALKING | frozenset(_MAKE.split())
_BEFORE = "sudo nohup time exec command builtin nice timeout xargs stdbuf setsid then do"
BEFORE = frozenset(_BEFORE.split())
_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ksh", "ash"})
_PYTHON = re.compile(r"python[\d.]*|py")
_OTHERS = {"pwsh": "pwsh", "powershell": "pwsh", "source": "source", ".": "source"}

SCRIPT = re.compile(
    r"[\w.@%+/*-]*\.(?:sh|bash|zsh|ksh|py|ps1)|\.{0,2}/?[\w.@%+-]+(?:/[\w.@%+-]+)+|\./[\w.@%+-]+",
    re.ASCII,
)
DATA = re.compile(
    r"(?:[\w.@%+/-]*/)?(?:\.env(?:\.[\w.-]+)?|[\w.-]+\.env|[\w.-]*compose[\w.-]*\.ya?ml"
    r"|(?:[\w.-]+\.)?Dockerfile(?:\.[\w-]+)?|Containerfile)",
    re.ASCII,
)


def interpreter(name: str) -> str:
    """bash, python, pwsh or source, for a program that reads a script; else empty."""
    if name in _SHELLS:
        return "bash"
    return "python" if _PYTHON.fullmatch(name) else _OTHERS.get(name, "")


def base(text: str) -> str:
    """A program's name without its folder."""
    return text.rpartition("/")[2]
