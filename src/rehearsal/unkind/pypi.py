"""Faults of PyPI: its layers, its uploads, its trust."""

from __future__ import annotations

from rehearsal.faults import Fault
from rehearsal.unkind import registry_deeds
from rehearsal.unkind.kinds import AGAIN, RECOVERED, Deed, Strike, meanwhile, refused, rows

_pypi = rows("pypi", "pypi")


def _at_first(do: Deed) -> Strike:
    """Before anything is asked of the index."""
    return meanwhile(do, route="simple", at="pypi")


def _uploaded(do: Deed) -> Strike:
    """Right after the last file came."""
    return meanwhile(do, route="upload", at="pypi", call=2, when="after")


LAYERS = (
    _pypi(
        "simple-index-lags",
        "The simple index does not have the last file yet.",
        "D.34",
        RECOVERED,
        Fault(kind="lag", route="simple", call=(2, 3)),
    ),
    _pypi(
        "version-json-lags",
        "The JSON of the version does not have the last file yet.",
        "D.34",
        RECOVERED,
        Fault(kind="lag", route="version-json", call=(2, 3)),
    ),
    _pypi(
        "project-json-lags",
        "The JSON of the project does not have the last file yet.",
        "D.34",
        RECOVERED,
        Fault(kind="lag", route="project-json", call=(3, 4)),
    ),
    _pypi(
        "files-lag",
        "The host of the files answers 404 for what the index has.",
        "D.34",
        RECOVERED,
        Fault(kind="status", route="files", call=(1, 2), status=404),
    ),
    _pypi(
        "dist-truncated",
        "A served file ends in the middle, once.",
        "D.30",
        RECOVERED,
        Fault(kind="truncated", route="files", call=1),
    ),
    _pypi(
        "dist-other-bytes-once",
        "The host of the files gives other bytes, once.",
        "D.30",
        RECOVERED,
        Fault(kind="wrong-bytes", route="files", call=1),
    ),
    _pypi(
        "dist-other-bytes",
        "The host of the files gives other bytes than the index says, every time.",
        "D.30",
        refused("canonicalize-pypi-dists/wrong-bytes", published=True),
        Fault(kind="wrong-bytes", route="files"),
    ),
    _pypi(
        "dist-elsewhere",
        "A file's address leads elsewhere, and what is there is another file.",
        "D-O7",
        refused("canonicalize-pypi-dists/wrong-bytes", published=True),
        Fault(kind="redirect", route="files"),
    ),
    _pypi(
        "simple-error-page",
        "The simple index answers with an error page and status 200, once.",
        "D-O7",
        RECOVERED,
        Fault(kind="nonsense", route="simple", call=2),
    ),
    _pypi(
        "layers-contradict",
        "Two layers of the index tell two digests for one file.",
        "D.34",
        refused("canonicalize-pypi-dists/layers-contradict", published=True),
        _uploaded(registry_deeds.lie_about_digests),
    ),
    _pypi(
        "pypi-down-before-the-upload",
        "The simple index answers 503 for the whole run.",
        "D-O7",
        AGAIN,
        Fault(kind="status", route="simple", status=503),
    ),
)

UPLOADS = (
    _pypi(
        "partial-upload",
        "The index takes the first file, and answers 503 to the second.",
        "D.32",
        AGAIN,
        Fault(kind="status", route="upload", call=(2, 99), status=503),
    ),
    _pypi(
        "dist-upload-unanswered",
        "The index keeps the first file, and the answer does not come.",
        "D.32",
        AGAIN,
        Fault(kind="reset", route="upload", call=1, when="after"),
    ),
    _pypi(
        "dist-upload-forbidden",
        "The index takes no file with this token.",
        "D.40",
        AGAIN,
        Fault(kind="status", route="upload", status=403, message="Invalid API token"),
    ),
    _pypi(
        "pypi-mint-refused",
        "The index gives this job no token.",
        "B.22",
        AGAIN,
        Fault(kind="status", route="mint", status=422),
    ),
    _pypi(
        "wrong-environment",
        "The index trusts the jobs of another environment; its owners correct that.",
        "E.45",
        AGAIN,
        meanwhile(registry_deeds.trust_other_environment, route="audience", at="pypi"),
        mend=registry_deeds.trust_environment,
    ),
    _pypi(
        "dist-taken",
        "The version is on the index already, with other bytes.",
        "D.30",
        refused("canonicalize-pypi-dists/mixed-builds"),
        _at_first(registry_deeds.upload_other_wheel),
    ),
    _pypi(
        "dist-taken-in-the-last-moment",
        "Somebody uploads another wheel of this version right before us.",
        "D-O15",
        refused("canonicalize-pypi-dists/served-differs", published=True),
        meanwhile(registry_deeds.upload_other_wheel, route="audience", at="pypi"),
    ),
    _pypi(
        "dist-extra",
        "Somebody uploads one more file of this version.",
        "O14",
        refused("canonicalize-pypi-dists/extra-served", published=True),
        _uploaded(registry_deeds.upload_extra_wheel),
    ),
    _pypi(
        "dist-yanked",
        "A file is yanked right after it was uploaded.",
        "D-O8",
        refused("canonicalize-pypi-dists/yanked", published=True),
        _uploaded(registry_deeds.yank_dist),
    ),
)

PYPI = (*LAYERS, *UPLOADS)
