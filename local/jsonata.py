"""Evaluate the state machines' JSONata as Step Functions does.

Compiled expressions are kept: a state machine has a few dozen, a run evaluates them thousands of times. Values are bound as
objects, never spliced into the expression as text.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from jsonata.jexception import JException
from jsonata.jsonata import Jsonata
from jsonata.utils import Utils

# Step Functions' own addition to JSONata that state machines here may use.
_PARSE = Jsonata.JLambda(json.loads)


class QueryEvaluationError(Exception):
    """What Step Functions reports as States.QueryEvaluationError; the text is its Cause."""


@cache
def _compiled(expression: str) -> Jsonata:
    compiled = Jsonata(expression)
    compiled.set_output_convert_nulls(False)
    return compiled


def evaluate(expression: str, variables: Mapping[str, Any]) -> Any:
    """The value of an expression, as JSON. `variables` are named without their `$`.

    Raises QueryEvaluationError when the expression is wrong, returns nothing, or returns what JSON cannot say.
    """
    try:
        compiled = _compiled(expression)
        # Functions called inside an expression find their evaluator here.
        Jsonata.CURRENT.jsonata = compiled
        bindings = {name: Utils.NULL_VALUE if value is None else value for name, value in variables.items()}
        value = compiled.evaluate(None, {"parse": _PARSE, **bindings})
    except (JException, ArithmeticError, RecursionError, TypeError, ValueError) as failure:
        raise QueryEvaluationError(f"The JSONata expression '{expression}' threw an error: {failure}") from failure
    if value is None:
        raise QueryEvaluationError(f"The JSONata expression '{expression}' returned nothing (undefined).")
    return _as_json(value, expression)


def _as_json(value: Any, expression: str) -> Any:
    match value:
        case Utils.NullValue():
            return None
        case None | bool() | int() | float() | str():
            return value
        case list():
            return [_as_json(each, expression) for each in value]
        case dict():
            return {key: _as_json(each, expression) for key, each in value.items()}
    raise QueryEvaluationError(f"The JSONata expression '{expression}' returned an unsupported result type.")
