"""Write the short paths: copies at the root of six actions, that differ in the launcher's path.

`python tools/short_paths.py` writes them, `--check` says which are not as they would be written.
"""

import sys
from pathlib import Path

SHORT = (
    "bump-lockstep-version",
    "canonicalize-pypi-dists",
    "push-tag-on-marker",
    "require-ci-green",
    "scan-allowed-env",
    "verify-crate-identity",
)
FULL_PATH = '"$GITHUB_ACTION_PATH/../run"'
SHORT_PATH = '"$GITHUB_ACTION_PATH/../actions/run"'


def copies(root: Path) -> dict[Path, str]:
    """What each short path must hold. An action that is not there yet has none."""
    return {
        root / name / "action.yml": _moved(original)
        for name in SHORT
        if (original := root / "actions" / name / "action.yml").is_file()
    }


def _moved(original: Path) -> str:
    text = original.read_text(encoding="utf-8")
    if text.count(FULL_PATH) != 1:
        raise SystemExit(f"{original}: expected {FULL_PATH} once, found {text.count(FULL_PATH)}")
    return text.replace(FULL_PATH, SHORT_PATH)


def stale(root: Path) -> list[Path]:
    """The short paths that are absent, or not what they must be."""
    return [
        path
        for path, text in copies(root).items()
        if not path.is_file() or path.read_bytes() != text.encode()
    ]


def left_over(root: Path) -> list[Path]:
    """The short paths of what is no such action any more."""
    return sorted(set(root.glob("*/action.yml")) - copies(root).keys())


def main(arguments: list[str], root: Path) -> int:
    if arguments not in ([], ["--check"]):
        print(__doc__)
        return 2
    paths, left = stale(root), left_over(root)
    for path in left:
        print(f"{path} is the short path of no action that has one. Remove it.")
    for path in paths:
        if arguments:
            print(f"{path} is not the copy it must be. Run python tools/short_paths.py.")
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(copies(root)[path].encode())
            print(f"wrote {path}")
    return 1 if left or (arguments and paths) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path(__file__).resolve().parents[1]))
