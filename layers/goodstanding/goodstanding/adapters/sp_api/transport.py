"""HTTP below the SP-API client: status and outages are judged here, because the client looks only at the JSON body.

The client raises only if the body has `errors`; a 403 `{"message": "Forbidden"}`, a 429 in HTML or an empty 503 would pass for an
empty answer, and an outage for "nothing to do".
"""

import re
import ssl
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

import httpx

from goodstanding.contracts.errors import (
    GoodstandingError,
    SellerNotAuthorized,
    SpApiRefused,
    SpApiThrottled,
    SpApiUnavailable,
)

USER_AGENT = "goodstanding/0.1 (Language=Python)"
TIMEOUT = httpx.Timeout(20.0, connect=10.0)

_EXPIRED = "expired"
_CODE = re.compile(r"[A-Za-z_]{1,40}")
_LWA_REFUSALS = frozenset({"invalid_grant", "invalid_client", "unauthorized_client", "access_denied", "invalid_scope"})
_FORBIDDEN, _UNAUTHORIZED, _TOO_MANY, _SERVER_ERROR, _ERROR = 403, 401, 429, 500, 400


@cache
def tls() -> ssl.SSLContext:
    """One context for all clients: building it is most of what a client costs."""
    return httpx.create_ssl_context()


def http_client(
    transport: httpx.BaseTransport | None,
    *,
    headers: Mapping[str, Callable[[], str]],
    judge: Callable[[httpx.Response], None],
) -> httpx.Client:
    """A client that sets `headers` anew on each request and lets `judge` raise on a bad answer."""

    def on_request(request: httpx.Request) -> None:
        request.headers["host"] = request.url.netloc.decode()
        for name, value in headers.items():
            request.headers[name] = value()

    return httpx.Client(
        transport=transport,
        verify=tls(),
        timeout=TIMEOUT,
        follow_redirects=False,
        event_hooks={"request": [on_request], "response": [judge]},
    )


def amz_date(at: datetime) -> str:
    """The form of `x-amz-date`."""
    return at.strftime("%Y%m%dT%H%M%SZ")


def judge_answer(response: httpx.Response) -> None:
    """Raise what an SP-API answer means, unless it is a success. A redirect is none: SP-API has no other place."""
    if response.is_success:
        return
    response.read()
    raise sp_api_error(response.status_code, _json(response))


def sp_api_error(status: int, body: Any) -> GoodstandingError:
    """The meaning of an SP-API error.

    403 with SP-API's own `errors` is a refusal of the seller, except an expired access token; 403 without is a gateway's.
    """
    code, message = _first_error(body)
    said = f"HTTP {status} {_shown(code)}".strip()
    if status == _TOO_MANY:
        return SpApiThrottled(said)
    if status >= _SERVER_ERROR or status < _ERROR:
        return SpApiUnavailable(said)
    if status in {_FORBIDDEN, _UNAUTHORIZED}:
        if not code or _EXPIRED in message.casefold():
            return SpApiUnavailable(said)
        return SellerNotAuthorized(said)
    return SpApiRefused(said)


def judge_lwa(response: httpx.Response) -> None:
    """Raise what a Login-with-Amazon answer means, unless it is a success."""
    if response.status_code < _ERROR:
        return
    response.read()
    body = _json(response)
    error = str(body.get("error", "")) if isinstance(body, dict) else ""
    said = f"LWA HTTP {response.status_code} {_shown(error)}".strip()
    if response.status_code == _TOO_MANY:
        raise SpApiThrottled(said)
    if error in _LWA_REFUSALS:
        raise SellerNotAuthorized(said)
    if response.status_code >= _SERVER_ERROR or not error:
        raise SpApiUnavailable(said)
    raise SpApiRefused(said)


def judge_download(response: httpx.Response) -> None:
    """Documents are judged where they are opened: an expired link is asked for anew."""


def _shown(code: str) -> str:
    """A code that may stand in an error's text, and so in execution data: one word. Anything longer may quote the request."""
    return code if _CODE.fullmatch(code) else ""


def _json(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _first_error(body: Any) -> tuple[str, str]:
    errors = body.get("errors") if isinstance(body, dict) else None
    if not isinstance(errors, list) or not errors or not isinstance(errors[0], dict):
        return "", ""
    return str(errors[0].get("code", "")), str(errors[0].get("message", ""))
