"""Reads a seller's settings from YAML, and says where a fault is.

YAML guesses types, and guesses wrong for a seller's data: `NO` (Norway) is "false", a SKU `0123` is the number 83. So the guessing
is done here, narrowly: only `true`, `false`, `null` and plain decimal numbers are not text. A key given twice, an alias or a tag is
a fault: in a file of twenty lines each of them is a mistake.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Protocol

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from goodstanding.contracts.seller import SellerSettings

type Location = tuple[int | str, ...]
type Json = bool | int | str | list[Json] | dict[str, Json] | None

_WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)")
_PLAIN_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))
_PLAIN_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_MOST_CHARACTERS = 1_000_000
_MOST_DIGITS = 18
_DEEPEST = 20  # levels; settings have four, and PyYAML takes time with the square of them
_MOST_SHOWN = 60

_PROBLEMS = {
    "extra_forbidden": "unknown key; known here: {known}",
    "missing": "is missing; add it",
    "int_type": "must be a whole number (no quotes, no leading zero), is {input}",
    "bool_type": "must be true or false, is {input}",
    "string_type": "must be text, is {input}; put it in quotes",
    "tuple_type": "must be a list, is {input}; write [A, B], or [] for none",
    "model_type": "must be a mapping of keys, is {input}",
    "too_short": "must name at least one",
    "greater_than_equal": "must be {ge} or more, is {input}",
    "less_than_equal": "must be {le} or less, is {input}",
    "literal_error": "must be {expected}, is {input}",
    "value_error": "{error}",
}
"""What is said for a pydantic error type; any other says what pydantic says."""


class SettingsFault(ValueError):
    """Settings that cannot be used. The message is one line: the line and key, and the mend; `line` is None when no line is to blame."""

    def __init__(self, problem: str, *, line: int | None = None, key: str = "") -> None:
        self.line = line
        self.key = key
        self.problem = problem
        where = ", ".join(part for part in (f"line {line}" if line else "", key) if part)
        super().__init__(" ".join((f"{where}: {problem}" if where else problem).split()))


def read_settings[S: SellerSettings](text: str, model: type[S]) -> S:
    """The settings in a YAML text. Raises SettingsFault for the first fault in the order of the lines."""
    root = _compose(text)
    lines: dict[Location, int] = {}
    value = _value(root, (), lines)
    try:
        return model.model_validate_json(json.dumps(value))
    except ValidationError as error:
        raise min((_fault(each, model, lines) for each in error.errors()), key=lambda fault: fault.line or 0) from None


def _compose(text: str) -> yaml.Node:
    if len(text) > _MOST_CHARACTERS:
        raise SettingsFault("too long for settings")
    depth = 0
    try:
        for event in yaml.parse(text, yaml.BaseLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise SettingsFault("is nested too deeply; close the brackets before it", line=_line(event.start_mark))
            if isinstance(event, yaml.AliasEvent):
                raise SettingsFault("aliases (*) are not supported; write the value out", line=_line(event.start_mark))
        root = yaml.compose(text, yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        raise SettingsFault(
            f"is not YAML: {error.problem or error.context}; check indentation, colons and quotes",
            line=_line(error.problem_mark or error.context_mark),
        ) from None
    except yaml.YAMLError:
        raise SettingsFault("is not YAML: it holds characters that YAML does not allow; remove them") from None
    if not isinstance(root, yaml.MappingNode):
        raise SettingsFault("must hold keys such as seller_id and marketplaces", line=1)
    return root


class _Mark(Protocol):
    """Where something begins; PyYAML has two classes for it."""

    line: int


def _line(mark: _Mark | None) -> int | None:
    return mark.line + 1 if mark else None


def _value(node: yaml.Node, at: Location, lines: dict[Location, int]) -> Json:
    """The node as JSON; notes the line of each value."""
    lines[at] = node.start_mark.line + 1
    if node.tag not in _PLAIN_TAGS:
        raise SettingsFault("tags (!) are not supported; remove it", line=lines[at], key=_dotted(at))
    if isinstance(node, yaml.MappingNode):
        return dict(_items(node, at, lines))
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*at, position), lines) for position, item in enumerate(node.value)]
    text = str(node.value)
    if not isinstance(node, yaml.ScalarNode) or node.style is not None:  # quoted
        return text
    if text.casefold() in _PLAIN_WORDS:
        return _PLAIN_WORDS[text.casefold()]
    return int(text) if _WHOLE_NUMBER.fullmatch(text) and len(text) <= _MOST_DIGITS else text


def _items(node: yaml.MappingNode, at: Location, lines: dict[Location, int]) -> Iterator[tuple[str, Json]]:
    seen: dict[str, int] = {}
    for key_node, value_node in node.value:
        key, line = str(key_node.value), key_node.start_mark.line + 1
        here = (*at, key)
        if not isinstance(key_node, yaml.ScalarNode):
            raise SettingsFault("a key must be a word", line=line, key=_dotted(at))
        if key in seen:
            raise SettingsFault(f"key given twice (first in line {seen[key]}); keep one", line=line, key=_dotted(here))
        seen[key] = line
        value = _value(value_node, here, lines)
        lines[here] = line
        yield key, value


def _fault(error: ErrorDetails, model: type[SellerSettings], lines: Mapping[Location, int]) -> SettingsFault:
    at = tuple(part for part in error["loc"] if part not in _UNION_MEMBERS)
    details = {**error.get("ctx", {}), "input": _shown(error.get("input")), "known": ", ".join(_known(model, at[:-1]))}
    template = _PROBLEMS.get(error["type"])
    problem = template.format(**details) if template else error["msg"]
    nearest = next((lines[at[:size]] for size in range(len(at), 0, -1) if at[:size] in lines), None)
    return SettingsFault(problem, line=nearest, key=_dotted(at))


_UNION_MEMBERS = frozenset({"constrained-int"})  # pydantic names the branch of `int | None` in the location


def _known(model: type[SellerSettings], at: Location) -> list[str]:
    """The keys that are known at a place."""
    fields = model.model_fields
    for part in at:
        if not isinstance(part, str) or part not in fields:
            break
        fields = getattr(fields[part].annotation, "model_fields", fields)
    return list(fields)


def _shown(value: object) -> str:
    shown = "empty" if value is None else json.dumps(value, ensure_ascii=False, default=str)
    return shown if len(shown) <= _MOST_SHOWN else shown[:_MOST_SHOWN] + "…"


def _dotted(at: Location) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in at).lstrip(".")
