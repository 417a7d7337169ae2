"""What a package holds, as far as the tree tells (O30)."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import dirname, normpath
from typing import Any

from release_actions.actions.lint_release_workflow.following import Book, at
from release_actions.clients.packaged import Package
from release_actions.formats.markdown_links import links
from release_actions.verdict import Finding, Outcome, failed


def contents(book: Book) -> Iterator[Finding]:
    """Each package has the required files, and none below a forbidden prefix."""
    inputs = book.inputs
    for package in book.facts.packages:
        if package.problem:
            fix = "Correct `packages`, or check the repository out with git."
            rule, found = "unknown-package", package.problem
            yield Finding(rule, package.folder, Outcome.UNKNOWN, found, fix, file=package.folder)
            continue
        for path in inputs.required_files:
            if path not in package.files and path != package.readme.rpartition("/")[2]:
                found = f"{path} is not in the package"
                fix = "Add it, or let `include` and `exclude` of Cargo.toml take it in."
                yield failed("required-file", detail=found, fix=fix, **_manifest(package))
        for path in sorted(package.files):
            below = [p for p in inputs.forbidden_prefixes if path == p or path.startswith(f"{p}/")]
            if below:
                found = f"{path} is in the package, and {below[0]} is forbidden there"
                fix = "Leave it out by `exclude` in Cargo.toml."
                place = at(f"{package.folder}/{path}", 0)
                yield failed("forbidden-file", detail=found, fix=fix, **place)


def _manifest(package: Package) -> dict[str, Any]:
    return at(f"{package.folder}/Cargo.toml", 0)


def readmes(book: Book) -> Iterator[Finding]:
    """A README is read on the registry, where only what is packaged is beside it."""
    for package in book.facts.packages:
        # Cargo puts a readme from above the package at the package's top.
        base = "" if package.readme.startswith("..") else dirname(package.readme)
        for link in links(package.readme_text):
            target = normpath(f"{base}/{link.path}".lstrip("/") if base else link.path)
            if link.path.startswith("/") or not _inside(package, target):
                found = f"it links to {link.path}, which is not in the package"
                fix = "Link to its address on the web, or package it."
                place = at(normpath(f"{package.folder}/{package.readme}"), link.line)
                yield failed("readme-link", detail=found, fix=fix, **place)


def _inside(package: Package, target: str) -> bool:
    files = package.files | {package.readme.rpartition("/")[2]}
    return target == "." or target in files or any(f.startswith(f"{target}/") for f in files)


def generated(book: Book) -> Iterator[Finding]:
    """What is made beside the sources is ignored by git, or the tree would be dirty."""
    for path, ignored in book.facts.ignored.items():
        if ignored is None:
            fix = "Check the repository out with git."
            found = "it cannot be told whether git ignores it: this is no clone"
            yield Finding("not-ignored", path, Outcome.UNKNOWN, found, fix)
        elif not ignored:
            found = "git does not ignore it: a file there makes the tree dirty, or gets packaged"
            yield failed("not-ignored", path, found, fix="Add it to .gitignore.", file=".gitignore")
