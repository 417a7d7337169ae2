"""Which variables a shell script sets, for itself, for what it calls, or in files. No I/O.

Assignments, `export`, `env NAME=…`, `-e NAME`, `--build-arg`, what is printed into GITHUB_ENV or
into a file, scripts within the script, and names that stand in variables. A text that is only
printed, searched for or unset is no assignment.
"""

from __future__ import annotations

from release_actions.formats.shell_env.programs import DATA
from release_actions.formats.shell_env.walk import hits

__all__ = ["DATA", "hits"]
