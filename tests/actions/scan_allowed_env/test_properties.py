"""What holds for any workflow: nothing that is set is missed, and prose is never taken for it."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from release_actions.formats import marked_yaml, workflow_env
from release_actions.formats.env_names import Names
from release_actions.formats.marked_yaml import NotYamlError
from release_actions.formats.plain_yaml import is_plain
from tests.actions.scan_allowed_env.corpus import CLEAN, FAILS, HITS
from tests.actions.scan_allowed_env.tree import RELEASE, lay, scan

#: What is played here over and over, other tests show line by line: traced, it takes twice as long.
pytestmark = pytest.mark.untraced

NAME = "ALLOWED_MRTD"

# Places in a workflow where a variable is set: a function that puts the name there.
SCRIPTS = [
    "{}=1",
    "export {}=1",
    "declare -x {}=1",
    "env {}=1 make",
    "docker run -e {}=1 image",
    "docker build --build-arg {}=1 .",
    'echo "{}=1" >> "$GITHUB_ENV"',
    "printf '%s=1\\n' {} >> $GITHUB_ENV",
    "cat >> $GITHUB_ENV <<EOF\n{}=1\nEOF",
    "if true; then\n  for x in 1 2; do {}=$x make; done\nfi",
    "bash -c 'export {}=1'",
]
PROSE = [
    "# {}=1",
    "echo '{}=1 must not be set'",
    "grep -q {}= rendered.txt && exit 1",
    "unset {}",
    'echo "{}=1" >> "$GITHUB_STEP_SUMMARY"',
    'test -z "${}"',
]
LINES = ["make", "set -euo pipefail", "cargo build --locked", 'echo "a: $B" >&2', "x=$(date)"]
LINES += ['for f in dist/*.whl; do sha256sum "$f"; done', "if [ -f x ]; then\n  rm x\nfi"]


def workflow(dice: random.Random) -> dict[str, Any]:
    """A random workflow that sets nothing."""
    return {
        "name": dice.choice(["Release", "a: b", "x # y"]),
        "on": {"push": {"tags": ["v*"]}},
        "env": {"A": 1, "B": "two: 2"},
        "jobs": {
            f"job{n}": {
                "name": "Job",
                "runs-on": dice.choice(["ubuntu-24.04", "${{ matrix.os }}"]),
                "strategy": {"matrix": {"os": ["a", "b"], "include": [{"os": "c", "x": 1}]}},
                "container": {"image": "a", "env": {"C": "1"}},
                "services": {"db": {"image": "b", "env": {"D": "1"}}},
                "env": {"E": "1"},
                "steps": [
                    {"name": "Step", "run": "\n".join(dice.sample(LINES, 3)), "env": {"F": "1"}}
                    if dice.random() < 0.6
                    else {"uses": "a/b@v1", "with": {"build-args": "G=1\nH=2", "title": "t"}}
                    for _ in range(dice.randrange(1, 5))
                ],
            }
            for n in range(dice.randrange(1, 4))
        },
    }


def a_job(dice: random.Random, tree: dict[str, Any]) -> dict[str, Any]:
    job: dict[str, Any] = dice.choice(list(tree["jobs"].values()))
    return job


def put_in_run(dice: random.Random, tree: dict[str, Any], line: str) -> None:
    job = a_job(dice, tree)
    lines = dice.sample(LINES, 2)
    lines.insert(dice.randrange(3), line)
    job["steps"].insert(dice.randrange(len(job["steps"]) + 1), {"run": "\n".join(lines)})


def set_it(dice: random.Random, tree: dict[str, Any]) -> None:
    """Set the variable at one of the places where it can really be set."""
    job = a_job(dice, tree)
    place = dice.randrange(8)
    if place == 0:
        tree["env"][NAME] = "x"
    elif place == 1:
        job["env"][NAME] = "x"
    elif place == 2:
        job["container"]["env"][NAME] = "x"
    elif place == 3:
        job["services"]["db"]["env"][NAME] = "x"
    elif place == 4:
        job["steps"].append({"run": "make", "env": {NAME: "x"}})
    elif place == 5:
        job["strategy"]["matrix"]["include"].append({NAME: "x"})
    elif place == 6:
        job["steps"].append({"uses": "a/b@v1", "with": {"build-args": f"A=1\n{NAME}=2"}})
    else:
        put_in_run(dice, tree, dice.choice(SCRIPTS).replace("{}", NAME))


def say_it(dice: random.Random, tree: dict[str, Any]) -> None:
    """Say the name at one of the places where it is only prose."""
    job = a_job(dice, tree)
    place = dice.randrange(6)
    if place == 0:
        tree["name"] = f"export {NAME}=1"
    elif place == 1:
        job["name"] = f"{NAME}=1"
    elif place == 2:
        job["steps"].append({"name": f"{NAME}=1", "run": "make"})
    elif place == 3:
        tree["on"]["workflow_dispatch"] = {"inputs": {"a": {"description": f"{NAME}=1"}}}
    elif place == 4:
        job["steps"].append({"uses": "a/b@v1", "with": {"title": f"{NAME}=1", "body": f"{NAME}=1"}})
    else:
        put_in_run(dice, tree, dice.choice(PROSE).replace("{}", NAME))


def spelt(dice: random.Random, tree: dict[str, Any]) -> str:
    """The workflow in one of YAML's many spellings, with comments that say the name."""
    text: str = yaml.safe_dump(
        tree,
        default_style=dice.choice([None, None, '"', "'", "|", ">"]),
        default_flow_style=dice.choice([False, False, None, True]),
        width=dice.choice([20, 80, 10_000]),
        indent=dice.choice([2, 4]),
        sort_keys=dice.choice([True, False]),
    )
    return f"# {NAME}=1\n{text}# export {NAME}=1\n"


@settings(max_examples=150, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32))
def test_a_variable_that_is_set_anywhere_is_always_found(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    dice = random.Random(seed)
    tree = workflow(dice)
    set_it(dice, tree)
    folder = tmp_path_factory.mktemp("tree")
    text = spelt(dice, tree)
    lay(folder, {RELEASE: text})

    assert "forbidden" in scan(folder).bad, text


@settings(max_examples=150, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32))
def test_prose_is_never_taken_for_a_variable(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    dice = random.Random(seed)
    tree = workflow(dice)
    say_it(dice, tree)
    folder = tmp_path_factory.mktemp("tree")
    text = spelt(dice, tree)
    lay(folder, {RELEASE: text})

    assert scan(folder).bad == [], text


# The first test of a file must never say no where the whole look says something.

CLOSER = [
    'export "$(make name)=1"',
    "export A=1 $X",
    'declare "$X=1"',
    "read $X",
    'eval "export $A=1"',
    "env $X make",
    "docker run -e $X image",
    'docker run -e "$X=1" image',
    "docker run --env $X image",
    "docker build --build-arg $X .",
    'echo "$X=1" >> $GITHUB_ENV',
    'make >> "$GITHUB_ENV"',
    "make | tee -a $GITHUB_ENV",
    'printf -v "$X" 1',
    "./scripts/x.sh",
    "./tool",
    "tools/x",
    "A=1 tools/x",
    "make && tools/x",
    "if tools/x; then make; fi",
    "! tools/x",
    "(tools/x)",
    "make | tools/x",
    "bash tools/x",
    "bash x",
    "sh -e tools/x",
    "source tools/x",
    ". tools/x",
    ". ./x",
    "python3 tools/x",
    "python x.py",
    "sudo -E tools/x",
    "timeout 10m tools/x",
    "docker compose -f compose.yml up",
    "docker run --env-file .env x",
    "docker build -f Dockerfile.prod .",
    'x="$(tools/x)"',
    "x=`tools/x`",
    "for f in a; do tools/x; done",
    "case $x in a) tools/x ;; esac",
    "{ tools/x; }",
    "nohup ./tool &",
    "exec tools/x",
    "bash -c 'tools/x'",
    "env A=1 tools/x",
    'eval "$A=1"',
    'bash "x"',
    "bash -e x",
    "bash 'x' --all",
    'bash "$X"',
    "sh $X",
    "python x",
    "python3 -u x",
    "/usr/bin/python x",
    "bash -c 'python x'",
    "sudo -E python x",
    "A=1 python x",
    "x=$(python x)",
    'python "$X"',
    "pwsh x",
    "powershell x",
    "source x",
    'source "$X"',
    '. "$X"',
    '"$GITHUB_WORKSPACE/tools/x"',
    "$GITHUB_ACTION_PATH/tools/x",
    "${{ github.action_path }}/tools/x",
    '"$(dirname "$0")/tools/x"',
    '"$X"/tools/x',
    "tools/$X",
    '"tools"/x',
    "make && $X/tools/x",
    "./tools/$X",
    "bash scripts/*.sh",
]
PAIRS = [*CLOSER, *LINES]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    script=st.lists(st.sampled_from(PAIRS), min_size=1, max_size=4),
    joined=st.sampled_from(["\n", "\n\n", " && ", "; ", " | ", "\n  "]),
    style=st.sampled_from([None, '"', "'", "|", ">"]),
    width=st.sampled_from([20, 40, 10_000]),
    flow=st.booleans(),
)
def test_the_first_look_never_says_no_where_the_whole_look_says_something(
    script: list[str], joined: str, style: str | None, width: int, flow: bool
) -> None:
    tree = {"on": "push", "jobs": {"a": {"runs-on": "x", "steps": [{"run": joined.join(script)}]}}}
    text: str = yaml.safe_dump(tree, default_style=style, default_flow_style=flow, width=width)
    names = Names()
    if workflow_env.needs_reading(text.encode(), names) or not is_plain(text):
        return
    root = marked_yaml.compose(text)
    run = joined.join(script)
    said = list(workflow_env.script_hits(run, "bash", names, {}))

    assert list(workflow_env.workflow(root, text, names)) == []
    assert [hit for hit in said if hit.kind != "unread"] == [], text


@pytest.mark.parametrize("line", CLOSER)
def test_each_line_that_needs_a_closer_look_gets_one(line: str) -> None:
    assert list(workflow_env.script_hits(line, "bash", Names(), {})) != [], line
    assert workflow_env.may_say(line.encode(), Names()), line


TEXTS = [text for files in (*HITS.values(), *CLEAN.values()) for text in files.values()]
TEXTS += [text for _, files in FAILS.values() for text in files.values()]


@settings(max_examples=400, deadline=None, derandomize=True)
@given(data=st.data())
def test_a_text_that_is_proved_plain_has_no_key_twice(data: st.DataObject) -> None:
    """Lines are doubled, moved and dropped at random: whatever is proved must be composed well."""
    text = data.draw(st.sampled_from(TEXTS)).replace("«", "").replace("»", "")
    lines = text.split("\n")
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        line = data.draw(st.sampled_from(lines))
        lines.insert(at, data.draw(st.sampled_from(["", " ", "  ", "- "])) + line)
    text = "\n".join(lines)
    try:
        plain = marked_yaml.proved_plain(text)
    except NotYamlError:
        with pytest.raises(NotYamlError):
            marked_yaml.compose(text)
    else:
        if plain:
            marked_yaml.compose(text)


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\nb: 2\n",
        "a:\n  - b: 1\n    c: 2\n  - b: 3\n",
        "a:\n- b: 1\n- b: 2\nc: 1\n",
        "on:\n  push: {branches: [main, 'x/**'], tags: [v*]}\n",
        "a: |\n  b: 1\n  b: 1\nif: >-\n  a: 1\n  a: 1\n",
        "- run: |\n    a: 1\n    a: 1\n  shell: bash\n",
        "a: b # a: c\n# a: c\n'c': 1\n",
        "if: ${{ a == 'b' }}\nrun: x --y 'z: 1'z\n".replace(": 1", "=1"),
    ],
)
def test_texts_that_are_plainly_written_need_no_composing(text: str) -> None:
    assert is_plain(text)


@pytest.mark.parametrize(
    "text",
    [
        "a: b\n  c\n",
        "a: b\n  - c\n",
        "a: b\n\n  - c\n",
        "- a\n  - b\n",
        "a: 'it''s'\n",
        'a: "b\\n"\n',
        "run: >\n  a\n  b\n",
        "a: &b c\n",
        "a: *b\n",
        "a: !b c\n",
        "? a\n: b\n",
        "a: [\n  b]\n",
        "a: {b: 1, b: 2}\n",
        "a: 1\n---\nb: 1\n",
        "a: 1\r\nb: 2\r\n",
        "a: '\u2028'\n",
        "a b: 1\na b: 2\n",
        "a:\n  b: 1\n  b: 2\n",
        "- a: 1\n  a: 2\n",
        "a: 1\n'a': 2\n",
        "<<: x\n",
        "a: |\n  b\na: 1\n",
        "# nothing\n",
        "",
    ],
)
def test_what_is_not_surely_plain_is_composed(text: str) -> None:
    assert not is_plain(text)


PARTS = ["'", '"', "$(", ")", "`", "${", "}", "<<EOF\n", "EOF\n", "\n", ";", ";;", "|", "&"]
PARTS += ["((", "))", "\xa0", "\x0b", "$'", '$"', "<<-E\n", "\r\n", "@(", "x=$", "${x:=", "eval "]
PARTS += [
    "if ",
    "then ",
    "fi",
    "case x in ",
    "esac",
    "do ",
    "done",
    "for x in ",
    "{ ",
    "[[ ",
    "]]",
    "\\",
]
PARTS += [
    "ALLOWED_X=1",
    " export ",
    "echo ",
    ">> $GITHUB_ENV",
    "f() ",
    "# ",
    "${{ a }}",
    "<(",
    "x=(",
    " ",
    "!",
]


@settings(max_examples=600, deadline=None, derandomize=True)
@given(parts=st.lists(st.sampled_from(PARTS), max_size=14))
def test_no_text_makes_the_shells_reader_hang_or_crash(parts: list[str]) -> None:
    began = time.thread_time()  # the work itself, however busy the machine is with another
    for shell in ("bash", "pwsh", "cmd", "python", "?"):
        for hit in workflow_env.script_hits("".join(parts), shell, Names(), {}):
            assert hit.kind in ("set", "computed", "script", "data", "unread")
    assert time.thread_time() - began < 2.0


def test_the_corpus_has_more_than_eighty_snippets_of_each_kind_together(tmp_path: Path) -> None:
    assert len(HITS) >= 80
    assert len(CLEAN) >= 30
    assert len(FAILS) >= 20
