"""A project's page in a simple index: HTML (PEP 503, 592, 629) or JSON (PEP 691, 700)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

from release_actions.formats import index_file
from release_actions.formats.checksums import Sha256
from release_actions.formats.dist_name import FILE_NAME, ProjectName
from release_actions.formats.index_file import IndexFile

#: What is asked for: JSON first. An index that knows none answers HTML all the same.
ACCEPT = (
    "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, "
    "text/html;q=0.01"
)


def read(content: bytes, project: ProjectName, page: str) -> dict[str, IndexFile]:
    """Every file of the project, by name. `page` is the page's own address.

    :raises ValueError, KeyError, TypeError: for what is no such page.
    """
    text = content.lstrip()
    if text.startswith(b"{"):
        return _json(json.loads(text), project, page)
    if text.startswith(b"<"):
        return _html(text.decode("utf-8"), page)
    raise ValueError("neither HTML nor JSON")


def _json(told: Mapping[str, Any], project: ProjectName, page: str) -> dict[str, IndexFile]:
    _major(str(told["meta"]["api-version"]))
    if ProjectName(told["name"]).key != project.key:
        raise ValueError("it is another project's")
    entries = told["files"]
    if not isinstance(entries, list):
        raise TypeError("its files are no list")
    return index_file.once(index_file.from_json(_joined(entry, page), page) for entry in entries)


def _joined(entry: Mapping[str, Any], page: str) -> dict[str, Any]:
    """The entry with a whole address: PEP 691 lets it be relative to the page."""
    if not isinstance(entry["url"], str) or not entry["url"]:
        raise ValueError("a file without an address")
    return {**entry, "url": urljoin(page, entry["url"])}


def _major(version: str) -> None:
    """PEP 629: another major version means something else."""
    if version.partition(".")[0] != "1":
        raise ValueError(f"version {version[:20]} of the simple API, and not 1")


class _Page(HTMLParser):
    """The links, each with its text and attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[tuple[dict[str, str], str]] = []
        self.base = ""
        self.version = ""
        self._open: dict[str, str] | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "base":
            self.base = self.base or found.get("href", "")
        elif tag == "meta" and found.get("name") == "pypi:repository-version":
            self.version = found.get("content", "")
        elif tag == "a":
            self._open, self._text = found, ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._open is not None:
            self.links.append((self._open, self._text.strip()))
            self._open = None


def _html(text: str, page: str) -> dict[str, IndexFile]:
    parsed = _Page()
    parsed.feed(text)
    parsed.close()
    if parsed.version:
        _major(parsed.version)
    elif not parsed.links:
        # Any page of an error has no links. That it tells of no file must be an index's word.
        raise ValueError("a page without a link and without pypi:repository-version")
    if "<html" in text.lower() and not re.search("</html", text, re.IGNORECASE):
        raise ValueError("a page that breaks off")
    base = urljoin(page, parsed.base)
    found = (_linked(attributes, text, base) for attributes, text in parsed.links)
    return index_file.once(file for file in found if file is not None)


def _linked(attributes: Mapping[str, str], text: str, base: str) -> IndexFile | None:
    """The file that a link leads to; None for a link to something else, such as the parent."""
    whole = urljoin(base, attributes.get("href", ""))
    named = index_file.last(whole)
    archive = (".whl", ".tar.gz", ".zip", ".egg", ".exe", ".tar.bz2", ".tgz", ".msi", ".rpm")
    if not named.endswith(archive) and not text.endswith(archive):
        return None
    if named != text or not FILE_NAME.fullmatch(text):
        raise ValueError(f"a link to {named[:80]!r} that says {text[:80]!r}")
    fragment = parse_qs(urlsplit(whole).fragment)
    told = fragment.get("sha256")
    return IndexFile(
        name=text,
        url=index_file.address(whole, base),
        sha256=Sha256(told[0]) if told else None,
        yanked=attributes.get("data-yanked"),
        provenance=_provenance(attributes.get("data-provenance", ""), base),
    )


def _provenance(told: str, base: str) -> str | None:
    return index_file.address(urljoin(base, told), base) if told else None
