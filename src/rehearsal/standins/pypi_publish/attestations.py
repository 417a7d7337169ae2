"""PEP 740: an attestation beside each dist, that it was published by this job."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rehearsal.standins.runner import RefusedError
from rehearsal.standins.signing import signer

_DISTS = (".whl", ".tar.gz", ".zip")


def attest(files: Sequence[Path]) -> None:
    """Sign each dist of a folder; whatever else lies there is passed by."""
    from pypi_attestations import Attestation, AttestationError, Distribution

    dists = [file for file in files if file.name.endswith(_DISTS)]
    # twine takes only what is called FILE.publish.attestation for one of PyPI's own.
    places = {dist: dist.with_name(f"{dist.name}.publish.attestation") for dist in dists}
    for place in places.values():
        if place.exists():
            raise RefusedError(f"{place} already exists: this dist has an attestation")
    try:
        with signer() as made:
            for dist, place in places.items():
                told = Attestation.sign(made, Distribution.from_file(dist))
                place.write_text(told.model_dump_json())
                print(f"Generated an attestation for {dist.name}")
    except (AttestationError, ValueError) as error:
        raise RefusedError(f"Attestation generation failure: {error}") from error
