"""Pull requests within one repository: found by their branches, and opened."""

from __future__ import annotations

from dataclasses import dataclass

from release_actions.clients.github import GitHub
from release_actions.clients.rest import Json
from release_actions.errors import RefusedError
from release_actions.formats.history_notes import MergedPull
from release_actions.values import RefName, Repository, Sha


@dataclass(frozen=True)
class Pull:
    """A pull request."""

    number: int
    state: str  # open, merged or closed (which is: without a merge)
    head: str  # branch
    base: str  # branch
    commit: Sha  # of the head, when GitHub saw it last
    author: str  # login
    url: str
    home: bool  # whether the head lies in the repository itself


def of_branches(
    github: GitHub, repository: Repository, head: RefName, base: RefName
) -> tuple[Pull, ...]:
    """Every pull request from this branch to that one, of whatever state, the newest first."""
    owner = repository.partition("/")[0]
    query = {"state": "all", "head": f"{owner}:{head}", "base": str(base)}
    path = f"/repos/{repository}/pulls"
    found = github.rest.pages(path, "", lambda json: _pull(json, repository), **query)
    # The server's filters are not trusted.
    fitting = (p for p in found if p.home and (p.head, p.base) == (head, base))
    return tuple(sorted(fitting, key=lambda pull: pull.number, reverse=True))


@dataclass(frozen=True)
class Written:
    """A commit: who wrote and made it, and its message."""

    id: Sha
    author: str  # as Name <address>; whoever commits may write any name here
    committer: str
    message: str

    @property
    def subject(self) -> str:
        return self.message.partition("\n")[0]


def beyond(
    github: GitHub, repository: Repository, base: Sha, head: Sha
) -> tuple[Written, ...] | None:
    """The commits that `head` contains and `base` does not; None for more than a hundred."""

    def read(json: Json) -> tuple[Written, ...] | None:
        found = tuple(_written(entry) for entry in json["commits"])
        return found if int(json["total_commits"]) == len(found) else None

    path = f"/repos/{repository}/compare/{base}...{head}"
    return github.rest.get_or_none(path, read, per_page=100)


def contains(github: GitHub, repository: Repository, head: Sha, commit: Sha) -> bool:
    """Whether head contains the commit; one that GitHub does not know is in nothing."""
    found = github.compare(repository, commit, head)
    return found is not None and found.status in ("ahead", "identical")


def one(github: GitHub, repository: Repository, number: int) -> Pull | None:
    """The pull request with this number, or None."""
    path = f"/repos/{repository}/pulls/{number}"
    return github.rest.get_or_none(path, lambda json: _pull(json, repository))


def of_commit(github: GitHub, repository: Repository, commit: Sha) -> tuple[MergedPull, ...]:
    """The merged pull requests that brought this commit into the repository, by their numbers."""

    def read(json: Json) -> MergedPull | None:
        user = json["user"] or {}  # null where the account is gone
        if not json["merged_at"]:
            return None
        return MergedPull(
            number=int(json["number"]),
            title=str(json["title"]),
            body=str(json["body"] or ""),
            author=str(user.get("login", "")),
            robot=user.get("type") == "Bot",
            commit=str(json["merge_commit_sha"] or ""),
        )

    found = github.rest.pages(f"/repos/{repository}/commits/{commit}/pulls", "", read)
    return tuple(sorted(filter(None, found), key=lambda pull: pull.number))


def open_one(
    github: GitHub,
    repository: Repository,
    *,
    head: RefName,
    base: RefName,
    title: str,
    body: str,
    draft: bool,
) -> None:
    """Open a pull request; GitHub has at most one open for a pair of branches."""
    asked = {"title": title, "head": head, "base": base, "body": body, "draft": draft}
    try:
        github.rest.effect("POST", f"/repos/{repository}/pulls", asked)
    except RefusedError as error:
        if "not permitted to create" not in error.detail:
            raise
        raise RefusedError("pulls-forbidden", error.detail, fix=FORBIDDEN) from error


FORBIDDEN = (
    "Allow it in Settings, Actions, General, Workflow permissions: Allow GitHub Actions to create"
    " and approve pull requests. Or give the token of a GitHub App: its pull requests start"
    " workflows too."
)


def _pull(json: Json, repository: Repository) -> Pull:
    home = json["head"]["repo"]  # null where a fork is gone
    state = "merged" if json["merged_at"] else str(json["state"])
    return Pull(
        number=int(json["number"]),
        state=state,
        head=str(json["head"]["ref"]),
        base=str(json["base"]["ref"]),
        commit=Sha(json["head"]["sha"]),
        author=str((json["user"] or {}).get("login", "")),
        url=str(json["html_url"]),
        home=home is not None and str(home["full_name"]).lower() == repository.lower(),
    )


def _written(json: Json) -> Written:
    told = json["commit"]
    author, committer = (f"{p['name']} <{p['email']}>" for p in (told["author"], told["committer"]))
    return Written(Sha(json["sha"]), author, committer, str(told["message"]))
