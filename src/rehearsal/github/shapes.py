"""The JSON of what stands in many answers: users, repositories, moments."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zlib import crc32

if TYPE_CHECKING:
    from rehearsal.github.call import Addresses
    from rehearsal.github.repository import Repository

JSON = dict[str, Any]

_USER_URLS = {
    "followers_url": "followers",
    "following_url": "following{/other_user}",
    "gists_url": "gists{/gist_id}",
    "starred_url": "starred{/owner}{/repo}",
    "subscriptions_url": "subscriptions",
    "organizations_url": "orgs",
    "repos_url": "repos",
    "events_url": "events{/privacy}",
    "received_events_url": "received_events",
}
_REPOSITORY_URLS = {
    "archive_url": "{archive_format}{/ref}",
    "assignees_url": "assignees{/user}",
    "blobs_url": "git/blobs{/sha}",
    "branches_url": "branches{/branch}",
    "collaborators_url": "collaborators{/collaborator}",
    "comments_url": "comments{/number}",
    "commits_url": "commits{/sha}",
    "compare_url": "compare/{base}...{head}",
    "contents_url": "contents/{+path}",
    "contributors_url": "contributors",
    "deployments_url": "deployments",
    "downloads_url": "downloads",
    "events_url": "events",
    "forks_url": "forks",
    "git_commits_url": "git/commits{/sha}",
    "git_refs_url": "git/refs{/sha}",
    "git_tags_url": "git/tags{/sha}",
    "hooks_url": "hooks",
    "issue_comment_url": "issues/comments{/number}",
    "issue_events_url": "issues/events{/number}",
    "issues_url": "issues{/number}",
    "keys_url": "keys{/key_id}",
    "labels_url": "labels{/name}",
    "languages_url": "languages",
    "merges_url": "merges",
    "milestones_url": "milestones{/number}",
    "notifications_url": "notifications{?since,all,participating}",
    "pulls_url": "pulls{/number}",
    "releases_url": "releases{/id}",
    "stargazers_url": "stargazers",
    "statuses_url": "statuses/{sha}",
    "subscribers_url": "subscribers",
    "subscription_url": "subscription",
    "tags_url": "tags",
    "teams_url": "teams",
    "trees_url": "git/trees{/sha}",
}


def stamp(at: datetime) -> str:
    """A moment as GitHub writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def maybe_stamp(at: datetime | None) -> str | None:
    """A moment as GitHub writes it, or null."""
    return stamp(at) if at else None


def node_id(kind: str, identity: object) -> str:
    """The id of a thing in GitHub's other API."""
    return f"{kind}_{base64.urlsafe_b64encode(str(identity).encode()).decode().rstrip('=')}"


def number_of(text: str) -> int:
    """A number that is always the same for the same text."""
    return 1_000_000 + crc32(text.encode()) % 900_000_000


def user(at: Addresses, login: str) -> JSON:
    """A user, an organization or a bot, by the login."""
    api = f"{at.api}/users/{login}"
    identity = number_of(login.lower())
    return {
        "login": login,
        "id": identity,
        "node_id": node_id("U", identity),
        "avatar_url": f"{at.html}/avatars/u/{identity}",
        "gravatar_id": "",
        "url": api,
        "html_url": f"{at.html}/{login}",
        **{name: f"{api}/{path}" for name, path in _USER_URLS.items()},
        "type": "Bot" if login.endswith("[bot]") else "User",
        "user_view_type": "public",
        "site_admin": False,
    }


def team(at: Addresses, organization: str, slug: str) -> JSON:
    """A team of an organization, by its slug."""
    identity = number_of(f"{organization}/{slug}")
    api = f"{at.api}/organizations/{number_of(organization)}/team/{identity}"
    return {
        "id": identity,
        "node_id": node_id("T", identity),
        "name": slug.title(),
        "slug": slug,
        "description": None,
        "privacy": "closed",
        "notification_setting": "notifications_enabled",
        "permission": "push",
        "url": api,
        "html_url": f"{at.html}/orgs/{organization}/teams/{slug}",
        "members_url": f"{api}/members{{/member}}",
        "repositories_url": f"{api}/repos",
        "type": "organization",
        "organization_id": number_of(organization),
        "parent": None,
    }


def repository_url(at: Addresses, repository: Repository) -> str:
    """Where the API answers for this repository."""
    return f"{at.api}/repos/{repository.full_name}"


def html_url(at: Addresses, repository: Repository) -> str:
    """Where people look at this repository."""
    return f"{at.html}/{repository.full_name}"


def minimal_repository(at: Addresses, repository: Repository) -> JSON:
    """A repository as it stands within other things."""
    api = repository_url(at, repository)
    owner, _, name = repository.full_name.partition("/")
    return {
        "id": repository.state.id,
        "node_id": node_id("R", repository.state.id),
        "name": name,
        "full_name": repository.full_name,
        "private": repository.state.private,
        "owner": user(at, owner),
        "html_url": html_url(at, repository),
        "description": repository.state.description,
        "fork": repository.state.fork,
        "url": api,
        **{field: f"{api}/{path}" for field, path in _REPOSITORY_URLS.items()},
    } | {"archive_url": f"{api}/{{archive_format}}{{/ref}}"}


def whole_repository(at: Addresses, repository: Repository, permissions: dict[str, bool]) -> JSON:
    """A repository as asked for by its name."""
    counts = {"subscribers_count": 0, "network_count": 0}
    return full_repository(at, repository, permissions) | counts


def full_repository(at: Addresses, repository: Repository, permissions: dict[str, bool]) -> JSON:
    """A repository as it stands within a pull request."""
    html = html_url(at, repository)
    state = repository.state
    host = at.html.partition("://")[2]
    counts = ("forks", "open_issues", "watchers")
    return minimal_repository(at, repository) | {
        "created_at": stamp(state.created_at),
        "updated_at": stamp(state.created_at),
        "pushed_at": stamp(state.created_at),
        "git_url": f"git://{host}/{state.full_name}.git",
        "ssh_url": f"git@{host}:{state.full_name}.git",
        "clone_url": f"{html}.git",
        "svn_url": html,
        "mirror_url": None,
        "homepage": None,
        "size": 0,
        "language": None,
        **dict.fromkeys((*counts, *(f"{name}_count" for name in counts)), 0),
        "stargazers_count": 0,
        "has_issues": state.has_issues,
        **dict.fromkeys(("has_projects", "has_downloads", "has_wiki"), True),
        **dict.fromkeys(("has_pages", "has_discussions", "disabled"), False),
        "archived": state.archived,
        "license": None,
        "allow_forking": True,
        "is_template": False,
        "web_commit_signoff_required": state.web_commit_signoff,
        "topics": [],
        "visibility": "private" if state.private else "public",
        "default_branch": state.default_branch,
        "permissions": permissions,
    }
