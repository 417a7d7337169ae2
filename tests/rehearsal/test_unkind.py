"""The unkind world: a table that is right, faults that must strike, and ends that must be told.

The faults themselves are played by `make rehearse` (a fixed part) and `make rehearse-all` (all).
Here whoever plays a run is not act, but a few lines that ask the same services.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from rehearsal.errors import RehearsalError
from rehearsal.faults import Fault
from rehearsal.github import Run, releasing
from rehearsal.github.table import ROUTES
from rehearsal.played import Annotation, Conclusion, Played, PlayedJob, PlayedStep
from rehearsal.registries import Crates, PyPI
from rehearsal.run import Setup
from rehearsal.scratch import Scratch
from rehearsal.sigstore import Sigstore
from rehearsal.stories import TAG, World
from rehearsal.terminal import Terminal
from rehearsal.unkind import deeds, release_deeds, struck, table, telling
from rehearsal.unkind.kinds import (
    AGAIN,
    RECOVERED,
    UNTOLD,
    Must,
    NamedFault,
    Scene,
    Strike,
    meanwhile,
    refused,
)
from rehearsal.unkind.playing import EndedFault, Player
from rehearsal.unkind.systems import SYSTEMS, System
from release_actions import house

RULES = (house.root() / "docs" / "rules.md").read_text(encoding="utf-8")
EVERY = pytest.mark.parametrize("named", table.FAULTS, ids=lambda named: named.name)


# The table


def test_there_are_at_least_forty_faults_of_every_kind_of_end() -> None:
    """The issue asks for forty, each with the outcome that must follow."""
    names = [named.name for named in table.FAULTS]
    assert len(names) == len(set(names)) >= 40
    assert {named.must.how for named in table.FAULTS} == {
        "recovered",
        "recovered by a re-run",
        "refused",
        "could not tell",
    }


@EVERY
def test_a_row_is_whole(named: NamedFault) -> None:
    """A name in kebab-case, a sentence, where it was seen, a system that there is, a strike."""
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", named.name)
    assert re.fullmatch(r"([A-Z]|crates\.io ).*[^.]\.", named.happens)
    assert "|" not in named.happens
    assert re.fullmatch(r"[A-F]\.[1-9]\d?|(D-)?[OWMSC][1-9]\d?", named.source)
    assert named.system in SYSTEMS
    assert named.strikes


@EVERY
def test_its_rule_has_a_line_in_the_page_of_rules(named: NamedFault) -> None:
    """Where a row says by which rule, docs/rules.md tells people what to do about it."""
    if named.must.how != "refused":
        assert named.must.rule is None
        return
    action, _, rule = (named.must.rule or "").partition("/")
    section = RULES.partition(f"\n## {action}\n")[2].partition("\n## ")[0]
    assert f"| `{rule}` |" in section or f"`NAME/{rule}`" in RULES


@EVERY
def test_it_strikes_a_call_that_its_system_can_make(named: NamedFault) -> None:
    """A route that does not exist would never strike, and a service that is not there neither."""
    classes: dict[str, type[Crates | PyPI | Sigstore]]
    classes = {"crates": Crates, "pypi": PyPI, "sigstore": Sigstore}
    github = {*ROUTES} | {"git-fetch", "git-push"}
    for strike in named.strikes:
        assert (strike.do is not None) == (strike.fault.kind == "meanwhile")
        if strike.at == "github":
            assert strike.fault.route in github
            continue
        assert strike.at in SYSTEMS[named.system].services
        service = object.__new__(classes[strike.at])  # it need not be started to tell its routes
        assert strike.fault.route in {route.name for route in service.routes()}


def test_parts_together_are_all_and_share_nothing() -> None:
    """CI plays a fixed part; nothing may fall between two of them."""
    parts = [table.choose(["all"], (number, 7)) for number in range(1, 8)]
    played = [named.name for part in parts for named in part]
    assert sorted(played) == sorted(named.name for named in table.FAULTS)


def test_faults_are_chosen_by_name_and_an_unknown_one_is_told() -> None:
    """A typing error is no fault that ended well."""
    assert [named.name for named in table.choose(["rekor-down"])] == ["rekor-down"]
    with pytest.raises(KeyError, match=r"there is no fault `rekor-dwon`\. Like it: rekor-down"):
        table.choose(["rekor-dwon"])
    with pytest.raises(KeyError, match=r"there is no fault `xyz`\. All are listed"):
        table.choose(["xyz"])


def test_the_page_tells_of_every_fault() -> None:
    """docs/recovery.md is made from the rows; `make lint` fails where it is behind."""
    page = (house.root() / "docs" / "recovery.md").read_text(encoding="utf-8")
    assert telling.markdown() in page
    for named in table.FAULTS:
        assert f"| `{named.name}` | {named.happens} |" in page


# Playing

Do = Callable[[World], PlayedStep]


def _step(conclusion: Conclusion, outcome: str | None = None, rule: str = "") -> PlayedStep:
    told = (Annotation("error", "why", {"title": rule}),) if rule else ()
    outputs = {"outcome": outcome} if outcome else {}
    return PlayedStep("s", "s", conclusion, conclusion, 0, 0.0, ("line",), "", told, outputs)


def _publishes(world: World) -> PlayedStep:
    """A run that asks for its runs, and makes a release unless it is there, or was not told."""
    headers = {"Authorization": f"Bearer {world.github.token()}"}
    url = f"{world.github.api_url}/repos/acme/app/actions/runs"
    answer = requests.get(url, headers=headers, timeout=10)
    if answer.status_code != 200:
        return _step("failure", "unknown")
    if any(run["conclusion"] == "cancelled" for run in answer.json()["workflow_runs"]):
        return _step("failure", "missing", "gate/cancelled")
    if not world.repository.releases:
        releasing.add_release(world.repository, tag=TAG, assets={"app": b"app"})
    return _step("success")


@pytest.fixture(scope="module")
def setup() -> Iterator[Setup]:
    """What is needed to push workflows; act itself is not."""
    with Scratch() as scratch:
        library = scratch.folder("library")
        (library / "a").write_text("a")
        yield Setup(scratch, library, scratch.folder("tool-cache"))


def _begin(world: World) -> None:
    world.repository.commit({"README.md": "# App\n"}, message="Begin")


def _start(world: World) -> Run:
    """The tests ran, and somebody made the tag: the run of the release waits."""
    head = world.repository.git.branches()["main"]
    world.repository.add_run(workflow="test.yml", commit=head)
    world.repository.tag(TAG, head)
    return world.repository.add_run(workflow="release.yml", commit=head, status="queued")


#: A system without a push, since what is played here reads no workflow file.
SMALL = System("small", "a run that asks for runs and makes a release", _begin, _start)


def _strike(player: Player, named: NamedFault) -> EndedFault:
    """Play a row in the small system, which is there for as long as this lasts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(SYSTEMS, "small", SMALL)
        return struck(player, replace(named, system="small"))


@pytest.fixture(scope="module")
def play(setup: Setup) -> Callable[..., EndedFault]:
    """Play one row; what is played is told as a function of the world."""
    kind = Player(setup, perform=lambda run, world, *_: _played(_publishes(world)))
    undisturbed = kind.undisturbed(SMALL)

    def play(must: Must, *strikes: Strike, does: Do = _publishes, **more: object) -> EndedFault:
        def perform(run: Run, world: World, *_: object) -> Played:
            return _played(does(world))

        player = Player(setup, perform=perform, _undisturbed={"small": undisturbed})
        named = NamedFault(
            name="x", happens="X.", source="A.1", system="small", strikes=strikes, must=must
        )
        return _strike(player, replace(named, **more))  # type: ignore[arg-type]

    return play


def _played(step: PlayedStep) -> Played:
    now = datetime.now(UTC)
    job = PlayedJob(("publish",), "publish", {}, step.conclusion, now, now, (step,))
    return Played(int(step.conclusion != "success"), (job,), (), (), 0.0, timed_out=False)


DOWN = Strike(fault=Fault(kind="status", route="runs", call=1, status=503))
CANCELLED = meanwhile(deeds.conclude("test", "cancelled"), route="runs")


def test_a_fault_that_ends_as_it_must_is_right(play: Callable[..., EndedFault]) -> None:
    """Each of the four ends, and that the fault is shown to have struck."""
    again = play(AGAIN, DOWN)
    assert again.ok, again.complaints
    assert again.fired == ("github: status at call 1 of runs (GET /repos/acme/app/actions/runs)",)
    assert play(UNTOLD, DOWN).ok
    ended = play(refused("gate/cancelled"), CANCELLED)
    assert (ended.ok, ended.rules) == (True, ("gate/cancelled",))
    slow = Strike(fault=Fault(kind="delay", route="runs", seconds=0.01))
    assert play(RECOVERED, slow).ok


def test_a_fault_that_never_struck_is_broken(play: Callable[..., EndedFault]) -> None:
    """Else a route that was renamed would make a green row of every fault on it."""
    ended = play(RECOVERED, Strike(fault=Fault(kind="status", route="releases", status=500)))
    assert not ended.ok
    assert ended.complaints == ("never fired: github, status on releases",)


def test_a_system_that_disagrees_with_itself_is_no_measure(setup: Setup) -> None:
    """What is wrong without a fault would be found equal with one."""

    def perform(_: Run, world: World, *__: object) -> Played:
        for tag, content in (("v1", b"one"), ("v2", b"other")):
            world.repository.add_release(tag, assets={"app": content})
        return _played(_step("success"))

    with pytest.raises(RehearsalError, match="small does not end well undisturbed: app: served"):
        Player(setup, perform=perform).undisturbed(SMALL)


def test_a_deed_that_breaks_is_told(play: Callable[..., EndedFault]) -> None:
    """It happens in the thread of a server, where nobody would see it."""
    ended = play(UNTOLD, meanwhile(release_deeds.drop_draft, route="runs"), DOWN)
    assert not ended.ok
    assert "IndexError" in ended.complaints[0]


@pytest.mark.parametrize(
    ("must", "strike", "told"),
    [
        pytest.param(RECOVERED, DOWN, "it was could not tell", id="not-recovered"),
        pytest.param(AGAIN, CANCELLED, "it was refused by the re-run too", id="not-by-a-re-run"),
        pytest.param(UNTOLD, CANCELLED, "it was refused", id="refused"),
        pytest.param(refused("gate/red"), CANCELLED, "the rule was gate/cancelled", id="rule"),
        pytest.param(
            refused("gate/cancelled", published=True),
            CANCELLED,
            "nothing is public, though something must be by then",
            id="nothing-public",
        ),
    ],
)
def test_another_end_than_it_must_is_told(
    play: Callable[..., EndedFault], must: Must, strike: Strike, told: str
) -> None:
    """A wrong expectation is a failure, never a shrug."""
    ended = play(must, strike)
    assert not ended.ok
    assert ended.complaints[0].startswith(told)


def test_a_refusal_that_has_published_all_the_same_is_told(
    play: Callable[..., EndedFault],
) -> None:
    """A false yes with a red cross beside it is still a false yes, above all with other bytes."""

    def does(world: World) -> PlayedStep:
        releasing.add_release(world.repository, tag=TAG, assets={"app": b"tampered"})
        return _publishes(world)

    ended = play(UNTOLD, DOWN, does=does)
    assert [line.partition(": ")[0] for line in ended.complaints] == ["public all the same"] * 2


def test_what_somebody_else_made_public_is_not_ours(play: Callable[..., EndedFault]) -> None:
    """Who uploads other bytes under our version is the fault, and not its consequence."""

    def theirs(scene: Scene) -> None:
        releasing.add_release(scene.repository, tag="v9.9.9", assets={"app": b"theirs"})

    assert play(UNTOLD, meanwhile(theirs, route="runs"), DOWN).ok


def test_a_recovery_with_another_end_is_told(play: Callable[..., EndedFault]) -> None:
    """Recovered means equal, but for what the fault itself changed."""

    def go_on(scene: Scene) -> None:
        scene.repository.commit({"more.txt": "more\n"}, message="Go on")

    moves = meanwhile(go_on, route="runs")
    ended = play(RECOVERED, moves)
    assert not ended.ok
    assert all(line.startswith("refs.refs/heads/main") for line in ended.complaints)
    assert play(RECOVERED, moves, besides=("refs.refs/heads/main",)).ok


def test_somebody_mends_before_the_re_run(play: Callable[..., EndedFault]) -> None:
    """What no time mends, such as cancelled tests."""
    assert play(AGAIN, CANCELLED, mend=deeds.conclude("test", "success")).ok


@pytest.mark.parametrize("leaks", [True, False])
def test_a_token_that_is_brought_to_another_server_is_told(
    play: Callable[..., EndedFault], leaks: bool
) -> None:
    """Whoever follows a redirection elsewhere leaves the token at home."""

    def does(world: World) -> PlayedStep:
        headers = {"Authorization": f"Bearer {world.github.token()}"}
        url = f"{world.github.api_url}/repos/acme/app/actions/runs"
        answer = requests.get(url, headers=headers, timeout=10, allow_redirects=False)
        there = answer.headers["Location"]
        requests.get(there, headers=headers if leaks else {}, timeout=10)
        return _step("failure", "unknown")

    ended = play(UNTOLD, Strike(fault=Fault(kind="redirect", route="runs")), does=does)
    wrong = ("a token was brought to another server: elsewhere",)
    assert ended.complaints == (wrong if leaks else ())


def test_what_stopped_is_neither_refused_nor_told(play: Callable[..., EndedFault]) -> None:
    """A step of somebody else has no outcome of ours."""
    ended = play(UNTOLD, DOWN, does=lambda world: (_publishes(world), _step("failure"))[1])
    assert ended.complaints[0] == "it was stopped"


def test_a_run_that_hangs_did_not_end_as_it_must(setup: Setup) -> None:
    """A hang has a hard end, and that end fails."""

    def perform(run: Run, world: World, *_: object) -> Played:
        return replace(_played(_step("failure")), timed_out=True)

    ended = _strike(Player(setup, perform=perform), table.choose(["ci-red"])[0])
    assert (ended.ok, ended.did) == (False, "not played")


# Telling


def test_all_of_it_is_told_on_the_terminal_and_as_data(
    play: Callable[..., EndedFault], capsys: pytest.CaptureFixture[str]
) -> None:
    """What happened, what must follow, what did; a wrong one with all that is known of it."""
    import sys

    ended = [play(UNTOLD, DOWN), play(RECOVERED, DOWN)]
    terminal = Terminal(sys.stdout)
    for one in ended:
        telling.begins(one.fault, 1, 2, terminal)
        telling.one(one, terminal)
    telling.conclude(ended[:1], 1.0, terminal)
    assert "All 1 ended as they must, in 1 s." in capsys.readouterr().out
    telling.conclude(ended, 1.0, terminal)
    shown = capsys.readouterr().out
    assert "1 of 2 ended otherwise than they must: x." in shown
    told = json.loads(json.dumps([telling.data(one) for one in ended]))
    assert [one["ok"] for one in told] == [True, False]
    assert told[1]["complaints"] == ["it was could not tell", *told[1]["complaints"][1:]]
    strikes = [telling.strike(one) for one in ended]
    assert [(one.fired, one.ok) for one in strikes] == [(1, True), (1, False)]
    assert "could not tell" in strikes[1].got


def test_an_artifact_is_changed_where_the_run_keeps_it(tmp_path: Path) -> None:
    """A deed that finds nothing to change says so: a fault that did nothing proves nothing."""
    kept = tmp_path / "artifacts" / "1" / "release" / "release.zip"
    kept.parent.mkdir(parents=True)
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("dist/a", b"a")
        archive.writestr("dist/b", b"b")
    release_deeds.tamper_artifact("a", release_deeds.one_more_line)(_scene(tmp_path))
    with zipfile.ZipFile(kept) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "dist/a": b"a\n",
            "dist/b": b"b",
        }
    with pytest.raises(RehearsalError, match="no artifact of the run has x"):
        release_deeds.tamper_artifact("x", release_deeds.one_more_line)(_scene(tmp_path))
    with pytest.raises(RehearsalError, match="b is what it was"):
        release_deeds.tamper_artifact("b", lambda content: content)(_scene(tmp_path))


def _scene(folder: Path) -> Scene:
    from types import SimpleNamespace

    world, run = SimpleNamespace(folder=folder), SimpleNamespace(id=1)
    return Scene(world, run, lambda other: _played(_step("success")))  # type: ignore[arg-type]
