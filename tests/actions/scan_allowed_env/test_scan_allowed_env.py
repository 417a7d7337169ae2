"""How a scan is asked, what it cannot read, and what it tells."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from release_actions import cli
from release_actions.actions.scan_allowed_env import looking, reading, sharing
from release_actions.actions.scan_allowed_env.asked import TreePaths
from release_actions.actions.scan_allowed_env.strays import place
from release_actions.clients.present import LARGEST, Present
from release_actions.errors import Exit, UpstreamError, UsageError
from release_actions.formats.env_names import Names, literal
from release_actions.formats.sarif import Result, document
from release_actions.formats.workflow_env import Call
from release_actions.inputs import Given
from release_actions.perform import Asked, perform
from release_actions.tell import Teller
from release_actions.world import World
from tests.actions.scan_allowed_env.tree import RELEASE, lay, run, scan, step

OTHER = ".github/workflows/other.yml"
CLEAN = step("run: make")
HIT = step("run: make\nenv:\n  «ALLOWED_MRTD»: x")


# What is asked


def test_every_workflow_is_scanned_unless_paths_say_which(tmp_path: Path) -> None:
    lay(tmp_path, {RELEASE: CLEAN, OTHER: HIT})

    assert scan(tmp_path).bad == ["forbidden"]
    assert scan(tmp_path, paths=RELEASE).bad == []
    assert scan(tmp_path, paths=".github/workflows/*.yml").bad == ["forbidden"]
    assert scan(tmp_path, paths=".github/workflows").bad == ["forbidden"]


def test_a_path_that_no_file_has_fails_since_nothing_was_looked_at(tmp_path: Path) -> None:
    lay(tmp_path, {RELEASE: CLEAN})

    found = scan(tmp_path, paths=f"{RELEASE}\nrelase.yml")
    assert found.bad == ["no-such-path"]
    assert "relase.yml" in found.told("no-such-path")
    assert scan(tmp_path, path="nowhere").bad == ["no-such-path"]


def test_a_rendered_file_can_be_scanned_by_its_path(tmp_path: Path) -> None:
    """M8, D-M5: the rendered compose files."""
    rendered = {"out/compose.yaml": "services:\n  a:\n    environment:\n      «ALLOWED_X»: 1\n"}
    expected = lay(tmp_path, rendered | {"out/deploy.env": "A=1\n«USE_ENV_POLICY»=1\n"})

    assert scan(tmp_path, paths="out/*").places == expected


def test_the_names_that_are_forbidden_can_be_chosen(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {RELEASE: step("run: make\nenv:\n  FOO_A: 1\n  BAR: 1\n  BAR_B: 1\n  ALLOWED_X: 1")},
    )

    assert len(scan(tmp_path, forbidden="^FOO_\nBAR").bad) == 2
    assert len(scan(tmp_path, forbidden="^(FOO|BAR)_").bad) == 2
    assert scan(tmp_path, forbidden="^ALLOWED_", allowed="ALLOWED_X").bad == []
    assert scan(tmp_path, forbidden="^ALLOWED_", allowed="ALLOWED_").bad == ["forbidden"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("forbidden", "ALLOWED_*"),
        ("forbidden", "^("),
        ("allowed", "^ALLOWED_"),
        ("required", "A-B"),
        ("required", "ALLOWED_X"),
        ("paths", "../x.yml"),
        ("paths", "/etc/passwd"),
        ("sarif", "../x.sarif"),
        ("sarif", "/tmp/x.sarif"),
        ("elsewhere", "a/../../b"),
        ("remote", "maybe"),
        ("computed", "maybe"),
    ],
)
def test_inputs_that_make_no_sense_are_refused(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(UsageError, match=name):
        scan(tmp_path, **{name: value})


def test_a_required_name_must_be_set_somewhere(tmp_path: Path) -> None:
    """M8: MERO_KMS_VERSION and MERO_KMS_PROFILE are there."""
    text = step("run: make\nenv:\n  MERO_KMS_VERSION: 1")
    lay(tmp_path, {RELEASE: text + "      - run: echo 'MERO_KMS_PROFILE=1'\n"})

    found = scan(tmp_path, required="MERO_KMS_VERSION\nMERO_KMS_PROFILE")
    assert found.bad == ["required-missing"]
    assert "MERO_KMS_PROFILE" in found.told("required-missing")
    assert f"set at {RELEASE}:8:11" in found.told("required")


def test_what_the_run_brings_itself_need_not_be_there(tmp_path: Path) -> None:
    lay(tmp_path, {RELEASE: run("curl -o get.sh https://x\nbash get.sh\n./sdk/tools/x.sh")})

    assert scan(tmp_path).bad == ["called-missing"] * 2
    assert scan(tmp_path, elsewhere="get.sh\nsdk").bad == []
    assert scan(tmp_path, elsewhere="get.sh\nsd\nsdk/tool").bad == ["called-missing"]


def test_another_repositorys_workflow_is_told_or_refused(tmp_path: Path) -> None:
    call = "on: push\njobs:\n  a:\n    uses: acme/shared/.github/workflows/x.yml@v1\n"
    lay(tmp_path, {RELEASE: call})

    told = scan(tmp_path)
    assert (told.bad, told.ended.exit) == (["not-followed"], Exit.OK)
    assert scan(tmp_path, remote="fail").ended.exit is Exit.ERROR


def test_a_computed_name_is_unknown_or_told(tmp_path: Path) -> None:
    lay(tmp_path, {RELEASE: run('export "$(make name)=1"')})

    assert scan(tmp_path).ended.exit is Exit.ERROR
    told = scan(tmp_path, computed="tell")
    assert (told.bad, told.ended.exit) == (["computed-name"], Exit.OK)


# What is told


def test_a_hit_has_its_place_its_path_and_its_line(tmp_path: Path) -> None:
    lay(tmp_path, {RELEASE: HIT})

    (finding,) = [f for f in scan(tmp_path).findings if f.rule == "forbidden"]
    assert finding.subject == f"{RELEASE}:8:11"
    assert (finding.file, finding.line) == (RELEASE, 8)
    assert "jobs.release.steps[0].env.ALLOWED_MRTD" in finding.detail
    assert "`ALLOWED_MRTD: x`" in finding.detail


def test_what_was_read_is_the_evidence(tmp_path: Path) -> None:
    action = ".github/actions/probe/action.yml"
    lay(
        tmp_path,
        {
            RELEASE: CLEAN + "      - uses: ./.github/actions/probe\n      - run: bash x.sh\n",
            OTHER: step("run: make\nenv:\n  MERO_KMS_VERSION: 1"),
            ".github/workflows/third.yml": HIT.replace("MRTD", "X"),
            action: "runs:\n  using: composite\n  steps: []\n",
            "x.sh": "make\n",
        },
    )
    found = scan(tmp_path, required="MERO_KMS_VERSION")
    told = {f.subject: f.detail for f in found.findings if f.rule == "clean"}

    none = "set none of ^ALLOWED_, USE_ENV_POLICY"
    assert told == {
        "workflows": f"2 of them ({OTHER}, {RELEASE}) {none}",
        "actions": f"1 of them ({action}) {none}",
        "files that are called": f"1 of them (x.sh) {none}",
    }
    told = {f.subject: f.detail for f in scan(tmp_path, allowed="ALLOWED_X").findings}
    assert told["workflows"].endswith(f"{none}, but for ALLOWED_X")
    nothing = scan(tmp_path, forbidden="^$", paths=RELEASE)
    assert "set none of ^$" in nothing.told("clean")


def test_who_calls_is_told_by_its_path_or_as_the_file(tmp_path: Path) -> None:
    lay(tmp_path, {RELEASE: run("bash a.sh\nbash gone.sh"), "a.sh": "bash lost.sh\n"})
    told = scan(tmp_path).told("called-missing")

    assert f"{RELEASE}:9:16: jobs.release.steps[0].run calls gone.sh;" in told
    assert "a.sh:1:6: the file calls lost.sh;" in told


def test_a_place_is_told_as_far_as_it_is_known() -> None:
    assert place("a", 1, 2) == "a:1:2"
    assert place("a", 1, 0) == "a:1"
    assert place("a", 0, 0) == "a"


@pytest.mark.parametrize(
    ("raw", "paths"), [("./", (".",)), ("./a/\nb\nb", ("a", "b")), ("", ())], ids=str
)
def test_paths_are_from_the_folder(raw: str, paths: tuple[str, ...]) -> None:
    assert TreePaths(raw) == paths


def performed(folder: Path, **given: str) -> tuple[int, dict[str, Any]]:
    """A whole step, and the SARIF file that it leaves."""
    values = {"repository": "acme/app", "sarif": "out/scan.sarif", **given}
    raw = {key: Given(value, "with") for key, value in values.items()}
    environ = {"GITHUB_WORKSPACE": str(folder)}
    with (folder / "log").open("w") as log:
        world = World("", environ)
        teller = Teller(log, environ, "")
        code = perform(Asked("scan-allowed-env", raw, world, cli.actions()), teller)
    return code, json.loads((folder / "out/scan.sarif").read_text())


def test_the_sarif_file_holds_every_bad_finding_where_it_is(tmp_path: Path) -> None:
    call = "  b:\n    uses: acme/shared/.github/workflows/x.yml@v1\n"
    lay(tmp_path, {RELEASE: HIT + call, ".github/workflows/a b.yml": "a: [\n"})
    code, sarif = performed(tmp_path)

    assert code == Exit.FAILED
    assert sarif["version"] == "2.1.0"
    assert set(sarif) == {"$schema", "version", "runs"}
    (made,) = sarif["runs"]
    driver = made["tool"]["driver"]
    assert made["invocations"] == [{"executionSuccessful": True}]
    told = {}
    for result in made["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        (place,) = result["locations"]
        physical = place["physicalLocation"]
        told[result["ruleId"]] = (
            result["level"],
            physical["artifactLocation"]["uri"],
            physical["region"],
        )
    assert told["scan-allowed-env/forbidden"] == (
        "error", RELEASE, {"startLine": 8, "startColumn": 11}
    )  # fmt: skip
    assert told["scan-allowed-env/not-yaml"][:2] == ("error", ".github/workflows/a%20b.yml")
    assert told["scan-allowed-env/not-followed"][0] == "warning"


def test_a_clean_scan_leaves_a_sarif_file_that_closes_old_alerts(tmp_path: Path) -> None:
    lay(tmp_path, {RELEASE: CLEAN})
    code, sarif = performed(tmp_path)

    assert (code, sarif["runs"][0]["results"]) == (Exit.OK, [])


def test_a_run_that_did_not_end_says_so_in_its_sarif_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Present, folder: str) -> list[str]:
        raise UpstreamError("no answer")

    monkeypatch.setattr(Present, "below", broken)
    code, sarif = performed(tmp_path)

    assert code == Exit.ERROR
    assert sarif["runs"][0]["invocations"] == [{"executionSuccessful": False}]


def unwritten(folder: Path, **given: str) -> tuple[int, str]:
    """The exit code, and what the log says of a SARIF file that could not be written."""
    values = {"repository": "acme/app", "sarif": "out/scan.sarif", **given}
    raw = {key: Given(value, "with") for key, value in values.items()}
    environ = {"GITHUB_WORKSPACE": str(folder)}
    log = io.StringIO()
    asked = Asked("scan-allowed-env", raw, World("", environ), cli.actions())
    code = perform(asked, Teller(log, environ, ""))
    return code, "\n".join(line for line in log.getvalue().splitlines() if "sarif" in line)


@pytest.mark.parametrize(
    ("text", "exit"), [(CLEAN, Exit.ERROR), (HIT, Exit.FAILED)], ids=["clean", "a hit"]
)
def test_a_sarif_file_that_cannot_be_written_is_told_and_hides_no_hit(
    tmp_path: Path, text: str, exit: Exit
) -> None:
    lay(tmp_path, {RELEASE: text, "out": "a file\n"})
    code, log = unwritten(tmp_path)

    assert code == exit
    assert "[ERROR] out/scan.sarif: input `sarif`: the file cannot be written: File exists" in log
    assert "(scan-allowed-env/sarif-not-written)" in log
    assert "Traceback" not in log


def test_a_sarif_file_is_not_written_through_a_symlink_out_of_the_workspace(
    tmp_path: Path,
) -> None:
    workspace, outside = tmp_path / "work", tmp_path / "outside"
    lay(workspace, {RELEASE: CLEAN})
    outside.mkdir()
    (workspace / "out").symlink_to(outside)
    code, log = unwritten(workspace)

    assert code == Exit.ERROR
    assert "it leads out of the workspace" in log
    assert list(outside.iterdir()) == []


def test_where_a_run_did_not_end_its_error_stays_the_first_thing_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Present, folder: str) -> list[str]:
        raise UpstreamError("no answer")

    lay(tmp_path, {"out": "a file\n"})
    monkeypatch.setattr(Present, "below", broken)
    code, log = unwritten(tmp_path)

    assert code == Exit.ERROR
    assert log == "[ERROR] out/scan.sarif: input `sarif`: the file cannot be written: File exists"


# What cannot be read


def test_a_symlink_that_leaves_the_tree_is_refused(tmp_path: Path) -> None:
    (tmp_path / "outside.yml").write_text(CLEAN)
    tree = tmp_path / "tree"
    lay(tree, {RELEASE: CLEAN})
    (tree / OTHER).symlink_to(tmp_path / "outside.yml")

    assert scan(tree).bad == ["outside"]


def test_a_symlink_within_the_tree_is_followed(tmp_path: Path) -> None:
    lay(tmp_path, {"shared.yml": HIT, RELEASE: CLEAN})
    (tmp_path / OTHER).symlink_to(tmp_path / "shared.yml")

    assert scan(tmp_path).bad == ["forbidden"]


def test_a_symlink_to_nothing_and_a_folder_of_that_name_are_no_files(tmp_path: Path) -> None:
    lay(tmp_path, {RELEASE: CLEAN})
    (tmp_path / OTHER).symlink_to("nothing.yml")
    (tmp_path / ".github/workflows/folder.yml").mkdir()

    assert scan(tmp_path).bad == ["unreadable"] * 2


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    lay(tmp_path, {RELEASE: CLEAN})
    os.mkfifo(tmp_path / OTHER)

    assert scan(tmp_path).bad == ["unreadable"]


def test_a_file_that_may_not_be_read_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tmp_path, {RELEASE: CLEAN})

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)  # root may read all
    found = scan(tmp_path)
    assert found.bad == ["unreadable"]
    assert "Permission denied" in found.told("unreadable")


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    lay(tmp_path, {RELEASE: CLEAN})
    with (tmp_path / OTHER).open("wb") as file:
        file.truncate(LARGEST + 1)

    assert scan(tmp_path).bad == ["too-large"]


@pytest.mark.parametrize("text", [b"name: \xff\n", "on: push\n".encode("utf-16")])
def test_what_is_not_utf8_fails(tmp_path: Path, text: bytes) -> None:
    lay(tmp_path, {RELEASE: CLEAN})
    (tmp_path / OTHER).write_bytes(text)

    assert scan(tmp_path).bad == ["not-utf8"]


def test_a_script_that_cannot_be_read_fails_too(tmp_path: Path) -> None:
    lay(tmp_path, {RELEASE: run("bash scripts/x.sh")})
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts/x.sh").write_bytes(b"export A=\xff\n")

    assert scan(tmp_path).bad == ["not-utf8"]


def test_aliases_that_grow_without_end_are_read_once(tmp_path: Path) -> None:
    """A billion laughs: each alias ten times the one before."""
    lines = ["x0: &x0 {ALLOWED_A: 1}"]
    lines += [f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 10)}]" for n in range(1, 30)]
    text = "\n".join(lines) + "\njobs:\n  a:\n    strategy:\n      matrix: *x29\n    env: *x0\n"
    lay(tmp_path, {RELEASE: text})

    assert set(scan(tmp_path).bad) == {"forbidden"}


def test_a_document_as_deep_as_a_well_fails_and_does_not_crash(tmp_path: Path) -> None:
    lay(tmp_path, {RELEASE: "a: " + "[" * 20_000})
    assert scan(tmp_path).bad == ["not-yaml"]

    lay(tmp_path, {RELEASE: run("export ALLOWED_X=" + "$(" * 500)})
    assert scan(tmp_path).bad == ["not-understood"]


# Many files


def test_many_files_are_shared_between_processes_and_none_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {f".github/workflows/w{n:03}.yml": HIT if n % 7 == 0 else CLEAN for n in range(40)}
    expected = lay(tmp_path, files)
    alone = scan(tmp_path)
    monkeypatch.setattr(looking, "AT_ONCE", 2)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 1, 2}, raising=False)

    shared = scan(tmp_path)
    assert shared.findings == alone.findings
    assert shared.places == expected


def test_a_process_that_dies_leaves_no_clean_scan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(tmp_path, {f".github/workflows/w{n}.yml": CLEAN for n in range(4)})
    monkeypatch.setattr(looking, "AT_ONCE", 2)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 1}, raising=False)
    monkeypatch.setattr(sharing, "_read", lambda *arguments: os._exit(9))

    assert scan(tmp_path).ended.exit is Exit.ERROR


# Names


@pytest.mark.parametrize(
    ("pattern", "begins"),
    [("^ALLOWED_", "ALLOWED_"), ("A_B", "A_B"), ("^AB?", "A"), ("^A|B", ""), ("^[AB]", "")],
)
def test_what_every_name_of_a_pattern_begins_with(pattern: str, begins: str) -> None:
    assert literal(pattern) == begins


def test_a_pattern_without_a_beginning_has_every_file_read() -> None:
    assert Names(("^[A-Z]+_POLICY$",)).possible(b"nothing")
    assert not Names(()).possible(b"nothing")


@pytest.mark.parametrize(
    "text",
    [
        b"ALLOWED_X",
        b"'ALL'\"OWED_\"X",
        b"ALL\\\n  OWED_X",
        b'"ALL" + "OWED_X"',
        b"ALL`OWED_X",
        b"AL^LOWED_X",
        b"allowed_x",
        rb"\x41LLOWED_X",
        rb"\u0041LLOWED_X",
        rb"\U00000041LLOWED_X",
        rb"\101LLOWED_X",
        rb"\N{LATIN CAPITAL LETTER A}LLOWED_X",
        b"`u{41}LLOWED_X",
    ],
)
def test_each_spelling_of_a_name_is_seen_as_possible(text: bytes) -> None:
    assert Names().possible(text)


@pytest.mark.parametrize("text", [b"ALLOW", rb"\033[31m", rb"a\nb", b"echo `date`"])
def test_a_text_without_it_is_not(text: bytes) -> None:
    assert not Names().possible(text)


def test_a_script_with_a_nul_in_it_is_read_all_the_same(tmp_path: Path) -> None:
    lay(tmp_path, {RELEASE: run("bash x"), "x": "# \0\nexport «ALLOWED_X»=1\n"})

    assert scan(tmp_path).bad == ["forbidden"]


def test_more_files_than_can_be_followed_are_no_clean_scan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(tmp_path, {RELEASE: run("bash a.sh"), OTHER: CLEAN, "a.sh": "make\n"})
    monkeypatch.setattr(looking, "MOST", 1)

    assert scan(tmp_path).ended.exit is Exit.ERROR


def test_a_file_that_goes_away_while_it_is_read_is_not_clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(tmp_path, {RELEASE: CLEAN})
    monkeypatch.setattr(Present, "read", lambda self, path: None)

    found = scan(tmp_path)
    assert found.bad == ["unreadable"]
    assert "it went away" in found.told("unreadable")


def test_a_machine_that_tells_no_share_of_its_cores_is_used_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """macOS has no sched_getaffinity."""
    expected = lay(tmp_path, {f".github/workflows/w{n}.yml": HIT for n in range(6)})
    monkeypatch.setattr(looking, "AT_ONCE", 2)
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)

    assert scan(tmp_path).places == expected
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    assert looking._cores() == 3
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert looking._cores() == 1
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {4, 7}, raising=False)
    assert looking._cores() == 2


@pytest.mark.parametrize(
    ("kind", "how", "manner"),
    [
        ("workflow", "", ""),
        ("script", "", ""),
        ("script", "bash", "shell"),
        ("script", "source", "shell"),
        ("script", "python", "python"),
        ("script", "pwsh", "pwsh"),
        ("script", "javascript", ""),
        ("data", "dockerfile", "dockerfile"),
        ("data", "made", ""),
    ],
)
def test_how_a_file_is_read_is_told_by_what_calls_it(kind: str, how: str, manner: str) -> None:
    assert reading.manner(Call(kind, "x", 1, 1, "", how)) == manner


def test_of_many_files_some_are_shown_and_the_others_counted() -> None:
    assert looking.shown("cba") == "a, b, c"
    assert looking.shown("dcba") == "a, b, c and 1 more"


@pytest.mark.parametrize("where", ["nothing", "x/y"])
def test_a_file_that_is_not_there_holds_nothing(tmp_path: Path, where: str) -> None:
    lay(tmp_path, {"x": "a file\n"})

    assert Present(tmp_path).read(where) is None


def test_a_result_may_stand_for_the_whole_file_or_for_none() -> None:
    results = [
        Result("a", "error", "x", "f.yml"),
        Result("a", "note", "y"),
        Result("b", "error", "z", "f", 3),
    ]
    (run,) = json.loads(document("p", "1", results, whole=False))["runs"]

    assert [each.get("locations") for each in run["results"]] == [
        [{"physicalLocation": {"artifactLocation": {"uri": "f.yml"}}}],
        None,
        [{"physicalLocation": {"artifactLocation": {"uri": "f"}, "region": {"startLine": 3}}}],
    ]
