"""Every snippet comes to what it must: a hit at its line and column, clean, or a failure (M8)."""

from __future__ import annotations

from pathlib import Path

import pytest

from release_actions.errors import Exit
from tests.actions.scan_allowed_env.corpus import CLEAN, FAILS, HITS, TOLD, Files
from tests.actions.scan_allowed_env.tree import lay, scan


@pytest.mark.parametrize("files", [pytest.param(f, id=name) for name, f in HITS.items()])
def test_it_is_found_where_it_is_set(tmp_path: Path, files: Files) -> None:
    expected = lay(tmp_path, files)
    found = scan(tmp_path)

    assert {f.split(" ")[0] for f in found.places} == {e.split(" ")[0] for e in expected}
    assert expected
    assert found.ended.exit is Exit.FAILED
    assert set(found.bad) == {"forbidden"}


@pytest.mark.parametrize("files", [pytest.param(f, id=name) for name, f in CLEAN.items()])
def test_what_sets_nothing_is_clean(tmp_path: Path, files: Files) -> None:
    lay(tmp_path, files)
    found = scan(tmp_path)

    assert found.bad == []
    assert found.ended.exit is Exit.OK


@pytest.mark.parametrize(
    ("rule", "files"), [pytest.param(*row, id=name) for name, row in FAILS.items()]
)
def test_what_is_not_read_is_never_clean(tmp_path: Path, rule: str, files: Files) -> None:
    lay(tmp_path, files)
    found = scan(tmp_path)

    assert rule in found.bad
    assert found.ended.exit in (Exit.FAILED, Exit.ERROR)


@pytest.mark.parametrize(
    ("target", "files"), [pytest.param(*row, id=name) for name, row in TOLD.items()]
)
def test_a_file_that_the_run_may_bring_is_told_and_does_not_decide(
    tmp_path: Path, target: str, files: Files
) -> None:
    lay(tmp_path, files)
    found = scan(tmp_path)

    assert found.bad == ["not-followed"]
    (finding,) = [f for f in found.findings if f.rule == "not-followed"]
    assert finding.advisory
    assert (finding.file, finding.subject.count(":")) == (finding.subject.split(":")[0], 2)
    hidden = "….sh" in target or target == "…"
    why = "by a path that only the run knows" if hidden else "which is not in this tree"
    verb = "names" if "env" in target[-4:] or "ocker" in target or "compose" in target else "calls"
    assert f"{verb} {target}, {why}, and is not read" in finding.detail
    assert ("`elsewhere`" in finding.fix) is not hidden
    assert found.ended.exit is Exit.OK
    elsewhere = target.removeprefix("…/")
    if not hidden and not elsewhere.startswith(("/", "..")):
        assert scan(tmp_path, elsewhere=elsewhere).bad == []
