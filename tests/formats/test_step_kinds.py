"""A step is known by what it runs, never by what it says."""

from __future__ import annotations

import pytest

from release_actions.formats.release_workflow import Step, Text
from release_actions.formats.shell_commands import commands
from release_actions.formats.step_kinds import Done, kinds

UNDRAFT = frozenset({"undraft"})
STAGE = frozenset({"stage"})
BOTH = STAGE | UNDRAFT
PUBLISH = frozenset({"publish"})
PYPI = frozenset({"publish", "pypi"})
DRY = frozenset({"dry-run"})
NOTHING: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("cargo publish -p a", PUBLISH, id="cargo"),
        pytest.param("cargo +nightly --locked publish", PUBLISH, id="cargo with words between"),
        pytest.param("timeout 60 sudo -E cargo publish", PUBLISH, id="behind wrappers"),
        pytest.param("A=1 /usr/bin/cargo publish", PUBLISH, id="by its path"),
        pytest.param("if ! cargo publish; then exit 1; fi", PUBLISH, id="in a condition"),
        pytest.param("for p in a b; do cargo publish -p $p; done", PUBLISH, id="in a loop"),
        pytest.param("x=$(cargo publish 2>&1)", PUBLISH, id="in a substitution"),
        pytest.param("bash -euc 'cargo publish'", PUBLISH, id="in another shell"),
        pytest.param("bash <<EOF\ncargo publish\nEOF", PUBLISH, id="in a document for a shell"),
        pytest.param("eval cargo publish", PUBLISH, id="by eval"),
        pytest.param("cargo publish -n", DRY, id="for a trial"),
        pytest.param(
            "cargo publish --dry-run && cargo publish", DRY | PUBLISH, id="first for a trial"
        ),
        pytest.param("# cargo publish", NOTHING, id="in a comment"),
        pytest.param("echo cargo publish", NOTHING, id="in an echo"),
        pytest.param("cat <<EOF\ncargo publish\nEOF", NOTHING, id="in a text"),
        pytest.param("cargo package", NOTHING, id="packaged only"),
        pytest.param("cargo release", DRY, id="cargo-release, which tries first"),
        pytest.param("cargo release --execute", PUBLISH, id="cargo-release for real"),
        pytest.param("cargo ws publish", PUBLISH, id="cargo-workspaces"),
        pytest.param("twine upload dist/*", PYPI, id="twine"),
        pytest.param("python -m twine upload dist/*", PYPI, id="twine as a module"),
        pytest.param("uv publish --dry-run", DRY, id="uv for a trial"),
        pytest.param("twine check dist/*", NOTHING, id="twine checks"),
        pytest.param("npm publish", PUBLISH, id="npm"),
        pytest.param("cosign sign-blob x", frozenset({"attest"}), id="cosign"),
        pytest.param("gh release create v1 --draft", STAGE, id="a draft"),
        pytest.param("gh release create v1 --notes x", BOTH, id="a release at once"),
        pytest.param("gh release create v1 --draft=false", BOTH, id="a release by name"),
        pytest.param("gh release upload v1 x", STAGE, id="an upload"),
        pytest.param("gh release edit v1 --draft=false", UNDRAFT, id="an edit"),
        pytest.param("gh release edit --repo a/b $TAG --draft=$X", UNDRAFT, id="an edit that may"),
        pytest.param("gh release edit $TAG $FLAGS", UNDRAFT, id="flags that only the run knows"),
        pytest.param("gh release edit $TAG --notes-file $F --draft=true", NOTHING, id="notes only"),
        pytest.param("gh release view v1", NOTHING, id="a look"),
        pytest.param("gh api -X PATCH repos/a/b/releases/1 -F draft=false", UNDRAFT, id="the API"),
        pytest.param(
            """curl -X PATCH -d '{"draft": false}' $API/repos/a/b/releases/1""", UNDRAFT, id="curl"
        ),
        pytest.param(
            """retry curl -d @- $API/repos/a/b/releases/1 <<X\n{"draft":false}\nX""",
            UNDRAFT,
            id="curl with a document",
        ),
        pytest.param(
            "gh api repos/a/b/releases -f tag_name=v1", UNDRAFT, id="a release by the API"
        ),
        pytest.param(
            "gh api repos/a/b/releases -f tag_name=v1 -F draft=true", STAGE, id="a draft by it"
        ),
        pytest.param(
            "gh api --method POST repos/a/b/releases", UNDRAFT, id="a release by its method"
        ),
        pytest.param("gh api repos/a/b/releases", NOTHING, id="a list of releases"),
        pytest.param(
            "gh api -X GET repos/a/b/releases -f per_page=1", NOTHING, id="a page of them"
        ),
        pytest.param(
            "gh api -X PATCH repos/a/b/releases/1 --input x", UNDRAFT, id="a body of a file"
        ),
        pytest.param("curl -X PATCH -d $B $A/repos/a/b/releases/1", UNDRAFT, id="an open body"),
        pytest.param(
            "gh api -X PATCH repos/a/b/releases/1 -f body=x", NOTHING, id="its notes only"
        ),
        pytest.param("curl https://example.com/x", NOTHING, id="another address"),
    ],
)
def test_commands_tell_what_a_step_is(script: str, expected: frozenset[str]) -> None:
    done = Done(Step("a", 1, run=Text(script, 1)), commands(script))

    assert kinds(done, {}) == expected


def uses(action: str, **given: str) -> Done:
    inputs = {key.replace("_", "-"): Text(value, 1) for key, value in given.items()}
    return Done(Step("a", 1, uses=Text(action, 1), with_=inputs))


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        pytest.param(uses("a/require-ci-green@x"), {"gate"}, id="a gate"),
        pytest.param(uses("./actions/guard-release-tag"), {"gate"}, id="a local one"),
        pytest.param(uses("actions/attest@x"), {"attest"}, id="attest"),
        pytest.param(uses("actions/attest-sbom@x"), {"attest"}, id="attest an SBOM"),
        pytest.param(uses("a/publish-crate@x"), {"publish"}, id="publish a crate"),
        pytest.param(uses("a/publish-crate@x", dry_run="true"), {"dry-run"}, id="for a trial"),
        pytest.param(uses("pypa/gh-action-pypi-publish@x"), {"publish", "pypi"}, id="PyPI"),
        pytest.param(
            uses("a/canonicalize-pypi-dists@x", mode="served"), {"read-back"}, id="served"
        ),
        pytest.param(uses("a/canonicalize-pypi-dists@x"), {"identity"}, id="canonical"),
        pytest.param(
            uses("a/canonicalize-pypi-dists@x", mode="${{ a }}"), set(), id="an open mode"
        ),
        pytest.param(
            uses("a/verify-crate-identity@x", mode="recover"), {"identity"}, id="recovered"
        ),
        pytest.param(uses("a/publish-draft-release@x"), UNDRAFT, id="ours"),
        pytest.param(
            uses("a/publish-draft-release@x", dry_run="true"), set(), id="ours for a trial"
        ),
        pytest.param(uses("softprops/action-gh-release@x"), BOTH, id="a release action"),
        pytest.param(
            uses("softprops/action-gh-release@x", draft="true"), STAGE, id="a draft of it"
        ),
        pytest.param(uses("a/action-gh-release@x", draft="${{ a }}"), BOTH, id="perhaps a draft"),
        pytest.param(
            uses("a/github-script@x", script="x.repos.updateRelease({ draft: false })"),
            UNDRAFT,
            id="a script that un-drafts",
        ),
        pytest.param(
            uses("a/github-script@x", script="x.updateRelease({ draft: f() })"),
            UNDRAFT,
            id="a script that may",
        ),
        pytest.param(
            uses("a/github-script@x", script="x.createRelease({ draft: true })"),
            STAGE,
            id="a draft",
        ),
        pytest.param(
            uses("a/github-script@x", script="x.createRelease({ tag: 'v1' })"),
            UNDRAFT,
            id="a release",
        ),
        pytest.param(uses("a/github-script@x", script="x.getRelease()"), set(), id="a look"),
    ],
)
def test_an_action_tells_what_a_step_is(done: Done, expected: set[str]) -> None:
    assert kinds(done, {}) == expected


def foreign(script: str) -> Done:
    return Done(Step("a", 1, name="Check", run=Text(script, 1), shell="python"), foreign=True)


def test_a_script_in_another_language_may_hide_what_it_does() -> None:
    assert foreign('requests.patch(url, json={"draft": False})').hides
    assert foreign("subprocess.run(['cargo', 'publish'])").hides
    assert not foreign("import hashlib").hides
    assert Done(Step("a", 1), commands("c=cargo\n$c publish")).hides
    assert not Done(Step("a", 1), commands("$c build")).hides
    assert foreign("import hashlib").does
    assert not foreign("# import hashlib\n\n").does
    assert kinds(foreign("import hashlib"), {"identity": ("Check",)}) == {"identity"}


@pytest.mark.parametrize("script", ["# verify", "echo same", ":", "true", ""])
def test_a_step_that_is_named_and_does_nothing_is_none(script: str) -> None:
    """D-O13: what only reads as if it verified does not."""
    named = {"identity": ("Same bytes",)}
    step = Step("a", 1, name="Same bytes", run=Text(script, 1))
    assert kinds(Done(step, commands(script)), named) == NOTHING

    real = Step("a", 1, name="Same bytes", run=Text("cmp a b", 1))
    assert kinds(Done(real, commands("cmp a b")), named) == {"identity"}
    assert kinds(Done(real, commands("cmp a b")), {"identity": ("Other*",)}) == NOTHING
