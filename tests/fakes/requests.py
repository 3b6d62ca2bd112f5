"""Feedback requests in memory, with the conditional writes of the real ones; passes the contract tests of the orders' table."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from goodstanding.core import marketplaces
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.metrics import Window
from goodstanding.core.orders import OrderFacts, OrderStatus, PromiseFact, ShipmentFact, utc_text
from goodstanding.core.pacing import Bucket
from goodstanding.core.requests.consider import KnownOrder
from goodstanding.core.requests.drought import DayOfLooks
from goodstanding.core.requests.record import RequestRecord
from goodstanding.core.windows import local_day
from goodstanding.ports.clock import Clock
from goodstanding.ports.promises import PromiseCursor
from goodstanding.ports.requests import ClaimOutcome, Flagged, Heeded, OpenRequest, Shift

type _Place = tuple[str, str, str]


@dataclass
class FakeRequests:
    """The orders' table as the requests see it: facts, flags, records, opt-outs, the sender's turn; RequestLedger and PromiseStore."""

    clock: Clock
    orders: dict[_Place, OrderFacts] = field(default_factory=dict)
    shipments: dict[_Place, dict[str, tuple[datetime, ShipmentFact]]] = field(default_factory=lambda: defaultdict(dict))
    promises: dict[_Place, dict[str, PromiseFact]] = field(default_factory=lambda: defaultdict(dict))
    flags: dict[_Place, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    records: dict[_Place, tuple[RequestRecord, date]] = field(default_factory=dict)
    opt_outs: dict[tuple[str, str], str] = field(default_factory=dict)
    rules: dict[tuple[str, str], Heeded] = field(default_factory=dict)
    posts: Counter[tuple[str, date]] = field(default_factory=Counter)
    shifts: dict[tuple[str, str], tuple[str, datetime]] = field(default_factory=dict)
    buckets: dict[tuple[str, str], Mapping[str, Bucket]] = field(default_factory=dict)
    looked: dict[tuple[str, str, date], DayOfLooks] = field(default_factory=dict)
    cursors: dict[tuple[str, str], PromiseCursor] = field(default_factory=dict)

    # ---- facts ----------------------------------------------------------------------------------------------------------------

    def put_orders(self, seller_id: str, marketplace: Marketplace, orders: Iterable[OrderFacts]) -> None:
        """Older facts never replace newer ones; items accumulate."""
        for one in orders:
            place = (seller_id, marketplace.country, one.order_id)
            before = self.orders.get(place)
            if before is not None and before.version > one.version:
                continue
            skus, asins = (before.skus, before.asins) if before else (frozenset(), frozenset())
            self.orders[place] = one._replace(skus=one.skus | skus, asins=one.asins | asins)
            if one.status in {OrderStatus.SHIPPED, OrderStatus.CANCELLED}:
                self.flags[place]["ORDER"] = f"{one.order_id}#{utc_text(one.last_updated_at)}"

    def put_shipments(
        self, seller_id: str, marketplace: Marketplace, shipments: Iterable[ShipmentFact], seen_at: datetime
    ) -> None:
        """Guarded by when the report was fetched."""
        for one in shipments:
            place = (seller_id, marketplace.country, one.order_id)
            before = self.shipments[place].get(one.shipment_id)
            if before is None or before[0] <= seen_at:
                self.shipments[place][one.shipment_id] = (seen_at, one)
                self.flags[place][f"SHIPMENT#{one.shipment_id}"] = f"{one.order_id}#{seen_at.isoformat()}"

    def put_promises(self, seller_id: str, marketplace: Marketplace, promises: Iterable[PromiseFact]) -> None:
        """Each by source and when it was said; one that is known already is no news."""
        for one in promises:
            place, said = (seller_id, marketplace.country, one.order_id), f"{one.source}#{utc_text(one.said_at)}"
            if said not in self.promises[place]:
                self.promises[place][said] = one
                self.flags[place][f"PROMISE#{said}"] = f"{one.order_id}#{utc_text(one.said_at)}"

    def promises_of(self, seller_id: str, marketplace: Marketplace, order_id: str) -> Sequence[PromiseFact]:
        """What was promised, also before a report has told of the order."""
        return tuple(one for _, one in sorted(self.promises[seller_id, marketplace.country, order_id].items()))

    def promise_cursor(self, seller_id: str, region: str) -> PromiseCursor | None:
        """How far the Orders API was read."""
        return self.cursors.get((seller_id, region))

    def put_promise_cursor(self, seller_id: str, region: str, cursor: PromiseCursor) -> None:
        """Remember it."""
        self.cursors[seller_id, region] = cursor

    # ---- what to consider -----------------------------------------------------------------------------------------------------

    def flagged(self, seller_id: str, marketplace: Marketplace) -> Iterator[Flagged]:
        """Orders to be considered (again), each once."""
        scope = (seller_id, marketplace.country)
        found = sorted((place[2], marks) for place, marks in self.flags.items() if place[:2] == scope and marks)
        return iter([Flagged(order, tuple(sorted(marks.items()))) for order, marks in found])

    def unflag(self, seller_id: str, marketplace: Marketplace, flagged: Flagged) -> None:
        """What became known in the meantime keeps its flag."""
        marks = self.flags[seller_id, marketplace.country, flagged.order_id]
        for sort, flag in flagged.marks:
            if marks.get(sort) == flag:
                del marks[sort]

    def known(
        self, seller_id: str, marketplace: Marketplace, order_id: str
    ) -> tuple[KnownOrder | None, RequestRecord | None]:
        """All that matters for a request; no order while no report has told of it."""
        place = (seller_id, marketplace.country, order_id)
        record = self.records[place][0] if place in self.records else None
        if place not in self.orders:
            return None, record
        known = KnownOrder(
            self.orders[place],
            tuple(one for _, one in self.shipments[place].values()),
            tuple(one for _, one in sorted(self.promises[place].items())),
            (seller_id, order_id) in self.opt_outs,
        )
        return known, record

    # ---- records --------------------------------------------------------------------------------------------------------------

    def put(self, seller_id: str, marketplace: Marketplace, record: RequestRecord, purchased_at: datetime) -> bool:
        """Over the revision it was made from."""
        place = (seller_id, marketplace.country, record.order_id)
        if record.revision != self._revision(place):
            return False
        self.records[place] = (replace(record, revision=record.revision + 1), local_day(purchased_at, marketplace))
        return True

    def claim(
        self, seller_id: str, marketplace: Marketplace, record: RequestRecord, *, day: date, cap: int | None
    ) -> ClaimOutcome:
        """All or nothing."""
        place = (seller_id, marketplace.country, record.order_id)
        counted = (seller_id, day)
        if not record.revision or record.revision != self._revision(place):
            return ClaimOutcome.CHANGED
        if (seller_id, record.order_id) in self.opt_outs:
            return ClaimOutcome.OPTED_OUT
        if cap is not None and self.posts[counted] >= cap:
            return ClaimOutcome.CAPPED
        stood, purchased_on = self.records[place]
        changed = replace(
            stood,
            state=record.state,
            reason=record.reason,
            attempts=record.attempts,
            posted_at=record.posted_at,
            lost_at=record.lost_at or stood.lost_at,
            next_at=record.next_at,
            revision=record.revision + 1,
        )
        self.records[place] = (changed, purchased_on)
        self.posts[counted] += 1
        return ClaimOutcome.CLAIMED

    def uncount(self, seller_id: str, day: date) -> None:
        """Never below nothing."""
        counted = (seller_id, day)
        self.posts[counted] = max(0, self.posts[counted] - 1)

    def open_requests(self, seller_id: str, region: str) -> Iterator[OpenRequest]:
        """What still needs work, the one whose window ends first at the head."""
        found = [
            OpenRequest(place[2], marketplaces.by_country(place[1]), record.window.closes_at, record.next_at)
            for place, (record, _) in self.records.items()
            if place[0] == seller_id and marketplaces.by_country(place[1]).region == region
            if record.next_at is not None
        ]
        return iter(sorted(found, key=lambda one: (one.closes_at, one.marketplace.country, one.order_id)))

    def heeded(self, seller_id: str, marketplace: Marketplace) -> Heeded | None:
        """None before the first time."""
        return self.rules.get((seller_id, marketplace.country))

    def put_heeded(self, seller_id: str, marketplace: Marketplace, heeded: Heeded) -> None:
        """The last word stands."""
        self.rules[seller_id, marketplace.country] = heeded

    def requests(self, seller_id: str, marketplace: Marketplace, window: Window) -> Iterator[RequestRecord]:
        """The records of orders bought in a window of local days."""
        found = [
            (bought, record.order_id, record)
            for place, (record, bought) in self.records.items()
            if place[:2] == (seller_id, marketplace.country) and window.from_ <= bought <= window.to
        ]
        return (record for *_, record in sorted(found, key=lambda each: each[:2]))

    def opt_out(
        self, seller_id: str, order_id: str, source: str, at: datetime, marketplaces: Iterable[Marketplace] = ()
    ) -> None:
        """The first word stands; an order that is known is flagged."""
        self.opt_outs.setdefault((seller_id, order_id), source)
        for place in ((seller_id, one.country, order_id) for one in marketplaces):
            if place in self.orders:
                self.flags[place]["ORDER"] = f"{order_id}#opt_out"

    def _revision(self, place: _Place) -> int:
        return self.records[place][0].revision if place in self.records else 0

    # ---- the sender's turn ----------------------------------------------------------------------------------------------------

    def begin_shift(self, seller_id: str, region: str, holder: str, until: datetime) -> Shift | None:
        """None while somebody else has it."""
        has_it, held_until = self.shifts.get((seller_id, region), (holder, until))
        if has_it != holder and held_until >= self.clock.now():
            return None
        self.shifts[seller_id, region] = (holder, until)
        return Shift(self.buckets.get((seller_id, region), {}))

    def end_shift(self, seller_id: str, region: str, holder: str, buckets: Mapping[str, Bucket]) -> None:
        """Give it back, if it is still one's own."""
        if self.shifts.get((seller_id, region), ("",))[0] == holder:
            del self.shifts[seller_id, region]
            self.buckets[seller_id, region] = dict(buckets)

    def count_looks(self, seller_id: str, region: str, day: date, looks: int, offers: int) -> None:
        """Add to the day's counts."""
        before = self.looked.get((seller_id, region, day), DayOfLooks(day))
        self.looked[seller_id, region, day] = DayOfLooks(day, before.looks + looks, before.offers + offers)

    def looks(self, seller_id: str, region: str) -> Sequence[DayOfLooks]:
        """The days, oldest first."""
        return tuple(one for place, one in sorted(self.looked.items()) if place[:2] == (seller_id, region))
