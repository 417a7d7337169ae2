"""A release 1.4.0, main that went on, and a patch branch that starts at its tag."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.actions.branching import Workshop, workshop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    with workshop(tmp_path) as shop:
        lines = "".join(f"line {number}\n" for number in range(40))
        files = {"package.json": '{\n  "version": "1.4.0"\n}\n', "a.py": lines, "b.py": lines}
        released = shop.repository.commit({**files, "CHANGELOG.md": "# 1.4.0\n"}, message="1.4.0")
        shop.repository.tag("v1.4.0", released, message="1.4.0")
        shop.repository.commit({"package.json": '{\n  "version": "1.5.0-dev"\n}\n'}, message="Dev")
        shop.clone()
        shop.git("checkout", "--quiet", "-b", "patch", "v1.4.0")
        yield shop
