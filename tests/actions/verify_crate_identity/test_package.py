"""package and pre-publish: one .crate, of one clean commit, the same bytes each time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rehearsal.faults import Fault
from rehearsal.registries import Crates
from release_actions.clients.crate_files import CrateOnDisk, Packaged
from tests.actions.verify_crate_identity.registry import (
    ERROR,
    FAILED,
    MISSING,
    OK,
    USAGE,
    Place,
)
from tests.formats.crate_bytes import crate
from tests.registries.dists import run


def test_the_crate_is_packaged_verified_and_put_there(here: Place) -> None:
    """O10: one .crate a package, never --no-verify; a second run finds it as it is."""
    first = here.step("package")
    assert first.code == OK, first.log
    (found,) = first.crates
    assert [path.name for path in here.attested.iterdir()] == ["zz-a-0.1.0.crate"]
    commit = run(here.work, "git", "rev-parse", "HEAD").strip()
    assert (found["name"], found["version"], found["commit"]) == ("zz-a", "0.1.0", commit)
    assert found["published"] is None
    assert first.outputs["checksum"] == found["sha256"]
    assert first.outputs["directory"] == str(here.attested)
    again = here.step("package")
    assert again.code == OK
    assert again.crates == first.crates
    assert "write" not in again.log
    assert here.step("pre-publish").outputs["checksum"] == found["sha256"]
    temp = [path.name for path in (here.folder / "temp").iterdir()]
    assert sorted(temp) == ["attested-crates", "release-actions-records"], "something is left"


def test_a_stale_crate_of_an_earlier_build_never_rides_along(here: Place) -> None:
    """D-O14: `target/package/*.crate` would have taken both."""
    stale = here.work / "target" / "package"
    stale.mkdir(parents=True)
    (stale / "zz-a-0.0.9.crate").write_bytes(b"stale")
    (stale / "zz-a-0.1.0.crate").write_bytes(b"stale")
    ended = here.step("package")
    assert ended.code == OK, ended.log
    assert [path.name for path in here.attested.iterdir()] == ["zz-a-0.1.0.crate"]
    assert here.step("pre-publish").code == OK


def test_a_dry_run_packages_and_writes_nothing(here: Place) -> None:
    ended = here.step("package", dry_run="true")
    assert ended.code == OK
    assert not here.attested.exists()
    assert "crates" not in ended.outputs
    assert "due" in {finding["outcome"] for finding in ended.record["findings"]}


def test_members_that_need_each_other_are_packaged_together(here: Place) -> None:
    """Before any of them is on the registry; and the bytes are those that it serves later."""
    ended = here.step("package", "zz-a\nzz-b@0.1.0")
    assert ended.code == OK, ended.log
    assert [found["name"] for found in ended.crates] == ["zz-a", "zz-b"]
    assert ended.outputs["checksum"] == ""
    here.publish("zz-a", "zz-b")
    assert here.step("post-publish", "zz-a\nzz-b").outputs["published"] == "true"


def test_a_sibling_that_the_index_lacks_is_waited_for(here: Place, registry: Crates) -> None:
    """O10: the index lags behind the publication of what the crate needs; it says so."""
    assert here.step("package", "zz-b").rules("missing") == ["sibling-not-served"]
    here.publish("zz-a")
    registry.lag = {"index": 40.0}
    late = here.step("package", "zz-b", wait="2m")
    assert late.code == OK, late.log
    assert "waiting: zz-a: zz-b needs zz-a 0.1.0, and the index has it not yet" in late.log
    assert late.clock.slept


def test_a_sibling_that_never_comes_ends_the_wait(here: Place) -> None:
    """O33: not on the registry is not there yet (11), whatever cargo would say of it."""
    ended = here.step("package", "zz-b", wait="2m")
    assert ended.code == MISSING
    assert sum(ended.clock.slept) >= 120


def test_a_yanked_sibling_is_no_sibling(here: Place, registry: Crates) -> None:
    here.publish("zz-a")
    registry.yank("zz-a", "0.1.0")
    ended = here.step("package", "zz-b")
    assert (ended.code, ended.rules("failed")) == (FAILED, ["sibling-yanked"])


def test_a_sibling_that_is_never_published_is_told(here: Place) -> None:
    manifest = here.work / "crates/zz-a/Cargo.toml"
    text = manifest.read_text().replace('license = "MIT"\n', 'license = "MIT"\npublish = false\n')
    here.commit("crates/zz-a/Cargo.toml", text)
    ended = here.step("package", "zz-b")
    assert (ended.code, ended.rules("failed")) == (FAILED, ["sibling-private"])


SECRETS = {
    "a token of crates.io": {"CARGO_REGISTRY_TOKEN": "x"},
    "a token of another registry": {"CARGO_REGISTRIES_LOOP_TOKEN": "x"},
    "a key": {"CARGO_REGISTRIES_LOOP_SECRET_KEY": "x"},
    "a token can be minted": {"ACTIONS_ID_TOKEN_REQUEST_TOKEN": "x"},
}


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_nothing_is_built_where_a_secret_is(here: Place, secret: dict[str, str]) -> None:
    """A build script could read it. Comparing builds nothing, and may be beside it."""
    assert here.step("package").code == OK
    here.environ |= secret
    ended = here.step("package")
    assert (ended.code, ended.rules("failed")) == (FAILED, ["secret-near"])
    assert "x" not in ended.details.split("secret-near")[0].split()
    assert here.step("pre-publish").code == OK


@pytest.mark.parametrize("name", ["credentials.toml", "credentials"])
def test_what_cargo_login_left_on_a_runner_is_a_secret(here: Place, name: str) -> None:
    (Path(here.environ["CARGO_HOME"]) / name).write_text("[registry]\n")
    assert here.step("package").rules("failed") == ["secret-near"]
    del here.environ["GITHUB_ACTIONS"]
    assert here.step("package").code == OK, "on a laptop it is everyday"


def test_a_build_script_sees_no_secret_and_what_is_named(here: Place) -> None:
    here.commit(
        "crates/zz-a/build.rs",
        'fn main() { for name in ["GITHUB_TOKEN", "INPUTS", "ACTIONS_RUNTIME_TOKEN"] {'
        ' assert!(std::env::var(name).is_err(), "{}", name); }'
        ' assert_eq!(std::env::var("OPENSSL_DIR").unwrap(), "o"); }\n',
    )
    more = {"GITHUB_TOKEN": "s", "INPUTS": "s", "ACTIONS_RUNTIME_TOKEN": "s", "OPENSSL_DIR": "o"}
    here.environ |= more
    assert here.step("package", environment="OPENSSL_DIR").code == OK
    ended = here.step("package")
    assert (ended.code, ended.rules("failed")) == (FAILED, ["cargo-refused"])


# The tree


def changed(here: Place) -> None:
    (here.work / "crates/zz-a/src/lib.rs").write_text("// changed\n")


def untracked(here: Place) -> None:
    (here.work / "crates/zz-a/src/new file.rs").write_text("// new\n")


def deleted(here: Place) -> None:
    here.commit("crates/zz-a/src/gone.rs", "// gone\n")
    (here.work / "crates/zz-a/src/gone.rs").unlink()


def staged(here: Place) -> None:
    changed(here)
    run(here.work, "git", "add", "--all")


def manifest_above(here: Place) -> None:
    with (here.work / "Cargo.toml").open("a") as file:
        file.write("# more\n")


def lock_file(here: Place) -> None:
    with (here.work / "Cargo.lock").open("a") as file:
        file.write("# more\n")


DIRTY: dict[str, tuple[Callable[[Place], None], str]] = {
    "a changed file": (changed, "crates/zz-a/src/lib.rs"),
    "an untracked file": (untracked, "crates/zz-a/src/new file.rs"),
    "a deleted file": (deleted, "crates/zz-a/src/gone.rs"),
    "a staged change": (staged, "crates/zz-a/src/lib.rs"),
    "the workspace's manifest": (manifest_above, "Cargo.toml"),
    "the lock file": (lock_file, "Cargo.lock"),
}


@pytest.mark.parametrize(("make", "path"), DIRTY.values(), ids=DIRTY)
def test_a_dirty_tree_is_refused_with_what_is_dirty(
    here: Place, make: Callable[[Place], None], path: str
) -> None:
    make(here)
    ended = here.step("package")
    assert (ended.code, ended.rules("failed")) == (FAILED, ["dirty"])
    assert f"{path}: it is not as the commit has it" in ended.details
    assert not here.attested.exists()


def test_many_dirty_files_are_counted(here: Place) -> None:
    for number in range(12):
        (here.work / f"crates/zz-a/src/m{number:02}.rs").write_text("")
    ended = here.step("package")
    assert "4 more files: not as the commit has them" in ended.details


def test_what_is_not_packaged_may_be_changed(here: Place) -> None:
    (here.work / "notes.txt").write_text("x")
    (here.work / "crates/zz-b/src/lib.rs").write_text("// another crate\n")
    assert here.step("package").code == OK


def test_a_tree_without_a_commit_is_refused(here: Place) -> None:
    (here.work / ".git").rename(here.folder / "git")
    ended = here.step("package")
    assert ended.code == FAILED
    assert "no-commit" in ended.rules("failed")


def test_a_lock_file_that_no_commit_has_is_refused(here: Place) -> None:
    """PAINS 38: an uncommitted Cargo.lock makes another .crate every day."""
    run(here.work, "git", "rm", "--quiet", "--cached", "Cargo.lock")
    here.commit(".gitignore", "/target\nCargo.lock\n")
    ended = here.step("package")
    assert (ended.code, ended.rules("failed")) == (FAILED, ["no-lock"])


def test_who_is_no_member_is_told_who_is(here: Place) -> None:
    ended = here.step("package", "zz-c")
    assert (ended.code, ended.rules("failed")) == (FAILED, ["no-such-package"])
    assert "There are: zz-a, zz-b." in ended.log


def test_another_version_than_asked_for_is_refused(here: Place) -> None:
    ended = here.step("package", "zz-a@0.2.0")
    assert (ended.code, ended.rules("failed")) == (FAILED, ["wrong-version"])
    assert here.step("package", "zz-a@0.1.0").code == OK
    assert here.step("recover", "zz-a@0.2.0").rules("failed") == ["wrong-version"]


@pytest.mark.parametrize(
    ("publish", "code"),
    [("false", FAILED), ("[]", FAILED), ('["crates-io"]', FAILED), ('["loop"]', OK)],
)
def test_what_its_manifest_keeps_private_is_not_packaged(
    here: Place, publish: str, code: int
) -> None:
    """D-W15: an empty list is no registry, and a list is those alone."""
    text = (here.work / "crates/zz-a/Cargo.toml").read_text()
    here.commit("crates/zz-a/Cargo.toml", text.replace('lish\n', '').replace(
        "\n[dependencies]", f"publish = {publish}\n\n[dependencies]"))  # fmt: skip
    ended = here.step("package")
    assert ended.code == code, ended.log
    assert ended.rules("failed") == (["not-publishable"] if code else [])


def test_what_cargo_refuses_is_a_no_where_the_registry_answers(
    here: Place, registry: Crates
) -> None:
    """O33: no word of cargo's is judged; whether it could have looked is asked of the registry."""
    here.commit("crates/zz-a/src/lib.rs", "this is no Rust\n")
    ended = here.step("package")
    assert (ended.code, ended.rules("failed")) == (FAILED, ["cargo-refused"])
    assert "could not compile `zz-a`" in ended.details
    registry.faults.add(Fault(kind="status", route="index-config", status=503))
    ended = here.step("package")
    assert (ended.code, ended.rules("unknown")) == (ERROR, ["cargo-refused"])


def test_a_lock_file_that_does_not_fit_is_refused(here: Place) -> None:
    """--locked: what would be published was resolved when it was reviewed."""
    text = (here.work / "crates/zz-a/Cargo.toml").read_text().replace("0.1.0", "0.1.1")
    here.commit("crates/zz-a/Cargo.toml", text)
    ended = here.step("package")
    assert (ended.code, ended.rules("failed")) == (FAILED, ["cargo-refused"])
    assert not here.attested.exists()
    assert run(here.work, "git", "status", "--porcelain") == "", "a look changes nothing"


# Packaged against attested


def test_a_tampered_byte_is_refused_before_any_token_is_minted(here: Place) -> None:
    """O21, PAINS 37."""
    assert here.step("package").code == OK
    (file,) = here.attested.iterdir()
    content = bytearray(file.read_bytes())
    content[-20] ^= 1
    file.write_bytes(content)
    ended = here.step("pre-publish")
    assert (ended.code, ended.rules("failed")) == (FAILED, ["bad-crate"])
    assert ended.outputs["crates"] == ""


def test_another_content_is_told_by_file(here: Place) -> None:
    assert here.step("package").code == OK
    text = (here.work / "crates/zz-a/src/lib.rs").read_text()
    here.commit("crates/zz-a/src/lib.rs", text + "// more\n")
    ended = here.step("pre-publish")
    assert (ended.code, ended.rules("failed")) == (FAILED, ["attested-differs"])
    assert "zz-a-0.1.0.crate: what it holds differs, and it is of another commit" in ended.details
    assert "zz-a-0.1.0.crate: src/lib.rs: attested 8 bytes" in ended.details
    assert here.step("package").rules("failed") == ["attested-differs"], "never replaced"


def test_another_commit_alone_is_told_apart(here: Place) -> None:
    """PAINS 38, TESTBED 5: no packaged file changed, and the bytes are others all the same."""
    assert here.step("package").code == OK
    here.commit("README.md", "# more\n")
    ended = here.step("pre-publish")
    assert ended.code == FAILED
    assert "only the commit differs that it says it was packaged at" in ended.details
    assert ".cargo_vcs_info.json: git.sha1: attested" in ended.details
    assert "Check out the commit that was attested" in ended.log


def test_an_executable_bit_is_told(here: Place) -> None:
    assert here.step("package").code == OK
    (here.work / "crates/zz-a/src/lib.rs").chmod(0o755)
    run(here.work, "git", "-c", "user.name=A", "-c", "user.email=a@b.c", "commit", "--quiet",
        "--all", "--message", "x")  # fmt: skip
    assert "src/lib.rs: executable in the packaged one alone" in here.step("pre-publish").details


def test_a_crate_without_its_lock_file_is_told(here: Place) -> None:
    out = here.folder / "other"
    run(here.work, "cargo", "package", "--locked", "--no-verify", "--exclude-lockfile", "-p",
        "zz-a", "--registry", "loop", "--target-dir", str(out), env=here.environ)  # fmt: skip
    here.attested.mkdir()
    (out / "package/zz-a-0.1.0.crate").rename(here.attested / "zz-a-0.1.0.crate")
    ended = here.step("pre-publish")
    assert ended.code == FAILED
    assert "Cargo.lock: only in the packaged one: --exclude-lockfile" in ended.details


def test_the_account_fits_on_a_screen(here: Place) -> None:
    assert here.step("package").code == OK
    for number in range(40):
        (here.work / f"crates/zz-a/src/m{number:02}.rs").write_text("")
    here.commit("x", "y")
    ended = here.step("pre-publish")
    assert len([f for f in ended.record["findings"] if f["outcome"] == "failed"]) == 18
    assert "25 more: they differ as well" in ended.details


def test_what_a_verifying_build_makes_of_it_must_be_the_same(
    here: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    from release_actions.clients import crate_files

    real = crate_files.package

    def twice(*words: object, **more: object) -> Packaged:
        found = real(*words, **more)  # type: ignore[arg-type]  # handed through
        return Packaged(found.ok, found.said, found.crates, {"zz-a-0.1.0.crate": None})

    monkeypatch.setattr(crate_files, "package", twice)
    ended = here.step("package")
    assert (ended.code, ended.rules("failed")) == (FAILED, ["not-reproducible"])


@pytest.mark.parametrize("rule", ["not-one-crate", "other-commit"])
def test_what_came_of_it_is_exactly_what_was_asked_for(
    here: Place, monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    from release_actions.clients import crate_files

    file = here.folder / "zz-a-0.1.0.crate"
    file.write_bytes(crate())
    made = crate_files.open_one(file)
    other = CrateOnDisk(here.folder / "zz-a-0.2.0.crate", made.sha256, made.size, made.crate)
    found = (made,) if rule == "other-commit" else (made, other)
    monkeypatch.setattr(crate_files, "package", lambda *w, **m: Packaged(True, "", found))
    ended = here.step("package")
    assert (ended.code, ended.rules("failed")) == (FAILED, [rule])


# The attested directory


def test_no_attested_crate_is_missing(here: Place) -> None:
    for mode in ("pre-publish", "recover", "post-publish"):
        ended = here.step(mode)
        assert (ended.code, ended.rules("missing")) == (MISSING, ["attested-missing"])


def test_two_attested_crates_are_one_too_many(here: Place) -> None:
    """D-O14."""
    assert here.step("package").code == OK
    (file,) = here.attested.iterdir()
    text = (here.work / "crates/zz-a/Cargo.toml").read_text().replace("0.1.0", "0.1.1")
    (here.work / "crates/zz-a/Cargo.toml").write_text(text)
    run(here.work, "cargo", "generate-lockfile", "--offline", env=here.environ)
    here.commit("x", "y")
    ended = here.step("package")
    assert (ended.code, ended.rules("failed")) == (FAILED, ["two-attested"])
    second = here.step("package", attested_directory=str(here.folder / "second"))
    assert second.code == OK, second.log
    (here.folder / "second/zz-a-0.1.1.crate").rename(here.attested / "zz-a-0.1.1.crate")
    assert here.step("recover").rules("failed") == ["two-attested"]
    file.unlink()
    assert here.step("pre-publish").code == OK
    (here.attested / "zz-a-0.1.1.crate").rename(here.attested / "zz-a-0.1.0.crate")
    assert here.step("pre-publish").rules("failed") == ["misnamed"]


def test_another_attested_version_than_the_tree_has_is_refused(here: Place) -> None:
    assert here.step("package").code == OK
    text = (here.work / "crates/zz-a/Cargo.toml").read_text().replace("0.1.0", "0.1.1")
    (here.work / "crates/zz-a/Cargo.toml").write_text(text)
    run(here.work, "cargo", "generate-lockfile", "--offline", env=here.environ)
    here.commit("x", "y")
    ended = here.step("pre-publish")
    assert (ended.code, ended.rules("failed")) == (FAILED, ["attested-differs"])
    assert "another version is attested" in ended.details


def test_a_crate_packaged_from_changed_files_is_no_evidence(here: Place) -> None:
    changed(here)
    out = here.folder / "other"
    run(here.work, "cargo", "package", "--locked", "--no-verify", "--allow-dirty", "-p", "zz-a",
        "--registry", "loop", "--target-dir", str(out), env=here.environ)  # fmt: skip
    here.attested.mkdir()
    (out / "package/zz-a-0.1.0.crate").rename(here.attested / "zz-a-0.1.0.crate")
    assert here.step("recover").rules("failed") == ["dirty-crate"]


def test_crates_of_others_beside_it_do_no_harm(here: Place) -> None:
    assert here.step("package", "zz-a\nzz-b").code == OK
    assert here.step("pre-publish", "zz-a").code == OK


# The inputs


BAD = {
    "no package": ("", {}, "package"),
    "commas alone": (",", {}, "package"),
    "a package twice": ("zz-a\nzz_a", {}, "package"),
    "no name": ("../x", {}, "package"),
    "no version": ("zz-a@1", {}, "package"),
    "a mode that is none": ("zz-a", {"mode": "publish"}, "mode"),
    "a registry that is no index": ("zz-a", {"registry_url": "http://crates.io"}, "registry-url"),
    "a registry that is an option": ("zz-a", {"registry": "--index"}, "registry"),
    "a secret for the build": ("zz-a", {"environment": "GITHUB_TOKEN"}, "environment"),
}


@pytest.mark.parametrize(("package", "given", "name"), BAD.values(), ids=BAD)
def test_inputs_that_make_no_sense_are_told_by_name(
    here: Place, package: str, given: dict[str, str], name: str
) -> None:
    ended = here.step(given.pop("mode", "recover"), package, **given)
    assert ended.code == USAGE
    assert f"input `{name}`" in ended.log


def test_the_default_registry_is_crates_io(here: Place) -> None:
    assert here.step("package", registry_url="").code == OK, "nothing of it is asked"


def test_on_a_laptop_the_crates_lie_beside_the_build(here: Place) -> None:
    for name in ("RUNNER_TEMP", "GITHUB_ACTIONS"):
        del here.environ[name]
    here.environ["TMPDIR"] = str(here.folder)
    assert here.step("package").code == OK
    assert (here.work / "target" / "attested-crates" / "zz-a-0.1.0.crate").is_file()
