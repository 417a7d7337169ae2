"""Cargo is given what it needs and no secret; its own words are for people."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal.registries import Crates as Registry
from release_actions.clients import crate_files, served_crate
from release_actions.clients.cargo import Cargo, said, surroundings
from release_actions.clients.crate_files import look, open_one, package, place
from release_actions.clients.web import Fetched
from release_actions.errors import RefusedError, UpstreamError
from release_actions.formats.checksums import Sha256
from release_actions.formats.crate_index import CrateName, IndexUrl
from tests.actions.verify_crate_identity.registry import Place
from tests.actions.verify_crate_identity.registry import place as placed
from tests.formats.crate_bytes import crate

A, B = CrateName("zz-a"), CrateName("zz-b")


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    with Registry(tmp_path / "registry") as made:
        yield made
        assert not made.crashes, "\n".join(made.crashes)


@pytest.fixture
def here(tmp_path: Path, registry: Registry) -> Place:
    return placed(tmp_path, registry, {"zz-a": (), "zz-b": ("zz-a",)})


@pytest.fixture
def cargo(here: Place) -> Cargo:
    return Cargo(here.work, here.environ)


def test_a_child_is_given_what_it_needs_and_nothing_secret() -> None:
    """Code of the caller runs in a build: tokens, and all that is called like one, stay here."""
    environ = {
        "PATH": "p",
        "CARGO_HOME": "c",
        "CARGO_NET_RETRY": "2",
        "RUSTFLAGS": "f",
        "CARGO_REGISTRY_TOKEN": "s",
        "CARGO_REGISTRIES_LOOP_TOKEN": "s",
        "CARGO_REGISTRIES_LOOP_SECRET_KEY": "s",
        "CARGO_REGISTRIES_LOOP_CREDENTIAL_PROVIDER": "s",
        "GITHUB_TOKEN": "s",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "s",
        "AWS_SECRET_ACCESS_KEY": "s",
        "OPENSSL_DIR": "o",
    }
    given = surroundings(environ)
    assert given == {"PATH": "p", "CARGO_HOME": "c", "CARGO_NET_RETRY": "2", "RUSTFLAGS": "f"}
    assert surroundings(environ, ["OPENSSL_DIR", "GITHUB_TOKEN"]) == given | {"OPENSSL_DIR": "o"}


def test_the_workspace_is_told(cargo: Cargo, here: Place) -> None:
    workspace = cargo.metadata()
    assert [member.name for member in workspace.members] == ["zz-a", "zz-b"]
    b = workspace.find("zz-b")
    assert b is not None
    assert [sibling.name for sibling in workspace.siblings(b)] == ["zz-a"]
    assert cargo.version().startswith("cargo 1.")
    assert "src/lib.rs" in (cargo.listed(A) or ())


def test_a_folder_that_is_no_workspace_is_an_error_with_cargos_words(tmp_path: Path) -> None:
    with pytest.raises(UpstreamError, match=r"cargo metadata in .*could not find `Cargo.toml`"):
        Cargo(tmp_path).metadata()


def test_metadata_that_cannot_be_read_is_an_error(here: Place, tmp_path: Path) -> None:
    fake = tmp_path / "bin" / "cargo"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\necho '{}'\n")
    fake.chmod(0o755)
    environ = here.environ | {"PATH": f"{fake.parent}:{os.environ['PATH']}"}
    with pytest.raises(UpstreamError, match="cargo metadata: cannot be read"):
        Cargo(here.work, environ).metadata()


def test_no_cargo_is_an_error(tmp_path: Path) -> None:
    nowhere = {"PATH": str(tmp_path)}
    with pytest.raises(UpstreamError, match="cargo cannot be started"):
        Cargo(tmp_path, nowhere).version()
    assert Cargo(tmp_path, nowhere)._toolchain() == ""


def test_cargos_words_begin_with_its_first_error() -> None:
    text = "warning: w\n  Compiling a\nerror: no\n\nCaused by:\n  reason\n"
    assert said(text) == "error: no Caused by: reason"
    assert said("all is well\n") == "all is well"


def test_a_program_that_the_checkout_names_is_never_given_the_token(
    here: Place, registry: Registry, tmp_path: Path
) -> None:
    """.cargo/config.toml of a checkout may name a credential provider and a compiler wrapper."""
    spy = tmp_path / "spy.sh"
    spy.write_text(f'#!/bin/sh\nenv > {tmp_path}/spied\nexec "$@"\n')
    spy.chmod(0o755)
    (here.work / ".cargo").mkdir()
    (here.work / ".cargo/config.toml").write_text(
        f'[build]\nrustc-wrapper = "{spy}"\n[registries.loop]\ncredential-provider = ["{spy}"]\n'
        f'[registry]\nglobal-credential-providers = ["cargo:token-from-stdout {spy}"]\n'
    )
    (tmp_path / "p").mkdir()
    cargo = Cargo(here.work, here.environ)
    outside = cargo.outside("loop", IndexUrl(registry.index_url))
    done = cargo.run(
        "publish", "--no-verify", "--locked", "--registry", "loop", "--target-dir", "t",
        "--manifest-path", str(here.work / "crates/zz-a/Cargo.toml"),
        settings=outside | {"CARGO_REGISTRIES_LOOP_TOKEN": registry.token()}, cwd=tmp_path / "p",
    )  # fmt: skip
    assert done.ok, done.said
    assert registry.find("zz-a", "0.1.0") is not None
    cargo.metadata()
    assert cargo.package([A], tmp_path / "t", verify=False, registry="loop").ok
    assert not (tmp_path / "spied").exists()
    assert cargo.package([A], tmp_path / "t2", verify=True, registry="loop").ok
    assert "TOKEN" not in (tmp_path / "spied").read_text()


def test_a_secret_is_covered_in_cargos_words(cargo: Cargo) -> None:
    done = cargo.run("--no-such-cio-secret", cover="cio-secret")
    assert not done.ok
    assert "--no-such-***" in done.said


# The files


def test_several_at_once_are_the_same_bytes_as_one_after_the_other(
    cargo: Cargo, here: Place, tmp_path: Path
) -> None:
    """--workspace, or the registry: the lock file inside has the same checksum of the sibling."""
    together = package(cargo, [A, B], tmp_path / "q", at="x", verify=True, registry="loop")
    here.publish("zz-a")
    alone = package(cargo, [B], tmp_path / "q", at="x", verify=False, registry="loop")
    assert [c.sha256 for c in together.crates][1:] == [c.sha256 for c in alone.crates]
    assert together.verified == {c.path.name: c.sha256 for c in together.crates}


def test_what_was_packaged_once_is_kept(cargo: Cargo, here: Place, tmp_path: Path) -> None:
    first = package(cargo, [A], tmp_path / "q", at="x", verify=False, registry="loop")
    here.commit("crates/zz-a/src/lib.rs", "// other\n")
    kept = package(cargo, [A], tmp_path / "q", at="x", verify=False, registry="loop")
    assert kept == first
    anew = package(cargo, [A], tmp_path / "q", at="y", verify=False, registry="loop")
    assert anew.crates[0].sha256 != first.crates[0].sha256


def test_a_build_that_reaches_what_was_packaged_before_it_is_found(
    here: Place, tmp_path: Path
) -> None:
    """A build script runs as this very user; it can write wherever this process can."""
    script = (
        'fn main() { for entry in std::fs::read_dir("FOLDER").unwrap() {'
        " let path = entry.unwrap().path();"
        ' if path.to_str().unwrap().contains("/made-") {'
        ' std::fs::write(path.join("zz-a-0.1.0.crate"), "x").unwrap(); } } }'
    )
    here.commit("crates/zz-a/build.rs", script.replace("FOLDER", str(tmp_path / "q")))
    cargo = Cargo(here.work, here.environ)
    with pytest.raises(UpstreamError, match="the build changed what was packaged before it"):
        package(cargo, [A], tmp_path / "q", at="x", verify=True, registry="loop")


def test_every_crate_of_a_folder_is_opened(tmp_path: Path) -> None:
    (tmp_path / "zz-a-0.1.0.crate").write_bytes(crate())
    (tmp_path / "broken.crate").write_bytes(b"x")
    (tmp_path / "link.crate").symlink_to("zz-a-0.1.0.crate")
    (tmp_path / "readme.txt").write_text("x")
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper/zz-b-0.1.0.crate").write_bytes(crate())
    found = {c.path.name: c for c in look(tmp_path)}
    assert set(found) == {"zz-a-0.1.0.crate", "broken.crate", "link.crate"}
    assert found["zz-a-0.1.0.crate"].crate is not None
    assert "no whole .crate" in found["broken.crate"].fault
    assert found["link.crate"].fault == "no plain file"
    assert look(tmp_path / "none") == ()


def test_a_file_beyond_the_bound_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crate_files, "LARGEST", 10)
    (tmp_path / "a.crate").write_bytes(crate())
    assert "10 are read at most" in open_one(tmp_path / "a.crate").fault


def test_a_copy_is_whole_and_replaces_nothing(tmp_path: Path) -> None:
    source, to = tmp_path / "a", tmp_path / "out" / "a.crate"
    source.write_bytes(crate())
    sha256 = open_one(source).sha256
    assert sha256 is not None
    for _ in range(2):  # safe to repeat
        place(source, sha256, to)
    assert to.read_bytes() == source.read_bytes()
    assert [path.name for path in to.parent.iterdir()] == ["a.crate"]
    to.write_bytes(b"somebody else's")
    with pytest.raises(RefusedError, match="somebody else wrote it") as caught:
        place(source, sha256, to)
    assert caught.value.rule == "attested-differs"
    assert to.read_bytes() == b"somebody else's"
    with pytest.raises(UpstreamError, match="not any more what was judged"):
        place(source, Sha256("0" * 64), tmp_path / "b.crate")
    (tmp_path / "file").write_text("x")
    with pytest.raises(UpstreamError, match="cannot be written"):
        place(source, sha256, tmp_path / "file" / "a.crate")


def test_what_the_disk_refuses_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UpstreamError, match="Not a directory"):
        crate_files._take(tmp_path / "package", tmp_path / "file" / "made")
    (tmp_path / "a.crate").write_bytes(crate())

    def broken(stream: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("release_actions.formats.crate.read", broken)
    with pytest.raises(UpstreamError, match="Input/output error"):
        open_one(tmp_path / "a.crate")


def test_a_download_that_changed_before_it_was_opened_is_no_evidence(tmp_path: Path) -> None:
    (tmp_path / "a.part").write_bytes(crate())
    fetched = Fetched(tmp_path / "a.part", 1, Sha256("0" * 64))
    with pytest.raises(UpstreamError, match="not any more what was downloaded"):
        served_crate._opened(fetched)
