"""step-security/harden-runner: nothing is hardened on this machine."""

from __future__ import annotations

from rehearsal.standins.runner import command


def play(inputs: dict[str, str]) -> None:
    """Say that nothing is guarded here."""
    policy = inputs["egress-policy"]
    command(
        "notice",
        f"harden-runner does nothing in a rehearsal: its egress-policy `{policy}` is not enforced.",
    )
