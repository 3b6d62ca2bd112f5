"""SP-API through python-amazon-sp-api, fenced: its surprises end in this package (see docs/decisions/0003-sp-api-client.md)."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, cast

import httpx
from pydantic import BaseModel, ValidationError

# Read at import and by constructors: either would override what we pass for each seller.
os.environ.pop("SP_API_DEFAULT_MARKETPLACE", None)

from sp_api.api import Reports
from sp_api.auth import AccessTokenClient, AccessTokenResponse
from sp_api.base import Marketplaces, SellingApiException
from sp_api.base._transport_httpx import HttpxTransport
from sp_api.base.credential_provider import FromCodeCredentialProvider

from goodstanding.adapters.sp_api.download import open_download
from goodstanding.adapters.sp_api.transport import (
    USER_AGENT,
    amz_date,
    http_client,
    judge_answer,
    judge_lwa,
    sp_api_error,
    tls,
)
from goodstanding.contracts.errors import SellerNotConfigured, SpApiUnavailable
from goodstanding.contracts.sp_api import CreatedReport, Credentials, Report, ReportDocument
from goodstanding.core.marketplaces import ENDPOINTS, Marketplace, Region
from goodstanding.core.report_types import ReportType
from goodstanding.ports.clock import Clock
from goodstanding.ports.selling_partner import Document, ReportStatus

_TOKEN_MARGIN = timedelta(minutes=5)


class Connection:
    """One seller in one region as all its clients share it: credentials, token, transport."""

    def __init__(
        self,
        credentials: Credentials,
        region: Region,
        clock: Clock,
        *,
        endpoint: str = "",
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        refresh_token = credentials.refresh_tokens.get(region)
        if not refresh_token:
            raise SellerNotConfigured(f"the seller's secret has no refresh token for region {region}")
        self._region = region
        self._endpoint = endpoint
        self._transport = transport
        self._now = {"user-agent": lambda: USER_AGENT, "x-amz-date": lambda: amz_date(clock.now())}
        agent = self._now if endpoint else {"user-agent": lambda: USER_AGENT}
        self._token_client = _token_client(clock, http_client(transport, headers=agent, judge=judge_lwa), endpoint)
        self._credentials = {
            "refresh_token": refresh_token,
            "lwa_app_id": credentials.lwa_app_id,
            "lwa_client_secret": credentials.lwa_client_secret,
        }

    def client[C](self, make: Callable[..., C], judge: Callable[[httpx.Response], None] = judge_answer) -> C:
        """A client of the library that speaks through our transport; `judge` raises on a bad answer."""
        client: Any = make(
            marketplace=_any_marketplace(self._region),
            credentials=self._credentials,
            credential_providers=(FromCodeCredentialProvider,),
            auth_token_client_class=self._token_client,
            verify=tls(),
        )
        client.endpoint = self._endpoint or ENDPOINTS[self._region]
        # The client has no parameter for either.
        client._transport = HttpxTransport(client=http_client(self._transport, headers=self._now, judge=judge))  # noqa: SLF001
        return cast("C", client)

    def downloads(self) -> httpx.Client:
        """A client for documents, which are judged where they are opened."""
        return http_client(self._transport, headers=self._now if self._endpoint else {}, judge=lambda _: None)


class SpApi:
    """One seller's reports in one region; kept for the life of the container (a client costs about 100 ms)."""

    def __init__(self, connection: Connection) -> None:
        self._reports: Reports = connection.client(Reports)
        self._download = connection.downloads()

    def create_report(
        self, report_type: ReportType, marketplace: Marketplace, start: datetime | None, end: datetime | None
    ) -> str:
        """Ask for a report; its id."""
        times = {"dataStartTime": start, "dataEndTime": end}
        arguments = {name: _iso(at) for name, at in times.items() if at is not None}
        return call(
            CreatedReport,
            lambda: self._reports.create_report(
                reportType=report_type.value, marketplaceIds=[marketplace.marketplace_id], **arguments
            ),
        ).report_id

    def get_report(self, report_id: str) -> ReportStatus:
        """Where it stands."""
        report = call(Report, lambda: self._reports.get_report(report_id))
        return ReportStatus(report.status, report.document_id)

    @contextmanager
    def open_document(self, document_id: str) -> Iterator[Document]:
        """Open a document; a link that has expired (they live 5 minutes) is asked for anew, once."""

        def link() -> str:
            return call(ReportDocument, lambda: self._reports.get_report_document(document_id, download=False)).url

        with open_download(self._download, link) as document:
            yield document


def call[T: BaseModel](
    model: type[T], request: Callable[[], Any], body: Callable[[Any], Any] = lambda answer: answer.payload
) -> T:
    """Make a request and read its answer as `model`. Raises the errors of contracts.errors only.

    `body`: where the library has put it.
    """
    try:
        payload = body(request())
    except SellingApiException as error:  # an `errors` body under HTTP 200: never seen, still an error
        raise sp_api_error(int(error.code), {"errors": error.error}) from None
    except httpx.HTTPError as error:
        raise SpApiUnavailable(type(error).__name__) from None
    except (
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
    ) as error:  # what the client makes of bodies that are not SP-API's
        raise SpApiUnavailable(f"an answer that cannot be read ({type(error).__name__})") from None
    try:
        return model.model_validate(payload)
    except ValidationError as error:
        missing = ", ".join(str(fault["loc"][0]) for fault in error.errors() if fault["loc"])
        raise SpApiUnavailable(f"an answer without {missing or 'its keys'}") from None


def _token_client(clock: Clock, client: httpx.Client, endpoint: str) -> type[AccessTokenClient]:
    """An access token client with a cache of its own.

    The library's cache is one for the process, keyed by refresh token only (a rotated secret would go on with the old token),
    and forgets by the machine's clock.
    """

    class LwaTokenClient(AccessTokenClient):  # type: ignore[misc]  # the library has no types
        def __init__(
            self, refresh_token: str | None = None, credentials: Any = None, proxies: Any = None, verify: Any = None
        ) -> None:
            super().__init__(refresh_token=refresh_token, credentials=credentials, proxies=proxies, verify=verify)
            self._transport = HttpxTransport(client=client)
            self._token: AccessTokenResponse | None = None
            self._until: datetime | None = None

        def get_auth(self) -> AccessTokenResponse:
            now = clock.now()
            if self._token is None or self._until is None or not self._until - timedelta(hours=1) <= now < self._until:
                answer = cast("dict[str, Any]", self._request(self._url(), self.data, self.headers))
                self._token = AccessTokenResponse(**answer)
                self._until = now + timedelta(seconds=int(answer["expires_in"])) - _TOKEN_MARGIN
            return self._token

        def _url(self) -> str:
            return f"{endpoint or self.scheme + self.host}{self.path}"

    return LwaTokenClient


def _any_marketplace(region: Region) -> Marketplaces:
    """The library wants a marketplace to find its endpoint; every call names its own."""
    return {Region.NA: Marketplaces.US, Region.EU: Marketplaces.DE, Region.FE: Marketplaces.JP}[region]


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
