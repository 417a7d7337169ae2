"""YAML files that state one version at their top: CITATION.cff, and galaxy.yml of Ansible."""

from __future__ import annotations

from release_actions.formats.version_places import yaml_tree
from release_actions.formats.version_places.place import Manifest, Package
from release_actions.formats.version_places.source import Source
from release_actions.formats.version_places.tree import stated, word

# File name: ecosystem, and the keys that make the package's name.
FILES: dict[str, tuple[str, tuple[str, ...]]] = {
    "CITATION.cff": ("citation", ()),  # its title is for people
    "galaxy.yml": ("galaxy", ("namespace", "name")),
}


def read(path: str, content: bytes) -> Manifest:
    """The `version` at the top; those of references and of preferred-citation are of others.

    :raises Unreadable: what is no YAML, or a version that YAML takes for a number.
    """
    source = Source(path, content)
    tree = yaml_tree.read(source)
    ecosystem, keys = FILES[path.rpartition("/")[2]]
    package = Package(ecosystem, ".".join(word(tree, key) or "" for key in keys))
    return Manifest(path, package, stated(source, tree, ("version",), package))
