"""Amazon States Language as data: machines, the scopes inside them, states and what they point to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tools import sam_template

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

type Json = Any
type Body = Mapping[str, Json]

MACHINE_KEYS = ("Comment", "QueryLanguage", "StartAt", "TimeoutSeconds", "States")
PROCESSOR_KEYS = ("ProcessorConfig", "Comment", "StartAt", "States")
STATE_KEYS = (
    "Type",
    "Comment",
    "Label",
    "Resource",
    "Arguments",
    "ItemReader",
    "Items",
    "ItemSelector",
    "MaxConcurrency",
    "ToleratedFailureCount",
    "ToleratedFailurePercentage",
    "ItemProcessor",
    "Branches",
    "ResultWriter",
    "Choices",
    "Seconds",
    "Timestamp",
    "Error",
    "Cause",
    "TimeoutSeconds",
    "HeartbeatSeconds",
    "Retry",
    "Catch",
    "Assign",
    "Output",
    "Default",
    "Next",
    "End",
)
"""The orders in which one reads a machine, a Map's processor and a state: kind, why, what, what if it fails, what next."""

_ENDPOINT_VARIABLE = "SP_API_ENDPOINT"
"""A function that is told where the SP-API is talks to it."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a substitution stands for, as far as the machine that calls it must know."""

    logical_id: str
    timeout_seconds: int | None = None
    calls_sp_api: bool = False


@dataclass(frozen=True, slots=True)
class Machine:
    """One state machine as the template declares it."""

    logical_id: str
    path: Path
    definition: Body
    substitutions: Mapping[str, Target]


@dataclass(frozen=True, slots=True)
class Scope:
    """A machine's top level, a Map's processor or a Parallel's branch. `isolated` scopes cannot see the variables around them."""

    name: str
    body: Body
    around: Scope | None = None
    isolated: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """A state by its name and where it stands."""

    name: str
    body: Body
    scope: Scope

    @property
    def type(self) -> str:
        """Task, Choice, Wait, Map, Parallel, Pass, Succeed or Fail; empty when it is missing."""
        return str(self.body.get("Type", ""))

    def substitution(self) -> str | None:
        """The name inside `${…}` of what a Task calls, or None."""
        arguments = self.body.get("Arguments")
        arguments = arguments if isinstance(arguments, dict) else {}
        for place in (arguments.get("FunctionName"), arguments.get("StateMachineArn"), self.body.get("Resource")):
            if isinstance(place, str) and place.startswith("${"):
                return place[2 : place.index("}")]
        return None

    def calls_lambda(self) -> bool:
        """Whether it is a Task that invokes a function."""
        resource = str(self.body.get("Resource", ""))
        return self.type == "Task" and (resource.startswith("${") or ":lambda:" in resource)


def scopes(definition: Body, name: str) -> Iterator[Scope]:
    """The machine's top level, then every scope inside it, in reading order."""
    yield from _scopes(Scope(name, definition))


def _scopes(scope: Scope) -> Iterator[Scope]:
    yield scope
    for state_name, body in scope.body.get("States", {}).items():
        if "ItemProcessor" in body:
            processor = body["ItemProcessor"]
            distributed = processor.get("ProcessorConfig", {}).get("Mode") == "DISTRIBUTED"
            yield from _scopes(Scope(state_name, processor, scope, isolated=distributed))
        for branch in body.get("Branches", ()):
            yield from _scopes(Scope(state_name, branch, scope))


def states(definition: Body, name: str) -> Iterator[State]:
    """Every state of every scope."""
    for scope in scopes(definition, name):
        for state_name, body in scope.body.get("States", {}).items():
            yield State(state_name, body, scope)


def targets(body: Body) -> Iterator[tuple[str, str]]:
    """(how, state name) of everything that may come next."""
    if "Next" in body:
        yield "Next", body["Next"]
    for number, choice in enumerate(body.get("Choices", ()), start=1):
        if "Next" in choice:
            yield f"Choices {number}", choice["Next"]
    if "Default" in body:
        yield "Default", body["Default"]
    for catcher in body.get("Catch", ()):
        if "Next" in catcher:
            yield f"Catch {', '.join(catcher.get('ErrorEquals', ()))}", catcher["Next"]


def own_fields(body: Body) -> dict[str, Json]:
    """A state's fields without the scopes inside it."""
    return {key: value for key, value in body.items() if key not in {"ItemProcessor", "Branches"}}


def strings(value: Json) -> Iterator[str]:
    """Every string in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def machines(template: sam_template.Template, root: Path) -> list[Machine]:
    """Every state machine of the template with its definition. Raises FileNotFoundError or json.JSONDecodeError."""
    declared = sam_template.resources(template, "AWS::Serverless::StateMachine")
    paths = {logical_id: root / properties["DefinitionUri"] for logical_id, properties in declared.items()}
    definitions = {logical_id: json.loads(path.read_text(encoding="utf-8")) for logical_id, path in paths.items()}
    return [
        Machine(
            logical_id,
            paths[logical_id],
            definitions[logical_id],
            {
                name: _target(value, template, definitions)
                for name, value in properties.get("DefinitionSubstitutions", {}).items()
            },
        )
        for logical_id, properties in declared.items()
    ]


def _target(value: Json, template: sam_template.Template, definitions: Mapping[str, Body]) -> Target:
    logical_id = next(iter(sam_template.references(value)), "")
    if logical_id in definitions:
        return Target(logical_id, definitions[logical_id].get("TimeoutSeconds"))
    function = sam_template.resources(template, "AWS::Serverless::Function").get(logical_id)
    if function is None:
        return Target(logical_id)
    shared = template.get("Globals", {}).get("Function", {})
    variables = {
        **shared.get("Environment", {}).get("Variables", {}),
        **function.get("Environment", {}).get("Variables", {}),
    }
    return Target(logical_id, function.get("Timeout", shared.get("Timeout")), _ENDPOINT_VARIABLE in variables)
