"""What users see, what the program reads, and what the docs say are one thing."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from release_actions import cli, house
from release_actions.action import Action
from release_actions.inputs import kebab
from release_actions.perform import load

ROOT = house.root()
SOURCES = ROOT / "src" / "release_actions" / "actions"
ENGINE = {"repository", "config", "dry-run", "wait", "token"}
JUDGES = {"failed", "missing", "unknown", "Finding", "replace", "RefusedError"}

every_action = pytest.mark.parametrize("name", cli.actions())


def action(name: str) -> Action[Any, Any]:
    return load(name, cli.actions())


def own_inputs(name: str) -> set[str]:
    return {kebab(f.name) for f in fields(action(name).inputs) if "shared" not in f.metadata}


def sources(name: str) -> list[Path]:
    module = name.replace("-", "_")
    return [*SOURCES.glob(f"{module}.py"), *(SOURCES / module).glob("*.py")]


def test_each_folder_has_its_module_and_each_module_its_folder() -> None:
    modules = {p.stem if p.is_file() else p.name for p in SOURCES.iterdir()}
    modules -= {"__init__", "__pycache__"}
    assert {name.replace("_", "-") for name in modules} == set(cli.actions())
    for name in cli.actions():
        assert [path.name for path in (ROOT / "actions" / name).iterdir()] == ["action.yml"]


@every_action
def test_inputs_are_the_fields_and_those_of_the_engine(name: str) -> None:
    secrets = set(action(name).secrets)
    assert set(cli.declared(name)["inputs"]) == own_inputs(name) | ENGINE | secrets


@every_action
def test_outputs_are_the_fields_and_the_outcome(name: str) -> None:
    declared = cli.declared(name)["outputs"]
    assert set(declared) == {kebab(f.name) for f in fields(action(name).outputs)} | {"outcome"}
    for output, about in declared.items():
        assert about["value"] == f"${{{{ steps.run.outputs.{output} }}}}"
        assert about["description"].strip()


@every_action
def test_the_step_starts_the_launcher_and_pastes_nothing(name: str) -> None:
    assert cli.declared(name)["runs"] == {
        "using": "composite",
        "steps": [
            {
                "id": "run",
                "shell": "bash",
                "run": f'exec "$GITHUB_ACTION_PATH/../run" {name}',
                "env": {"INPUTS": "${{ toJSON(inputs) }}"},
            }
        ],
    }


def test_the_door_by_name_starts_the_launcher_too() -> None:
    document = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    (step,) = document["runs"]["steps"]
    assert step["run"] == 'exec "$GITHUB_ACTION_PATH/actions/run" --any'
    assert set(document["inputs"]) == {"action", "inputs", "repository", "commit", "token"}
    assert set(document["outputs"]) == {"outcome", "outputs"}


@every_action
def test_a_default_in_yaml_is_only_what_github_alone_can_say(name: str) -> None:
    """GitHub passes a default as if it had been given, and the file could never win over it."""
    for entry, about in cli.declared(name)["inputs"].items():
        if "default" in about:
            assert re.fullmatch(r"\$\{\{ [\w.]+ \}\}", about["default"]), entry
        assert about["description"].strip().endswith("."), entry
        assert "required" not in about, entry


@every_action
def test_the_description_is_the_first_sentence_of_the_module(name: str) -> None:
    (path,) = [p for p in sources(name) if p.stem in ("__init__", name.replace("-", "_"))]
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring is not None
    described = " ".join(cli.declared(name)["description"].split())
    assert described == " ".join(docstring.split("\n\n")[0].split())


@every_action
def test_each_action_is_branded_and_named(name: str) -> None:
    document = cli.declared(name)
    assert set(document["branding"]) == {"icon", "color"}
    words = [word for word in document["name"].lower().split() if word != "a"]
    assert "-".join(words) == name


# Rules


def bad_rules(name: str) -> set[str]:
    """The id of every finding that can be bad, as it stands in the sources."""
    return {rule for path in sources(name) for rule in _rules(path)}


def _rules(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for scope in ast.walk(tree):
        if isinstance(scope, ast.FunctionDef):
            yield from _rules_in(scope)


def _rules_in(scope: ast.FunctionDef) -> Iterator[str]:
    """Literals that stand as a rule, also by a name that is given one in the same function."""
    named = {
        target.id: node.value
        for node in ast.walk(scope)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for call in ast.walk(scope):
        if isinstance(call, ast.Call) and _called(call) in JUDGES:
            place = [k.value for k in call.keywords if k.arg == "rule"]
            if not place and _called(call) != "replace":
                place = call.args[:1]
            for value in place:
                given = named.get(value.id, value) if isinstance(value, ast.Name) else value
                yield from _texts(given)


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _texts(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.IfExp):
        yield from _texts(value.body)
        yield from _texts(value.orelse)
    elif isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value


def documented(name: str) -> set[str]:
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    section = re.search(rf"^## {name}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert section, name
    return set(re.findall(r"^\| `([a-z-]+)` \|", section[1], re.MULTILINE))


@functools.cache
def all_tests() -> str:
    own = Path(__file__)
    files = (path for path in (ROOT / "tests").rglob("*.py") if path != own)
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


@every_action
def test_each_rule_is_raised_by_a_test(name: str) -> None:
    assert bad_rules(name)
    for rule in sorted(bad_rules(name) | documented(name)):
        assert re.search(rf"[\"'/`]{re.escape(rule)}[\"'`\s,]", all_tests()), rule


@every_action
def test_each_rule_stands_in_the_docs_and_no_other_does(name: str) -> None:
    told = documented(name)
    assert bad_rules(name) <= told
    for rule in told:  # some stand in a table of the action's own, and not in a call
        assert any(f'"{rule}"' in path.read_text(encoding="utf-8") for path in sources(name)), rule
