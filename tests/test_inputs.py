"""Every wrong input is told at once, by its name, with what was given and what is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest

from release_actions.action import shared
from release_actions.errors import UsageError
from release_actions.inputs import Common, Given, Problems, describe, kebab, nearest, parse, secret
from release_actions.values import Duration, Lines, RefName, Repository, Sha, Workflows


@dataclass(frozen=True)
class Rule:
    """A table."""

    size: int = 0
    names: Lines = Lines("")
    strict: bool | None = None


@dataclass(frozen=True)
class Inputs:
    repository: Repository
    head_commit: Sha | None = None
    branch: RefName = RefName("main")
    names: Lines = Lines("")
    count: int = 1
    strict: bool = False
    mode: Literal["equal", "started"] = "equal"
    title: str = ""
    rule: Rule = field(default_factory=Rule)
    release_class: Mapping[str, Rule] = shared()
    from_: str = ""

    def __post_init__(self) -> None:
        if self.strict and self.count == 0:
            raise UsageError("input `count`: `0` was given; allowed: more, with `strict`")


def read(**values: Any) -> Inputs:
    problems = Problems()
    given = {kebab(name): Given(value, "with") for name, value in values.items()}
    inputs = parse(Inputs, {"repository": Given("acme/app", "with")} | given, problems)
    problems.end()
    assert inputs is not None
    return inputs


def problems_of(**values: Any) -> tuple[str, ...]:
    with pytest.raises(UsageError) as caught:
        read(**values)
    return caught.value.lines


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("head_commit", "a" * 40, Sha("a" * 40)),
        ("head_commit", "", None),
        ("head_commit", " \n ", None),
        ("branch", " release/1 ", RefName("release/1")),
        ("branch", "", RefName("main")),
        ("names", "a\nb", ("a", "b")),
        ("names", ["a", "b"], ("a", "b")),
        ("count", "12", 12),
        ("count", 12, 12),
        ("strict", "true", True),
        ("strict", True, True),
        ("mode", "started", "started"),
        ("mode", " started ", "started"),
        ("title", " two words ", "two words"),
        ("rule", {"size": 3, "names": ["a"]}, Rule(3, Lines("a"))),
        ("rule", {"strict": False}, Rule(strict=False)),
        ("release_class", {"rc": {"size": 1}, "dev": {}}, {"rc": Rule(1), "dev": Rule()}),
    ],
)
def test_a_value_is_read_by_its_type(name: str, given: object, value: object) -> None:
    assert getattr(read(**{name: given}), name) == value


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        ("repository", "app", "input `repository`: `app` was given; allowed: a repository"),
        ("repository", "", "input `repository`: nothing was given; allowed: a repository as"),
        ("head_commit", "abc", "input `head-commit`: `abc` was given; allowed: a full commit id"),
        ("branch", "a b", "input `branch`: `a b` was given; allowed: a branch or tag name"),
        ("count", "-1", "input `count`: `-1` was given; allowed: a whole number"),
        ("count", True, "input `count`: `True` was given; allowed: a whole number"),
        ("count", 1.5, "allowed: a whole number"),
        ("count", "²", "allowed: a whole number"),
        ("count", "9" * 5000, "allowed: a whole number"),
        ("strict", "yes", "input `strict`: `yes` was given; allowed: true or false"),
        ("strict", 1, "allowed: true or false"),
        ("mode", "late", "input `mode`: `late` was given; allowed: `equal` or `started`"),
        ("mode", ["equal"], "allowed: no such list; `equal` or `started`"),
        ("title", 5, "input `title`: `5` was given; allowed: a text; a text"),
        ("title", ["a", "b"], "allowed: no such list; a text"),
        ("names", {"a": 1}, "allowed: a text; one value a line"),
        ("names", ["a", 1], "allowed: no such list; one value a line"),
        ("names", ["a\nb"], "allowed: no such list; one value a line"),
        ("rule", "x", "input `rule`: `x` was given; allowed: a table"),
        ("rule", {"size": "x"}, "config file, `rule.size`: `x` was given; allowed: a whole"),
        ("rule", {"sise": 1}, "`sise` was given; allowed: no such name; did you mean `size`?"),
        ("release_class", [], "input `release-class`: `[]` was given; allowed: tables, each with"),
        ("release_class", {"rc": 1}, "`release-class.rc`: `1` was given; allowed: a table"),
        (
            "release_class",
            {"rc": {"strict": "no"}},
            "config file, `release-class.rc.strict`: `no` was given; allowed: true or false",
        ),
        ("head_commit", "x\n::error::", "`x ::error::` was given"),
    ],
)
def test_a_wrong_value_is_told_with_name_given_and_allowed(
    name: str, given: object, told: str
) -> None:
    (line,) = problems_of(**{name: given})
    assert told in line


def test_all_that_is_wrong_is_told_at_once_and_each_thing_once() -> None:
    assert len(problems_of(repository="x", count="y", mode="z", strict="w")) == 4
    problems = Problems()
    for _ in range(2):  # the engine and the action both read `repository`
        parse(Common, {}, problems)
    with pytest.raises(UsageError) as caught:
        problems.end()
    assert len(caught.value.lines) == 1


def test_inputs_that_do_not_go_together_are_told_like_any_other() -> None:
    (line,) = problems_of(strict=True, count=0)
    assert line.startswith("input `count`")


def test_where_not_the_whole_is_given_nothing_is_missed() -> None:
    problems = Problems()
    assert parse(Inputs, {}, problems, whole=False) is None
    assert problems.found == []
    parse(Inputs, {"count": Given("x", "with")}, problems, whole=False)
    assert len(problems.found) == 1


@pytest.mark.parametrize(
    ("hint", "words"),
    [
        (bool, "true or false"),
        (int | None, "a whole number"),
        (str, "a text"),
        (RefName, "a name"),
        (Rule, "a table"),
        (Mapping[str, Rule], "a table"),
        (Lines, "one value a line"),
        (Literal["a", "b"], "`a` or `b`"),
        (Duration, "a time such as 90s, 10m or 2h, at most 6h"),
        (Workflows, "a workflow file such as ci.yml or .github/workflows/ci.yml"),
    ],
)
def test_a_type_says_in_words_what_it_allows(hint: Any, words: str) -> None:
    assert describe(hint) == words


def test_the_nearest_name_is_told_or_all_there_are() -> None:
    assert nearest("brunch", {"branch", "commit"}) == "no such name; did you mean `branch`?"
    assert nearest("zzz", {"branch", "commit"}) == "branch, commit"


def test_a_name_in_python_is_a_name_in_yaml() -> None:
    assert (kebab("head_commit"), kebab("from_")) == ("head-commit", "from")
    assert read(**{"from_": "x"}).from_ == "x"


@pytest.mark.parametrize(("raw", "token"), [(None, ""), ("", ""), (" ghs_x\n", "ghs_x")])
def test_a_token_is_without_the_line_end_it_was_pasted_with(raw: object, token: str) -> None:
    assert secret(raw) == token


@pytest.mark.parametrize("raw", ["a b", "a\nb", "ä", "a\x00"])
def test_a_token_that_no_header_may_hold_is_refused_and_not_shown(raw: str) -> None:
    with pytest.raises(UsageError, match="input `token`") as caught:
        secret(raw)
    assert raw not in str(caught.value)
