"""Signing by sigstore's own client, on the sigstore of this rehearsal."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rehearsal.standins import identity
from rehearsal.standins.runner import RefusedError

if TYPE_CHECKING:
    from sigstore.sign import Signer

_PAUSE = 0.2  # seconds


@contextmanager
def signer() -> Iterator[Signer]:
    """Somebody who can sign as this job; one certificate for all that is signed.

    :raises RefusedError: for whatever keeps from signing, while this lasts.
    """
    # Here, since these take a quarter of a second, and not every rehearsal signs.
    from requests import RequestException
    from sigstore._internal.fulcio.client import FulcioClientError
    from sigstore._internal.rekor import RekorClientError
    from sigstore.errors import Error
    from sigstore.models import ClientTrustConfig
    from sigstore.oidc import IdentityToken
    from sigstore.sign import SigningContext

    place = os.environ.get("REHEARSAL_SIGSTORE")
    if not place:
        raise RefusedError("sigstore is not played in this rehearsal: no REHEARSAL_SIGSTORE")
    config = ClientTrustConfig.from_json(Path(place).read_text(encoding="utf-8"))
    who = IdentityToken(identity.token("sigstore"))
    try:
        with SigningContext.from_trust_config(config).signer(who) as made:
            yield made
    except FulcioClientError as error:
        raise OutageError(f"error creating signing certificate - {_why(error)}") from error
    except RekorClientError as error:
        raise OutageError(f"error creating tlog entry - {_why(error)}") from error
    except RequestException as error:
        raise OutageError(f"sigstore does not answer: {error}") from error
    except Error as error:
        raise RefusedError(f"cannot sign: {error}") from error


class OutageError(RefusedError):
    """Sigstore was not able to; it may be later."""


def sign(statement: bytes, attempts: int) -> str:
    """The bundle for an in-toto statement, as JSON; a sigstore that is out may come back."""
    from sigstore.dsse import Statement

    for left in reversed(range(attempts)):
        try:
            with signer() as made:
                return made.sign_dsse(Statement(statement)).to_json()
        except OutageError:
            if not left:
                raise
            time.sleep(_PAUSE)
    raise AssertionError(attempts)


def _why(error: BaseException) -> str:
    told = error.__cause__ or error
    return f"({type(told).__name__}) {told}" if str(told) else type(told).__name__
