"""What a local run reads of each order at its end, from what the product's own adapters wrote."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import boto3
import pytest
from moto import mock_aws

from goodstanding.adapters.dynamodb.orders import DynamoOrderStore
from goodstanding.adapters.dynamodb.promises import DynamoPromiseStore
from goodstanding.adapters.dynamodb.requests import DynamoRequestLedger
from goodstanding.core.marketplaces import by_country
from goodstanding.core.orders import (
    FeedbackFact,
    Fulfillment,
    OrderFacts,
    OrderStatus,
    PromiseFact,
    PromiseSource,
    ReturnFact,
    ShipmentFact,
)
from local.dossiers import OrdersTable
from tests.fakes.clock import FakeClock
from tools import sam_template

SELLER, DE, FR = "A2EXAMPLE00001", by_country("DE"), by_country("FR")
AT = datetime(2026, 11, 20, 6, tzinfo=UTC)
DAY = timedelta(days=1)
ORDER = OrderFacts(
    "302-0000000-0000001",
    AT - 10 * DAY,
    AT - 8 * DAY,
    OrderStatus.SHIPPED,
    Fulfillment.MFN,
    "Amazon.de",
    "DE",
    frozenset({"A"}),
    frozenset({"B000000001"}),
)
BARE = ORDER._replace(order_id="302-0000000-0000002", fulfillment=None, skus=frozenset(), asins=frozenset())
PROMISE = PromiseFact(
    ORDER.order_id,
    PromiseSource.ORDERS_API,
    AT - 7 * DAY,
    status=OrderStatus.SHIPPED,
    latest_delivery_at=AT - 5 * DAY,
    latest_ship_at=AT - 9 * DAY,
    shipped_at=AT - 8 * DAY,
)


@pytest.fixture(scope="module")
def table():
    """One of everything about one order, and an order of which next to nothing is known, in two marketplaces."""
    with pytest.MonkeyPatch.context() as monkeypatch, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "testing")
        client = boto3.client("dynamodb", region_name="us-east-1")
        properties = sam_template.load()["Resources"]["OrdersTable"]["Properties"]
        shape = {
            key: properties[key]
            for key in ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "BillingMode")
        }
        client.create_table(TableName="orders", **shape)
        _write(client)
        yield OrdersTable(client, "orders")


def _write(client):
    orders, promises = DynamoOrderStore(client, "orders"), DynamoPromiseStore(client, "orders")
    requests = DynamoRequestLedger(client, "orders", FakeClock())
    orders.put_orders(SELLER, DE, [ORDER])
    orders.put_orders(SELLER, FR, [BARE])
    orders.put_shipments(SELLER, DE, [ShipmentFact(ORDER.order_id, "S", AT - 8 * DAY, AT - 5 * DAY)], AT)
    orders.put_shipments(SELLER, FR, [ShipmentFact(BARE.order_id, "S", None, None)], AT)
    promises.put_promises(SELLER, DE, [PROMISE, replace(PROMISE, source=PromiseSource.ORDER_CHANGE, shipped_at=None)])
    promises.put_promises(SELLER, FR, [replace(PROMISE, order_id=BARE.order_id, latest_ship_at=None)])
    orders.put_returns(SELLER, DE, [ReturnFact(ORDER.order_id, "R", date(2026, 11, 17), a_to_z_claim=True)], AT)
    orders.put_returns(SELLER, FR, [ReturnFact(BARE.order_id, "R", None, a_to_z_claim=False)], AT)
    for snapshot in ("2026-11-18", "2026-11-19", "2026-11-20"):
        orders.put_feedback(SELLER, DE, snapshot, [FeedbackFact(ORDER.order_id, 2, date(2026, 11, 16))])
    orders.put_feedback(SELLER, FR, "2026-11-18", [FeedbackFact(BARE.order_id, 3, date(2026, 11, 16))])
    requests.opt_out(SELLER, ORDER.order_id, "notice", AT)
    requests.count_looks(SELLER, "EU", AT.date(), 1, 1)
    requests.begin_shift(SELLER, "EU", "holder", AT)


def test_every_fact_about_an_order_is_an_event_in_the_order_of_time(table):
    """Each once, dated, with what it says."""
    (dossier,) = table.dossiers(SELLER, "DE", "2026-11-20")
    assert dossier.order_id == ORDER.order_id
    assert [(event.at, event.what) for event in dossier.events if event.what != "promise"] == [
        (ORDER.purchased_at, "purchase"),
        (ORDER.last_updated_at, "status"),
        (PROMISE.shipped_at, "shipment"),
        (PROMISE.shipped_at, "shipment"),
        (AT - 5 * DAY, "arrival"),
        (date(2026, 11, 16), "feedback"),
        (date(2026, 11, 17), "return"),
        (AT, "opt_out"),
    ]
    details = {event.what: event.details for event in dossier.events}
    assert details["purchase"] == {
        "fulfillment": "mfn",
        "sales_channel": "Amazon.de",
        "skus": ["A"],
        "asins": ["B000000001"],
    }
    assert details["feedback"] == {"rating": 2, "stands": True, "last_seen_on": "2026-11-20"}
    assert details["return"] == {"a_to_z_claim": True}
    assert details["opt_out"] == {"source": "notice"}
    assert {event.details["late"] for event in dossier.events if event.what == "shipment"} == {None, True}
    promises = {event.details["source"]: event for event in dossier.events if event.what == "promise"}
    assert set(promises) == {"orders_api", "order_change"}
    assert promises["orders_api"].at == PROMISE.said_at
    assert promises["orders_api"].details["latest_delivery_at"] == PROMISE.latest_delivery_at


def test_an_order_of_which_little_is_known_has_a_dossier_too(table):
    """What has no date comes first; feedback that is no longer listed does not stand; lateness needs both times."""
    (dossier,) = table.dossiers(SELLER, "FR", "2026-11-20")
    details = {event.what: event.details for event in dossier.events}
    assert {event.what for event in dossier.events[:2]} == {"shipment", "return"}
    assert details["feedback"] == {"rating": 3, "stands": False, "last_seen_on": "2026-11-18"}
    assert details["purchase"]["fulfillment"] is None
    assert [event.details["late"] for event in dossier.events if event.what == "shipment"] == [None, None]


def test_a_marketplace_without_orders_has_none(table):
    """Neither has what is kept for a seller and region as a whole."""
    assert table.dossiers(SELLER, "IT", None) == []
