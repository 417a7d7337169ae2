"""What differs between two .crate files, as findings: the sentence first, then member by member."""

from __future__ import annotations

from collections.abc import Mapping

from release_actions.clients.crate_files import CrateOnDisk
from release_actions.formats import crate_difference
from release_actions.formats.crate_difference import SCREEN, Kind
from release_actions.verdict import Finding, failed

# What to do about a difference, by what it comes from.
MEND: Mapping[Kind, str] = {
    "content": "Compare the file with the attested commit: one of the two was made of other files.",
    "commit": "Check out the commit that was attested, or attest this one.",
    "cargo": "Use the cargo that packaged the attested one (rust-toolchain.toml), or attest anew.",
}


def account(
    rule: str, name: str, two: tuple[CrateOnDisk, CrateOnDisk], names: tuple[str, str]
) -> list[Finding]:
    """At most a screen of findings; the first says why, most likely."""
    first, second = two
    digests = f"{names[0]} {first.sha256}, {names[1]} {second.sha256}"
    if first.crate is None or second.crate is None:
        fault = f"; the {names[1]} one cannot be opened: {second.fault}"
        return [failed(rule, name, digests + fault, fix=MEND["content"])]
    found = crate_difference.differences(first.crate, second.crate, names)
    why = crate_difference.why(found)
    told = [failed(rule, name, f"{why}: {digests}", fix=MEND[found[0].kind])]
    told += [
        failed(rule, f"{name}: {difference.path}", difference.said, fix=MEND[difference.kind])
        for difference in found[:SCREEN]
    ]
    if (more := len(found) - SCREEN) > 0:
        fix = "Compare the unpacked .crate files."
        told.append(failed(rule, f"{name}: {more} more", "they differ as well", fix=fix))
    return told
