"""The whole system: two crates and two Python packages of one tag, and a draft that comes last."""

from __future__ import annotations

import json

from rehearsal.faults import Fault
from rehearsal.github import Run
from rehearsal.registering import again, bump, tagged
from rehearsal.registries.crates_shapes import USERS
from rehearsal.sigstore.identity import ISSUER
from rehearsal.stories import REPOSITORY, WORKFLOWS, Journey, Proof, Story, World

TEMPLATE = "rust-python.yml"
PATH = f"{WORKFLOWS}/{TEMPLATE}"
CRATES = ("acme-core", "acme-cli")
PROJECTS = ("acme", "acme-tools")
#: A version that was there before; trusted publishing makes no new crate.
BEFORE = "1.1.0"
#: Every file that says the version.
SAYS = (
    "Cargo.toml",
    "Cargo.lock",
    "python/acme/pyproject.toml",
    "python/acme/src/acme/__init__.py",
    "python/tools/pyproject.toml",
    "python/tools/src/acme_tools/__init__.py",
)


def _begin(world: World) -> None:
    # The judge is sigstore's own client: a quarter of a second, for this journey alone.
    from rehearsal.registries import Publisher
    from rehearsal.sigstore import pep740

    index, home = world.crates.index_url, world.folder / "cargo-home"
    home.mkdir()
    (home / "config.toml").write_text(
        f'[source.crates-io]\nreplace-with = "loop"\n[source.loop]\nregistry = "{index}"\n'
    )
    world.environment = {"CARGO_HOME": str(home), "CARGO_REGISTRIES_LOOP_INDEX": index}
    world.variables = {
        "CARGO_INDEX": index,
        "CARGO_REGISTRY": "loop",
        "CRATE_OWNERS": str(USERS["ada"]),
        "PYPI_INDEX": world.pypi.simple_url,
    }
    identify = world.sigstore.identify
    world.crates.trust(identify, Publisher(REPOSITORY, TEMPLATE, CRATES, "crates-io"))
    pypi = Publisher(REPOSITORY, TEMPLATE, PROJECTS, "pypi")
    world.pypi.trust(identify, pypi, judge=pep740.judge(world.sigstore))
    for name in CRATES:
        world.crates.add({"name": name, "vers": BEFORE}, b"an earlier release")
    world.begin("rust-python", TEMPLATE)
    world.commit("Release 1.2.0")


def _release(world: World) -> Run:
    return tagged(world, PATH, "1.2.0")


def _breaks(world: World) -> Run:
    """After both crates and acme, PyPI fails in the middle of acme-tools."""
    bump(world, *SAYS)
    world.pypi.faults.add(Fault(kind="status", route="upload", call=(4, 99), status=503))
    return tagged(world, PATH, "1.2.1")


def _other_bytes(world: World) -> Run:
    """Somebody else with a token was faster, with one of the four."""
    bump(world, *SAYS, before="1.2.1", after="1.2.2")
    world.crates.add({"name": "acme-cli", "vers": "1.2.2"}, b"not what was attested")
    return tagged(world, PATH, "1.2.2")


def _ends(world: World) -> list[tuple[str, ...]]:
    """Every file that is out: what was attested, is served and is released, by one digest each."""
    versions = [v for crate in world.crates.crates.values() for v in crate.versions]
    crates = [(v.file.name, v.checksum) for v in versions if v.number != BEFORE]
    dists = [(d.filename, d.sha256) for p in world.pypi.projects.values() for d in p.dists]
    proved, released = attested(world), _released_assets(world)
    rows: list[tuple[str, ...]] = []
    for name, digest in sorted([*crates, *dists]):
        told = ["served"]
        told += ["attested"] if digest in proved else []
        told += ["released"] if released.get(name) == digest else []
        rows.append((name, digest[:12], ", ".join(told)))
    return [("file", "sha256", "it is"), *rows]


def attested(world: World) -> frozenset[str]:
    """What sigstore's own client takes for attested by this workflow."""
    from sigstore.models import Bundle, TrustedRoot
    from sigstore.verify import Verifier, policy

    trusted = TrustedRoot.from_file(str(world.sigstore.trusted_root))
    verifier, digests = Verifier(trusted_root=trusted), list[str]()
    for kept in world.repository.attestations:
        bundle = Bundle.from_json(json.dumps(kept.bundle))
        signer = policy.AllOf(
            [
                policy.OIDCIssuerV2(ISSUER),
                policy.OIDCSourceRepositoryURI(f"https://github.com/{REPOSITORY}"),
            ]
        )
        _, payload = verifier.verify_dsse(bundle, signer)
        digests += [subject["digest"]["sha256"] for subject in json.loads(payload)["subject"]]
    return frozenset(digests)


def _released_assets(world: World) -> dict[str, str]:
    """The assets of what is public."""
    public = [release for release in world.repository.releases if not release.draft]
    return {
        asset.name: asset.digest.removeprefix("sha256:")
        for release in public
        for asset in release.assets
    }


def _whole(version: str) -> tuple[str, ...]:
    """All six files of a version, each as it must be."""
    names = [f"{crate}-{version}.crate" for crate in CRATES]
    for project in PROJECTS:
        stem = f"{project.replace('-', '_')}-{version}"
        names += [f"{stem}-py3-none-any.whl", f"{stem}.tar.gz"]
    return tuple(f"{name} served, attested, released" for name in names)


_RELEASED = Story(
    "released",
    "Two crates and two Python packages of one tag are attested, published, made public.",
    _release,
    "released",
    last="release",
)

JOURNEY = Journey(
    "rust-python",
    _begin,
    (
        _RELEASED,
        Story(
            "broken off",
            "Of the next version both crates and one package are out; PyPI fails in the other.",
            _breaks,
            "stopped",
            last="release",
        ),
        Story(
            "resumed",
            "Main went on, all jobs run again: what is out is left alone, the rest follows.",
            again(PATH, lambda world: world.pypi.faults.clear()),
            "released",
            last="release",
        ),
        Story(
            "other bytes",
            "One crate of the version after is there already, and is not what was attested.",
            _other_bytes,
            "refused",
            "preflight-publish/version-taken",
            last="release",
        ),
    ),
    _ends,
    tuple(sorted((*_whole("1.2.0"), *_whole("1.2.1"), "acme-cli-1.2.2.crate served"))),
    services=("crates", "pypi", "sigstore"),
    proofs=(Proof(_RELEASED),),
)
