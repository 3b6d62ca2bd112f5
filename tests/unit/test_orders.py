"""Order facts: Amazon's words, versions, and which orders count."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest

from goodstanding.core.orders import (
    Fulfillment,
    OrderFacts,
    OrderStatus,
    PromiseFact,
    PromiseSource,
    country_code,
    counts_for_rates,
    fulfillment,
    is_order_id,
    order_status,
)

AT = datetime(2026, 10, 5, 8, tzinfo=UTC)
ORDER = OrderFacts(
    order_id="302-1234567-1234567",
    purchased_at=AT,
    last_updated_at=AT,
    status=OrderStatus.SHIPPED,
    fulfillment=Fulfillment.MFN,
    sales_channel="Amazon.de",
    ship_country="DE",
    skus=frozenset(),
    asins=frozenset(),
)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Pending", OrderStatus.PENDING),
        ("PendingAvailability", OrderStatus.PENDING_AVAILABILITY),
        ("Pending_Availability", OrderStatus.PENDING_AVAILABILITY),
        ("PENDING AVAILABILITY", OrderStatus.PENDING_AVAILABILITY),
        ("Cancelled", OrderStatus.CANCELLED),
        ("Canceled", OrderStatus.CANCELLED),
        (" CANCELLED ", OrderStatus.CANCELLED),
        ("Shipped", OrderStatus.SHIPPED),
        ("Shipping", OrderStatus.OTHER),
        ("Unshipped", OrderStatus.OTHER),
        ("", OrderStatus.OTHER),
    ],
)
def test_status_is_known_in_any_spelling(word, status):
    """A word not known is an order like any other."""
    assert order_status(word) is status


@pytest.mark.parametrize(
    ("word", "channel"),
    [
        ("Amazon", Fulfillment.AFN),
        ("AFN", Fulfillment.AFN),
        ("merchant", Fulfillment.MFN),
        (" MFN ", Fulfillment.MFN),
        ("drone", None),
        ("", None),
    ],
)
def test_channel_is_known_in_any_spelling(word, channel):
    """A word not known is no channel."""
    assert fulfillment(word) is channel


@pytest.mark.parametrize(
    ("channel", "is_amazon"), [("Amazon.de", True), ("", True), ("Non-Amazon DE", False), ("NON-AMAZON", False)]
)
def test_multi_channel_orders_are_not_sold_on_amazon(channel, is_amazon):
    """Their sales channel says so."""
    assert ORDER._replace(sales_channel=channel).is_amazon is is_amazon


def test_facts_give_back_what_they_were_made_of():
    """Times as the same instants in UTC, changed ones too, and the rest as it was."""
    elsewhere = AT.astimezone(timezone(timedelta(hours=-7)))
    changed = ORDER._replace(purchased_at=elsewhere + timedelta(hours=1), skus=frozenset("A"))
    assert (changed.purchased_at, changed.last_updated_at) == (AT + timedelta(hours=1), AT)
    assert changed.purchased_at.tzinfo is UTC
    assert (changed.skus, changed.asins) == ({"A"}, frozenset())
    assert changed._replace(purchased_at=AT, skus=frozenset()) == ORDER


def test_later_update_is_the_newer_version():
    """Whatever else the rows say, and whatever offset they were written in."""
    later = ORDER._replace(last_updated_at=AT + timedelta(microseconds=1), status=OrderStatus.PENDING)
    assert later.version > ORDER.version
    elsewhere = AT.astimezone(timezone(timedelta(hours=9)))
    assert ORDER._replace(last_updated_at=elsewhere, purchased_at=elsewhere).version == ORDER.version


def test_versions_of_one_second_are_ordered_by_status():
    """Further along wins; what was shipped is an order although a part was cancelled."""
    ascending = ("PENDING_AVAILABILITY", "PENDING", "OTHER", "CANCELLED", "SHIPPED")
    versions = [ORDER._replace(status=OrderStatus[name]).version for name in ascending]
    assert all(one < other for one, other in pairwise(versions))


@pytest.mark.parametrize(
    "change",
    [
        {"purchased_at": AT - timedelta(days=1)},
        {"fulfillment": None},
        {"sales_channel": "Amazon.fr"},
        {"ship_country": "FR"},
    ],
)
def test_versions_differ_when_content_does(change):
    """So that no tie is left to the order of arrival."""
    assert ORDER._replace(**change).version != ORDER.version


def test_items_are_no_part_of_the_version():
    """They accumulate."""
    assert ORDER._replace(skus=frozenset("A"), asins=frozenset("B")).version == ORDER.version


@pytest.mark.parametrize(
    ("status", "is_amazon", "has_claim", "counts"),
    [
        (OrderStatus.SHIPPED, True, False, True),
        (OrderStatus.OTHER, True, False, True),
        (OrderStatus.CANCELLED, True, False, False),
        (OrderStatus.CANCELLED, True, True, True),
        (OrderStatus.PENDING, True, True, False),
        (OrderStatus.PENDING_AVAILABILITY, True, False, False),
        (OrderStatus.SHIPPED, False, True, False),
    ],
)
def test_orders_count_for_rates_by_status_claim_and_channel(status, is_amazon, has_claim, counts):
    """A cancelled order counts only with a claim, a pending or foreign one never."""
    assert counts_for_rates(status, is_amazon=is_amazon, has_claim=has_claim) is counts


@pytest.mark.parametrize("cell", ["302-1234567-1234567", "S01-1234567-1234567", "NEW-1"])
def test_order_id_of_any_shape_is_one(cell):
    """Amazon may change the shape of its ids."""
    assert is_order_id(cell)


@pytest.mark.parametrize(
    "cell", ["", "Jane", "Jean-Luc", "JEAN-LUC", "x1@example.com", "+49-171-1", "12 High-Street", "1"]
)
def test_what_a_torn_row_holds_is_no_order_id(cell):
    """A name, an address or a telephone number never becomes a key."""
    assert not is_order_id(cell)


@pytest.mark.parametrize(("cell", "country"), [("DE", "DE"), (" gb ", "gb"), ("", ""), ("80331", ""), ("München", "")])
def test_country_is_two_letters_or_unknown(cell, country):
    """In a row that was shifted a postal code or a city stands in its place."""
    assert country_code(cell) == country


@pytest.mark.parametrize(
    ("shipped_after", "known", "late"),
    [
        (timedelta(seconds=1), True, True),
        (timedelta(0), True, False),
        (None, True, False),
        (timedelta(1), False, False),
    ],
)
def test_an_order_is_late_only_when_both_times_are_known(shipped_after, known, late):
    """Shipped at the very last moment is in time; what is not known is not held against anybody."""
    due = datetime(2026, 11, 20, 6, tzinfo=UTC)
    shipped_at = None if shipped_after is None else due + shipped_after
    promise = PromiseFact(
        "302-0000000-0000001",
        PromiseSource.ORDERS_API,
        due,
        latest_ship_at=due if known else None,
        shipped_at=shipped_at,
    )
    assert promise.shipped_late is late
