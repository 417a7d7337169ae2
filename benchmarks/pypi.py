"""How fast canonicalize-pypi-dists recovers what is published: `python benchmarks/pypi.py`.

200 wheels of 5 MB from a loopback index in a process of its own: the whole step (all files
loaded, verified, opened, compared with what was built and put in place) beside 8 curl processes at
once and `openssl dgst` for the same files. Both take turns, and the best of each are compared.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENVIRON = {**os.environ, "PYTHONPATH": str(ROOT / "src")}

TURNS, FILES, SIZE = 5, 200, 5_000_000
SLOWER = 1.3
NAME = "acme_app-1.2.0-{}-py3-none-any.whl"
SERVE = """
import sys
from pathlib import Path
from rehearsal.registries import PyPI
with PyPI(sys.argv[1]) as pypi:
    for file in sorted(Path(sys.argv[2]).iterdir()):
        print(f"{pypi.url}{pypi.add('acme-app', '1.2.0', file.name, file).path}")
    print(pypi.simple_url, flush=True)
    sys.stdin.read()
"""


def main() -> int:
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        folder = Path(name)
        build(folder / "dist")
        command = [sys.executable, "-c", SERVE, str(folder / "pypi"), str(folder / "dist")]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ENVIRON
        ) as server:
            assert server.stdout is not None
            urls = [server.stdout.readline().strip() for _ in range(FILES)]
            index = server.stdout.readline().strip()
            theirs, ours = in_turns(
                folder, lambda: curl(folder / "curl", urls), lambda: recover(folder, index)
            )
            server.communicate("")
    kept = "kept" if ours / theirs <= SLOWER else "NOT KEPT"
    size = f"{FILES} files of {SIZE / 1e6:.0f} MB"
    print(f"{size}, ours {ours:6.2f} s, curl and openssl {theirs:6.2f} s")
    print(f"  {ours / theirs:.2f} of at most {SLOWER}  {kept}")
    return 0 if kept == "kept" else 1


def build(folder: Path) -> None:
    """Wheels of random bytes, which nothing makes shorter."""
    folder.mkdir()
    for number in range(FILES):
        with zipfile.ZipFile(folder / NAME.format(number), "w") as archive:
            archive.writestr("acme_app/data", os.urandom(SIZE))
            metadata = "Metadata-Version: 2.4\nName: acme-app\nVersion: 1.2.0\n"
            archive.writestr("acme_app-1.2.0.dist-info/METADATA", metadata)


def curl(folder: Path, urls: list[str]) -> None:
    folder.mkdir()
    each = FILES // 8
    loading = [
        subprocess.Popen(
            ["curl", "--silent", "--fail", "--remote-name-all", *urls[at : at + each]], cwd=folder
        )
        for at in range(0, FILES, each)
    ]
    assert [one.wait() for one in loading] == [0] * 8
    paths = sorted(folder.iterdir())
    assert len(paths) == FILES
    subprocess.run(["openssl", "dgst", "-sha256", *paths], check=True, stdout=subprocess.DEVNULL)


def recover(folder: Path, index: str) -> None:
    """The whole step, from its start to the read-back; what was built is compared too."""
    inputs = {"project": "acme-app", "version": "1.2.0", "repository": "acme/app"}
    (folder / "temp").mkdir(exist_ok=True)
    here = {"GITHUB_WORKSPACE": str(folder), "RUNNER_TEMP": str(folder / "temp")}
    subprocess.run(
        [sys.executable, "-m", "release_actions", "canonicalize-pypi-dists", "--inputs-on-stdin"],
        input=json.dumps({**inputs, "index-url": index}).encode(),
        env=ENVIRON | here, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    assert len(list((folder / "canonical").iterdir())) == FILES


def in_turns(folder: Path, *works: Callable[[], None]) -> list[float]:
    """The least seconds of each. They take turns, so that a busy minute is everybody's."""
    seconds: list[list[float]] = [[] for _ in works]
    for _ in range(TURNS):
        for work, each in zip(works, seconds, strict=True):
            began = time.perf_counter()
            work()
            each.append(time.perf_counter() - began)
            for left in ("curl", "canonical"):  # the next turn begins as this one did
                shutil.rmtree(folder / left, ignore_errors=True)
    return [min(each) for each in seconds]


if __name__ == "__main__":
    sys.exit(main())
