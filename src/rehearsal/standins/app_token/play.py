"""actions/create-github-app-token: any key will do for the loopback GitHub, but none will not."""

from __future__ import annotations

import os

from rehearsal.standins.runner import RefusedError, command, output
from rehearsal.standins.web import AnsweredError, call

_PREFIX = "permission-"


def play(inputs: dict[str, str]) -> None:
    """Get an installation's token: with the permissions that are asked for, else with all."""
    if not inputs["app-id"] and not inputs["client-id"]:
        raise RefusedError(
            "The 'client-id' input must be set to a non-empty string. In a rehearsal any value will"
            " do: --variable NAME=VALUE or --secret NAME"
        )
    if not inputs["private-key"]:
        raise RefusedError(
            "The 'private-key' input must be set to a non-empty string. In a rehearsal any value"
            " will do: --secret NAME"
        )
    owner, _, own = os.environ["GITHUB_REPOSITORY"].partition("/")
    if inputs["owner"] and inputs["owner"] != owner:
        raise RefusedError(f"The app is not installed for {inputs['owner']}: here there is {owner}")
    others = [name for name in inputs["repositories"].replace(",", " ").split() if name != own]
    if others:
        raise RefusedError(f"Not in this rehearsal: {', '.join(others)}. There is {own} alone.")
    permissions = {
        name.removeprefix(_PREFIX).replace("-", "_"): level
        for name, level in inputs.items()
        if name.startswith(_PREFIX) and level
    }
    url = f"{os.environ['GITHUB_API_URL']}/app/installations/1/access_tokens"
    body = {"repositories": [own]} | ({"permissions": permissions} if permissions else {})
    key = os.environ["REHEARSAL_APP"]
    try:
        made = call("POST", url, body, Authorization=f"Bearer {key}")
    except AnsweredError as error:
        raise RefusedError(f"{error.status}: {error}") from error
    command("add-mask", made["token"])
    output("token", made["token"])
    output("installation-id", "1")
    output("app-slug", "rehearsed-app")
