"""Make the locked environment, once for many steps, and start the program in it.

`bootstrap.py PREFIX LOCK ARGUMENT...` is what `run` starts when it has found no environment that
is ready. The environment is a venv with what LOCK names and nothing else. It stands in a folder
PREFIX-PYTHON-KEY, with a copy of LOCK beside it by which `run` knows it again.
"""

import configparser
import contextlib
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
import venv
from pathlib import Path

# What an installer may know of this job: how to reach a package index, and no token of the job.
PASSED_ON = re.compile(
    r"PATH|HOME|USER|LANG|LC_\w+|TMPDIR|TMP|TEMP|NETRC|XDG_\w+|(DY)?LD_LIBRARY_PATH"
    r"|PYENV_ROOT|PYENV_VERSION"
    r"|SYSTEMROOT|SYSTEMDRIVE|COMSPEC|PATHEXT|APPDATA|LOCALAPPDATA|PROGRAMDATA|USERPROFILE"
    r"|(HTTPS?|ALL|NO)_PROXY|SSL_\w+|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE"
    r"|(PIP|UV)_(INDEX\w*|DEFAULT_INDEX|EXTRA_INDEX_URL|FIND_LINKS|NO_INDEX|CONFIG_FILE"
    r"|KEYRING_PROVIDER)"
    r"|PIP_(CERT|CLIENT_CERT|TRUSTED_HOST|PROXY|RETRIES|TIMEOUT|DEFAULT_TIMEOUT|CACHE_DIR"
    r"|NO_CACHE_DIR|USE_FEATURE|USE_DEPRECATED)"
    r"|UV_(INSECURE_HOST|HTTP_\w+|NATIVE_TLS|SYSTEM_CERTS)",
    re.IGNORECASE,
)
# uv does not read what pip was told of the package index, and a company tells pip of its mirror.
UV_CALLS_IT = {
    "index-url": "UV_INDEX_URL",
    "extra-index-url": "UV_EXTRA_INDEX_URL",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "proxy": "ALL_PROXY",
    "cert": "SSL_CERT_FILE",
}
# What people put in a pip.conf, and would make pip refuse: it knows of no venv when given a target.
OVERRULED = {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}

LOCKED = ("--require-hashes", "--no-deps", "--only-binary", ":all:")
WINDOWS = os.name == "nt"
DAY = 24 * 60 * 60


class CannotInstall(Exception):
    """What was tried, and what came of it."""


def main(prefix: str, lock: str, *program: str) -> int:
    try:
        python = str(environment(Path(prefix), Path(lock).read_bytes()))
    except (CannotInstall, configparser.Error, OSError) as error:
        return tell(f"The locked environment could not be made: {error}")
    if not WINDOWS:  # There exec would end this process at once, and the step with it.
        os.execv(python, [python, *program])
    return subprocess.run([python, *program]).returncode


def tell(error: str) -> int:
    line = re.sub(r"//[^/@\s]+@", "//***@", " ".join(error.split()))  # No password of a mirror.
    if os.environ.get("GITHUB_ACTIONS"):
        print("::error::" + line.replace("%", "%25"))
    else:
        print("[ERROR] " + line)
    return 1


def environment(prefix: Path, lock: bytes) -> Path:
    """The Python of the environment for this lock: found, or made aside and renamed into place."""
    base = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
    key = hashlib.sha256(b"\0".join([lock, sys.version.encode(), base.encode()])).hexdigest()[:16]
    place = prefix.with_name(f"{prefix.name}-{sys.implementation.cache_tag}-{key}")
    if not is_ready(place, lock):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        remove_leftovers(place.parent)
        with tempfile.TemporaryDirectory(
            prefix=".building-", dir=place.parent, ignore_cleanup_errors=True
        ) as building:
            put(make(Path(building), base, lock), place, lock)
    return python_in(place)


def put(made: Path, place: Path, lock: bytes) -> None:
    if place.exists() and not is_ready(place, lock):
        place.rename(made.with_name("broken"))
    try:
        made.rename(place)
    except OSError:
        if not is_ready(place, lock):  # Else another step was faster, and its is as good.
            raise


def remove_leftovers(home: Path) -> None:
    """Remove what killed steps have left. A younger one may still be at work."""
    for building in home.glob(".building-*"):
        with contextlib.suppress(FileNotFoundError):
            if building.stat().st_mtime < time.time() - DAY:
                shutil.rmtree(building, ignore_errors=True)


def is_ready(place: Path, lock: bytes) -> bool:
    copy = place / "lock"
    return os.access(python_in(place), os.X_OK) and copy.is_file() and copy.read_bytes() == lock


def python_in(place: Path) -> Path:
    return place / ("Scripts/python.exe" if WINDOWS else "bin/python")


def make(building: Path, base: str, lock: bytes) -> Path:
    made = building / "environment"
    builder = venv.EnvBuilder(symlinks=not WINDOWS)
    context = builder.ensure_directories(str(made))
    if not WINDOWS:  # By its full name: if `python3` becomes another Python, this one stays.
        context.executable, context.python_dir = base, str(Path(base).parent)
    builder.create_configuration(context)
    builder.setup_python(context)
    copy = building / "lock"
    copy.write_bytes(lock)
    variables = {"base": str(made), "platbase": str(made)}
    install(copy, sysconfig.get_path("purelib", "venv", variables), building)
    copy.rename(made / "lock")
    return made


def install(lock: Path, packages: str, building: Path) -> None:
    uv = shutil.which("uv")
    if uv and run([uv, "--version"], building)[0] != 0:  # A version manager's, for another Python.
        uv = None
    tool = "uv" if uv else "pip"
    count = len(re.findall(rb"^[\w.-]+==", lock.read_bytes(), re.MULTILINE))
    print(f"[INFO] Making the locked environment ({count} packages) with {tool} …", flush=True)
    command = with_uv(uv, building) if uv else with_pip(building)
    target = ["--target", packages, "--requirement", str(lock)]
    ended, output = run([*command, "--quiet", *LOCKED, *target], building)
    if ended != 0 or not any(Path(packages).glob("*.dist-info")):  # A pip.conf may say `root`.
        if len(output) > 1000:
            output = f"{output[:500]} … {output[-500:]}"
        raise CannotInstall(f"{tool} ended with {ended}: {output}")
    python = str(python_in(building / "environment"))
    run([python, "-I", "-m", "compileall", "-q", "-j0", packages], building)


def with_uv(uv: str, building: Path) -> list[str]:
    # A cache of our own: what uv finds unpacked in its own is not hashed again.
    cache = ["--cache-dir", str(building / "cache")]
    python = ["--python", str(python_in(building / "environment"))]
    return [uv, "pip", "install", "--no-progress", *cache, *python]


def with_pip(building: Path) -> list[str]:
    python = sys.executable
    if importlib.util.find_spec("pip") is None:
        if run([python, "-I", "-m", "venv", str(building / "pip")], building)[0] != 0:
            raise CannotInstall(
                f"no uv is on PATH, and {python} has neither pip nor ensurepip."
                " Install one of them (on Debian python3-pip)."
            )
        python = str(python_in(building / "pip"))
    quiet = ["--no-input", "--disable-pip-version-check", "--no-warn-script-location"]
    return [python, "-I", "-m", "pip", "install", "--no-compile", *quiet]


def run(command: list[str], folder: Path) -> tuple[int, str]:
    """Run a program that learns nothing of this job, and say how it ended and what it said."""
    ended = subprocess.run(
        command,
        cwd=folder,
        env=surroundings(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    return ended.returncode, ended.stdout


def surroundings() -> dict[str, str]:
    told = told_to_pip()
    return {
        "UV_INDEX_STRATEGY": "unsafe-best-match",  # As pip does; it is the hashes that decide.
        **{uvs: told[pips] for pips, uvs in UV_CALLS_IT.items() if pips in told},
        "UV_FIND_LINKS": told.get("find-links", "").replace(" ", ","),
        **{name: value for name, value in os.environ.items() if PASSED_ON.fullmatch(name)},
        **OVERRULED,
    }


def told_to_pip() -> dict[str, str]:
    """What pip was told: by its files from the machine's to the nearest, then by PIP_*."""
    told = configparser.RawConfigParser()
    told.read(pip_files(), encoding="utf-8")
    sections = [dict(told[name]) for name in ("global", "install") if name in told]
    sections.append({name[4:]: value for name, value in os.environ.items() if name[:4] == "PIP_"})
    return {
        name.lower().replace("_", "-"): " ".join(value.split())
        for section in sections
        for name, value in section.items()
    }


def pip_files() -> list[Path]:
    """pip's configuration files, least first, as in its documentation."""
    named = os.environ.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return []
    home = Path(os.environ.get("HOME") or os.environ.get("USERPROFILE") or os.sep)
    if WINDOWS:
        machine = [Path(os.environ.get("PROGRAMDATA", "C:/ProgramData"), "pip/pip.ini")]
        user = [home / "pip/pip.ini", Path(os.environ.get("APPDATA", home), "pip/pip.ini")]
    else:
        shared = os.environ.get("XDG_CONFIG_DIRS") or "/etc/xdg"
        machine = [Path("/Library/Application Support/pip/pip.conf")]
        machine += [Path(folder, "pip/pip.conf") for folder in shared.split(os.pathsep)]
        machine.append(Path("/etc/pip.conf"))
        settings = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
        user = [home / ".pip/pip.conf", settings / "pip/pip.conf"]
        user.append(home / "Library/Application Support/pip/pip.conf")
    site = Path(sys.prefix, "pip.ini" if WINDOWS else "pip.conf")
    return [*machine, *user, site, *([Path(named)] if named else [])]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
