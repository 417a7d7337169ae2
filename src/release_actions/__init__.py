"""Release actions: inputs, facts, verdict, changes; each module knows only the floors below it."""

__version__ = "0.1.0"
