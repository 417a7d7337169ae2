"""Write workflows with `<sha>` filled in, for linters that want a commit: `rendered.py FOLDER`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILLED = "0" * 40
SAMPLES = "src/rehearsal/samples/*/.github/workflows"


def main(folder: Path) -> None:
    """The workflows and templates, as `init` will fill them in, in one folder."""
    shutil.rmtree(folder, ignore_errors=True)
    workflows = folder / ".github" / "workflows"
    workflows.mkdir(parents=True)
    samples = [str(found.relative_to(ROOT)) for found in ROOT.glob(SAMPLES)]
    for source in (".github/workflows", "workflows-templates", *samples):
        for path in sorted((ROOT / source).glob("*.yml")):
            text = path.read_text(encoding="utf-8").replace("@<sha>", f"@{FILLED}")
            name = f"{source.strip('.').replace('/', '-')}-{path.name}"
            (workflows / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
