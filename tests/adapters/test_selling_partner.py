"""What use cases take for granted of a seller's SP-API: of the client against the simulator, and of the fake."""

from datetime import timedelta

import pytest

from goodstanding.adapters.sp_api.client import Connection, SpApi
from goodstanding.contracts.errors import SpApiRefused
from goodstanding.contracts.sp_api import Credentials
from goodstanding.core.fetches import ProcessingStatus
from goodstanding.core.marketplaces import Region, by_country
from goodstanding.core.report_types import ReportType
from goodstanding.ports.selling_partner import SellingPartner
from tests.fakes.selling_partner import FakeSellingPartner
from tests.local import sp_api_world as world

DE = by_country("DE")
ORDERS = world.tsv([world.order("302-0000000-0000001", world.at("11-05"))])


@pytest.fixture
def amazon(is_fake, clock, tmp_path) -> SellingPartner:
    """A seller with orders and without returns."""
    if is_fake:
        return FakeSellingPartner(clock, {ReportType.ALL_ORDERS: ORDERS.encode()})
    there = world.amazon(world.seller_folder(tmp_path / "seller", {"DE/orders.txt": ORDERS}))
    credentials = Credentials(
        lwa_app_id="app", lwa_client_secret="secret", refresh_tokens={"EU": f"local-{world.SELLER}"}
    )
    return SpApi(Connection(credentials, Region.EU, clock, transport=there.client._transport))


def asked(amazon: SellingPartner, clock, report_type: ReportType) -> str:
    """A report of the last days."""
    return amazon.create_report(report_type, DE, clock.now() - timedelta(days=29), clock.now())


def test_report_takes_its_time_and_then_has_a_document(amazon, clock):
    """Pending at first, done later, and the document is the report."""
    report_id = asked(amazon, clock, ReportType.ALL_ORDERS)
    assert amazon.get_report(report_id).status in {ProcessingStatus.IN_QUEUE, ProcessingStatus.IN_PROGRESS}
    clock.wait(timedelta(minutes=2))
    answer = amazon.get_report(report_id)
    assert answer.status is ProcessingStatus.DONE
    with amazon.open_document(answer.document_id or "") as document:
        assert b"302-0000000-0000001" in document.body.read()


def test_report_without_rows_is_cancelled(amazon, clock):
    """Amazon's word for "no data"; there is no document."""
    report_id = asked(amazon, clock, ReportType.MFN_RETURNS)
    clock.wait(timedelta(minutes=2))
    answer = amazon.get_report(report_id)
    assert (answer.status, answer.document_id) == (ProcessingStatus.CANCELLED, None)


def test_report_nobody_asked_for_is_refused(amazon):
    """An unknown id is a defect, not an outage."""
    with pytest.raises(SpApiRefused):
        amazon.get_report("999")
