"""A project's page in HTML and JSON says the same; what is no such page is never an empty one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from release_actions.formats import simple_index
from release_actions.formats.dist_name import ProjectName
from release_actions.formats.index_file import IndexFile, SimpleUrl

PROJECT = ProjectName("acme-app")
PAGE = "https://x.example/simple/acme-app/"
DIGEST = "a" * 64
WHEEL = "acme_app-1.2.0-py3-none-any.whl"
SDIST = "acme_app-1.2.0.tar.gz"


def read(text: str | bytes) -> dict[str, IndexFile]:
    content = text.encode() if isinstance(text, str) else text
    return simple_index.read(content, PROJECT, PAGE)


def page(*links: str, head: str = "") -> str:
    return (
        f"<!DOCTYPE html><html><head>{head}</head><body>{''.join(links)}</body></html>\n<!-- 7 -->"
    )


def link(href: str, text: str = SDIST, more: str = "") -> str:
    return f'<a href="{href}"{more}>{text}</a><br/>'


def document(*files: Any, **more: Any) -> str:
    return json.dumps({"meta": {"api-version": "1.1"}, "name": "acme-app", "files": files} | more)


def test_html_and_json_say_the_same() -> None:
    """PEP 503, 592, 691, 714, 740."""
    proof = "https://x.example/integrity/p"
    text = page(
        link(f"../../files/{SDIST}#sha256={DIGEST}", more=' data-yanked="so &amp; so"'),
        link(f"https://y.example/{WHEEL}", WHEEL, f' data-provenance="{proof}"'),
        link("../", "up"),
    )
    told = document(
        {"filename": SDIST, "url": f"../../files/{SDIST}", "hashes": {"sha256": DIGEST},
         "yanked": "so & so"},
        {"filename": WHEEL, "url": f"https://y.example/{WHEEL}", "hashes": {}, "provenance": proof},
    )  # fmt: skip
    found = read(text)
    assert found == read(told)
    assert found[SDIST].url == f"https://x.example/files/{SDIST}"
    assert (found[SDIST].sha256, found[SDIST].yanked) == (DIGEST, "so & so")
    assert (found[WHEEL].sha256, found[WHEEL].provenance) == (None, proof)


def test_a_page_says_where_its_links_are_from() -> None:
    found = read(page(link(f"a/{SDIST}"), head='<base href="https://z.example/b/">'))
    assert found[SDIST].url == f"https://z.example/b/a/{SDIST}"


def test_a_page_without_a_file_is_one_by_its_mark_alone() -> None:
    """PEP 629: the page of an error has no links either."""
    mark = '<meta name="pypi:repository-version" content="1.0">'
    assert read(page(head=mark)) == {}
    with pytest.raises(ValueError, match="without a link"):
        read(page("<h1>Something went wrong</h1>"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("", "neither", id="nothing"),
        pytest.param("[1]", "neither", id="a list"),
        pytest.param('{"meta": ', "Expecting", id="JSON cut short"),
        pytest.param(document(name="other"), "another project", id="another project's"),
        pytest.param(document(meta={"api-version": "2.0"}), "not 1", id="another major version"),
        pytest.param(document(files={}), "no list", id="files that are no list"),
        pytest.param(
            page(link(SDIST), head='<meta name="pypi:repository-version" content="2.0">'),
            "not 1",
            id="another major version in HTML",
        ),
        pytest.param(page(link(SDIST)).split("</body")[0], "breaks off", id="HTML cut short"),
        pytest.param(page(link(f"x/{SDIST}", WHEEL)), "that says", id="a link that lies"),
        pytest.param(page(link(f"x/..%2F{SDIST}", f"../{SDIST}")), "that says", id="a path"),
        pytest.param(page(link(f"file:///x/{SDIST}")), "no address", id="another scheme"),
        pytest.param(page(link(f"http://x.example/{SDIST}")), "no address", id="less than https"),
        pytest.param(page(link(f"{SDIST}#sha256=zz")), "SHA-256", id="a digest that is none"),
        pytest.param(
            page(link(f"a/{SDIST}"), link(f"b/{SDIST}")), "twice, and differently", id="twice"
        ),
        pytest.param(
            document({"filename": SDIST, "url": SDIST, "yanked": 7}), "yanked", id="a number"
        ),
        pytest.param(document({"filename": SDIST, "url": ""}), "without an address", id="nowhere"),
    ],
)
def test_what_is_no_such_page_is_an_error(text: str, why: str) -> None:
    with pytest.raises((ValueError, TypeError), match=why):
        read(text)


def test_bytes_that_are_no_utf_8_are_an_error() -> None:
    with pytest.raises(ValueError, match="utf-8"):
        read(b"<html>\xff</html>")


def test_the_address_of_an_index_has_no_password_and_ends_with_a_slash() -> None:
    assert SimpleUrl("https://x.example/simple") == "https://x.example/simple/"
    assert SimpleUrl("https://x.example/root/+simple/").base == "https://x.example/root/"
    assert SimpleUrl("https://x.example/index/").base is None
    for raw in (
        "x",
        "ftp://x/",
        "https://u:p@x/",
        "https://x/?a",
        "https:///simple/",
        "http://a b/",
    ):
        with pytest.raises(ValueError, match="without a password"):
            SimpleUrl(raw)
