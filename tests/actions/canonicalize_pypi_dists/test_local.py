"""What was built is judged before any network: each file by what it holds, never by its name."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rehearsal.faults import Fault
from release_actions.errors import Exit, UsageError
from tests.actions.canonicalize_pypi_dists.scene import Scene, bad, outputs, told
from tests.formats.dist_bytes import sdist_of
from tests.registries.dists import sdist, wheel

Spoil = Callable[[Scene], object]


def _nothing(scene: Scene) -> None:
    shutil.rmtree(scene.dist)


def _empty(scene: Scene) -> None:
    for path in scene.dist.iterdir():
        path.unlink()


def _renamed(scene: Scene) -> None:
    """D-O5: a file of 0.4.0 under another version's name."""
    made = wheel(scene.workspace / "old", version="0.4.0")
    shutil.copy(made, scene.dist / "acme_app-1.2.0-py3-none-any.whl")


def _renamed_sdist(scene: Scene) -> None:
    made = sdist(scene.workspace / "old", version="0.4.0")
    shutil.copy(made, scene.dist / "acme_app-1.2.0.tar.gz")


def _other_inside(scene: Scene) -> None:
    made = wheel(scene.dist, tag="py3-none-any", metadata="Name: evil\n")
    assert made.exists()


def _lying_metadata(scene: Scene) -> None:
    """The file name, the folder and the metadata say three things."""
    text = b"Metadata-Version: 2.4\nName: evil-app\nVersion: 9.9.9\n"
    content = sdist_of({"acme_app-1.2.0/PKG-INFO": text})
    (scene.dist / "acme_app-1.2.0.tar.gz").write_bytes(content)


CASES: list[tuple[str, Spoil, list[str], str]] = [
    ("no folder", _nothing, ["no-dists"], "there is no such folder"),
    ("an empty folder", _empty, ["no-dists"], "there is no wheel and no sdist"),
    (
        "a wheel of another project",
        lambda s: wheel(s.dist, name="other"),
        ["wrong-project", "wrong-project"],
        "its file name says other, expected is acme-app",
    ),
    (
        "a wheel of another version (D-O5)",
        lambda s: wheel(s.dist, version="9.9.9"),
        ["wrong-version", "wrong-version"],
        "METADATA says 9.9.9, expected is 1.2.0",
    ),
    ("a wheel renamed (D-O5)", _renamed, ["unreadable-dist"], "found acme_app-0.4.0.dist-info"),
    ("an sdist renamed (D-O5)", _renamed_sdist, ["unreadable-dist"], "not below acme_app-1.2.0/"),
    ("metadata with two names", _other_inside, ["unreadable-dist"], "does not have Name once"),
    (
        "metadata of something else (D-O5)",
        _lying_metadata,
        ["wrong-project", "wrong-version"],
        "PKG-INFO says 9.9.9",
    ),
    (
        "an SBOM among the dists (O16)",
        lambda s: (s.dist / "sbom.json").write_text("{}"),
        ["foreign-file"],
        "neither a wheel (.whl) nor an sdist",
    ),
    (
        "an attestation of no file here (PAINS 33)",
        lambda s: (s.dist / "x-1-py3-none-any.whl.publish.attestation").write_text("{}"),
        ["foreign-file"],
        "publish.attestation",
    ),
    (
        "a folder",
        lambda s: (s.dist / "sub").mkdir(),
        ["not-a-file"],
        "it is a folder",
    ),
    (
        "a link to elsewhere",
        lambda s: (s.dist / "acme_app-1.2.0-py3-none-any.whl").symlink_to("/etc/hostname"),
        ["not-a-file"],
        "it is a symlink",
    ),
    (
        "a pipe that nobody writes to",
        lambda s: os.mkfifo(s.dist / "acme_app-1.2.0-py3-none-any.whl"),
        ["not-a-file"],
        "it is a pipe, socket or device",
    ),
    (
        "a name with a line end",
        lambda s: (s.dist / "a\n::error::b-1.2.0.tar.gz").write_bytes(b"x"),
        ["foreign-file"],
        "no bare file name",
    ),
    (
        "something that is no archive",
        lambda s: (s.dist / "acme_app-1.2.0-py3-none-any.whl").write_bytes(b"x" * 100),
        ["unreadable-dist"],
        "no whole wheel",
    ),
    (
        "an sdist cut short",
        lambda s: (s.dist / "acme_app-1.2.0.tar.gz").write_bytes(gzip.compress(b"x" * 99)[:-9]),
        ["unreadable-dist"],
        "no whole sdist",
    ),
    (
        "an sdist whose name PyPI refuses (PEP 625)",
        lambda s: (s.dist / "acme_app-1.2.0.tar.gz").rename(s.dist / "acme-app-1.2.0.tar.gz"),
        ["unreadable-dist"],
        "not below acme-app-1.2.0/",
    ),
]


@pytest.mark.parametrize(
    ("spoil", "rules", "why"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_what_is_wrong_here_is_told_before_any_network(
    scene: Scene, spoil: Spoil, rules: list[str], why: str
) -> None:
    """O12: any miss fails, and no request is made."""
    scene.build()
    spoil(scene)
    ended = scene.run()
    assert (ended.exit, bad(ended)) == (Exit.FAILED, rules), told(ended)
    assert why in told(ended)
    assert scene.asked() == []
    assert scene.end() is None
    assert outputs(ended).source == ""


def test_an_sdist_by_its_old_name_is_refused_as_pypi_refuses_it(scene: Scene) -> None:
    """PEP 625: NAME with underscores, in small letters."""
    text = b"Metadata-Version: 2.1\nName: acme-app\nVersion: 1.2.0\n"
    scene.dist.mkdir()
    (scene.dist / "acme-app-1.2.0.tar.gz").write_bytes(sdist_of({"acme-app-1.2.0/PKG-INFO": text}))
    ended = scene.run()
    assert bad(ended) == ["bad-name"]
    assert "expected acme_app-1.2.0.tar.gz" in told(ended)


def test_names_and_versions_are_compared_by_meaning(scene: Scene) -> None:
    """PEP 503 and 440: Acme.App 1.2-rc.1 is acme_app 1.2.0rc1."""
    wheel(scene.dist, name="Acme.App", version="1.2.0rc1")
    ended = scene.run(project="ACME_app", version="1.2-rc.1")
    assert ended.exit is Exit.OK, told(ended)


@pytest.mark.parametrize(
    ("inputs", "why"),
    [
        pytest.param({"expected_wheels": "3"}, "2 wheel(s), expected 3", id="a wheel is absent"),
        pytest.param({"expected_wheels": "1"}, "2 wheel(s), expected 1", id="one too many"),
        pytest.param({"expected_sdists": "0"}, "1 sdist(s), expected 0", id="an sdist too many"),
    ],
)
def test_counts_are_exact(scene: Scene, inputs: dict[str, Any], why: str) -> None:
    """O12: expected-wheels, expected-sdists."""
    scene.build()
    ended = scene.run(**inputs)
    assert bad(ended) == ["wrong-count"]
    assert why in told(ended)


def test_right_counts_and_platforms_and_licences_pass(scene: Scene) -> None:
    scene.build()
    ended = scene.run(
        expected_wheels="2",
        expected_sdists="1",
        required_platforms="manylinux_x86_64\nmacosx_11_0_arm64\nmanylinux_2_17_x86_64",
        license_files="LICENSE",
    )
    assert ended.exit is Exit.OK, told(ended)


def test_a_macos_wheel_is_none_for_linux(scene: Scene) -> None:
    """D-O6: tags are parsed; x86_64 within another platform's tag is not that platform."""
    wheel(scene.dist, tag="cp312-cp312-macosx_10_13_x86_64")
    ended = scene.run(required_platforms="manylinux_x86_64, macosx_x86_64")
    assert bad(ended) == ["platform-missing"]
    assert "platform manylinux_x86_64: no wheel for it; there are macosx_10_13_x86_64" in told(
        ended
    )


@pytest.mark.parametrize("kind", ["nested", "empty", "absent"])
def test_a_licence_counts_at_its_canonical_place_alone(scene: Scene, kind: str) -> None:
    """O12: *.dist-info/licenses/NAME in a wheel, ROOT/NAME in an sdist; a nested copy is none."""
    texts = {"nested": {"vendored/LICENSE": "MIT"}, "empty": {"LICENSE": ""}, "absent": {}}[kind]
    wheel(scene.dist, licenses=texts)
    sdist(scene.dist, files=texts)
    ended = scene.run(license_files="LICENSE")
    assert bad(ended) == ["license-missing", "license-missing"]
    assert "at acme_app-1.2.0.dist-info/licenses/LICENSE" in told(ended)
    assert "at acme_app-1.2.0/LICENSE" in told(ended)


@pytest.mark.parametrize("output", ["canonical", "deep/er/canonical"])
def test_an_output_that_holds_something_is_left_as_it_is(scene: Scene, output: str) -> None:
    """O11: out-dir must be empty or absent."""
    scene.build()
    place = scene.workspace / output
    place.mkdir(parents=True)
    (place / "old.whl").write_text("old")
    ended = scene.run(output_directory=output)
    assert bad(ended) == ["output-not-empty"]
    assert [path.name for path in place.iterdir()] == ["old.whl"]


@pytest.mark.parametrize("output", ["dist", "dist/canonical", ".", "./dist"])
def test_the_output_is_neither_in_the_build_nor_around_it(scene: Scene, output: str) -> None:
    with pytest.raises(UsageError, match="output-directory"):
        scene.run(output_directory=output)


@pytest.mark.parametrize(
    ("inputs", "named"),
    [
        pytest.param({"project": "../evil"}, "project", id="a path for a project"),
        pytest.param({"version": "one"}, "version", id="no version"),
        pytest.param({"index-url": "ftp://x/simple/"}, "index-url", id="another scheme"),
        pytest.param({"index-url": "https://u:p@x/simple/"}, "index-url", id="a password"),
        pytest.param({"required-platforms": "x86-64"}, "required-platforms", id="no platform"),
        pytest.param({"mode": "check"}, "mode", id="no such mode"),
        pytest.param({"partial": "maybe"}, "partial", id="no such choice"),
        pytest.param({"provenance": "release"}, "provenance", id="no workflow"),
    ],
)
def test_inputs_that_make_no_sense_are_named(
    scene: Scene, inputs: dict[str, Any], named: str
) -> None:
    with pytest.raises(UsageError, match=f"input `{named}`"):
        scene.run(**inputs)


def test_attestations_beside_their_dists_are_left_out(scene: Scene) -> None:
    """PAINS 33: what a first upload (TestPyPI) leaves behind does not break the second."""
    built = scene.build()
    (scene.dist / f"{built[0].name}.publish.attestation").write_text("{}")
    ended = scene.run()
    assert ended.exit is Exit.OK, told(ended)
    assert set(scene.end() or ()) == {file.name for file in built}


def test_a_build_that_is_written_to_meanwhile_is_refused(scene: Scene) -> None:
    """What is copied is hashed again: the digest that was judged is the one that is canonical."""
    built = scene.build()

    def write() -> None:
        built[0].write_bytes(built[1].read_bytes())

    scene.pypi.faults.add(Fault(kind="meanwhile", route="index", callback=write))
    ended = scene.run()
    assert ended.exit is Exit.FAILED
    assert "changed" in bad(ended)
    assert scene.end() is None
    assert list(scene.workspace.iterdir()) == [scene.dist]


def test_a_dry_run_writes_nothing_and_says_what_it_would(scene: Scene) -> None:
    scene.build()
    ended = scene.run(dry_run=True)
    assert ended.exit is Exit.OK
    assert ended.verdict is not None
    assert [str(change) for change in ended.verdict.ready] == ["write 3 file(s) to canonical"]
    assert outputs(ended).upload_files == ""
    assert scene.end() is None


def test_a_file_where_the_folder_should_be_is_told(scene: Scene) -> None:
    scene.build()
    scene.canonical.write_text("x")
    ended = scene.run()
    assert ended.exit is Exit.ERROR
    assert "it is there and no folder" in str(ended.error)


def test_a_file_that_changes_while_it_is_read_is_no_file_to_release(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The digest would be of neither the one nor the other."""
    scene.build()
    digest = hashlib.file_digest

    def meanwhile(stream: Any, name: str) -> Any:
        found = digest(stream, name)
        with first.open("ab") as file:
            file.write(b"x")
        return found

    first = next(scene.dist.iterdir())
    monkeypatch.setattr(hashlib, "file_digest", meanwhile)
    ended = scene.run()
    assert (ended.exit, bad(ended)) == (Exit.FAILED, ["changed"])
    assert scene.end() is None


def test_metadata_that_names_nothing_is_told_as_it_stands(scene: Scene) -> None:
    """What is no name and no version is wrong, not an error."""
    text = b"Metadata-Version: 2.4\nName: -\nVersion: latest\n"
    scene.dist.mkdir()
    (scene.dist / "acme_app-1.2.0.tar.gz").write_bytes(sdist_of({"acme_app-1.2.0/PKG-INFO": text}))
    ended = scene.run()
    assert bad(ended) == ["wrong-project", "wrong-version"]
    assert "PKG-INFO says -, expected is acme-app" in told(ended)
    assert "PKG-INFO says latest, expected is 1.2.0" in told(ended)


def test_a_folder_that_may_not_be_read_could_not_be_told(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file system that fails is an error, exit 1, and names the place."""
    scene.build()

    def failing(self: Path) -> Any:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "iterdir", failing)
        ended = scene.run()
    assert ended.exit is Exit.ERROR
    assert "it cannot be read: Permission denied" in str(ended.error)
