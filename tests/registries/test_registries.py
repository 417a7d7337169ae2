"""The loopback registries are what twine, pip and cargo take for the real ones."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from rehearsal.faults import Fault
from rehearsal.registries import Crates, PyPI
from tests.registries.dists import run, sdist, wheel, workspace


@pytest.fixture
def pypi(tmp_path: Path) -> Iterator[PyPI]:
    with PyPI(tmp_path / "pypi") as made:
        yield made
        assert not made.crashes


@pytest.fixture
def crates(tmp_path: Path) -> Iterator[Crates]:
    with Crates(tmp_path / "crates") as made:
        yield made
        assert not made.crashes


def surroundings(tmp_path: Path, **more: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(tmp_path)} | more


def twine(pypi: PyPI, tmp_path: Path, *files: Path) -> subprocess.CompletedProcess[str]:
    env = surroundings(
        tmp_path, TWINE_USERNAME="__token__", TWINE_PASSWORD=pypi.token(), NO_COLOR="1"
    )
    command = [sys.executable, "-m", "twine", "upload", "--non-interactive", "--verbose"]
    return subprocess.run(
        [*command, "--repository-url", pypi.upload_url, *map(str, files)],
        env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


# PyPI


def test_twine_uploads_and_pip_downloads_the_same_bytes(pypi: PyPI, tmp_path: Path) -> None:
    built = [wheel(tmp_path / "dist"), sdist(tmp_path / "dist")]
    done = twine(pypi, tmp_path, *built)
    assert done.returncode == 0, done.stdout + done.stderr
    assert pypi.files("acme.app", "1.2.0") == {file.name: sha256(file) for file in built}
    pip = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-cache"]
    to = ("--target", str(tmp_path / "to"), "--index-url", pypi.simple_url, "acme-app==1.2.0")
    run(tmp_path, *pip, *to, env=surroundings(tmp_path))
    assert (tmp_path / "to/acme_app/__init__.py").is_file()


def test_the_same_file_twice_is_taken_and_another_of_its_name_is_not(
    pypi: PyPI, tmp_path: Path
) -> None:
    """PAINS 31: what PyPI says to a second upload."""
    first = wheel(tmp_path / "a")
    assert twine(pypi, tmp_path, first).returncode == 0
    assert twine(pypi, tmp_path, first).returncode == 0
    other = twine(pypi, tmp_path, wheel(tmp_path / "b", salt="other"))
    assert other.returncode == 1
    assert "File already exists" in other.stdout + other.stderr


def test_a_token_of_somebody_else_uploads_nothing(pypi: PyPI, tmp_path: Path) -> None:
    asked = {"name": "a", "version": "1", ":action": "file_upload"}
    answer = requests.post(
        pypi.upload_url,
        data=asked,
        files={"content": ("a-1.tar.gz", b"x")},
        auth=("__token__", "x"),
    )
    assert answer.status_code == 403
    assert pypi.files("a", "1") == {}


def test_every_layer_says_the_same_and_may_lag_by_itself(pypi: PyPI, tmp_path: Path) -> None:
    """PAINS 34: JSON, the simple index and the files are three things."""
    dist = pypi.add("Acme.App", "1.2.0", "acme_app-1.2.0-py3-none-any.whl", b"wheel")
    told = requests.get(f"{pypi.url}/pypi/acme-app/1.2.0/json").json()
    (url,) = told["urls"]
    assert (url["filename"], url["digests"]["sha256"]) == (dist.filename, dist.sha256)
    assert requests.get(url["url"]).content == b"wheel"
    accept = {"Accept": "application/vnd.pypi.simple.v1+json"}
    simple = requests.get(f"{pypi.url}/simple/Acme.App/", headers=accept)
    assert simple.url.endswith("/simple/acme-app/")
    assert simple.json()["files"][0]["hashes"] == {"sha256": dist.sha256}
    assert f"#sha256={dist.sha256}" in requests.get(f"{pypi.url}/simple/acme-app/").text
    pypi.lag = {"version-json": 3600}
    pypi.without = {"simple"}
    assert requests.get(f"{pypi.url}/pypi/acme-app/1.2.0/json").status_code == 404
    assert requests.get(f"{pypi.url}/simple/acme-app/").status_code == 404
    assert requests.get(f"{pypi.url}/pypi/acme-app/json").status_code == 200


def test_a_yanked_file_and_its_provenance_are_told(pypi: PyPI) -> None:
    provenance = {"version": 1, "attestation_bundles": []}
    dist = pypi.add("a", "1", "a-1.tar.gz", b"x", yanked="broken", provenance=provenance)
    simple = requests.get(f"{pypi.url}/simple/a/", headers={"Accept": "application/json"}).json()
    assert simple["files"][0]["yanked"] == "broken"
    assert 'data-yanked="broken"' in requests.get(f"{pypi.url}/simple/a/").text
    assert requests.get(simple["files"][0]["provenance"]).json() == provenance
    assert requests.get(f"{pypi.url}/integrity/a/1/{dist.filename}x/provenance").status_code == 404


def test_faults_strike_registries_as_well(pypi: PyPI) -> None:
    dist = pypi.add("a", "1", "a-1.tar.gz", b"hello")
    url = f"{pypi.url}{dist.path}"
    pypi.faults.add(Fault(kind="wrong-bytes", route="files", call=1))
    assert requests.get(url).content == b"iello"
    pypi.faults.add(Fault(kind="truncated", route="files", call=1))
    with pytest.raises(requests.RequestException):
        requests.get(url)
    pypi.faults.add(Fault(kind="status", route="files", call=1, status=503))
    assert requests.get(url).status_code == 503
    pypi.faults.add(Fault(kind="lag", route="simple", call=1))
    assert requests.get(f"{pypi.url}/simple/a/").status_code == 404
    assert requests.get(f"{pypi.url}/simple/a/").status_code == 200
    assert [firing.fault.kind for firing in pypi.faults.fired] == [
        "wrong-bytes", "truncated", "status", "lag",
    ]  # fmt: skip


# crates.io


def cargo(crates: Crates, tmp_path: Path, **more: str) -> dict[str, str]:
    home = tmp_path / "cargo-home"
    home.mkdir(exist_ok=True)
    (home / "config.toml").write_text(
        '[source.crates-io]\nreplace-with = "loop"\n'
        f'[registries.loop]\nindex = "{crates.index_url}"\n'
        f'[source.loop]\nregistry = "{crates.index_url}"\n'
    )
    return surroundings(tmp_path, CARGO_HOME=str(home), **_rustup()) | more


def _rustup() -> dict[str, str]:
    return {name: os.environ[name] for name in ("RUSTUP_HOME",) if name in os.environ}


def test_cargo_publishes_in_order_and_builds_from_what_is_served(
    crates: Crates, tmp_path: Path
) -> None:
    folder = workspace(tmp_path / "w", {"zz-a": (), "zz-b": ("zz-a",)})
    env = cargo(crates, tmp_path, CARGO_REGISTRIES_LOOP_TOKEN=crates.token())
    for name in ("zz-a", "zz-b"):
        run(folder, "cargo", "publish", "--registry", "loop", "--locked", "-p", name, env=env)
    packaged = folder / "target/package/zz-a-0.1.0.crate"
    found = crates.find("zz-a", "0.1.0")
    assert found is not None
    if packaged.exists():  # newer cargos remove it (PAINS 37)
        assert found.checksum == sha256(packaged)
    answer = requests.get(
        f"{crates.url}/api/v1/crates/zz-a/0.1.0/download", headers={"User-Agent": "me (me@x)"}
    )
    assert hashlib.sha256(answer.content).hexdigest() == found.checksum
    consumer = tmp_path / "consumer"
    run(tmp_path, "cargo", "new", "--quiet", "--vcs", "none", str(consumer), env=env)
    with (consumer / "Cargo.toml").open("a") as manifest:
        manifest.write('zz-b = "0.1"\n')
    run(consumer, "cargo", "build", "--quiet", env=env)


def test_a_version_is_published_once_by_an_owner_and_before_the_token_ends(
    crates: Crates, tmp_path: Path
) -> None:
    folder = workspace(tmp_path / "w", {"zz-a": ()})

    def publish(token: str) -> str:
        env = cargo(crates, tmp_path, CARGO_REGISTRIES_LOOP_TOKEN=token)
        done = subprocess.run(
            ["cargo", "publish", "--registry", "loop", "--no-verify"],
            cwd=folder / "crates/zz-a", env=env, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return "" if done.returncode == 0 else done.stderr

    assert "authentication failed" in publish("cio-none")
    assert "expired" in publish(crates.token(seconds=0))
    assert publish(crates.token()) == ""
    assert "already" in publish(crates.token())
    crates.crates["zz_a"].versions.clear()
    assert "owner" in publish(crates.token("somebody"))


def test_the_api_wants_to_know_who_asks(crates: Crates) -> None:
    """O23: a 403 for an agent that names nobody."""
    crates.add({"name": "zz-a", "vers": "1.0.0"}, b"crate")
    url = f"{crates.url}/api/v1/crates/zz-a"
    assert requests.get(url).status_code == 403
    mine = {"User-Agent": "release-actions (https://example.org)"}
    told = requests.get(url, headers=mine).json()
    assert told["versions"][0]["checksum"] == hashlib.sha256(b"crate").hexdigest()
    assert requests.get(f"{url}/2.0.0", headers=mine).status_code == 404
    assert requests.get(f"{url}/owners", headers=mine).json()["users"][0]["login"] == "ada"


def test_yanked_is_told_by_every_layer(crates: Crates) -> None:
    crates.add({"name": "abc", "vers": "1.0.0"}, b"crate")
    mine = {"User-Agent": "me (me@x)", "Authorization": crates.token()}
    url = f"{crates.url}/api/v1/crates/abc/1.0.0"
    assert requests.delete(f"{url}/yank", headers=mine).json() == {"ok": True}
    assert requests.get(url, headers=mine).json()["version"]["yanked"] is True
    assert '"yanked":true' in requests.get(f"{crates.url}/index/3/a/abc").text
    assert requests.put(f"{url}/unyank", headers=mine).json() == {"ok": True}
    assert '"yanked":false' in requests.get(f"{crates.url}/index/3/a/abc").text


def test_too_many_new_crates_are_told_when_to_come_again(crates: Crates) -> None:
    crates.new_crates = 0
    told = b'{"name":"abc","vers":"1.0.0","deps":[],"features":{}}'
    body = len(told).to_bytes(4, "little") + told + (1).to_bytes(4, "little") + b"x"
    mine = {"User-Agent": "me (me@x)", "Authorization": crates.token()}
    url = f"{crates.url}/api/v1/crates/new"
    first = requests.put(url, data=body, headers=mine)
    assert (first.status_code, first.headers["Retry-After"]) == (429, "1")
    assert requests.put(url, data=body, headers=mine).status_code == 200


def test_layers_lag_each_by_itself(crates: Crates) -> None:
    crates.lag = {"index": 3600}
    crates.add({"name": "abc", "vers": "1.0.0"}, b"crate")
    index = f"{crates.url}/index/3/a/abc"
    assert requests.get(index).status_code == 404
    assert requests.get(f"{crates.url}/static/crates/abc/abc-1.0.0.crate").content == b"crate"
    (version,) = crates.crates["abc"].versions
    version.at -= 3600  # An hour has passed.
    answer = requests.get(index)
    assert answer.status_code == 200
    again = requests.get(index, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_trusted_token_is_minted_and_revoked(crates: Crates) -> None:
    url = f"{crates.url}/api/v1/trusted_publishing/tokens"
    assert requests.post(url, json={}).status_code == 400
    token = requests.post(url, json={"jwt": "x"}).json()["token"]
    mine = {"User-Agent": "me (me@x)", "Authorization": f"Bearer {token}"}
    assert requests.get(f"{crates.url}/api/v1/me", headers=mine).json()["user"]["login"] == "ada"
    assert requests.delete(url, headers=mine).status_code == 204
    assert requests.get(f"{crates.url}/api/v1/me", headers=mine).status_code == 403
