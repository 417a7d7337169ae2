"""Ids of GitHub's security advisories."""

from __future__ import annotations

import re
from typing import Self


class AdvisoryId(str):
    """GHSA and three groups of four: GHSA-2fc6-x8vm-gr4q."""

    def __new__(cls, raw: str) -> Self:
        if not re.fullmatch(r"GHSA(-[0-9a-z]{4}){3}", raw):
            raise ValueError("an advisory's id such as GHSA-2fc6-x8vm-gr4q")
        return super().__new__(cls, raw)
