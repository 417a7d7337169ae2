"""`release-actions NAME …` on a laptop, and `NAME --inputs-on-stdin` from the launcher."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec

from release_actions.errors import Exit, ReleaseError, UsageError

ON_STDIN = "--inputs-on-stdin"
VERIFYING = "--verifying"  # what the launcher is told where signatures are to be verified


def main(arguments: Sequence[str]) -> int:
    """The exit code. Never raises: what is no verdict is told in a line."""
    from release_actions.tell import Teller, utf8
    from release_actions.values import fold

    utf8()
    try:
        if ON_STDIN in arguments:
            return _step(arguments)
        from release_actions import cli

        return cli.run(arguments, os.environ)
    except ReleaseError as error:
        lines = [f"[ERROR] {fold(line, 1000)}" for line in error.lines]
        Teller(sys.stderr, os.environ).lines(lines)
        return error.exit
    except KeyboardInterrupt:
        print("\n[ERROR] interrupted: nothing more was changed; safe to run again", file=sys.stderr)
        return Exit.ERROR


def _step(arguments: Sequence[str]) -> int:
    """A step of a workflow: the inputs as GitHub passes them, a JSON object of strings."""
    from release_actions import house
    from release_actions.inputs import SECRETS, Given, secret
    from release_actions.perform import Asked, perform, refuse
    from release_actions.tell import Teller
    from release_actions.world import World

    actions = tuple(sorted(p.parent.name for p in house.root().glob("actions/*/action.yml")))
    name, text = arguments[0], sys.stdin.buffer.read()
    by_name, held = name == "--any", dict.fromkeys(SECRETS, "")
    try:
        raw = _object(text.decode("utf-8", "replace"), "INPUTS")
        held |= {key: secret(raw.pop(key), key) for key in SECRETS if key in raw}
        if by_name:
            name = str(raw.pop("action", ""))
            raw |= _object(str(raw.pop("inputs", "") or "{}"), "input `inputs`")
            held |= {key: secret(raw.pop(key), key) for key in SECRETS if key in raw}
    except UsageError as error:
        world = World(held["token"], os.environ, registry_token=held["registry-token"])
        asked = Asked(name, {}, world, actions, by_name)
        return refuse(asked, error, Teller(sys.stdout, os.environ, world.hidden))
    given = {key: Given(value, "with") for key, value in raw.items() if value not in ("", None)}
    # That it was given is told to an action that knows of no such secret; what it is, to none.
    given |= {key: Given("***", "with") for key in SECRETS[1:] if held[key]}
    world = World(held["token"], os.environ, registry_token=held["registry-token"])
    asked = Asked(name, given, world, actions, by_name, _verifying(arguments, text))
    return perform(asked, Teller(sys.stdout, os.environ, world.hidden))


def _verifying(arguments: Sequence[str], inputs: bytes) -> Callable[[], None] | None:
    """How to begin once more where signatures can be verified; None where they can, or were to be.

    Most runs verify none, and need not wait for what only that takes: it is locked apart.
    """
    if VERIFYING in arguments or find_spec("pypi_attestations"):
        return None

    def again() -> None:
        from release_actions import house

        sys.stdout.flush()
        command = [str(house.root() / "actions/run"), arguments[0], VERIFYING]
        if os.name == "nt":  # There exec would end this process at once, and the step with it.
            import subprocess

            raise SystemExit(subprocess.run(["bash", *command], input=inputs).returncode)
        reading, writing = os.pipe()
        if os.fork() == 0:  # Who writes the inputs, which may be more than a pipe holds.
            try:
                os.close(reading)
                with open(writing, "wb") as pipe:  # noqa: PTH123  # a descriptor
                    pipe.write(inputs)
            finally:  # Whatever comes: there is one program to go on, and it is not this one.
                os._exit(0)
        os.close(writing)
        os.dup2(reading, 0)
        os.execv(command[0], command)

    return again


def _object(text: str, what: str) -> dict[str, object]:
    try:
        found = json.loads(text or "{}")
    except ValueError as error:
        raise UsageError(f"{what}: no JSON ({error}); allowed: a JSON object of texts") from error
    if not isinstance(found, dict):
        raise UsageError(f"{what}: no object; allowed: a JSON object of texts")
    return found


def console() -> None:
    """The installed command."""
    raise SystemExit(main(sys.argv[1:]))


if __name__ == "__main__":
    console()
