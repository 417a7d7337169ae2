"""What a wheel's or an sdist's file name says: PEP 427, 425, 503 and 625, parsed by `packaging`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Self

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    canonicalize_version,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from release_actions.values import Lines, fold

#: PyPI's own bound. A name has no separator, and begins with neither a dot nor a dash.
FILE_NAME = re.compile(r"(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9_.!+-]{0,254}")
LEGACY = {"manylinux1": "manylinux_2_5", "manylinux2010": "manylinux_2_12"}
LEGACY["manylinux2014"] = "manylinux_2_17"


class ProjectName(str):
    """A project's name as its authors write it (PEP 508); `key` is how it is compared."""

    def __new__(cls, raw: str) -> Self:
        if not re.fullmatch(r"[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9._-]{0,198}[A-Za-z0-9]", raw):
            raise ValueError(
                "a project's name: letters, digits and . _ -, beginning and ending with a letter"
                " or digit"
            )
        return super().__new__(cls, raw)

    @property
    def key(self) -> str:
        """The name by PEP 503: one spelling for all that are the same."""
        return canonicalize_name(self)


class PythonVersion(str):
    """A version by PEP 440, in its normal spelling: 1.2.0rc1 where 1.2.0-rc.1 was given."""

    def __new__(cls, raw: str) -> Self:
        try:
            return super().__new__(cls, str(Version(raw)))
        except InvalidVersion:
            raise ValueError("a version by PEP 440, such as 1.2.0 or 1.2.0rc1") from None

    @property
    def key(self) -> str:
        """How it is compared: 1.2 and 1.2.0 are one version, and an index takes one of them."""
        return canonicalize_version(self)


@dataclass(frozen=True)
class DistName:
    """A file name that was understood. Platforms are () for an sdist."""

    file: str
    kind: Literal["wheel", "sdist"]
    project: str  # by PEP 503
    version: PythonVersion
    stem: str  # NAME-VERSION as it stands there: an sdist's root, a wheel's .dist-info
    platforms: tuple[str, ...] = ()


def read(file: str) -> DistName:
    """What the name says.

    :raises ValueError: for what names no wheel and no .tar.gz sdist, or is no bare name.
    """
    if not FILE_NAME.fullmatch(file):
        raise ValueError(f"no bare file name of letters, digits and . _ ! + -: {fold(file, 80)}")
    try:
        if file.endswith(".whl"):
            name, version, _, tags = parse_wheel_filename(file)
            stem = "-".join(file.split("-")[:2])
            platforms = tuple(sorted({platform(tag.platform) for tag in tags}))
            return DistName(file, "wheel", name, PythonVersion(str(version)), stem, platforms)
        if file.endswith(".tar.gz"):
            name, version = parse_sdist_filename(file)
            stem = file.removesuffix(".tar.gz")
            return DistName(file, "sdist", name, PythonVersion(str(version)), stem)
    except (InvalidWheelFilename, InvalidSdistFilename, ValueError) as error:
        raise ValueError(fold(str(error), 200)) from None
    raise ValueError("neither a wheel (.whl) nor an sdist (.tar.gz)")


def of(file: str, project: ProjectName, version: PythonVersion) -> DistName | None:
    """What the name says, if it is a dist of this project and version; else None."""
    try:
        name = read(file)
    except ValueError:
        return None
    ours = (name.project, name.version.key) == (project.key, version.key)
    return name if ours else None


def platform(tag: str) -> str:
    """One spelling for one platform: manylinux2014_x86_64 is manylinux_2_17_x86_64 (PEP 600)."""
    family, _, rest = tag.partition("_")
    return f"{LEGACY[family]}_{rest}" if family in LEGACY else tag


class Platform(str):
    """A platform to be served: a tag (`win_amd64`, `manylinux_2_28_x86_64`), or a family of them
    and a machine (`manylinux_x86_64`, `macosx_arm64`) for whichever version of the system.
    """

    ALLOWED = "a platform tag such as win_amd64 or manylinux_2_28_x86_64, or manylinux_x86_64"

    def __new__(cls, raw: str) -> Self:
        if not re.fullmatch(r"[a-z0-9_]{2,100}", raw):
            raise ValueError(cls.ALLOWED)
        return super().__new__(cls, raw)

    def served_by(self, tag: str) -> bool:
        """Whether a wheel with this platform tag installs there. Whole words, never a part."""
        if platform(self) == tag:
            return True
        family, _, machine = self.partition("_")
        found = re.fullmatch(rf"{family}_[0-9]+_[0-9]+_(?P<machine>\w+)", tag)
        if family not in ("manylinux", "musllinux", "macosx") or not found:
            return False
        both = family == "macosx" and machine in ("x86_64", "arm64")
        return found["machine"] == machine or (both and found["machine"] == "universal2")


class Platforms(tuple[Platform, ...]):
    """Platforms, one a line."""

    def __new__(cls, raw: str) -> Self:
        return super().__new__(cls, dict.fromkeys(Platform(line) for line in Lines(raw)))

    def missing(self, tags: Iterable[str]) -> tuple[Platform, ...]:
        """Those that no tag serves."""
        found = tuple(tags)
        return tuple(p for p in self if not any(p.served_by(tag) for tag in found))
