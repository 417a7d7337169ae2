"""A workflow made of another: jobs that have ended are replayed, the rest is as it was written.

Each replayed job becomes one step that sets the outputs it had; what it had uploaded is kept with
the run. Every other job keeps its very text, and with it its name, permissions, environment and
condition; the file keeps its path, so that nobody takes its jobs for others'. Where the outputs
of a job are made of more than outputs of steps, one more step says them at its end.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

import yaml

from rehearsal.marked_yaml import Marked, read

#: The step that says the outputs of its job.
TOLD = "rehearsal-outputs"
_OF_STEPS = re.compile(r"\$\{\{\s*steps\.[\w-]+\.outputs\.[\w-]+\s*\}\}")


def derive(file: Path, ended: Mapping[str, Mapping[str, str]]) -> None:
    """Let these jobs be replayed by this file, with these outputs, and the others say theirs."""
    jobs = read(file).get("jobs")
    assert jobs is not None
    text = file.read_text(encoding="utf-8")
    for name, job in reversed(list(jobs.items())):
        if name in ended:
            text = _in_place(text, job.node, _replayed(job, ended[name]))
        elif (outputs := says(job.mapping_of("outputs"))) and (steps := job.get("steps")):
            text = _with_step(text, steps.node, _telling(outputs))
    file.write_text(text, encoding="utf-8")


def says(outputs: Mapping[str, str]) -> Mapping[str, str]:
    """These outputs of a job, if any is made of more than outputs of its steps."""
    pure = all("${{" not in _OF_STEPS.sub("", text) for text in outputs.values())
    return {} if pure else outputs


def _in_place(text: str, old: yaml.Node, new: str) -> str:
    start, end = old.start_mark.index, old.end_mark.index
    # A block reaches to the next key; the white space before that one is not its own.
    kept = text[start:end]
    return text[:start] + new + kept[len(kept.rstrip()) :] + text[end:]


def _with_step(text: str, steps: yaml.Node, step: str) -> str:
    """One step more at the end of a list, in the form that the list has."""
    start, end = steps.start_mark.index, steps.end_mark.index
    old = text[start:end]
    if old.startswith("["):
        return f"{text[: end - 1].rstrip().rstrip(',')}, {step}{text[end - 1 :]}"
    body = old.rstrip()
    more = f"\n{' ' * steps.start_mark.column}- {step}"
    return text[:start] + body + more + (old[len(body) :] or "\n") + text[end:]


def _replayed(job: Marked, outputs: Mapping[str, str]) -> str:
    """A job of one step that says what the old one said; JSON is YAML."""
    name = job.text_of("name")
    # The text is decoded by the step: no output can be taken for an expression, nor for shell.
    step = {
        "id": "replay",
        "name": "What this job said",
        "shell": "bash",
        "env": {"RECORDED": base64.b64encode(_file_commands(outputs)).decode()},
        "run": 'base64 --decode <<<"$RECORDED" >> "$GITHUB_OUTPUT"',
    }
    made = {
        **({"name": name} if name and "${{" not in name else {}),
        "runs-on": "ubuntu-latest",
        "permissions": {},
        "outputs": {told: f"${{{{ steps.replay.outputs.{told} }}}}" for told in outputs},
        "steps": [step],
    }
    return json.dumps(made)


def _file_commands(outputs: Mapping[str, str]) -> bytes:
    """GITHUB_OUTPUT as a step writes it."""
    parts = []
    for name, value in outputs.items():
        end = f"end-{secrets.token_hex(16)}"
        parts.append(f"{name}<<{end}\n{value}\n{end}\n")
    return "".join(parts).encode()


def _telling(outputs: Mapping[str, str]) -> str:
    """A step that says what a job's outputs are: their values come by variables."""
    end = f"end-{secrets.token_hex(16)}"
    lines = [
        f"printf '%s<<%s\\n%s\\n%s\\n' '{name}' {end} \"$OUTPUT_{number}\" {end}"
        for number, name in enumerate(outputs)
    ]
    step = {
        "id": TOLD,
        "name": "What this job says",
        "shell": "bash",
        "env": {f"OUTPUT_{number}": text for number, text in enumerate(outputs.values())},
        "run": "{ " + "; ".join(lines) + '; } >> "$GITHUB_OUTPUT"',
    }
    return json.dumps(step)
