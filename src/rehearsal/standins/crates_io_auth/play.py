"""rust-lang/crates-io-auth-action: trusted publishing, without its revocation at the end.

A composite action has no step after the job's last one, so the token lives until it is over.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from rehearsal.standins import identity
from rehearsal.standins.addresses import here
from rehearsal.standins.runner import RefusedError, command, output
from rehearsal.standins.web import AnsweredError, call


def play(inputs: dict[str, str]) -> None:
    """Trade who this job is for a token."""
    registry = here(inputs["url"])
    told = identity.token(urlsplit(inputs["url"]).netloc)
    try:
        made = call("POST", f"{registry}/api/v1/trusted_publishing/tokens", {"jwt": told})
    except AnsweredError as error:
        raise RefusedError(
            f"Failed to retrieve token from Cargo registry. Status: {error.status}. Error: {error}"
        ) from error
    command("add-mask", made["token"])
    output("token", made["token"])
    print("Retrieved token from registry")
