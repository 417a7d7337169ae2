"""Who this job is, from the issuer of the run: what `id-token: write` is for."""

from __future__ import annotations

import base64
import json
import os
from typing import Any
from urllib.parse import quote

from rehearsal.standins.runner import RefusedError, command
from rehearsal.standins.web import AnsweredError, call


def token(audience: str) -> str:
    """A token of this job for somebody, hidden in the log.

    :raises RefusedError: in the words of GitHub's own client.
    """
    names = ("ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN")
    missing = next((name for name in names if not os.environ.get(name)), None)
    if missing:
        raise RefusedError(f"Error message: Unable to get {missing} env variable")
    url, secret = (os.environ[name] for name in names)
    try:
        told = call("GET", f"{url}&audience={quote(audience)}", Authorization=f"Bearer {secret}")
        value = str(told["value"])
    except AnsweredError as error:
        message = f"Failed to get ID Token. Error Code : {error.status} Error Message: {error}"
        raise RefusedError(message) from error
    except (KeyError, TypeError) as error:
        raise RefusedError("Response json body do not have ID Token field") from error
    command("add-mask", value)
    return value


def claims(audience: str = "nobody") -> dict[str, Any]:
    """What the issuer says of this job."""
    payload = token(audience).split(".")[1]
    told: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return told
