"""Calls of the simulator against Amazon's own OpenAPI (Swagger 2) models, which lie beside the project and are no part of it.

Stricter than Amazon: a parameter or a key that no model has is a spelling mistake here, not an extension.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker

from local.sp_api.limits import Operation
from local.sp_api.simulator import Call

MODELS = Path(os.environ.get("SP_API_MODELS") or Path(__file__).parents[3] / "shared" / "sp-api-models")
needs_models = pytest.mark.skipif(not MODELS.is_dir(), reason="no folder of OpenAPI models beside the project")

_SERVED = ("reports_2021-06-30.json", "solicitations.json", "orders_2026-01-01.json")
_NOT_MODELLED = frozenset({Operation.LOG_IN, Operation.DOWNLOAD_DOCUMENT})
_FORMATS = FormatChecker(formats=())
# python-amazon-sp-api adds these to whatever it sends, in all spellings; Amazon passes over what it does not know.
_ADDED_BY_THE_CLIENT = frozenset({"MarketplaceId", "MarketplaceIds", "marketplace_ids", "marketplaceIds"})


def assert_valid_calls(calls: Iterable[Call]) -> None:
    """Every call of these that concerns SP-API, and every answer it got, is what Amazon's models allow.

    An answer that a fault struck is spoilt on purpose, and not looked at.
    """
    wrong = [
        f"{call.method} {call.path} → {call.status}: {fault}"
        for call in calls
        if call.operation not in _NOT_MODELLED
        for fault in _faults(call)
    ]
    assert not wrong, "\n".join(wrong)


@dataclass(frozen=True, slots=True)
class _Modelled:
    """One operation of a model."""

    path: re.Pattern[str]
    parameters: Mapping[tuple[str, str], Mapping[str, Any]]
    responses: Mapping[str, Mapping[str, Any]]
    definitions: Mapping[str, Any]


def _faults(call: Call) -> Iterator[str]:
    modelled = _operations().get((call.method, call.operation.value))
    if modelled is None or not modelled.path.fullmatch(call.path):
        yield "is an operation of no model"
        return
    yield from _faults_of_query(call, modelled)
    yield from _faults_of_body(call, modelled)
    if call.fault is None:
        yield from _faults_of_answer(call, modelled)


def _faults_of_query(call: Call, modelled: _Modelled) -> Iterator[str]:
    known = {name: spec for (place, name), spec in modelled.parameters.items() if place == "query"}
    for name in call.query.keys() - known.keys() - _ADDED_BY_THE_CLIENT:
        yield f"query parameter {name} is not known"
    for name, spec in known.items():
        given = call.query.get(name)
        if given is None:
            if spec.get("required"):
                yield f"query parameter {name} is missing"
            continue
        for fault in _schema_faults(_typed(given, spec), spec, {}):
            yield f"query parameter {name}: {fault}"


def _typed(given: Iterable[str], spec: Mapping[str, Any]) -> Any:
    """A parameter as the value it stands for; text that stands for none stays text, and so is of the wrong type."""
    if spec["type"] == "array":
        return [part for value in given for part in value.split(",")]
    text = ",".join(given)
    if spec["type"] == "integer":
        return int(text) if re.fullmatch(r"-?\d+", text) else text
    return {"true": True, "false": False}.get(text, text) if spec["type"] == "boolean" else text


def _faults_of_body(call: Call, modelled: _Modelled) -> Iterator[str]:
    specs = [spec for (place, _), spec in modelled.parameters.items() if place == "body"]
    if specs:
        for fault in _document_faults(call.body, specs[0]["schema"], modelled):
            yield f"body: {fault}"
    elif call.body not in {b"", b"{}"} and not _only_what_the_client_adds(call.body):
        yield "has a body, and the operation takes none"


def _only_what_the_client_adds(body: bytes) -> bool:
    sent = json.loads(body)
    return isinstance(sent, dict) and sent.keys() <= _ADDED_BY_THE_CLIENT


def _faults_of_answer(call: Call, modelled: _Modelled) -> Iterator[str]:
    response = modelled.responses.get(str(call.status))
    if response is None or call.answer is None:
        yield "is a status of no model"
    elif "schema" in response:
        for fault in _document_faults(call.answer, response["schema"], modelled):
            yield f"answer: {fault}"
    elif call.answer:
        yield "answer: has a body, and the model none"


def _document_faults(document: bytes, schema: Mapping[str, Any], modelled: _Modelled) -> Iterator[str]:
    try:
        value = json.loads(document)
    except ValueError:
        yield "is not JSON"
        return
    yield from _schema_faults(value, schema, modelled.definitions)


def _schema_faults(value: Any, schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Iterator[str]:
    # Draft 4 has no `required: true` beside a parameter's type; there it says that the parameter is needed.
    whole = {name: part for name, part in schema.items() if name != "required" or isinstance(part, list)}
    validator = Draft4Validator({**whole, "definitions": definitions}, format_checker=_FORMATS)
    for error in validator.iter_errors(value):
        yield f"{error.json_path}: {error.message}"


@cache
def _operations() -> dict[tuple[str, str], _Modelled]:
    """By method and name, for all that the simulator serves."""
    return {
        (method.upper(), operation["operationId"]): _Modelled(
            path=re.compile(re.sub(r"\\{[^}]+\\}", "[^/]+", re.escape(path))),
            parameters={(spec["in"], spec["name"]): spec for spec in operation.get("parameters", ())},
            responses=operation["responses"],
            definitions=_closed(model["definitions"]),
        )
        for model in (json.loads((MODELS / name).read_text(encoding="utf-8")) for name in _SERVED)
        for path, methods in model["paths"].items()
        for method, operation in methods.items()
        if method != "parameters"
    }


def _closed(schema: Any) -> Any:
    """The same, with no key allowed that it does not name."""
    if isinstance(schema, list):
        return [_closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(part) for name, part in schema.items()}
    names_keys = isinstance(schema.get("properties"), dict) and schema.get("type") == "object"
    return {"additionalProperties": False, **closed} if names_keys else closed


@_FORMATS.checks("date-time", raises=ValueError)
def _is_date_time(value: object) -> bool:
    """RFC 3339 needs an offset; other types are none of a format's business."""
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None
