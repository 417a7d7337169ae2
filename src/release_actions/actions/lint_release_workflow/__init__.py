"""Lint a release workflow: what must come before what, who may do what, and one way out.

Workflows are parsed, local actions, workflows and shell scripts are followed, and what is declared
in the config is held against what is there. A rule that looks at nothing has failed.
"""

from __future__ import annotations

from release_actions.action import Action
from release_actions.actions.lint_release_workflow.asked import Inputs, Linted
from release_actions.actions.lint_release_workflow.judging import decide
from release_actions.actions.lint_release_workflow.looking import gather

action = Action(Inputs, gather, decide, Linted)
