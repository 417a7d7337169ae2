"""What the loopback GitHub remembers beside git: runs, releases, settings.

Plain values, so that a whole world can be copied, kept and put back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

WorkflowState = Literal[
    "active", "deleted", "disabled_fork", "disabled_inactivity", "disabled_manually"
]


def now() -> datetime:
    """This moment, as GitHub tells time: UTC, whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def moment(value: datetime | str | None) -> datetime:
    """A moment given as such, as text in ISO 8601, or not at all: now."""
    if value is None:
        return now()
    return datetime.fromisoformat(value) if isinstance(value, str) else value


@dataclass
class Step:
    """One step of a job."""

    name: str
    conclusion: str | None = "success"
    status: str = "completed"


@dataclass
class Job:
    """One job of one attempt of a run; its id comes with the run."""

    name: str
    conclusion: str | None = "success"
    status: str = ""
    steps: list[Step] = field(default_factory=list)
    labels: list[str] = field(default_factory=lambda: ["ubuntu-latest"])
    id: int = 0

    def __post_init__(self) -> None:
        if not self.status:
            self.status = "completed" if self.conclusion else "in_progress"


@dataclass
class Attempt:
    """One attempt of a run."""

    number: int
    status: str
    conclusion: str | None
    jobs: list[Job]
    actor: str
    started_at: datetime
    updated_at: datetime


@dataclass
class Run:
    """A workflow run, with each of its attempts."""

    id: int
    number: int
    workflow_id: int
    path: str
    name: str
    title: str
    commit: str
    branch: str | None
    event: str
    actor: str
    head_repository: str
    created_at: datetime
    attempts: list[Attempt]
    pull_requests: list[int] = field(default_factory=list)
    #: What its event said: the whole ref, the commit before a push, inputs, the cron line.
    ref: str = ""
    before: str = ""
    inputs: dict[str, str] = field(default_factory=dict)
    schedule: str = ""

    @property
    def latest(self) -> Attempt:
        """The attempt that GitHub shows."""
        return self.attempts[-1]

    @property
    def attempt(self) -> int:
        """The number of the attempt that GitHub shows."""
        return self.latest.number

    @property
    def status(self) -> str:
        """The status that GitHub shows."""
        return self.latest.status

    @property
    def conclusion(self) -> str | None:
        """The conclusion that GitHub shows."""
        return self.latest.conclusion


@dataclass
class Workflow:
    """A workflow: its file's path is its name among workflows, its id never changes."""

    id: int
    path: str
    name: str
    state: WorkflowState
    created_at: datetime
    updated_at: datetime


@dataclass
class Artifact:
    """A file that a run keeps."""

    id: int
    name: str
    run_id: int
    size: int
    digest: str
    created_at: datetime
    expired: bool = False


@dataclass
class Asset:
    """A file of a release; its bytes lie in the world's store, under their digest."""

    id: int
    name: str
    label: str
    content_type: str
    size: int
    digest: str
    state: Literal["uploaded", "open", "starter"]
    uploader: str
    created_at: datetime
    updated_at: datetime
    downloads: int = 0


@dataclass
class Attestation:
    """A signed statement about files, known by their digests: `sha256:HEX`."""

    id: int
    bundle: dict[str, Any]
    #: The digest of its packed form in the world's store.
    packed: str
    predicate_type: str
    digests: tuple[str, ...]
    created_at: datetime


@dataclass
class Release:
    """A release; a draft has no tag yet, only the name of one."""

    id: int
    tag: str
    target: str
    name: str | None
    body: str | None
    draft: bool
    prerelease: bool
    author: str
    created_at: datetime
    published_at: datetime | None
    untagged: str
    updated_at: datetime = field(default_factory=now)
    immutable: bool = False
    latest: bool | None = None
    assets: list[Asset] = field(default_factory=list)


SECURITY = {"secret_scanning": "disabled", "secret_scanning_push_protection": "disabled"}


@dataclass
class Environment:
    """An environment, its protection rules, and the branches and tags that may deploy to it."""

    id: int
    name: str
    reviewers: list[str] = field(default_factory=list)
    wait_timer: int = 0
    prevent_self_review: bool = False
    can_admins_bypass: bool = True
    branch_policy: Literal["all", "protected", "custom"] = "all"
    policies: list[tuple[int, str, str]] = field(default_factory=list)
    #: The slugs of the apps that must agree.
    apps: list[str] = field(default_factory=list)
    created_at: datetime = field(default_factory=now)


@dataclass
class Ruleset:
    """Rules for the branches or tags whose names match."""

    id: int
    name: str
    target: Literal["branch", "tag"]
    include: list[str]
    exclude: list[str]
    rules: list[dict[str, Any]]
    enforcement: Literal["active", "disabled", "evaluate"]
    bypass: list[dict[str, Any]]
    created_at: datetime = field(default_factory=now)


@dataclass
class ActionsPolicy:
    """What Actions may do, as a new repository has it."""

    enabled: bool = True
    allowed_actions: Literal["all", "local_only", "selected"] = "all"
    sha_pinning_required: bool = False
    github_owned_allowed: bool = True
    verified_allowed: bool = False
    patterns_allowed: list[str] = field(default_factory=list)
    default_workflow_permissions: Literal["read", "write"] = "read"
    fork_approval: Literal[
        "first_time_contributors_new_to_github",
        "first_time_contributors",
        "all_external_contributors",
    ] = "first_time_contributors"


@dataclass
class Variable:
    """A variable of a repository."""

    name: str
    value: str
    created_at: datetime
    updated_at: datetime


@dataclass
class Pull:
    """A pull request within one repository."""

    id: int
    number: int
    title: str
    body: str | None
    head: str
    #: What the head was when it was last seen: a branch may be gone.
    head_commit: str
    base: str
    author: str
    draft: bool
    state: Literal["open", "closed"]
    created_at: datetime
    updated_at: datetime
    head_repository: str
    merged_at: datetime | None = None
    merge_commit: str | None = None
    labels: list[str] = field(default_factory=list)


@dataclass
class Issue:
    """An issue; its number is one of the pull requests' as well."""

    id: int
    number: int
    title: str
    author: str
    state: Literal["open", "closed"]
    created_at: datetime
    updated_at: datetime
    labels: list[str] = field(default_factory=list)
    body: str | None = None


@dataclass
class Advisory:
    """A security advisory of the repository; only a published one is for everybody."""

    ghsa_id: str
    summary: str
    state: Literal["triage", "draft", "published", "closed", "withdrawn"]
    severity: Literal["critical", "high", "medium", "low"]
    created_at: datetime


@dataclass
class RepositoryState:
    """All that a repository remembers beside its git objects and refs."""

    id: int
    full_name: str
    private: bool
    default_branch: str
    created_at: datetime
    description: str | None = None
    fork: bool = False
    archived: bool = False
    runs: list[Run] = field(default_factory=list)
    workflows: list[Workflow] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)
    artifacts: list[Artifact] = field(default_factory=list)
    attestations: list[Attestation] = field(default_factory=list)
    environments: list[Environment] = field(default_factory=list)
    rulesets: list[Ruleset] = field(default_factory=list)
    variables: dict[str, Variable] = field(default_factory=dict)
    pulls: list[Pull] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    advisories: list[Advisory] = field(default_factory=list)
    has_issues: bool = True
    protections: dict[str, dict[str, Any]] = field(default_factory=dict)
    dispatches: list[dict[str, Any]] = field(default_factory=list)
    immutable_releases: bool = False
    spent_tags: set[str] = field(default_factory=set)
    #: Whether assets tell their digest: an older GitHub Enterprise Server has none.
    asset_digests: bool = True
    verified: set[str] = field(default_factory=set)
    actions_may_open_pulls: bool = True
    actions_policy: ActionsPolicy = field(default_factory=ActionsPolicy)
    private_reporting: bool = False
    web_commit_signoff: bool = False
    #: What GitHub looks for, told to administrators alone: `secret_scanning` to enabled.
    security: dict[str, str] = field(default_factory=lambda: dict(SECURITY))
    workflow_guard: Literal["off", "push", "all"] = "push"
