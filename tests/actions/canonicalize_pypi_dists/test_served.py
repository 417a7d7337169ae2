"""After the upload: exactly the canonical set is served, by every layer that the index has."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from release_actions.errors import Exit
from tests.actions.canonicalize_pypi_dists.scene import (
    PROJECT,
    Scene,
    bad,
    digests,
    origins,
    outputs,
    told,
)
from tests.registries.dists import wheel

SERVED: dict[str, Any] = {"mode": "served"}


@pytest.fixture
def published(scene: Scene) -> Scene:
    """A canonical set, published whole."""
    scene.publish(*scene.build())
    shutil.copytree(scene.dist, scene.canonical)
    return scene


def earlier(scene: Scene) -> None:
    """A version that was published long ago."""
    scene.publish(wheel(scene.workspace / "old", version="1.1.0"), version="1.1.0")
    scene.pypi.projects["acme-app"].dists[-1].at -= 7200


def test_what_is_served_whole_passes_and_nothing_is_written(published: Scene) -> None:
    """O15."""
    before = digests(published.canonical)
    ended = published.run(**SERVED)
    assert ended.exit is Exit.OK, told(ended)
    assert digests(published.canonical) == before
    found = outputs(ended)
    assert (found.source, found.upload_files, found.built_subjects) == ("index", "", "")
    assert set(origins(ended)) == set(before)
    for layer in ("version JSON", "project JSON", "simple index"):
        assert f"{layer}: serves all 3 file(s)" in told(ended)


def test_each_file_is_loaded_from_each_address_once(published: Scene) -> None:
    """The layers tell one address here, so each file is loaded once."""
    published.run(**SERVED)
    assert published.asked().count("files") == 3


@pytest.mark.parametrize(
    ("layer", "named"),
    [
        pytest.param("version-json", "version JSON", id="version JSON"),
        pytest.param("project-json", "project JSON", id="project JSON"),
        pytest.param("simple", "simple index", id="simple index"),
        pytest.param("files", "404 from the host of the files", id="the files"),
    ],
)
def test_a_layer_that_lags_is_named_and_waited_for(scene: Scene, layer: str, named: str) -> None:
    """PAINS 34: which layer lags."""
    earlier(scene)
    scene.publish(*scene.build())
    shutil.copytree(scene.dist, scene.canonical)
    scene.pypi.lag = {layer: 3600.0}
    ended = scene.run(**SERVED)
    assert ended.exit is Exit.MISSING
    assert set(bad(ended)) == {"layer-lags"}
    assert named in told(ended)
    scene.clock.slept.clear()
    scene.clock.then[3] = scene.pypi.lag.clear
    ended = scene.run(wait="15m", **SERVED)
    assert ended.exit is Exit.OK, told(ended)
    assert len(scene.clock.slept) == 3


def test_a_wait_loads_no_file_twice(published: Scene) -> None:
    published.pypi.twist["simple"] = lambda page: page | {"files": page["files"][:1]}
    published.clock.then[2] = published.pypi.twist.clear
    assert published.run(wait="15m", **SERVED).exit is Exit.OK
    assert published.asked().count("files") == 3


def test_nothing_published_yet_is_missing(scene: Scene) -> None:
    scene.build()
    shutil.copytree(scene.dist, scene.canonical)
    ended = scene.run(**SERVED)
    assert (ended.exit, bad(ended)) == (Exit.MISSING, ["layer-lags"])
    assert "simple index: 3 file(s) are not served by this layer" in told(ended)


def test_an_address_without_an_index_cannot_be_told(published: Scene) -> None:
    ended = published.run(index_url=f"{published.pypi.url}/simpel/simple/", **SERVED)
    assert (ended.exit, bad(ended)) == (Exit.ERROR, ["no-index"])


@pytest.mark.parametrize(
    "without",
    [{"version-json"}, {"version-json", "project-json"}, {"simple-json"}],
    ids=lambda without: "no " + ", ".join(sorted(without)),
)
def test_an_index_that_lacks_a_layer_serves_by_the_others(scene: Scene, without: set[str]) -> None:
    """D-O7: some answer 404 for every version JSON, and are none the worse for it."""
    earlier(scene)
    scene.publish(*scene.build())
    shutil.copytree(scene.dist, scene.canonical)
    scene.pypi.without = without
    ended = scene.run(**SERVED)
    assert ended.exit is Exit.OK, told(ended)


def test_a_first_version_without_its_json_is_said_and_does_not_decide(published: Scene) -> None:
    """Nothing else tells lag from an index without it; what pip reads is there."""
    published.pypi.without = {"version-json"}
    ended = published.run(**SERVED)
    assert ended.exit is Exit.OK
    assert "there is no other version to tell lag" in told(ended)


def test_other_bytes_under_the_name_are_refused(scene: Scene) -> None:
    """A name is never proof."""
    scene.publish(*scene.build("somebody else's"))
    scene.build()
    shutil.copytree(scene.dist, scene.canonical)
    ended = scene.run(**SERVED)
    assert ended.exit is Exit.FAILED
    assert set(bad(ended)) == {"served-differs"}
    assert "files" not in scene.asked()


def test_a_file_too_many_is_refused(published: Scene) -> None:
    more = wheel(published.workspace / "more", tag="cp313-cp313-win_amd64")
    published.publish(more)
    ended = published.run(**SERVED)
    assert (ended.exit, bad(ended)) == (Exit.FAILED, ["extra-served"])
    assert more.name in told(ended)


def test_a_host_that_serves_other_bytes_than_every_layer_says_is_refused(published: Scene) -> None:
    """File URLs included: the digest is of what came, not of what was told."""
    (dist,) = [d for d in published.pypi.projects["acme-app"].dists if "macosx" in d.filename]
    dist.file.write_bytes(b"tampered")
    ended = published.run(**SERVED)
    assert (ended.exit, bad(ended)) == (Exit.FAILED, ["wrong-bytes"])


def test_each_layers_own_address_is_loaded(published: Scene) -> None:
    """A mirror's simple index leads to its own copy, and its JSON to the original's."""

    def elsewhere(page: Any) -> Any:
        for file in page["files"]:
            file["url"] = file["url"].replace("127.0.0.1", "localhost")
        return page

    published.pypi.twist["simple"] = elsewhere
    ended = published.run(**SERVED)
    assert ended.exit is Exit.OK, told(ended)
    assert published.asked().count("files") == 6


def test_the_canonical_files_are_judged_as_built_ones_are(published: Scene) -> None:
    ended = published.run(expected_wheels="7", **SERVED)
    assert bad(ended) == ["wrong-count"]
    shutil.rmtree(published.canonical)
    assert bad(published.run(**SERVED)) == ["no-dists"]


def test_a_version_that_is_yanked_is_not_released(scene: Scene) -> None:
    """D-O8: nobody gets it who does not name it, and a release page would name it to all."""
    scene.publish(*scene.build(), yanked="")
    shutil.copytree(scene.dist, scene.canonical)
    ended = scene.run(**SERVED)
    assert ended.exit is Exit.FAILED
    assert set(bad(ended)) == {"yanked"}
    assert "it is yanked: no reason was given" in told(ended)


def test_a_version_that_is_partly_there_is_waited_for(scene: Scene) -> None:
    built = scene.build()
    shutil.copytree(scene.dist, scene.canonical)
    scene.publish(*built[:2])
    scene.clock.then[1] = lambda: scene.publish(built[2])
    ended = scene.run(wait="5m", **SERVED)
    assert ended.exit is Exit.OK, told(ended)
    assert scene.pypi.files(PROJECT, "1.2.0") == digests(scene.canonical)
