"""What `gpg --verify --status-fd` says. Its exit code alone is no proof of anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["good", "bad", "expired", "revoked", "stranger", "unreadable"]

# Each of these ends it, whatever else is there; the first one found is told.
REFUSED: dict[str, State] = {
    "BADSIG": "bad",
    "REVKEYSIG": "revoked",
    "EXPKEYSIG": "expired",
    "EXPSIG": "expired",
    "ERRSIG": "stranger",
    "NO_PUBKEY": "stranger",
    "FAILURE": "unreadable",
    "NODATA": "unreadable",
}


@dataclass(frozen=True)
class Told:
    """What became of one signature; `key` is the primary key's fingerprint where it is good."""

    state: State
    key: str = ""
    signer: str = ""


def read(status: str) -> Told:
    """Good is exactly one GOODSIG and one VALIDSIG, and nothing that speaks against it."""
    lines = [line.removeprefix("[GNUPG:] ").split(" ") for line in status.splitlines()
             if line.startswith("[GNUPG:] ")]  # fmt: skip
    said = [line[0] for line in lines]
    for keyword, state in REFUSED.items():
        if keyword in said:
            words = next(line for line in lines if line[0] == keyword)
            return Told(state, words[1] if len(words) > 1 else "", " ".join(words[2:]))
    if said.count("GOODSIG") != 1 or said.count("VALIDSIG") != 1:
        return Told("unreadable")
    good = next(line for line in lines if line[0] == "GOODSIG")
    valid = next(line for line in lines if line[0] == "VALIDSIG")
    # VALIDSIG: fingerprint, date, four times and numbers …, and last the primary key's one.
    return Told("good", valid[-1], " ".join(good[2:]))
