"""What a caller gets from faults that have nothing to do with an operation's own work: instead of its answer, or of it spoilt."""

from collections.abc import Callable
from io import BytesIO

from local.sp_api.authorization import access_denied, invalid_client, invalid_grant
from local.sp_api.faults import Fault, FaultKind, Strikes
from local.sp_api.solicitations import not_available, out_of_range
from local.sp_api.wire import Answer, ConnectionFailed, Refused, as_bytes, as_html, as_json, missing_parameter


def quota_exceeded() -> Refused:
    """Too many calls."""
    return Refused(429, "QuotaExceeded", "You exceeded your quota for the requested resource.")


def _reset() -> Answer:
    raise ConnectionFailed(silent=False)


def _silence() -> Answer:
    raise ConnectionFailed(silent=True)


def _server_error() -> Answer:
    return as_bytes(500, b"", "text/plain")


def _unavailable() -> Answer:
    return as_html(503, "503 Service Temporarily Unavailable")


FAILURES: dict[FaultKind, Callable[[], Answer]] = {
    FaultKind.THROTTLE_429: lambda: quota_exceeded().answer(),
    FaultKind.THROTTLE_HTML: lambda: as_html(429, "429 Too Many Requests"),
    FaultKind.SERVER_500_EMPTY: _server_error,
    FaultKind.UNAVAILABLE_503_HTML: _unavailable,
    FaultKind.UNAVAILABLE_503_EMPTY: lambda: as_bytes(503, b"", "text/plain"),
    FaultKind.BAD_GATEWAY_502_HTML: lambda: as_html(502, "502 Bad Gateway"),
    FaultKind.LWA_500_HTML: lambda: as_html(500, "Internal Server Error"),
    FaultKind.FORBIDDEN_403_HTML: lambda: as_html(403, "403 Forbidden"),
    FaultKind.FORBIDDEN_MESSAGE: lambda: as_json(403, {"message": "Forbidden"}),
    FaultKind.ACCESS_DENIED: lambda: access_denied().answer(),
    FaultKind.NOT_FOUND_404: lambda: Refused(404, "NotFound", "The resource was not found").answer(),
    FaultKind.INVALID_INPUT_400: lambda: missing_parameter("marketplaceIds").answer(),
    FaultKind.INVALID_GRANT: invalid_grant,
    FaultKind.INVALID_CLIENT: invalid_client,
    FaultKind.CONNECTION_RESET: _reset,
    FaultKind.TIMEOUT: _silence,
    FaultKind.SOLICITATION_UNAVAILABLE: lambda: not_available().answer(),
    FaultKind.SOLICITATION_OUT_OF_RANGE: lambda: out_of_range().answer(),
    FaultKind.SOLICITATION_OUT_OF_RANGE_BROKEN: lambda: _without_end(out_of_range().answer()),
}
"""What is answered instead of the operation."""


def _without_end(answer: Answer) -> Answer:
    return _with_body(answer, answer.body.read()[:-1])


def _with_body(answer: Answer, body: bytes) -> Answer:
    return Answer(answer.status, answer.headers, BytesIO(body), len(body))


_SPOILT: dict[FaultKind, Callable[[Answer], Answer]] = {
    FaultKind.INVALID_JSON: _without_end,
    FaultKind.EMPTY_BODY: lambda answer: _with_body(answer, b""),
    FaultKind.ANSWER_LOST: lambda _: _reset(),
    FaultKind.ANSWER_TIMED_OUT: lambda _: _silence(),
    FaultKind.SERVER_500_AFTERWARDS: lambda _: _server_error(),
    FaultKind.UNAVAILABLE_503_AFTERWARDS: lambda _: _unavailable(),
}


def spoilt(answer: Answer, fault: Fault | None) -> Answer:
    """The answer of an operation that took place. Raises ConnectionFailed."""
    return answer if fault is None or fault.strikes is not Strikes.AFTERWARDS else _SPOILT[fault.kind](answer)
