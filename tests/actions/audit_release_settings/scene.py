"""A repository whose settings are as they should be, and an audit of it through the front door."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rehearsal.github import GitHub, Repository
from release_actions.inputs import Given
from release_actions.perform import Asked, perform
from release_actions.tell import Teller
from release_actions.world import World
from tests.actions.require_ci_green.play import ACTIONS, Played, QuickClock
from tests.probe import git

NAME = "audit-release-settings"
CONFIG = Path(".github/release-actions.toml")
READER = {"contents": "read", "actions": "read", "administration": "read"}
WRITER = READER | {"administration": "write"}
TEAM = {"actor_id": 7, "actor_type": "Team", "bypass_mode": "always"}

PULL_REQUEST = {
    "required_approving_review_count": 2,
    "require_code_owner_review": True,
    "dismiss_stale_reviews_on_push": True,
    "require_last_push_approval": True,
    "required_review_thread_resolution": True,
    "allowed_merge_methods": ["merge"],
}
CHECKS = {
    "strict_required_status_checks_policy": True,
    "do_not_enforce_on_create": False,
    "required_status_checks": [{"context": "ci", "integration_id": 15368}, {"context": "lint"}],
}
MAIN: list[Any] = [
    "deletion",
    "non_fast_forward",
    "required_linear_history",
    "required_signatures",
    {"type": "pull_request", "parameters": PULL_REQUEST},
    {"type": "required_status_checks", "parameters": CHECKS},
]
TAGS = ["update", "deletion", "non_fast_forward", "creation"]


def on(url: str = "") -> dict[str, Any]:
    return {"enabled": True} | ({"url": url} if url else {})


#: The old protection that demands what MAIN demands.
PROTECTION: dict[str, Any] = {
    "required_pull_request_reviews": {
        "url": "u",
        "dismiss_stale_reviews": True,
        "require_code_owner_reviews": True,
        "required_approving_review_count": 2,
        "require_last_push_approval": True,
    },
    "required_status_checks": {
        "url": "u",
        "strict": True,
        "contexts": ["ci", "lint"],
        "contexts_url": "u",
        "checks": [{"context": "ci", "app_id": 15368}, {"context": "lint", "app_id": None}],
    },
    "enforce_admins": on("u"),
    "required_linear_history": on(),
    "required_signatures": on("u"),
    "required_conversation_resolution": on(),
    "allow_force_pushes": {"enabled": False},
    "allow_deletions": {"enabled": False},
}


def settle(repository: Repository) -> None:
    """Let every setting be as a careful maintainer has it."""
    state = repository.state
    repository.add_environment(
        "pypi",
        reviewers=["mona", "Team:release"],
        prevent_self_review=True,
        wait_timer=5,
        can_admins_bypass=False,
        policies=[("v*", "tag")],
        apps=["gatekeeper"],
    )
    repository.add_ruleset(
        "Main", target="branch", include=["~DEFAULT_BRANCH"], rules=MAIN, bypass=[]
    )
    repository.add_ruleset("Tags", include=["refs/tags/v*"], rules=TAGS, bypass=[TEAM])
    state.immutable_releases = state.private_reporting = state.web_commit_signoff = True
    state.actions_may_open_pulls = False
    state.security = dict.fromkeys(state.security, "enabled")
    policy = state.actions_policy
    policy.allowed_actions, policy.sha_pinning_required = "selected", True
    policy.patterns_allowed = ["pypa/*", "astral-sh/setup-uv@*"]
    policy.fork_approval = "all_external_contributors"


@dataclass
class Scene:
    """The repository, a clone's worth of config, and who audits it."""

    github: GitHub
    repository: Repository
    workspace: Path

    def declare(self, config: str) -> None:
        """Commit the config to the clone."""
        path = self.workspace / CONFIG
        if not path.exists():
            path.parent.mkdir(parents=True)
            git(self.workspace, "init", "--quiet")
        path.write_text(config, encoding="utf-8")
        git(self.workspace, "add", "--all")
        git(self.workspace, "commit", "--quiet", "--allow-empty", "-m", "Declare")

    def audit(
        self,
        config: str | None = None,
        permissions: Mapping[str, str] | None = WRITER,
        /,
        dry_run: str = "",
        **given: str,
    ) -> Played:
        """One run with a token that may do so much; None is a user who may do all."""
        if config is not None:
            self.declare(config)
        before = len(self.github.requests)
        home = self.repository.full_name if permissions is not None else None
        token = self.github.token(permissions=permissions, repository=home)
        environ = {"GITHUB_API_URL": self.github.api_url, "GITHUB_WORKSPACE": str(self.workspace)}
        values = {"repository": self.repository.full_name, "dry-run": dry_run}
        values |= {key.replace("_", "-"): value for key, value in given.items()}
        raw = {key: Given(value, "with") for key, value in values.items() if value}
        log, out = io.StringIO(), io.StringIO()
        world = World(token, environ, QuickClock())
        exit = perform(Asked(NAME, raw, world, ACTIONS), Teller(log, environ, token), out=out)
        told = tuple(self.github.requests[before:])
        return Played(exit, json.loads(out.getvalue()), log.getvalue(), told)

    @property
    def suggested(self) -> str:
        return (self.workspace / "release-actions.suggested.toml").read_text(encoding="utf-8")


def judged(played: Played) -> list[tuple[str, str]]:
    """Each finding's rule and outcome."""
    found = played.record["findings"]
    return [(f["rule"].partition("/")[2], f["outcome"]) for f in found]
