"""What the state machines did: every state entered, retry, catch, choice and wait, in order; what the tests and benchmarks count.

Machines are named by their logical id. A child execution of a distributed Map counts as an execution of its parent's machine.
"""

import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from local.clock import Clock


class Kind(StrEnum):
    """What a trace entry tells."""

    ENTERED = "entered"
    RETRIED = "retried"
    CAUGHT = "caught"
    CHOSE = "chose"
    WAITED = "waited"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing a state machine did. `index` is that of the Retry, Catch or Choice rule (None: Default)."""

    kind: Kind
    machine: str
    execution: str
    state: str
    at: datetime
    index: int | None = None
    detail: str | float | None = None


@dataclass(slots=True)
class Trace:
    """Grows as the stack runs; `clear` starts anew."""

    clock: Clock
    machine_of: Callable[[str], str]
    caller: str = "outside"
    steps: list[Step] = field(default_factory=list)
    invocations: Counter[str] = field(default_factory=Counter)
    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    child_executions: int = 0
    largest_state: tuple[int, str] = (0, "")
    _names: int = 0

    # -- counted ----------------------------------------------------------------------------------------------------------------

    def of(self, kind: Kind, machine: str | None = None) -> Iterator[Step]:
        """Steps of one kind, in order."""
        return (step for step in self.steps if step.kind is kind and machine in {None, step.machine})

    def states(self, machine: str) -> Counter[str]:
        """How often each state was entered."""
        return Counter(step.state for step in self.of(Kind.ENTERED, machine))

    def retries(self, machine: str) -> Counter[tuple[str, int | None]]:
        """How often each Retry rule was used, by state and index."""
        return Counter((step.state, step.index) for step in self.of(Kind.RETRIED, machine))

    def catches(self, machine: str) -> Counter[tuple[str, int | None]]:
        """How often each Catch rule was used, by state and index."""
        return Counter((step.state, step.index) for step in self.of(Kind.CAUGHT, machine))

    def choices(self, machine: str) -> Counter[tuple[str, int | None]]:
        """How often each exit of a Choice was taken, by state and index (None: Default)."""
        return Counter((step.state, step.index) for step in self.of(Kind.CHOSE, machine))

    def waited_for(self, machine: str | None = None) -> float:
        """Seconds spent in Wait states, added up over parallel branches."""
        return sum(float(step.detail or 0) for step in self.of(Kind.WAITED, machine))

    @property
    def transitions(self) -> int:
        """State transitions as Step Functions bills them: each state entered, and each retry."""
        return sum(step.kind in {Kind.ENTERED, Kind.RETRIED} for step in self.steps)

    @property
    def api_calls(self) -> Counter[str]:
        """AWS API calls by `service.Operation`, by functions and state machines; not those made from outside the stack."""
        total: Counter[str] = Counter()
        for (caller, operation), times in self.calls.items():
            if caller != "outside":
                total[operation] += times
        return total

    def clear(self) -> None:
        """Forget what was counted."""
        self.steps.clear()
        self.invocations.clear()
        self.calls.clear()
        self.child_executions = 0
        self.largest_state = (0, "")

    # -- told by the engine -----------------------------------------------------------------------------------------------------

    def next_name(self) -> str:
        """A name for an execution that was given none: a UUID as on AWS, but the same in every run."""
        self._names += 1
        return str(uuid.uuid5(uuid.NAMESPACE_OID, str(self._names)))

    def entered(self, env: Any, state: str, state_input: str) -> None:
        """A state begins, with this input."""
        self.measured(env, state_input)
        self._add(Kind.ENTERED, env, state)

    def measured(self, env: Any, state_data: str) -> None:
        """A state holds this much."""
        size = len(state_data.encode())
        if size > self.largest_state[0]:
            machine, _ = self._execution(env)
            self.largest_state = (size, f"{machine}/{env.next_state_name}")

    def retried(self, env: Any, index: int, error: str) -> None:
        """A Retry rule is used."""
        self._add(Kind.RETRIED, env, env.next_state_name, index, error)

    def caught(self, env: Any, state: str, index: int, error: str | None) -> None:
        """A Catch rule is used; `state` is the one that failed."""
        self._add(Kind.CAUGHT, env, state, index, error)

    def chose(self, env: Any, index: int | None, target: str) -> None:
        """A Choice is made."""
        self._add(Kind.CHOSE, env, env.next_state_name, index, target)

    def waited(self, env: Any, seconds: float) -> None:
        """A Wait begins."""
        self._add(Kind.WAITED, env, env.next_state_name, detail=seconds)

    def began_child(self) -> None:
        """A distributed Map starts a child execution."""
        self.child_executions += 1

    def invoked(self, function: str) -> None:
        """A function is invoked."""
        self.invocations[function] += 1

    def called(self, service: str, operation: str) -> None:
        """AWS is called."""
        self.calls[self.caller, f"{service}.{operation}"] += 1

    def _add(
        self, kind: Kind, env: Any, state: str, index: int | None = None, detail: str | float | None = None
    ) -> None:
        machine, execution = self._execution(env)
        self.steps.append(Step(kind, machine, execution, state, self.clock.now(), index, detail))

    def _execution(self, env: Any) -> tuple[str, str]:
        context = env.states.context_object.context_object_data
        return self.machine_of(context["StateMachine"]["Id"]), context["Execution"]["Name"]


# ---- what a definition can do -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Possible:
    """Everything a machine's definition can do; subtract what a trace saw to find what no test has shown."""

    states: frozenset[str]
    retries: frozenset[tuple[str, int]]
    catches: frozenset[tuple[str, int]]
    choices: frozenset[tuple[str, int | None]]


def possible(definition: str | Mapping[str, Any]) -> Possible:
    """Read a definition (text or parsed), with the states inside its Maps and Parallels."""
    asl = json.loads(definition) if isinstance(definition, str) else definition
    states = dict(_states(asl))

    def rules(key: str) -> frozenset[tuple[str, int]]:
        return frozenset((name, index) for name, state in states.items() for index, _ in enumerate(state.get(key, ())))

    defaults = frozenset((name, None) for name, state in states.items() if "Default" in state)
    return Possible(frozenset(states), rules("Retry"), rules("Catch"), rules("Choices") | defaults)


def _states(asl: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, state in asl.get("States", {}).items():
        yield name, state
        for inner in (state.get("ItemProcessor"), state.get("Iterator"), *state.get("Branches", ())):
            if inner:
                yield from _states(inner)
