"""PEP 740: who published the served files, by real provenance and without a network."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from release_actions.errors import Exit
from release_actions.run import Ended
from tests.actions.canonicalize_pypi_dists.scene import Scene, bad, outputs, told

REAL = Path(__file__).parents[2] / "formats" / "provenance"
FILE = "pypi_attestations-0.0.19.tar.gz"
PUBLISHED: dict[str, Any] = {
    "project": "pypi-attestations",
    "version": "0.0.19",
    "repository": "trailofbits/pypi-attestations",
    "provenance": "release.yml",
}


@pytest.fixture
def real(scene: Scene) -> Scene:
    """The real sdist of a project, built here and on the index, with its real provenance."""
    scene.dist.mkdir()
    shutil.copy(REAL / FILE, scene.dist)
    publish(scene, json.loads((REAL / f"{FILE}.provenance").read_text()))
    return scene


def publish(scene: Scene, provenance: Any) -> None:
    scene.pypi.projects.clear()
    content = (REAL / FILE).read_bytes()
    scene.pypi.add("pypi-attestations", "0.0.19", FILE, content, provenance=provenance)


def run(scene: Scene, **more: Any) -> Ended:
    return scene.run(**PUBLISHED | more)


@pytest.mark.parametrize("mode", ["canonicalize", "served"])
def test_what_the_workflow_published_is_proved(real: Scene, mode: str) -> None:
    if mode == "served":
        shutil.copytree(real.dist, real.canonical)
    ended = run(real, mode=mode)
    assert ended.exit is Exit.OK, told(ended)
    assert "published by trailofbits/pypi-attestations/.github/workflows/release.yml" in told(ended)
    assert outputs(ended).source == "index"


@pytest.mark.parametrize(
    ("other", "why"),
    [
        pytest.param({"repository": "evil/pypi-attestations"}, "trailofbits", id="repository"),
        pytest.param({"provenance": "other.yml"}, "other.yml", id="workflow"),
    ],
)
def test_another_publisher_is_refused(real: Scene, other: dict[str, Any], why: str) -> None:
    ended = run(real, **other)
    assert (ended.exit, bad(ended)) == (Exit.FAILED, ["provenance-wrong"]), told(ended)
    assert why in told(ended)
    assert real.end() is None


def test_without_provenance_nothing_is_proved_and_it_may_come(real: Scene) -> None:
    publish(real, None)
    ended = run(real)
    assert (ended.exit, bad(ended)) == (Exit.MISSING, ["provenance-missing"])
    provenance = json.loads((REAL / f"{FILE}.provenance").read_text())
    real.clock.then[len(real.clock.slept) + 1] = lambda: publish(real, provenance)
    assert run(real, wait="5m").exit is Exit.OK


def test_provenance_is_found_by_the_integrity_api_too(real: Scene) -> None:
    """An index whose pages tell no address of it."""
    real.pypi.without = {"simple-json"}
    assert run(real).exit is Exit.OK


def _no_bundles(told: Any) -> Any:
    return told | {"attestation_bundles": []}


def _no_attestations(told: Any) -> Any:
    (bundle,) = told["attestation_bundles"]
    return told | {"attestation_bundles": [bundle | {"attestations": []}]}


def _of_another_file(told: Any) -> Any:
    return json.loads((REAL / "gcb_attestation_test-0.0.0.tar.gz.provenance").read_text())


def _other_statement(told: Any) -> Any:
    text = json.dumps(told)
    (attestation,) = told["attestation_bundles"][0]["attestations"]
    statement = attestation["envelope"]["statement"]
    return json.loads(text.replace(statement, statement[:-8] + "AAAA" + statement[-4:]))


def _one_more(told: Any) -> Any:
    strange = _of_another_file(told)["attestation_bundles"]
    return told | {"attestation_bundles": [*told["attestation_bundles"], *strange]}


@pytest.mark.parametrize(
    "twist",
    [
        pytest.param(_no_bundles, id="no bundle at all"),
        pytest.param(_no_attestations, id="a bundle of nothing"),
        pytest.param(_of_another_file, id="of another file and publisher"),
        pytest.param(_other_statement, id="another statement than the signed one"),
        pytest.param(_one_more, id="another publisher's beside the right one"),
        pytest.param(lambda told: told | {"version": 9}, id="another version of the format"),
    ],
)
def test_provenance_that_proves_nothing_is_refused(real: Scene, twist: Any) -> None:
    """Never vacuous: nothing in it is nothing proved."""
    publish(real, twist(json.loads((REAL / f"{FILE}.provenance").read_text())))
    ended = run(real)
    assert (ended.exit, bad(ended)) == (Exit.FAILED, ["provenance-wrong"]), told(ended)
    assert real.end() is None


def test_provenance_of_other_bytes_is_refused(real: Scene) -> None:
    """The name is right, the signature too, and the bytes are others."""
    import gzip

    changed = gzip.compress(gzip.decompress((REAL / FILE).read_bytes()), mtime=1)
    (real.dist / FILE).write_bytes(changed)
    real.pypi.projects.clear()
    provenance = json.loads((REAL / f"{FILE}.provenance").read_text())
    real.pypi.add("pypi-attestations", "0.0.19", FILE, changed, provenance=provenance)
    ended = run(real)
    assert bad(ended) == ["provenance-wrong"]
    assert "digest" in told(ended)


def test_a_new_version_has_nothing_to_prove(real: Scene) -> None:
    real.pypi.projects.clear()
    ended = run(real)
    assert (ended.exit, outputs(ended).source) == (Exit.OK, "build")
    assert "provenance" not in real.asked()
