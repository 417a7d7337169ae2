"""Every crate in the order in which they need each other, and as the attested bytes alone."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import tarfile
from pathlib import Path
from typing import Any

import pytest

from rehearsal.faults import Fault
from rehearsal.registries import Crates
from tests.actions.publishing import ERROR, FAILED, MISSING, OK, USAGE, Place, place
from tests.registries.dists import commit, run


def test_each_crate_is_published_after_those_that_it_needs(here: Place) -> None:
    """W19, O26, no list kept by hand; D-W10: `--locked`, and the served bytes are looked at."""
    ended = here.step()
    assert ended.code == OK, ended.log
    assert here.came == ["zz-a", "zz-c", "zz-b"]
    assert here.served == here.ours
    assert ended.rules("ok")[-1] == "served"
    assert json.loads(ended.outputs["order"]) == ["zz-a@0.1.0", "zz-c@0.1.0", "zz-b@0.1.0"]
    assert ended.outputs["order"] == ended.outputs["published"]
    assert ended.outputs["left"] == "[]"


def test_progress_tells_how_many_and_after_what(here: Place) -> None:
    ended = here.step()
    assert "[INFO] publish zz-b 0.1.0 (3 of 3), after zz-a is served …" in ended.log
    assert ended.changes["made"][0] == "publish zz-a 0.1.0 (1 of 3)"


def test_a_dry_run_publishes_nothing_and_needs_no_token(here: Place) -> None:
    ended = here.step(token="", dry_run="true")
    assert ended.code == OK
    assert here.registry.crates == {}
    assert ended.changes["would be made"] == [
        "publish zz-a 0.1.0 (1 of 3) (now)",
        "publish zz-c 0.1.0 (2 of 3) (now)",
        "publish zz-b 0.1.0 (3 of 3), after zz-a is served (after zz-a is served)",
    ]


def test_what_is_served_with_our_bytes_is_not_published_again(here: Place) -> None:
    here.serve("zz-a")
    ended = here.step()
    assert ended.code == OK, ended.log
    assert (here.uploads(), here.served) == (2, here.ours)
    again = here.step(token="")
    assert again.code == OK
    assert here.uploads() == 2


def test_the_same_name_and_version_with_other_bytes_is_refused_naming_both(here: Place) -> None:
    """PAINS 36: what is there already is skipped if it is ours, and never by its name."""
    foreign = (here.attested / "zz-c-0.1.0.crate").read_bytes()
    here.serve("zz-a", content=foreign)
    ended = here.step()
    assert ended.code == FAILED
    assert ended.bad == ["not-ours"]
    assert here.uploads() == 0
    served = here.registry.find("zz-a", "0.1.0")
    assert served is not None
    assert here.ours["zz-a@0.1.0"] in ended.details
    assert served.checksum in ended.details


def test_bytes_that_are_no_crate_are_refused_too(here: Place) -> None:
    here.serve("zz-a", content=b"no crate")
    assert here.step().bad == ["not-ours"]


def test_a_yanked_version_is_not_published(here: Place) -> None:
    here.serve("zz-a")
    here.registry.yank("zz-a", "0.1.0")
    ended = here.step()
    assert (ended.code, ended.bad) == (FAILED, ["yanked"])
    assert here.uploads() == 0


def test_a_version_that_differs_in_its_build_metadata_alone_takes_the_place(here: Place) -> None:
    here.serve("zz-a", "0.1.0+other", content=b"x")
    assert here.step().bad == ["version-taken"]


def test_some_now_and_the_rest_by_a_second_job(here: Place) -> None:
    first = here.step(packages="zz-a\nzz-c")
    assert (first.code, here.came) == (OK, ["zz-a", "zz-c"])
    second = here.step(packages="zz-b")
    assert second.code == OK, second.log
    assert here.served == here.ours


def test_what_it_needs_and_this_job_does_not_publish_must_be_served(here: Place) -> None:
    ended = here.step(packages="zz-b", wait="0s")
    assert (ended.code, ended.bad) == (MISSING, ["sibling-not-served"])
    here.serve("zz-a", content=b"other")
    assert here.step(packages="zz-b").bad == ["sibling-not-ours"]
    here.registry.yank("zz-a", "0.1.0")
    assert here.step(packages="zz-b").bad == ["sibling-yanked"]
    assert here.uploads() == 0


def test_the_asserted_list_must_be_what_the_manifests_say(here: Place) -> None:
    """W4: a publishable crate that is not listed; and one that is listed and is none."""
    whole = "zz-c\nzz-b\nzz-a"
    assert here.step(expected_packages=whole, dry_run="true").code == OK
    assert here.step(expected_packages="zz-a\nzz-b").bad == ["not-listed"]
    assert here.step(expected_packages=f"{whole}\nzz-d").bad == ["not-publishable"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        pytest.param({"packages": "zz-a\nzz_A"}, "each crate once", id="the same crate twice"),
        pytest.param({"packages": "../a"}, "a crate's name", id="no name"),
        pytest.param({"registry": None}, "cargo would upload to crates.io", id="index alone"),
        pytest.param({"registry": "--config"}, "a registry's name", id="an option"),
        pytest.param({"registry-url": "http://example.org/"}, "registry-url", id="not https"),
        pytest.param({"token-expires": "soon"}, "a time such as", id="no time"),
    ],
)
def test_inputs_that_make_no_sense(here: Place, given: dict[str, Any], told: str) -> None:
    ended = here.step(**given)
    assert ended.code == USAGE
    assert told in ended.log


def test_the_config_file_does_not_choose_who_gets_the_token(own: Place) -> None:
    own.commit(
        ".github/release-actions.toml", '[publish-crates]\nregistry-url = "https://evil.example/"\n'
    )
    ended = own.step(registry_url=None)
    assert ended.code == USAGE
    assert "registry-url" in ended.log


# The ground


def test_without_an_attested_crate_nothing_is_published(here: Place) -> None:
    shutil.rmtree(here.attested)
    here.attested.mkdir()
    ended = here.step()
    assert (ended.code, ended.bad) == (MISSING, ["attested-missing"])
    assert here.registry.requests == []


def test_files_that_are_not_of_this_release_are_refused(here: Place) -> None:
    one = here.attested / "zz-a-0.1.0.crate"
    shutil.copy(one, here.attested / "zz-a-0.2.0.crate")
    assert set(here.step().bad) == {"bad-crate", "two-attested"}
    (here.attested / "zz-a-0.2.0.crate").write_bytes(b"none")
    assert here.step().bad == ["bad-crate"]


def test_a_crate_of_another_workspace_is_reported(here: Place, own: Place, tmp_path: Path) -> None:
    with Crates(tmp_path / "other") as registry:
        (tmp_path / "elsewhere").mkdir()
        other = place(tmp_path / "elsewhere", registry, {"zz-z": ()})
    shutil.copy(other.attested / "zz-z-0.1.0.crate", here.attested)
    assert here.step().bad == ["stray-crate"]


def test_crates_that_were_packaged_at_another_commit_are_refused(own: Place) -> None:
    own.commit("README", "x")
    ended = own.step()
    assert (ended.code, ended.bad) == (FAILED, ["other-commit"])


def test_another_version_than_the_attested_is_refused(own: Place) -> None:
    manifest = own.work / "crates/zz-c/Cargo.toml"
    lock = (own.work / "Cargo.lock").read_text()
    own.commit(
        "Cargo.lock",
        lock.replace('name = "zz-c"\nversion = "0.1.0"', 'name = "zz-c"\nversion = "0.2.0"'),
    )
    own.commit("crates/zz-c/Cargo.toml", manifest.read_text().replace('"0.1.0"', '"0.2.0"', 1))
    assert "wrong-version" in own.step().bad


def test_a_changed_checkout_is_refused(own: Place) -> None:
    (own.work / "crates/zz-a/src/lib.rs").write_text("// changed\n")
    for number in range(9):
        (own.work / f"crates/zz-a/src/more{number}.rs").write_text("")
    ended = own.step()
    assert (ended.code, ended.bad) == (FAILED, ["dirty"])
    assert "2 more files" in ended.details


def test_without_a_committed_lock_file_or_a_commit_nothing_is_published(own: Place) -> None:
    (own.work / ".gitignore").write_text("/target\nCargo.lock\n")
    run(own.work, "git", "rm", "--cached", "--quiet", "Cargo.lock")
    commit(own.work)
    assert "no-lock" in own.step().bad
    shutil.rmtree(own.work / ".git")
    assert "no-commit" in own.step().bad


@pytest.mark.parametrize("publish", ["false", "[]", '["other"]'], ids=["false", "none", "other"])
def test_what_may_not_be_published_there_is_not(own: Place, publish: str) -> None:
    """D-W15: `publish = []` is as false."""
    manifest = own.work / "crates/zz-c/Cargo.toml"
    text = manifest.read_text().replace("[package]\n", f"[package]\npublish = {publish}\n")
    own.commit("crates/zz-c/Cargo.toml", text)
    shutil.rmtree(own.attested)
    own.step(
        "verify-crate-identity", token="", mode="package", package="zz-a\nzz-b", registry="loop"
    )
    named = own.step(packages="zz-c")
    assert (named.code, named.bad[0]) == (FAILED, "not-publishable")
    ended = own.step()
    assert ended.code == OK, ended.log
    assert own.came == ["zz-a", "zz-b"]


def test_a_crate_that_needs_one_that_may_not_be_published_is_refused(own: Place) -> None:
    manifest = own.work / "crates/zz-a/Cargo.toml"
    text = manifest.read_text().replace("[package]\n", "[package]\npublish = false\n")
    own.commit("crates/zz-a/Cargo.toml", text)
    assert "no-such-package" in own.step(packages="zz-b\nzz-d").bad
    everything = own.work.glob("crates/*/Cargo.toml")
    for path in everything:
        path.write_text(path.read_text().replace("publish = false\n", ""))
        path.write_text(path.read_text().replace("[package]\n", "[package]\npublish = false\n"))
    own.commit("README", "all private")
    assert own.step().bad == ["nothing-to-publish"]


def test_a_sibling_that_may_not_be_published_is_told_before_anything_is(own: Place) -> None:
    own.serve("zz-a")  # by hand, once: cargo could package what needs it
    path = own.work / "crates/zz-a/Cargo.toml"
    text = path.read_text().replace("[package]\n", "[package]\npublish = false\n")
    own.commit("crates/zz-a/Cargo.toml", text)
    words = ("--no-verify", "--registry", "loop", "-p", "zz-b", "-p", "zz-c")
    run(own.work, "cargo", "package", *words, env=own.environ)
    shutil.rmtree(own.attested)
    own.attested.mkdir()
    for name in ("zz-b", "zz-c"):
        shutil.copy(own.work / f"target/package/{name}-0.1.0.crate", own.attested)
    ended = own.step()
    assert (ended.code, ended.bad) == (FAILED, ["sibling-private"])
    assert own.uploads() == 0


def test_crates_that_need_each_other_have_no_order(own: Place) -> None:
    for one, other in (("zz-a", "zz-c"), ("zz-c", "zz-a")):
        path = own.work / f"crates/{one}/Cargo.toml"
        kind = "dependencies" if one == "zz-a" else "dev-dependencies"
        text = path.read_text().replace("[dependencies]\n", "")
        needs = f'[{kind}]\n{other} = {{ path = "../{other}", version = "0.1.0" }}\n'
        path.write_text(text + needs)
    run(own.work, "cargo", "generate-lockfile", "--offline")
    own.commit("README", "a cycle")
    ended = own.step()
    assert ended.code == FAILED
    assert "cycle" in ended.bad
    assert "needs zz-" in ended.details


# The bytes


def test_what_cargo_packages_must_be_what_was_attested(own: Place) -> None:
    """PAINS 37: packaged again and compared, before any upload and without a token."""
    one = own.attested / "zz-a-0.1.0.crate"
    other = _repacked(one.read_bytes())
    one.write_bytes(other)
    ended = own.step()
    assert (ended.code, ended.bad) == (FAILED, ["attested-differs"])
    assert "src/lib.rs" in ended.details
    assert own.uploads() == 0


def _repacked(content: bytes) -> bytes:
    """The same .crate with one more line in one file."""
    made = io.BytesIO()
    plain = io.BytesIO(gzip.decompress(content))
    with tarfile.open(fileobj=plain) as old, tarfile.open(fileobj=made, mode="w") as new:
        for entry in old:
            stream = old.extractfile(entry)
            text = stream.read() if stream else b""
            if entry.name.endswith("lib.rs"):
                text += b"// more\n"
            entry.size = len(text)
            new.addfile(entry, io.BytesIO(text))
    return gzip.compress(made.getvalue(), mtime=0)


def test_a_checkout_that_changes_meanwhile_uploads_nothing_more(own: Place) -> None:
    """Each upload is packaged anew and compared, right before it."""
    lib = own.work / "crates/zz-c/src/lib.rs"

    def change() -> None:
        lib.write_text("// evil\n")

    own.registry.faults.add(
        Fault(
            route="publish", call=1, kind="meanwhile", when="after",
            callback=change,
        )
    )  # fmt: skip
    ended = own.step()
    assert (ended.code, own.came) == (MISSING, ["zz-a", "zz-b"])
    assert "uncommitted changes" in ended.log
    assert ended.changes["not made"] == ["publish zz-c 0.1.0 (2 of 3)"]


def test_a_commit_meanwhile_is_refused_before_the_next_upload(own: Place) -> None:
    def change() -> None:
        own.commit("README", "meanwhile")

    own.registry.faults.add(
        Fault(route="publish", call=1, kind="meanwhile", when="after", callback=change)
    )
    ended = own.step()
    assert (ended.code, ended.bad[-1]) == (FAILED, "attested-differs")
    assert own.came == ["zz-a"]


def test_cargo_that_cannot_package_is_no_answer(here: Place) -> None:
    here.registry.faults.add(Fault(route="index-config", kind="nonsense", body="html"))
    ended = here.step(wait="0s")
    assert (ended.code, ended.bad) == (ERROR, ["cargo-refused"])
    assert here.uploads() == 0
