"""The other side of feedback requests, unreliable; and a ledger that holds every claim against what the sender knew."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

from goodstanding.contracts.errors import SellerNotAuthorized, SpApiThrottled, SpApiUnavailable
from goodstanding.core.marketplaces import Marketplace, Region
from goodstanding.core.orders import OrderStatus
from goodstanding.core.requests.consider import KnownOrder, Wishes
from goodstanding.core.requests.decide import SETTLING, Answer
from goodstanding.core.requests.delivery import estimate
from goodstanding.core.requests.record import RequestRecord, RequestState
from goodstanding.ports.clock import Clock
from goodstanding.ports.requests import ClaimOutcome
from tests.fakes.requests import FakeRequests
from tests.life import Life

DAY = timedelta(days=1)

UNTRUE = {
    "empty": (Answer.NOT_OFFERED, Answer.NOT_AVAILABLE),
    "not_found": (Answer.NOT_FOUND, Answer.NOT_FOUND),
    "refused": (Answer.REFUSED, Answer.REFUSED),
    "outside": (Answer.OUTSIDE_WINDOW, Answer.OUTSIDE_WINDOW),
}
"""What Amazon says now and then although it is not so: of a look, and of a post."""


class World(Protocol):
    """What both sides share."""

    clock: Clock
    lag: timedelta
    sides: "dict[str, Side]"
    accepted: Counter[tuple[Region, date]]

    def is_open(self, order: str) -> bool:
        """Whether Amazon would let it be asked now."""
        ...

    def record(self, order: str) -> RequestRecord:
        """As it stands."""
        ...


@dataclass
class Side:
    """What Amazon knows of one order, and what the test must remember of it."""

    marketplace: Marketplace
    takes: bool
    accepted_at: datetime | None = None
    answered: bool = False
    spoilt: bool = False
    late: bool = False


@dataclass
class Session:
    """One process that sends: what it knew when it claimed."""

    life: Life
    faults: list[str]
    wishes: Wishes = field(default_factory=Wishes)
    known: dict[str, KnownOrder] = field(default_factory=dict)
    claims: dict[str, tuple[datetime, date]] = field(default_factory=dict)
    offered: set[str] = field(default_factory=set)


class WatchedLedger:
    """The ledger as a sender uses it; every claim is held against what the sender knew."""

    def __init__(self, store: FakeRequests, session: Session) -> None:
        self._store = store
        self._session = session

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def known(self, seller_id: str, marketplace: Marketplace, order: str) -> Any:
        """Remembered."""
        known, record = self._store.known(seller_id, marketplace, order)
        if known is not None:
            self._session.known[order] = known
        return known, record

    def claim(
        self, seller_id: str, marketplace: Marketplace, record: RequestRecord, *, day: date, cap: int | None
    ) -> Any:
        """Only in its time, and only whom nobody wants left out."""
        outcome = self._store.claim(seller_id, marketplace, record, day=day, cap=cap)
        if outcome is ClaimOutcome.CLAIMED:
            at = record.posted_at
            known, wishes = self._session.known[record.order_id], self._session.wishes
            assert at is not None
            opens_at, eligible_on, closes_at = window_of(known, wishes, marketplace)
            local = at.astimezone(marketplace.zone)
            assert opens_at <= at < closes_at
            assert local.date() >= eligible_on
            assert local.hour >= wishes.send_hour
            assert known.status is OrderStatus.SHIPPED
            assert not known.opted_out
            assert not known.order.skus & wishes.skus
            assert known.order.fulfillment not in wishes.channels
            assert wishes.enabled
            assert (day, cap) == (local.date(), wishes.daily_cap)
            self._session.claims[record.order_id] = (at, day)
        return outcome


def window_of(known: KnownOrder, wishes: Wishes, marketplace: Marketplace) -> tuple[datetime, date, datetime]:
    """The window by the policy's words: from, the first local day by the seller's delay, until."""
    dates = estimate(known.order, known.shipments, known.promises)
    first_day = dates.latest.astimezone(marketplace.zone).date() + timedelta(days=wishes.delay_days)
    return dates.earliest + 5 * DAY, first_day, dates.latest + 30 * DAY


class Amazon:
    """One session's view of the other side."""

    def __init__(self, world: World, session: Session) -> None:
        self._world = world
        self._session = session

    def look(self, order: str, marketplace: Marketplace) -> Answer:
        """A call that may fail or lie."""
        answer: Answer = self._session.life.call(lambda: self._look(order))
        return answer

    def post(self, order: str, marketplace: Marketplace) -> Answer:
        """A call that may fail, lie, or succeed without saying so."""
        answer: Answer = self._session.life.call(lambda: self._post(order))
        if answer is Answer.ACCEPTED:
            self._world.sides[order].answered = True
        return answer

    def limit(self, operation: str) -> Decimal | None:
        """Amazon names none."""
        return None

    def _look(self, order: str) -> Answer:
        side = self._world.sides[order]
        fault = self._fault()
        if fault in {"lost_before", "lost_after"}:
            raise SpApiUnavailable("timeout")
        if fault in UNTRUE:
            side.spoilt = side.spoilt or fault != "empty"  # which is looked at again
            return UNTRUE[fault][0]
        now = self._world.clock.now()
        shown = side.accepted_at is None or now - side.accepted_at < self._world.lag
        if shown and side.takes and self._world.is_open(order):
            self._session.offered.add(order)
            return Answer.OFFERED
        self._session.offered.discard(order)
        return Answer.NOT_OFFERED

    def _post(self, order: str) -> Answer:
        side, now = self._world.sides[order], self._world.clock.now()
        claimed_at, day = self._session.claims.pop(order)  # a post without a claim fails here
        prompt = now - claimed_at < SETTLING
        if side.accepted_at is not None and prompt:
            # Only where the answer never reached the ledger, and Amazon offers the action all the same.
            assert self._world.record(order).state is RequestState.SENDING
            assert order in self._session.offered
        fault = self._fault()
        if fault == "lost_before":
            raise SpApiUnavailable("connection reset")
        if fault in UNTRUE:
            side.spoilt = True
            return UNTRUE[fault][1]
        if side.accepted_at is not None or not side.takes or not self._world.is_open(order):
            return Answer.NOT_AVAILABLE
        side.accepted_at, side.late = now, not prompt
        accepted_on = (side.marketplace.region, day)
        self._world.accepted[accepted_on] += 1
        cap = self._session.wishes.daily_cap
        assert cap is None or self._world.accepted[accepted_on] <= cap
        if fault == "lost_after":
            raise SpApiUnavailable("timeout")
        return Answer.ACCEPTED

    def _fault(self) -> str:
        fault = self._session.faults.pop(0) if self._session.faults else "none"
        if fault == "throttled":
            raise SpApiThrottled("HTTP 429")
        if fault == "revoked":
            raise SellerNotAuthorized("HTTP 403 Unauthorized")
        return fault
