"""Looks: asks for what was declared, or for everything where a suggestion is wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from release_actions.actions.audit_release_settings.asked import Inputs
from release_actions.clients import environments, one_file, rules, settings
from release_actions.clients.environments import Environment
from release_actions.clients.github import GitHub
from release_actions.clients.rules import BranchRules, Rulesets
from release_actions.clients.settings import (
    ActionsPolicy,
    RepositoryFacts,
    SelectedActions,
    Unread,
    WorkflowPermissions,
)
from release_actions.values import RefName, Repository
from release_actions.world import World

T = TypeVar("T")

NOT_ASKED = Unread("it was not asked for", "")


@dataclass(frozen=True)
class Place:
    """The file for a suggestion: what is there now, and whether it may be written at all."""

    inside: bool
    tracked: bool
    content: bytes | None


@dataclass(frozen=True)
class Facts:
    """What GitHub said of each setting that was asked about."""

    repository: RepositoryFacts | Unread = NOT_ASKED
    policy: ActionsPolicy | Unread = NOT_ASKED
    selected: SelectedActions | Unread | None = NOT_ASKED
    workflow: WorkflowPermissions | Unread = NOT_ASKED
    fork_approval: str | Unread = NOT_ASKED
    immutable: bool | Unread = NOT_ASKED
    private_reporting: bool | Unread = NOT_ASKED
    environments: tuple[Environment, ...] | Unread = NOT_ASKED
    rulesets: Rulesets = NOT_ASKED
    branches: Mapping[str, BranchRules] = field(default_factory=dict)
    place: Place | None = None


# Which declarations need which answer.
REPOSITORY = {"default-branch", "visibility", "web-commit-signoff"}
REPOSITORY |= {"secret-scanning", "push-protection"}
POLICY = {"actions-enabled", "allowed-actions", "sha-pinning"}
SELECTED = {"selected-actions", "github-owned-actions", "verified-actions"}
WORKFLOW = {"workflow-permissions", "workflows-approve"}


def gather(inputs: Inputs, world: World) -> Facts:
    github, name = world.github, inputs.repository
    declared = set(inputs.declared)

    def asked(names: set[str], ask: Callable[[GitHub, Repository], T]) -> T | Unread:
        wanted = inputs.suggest or not declared.isdisjoint(names)
        return ask(github, name) if wanted else NOT_ASKED

    every = None if inputs.suggest else tuple(inputs.environment)
    repository = asked(REPOSITORY, settings.repository)
    rulesets = asked({"branch", "tag"}, rules.rulesets)
    return Facts(
        repository=repository,
        policy=asked(POLICY, settings.actions_policy),
        selected=asked(SELECTED, settings.selected_actions),
        workflow=asked(WORKFLOW, settings.workflow_permissions),
        fork_approval=asked({"fork-approval"}, settings.fork_approval),
        immutable=asked({"immutable-releases"}, settings.immutable_releases),
        private_reporting=asked({"private-reporting"}, settings.private_reporting),
        environments=asked(
            {"environment"}, lambda github, name: environments.environments(github, name, every)
        ),
        rulesets=rulesets,
        branches=_branches(inputs, repository, rulesets, world),
        place=_place(inputs, world) if inputs.suggest else None,
    )


def _branches(
    inputs: Inputs, repository: RepositoryFacts | Unread, rulesets: Rulesets, world: World
) -> Mapping[str, BranchRules]:
    """The declared branches; for a suggestion the default branch, too, where it could be read."""
    names = [*inputs.branch]
    if inputs.suggest and isinstance(repository, RepositoryFacts):
        names.append(RefName(repository.default_branch))
    return {
        name: rules.branch(world.github, inputs.repository, RefName(name), rulesets)
        for name in dict.fromkeys(names)
    }


def _place(inputs: Inputs, world: World) -> Place:
    path = inputs.output_file
    found = one_file.place(world.workspace, path)
    folder, name = path.rpartition("/")[::2]
    tracked = one_file.tracked(world.git(folder), name)
    return Place(found is not None, tracked, one_file.read(world.workspace, path))
