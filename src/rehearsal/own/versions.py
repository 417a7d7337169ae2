"""Which tag releases a tree: of the version that its own files state."""

from __future__ import annotations

from typing import Any

from rehearsal.errors import UnplayableError
from rehearsal.github.workflow_files import starts_on_push
from rehearsal.own.checkout import Checkout
from release_actions.formats.version_source import VersionSource, read

#: Where a tree states its version, in the order in which they are told.
SOURCES = ("Cargo.toml", "pyproject.toml", "package.json", "VERSION", "version.txt")
_ASK = "Name the tag: --tag TAG."


def tag_of(checkout: Checkout, document: dict[Any, Any], asked: str) -> str:
    """The tag that releases HEAD: the one asked for, or that of the tree's version.

    :raises UnplayableError: where the tree states no one version, where no tag of it starts the
        workflow, and where the tag is on another commit.
    """
    tag = asked or _derived(checkout, document)
    there = checkout.tags.get(tag)
    if there is not None and there != checkout.commit:
        raise UnplayableError(
            [
                f"the tag {tag} is there already, on {there[:12]}, and HEAD is"
                f" {checkout.commit[:12]}. Commit the next version, or name the tag: --tag TAG."
            ]
        )
    return tag


def _derived(checkout: Checkout, document: dict[Any, Any]) -> str:
    told = stated(checkout)
    if not told:
        raise UnplayableError(
            [f"no version is stated at HEAD ({', '.join(SOURCES)} were looked at). {_ASK}"]
        )
    if len(set(told.values())) > 1:
        said = ", ".join(f"{file} says {version}" for file, version in told.items())
        raise UnplayableError([f"HEAD states several versions: {said}. {_ASK}"])
    version = next(iter(told.values()))
    candidates = _candidates(checkout, version)
    fitting = [tag for tag in candidates if starts_on_push(document, f"refs/tags/{tag}")]
    pushes = "push" in (document.get("on", document.get(True)) or ())
    if pushes and not fitting:
        raise UnplayableError(
            [
                f"no tag of {version} starts the workflow: {', '.join(candidates)} were tried"
                f" against its `on: push: tags:`. {_ASK}"
            ]
        )
    return (fitting or candidates)[0]


def stated(checkout: Checkout) -> dict[str, str]:
    """What each file at the top of the tree states."""
    found: dict[str, str] = {}
    for name in SOURCES:
        content = checkout.read(name)
        if content is not None:
            text = read(VersionSource(name), {name: content}).text
            if text is not None:
                found[name] = text
    return found


def _candidates(checkout: Checkout, version: str) -> list[str]:
    """`v1.2.0` and `1.2.0`, first as the last tags of this repository are written."""
    plain = sum(tag[:1].isdigit() for tag in checkout.tags)
    with_v = sum(tag[:1] == "v" and tag[1:2].isdigit() for tag in checkout.tags)
    both = [f"v{version}", version]
    name = checkout.name.rpartition("/")[2]
    more = [f"{name}-v{version}", f"{name}-{version}", f"release-{version}", f"release/{version}"]
    return [*(reversed(both) if plain > with_v else both), *more]
