"""Make the derived parts of the docs: an action's table from action.yml, README's lists.

`--check` changes nothing and fails where a page is behind. What stands between the marks
`<!-- made: NAME -->` and `<!-- end -->` is made; the rest of a page is written by people.
"""

from __future__ import annotations

import json
import re
import sys

from release_actions import cli, house

ROOT = house.root()
MADE = re.compile(r"(<!-- made: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
TEMPLATES = "workflows-templates"
LISTS = {"README": ("actions", "templates", "exit-codes"), "recovery": ("faults",)}
COMMON = ("repository", "commit", "config", "wait", "dry-run", "token")


def main(arguments: list[str]) -> int:
    """0 where all pages are right (or now made right), 1 where `--check` found one behind."""
    behind, bare = [], list[str]()
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        old = page.read_text(encoding="utf-8")
        bare += unmarked(str(page.relative_to(ROOT)), old, wanted(page.stem))
        new = MADE.sub(lambda match: match[1] + made(match[2]) + match[3], old)
        if new != old:
            behind.append(page)
            if "--check" not in arguments:
                page.write_text(new, encoding="utf-8")
    absent = [name for name in cli.actions() if not (ROOT / "docs" / f"{name}.md").is_file()]
    print(*bare, sep="\n", end="\n" if bare else "")
    for name in absent:
        print(f"docs/{name}.md is absent: each action has a page")
    for page in behind:
        print(f"{page.relative_to(ROOT)}: {'is behind' if '--check' in arguments else 'made'}")
    return 1 if absent or bare or (behind and "--check" in arguments) else 0


def wanted(page: str) -> list[str]:
    """What a page must have made: an action's its tables, README its lists."""
    return list(LISTS.get(page, [page] if page in cli.actions() else []))


def unmarked(page: str, text: str, names: list[str]) -> list[str]:
    """What is amiss with the marks of a page: what has none is never behind."""
    marks = [match[2] for match in MADE.finditer(text)]
    return [
        f"{page}: `<!-- made: {name} -->` is not there once, with its end"
        for name in names
        if marks.count(name) != 1
    ]


def made(name: str) -> str:
    """The text for one mark."""
    if name == "actions":
        return "| action | what it promises |\n|-|-|\n" + "".join(
            f"| [`{action}`](docs/{action}.md) | {_cell(cli.declared(action)['description'])} |\n"
            for action in cli.actions()
        )
    if name == "templates":
        return _templates()
    if name == "faults":
        from rehearsal.unkind import telling  # not before it is needed: it imports all of it

        return telling.markdown()
    if name == "exit-codes":
        return EXIT_CODES
    return _inputs(name) + "\n" + _outputs(name)


def _templates() -> str:
    about = {
        path.name.removesuffix(".properties.json"): json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / TEMPLATES).glob("*.properties.json"))
    }
    return "| template | what it does |\n|-|-|\n" + "".join(
        f"| [`{name}.yml`]({TEMPLATES}/{name}.yml) | {_cell(told['description'])} |\n"
        for name, told in about.items()
    )


EXIT_CODES = """\
| code | name | means |
|-|-|-|
| 0 | OK | everything looked at is right |
| 1 | ERROR | could not tell (the world did not answer, or a bug): safe to run again |
| 2 | USAGE | the inputs make no sense; the line names the input |
| 10 | FAILED | looked, and it is wrong |
| 11 | MISSING | looked, and it is not there (yet) |
"""


def _inputs(name: str) -> str:
    defaults = cli.default_texts(name)
    inputs = cli.declared(name)["inputs"].items()
    ordered = sorted(inputs, key=lambda entry: entry[0] in COMMON)
    return "| input | default | what it is |\n|-|-|-|\n" + "".join(
        f"| `{entry}` | {_default(defaults.get(entry, ''))} | {_cell(about['description'])} |\n"
        for entry, about in ordered
    )


def _default(text: str) -> str:
    return f"`{text}`" if text else ""


def _outputs(name: str) -> str:
    outputs = cli.declared(name)["outputs"]
    return "| output | what it is |\n|-|-|\n" + "".join(
        f"| `{entry}` | {_cell(about['description'])} |\n" for entry, about in outputs.items()
    )


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
