"""Runs that are killed: nothing more is done after an effect.

The function that had the effect gets no answer, no branch takes another step, nothing is caught and nothing recorded.
"""

from dataclasses import dataclass
from typing import Any

from tests.statemachines.world import Effect, World


class Killed(BaseException):
    """No `except Exception` of the product or the engine may catch it."""


@dataclass
class Killer:
    """Kills the run after the first effect of a kind; spares it when there is none to kill after."""

    after: Effect | None = None
    struck: bool = False

    def effect_done(self, effect: Effect) -> None:
        """The first of its kind is the last thing that happens."""
        if effect == self.after and not self.struck:
            self.struck = True
            raise Killed
        self.alive()

    def alive(self, *_: Any) -> None:
        """Whoever would go on is dead."""
        if self.struck:
            raise Killed

    def attend(self, here: World) -> None:
        """Be there whatever is done."""
        here.after_effect.append(self.effect_done)
        here.before_call.append(self.alive)
        here.stack.before_invoke.append(self.alive)

    def rest(self) -> None:
        """Kill no more."""
        self.after, self.struck = None, False
