"""The first look: what the patterns match, and whether its names can be an asset's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from release_actions.actions.digest_artifacts.asked import Digested, Inputs
from release_actions.clients import files
from release_actions.clients.files import Found
from release_actions.formats.asset_manifest import AssetName
from release_actions.formats.file_pattern import FilePattern
from release_actions.verdict import Finding, Verdict, failed, missing, ok
from release_actions.world import World


@dataclass(frozen=True)
class Matches:
    """What each pattern matched; never the files that are made here."""

    folder: Path
    found: Mapping[FilePattern, tuple[Found, ...]]

    @property
    def all(self) -> tuple[Found, ...]:
        """Each file once, however many patterns match it."""
        return tuple(sorted({match for matches in self.found.values() for match in matches}))


def gather(inputs: Inputs, world: World) -> Matches:
    folder = world.workspace / inputs.path
    outputs = world.workspace / inputs.output_directory
    made = {(outputs / name).absolute() for name in (inputs.checksums, inputs.manifest)}
    made.add((outputs / inputs.subjects).absolute())
    return Matches(
        folder,
        {
            pattern: tuple(
                match
                for match in files.find(folder, pattern)
                if Path(folder, match.path).absolute() not in made
            )
            for pattern in inputs.paths
        },
    )


def decide(inputs: Inputs, matches: Matches) -> Verdict:
    patterns = [_matched(pattern, found) for pattern, found in matches.found.items()]
    kinds = [_plain(match) for match in matches.all]
    return Verdict([*patterns, *kinds, *_once(inputs, matches)], Digested())


def _matched(pattern: FilePattern, found: tuple[Found, ...]) -> Finding:
    if found:
        return ok("no-match", pattern, f"it matches {len(found)}")
    fix = "Correct the pattern or `path`, or see why the build made no such file."
    return missing("no-match", pattern, "it matches no file", fix=fix)


def _plain(match: Found) -> Finding:
    """Whether it is a file, of a name that GitHub and every tool keeps as it is."""
    if match.kind == "symlink":
        fix = "Release the file itself: what a link leads to may be another file in a moment."
        return failed("symlink", match.path, "it is a symbolic link", fix=fix)
    if match.kind == "other":
        fix = "Narrow the pattern to files."
        return failed("not-a-file", match.path, "it is a pipe, socket or device", fix=fix)
    try:
        AssetName(_name(match))
    except ValueError as error:
        fix = "Rename it: GitHub would rename the asset, and its checksum would name no file."
        return failed("bad-name", match.path, f"its name is not {error}", fix=fix)
    return ok("bad-name", match.path, "a plain file, of a name that stays")


def _once(inputs: Inputs, matches: Matches) -> Iterator[Finding]:
    """In a flat folder each name is there once, also where case does not count."""
    seen = {name.casefold(): f"{name}, made here" for name in (inputs.checksums, inputs.manifest)}
    for match in matches.all:
        before = seen.setdefault(_name(match).casefold(), match.path)
        if before != match.path:
            fix = "Rename one of them: all assets of a release are in one folder."
            yield failed("name-twice", match.path, f"it has the name of {before}", fix=fix)


def _name(match: Found) -> str:
    return match.path.rpartition("/")[2]
