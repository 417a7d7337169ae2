"""setup.cfg of setuptools: [metadata] version, and where `attr:` and `file:` lead."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator

from release_actions.formats.version_places import asked
from release_actions.formats.version_places.beside import all_beside
from release_actions.formats.version_places.place import Manifest, Package, Place, Role, Unreadable
from release_actions.formats.version_places.pyproject import attributed
from release_actions.formats.version_places.python_name import python
from release_actions.formats.version_places.source import Source

SECTION = re.compile(r"\[(?P<name>[^\]]+)\]")
OPTION = re.compile(r"(?P<key>[^\s=:#;][^=:]*?)\s*[=:]\s*(?P<value>.*?)\s*$")
GOES_ON = re.compile(r"\s+(?P<value>[^\s#;].*?)\s*$")
REQUIREMENTS = ("install_requires", "setup_requires", "tests_require")


def read(path: str, content: bytes) -> Manifest:
    """The version, what is asked of others, and the files that a version is read from.

    :raises Unreadable: what `configparser` cannot read, and a key that is given twice.
    """
    source = Source(path, content)
    config = _parsed(source.text)
    name = config.get("metadata", "name", fallback="")
    package = python(name) if name else None
    stated = config.get("metadata", "version", fallback="")
    places = list(_requirements(source))
    if stated and not stated.startswith(("attr:", "file:")):
        places.append(_stated(source, stated, package or python("")))
    return Manifest(
        path,
        package,
        tuple(sorted(places, key=lambda place: place.start)),
        published="Private ::" not in config.get("metadata", "classifiers", fallback=""),
        follows=all_beside(path, *_follows(config, stated)),
    )


def _parsed(text: str) -> configparser.RawConfigParser:
    config = configparser.RawConfigParser()
    try:
        config.read_string(text)
    except configparser.DuplicateSectionError as error:
        why = f"the section [{error.section}] stands there twice"
        raise Unreadable(why, error.lineno or 0, 1) from error
    except configparser.DuplicateOptionError as error:
        raise Unreadable(
            f"the key `{error.option}` stands there twice", error.lineno or 0, 1
        ) from error
    except configparser.MissingSectionHeaderError as error:
        raise Unreadable("it begins without a [section]", error.lineno, 1) from error
    except configparser.ParsingError as error:
        raise Unreadable("it is no `key = value`", error.errors[0][0], 1) from error
    return config


def _lines(source: Source) -> Iterator[tuple[str, str, int, str]]:
    """Section, key, where the value's part on this line begins, and that part."""
    section, key, at = "", "", 0
    for line in source.text.split("\n"):
        if found := SECTION.match(line):
            section, key = found["name"], ""
        elif key and (found := GOES_ON.match(line)):
            yield section, key, at + found.start("value"), found["value"]
        elif found := OPTION.match(line):
            key = found["key"].lower()
            yield section, key, at + found.start("value"), found["value"]
        at += len(line) + 1


def _stated(source: Source, stated: str, package: Package) -> Place:
    found = [
        (at, value)
        for section, key, at, value in _lines(source)
        if (section, key) == ("metadata", "version") and value
    ]
    if [value for _, value in found] != [stated]:
        raise source.unreadable(
            "`metadata.version` is not one text on one line", found[0][0] if found else 0
        )
    at = found[0][0]
    return source.place(
        at, at + len(stated), package, "metadata.version", Role.STATEMENT, python=True
    )


def _requirements(source: Source) -> Iterator[Place]:
    for section, key, at, value in _lines(source):
        if (section == "options" and key in REQUIREMENTS) or section == "options.extras_require":
            try:
                name, want = asked.pep508(value)
            except ValueError:
                continue  # `file: requirements.txt`, and what else setuptools reads there
            if want:
                where = f"{section}.{key}"
                yield source.requirement(at, want, python(name), where, python=True)


def _follows(config: configparser.RawConfigParser, stated: str) -> list[str]:
    kind, _, rest = stated.partition(":")
    if kind == "file":
        return [each.strip() for each in re.split(r"[,\n]", rest) if each.strip()]
    if kind != "attr":
        return []
    pairs = [
        line.partition("=")
        for line in config.get("options", "package_dir", fallback="").split("\n")
    ]
    folders = {key.strip(): folder.strip() for key, equals, folder in pairs if equals}
    roots = [config.get("options.packages.find", "where", fallback=""), folders.get("", "")]
    return attributed(rest.strip(), folders, [root for root in roots if root])
