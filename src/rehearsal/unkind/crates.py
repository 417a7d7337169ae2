"""Faults of crates.io: its index, its API, its host of files, its tokens."""

from __future__ import annotations

from rehearsal.faults import Fault
from rehearsal.unkind import deeds, registry_deeds, release_deeds
from rehearsal.unkind.kinds import (
    AGAIN,
    RECOVERED,
    UNTOLD,
    Deed,
    Must,
    Strike,
    meanwhile,
    refused,
    rows,
)

_crates = rows("crates", "crates")
_NEW = "You have published too many new crates in a short period of time."


def _before_upload(do: Deed) -> Strike:
    return meanwhile(do, route="mint", at="crates")


LAYERS = (
    _crates(
        "crates-index-lags",
        "The sparse index does not have a crate yet that was uploaded.",
        "D.35",
        RECOVERED,
        Fault(kind="lag", route="index", call=(12, 18)),
    ),
    _crates(
        "crates-api-lags",
        "The API does not have a crate yet that the index has.",
        "D.35",
        RECOVERED,
        Fault(kind="lag", route="version", call=(1, 2)),
    ),
    _crates(
        "crates-download-lags",
        "The API does not lead to the file yet.",
        "D.35",
        RECOVERED,
        Fault(kind="lag", route="download", call=(1, 2)),
    ),
    _crates(
        "crates-files-lag",
        "The host of the files does not have a crate yet that the index has.",
        "D.35",
        RECOVERED,
        Fault(kind="lag", route="static", call=(1, 2)),
    ),
    _crates(
        "crates-download-truncated",
        "The served crate ends in the middle, once.",
        "O23",
        RECOVERED,
        Fault(kind="truncated", route="static", call=1),
    ),
    _crates(
        "crates-other-bytes-once",
        "The host of the files gives other bytes, once.",
        "D.37",
        RECOVERED,
        Fault(kind="wrong-bytes", route="static", call=1),
    ),
    _crates(
        "crates-index-error-page",
        "The index answers with an HTML page and status 200 from the first upload on.",
        "D-O7",
        Must("could not tell", published=True),
        Fault(kind="nonsense", route="index", call=(5, 99)),
    ),
    _crates(
        "crates-elsewhere",
        "The index leads elsewhere, and what is there is no index.",
        "D-O7",
        UNTOLD,
        Fault(kind="redirect", route="index", call=(5, 99)),
    ),
    _crates(
        "crates-down",
        "The index answers 503 from the upload on.",
        "W19",
        AGAIN,
        Fault(kind="status", route="index", call=(13, 99), status=503),
    ),
)

UPLOADS = (
    _crates(
        "crate-upload-5xx",
        "The upload of a crate is answered with 502, and nothing came of it.",
        "D.36",
        RECOVERED,
        Fault(kind="status", route="publish", call=1, status=502),
    ),
    _crates(
        "crate-upload-unanswered",
        "A crate is uploaded, and the answer does not come.",
        "D.36",
        RECOVERED,
        Fault(kind="reset", route="publish", call=1, when="after"),
    ),
    _crates(
        "crate-upload-broken-off",
        "The upload of the second crate breaks off on its way.",
        "D.36",
        RECOVERED,
        Fault(kind="partial-upload", route="publish", call=2),
    ),
    _crates(
        "new-crate-limit",
        "crates.io takes no more new crates for a second.",
        "D.35",
        RECOVERED,
        Fault(kind="status", route="publish", call=2, status=429, message=_NEW, retry_after=1),
    ),
    _crates(
        "new-crate-limit-for-long",
        "crates.io takes no more new crates for ten minutes, which is longer than the wait.",
        "D.36",
        AGAIN,
        Fault(kind="status", route="publish", call=2, status=429, message=_NEW, retry_after=600),
    ),
    _crates(
        "crates-token-expired",
        "The token of crates.io ends before the first upload.",
        "D.39",
        refused("publish-crates/token-refused"),
        meanwhile(registry_deeds.expire_tokens, route="publish", at="crates"),
    ),
    _crates(
        "crates-token-of-another",
        "The token is that of a user who does not own the crate.",
        "W22",
        refused("publish-crates/token-refused"),
        meanwhile(registry_deeds.own_by_another, route="publish", at="crates"),
    ),
    _crates(
        "crates-mint-5xx",
        "crates.io answers the trade of the job's identity with 503, once.",
        "D.40",
        RECOVERED,
        Fault(kind="status", route="mint", call=1, status=503),
    ),
    _crates(
        "crates-publisher-unknown",
        "crates.io trusts another workflow than this one.",
        "D.40",
        refused("publish-crates/no-token"),
        _before_upload(registry_deeds.trust_other_workflow),
    ),
    _crates(
        "crate-taken",
        "The version is on crates.io already, with other bytes.",
        "D.36",
        refused("publish-crates/not-ours"),
        meanwhile(registry_deeds.publish_other_crate, route="git-fetch", call=4),
    ),
    _crates(
        "crate-taken-in-the-last-moment",
        "Somebody uploads other bytes under this version right before us.",
        "D.36",
        refused("publish-crates/not-ours"),
        meanwhile(registry_deeds.publish_other_crate, route="publish", at="crates"),
    ),
    _crates(
        "crate-yanked",
        "The first crate is yanked right after it was uploaded.",
        "D-O11",
        refused("publish-crates/yanked", published=True),
        meanwhile(registry_deeds.yank_crate, route="publish", at="crates", when="after"),
    ),
    _crates(
        "crate-tampered",
        "An attested crate is changed between two jobs.",
        "D.37",
        refused("publish-crates/attested-differs"),
        meanwhile(
            release_deeds.tamper_artifact("acme-core-1.2.0.crate", release_deeds.other_source),
            route="git-fetch",
            call=4,
        ),
    ),
    _crates(
        "main-moved-on-after-the-first-crate",
        "The second crate is refused, main moves on, and all jobs run again.",
        "A.3",
        AGAIN,
        Fault(kind="status", route="publish", call=(2, 99), status=403, message="not today"),
        mend=deeds.go_on,
        besides=("refs.refs/heads/main",),
    ),
)

CRATES = (*LAYERS, *UPLOADS)
