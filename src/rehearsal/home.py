"""The HOME of act and its steps: what is found there, and what is not."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

from rehearsal.surroundings import surroundings


def furnish(home: Path, *, api_socket: Path | None, tool_cache: Path | None) -> None:
    """Lay it out: gh finds the API by its socket, and several runs may share one tool cache."""
    if api_socket:
        (home / ".config/gh").mkdir(parents=True, exist_ok=True)
        (home / ".config/gh/config.yml").write_text(f"http_unix_socket: {api_socket}\n")
    _gh(home / "bin")
    _no_ssh(home / "bin")
    # Without this file act asks which size of image it should use.
    (home / ".config/act").mkdir(parents=True, exist_ok=True)
    (home / ".config/act/actrc").touch()
    # RUNNER_TOOL_CACHE is always here, whatever act is told.
    cache = home / ".cache/act/tool_cache"
    cache.parent.mkdir(parents=True, exist_ok=True)
    if not cache.exists():
        cache.symlink_to(tool_cache) if tool_cache else cache.mkdir()


_GH = """#!/bin/sh
# git is sent to this machine, and so `git remote -v` names no GitHub: gh is told what stands there.
if [ -z "$GH_REPO" ]; then
  address=$(git config --get remote.origin.url 2>/dev/null)
  case "$address" in
    https://github.com/*)
      GH_REPO=${address#https://github.com/}
      export GH_REPO="${GH_REPO%.git}" ;;
  esac
fi
exec GH "$@"
"""


def _gh(folder: Path) -> None:
    """A gh that knows, in a clone, of which repository at GitHub it is one."""
    path = surroundings(folder, folder)["PATH"]
    if (found := shutil.which("gh", path=path)) and not (folder / "gh").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "gh").write_text(_GH.replace("exec GH", f"exec {shlex.quote(found)}"))
        (folder / "gh").chmod(0o755)


_NO_SSH = """#!/bin/sh
echo "${0##*/} goes to the real world, and no rehearsal does" >&2
exit 255
"""


def _no_ssh(folder: Path) -> None:
    """It finds the keys of whoever is at the keyboard by the user's id, whatever HOME is."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("ssh", "scp", "sftp"):
        (folder / name).write_text(_NO_SSH)
        (folder / name).chmod(0o755)
