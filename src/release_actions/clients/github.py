"""GitHub, as far as releases need it. Answers are plain facts; absence is None or empty."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from release_actions.clients.clock import Clock
from release_actions.clients.rest import Json, Refusal, Rest, segment
from release_actions.errors import UpstreamError
from release_actions.formats.ci import Job, WorkflowRun
from release_actions.values import RefName, Repository, Sha

API_URL = "https://api.github.com"


@dataclass(frozen=True)
class Tag:
    """A tag: the object its ref names, and the commit that it peels to."""

    name: str
    object: Sha
    annotated: bool
    commit: Sha
    signed: bool = False  # whether there is a signature, good or not


@dataclass(frozen=True)
class Release:
    """A release or draft."""

    id: int
    tag: str
    target: str  # target_commitish: a branch or a commit; means nothing once the tag exists
    draft: bool
    prerelease: bool
    url: str


@dataclass(frozen=True)
class Comparison:
    """How `head` stands to `base`: identical, ahead (base is its ancestor), behind, diverged."""

    status: str
    merge_base: Sha


@dataclass(frozen=True)
class Workflow:
    """A workflow as GitHub keeps it: active, disabled_manually, disabled_inactivity, deleted."""

    id: int
    path: str
    name: str
    state: str


@dataclass(frozen=True)
class Commit:
    """A commit with its parents and the files it changed against the first one."""

    id: Sha
    parents: tuple[str, ...]
    files: tuple[str, ...]
    whole: bool  # whether `files` is the whole list


class GitHub:
    """Questions to one GitHub, and the effects that a release has on it."""

    def __init__(self, token: str, api_url: str, clock: Clock) -> None:
        self.rest = Rest(token, api_url, clock)

    @property
    def requests(self) -> int:
        """How many requests were made so far."""
        return self.rest.requests

    def branch_head(self, repository: Repository, branch: RefName) -> Sha | None:
        """The commit at the head of the branch, or None where there is no such branch."""
        ref = self._ref(repository, f"heads/{branch}")
        return ref and ref[1]

    def tag(self, repository: Repository, name: RefName) -> Tag | None:
        """The tag, peeled through every tag object to its commit, or None if there is none."""
        ref = self._ref(repository, f"tags/{name}")
        return ref and self._peeled(repository, name, *ref)

    def tags(self, repository: Repository, prefix: str) -> tuple[Tag, ...]:
        """Every tag whose name begins so, each peeled to its commit."""
        return tuple(self._peeled(repository, *ref) for ref in self._matching(repository, prefix))

    def tag_names(self, repository: Repository, prefix: str) -> tuple[str, ...]:
        """The names of every tag that begins so."""
        return tuple(name for name, _, _ in self._matching(repository, prefix))

    def _matching(self, repository: Repository, prefix: str) -> tuple[tuple[str, str, Sha], ...]:
        def read(json: Json) -> tuple[str, str, Sha]:
            name = str(json["ref"])
            if not name.startswith(f"refs/tags/{prefix}"):
                raise ValueError("another ref was answered")
            return name.removeprefix("refs/tags/"), *_target(json["object"])

        path = f"/repos/{repository}/git/matching-refs/tags/{segment(prefix)}"
        return self.rest.pages(path, "", read, identity="ref")

    def _peeled(self, repository: Repository, name: str, kind: str, first: Sha) -> Tag:
        found, depth, signed = first, 0, False
        while kind == "tag":
            path = f"/repos/{repository}/git/tags/{found}"
            kind, found, by = self.rest.get(path, _tag_object)
            signed = by if depth == 0 else signed
            depth += 1
            if depth > 8:
                raise UpstreamError(f"tag {name}: more than 8 tag objects one inside the other")
        if kind != "commit":
            raise UpstreamError(f"tag {name}: it names a {kind}, not a commit")
        return Tag(name, first, depth > 0, found, signed)

    def _ref(self, repository: Repository, ref: str) -> tuple[str, Sha] | None:
        def read(json: Json) -> tuple[str, Sha]:
            if json["ref"] != f"refs/{ref}":
                raise ValueError("another ref was answered")
            return _target(json["object"])

        found = self.rest.get_or_none(f"/repos/{repository}/git/ref/{segment(ref)}", read)
        if found is None:
            # A 404 is a fact only from a repository that we can see.
            self.rest.get(f"/repos/{repository}", lambda json: str(json["full_name"]))
        return found

    def workflow_runs(self, repository: Repository, commit: Sha) -> tuple[WorkflowRun, ...]:
        """Every run for this commit, of any workflow, event and branch, the newest number first."""

        def read(json: Json) -> WorkflowRun:
            run = _workflow_run(json)
            if run.commit != commit:  # the server's filter is not trusted
                raise ValueError("a run of another commit is in the list")
            return run

        path = f"/repos/{repository}/actions/runs"
        runs = self.rest.pages(path, "workflow_runs", read, head_sha=commit)
        return tuple(sorted(runs, key=lambda run: (run.number, run.id), reverse=True))

    def newer_runs(self, repository: Repository, branch: str) -> tuple[WorkflowRun, ...]:
        """The latest hundred runs on a branch: to name the one that cancelled another."""
        return self.rest.get(
            f"/repos/{repository}/actions/runs",
            lambda json: tuple(_workflow_run(entry) for entry in json["workflow_runs"]),
            branch=branch,
            per_page=100,
        )

    def jobs(self, repository: Repository, run: WorkflowRun) -> tuple[Job, ...]:
        """The jobs of exactly this attempt of the run."""

        def read(json: Json) -> Job:
            return Job(
                name=str(json["name"]),
                status=str(json["status"]),
                conclusion=json["conclusion"],
                commit=str(json["head_sha"]),
            )

        path = f"/repos/{repository}/actions/runs/{run.id}/attempts/{run.attempt}/jobs"
        return self.rest.pages(path, "jobs", read)

    def workflows(self, repository: Repository) -> tuple[Workflow, ...]:
        """Every workflow that GitHub knows of this repository."""
        return self.rest.pages(
            f"/repos/{repository}/actions/workflows",
            "workflows",
            lambda json: Workflow(
                int(json["id"]), str(json["path"]), str(json["name"]), str(json["state"])
            ),
        )

    def releases(self, repository: Repository) -> tuple[Release, ...]:
        """Every release, and the drafts as far as the token sees them."""
        return self.rest.pages(
            f"/repos/{repository}/releases",
            "",
            lambda json: Release(
                id=int(json["id"]),
                tag=str(json["tag_name"]),
                target=str(json["target_commitish"]),
                draft=_true(json["draft"]),
                prerelease=_true(json["prerelease"]),
                url=str(json["html_url"]),
            ),
        )

    def compare(self, repository: Repository, base: Sha, head: Sha) -> Comparison | None:
        """How head stands to base, or None where one of them is not there."""
        return self.rest.get_or_none(
            f"/repos/{repository}/compare/{base}...{head}",
            lambda json: Comparison(str(json["status"]), Sha(json["merge_base_commit"]["sha"])),
            per_page=1,
        )

    def commit(self, repository: Repository, commit: Sha) -> Commit | None:
        """The commit with its changed files, or None where there is none."""

        def read(json: Json) -> Commit:
            files = tuple(str(entry["filename"]) for entry in json["files"])
            moved = tuple(
                str(entry["previous_filename"])
                for entry in json["files"]
                if entry.get("previous_filename")
            )
            parents = tuple(str(parent["sha"]) for parent in json["parents"])
            # GitHub shows at most 300 files a page, and 3,000 in all.
            return Commit(Sha(json["sha"]), parents, files + moved, len(files) < 300)

        try:
            return self.rest.get_or_none(f"/repos/{repository}/commits/{commit}", read)
        except Refusal as refusal:
            if refusal.status == 422:  # GitHub's word for a full id that no commit has
                return None
            raise

    def tag_object(self, repository: Repository, object: Sha) -> Sha | None:
        """What a tag object with this id names, or None where the id is no tag object."""
        path = f"/repos/{repository}/git/tags/{object}"
        return self.rest.get_or_none(path, lambda json: _target(json["object"])[1])

    def file(self, repository: Repository, path: str, commit: Sha) -> bytes | None:
        """A file's bytes at a commit, or None where it is not there (or cannot be seen)."""

        def read(json: Json) -> bytes:
            if json["type"] != "file" or json["encoding"] != "base64":
                raise ValueError("not a file")
            return base64.b64decode(json["content"])

        where = f"/repos/{repository}/contents/{segment(path)}"
        return self.rest.get_or_none(where, read, ref=commit)

    def folder(self, repository: Repository, path: str, commit: Sha) -> tuple[str, ...]:
        """The names in a folder at a commit; empty where there is no such folder."""
        where = f"/repos/{repository}/contents/{segment(path)}"
        found = self.rest.get_or_none(
            where, lambda json: tuple(str(entry["name"]) for entry in json), ref=commit
        )
        return found or ()

    def create_tag(
        self, repository: Repository, name: RefName, commit: Sha, message: str | None
    ) -> None:
        """Make a tag by REST: annotated where there is a message, else a plain ref."""
        target: str = commit
        if message is not None:
            body = {"tag": name, "message": message, "object": commit, "type": "commit"}
            answer = self.rest.effect("POST", f"/repos/{repository}/git/tags", body)
            if not isinstance(answer, dict) or "sha" not in answer:
                raise UpstreamError(f"POST /repos/{repository}/git/tags: the answer names no tag")
            target = str(answer["sha"])
        ref = {"ref": f"refs/tags/{name}", "sha": target}
        self.rest.effect("POST", f"/repos/{repository}/git/refs", ref)


def _target(json: Json) -> tuple[str, Sha]:
    return str(json["type"]), Sha(json["sha"])


def _tag_object(json: Json) -> tuple[str, Sha, bool]:
    """What a tag object names, and whether it has a signature."""
    return *_target(json["object"]), bool((json.get("verification") or {}).get("signature"))


def _true(json: Json) -> bool:
    if not isinstance(json, bool):
        raise TypeError("not true or false")
    return json


def _workflow_run(json: Json) -> WorkflowRun:
    head = json["head_repository"]
    return WorkflowRun(
        id=int(json["id"]),
        # GitHub may write the ref behind the path: .github/workflows/ci.yml@refs/heads/main
        workflow=str(json["path"]).partition("@")[0],
        name=str(json["name"] or ""),
        number=int(json["run_number"]),
        attempt=int(json["run_attempt"]),
        commit=str(json["head_sha"]),
        branch=json["head_branch"],
        event=str(json["event"]),
        status=str(json["status"]),
        conclusion=json["conclusion"],
        repository=str(head["full_name"]) if head else None,
        url=str(json["html_url"]),
    )
