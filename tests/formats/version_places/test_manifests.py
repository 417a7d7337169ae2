"""What a file says beside its places: whose it is, who may have it, and which files go with it."""

from __future__ import annotations

from typing import Any

import pytest

from release_actions.formats.version_places.place import Manifest, Place, Unreadable
from release_actions.formats.version_places.readers import follow, known, read


def manifest(path: str, content: str) -> Manifest:
    found = read(path, content.encode())
    assert found is not None
    return found


def test_a_name_that_means_nothing_is_not_read() -> None:
    assert not known("src/main.py")
    assert read("src/main.py", b"\xff") is None
    assert read("docs/Cargo.toml.md", b"") is None


def test_what_is_in_the_folder_does_not_matter() -> None:
    assert known("a/b.c/package.json")
    assert known("x/app.gemspec")
    assert not known("package.json/x")


DYNAMIC = '[project]\nname = "my-App"\ndynamic = ["version"]\n'
BACKEND = '[build-system]\nrequires = []\nbuild-backend = "{}"\n'


@pytest.mark.parametrize(
    ("path", "content", "follows"),
    [
        (
            "p/pyproject.toml",
            DYNAMIC + '[tool.setuptools.dynamic]\nversion = {attr = "app.version.VERSION"}',
            (
                *("p/app/version.py", "p/app/version/__init__.py"),
                *("p/src/app/version.py", "p/src/app/version/__init__.py"),
            ),
        ),
        (
            "pyproject.toml",
            DYNAMIC + '[tool.setuptools.dynamic]\nversion = {attr = "app.V"}\n'
            '[tool.setuptools.packages.find]\nwhere = ["lib"]',
            (
                *("lib/app.py", "lib/app/__init__.py", "app.py", "app/__init__.py"),
                *("src/app.py", "src/app/__init__.py"),
            ),
        ),
        (
            "pyproject.toml",
            DYNAMIC + '[tool.setuptools.dynamic]\nversion = {attr = "app.sub.V"}\n'
            '[tool.setuptools]\npackage-dir = {app = "code"}',
            ("code/sub.py", "code/sub/__init__.py"),
        ),
        (
            "pyproject.toml",
            DYNAMIC + '[tool.setuptools.dynamic]\nversion = {file = ["VERSION", "../../out"]}',
            ("VERSION",),
        ),
        (
            "pyproject.toml",
            DYNAMIC + BACKEND.format("hatchling.build") + '[tool.hatch.version]\npath = "a/b.py"',
            ("a/b.py",),
        ),
        ("pyproject.toml", DYNAMIC + BACKEND.format("hatchling.build"), ()),
        (
            "pyproject.toml",
            DYNAMIC + BACKEND.format("flit_core.buildapi"),
            ("my_app.py", "my_app/__init__.py", "src/my_app.py", "src/my_app/__init__.py"),
        ),
        (
            "pyproject.toml",
            DYNAMIC + BACKEND.format("flit_core.buildapi") + '[tool.flit.module]\nname = "x"',
            ("x.py", "x/__init__.py", "src/x.py", "src/x/__init__.py"),
        ),
        (
            "pyproject.toml",
            DYNAMIC + BACKEND.format("pdm.backend") + '[tool.pdm.version]\npath = "v.py"',
            ("v.py",),
        ),
        ("py/pyproject.toml", DYNAMIC + BACKEND.format("maturin"), ("py/Cargo.toml",)),
        (
            "py/pyproject.toml",
            DYNAMIC + BACKEND.format("maturin") + '[tool.maturin]\nmanifest-path="../c/Cargo.toml"',
            ("c/Cargo.toml",),
        ),
        (
            "pyproject.toml",
            DYNAMIC
            + BACKEND.format("scikit_build_core.build")
            + '[tool.scikit-build.metadata.version]\ninput = "v.py"',
            ("v.py",),
        ),
        ("pyproject.toml", '[project]\nname = "a"\nversion = "1.2.3"', ()),
        (
            "pyproject.toml",
            '[project]\nname="a"\ndynamic=["version"]\n[tool.poetry]\nversion = "1.2.3"',
            (),
        ),
        ("setup.cfg", "[metadata]\nversion = file: VERSION, LAST", ("VERSION", "LAST")),
        (
            "setup.cfg",
            "[metadata]\nversion = attr: app.V\n[options]\npackage_dir =\n  = src\n",
            ("src/app.py", "src/app/__init__.py", "app.py", "app/__init__.py"),
        ),
        ("setup.cfg", "[metadata]\nname = x\n", ()),
        (
            "apps/a/mix.exs",
            'def project do\n[app: :a, version: String.trim(File.read!("VERSION"))]\nend',
            ("apps/a/VERSION",),
        ),
        ("mix.exs", "def project do\n[app: :a, version: version()]\nend", ()),
    ],
)
def test_a_version_that_comes_from_a_file_leads_there(
    path: str, content: str, follows: tuple[str, ...]
) -> None:
    found = manifest(path, content)
    assert found.follows == follows
    stated = [p for p in found.places if p.role == "statement"]
    assert len(stated) == content.count('version = "1.2.3"')


@pytest.mark.parametrize(
    ("path", "content", "facts"),
    [
        ("package.json", '{"private": true}', {"published": False}),
        ("package.json", '{"private": "true"}', {"published": True}),
        ("package.json", '{"private": {}}', {"published": True}),
        (
            "js/package.json",
            '{"workspaces": ["packages/*", "./tools/x/", "!packages/old", 1, "../../out"]}',
            {
                "members": ("js/packages/*/package.json", "js/tools/x/package.json"),
                "excluded": ("js/packages/old/package.json",),
            },
        ),
        (
            "package.json",
            '{"workspaces": {"packages": ["a"], "nohoist": ["b"]}}',
            {"members": ("a/package.json",)},
        ),
        ("package.json", '{"workspaces": "a"}', {"members": ()}),
        (
            "pnpm-workspace.yaml",
            "packages:\n  - 'packages/**'\n  - '!**/test/**'\n",
            {
                "package": None,
                "members": ("packages/**/package.json",),
                "excluded": ("**/test/**/package.json",),
            },
        ),
        (
            "pyproject.toml",
            '[tool.uv.workspace]\nmembers = ["libs/*"]\nexclude = ["libs/old"]',
            {
                "package": None,
                "members": ("libs/*/pyproject.toml",),
                "excluded": ("libs/old/pyproject.toml",),
            },
        ),
        (
            "pyproject.toml",
            '[project]\nname="a"\nclassifiers = ["Private :: Do Not Upload"]',
            {"published": False},
        ),
        ("pyproject.toml", '[project]\nname="a"\n[tool.uv]\npackage = false', {"published": False}),
        ("pyproject.toml", '[tool.poetry]\nname="a"\npackage-mode=false', {"published": False}),
        (
            "pyproject.toml",
            '[project]\nname="a"\nclassifiers = ["Topic :: X"]',
            {"published": True},
        ),
        ("pyproject.toml", "[tool.ruff]\nline-length = 100", {"package": None, "places": ()}),
        (
            "setup.cfg",
            "[metadata]\nname = a\nclassifiers =\n  Private :: Do Not Upload\n",
            {"published": False},
        ),
        (
            "pubspec.yaml",
            "name: a\npublish_to: none\nworkspace: [x, y/z]\n",
            {"published": False, "members": ("x/pubspec.yaml", "y/z/pubspec.yaml")},
        ),
        (
            "pom.xml",
            "<project><parent><groupId>g</groupId><version>1.2.3</version></parent>"
            "<artifactId>a</artifactId><modules><module>x</module><module>y/p.xml</module></modules>"
            "<profiles><profile><modules><module>z</module></modules></profile></profiles></project>",
            {"inherits": True, "members": ("x/pom.xml", "y/p.xml", "z/pom.xml")},
        ),
        ("pom.xml", "<project><version>1.2.3</version></project>", {"inherits": False}),
        (
            "mix.exs",
            'def project do\n[apps_path: "apps", deps: []]\nend',
            {"members": ("apps/*/mix.exs",), "places": ()},
        ),
        ("lerna.json", '{"version": "independent"}', {"package": None, "places": ()}),
        ("deno.json", "{// no JSON\n}", {"places": ()}),
        ("package.json", "[]", {"places": ()}),
        ("package.json", '{"dependencies": {"a": {}, "b": 1}}', {"places": ()}),
        (
            "package-lock.json",
            '{"dependencies": {"a": {"version": "file:a", "requires": {"b": "*", "c": true}}}}',
            {"places": ()},
        ),
        ("a/version.py", "# nothing\nx = 1", {"package": None}),
        ("a/version.py", "print(version)", {"package": None}),
        ("mix.exs", 'def project do\n[deps: [{:a, ~s(1)}, {:b, "#{x}"}]]\nend', {"places": ()}),
        ("Chart.yaml", "", {"places": ()}),
        ("Chart.yaml", "- a\n- {? [a] : b, ? [c] : d}", {"places": ()}),
        ("CITATION.cff", "cff-version: 1.2.0", {"places": ()}),
        ("a/__init__.py", 'print "no Python"', {"package": None, "places": ()}),
        ("a/__init__.py", "#\n__version_info__ = 1", {"package": None, "places": ()}),
        ("build.gradle", "version = providers.get('x')", {"places": ()}),
        ("build.gradle", 'version = "1.$patch"', {"places": ()}),
        ("build.gradle", "version = '1.2.' + patch", {"places": ()}),
        ("build.gradle", "version = '1.2.3'.toString()", {"places": ()}),
        ("build.gradle", 'version = """1.2.3"""', {"places": ()}),
        ("app.gemspec", "s.version = App::VERSION", {"places": ()}),
        ("lib/version.rb", 'VERSION = "1.2.#{patch}"', {"places": ()}),
        ("gradle.properties", "version=\nversionName=1.2.3", {"places": ()}),
        (
            "a.csproj",
            "<Project><PropertyGroup><Version>$(V)</Version></PropertyGroup></Project>",
            {"places": ()},
        ),
        ("setup.py", "from setuptools import setup\nsetup(version=get())", {"places": ()}),
        ("setup.py", "import setuptools\nsetuptools.setup(name='x')", {"package": None}),
        ("uv.lock", "package = 1", {"places": ()}),
        ("package-lock.json", '{"packages": []}', {"places": ()}),
    ],
)
def test_it_says_who_may_have_it_and_what_belongs_to_it(
    path: str, content: str, facts: dict[str, Any]
) -> None:
    found = manifest(path, content)
    assert {name: getattr(found, name) for name in facts} == facts


def said(places: tuple[Place, ...]) -> list[tuple[str, int, str]]:
    return [(place.key, place.line, place.text) for place in places]


@pytest.mark.parametrize(
    ("path", "content", "wanted"),
    [
        ("_version.py", 'VERSION = "1.2.3"\n__version__ = VERSION\n', [("VERSION", 1, "1.2.3")]),
        ("_version.py", '__version__ = version = "1.2.3"\n', [("__version__", 1, "1.2.3")]),
        ("_version.py", 'if x:\n  __version__ = "0"\nelse:\n  __version__ = "1"\n', []),
        ("_version.py", "from x import __version__\nVERSION = '1'\n", []),
        ("_version.py", "__version__ = other\n", []),
        ("_version.py", "__version__: str\nVERSION = '1.2.3'\n", [("VERSION", 2, "1.2.3")]),
        ("_version.py", "a, __version__ = 1, 2\n", []),
        ("_version.py", "__version__ = VERSION\nVERSION = other\nother = '1'\n", []),
        ("_version.py", "__version__ = '''1.2.3'''\r\n", [("__version__", 1, "1.2.3")]),
        ("_version.py", "class A:\n  pass\nversion = R'1.2.3'\n", [("version", 3, "1.2.3")]),
        (
            "setup.py",
            "V = '1.2.3'\nsetup(version=V)\n",
            [("V", 1, "1.2.3")],
        ),
        (
            "pom.xml",
            "<project><version>${revision}</version><properties>\n<revision>1.2.3</revision>"
            "</properties></project>",
            [("project.properties.revision", 2, "1.2.3")],
        ),
        ("pom.xml", "<project><version>${revision}${changelist}</version></project>", []),
        ("pom.xml", "<project><version>${revision}</version></project>", []),
        (
            "pom.xml",
            "<project><groupId>g</groupId><build><plugin><artifactId>p</artifactId>\n"
            "<version>1.2.3</version></plugin></build><dependencies><dependency><groupId>g</groupId>"
            "<artifactId>d</artifactId>\n<version>[1,2)</version></dependency></dependencies></project>",
            [
                ("plugin.org.apache.maven.plugins:p", 2, "1.2.3"),
                ("dependency.g:d", 3, "[1,2)"),
            ],
        ),
        (
            "mix.exs",
            'def project do\n[version: "1.2.3", x: ~r/["\']/, y: ~s(")]\nend\n# "',
            [("version", 2, "1.2.3")],
        ),
        (
            "gradle.properties",
            "\\\n version=1\nVERSION_NAME:1.2.3-dev",
            [("VERSION_NAME", 3, "1.2.3-dev")],
        ),
        ("VERSION", "v1.2.3", [("the file", 1, "1.2.3")]),
        ("VERSION", "next", [("the file", 1, "next")]),
        ("Chart.yaml", "appVersion: 1.27\nversion: 1.2.3", [("version", 2, "1.2.3")]),
        ("Chart.yaml", "version: &v 1.2.3\n", [("version", 1, "1.2.3")]),
        ("Chart.yaml", "version: !!str 1.2.3\n", [("version", 1, "1.2.3")]),
        ("Chart.yaml", "{name: a, version: '1.2.3'}", [("version", 1, "1.2.3")]),
        (
            "Chart.yaml",
            "dependencies:\n- {name: a, version: '1', repository: 'file://../../x'}\n- {name: b}\n",
            [],
        ),
        (
            "pyproject.toml",
            "[tool.poetry.dependencies]\nx = [\n '^1.2.3',\n {version='~1.2', python='3'}]\n"
            "y = '1.2.3'\nz = '>=1,<2'\nw = '1.*'\n",
            [
                ("tool.poetry.dependencies.x[0]", 3, "1.2.3"),
                ("tool.poetry.dependencies.x[1].version", 4, "1.2"),
                ("tool.poetry.dependencies.y", 5, "1.2.3"),
                ("tool.poetry.dependencies.z", 6, ">=1,<2"),
                ("tool.poetry.dependencies.w", 7, "1.*"),
            ],
        ),
        (
            "setup.cfg",
            "[options]\ninstall_requires = file: r.txt\nsetup_requires = a==1.2.3",
            [("options.setup_requires", 3, "1.2.3")],
        ),
    ],
)
def test_a_version_is_found_where_its_format_lets_it_be(
    path: str, content: str, wanted: list[tuple[str, int, str]]
) -> None:
    assert said(manifest(path, content).places) == wanted


@pytest.mark.parametrize(
    ("app_version", "wanted"),
    [
        ("1.2.3", ("helm", "statement", "1.2.3")),
        ("v1.2.3", ("helm", "statement", "1.2.3")),
        ("1.2.4", ("helm-app", "requirement", "1.2.4")),
        ("v1.2.4", ("helm-app", "requirement", "1.2.4")),
        ("latest", ("helm-app", "requirement", "latest")),
        ('"1.2\\x2e3"', None),
        ("[1]", None),
    ],
)
def test_a_chart_moves_its_app_version_where_the_two_are_one(
    app_version: str, wanted: tuple[str, str, str] | None
) -> None:
    """A chart of somebody else's program keeps what it installs."""
    found = manifest("Chart.yaml", f"name: a\nversion: 1.2.3\nappVersion: {app_version}\n")
    assert [(p.package.ecosystem, p.role, p.text) for p in found.places[1:]] == (
        [wanted] if wanted else []
    )


def test_xml_of_one_byte_a_character_is_read() -> None:
    """A POM may well be Latin-1; its offsets are in its own bytes."""
    text = (
        '<?xml version="1.0" encoding="ISO-8859-1"?><project><name>é</name>'
        "<version>1.2.3</version></project>"
    )
    content = text.encode("iso-8859-1")
    found = read("pom.xml", content)
    assert found is not None
    (place,) = found.places
    assert content[place.start : place.end] == b"1.2.3"
    assert place.column == text.index("1.2.3") + 1


def test_properties_may_be_latin_1() -> None:
    content = "# größe\nx=é\nversion=1.2.3".encode("iso-8859-1")
    found = read("gradle.properties", content)
    assert found is not None
    (place,) = found.places
    assert content[place.start : place.end] == b"1.2.3"
    assert (place.line, place.column) == (3, 9)


def test_a_file_that_is_followed_may_have_any_name() -> None:
    assert said(follow("a/b.py", b"__version__ = '1.2.3'").places) == [("__version__", 1, "1.2.3")]
    assert said(follow("RELEASE", b"1.2.3\n").places) == [("the file", 1, "1.2.3")]
    assert said(follow("package.json", b'{"version": "1.2.3"}').places) == [("version", 1, "1.2.3")]


def test_a_crate_that_is_followed_may_have_its_version_from_further_up() -> None:
    """maturin takes the version of Cargo.toml, and that one the workspace's."""
    crate = b"[package]\nname = 'a'\nversion.workspace = true\n"
    assert follow("py/Cargo.toml", crate).inherits
    assert follow("setup.cfg", b"[metadata]\nversion = file: VERSION").follows == ("VERSION",)


def test_a_file_that_is_followed_must_state_a_version() -> None:
    with pytest.raises(Unreadable, match="no version stands there as a literal"):
        follow("a/b.py", b"import c")
    with pytest.raises(Unreadable, match="no version stands there as a literal"):
        follow("package.json", b'{"dependencies": {"a": "1.2.3"}}')
