"""A shell script as commands, words and redirections: bash's grammar, as far as names need it.

Nothing is run. What only a run can know, such as `$(date)`, is an unknown piece of a word; what
GitHub puts in by `${{ }}` is one too. No I/O.
"""

from __future__ import annotations

from release_actions.formats.shell_words.grammar import commands
from release_actions.formats.shell_words.nodes import (
    Group,
    Node,
    Piece,
    Pipe,
    Redirect,
    ShellError,
    Simple,
    Word,
)
from release_actions.formats.shell_words.spelling import ansi, constant

__all__ = [
    "Group",
    "Node",
    "Piece",
    "Pipe",
    "Redirect",
    "ShellError",
    "Simple",
    "Word",
    "ansi",
    "commands",
    "constant",
]
