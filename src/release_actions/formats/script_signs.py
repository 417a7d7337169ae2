"""Signs that a script calls a file, or sets a variable by a computed name. No I/O.

Where no name that is looked for can stand in a text (`Names.possible`), it is still read closely if
one of these signs is in it. They say yes too often, and never no where there is something. Each
begins with letters that are looked for first: that is a hundred times as fast.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_GAP = rb"[ \t]"
_PATH = rb"[\"']?+[\w.@%+-]++(?:/[\w.@%+-]++)++[\"']?+(?=[ \t;&|)\n\r<>`},]|$)"
_FIRST = rb"[\"']?+(?:\w++=[^\s;&|]*+[ \t]++)*+" + _PATH
# A word, on the line of a command, whose beginning is a variable, a substitution or braces.
_COMPUTED = rb"[^\n]*?[\s\\][\"'\\]*\w*[\"'\\]*[$`{]"


def _signs(*signs: tuple[bytes, bytes]) -> tuple[tuple[bytes, re.Pattern[bytes]], ...]:
    return tuple((begin, re.compile(expression, re.MULTILINE)) for begin, expression in signs)


_SHELLS = rb"(?:(?<=\bsh)|(?<=\bbash)|(?<=\bzsh)|(?<=\bdash)|(?<=\bksh)|(?<=\bash)|(?<=\bpwsh))"

PREFIXES = b"then do else if while until ! time sudo exec nohup timeout nice env xargs".split()

CALLS = _signs(
    (b".", rb"\.(?:sh|bash|zsh|ksh|py|ps1|psm1|cmd|bat|env)\b"),
    (b"ompose", rb"ompose"),
    (b"ockerfile", rb"ockerfile"),
    (b"ontainerfile", rb"ontainerfile"),
    (b"./", rb"\./(?<=[\s.\"'=(;&|`!{:]\./)[\w\"'$]"),
    (
        b"sh",
        rb"sh"
        + _SHELLS
        + rb"[\"']?"
        + _GAP
        + rb"(?:[^\n]*?[/<]|[ \t]*+[\w.]++(?=[ \t;&|)\n\r<>]|$))",
    ),
    (b"python", rb"python[\d.]*[\"']?" + _GAP + rb"[^\n]*?[/<]"),
    (b"py ", rb"\bpy [^\n]*/"),
    (b"source", rb"source[\"']?" + _GAP + rb"+[\w.$\"'/]"),
    (b". ", rb"\.(?<=[\s;&|({\"'`]\.)" + _GAP + rb"+[\w$\"'/]"),
    (b"\n", rb"\n[ \t]*+(?:-[ ]++)?+" + _FIRST),
    (b"run", rb"run[\"']?:[ \t]*+" + _FIRST),
    (b";", rb";" + _GAP + rb"*+" + _PATH),
    (b"&", rb"&" + _GAP + rb"*+" + _PATH),
    (b"|", rb"\|" + _GAP + rb"*+" + _PATH),
    (b"(", rb"\(" + _GAP + rb"*+" + _PATH),
    (b")", rb"\)" + _GAP + rb"*+" + _PATH),
    (b"{ ", rb"\{" + _GAP + rb"++" + _PATH),
    (b"`", rb"`" + _GAP + rb"*+" + _PATH),
    *(
        (word, word + _GAP + rb"++(?:(?:-\S++|\d++\w?|\w++=\S*+)[ \t]++)*" + _PATH)
        for word in PREFIXES
    ),
)

COMPUTES = _signs(
    *((word, word + _COMPUTED) for word in b"export declare typeset readonly local eval".split()),
    (b"env ", rb"\benv" + _COMPUTED),
    (b"mapfile", rb"mapfile" + _COMPUTED),
    (b"readarray", rb"readarray" + _COMPUTED),
    (b"read ", rb"\bread" + _COMPUTED),
    (b"getopts", rb"getopts" + _COMPUTED),
    (b"-v", rb"-v[ \t\"']+\w*[\"']?[$`]|-v[$`]"),
    (b"-e", rb"-e[\"']?[ \t=]*[\"']?\w*[\"']?[$`{]"),
    (b"env", rb"--[\w-]*env[\w-]*[\"']?[ \t=]+[\"']?\w*[\"']?[$`{]"),
    (b"--build-arg", rb"--build-arg[\"']?[ \t=]+[\"']?\w*[\"']?[$`{]"),
    (b"environ", rb"environ\b"),
    (b"Env:", rb"Env:[^\n]*\$"),
    (b"env:", rb"env:[\\/]?\$"),
    (b"SetEnvironmentVariable", rb"SetEnvironmentVariable"),
)

USES = _signs(
    (b"uses", rb"uses[\"']?[ \t]*:\s*(?:[>|]-?\s*|[&!]\S+\s+)*[\"']?\./"),
    (b"uses", rb"uses[\"']?[ \t]*:\s*[\"']?\*"),
    (b"uses", rb"uses[\"']?[ \t]*:\s*\\?\r?\n"),
    (b".y", rb"\.ya?ml@"),
    # All variables at once: `env: ${{ … }}`.
    (b"env", rb"env[\"']?[ \t]*:\s*(?:[>|][-+\d]*\s*|[&!]\S+\s+)?[\"']?\$\{\{"),
)

_BETWEEN = b"'\"\\`^+ \t\r\n$"
_CONTINUED = re.compile(rb"\\\r?\n")
_UPPER = bytes(range(256)).upper()


MOST_LINES = 100_000  # that are remembered; some ten megabytes


@dataclass
class Signs:
    """Looks for signs, and remembers lines that have none: workflows have most lines in common.

    A sign stands within one line, once continued lines are one.
    """

    plain: set[bytes] = field(default_factory=set)

    def any_in(self, text: bytes) -> bool:
        """Whether a file is called, a name is computed, or something goes into GITHUB_ENV."""
        if b"\\" in text:
            text = _CONTINUED.sub(b" ", text)
        new = set(text.split(b"\n")) - self.plain
        if any_in(b"\n".join(new)):
            return True
        if len(self.plain) > MOST_LINES:
            self.plain.clear()
        self.plain |= new
        return False


def any_in(text: bytes) -> bool:
    """The same, of a text whose continued lines are one already."""
    if b"GITHUB_ENV" in text.translate(_UPPER, _BETWEEN):
        return True
    text = b"\n%b\n" % text  # so that what begins or ends it stands as on a line of its own
    return _found(CALLS, text) or _found(COMPUTES, text)


def calls_by_uses(text: bytes) -> bool:
    """Whether a workflow uses a local action or workflow, or another repository's workflow."""
    return _found(USES, text)


def _found(signs: tuple[tuple[bytes, re.Pattern[bytes]], ...], text: bytes) -> bool:
    return any(begin in text and sign.search(text) for begin, sign in signs)
