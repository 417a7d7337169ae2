"""The secrets of the caller's command line: whatever their values are, the loopback admits them.

A secret is a token of somebody for something, and its name does not say for what: so each is one
for all services here. Nobody needs a real one to rehearse.
"""

from __future__ import annotations

from collections.abc import Mapping

from rehearsal.github.tokens import Token
from rehearsal.stories import World


def admit(secrets: Mapping[str, str], world: World) -> None:
    """Let these values be tokens: of a user at GitHub, and of whoever may publish."""
    for name, value in secrets.items():
        world.secrets[name] = value
        world.github.tokens.known[value] = Token(value, name, "octocat", None, None)
        if world.services.pypi:
            world.services.pypi.tokens.add(value)
        if world.services.crates:
            from rehearsal.registries.crates import ApiToken

            world.services.crates.tokens[value] = ApiToken("ada")
