"""Cargo.toml as people write it: every place is found, and nothing but its tokens ever changes."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from release_actions.formats.version_places.cargo_manifest import (
    INHERITED,
    SHARED,
    CargoManifest,
    shared_version,
)
from release_actions.formats.version_places.cargo_toml import metadata, read
from release_actions.formats.version_places.place import Package, Role, Unreadable, rewritten
from release_actions.formats.version_places.requirements import kept
from tests.formats.version_places.samples import unmarked

# Double marks: a token in step with the rest. Single ones: one there for another reason.
CRATE = """\
# Größe: version = "1.2.3", as decoy
[package]
name = "ordvec-manifest"   # not "1.2.3"
  version   =  '«1.2.3»'\t# lockstep with 1.2.3
edition.workspace = true
rust-version = "1.74"
license = "Apache-2.0"
keywords = ["1.2.3", "größe"]
description = \"""
version = "1.2.3"
[dependencies]
ordvec = "1.2.3"
\"""

[package.metadata.docs.rs]
version = "1.2.3"
[package.metadata.dependencies]
ordvec = "1.2.3"

[dependencies]
ordvec = { path = "../ordvec/", version = "=«1.2.3»", features = ["1.2.3"] }  # 1.2.3
"ordvec-quoted" = '^ «1.2.3»'
core.package = "ordvec-core"
core.version = "~«1.2.3»"
serde = { version = "‹1›", default-features = false }
rand = "‹0.8›"
tokio = ">=‹1.40›"
libc = "‹>=0.2, <0.3›"
cc = "‹1.*›"
any = "‹*›"
local = { path = "../local" }
shared = { workspace = true, optional = true }
shared-too.workspace = true

[dependencies.table-form]
path = "../table"
# version = "1.2.3"
version = "«1.2.3»"

[dev_dependencies]
old-spelling = "«1.2.3»"
[dev-dependencies]
renamed = { package = "ordvec-core", version = "«1.2.3»" }
ordvec-manifest = { path = ".", version = "«1.2.3»" }
older = { package = "ordvec-manifest", version = "1.1.0" }
[build-dependencies]
ordvec-build = "«1.2.3»"

[target.'cfg(any(unix, target = "1.2.3"))'.dependencies]
ordvec-unix = { version = "=«1.2.3»", path = '../unix' }
[target.x86_64-pc-windows-msvc.build-dependencies.ordvec-win]
version = "«1.2.3»"

[patch.crates-io]
ordvec = { path = "../ordvec", version = "1.2.3" }
[replace]
"ordvec:1.2.3" = { path = "../ordvec", version = "1.2.3" }
[features]
default = ["1.2.3"]
[profile.release]
lto = true"""

KEYS = {
    "package.version": "ordvec-manifest",
    "dependencies.ordvec.version": "ordvec",
    "dependencies.ordvec-quoted": "ordvec-quoted",
    "dependencies.core.version": "ordvec-core",
    "dependencies.serde.version": "serde",
    "dependencies.rand": "rand",
    "dependencies.tokio": "tokio",
    "dependencies.libc": "libc",
    "dependencies.cc": "cc",
    "dependencies.any": "any",
    "dependencies.table-form.version": "table-form",
    "dev_dependencies.old-spelling": "old-spelling",
    "dev-dependencies.renamed.version": "ordvec-core",
    "dev-dependencies.ordvec-manifest.version": "ordvec-manifest",
    "build-dependencies.ordvec-build": "ordvec-build",
    "target.'cfg(any(unix, target = \"1.2.3\"))'.dependencies.ordvec-unix.version": "ordvec-unix",
    "target.x86_64-pc-windows-msvc.build-dependencies.ordvec-win.version": "ordvec-win",
}

ROOT = """\
[workspace]
members = ["crates/*", "./tools/../xtask", "fuzz"]
exclude = ["crates/old", "fuzz/"]
default-members = ["crates/a"]
resolver = "2"
metadata.version = "1.2.3"

[workspace.package]
version = "«1.2.3»"
publish = false
license = "MIT"
authors = ["A <a@example.org>"]

[workspace.dependencies]
a = { path = "crates/a", version = "=«1.2.3»" }
b = { path = "crates/b", package = "real-b", version = "«1.2.3»" }
outside = { path = "../outside", version = "«1.2.3»" }
absolute = { path = "/opt/x" }
"""


def marked(text: str) -> list[str]:
    return re.findall("[«‹]([^»›]*)[»›]", text)


def crate(text: str, path: str = "crates/manifest/Cargo.toml") -> CargoManifest:
    return read(path, unmarked(text).encode())


def test_exactly_the_marked_places_are_found() -> None:
    """W5: each table, each form, the real name behind a renamed one; no decoy."""
    found = crate(CRATE)
    assert [place.text for place in found.places] == marked(CRATE)
    assert {place.key: place.package.name for place in found.places} == KEYS
    assert {place.package.ecosystem for place in found.places} == {"cargo"}
    roles = [place.role for place in found.places]
    assert roles == [Role.STATEMENT, *[Role.REQUIREMENT] * (len(KEYS) - 1)]
    content = unmarked(CRATE).encode()
    for place in found.places:
        assert content[place.start : place.end].decode() == place.text
        line = unmarked(CRATE).splitlines()[place.line - 1]
        assert line[place.column - 1 :].startswith(place.text)


def test_the_operator_is_kept_apart_from_the_version() -> None:
    found = {place.key.split(".", 1)[1]: place for place in crate(CRATE).places}
    assert {key: place.operator for key, place in found.items() if place.operator} == {
        "ordvec.version": "=",
        "ordvec-quoted": "^",
        "core.version": "~",
        "tokio": ">=",
        "libc": ",",
        "cc": ",",
        "any": ",",
        "'cfg(any(unix, target = \"1.2.3\"))'.dependencies.ordvec-unix.version": "=",
    }
    partial = {key for key, place in found.items() if place.partial}
    assert partial == {"serde.version", "rand", "tokio"}
    assert [key for key, place in found.items() if not kept(place)] == ["libc", "cc", "any"]


def test_a_crate_says_whose_it_is_and_where_its_siblings_are() -> None:
    found = crate(CRATE)
    assert found.package == Package("cargo", "ordvec-manifest")
    assert (found.published, found.inherits, found.workspace) == (True, False, False)
    assert found.members == (
        "crates/ordvec/Cargo.toml",
        "crates/local/Cargo.toml",
        "crates/table/Cargo.toml",
        "crates/manifest/Cargo.toml",
        "crates/unix/Cargo.toml",
    )


def test_a_virtual_manifest_has_members_and_a_version_to_share() -> None:
    """W3: it is no crate. `exclude` means folders; what lies outside the tree is no member."""
    found = crate(ROOT, "Cargo.toml")
    assert found.package is None
    assert [(place.key, place.package.name) for place in found.places] == [
        ("workspace.package.version", "Cargo.toml"),
        ("workspace.dependencies.a.version", "a"),
        ("workspace.dependencies.b.version", "real-b"),
        ("workspace.dependencies.outside.version", "outside"),
    ]
    assert found.places[0].package == shared_version("Cargo.toml")
    assert found.places[0].role is Role.STATEMENT
    assert found.listed == ("crates/*/Cargo.toml", "xtask/Cargo.toml", "fuzz/Cargo.toml")
    assert found.members == (*found.listed, "crates/a/Cargo.toml", "crates/b/Cargo.toml")
    assert found.excluded == ("crates/old/**", "fuzz/**")
    assert (found.workspace, found.published, found.inherits) == (True, False, False)
    assert found.shared == {"publish": False, "license": "MIT", "authors": ("A <a@example.org>",)}


@pytest.mark.parametrize(
    ("line", "published"),
    [
        pytest.param("", True, id="nothing said"),
        pytest.param("publish = true", True, id="true"),
        pytest.param("publish = false", False, id="false"),
        pytest.param("publish = []", False, id="no registry at all"),
        pytest.param('publish = ["internal"]', True, id="one registry"),
        pytest.param("publish.workspace = true", True, id="not settled yet"),
        pytest.param("publish = { workspace = true }", True, id="not settled yet, inline"),
    ],
)
def test_a_crate_is_published_unless_every_registry_is_forbidden(
    line: str, published: bool
) -> None:
    """D-W15: an empty array is as good as false."""
    found = crate(f'[package]\nname = "x"\nversion = "1.2.3"\n{line}\n')
    assert found.published is published


def test_a_crate_without_a_version_is_not_published() -> None:
    found = crate('[package]\nname = "x"\n')
    assert (found.published, found.places) == (False, ())


@pytest.mark.parametrize("line", ["version.workspace = true", "version = { workspace = true }"])
def test_a_version_may_be_that_of_the_workspace(line: str) -> None:
    found = crate(f'[package]\nname = "x"\n{line}\nworkspace = "../.."\n')
    assert (found.inherits, found.published, found.places) == (True, True, ())
    assert found.above == "Cargo.toml"


def test_project_is_what_package_was_once_called() -> None:
    found = crate('[project]\nname = "x"\nversion = "«1.2.3»"\n')
    assert [(place.key, place.package.name) for place in found.places] == [("project.version", "x")]


def test_a_crate_may_use_an_older_version_of_itself() -> None:
    """From the registry; to keep it in step would ask a crate for itself."""
    trick = '[package]\nname = "x"\nversion = "2.0.0"\n[dependencies]\nx = "1.0"\n'
    assert [place.key for place in crate(trick).places] == ["package.version"]
    lent = f'{trick}[workspace.dependencies]\nx = "2.0.0"\n'
    assert len(crate(lent).places) == 2, "what a root lends, others borrow"


def test_metadata_tells_what_is_inherited() -> None:
    """O8."""
    told = metadata(unmarked(CRATE).encode())
    assert told == {
        "edition": INHERITED,
        "rust-version": "1.74",
        "license": "Apache-2.0",
        "keywords": ("1.2.3", "größe"),
        "description": 'version = "1.2.3"\n[dependencies]\nordvec = "1.2.3"\n',
    }
    assert crate(CRATE).metadata == told
    assert set(told) <= set(SHARED)
    assert metadata(b"[workspace]\n") == {}
    assert metadata(b"[package]\npublish = []\nreadme = false") == {"publish": (), "readme": False}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("", "no .package. and no .workspace.", id="empty"),
        pytest.param('[dependencies]\nx = "1"', "no .package.", id="neither"),
        pytest.param("[package]\n", "`package.name` is no text", id="no name"),
        pytest.param('[package]\nname = ""', "`package.name` is no text", id="an empty name"),
        pytest.param('package = "x"', "`package` is no table", id="a text for a table"),
        pytest.param('[package]\nname = "x"\nversion = 1', "`package.version` is no text", id="1"),
        pytest.param(
            "[workspace.package]\nversion = [1]", "`workspace.package.version` is no text", id="[]"
        ),
        pytest.param(
            '[package]\nname = "x"\n[dependencies]\ny = { version = 1 }',
            "`dependencies.y.version` is no text",
            id="a number asked for",
        ),
        pytest.param('[package]\nname = "x"\nversion = "1.2\\u002e3"', "hides a version", id="\\u"),
        pytest.param(
            '[package]\nname = "x"\n[dependencies]\ny = "\\u003d1.2.3"', "hides", id="asked, \\u"
        ),
        pytest.param('[package\nname = "x"', "it is no TOML", id="no TOML"),
    ],
)
def test_what_is_no_manifest_is_told(text: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        crate(text)


@pytest.mark.parametrize(
    "text",
    [
        "[workspace]\ndependencies = 1\n[dependencies]\nx = 1\ny = [1]\n[target]\nz = 1",
        "target = 1\n[workspace]\nmembers = 'x'\nexclude = [1]",
        "workspace.members = []\ndev-dependencies = 'x'\ntarget.x.dependencies = 1",
    ],
)
def test_what_is_no_requirement_is_passed_over(text: str) -> None:
    """W5: entries that are no table and no text. Cargo itself says what is wrong with them."""
    assert crate(text).places == ()


@dataclass(frozen=True)
class Style:
    """How a file may be kept besides what it says."""

    ends: str
    final: bool
    bom: bool
    note: str

    def __call__(self, text: str) -> bytes:
        text = f"# {self.note}\n{unmarked(text)}".replace("\n", self.ends)
        text = text if self.final else text.rstrip("\r\n")
        return (b"\xef\xbb\xbf" if self.bom else b"") + text.encode()


styles = some.builds(
    Style,
    ends=some.sampled_from(["\n", "\r\n"]),
    final=some.booleans(),
    bom=some.booleans(),
    note=some.text(some.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=20),
)
numbers = some.integers(0, 10**6)
versions = some.builds(
    "{}.{}.{}{}".format,
    *[numbers] * 3,
    some.sampled_from(["", "-rc.1", "-dev", "-alpha.12", "+build.5"]),
)


@pytest.mark.parametrize("text", [CRATE, ROOT], ids=["a crate", "a root"])
@settings(max_examples=60, deadline=None, derandomize=True)
@given(style=styles, version=versions, data=some.data())
def test_only_tokens_change_and_are_read_again(
    text: str, style: Style, version: str, data: some.DataObject
) -> None:
    """W7: comments, quotes, line ends, a byte order mark, a missing final newline stay."""
    old = style(text)
    places = [place for place in read("Cargo.toml", old).places if place.text == "1.2.3"]
    assert len(places) == text.count("«")
    chosen = data.draw(some.lists(some.sampled_from(places), unique=True))
    new = rewritten(old, [(place, version) for place in chosen])
    marks = iter([version if place in chosen else "1.2.3" for place in places])
    assert new == style(re.sub("«1.2.3»", lambda _: next(marks), text))
    again = read("Cargo.toml", new)
    assert [p.text for p in again.places if p.key in {c.key for c in chosen}] == [
        version for _ in chosen
    ]
    assert rewritten(new, [(p, "1.2.3") for p in again.places if p.text == version]) == old
