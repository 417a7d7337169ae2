"""Jobs and steps by pattern, and what is declared of them: `publish-*: crates-io`. No I/O."""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass
from typing import ClassVar, Self

from release_actions.values import Lines

NONE = "none"
PHASES = ("identity", "dry-run", "token", "publish", "read-back")


def fits(pattern: str, name: str) -> bool:
    """Whether a name is meant, with * and ?; brackets are only brackets."""
    return re.fullmatch(fnmatch.translate(pattern.replace("[", "[[]")), name) is not None


def of_file(pattern: str, file: str, name: str) -> bool:
    """`JOB`, or `release.yml/JOB` for the jobs of one file alone."""
    where, slash, job = pattern.rpartition("/")
    return fits(job, name) and (not slash or where == file.rpartition("/")[2])


class JobPatterns(tuple[str, ...]):
    """Jobs by their ids, one a line, with * and ?, or `none` where there is none of them."""

    def __new__(cls, raw: str) -> Self:
        lines = tuple(dict.fromkeys(Lines(raw)))
        if NONE in lines and len(lines) > 1:
            raise ValueError("`none`, or the ids of jobs one a line, such as publish-*")
        if not all(
            re.fullmatch(r"(?:[\w .-]+\.ya?ml/)?[\w*?-]+", line, re.ASCII) for line in lines
        ):
            raise ValueError(
                "ids of jobs one a line, such as gate, publish-* or release.yml/gate, or `none`"
            )
        return super().__new__(cls, lines)

    @property
    def declared(self) -> bool:
        """Whether anything was said, be it `none`."""
        return bool(self)

    @property
    def patterns(self) -> tuple[str, ...]:
        return tuple(line for line in self if line != NONE)


@dataclass(frozen=True)
class Pair:
    """What is declared of the jobs that a pattern means."""

    job: str
    value: str

    def __str__(self) -> str:
        return f"{self.job}: {self.value}"


class Pairs(tuple[Pair, ...]):
    """`JOB: VALUE`, one a line."""

    SHAPE: ClassVar[str] = r"[^\s].*"
    ALLOWED: ClassVar[str] = "`JOB: VALUE`, one a line"

    def __new__(cls, raw: str) -> Self:
        return super().__new__(cls, tuple(cls._pair(line) for line in Lines(raw)))

    @classmethod
    def _pair(cls, line: str) -> Pair:
        job, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or not job or not re.fullmatch(cls.SHAPE, value):
            raise ValueError(cls.ALLOWED)
        return Pair(job, value)


class JobPairs(Pairs):
    ALLOWED = "`JOB: VALUE`, one a line, such as publish-pypi: pypi"

    @classmethod
    def _pair(cls, line: str) -> Pair:
        pair = super()._pair(line)
        try:
            JobPatterns(pair.job)
        except ValueError:
            raise ValueError(cls.ALLOWED) from None
        return pair


class JobOrder(JobPairs):
    """A job, and the one that must have succeeded before it."""

    SHAPE = r"[\w*?-]+"
    ALLOWED = "`JOB: EARLIER JOB`, one a line, such as publish-cli: publish-core"


class JobSteps(JobPairs):
    """Which steps a publish job must have, in the order that they always stand in."""

    ALLOWED = f"`JOB: STEP > STEP`, one a line; steps are {', '.join(PHASES)}, in this order"

    @classmethod
    def _pair(cls, line: str) -> Pair:
        pair = super()._pair(line)
        named = phases(pair)
        if not named or [phase for phase in PHASES if phase in named] != list(named):
            raise ValueError(cls.ALLOWED)
        return pair


def phases(pair: Pair) -> tuple[str, ...]:
    """The steps that the line names."""
    return tuple(part.strip() for part in pair.value.split(">"))


class ProvenanceNames(Pairs):
    """The one provenance file of each package."""

    SHAPE = r"[\w.+-]+\.intoto\.jsonl"
    ALLOWED = "`PACKAGE: NAME.intoto.jsonl`, one a line, each package and each name once"

    def __new__(cls, raw: str) -> Self:
        pairs = super().__new__(cls, raw)
        for names in ([pair.job for pair in pairs], [pair.value for pair in pairs]):
            if len(set(names)) < len(names):
                raise ValueError(cls.ALLOWED)
        return pairs


class StepPatterns(tuple[str, ...]):
    """Steps by name, by id or by the last part of `uses`, one a line, with * and ?."""

    def __new__(cls, raw: str) -> Self:
        return super().__new__(cls, Lines(raw))


class ReleaseEvents(tuple[str, ...]):
    """Events that may start a release; none that a fork or a stranger can bring about."""

    ALLOWED: ClassVar[tuple[str, ...]] = (
        "push",
        "workflow_dispatch",
        "workflow_call",
        "repository_dispatch",
        "schedule",
        "release",
        "create",
    )

    def __new__(cls, raw: str) -> Self:
        names = dict.fromkeys(Lines(raw))
        if not names or not set(names) <= set(cls.ALLOWED):
            raise ValueError(f"{', '.join(cls.ALLOWED)}; what a fork can start starts no release")
        return super().__new__(cls, names)


class ByTag(tuple[str, ...]):
    """Actions and workflows that are pinned by a full version tag, as OWNER/REPOSITORY/PATH."""

    def __new__(cls, raw: str) -> Self:
        lines = tuple(dict.fromkeys(Lines(raw)))
        if not all(re.fullmatch(r"[\w-]+/[\w.-]+(?:/[\w./-]+)?", line, re.ASCII) for line in lines):
            raise ValueError(
                "OWNER/REPOSITORY/PATH one a line, without @ and what follows, such as"
                " slsa-framework/slsa-github-generator/.github/workflows/generator.yml"
            )
        return super().__new__(cls, lines)
