"""Login with Amazon: refresh tokens in, access tokens out. A local seller's refresh token is `local-<seller_id>`."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import parse_qs

from local.sp_api.wire import Answer, Refused, Request, as_json

LOG_IN_PATH = "/auth/o2/token"
_LIFETIME = timedelta(seconds=3600)
_REFRESH_PREFIX = "local-"


def access_denied(details: str = "") -> Refused:
    """What SP-API says whatever is wrong with a token, a role or an authorisation."""
    return Refused(403, "Unauthorized", "Access to requested resource is denied.", details)


def invalid_grant() -> Answer:
    """The seller took the authorisation back, or never gave it."""
    return _oauth_error(400, "invalid_grant", "The request has an invalid grant parameter : refresh_token")


def invalid_client() -> Answer:
    """The application's secret is wrong or has expired."""
    return _oauth_error(401, "invalid_client", "Client authentication failed")


class Authorization:
    """The tokens in use."""

    def __init__(self, seller_ids: Iterable[str]) -> None:
        self._sellers = {_REFRESH_PREFIX + seller_id: seller_id for seller_id in seller_ids}
        self._issued: dict[str, tuple[str, datetime]] = {}

    def seller_of_login(self, request: Request) -> str | None:
        """Whose refresh token a token request holds."""
        return self._sellers.get(_form(request).get("refresh_token", ""))

    def log_in(self, request: Request, now: datetime) -> Answer:
        """Answer a token request. Any application is taken for the seller's own, as long as it names itself."""
        form = _form(request)
        if form.get("grant_type") != "refresh_token":
            return _oauth_error(400, "unsupported_grant_type", "Only refresh_token is served here")
        if not form.get("client_id") or not form.get("client_secret"):
            return invalid_client()
        seller_id = self.seller_of_login(request)
        if seller_id is None:
            return invalid_grant()
        digest = hashlib.sha256(f"{seller_id}/{len(self._issued)}".encode()).hexdigest()
        access = f"Atza|{digest}"
        self._issued[access] = seller_id, now + _LIFETIME
        return as_json(
            200,
            {
                "access_token": access,
                "refresh_token": form["refresh_token"],
                "token_type": "bearer",
                "expires_in": int(_LIFETIME.total_seconds()),
            },
        )

    def seller_of(self, request: Request, now: datetime) -> str:
        """Whose access token a request carries. Raises Refused."""
        seller_id, expires_at = self._issued.get(request.headers.get("x-amz-access-token", ""), (None, now))
        if seller_id is None:
            raise access_denied("The access token you provided is revoked, malformed or invalid.")
        if now >= expires_at:
            raise access_denied("The access token you provided has expired.")
        return seller_id


def _form(request: Request) -> dict[str, str]:
    fields = parse_qs(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[-1] for name, values in fields.items()}


def _oauth_error(status: int, error: str, description: str) -> Answer:
    return as_json(status, {"error": error, "error_description": description})
