"""Who published the files that an index serves, file by file."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from release_actions.clients.pypi import TOGETHER, PyPI
from release_actions.formats import provenance
from release_actions.formats.dist_name import ProjectName, PythonVersion
from release_actions.formats.index_file import IndexFile
from release_actions.formats.provenance import Publisher, UnprovenError


@dataclass(frozen=True)
class Proof:
    """What was proved, or what speaks against it; neither where there is no provenance (yet)."""

    proved: str = ""
    problem: str = ""


def of(
    index: PyPI,
    project: ProjectName,
    version: PythonVersion,
    files: Iterable[IndexFile],
    publisher: Publisher | None,
) -> dict[str, Proof]:
    """A proof for each file, by its name; nothing where nobody has to have published."""
    wanted = [file for file in files if publisher is not None]
    if not wanted:
        return {}
    with ThreadPoolExecutor(TOGETHER) as pool:
        found = list(pool.map(lambda file: index.provenance(file, project, version), wanted))
    return {
        file.name: _proof(file, content, publisher)
        for file, content in zip(wanted, found, strict=True)
    }


def _proof(file: IndexFile, content: bytes | None, publisher: Publisher | None) -> Proof:
    if content is None:
        return Proof()
    assert file.sha256 is not None  # the stage before saw to it
    assert publisher is not None  # of() did
    try:
        return Proof(proved=provenance.verify(content, file.name, file.sha256, publisher))
    except UnprovenError as error:
        return Proof(problem=str(error))
