"""A seller's weeks of feedback requests, for Hypothesis to live through.

The real use cases run against a ledger with the conditional writes of the real one, and against an Amazon that loses answers,
refuses, throttles and offers nothing by chance. Processes die at any call; others run in between.
"""

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from goodstanding.contracts.errors import SpApiThrottled, SpApiUnavailable
from goodstanding.contracts.tasks import RegionInput, SendOutcome, SendRequestsInput
from goodstanding.core.marketplaces import Marketplace, Region, by_country
from goodstanding.core.orders import Fulfillment, OrderStatus, PromiseSource, ShipmentFact
from goodstanding.core.requests.consider import Wishes
from goodstanding.core.requests.decide import SETTLING
from goodstanding.core.requests.record import OPEN, Reason, RequestRecord, RequestState
from goodstanding.ports.sellers import Seller
from goodstanding.usecases.plan_requests import plan_requests
from goodstanding.usecases.send_requests import send_requests
from tests.fakes.alerts import FakeAlertLedger
from tests.fakes.clock import FakeMovingClock
from tests.fakes.deadlines import FakeDeadlineStore
from tests.fakes.requests import FakeRequests
from tests.fakes.sellers import FakeSellerRegistry
from tests.life import Killed, Life
from tests.orders import SELLER, a_promise, an_order, order_id
from tests.property.watched_amazon import UNTRUE, Amazon, Session, Side, WatchedLedger, window_of

if TYPE_CHECKING:
    from collections.abc import Callable

S = RequestState
MARKETPLACES = (by_country("DE"), by_country("GB"))
START = datetime(2026, 10, 22, 7, 59, tzinfo=UTC)  # three days before the clocks go back
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
ENDS = {S.SENT, S.ALREADY_ASKED, S.OPTED_OUT, S.NOT_ELIGIBLE, S.FAILED}
A_LAMBDA = timedelta(minutes=5)
MANY = 40

FAULTS = st.lists(
    st.sampled_from(["none", "none", "throttled", "lost_before", "lost_after", "revoked", *UNTRUE]), max_size=6
)


class RequestMachine(RuleBasedStateMachine):
    """A seller's orders over weeks."""

    @initialize(
        send_hour=st.sampled_from([0, 2, 10, 23]),
        delay_days=st.sampled_from([5, 7, 25]),
        lag=st.sampled_from([timedelta(0), timedelta(seconds=30), 10 * MINUTE]),
        bought_ago=st.lists(st.integers(24 * 15, 24 * 30), min_size=1, max_size=2),
    )
    def begin(self, send_hour: int, delay_days: int, lag: timedelta, bought_ago: list[int]) -> None:
        """A seller, and an order or two to begin with."""
        self.clock = FakeMovingClock(START)
        self.store = FakeRequests(self.clock)
        self.alerts = FakeAlertLedger(self.clock)
        self.deadlines = FakeDeadlineStore(self.alerts)
        wishes = Wishes(delay_days=delay_days, send_hour=send_hour)
        self.registry = FakeSellerRegistry({SELLER: Seller(SELLER, MARKETPLACES, "en", mailbox=False, wishes=wishes)})
        self.lag = lag
        self.sides: dict[str, Side] = {}
        self.accepted: Counter[tuple[Region, date]] = Counter()
        self.ended: dict[str, RequestState] = {}
        for hours in bought_ago:
            self.sell(MARKETPLACES[0], hours, Fulfillment.MFN, "SKU-1", takes=True)

    # ---- what becomes known -----------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.sides) < 4)
    @rule(
        marketplace=st.sampled_from(MARKETPLACES),
        bought_ago=st.integers(0, 24 * 40),
        channel=st.sampled_from(Fulfillment),
        sku=st.sampled_from(["SKU-1", "SKU-2"]),
        takes=st.sampled_from([True, True, True, False]),
    )
    def sell(self, marketplace: Marketplace, bought_ago: int, channel: Fulfillment, sku: str, *, takes: bool) -> None:
        """A report tells of a shipped order; Amazon lets it be asked about or not."""
        number, at = len(self.sides) + 1, self.clock.now() - bought_ago * HOUR
        self.sides[order_id(number)] = Side(marketplace, takes)
        facts = an_order(number, purchased_at=at, last_updated_at=at, fulfillment=channel, skus=frozenset({sku}))
        self.store.put_orders(SELLER, marketplace, [facts])

    @precondition(lambda self: self.sides)
    @rule(pick=st.integers(0, 9), arrives_in=st.integers(-24 * 20, 24 * 12), parcel=st.sampled_from("ab"))
    def ship(self, pick: int, arrives_in: int, parcel: str) -> None:
        """A shipment report moves the estimate."""
        order, side = self._picked(pick)
        fact = ShipmentFact(order, parcel, self.clock.now(), self.clock.now() + arrives_in * HOUR)
        self.store.put_shipments(SELLER, side.marketplace, [fact], self.clock.now())

    @precondition(lambda self: self.sides)
    @rule(
        pick=st.integers(0, 9),
        said_ago=st.integers(0, 72),
        source=st.sampled_from(PromiseSource),
        first=st.integers(-24 * 20, 24 * 12),
        last=st.integers(-24 * 20, 24 * 12),
        status=st.sampled_from(
            [None, OrderStatus.SHIPPED, OrderStatus.SHIPPED, OrderStatus.CANCELLED, OrderStatus.OTHER]
        ),
    )
    def promise(
        self, pick: int, said_ago: int, source: PromiseSource, first: int, last: int, status: OrderStatus | None
    ) -> None:
        """A notification, late or twice, with dates in any order, perhaps of a cancellation."""
        order, side = self._picked(pick)
        now = self.clock.now()
        fact = a_promise(
            source=source,
            said_at=now - said_ago * HOUR,
            earliest_delivery_at=now + first * HOUR,
            latest_delivery_at=now + last * HOUR,
            status=status,
        )
        self.store.put_promises(SELLER, side.marketplace, [replace(fact, order_id=order)] * 2)

    @precondition(lambda self: self.sides)
    @rule(pick=st.integers(0, 9))
    def opt_out(self, pick: int) -> None:
        """The buyer's word arrives."""
        self.store.opt_out(SELLER, self._picked(pick)[0], "mail", self.clock.now())

    @rule(
        change=st.sampled_from(
            [
                {"enabled": False},
                {"enabled": True},
                {"daily_cap": 1},
                {"daily_cap": 2},
                {"daily_cap": None},
                {"skus": frozenset({"SKU-2"})},
                {"skus": frozenset()},
                {"channels": frozenset()},
                {"channels": frozenset({Fulfillment.AFN})},
                {"delay_days": 12},
                {"send_hour": 15},
            ]
        )
    )
    def change_settings(self, change: dict[str, Any]) -> None:
        """The seller thinks again."""
        self._wish(**change)

    @rule(pause=st.sampled_from([MINUTE, 5 * MINUTE, HOUR, 7 * HOUR, DAY, DAY, 5 * DAY]))
    def wait(self, pause: timedelta) -> None:
        """Time passes."""
        self.clock.time += pause

    # ---- what runs --------------------------------------------------------------------------------------------------------

    @rule(killed_at=st.integers(0, 12), after_effect=st.booleans())
    def plan(self, killed_at: int, *, after_effect: bool) -> None:
        """An hourly run considers what is flagged, perhaps not to its end."""
        life = Life(killed_at, after_effect)
        with suppress(Killed):
            self._plan(life)
        if not life.dead:
            assert not any(self.store.flags.values())
            self._the_rules_are_heeded()

    def _the_rules_are_heeded(self) -> None:
        """Of what was shipped, nothing is planned against them, and nothing left out by rules that are gone."""
        wishes = self.registry.get(SELLER).wishes
        for order, record in self._records().items():
            known = self.store.known(SELLER, self.sides[order].marketplace, order)[0]
            assert known is not None
            by_sku, by_channel = known.order.skus & wishes.skus, known.order.fulfillment in wishes.channels
            if known.status is OrderStatus.SHIPPED:
                assert record.state is not S.PLANNED or not (by_sku or by_channel)
                assert record.state is not S.EXCLUDED or by_sku or by_channel

    @rule(
        holder=st.sampled_from("ab"),
        faults=FAULTS,
        killed_at=st.one_of(st.just(0), st.integers(1, 25)),
        after_effect=st.booleans(),
        in_time=st.booleans(),
        remaining=st.sampled_from([timedelta(seconds=30), A_LAMBDA, A_LAMBDA]),
    )
    def send(
        self,
        holder: str,
        faults: list[str],
        killed_at: int,
        *,
        after_effect: bool,
        in_time: bool,
        remaining: timedelta,
    ) -> None:
        """A run sends, batch after batch, until it is done, fails or dies."""
        if in_time:
            self._go_to_work()
        self._send(holder, Life(killed_at, after_effect), faults, remaining)

    @precondition(lambda self: self.sides)
    @rule(
        holders=st.sampled_from(["aa", "aa", "ab"]),
        faults=FAULTS,
        others_faults=FAULTS,
        between=st.integers(1, 14),
        stall=st.sampled_from([timedelta(0), 30 * timedelta(seconds=1), 7 * MINUTE]),
        deed=st.sampled_from(["send", "send", "plan", "opt_out", "cancel"]),
        pick=st.integers(0, 9),
    )
    def interleave(
        self,
        holders: str,
        faults: list[str],
        others_faults: list[str],
        between: int,
        stall: timedelta,
        deed: str,
        pick: int,
    ) -> None:
        """While a run sends, it is held up at some call, and something else happens meanwhile."""
        self._go_to_work()
        mine, other = holders
        deeds: dict[str, Callable[[], None]] = {
            "send": lambda: self._send(other, Life(), others_faults, A_LAMBDA),
            "plan": lambda: self._plan(Life()),
            "opt_out": lambda: self.opt_out(pick),
            "cancel": lambda: self.promise(pick, 0, PromiseSource.ORDER_CHANGE, 0, 0, OrderStatus.CANCELLED),
        }

        def meanwhile() -> None:
            self.clock.time += stall
            deeds[deed]()

        self._send(mine, Life(at_call={between: meanwhile}), faults, A_LAMBDA)

    def _go_to_work(self) -> None:
        """To the next moment at which there is something to do."""
        self._plan(Life())
        due = [record.next_at for record in self._records().values() if record.next_at is not None]
        self.clock.time = max([self.clock.now(), *([min(due)] if due else [])])

    def _plan(self, life: Life) -> None:
        request = RegionInput(seller_id=SELLER, scheduled_at=START, region=Region.EU)
        plan_requests(
            request,
            life.through(self.registry),
            life.through(self.store),
            self.deadlines,
            self.clock.now(),
            lambda: A_LAMBDA,
        )

    def _send(self, holder: str, life: Life, faults: list[str], remaining: timedelta) -> None:
        """As the state machine does: again at once, or after the wait, until the run is over."""
        session = Session(life, list(faults))
        for _ in range(MANY):
            began = self.clock.now()
            session.wishes = self.registry.get(SELLER).wishes
            request = SendRequestsInput(
                seller_id=SELLER, scheduled_at=self.clock.now(), region=Region.EU, holder=holder
            )
            try:
                answer = send_requests(
                    request,
                    life.through(self.registry),
                    life.through(WatchedLedger(self.store, session)),
                    life.through(self.alerts),
                    lambda _seller, _region: Amazon(self, session),
                    life.through(self.clock),
                    lambda began=began, left=remaining: left - (self.clock.now() - began),
                    observe=False,
                )
            except (Killed, SpApiThrottled, SpApiUnavailable):
                return
            if answer.outcome not in {SendOutcome.MORE, SendOutcome.UNSETTLED}:
                return
            remaining = A_LAMBDA
            self.clock.time += timedelta(seconds=answer.wait_seconds)
        pytest.fail("the run never ends")

    # ---- what must hold ---------------------------------------------------------------------------------------------------

    @invariant()
    def what_is_open_is_due_some_time_and_nothing_else(self) -> None:
        """No open request is ever lost from the index; only what is taken for sent is looked at again."""
        for record in self._records().values():
            if record.reason is not Reason.ANSWER_LOST:
                assert (record.next_at is not None) is (record.state in OPEN)

    @invariant()
    def ends_stay_ends(self) -> None:
        """And keep their reasons where they need one. Taken for sent is an end when nobody looks again."""
        for order, record in self._records().items():
            assert self.ended.get(order, record.state) is record.state
            if record.state in ENDS and record.state is not None and record.next_at is None:
                self.ended[order] = record.state
            if record.state is S.SENT:
                assert record.sent_at is not None
                assert record.reason in {None, Reason.ANSWER_LOST}
                assert record.reason is Reason.ANSWER_LOST or self.sides[order].accepted_at is not None
            elif record.state not in {S.PLANNED, None}:
                assert record.reason is not None
            if record.state is S.WINDOW_CLOSED:
                assert record.window.closes_at <= self.clock.now()

    def teardown(self) -> None:
        """When nothing goes wrong any more, every request comes to its end, and whoever can be asked is asked."""
        if not hasattr(self, "sides"):
            return
        self._wish(enabled=True, daily_cap=None)
        self.clock.time += 7 * MINUTE  # a killed sender's turn lapses
        self._plan(Life())
        hopeful = {order for order in self.sides if self._can_still_be_asked(order)}
        for _ in range(60 * len(self.sides)):
            if all(record.next_at is None for record in self._records().values()):
                break
            self._go_to_work()
            self._send("calm", Life(), [], A_LAMBDA)
        for order, side in self.sides.items():
            record = self._records().get(order)
            assert record is None or record.state not in OPEN
            if side.accepted_at is None:
                assert order not in hopeful
                continue
            assert record is not None
            if not side.spoilt:
                assert record.state in (
                    {S.SENT}
                    if self.lag < SETTLING and not side.late
                    else {S.SENT, S.OPTED_OUT, S.EXCLUDED, S.WINDOW_CLOSED}
                )
                assert side.answered or record.state is not S.SENT or record.reason is Reason.ANSWER_LOST
        self.ends_stay_ends()

    def _can_still_be_asked(self, order: str) -> bool:
        """In work, taken by Amazon, wanted by everybody, with days to go; and no lie about it that is believed."""
        side, record = self.sides[order], self._records().get(order)
        if record is None or record.next_at is None or not side.takes or side.spoilt or side.accepted_at is not None:
            return False
        known = self.store.known(SELLER, side.marketplace, order)[0]
        wishes = self.registry.get(SELLER).wishes
        assert known is not None
        wanted = (
            known.status is OrderStatus.SHIPPED
            and not known.opted_out
            and not known.order.skus & wishes.skus
            and known.order.fulfillment not in wishes.channels
        )
        return wanted and window_of(known, wishes, side.marketplace)[2] - self.clock.now() > 2 * DAY

    def is_open(self, order: str) -> bool:
        """Whether Amazon would let it be asked now: it goes by the same dates."""
        side = self.sides[order]
        known = self.store.known(SELLER, side.marketplace, order)[0]
        assert known is not None
        opens_at, _, closes_at = window_of(known, self.registry.get(SELLER).wishes, side.marketplace)
        return opens_at <= self.clock.now() < closes_at and known.status is OrderStatus.SHIPPED

    def record(self, order: str) -> RequestRecord:
        """As it stands."""
        return self._records()[order]

    def _records(self) -> dict[str, RequestRecord]:
        return {place[2]: record for place, (record, _) in self.store.records.items()} if hasattr(self, "store") else {}

    def _picked(self, pick: int) -> tuple[str, Side]:
        orders = sorted(self.sides)
        order = orders[pick % len(orders)]
        return order, self.sides[order]

    def _wish(self, **change: Any) -> None:
        seller = self.registry.get(SELLER)
        self.registry.sellers[SELLER] = replace(seller, wishes=replace(seller.wishes, **change))
