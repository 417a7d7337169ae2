"""Every condition of a judgement matters: negated, it turns a test red.

`make negate` tries them all. Here a few, always the same, show that the tool still bites.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from release_actions import house
from tools.negate import Condition, Conditions, conditions

ROOT = house.root()

MODULE = """
def gather(a):
    return 1 if a else 2

def judge(a, b):
    if a and not b:
        return [x for x in a if x]
    while b:
        pass
    return 1 if a else 2
"""


def test_each_kind_of_condition_is_found_but_those_of_a_look(tmp_path: Path) -> None:
    path = tmp_path / "probe.py"
    path.write_text(MODULE)
    texts = [condition.text for condition in conditions(path)]
    assert texts == ["a and (not b)", "a", "not b", "x", "b", "a"]


@pytest.mark.parametrize("number", range(6))
def test_exactly_one_condition_is_negated(number: int) -> None:
    tree = ast.parse(MODULE)
    Conditions(number).visit(tree)
    before, after = MODULE.count("not "), ast.unparse(tree).count("not ")
    assert after == before + 1


def test_a_condition_knows_where_it_stands() -> None:
    path = ROOT / "src/release_actions/actions/require_ci_green/__init__.py"
    condition = Condition(path, 0, 3, "a")
    assert condition.module == "release_actions.actions.require_ci_green"
    assert condition.action == "require_ci_green"
    assert str(condition).endswith("require_ci_green/__init__.py:3: `a`")


def test_a_few_negations_turn_a_test_red() -> None:
    words = [sys.executable, "tools/negate.py", "require-ci-green", "--sample", "3"]
    paths = {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    done = subprocess.run(
        words, cwd=ROOT, env=os.environ | paths, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
