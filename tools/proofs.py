"""What the docs say is shown, is shown: rows of coverage.md, and every test that any page names."""

from __future__ import annotations

import ast
import functools
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: A page with an action that is made up.
MADE_UP = ("add-an-action.md",)
NUMBERS = {"O": 36, "W": 32, "M": 42, "S": 20, "C": 15}
#: In the docs: a test by its file or folder, and by its function; and what is rehearsed.
TEST = re.compile(r"`(tests/[^`:]+)(?:::(\w+))?`")
CODE = re.compile(r"`[^`]*\.py\b[^`]*`")
REHEARSED = re.compile(r"`make rehearse`: ([\w-]+(?:, [\w-]+)*)")
CITED = re.compile(r"(?<!D-)\b(?P<letter>[OWMSC])(?P<first>\d+)(?: to [OWMSC]?(?P<last>\d+))?\b")
LEFT = re.compile(r"left to the caller, because \S|not built yet")


def coverage() -> Iterator[str]:
    """Every behaviour of the five systems has one row, with tests, with a reason, or open."""
    page = "docs/coverage.md"
    text = (ROOT / page).read_text(encoding="utf-8")
    yield from (f"{page}: {number}: no system has such a number" for number in strange(text))
    for letter, last in NUMBERS.items():
        for number in range(1, last + 1):
            rows = re.findall(rf"^\| {letter}{number} \|(.*)\|(.*)\|$", text, re.M)
            if len(rows) != 1:
                yield f"{page}: {letter}{number} has {len(rows)} rows; expected is one"
            for says, shown in rows:
                shows = TEST.search(shown) or REHEARSED.search(shown)
                named = [path for path, _ in TEST.findall(shown)]
                odd = misspelt(shown)
                yield from (f"{page}: {letter}{number}: {what} names no test" for what in odd)
                if named and not any(cites(path, letter, number) for path in named):
                    yield f"{page}: {letter}{number}: no test that is named there cites it"
                if not shows and not LEFT.search(shown):
                    yield f"{page}: {letter}{number}: no test, and no `because`"
                if shows and not says.strip():
                    yield f"{page}: {letter}{number}: it does not say what is shown"


def misspelt(shown: str) -> list[str]:
    """What is written as a file of Python, and not as a test is."""
    return [code for code in CODE.findall(shown) if not TEST.fullmatch(code)]


def strange(text: str) -> Iterator[str]:
    """Rows of what is no number of the five systems; nothing else would look at them."""
    known = {f"{letter}{n}" for letter, last in NUMBERS.items() for n in range(1, last + 1)}
    rows = re.findall(r"^\| *([^|]*?) *\|", text, re.M)
    yield from (row for row in rows if row not in known | {"number", "-", ""})


def cites(path: str, letter: str, number: int) -> bool:
    """Whether a file of these tests says this number, alone or as in `O21 to O25`."""
    place = ROOT / path
    files = place.rglob("*.py") if place.is_dir() else [place]
    found = (found for file in files if file.is_file() for found in CITED.finditer(text_of(file)))
    return any(
        one["letter"] == letter and int(one["first"]) <= number <= int(one["last"] or one["first"])
        for one in found
    )


@functools.cache
def text_of(file: Path) -> str:
    """Its text, read once."""
    return file.read_text(encoding="utf-8")


def shown() -> Iterator[str]:
    """Every test that a page names is there: the file or folder, and the function in it."""
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        if page.name not in MADE_UP:
            text, name = page.read_text(encoding="utf-8"), page.relative_to(ROOT)
            absent = [
                f"`{path}`" for path, function in TEST.findall(text) if not there(path, function)
            ]
            told = re.findall(r"[\w-]+", ", ".join(REHEARSED.findall(text)))
            absent += [f"`make rehearse`: {story}" for story in told if story not in stories()]
            yield from (f"{name}: {what}: no such test" for what in absent)


def there(path: str, function: str) -> bool:
    """Whether there is such a test file, with such a test, or such a folder with any."""
    place = ROOT / path
    if place.is_dir():
        return any(place.rglob("test_*.py"))
    return place.is_file() and (not function or function in functions(place))


def functions(file: Path) -> set[str]:
    """The tests in a file."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@functools.cache
def stories() -> frozenset[str]:
    """What can be rehearsed, by the literals of the sources: nothing is started for a lint."""
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "src/rehearsal").rglob("*.py"))
    named = (re.findall(r"\b(?:Story|Journey)\(\s*\"([\w-]+)\"", text) for text in sources)
    return frozenset(name for names in named for name in names)


if __name__ == "__main__":
    found = [*coverage(), *shown()]
    print(*found, sep="\n")
    sys.exit(1 if found else 0)
