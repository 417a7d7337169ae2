"""The strikes of a fault, put where they wait for their calls."""

from __future__ import annotations

import traceback
from dataclasses import replace

from rehearsal.faults import Fault, Faults
from rehearsal.unkind.elsewhere import Elsewhere
from rehearsal.unkind.ends import public
from rehearsal.unkind.kinds import Scene, Strike


class Armed:
    """The strikes of a fault, waiting in a world for their calls."""

    def __init__(self, scene: Scene, strikes: tuple[Strike, ...], elsewhere: Elsewhere) -> None:
        self.scene = scene
        self._strikes = [(strike, self._armed(strike, elsewhere)) for strike in strikes]
        self._went_wrong: list[str] = []
        #: What somebody else made public meanwhile.
        self.theirs: frozenset[str] = frozenset()
        for strike, fault in self._strikes:
            self._faults(strike).add(fault)

    def _armed(self, strike: Strike, elsewhere: Elsewhere) -> Fault:
        fault = strike.fault
        if fault.kind == "redirect":
            fault = replace(fault, location=f"{elsewhere.url}/elsewhere")
        if strike.do is None:
            return fault

        def called() -> None:
            assert strike.do is not None
            before = public(self.scene.world)
            try:
                strike.do(self.scene)
                self.theirs |= public(self.scene.world) - before
            except Exception:  # It happens in a server's thread: told when the run is over.
                self._went_wrong.append(traceback.format_exc())

        return replace(fault, callback=called)

    def _faults(self, strike: Strike) -> Faults:
        if strike.at == "github":
            return self.scene.world.github.faults
        return self.scene.world.services.all[strike.at].faults

    def fired(self) -> tuple[str, ...]:
        """What took effect, in the order in which it was told to."""
        told = []
        for strike, fault in self._strikes:
            for firing in self._faults(strike).fired:
                if firing.fault is fault and not firing.in_vain:
                    what = f"{strike.at}: {fault.kind} at call {firing.call} of {fault.route}"
                    told.append(f"{what} ({firing.method} {firing.path})")
        return tuple(told)

    def broken(self) -> list[str]:
        """Strikes that never came about: a fault that did not happen proves nothing."""
        told = []
        for strike, fault in self._strikes:
            fired = self._faults(strike).fired
            if not any(firing.fault is fault and not firing.in_vain for firing in fired):
                told.append(f"never fired: {strike.at}, {fault.kind} on {fault.route}")
        return told + self._went_wrong

    def disarm(self) -> None:
        """Whatever was wrong is over."""
        self.scene.world.github.faults.clear()
        for service in self.scene.world.services.all.values():
            service.faults.clear()
