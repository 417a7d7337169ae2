"""Negate each condition of each action's judgement, one at a time, and see a test turn red.

`negate.py [NAME…]` tries all conditions of these actions (of every one, if none is named);
`--sample N` about N of them, always the same. A condition that no test misses is printed, and
makes the exit code 1. A `gather` only looks: its conditions are not among them.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
ACTIONS = ROOT / "src" / "release_actions" / "actions"
# What every test imports and no action is: once here, and not again in each child.
HEAVY = ("rehearsal.github.app", "release_actions.cli", "release_actions.clients.github")
PATIENCE = 120  # seconds; a negated loop may never end, and that is seen, too


@dataclass(frozen=True)
class Condition:
    """One condition of one module: the number that it has in a walk over its tree."""

    path: Path
    number: int
    line: int
    text: str

    @property
    def action(self) -> str:
        return self.path.relative_to(ACTIONS).parts[0].removesuffix(".py")

    @property
    def module(self) -> str:
        parts = self.path.relative_to(ACTIONS).with_suffix("").parts
        return ".".join(("release_actions.actions", *parts)).removesuffix(".__init__")

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}: `{self.text}`"


class Conditions(ast.NodeTransformer):
    """Walks over every condition, and negates the one with a number."""

    def __init__(self, negated: int | None = None) -> None:
        self.found: list[ast.expr] = []
        self._negated = negated

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return node if node.name.startswith("gather") else self.generic_visit(node)

    def _tested(self, node: ast.If | ast.While | ast.IfExp) -> ast.AST:
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return node  # no run ever has it true
        node.test = self._condition(node.test)
        return self.generic_visit(node)

    visit_If = visit_While = visit_IfExp = _tested  # ast's names

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        node.ifs = [self._condition(test) for test in node.ifs]
        return self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        node.values = [self._condition(value) for value in node.values]
        return self.generic_visit(node)

    def _condition(self, test: ast.expr) -> ast.expr:
        self.found.append(test)
        if len(self.found) - 1 != self._negated:
            return test
        return ast.UnaryOp(ast.Not(), copy.deepcopy(test))


def conditions(path: Path) -> Iterator[Condition]:
    """Every condition of a module, in the order of the walk."""
    walk = Conditions()
    walk.visit(ast.parse(path.read_text(encoding="utf-8")))
    for number, test in enumerate(walk.found):
        yield Condition(path, number, test.lineno, ast.unparse(test))


def negated(condition: Condition) -> ast.Module:
    """The module with this condition negated."""
    tree = ast.parse(condition.path.read_text(encoding="utf-8"))
    Conditions(condition.number).visit(tree)
    return ast.fix_missing_locations(tree)


class Instead(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives the negated module to whoever imports it."""

    def __init__(self, condition: Condition) -> None:
        self._condition = condition

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self._condition.module:
            return None
        where = self._condition.path
        folders = [str(where.parent)] if where.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(
            name, where, loader=self, submodule_search_locations=folders
        )

    def exec_module(self, module: ModuleType) -> None:
        code = compile(negated(self._condition), str(self._condition.path), "exec")
        exec(code, module.__dict__)


def tests_of(action: str) -> list[str]:
    """The tests of an action, the fast ones by literals first."""
    folder = ROOT / "tests" / "actions" / action
    files = sorted(folder.glob("test_*.py"), key=lambda path: (path.stem != "test_decide", path))
    return [str(path) for path in files]


def survives(condition: Condition) -> bool:
    """Whether every test stays green; tried in a child, which has imported no action yet."""
    child = os.fork()
    if child == 0:
        with open(os.devnull, "w") as silence:  # noqa: PTH123  # a descriptor is wanted
            os.dup2(silence.fileno(), 1)
            os.dup2(silence.fileno(), 2)
        signal.alarm(PATIENCE)
        sys.meta_path.insert(0, Instead(condition))
        plain = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:cov", "-p", "no:xdist"]
        os._exit(pytest.main([*plain, *tests_of(condition.action)]))
    return os.waitpid(child, 0)[1] == 0


def chosen(names: Sequence[str], sample: int) -> list[Condition]:
    """All conditions of these actions, or so many of them, evenly."""
    files = sorted(ACTIONS.rglob("*.py"))
    found = [c for path in files for c in conditions(path) if not names or c.action in names]
    return found[:: max(1, len(found) // sample)] if sample else found


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--sample", type=int, default=0)
    asked = parser.parse_args(arguments)
    tried = chosen([name.replace("-", "_") for name in asked.names], asked.sample)
    for name in HEAVY:
        importlib.import_module(name)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        missed = sum(map(told, tried, pool.map(survives, tried)))
    print(f"{len(tried)} conditions negated, {missed} missed by every test")
    return 1 if missed or not tried else 0


def told(condition: Condition, lives: bool) -> bool:
    """Say it at once: all of them take minutes."""
    if lives:
        print(f"{condition} can be negated, and no test turns red", flush=True)
    return lives


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
