"""A marker is a line of its own that its writer meant; W17, D-W4."""

from __future__ import annotations

import pytest

from release_actions.formats.marker import DEFAULT, Marker, is_marked, reverted

M = DEFAULT
SQUASH = f"""Release Wasmtime 48.0.0 (#1234)

* Release Wasmtime 48.0.0

{M}

* Add release notes

Co-authored-by: Mona <mona@example.com>
"""
MARKED = {
    "alone below the subject": f"Release 1.2.3\n\n{M}\n",
    "without a last line end": f"Release 1.2.3\n\n{M}",
    "as the subject": f"{M}\n",
    "as all there is": M,
    "right below the subject": f"Release 1.2.3\n{M}\n",
    "before trailers": f"Release\n\n{M}\n\nSigned-off-by: A <a@b.c>\nCo-authored-by: B <b@b.c>\n",
    "after trailers": f"Release\n\nSigned-off-by: A <a@b.c>\n\n{M}\n",
    "between trailers": f"Release\n\nSigned-off-by: A <a@b.c>\n{M}\nCo-authored-by: B <b@b.c>\n",
    "with CRLF": f"Release\r\n\r\n{M}\r\n\r\nCo-authored-by: B <b@b.c>\r\n",
    "with CR at its own end alone": f"Release\n\n{M}\r\n\nmore\n",
    "with spaces behind it": f"Release\n\n{M}  \t\n",
    "squashed, as GitHub lists it (W17)": SQUASH,
    "squashed, with CRLF": SQUASH.replace("\n", "\r\n"),
    "squashed, itself a listed subject": f"Release (#1)\n\n* Notes\n\n* {M}\n\n* More\n",
    "squashed, the last one": f"Release (#1)\n\n* Notes\n\n* Release 1.2.3\n\n{M}\n",
    "squashed, another part takes something back": (
        f'Release (#1)\n\n* Revert "Bad idea"\n\nThis reverts commit {"a" * 40}.\n\n'
        f"* Release 1.2.3\n\n{M}\n"
    ),
    "twice": f"Release\n\n{M}\n\n{M}\n",
    "beside a mention": f"Release\n\nThis uses {M} below.\n\n{M}\n",
    "after a closed fence": f"Release\n\n```\nmake\n```\n\n{M}\n",
    "after a closed comment": f"Release\n\n<!-- a template -->\n{M}\n",
    "after a comment of several lines": f"Release\n\n<!--\ntext\n-->\n{M}\n",
    "after a merge's subject": f"Merge pull request #12 from acme/x\n\nRelease 1.2.3\n\n{M}\n",
    "below a subject in other letters": f"Выпуск 1.2.3 – 发布\n\n{M}\n",
    "after prose on reverting": f"Release\n\nWe may revert this: see the plan.\n\n{M}\n",
}
NOT_MARKED = {
    "no message": "",
    "blank": "\n\n",
    "another message": "Add a thing\n\nIt is a good thing.\n",
    "in prose": f"Tell how {M} works\n",
    "in prose of the body": f"Docs\n\nPut {M} on a line of its own.\n",
    "at the beginning of a line of prose": f"Docs\n\n{M} tags a commit.\n",
    "at the end of a line of prose": f"Docs\n\nThe line is {M}\n",
    "with a full stop": f"Docs\n\n{M}.\n",
    "in backticks": f"Docs\n\n`{M}`\n",
    "in quotation marks": f'Docs\n\n"{M}"\n',
    "quoted": f"Docs\n\n> {M}\n",
    "quoted without a space": f"Docs\n\n>{M}\n",
    "quoted twice": f"Docs\n\n> > {M}\n",
    "indented, as git log shows a message": f"Docs\n\n    {M}\n",
    "indented by one space": f"Docs\n\n {M}\n",
    "indented by a tab": f"Docs\n\n\t{M}\n",
    "a list of another kind": f"Docs\n\n- {M}\n",
    "a listed one, indented": f"Docs\n\n  * {M}\n",
    "listed without a space": f"Docs\n\n*{M}\n",
    "listed with two spaces": f"Docs\n\n*  {M}\n",
    "listed twice": f"Docs\n\n* * {M}\n",
    "in a code fence": f"Docs\n\n```\n{M}\n```\n",
    "in a code fence of a language": f"Docs\n\n```text\n{M}\n```\n",
    "in a fence of tildes": f"Docs\n\n~~~\n{M}\n~~~\n",
    "in a longer fence that a shorter does not close": f"Docs\n\n````\n```\n{M}\n````\n",
    "in a fence that is not closed": f"Docs\n\n```\n{M}\n",
    "in a fence, listed": f"Docs\n\n```\n* {M}\n```\n",
    "in a comment": f"Docs\n\n<!-- {M} -->\n",
    "in a comment of several lines": f"Docs\n\n<!-- To release:\n{M}\n-->\n",
    "in a trailer": f"Docs\n\nRelease: {M}\n",
    "a heading": f"Docs\n\n# {M}\n",
    "inside a longer word": f"Docs\n\nx{M}x\n",
    "without its brackets": f"Docs\n\n{M.strip('[]')}\n",
    "half of it": f"Docs\n\n{M[:-1]}\n",
    "on two lines": f"Docs\n\n{M[:20]}\n{M[20:]}\n",
    "in capitals": f"Docs\n\n{M.upper()}\n",
    "with full-width brackets": f"Docs\n\n［{M.strip('[]')}］\n",
    "with a letter that looks the same": f"Docs\n\n{M.replace('a', 'а', 1)}\n",
    "with a hyphen that does not break": f"Docs\n\n{M.replace('-', chr(0x2011), 1)}\n",
    "with a space of no width": f"Docs\n\n{M}{chr(0x200B)}\n",
    "behind a byte order mark": f"Docs\n\n{chr(0xFEFF)}{M}\n",
    "behind a space that does not break": f"Docs\n\n{chr(0xA0)}{M}\n",
    "behind a line separator": f"Docs\n\ntext{chr(0x2028)}{M}\n",
    "behind a form feed": f"Docs\n\ntext\x0c{M}\n",
    "behind a next line character": f"Docs\n\ntext{chr(0x85)}{M}\n",
    "behind a lone carriage return": f"Docs\n\ntext\r{M}\n",
    "behind a null character": f"Docs\n\n\x00{M}\n",
    "another marker": "Release\n\n[release-this]\n",
    "a revert": f'Revert "Release 1.2.3"\n\nThis reverts commit {"a" * 40}.\n',
    "a revert that repeats the body (D-W4)": (
        f'Revert "Release 1.2.3"\n\nThis reverts commit {"a" * 40}.\n\n{M}\n'
    ),
    "a revert by GitHub's button": f'Revert "Release (#1)" (#2)\n\nReverts acme/app#1\n\n{M}\n',
    "a revert under a subject of one's own": (
        f"Back out the release\n\nThis reverts commit {'a' * 40}.\n\n{M}\n"
    ),
    "a revert by convention": f"revert: release 1.2.3\n\n{M}\n",
    "a revert of a scope": f"revert(release)!: 1.2.3\n\n{M}\n",
    "a revert of a revert": f'Reapply "Release 1.2.3"\n\n{M}\n',
    "the subject of a revert": f'Revert "{M}"\n\nThis reverts commit {"a" * 40}.\n',
    "a revert, listed": f'Fix (#3)\n\n* Revert "Release"\n\n{M}\n\n* Add a test\n',
    "a revert with a list below": f'Revert "Release"\n\n* {M}\n',
}


@pytest.mark.parametrize("message", MARKED.values(), ids=MARKED)
def test_a_line_of_its_own_is_a_mark(message: str) -> None:
    assert is_marked(message, M)


@pytest.mark.parametrize("message", NOT_MARKED.values(), ids=NOT_MARKED)
def test_everything_else_is_none(message: str) -> None:
    assert not is_marked(message, M)


def test_the_marker_is_the_one_that_is_asked_for() -> None:
    assert is_marked("Release\n\nShip-It: now\n", Marker("Ship-It: now"))
    assert not is_marked(f"Release\n\n{M}\n", Marker("Ship-It: now"))
    assert not is_marked("Release\n\nxShip.Its now\n", Marker("Ship.It"))


@pytest.mark.parametrize("raw", ["", "a\nb", "> a", "# a", "* a", " a", "a\x00b"], ids=repr)
def test_what_could_not_be_a_line_of_its_own_is_no_marker(raw: str) -> None:
    with pytest.raises(ValueError, match="one line of text"):
        Marker(raw)


@pytest.mark.parametrize(
    ("message", "named"),
    [
        (f'Revert "x"\n\nThis reverts commit {"a" * 40}.', True),
        ("Undo\n\nThis reverts commit aaaaaaa.", True),
        ("Undo\n\nthis reverts commit AAAAAAAA", True),
        (f"Undo\n\nThis reverts commit {'a' * 40}, reversing\nchanges made to bbbbbbb.", True),
        ('Revert "Release 1.2.3"', True),
        ('Revert "Release 1.2.3" (#13)', True),
        ('Revert "Release 1.2.3 (#12)" (#13)', True),
        ('Fix (#3)\n\n* Revert "Release 1.2.3"\n\n* More', True),
        ('Revert "Release 1.2.4"', False),
        (f"Undo\n\nThis reverts commit {'b' * 40}.", False),
        ("Undo\n\nThis reverts commit aaaaaa.", False),
        (f"Undo\n\n> This reverts commit {'a' * 40}.", False),
        (f"Tell that This reverts commit {'a' * 40}.", False),
        (f"Undo\n\n```\nThis reverts commit {'a' * 40}.\n```", False),
    ],
    ids=[
        *("git's own", "a short id", "in capitals", "of a merge", "by subject", "by its button"),
        *("by subject and number", "listed", "another subject", "another id", "too short an id"),
        *("quoted", "in prose", "in a fence"),
    ],
)
def test_a_commit_says_what_it_takes_back(message: str, named: bool) -> None:
    assert reverted(message).names("a" * 40, "Release 1.2.3 (#12)") is named
