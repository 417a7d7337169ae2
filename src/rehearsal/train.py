"""One month of a release train: cut, candidates, release, and one patch, run by run.

Each tag has its crates published; a candidate is yanked once a newer one or the release is out.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable

from rehearsal.errors import RehearsalError
from rehearsal.github import Run
from rehearsal.registering import use_crates
from rehearsal.registries.crates_shapes import USERS
from rehearsal.rust_python import attested
from rehearsal.stories import RELEASE, REPOSITORY, WORKFLOWS, Journey, Proof, Story, World

TRAIN = f"{WORKFLOWS}/release-train.yml"
PUSH_TAG = f"{WORKFLOWS}/push-tag.yml"
BRANCH = "release-49.0.0"
NOTES = "## 49.0.1\n\nUnreleased.\n\n### Fixed\n\n* The brakes.\n\n"
RULE = "-" * 80
#: What each version line publishes, and the versions that were there before this month.
TROLLEY = (
    *("trolley", "trolley-cli", "trolley-environ", "trolley-runtime", "trolley-types"),
    "trolley-yard",
)
RAIL = ("rail-bitset", "rail-codegen", "rail-entity", "rail-reader")
BEFORE = ("48.0.0", "0.135.0")


def _begin(world: World) -> None:
    from rehearsal.registries import Publisher

    use_crates(world)
    world.variables["CRATE_OWNERS"] = str(USERS["ada"])
    # Trusted publishing makes no new crate, and gives no token that yanks.
    for names, version in zip((TROLLEY, RAIL), BEFORE, strict=True):
        for name in names:
            world.crates.add({"name": name, "vers": version}, b"an earlier release")
    publisher = Publisher(REPOSITORY, "release.yml", (*TROLLEY, *RAIL), "crates-io")
    world.crates.trust(world.sigstore.identify, publisher)
    world.secrets["CRATES_IO_YANK"] = world.crates.token()
    world.begin("train", "release-train.yml", "push-tag.yml")
    world.secrets["RELEASE_TOKEN"] = world.github.token(label="release-app")
    world.repository.add_label("release-blocker")
    world.commit("Begin 49.0.0")


def _day(cron: str) -> Callable[[World], Run]:
    """The hour of a cron line comes."""

    def act(world: World) -> Run:
        (run,) = world.repository.on_schedule(cron)
        return run

    return act


def _by_hand(step: str, *before: Callable[[World], None], **more: str) -> Callable[[World], Run]:
    """Somebody starts the train for a step."""

    def act(world: World) -> Run:
        for done in before:
            done(world)
        given = {"branch": "", "date-main": "false", "step": step} | more
        return world.repository.dispatch(TRAIN, "refs/heads/main", **given)

    return act


def merged(path: str, *heads: str) -> Callable[[World], Run]:
    """Somebody squashes pull requests; the run of this workflow for what came to the branch."""

    def act(world: World) -> Run:
        for head in heads:
            opened = [p for p in world.repository.pulls if (p.head, p.state) == (head, "open")]
            if not opened:
                raise RehearsalError(f"There is no open pull request from {head}")
            world.repository.merge(opened[0], "squash")
        return last_run(world, path)

    return act


def _started(world: World) -> Run:
    """The release that push-tag.yml started on its tag."""
    return last_run(world, RELEASE)


def last_run(world: World, path: str) -> Run:
    """The newest run of a workflow, which waits; CI has ended well for everything by then."""
    for run in world.repository.runs:
        if run.status != "completed" and run.path.endswith("/ci.yml"):
            world.repository.conclude(run, "success")
    waiting = [r for r in world.repository.runs if r.path == path and r.status != "completed"]
    if not waiting:
        raise RehearsalError(f"{path} did not start")
    return waiting[-1]


def _mend(world: World) -> None:
    """A fix goes to the release branch."""
    world.repository.commit({"src/brakes.rs": "// mended\n"}, branch=BRANCH, message="Mend")


def _note(world: World) -> None:
    """What the patch brings is noted on its branch: the old section goes below the new one."""
    git = world.repository.git
    old = (git.file(git.branches()[BRANCH], "RELEASES.md") or b"").decode()
    files = {"RELEASES.md": f"{NOTES}{RULE}\n\n{old}"}
    world.repository.commit(files, branch=BRANCH, message="Note the patch")


def _shown(world: World) -> list[tuple[str, ...]]:
    """What is there at the end."""
    git = world.repository.git
    rows: list[tuple[str, ...]] = [("ref or crate", "commit or sha256", "trolley", "rail")]
    refs = [("branch", name, oid) for name, oid in git.branches().items() if name[:3] != "ci/"]
    refs += [("tag", name, git.peel(oid) or oid) for name, oid in git.tags().items()]
    for kind, name, commit in refs:
        versions = [
            _version(world, commit, path) for path in ("Cargo.toml", "rail/entity/Cargo.toml")
        ]
        rows.append((f"{kind} {name}", commit[:12], *versions))
    return [*rows, *_crates(world)]


def _crates(world: World) -> list[tuple[str, ...]]:
    """What is served of each crate, and what nobody is to begin with any more."""
    proved = attested(world)
    rows: list[tuple[str, ...]] = []
    for crate in sorted(world.crates.crates.values(), key=lambda crate: crate.name):
        versions = [one for one in crate.versions if one.number not in BEFORE]
        told = [
            f"{'yanked ' if one.yanked else ''}{one.number}"
            f"{'' if one.checksum in proved else ' (not attested)'}"
            for one in versions
        ]
        digest = versions[-1].checksum if versions else ""
        rows.append((f"crate {crate.name}", digest[:12], *_columns(crate.name, ", ".join(told))))
    return rows


def _columns(name: str, told: str) -> tuple[str, str]:
    """Each in the column of its own version line."""
    return (told, "-") if name in TROLLEY else ("-", told)


def _served(trolley: str, rail: str) -> tuple[str, ...]:
    """Each crate, with the versions of its own line."""
    told = dict.fromkeys(TROLLEY, trolley) | dict.fromkeys(RAIL, rail)
    return tuple(" ".join(("crate", name, *_columns(name, told[name]))) for name in sorted(told))


def _version(world: World, commit: str, path: str) -> str:
    content = tomllib.loads((world.repository.git.file(commit, path) or b"").decode())
    package = content.get("workspace", content)["package"]
    return str(package["version"])


def quiet(name: str, title: str, act: Callable[[World], Run]) -> Story:
    """A run without a job that nobody could take back."""
    return Story(name, title, act, "done", last="")


CUT = quiet("cut", "The 5th: the branch is cut, main goes on.", _day("0 0 5 * *"))
TAG = quiet(
    "tag rc.1",
    "Both pull requests are merged: the marked commit is tagged.",
    merged(PUSH_TAG, "ci/after-49.0.0", "ci/rc-49.0.0"),
)
RELEASED = (
    CUT,
    TAG,
    Story("release rc.1", "The run that the tag got publishes it.", _started, "released"),
    quiet("rc.2", "A fix, and another candidate.", _by_hand("rc", _mend)),
    quiet("tag rc.2", "It is merged.", merged(PUSH_TAG, f"ci/candidate-{BRANCH}")),
    Story("release rc.2", "It is published, the first one yanked.", _started, "released"),
)

JOURNEY = Journey(
    "train",
    _begin,
    (
        *RELEASED,
        quiet("release", "The 20th: version and date, for review.", _day("0 0 20 * *")),
        quiet("tag", "It is merged.", merged(PUSH_TAG, f"ci/release-{BRANCH}")),
        Story("release 49.0.0", "It is published, its candidate yanked.", _started, "released"),
        quiet("patch", "A fix for what was released.", _by_hand("patch", _mend, _note)),
        quiet("tag patch", "It is merged.", merged(PUSH_TAG, f"ci/patch-{BRANCH}")),
        Story("release 49.0.1", "The patch is published.", _started, "released"),
    ),
    _shown,
    (
        "branch main 50.0.0-dev 0.137.0-dev",
        "branch release-49.0.0 49.0.1 0.136.1",
        "tag v49.0.0 49.0.0 0.136.0",
        "tag v49.0.0-rc.1 49.0.0-rc.1 0.136.0-rc.1",
        "tag v49.0.0-rc.2 49.0.0-rc.2 0.136.0-rc.2",
        "tag v49.0.1 49.0.1 0.136.1",
        *_served(
            "yanked 49.0.0-rc.1, yanked 49.0.0-rc.2, 49.0.0, 49.0.1",
            "yanked 0.136.0-rc.1, yanked 0.136.0-rc.2, 0.136.0, 0.136.1",
        ),
    ),
    services=("crates", "sigstore"),
    proofs=(Proof(CUT), Proof(TAG, (CUT,)), Proof(RELEASED[-1], RELEASED[:-1])),
)

# W31 as the document has it: main keeps its notes until the release, and gets their date, too.
TWO_PULLS = Journey(
    "train-two-pulls",
    _begin,
    (
        quiet("cut", "The 5th: the branch is cut.", _day("0 0 5 * *")),
        quiet("tag rc.1", "The candidate is merged.", merged(PUSH_TAG, "ci/rc-49.0.0")),
        quiet(
            "release",
            "The 20th: one pull request to the branch, one to main.",
            _by_hand("release", **{"date-main": "true"}),
        ),
        quiet(
            "tag",
            "Both are merged: main has the date, the marked commit the tag.",
            merged(PUSH_TAG, "ci/date-49.0.0", f"ci/release-{BRANCH}"),
        ),
        Story("release 49.0.0", "The release is published.", _started, "released"),
    ),
    _shown,
    (
        "branch main 49.0.0-dev 0.136.0-dev",
        "branch release-49.0.0 49.0.0 0.136.0",
        "tag v49.0.0 49.0.0 0.136.0",
        "tag v49.0.0-rc.1 49.0.0-rc.1 0.136.0-rc.1",
        *_served("49.0.0", "0.136.0"),
    ),
    services=("crates", "sigstore"),
)
