"""Order facts: in DynamoDB, and in the fake."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from goodstanding.adapters.dynamodb.orders import DynamoOrderStore
from goodstanding.adapters.dynamodb.promises import DynamoPromiseStore
from goodstanding.core.marketplaces import by_country
from goodstanding.core.metrics import Window
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
from goodstanding.ports.orders import OrderStore
from tests.fakes.orders import FakeOrderStore

SELLER = "A2EXAMPLE00001"
DE, FR = by_country("DE"), by_country("FR")
SEEN = datetime(2026, 11, 20, 6, tzinfo=UTC)


def order(
    number: int = 1, *, updated_hour: int = 10, status: OrderStatus = OrderStatus.SHIPPED, sku: str = "A"
) -> OrderFacts:
    """An order bought late on 9 November in UTC, which is 10 November in Berlin."""
    return OrderFacts(
        order_id=f"302-0000000-{number:07}",
        purchased_at=datetime(2026, 11, 9, 23, 30, tzinfo=UTC),
        last_updated_at=datetime(2026, 11, 12, updated_hour, tzinfo=UTC),
        status=status,
        fulfillment=Fulfillment.MFN,
        sales_channel="Amazon.de",
        ship_country="DE",
        skus=frozenset({sku}),
        asins=frozenset({"B000000001"}),
    )


@pytest.fixture
def deployed(aws) -> DynamoOrderStore:
    """The store in the template's table, empty; for what no port shows."""
    return DynamoOrderStore(aws.client("dynamodb"), aws.names["OrdersTable"])


@pytest.fixture
def store(is_fake, request) -> OrderStore:
    """The store, empty."""
    return FakeOrderStore() if is_fake else request.getfixturevalue("deployed")


def found(store: OrderStore, day: date = date(2026, 11, 10), marketplace=DE) -> dict[str, OrderStatus]:
    """The orders of one local day."""
    return {one.order_id: one.status for one in store.window_orders(SELLER, marketplace, Window(day, day))}


def test_order_is_found_on_its_local_day_only(store):
    """An order belongs to the calendar day of its marketplace, not of UTC."""
    store.put_orders(SELLER, DE, [order()])
    assert list(found(store)) == ["302-0000000-0000001"]
    assert found(store, date(2026, 11, 9)) == {}
    assert found(store, marketplace=FR) == {}


@pytest.mark.parametrize("later_first", [False, True])
def test_older_report_never_overwrites_newer_fact(store, later_first):
    """Whatever arrives first, the row updated last stands."""
    facts = [order(updated_hour=9), order(updated_hour=11, status=OrderStatus.CANCELLED)]
    for one in reversed(facts) if later_first else facts:
        store.put_orders(SELLER, DE, [one])
    assert found(store) == {"302-0000000-0000001": OrderStatus.CANCELLED}


def test_items_of_one_order_in_several_rows_accumulate(deployed, aws):
    """Rows of one version add their SKUs, wherever a batch was cut."""
    deployed.put_orders(SELLER, DE, [order(sku="A"), order(sku="B")])
    item = aws.client("dynamodb").get_item(
        TableName=aws.names["OrdersTable"],
        Key={"pk": {"S": f"{SELLER}#DE#302-0000000-0000001"}, "sk": {"S": "ORDER"}},
    )["Item"]
    assert sorted(item["skus"]["SS"]) == ["A", "B"]


def test_one_old_fact_among_many_costs_no_other(store):
    """A batch in which some facts are older writes the rest."""
    store.put_orders(SELLER, DE, [order(number, updated_hour=12) for number in (3, 7)])
    store.put_orders(
        SELLER, DE, [order(number, updated_hour=11, status=OrderStatus.PENDING) for number in range(1, 231)]
    )
    statuses = found(store)
    assert len(statuses) == 230
    assert {number for number, status in statuses.items() if status is OrderStatus.SHIPPED} == {
        "302-0000000-0000003",
        "302-0000000-0000007",
    }


def test_feedback_of_an_earlier_snapshot_does_not_count(store):
    """What a later snapshot no longer holds was removed."""
    one = FeedbackFact("302-0000000-0000001", 1, date(2026, 11, 12))
    other = FeedbackFact("302-0000000-0000002", 2, date(2026, 11, 13))
    store.put_feedback(SELLER, DE, "2026-11-19", [one, other])
    store.put_feedback(SELLER, DE, "2026-11-20", [other])
    assert list(store.feedback(SELLER, DE, "2026-11-20")) == [other]
    assert sorted(store.feedback(SELLER, DE, "2026-11-19"), key=lambda fact: fact.order_id) == [one, other]


def test_claim_flagged_once_stays_flagged(store):
    """A later row of the same return without the flag takes nothing back."""
    flagged = ReturnFact("302-0000000-0000001", "RMA1", date(2026, 11, 12), a_to_z_claim=True)
    store.put_returns(SELLER, DE, [flagged], SEEN)
    store.put_returns(SELLER, DE, [replace(flagged, a_to_z_claim=False)], SEEN + timedelta(days=1))
    assert store.claimed_orders(SELLER, DE) == {"302-0000000-0000001"}
    assert store.claimed_orders(SELLER, FR) == frozenset()


def test_returns_are_found_with_a_claim_and_without(store):
    """Each order once; a flag that comes later turns a plain return into a claim."""
    plain = ReturnFact("302-0000000-0000001", "RMA1", date(2026, 11, 12), a_to_z_claim=False)
    flagged = ReturnFact("302-0000000-0000002", "RMA2", date(2026, 11, 12), a_to_z_claim=True)
    store.put_returns(SELLER, DE, [plain, replace(plain, key="RMA3"), flagged], SEEN)
    assert store.returned_orders(SELLER, DE) == {plain.order_id, flagged.order_id}
    assert store.claimed_orders(SELLER, DE) == {flagged.order_id}
    store.put_returns(SELLER, DE, [replace(plain, a_to_z_claim=True)], SEEN)
    assert store.claimed_orders(SELLER, DE) == {plain.order_id, flagged.order_id}
    assert store.returned_orders(SELLER, FR) == frozenset()


def test_late_shipments_are_found_as_promises_tell(deployed, aws):
    """Shipped a second too late is late, and stays so whatever is said later; what is not known is not late."""
    promises = DynamoPromiseStore(aws.client("dynamodb"), aws.names["OrdersTable"])
    late = PromiseFact(
        "302-0000000-0000001",
        PromiseSource.ORDERS_API,
        SEEN,
        latest_ship_at=SEEN,
        shipped_at=SEEN + timedelta(seconds=1),
    )
    others = [replace(late, order_id="302-0000000-0000002", shipped_at=SEEN)]
    others += [replace(late, order_id="302-0000000-0000003", shipped_at=None)]
    others += [replace(late, order_id="302-0000000-0000004", latest_ship_at=None)]
    promises.put_promises(SELLER, DE, [late, *others])
    assert deployed.late_orders(SELLER, DE) == {late.order_id}
    promises.put_promises(SELLER, DE, [replace(late, said_at=SEEN + timedelta(hours=1), shipped_at=None)])
    assert deployed.late_orders(SELLER, DE) == {late.order_id}
    assert deployed.late_orders(SELLER, FR) == frozenset()


def test_shipment_of_an_older_report_never_overwrites_a_newer(deployed, aws):
    """A run that is started again days later brings no old arrival date back."""
    new = ShipmentFact("302-0000000-0000001", "S1", SEEN, SEEN + timedelta(days=4))
    deployed.put_shipments(SELLER, DE, [new], SEEN)
    deployed.put_shipments(SELLER, DE, [replace(new, estimated_arrival_at=SEEN)], SEEN - timedelta(days=1))
    item = aws.client("dynamodb").get_item(
        TableName=aws.names["OrdersTable"],
        Key={"pk": {"S": f"{SELLER}#DE#302-0000000-0000001"}, "sk": {"S": "SHIPMENT#S1"}},
    )["Item"]
    assert item["estimated_arrival_at"]["S"] == "2026-11-24T06:00:00+00:00"
