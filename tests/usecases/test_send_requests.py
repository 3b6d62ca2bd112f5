"""Sending: who may, how fast, and what a batch leaves behind.

What may go wrong between any two of its steps is in tests/property/test_request_machine.py.
"""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from goodstanding.contracts.errors import AmazonCallsStopped, SellerNotAuthorized, SpApiThrottled, SpApiUnavailable
from goodstanding.contracts.tasks import RegionInput, SendOutcome, SendRequestsInput, SendRequestsOutput
from goodstanding.core.alerts import AlertKind
from goodstanding.core.marketplaces import Region, by_country
from goodstanding.core.pacing import Bucket
from goodstanding.core.rate_limits import CREATE_SOLICITATION, GET_SOLICITATION_ACTIONS
from goodstanding.core.requests.consider import Wishes
from goodstanding.core.requests.decide import Answer
from goodstanding.core.requests.record import Reason, RequestRecord, RequestState
from goodstanding.ports.sellers import Seller
from goodstanding.usecases.plan_requests import plan_requests
from goodstanding.usecases.send_requests import send_requests
from tests.fakes.alerts import FakeAlertLedger
from tests.fakes.clock import FakeMovingClock
from tests.fakes.deadlines import FakeDeadlineStore
from tests.fakes.requests import FakeRequests
from tests.fakes.sellers import FakeSellerRegistry
from tests.fakes.solicitations import FakeSolicitations
from tests.orders import BOUGHT, DE, SELLER, a_promise, an_order, order_id

S = RequestState
TEN = datetime(2026, 11, 20, 9, tzinfo=UTC)  # in Berlin, two weeks after the promised delivery
CLOSES_AT = BOUGHT + timedelta(days=35)
LAST_SECOND = datetime(2026, 11, 20, 22, 59, 59, tzinfo=UTC)  # of that day in Berlin
FOREVER = timedelta(hours=99)


@dataclass
class Desk:
    """A seller's orders, all due, and the sender's ports."""

    wishes: Wishes = field(default_factory=Wishes)
    orders: int = 1
    at: datetime = TEN

    def __post_init__(self) -> None:
        self.clock = FakeMovingClock(self.at)
        self.store = FakeRequests(self.clock)
        self.alerts = FakeAlertLedger(self.clock)
        self.amazon = FakeSolicitations()
        self.registry = FakeSellerRegistry({SELLER: Seller(SELLER, (DE,), "en", mailbox=False, wishes=self.wishes)})
        numbers = range(1, self.orders + 1)
        self.store.put_orders(SELLER, DE, [an_order(number) for number in numbers])
        self.store.put_promises(SELLER, DE, [a_promise(number) for number in numbers])
        request = RegionInput(seller_id=SELLER, scheduled_at=TEN, region=Region.EU)
        plan_requests(request, self.registry, self.store, FakeDeadlineStore(self.alerts), BOUGHT, lambda: FOREVER)

    def send(self, *, holder: str = "run", observe: bool = False, remaining: timedelta = FOREVER) -> SendRequestsOutput:
        """One batch."""
        began = self.clock.now()
        request = SendRequestsInput(seller_id=SELLER, scheduled_at=TEN, region=Region.EU, holder=holder)
        return send_requests(
            request,
            self.registry,
            self.store,
            self.alerts,
            self.connect,
            self.clock,
            lambda: remaining - (self.clock.now() - began),
            observe=observe,
        )

    def connect(self, *_: Any) -> FakeSolicitations:
        """Amazon."""
        return self.amazon

    def record(self, number: int = 1) -> RequestRecord:
        """As it stands."""
        record: RequestRecord = self.store.records[SELLER, "DE", order_id(number)][0]
        return record

    def wish(self, **change: Any) -> None:
        """The seller thinks again."""
        seller = self.registry.get(SELLER)
        self.registry.sellers[SELLER] = replace(seller, wishes=replace(seller.wishes, **change))

    @property
    def posted(self) -> list[str]:
        """The orders that Amazon was asked to ask about."""
        return [order for operation, order in self.amazon.asked if operation == "post"]

    @property
    def is_free(self) -> bool:
        """Whether the turn was given back."""
        return not self.store.shifts


def test_due_orders_are_looked_at_and_asked():
    """Look, then post; once; and the turn is given back."""
    desk = Desk(orders=2)
    assert desk.send() == SendRequestsOutput(outcome=SendOutcome.DONE, sent=2, answered=4, unanswered=0, wait_seconds=0)
    assert desk.amazon.asked == [(operation, order_id(number)) for number in (1, 2) for operation in ("look", "post")]
    assert desk.send().sent == 0
    assert (desk.record().state, desk.record().attempts, desk.is_free) == (S.SENT, 1, True)


def test_turn_of_somebody_else_is_left_to_them():
    """Two runs at once: one of them sends."""
    desk = Desk()
    desk.store.begin_shift(SELLER, "EU", "other", TEN + timedelta(minutes=6))
    assert desk.send().outcome is SendOutcome.BUSY
    assert desk.amazon.asked == []


@pytest.mark.parametrize(
    ("how", "reason"),
    [("disabled", Reason.REQUESTS_DISABLED), ("observe", Reason.OBSERVING), ("stopped", Reason.STOPPED)],
)
def test_held_sender_calls_nobody_and_closes_what_is_over(how, reason):
    """Switched off, observing or stopped: nothing is sent, and a window that ends says why nobody was asked."""
    desk = Desk(wishes=Wishes(enabled=how != "disabled"))

    def stopped(*_: Any) -> FakeSolicitations:
        raise AmazonCallsStopped("stop")

    if how == "stopped":
        desk.connect = stopped
    assert desk.send(observe=how == "observe").outcome is SendOutcome.HELD
    assert desk.record().state is S.PLANNED
    desk.clock.time = CLOSES_AT
    assert desk.send(observe=how == "observe").outcome is SendOutcome.HELD
    assert (desk.record().state, desk.record().reason) == (S.WINDOW_CLOSED, reason)
    assert (desk.amazon.asked, desk.is_free) == ([], True)


def test_held_sender_leaves_a_lost_answer_unsettled():
    """Nobody may be asked what became of it; it is asked when the hold ends."""
    desk = Desk()
    desk.amazon.answers = [SpApiUnavailable("timeout")]
    desk.send()
    desk.clock.time = CLOSES_AT + timedelta(days=1)
    desk.send(observe=True)
    assert desk.record().state is S.SENDING
    desk.amazon.look_default = Answer.NOT_OFFERED
    desk.send()
    assert (desk.record().state, desk.record().reason) == (S.SENT, Reason.ANSWER_LOST)


def test_short_time_hands_the_rest_on():
    """The next batch goes on where this one stopped."""
    desk = Desk(orders=12)
    first = desk.send(remaining=timedelta(seconds=64))
    assert (first.outcome, 5 <= first.sent < 12) == (SendOutcome.MORE, True)
    assert desk.send().sent == 12 - first.sent


def test_burst_is_used_then_the_rate_kept_also_by_the_next_batch():
    """Five at once, then one a second."""
    desk = Desk(orders=9)
    desk.send()
    assert desk.clock.now() - TEN == timedelta(seconds=4)
    assert desk.store.buckets[SELLER, "EU"][CREATE_SOLICITATION.operation].tokens == 0


def test_rate_that_amazon_names_is_kept():
    """Half as fast as documented."""
    desk = Desk(orders=9)
    desk.amazon.limits = {CREATE_SOLICITATION.operation: Decimal("0.5")}
    desk.send()
    assert desk.clock.now() - TEN == timedelta(seconds=8)


@pytest.mark.parametrize("script", ["looks", "answers"])
@pytest.mark.parametrize("error", [SpApiUnavailable, SpApiThrottled])
def test_three_unreadable_answers_in_a_row_are_an_outage(script, error):
    """Seen by looks or by posts between good looks: the run stops, gives its turn back, and nothing is lost."""
    desk = Desk(orders=5)
    setattr(desk.amazon, script, [error("x")] * 3)
    with pytest.raises(error):
        desk.send()
    assert (len({order for _, order in desk.amazon.asked}), desk.is_free) == (3, True)
    desk.amazon.looks = desk.amazon.answers = []
    for _ in range(3):
        desk.clock.time += timedelta(minutes=1)
        desk.send()
    assert {desk.record(number).state for number in range(1, 6)} == {S.SENT}


def test_unreadable_answers_with_good_ones_between_are_no_outage():
    """One order's own trouble."""
    desk = Desk(orders=5)
    lost = SpApiUnavailable("x")
    desk.amazon.looks = [lost, lost, Answer.OFFERED, lost, lost]
    answer = desk.send()
    assert (answer.outcome, answer.sent, answer.wait_seconds) == (SendOutcome.UNSETTLED, 1, 60)
    assert desk.record(1).reason is Reason.UNAVAILABLE


def test_throttled_look_waits_and_empties_the_bucket():
    """Somebody else uses the rate too."""
    desk = Desk()
    desk.amazon.looks = [SpApiThrottled("429")]
    answer = desk.send()
    assert (answer.outcome, answer.wait_seconds) == (SendOutcome.UNSETTLED, 60)
    assert desk.store.buckets[SELLER, "EU"][GET_SOLICITATION_ACTIONS.operation].tokens == 0
    assert desk.record().state is S.PLANNED


def test_order_throttled_for_ever_never_breaks_the_sender():
    """However often: each time it is planned again, and in the end its window closes."""
    desk = Desk()
    desk.amazon.answer_default = SpApiThrottled("429")
    for _ in range(40):
        desk.send()
        desk.clock.time += timedelta(minutes=2)
    assert (desk.record().state, desk.record().attempts) == (S.PLANNED, 40)
    desk.clock.time = CLOSES_AT
    desk.send()
    assert (desk.record().state, desk.record().reason) == (S.WINDOW_CLOSED, Reason.THROTTLED)


@pytest.mark.parametrize("error", [SpApiUnavailable("no links"), SpApiThrottled("429")])
def test_orders_that_stay_broken_starve_nobody_behind_them(error):
    """Each is put off before the batch breaks off: some retries later, those that can be asked are."""
    desk = Desk(orders=20)
    desk.amazon.broken = {order_id(number): error for number in range(1, 17)}
    for _ in range(24):
        with suppress(SpApiUnavailable, SpApiThrottled):
            desk.send()
        desk.clock.time += timedelta(minutes=10)
    assert desk.posted == [order_id(number) for number in range(17, 21)]
    assert {desk.record(number).state for number in range(1, 17)} == {S.PLANNED}
    assert len(desk.amazon.asked) < 24 * 4
    desk.amazon.broken = {}
    desk.clock.time += timedelta(days=1)
    assert desk.send().sent == 16


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (SellerNotAuthorized("403"), Reason.NOT_AUTHORIZED),
        (SpApiUnavailable("503"), Reason.UNAVAILABLE),
        (SpApiThrottled("429"), Reason.THROTTLED),
    ],
)
def test_window_that_ends_while_nothing_can_be_asked_says_why(error, reason):
    """Also of orders that were never come to."""
    desk = Desk(orders=6)
    desk.amazon.look_default = error
    for at in (CLOSES_AT - timedelta(hours=1), CLOSES_AT):
        desk.clock.time = at
        with suppress(SpApiUnavailable, SpApiThrottled):
            desk.send()
    found = {(desk.record(number).state, desk.record(number).reason) for number in range(1, 7)}
    assert found == {(S.WINDOW_CLOSED, reason)}


def test_drought_that_is_known_at_the_end_of_a_batch_gives_up_none_of_its_beginning():
    """The orders nearest to their end are looked at first, when too few lists were empty to tell a drought."""
    desk = Desk(orders=15)
    desk.amazon.look_default = Answer.NOT_OFFERED
    for at in (CLOSES_AT - timedelta(hours=34), CLOSES_AT - timedelta(hours=10)):
        desk.clock.time = at
        desk.send()
    assert {desk.record(number).state for number in range(1, 16)} == {S.PLANNED}


@pytest.mark.parametrize("script", ["look_default", "answer_default"])
def test_refused_seller_stops_the_batch_and_is_told_once_a_day(script):
    """Every further call would be refused too; no order is to blame, and none counts towards the cap."""
    desk = Desk(orders=3, wishes=Wishes(daily_cap=1))
    setattr(desk.amazon, script, SellerNotAuthorized("403"))
    for _ in range(2):
        assert desk.send().outcome is SendOutcome.REFUSED
    assert {order for _, order in desk.amazon.asked} == {order_id(1)}
    assert [alert.kind for alert in desk.alerts.unsent(SELLER)] == [AlertKind.AUTHORIZATION]
    assert desk.record().state is S.PLANNED
    setattr(desk.amazon, script, Answer.OFFERED if script == "look_default" else Answer.ACCEPTED)
    assert desk.send().sent == 1


def test_daily_cap_leaves_the_rest_for_tomorrow_morning():
    """By the marketplace's day and hour; what Amazon refused does not count."""
    desk = Desk(orders=4, wishes=Wishes(daily_cap=2))
    desk.amazon.answers = [Answer.NOT_AVAILABLE]
    assert desk.send().sent == 2
    assert [desk.record(number).state for number in (1, 2, 3, 4)] == [S.PLANNED, S.SENT, S.SENT, S.PLANNED]
    assert (desk.record(4).reason, desk.record(4).next_at) == (Reason.DAILY_CAP, TEN + timedelta(days=1))
    desk.clock.time = TEN + timedelta(days=1)
    assert desk.send().sent == 2


@pytest.mark.parametrize(
    ("at", "state", "next_at"),
    [
        (LAST_SECOND, S.PLANNED, TEN + timedelta(days=1)),
        (CLOSES_AT - timedelta(seconds=1), S.WINDOW_CLOSED, None),
    ],
)
def test_waiting_for_a_token_past_midnight_or_the_windows_end_posts_nothing(at, state, next_at):
    """The gate is passed right before the post, not before the wait."""
    desk = Desk(at=at)
    desk.store.buckets[SELLER, "EU"] = {CREATE_SOLICITATION.operation: Bucket(Decimal(-1), at)}
    desk.send()
    assert (desk.posted, desk.record().state, desk.record().next_at) == ([], state, next_at)


@pytest.mark.parametrize("left", [timedelta(hours=2), timedelta(0)])
def test_shipped_taken_back_never_makes_a_run_go_round(left):
    """A status that is unknown again: the order waits, and is closed with its window."""
    desk = Desk(at=CLOSES_AT - left)
    desk.store.put_orders(SELLER, DE, [an_order(last_updated_at=TEN, status=an_order().status.OTHER)])
    assert desk.send().outcome is SendOutcome.DONE
    assert desk.record().state is (S.PLANNED if left else S.WINDOW_CLOSED)
    assert desk.posted == []


def test_marketplace_the_seller_left_waits_for_its_return():
    """What was planned there is not touched."""
    desk = Desk()
    seller = desk.registry.get(SELLER)
    desk.registry.sellers[SELLER] = replace(seller, marketplaces=(by_country("FR"),))
    assert desk.send().outcome is SendOutcome.DONE
    assert (desk.amazon.asked, desk.record().state) == ([], S.PLANNED)


def test_exclusion_added_after_planning_is_kept():
    """Rules are those of the moment of sending."""
    desk = Desk()
    desk.wish(skus=frozenset({"SKU-1"}))
    desk.send()
    assert (desk.amazon.asked, desk.record().reason) == ([], Reason.EXCLUDED_SKU)


def test_drought_is_told_once_and_gives_no_order_up():
    """Twenty empty lists: Amazon offers nothing to anybody."""
    desk = Desk(orders=25)
    desk.amazon.look_default = Answer.NOT_OFFERED
    for days in range(3):
        desk.clock.time = TEN + timedelta(days=days)
        desk.send()
    assert [alert.kind for alert in desk.alerts.unsent(SELLER)] == [AlertKind.ELIGIBILITY]
    assert {desk.record(number).reason for number in range(1, 26)} == {Reason.NO_ACTION_OFFERED}
    desk.amazon.look_default = Answer.OFFERED
    desk.clock.time = TEN + timedelta(days=3, hours=1)
    assert desk.send().sent == 25
