"""New, published, partly published: which bytes are the release, and what is said of them."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from rehearsal.registries import PyPI
from release_actions.errors import Exit
from tests.actions.canonicalize_pypi_dists.scene import (
    PROJECT,
    Scene,
    bad,
    digests,
    origins,
    outputs,
    sha256,
    told,
)
from tests.registries.dists import run, wheel

LAYERS = ("version-json", "project-json", "simple")


def test_a_new_version_is_what_was_built(scene: Scene) -> None:
    """O13: nothing of it is on the index, so the built bytes are canonical."""
    built = scene.build()
    scene.publish(wheel(scene.workspace / "old", version="1.1.0"), version="1.1.0")
    ended = scene.run()
    assert ended.exit is Exit.OK, told(ended)
    assert scene.end() == digests(scene.dist)
    found = outputs(ended)
    assert found.source == "build"
    names = sorted(file.name for file in built)
    assert found.upload_files.splitlines() == [f"canonical/{name}" for name in names]
    assert json.loads(found.files) == [
        {
            "name": name,
            "sha256": sha256(scene.dist / name),
            "size": (scene.dist / name).stat().st_size,
            "origin": "build",
        }
        for name in names
    ]
    subjects = base64.b64decode(found.built_subjects).decode()
    assert subjects == "".join(f"{sha256(scene.dist / n)}  {n}\n" for n in names)


def test_a_first_version_of_a_new_project_is_new(scene: Scene) -> None:
    """Every layer says 404, and the index itself answers."""
    scene.build()
    ended = scene.run()
    assert outputs(ended).source == "build"
    assert scene.asked()[:4] == ["simple", "version-json", "project-json", "index"]


def test_the_output_may_be_there_empty_and_the_build_stays_as_it_is(scene: Scene) -> None:
    scene.build()
    scene.canonical.mkdir()
    before = digests(scene.dist)
    assert scene.run().exit is Exit.OK
    assert scene.end() == before == digests(scene.dist)
    first = next(scene.dist.iterdir())
    first.write_bytes(b"x")  # a later step that writes to the build writes to no canonical file
    assert scene.end() == before


def test_an_address_without_an_index_is_not_a_new_version(scene: Scene) -> None:
    """A misspelt index-url answers 404 to everything."""
    scene.build()
    ended = scene.run(index_url=f"{scene.pypi.url}/simpel/simple/")
    assert (ended.exit, bad(ended)) == (Exit.ERROR, ["no-index"])
    assert scene.end() is None


@pytest.mark.parametrize("salt", ["", "another build"])
def test_a_published_version_is_what_is_served(scene: Scene, salt: str) -> None:
    """O14, PAINS 30 and 31: the served bytes are canonical, whatever was built again."""
    scene.publish(*scene.build(salt))
    published = digests(scene.dist)
    scene.build()
    ended = scene.run()
    assert ended.exit is Exit.OK, told(ended)
    assert scene.end() == published
    found = outputs(ended)
    assert (found.source, found.upload_files) == ("index", "")
    assert set(origins(ended).values()) == {"index"}
    assert ("than what was built, and is canonical" in told(ended)) == bool(salt)


def test_what_was_published_before_is_never_claimed_as_built(scene: Scene) -> None:
    """O18: subjects are only what this run built, also where its bytes are the same."""
    scene.publish(*scene.build())
    assert outputs(scene.run()).built_subjects == ""


def test_partly_published_is_refused_unless_it_is_to_be_completed(scene: Scene) -> None:
    """PAINS 32, D-O4."""
    built = scene.build()
    scene.publish(built[0])
    ended = scene.run()
    assert (ended.exit, bad(ended)) == (Exit.FAILED, ["partly-published"])
    assert f"not served: {built[1].name}, {built[2].name}" in told(ended)
    assert "partial: complete" in told(ended)
    assert scene.end() is None


def test_partly_published_is_completed_by_exactly_what_is_missing(scene: Scene) -> None:
    """D-O4: served files by their bytes, missing ones from the build, and only they to upload."""
    built = scene.build()
    scene.publish(built[0])
    ended = scene.run(partial="complete")
    assert ended.exit is Exit.OK, told(ended)
    assert scene.end() == digests(scene.dist)
    found = outputs(ended)
    assert found.source == "mixed"
    missing = sorted(file.name for file in built[1:])
    assert found.upload_files.splitlines() == [f"canonical/{name}" for name in missing]
    assert origins(ended)[built[0].name] == "index"
    subjects = base64.b64decode(found.built_subjects).decode().splitlines()
    assert [line.split("  ")[1] for line in subjects] == missing


def test_files_of_two_builds_are_no_set(scene: Scene) -> None:
    """The index has another build's wheel, so this build's files do not complete it."""
    scene.publish(scene.build("another build")[0])
    scene.build()
    ended = scene.run(partial="complete")
    assert (ended.exit, bad(ended)) == (Exit.FAILED, ["mixed-builds"])
    assert scene.end() is None


def test_a_served_file_that_was_not_built_is_told(scene: Scene) -> None:
    """O14: the sets of names must be equal."""
    built = scene.build()
    scene.publish(*built)
    built[2].unlink()
    ended = scene.run()
    assert (ended.exit, bad(ended)) == (Exit.FAILED, ["extra-served"])
    assert built[2].name in told(ended)


def test_yanked_files_are_said_and_stay_canonical(scene: Scene) -> None:
    """D-O8: yanked was ignored."""
    scene.publish(*scene.build(), yanked="it burns")
    ended = scene.run()
    assert ended.exit is Exit.OK
    assert "yanked acme_app-1.2.0.tar.gz: it is yanked: it burns" in told(ended)
    assert outputs(ended).source == "index"


# Layers that an index does not have, or has later (D-O7, PAINS 34)


@pytest.mark.parametrize(
    "without",
    [
        {"version-json"},
        {"version-json", "project-json"},
        {"simple-json"},
        {"version-json", "simple-json"},
        {"version-json", "project-json", "simple-json"},
        {"project-json"},
    ],
    ids=lambda without: "no " + ", ".join(sorted(without)),
)
def test_what_an_index_lacks_is_no_word_on_the_version(scene: Scene, without: set[str]) -> None:
    """D-O7: a 404 of the version JSON alone is not "absent"."""
    scene.pypi.without = without
    scene.publish(*scene.build("published"))
    published = digests(scene.dist)
    scene.build()
    ended = scene.run()
    assert (ended.exit, outputs(ended).source) == (Exit.OK, "index"), told(ended)
    assert scene.end() == published


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_that_lags_does_not_make_a_published_version_new(scene: Scene, layer: str) -> None:
    """D-O7: the "build" path during index lag."""
    scene.publish(wheel(scene.workspace / "old", version="1.1.0"), version="1.1.0")
    scene.pypi.projects["acme-app"].dists[0].at -= 7200
    scene.publish(*scene.build("published"))
    published = digests(scene.dist)
    scene.build()
    scene.pypi.lag = {layer: 3600.0}
    ended = scene.run()
    assert (ended.exit, outputs(ended).source) == (Exit.OK, "index"), told(ended)
    assert scene.end() == published


def test_layers_that_differ_leave_open_what_is_missing(scene: Scene) -> None:
    """One layer has a file more than another: what no layer has may still come."""
    built = scene.build()
    scene.publish(built[0], built[1])
    scene.pypi.twist["simple"] = lambda page: page | {"files": page["files"][:1]}
    ended = scene.run(partial="complete")
    assert (ended.exit, bad(ended)) == (Exit.MISSING, ["layer-lags"])
    assert "simple index: 1, version JSON: 2" in told(ended)
    assert scene.end() is None


def test_a_version_without_a_file_is_not_new(scene: Scene) -> None:
    """The JSON knows the version, and no layer has a file of it: they were deleted, or come."""
    built = scene.build()
    scene.publish(*built)
    scene.pypi.twist["version-json"] = lambda told: told | {"urls": []}
    scene.pypi.twist["simple"] = lambda page: page | {"files": []}
    ended = scene.run()
    assert (ended.exit, bad(ended)) == (Exit.MISSING, ["layer-lags"])


def test_a_project_that_the_simple_index_does_not_know_and_the_json_does(scene: Scene) -> None:
    scene.build()
    scene.publish(wheel(scene.workspace / "old", version="1.1.0"), version="1.1.0")
    scene.pypi.without = {"simple"}
    ended = scene.run()
    assert (ended.exit, bad(ended)) == (Exit.MISSING, ["layer-lags"])
    assert "the simple index says 404 of the project" in told(ended)


def test_a_wait_ends_when_the_layers_agree(scene: Scene) -> None:
    built = scene.build()
    scene.publish(built[0], built[1])
    scene.pypi.twist["simple"] = lambda page: page | {"files": page["files"][:1]}
    scene.clock.then[2] = scene.pypi.twist.clear
    ended = scene.run(partial="complete", wait="10m")
    assert (ended.exit, outputs(ended).source) == (Exit.OK, "mixed"), told(ended)
    assert len(scene.clock.slept) == 2


def test_a_file_that_its_host_does_not_have_yet_is_waited_for(scene: Scene) -> None:
    """PAINS 34: JSON ahead of the files' CDN."""
    scene.publish(*scene.build())
    scene.pypi.lag = {"files": 3600.0}
    ended = scene.run()
    assert (ended.exit, bad(ended)) == (Exit.MISSING, ["layer-lags"] * 3)
    assert "404 from the host of the files" in told(ended)
    assert scene.end() is None
    scene.clock.then[1] = scene.pypi.lag.clear
    scene.clock.slept.clear()
    assert scene.run(wait="5m").exit is Exit.OK


# What contradicts itself, and what would harm


def _digest(told: Any, sha256: str) -> Any:
    key = "urls" if "urls" in told else "files"
    told[key][0]["digests" if key == "urls" else "hashes"]["sha256"] = sha256
    return told


def test_layers_with_two_digests_for_one_name_are_trusted_neither(scene: Scene) -> None:
    scene.publish(*scene.build())
    scene.pypi.twist["simple"] = lambda told: _digest(told, "0" * 64)
    ended = scene.run()
    assert (ended.exit, bad(ended)) == (Exit.FAILED, ["layers-contradict"])
    assert "simple index says " + "0" * 64 in told(ended)
    assert "files" not in scene.asked()


def test_other_bytes_than_the_digest_says_are_refused(scene: Scene) -> None:
    """O14: each file is verified; four tries, since a cache on the way may be it."""
    scene.publish(*scene.build())
    for layer in ("simple", "version-json"):
        scene.pypi.twist[layer] = lambda told: _digest(told, "0" * 64)
    ended = scene.run()
    assert (ended.exit, bad(ended)) == (Exit.FAILED, ["wrong-bytes"])
    assert scene.asked().count("files") == 4 + 2
    assert scene.end() is None


def test_a_served_file_that_is_of_another_version_inside_is_refused(scene: Scene) -> None:
    """D-O5, for what comes from the index."""
    scene.build()
    strange = wheel(scene.workspace / "strange", version="0.4.0").read_bytes()
    for file in scene.dist.iterdir():
        content = strange if "macosx" in file.name else file.read_bytes()
        scene.pypi.add(PROJECT, "1.2.0", file.name, content)
    ended = scene.run()
    assert (ended.exit, bad(ended)) == (Exit.FAILED, ["unreadable-dist"])
    assert "index/acme_app-1.2.0-cp312-cp312-macosx_11_0_arm64.whl" in told(ended)


def test_without_any_digest_nothing_is_proved(scene: Scene) -> None:
    scene.publish(*scene.build())
    scene.pypi.without = {"version-json", "project-json"}
    scene.pypi.twist["simple"] = lambda page: (
        page | {"files": [file | {"hashes": {}} for file in page["files"]]}
    )
    ended = scene.run()
    assert (ended.exit, bad(ended)) == (Exit.ERROR, ["no-digest"] * 3)


def _renamed(name: str) -> Callable[[Any], Any]:
    def twist(told: Any) -> Any:
        told["urls" if "urls" in told else "files"][0]["filename"] = name
        return told

    return twist


def _elsewhere(url: str) -> Callable[[Any], Any]:
    def twist(told: Any) -> Any:
        told["urls" if "urls" in told else "files"][0]["url"] = url
        return told

    return twist


@pytest.mark.parametrize("layer", ["version-json", "simple"])
@pytest.mark.parametrize(
    "twist",
    [
        pytest.param(_renamed("../../../evil-1.2.0.tar.gz"), id="a path for a name"),
        pytest.param(_renamed("/etc/cron.d/x"), id="an absolute path"),
        pytest.param(_renamed("-rf.whl"), id="an option"),
        pytest.param(_renamed("a\nb.whl"), id="a line end"),
        pytest.param(_renamed("x" * 300 + ".whl"), id="a name that is too long"),
        pytest.param(_elsewhere("file:///etc/passwd"), id="a file of this machine"),
        pytest.param(_elsewhere("http://user:pw@127.0.0.1/x"), id="a password"),
        pytest.param(_elsewhere("javascript:alert(1)"), id="no address"),
        pytest.param(_elsewhere(""), id="an empty address"),
    ],
)
def test_a_hostile_entry_is_an_answer_that_cannot_be_read(
    scene: Scene, layer: str, twist: Callable[[Any], Any]
) -> None:
    """D-O8: entries were silently dropped when malformed, and their names used as paths."""
    scene.publish(*scene.build())
    scene.pypi.twist[layer] = twist
    ended = scene.run()
    assert ended.exit is Exit.ERROR
    assert "cannot be read" in str(ended.error)
    assert scene.end() is None
    assert sorted(path.name for path in scene.workspace.iterdir()) == ["dist"]


def test_another_host_has_the_files_and_their_digests_decide(scene: Scene) -> None:
    """PyPI's own files are on another host too: what comes is judged by its digest."""
    scene.publish(*scene.build())
    with PyPI(scene.workspace.parent / "other") as other:
        for file in scene.dist.iterdir():
            other.add(PROJECT, "1.2.0", file.name, b"evil")
        there = other.projects["acme-app"].dists[0]
        for layer in ("simple", "version-json"):
            scene.pypi.twist[layer] = _elsewhere(f"{other.url}{there.path}")
        ended = scene.run()
    assert bad(ended) == ["wrong-bytes"], told(ended)
    assert scene.end() is None


# By the real tools


def test_uploaded_by_twine_recovered_and_installed_by_its_hash(scene: Scene) -> None:
    """O14, O31: what twine uploaded is what is canonical, and installs with --require-hashes."""
    made = wheel(scene.dist)
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(scene.workspace),
        "TWINE_USERNAME": "__token__",
        "TWINE_PASSWORD": scene.pypi.token(),
    }
    new = scene.run(output_directory="first")
    upload = [str(scene.workspace / line) for line in outputs(new).upload_files.splitlines()]
    twine = [sys.executable, "-m", "twine", "upload", "--non-interactive"]
    run(scene.workspace, *twine, "--repository-url", scene.pypi.upload_url, *upload, env=env)
    published = sha256(made)
    wheel(scene.dist, salt="built again")
    ended = scene.run()
    assert scene.end() == {made.name: published}
    (file,) = json.loads(outputs(ended).files)
    wanted = scene.workspace / "wanted.txt"
    wanted.write_text(f"{scene.canonical.as_uri()}/{made.name} --hash=sha256:{file['sha256']}\n")
    uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-cache", "--no-index"]
    to = ("--target", str(scene.workspace / "to"), "--require-hashes", "-r", str(wanted))
    run(scene.workspace, *uv, *to, env=env)
    assert (scene.workspace / "to/acme_app/__init__.py").is_file()


def test_the_command_writes_its_outputs(scene: Scene) -> None:
    """As a step: the log, the outputs, the folder."""
    built = scene.build()
    scene.publish(built[0])
    output = scene.workspace.parent / "output"
    command = [sys.executable, "-m", "release_actions", "canonicalize-pypi-dists"]
    given = ["--project", PROJECT, "--version", "1.2.0", "--partial", "complete"]
    done = subprocess.run(
        [*command, *given, "--index-url", scene.pypi.simple_url, "--repository", "acme/app"],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": "src",
            "GITHUB_WORKSPACE": str(scene.workspace),
            "GITHUB_OUTPUT": str(output),
            "RUNNER_TEMP": str(scene.workspace.parent),
        },
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "made: write 3 file(s) to canonical" in done.stdout
    assert "mixed" in output.read_text()
    assert scene.end() == digests(scene.dist)


def test_again_with_the_canonical_files_is_the_same_set(scene: Scene) -> None:
    """D-O15: right before the upload it runs once more, and what came meanwhile is seen."""
    scene.build()
    assert outputs(scene.run()).source == "build"
    first = scene.end()
    again = scene.run(built_directory="canonical", output_directory="upload")
    assert outputs(again).source == "build"
    assert digests(scene.workspace / "upload") == first
    scene.publish(*scene.canonical.iterdir())
    late = scene.run(built_directory="canonical", output_directory="late")
    assert (outputs(late).source, outputs(late).upload_files) == ("index", "")
    assert digests(scene.workspace / "late") == first
