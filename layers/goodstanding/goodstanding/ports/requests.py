"""Feedback requests, from an order that is to be considered to a request that was sent."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.metrics import Window
from goodstanding.core.orders import PromiseFact
from goodstanding.core.pacing import Bucket
from goodstanding.core.requests.consider import KnownOrder
from goodstanding.core.requests.drought import DayOfLooks
from goodstanding.core.requests.record import RequestRecord


@dataclass(frozen=True, slots=True)
class Flagged:
    """An order of which something became known since its request was last considered; `marks` tell what was seen of it."""

    order_id: str
    marks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A request that still needs work: not before `next_at`; its window ends at `closes_at`."""

    order_id: str
    marketplace: Marketplace
    closes_at: datetime
    next_at: datetime


class ClaimOutcome(StrEnum):
    """What came of claiming a request: only CLAIMED allows a post."""

    CLAIMED = "claimed"
    OPTED_OUT = "opted_out"
    CAPPED = "capped"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Shift:
    """A sender's turn for one seller and region: nobody else sends until it ends. `buckets` by operation."""

    buckets: Mapping[str, Bucket]


@dataclass(frozen=True, slots=True)
class Heeded:
    """The rules (`AskingRules.mark`) by which requests were considered, but for orders bought from the local day `left_from` on."""

    rules: str
    left_from: date | None = None


class RequestLedger(Protocol):
    """Feedback requests: one record for each order, in the order's partition."""

    def flagged(self, seller_id: str, marketplace: Marketplace) -> Iterator[Flagged]:
        """Orders to be considered (again)."""
        ...

    def unflag(self, seller_id: str, marketplace: Marketplace, flagged: Flagged) -> None:
        """They were considered; what became known in the meantime keeps its flag."""
        ...

    def known(
        self, seller_id: str, marketplace: Marketplace, order_id: str
    ) -> tuple[KnownOrder | None, RequestRecord | None]:
        """All that matters for a request; no order while no report has told of it."""
        ...

    def promises_of(self, seller_id: str, marketplace: Marketplace, order_id: str) -> Sequence[PromiseFact]:
        """What was promised about an order, also before a report has told of it."""
        ...

    def put(self, seller_id: str, marketplace: Marketplace, record: RequestRecord, purchased_at: datetime) -> bool:
        """Write a record over the revision it was made from; False when somebody else wrote in between."""
        ...

    def claim(
        self, seller_id: str, marketplace: Marketplace, record: RequestRecord, *, day: date, cap: int | None
    ) -> ClaimOutcome:
        """Write a record that is about to be posted, unless the buyer opted out, the day's cap is reached, or it changed.

        Each post counts towards the cap of `day`.
        """
        ...

    def uncount(self, seller_id: str, day: date) -> None:
        """A claimed post was certainly not sent: it does not count towards the cap."""
        ...

    def open_requests(self, seller_id: str, region: str) -> Iterator[OpenRequest]:
        """What still needs work, now or later, the one whose window ends first at the head; no more is read than is taken."""
        ...

    def heeded(self, seller_id: str, marketplace: Marketplace) -> Heeded | None:
        """By which rules requests were considered; None before the first time."""
        ...

    def put_heeded(self, seller_id: str, marketplace: Marketplace, heeded: Heeded) -> None:
        """Remember it."""
        ...

    def requests(self, seller_id: str, marketplace: Marketplace, window: Window) -> Iterator[RequestRecord]:
        """The records of orders bought in a window of local days."""
        ...

    def opt_out(
        self, seller_id: str, order_id: str, source: str, at: datetime, marketplaces: Iterable[Marketplace] = ()
    ) -> None:
        """The buyer of an order wants no messages; where the order is known among `marketplaces`, it is flagged."""
        ...

    def begin_shift(self, seller_id: str, region: str, holder: str, until: datetime) -> Shift | None:
        """Take the turn until then; None while somebody else has it. The same holder may take it again."""
        ...

    def end_shift(self, seller_id: str, region: str, holder: str, buckets: Mapping[str, Bucket]) -> None:
        """Give it back, with what is left of the rates."""
        ...

    def count_looks(self, seller_id: str, region: str, day: date, looks: int, offers: int) -> None:
        """Add to how many orders were looked at on a day, and how many were offered."""
        ...

    def looks(self, seller_id: str, region: str) -> Sequence[DayOfLooks]:
        """The days of the last weeks, oldest first."""
        ...
