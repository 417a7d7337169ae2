"""pom.xml: the project's own version, its parent's, and what it asks of its siblings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from release_actions.formats.version_places import asked
from release_actions.formats.version_places.beside import all_beside
from release_actions.formats.version_places.place import Manifest, Package, Place, Role, Unreadable
from release_actions.formats.version_places.xml_tree import Element, Xml

PROPERTY = re.compile(r"\$\{([^{}]+)\}")
OWN = ("${project.groupId}", "${groupId}", "")


def read(path: str, content: bytes) -> Manifest:
    """Versions of dependencies and plugins are places too, of their own packages: only those of
    packages of the same tree mean anything to who asks.

    :raises Unreadable: what is no XML, or has a document type.
    """
    xml = Xml(path, content)
    project = xml.root.children[0]
    if project.name != "project":
        raise Unreadable(f"`project` is expected, and <{project.name}> is there", 1, 1)
    group = project.said("groupId") or project.said("parent", "groupId")
    package = Package("maven", f"{group}:{project.said('artifactId')}")
    stated = _stated(xml, project, package)
    places = [*stated, *_requirements(xml, project, group)]
    modules = [each.text.strip() for each in project.below() if each.name == "module"]
    return Manifest(
        path,
        package,
        tuple(sorted(places, key=lambda place: place.start)),
        inherits=not project.said("version") and bool(project.said("parent", "version")),
        members=all_beside(
            path, *(each if each.endswith(".xml") else f"{each}/pom.xml" for each in modules)
        ),
    )


def _stated(xml: Xml, project: Element, package: Package) -> list[Place]:
    """The version, or the one property that is all of it (`${revision}`)."""
    for element in project.all("version"):
        if named := PROPERTY.fullmatch(element.text.strip()):
            return [
                xml.place(each, package, f"project.properties.{each.name}", Role.STATEMENT)
                for each in project.all("properties", named[1])
                if each.text.strip()
            ]
        if "${" not in element.text and element.text.strip():
            return [xml.place(element, package, "project.version", Role.STATEMENT)]
    return []


def _requirements(xml: Xml, project: Element, group: str) -> Iterator[Place]:
    for element in project.below():
        if element.name not in ("parent", "dependency", "plugin", "extension"):
            continue
        of = element.said("groupId")
        if element.name == "plugin" and not of:
            of = "org.apache.maven.plugins"  # Maven's own default
        name = f"{group if of in OWN else of}:{element.said('artifactId')}"
        for version in element.all("version"):
            text = version.text.strip()
            if re.match(r"[0-9\[(]", text):  # [1,2) is a range and stays whole; ${x} says nothing
                key = f"{element.name}.{name}"
                place = xml.place(version, Package("maven", name), key, Role.REQUIREMENT)
                yield place._replace(operator="" if text[0].isdigit() else asked.NOT_KEPT)
