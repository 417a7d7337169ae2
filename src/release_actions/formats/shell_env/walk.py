"""Goes through a script's commands in their order, each to what knows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from release_actions.formats.env_hits import Hit
from release_actions.formats.env_names import Names
from release_actions.formats.shell_env import arguments, flow, nested, printing, setting
from release_actions.formats.shell_env.programs import (
    BEFORE,
    DECLARING,
    EDITING,
    MAKING,
    PRINTING,
    TAKING,
    interpreter,
)
from release_actions.formats.shell_env.readings import Known
from release_actions.formats.shell_env.scene import Scene
from release_actions.formats.shell_words import (
    Group,
    Node,
    Pipe,
    Redirect,
    ShellError,
    Simple,
    Word,
    commands,
)


def hits(text: str, names: Names, known: Mapping[str, str] | None = None) -> Iterator[Hit]:
    """All that a script says of the names, once each.

    `known` are variables that stand in its environment by a constant text.
    """
    walk = Walk(names, Known({name: [value] for name, value in (known or {}).items()}))
    try:
        nodes = commands(text)
    except ShellError as error:
        yield Hit("unread", str(error), error.offset, "shell")
        return
    yield from dict.fromkeys(walk.all(nodes, ""))


class Walk(Scene):
    def all(self, nodes: Sequence[Node], sink: str) -> Iterator[Hit]:
        for node in nodes:
            yield from self.node(node, sink)

    def node(self, node: Node, sink: str) -> Iterator[Hit]:
        if isinstance(node, Simple):
            yield from self.simple(node, sink)
        elif isinstance(node, Group):
            yield from self.redirected(node.redirects)
            yield from self.all(node.nodes, flow.of_redirects(self, node.redirects, sink))
        else:
            yield from self.pipe(node, sink)

    def pipe(self, node: Pipe, sink: str) -> Iterator[Hit]:
        for index, part in enumerate(node.nodes):
            yield from self.node(part, flow.fed(self, node.nodes[index + 1 :], sink))

    def redirected(self, redirects: Sequence[Redirect]) -> Iterator[Hit]:
        for redirect in redirects:
            yield from self.inside(redirect.target)
            if redirect.body is not None:
                yield from self.inside(redirect.body)
            elif redirect.operator == "<":
                yield from self.files(redirect.target, "")

    def simple(self, node: Simple, sink: str) -> Iterator[Hit]:
        yield from self.redirected(node.redirects)
        for word in node.words:
            yield from self.inside(word)
        words = list(node.words)
        while words and (found := setting.assigned(self, words[0])) is not None:
            yield from found
            words.pop(0)
        if words:
            sink = flow.of_redirects(self, node.redirects, sink)
            yield from self.command(words, node.redirects, sink)

    def command(
        self, words: Sequence[Word], redirects: Sequence[Redirect], sink: str
    ) -> Iterator[Hit]:
        name = self.program(words[0])
        for word in words:
            yield from self.files(word, "made" if name in MAKING else "")
        yield from self.known_program(name, words, redirects, sink)
        if not interpreter(name):
            yield from self.script(words[0], "")

    def known_program(
        self, name: str, words: Sequence[Word], redirects: Sequence[Redirect], sink: str
    ) -> Iterator[Hit]:
        rest = words[1:]
        if name in DECLARING:
            yield from setting.declared(self, name, rest)
        elif name == "env":
            yield from setting.environment(self, rest, redirects, sink)
        elif name in BEFORE:
            yield from setting.behind(self, rest, redirects, sink)
        elif name in TAKING:
            yield from setting.taking(self, name, rest)
        elif name in PRINTING:
            yield from printing.printed(self, name, rest, sink)
        elif name == "eval":
            yield from nested.evaluated(self, rest)
        elif interpreter(name):
            yield from nested.interpreted(self, name, rest, redirects)
            yield from printing.poured(self, words) if sink == "env" else ()
        elif name in EDITING:
            yield from arguments.edited(self, name, rest)
            yield from printing.documents(self, name, redirects, sink)
        elif name != "unset":
            yield from self.other(name, words, redirects, sink)

    def other(
        self, name: str, words: Sequence[Word], redirects: Sequence[Redirect], sink: str
    ) -> Iterator[Hit]:
        if name == "tee":
            targets = " ".join(self.first(word).text for word in words[1:])
            yield from printing.documents(self, name, redirects, flow.of_target(targets, "file"))
            return
        yield from arguments.called(self, words, name)
        yield from printing.documents(self, name, redirects, sink)
        if sink == "env":
            yield from printing.poured(self, words)
