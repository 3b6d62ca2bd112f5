"""The JSONata that our state machines may use: enough to carry values, too little to decide.

Paths, constants, comparison, `and`/`or`, concatenation, object and array constructors, and four functions. Time, randomness,
higher-order functions, predicates, arithmetic and conditionals are Python's job, where they are typed and tested.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jsonata.jexception import JException
from jsonata.parser import Parser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

FUNCTIONS = frozenset({"number", "string", "count", "exists"})
_OPERATORS: Mapping[str, frozenset[str]] = {
    "binary": frozenset({"=", "!=", "<", "<=", ">", ">=", "and", "or", "&"}),
    "unary": frozenset({"{", "["}),
}
_OPEN, _CLOSE = "{%", "%}"


@dataclass(frozen=True, slots=True)
class Expression:
    """What one expression uses. `paths` are variables with the names that follow: ("states", "input", "seller_id")."""

    problems: tuple[str, ...]
    paths: tuple[tuple[str, ...], ...] = ()
    functions: frozenset[str] = field(default_factory=frozenset)


def is_expression(text: str) -> bool:
    """Whether Step Functions would evaluate this string."""
    return text.startswith(_OPEN) and text.endswith(_CLOSE)


def looks_broken(text: str) -> bool:
    """Whether somebody meant an expression, but Step Functions would take the string literally."""
    return not is_expression(text) and (_OPEN in text or text.endswith(_CLOSE))


def read(text: str) -> Expression:
    """Parse `{% … %}` and say what it uses and what it may not use."""
    source = text.removeprefix(_OPEN).removesuffix(_CLOSE).strip()
    try:
        tree = Parser().parse(source)
    except JException as error:
        return Expression((f"JSONata does not parse: {error}",))
    visited = list(_walk(tree))
    return Expression(
        problems=tuple(problem for node in visited if (problem := _problem(node)) is not None),
        paths=tuple(path for node in visited if (path := _path(node)) is not None),
        functions=frozenset(node.procedure.value for node in visited if node.type == "function"),
    )


def _walk(node: Any) -> Iterator[Any]:
    yield node
    for child in _children(node):
        yield from _walk(child)


def _children(node: Any) -> list[Any]:
    parts = _PARTS.get((node.type, node.value)) or _PARTS.get((node.type, None))
    return parts(node) if parts is not None else []


_PARTS: Mapping[tuple[str, str | None], Callable[[Any], list[Any]]] = {
    ("path", None): lambda node: [step for step in node.steps if step.type not in {"name", "variable"}],
    ("binary", None): lambda node: [node.lhs, node.rhs],
    ("unary", "{"): lambda node: [part for pair in node.lhs_object for part in pair],
    ("unary", "["): lambda node: list(node.expressions),
    ("function", None): lambda node: list(node.arguments),
    ("block", None): lambda node: list(node.expressions),
}
"""Where a kind of node keeps the nodes inside it; what is not here is outside the subset as a whole."""


def _problem(node: Any) -> str | None:
    rule = _KINDS.get(node.type)
    return f"a {node.type} is outside the subset" if rule is None else rule(node)


def _operator_problem(node: Any) -> str | None:
    return None if node.value in _OPERATORS[node.type] else f"the operator {node.value!r} is outside the subset"


def _function_problem(node: Any) -> str | None:
    name = node.procedure.value
    return None if name in FUNCTIONS else f"${name}() is outside the subset"


def _block_problem(node: Any) -> str | None:
    return None if len(node.expressions) == 1 else "several expressions in one block are outside the subset"


def _path_problem(node: Any) -> str | None:
    if node.steps[0].type != "variable":
        return "a path begins with a variable ($states or an assigned one)"
    for step in node.steps:
        if step.type not in {"name", "variable"}:
            return f"a {step.type} inside a path is outside the subset"
        if (problem := _stage_problem(step)) is not None:
            return problem
    return None if getattr(node, "group", None) is None else "grouping is outside the subset"


def _stage_problem(step: Any) -> str | None:
    """Brackets may hold a constant index only; a predicate is a decision."""
    stages = [*(getattr(step, "stages", None) or ()), *(getattr(step, "predicate", None) or ())]
    if all(stage.type == "filter" and stage.expr.type == "number" for stage in stages):
        return None
    return "a predicate is outside the subset; only a constant index may stand in brackets"


def _path(node: Any) -> tuple[str, ...] | None:
    if node.type == "variable":
        return (node.value,)
    if node.type == "path" and node.steps[0].type == "variable":
        return tuple(str(step.value) for step in node.steps if step.type in {"name", "variable"})
    return None


_KINDS: Mapping[str, Callable[[Any], str | None]] = {
    "path": _path_problem,
    "binary": _operator_problem,
    "unary": _operator_problem,
    "function": _function_problem,
    "block": _block_problem,
    "variable": _stage_problem,
    "string": _stage_problem,
    "number": _stage_problem,
    "value": _stage_problem,
}
"""The kinds of node inside the subset, and what each may look like."""
