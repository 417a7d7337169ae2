"""Every route answers well at least once, and the judge has read the answer."""

from __future__ import annotations

import pytest

from rehearsal.github import GitHub, Job, Repository, Step
from rehearsal.github.table import ROUTES
from tests.rehearsal.bundles import BUNDLE, DIGEST
from tests.rehearsal.conftest import Client
from tests.rehearsal.judge import Judge

_WORKFLOW = "name: CI\non: [push, workflow_dispatch, repository_dispatch]\n"
_READS = """
~  /rate_limit  /user
~/git/ref/heads/main  ~/git/matching-refs/tags  ~/git/tags/{tag}  ~/git/commits/{head}
~/git/trees/main  ~/git/blobs/{blob}  ~/commits  ~/commits/main  ~/compare/v1...main
~/contents  ~/contents/.github  ~/contents/README.md  ~/branches  ~/branches/main
~/branches/main/protection  ~/tags
~/actions/runs  ~/actions/runs/{run}  ~/actions/runs/{run}/attempts/1
~/actions/runs/{run}/jobs  ~/actions/runs/{run}/attempts/2/jobs  ~/actions/jobs/{job}
~/actions/runs/{run}/artifacts  ~/actions/artifacts  ~/actions/artifacts/{artifact}
~/actions/artifacts/{artifact}/zip  /_storage/{digest}
~/actions/workflows  ~/actions/workflows/ci.yml  ~/actions/workflows/ci.yml/runs
~/releases  ~/releases/latest  ~/releases/tags/v1  ~/releases/{release}
~/releases/{release}/assets  ~/releases/assets/{asset}  /acme/app/releases/download/v1/a.bin
~/environments  ~/environments/pypi  ~/environments/pypi/deployment-branch-policies
~/environments/pypi/deployment_protection_rules  ~/actions/permissions
~/actions/permissions/selected-actions  ~/actions/permissions/workflow
~/actions/permissions/fork-pr-contributor-approval  ~/private-vulnerability-reporting
~/rulesets  ~/rulesets/{ruleset}  ~/rules/branches/main  ~/immutable-releases
~/actions/variables  ~/actions/variables/A  ~/pulls  ~/pulls/1
~/attestations/{attested}  ~/commits/{head}/pulls  ~/issues  ~/labels/bug  ~/security-advisories
"""
_CHANGES: list[tuple[str, dict[str, object]]] = [
    ("POST ~/git/refs", {"ref": "refs/heads/topic", "sha": "{side}"}),
    ("PATCH ~/git/refs/heads/topic", {"sha": "{head}", "force": True}),
    ("DELETE ~/git/refs/heads/topic", {}),
    ("POST ~/git/tags", {"tag": "t", "message": "T", "object": "{head}", "type": "commit"}),
    ("POST ~/git/blobs", {"content": "x"}),
    ("POST ~/git/trees", {"tree": [{"path": "a/b", "mode": "100644", "content": "x"}]}),
    ("POST ~/git/commits", {"message": "M", "tree": "{tree}", "parents": ["{head}"]}),
    ("PUT ~/contents/new.txt", {"message": "M", "content": "eA==", "branch": "side"}),
    ("DELETE ~/contents/README.md", {"message": "M", "sha": "{readme}", "branch": "side"}),
    ("POST ~/actions/runs/{run}/rerun", {}),
    ("POST ~/actions/runs/{run}/cancel", {}),
    ("POST ~/actions/runs/{run}/rerun-failed-jobs", {}),
    ("POST ~/actions/workflows/ci.yml/dispatches", {"ref": "main", "return_run_details": True}),
    ("PUT ~/actions/workflows/ci.yml/disable", {}),
    ("PUT ~/actions/workflows/ci.yml/enable", {}),
    ("POST ~/releases", {"tag_name": "v2", "generate_release_notes": True}),
    ("POST ~/releases/generate-notes", {"tag_name": "v9"}),
    ("PATCH ~/releases/{release}", {"name": "One"}),
    ("POST ~/releases/{release}/assets?name=b.bin", {"any": "bytes"}),
    ("PATCH ~/releases/assets/{asset}", {"name": "c.bin"}),
    ("DELETE ~/releases/assets/{asset}", {}),
    ("DELETE ~/releases/{release}", {}),
    ("POST ~/attestations", {"bundle": BUNDLE}),
    ("POST ~/actions/variables", {"name": "B", "value": "1"}),
    ("PATCH ~/actions/variables/B", {"value": "2"}),
    ("DELETE ~/actions/variables/B", {}),
    ("POST ~/pulls", {"title": "Side", "head": "side", "base": "main"}),
    ("PATCH ~/pulls/1", {"state": "closed"}),
    ("POST ~/dispatches", {"event_type": "go"}),
    ("PUT ~/immutable-releases", {}),
    ("GET ~/immutable-releases", {}),
    ("DELETE ~/immutable-releases", {}),
    ("POST /graphql", {"query": "query Release_fields{x}"}),
]


@pytest.fixture
def names(repository: Repository) -> dict[str, object]:
    """Something of everything, and what it is called."""
    old = repository.commit({".github/workflows/ci.yml": _WORKFLOW})
    side = repository.commit({"b": "1"}, branch="side", parent=old)
    head = repository.commit({"a": "1"})
    tag = repository.tag("v1", old, message="One")
    jobs = [Job("test", "failure", steps=[Step("Run", "failure")])]
    run = repository.add_run(
        workflow="ci.yml", commit=head, conclusion="failure", attempt=2, jobs=jobs
    )
    artifact = repository.add_artifact(run, "dist", b"bytes")
    release = repository.add_release("v1", assets={"a.bin": b"one"})
    repository.add_environment("pypi", reviewers=["mona"], policies=[("v*", "tag")])
    repository.state.environments[0].apps.append("gatekeeper")
    repository.state.actions_policy.allowed_actions = "selected"
    ruleset = repository.add_ruleset("Tags", include=["refs/tags/x*"], rules=["deletion"])
    repository.protect("main", required_linear_history={"enabled": True})
    repository.set_variable("A", "1")
    repository.add_pull("Topic", head="topic")
    repository.add_issue("It breaks", labels=["bug"])
    repository.add_advisory("It leaks")
    repository.add_attestation(BUNDLE)
    readme = repository.git.entry(head, "README.md")
    assert readme is not None
    return {
        "attested": DIGEST,
        "tag": tag,
        "head": head,
        "side": side,
        "tree": repository.git.commit(head).tree,
        "blob": readme.oid,
        "readme": readme.oid,
        "run": run.id,
        "job": run.latest.jobs[0].id,
        "artifact": artifact.id,
        "digest": artifact.digest.removeprefix("sha256:"),
        "release": release.id,
        "asset": release.assets[0].id,
        "ruleset": ruleset.id,
    }


def test_every_route_answers_well(
    github: GitHub, client: Client, names: dict[str, object], judge: Judge
) -> None:
    """Reads first, then each change once, in an order in which all of them can be."""
    reads: list[tuple[str, dict[str, object]]] = [(f"GET {p}", {}) for p in _READS.split()]
    for request, body in reads + _CHANGES:
        answer = client(request.format(**names), json=_filled(body, names))
        fine = answer.status_code < 400 or request == "GET ~/immutable-releases"
        assert fine, f"{request}: {answer.status_code} {answer.text}"
    app = Client(github.api_url, github.token(label="app key"))
    assert app("POST /app/installations/1/access_tokens").status_code == 201
    answered = {r.route for r in github.requests if r.status and r.status < 400}
    assert answered == set(ROUTES)
    assert judge.judged > 60


def _filled(body: dict[str, object], names: dict[str, object]) -> dict[str, object]:
    def fill(value: object) -> object:
        if isinstance(value, str) and value.startswith("{"):
            return str(value).format(**names)
        return [fill(item) for item in value] if isinstance(value, list) else value

    return {key: fill(value) for key, value in body.items()}


def test_what_is_no_file_is_told_as_what_it_is(repository: Repository, client: Client) -> None:
    """A link, another repository, and a file that is too large for JSON."""
    git = repository.git
    blob = git.text("hash-object", "-w", "--stdin", stdin=b"README.md")
    large = git.text("hash-object", "-w", "--stdin", stdin=b"x" * 1_000_001)
    listed = (
        f"120000 blob {blob}\tlink\n160000 commit {'1' * 40}\tmodule\n100644 blob {large}\tlarge\n"
    )
    tree = git.text("mktree", "--missing", stdin=listed.encode())
    commit = git.text("commit-tree", tree, "-m", "Odd")
    link = client.get("~/contents/link", ref=commit)
    assert (link["type"], link["target"]) == ("symlink", "README.md")
    assert client.get("~/contents/module", ref=commit)["type"] == "submodule"
    told = client.get("~/contents/large", ref=commit)
    assert (told["content"], told["encoding"], told["size"]) == ("", "none", 1_000_001)
    assert len(client.get("~/contents", ref=commit)) == 3
