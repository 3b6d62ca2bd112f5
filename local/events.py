"""EventBridge rules: which targets an event of the default bus reaches, and as what."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moto.events.models import EventPattern

from local.moto_patches.running import iso

_PLACEHOLDER = re.compile(r"<([A-Za-z0-9_.-]+)>")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the stack: its pattern and its targets, as CloudFormation writes them."""

    logical_id: str
    pattern: Mapping[str, Any]
    targets: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a target gets."""

    target: str
    text: str


def event(source: str, kind: str, detail: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """An event as services put it on the default bus."""
    return {
        "version": "0",
        "id": "00000000-0000-0000-0000-000000000000",
        "detail-type": kind,
        "source": source,
        "account": "123456789012",
        "time": iso(at),
        "region": "us-east-1",
        "resources": [],
        "detail": dict(detail),
    }


def deliveries(rules: Iterable[Rule], happened: Mapping[str, Any]) -> Iterator[Delivery]:
    """Who hears of an event, rule by rule."""
    for rule in rules:
        if EventPattern(None, dict(rule.pattern)).matches_event(dict(happened)):  # type: ignore[arg-type]
            for target in rule.targets:
                yield Delivery(target["Arn"], _text(target, happened))


def _text(target: Mapping[str, Any], happened: Mapping[str, Any]) -> str:
    match target:
        case {"Input": str(text)}:
            return text
        case {"InputPath": str(path)}:
            return json.dumps(_at(happened, path))
        case {"InputTransformer": {"InputTemplate": str(template), "InputPathsMap": dict(paths)}}:
            return _filled(template, {name: _at(happened, path) for name, path in paths.items()})
        case {"InputTransformer": {"InputTemplate": str(template)}}:
            return template
    return json.dumps(happened)


def _at(happened: Mapping[str, Any], path: str) -> Any:
    value: Any = happened
    for key in path.removeprefix("$").removeprefix(".").split("."):
        value = value[key] if key else value
    return value


def _filled(template: str, values: Mapping[str, Any]) -> str:
    """Within quotes a text is put in as it is; outside them, as JSON."""

    def fill(found: re.Match[str]) -> str:
        if found[1] not in values:
            return found[0]
        value = values[found[1]]
        quoted = template[: found.start()].replace('\\"', "").count('"') % 2 == 1
        return value if quoted and isinstance(value, str) else json.dumps(value)

    return _PLACEHOLDER.sub(fill, template)
