"""Before the tag: a token, the owners, and a free version; what cannot be told is no yes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rehearsal.faults import Fault
from rehearsal.registries import Crates, PyPI
from rehearsal.registries.crates_shapes import USERS
from tests.actions.publish_crates.test_token import Issuer
from tests.actions.publish_crates.test_token import issuer as issuer
from tests.actions.publishing import ERROR, FAILED, OK, USAGE, Place
from tests.actions.verify_crate_identity.registry import place as made

NAME = "preflight-publish"
BOT = "wasmtime-publish"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Place]:
    """Two crates that the bot owns, with versions before this one."""
    with Crates(tmp_path / "registry") as registry:
        found = made(tmp_path, registry, {"zz-a": (), "zz-b": ("zz-a",)})
        token = registry.token(BOT)
        for name in ("zz-a", "zz-b"):
            registry.add({"name": name, "vers": "0.0.9"}, b"x", BOT)
        yield Place(tmp_path, registry, found.work, found.environ, token)
        assert not registry.crashes


def test_all_is_ready(here: Place) -> None:
    """W22, D40 of PAINS: the owners by number, the token by its user, each version free."""
    ended = here.step(NAME, owners=str(USERS[BOT]))
    assert ended.code == OK, ended.log
    assert ended.rules("ok") == ["token", "version-free", "owned"]
    assert json.loads(ended.outputs["crates"])[0] == {
        "name": "zz-a",
        "version": "0.1.0",
        "new": False,
    }
    assert not [r for r in here.registry.requests if r.mutating]


@pytest.mark.parametrize(
    "owners",
    ["7322", "173222", "1001", "73222\n1001", "team:73222"],
    ids=["part of it", "more than it", "another", "one more", "a team of the number"],
)
def test_owners_are_compared_whole(here: Place, owners: str) -> None:
    """D-W14: `"id":73222,` was looked for as a text."""
    ended = here.step(NAME, owners=owners)
    assert (ended.code, ended.bad) == (FAILED, ["wrong-owners"])


def test_an_owner_too_many_is_told(here: Place) -> None:
    here.registry.crates["zz_a"].owners.append("ada")
    ended = here.step(NAME, owners="73222")
    assert ended.bad == ["wrong-owners"]
    assert "too many: 1001" in ended.details


def test_a_version_that_is_taken_is_told_yanked_or_not(here: Place) -> None:
    here.registry.add({"name": "zz-a", "vers": "0.1.0"}, b"x", BOT)
    here.registry.yank("zz-a", "0.1.0")
    here.registry.add({"name": "zz-b", "vers": "0.1.0+b"}, b"x", BOT)
    ended = here.step(NAME)
    assert (ended.code, ended.bad) == (FAILED, ["version-taken"])
    assert "yanked" in ended.details
    assert "0.1.0+b" in ended.details


def test_a_new_crate_belongs_to_who_publishes_it(here: Place) -> None:
    here.registry.crates.clear()
    ended = here.step(NAME, owners="73222")
    assert ended.code == OK, ended.log
    assert "new" in ended.rules("ok")


def test_a_name_that_the_registry_takes_for_another_is_taken(here: Place) -> None:
    del here.registry.crates["zz_a"]
    here.registry.add({"name": "zz_a", "vers": "0.0.1"}, b"x")
    ended = here.step(NAME)
    assert (ended.code, ended.bad) == (FAILED, ["name-taken"])


def test_layers_that_contradict_each_other_are_no_answer(here: Place) -> None:
    here.registry.lag = {"api": 3600}
    ended = here.step(NAME)
    assert (ended.code, ended.bad) == (ERROR, ["owners-untold"])


# The token


def test_a_dead_token_is_told_before_release_day(here: Place) -> None:
    ended = here.step(NAME, token="cio-dead")
    assert (ended.code, ended.bad) == (FAILED, ["no-token"])
    assert "authentication failed" in ended.details
    assert here.step(NAME, token="").bad == ["no-token"]


def test_a_token_of_somebody_who_owns_none_of_them(here: Place) -> None:
    ended = here.step(NAME, token=here.registry.token("ada"))
    assert (ended.code, ended.bad) == (FAILED, ["not-owner"])


def test_what_crates_io_says_to_an_api_token_is_no_yes(here: Place) -> None:
    """It answers so to live tokens, and to some that it does not look at."""
    said = "this action can only be performed on the crates.io website"
    here.registry.faults.add(Fault(route="me", kind="status", status=403, message=said))
    ended = here.step(NAME)
    assert (ended.code, ended.bad) == (ERROR, ["token-untold"])
    assert here.step(NAME, prove_token="false").code == OK


def test_a_registry_that_does_not_answer_is_could_not_tell(here: Place) -> None:
    here.registry.faults.add(Fault(route="me", kind="status", status=502))
    assert here.step(NAME).code == ERROR
    here.registry.faults.clear()
    here.registry.faults.add(Fault(route="me", kind="nonsense", body="object"))
    assert here.step(NAME).code == ERROR


def test_a_token_is_minted_and_revoked_at_once(here: Place, issuer: Issuer) -> None:
    here.environ |= issuer.environ
    ended = here.step(NAME, token="")
    assert ended.code == OK, ended.log
    routes = [r.route for r in here.registry.requests]
    assert routes[routes.index("mint") + 1] == "revoke"
    assert "revoked at once" in ended.details


def test_trusted_publishing_makes_no_new_crate(here: Place, issuer: Issuer) -> None:
    here.environ |= issuer.environ
    here.registry.crates.clear()
    ended = here.step(NAME, token="")
    assert (ended.code, ended.bad) == (FAILED, ["first-publish"])


def test_a_crate_that_a_team_owns(here: Place) -> None:
    """Who is in a team, nobody is told."""
    from release_actions.actions.preflight_publish import Facts, Inputs, OwnerIds, decide
    from release_actions.clients.cargo import Cargo
    from release_actions.clients.crates import Owner
    from release_actions.clients.registry_token import Proof
    from release_actions.formats.checksums import Sha256
    from release_actions.formats.crate_index import CrateName, IndexVersion
    from release_actions.formats.publish_order import CrateNames
    from release_actions.formats.versions import Version

    name = CrateName("zz-a")
    line = IndexVersion(name, Version("0.0.1"), Sha256("0" * 64), False)
    facts = Facts(
        Cargo(here.work, here.environ).metadata(),
        {name: (line,)},
        {name: (Owner(5, "github:acme:core", "team"),)},
        "given",
        Proof(True, "it is ada's", Owner(1, "ada", "user")),
        {},
    )
    verdict = decide(Inputs(packages=CrateNames("zz-a"), owners=OwnerIds("team:5")), facts)
    assert [(f.rule, f.outcome.value) for f in verdict.bad] == [("not-owner", "unknown")]


# Names, and Python projects


def test_a_crate_that_is_none_is_refused(here: Place) -> None:
    ended = here.step(NAME, packages="zz-no")
    assert set(ended.bad) == {"no-such-package", "nothing-to-publish"}


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"owners": "wasmtime-publish"}, id="an owner's name"),
        pytest.param({"projects": "acme"}, id="no version"),
        pytest.param({"projects": "acme==one"}, id="no such version"),
        pytest.param({"projects": "acme==1.0", "owners": "1"}, id="owners of no crate"),
    ],
)
def test_inputs_that_make_no_sense(here: Place, given: dict[str, Any]) -> None:
    assert here.step(NAME, **given).code == USAGE


def test_a_python_project_s_version_must_be_free(here: Place, tmp_path: Path) -> None:
    with PyPI(tmp_path / "pypi") as pypi:
        pypi.add("acme-app", "1.0", "acme_app-1.0.tar.gz", b"x")
        asked: dict[str, Any] = {
            "index-url": pypi.simple_url,
            "projects": "acme-app==1.1\nother==2.0",
        }
        free = here.step(NAME, token="", **asked)
        assert free.code == OK, free.log
        taken = here.step(NAME, token="", **asked | {"projects": "Acme.App==1.0"})
        assert (taken.code, taken.bad) == (FAILED, ["version-taken"])
        both = here.step(NAME, path=".", **asked)
        assert both.code == OK, both.log
    nowhere = here.step(
        NAME, token="", projects="acme-app==1.1", index_url=here.registry.url + "/no/simple/"
    )
    assert (nowhere.code, nowhere.bad) == (ERROR, ["no-index"])


def test_a_release_that_broke_off_may_go_on_with_its_own_bytes(here: Place, tmp_path: Path) -> None:
    """All jobs run again: what is there with our bytes is ours, and nothing else is."""
    folders = {"attested": {"zz-a-0.1.0.crate": b"ours"}, "dists": {"acme_app-1.0.tar.gz": b"x"}}
    for folder, files in folders.items():
        Path(here.work, folder).mkdir()
        for name, content in files.items():
            Path(here.work, folder, name).write_bytes(content)
    with PyPI(tmp_path / "pypi") as pypi:
        asked: dict[str, Any] = {
            "index-url": pypi.simple_url,
            "projects": "acme-app==1.0",
            "path": ".",
            "ours": "attested\ndists",
        }
        here.registry.add({"name": "zz-a", "vers": "0.1.0"}, b"ours", BOT)
        pypi.add("acme-app", "1.0", "acme_app-1.0.tar.gz", b"x")
        again = here.step(NAME, **asked)
        assert again.code == OK, again.log
        assert again.log.count("(preflight-publish/version-ours)") == 2

        others = here.step(NAME, **asked | {"ours": "attested"})
        assert (others.bad, "acme_app-1.0.tar.gz" in others.details) == (["version-taken"], True)
        pypi.add("acme-app", "1.0", "acme_app-1.0-py3-none-any.whl", b"y")
        more = here.step(NAME, **asked)
        assert (more.bad, "acme_app-1.0-py3" in more.details) == (["version-taken"], True)
    here.registry.yank("zz-a", "0.1.0")
    yanked = here.step(NAME, ours="attested")
    assert (yanked.bad, "yanked" in yanked.details) == (["version-taken"], True)


def test_a_dist_that_was_yanked_is_not_ours_any_more(here: Place, tmp_path: Path) -> None:
    """Nobody gets it, so the last look would refuse it, with the crates uploaded by then."""
    Path(here.work, "dists").mkdir()
    with PyPI(tmp_path / "pypi") as pypi:
        for kind in (".tar.gz", "-py3-none-any.whl"):
            name, yanked = f"acme_app-1.0{kind}", None if kind == ".tar.gz" else ""
            Path(here.work, "dists", name).write_bytes(kind.encode())
            pypi.add("acme-app", "1.0", name, kind.encode(), yanked=yanked)
        project = {"index-url": pypi.simple_url, "projects": "acme-app==1.0"}
        ended = here.step(NAME, None, None, ours="dists", **project)
    assert (ended.code, ended.bad) == (FAILED, ["version-taken"])
    assert "it has acme_app-1.0-py3-none-any.whl (yanked) already" in ended.details


def test_other_bytes_of_a_file_that_is_ours_by_name_are_not(here: Place) -> None:
    Path(here.work, "attested").mkdir()
    empty = here.step(NAME, ours="attested")
    assert (empty.code, empty.bad) == (FAILED, ["nothing-ours"])
    foreign = here.step(NAME, ours=".")  # the checkout, which has files enough
    assert (foreign.code, foreign.bad) == (FAILED, ["nothing-ours"])
    Path(here.work, "attested", "zz-a-0.1.0.crate").write_bytes(b"ours")
    here.registry.add({"name": "zz-a", "vers": "0.1.0"}, b"not ours", BOT)
    ended = here.step(NAME, ours="attested")
    assert (ended.code, ended.bad) == (FAILED, ["version-taken"])
