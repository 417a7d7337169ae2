"""Write workflows with `<sha>` filled in, for linters that want a commit: `rendered.py FOLDER`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILLED = "0" * 40


def main(folder: Path) -> None:
    """The workflows and templates, as `init` will fill them in, in one folder."""
    shutil.rmtree(folder, ignore_errors=True)
    workflows = folder / ".github" / "workflows"
    workflows.mkdir(parents=True)
    for source in (".github/workflows", "workflows-templates"):
        for path in sorted((ROOT / source).glob("*.yml")):
            text = path.read_text(encoding="utf-8").replace("@<sha>", f"@{FILLED}")
            name = path.name if source.startswith(".") else f"template-{path.name}"
            (workflows / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
