"""The language: what a definition means."""

import json
from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.assign.assign_decl import AssignDecl
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import ErrorEqualsDecl
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.item_reader_decl import ItemReader
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import iteration_worker
from moto.stepfunctions.parser.asl.component.state.fail import state_fail
from moto.stepfunctions.parser.asl.component.state.state import CommonStateField
from moto.stepfunctions.parser.asl.parse import preprocessor
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

from local.jsonata import QueryEvaluationError, evaluate
from local.moto_patches.registry import Engine, Replacement, mends

TOLERANCES = frozenset({"ToleratedFailureCount", "ToleratedFailurePercentage"})


def failure(env: Any, error: StatesErrorNameType, event: HistoryEventType, details: str, cause: str) -> Exception:
    """A failure of Step Functions itself, as states raise it; `details` is the event's key for them."""
    about: Any = {details: {"error": error.to_name(), "cause": cause}}
    name = StatesErrorName(typ=error)
    return FailureEventException(FailureEvent(env=env, error_name=name, event_type=event, event_details=about))


@mends
def jsonata(_: Engine) -> tuple[Replacement, ...]:
    """JSONata is parsed but not evaluated, and variables are spliced in as text without escaping quotes."""

    def eval_body(self: Any, env: Any) -> None:
        known = env.states._states_data
        states = {key: known[key] for key in ("input", "context")}
        states |= {key: known[key] for key in ("result", "errorOutput") if known.get(key) is not None}
        store = env.variable_store
        try:
            value = evaluate(self.expression, {**store._outer_scope, **store._inner_scope, "states": states})
        except QueryEvaluationError as refusal:
            error = StatesErrorNameType.StatesQueryEvaluationError
            details = "evaluationFailedEventDetails"
            raise failure(env, error, HistoryEventType.EvaluationFailed, details, str(refusal)) from refusal
        env.stack.append(value)

    return (Replacement(StringJSONata, "_eval_body", eval_body),)


@mends
def assign_with_output(_: Engine) -> tuple[Replacement, ...]:
    """Output sees what Assign of the same state has set; AWS evaluates both against the variables from before."""
    inside = CommonStateField._eval_body

    def declare(self: Any, env: Any) -> None:
        values: dict[str, Any] = {}
        for binding in self.declaration_bindings:
            binding.eval(env=env)
            values |= env.stack.pop()
        env.heap["assigned"] = values

    def eval_body(self: Any, env: Any) -> None:
        inside(self, env)
        for identifier, value in env.heap.pop("assigned", {}).items():
            env.variable_store.set(variable_identifier=identifier, variable_value=value)

    return (Replacement(AssignDecl, "_eval_body", declare), Replacement(CommonStateField, "_eval_body", eval_body))


@mends
def states_all(_: Engine) -> tuple[Replacement, ...]:
    """States.ALL catches States.Runtime and States.DataLimitExceeded, which AWS lets nothing catch."""
    inside = ErrorEqualsDecl._eval_body
    uncatchable = {
        StatesErrorNameType.StatesRuntime.to_name(),
        StatesErrorNameType.StatesStatesDataLimitExceeded.to_name(),
    }

    def eval_body(self: Any, env: Any) -> None:
        name = env.stack[-1].error_name if env.stack[-1] is not None else None
        named = any(each.error_name == name for each in self.error_names)
        if name in uncatchable and not named:
            env.stack[-1] = False
            return
        inside(self, env)

    return (Replacement(ErrorEqualsDecl, "_eval_body", eval_body),)


@mends
def errors_of_iterations(_: Engine) -> tuple[Replacement, ...]:
    """An iteration that fails with a States.* error turns into States.Runtime of the Map."""
    return (Replacement(iteration_worker, "CustomErrorName", _error_name),)


@mends
def errors_passed_on(_: Engine) -> tuple[Replacement, ...]:
    """A Fail state that passes on a States.* error turns it into States.Runtime."""
    return (Replacement(state_fail, "CustomErrorName", _error_name),)


def _error_name(error_name: str | None) -> Any:
    if error_name is not None and error_name.startswith("States."):
        return StatesErrorName.from_name(error_name)
    return CustomErrorName(error_name=error_name)


@mends
def unreadable_items(_: Engine) -> tuple[Replacement, ...]:
    """Items that a distributed Map cannot read are States.Runtime, which nothing catches, not States.ItemReaderFailed."""
    inside = ItemReader._eval_body

    def eval_body(self: Any, env: Any) -> None:
        try:
            inside(self, env)
        except FailureEventException:
            raise
        except Exception as error:
            name, details = StatesErrorNameType.StatesItemReaderFailed, "mapRunFailedEventDetails"
            raise failure(env, name, HistoryEventType.MapRunFailed, details, str(error)) from error

    return (Replacement(ItemReader, "_eval_body", eval_body),)


@mends
def definitions(_: Engine) -> tuple[Replacement, ...]:
    """A definition is parsed anew at each start; a literal ToleratedFailurePercentage is refused."""
    inside = AmazonStateLanguageParser.parse

    def parse(definition: str) -> Any:
        # What is parsed depends on the patch of strings as well.
        key = (definition, preprocessor.Preprocessor._inner_string_of)
        if key not in _PARSED:
            asl = json.loads(definition)
            if asl.get("QueryLanguage") != "JSONata":
                raise ValueError('a state machine here says "QueryLanguage": "JSONata" at its top')
            _PARSED[key] = inside(json.dumps(_readable(asl), ensure_ascii=False))
        return _PARSED[key]

    return (Replacement(AmazonStateLanguageParser, "parse", staticmethod(parse)),)


# Parsed components hold no state of an execution, so executions, and stacks, share them.
_PARSED: dict[tuple[str, Any], Any] = {}


def _readable(asl: Any) -> Any:
    match asl:
        case dict():
            return {key: _tolerance(value) if key in TOLERANCES else _readable(value) for key, value in asl.items()}
        case list():
            return [_readable(each) for each in asl]
    return asl


def _tolerance(value: Any) -> Any:
    return f"{{% {value} %}}" if isinstance(value, int | float) else value


@mends
def strings(_: Engine) -> tuple[Replacement, ...]:
    """Strings in a definition keep their JSON escapes."""
    return (
        Replacement(preprocessor.Preprocessor, "_inner_string_of", staticmethod(_text)),
        Replacement(preprocessor, "from_string_literal", _text),
    )


def _text(parser_rule_context: Any) -> str | None:
    written: str = parser_rule_context.getText()
    if written == "null":
        return None
    return str(json.loads(written)) if written.startswith('"') else written
