"""Twine, which takes the index of the rehearsal for PyPI: `uploader.py ADDRESS ARGUMENTS…`.

Some of its options are for PyPI alone, and it knows PyPI by its address.
"""

from __future__ import annotations

import sys


def main(index: str) -> int:
    """Run twine with the other arguments."""
    from twine import __main__ as twine
    from twine import repository

    repository.WAREHOUSE = repository.WAREHOUSE_WEB = f"{index}/"
    # It asks this one what is there already, and will not upload to what begins like it.
    repository.LEGACY_PYPI = f"HTTP{index.removeprefix('http')}/"
    return 1 if twine.main() else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv.pop(1)))
