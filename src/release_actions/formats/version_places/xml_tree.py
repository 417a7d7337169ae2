"""XML with the place of each element's text, by expat's own offsets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from release_actions.formats.version_places.place import Package, Place, Role, Unreadable
from release_actions.formats.version_places.source import Source

# Expat counts bytes; of these encodings each character of a version is one byte.
ENCODINGS = {"utf-8", "us-ascii", "iso-8859-1", "windows-1252"}


@dataclass
class Element:
    """An element: its name without a prefix, its own text, and where that text stands in bytes."""

    name: str
    start: int  # right after its opening tag
    end: int = 0  # right before its closing tag
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self, *path: str) -> Iterator[Element]:
        """Every element at that path below this one, in file order."""
        for child in self.children:
            if child.name == path[0]:
                yield from child.all(*path[1:]) if path[1:] else [child]

    def below(self) -> Iterator[Element]:
        """This element and every one below it, in file order."""
        yield self
        for child in self.children:
            yield from child.below()

    def said(self, *path: str) -> str:
        """The text of the first element at that path; nothing where there is none."""
        return next((element.text.strip() for element in self.all(*path)), "")


class Xml:
    """A file's root element, and its places."""

    def __init__(self, path: str, content: bytes) -> None:
        self.path, self.content = path, content
        self.encoding = "utf-8"
        self._parser = expat.ParserCreate()
        self._open: list[Element] = []
        self._parser.XmlDeclHandler = self._declared
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._said
        self.root = Element("", 0)
        try:
            self._parser.Parse(content, True)
        except expat.ExpatError as error:
            why = f"it is no XML: {expat.ErrorString(error.code)}"
            raise Unreadable(why, error.lineno, error.offset + 1) from error

    def _declared(self, version: str, encoding: str | None, standalone: int) -> None:
        self.encoding = (encoding or "utf-8").lower()
        if self.encoding not in ENCODINGS:
            raise self._refused(f"its encoding {self.encoding} is not read here")

    def _doctype(self, *_: object) -> None:
        # What a document type declares could be put anywhere, or grow without an end.
        raise self._refused("it has a document type; entities are not read here")

    def _refused(self, why: str) -> Unreadable:
        line, column = self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1
        return Unreadable(why, line, column)

    def _start(self, name: str, attributes: object) -> None:
        # The tag ends at the first > outside of its attributes' quotes.
        at, quote = self._parser.CurrentByteIndex, b""
        while quote or self.content[at : at + 1] != b">":
            one = self.content[at : at + 1]
            if quote or one in (b'"', b"'"):
                quote = b"" if one == quote else quote or one
            at += 1
        element = Element(name.rpartition(":")[2], at + 1)
        (self._open[-1] if self._open else self.root).children.append(element)
        self._open.append(element)

    def _said(self, text: str) -> None:
        self._open[-1].text += text

    def _end(self, name: str) -> None:
        self._open.pop().end = self._parser.CurrentByteIndex

    def place(self, element: Element, package: Package, key: str, role: Role) -> Place:
        """The place of the element's text, without the blanks around it.

        :raises Unreadable: where it holds more than a plain text.
        """
        raw = self.content[element.start : element.end].decode(self.encoding)
        source = Source(self.path, self.content, self.encoding)
        at = len(source.text) - len(self.content[element.start :].decode(self.encoding))
        text = raw.strip()
        at += raw.index(text)
        if text != element.text.strip():
            raise source.unreadable(f"`{key}` holds more than a plain text", at)
        if len(text.split()) != 1:
            raise source.unreadable(f"`{key}` is not one word", at)
        return source.place(at, at + len(text), package, key, role)
