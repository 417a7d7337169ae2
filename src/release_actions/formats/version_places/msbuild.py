"""MSBuild (.NET): Directory.Build.props and project files."""

from __future__ import annotations

from release_actions.formats.version_places.place import Manifest, Package, Role, Unreadable
from release_actions.formats.version_places.xml_tree import Xml

KEY = "PropertyGroup.Version"


def read(path: str, content: bytes) -> Manifest:
    """Project/PropertyGroup/Version; AssemblyVersion and PackageVersion follow it by default.

    :raises Unreadable: where two groups state it, under conditions or not.
    """
    xml = Xml(path, content)
    name = "" if path.endswith(".props") else path.rpartition("/")[2].rpartition(".")[0]
    package = Package("dotnet", xml.root.said("Project", "PropertyGroup", "PackageId") or name)
    found = [
        xml.place(element, package, KEY, Role.STATEMENT)
        for element in xml.root.all("Project", "PropertyGroup", "Version")
        if element.text.strip() and "$(" not in element.text
    ]
    if len(found) > 1:
        raise Unreadable(f"`{KEY}` is given twice", found[1].line, found[1].column)
    return Manifest(path, package, tuple(found))
