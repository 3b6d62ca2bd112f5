"""A process that may end at any call of a port."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast


class Killed(BaseException):
    """The process is gone: nothing runs after this, and no port answers."""


@dataclass
class Life:
    """One process: what happens at its port calls, and when it ends.

    `calls` counts; at the `killed_at`-th call it ends, before or (`after_effect`) after the call did its work. `at_call` runs
    something else in between, as another process would.
    """

    killed_at: int = 0
    after_effect: bool = False
    at_call: Mapping[int, Callable[[], None]] = field(default_factory=dict)
    calls: int = 0
    dead: bool = False

    def through[T](self, target: T) -> T:
        """The same port, as this process calls it."""
        return cast("T", _Passing(target, self))

    def call(self, effect: Callable[[], Any]) -> Any:
        """One port call."""
        if self.dead:
            raise Killed
        self.calls += 1
        self.at_call.get(self.calls, lambda: None)()
        self.dead = self.calls == self.killed_at
        if self.dead and not self.after_effect:
            raise Killed
        try:
            answer = effect()
        finally:
            if self.dead:
                raise Killed
        return answer


class _Passing:
    """A port whose every method is a call of a process."""

    def __init__(self, target: Any, life: Life) -> None:
        self._target = target
        self._life = life

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._target, name)
        if name == "now":
            return method
        return lambda *positional, **named: self._life.call(lambda: method(*positional, **named))
