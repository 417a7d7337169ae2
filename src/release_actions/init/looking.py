"""The look: what a repository holds, and what git says of it. Nothing in it is run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from release_actions.clients import work_tree
from release_actions.clients.git import Git
from release_actions.clients.work_tree import OutsideError, WorkTree
from release_actions.errors import UpstreamError, UsageError
from release_actions.formats import dispatchable, release_workflow, workflow_filter
from release_actions.formats.marked_yaml import NotYamlError
from release_actions.formats.version_places import readers
from release_actions.formats.version_places.place import Manifest, Role, Unreadable
from release_actions.init import cargo_crates, python_projects
from release_actions.init.asked import Asked
from release_actions.init.facts import Branch, Facts, Flow, NodePackage
from release_actions.values import RefName, fold

# What stands below folders of these names is a sample, a test or somebody else's.
ASIDE = frozenset(
    [
        *("test", "tests", "testing", "testdata", "test-data", "fixture", "fixtures"),
        *("sample", "samples", "example", "examples", "demo", "demos", "doc", "docs"),
        *("benches", "benchmarks", "fuzz", "templates"),
        *("vendor", "third_party", "third-party", "node_modules"),
    ]
)
MANIFESTS = ("Cargo.toml", "pyproject.toml", "package.json", "setup.py", "setup.cfg")
VERSIONS = ("VERSION", "VERSION.txt", "version.txt")
NOTES = re.compile(r"(changelog|changes|releases|release[-_]notes|history|news)(\.md|\.rst|\.txt)?")
IMAGE = re.compile(r"(.*[./])?(dockerfile|containerfile)(\.[\w.-]+)?")
WORKFLOW = re.compile(r"\.github/workflows/[^/]+\.ya?ml")
REMOTE = re.compile(
    r"(?:[a-z+]+://(?:[^@/]*@)?|[\w.-]+@)(?P<host>[\w.-]+)(?::\d+)?"
    r"[/:](?P<name>[\w.-]+/[\w.-]+?)(?:\.git)?/?",
    re.ASCII,
)


class Files:
    """The files of the tree, read once each, and what could not be read of them."""

    def __init__(self, tree: WorkTree) -> None:
        self.tree = tree
        self.unread: list[str] = []
        self._manifests: dict[str, Manifest | None] = {}

    def read(self, path: str) -> bytes | None:
        try:
            return self.tree.read(path)
        except (OutsideError, UpstreamError) as error:
            self.unread.append(fold(str(error)))
            return None

    def manifest(self, path: str) -> Manifest | None:
        """What a file says by its places; None for one that is not there or cannot be read."""
        if path not in self._manifests:
            self._manifests[path] = self._said(path)
        return self._manifests[path]

    def _said(self, path: str) -> Manifest | None:
        content = self.read(path) if path in self.tree.files else None
        if content is None:
            return None
        try:
            known = readers.known(path)
            return readers.read(path, content) if known else readers.follow(path, content)
        except Unreadable as error:
            at = f":{error.line}" if error.line else ""
            if not _aside(path):
                self.unread.append(fold(f"{path}{at}: {error}"))
            return None


def look(asked: Asked) -> Facts:
    """All that can be found without asking anybody."""
    git = Git(asked.repository)
    tree = work_tree.look(git)
    if tree.prefix:
        raise UsageError(
            f"flag `--repository`: `{fold(str(asked.repository), 80)}` was given; allowed: the top"
            f" of the clone (it is in {fold(tree.prefix, 80)}), where GitHub reads workflows"
        )
    name, host = repository((git.remote() or "") if tree.clone else "")
    files = Files(tree)
    passed_by = [path for name in MANIFESTS for path in tree.named(name) if _aside(path)]
    own = [path for name in MANIFESTS for path in tree.named(name) if not _aside(path)]
    return Facts(
        tree=tree,
        repository=name,
        host=host,
        branch=_branch(asked, git, tree),
        tags=_refs(git, tree, "--sort=-creatordate", "refs/tags"),
        branches=_refs(git, tree, "refs/heads", "refs/remotes/origin"),
        cargo=tuple(cargo_crates.workspaces(files.manifest, tree.named("Cargo.toml"), own)),
        python=tuple(python_projects.projects(files.read, files.manifest, tree, own)),
        node=tuple(_node(files, [path for path in own if path.endswith("package.json")])),
        images=tuple(sorted(p for p in tree.files if IMAGE.fullmatch(p.lower()) and not _aside(p))),
        flows=tuple(_flows(files)),
        notes=tuple(sorted(p for p in tree.files if NOTES.fullmatch(p.lower()))),
        version_files=tuple(path for path in VERSIONS if path in tree.files),
        unread=tuple(dict.fromkeys(files.unread)),
        passed_by=tuple(passed_by),
    )


def _aside(path: str) -> bool:
    return not ASIDE.isdisjoint(part.lower() for part in path.split("/")[:-1])


def repository(remote: str) -> tuple[str, str]:
    """owner/name in the address of a remote, and the host; empty for one that says none."""
    found = REMOTE.fullmatch(remote)
    return (found["name"], found["host"]) if found else ("", "github.com")


def _branch(asked: Asked, git: Git, tree: WorkTree) -> Branch:
    if asked.branch is not None:
        return Branch(asked.branch, "as asked", True)
    if tree.clone is None:
        return Branch("main", "there is no git repository to ask", False)
    head = git.ask("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD").stdout
    name = head.decode(errors="replace").strip().removeprefix("origin/")
    if name and _sound(name):
        return Branch(name, "the remote's default branch, as this clone knows it", True)
    there = set(_refs(git, tree, "refs/heads", "refs/remotes/origin"))
    usual = [each for each in ("main", "master") if each in there]
    if len(usual) == 1:
        return Branch(usual[0], "a branch of this name is there", False)
    current = tree.clone.branch
    if current and _sound(current) and not usual:
        return Branch(current, "it is checked out", False)
    return Branch("main", "nothing tells the default branch", False)


def _sound(name: str) -> bool:
    try:
        RefName(name)
    except ValueError:
        return False
    return fold(name) == name


def _refs(git: Git, tree: WorkTree, *what: str) -> tuple[str, ...]:
    """Short names: of tags, or of branches wherever they are."""
    if tree.clone is None:
        return ()
    told = git.tell("for-each-ref", "--format=%(refname)", *what).decode(errors="replace")
    short = (re.sub(r"^refs/(tags|heads|remotes/origin)/", "", line) for line in told.splitlines())
    return tuple(dict.fromkeys(name for name in short if name != "HEAD" and _sound(name)))


def _node(files: Files, paths: Iterable[str]) -> Iterator[NodePackage]:
    for path in paths:
        said = files.manifest(path)
        if said is not None and said.package is not None:
            stated = [place.text for place in said.places if place.role is Role.STATEMENT]
            version = stated[0] if stated else ""
            yield NodePackage(fold(said.package.name, 200), path, version, not said.published)


def _flows(files: Files) -> Iterator[Flow]:
    for path in sorted(filter(WORKFLOW.fullmatch, files.tree.files)):
        content = files.read(path)
        if content is None:
            continue
        trigger = workflow_filter.push_trigger(content)
        dispatch = dispatchable.why_not(content)
        try:
            said = release_workflow.workflow(path, content.decode("utf-8").removeprefix("\ufeff"))
            yield Flow(path, said, trigger, "", dispatch)
        except (NotYamlError, UnicodeDecodeError) as error:
            why = str(error) if isinstance(error, NotYamlError) else "it is not UTF-8"
            yield Flow(path, None, trigger, fold(why), dispatch)
