"""Where a workflow or a composite action really sets environment variables. No I/O.

`env:` of workflow, job, step, container and services; `with:` of known shapes; matrix; the
secrets that are handed on; `run:` and what it calls. Names, descriptions and comments set nothing.
"""

from __future__ import annotations

from release_actions.formats.workflow_env.jobs import composite, workflow
from release_actions.formats.workflow_env.said import Call, Said, Setting
from release_actions.formats.workflow_env.scripts import (
    javascript_hits,
    may_say,
    needs_reading,
    script_hits,
)

__all__ = [
    "Call",
    "Said",
    "Setting",
    "composite",
    "javascript_hits",
    "may_say",
    "needs_reading",
    "script_hits",
    "workflow",
]
