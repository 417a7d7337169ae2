"""`python -m rehearsal [STORY …] [--json] [--keep DIR]`: rehearse a release on this machine."""

from __future__ import annotations

import os
import sys


def console() -> int:
    """Rehearse for a command line, which may lack something, or be left in the middle."""
    try:
        from rehearsal.command import main

        return main()
    except ModuleNotFoundError as error:
        print(
            f"[ERROR] The Python package `{error.name}` is not installed."
            " Install it: pip install 'release-actions[rehearsal]'",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("[ERROR] Interrupted: all that had been started is ended.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `| head`: nobody wants to hear the rest.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


if __name__ == "__main__":
    sys.exit(console())
