"""What only a maintainer can do: on GitHub, on the registries, and with secrets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from release_actions.formats.release_workflow import Job, workflow
from release_actions.init.answers import Plan, Planned
from release_actions.init.facts import Facts
from release_actions.init.filling import Written

SECRETS = {
    "RELEASE_TOKEN": "of a GitHub App or a person, with `contents: write` and `pull-requests:"
    " write`: what GITHUB_TOKEN pushes starts no CI",
    "RELEASE_SIGNING_KEY": "an SSH key without a passphrase, as a secret of the environment;"
    " its public half belongs into .github/allowed_signers",
    "AUDIT_TOKEN": "of a GitHub App with `administration: read`",
}


@dataclass(frozen=True)
class Todo:
    """One thing to do: what, where, and the exact fields."""

    what: str
    where: str = ""
    fields: tuple[tuple[str, str], ...] = ()


def todos(plan: Plan, written: Sequence[Written], facts: Facts) -> tuple[Todo, ...]:
    """In the order in which they are best done."""
    return (
        *_environments(written, facts),
        *_publishers(plan, written, facts),
        *_ruleset(plan, facts),
        *_secrets(written),
        *_builds(plan, written),
        *_next(plan),
    )


def environments(written: Sequence[Written]) -> tuple[str, ...]:
    """The environments that the workflows name, each once."""
    return tuple(
        dict.fromkeys(str(job.environment) for _, job in _jobs(written) if job.environment)
    )


def _jobs(written: Sequence[Written]) -> Iterator[tuple[Written, Job]]:
    for file in written:
        if file.path.endswith(".yml"):
            yield from ((file, job) for job in workflow(file.path, file.text).jobs.values())


def trigger(plan: Plan) -> str:
    """The tags that start a release; empty where no tag of somebody's does."""
    found = (
        each.answers["tag-pattern"].value for each in plan.files if "tag-pattern" in each.answers
    )
    return next((value for value in found if isinstance(value, str)), "")


def _site(facts: Facts, page: str) -> str:
    return f"https://{facts.host}/{facts.repository or 'OWNER/NAME'}/settings/{page}"


def _environments(written: Sequence[Written], facts: Facts) -> Iterator[Todo]:
    tags = next((t for file in written for t in _tags(file)), "")
    for name in environments(written):
        rules = [("Name", name), ("Required reviewers", "those who may release")]
        if tags:
            rules.append(("Deployment branches and tags", f"Selected, one rule for tags: {tags}"))
        yield Todo(f"make the environment {name}", _site(facts, "environments/new"), tuple(rules))


def _tags(file: Written) -> Iterator[str]:
    if file.path.endswith(".yml"):
        for each in workflow(file.path, file.text).triggers:
            if each.event == "push":
                yield from (tag.value for tag in each.filters.get("tags", ()))


def _publishers(plan: Plan, written: Sequence[Written], facts: Facts) -> Iterator[Todo]:
    owner, _, name = (facts.repository or "OWNER/NAME").partition("/")
    by_path = {file.path: file for file in written}
    for planned in plan.files:
        for job in workflow(planned.path, by_path[planned.path].text).jobs.values():
            fields = (
                ("Owner", owner),
                ("Repository name", name),
                ("Workflow name", planned.file),
                ("Environment name", str(job.environment or "")),
            )
            used = {str(step.uses or "").partition("@")[0] for step in job.steps}
            if "pypa/gh-action-pypi-publish" in used:
                yield from _at_pypi(planned, job, fields)
            if any(use.endswith("/publish-crates") for use in used):
                yield from _at_crates(planned, fields)


def _at_pypi(planned: Planned, job: Job, fields: tuple[tuple[str, str], ...]) -> Iterator[Todo]:
    """The project as its own job has it; `env.PROJECT` where the workflow is about one alone."""
    told = [str(step.with_["project"]) for step in job.steps if "project" in step.with_]
    for name in dict.fromkeys(told):
        if "env.PROJECT" in name:
            name = str(planned.answers["project"].value)
        yield Todo(
            f"let PyPI trust this workflow for {name}"
            " (where it has no such project yet: https://pypi.org/manage/account/publishing/)",
            f"https://pypi.org/manage/project/{name}/settings/publishing/",
            (("PyPI Project Name", name), *fields),
        )


def _at_crates(planned: Planned, fields: tuple[tuple[str, str], ...]) -> Iterator[Todo]:
    names = planned.answers["crates"].value
    owner, repository, file, environment = (value for _, value in fields)
    each = ", ".join(names) if isinstance(names, tuple) else str(names)
    yield Todo(
        "let crates.io trust this workflow, for each crate alone"
        " (it must be there already: publish its first version by hand)",
        "https://crates.io/crates/NAME/settings",
        (
            ("Crates", each),
            ("Publisher", "GitHub"),
            ("Repository owner", owner),
            ("Repository name", repository),
            ("Workflow filename", file),
            ("Environment", environment),
        ),
    )


def _ruleset(plan: Plan, facts: Facts) -> Iterator[Todo]:
    if tags := trigger(plan):
        yield Todo(
            "make a ruleset for the tags, so that no release changes afterwards",
            _site(facts, "rules/new?target=tag"),
            (
                ("Enforcement status", "Active"),
                ("Target tags", tags),
                ("Rules", "Restrict updates, Restrict deletions, Block force pushes"),
            ),
        )


def _secrets(written: Sequence[Written]) -> Iterator[Todo]:
    for name, about in SECRETS.items():
        if any(f"secrets.{name} " in file.text for file in written):
            yield Todo(f"add the secret {name}: {about}")


def _next(plan: Plan) -> Iterator[Todo]:
    for planned in plan.files:
        if "tag-pattern" in planned.answers:
            yield Todo(
                "play it before there is a tag",
                f"release-actions rehearse --workflow {planned.path}",
            )
    if all(planned.template != "settings-audit" for planned in plan.files):
        how = "release-actions init --template settings-audit"
        yield Todo("have the settings looked at each week", how)


def _builds(plan: Plan, written: Sequence[Written]) -> Iterator[Todo]:
    by_path = {file.path: file for file in written}
    for planned in plan.files:
        if planned.template == "gated-release":
            job = workflow(planned.path, by_path[planned.path].text).jobs["build"]
            yield Todo(f"write the job `build`, {planned.path}:{job.line}: it builds nothing yet")
