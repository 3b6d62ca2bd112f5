"""Requests and answers as the simulator sees them, whichever way they came: in-process or over a socket."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, BinaryIO

_AMZ_DATE = "%Y%m%dT%H%M%S%z"


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. `base_url` is where the simulator was reached (no trailing slash); header names are in lower case."""

    method: str
    base_url: str
    path: str
    query: Mapping[str, Sequence[str]]
    headers: Mapping[str, str]
    body: bytes = b""

    def sent_at(self) -> datetime | None:
        """The caller's own time (`x-amz-date`), which a virtual clock sends along; None without one that can be read."""
        text = self.headers.get("x-amz-date", "")
        try:
            return datetime.strptime(text.replace("Z", "+0000"), _AMZ_DATE).astimezone(UTC)
        except ValueError:
            return None

    def values(self, name: str) -> list[str]:
        """A list parameter; Amazon takes it comma-separated or repeated."""
        return [part for value in self.query.get(name, ()) for part in value.split(",") if part]

    def value(self, name: str) -> str | None:
        """A single parameter."""
        return next(iter(self.query.get(name, ())), None)


@dataclass(slots=True)
class Answer:
    """One HTTP response. With `deliver_only` the connection breaks after that many bytes of the body."""

    status: int
    headers: dict[str, str]
    body: BinaryIO = field(default_factory=BytesIO)
    length: int = 0
    deliver_only: int | None = None


class ConnectionFailed(Exception):
    """No answer comes: the connection is reset, or (`silent`) nothing is heard until the caller gives up."""

    def __init__(self, *, silent: bool) -> None:
        self.silent = silent
        super().__init__("timed out" if silent else "connection reset")


class Refused(Exception):
    """An error answer of SP-API's own kind."""

    def __init__(self, status: int, code: str, message: str, details: str = "") -> None:
        self.status = status
        self.code = code
        self.details = details
        super().__init__(message)

    def answer(self) -> Answer:
        """The error list."""
        return as_json(self.status, {"errors": [{"code": self.code, "message": str(self), "details": self.details}]})


def missing_parameter(name: str) -> Refused:
    """A request without one of its parameters, or with one that cannot be."""
    return Refused(400, "InvalidInput", f"Missing or invalid request parameters: [{name}]")


def as_bytes(status: int, body: bytes, content_type: str) -> Answer:
    """An answer with a small body."""
    return Answer(status, {"Content-Type": content_type}, BytesIO(body), len(body))


def as_json(status: int, value: Mapping[str, Any], content_type: str = "application/json") -> Answer:
    """A JSON answer."""
    return as_bytes(status, json.dumps(value, ensure_ascii=False).encode(), content_type)


def as_html(status: int, title: str) -> Answer:
    """The page of a gateway in front of SP-API, which knows nothing of error lists."""
    page = f"<html><head><title>{title}</title></head><body><center><h1>{title}</h1></center></body></html>"
    return as_bytes(status, page.encode(), "text/html")


def timestamp(at: datetime) -> str:
    """As Amazon writes times in answers: `2026-11-20T06:00:00+00:00`, whole seconds."""
    return at.astimezone(UTC).isoformat(timespec="seconds")
