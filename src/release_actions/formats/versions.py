"""Versions: strict SemVer 2.0, and the spelling that Python packages give to the same version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

import semver

if TYPE_CHECKING:
    from packaging.version import Version as PythonVersion


class Version(str):
    """A version by SemVer 2.0, in its one spelling: three numbers, nothing in front of them."""

    def __new__(cls, raw: str) -> Self:
        # SemVer 2.0 knows ASCII digits only; the library's pattern would take others too.
        if not raw.isascii() or not semver.Version.is_valid(raw):
            raise ValueError("a version by SemVer 2.0, such as 1.2.3 or 1.2.3-rc.1, without a v")
        return super().__new__(cls, raw)

    @classmethod
    def of(cls, text: str, *, python: bool = False) -> Self | None:
        """The version that a file spells so; a Python file by PEP 440: 1.2.0rc1 is 1.2.0-rc.1."""
        for spelled in (text, _semver(text) if python else None):
            try:
                return cls(spelled or "")
            except ValueError:
                continue
        return None

    @property
    def parts(self) -> semver.Version:
        """Its numbers and suffixes; they compare by precedence."""
        return semver.Version.parse(self)

    @property
    def kind(self) -> Literal["stable", "rc", "dev"]:
        """`stable`, `rc` (for -rc.N alone) or `dev` (any other pre-release)."""
        before = self.parts.prerelease
        if before is None:
            return "stable"
        name, dot, number = before.partition(".")
        return "rc" if name == "rc" and dot and number.isdigit() else "dev"

    @property
    def python(self) -> str | None:
        """Its normal spelling by PEP 440, such as 1.2.0rc1; None where it has none there."""
        return _python(self)

    def spells(self, text: str, *, python: bool = False) -> bool:
        """Whether a file that says `text` says this version; a Python file by PEP 440."""
        if text == self or not python:
            return text == self
        return (mine := _python(self)) is not None and mine == _python(text)


def development(text: str, *, python: bool = False) -> bool:
    """Whether a file that says `text` is under development: -dev, -unstable, .dev0, not -rc.1."""
    if python and _python(text) is not None:
        version = _pep440(text)
        return version is not None and version.is_devrelease
    try:
        return Version(text).kind == "dev"
    except ValueError:
        return False


def _python(text: str) -> str | None:
    """The normal PEP 440 spelling, or None where this is none or says something else."""
    version = _pep440(text)
    # SemVer's 1.2.0-1 comes before 1.2.0, PEP 440 would read it as the post-release after it.
    return None if version is None or version.is_postrelease else str(version)


def _pep440(text: str) -> PythonVersion | None:
    from packaging import version  # 4 ms that only Python's files need

    try:
        return version.Version(text)
    except version.InvalidVersion:
        return None


WORDS = {"a": "alpha", "b": "beta", "rc": "rc"}


def _semver(text: str) -> str | None:
    """SemVer's spelling of a Python version; None where it has none."""
    version = _pep440(text)
    if version is None or version.epoch or version.is_postrelease or version.local:
        return None
    if len(version.release) != 3:
        return None
    before = [f"{WORDS[version.pre[0]]}.{version.pre[1]}"] if version.pre else []
    before += [f"dev.{version.dev}"] if version.dev is not None else []
    return "-".join([".".join(map(str, version.release)), ".".join(before)]).rstrip("-")
