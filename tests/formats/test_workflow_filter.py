"""What starts a workflow and what its filters leave out, as GitHub documents it.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
"""

from __future__ import annotations

import json

import pytest

from release_actions.formats.workflow_filter import left_out, push_trigger, shut_out, takes_tag


@pytest.mark.parametrize(("text", "reason"), [
    ("on: push", ""), ("on: [push, pull_request]", ""), ("on: {push: }", ""),
    ("'on': {push: {}}", ""), ("on: {push: {branches: [main]}}", ""),
    ("on: {push: {branches: main}}", ""), ("on: {push: {branches: ['ma*']}}", ""),
    ("on: {push: {branches: ['**', '!main']}}", "branches: **, !main"),
    ("on: {push: {branches: ['!main', '**']}}", ""),
    ("on: {push: {branches: [next]}}", "branches: next"),
    ("on: {push: {branches-ignore: [main]}}", "branches-ignore: main"),
    ("on: {push: {branches-ignore: [next]}}", ""),
    ("on: {push: {tags: ['v*']}}", "tags alone"),
    ("on: {push: {tags-ignore: ['v*']}}", "tags alone"),
    ("on: {push: {tags: ['v*'], branches: [main]}}", ""),
    ("on: {push: {paths: ['a']}}", ""),
    ("on: pull_request", "no `on: push`"), ("on: [release]", "no `on: push`"),
    ("on: {schedule: [{cron: '0 0 * * *'}]}", "no `on: push`"), ("jobs: {}", "no `on: push`"),
])  # fmt: skip
def test_whether_a_push_to_main_starts_it(text: str, reason: str) -> None:
    trigger = push_trigger(text.encode())
    assert trigger.readable
    told = shut_out(trigger, "main")
    assert reason in told
    assert bool(told) == bool(reason)


@pytest.mark.parametrize("content", [b"on: [push", b"\xff\xfe\x00", b"- a list", b"", b"on: @"])
def test_what_cannot_be_read_is_told_apart(content: bytes) -> None:
    assert not push_trigger(content).readable


def paths(*patterns: str, key: str = "paths") -> bytes:
    return f"on: {{push: {{{key}: {json.dumps(patterns)}}}}}".encode()


@pytest.mark.parametrize(("pattern", "matching", "others"), [
    ("*", ["README.md", "server.rb"], ["docs/a.md"]),
    ("*.jsx?", ["page.js", "page.jsx"], ["page.jsxx", "a/page.js"]),
    ("**", ["all/the/files.md"], []),
    ("*.js", ["app.js", "index.js"], ["js/index.js"]),
    ("**.js", ["index.js", "js/index.js", "src/js/app.js"], ["index.jsx"]),
    ("docs/*", ["docs/README.md", "docs/file.txt"], ["docs/a/b.md", "other/docs/a"]),
    ("docs/**", ["docs/README.md", "docs/mona/octocat.txt"], ["docs", "a/docs/b"]),
    ("docs/**/*.md", ["docs/README.md", "docs/mona/hello.md", "docs/a/md/b.md"], ["docs/a.txt"]),
    ("**/docs/**", ["docs/hello.md", "dir/docs/my-file.txt", "space/docs/plan/space.doc"],
     ["docs", "mydocs/a"]),
    ("**/README.md", ["README.md", "js/README.md"], ["js/NOREADME.md"]),
    ("**/*src/**", ["a/src/app.js", "my-src/code/js/app.js"], ["src.js"]),
    ("**/*-post.md", ["my-post.md", "path/their-post.md"], ["post.md"]),
    ("**/migrate-*.sql", ["migrate-10909.sql", "db/migrate-v1.0.sql"], ["migrate.sql"]),
    ("file.[ch]", ["file.c", "file.h"], ["file.d", "filexc"]),
    ("[0-9]+.txt", ["2.txt", "2026.txt"], [".txt", "a.txt"]),
    ("a.b", ["a.b"], ["axb"]),
    ("C:\\*", ["C:*"], ["C:a"]),
    ("a(b)", ["a(b)"], ["ab"]),
])  # fmt: skip
def test_a_pattern_matches_as_github_documents_it(
    pattern: str, matching: list[str], others: list[str]
) -> None:
    trigger = push_trigger(paths(pattern))
    assert [file for file in matching + others if not left_out(trigger, [file])] == matching


@pytest.mark.parametrize(("patterns", "files", "expected"), [
    (["src/**"], ["docs/a"], True), (["src/**"], ["docs/a", "src/a"], False),
    (["src/**"], [], True),
    (["*.md", "!README.md"], ["README.md"], True), (["*.md", "!README.md"], ["a.md"], False),
    (["*.md", "!README.md", "README*"], ["README.md"], False),
    (["*.md", "!README.md"], ["README.md", "a.md"], False),
])  # fmt: skip
def test_paths_want_one_file_that_matches(
    patterns: list[str], files: list[str], expected: bool
) -> None:
    told = left_out(push_trigger(paths(*patterns)), files)
    assert told == (f"paths: {', '.join(patterns)}" if expected else "")


@pytest.mark.parametrize(("patterns", "files", "expected"), [
    (["docs/**"], ["docs/a"], True), (["docs/**"], ["docs/a", "src/a"], False),
    (["**", "!src/**"], ["src/a"], False), (["**", "!src/**"], ["docs/a"], True),
])  # fmt: skip
def test_paths_ignore_wants_one_file_that_does_not(
    patterns: list[str], files: list[str], expected: bool
) -> None:
    told = left_out(push_trigger(paths(*patterns, key="paths-ignore")), files)
    assert told == (f"paths-ignore: {', '.join(patterns)}" if expected else "")


@pytest.mark.parametrize("pattern", ["a[b", "+a", "[z-a]", "a\\"])
def test_a_pattern_that_cannot_be_read_explains_nothing(pattern: str) -> None:
    for key in ("paths", "paths-ignore"):
        trigger = push_trigger(paths("a", f"!{pattern}", key=key))
        assert not trigger.readable
        assert left_out(trigger, ["b"]) == ""


def test_without_a_filter_nothing_is_left_out() -> None:
    assert left_out(push_trigger(b"on: push"), ["a"]) == ""


@pytest.mark.parametrize(
    ("on", "taken"),
    [
        ("push", True),
        ("[push, pull_request]", True),
        ("pull_request", False),
        ("{push: {tags: ['v*']}}", True),
        ("{push: {tags: ['v*', '!v1.*']}}", False),
        ("{push: {tags: ['app-*']}}", False),
        ("{push: {tags-ignore: ['v*']}}", False),
        ("{push: {tags-ignore: ['x*']}}", True),
        ("{push: {branches: ['main']}}", False),
        ("{push: {branches-ignore: ['main']}}", False),
        ("{push: {branches: ['main'], tags: ['v*']}}", True),
        ("{push: {paths: ['src/**']}}", True),
    ],
)
def test_a_push_of_a_tag(on: str, taken: bool) -> None:
    assert takes_tag(push_trigger(f"on: {on}\n".encode()), "v1.2.3") is taken
