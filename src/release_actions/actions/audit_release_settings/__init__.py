"""Require that a repository's settings are those declared: environments, branches, tags, Actions.

1. Each setting that was declared is read; what this token may not read is an answer, too.
2. Each is held against its declaration: right, wrong, or not to be told. Nothing else is judged.
"""

from __future__ import annotations

from release_actions.action import Action
from release_actions.actions.audit_release_settings.asked import Audited, Inputs
from release_actions.actions.audit_release_settings.judging import decide
from release_actions.actions.audit_release_settings.looking import gather

action = Action(Inputs, gather, decide, Audited)
