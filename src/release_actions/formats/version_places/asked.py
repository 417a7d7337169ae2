"""What one package asks of another: the version in a requirement's own words, and its operator."""

from __future__ import annotations

import re
from typing import NamedTuple

NOT_KEPT = ","  # what cargo_dependencies.py says of such a range, too


class Asked(NamedTuple):
    """Where the version stands in the text of a requirement.

    A range that has no one version (`>=1.2 <2`, `1 || 2`, `<2`) is told whole, and its operator is
    a comma: its text is no version, so nobody can take it for one that agrees.
    """

    start: int
    end: int
    operator: str
    partial: bool


NUMBERS = r"(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*)){0,2}"
SUFFIX = r"(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?"


def npm(text: str) -> Asked | None:
    """`^1.2.3`, `~1.2`, `1.2.3`, `workspace:^1.2.3`; None for what asks for no version.

    A tag (`latest`), a path, an address or an alias is no version, and a range (`>=1 <2`) is whole.
    """
    found = re.match(r"\s*(?:workspace:)?\s*", text)
    start = found.end() if found else 0
    asked = text[start:].rstrip()
    if not re.match(r"[\^~<>=0-9]|v[0-9]", asked) or "://" in asked or "/" in asked:
        return None  # *, latest, file:../a, github:o/r, npm:other@1, workspace:^ is below
    if asked in ("^", "~"):
        return None
    return _semver(text, start, start + len(asked), r"\^|~>?|>=|=|")


def semver(text: str, operators: str) -> Asked | None:
    """One comparator of SemVer-like ranges: Helm's, Dart's and Elixir's."""
    asked = text.strip()
    if not re.search("[0-9]", asked):
        return None  # any, *, ""
    start = text.index(asked)
    return _semver(text, start, start + len(asked), operators)


def _semver(text: str, start: int, end: int, operators: str) -> Asked:
    wanted = rf"({operators})\s*v?({NUMBERS}{SUFFIX})((?:\.[xX*])*)"
    found = re.compile(wanted).fullmatch(text, start, end)
    if not found:
        return Asked(start, end, NOT_KEPT, partial=False)
    partial = found[2].count(".") < 2
    return Asked(found.start(2), found.end(2), found[1], partial)


def poetry(text: str) -> Asked | None:
    """Poetry's own `^1.2.3`, `~1.2`, `1.2.3`, or a version specifier."""
    if found := re.fullmatch(rf"\s*([\^~])\s*v?({PYTHON})\s*", text):
        return Asked(found.start(2), found.end(2), found[1], found[2].count(".") < 2)
    if found := re.fullmatch(rf"\s*v?({PYTHON})\s*", text):
        return Asked(found.start(1), found.end(1), "", partial=False)
    return pep440(text) if re.search("[0-9]", text) else None


PYTHON = r"[0-9]+(?:\.[0-9]+)*[-_.]?[0-9A-Za-z.+-]*"
NAME = r"\s*(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*\(?"
CLAUSES = re.compile(r"\s*(?P<all>[^;@)]*[^;@)\s])")
CLAUSE = re.compile(r"(?P<operator>===|==|~=|>=)\s*v?(?P<version>[0-9][^\s,*]*?)(?P<rest>\.\*)?")


def pep508(text: str) -> tuple[str, Asked | None]:
    """The name (as written) in `ordvec[cli]~=1.2.3; python_version > "3.8"`, and what it asks.

    :raises ValueError: for what is no requirement by PEP 508.
    """
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        wanted = Requirement(text)
    except InvalidRequirement as error:
        raise ValueError(f"no requirement by PEP 508: {error}".splitlines()[0]) from error
    named = re.match(NAME, text)
    if not wanted.specifier or named is None:
        return wanted.name, None
    return wanted.name, pep440(text, named.end())


def pep440(text: str, at: int = 0) -> Asked | None:
    """What a version specifier, from `at` to its marker or end, asks."""
    clauses = CLAUSES.match(text, at)
    if clauses is None:
        return None
    start, end = clauses.span("all")
    found = CLAUSE.fullmatch(text, start, end)
    if not found:
        return Asked(start, end, NOT_KEPT, partial=False)
    version = found["version"]
    # `==1.2` is 1.2.0 alone (zero padding); `~=1.2`, `>=1.2` and `==1.2.*` mean what begins so.
    partial = bool(found["rest"]) or (
        version.count(".") < 2 and found["operator"] not in ("==", "===")
    )
    return Asked(found.start("version"), found.end("version"), found["operator"], partial)
