"""All that can be known before anything runs: the repository, its start, and who plays what."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import yaml

from rehearsal import abroad, leaving_out, library
from rehearsal.act import Event, Stage, cast_of
from rehearsal.asking import Asked
from rehearsal.casting import Cast
from rehearsal.consumer import Consumer, clone
from rehearsal.errors import UnplayableError
from rehearsal.own import needed, permits, starting
from rehearsal.own.checkout import Checkout, ask, look
from rehearsal.own.needed import Absent
from rehearsal.own.starting import Start
from rehearsal.scratch import Scratch
from rehearsal.stories import WORKFLOWS
from rehearsal.workflow import read_workflow
from release_actions import house


@dataclass(frozen=True)
class Looked:
    """What was found, and the stage that it was found on."""

    checkout: Checkout
    path: str
    start: Start
    cast: Cast
    stage: Stage
    absent: tuple[Absent, ...]
    ignored: tuple[str, ...]
    misread: tuple[str, ...]

    #: This library, whoever the workflow says its owner is.
    ANYBODY: ClassVar[str] = f"*/{library.NAME.partition('/')[2]}"

    @property
    def pins(self) -> tuple[str, ...]:
        """The refs of this library that the workflow uses; none if it does not use it."""
        used = (step.uses.text.partition("@") for step in self.cast.steps if step.uses)
        called = (part.origin.partition("@") for part in self.cast.parts if part.origin)
        mine = self.ANYBODY.partition("/")[2]
        found = {ref for name, _, ref in (*used, *called) if name.split("/")[1:2] == [mine]}
        return tuple(sorted(found))


def look_at(asked: Asked, scratch: Scratch) -> Looked:
    """Look at everything.

    :raises UnplayableError: with every reason why it cannot be played, at once.
    """
    checkout, path = _with_template(asked, scratch) if asked.template else _found(asked)
    folder = clone(checkout.folder, checkout.commit, scratch.path / "looked-at")
    stage = Stage(
        scratch=scratch,
        checkout=folder,
        repository=checkout.name,
        api_url="",
        server_url="",
        players={Looked.ANYBODY: library.make(scratch.path / "library"), **asked.players},
        as_linux=asked.as_linux,
        without=asked.without,
    )
    file = folder / path
    leaving_out.jobs(file, asked.without)
    workflow = read_workflow(file)  # Which tells by line what is no workflow.
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    problems: dict[str, None] = {}
    start = cast = None
    try:
        start = starting.chosen(path, document, checkout, asked)
    except UnplayableError as error:
        problems |= dict.fromkeys(error.lines)
    event = start.event if start else next(iter(workflow.events), "")
    try:
        cast = cast_of(file, Event(name=event, ref="", commit=checkout.commit), stage)
    except UnplayableError as error:
        problems |= dict.fromkeys(error.lines)
    for one in dict.fromkeys([file, *(part.file for part in (cast.parts if cast else ()))]):
        problems |= dict.fromkeys(abroad.addresses(one))
    if problems or start is None or cast is None:
        raise UnplayableError(tuple(problems))
    absent = needed.absent(cast, asked.secrets, asked.variables)
    ignored, misread = needed.ignored(cast), permits.misread(cast)
    return Looked(checkout, path, start, cast, stage, absent, ignored, misread)


def _found(asked: Asked) -> tuple[Checkout, str]:
    """The repository, and the path of the workflow in it.

    :raises UnplayableError: where HEAD has no such file.
    """
    file = asked.workflow
    assert file is not None
    beside = file.parent if file.is_file() else Path.cwd()
    checkout = look(asked.repository or beside)
    root = checkout.folder.resolve()
    places = [file.absolute(), root / file]
    if len(file.parts) == 1:
        places.append(root / WORKFLOWS / file)
    inside = [place.resolve() for place in places if place.resolve().is_relative_to(root)]
    paths = list(dict.fromkeys(place.relative_to(root).as_posix() for place in inside))
    for path in paths:
        if checkout.read(path) is not None:
            if Path(path).parent.as_posix() != WORKFLOWS:
                raise UnplayableError([f"{path}: GitHub reads workflows in {WORKFLOWS}/ alone."])
            return checkout, path
    there = any((root / path).exists() for path in paths)
    cure = "Commit it first: HEAD is what is rehearsed." if there else "Check the path."
    raise UnplayableError(
        [f"--workflow {file}: HEAD ({checkout.commit[:12]}) of {root} has no such file. {cure}"]
    )


def _with_template(asked: Asked, scratch: Scratch) -> tuple[Checkout, str]:
    """A copy of the caller's repository with one of our templates committed on top of HEAD."""
    source = house.root() / "workflows-templates" / f"{asked.template}.yml"
    if not source.is_file():
        known = ", ".join(sorted(one.stem for one in source.parent.glob("*.yml")))
        raise UnplayableError([f"--template {asked.template}: there is none. Known: {known}."])
    theirs = look(asked.repository or Path.cwd())
    copy = Consumer(scratch.path / "with-template", theirs.folder)
    ask(copy.folder, "fetch", "--quiet", "--no-tags", str(theirs.folder), "+refs/*:refs/theirs/*")
    for kind in ("heads", "tags", "remotes"):
        listed = ask(
            copy.folder, "for-each-ref", "--format=%(refname:strip=3)", f"refs/theirs/{kind}"
        )
        for name in listed.splitlines():
            if not name.endswith("/HEAD"):
                copy.git("update-ref", f"refs/{kind}/{name}", f"refs/theirs/{kind}/{name}")
    copy.git("checkout", "--quiet", "-B", theirs.head, theirs.commit)
    copy.git("remote", "set-url", "origin", f"https://github.com/{theirs.name}")
    path = f"{WORKFLOWS}/{asked.template}.yml"
    text = source.read_text(encoding="utf-8")
    copy.write({path: text.replace("@<sha>", f"@{'0' * 40}")})
    copy.git("add", "--force", path)
    copy.git("commit", "--quiet", "--message", f"Add {path}")
    return look(copy.folder), path
