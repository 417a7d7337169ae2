"""A requirement's version and operator are told apart; what names no one version is told whole."""

from __future__ import annotations

import pytest

from release_actions.formats.version_places import asked
from release_actions.formats.version_places.asked import Asked


def shown(text: str, want: Asked | None) -> tuple[str, str, bool] | None:
    return want and (want.operator, text[want.start : want.end], want.partial)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1.2.3", ("", "1.2.3", False)),
        ("^1.2.3-dev", ("^", "1.2.3-dev", False)),
        (" ~ 1.2.3+b ", ("~", "1.2.3+b", False)),
        ("~>1.2.3", ("~>", "1.2.3", False)),
        ("=v1.2.3", ("=", "1.2.3", False)),
        (">= 1.2.3-rc.1", (">=", "1.2.3-rc.1", False)),
        ("^1", ("^", "1", True)),
        ("1.2", ("", "1.2", True)),
        ("1.2.x", ("", "1.2", True)),
        ("^1.x", ("^", "1", True)),
        ("workspace:1.2.3", ("", "1.2.3", False)),
        ("workspace:^1.2.3", ("^", "1.2.3", False)),
        ("workspace:^", None),
        ("workspace:~", None),
        ("workspace:*", None),
        ("workspace:../a", None),
        ("*", None),
        ("", None),
        ("latest", None),
        ("vnext", None),
        ("file:../a", None),
        ("npm:a@^1.2.3", None),
        ("o/r#v1.2.3", None),
        ("1.2.3/x", None),
        ("https://x.test/a-1.2.3.tgz", None),
        (">=1.2.3 <2", (",", ">=1.2.3 <2", False)),
        ("1.2.3 || 1.2.4", (",", "1.2.3 || 1.2.4", False)),
        ("1.2.3 - 1.3.0", (",", "1.2.3 - 1.3.0", False)),
        ("<2", (",", "<2", False)),
        ("1.02.3", (",", "1.02.3", False)),
    ],
)
def test_npm_asks_by_one_comparator_or_a_range(
    text: str, wanted: tuple[str, str, bool] | None
) -> None:
    assert shown(text, asked.npm(text)) == wanted


@pytest.mark.parametrize(
    ("text", "name", "wanted"),
    [
        ("ordvec==1.2.3", "ordvec", ("==", "1.2.3", False)),
        ("ordvec ===1.2.3", "ordvec", ("===", "1.2.3", False)),
        ("Ord.Vec[a, b] ~= 1.2.0rc1 ; x == '1'", None, None),
        ("Ord.Vec[a, b] ~= 1.2.0rc1 ; os_name == '1.2.3'", "Ord.Vec", ("~=", "1.2.0rc1", False)),
        ("a(>=1.2)", "a", (">=", "1.2", True)),
        ("a~=1.2", "a", ("~=", "1.2", True)),
        ("a==1.2", "a", ("==", "1.2", False)),
        ("a==1.2.*", "a", ("==", "1.2", True)),
        ("a>=1.2.3,<2", "a", (",", ">=1.2.3,<2", False)),
        ("a!=1.2.3", "a", (",", "!=1.2.3", False)),
        ("a<2", "a", (",", "<2", False)),
        ("a", "a", None),
        ("a[b]; os_name == 'x'", "a", None),
        ("a @ https://x.test/a-1.2.3.whl", "a", None),
    ],
)
def test_python_asks_by_pep_508(
    text: str, name: str | None, wanted: tuple[str, str, bool] | None
) -> None:
    if name is None:
        with pytest.raises(ValueError, match="no requirement by PEP 508"):
            asked.pep508(text)
        return
    found, want = asked.pep508(text)
    assert (found, shown(text, want)) == (name, wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("^1.2.3", ("^", "1.2.3", False)),
        ("~1.2", ("~", "1.2", True)),
        ("1.2.3rc1", ("", "1.2.3rc1", False)),
        (">=1.2.3", (">=", "1.2.3", False)),
        (">=1,<2", (",", ">=1,<2", False)),
        ("^1 || ^2", (",", "^1 || ^2", False)),
        ("*", None),
    ],
)
def test_poetry_has_a_caret_of_its_own(text: str, wanted: tuple[str, str, bool] | None) -> None:
    assert shown(text, asked.poetry(text)) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("~> 1.2.3", ("~>", "1.2.3", False)),
        ("~> 1.2", ("~>", "1.2", True)),
        (">= 1.2.3 and < 2.0.0", (",", ">= 1.2.3 and < 2.0.0", False)),
        (">= 0.0.0", (">=", "0.0.0", False)),
        ("any", None),
        ("", None),
    ],
)
def test_elixir_asks_by_one_operator(text: str, wanted: tuple[str, str, bool] | None) -> None:
    assert shown(text, asked.semver(text, "==|~>|>=|")) == wanted


def test_an_empty_specifier_asks_for_nothing() -> None:
    assert asked.pep440("") is None
