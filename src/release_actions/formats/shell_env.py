"""Which variables a shell script sets, for itself, for what it calls, or in files. No I/O.

Assignments, `export`, `env NAME=…`, `-e NAME`, `--build-arg`, what is printed into GITHUB_ENV or
into a file, scripts within the script, and names that stand in variables. A text that is only
printed, searched for or unset is no assignment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, product

from release_actions.formats import python_env
from release_actions.formats.env_hits import UNKNOWN, Hit, in_lines, named
from release_actions.formats.env_names import Names
from release_actions.formats.shell_words import (
    Group,
    Node,
    Pipe,
    Redirect,
    ShellError,
    Simple,
    Word,
    ansi,
    commands,
    constant,
)

NAMES = re.compile(r"[A-Za-z_\x00][\w\x00]*", re.ASCII)
_ASSIGNMENT = re.compile(r"([A-Za-z_][\w\x00]*|\x00[\w\x00]*)(?:\[[^\]]*\])?\+?=", re.ASCII)
_OPTION_WITH_NAME = re.compile(
    r"(?:-e|--env|--build-arg|--env-add|--set-env|--(?:set|update)-env-vars|--secret-env)(=|$)"
)
DECLARING = frozenset({"export", "declare", "typeset", "readonly", "local"})
PRINTING = frozenset({"echo", "printf", "print", "Write-Output"})
# Their arguments are prose or patterns: NAME=… there sets nothing.
TALKING = frozenset(
    [
        "echo",
        "printf",
        "print",
        "grep",
        "egrep",
        "fgrep",
        "rg",
        "ag",
        "test",
        "[",
        "[[",
        ":",
        "true",
        "false",
        "fail",
        "die",
        "log",
        "info",
        "warn",
        "error",
        "error_exit",
        "notice",
        "gh",
        "git",
        "mail",
        "cut",
        "tr",
        "head",
        "tail",
        "wc",
        "sort",
        "uniq",
        "comm",
        "diff",
        "cmp",
        "awk",
        "gawk",
        "sha256sum",
        "cat",
        "tee",
        "less",
        "more",
        "sed",
        "jq",
        "yq",
        "perl",
        "unset",
        "trap",
        "exit",
        "return",
        "die_if",
    ]
)
BEFORE = frozenset(
    [
        "sudo",
        "nohup",
        "time",
        "exec",
        "command",
        "builtin",
        "nice",
        "timeout",
        "xargs",
        "stdbuf",
        "setsid",
        "then",
        "do",
    ]
)
SHELLS = frozenset(["bash", "sh", "zsh", "dash", "ksh", "ash"])
PYTHONS = re.compile(r"python[\d.]*|py")
OTHERS = {"pwsh": "pwsh", "powershell": "pwsh", "source": "source", ".": "source"}
PROSE = re.compile(r"\.(?:md|txt|html|rst|log|adoc)$", re.IGNORECASE)
SILENT = re.compile(r"^/dev/|GITHUB_(?:STEP_SUMMARY|OUTPUT)|^&?[0-9-]$")
SCRIPT = re.compile(
    r"[\w.@%+/-]*\.(?:sh|bash|zsh|ksh|py|ps1)|\.{0,2}/?[\w.@%+-]+(?:/[\w.@%+-]+)+|\./[\w.@%+-]+",
    re.ASCII,
)
DATA = re.compile(
    r"(?:[\w.@%+/-]*/)?(?:\.env(?:\.[\w.-]+)?|[\w.-]+\.env|[\w.-]*compose[\w.-]*\.ya?ml|(?:[\w.-]+\.)?Dockerfile(?:\.[\w-]+)?|Containerfile)",
    re.ASCII,
)
MANY = 32  # readings of one word whose variables have several values


@dataclass
class Known:
    """What variables are known to hold; None is: something else too."""

    values: dict[str, list[str | None]] = field(default_factory=dict)

    def add(self, name: str, values: Sequence[str]) -> None:
        had = self.values.setdefault(name, [])
        for value in values:
            one = None if UNKNOWN in value else value
            if one not in had:
                had.append(one)

    def get(self, name: str) -> list[str]:
        return [UNKNOWN if value is None else value for value in self.values.get(name, [None])]


@dataclass(frozen=True)
class Reading:
    """One way to read a word, and where each part of it stands in the script."""

    text: str
    starts: tuple[tuple[int, int, bool], ...]  # in the text, in the script, whether as written

    def at(self, index: int) -> int:
        within, offset, written = next(s for s in reversed(self.starts) if s[0] <= index)
        return offset + (index - within if written else 0)


def hits(
    text: str, names: Names, known: Mapping[str, str] | None = None, *, printed_to: str = ""
) -> Iterator[Hit]:
    """All that a script says of the names, once each.

    `known` are variables that stand in its environment by a constant text; `printed_to` is `env`
    where its output goes to GITHUB_ENV.
    """
    scene = _Scene(names, Known({n: [v] for n, v in (known or {}).items()}))
    try:
        nodes = commands(text)
    except (ShellError, RecursionError) as error:
        offset = error.offset if isinstance(error, ShellError) else 0
        yield Hit("unread", str(error) or "too deep", offset, "shell")
        return
    yield from dict.fromkeys(scene.all(nodes, printed_to))


@dataclass
class _Scene:
    names: Names
    known: Known
    moved: int | None = None  # where all of a text stands that was a word of another
    depth: int = 0

    def all(self, nodes: Sequence[Node], sink: str) -> Iterator[Hit]:
        for node in nodes:
            yield from self.node(node, sink)

    def node(self, node: Node, sink: str) -> Iterator[Hit]:
        if isinstance(node, Simple):
            yield from self.simple(node, sink)
        elif isinstance(node, Group):
            yield from self.redirected(node.redirects)
            yield from self.all(node.nodes, self.sink(node.redirects, sink))
        else:
            yield from self.pipe(node, sink)

    def pipe(self, node: Pipe, sink: str) -> Iterator[Hit]:
        for index, part in enumerate(node.nodes):
            yield from self.node(part, self.fed(node.nodes[index + 1 :], sink))

    def fed(self, later: Sequence[Node], sink: str) -> str:
        """Where what a command prints comes to, through those that read it."""
        for index, node in enumerate(later):
            if not isinstance(node, Simple):
                return "file" if isinstance(node, Group) else sink
            words = [self.texts(word)[0].text for word in node.words]
            name = _base(words[0]) if words else ""
            if name == "tee":
                targets = " ".join(words[1:])
                return "env" if "GITHUB_ENV" in targets else self.sink_of(targets, "file")
            if name not in TALKING or name in PRINTING:
                return "" if name in PRINTING else "file"
            sink = self.sink(node.redirects, sink if index == len(later) - 1 else "")
            if sink:
                return sink
        return sink

    def sink(self, redirects: Sequence[Redirect], sink: str) -> str:
        for redirect in redirects:
            if redirect.operator in (">", ">>", ">|", "<>", ">&"):
                sink = self.sink_of(self.texts(redirect.target)[0].text, "file")
        return sink

    @staticmethod
    def sink_of(target: str, else_: str) -> str:
        if "GITHUB_ENV" in target:
            return "env"
        return "" if SILENT.search(target) or PROSE.search(target) else else_

    def redirected(self, redirects: Sequence[Redirect]) -> Iterator[Hit]:
        for redirect in redirects:
            yield from self.inside(redirect.target)
            if redirect.body is not None:
                yield from self.inside(redirect.body)
            elif redirect.operator == "<":
                yield from self.files(redirect.target)

    def simple(self, node: Simple, sink: str) -> Iterator[Hit]:
        redirects = tuple(node.redirects)
        yield from self.redirected(redirects)
        for word in node.words:
            yield from self.inside(word)
        words = list(node.words)
        while words and (found := self.assigned(words[0])):
            yield from found[0]
            words.pop(0)
        if words:
            yield from self.command(words, redirects, self.sink(redirects, sink))

    def assigned(self, word: Word) -> tuple[list[Hit], bool] | None:
        """NAME=value, also with what it makes known; None where the word is none."""
        readings = self.texts(word)
        # A name that is assigned stands there as it is: no variable, no quotes.
        first = _ASSIGNMENT.match(readings[0].text)
        if first is None:
            return None
        if UNKNOWN in first[1] or word.pieces[0].text is None:
            # Within eval a name is put in before the assignment is read; else it is no assignment.
            return (
                (list(self.named(first[1], readings[0].at(0), "eval")), True)
                if self.depth
                else None
            )
        self.known.add(_name(first), [r.text[first.end() :] for r in readings])
        return list(self.named(first[1], readings[0].at(0), "assignment")), True

    def command(self, words: list[Word], redirects: Sequence[Redirect], sink: str) -> Iterator[Hit]:
        first = self.texts(words[0])[0]
        name = _base(first.text)
        rest = words[1:]
        for word in words:
            yield from self.files(word)
        if name in DECLARING:
            yield from self.declared(name, rest)
        elif name == "env":
            yield from self.environment(rest, redirects, sink)
        elif name in BEFORE:
            yield from self.behind(rest, redirects, sink)
        elif name in ("for", "select", "read", "mapfile", "readarray", "getopts", "let"):
            yield from self.taking(name, rest)
        elif name in PRINTING:
            yield from self.printed(name, rest, sink)
        elif name == "eval":
            yield from self.evaluated(rest)
        elif name in SHELLS or name in OTHERS or PYTHONS.fullmatch(name):
            yield from self.interpreted(name, rest, redirects, sink)
        elif name in ("jq", "yq", "sed", "perl"):
            yield from self.edited(name, rest)
        elif name != "unset":
            yield from self.called(words, name)
            yield from self.documents(name, redirects, sink)
            if sink == "env" and name not in ("tee",):
                yield from self.poured(words)
        if name not in SHELLS and name not in OTHERS and not PYTHONS.fullmatch(name):
            yield from self.script(first, "")

    def declared(self, name: str, words: Sequence[Word]) -> Iterator[Hit]:
        options = [t for w in words if (t := self.texts(w)[0].text).startswith("-")]
        if any("p" in o or (name == "export" and "n" in o) or "f" in o for o in options):
            return
        for word in words:
            readings = self.texts(word)
            for reading in readings:
                if not reading.text.startswith("-"):
                    yield from self.pairs(reading, name)
            if found := _ASSIGNMENT.match(readings[0].text):
                self.known.add(_name(found), [r.text[found.end() :] for r in readings])

    def pairs(self, reading: Reading, how: str) -> Iterator[Hit]:
        """NAME, NAME=value, or several of them in one substitution."""
        found = NAMES.match(reading.text)
        if found is not None:
            name = found[0]
            follows = reading.text[found.end() : found.end() + 1]
            if follows in ("", "=", "+", "[") or UNKNOWN in name:
                yield from self.named(name, reading.at(0), how)

    def environment(
        self, words: list[Word], redirects: Sequence[Redirect], sink: str
    ) -> Iterator[Hit]:
        """`env -u A B=1 command`."""
        while words:
            reading = self.texts(words[0])[0]
            text = reading.text
            if text in ("-u", "--unset", "-C", "--chdir"):
                words = words[2:]
            elif text in ("-S", "--split-string") and len(words) > 1:
                yield from self.nested(words[1], "env -S", lead="env ")
                return
            elif text.startswith("-"):
                words = words[1:]
            elif _ASSIGNMENT.match(text) or (text[:1] == UNKNOWN and len(text) < 2):
                for each in self.texts(words[0]):
                    yield from self.pairs(each, "env")
                words = words[1:]
            else:
                break
        if words:
            yield from self.command(words, redirects, sink)

    def behind(self, words: list[Word], redirects: Sequence[Redirect], sink: str) -> Iterator[Hit]:
        """`sudo -E A=1 command`, `timeout 10m command`."""
        while words:
            text = self.texts(words[0])[0].text
            found = self.assigned(words[0])
            if found:
                yield from found[0]
            elif not (text.startswith("-") or re.fullmatch(r"[\d.]+[smhd]?", text)):
                break
            words = words[1:]
        if words:
            yield from self.command(words, redirects, sink)

    def taking(self, name: str, words: list[Word]) -> Iterator[Hit]:
        """`for NAME in …`, `read NAME …`, `let NAME=…`: variables that get their values so."""
        texts = [self.texts(word)[0] for word in words]
        if name in ("for", "select"):
            values = [r.text for word in words[2:] for r in self.texts(word)]
            if texts:
                self.known.add(texts[0].text, values or [UNKNOWN])
            texts = texts[:1]
        for reading in texts:
            if not reading.text.startswith("-"):
                if name not in ("for", "select", "let"):
                    self.known.add(reading.text, [UNKNOWN])
                yield from self.pairs(reading, name)

    def printed(self, name: str, words: list[Word], sink: str) -> Iterator[Hit]:
        if name == "printf" and words and self.texts(words[0])[0].text == "-v":
            for reading in self.texts(words[1]) if len(words) > 1 else ():
                yield from self.pairs(reading, "printf -v")
            return
        if not sink:
            return
        for reading in self.joined(words, formatted=name == "printf"):
            yield from self.lines(reading, sink, name)

    def joined(self, words: list[Word], *, formatted: bool) -> Iterator[Reading]:
        """What is printed, as text; its variables in every reading that is known."""
        choices = [self.texts(word) for word in words]
        for chosen in islice(product(*choices), MANY):
            parts = [c for c in chosen if formatted or not re.fullmatch("-[neE]+", c.text)]
            yield _formatted(parts) if formatted and parts else _spaced(parts)

    def lines(self, reading: Reading, sink: str, how: str) -> Iterator[Hit]:
        where = "GITHUB_ENV" if sink == "env" else "a file"
        for hit in in_lines(reading.text, self.names, f"{how} into {where}"):
            if hit.kind == "set" or sink == "env":
                yield self.placed(replace(hit, offset=reading.at(hit.offset)))
        if sink == "env" and reading.text.strip() == UNKNOWN and self.names.may_begin(""):
            yield self.placed(Hit("computed", "…", reading.at(0), f"{how} into GITHUB_ENV"))

    def evaluated(self, words: list[Word]) -> Iterator[Hit]:
        for word in words:
            if any(piece.text for piece in word.pieces):
                yield from self.nested(word, "eval")

    def nested(self, word: Word, how: str, lead: str = "") -> Iterator[Hit]:
        """A script that is a word of this one."""
        for reading in self.texts(word):
            if self.depth > 5:
                yield self.placed(Hit("unread", f"{how} within {how}", reading.at(0), "shell"))
                return
            text = lead + reading.text.replace(UNKNOWN, "${__}")
            start = reading.starts[0][1] if reading.starts else word.offset
            straight = len(reading.starts) == 1 and not lead
            inner = _Scene(self.names, self.known, start, self.depth + 1)
            try:
                found = list(inner.all(commands(text), ""))
            except ShellError:
                yield self.placed(Hit("unread", reading.text[:40], start, how))
                return
            for hit in found:
                inside = (
                    reading.at(hit.offset - start) if straight and hit.offset > start else start
                )
                yield replace(hit, offset=inside if self.moved is None else self.moved)

    def interpreted(
        self, name: str, words: list[Word], redirects: Sequence[Redirect], sink: str
    ) -> Iterator[Hit]:
        """`bash -c '…'`, `python - <<EOF`, `source ./x.sh`, `python tools/x.py`."""
        how = OTHERS.get(name) or ("bash" if name in SHELLS else "python")
        texts = [self.texts(word)[0] for word in words]
        script = None
        for index, reading in enumerate(texts):
            flag = reading.text
            if re.fullmatch(r"-[a-zA-Z]*c|-Command", flag) and index + 1 < len(texts):
                if how == "bash":
                    yield from self.nested(words[index + 1], f"{name} -c")
                elif how == "python":
                    yield from self.python(self.texts(words[index + 1])[0])
                break
            if flag == "-m" and how == "python":
                script = replace(texts[index + 1], text="-") if index + 1 < len(texts) else None
                break
            if flag in ("-o", "-O", "+o", "-W", "-X", "--rcfile"):
                continue
            if not flag.startswith(("-", "+")) and (
                index == 0 or texts[index - 1].text not in ("-o", "-O", "+o", "-W", "-X")
            ):
                script = reading
                break
        if script is not None:
            yield from self.script(script, how)
        for redirect in redirects:
            if redirect.body is not None:
                if how == "bash":
                    yield from self.nested(redirect.body, f"{name} <<")
                elif how == "python":
                    yield from self.python(self.texts(redirect.body)[0])
        if sink == "env":
            yield from self.poured(words)

    def python(self, reading: Reading) -> Iterator[Hit]:
        for hit in python_env.hits(reading.text.replace(UNKNOWN, "_"), self.names):
            yield self.placed(replace(hit, offset=reading.at(hit.offset)))

    def edited(self, name: str, words: list[Word]) -> Iterator[Hit]:
        """What an editor is told to write: `.env.NAME = 1`, `s/…/NAME=1/`."""
        texts = [self.texts(word)[0] for word in words]
        if name in ("sed", "perl") and not any(
            re.match(r"-\w*i|--in-place", t.text) for t in texts
        ):
            return
        for reading in texts:
            for found in NAMES.finditer(reading.text):
                before, after = reading.text[: found.start()], reading.text[found.end() :]
                if name in ("sed", "perl"):
                    sets = _replaces(before) and re.match(r"\s*[=:]", after)
                else:
                    sets = re.match(r"[\"'\]]*\s*(?:[|+/*-]?=(?!=)|:(?!:))", after)
                if sets:
                    yield from self.named(found[0], reading.at(found.start()), name)

    def called(self, words: list[Word], name: str) -> Iterator[Hit]:
        """NAME=… and `-e NAME` among the words of any other program."""
        takes = False
        for word in words[1:]:
            for reading in self.texts(word):
                if takes:
                    for part in re.finditer(r"[^,]+", reading.text):
                        if found := NAMES.match(part[0]):
                            yield from self.named(
                                found[0], reading.at(part.start()), f"an option of {name}"
                            )
                elif name not in TALKING:
                    yield from self.argument(reading, name)
            option = _OPTION_WITH_NAME.match(self.texts(word)[0].text)
            takes = bool(option) and not option[1] and name not in TALKING if option else False

    def argument(self, reading: Reading, name: str) -> Iterator[Hit]:
        text = reading.text
        option = re.match(
            r"--?[\w-]+=(?=[A-Za-z_\x00][\w\x00]*(?:=|,|$))|-e(?=[A-Z_a-z\x00]+=)", text
        )
        for part in re.finditer(r"[^,]+", text[option.end() :] if option else text):
            start = part.start() + (option.end() if option else 0)
            found = _ASSIGNMENT.match(part[0])
            known_option = option and _OPTION_WITH_NAME.match(text)
            if found and UNKNOWN not in found[1][:1]:
                yield from self.named(found[1], reading.at(start), f"an argument of {name}")
            elif known_option and (bare := NAMES.fullmatch(part[0])):
                yield from self.named(bare[0], reading.at(start), f"an option of {name}")

    def documents(self, name: str, redirects: Sequence[Redirect], sink: str) -> Iterator[Hit]:
        """`cat > file <<EOF`, `kubectl apply -f - <<EOF`."""
        for redirect in redirects:
            if redirect.body is not None:
                to = sink if name in TALKING else sink or "file"
                if name == "tee":
                    to = "env" if sink == "env" else "file"
                if to:
                    for reading in self.texts(redirect.body):
                        yield from self.lines(reading, to, f"{name} <<")

    def poured(self, words: Sequence[Word]) -> Iterator[Hit]:
        """A command prints into GITHUB_ENV what only the run knows."""
        texts = [self.texts(word)[0] for word in words]
        if texts and texts[0].text not in ("true", ":") and self.names.may_begin(""):
            command = " ".join(t.text.replace(UNKNOWN, "…") for t in texts)
            if not (texts[0].text == "cat" and len(texts) == 1):
                yield self.placed(Hit("computed", command[:80], texts[0].at(0), "into GITHUB_ENV"))

    def script(self, reading: Reading, how: str) -> Iterator[Hit]:
        text = reading.text.removeprefix(UNKNOWN + "/")
        if UNKNOWN not in text and text != "-" and (how or SCRIPT.fullmatch(text)):
            yield self.placed(Hit("script", text, reading.at(0), how))

    def files(self, word: Word) -> Iterator[Hit]:
        for reading in self.texts(word):
            text = reading.text.rpartition("=")[2].removeprefix(UNKNOWN + "/").removeprefix("@")
            if DATA.fullmatch(text):
                yield self.placed(Hit("data", text, reading.at(0), ""))

    def inside(self, word: Word) -> Iterator[Hit]:
        """Commands that are substituted in a word."""
        for piece in word.pieces:
            if piece.commands:
                yield from self.all(piece.commands, "")

    def named(self, name: str, offset: int, how: str) -> Iterator[Hit]:
        for hit in named(name, offset, self.names, how):
            yield self.placed(hit)

    def placed(self, hit: Hit) -> Hit:
        return hit if self.moved is None else replace(hit, offset=self.moved + hit.offset)

    def texts(self, word: Word) -> list[Reading]:
        """Every way to read a word; at least one."""
        choices: list[list[tuple[str, int, bool]]] = []
        for piece in word.pieces:
            if piece.text is not None:
                choices.append([(piece.text, piece.offset, True)])
            elif piece.variable == "GITHUB_ENV":
                choices.append([("$GITHUB_ENV", piece.offset, True)])
            elif piece.variable.startswith("GITHUB_"):
                choices.append([(f"{UNKNOWN}{piece.variable}", piece.offset, False)])
            elif piece.variable.startswith("{"):
                choices.append(
                    [(v, piece.offset, False) for v in self.expression(piece.variable[1:])]
                )
            elif piece.variable:
                values = self.known.get(piece.variable)
                choices.append([(value, piece.offset, False) for value in values])
            elif piece.commands:
                values = self.captured(piece.commands)
                choices.append([(value, piece.offset, False) for value in values])
            else:
                choices.append([(UNKNOWN, piece.offset, False)])
        return [_put(chosen, word.offset) for chosen in islice(product(*choices), MANY)]

    def expression(self, text: str) -> list[str]:
        if (value := constant(text)) is not None:
            return [value]
        if found := re.fullmatch(r"env\.(\w+)", text):
            return self.known.get(found[1])
        return [UNKNOWN + text if "GITHUB_" in text.upper() else UNKNOWN]

    def captured(self, nodes: Sequence[Node]) -> list[str]:
        """What `$(echo NAME=1)` comes to, where that can be told."""
        if len(nodes) == 1 and isinstance(nodes[0], Simple) and not nodes[0].redirects:
            words = nodes[0].words
            if words and (name := self.texts(words[0])[0].text) in ("echo", "printf"):
                readings = self.joined(list(words[1:]), formatted=name == "printf")
                return [reading.text for reading in readings] or [""]
        return [UNKNOWN]


def _name(found: re.Match[str]) -> str:
    return found[1]


def _base(text: str) -> str:
    return text.rpartition("/")[2]


def _replaces(before: str) -> bool:
    """Whether a place in a sed script is what is put in, and not what is looked for."""
    if found := re.search(r"(?:^|[;{}\s\d$/'\"])s([^\w\s\\])", before):
        return before[found.end() :].count(found[1]) % 3 == 1
    return bool(re.search(r"(?:^|[\s;/\d$])[aic](?:\\|\s|$)", before))


def _put(chosen: Sequence[tuple[str, int, bool]], offset: int) -> Reading:
    text = ""
    starts: list[tuple[int, int, bool]] = []
    for value, at, written in chosen:
        if value:
            starts.append((len(text), at, written))
            text += value
    return Reading(text, tuple(starts) or ((0, offset, False),))


def _spaced(parts: Sequence[Reading]) -> Reading:
    text = ""
    starts: list[tuple[int, int, bool]] = []
    for part in parts:
        text += " " if text else ""
        starts += [(len(text) + at, offset, written) for at, offset, written in part.starts]
        text += part.text
    plain = ansi(text) if "\\" in text else text
    # An escape shortens the text: from there on, places are those of the line's own word.
    return Reading(plain, tuple(starts) or ((0, 0, False),))


def _formatted(parts: Sequence[Reading]) -> Reading:
    """printf's text: its arguments put into the format, over and over."""
    format, rest = parts[0], list(parts[1:])
    text = ""
    starts: list[tuple[int, int, bool]] = []
    for _ in range(MANY):
        had = len(rest)
        for found in re.finditer(r"%%|%[-+ #0]*[\d.]*([a-zA-Z])|[^%]+|%", format.text):
            if found[1]:
                value = rest.pop(0) if rest else Reading("", ((0, format.at(0), False),))
                starts += [(len(text) + at, offset, w) for at, offset, w in value.starts]
                text += value.text
            else:
                starts.append((len(text), format.at(found.start()), True))
                text += ansi("%" if found[0] == "%%" else found[0])
        if not rest or len(rest) == had:
            break
    return Reading(text, tuple(starts) or ((0, format.at(0), False),))
