"""Signs that a script calls a file, or sets a variable by a computed name. No I/O.

Where no name that is looked for can stand in a text (`Names.possible`), it is still read closely if
one of these signs is in it. They say yes too often, and never no where there is something. Each
begins with letters that are looked for first: that is a hundred times as fast.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_GAP = rb"[ \t]"
# A folder that stands in a variable, or is what a command prints.
_LEAD = rb"(?:\$(?:\w++|\{[^}\n]*+\}\}?+|\([^\n]*?\))[\"']?/)?+"
_PATH = (
    rb"[\"']*+"
    + _LEAD
    + rb"(?:[\w.@%+-]++|\$\w++)(?:[\"']*+/[\"']*+[\w.@%+${}-]++)++[\"'\\]*+(?=[ \t;&|)\n\r<>`},]|$)"
)
# Options of python up to a word that is none: a script. Behind -m and -c none follows.
_OWN = rb"(?:[ \t]*+-(?!\w*[mc][ \t])\S*+[ \t])*+[ \t]*+[^\s-]"
_PYTHON = rb"(?:[\w.-]*+/)*+py(?:thon[\d.]*+)?[\"']?[ \t]" + _OWN
_CALLED = rb"(?:" + _PATH + rb"|[\"']?" + _PYTHON + rb")"
_FIRST = rb"[\"']?+(?:\w++=[^\s;&|]*+[ \t]++)*+" + _CALLED
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
        + rb"(?:[^\n]*?[/<]|(?:[ \t]*+[-+](?![a-zA-Z]*c[ \t])\S*+[ \t])*+[ \t]*+[^\s+-])",
    ),
    (b"powershell", rb"powershell" + _GAP),
    (b"python", rb"python[\d.]*[\"']?" + _GAP + rb"[^\n]*?[/<]"),
    (b"py ", rb"\bpy [^\n]*/"),
    (b"py", rb"[\"']" + _PYTHON),
    (b"source", rb"source[\"']?" + _GAP + rb"+[^\s=]"),
    (b". ", rb"\.(?<=[\s;&|({\"'`]\.)" + _GAP + rb"+[\w$\"'/~.]"),
    (b"\n", rb"\n[ \t]*+(?:-[ ]++)?+" + _FIRST),
    (b"run", rb"run[\"']?:[ \t]*+" + _FIRST),
    (b";", rb";" + _GAP + rb"*+" + _CALLED),
    (b"&", rb"&" + _GAP + rb"*+" + _CALLED),
    (b"|", rb"\|" + _GAP + rb"*+" + _CALLED),
    (b"(", rb"\(" + _GAP + rb"*+" + _CALLED),
    (b")", rb"\)" + _GAP + rb"*+" + _CALLED),
    (b"{ ", rb"\{" + _GAP + rb"++" + _CALLED),
    (b"`", rb"`" + _GAP + rb"*+" + _CALLED),
    *(
        (word, word + _GAP + rb"++(?:(?:-\S++|\d++\w?|\w++=\S*+)[ \t]++)*" + _CALLED)
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
        if not new:
            return False
        if any_in(b"\n".join(new)):
            self._remember(list(new))
            return True
        if len(self.plain) > MOST_LINES:
            self.plain.clear()
        self.plain |= new
        return False

    def _remember(self, lines: list[bytes]) -> None:
        """Of lines that have a sign among them, remember the others: what follows asks again."""
        half = len(lines) // 2
        for some in (lines[:half], lines[half:]) if half else ():
            if any_in(b"\n".join(some)):
                self._remember(some)
            else:
                self.plain.update(some)


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
    for begin, sign in signs:  # noqa: SIM110  # any() of a generator takes three times as long
        if begin in text and sign.search(text):
            return True
    return False
