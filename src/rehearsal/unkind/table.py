"""Every named fault, in the order in which they are told; and which of them a part plays."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from rehearsal.unkind.crates import CRATES
from rehearsal.unkind.drafts import DRAFTS
from rehearsal.unkind.gates import GATES
from rehearsal.unkind.kinds import NamedFault
from rehearsal.unkind.pypi import PYPI
from rehearsal.unkind.signing import SIGNING
from rehearsal.unkind.tags import TAGS

FAULTS: tuple[NamedFault, ...] = (*GATES, *TAGS, *DRAFTS, *SIGNING, *CRATES, *PYPI)


def choose(names: Sequence[str], part: tuple[int, int] = (1, 1)) -> tuple[NamedFault, ...]:
    """Those of these names (`all`: every one), and of them each nth; KeyError for an unknown one.

    A part takes every nth of each system, so that parts take as long as each other.
    """
    known = {fault.name: fault for fault in FAULTS}
    unknown = [name for name in names if name not in known and name != "all"]
    if unknown:
        told = ", ".join(f"`{name}`" for name in unknown)
        near = [like for name in unknown for like in get_close_matches(name, known)]
        like = f" Like it: {', '.join(dict.fromkeys(near))}." if near else ""
        raise KeyError(f"there is no fault {told}.{like} All are listed in docs/recovery.md.")
    chosen = [fault for fault in FAULTS if "all" in names or fault.name in names]
    number, of = part
    return tuple(chosen[number - 1 :: of])
