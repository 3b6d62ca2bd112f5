"""Notifications: in any case, any order, any number; what is none is refused without a word of what it held."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodstanding.contracts.errors import InvalidPayload, SellerNotConfigured
from goodstanding.core.marketplaces import by_country
from goodstanding.core.orders import OrderStatus, PromiseFact, PromiseSource
from goodstanding.ports.sellers import Seller
from goodstanding.usecases.receive_notification import receive_notification
from tests.fakes.alerts import FakeAlertLedger
from tests.fakes.clock import FakeMovingClock
from tests.fakes.deadlines import FakeDeadlineStore
from tests.fakes.requests import FakeRequests
from tests.fakes.sellers import FakeSellerRegistry
from tests.orders import SELLER

EVENT = json.loads(Path("events/receive_notifications.json").read_text())
BODY: str = EVENT["Records"][0]["body"]
ORDER = "302-0000000-0000001"
PLACE = (SELLER, "DE", ORDER)
FACT = PromiseFact(
    order_id=ORDER,
    source=PromiseSource.ORDER_CHANGE,
    said_at=datetime(2026, 11, 10, 12, tzinfo=UTC),
    status=OrderStatus.SHIPPED,
    earliest_delivery_at=datetime(2026, 11, 12, 7, tzinfo=UTC),
    latest_delivery_at=datetime(2026, 11, 14, 22, 59, 59, tzinfo=UTC),
    latest_ship_at=datetime(2026, 11, 11, 22, 59, 59, tzinfo=UTC),
)


def message(**changes: Any) -> str:
    """The sample with changes: `Summary__OrderStatus="Pending"` reaches into the change, None takes a key away."""
    body = json.loads(BODY)
    change = body["Payload"]["OrderChangeNotification"]
    for path, value in changes.items():
        *way, key = path.split("__")
        place = body if path in body else change
        for step in way:
            place = place[step]
        if value is None:
            del place[key]
        else:
            place[key] = value
    return json.dumps(body)


def received(*bodies: str, clocks: FakeDeadlineStore | None = None) -> FakeRequests:
    """What is known after messages, of a seller in Germany."""
    registry = FakeSellerRegistry({SELLER: Seller(SELLER, (by_country("DE"),), "en", mailbox=False)})
    store = FakeRequests(FakeMovingClock())
    clocks = clocks or FakeDeadlineStore(FakeAlertLedger(store.clock))
    for body in bodies:
        receive_notification(body, registry, store, store, clocks)
    return store


def cased(value: Any, case: Any) -> Any:
    """The same message with every key in another case."""
    if isinstance(value, dict):
        return {case(key): cased(each, case) for key, each in value.items()}
    return [cased(each, case) for each in value] if isinstance(value, list) else value


def test_order_change_is_a_promise_and_flags_its_order():
    """Dates, status and when it was so."""
    store = received(BODY)
    assert list(store.promises[PLACE].values()) == [FACT]
    assert list(store.flags[PLACE])


@pytest.mark.parametrize("case", [str.lower, str.upper, lambda key: key[0].lower() + key[1:]])
def test_keys_in_any_case_mean_the_same(case):
    """Amazon changes it from type to type."""
    assert list(received(json.dumps(cased(json.loads(BODY), case))).promises[PLACE].values()) == [FACT]


NEWER = message(OrderChangeTrigger__TimeOfOrderChange="2026-11-11T12:00:00Z", Summary__OrderStatus="Canceled")


@given(st.lists(st.sampled_from([BODY, NEWER]), max_size=6).flatmap(lambda more: st.permutations([BODY, NEWER, *more])))
def test_any_order_and_number_end_alike(bodies):
    """Delivery is at least once and unordered: each is kept once, and the newest is the newest."""
    facts = received(*bodies).promises[PLACE].values()
    assert len(facts) == 2
    fact = max(facts, key=lambda one: one.said_at)
    assert (fact.status, fact.said_at) == (OrderStatus.CANCELLED, datetime(2026, 11, 11, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"OrderChangeTrigger": None}, {"said_at": datetime(2026, 11, 10, 12, tzinfo=UTC)}),
        ({"OrderChangeTrigger__TimeOfOrderChange": ""}, {"said_at": datetime(2026, 11, 10, 12, tzinfo=UTC)}),
        ({"Summary__OrderStatus": None}, {"status": None}),
        ({"Summary__OrderStatus": "SomethingNew"}, {"status": OrderStatus.OTHER}),
        ({"Summary__EarliestDeliveryDate": ""}, {"earliest_delivery_at": None}),
        ({"Summary__LatestDeliveryDate": None}, {"latest_delivery_at": None}),
        ({"Summary__LatestDeliveryDate": "2026-11-15T00:59:59+02:00"}, {"latest_delivery_at": FACT.latest_delivery_at}),
    ],
)
def test_what_is_missing_or_new_is_not_known(changes, expected):
    """Never a reason to lose the rest."""
    (fact,) = received(message(**changes)).promises[PLACE].values()
    assert {name: getattr(fact, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("programs", "expected"),
    [
        (["Replacement"], True),
        (["Business", "REPLACEMENT"], True),
        (["Prime"], False),
        (["ReplacementParts"], False),
        ([], False),
        (["Prime", 7, None, {"Replacement": True}], False),
        ("Replacement", False),
        (None, False),
    ],
)
def test_order_is_a_replacement_when_its_programs_say_so(programs, expected):
    """And programs of another shape say nothing: never a reason to lose the rest."""
    (fact,) = received(message(Summary__OrderPrograms=programs)).promises[PLACE].values()
    assert fact == replace(FACT, is_replacement=expected)


@pytest.mark.parametrize(
    "body",
    [
        message(NotificationType="REPORT_PROCESSING_FINISHED"),
        '{"notificationType": "ACCOUNT_STATUS_CHANGED", "payload": {}}',
        message(Summary__MarketplaceId="A0PSEUDO000000"),
        message(Summary__MarketplaceId=by_country("FR").marketplace_id, Summary__OrderStatus="Unshipped"),
    ],
)
def test_notification_of_no_use_leaves_nothing(body):
    """Other types, pseudo marketplaces, and stores that are not among the seller's: received, and done."""
    clocks = FakeDeadlineStore(FakeAlertLedger(FakeMovingClock()))
    assert not received(body, clocks=clocks).promises
    assert not list(clocks.all(SELLER))


def test_notification_of_a_seller_without_settings_is_refused():
    """No sweep could ever tell anybody of its clocks; it comes again, and can be had back when the settings are there."""
    with pytest.raises(SellerNotConfigured):
        received(message(SellerId="A2EXAMPLE00009"))


@pytest.mark.parametrize(
    "body",
    [
        "",
        " ",
        "{",
        "null",
        "[]",
        '"ORDER_CHANGE"',
        "{}",
        "[" * 100_000,
        "1" * 5_000,
        '{"NotificationType": "ORDER_CHANGE"}',
        '{"NotificationType": "ORDER_CHANGE", "Payload": null}',
        '{"NotificationType": "ORDER_CHANGE", "Payload": {"OrderChangeNotification": "canary"}}',
        message(SellerId=None),
        message(AmazonOrderId=None),
        message(AmazonOrderId=""),
        message(AmazonOrderId="canary#1"),
        message(AmazonOrderId=3020000000000001),
        message(Summary=None),
        message(Summary__MarketplaceId=None),
        message(Summary__LatestDeliveryDate="canary"),
        message(Summary__LatestDeliveryDate="2026-11-14T22:59:59"),
        message(EventTime=None, OrderChangeTrigger=None),
        message(EventTime="canary"),
    ],
    ids=range(23),
)
def test_message_that_is_no_notification_is_refused_and_quoted_nowhere(body):
    """It must not be lost, and its content must not be logged."""
    with pytest.raises(InvalidPayload) as refused:
        received(body)
    assert "canary" not in str(refused.value)
    assert ORDER not in str(refused.value)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize("turned", [False, True], ids=["in order", "shipped first"])
def test_order_that_is_shipped_stops_its_clock_at_once(turned):
    """Nobody is told of it though the next hourly run is far; in whatever order the two messages come."""
    clocks = FakeDeadlineStore(FakeAlertLedger(FakeMovingClock()))
    told = {"OrderChangeTrigger__TimeOfOrderChange": "2026-11-10T09:00:00Z", "Summary__OrderStatus": "Unshipped"}
    bodies = [message(**told), message()]
    received(bodies[0], clocks=clocks)
    (running,) = clocks.all(SELLER)
    assert (running.kind, running.state, running.due_at) == ("ship_by", "open", FACT.latest_ship_at)

    clocks = FakeDeadlineStore(FakeAlertLedger(FakeMovingClock()))
    received(*(reversed(bodies) if turned else bodies), clocks=clocks)
    (stopped,) = clocks.all(SELLER)
    assert (stopped.state, stopped.closed_at) == ("met", FACT.said_at)
