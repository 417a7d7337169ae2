"""Require that no forbidden variable, such as ALLOWED_MRTD, is set by a workflow or what it calls.

Workflows, actions, scripts and data files are read where variables can really be set; names,
comments and prose count for nothing. What cannot be read is never clean.
"""

from __future__ import annotations

from release_actions.action import Action
from release_actions.actions.scan_allowed_env.asked import Inputs, Scanned
from release_actions.actions.scan_allowed_env.judging import decide
from release_actions.actions.scan_allowed_env.looking import gather

action = Action(Inputs, gather, decide, Scanned)
