"""Files as people write them, each place and each range of versions (>=1 <2) in its own marks.

Nothing else may be taken for a place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from release_actions.formats.versions import Version


def unmarked(text: str) -> str:
    return re.sub("[«»‹›]", "", text)


@dataclass(frozen=True)
class Sample:
    """A file of version 1.2.3 throughout, and what its places are called, in file order."""

    path: str
    marked: str
    keys: tuple[str, ...]
    package: str | None = None  # whose file it is; None for a lock
    comment: str = ""  # what begins a comment line, where the format has such
    python: bool = False

    def __str__(self) -> str:
        return self.path

    @property
    def content(self) -> str:
        return unmarked(self.marked)

    def saying(self, version: str) -> str:
        """The file as it must be once its version is this one."""
        new = (Version(version).python or "") if self.python else version
        return unmarked(re.sub("«[^»]*»", lambda _: new, self.marked))


PYPROJECT = Sample(
    "python/pyproject.toml",
    """\
# Größe: version = "1.2.3"
[build-system]
requires = ["maturin‹>=1.5,<2›"]  # a range of another package
build-backend = "maturin"

[project]
name = "ordvec_Python"
requires-python = ">=3.10"
version   =   '«1.2.3»'    # see RELEASING.md
description = '''
version = "1.2.3"
'''
dependencies = [
    "numpy",
    "ordvec-manifest[cli] == «1.2.3» ; python_version > '3.8'", # pinned
]

[project.optional-dependencies]
all = ["ordvec_manifest~=«1.2.3»", "x @ https://x.test/x-1.2.3.whl"]

[dependency-groups]
dev = ['ordvec.testing>=«1.2.3»', {include-group = "lint"}]
lint = ["ruff"]

[tool.other]
version = "1.2.3"
""",
    (
        "build-system.requires[0]",
        "project.version",
        "project.dependencies[1]",
        "project.optional-dependencies.all[0]",
        "dependency-groups.dev[0]",
    ),
    "ordvec-python",
    "# ",
    python=True,
)

POETRY = Sample(
    "pyproject.toml",
    """\
[tool.poetry]
name = "app"
version = "«1.2.3»"

[tool.poetry.dependencies]
python = "^3.10"
core = "^«1.2.3»"
extra = { version = "~«1.2.3»", optional = true }
local = { path = "../local", develop = true }
free = "*"

[tool.poetry.group.dev.dependencies]
testing = "==«1.2.3»"
""",
    (
        "tool.poetry.version",
        "tool.poetry.dependencies.core",
        "tool.poetry.dependencies.extra.version",
        "tool.poetry.group.dev.dependencies.testing",
    ),
    "app",
    "# ",
    python=True,
)

PYTHON_MODULE = Sample(
    "python/ordvec/__init__.py",
    '''\
"""Größe.

__version__ = "1.2.3"
"""
from importlib.metadata import version as _v

VERSION = "1.2.3"  # of the file format
# __version__ = "1.2.3"
__version__: str = "«1.2.3»"
TEXT = "__version__ = '1.2.3'"

def tell():
    __version__ = "1.2.3"
    return __version__
''',
    ("__version__",),
    "ordvec",
    "# ",
    python=True,
)

SETUP_CFG = Sample(
    "setup.cfg",
    """\
[bumpversion]
current_version = 1.2.3

[metadata]
name = my_Package
# version = 1.2.3
Version : «1.2.3»
description = version = 1.2.3
long_description =
    version = 1.2.3

[options]
install_requires =
    core==«1.2.3»
    # core==1.2.3
    requests

[options.extras_require]
all =
    extra >= «1.2.3»; python_version > "3"

[tool:pytest]
version = 1.2.3
""",
    ("metadata.version", "options.install_requires", "options.extras_require.all"),
    "my-package",
    "# ",
    python=True,
)

SETUP_PY = Sample(
    "setup.py",
    """\
#!/usr/bin/env python
# setup(version="1.2.3")
from setuptools import setup
HELP = 'setup(version="1.2.3")'
print("é"); setup(
    name="my.package", description="é", version=u'«1.2.3»', install_requires=["x==1.2.3"],
)
""",
    ("setup(version)",),
    "my-package",
    "# ",
    python=True,
)

UV_LOCK = Sample(
    "uv.lock",
    """\
version = 1
requires-python = ">=3.10"

[manifest]
members = ["app", "core"]

[[package]]
name = "app"
version = "«1.2.3»"
source = { editable = "." }
dependencies = [
    { name = "core" },
    { name = "core", version = "«1.2.3»", source = { virtual = "core" }, marker = "x" },
    { name = "other", version = "1.2.3", source = { registry = "https://pypi.org/simple" } },
]

[package.metadata]
requires-dist = [
    { name = "core", editable = "core" },
    { name = "core", specifier = "==«1.2.3»" },
    { name = "other", specifier = "‹>=1,<2›" },
]

[[package]]
name = "core"
version = "«1.2.3»"
source = { virtual = "core" }

[[package]]
name = "other"
version = "1.2.3"
source = { registry = "https://pypi.org/simple" }
wheels = [
    { url = "https://files.test/other-1.2.3-py3-none-any.whl", hash = "sha256:00", size = 1 },
]
""",
    (
        "package[0].version",
        "package[0].dependencies[1].version",
        "package[0].metadata.requires-dist[1].specifier",
        "package[0].metadata.requires-dist[2].specifier",
        "package[1].version",
    ),
    comment="# ",
    python=True,
)

POETRY_LOCK = Sample(
    "poetry.lock",
    """\
# This file is automatically @generated by Poetry 2.1.0.

[[package]]
name = "local"
version = "«1.2.3»"
description = "version = 1.2.3"
optional = false
python-versions = ">=3.10"
files = []
develop = true

[package.source]
type = "directory"
url = "../local"

[[package]]
name = "other"
version = "1.2.3"
files = [
    {file = "other-1.2.3.tar.gz", hash = "sha256:00"},
]

[metadata]
lock-version = "2.1"
content-hash = "00"
""",
    ("package[0].version",),
    comment="# ",
    python=True,
)

PACKAGE_JSON = Sample(
    "packages/cli/package.json",
    """\
{
\t"name": "@celo/cli",
\t"description": "\\"version\\": \\"1.2.3\\" — größer",
\t"version" : "«1.2.3»",
\t"config": { "version": "1.2.3", "é": ["version", "1.2.3", {"version": "1.2.3"}] },
\t"engines": {"node": ">=1.2.3"},
\t"dependencies": {
\t\t"@celo/base": "^«1.2.3»", "@celo/utils": "~«1.2.3»",
\t\t"@celo/exact": "«1.2.3»",
\t\t"@celo/space": "workspace:^«1.2.3»",
\t\t"@celo/any": "workspace:*", "@celo/caret": "workspace:^", "star": "*", "tag": "latest",
\t\t"path": "file:../path-1.2.3", "git": "git+https://x.test/y.git#v1.2.3", "short": "o/r#1.2.3",
\t\t"alias": "npm:other@1.2.3", "range": "‹>=1.2.3 <2›"
\t},
\t"devDependencies": {"@celo/dev": "=«1.2.3»"},
\t"peerDependencies": {"@celo/peer": ">=«1.2.3»"},
\t"optionalDependencies": {},
\t"overrides": {"@celo/base": "1.2.3"}
}
""",
    (
        "version",
        "dependencies.@celo/base",
        "dependencies.@celo/utils",
        "dependencies.@celo/exact",
        "dependencies.@celo/space",
        "dependencies.range",
        "devDependencies.@celo/dev",
        "peerDependencies.@celo/peer",
    ),
    "@celo/cli",
)

PACKAGE_LOCK = Sample(
    "package-lock.json",
    """\
{
  "name": "root",
  "version": "«1.2.3»",
  "lockfileVersion": 2,
  "requires": true,
  "packages": {
    "": {
      "name": "root",
      "version": "«1.2.3»",
      "workspaces": ["packages/*"],
      "dependencies": { "left-pad": "^«1.2.3»" }
    },
    "node_modules/@scope/a": { "resolved": "packages/a", "link": true },
    "node_modules/b": { "resolved": "packages/b", "link": true },
    "node_modules/left-pad": {
      "version": "1.2.3",
      "resolved": "https://registry.npmjs.org/left-pad/-/left-pad-1.2.3.tgz",
      "dependencies": { "b": "1.2.3" }
    },
    "packages/a": {
      "name": "@scope/a",
      "version": "«1.2.3»",
      "dependencies": { "b": "~«1.2.3»" },
      "engines": { "node": ">=1.2.3" }
    },
    "packages/a/node_modules/left-pad": { "version": "1.2.3" },
    "packages/b": { "version": "«1.2.3»" }
  },
  "dependencies": {
    "@scope/a": { "version": "file:packages/a", "requires": { "b": "~«1.2.3»" } },
    "left-pad": { "version": "1.2.3", "requires": { "b": "1.2.3" } }
  }
}
""",
    (
        "version",
        "packages.(root).version",
        "packages.(root).dependencies.left-pad",
        "packages.packages/a.version",
        "packages.packages/a.dependencies.b",
        "packages.packages/b.version",
        "dependencies.@scope/a.requires.b",
    ),
)

CHART = Sample(
    "charts/app/Chart.yaml",
    """\
# version: 1.2.3
apiVersion: v2
name: app
description: >-
  version: 1.2.3
annotations: {version: 1.2.3}
version: "«1.2.3»"   # the chart's
appVersion: '«1.2.3»'
dependencies:
  - name: common
    repository: file://../common
    version: ^«1.2.3»
  - name: redis
    version: ~1.2.3
    repository: https://charts.test
  - {name: sub, version: «1.2.3»}
  - name: any
    version: "*"
""",
    ("version", "appVersion", "dependencies[0].version", "dependencies[2].version"),
    "app",
    "# ",
)

CITATION = Sample(
    "CITATION.cff",
    """\
cff-version: 1.2.0
title: "Ordvec — größer"
version: «1.2.3»
date-released: 2026-01-02
preferred-citation:
  type: article
  version: 1.2.3
references:
  - type: software
    version: 1.2.3
""",
    ("version",),
    "",
    "# ",
)

PUBSPEC = Sample(
    "app/pubspec.yaml",
    """\
name: app
version: «1.2.3»+45 # name and build number
environment:
  sdk: ^3.5.0
dependencies:
  flutter: {sdk: flutter}
  core: ^«1.2.3»
  exact: «1.2.3»
  local:
    path: ../local
    version: '>=«1.2.3»'
  range: "‹>=1.2.3 <2.0.0›"
  whatever: any
  empty:
dev_dependencies:
  lints: ">= «1.2.3»"
""",
    (
        "version",
        "dependencies.core",
        "dependencies.exact",
        "dependencies.local",
        "dependencies.range",
        "dev_dependencies.lints",
    ),
    "app",
    "# ",
)

POM = Sample(
    "core/pom.xml",
    """\
<?xml version="1.0" encoding="UTF-8"?>
<!-- <version>1.2.3</version> größer -->
<project xmlns="http://maven.apache.org/POM/4.0.0" note="&lt;version> > 1.2.3">
  <parent>
    <groupId>io.test</groupId>
    <artifactId>parent</artifactId>
    <version>«1.2.3»</version>
  </parent>
  <modelVersion>4.0.0</modelVersion>
  <artifactId>core</artifactId>
  <version >
    «1.2.3»
  </version>
  <description>version 1.2.3 &amp; <![CDATA[<version>1.2.3</version>]]></description>
  <properties><revision>1.2.3</revision></properties>
  <dependencies>
    <dependency>
      <groupId>${project.groupId}</groupId><artifactId>api</artifactId><version>«1.2.3»</version>
    </dependency>
    <dependency>
      <groupId>junit</groupId><artifactId>junit</artifactId><version>${junit.version}</version>
    </dependency>
  </dependencies>
</project>
""",
    ("parent.io.test:parent", "project.version", "dependency.io.test:api"),
    "io.test:core",
)

PROPS = Sample(
    "Directory.Build.props",
    """\
<Project>
  <!-- <Version>1.2.3</Version> -->
  <PropertyGroup>
    <Version>«1.2.3»</Version>
    <AssemblyVersion>1.2.3</AssemblyVersion>
  </PropertyGroup>
  <ItemGroup><PackageReference Include="x" Version="1.2.3" /></ItemGroup>
</Project>
""",
    ("PropertyGroup.Version",),
    "",
)

GRADLE_PROPERTIES = Sample(
    "gradle.properties",
    """\
#version=1.2.3
! version=1.2.3
org.gradle.jvmargs=-Xmx2g \\
  version=1.2.3
kotlin.version=1.2.3
größe=1.2.3
  version = «1.2.3»
versionCode 3
""",
    ("version",),
    "",
    "# ",
)

GRADLE = Sample(
    "build.gradle",
    """\
plugins {
    id 'org.test' version '1.2.3'
}
/* version = '1.2.3'
version = '1.2.3' */
// version = '1.2.3'
def text = "version = '1.2.3'"
group = 'io.test'
version '«1.2.3»'
subprojects {
    version = '1.2.3'
}
""",
    ("version",),
    "",
    "// ",
)

GRADLE_KTS = Sample(
    "build.gradle.kts",
    '''\
plugins { id("org.test") version "1.2.3" }
val text = """
version = "1.2.3"
"""
version = "«1.2.3»"
dependencies { implementation("x:y:1.2.3") }
''',
    ("version",),
    "",
    "// ",
)

MIX = Sample(
    "mix.exs",
    '''\
defmodule App.MixProject do
  use Mix.Project
  @moduledoc """
  @version "1.2.3"
  version: "1.2.3"
  """
  # @version "1.2.3"
  @version "«1.2.3»"
  @quote ?"

  def project do
    [
      app: :app,
      version: @version,
      elixir: "~> 1.15",
      docs: [source_ref: "v#{@version}", note: "version: \\"1.2.3\\""],
      deps: deps()
    ]
  end

  defp deps do
    [
      {:core, "~> «1.2.3»"},
      {:exact, "== «1.2.3»", only: :test},
      {:range, "‹>= 1.2.3 and < 2.0.0›"},
      {:local, path: "../local"},
      {:git, github: "o/r", tag: "v1.2.3"}
    ]
  end
end
''',
    ("@version", "deps.core", "deps.exact", "deps.range"),
    "app",
    "# ",
)

GEMSPEC = Sample(
    "app.gemspec",
    """\
# s.version = "1.2.3"
=begin
  s.version = "1.2.3"
=end
Gem::Specification.new do |s|
  s.name     = "app"
  s.version  = '«1.2.3»'
  s.required_ruby_version = ">= 1.2.3"
  s.add_dependency "x", "1.2.3"
end
""",
    ("version",),
    "app",
    "# ",
)

VERSION_RB = Sample(
    "lib/app/version.rb",
    """\
# frozen_string_literal: true
module App
  VERSION = "«1.2.3»".freeze # VERSION = "1.2.3"
  API_VERSION = "1.2.3"
end
""",
    ("VERSION",),
    "",
    "# ",
)

GALAXY = Sample(
    "galaxy.yml",
    "namespace: org\nname: tools\nversion: «1.2.3»\ndependencies:\n  other.one: '>=1.2.3'\n",
    ("version",),
    "org.tools",
    "# ",
)
PLAIN = Sample("VERSION", "\n  v«1.2.3» \n", ("the file",), "")
LERNA = Sample(
    "lerna.json",
    '{"$schema": "x/1.2.3", "version":"«1.2.3»", "npmClient": "npm"}\n',
    ("version",),
    "",
)
DENO = Sample(
    "deno.json",
    '{\n  "name": "@org/mod",\n  "version": "«1.2.3»",\n  "imports": {"x": "jsr:x@1.2.3"}\n}\n',
    ("version",),
    "@org/mod",
)
COMPOSER = Sample(
    "composer.json",
    '{"name": "org/lib", "require": {"php": ">=1.2.3"}, "version": "«1.2.3»"}',
    ("version",),
    "org/lib",
)

SAMPLES = (
    *(PYPROJECT, POETRY, PYTHON_MODULE, SETUP_CFG, SETUP_PY, UV_LOCK, POETRY_LOCK),
    *(PACKAGE_JSON, PACKAGE_LOCK, LERNA, DENO, COMPOSER),
    *(CHART, CITATION, PUBSPEC, GALAXY),
    *(POM, PROPS),
    *(GRADLE_PROPERTIES, GRADLE, GRADLE_KTS, MIX, GEMSPEC, VERSION_RB, PLAIN),
)
