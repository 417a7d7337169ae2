"""What act and the steps it plays get to see of this machine."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

#: How to reach a package index from here, and how this machine speaks; nothing that is a secret
#: of the person at the keyboard, since every step inherits all of it.
_PASSED_ON = re.compile(
    r"LANG|LC_\w+|TZ|(DY)?LD_LIBRARY_PATH|(HTTPS?|ALL)_PROXY"
    r"|SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|NODE_EXTRA_CA_CERTS"
    r"|GIT_SSL_CAINFO"
    r"|(PIP|UV)_(INDEX\w*|DEFAULT_INDEX|EXTRA_INDEX_URL|FIND_LINKS|NO_INDEX|CONFIG_FILE)"
    r"|PIP_(CERT|TRUSTED_HOST|PROXY|RETRIES|TIMEOUT|DEFAULT_TIMEOUT)"
    r"|PYENV_ROOT|RUSTUP_HOME",
    re.IGNORECASE,
)
#: Programs that look for their own in HOME, where a scratch folder stands now.
_HOMES = {"PYENV_ROOT": ".pyenv", "RUSTUP_HOME": ".rustup"}
_LOOPBACK = ("127.0.0.1", "localhost")


def surroundings(
    home: Path, temporary: Path, seen: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The environment to start act in: made from an allow-list, not from what happens to be set."""
    seen = os.environ if seen is None else seen
    passed = {name: value for name, value in seen.items() if _PASSED_ON.fullmatch(name)}
    real = Path(seen.get("HOME", "/nonexistent"))
    for name, folder in _HOMES.items():
        if name not in passed and (real / folder).is_dir():
            passed[name] = str(real / folder)
    cargo = shutil.which("cargo", path=seen.get("PATH", os.defpath))
    # Under another HOME rustup's cargo forgets its toolchains, which lie beside it.
    if cargo and len(Path(cargo).parents) > 2 and (Path(cargo).parents[2] / ".rustup").is_dir():
        passed.setdefault("RUSTUP_HOME", str(Path(cargo).parents[2] / ".rustup"))
    for file in (".config/pip/pip.conf", ".pip/pip.conf"):
        if (real / file).is_file():
            passed.setdefault("PIP_CONFIG_FILE", str(real / file))
    bypass = ",".join(filter(None, [seen.get("no_proxy") or seen.get("NO_PROXY"), *_LOOPBACK]))
    return {
        **passed,
        "NO_PROXY": bypass,
        "no_proxy": bypass,
        "PATH": _path(seen.get("PATH", os.defpath)),
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "GIT_CONFIG_NOSYSTEM": "1",
        # Act gives each step a terminal; a runner does not, and no pager waits for a key there.
        "TERM": "dumb",
        "PAGER": "cat",
        "GIT_PAGER": "cat",
        # Else it asks its makers' server for news at each start.
        "ACT_DISABLE_VERSION_CHECK": "1",
    }


def _path(path: str) -> str:
    """PATH, and behind it the folder of our Python: it may be the only one here."""
    return os.pathsep.join([path, str(Path(sys.executable).parent)])
