"""Places that the caller names: a key of a structured file, or lines that follow a template.

A template is a part of one line with {version}, {python} (the same by PEP 440), {major}, {minor} or
{patch} in it; all else stands for itself. It has to be found as often as it says, no more, no less.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, Self

from release_actions.formats.version_places import readers
from release_actions.formats.version_places.place import Package, Place, Role, Unreadable
from release_actions.formats.version_places.source import Source
from release_actions.formats.version_places.tree import at, is_list, stated, steps
from release_actions.formats.version_source import VersionSource

IDENTIFIERS = r"[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*"
PLACEHOLDERS = {
    "version": rf"[0-9]+(?:\.[0-9]+)+(?:-{IDENTIFIERS})?(?:\+{IDENTIFIERS})?",
    "python": r"[0-9][0-9A-Za-z]*(?:[.!+_-][0-9A-Za-z]+)*",
    "major": "[0-9]+",
    "minor": "[0-9]+",
    "patch": "[0-9]+",
}
PLACEHOLDER = re.compile("{(" + "|".join(PLACEHOLDERS) + ")}")


class Template(str):
    """`FILE: LINE`, or `FILE (N): LINE` for a line that stands there N times."""

    WRITTEN = re.compile(
        r"(?P<file>[^:\s](?:[^:]*?[^:\s])??)(?: \((?P<hits>[1-9][0-9]{0,3})\))?: (?P<line>.+)"
    )

    def __new__(cls, raw: str) -> Self:
        found = cls.WRITTEN.fullmatch(raw.strip())
        if not found or not PLACEHOLDER.search(found["line"]) or not _inside(found["file"]):
            raise ValueError(
                "FILE: LINE, or FILE (N): LINE for N such lines, with one or more of"
                f" {', '.join('{' + name + '}' for name in PLACEHOLDERS)} in the line, such as"
                ' README.md: ordvec = "{major}.{minor}"'
            )
        self = super().__new__(cls, raw.strip())
        self.path, self.line = found["file"], found["line"].strip()
        self.hits = int(found["hits"] or 1)
        return self

    path: str
    line: str
    hits: int

    @classmethod
    def of(cls, path: str, line: str, hits: int = 1) -> Self:
        """The same, of its parts."""
        return cls(f"{path} ({hits}): {line}")

    @property
    def pattern(self) -> re.Pattern[str]:
        """What a line is searched for; each placeholder is a group, in order."""
        parts = PLACEHOLDER.split(self.line)
        wanted = [
            f"({PLACEHOLDERS[part]})" if number % 2 else re.escape(part)
            for number, part in enumerate(parts)
        ]
        # A word or a number is met whole: `version = 1.2` is not in `min_version = 1.2.3`.
        before = r"(?<![\w.-])" if not parts[0] or re.match(r"\w", parts[0]) else ""
        after = r"(?![\w]|[.+-]\w)" if not parts[-1] or re.search(r"\w$", parts[-1]) else ""
        return re.compile(before + "".join(wanted) + after, re.ASCII)

    @property
    def names(self) -> list[str]:
        """Its placeholders, in order."""
        return PLACEHOLDER.findall(self.line)


def _inside(path: str) -> bool:
    """A path of the tree, and no misspelt number of hits behind it."""
    return not re.search(r"^/|\\|(^|/)\.\.(/|$)| \(\d*\)$", path)


class Templates(tuple[Template, ...]):
    """Templates, one a line (a line may well hold a comma), each once."""

    def __new__(cls, raw: str) -> Self:
        lines = [line for line in raw.split("\n") if line.strip()]
        return super().__new__(cls, dict.fromkeys(Template(line) for line in lines))

    @property
    def paths(self) -> tuple[str, ...]:
        """The files that they are about, each once."""
        return tuple(dict.fromkeys(template.path for template in self))


class Given(NamedTuple):
    """The places that were found, and what is wrong with the others."""

    places: tuple[Place, ...]
    problems: tuple[Unreadable, ...]


def pointed(source: VersionSource, content: bytes, package: Package) -> tuple[Place, ...]:
    """The place that FILE:SELECTOR names; for FILE alone, where its format states its version.

    :raises Unreadable: where the file is not as its name says, or holds no text there.
    """
    path, selector = source.path, source.selector
    if not selector:
        own = readers.follow(path, content).places
        found = [place._replace(package=package) for place in own if place.role is Role.STATEMENT]
    elif path.endswith((".toml", ".lock")):
        found = list(_of_toml(path, content, selector, package))
    else:
        text = Source(path, content)
        found = list(stated(text, _tree(text), steps(selector), package, key=selector))
    if not found:
        raise Unreadable(f"there is no `{selector}`")
    return tuple(found)


def _tree(source: Source) -> Any:
    if source.path.endswith(".json"):
        from release_actions.formats.version_places import json_tree

        return json_tree.read(source)
    if source.path.endswith((".yaml", ".yml", ".cff")):
        from release_actions.formats.version_places import yaml_tree

        return yaml_tree.read(source)
    raise Unreadable("a selector needs a .toml, .json or .yaml file")


def _of_toml(path: str, content: bytes, selector: str, package: Package) -> Iterator[Place]:
    from release_actions.formats.version_places import toml_places

    toml = toml_places.read(content)
    where: list[str | int] = []
    for step in steps(selector):
        inside = at(toml.document, [str(each) for each in where])
        where.append(int(step) if is_list(inside) and step.isdigit() else step)
    token = toml.at(*where)
    if token:
        python = path.rpartition("/")[2] == "pyproject.toml"
        yield token.place(path, Role.STATEMENT, package, python=python)._replace(key=selector)
    elif at(toml.document, steps(selector)) is not None:
        raise Unreadable(f"`{selector}` is no text")


def templated(templates: Iterable[Template], content: bytes, package: Package) -> Given:
    """Every place of these templates of one file, and each template that is not met as it says.

    :raises Unreadable: where the file is no text.
    """
    places: dict[int, Place] = {}
    problems: list[Unreadable] = []
    for template in templates:
        source = Source(template.path, content)
        found = list(template.pattern.finditer(source.text))
        if len(found) != template.hits:
            problems.append(_miscounted(source, template, found))
            continue
        for place in (each for hit in found for each in _places(source, template, hit, package)):
            if place.start in places:
                other = places[place.start].key
                why = f"`{template.line}` and `{other}` both mean the same place"
                problems.append(Unreadable(why, place.line, place.column))
            places[place.start] = place
    return Given(tuple(places[start] for start in sorted(places)), tuple(problems))


def _places(
    source: Source, template: Template, hit: re.Match[str], package: Package
) -> Iterator[Place]:
    for number, name in enumerate(template.names, start=1):
        form = "version" if name == "python" else name
        yield source.place(
            *hit.span(number),
            package,
            template.line,
            Role.STATEMENT,
            python=name == "python",
            form=form,
        )


def _miscounted(source: Source, template: Template, found: list[re.Match[str]]) -> Unreadable:
    """How often it should stand there and does, and on which lines; or which lines come near."""
    lines = [source.where(hit.start())[0] for hit in found]
    counts = f"should stand there {_times(template.hits)}, and does {_times(len(found))}"
    why = f"`{template.line}` {counts}"
    if found:
        return Unreadable(f"{why}: {_listed(lines)}", lines[0], 1)
    begin = template.line[: next(PLACEHOLDER.finditer(template.line)).start()].strip()
    near = [
        number for number, line in enumerate(source.text.split("\n"), 1) if begin and begin in line
    ]
    return Unreadable(f"{why}; {_listed(near)} begins so" if near else why, near[0] if near else 0)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _listed(lines: list[int]) -> str:
    shown = ", ".join(map(str, lines[:10])) + (", …" if len(lines) > 10 else "")
    return f"line {shown}" if len(lines) == 1 else f"lines {shown}"
