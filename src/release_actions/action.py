"""What an action is: inputs, and stages of looking and judging that fit each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from release_actions.values import Duration
from release_actions.verdict import Finding, Outputs, Verdict
from release_actions.world import World

I = TypeVar("I")
F = TypeVar("F")
G = TypeVar("G")
A = TypeVar("A")


@dataclass(frozen=True)
class Stage:
    """One look and one judgement.

    `gather(inputs, world, earlier)` is given the Facts of the stage before it (None for the
    first); `decide(inputs, facts, aim)` the aim that `settle` fixed in its first round.
    """

    gather: Callable[[Any, World, Any], Any]
    decide: Callable[[Any, Any, Any], Verdict]
    settle: Callable[[Any, Any], Any]


@dataclass(frozen=True, init=False)
class Action(Generic[I, F]):
    """`gather` looks and does not judge; `decide` judges and does not look.

    The type checker proves that the parts fit: the Facts that a gather makes are those that
    its decide reads, and those that the next stage's gather is given.
    """

    inputs: type[I]
    outputs: type[Outputs]
    wait: Duration
    stages: tuple[Stage, ...] = field(repr=False)
    explain: Callable[[Any, Any, World], dict[Finding, Finding]] | None = field(repr=False)
    secrets: tuple[str, ...]
    pace: float | None
    verifies: Callable[[Any], bool] = field(repr=False)

    def __init__(
        self,
        inputs: type[I],
        gather: Callable[[I, World], F],
        decide: Callable[[I, F], Verdict],
        outputs: type[Outputs] = Outputs,
        *,
        wait: str = "0s",
    ) -> None:
        first = Stage(
            lambda inputs, world, earlier: gather(inputs, world),
            lambda inputs, facts, aim: decide(inputs, facts),
            lambda inputs, facts: None,
        )
        self._set(inputs=inputs, outputs=outputs, wait=Duration(wait))
        self._set(stages=(first,), explain=None, secrets=(), pace=None)
        self._set(verifies=lambda inputs: False)

    def _set(self, **values: object) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def then(
        self, gather: Callable[[I, World, F], G], decide: Callable[[I, G], Verdict]
    ) -> Action[I, G]:
        """A further stage, looked at only where the one before it found nothing bad or due."""
        stage = Stage(
            gather, lambda inputs, facts, aim: decide(inputs, facts), lambda inputs, facts: None
        )
        return self._with(stages=(*self.stages, stage))

    def aiming(
        self, settle: Callable[[I, F], A], decide: Callable[[I, F, A], Verdict]
    ) -> Action[I, F]:
        """The last stage, with an aim that is settled in the first round and kept.

        What is aimed at (the next number, the new version) must not move because a Change of
        this very run was made.
        """
        last = replace(self.stages[-1], settle=settle, decide=decide)
        return self._with(stages=(*self.stages[:-1], last))

    def explained(
        self, explain: Callable[[I, Verdict, World], dict[Finding, Finding]]
    ) -> Action[I, F]:
        """With a last look that may make a bad finding more precise, never better."""
        return self._with(explain=explain)

    def trusted(self, *secrets: str) -> Action[I, F]:
        """With inputs that are secrets: they go to the World, and nowhere else."""
        return self._with(secrets=secrets)

    def pacing(self, seconds: float) -> Action[I, F]:
        """With so short a first pause, which grows: where what is made shows within seconds."""
        return self._with(pace=seconds)

    def verifying(self, verifies: Callable[[I], bool]) -> Action[I, F]:
        """With signatures to verify, for these inputs: by what is locked apart from the rest."""
        return self._with(verifies=verifies)

    def _with(self, **values: object) -> Action[Any, Any]:
        copy: Action[Any, Any] = object.__new__(Action)
        copy._set(**{name: getattr(self, name) for name in self.__dataclass_fields__} | values)
        return copy


def shared() -> Any:  # a dataclass field passes for any type
    """A field that a shared table of the config file fills, such as `[release-class.*]`."""
    return field(default_factory=dict, metadata={"shared": True})


def tables() -> Any:
    """A field that tables of the action's own fill, such as `[NAME.environment.pypi]`.

    It is no input of action.yml: `with:` has no shape for it.
    """
    return field(default_factory=dict, metadata={"shared": True, "own": True})
