"""Where the library's own files are: the checkout, or what the wheel carries of it."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
CARRIED = PACKAGE / "checkout"


def root() -> Path:
    """The folder with `action.yml`, `actions/`, `requirements/` and `workflows-templates/`."""
    return CARRIED if CARRIED.is_dir() else PACKAGE.parents[1]


def lay_out(folder: Path) -> Path:
    """Lay the library out in an empty folder, as a runner that downloads it would have it."""
    import shutil  # no step needs it

    leave_out = shutil.ignore_patterns("__pycache__", CARRIED.name)
    shutil.copytree(PACKAGE, folder / "src" / PACKAGE.name, ignore=leave_out)
    for part in ("actions", "requirements"):
        shutil.copytree(root() / part, folder / part, ignore=leave_out)
    for door in (root() / "action.yml", *root().glob("*/action.yml")):
        copy = folder / door.relative_to(root())
        copy.parent.mkdir(exist_ok=True)
        shutil.copy2(door, copy)
    return folder
