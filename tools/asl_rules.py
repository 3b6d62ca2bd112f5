"""The rules that keep state machines readable and safe, each one function, all in the tables at the end.

A rule over a state yields one message for each breach; a rule over a machine yields (state, message). They say what to do, so
that the message alone is enough to mend the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from tools import jsonata_subset
from tools.asl import (
    MACHINE_KEYS,
    PROCESSOR_KEYS,
    STATE_KEYS,
    Body,
    Scope,
    State,
    Target,
    own_fields,
    scopes,
    states,
    strings,
    targets,
)

SLACK_SECONDS = 60
"""How far a state's timeout may stand above that of what it calls: enough for the call itself, too little to hide a hang."""


@dataclass(frozen=True, slots=True)
class Retrier:
    """What a Retry entry for a family of errors must say."""

    errors: frozenset[str]
    fields: Mapping[str, float]


LAMBDA_RETRIER = Retrier(
    frozenset(
        {
            "Lambda.ServiceException",
            "Lambda.AWSLambdaException",
            "Lambda.SdkClientException",
            "Lambda.TooManyRequestsException",
        }
    ),
    {"IntervalSeconds": 2, "BackoffRate": 2, "MaxAttempts": 6},
)
AWS_RETRIER = Retrier(frozenset({"AwsUnavailable"}), {})
SP_API_RETRIERS = (
    Retrier(frozenset({"SpApiThrottled"}), {"IntervalSeconds": 60, "BackoffRate": 1.5, "MaxDelaySeconds": 900}),
    Retrier(frozenset({"SpApiUnavailable"}), {"IntervalSeconds": 30, "BackoffRate": 2, "MaxDelaySeconds": 600}),
)
RETRYABLE = frozenset({"SpApiThrottled", "SpApiUnavailable", "AwsUnavailable", "Conflict"})
"""Our own errors that another try may mend; every one must be matched by some machine."""

_AWS_ERROR = re.compile(r"(Lambda|StepFunctions|S3|DynamoDB|Sns|Sqs)\.[A-Za-z]+(\.[A-Za-z]+)?")
_STATES_ERROR = re.compile(
    r"States\.(ALL|BranchFailed|DataLimitExceeded|ExceedToleratedFailureThreshold|HeartbeatTimeout|Http\.Socket|ItemReaderFailed"
    r"|NoChoiceMatched|Permissions|QueryEvaluationError|ResultWriterFailed|Runtime|TaskFailed|Timeout)"
)
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
_SUBSTITUTION = re.compile(r"\$\{([^}]*)\}")
_ENDS = ("Choice", "Succeed", "Fail")


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule may ask about the world around a machine."""

    name: str
    definition: Body
    substitutions: Mapping[str, Target]
    known_errors: frozenset[str]


type StateRule = Callable[[State, Context], Iterator[str]]
type MachineRule = Callable[[Context], Iterator[tuple[str, str]]]


# ---- one state ----------------------------------------------------------------------------------------------------------------


def keys_in_reading_order(state: State, _: Context) -> Iterator[str]:
    """Type, Comment, what is called, what if it fails, what comes out, what is next."""
    yield from _order(state.body, STATE_KEYS)


def targets_exist(state: State, _: Context) -> Iterator[str]:
    """Next, Default, Choices and Catch name states of the same scope."""
    for how, target in targets(state.body):
        if target not in state.scope.body["States"]:
            yield f"{how} goes to {target!r}, which is not a state here"


def ends_one_way(state: State, _: Context) -> Iterator[str]:
    """A state has either Next or End; a Choice has a Default, so that no input falls through."""
    ways = ("Next" in state.body) + (state.body.get("End") is True)
    if state.type in _ENDS and ways:
        yield f"a {state.type} has neither Next nor End"
    if state.type not in _ENDS and ways != 1:
        yield "needs exactly one of Next and End"
    if state.type == "Choice" and "Default" not in state.body:
        yield "needs a Default: an input that matches nothing would fail the machine"


def query_language_at_the_top(state: State, _: Context) -> Iterator[str]:
    """One language, said once."""
    if "QueryLanguage" in state.body:
        yield "QueryLanguage stands at the top of the file only"


def names_tell_the_kind(state: State, _: Context) -> Iterator[str]:
    """A Choice asks, a Wait says what for, nothing else looks like either."""
    if (state.type == "Choice") != state.name.endswith("?"):
        yield "a Choice, and only a Choice, is named as a question with '?'"
    if (state.type == "Wait") != state.name.startswith("Wait "):
        yield "a Wait, and only a Wait, is named 'Wait …' and says what for"


def tasks_say_why(state: State, _: Context) -> Iterator[str]:
    """Comment on every Task: the machine is the story of the product."""
    if state.type == "Task" and not str(state.body.get("Comment", "")).strip():
        yield "a Task needs a Comment"


def tasks_say_what_comes_out(state: State, _: Context) -> Iterator[str]:
    """Without Output a Task would pass on the whole answer of the service."""
    if state.type == "Task" and "Output" not in state.body:
        yield "a Task needs an Output"


def timeouts_stand_above_the_callee(state: State, context: Context) -> Iterator[str]:
    """The callee gives up first and says why; the state's own limit only catches what never answers."""
    if state.type != "Task":
        return
    limit = state.body.get("TimeoutSeconds")
    if not isinstance(limit, int):
        yield "a Task needs TimeoutSeconds (a number)"
        return
    target = context.substitutions.get(state.substitution() or "")
    if target is None:
        return
    if target.timeout_seconds is None:
        yield f"{target.logical_id} has no timeout of its own"
    elif not target.timeout_seconds < limit <= target.timeout_seconds + SLACK_SECONDS:
        low, high = target.timeout_seconds + 1, target.timeout_seconds + SLACK_SECONDS
        yield f"TimeoutSeconds is {limit}; {target.logical_id} gives up after {target.timeout_seconds}: take {low} to {high}"


def retries_are_bounded(state: State, _: Context) -> Iterator[str]:
    """Every retrier names its errors, is capped, and is jittered, so that sellers do not come back in step."""
    if state.type == "Task" and not state.body.get("Retry"):
        yield "a Task needs Retry"
    for retrier in state.body.get("Retry", ()):
        errors = ", ".join(retrier.get("ErrorEquals", ()))
        if "States.ALL" in retrier.get("ErrorEquals", ()):
            yield "Retry names error classes, never States.ALL"
        for key in ("IntervalSeconds", "BackoffRate", "MaxAttempts", "MaxDelaySeconds"):
            if key not in retrier:
                yield f"Retry of {errors} needs {key}"
        if retrier.get("JitterStrategy") != "FULL":
            yield f"Retry of {errors} needs JitterStrategy FULL"


def lambda_faults_are_retried(state: State, _: Context) -> Iterator[str]:
    """A fault of the Lambda service, or of one the function uses, says nothing about our work."""
    if state.calls_lambda():
        yield from _retrier(state, LAMBDA_RETRIER)
        yield from _retrier(state, AWS_RETRIER)


def sp_api_faults_are_retried(state: State, context: Context) -> Iterator[str]:
    """Where a function talks to Amazon's SP-API, and nowhere else: elsewhere the entry would never match.

    A step whose failure leads on to the same state as its success is one that nothing waits for: it must not retry for an hour.
    """
    if not state.calls_lambda() or _is_optional(state):
        return
    target = context.substitutions.get(state.substitution() or "")
    for retrier in SP_API_RETRIERS:
        if target is not None and target.calls_sp_api:
            yield from _retrier(state, retrier)
        elif any(retrier.errors & set(entry.get("ErrorEquals", ())) for entry in state.body.get("Retry", ())):
            yield f"{', '.join(retrier.errors)} is retried, but this function does not talk to the SP-API"


def _is_optional(state: State) -> bool:
    catchers = state.body.get("Catch", ())
    return bool(catchers) and all(catcher.get("Next") == state.body.get("Next") for catcher in catchers)


def tasks_catch_what_is_left(state: State, _: Context) -> Iterator[str]:
    """The last Catch takes States.ALL, alone, into the machine's error funnel."""
    catchers = state.body.get("Catch", ())
    if state.type == "Task" and (not catchers or catchers[-1].get("ErrorEquals") != ["States.ALL"]):
        yield "a Task needs a Catch, the last one for States.ALL"


def errors_are_known(state: State, context: Context) -> Iterator[str]:
    """A name in ErrorEquals that nobody raises is dead."""
    for entry in chain(state.body.get("Retry", ()), state.body.get("Catch", ())):
        for error in entry.get("ErrorEquals", ()):
            if error not in context.known_errors and not any(e.fullmatch(error) for e in (_AWS_ERROR, _STATES_ERROR)):
                yield f"ErrorEquals names {error}, which is neither in contracts/errors.py nor an AWS error"


def failures_are_named(state: State, _: Context) -> Iterator[str]:
    """A Fail without Error shows as a blank in the console and in the alarm."""
    if state.type == "Fail" and not state.body.get("Error"):
        yield "a Fail needs an Error"


def assigned_values_are_simple(state: State, _: Context) -> Iterator[str]:
    """Assign: snake_case names; a constant or one expression each."""
    for assign in _assigns(state.body):
        for name, value in assign.items():
            if not _IDENTIFIER.fullmatch(name):
                yield f"Assign: {name!r} is not a snake_case name"
            if isinstance(value, (dict, list)):
                yield f"Assign: {name!r} holds a structure; keep values simple"


def expressions_stay_in_the_subset(state: State, _: Context) -> Iterator[str]:
    """JSONata carries values; it decides nothing."""
    for text in _strings(state):
        if jsonata_subset.looks_broken(text):
            yield f"{text!r} is taken literally: an expression begins with '{{%' and ends with '%}}'"
        elif jsonata_subset.is_expression(text):
            for problem in jsonata_subset.read(_filled(text)).problems:
                yield f"{text!r}: {problem}"


def variables_are_assigned(state: State, context: Context) -> Iterator[str]:
    """A variable is assigned in this scope or around it; a distributed processor sees nothing of what is around it."""
    visible = _visible(state.scope, context.definition)
    for path in _paths(own_fields(state.body)):
        if path[0] != "states" and path[0] not in visible:
            yield f"${path[0]} is assigned nowhere in sight"


def states_fields_are_at_hand(state: State, _: Context) -> Iterator[str]:
    """$states.result exists once there is a result, $states.errorOutput only in a Catch."""
    fields = own_fields(state.body)
    catchers = fields.pop("Catch", [])
    after = {key: fields.pop(key) for key in ("Assign", "Output") if key in fields}
    checks = (
        (fields, {"input", "context"}, "before the result is there"),
        (after, {"input", "context", "result"}, "in Assign and Output"),
        (catchers, {"input", "context", "errorOutput"}, "in a Catch"),
    )
    for part, allowed, where in checks:
        for path in _paths(part):
            if path[0] == "states" and not set(path[1:2]) <= allowed:
                yield f"${'.'.join(path)} cannot be read {where}"


# ---- the machine --------------------------------------------------------------------------------------------------------------


def machine_is_jsonata(context: Context) -> Iterator[tuple[str, str]]:
    """QueryLanguage JSONata, at the top."""
    if context.definition.get("QueryLanguage") != "JSONata":
        yield "", 'needs "QueryLanguage": "JSONata" at the top'


def machine_has_a_timeout(context: Context) -> Iterator[tuple[str, str]]:
    """A machine without a limit of its own may hang for a year."""
    if not isinstance(context.definition.get("TimeoutSeconds"), int):
        yield "", "needs TimeoutSeconds at the top"


def machine_keys_in_reading_order(context: Context) -> Iterator[tuple[str, str]]:
    """Comment first: what this machine is for."""
    for scope in scopes(context.definition, context.name):
        top = scope.around is None
        for message in _order(scope.body, MACHINE_KEYS if top else PROCESSOR_KEYS):
            yield ("" if top else scope.name), message
    if not context.definition.get("Comment"):
        yield "", "needs a Comment"


def every_state_is_reachable(context: Context) -> Iterator[tuple[str, str]]:
    """From StartAt, in every scope."""
    for scope in scopes(context.definition, context.name):
        bodies = scope.body.get("States", {})
        start = str(scope.body.get("StartAt"))
        if start not in bodies:
            yield scope.name, f"StartAt goes to {start!r}, which is not a state here"
        seen: set[str] = set()
        front = [start] if start in bodies else []
        while front:
            name = front.pop()
            seen.add(name)
            front.extend(target for _, target in targets(bodies[name]) if target in bodies and target not in seen)
        for name in bodies:
            if name not in seen:
                yield name, "cannot be reached"


def state_names_are_unique(context: Context) -> Iterator[tuple[str, str]]:
    """In the whole machine, across its scopes: histories and alarms show the bare name."""
    seen: set[str] = set()
    for state in states(context.definition, context.name):
        if state.name in seen:
            yield state.name, "another state of this machine has the same name"
        seen.add(state.name)


def substitutions_match_the_template(context: Context) -> Iterator[tuple[str, str]]:
    """`${…}` used = DefinitionSubstitutions defined."""
    used = {name for text in strings(context.definition) for name in _SUBSTITUTION.findall(text)}
    for name in sorted(used - set(context.substitutions)):
        yield "", f"${{{name}}} is not in the template's DefinitionSubstitutions"
    for name in sorted(set(context.substitutions) - used):
        yield "", f"the template defines ${{{name}}}, which is not used"


# ---- shared by the rules ------------------------------------------------------------------------------------------------------


def _order(body: Body, reading_order: tuple[str, ...]) -> Iterator[str]:
    unknown = [key for key in body if key not in reading_order and key != "QueryLanguage"]
    if unknown:
        yield f"fields not used here: {', '.join(unknown)}"
    known = [key for key in body if key in reading_order]
    expected = sorted(known, key=reading_order.index)
    if known != expected:
        yield f"keys stand as {', '.join(known)}; reading order is {', '.join(expected)}"


def _retrier(state: State, expected: Retrier) -> Iterator[str]:
    names = ", ".join(sorted(expected.errors))
    for entry in state.body.get("Retry", ()):
        if expected.errors <= set(entry.get("ErrorEquals", ())):
            for key, value in expected.fields.items():
                if entry.get(key) != value:
                    yield f"Retry of {names} needs {key} {value}"
            return
    yield f"Retry needs an entry for {names}"


def _assigns(body: Body) -> Iterator[Mapping[str, Any]]:
    for holder in chain((body,), body.get("Choices", ()), body.get("Catch", ())):
        yield holder.get("Assign", {})


def _strings(state: State) -> Iterator[str]:
    fields = own_fields(state.body)
    fields.pop("Comment", None)
    yield from strings(fields)


def _filled(text: str) -> str:
    return _SUBSTITUTION.sub("substituted", text)


def _paths(value: Any) -> Iterator[tuple[str, ...]]:
    for text in strings(value):
        if jsonata_subset.is_expression(text):
            yield from jsonata_subset.read(_filled(text)).paths


def _visible(scope: Scope, definition: Body) -> set[str]:
    own = {name for body in scope.body["States"].values() for assign in _assigns(body) for name in assign}
    if scope.around is None or scope.isolated:
        return own
    return own | _visible(scope.around, definition)


STATE_RULES: tuple[StateRule, ...] = (
    keys_in_reading_order,
    targets_exist,
    ends_one_way,
    query_language_at_the_top,
    names_tell_the_kind,
    tasks_say_why,
    tasks_say_what_comes_out,
    timeouts_stand_above_the_callee,
    retries_are_bounded,
    lambda_faults_are_retried,
    sp_api_faults_are_retried,
    tasks_catch_what_is_left,
    errors_are_known,
    failures_are_named,
    assigned_values_are_simple,
    expressions_stay_in_the_subset,
    variables_are_assigned,
    states_fields_are_at_hand,
)
MACHINE_RULES: tuple[MachineRule, ...] = (
    machine_is_jsonata,
    machine_has_a_timeout,
    machine_keys_in_reading_order,
    every_state_is_reachable,
    state_names_are_unique,
    substitutions_match_the_template,
)
