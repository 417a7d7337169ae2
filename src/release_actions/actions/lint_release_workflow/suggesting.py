"""What the config would say if it described the workflow as it is.

What would be weaker than the rules' own defaults is not suggested: it remains as advice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import get_type_hints

from release_actions.actions.lint_release_workflow.asked import Inputs
from release_actions.actions.lint_release_workflow.drafting import brought
from release_actions.actions.lint_release_workflow.following import TYPICAL, Book
from release_actions.actions.lint_release_workflow.ordering import REQUIRED
from release_actions.formats.cliff_toml import NotCliffError, tag_pattern
from release_actions.formats.expression import constant
from release_actions.formats.job_pattern import NONE, PHASES, ProvenanceNames, ReleaseEvents
from release_actions.formats.release_workflow import Job
from release_actions.formats.step_kinds import GENERATOR
from release_actions.values import fold

Values = dict[str, str | list[str]]
TABLE = "lint-release-workflow"
NOT_TOLD = {"repository", "path", "suggest"}
SUFFIX = ".intoto.jsonl"


def suggested(book: Book) -> Values:
    """The inputs, by name: what was given and what the workflow has."""
    found: Values = {"workflows": [path.short for path in book.inputs.workflows]}
    for kind, role in TYPICAL.items():
        jobs = [job for _, job in book.jobs if kind in book.kinds(job)]
        if kind == "gate":
            jobs = _first(book, jobs)
        named = [job for _, job in book.role(role) if not any(job is other for other in jobs)]
        found[role] = [_id(book, job) for job in (*named, *jobs)] or [NONE]
    found["triggers"] = _events(book)
    found |= _patterns(book)
    found["id-token"] = _id_token(book)
    found["by-tag"] = _by_tag(book)
    return {name: value for name, value in (_given(book) | found | _more(book)).items() if value}


def _first(book: Book, gates: list[Job]) -> list[Job]:
    """Without the jobs that publish and only look again, where a gate stands before them."""
    return [gate for gate in gates if not {"publish", "undraft"} & book.kinds(gate)] or gates


def _more(book: Book) -> Values:
    """What only publish and provenance jobs have."""
    publish = [job for _, job in book.jobs if "publish" in book.kinds(job)]
    return {
        "environments": list(_environments(book, publish)),
        "after": list(_after(book, publish)),
        "steps": list(_steps(book, publish)),
        "dist": list(_dist(book, publish)),
        "provenance-names": list(_provenance(book)),
    }


def _id(book: Book, job: Job) -> str:
    """The job's id, with its file where another file has one of the same."""
    same = [other for _, other in book.jobs if other.id == job.id]
    return job.id if len(same) == 1 else f"{job.file.rpartition('/')[2]}/{job.id}"


def _given(book: Book) -> Values:
    """What the caller says already, and no workflow tells."""
    found: Values = {}
    for part in fields(book.inputs):
        name, value = part.name.replace("_", "-"), getattr(book.inputs, part.name)
        if name not in NOT_TOLD and value != part.default:
            found[name] = value if isinstance(value, str) else [str(each) for each in value]
    return found


def _events(book: Book) -> list[str]:
    events = {trigger.event for flow in book.release for trigger in flow.triggers}
    return [event for event in ReleaseEvents.ALLOWED if event in events]


def _patterns(book: Book) -> Values:
    pushes = [t for f in book.release for t in f.triggers if t.event == "push"]
    tags = {tag.value for push in pushes for tag in push.filters.get("tags", ())}
    if not pushes:
        return {"tag-pattern": NONE}
    by_file = dict(_by_file(book))
    if len(tags) != 1 and not by_file:
        return {}
    deployed = {job.file for _, job in book.jobs if job.environment}
    found: Values = {}
    if len(tags) == 1:
        found["tag-pattern"] = next(iter(tags))
        if deployed:
            found["deployment-pattern"] = found["tag-pattern"]
    else:
        found["tag-pattern"] = [_line(*pair) for pair in by_file.items()]
        found["deployment-pattern"] = [
            _line(*pair) for pair in by_file.items() if pair[0] in deployed
        ]
    if book.inputs.deployment_pattern:
        found.pop("deployment-pattern", None)  # as it was given
    try:
        said = tag_pattern(book.facts.changelog)[0] if book.facts.changelog is not None else ""
    except NotCliffError:
        said = ""
    if said and tags != {said}:
        found["changelog-pattern"] = said
    return found


def _by_file(book: Book) -> Iterator[tuple[str, str]]:
    """The one pattern of each workflow that a push starts; nothing where one has several."""
    found = []
    for flow in book.release:
        pushes = [trigger for trigger in flow.triggers if trigger.event == "push"]
        tags = {tag.value for push in pushes for tag in push.filters.get("tags", ())}
        if len(tags) > 1:
            return
        found += [(flow.file, tag) for tag in tags]
    yield from found


def _line(file: str, pattern: str) -> str:
    return f"{file.rpartition('/')[2]}: {pattern}"


def _environments(book: Book, publish: list[Job]) -> Iterator[str]:
    for _, job in book.jobs:
        if job.environment is not None and _plain(job.environment.value):
            yield f"{_id(book, job)}: {job.environment}"
        elif job.environment is None and any(job is other for other in publish):
            yield f"{_id(book, job)}: {NONE}"


def _id_token(book: Book) -> list[str]:
    jobs = [job for _, job in book.jobs if job.grant and job.grant.writes("id-token")]
    return [_id(book, job) for job in jobs]


def _by_tag(book: Book) -> list[str]:
    """SLSA's generator alone: it verifies itself by the tag that it was called by."""
    called = [job.uses.value for _, job in book.jobs if job.uses is not None]
    found = [
        re.fullmatch(rf"({re.escape(GENERATOR)}[\w./-]+)@v\d+\.\d+\.\d+", uses) for uses in called
    ]
    return list(dict.fromkeys(match[1] for match in found if match))


def _after(book: Book, publish: list[Job]) -> Iterator[str]:
    """Only within one file, and by ids alone."""
    for flow, job in book.jobs:
        for other in publish:
            ensured = other.file == flow.file and other.id in book.ensured(flow, job)
            if ensured and any(job is each for each in publish):
                yield f"{_id(book, job)}: {other.id}"


def _steps(book: Book, publish: list[Job]) -> Iterator[str]:
    for job in publish:
        there = [phase for phase in PHASES if phase in book.kinds(job)]
        if set(REQUIRED) <= set(there):
            yield f"{_id(book, job)}: {' > '.join(there)}"


def _dist(book: Book, publish: list[Job]) -> Iterator[str]:
    for job in publish:
        named = brought(book, job)
        if len(named) == 1 and _plain(named[0]):
            yield f"{_id(book, job)}: {named[0]}"


def _plain(text: str) -> bool:
    """Whether it is the same in every run, and one line."""
    return constant(text) and fold(text) == text != ""


def _provenance(book: Book) -> Iterator[str]:
    seen: set[str] = set()
    for _, job in book.jobs:
        if job.uses is not None and job.uses.value.startswith(GENERATOR):
            said = job.with_.get("provenance-name")
            name = said.value.strip() if said else f"multiple{SUFFIX}"
            if re.fullmatch(ProvenanceNames.SHAPE, name, re.ASCII) and name not in seen:
                seen.add(name)
                yield f"{name.removesuffix(SUFFIX)}: {name}"


def as_inputs(inputs: Inputs, values: Values) -> Inputs:
    """The inputs that this config gives."""
    hints = get_type_hints(Inputs)
    changed: dict[str, object] = {"suggest": False}
    for name, value in values.items():
        if name == "workflows":
            continue
        kind = hints[name.replace("-", "_")]
        text = value if isinstance(value, str) else "".join(f"{line}\n" for line in value)
        changed[name.replace("-", "_")] = kind(text)
    return replace(inputs, **changed)  # type: ignore[arg-type]  # by the very hints of the class


def line(name: str, value: str | list[str]) -> str:
    """One line of TOML."""
    return f"{name} = {json.dumps(value, ensure_ascii=False)}"


def toml(values: Mapping[str, str | list[str]]) -> str:
    """The table for the config file; JSON's texts and lists are TOML's, too."""
    lines = [f"[{TABLE}]"]
    for name, value in values.items():
        if isinstance(value, list) and len(value) > 1:
            items = "".join(f"  {json.dumps(each, ensure_ascii=False)},\n" for each in value)
            lines.append(f"{name} = [\n{items}]")
        else:
            lines.append(line(name, value))
    return "\n".join(lines) + "\n"
