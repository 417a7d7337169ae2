"""A whole release workflow as ordvec has it, its config, and what becomes of both when changed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from release_actions.actions.lint_release_workflow import action
from release_actions.inputs import Given, Problems, parse
from release_actions.run import Ended, Loop
from release_actions.verdict import Finding, Outcome
from release_actions.world import World

RELEASE = ".github/workflows/release.yml"
GOOD = Path(__file__).with_name("release.yml").read_text(encoding="utf-8")
TAGS = "v[0-9]*.[0-9]*.[0-9]*"
CLIFF = f'# tag_pattern = "x"\n[git]\ntag_pattern = "{TAGS}"\n'
GENERATOR = "slsa-framework/slsa-github-generator/.github/workflows/generator_generic_slsa3.yml"
SHA = "@" + "0" * 40

CONFIG: Mapping[str, Any] = {
    "gates": ["guard", "gate"],
    "attest": ["attest"],
    "provenance": ["provenance"],
    "publish": ["publish-*"],
    "undraft": ["undraft"],
    "after": ["publish-pypi: publish-core"],
    "steps": ["publish-core: identity > dry-run > token > publish > read-back"],
    "identity-steps": ["The files are the built ones"],
    "environments": ["publish-core: crates-io", "publish-pypi: pypi"],
    "id-token": ["attest", "provenance", "publish-*"],
    "by-tag": [GENERATOR],
    "triggers": ["push"],
    "tag-pattern": TAGS,
    "deployment-pattern": TAGS,
    "dist": ["publish-pypi: dist-ordvec"],
    "provenance-names": ["ordvec: ordvec.intoto.jsonl"],
}


@dataclass(frozen=True)
class Lint:
    """How it ended."""

    ended: Ended

    @property
    def findings(self) -> tuple[Finding, ...]:
        assert self.ended.verdict is not None, self.ended.error
        return tuple(self.ended.verdict.findings)

    @property
    def bad(self) -> set[str]:
        """Every bad rule with its place, as `rule file:line`."""
        return {f"{f.rule} {f.file}:{f.line}" for f in self.findings if f.weighs.bad}

    @property
    def rules(self) -> set[str]:
        return {f.rule for f in self.findings if f.weighs.bad}

    @property
    def advice(self) -> set[str]:
        return {f.rule for f in self.findings if f.advisory and f.outcome.bad}

    @property
    def unknown(self) -> set[str]:
        return {f.rule for f in self.findings if f.outcome is Outcome.UNKNOWN}

    def told(self, rule: str) -> str:
        return "\n".join(
            f"{f.subject}: {f.detail} -> {f.fix}" for f in self.findings if f.rule == rule
        )

    @property
    def suggested(self) -> str:
        assert self.ended.verdict is not None
        said = getattr(self.ended.verdict.outputs, "suggested", "")
        assert isinstance(said, str)
        return said


def changed(old: str, new: str, text: str = GOOD) -> str:
    """The workflow with one place written otherwise."""
    assert text.count(old) == 1, (text.count(old), old)
    return text.replace(old, new)


def lay(folder: Path, files: Mapping[str, str]) -> set[str]:
    """Write the files; where a `«` stood, a finding is expected: its file:line."""
    marked: set[str] = set()
    for path, text in files.items():
        for number, line in enumerate(text.split("\n"), 1):
            if "«" in line:
                marked.add(f"{path}:{number}")
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text.replace("«", ""), encoding="utf-8", newline="")
    return marked


def lint(folder: Path, config: Mapping[str, Any] = CONFIG, **inputs: Any) -> Lint:
    """The action in a folder, its inputs through the same door as a caller's."""
    given = {name: Given(value, "config") for name, value in config.items()}
    given["repository"] = Given("acme/ordvec", "with")
    given |= {name.replace("_", "-"): Given(value, "with") for name, value in inputs.items()}
    problems = Problems()
    parsed = parse(action.inputs, given, problems)
    problems.end()
    world = World("", {"GITHUB_WORKSPACE": str(folder)})
    return Lint(Loop(action, parsed, world, lambda line: None).run(dry_run=False, wait=0))


def without(*names: str, **more: Any) -> dict[str, Any]:
    """The config less some keys, and with others."""
    kept = {name: value for name, value in CONFIG.items() if name not in names}
    return kept | {name.replace("_", "-"): value for name, value in more.items()}


def table(text: str) -> dict[str, Any]:
    """The action's table of a config."""
    read: dict[str, Any] = tomllib.loads(text)["lint-release-workflow"]
    return read
