"""The ledger of feedback requests and the promises: the same promises kept by the fake of the use cases' tests and by DynamoDB."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from goodstanding.adapters.dynamodb.orders import DynamoOrderStore
from goodstanding.adapters.dynamodb.promises import DynamoPromiseStore
from goodstanding.adapters.dynamodb.requests import DynamoRequestLedger
from goodstanding.contracts.errors import Conflict
from goodstanding.core.marketplaces import by_country
from goodstanding.core.metrics import Window
from goodstanding.core.orders import OrderStatus, PromiseSource, ShipmentFact
from goodstanding.core.pacing import Bucket
from goodstanding.core.requests.consider import KnownOrder
from goodstanding.core.requests.decide import claimed
from goodstanding.core.requests.delivery import EstimateSource
from goodstanding.core.requests.drought import DayOfLooks
from goodstanding.core.requests.record import Reason, RequestRecord, RequestState
from goodstanding.core.requests.window import RequestWindow
from goodstanding.ports.promises import PromiseCursor
from goodstanding.ports.requests import ClaimOutcome, Heeded, OpenRequest, RequestLedger
from tests.fakes.requests import FakeRequests
from tests.orders import BOUGHT, DE, SELLER, a_promise, an_order, order_id

FR, US = by_country("FR"), by_country("US")
NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
DAY = date(2026, 11, 20)
HOUR = timedelta(hours=1)


@dataclass
class Stores:
    """The three ports onto the orders' table."""

    ledger: Any
    orders: Any
    promises: Any

    def planned(self, number: int = 1, marketplace=DE, **more: Any) -> RequestRecord:
        """An order and its planned request, as it stands."""
        self.orders.put_orders(SELLER, marketplace, [an_order(number)])
        assert self.ledger.put(SELLER, marketplace, a_record(number, **more), BOUGHT)
        return self.stands(number, marketplace)

    def stands(self, number: int = 1, marketplace=DE) -> RequestRecord:
        """The record as it stands."""
        record: RequestRecord | None = self.ledger.known(SELLER, marketplace, order_id(number))[1]
        assert record is not None
        return record

    def claim(self, record: RequestRecord, cap: int | None = None, marketplace=DE) -> ClaimOutcome:
        """Claim it."""
        outcome: ClaimOutcome = self.ledger.claim(SELLER, marketplace, record, day=DAY, cap=cap)
        return outcome


def a_record(number: int = 1, **more: Any) -> RequestRecord:
    """A request that is due."""
    record = RequestRecord(
        order_id(number),
        RequestWindow(NOW - 5 * HOUR, NOW - HOUR, NOW + 50 * HOUR),
        EstimateSource.ORDERS_API,
        state=RequestState.PLANNED,
        next_at=NOW,
    )
    return replace(record, **more)


FULL = a_record(
    state=RequestState.SENDING,
    reason=Reason.ANSWER_PENDING,
    attempts=3,
    empty_reads=2,
    first_empty_at=NOW - 30 * HOUR,
    refusals=1,
    refused_for=Reason.NOT_AVAILABLE,
    posted_at=NOW - timedelta(microseconds=1),
    lost_at=NOW - 7 * HOUR,
    sent_at=NOW - 8 * HOUR,
)


@pytest.fixture(params=["fake", "dynamodb"])
def stores(request, clock) -> Iterator[Stores]:
    """Empty, twice: in memory and in the embedded AWS."""
    if request.param == "fake":
        fake = FakeRequests(clock)
        yield Stores(fake, fake, fake)
        return
    aws = request.getfixturevalue("lasting_aws")
    client, table = aws.client("dynamodb"), aws.names["OrdersTable"]
    yield Stores(
        DynamoRequestLedger(client, table, clock), DynamoOrderStore(client, table), DynamoPromiseStore(client, table)
    )
    aws.clear("OrdersTable")


# ---- what is known ------------------------------------------------------------------------------------------------------------


def test_replacement_is_known_as_one(stores):
    """By what a report said of it."""
    stores.orders.put_orders(SELLER, DE, [an_order(1), an_order(2, is_replacement=True)])
    known = [stores.ledger.known(SELLER, DE, order_id(number))[0] for number in (1, 2)]
    assert [one.order.is_replacement for one in known] == [False, True]


def test_everything_known_of_an_order_comes_back(stores):
    """Facts, shipments, promises, the buyer's word and the record, to the microsecond."""
    shipment = ShipmentFact(order_id(1), "S1", BOUGHT, BOUGHT + 72 * HOUR)
    undated = ShipmentFact(order_id(1), "S2", None, None)
    promise = a_promise(
        status=OrderStatus.SHIPPED,
        latest_ship_at=BOUGHT,
        shipped_at=BOUGHT + timedelta(microseconds=5),
        is_replacement=True,
        delivered_at=NOW,
    )
    silent = a_promise(source=PromiseSource.ORDERS_API, earliest_delivery_at=None, latest_delivery_at=None)
    stores.orders.put_orders(SELLER, DE, [an_order(), an_order(skus=frozenset(), asins=frozenset({"B000000002"}))])
    stores.orders.put_shipments(SELLER, DE, [shipment, undated], NOW)
    stores.promises.put_promises(SELLER, DE, [promise, silent])
    stores.ledger.opt_out(SELLER, order_id(1), "mail", NOW)
    assert stores.ledger.put(SELLER, DE, FULL, BOUGHT)

    known, record = stores.ledger.known(SELLER, DE, order_id(1))

    assert record == replace(FULL, revision=1)
    assert known.order == an_order(asins=frozenset({"B000000001", "B000000002"}))
    assert set(known.shipments) == {shipment, undated}
    assert set(known.promises) == {promise, silent}
    assert known.opted_out is True


def test_order_without_channel_or_items_comes_back(stores):
    """Amazon's word for the channel may be new, its items may be missing."""
    bare = an_order(fulfillment=None, skus=frozenset(), asins=frozenset())
    stores.orders.put_orders(SELLER, DE, [bare])
    assert stores.ledger.known(SELLER, DE, order_id(1)) == (KnownOrder(bare), None)


def test_order_of_which_only_a_notification_told_is_not_known_yet(stores):
    """A promise may come before the report; and each marketplace and seller is its own."""
    stores.promises.put_promises(SELLER, DE, [a_promise()])
    assert stores.ledger.known(SELLER, DE, order_id(1)) == (None, None)
    stores.orders.put_orders(SELLER, DE, [an_order()])
    assert stores.ledger.known(SELLER, FR, order_id(1)) == (None, None)
    assert stores.ledger.known("A2EXAMPLE00002", DE, order_id(1)) == (None, None)
    assert stores.ledger.known(SELLER, DE, order_id(1))[0].promises == (a_promise(),)


@pytest.mark.parametrize("newer_first", [False, True])
def test_promises_are_known_whatever_their_order_of_arrival(stores, newer_first):
    """Notifications come late, twice and in any order."""
    older, newer = a_promise(), a_promise(said_at=BOUGHT + 2 * HOUR, latest_delivery_at=BOUGHT + 99 * HOUR)
    for each in (newer, older, newer) if newer_first else (older, newer, older):
        stores.promises.put_promises(SELLER, DE, [each])
    stores.orders.put_orders(SELLER, DE, [an_order()])
    assert stores.ledger.known(SELLER, DE, order_id(1))[0].promises == (older, newer)


# ---- what to consider ---------------------------------------------------------------------------------------------------------


def flagged(stores: Stores, marketplace=DE) -> list[str]:
    """The orders to be considered."""
    return [each.order_id for each in stores.ledger.flagged(SELLER, marketplace)]


def test_whatever_becomes_known_flags_its_order_once(stores):
    """Orders that matter for requests, shipments and promises; each order once, each marketplace for itself."""
    stores.orders.put_orders(
        SELLER, DE, [an_order(1), an_order(2, status=OrderStatus.CANCELLED), an_order(3, status=OrderStatus.PENDING)]
    )
    stores.orders.put_shipments(SELLER, DE, [ShipmentFact(order_id(1), "S1", None, None)], NOW)
    stores.promises.put_promises(SELLER, DE, [a_promise(1), a_promise(4)])
    stores.orders.put_orders(SELLER, FR, [an_order(5)])
    assert flagged(stores) == [order_id(1), order_id(2), order_id(4)]
    assert flagged(stores, FR) == [order_id(5)]


def test_considered_order_is_flagged_by_news_only(stores):
    """News that came between reading and unflagging keep the flag."""
    stores.orders.put_orders(SELLER, DE, [an_order()])
    stores.promises.put_promises(SELLER, DE, [a_promise()])
    (seen,) = stores.ledger.flagged(SELLER, DE)
    stores.promises.put_promises(SELLER, DE, [a_promise(said_at=BOUGHT + 5 * HOUR)])
    stores.ledger.unflag(SELLER, DE, seen)
    assert flagged(stores) == [order_id(1)]
    (seen,) = stores.ledger.flagged(SELLER, DE)
    stores.ledger.unflag(SELLER, DE, seen)
    assert flagged(stores) == []
    stores.promises.put_promises(SELLER, DE, [a_promise()])
    assert flagged(stores) == []


# ---- records ------------------------------------------------------------------------------------------------------------------


def test_record_is_written_over_its_own_revision_only(stores):
    """Two writers who read the same record: the second changes nothing."""
    stores.orders.put_orders(SELLER, DE, [an_order()])
    assert stores.ledger.put(SELLER, DE, a_record(), BOUGHT)
    assert not stores.ledger.put(SELLER, DE, a_record(), BOUGHT)
    first = stores.stands()
    assert stores.ledger.put(SELLER, DE, replace(first, reason=Reason.DAILY_CAP), BOUGHT)
    assert not stores.ledger.put(SELLER, DE, replace(first, reason=Reason.THROTTLED), BOUGHT)
    assert stores.stands() == replace(first, reason=Reason.DAILY_CAP, revision=2)


def test_claim_is_written_once(stores):
    """Two senders who read the same record: one of them posts."""
    record = stores.planned()
    claim = claimed(record, NOW)
    assert stores.claim(claim) is ClaimOutcome.CLAIMED
    assert stores.claim(claim) is ClaimOutcome.CHANGED
    assert stores.stands() == replace(claim, revision=record.revision + 1)
    assert not stores.ledger.put(SELLER, DE, replace(record, reason=Reason.DAILY_CAP), BOUGHT)


def test_second_claim_remembers_the_first(stores):
    """A claim upon a claim keeps what was counted, and when it was lost."""
    stores.planned(empty_reads=1, first_empty_at=NOW - HOUR)
    stores.claim(claimed(stores.stands(), NOW))
    again = claimed(stores.stands(), NOW + HOUR)
    assert stores.claim(again) is ClaimOutcome.CLAIMED
    found = stores.stands()
    assert (found.attempts, found.posted_at, found.lost_at, found.empty_reads) == (2, NOW + HOUR, NOW, 1)


def test_claim_of_what_nobody_planned_is_none(stores):
    """There is nothing to write over."""
    assert stores.claim(claimed(a_record(), NOW)) is ClaimOutcome.CHANGED


def test_opt_out_stored_before_the_claim_prevents_it(stores):
    """However late it comes; nothing is changed or counted. It holds in every marketplace of the seller."""
    record, elsewhere = stores.planned(1), stores.planned(1, FR)
    stores.ledger.opt_out(SELLER, order_id(1), "mail", NOW)
    stores.ledger.opt_out(SELLER, order_id(1), "mail again", NOW + HOUR)
    assert stores.claim(claimed(record, NOW), cap=1) is ClaimOutcome.OPTED_OUT
    assert stores.claim(claimed(elsewhere, NOW), marketplace=FR) is ClaimOutcome.OPTED_OUT
    assert stores.stands() == record
    assert stores.claim(claimed(stores.planned(2), NOW), cap=1) is ClaimOutcome.CLAIMED


def test_opt_out_flags_the_order_where_it_is_known(stores):
    """A planned request is considered again at once; an order that no report has told of is not made up."""
    stores.orders.put_orders(SELLER, DE, [an_order()])
    (flagged,) = stores.ledger.flagged(SELLER, DE)
    stores.ledger.unflag(SELLER, DE, flagged)
    for number in (1, 2):
        stores.ledger.opt_out(SELLER, order_id(number), "notice", NOW, [DE, by_country("FR")])
    assert [one.order_id for one in stores.ledger.flagged(SELLER, DE)] == [order_id(1)]
    (flagged,) = stores.ledger.flagged(SELLER, DE)
    stores.ledger.unflag(SELLER, DE, flagged)
    assert list(stores.ledger.flagged(SELLER, DE)) == list(stores.ledger.flagged(SELLER, by_country("FR"))) == []
    assert stores.ledger.known(SELLER, DE, order_id(2)) == (None, None)


def test_day_has_no_more_claims_than_its_cap(stores):
    """One count for a seller and day, whatever the marketplace and region; what was certainly not sent is given back."""
    first, second, third = stores.planned(1), stores.planned(2, FR), stores.planned(3, US)
    assert stores.claim(claimed(first, NOW), cap=1) is ClaimOutcome.CLAIMED
    assert stores.claim(claimed(second, NOW), cap=1, marketplace=FR) is ClaimOutcome.CAPPED
    assert stores.claim(claimed(third, NOW), cap=1, marketplace=US) is ClaimOutcome.CAPPED
    other_day = stores.ledger.claim(SELLER, FR, claimed(second, NOW), day=DAY + timedelta(days=1), cap=1)
    assert other_day is ClaimOutcome.CLAIMED
    stores.ledger.uncount(SELLER, DAY)
    stores.ledger.uncount(SELLER, DAY)
    assert stores.claim(claimed(stores.planned(4), NOW), cap=1) is ClaimOutcome.CLAIMED
    assert stores.claim(claimed(stores.planned(5), NOW), cap=1) is ClaimOutcome.CAPPED
    assert stores.claim(claimed(stores.stands(5), NOW), cap=None) is ClaimOutcome.CLAIMED


def test_cap_lowered_below_the_days_count_stops_the_day(stores):
    """What was sent was sent; no more of it."""
    for number in (1, 2):
        stores.claim(claimed(stores.planned(number), NOW))
    assert stores.claim(claimed(stores.planned(3), NOW), cap=1) is ClaimOutcome.CAPPED


def test_open_requests_are_what_still_needs_work_by_the_windows_ends(stores):
    """Of one seller and region, all its marketplaces, now or later; what is done is not among them."""
    late = RequestWindow(NOW, NOW, NOW + 9 * HOUR)
    stores.planned(1)
    stores.planned(2, FR, window=late)
    stores.planned(3, next_at=NOW + HOUR)
    stores.planned(4, state=RequestState.SENT, next_at=None)
    stores.planned(5, US)
    assert list(stores.ledger.open_requests(SELLER, "EU")) == [
        OpenRequest(order_id(2), FR, closes_at=NOW + 9 * HOUR, next_at=NOW),
        OpenRequest(order_id(1), DE, closes_at=NOW + 50 * HOUR, next_at=NOW),
        OpenRequest(order_id(3), DE, closes_at=NOW + 50 * HOUR, next_at=NOW + HOUR),
    ]
    assert list(stores.ledger.open_requests("A2EXAMPLE00002", "EU")) == []


def test_claimed_request_stays_open_until_its_answer_is_there(stores):
    """From the time at which it is looked at; settled, it needs no more work."""
    stores.claim(claimed(stores.planned(), NOW))
    (claim,) = stores.ledger.open_requests(SELLER, "EU")
    assert (claim.order_id, claim.next_at) == (order_id(1), stores.stands().next_at)
    assert claim.next_at > NOW
    stores.ledger.put(SELLER, DE, replace(stores.stands(), state=RequestState.SENT, next_at=None), BOUGHT)
    assert list(stores.ledger.open_requests(SELLER, "EU")) == []


def test_moved_window_moves_an_open_request(stores):
    """The order is that of today's windows, and nothing is listed twice."""
    stores.planned(1)
    stores.planned(2, window=RequestWindow(NOW, NOW, NOW + 60 * HOUR))
    later = RequestWindow(NOW, NOW, NOW + 70 * HOUR)
    stores.ledger.put(SELLER, DE, replace(stores.stands(1), window=later), BOUGHT)
    assert [one.order_id for one in stores.ledger.open_requests(SELLER, "EU")] == [order_id(2), order_id(1)]


def test_requests_are_listed_by_the_local_day_of_purchase(stores):
    """Also those that were claimed, and only the marketplace's."""
    stores.planned(1)
    stores.claim(claimed(stores.stands(), NOW))
    late_evening = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)  # the third in Berlin
    stores.ledger.put(SELLER, DE, a_record(2), late_evening)
    stores.planned(3, FR)
    one, three = date(2026, 11, 1), date(2026, 11, 3)

    def found(first: date, last: date) -> list[str]:
        return [each.order_id for each in stores.ledger.requests(SELLER, DE, Window(first, last))]

    assert found(one, three) == [order_id(1), order_id(2)]
    assert found(one, date(2026, 11, 2)) == [order_id(1)]
    assert found(three, three) == [order_id(2)]


# ---- the sender's turn --------------------------------------------------------------------------------------------------------


def test_turn_is_one_senders_until_it_ends_or_lapses(stores, clock):
    """Others wait; the holder itself may begin anew; another region is another turn."""
    begin = stores.ledger.begin_shift
    assert begin(SELLER, "EU", "a", NOW + HOUR).buckets == {}
    assert begin(SELLER, "EU", "b", NOW + HOUR) is None
    assert begin(SELLER, "EU", "a", NOW + HOUR) is not None
    assert begin(SELLER, "NA", "b", NOW + HOUR) is not None
    clock.wait(HOUR)
    assert begin(SELLER, "EU", "b", NOW + 2 * HOUR) is None
    clock.wait(timedelta(seconds=1))
    assert begin(SELLER, "EU", "b", NOW + 2 * HOUR) is not None


def test_turn_hands_the_rates_on(stores):
    """Who comes next goes by what is left; who lost the turn meanwhile changes nothing."""
    buckets = {"look": Bucket(Decimal("2.5"), NOW), "post": Bucket(Decimal(-1), NOW + HOUR)}
    stores.ledger.begin_shift(SELLER, "EU", "a", NOW + HOUR)
    stores.ledger.end_shift(SELLER, "EU", "b", {})
    assert stores.ledger.begin_shift(SELLER, "EU", "b", NOW + HOUR) is None
    stores.ledger.end_shift(SELLER, "EU", "a", buckets)
    assert stores.ledger.begin_shift(SELLER, "EU", "b", NOW + HOUR).buckets == buckets


def test_rules_that_were_heeded_are_remembered_by_marketplace(stores):
    """And the day of purchase from which on they were not yet."""
    assert stores.ledger.heeded(SELLER, DE) is None
    for heeded in (Heeded("a", left_from=DAY), Heeded("a")):
        stores.ledger.put_heeded(SELLER, DE, heeded)
        assert stores.ledger.heeded(SELLER, DE) == heeded
    assert stores.ledger.heeded(SELLER, FR) is None


def test_looks_add_up_by_day(stores):
    """Oldest first, each region for itself."""
    count = stores.ledger.count_looks
    count(SELLER, "EU", DAY, 3, 0)
    count(SELLER, "EU", date(2026, 11, 9), 5, 2)
    count(SELLER, "EU", DAY, 4, 1)
    count(SELLER, "FE", DAY, 9, 9)
    assert stores.ledger.looks(SELLER, "EU") == (DayOfLooks(date(2026, 11, 9), 5, 2), DayOfLooks(DAY, 7, 1))
    assert stores.ledger.looks("A2EXAMPLE00002", "EU") == ()


@pytest.mark.parametrize(
    "cursor", [PromiseCursor(NOW), PromiseCursor(NOW - HOUR, NOW), PromiseCursor(NOW - HOUR, NOW, "token")]
)
def test_cursor_of_promises_is_remembered(stores, cursor):
    """Each region's own, the last one."""
    assert stores.promises.promise_cursor(SELLER, "EU") is None
    stores.promises.put_promise_cursor(SELLER, "EU", PromiseCursor(BOUGHT, NOW, "old"))
    stores.promises.put_promise_cursor(SELLER, "EU", cursor)
    assert stores.promises.promise_cursor(SELLER, "EU") == cursor
    assert stores.promises.promise_cursor(SELLER, "FE") is None


# ---- DynamoDB only ------------------------------------------------------------------------------------------------------------


class CancelledTransaction(Exception):
    """What DynamoDB raises when somebody else's transaction is in the way."""

    def __init__(self) -> None:
        reasons = ("None", "TransactionConflict", "None")
        self.response = {"CancellationReasons": [{"Code": reason} for reason in reasons]}


class FakeClient:
    """A DynamoDB that is busy with the same items."""

    exceptions = SimpleNamespace(TransactionCanceledException=CancelledTransaction)

    def transact_write_items(self, **_: Any) -> None:
        """In the way."""
        raise CancelledTransaction


def test_transaction_in_the_way_says_nothing_of_the_buyer(clock):
    """A conflict is tried again; it is no opt-out, which would be for good."""
    ledger: RequestLedger = DynamoRequestLedger(FakeClient(), "orders", clock)
    with pytest.raises(Conflict):
        ledger.claim(SELLER, DE, claimed(a_record(), NOW), day=DAY, cap=None)
