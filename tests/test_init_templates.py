"""A template and what init puts into it are one truth; what comes out is what linters take."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from release_actions import house
from release_actions.actions.audit_release_settings import action as audit
from release_actions.errors import ReleaseError, UsageError
from release_actions.formats.marked_yaml import compose
from release_actions.formats.yaml_places import find
from release_actions.init import templates
from release_actions.init.answers import Answer, Planned
from release_actions.init.asked import Asked, Owner, Pin
from release_actions.init.filling import fill
from release_actions.init.pinning import Library, Origin, installed, library
from release_actions.init.planning import PLANS
from tests.init_repositories import BOTH, CONFIG, CRATES, NODE, PIN, PYTHON, clone, git, init

Capsys = pytest.CaptureFixture[str]
FOLDER = house.root() / templates.FOLDER
LIBRARY = Library(Owner("mona"), Pin("c" * 40), "", ())

# What a sample is called, and what only a sample has.
SAMPLES = re.compile(
    r"\bacme|\btools\b|attestation-service|Cargo\.toml|pyproject\.toml|package\.json|\bVERSION\b$"
    r"|RELEASES|\bci\.yml|\brelease\.yml|python/|^main$|'main'"
)
# The name of a variable, and of a step.
KEPT = {"gated-release": {"VERSION"}, "release-train": {"main"}}


def test_each_template_says_what_is_put_into_it_and_has_a_plan() -> None:
    every = {path.stem for path in FOLDER.glob("*.yml")}
    assert set(templates.names()) == every == set(PLANS)


@pytest.mark.parametrize("name", templates.names())
def test_each_place_is_there_or_can_be_added(name: str) -> None:
    template = templates.load(name)
    root = compose(template.text)
    for value, places in template.places.items():
        for place in places:
            found = find(root, place.partition(" ~ ")[0])
            assert found.parent is not None, (value, place)
    assert template.about


@pytest.mark.parametrize("name", templates.names())
def test_nothing_of_a_sample_is_left(name: str) -> None:
    """Whatever in a template is a sample's is named as a place, so that it is replaced."""
    template = templates.load(name)
    lists = {"tag-pattern", "title", "group", "fetch-depth"}
    answers = {
        key: Answer(("zzz-first", "zzz-second") if key in MANY else "zzz", "told")
        for key in template.places
        if key not in lists
    }
    thing = {"name": "Zzz", "slug": "zzz", "upper": "ZZZ", "folder": "zz/z"}
    things = (thing, {**thing, "slug": "zzy", "upper": "ZZY"}) if template.repeats else ()
    text = fill(Planned(name, "x.yml", answers, things), LIBRARY).text

    left = {
        value
        for value in texts(yaml.safe_load(text))
        if SAMPLES.search(value) and not value.startswith("echo ")
    }
    assert left == KEPT.get(name, set())


MANY = {"workflows", "crates", "version-sources"}


def texts(node: object) -> list[str]:
    """Every text of a document, keys too, scripts by their lines."""
    if isinstance(node, dict):
        return [t for key, value in node.items() for t in (*texts(key), *texts(value))]
    if isinstance(node, list):
        return [text for each in node for text in texts(each)]
    return str(node).splitlines()


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (CRATES, ()),
        (PYTHON, ()),
        (BOTH, ()),
        (NODE, ()),
        (NODE, ("--template", "dev-cycle")),
        (CRATES, ("--template", "release-train")),
        (CRATES, ("--template", "settings-audit")),
        ({path: text for path, text in BOTH.items() if path.startswith("py/")}, ()),
    ],
    ids=["crates", "pypi", "rust-python", "gate", "cycle", "train", "audit", "several"],
)
def test_what_is_written_passes_the_linters(
    tmp_path: Path, capsys: Capsys, files: dict[str, str], words: tuple[str, ...]
) -> None:
    """actionlint, zizmor in its pedantic mode, and our own lint by the config that was written."""
    home = clone(tmp_path / "it", files)
    assert init(home, capsys, *words).code == 0
    written = [p for p in (home.folder / ".github/workflows").iterdir() if p.name != "ci.yml"]
    tools = Path(sys.executable).parent
    zizmor = [str(tools / "zizmor"), "--quiet", "--offline", "--pedantic", "--no-progress"]
    zizmor += ["--config", str(Path(__file__).parents[1] / ".github/zizmor.yml")]

    for command in ([str(tools / "actionlint"), "-shellcheck="], zizmor):
        done = subprocess.run(
            [*command, *map(str, written)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    config = tomllib.loads(home.text(CONFIG)) if (home.folder / CONFIG).exists() else {}
    if "lint-release-workflow" in config:
        home.commit()
        source = house.PACKAGE.parent
        done = subprocess.run(
            [sys.executable, "-m", "release_actions", "lint-release-workflow"],
            cwd=home.folder,
            env={"PYTHONPATH": str(source), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_declared_of_the_settings_is_what_the_audit_reads(
    tmp_path: Path, capsys: Capsys
) -> None:
    home = clone(tmp_path / "it", CRATES)
    assert init(home, capsys).code == 0

    said = tomllib.loads(home.text(CONFIG))["audit-release-settings"]

    fields = set(audit.inputs.__dataclass_fields__)
    assert set(said) == {"environment", "tag"} <= fields
    assert said["tag"] == {"v*": {"no-update": True, "no-deletion": True, "no-force-push": True}}


# Where the program is from


def asked(**given: object) -> Asked:
    return Asked(Path(), **given)  # type: ignore[arg-type]  # by name, as in the tests below


@pytest.mark.parametrize(
    ("told", "origin"),
    [
        (
            '{"url": "https://github.com/mona/release-actions.git", "vcs_info":'
            f' {{"vcs": "git", "requested_revision": "v0.2.0", "commit_id": "{PIN}"}}}}',
            Origin(PIN, "mona", "v0.2.0", "the commit that pip installed"),
        ),
        (
            '{"url": "https://example.org/other.git", "vcs_info":'
            f' {{"vcs": "git", "requested_revision": "main", "commit_id": "{PIN}"}}}}',
            Origin(PIN, "", "", "the commit that pip installed"),
        ),
        ('{"url": "file:///x", "dir_info": {}}', Origin()),
        ("", Origin()),
        ("[]", Origin()),
        ('{"url": "x", "vcs_info": {"commit_id": "main"}}', Origin()),
    ],
    ids=["a tag", "a branch", "a folder", "an index", "a list", "no commit"],
)
def test_what_pip_wrote_down_tells_the_commit(told: str, origin: Origin) -> None:
    """PEP 610."""
    assert installed(told) == origin


def test_another_pin_than_the_programs_has_no_version() -> None:
    origin = Origin("b" * 40, "mona", "v0.2.0", "the library's checkout", ("dirty",))

    made = library(asked(pin=Pin(PIN)), origin)

    assert (made.pin, made.version, made.owner) == (PIN, "", "mona")
    assert made.notes == (f"pin {PIN}: as asked",)


def test_an_owner_alone_is_not_enough() -> None:
    with pytest.raises(UsageError, match=r"github\.com/mona/release-actions"):
        library(asked(owner=Owner("mona")), Origin())


def checkout(folder: Path, remote: str) -> Path:
    """A checkout of the library, as far as its origin is asked."""
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "remote", "add", "origin", remote)
    (folder / "action.yml").write_text("name: x\n")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "x")
    return folder


@pytest.mark.parametrize(
    ("remote", "owner"),
    [
        ("https://github.com/mona/release-actions.git", "mona"),
        ("https://u:p@github.com/mona/release-actions", "mona"),
        ("git@github.com:mona/release-actions.git", "mona"),
        ("https://github.com/mona/other.git", ""),
        ("/srv/git/release-actions", ""),
        ("file:///srv/git/release-actions", ""),
        ("https://github.com/-mona/release-actions", ""),
    ],
)
def test_a_checkout_tells_its_commit_and_its_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, remote: str, owner: str
) -> None:
    from release_actions.init import pinning

    folder = checkout(tmp_path / "library", remote)
    git(folder, "tag", "v0.4.0")
    monkeypatch.setattr(house, "root", lambda: folder)

    origin = pinning.origin()

    assert (origin.commit, origin.owner) == (git(folder, "rev-parse", "HEAD"), owner)
    assert origin.tag == "v0.4.0"
    assert any("no remote branch" in note for note in origin.notes)
    (folder / "action.yml").write_text("name: y\n")
    assert any("has changes" in note for note in pinning.origin().notes)


def test_a_copy_within_somebody_elses_clone_is_none_of_its_commits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from release_actions.init import pinning

    folder = checkout(tmp_path / "theirs", "https://github.com/x/release-actions.git") / "vendored"
    folder.mkdir()
    monkeypatch.setattr(house, "root", lambda: folder)
    monkeypatch.setattr(pinning, "_installed", Origin)

    assert pinning.origin() == Origin()


@pytest.mark.parametrize("name", templates.names())
def test_what_is_put_nothing_into_stays_to_the_byte(name: str) -> None:
    """Also the parts that are repeated, for the very things that the template shows."""
    template = templates.load(name)
    things = (
        {"name": "acme", "slug": "acme", "upper": "ACME", "folder": "python/acme"},
        {"name": "acme-tools", "slug": "tools", "upper": "TOOLS", "folder": "python/tools"},
    )
    made = fill(Planned(name, "x.yml", {}, things), LIBRARY).text

    _, _, body = made.partition("\n")
    pinned = template.text.replace("@<sha>", f"@{LIBRARY.pin}")
    assert body == pinned.replace("org/release-actions", "mona/release-actions")


def test_templates_that_cannot_be_read_are_no_usage_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / templates.FOLDER).mkdir()
    (tmp_path / templates.FOLDER / "crates.init.toml").write_text("[places]\n")
    monkeypatch.setattr(house, "root", lambda: tmp_path)
    with pytest.raises(ReleaseError, match="template crates cannot be read"):
        templates.load("crates")


def test_a_library_without_templates_writes_nothing(
    tmp_path: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No template is none that was not chosen: a config alone would be told as done."""
    home = clone(tmp_path / "it", CRATES)
    before = home.snapshot()
    monkeypatch.setattr(templates, "FOLDER", "nowhere")

    ran = init(home, capsys)

    assert (ran.code, home.snapshot()) == (1, before)
    assert "the library has no templates" in ran.err


def test_a_template_that_our_own_lint_refuses_is_not_written(
    tmp_path: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = clone(tmp_path / "it", CRATES)
    before = home.snapshot()
    load = templates.load

    def unpinned(name: str) -> templates.Template:
        template = load(name)
        text = re.sub(r"actions/checkout@\w+ # v6.0.0", "actions/checkout@v6", template.text)
        return replace(template, text=text)

    monkeypatch.setattr(templates, "load", unpinned)
    ran = init(home, capsys)

    assert (ran.code, home.snapshot()) == (10, before)
    assert "is refused by lint-release-workflow, so nothing was: not-pinned" in ran.err


def test_pip_is_asked_where_there_is_no_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from release_actions.init import pinning

    monkeypatch.setattr(house, "root", lambda: house.CARRIED)
    monkeypatch.setattr(pinning, "NAME", "no-such-distribution")

    assert pinning.origin() == Origin()
