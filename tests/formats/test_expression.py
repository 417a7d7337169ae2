"""A condition tells what must have been before, and what cannot be read tells nothing."""

from __future__ import annotations

import pytest

from release_actions.formats.expression import condition, read, same

TRUE = ("needs.gate.outputs.release", "true")


@pytest.mark.parametrize(
    ("text", "after_success", "demands"),
    [
        pytest.param(None, True, set(), id="none"),
        pytest.param(" ", True, set(), id="empty"),
        pytest.param("true", True, set(), id="a constant"),
        pytest.param("needs.gate.outputs.release == 'true'", True, {TRUE}, id="an equality"),
        pytest.param(
            "${{ 'True' == needs.Gate.outputs['release'] }}", True, {TRUE}, id="the other way"
        ),
        pytest.param("(needs.gate.outputs.release == 'true') && a < 1.5", True, {TRUE}, id="and"),
        pytest.param("needs.gate.outputs.release == 'true' || a", True, set(), id="or"),
        pytest.param("!(needs.gate.outputs.release == 'true')", True, set(), id="not"),
        pytest.param("a != 'b' && c.d == 0x1F", True, {("c.d", "0x1f")}, id="a number"),
        pytest.param("a == 'it''s' && b == -.5", True, {("a", "it's"), ("b", "-.5")}, id="a quote"),
        pytest.param("needs.*.result == 'success'", True, set(), id="any of several"),
        pytest.param("needs[matrix.x].result == 'success'", True, set(), id="an open index"),
        pytest.param("success()", True, set(), id="success"),
        pytest.param(
            "success() && needs.gate.outputs.release == 'true'", True, {TRUE}, id="and success"
        ),
        pytest.param("always()", False, set(), id="always"),
        pytest.param("failure() || success()", False, set(), id="either"),
        pytest.param("!cancelled()", False, set(), id="not cancelled"),
        pytest.param("!success()", False, set(), id="no success"),
        pytest.param("ALWAYS() && contains(github.ref, 'a', 'b')", False, set(), id="in capitals"),
        pytest.param("${{ a }} && b", False, set(), id="a text around an expression"),
        pytest.param("${{ a }} ${{ b }}", False, set(), id="two expressions"),
        pytest.param("a &&", False, set(), id="an end too soon"),
        pytest.param("a b", False, set(), id="two values"),
        pytest.param("(a", False, set(), id="an open bracket"),
        pytest.param("f(a b)", False, set(), id="no comma"),
        pytest.param("a.'b'", False, set(), id="no name"),
        pytest.param("a ; b", False, set(), id="no sign"),
        pytest.param(") a", False, set(), id="no value"),
        pytest.param("(" * 90 + "a" + ")" * 90, False, set(), id="too deep"),
        pytest.param("a" * 40 + "!" * 90 + "b", False, set(), id="too many signs"),
    ],
)
def test_only_what_must_be_so_is_demanded(
    text: str | None, after_success: bool, demands: set[tuple[str, str]]
) -> None:
    found = condition(text)

    assert found.after_success == after_success
    assert found.demands == demands


def test_what_cannot_be_read_is_told() -> None:
    assert read("a ==") is None
    assert read("${{ a == 'b' }}") is not None


def test_conditions_are_the_same_but_for_spaces_and_braces() -> None:
    assert same("${{ a == 'b' }}", "a=='b'")
    assert not same("a == 'b'", "a == 'c'")
    assert same(None, "")
