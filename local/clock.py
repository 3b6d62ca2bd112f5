"""Time for a local run: virtual by default, real against a real endpoint.

Rules
- One clock serves the handlers, the state machines' waits and the SP-API simulator.
- Virtual time moves only when something sleeps; it never moves by itself, and within one top-level execution never backwards.
- Branches (`gather`) are deterministic: exactly one runs at any moment, and a branch hands over only where it sleeps, to
  whoever wakes first (ties: in the order of going to sleep). So parallel branches overlap in virtual time as they would on AWS,
  without any race in memory.
"""

import heapq
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Protocol


class Clock(Protocol):
    """What a local run asks of time."""

    def now(self) -> datetime:
        """Aware, UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return when that much time has passed; zero or less returns at once."""
        ...

    def travel(self, to: datetime) -> None:
        """Make it that moment, before or after; only between top-level executions."""
        ...

    def gather(self, branches: Sequence[Callable[[], None]]) -> None:
        """Run branches side by side; return when all have ended. Raises the first branch's exception, after all have ended."""
        ...

    def held(self) -> AbstractContextManager[None]:
        """While held, no other branch runs: a sleep passes time without handing over."""
        ...


@dataclass(order=True, slots=True)
class _Turn:
    """A sleeping branch: when it wakes, and in which order of those that wake together."""

    at: datetime
    order: int
    go: threading.Event = field(compare=False, default_factory=threading.Event)


class VirtualClock:
    """Starts at `start` (aware) and moves only by `sleep` and `travel`."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock starts at an aware datetime")
        self._now = start.astimezone(UTC)
        self._sleeping: list[_Turn] = []
        self._orders = count()
        self._holds = 0

    def now(self) -> datetime:
        """Aware, UTC."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Pass time without waiting for it."""
        if seconds <= 0:
            return
        until = self.now() + timedelta(seconds=seconds)
        if self._holds or not self._sleeping:
            self._pass_until(until)
            return
        turn = self._queue(until)
        self._hand_over()
        turn.go.wait()

    def travel(self, to: datetime) -> None:
        """Make it that moment. Raises RuntimeError while branches run: their sleeps have a common past."""
        if self._sleeping:
            raise RuntimeError("time travel is for between executions, not within one")
        self._now = to.astimezone(UTC)

    def gather(self, branches: Sequence[Callable[[], None]]) -> None:
        """Run branches side by side in virtual time, one at a time in real time."""
        if len(branches) == 1:
            branches[0]()
            return
        if not branches:
            return
        running = len(branches)
        failures: list[BaseException] = []
        all_done = threading.Event()
        first = [self._queue(self.now()) for _ in branches]

        def follow(branch: Callable[[], None], turn: _Turn) -> None:
            nonlocal running
            turn.go.wait()
            try:
                branch()
            except BaseException as failure:  # noqa: BLE001
                failures.append(failure)
            running -= 1
            if running == 0:
                heapq.heappush(self._sleeping, _Turn(self.now(), next(self._orders), all_done))
            self._hand_over()

        for branch, turn in zip(branches, first, strict=True):
            threading.Thread(target=follow, args=(branch, turn), daemon=True).start()
        self._hand_over()
        all_done.wait()
        if failures:
            raise failures[0]

    @contextmanager
    def held(self) -> Iterator[None]:
        """A Lambda invocation owns the process environment: nobody else may run before it returns."""
        self._holds += 1
        try:
            yield
        finally:
            self._holds -= 1

    def _queue(self, at: datetime) -> _Turn:
        turn = _Turn(at, next(self._orders))
        heapq.heappush(self._sleeping, turn)
        return turn

    def _hand_over(self) -> None:
        turn = heapq.heappop(self._sleeping)
        self._pass_until(turn.at)
        turn.go.set()

    def _pass_until(self, at: datetime) -> None:
        self._now = max(self._now, at)


class RealClock(VirtualClock):
    """The machine's clock. Branches overlap as in virtual time, one at a time: only their waits are real."""

    def __init__(self) -> None:
        super().__init__(datetime.now(UTC))

    def now(self) -> datetime:
        """Aware, UTC."""
        return datetime.now(UTC)

    def travel(self, to: datetime) -> None:
        """Real time goes its own way: nothing happens."""

    def _pass_until(self, at: datetime) -> None:
        self._now = self.now()
        while (rest := (at - self.now()).total_seconds()) > 0:
            time.sleep(rest)
