"""JSON as the outputs need it: decimals exact and without exponent, times in UTC with `Z`, days as dates."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal


def line(value: object) -> str:
    """The value on one line."""
    return _render(value, None, 0)


def page(value: object) -> str:
    """The value indented for people, ending with a line break."""
    return _render(value, 2, 0) + "\n"


def timestamp(value: datetime) -> str:
    """An aware time in UTC with `Z`, fractions of a second only where there are any."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _render(value: object, indent: int | None, depth: int) -> str:
    if isinstance(value, Mapping):
        members = [f"{json.dumps(key)}: {_render(item, indent, depth + 1)}" for key, item in value.items()]
        return _enclosed("{", members, "}", indent, depth)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _enclosed("[", [_render(item, indent, depth + 1) for item in value], "]", indent, depth)
    if isinstance(value, Decimal):
        return _plain(value)
    return json.dumps(value, ensure_ascii=False, default=_text)


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return timestamp(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in an output")


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").removesuffix(".") if "." in text else text


def _enclosed(opening: str, members: Sequence[str], closing: str, indent: int | None, depth: int) -> str:
    if indent is None or not members:
        return opening + ", ".join(members) + closing
    margin = "\n" + " " * (indent * depth)
    inner = margin + " " * indent
    return opening + inner + f",{inner}".join(members) + margin + closing
