"""How long a step takes to start, beside what other actions do: `python benchmarks/start.py`.

Warm, with the environment there: a whole step with three requests on loopback, beside a bundled
JavaScript action's hello. Cold, with no environment and no cache: beside `python -m venv` and
`pip install .`, as other Python actions start. Both sides take turns, and medians are compared.
"""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from rehearsal.github import GitHub  # noqa: E402  # from the checkout, whatever is installed
from release_actions import house  # noqa: E402

WARM_TURNS, COLD_TURNS = 31, 3
BASE_PYTHON = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
INDEX = re.compile(r"(PIP|UV)_\w+|(HTTPS?|ALL|NO)_PROXY|SSL_\w+|\w+_CA_BUNDLE", re.IGNORECASE)
CORE = ("@actions/core@1.11.1", "esbuild@0.25.0")

HELLO = """
import * as core from "@actions/core";
const name = core.getInput("name", { required: true });
core.info(`Hello, ${name}`);
core.setOutput("greeting", `Hello, ${name}`);
"""
# What a bundle comes to, for where npm reaches no registry: modules that core loads, and its work.
HELLO_WITHOUT_NPM = """
const [fs, os, crypto] = [require("fs"), require("os"), require("crypto")];
require("http"); require("https"); require("net"); require("tls"); require("child_process");
const name = (process.env.INPUT_NAME || "").trim();
process.stdout.write(`Hello, ${name}${os.EOL}`);
const mark = `ghadelimiter_${crypto.randomUUID()}`;
fs.appendFileSync(process.env.GITHUB_OUTPUT, `greeting<<${mark}\\nHello, ${name}\\n${mark}\\n`);
"""


@dataclass(frozen=True)
class Asked:
    """A loopback GitHub where a commit is green, and the step's surroundings to ask it."""

    environment: dict[str, str]
    inputs: dict[str, str]


@dataclass(frozen=True)
class Start:
    """A command to measure, and the folder that must be empty when it starts."""

    command: list[str]
    environment: dict[str, str]
    anew: Path | None = None

    def seconds(self) -> float:
        if self.anew:
            shutil.rmtree(self.anew, ignore_errors=True)
            self.anew.mkdir()
        began = time.perf_counter()
        subprocess.run(
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        return time.perf_counter() - began


@dataclass(frozen=True)
class Row:
    """One comparison, and what was promised of it."""

    what: str
    ours: float
    theirs: float
    at_most: float
    seconds: float = float("inf")

    @property
    def limit(self) -> float:
        return min(self.theirs * self.at_most, self.seconds)

    @property
    def kept(self) -> bool:
        return self.ours <= self.limit

    def __str__(self) -> str:
        numbers = "  ".join(f"{each:6.3f} s" for each in (self.ours, self.theirs, self.limit))
        ratio = f"{self.ours / self.theirs:.2f} of {self.at_most:.2f}"
        return f"{self.what:<10}  {numbers}  {ratio}  {'kept' if self.kept else 'NOT KEPT'}"


def main() -> int:
    with tempfile.TemporaryDirectory() as name, green(Path(name)) as asked:
        folder = Path(name)
        (folder / "library").mkdir()
        library = house.lay_out(folder / "library")
        rows = [warm(folder, library, asked), *cold(folder, library, asked)]
    print(f"{'':<10}  {'ours':>8}  {'theirs':>8}  {'at most':>8}  ratio")
    for row in rows:
        print(row)
    return 0 if all(row.kept for row in rows) else 1


def warm(folder: Path, library: Path, asked: Asked) -> Row:
    ours = step(library, folder / "warm", asked, with_uv=True)
    for _ in range(2):  # The first makes the environment, the second finds all compiled.
        ours.seconds()
    seconds, theirs = in_turns(WARM_TURNS, ours, javascript_hello(folder / "hello"))
    return Row("warm", seconds, theirs, at_most=4, seconds=0.30)


def cold(folder: Path, library: Path, asked: Asked) -> Iterator[Row]:
    pip, uv, theirs = in_turns(
        COLD_TURNS,
        replace(step(library, folder / "pip", asked, with_uv=False), anew=folder / "pip"),
        replace(step(library, folder / "uv", asked, with_uv=True), anew=folder / "uv"),
        replace(venv_and_pip(folder, folder / "theirs"), anew=folder / "theirs"),
    )
    yield Row("cold, pip", pip, theirs, at_most=1 / 2)
    yield Row("cold, uv", uv, theirs, at_most=1 / 6)


def in_turns(turns: int, *starts: Start) -> list[float]:
    """The median seconds of each. They take turns, so that a busy minute is everybody's."""
    seconds = [[start.seconds() for start in starts] for _ in range(turns)]
    return [statistics.median(each) for each in zip(*seconds, strict=True)]


def step(library: Path, home: Path, asked: Asked, *, with_uv: bool) -> Start:
    """The step of a composite action, as a runner starts it."""
    script = home.with_suffix(".sh")
    script.write_text('exec "$GITHUB_ACTION_PATH/../run" require-ci-green')
    home.mkdir()
    environment = surroundings(
        home, "bash", "env", "find", "cmp", "mkdir", "git", *["uv"] * with_uv
    )
    environment |= asked.environment | {
        "GITHUB_ACTION_PATH": str(library / "actions/require-ci-green"),
        "GITHUB_OUTPUT": str(home / "output"),
        "INPUTS": json.dumps(asked.inputs),
        "RUNNER_TEMP": str(home),
    }
    command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)]
    return Start(command, environment)


def venv_and_pip(folder: Path, home: Path) -> Start:
    """The same packages for a program in a checkout, and pip itself, as it is mostly done."""
    real = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    project = folder / "project"
    (project / "src/hello").mkdir(parents=True)
    (project / "src/hello/__init__.py").touch()
    (project / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        f'[project]\nname = "hello"\nversion = "1"\ndependencies = {real["dependencies"]}\n'
    )
    venv = home / "venv"
    script = f"python3 -m venv {venv}; {venv}/bin/pip install --quiet {project}"
    script += f"; {venv}/bin/python -c 'import github'"
    return Start(["bash", "-e", "-c", script], surroundings(home, "bash"))


def javascript_hello(folder: Path) -> Start:
    """What most actions are: an input, a line in the log, an output; bundled with @actions/core."""
    folder.mkdir()
    npm, node = tool("npm"), tool("node")
    (folder / "index.mjs").write_text(HELLO)
    (folder / "index.js").write_text(HELLO_WITHOUT_NPM)
    environment = {**os.environ, "PATH": os.pathsep.join([str(node.parent), os.environ["PATH"]])}
    bundled = [
        [str(npm), "install", "--no-audit", "--no-fund", *CORE],
        ["node_modules/.bin/esbuild", "index.mjs", "--bundle", "--platform=node", "--outfile=b.js"],
    ]
    bundle = "b.js"
    for command in bundled:
        made = subprocess.run(command, cwd=folder, env=environment, capture_output=True)
        if made.returncode != 0:
            print(f"{command[0]} failed: hello stands in for a bundle of @actions/core.")
            bundle = "index.js"
            break
    hello = {"INPUT_NAME": "world", "GITHUB_OUTPUT": str(folder / "output")}
    (folder / "output").touch()
    return Start([str(node), str(folder / bundle)], surroundings(folder, "bash") | hello)


def surroundings(home: Path, *programs: str) -> dict[str, str]:
    """A home that nobody has used, the programs named and Python, and how to reach an index."""
    path = home.with_name(f"{home.name}-bin")
    path.mkdir()
    for program in programs:
        (path / program).symlink_to(tool(program))
    (path / "python3").symlink_to(BASE_PYTHON)
    passed_on = {name: value for name, value in os.environ.items() if INDEX.fullmatch(name)}
    return {**passed_on, "HOME": str(home), "PATH": str(path)}


def tool(name: str) -> Path:
    """The program on PATH that does not go through a shim, or the one beside our Python."""
    beside = str(Path(sys.executable).parent)
    found = shutil.which(name, path=os.pathsep.join([beside, os.environ["PATH"]]))
    if found is None:
        raise SystemExit(f"{name} is needed to measure, and is not on PATH")
    return Path(found)


@contextmanager
def green(folder: Path) -> Iterator[Asked]:
    """A commit whose CI is green, cloned, and asked about by a run that is among its runs."""
    with GitHub(folder / "github") as github:
        app = github.repository("acme/app")
        workflow = ".github/workflows/ci.yml"
        commit = app.commit({workflow: "on: push\njobs: {}\n"}, message="CI", branch="main")
        app.add_run(workflow=workflow, commit=commit, branch="main", event="push")
        own = app.add_run(
            workflow=".github/workflows/release.yml",
            commit=commit,
            branch="v1.0.0",
            event="push",
            status="in_progress",
            conclusion=None,
        )
        clone = folder / "clone"
        subprocess.run(["git", "clone", "--quiet", app.path, clone], check=True)
        token = github.token(
            permissions={"actions": "read", "contents": "read"}, repository="acme/app"
        )
        inputs = {"workflows": "ci.yml", "repository": "acme/app", "commit": commit, "token": token}
        environment = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": github.api_url,
            "GITHUB_RUN_ID": str(own.id),
            "GITHUB_WORKSPACE": str(clone),
        }
        yield Asked(environment, inputs)


if __name__ == "__main__":
    sys.exit(main())
