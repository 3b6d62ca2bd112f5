"""SP-API through the fenced client, against the simulator and everything seen in the wild."""

import gzip
from datetime import timedelta

import pytest

from goodstanding.adapters.sp_api.client import Connection, SpApi
from goodstanding.adapters.sp_api.transport import sp_api_error
from goodstanding.contracts.errors import (
    SellerNotAuthorized,
    SellerNotConfigured,
    SpApiRefused,
    SpApiThrottled,
    SpApiUnavailable,
)
from goodstanding.contracts.sp_api import Credentials
from goodstanding.core.fetches import ProcessingStatus
from goodstanding.core.marketplaces import Region, by_country
from goodstanding.core.report_types import ReportType
from local.sp_api.faults import ALWAYS, Fault, FaultKind
from local.sp_api.limits import Operation
from tests.local import sp_api_world as world

DE = by_country("DE")
ORDERS = {"DE/orders.txt": world.tsv([world.order("302-0000000-0000001", world.at("11-05"))])}


def connect(
    tmp_path, *faults: Fault, files=ORDERS, refresh_token=f"local-{world.SELLER}"
) -> tuple[SpApi, world.Amazon]:
    """A client and the simulator it talks to."""
    amazon = world.amazon(world.seller_folder(tmp_path / "seller", files), faults=faults)
    credentials = Credentials(lwa_app_id="app", lwa_client_secret="secret", refresh_tokens={"EU": refresh_token})
    transport = amazon.client._transport
    return SpApi(Connection(credentials, Region.EU, amazon.clock, transport=transport)), amazon


def ask(client: SpApi, amazon: world.Amazon, kind: ReportType = ReportType.ALL_ORDERS) -> str:
    """Request a report of the last days."""
    return client.create_report(kind, DE, amazon.clock.now() - timedelta(days=29), amazon.clock.now())


def read(client: SpApi, amazon: world.Amazon) -> bytes:
    """Request, wait, download; decompressed."""
    report_id = ask(client, amazon)
    amazon.wait(120)
    status = client.get_report(report_id)
    assert status.status is ProcessingStatus.DONE
    assert status.document_id is not None
    with client.open_document(status.document_id) as document:
        body = document.body.read()
    return gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body


def test_report_comes_as_it_is(tmp_path):
    """Request, look, download: the bytes are the marketplace's."""
    client, amazon = connect(tmp_path)
    assert b"302-0000000-0000001" in read(client, amazon)


def test_no_rows_is_cancelled(tmp_path):
    """Amazon's word for "no data" reaches the caller as it is."""
    client, amazon = connect(tmp_path, files={"FR/orders.txt": ORDERS["DE/orders.txt"]})
    report_id = ask(client, amazon)
    amazon.wait(120)
    assert client.get_report(report_id).status is ProcessingStatus.CANCELLED


def test_every_request_names_the_application_and_its_time(tmp_path):
    """Amazon asks for an identifying User-Agent, and the virtual clock travels with each call."""
    client, amazon = connect(tmp_path)
    ask(client, amazon)
    assert amazon.simulator.calls[-1].at == amazon.clock.now()


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (FaultKind.THROTTLE_429, SpApiThrottled),
        (FaultKind.THROTTLE_HTML, SpApiThrottled),
        (FaultKind.SERVER_500_EMPTY, SpApiUnavailable),
        (FaultKind.UNAVAILABLE_503_HTML, SpApiUnavailable),
        (FaultKind.CONNECTION_RESET, SpApiUnavailable),
        (FaultKind.TIMEOUT, SpApiUnavailable),
        (FaultKind.FORBIDDEN_MESSAGE, SpApiUnavailable),
        (FaultKind.ACCESS_DENIED, SellerNotAuthorized),
        (FaultKind.INVALID_JSON, SpApiUnavailable),
        (FaultKind.EMPTY_BODY, SpApiUnavailable),
        (FaultKind.ANSWER_LOST, SpApiUnavailable),
    ],
)
@pytest.mark.parametrize("operation", [Operation.CREATE_REPORT, Operation.GET_REPORT, Operation.GET_REPORT_DOCUMENT])
def test_fault_has_its_one_meaning(tmp_path, operation, kind, error):
    """An outage is an outage, a refusal a refusal, wherever it strikes and whatever it looks like."""
    client, amazon = connect(tmp_path, Fault(kind, operation))
    with pytest.raises(error):
        read(client, amazon)
    assert b"302-0000000-0000001" in read(client, amazon)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(FaultKind.INVALID_GRANT), SellerNotAuthorized),
        (Fault(FaultKind.INVALID_CLIENT), SellerNotAuthorized),
        (Fault(FaultKind.LWA_500_HTML, nth=2), SpApiUnavailable),  # the first login is the test's own
    ],
)
def test_login_fault_has_its_one_meaning(tmp_path, fault, error):
    """A revoked token needs a human, a broken login service only time."""
    client, amazon = connect(tmp_path, fault)
    with pytest.raises(error):
        ask(client, amazon)


def test_words_of_an_error_answer_are_not_repeated():
    """What an error says may quote the request; only a code of one word goes on into execution data."""
    body = {"errors": [{"code": "Unauthorized", "message": "token Atza|x of jane@example.com"}]}
    assert str(sp_api_error(403, body)) == "HTTP 403 Unauthorized"
    assert str(sp_api_error(429, {"errors": [{"code": "Atza|x of jane@example.com"}]})) == "HTTP 429"


def test_expired_link_is_asked_for_anew(tmp_path):
    """Links live five minutes; the error page behind an old one is never taken for the report."""
    client, amazon = connect(tmp_path, Fault(FaultKind.LINK_EXPIRED))
    assert b"302-0000000-0000001" in read(client, amazon)


def test_link_that_stays_expired_is_refused(tmp_path):
    """Asking again and again would only cost the rate."""
    client, amazon = connect(tmp_path, Fault(FaultKind.LINK_EXPIRED, times=ALWAYS))
    with pytest.raises(SpApiRefused):
        read(client, amazon)


def test_broken_download_is_an_outage(tmp_path):
    """Half a report is never taken for a report."""
    client, amazon = connect(tmp_path, Fault(FaultKind.TRUNCATED_DOWNLOAD))
    with pytest.raises(SpApiUnavailable):
        read(client, amazon)


def test_access_token_is_renewed_by_the_clock_of_the_run(tmp_path):
    """After its hour a token is asked for anew, in virtual time too."""
    client, amazon = connect(tmp_path)
    ask(client, amazon)
    amazon.wait(3700)
    assert ask(client, amazon)


def test_unknown_seller_is_not_authorized(tmp_path):
    """A refresh token that Amazon does not know is refused at the login."""
    client, amazon = connect(tmp_path, refresh_token="local-SOMEBODYELSE")
    with pytest.raises(SellerNotAuthorized):
        ask(client, amazon)


def test_missing_region_is_said(tmp_path):
    """A seller without a token for the region is a matter of configuration."""
    with pytest.raises(SellerNotConfigured, match="region FE"):
        Connection(
            Credentials(lwa_app_id="app", lwa_client_secret="secret", refresh_tokens={"EU": "t"}),
            Region.FE,
            world.FakeClock(),
        )
