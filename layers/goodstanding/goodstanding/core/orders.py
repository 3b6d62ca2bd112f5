"""Order facts: what is known of one order, folded from Amazon's rows (one row for each item, reported again and again)."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple, Self


class Fulfillment(StrEnum):
    """Who ships: the seller (mfn) or Amazon (afn)."""

    MFN = "mfn"
    AFN = "afn"


class OrderStatus(StrEnum):
    """Amazon's order status, whatever its spelling; a word not known here is OTHER, and counts as an order."""

    PENDING = "pending"
    PENDING_AVAILABILITY = "pending_availability"
    CANCELLED = "cancelled"
    SHIPPED = "shipped"
    OTHER = "other"


_RANKS = {
    OrderStatus.PENDING_AVAILABILITY: "0",
    OrderStatus.PENDING: "1",
    OrderStatus.OTHER: "2",
    OrderStatus.CANCELLED: "3",
    OrderStatus.SHIPPED: "4",
}
"""Breaks a tie between two rows of the same second: further along wins, and what was shipped is an order although a part was cancelled."""

_STATUS_WORDS = {
    "pending": OrderStatus.PENDING,
    "pendingavailability": OrderStatus.PENDING_AVAILABILITY,
    "cancelled": OrderStatus.CANCELLED,
    "canceled": OrderStatus.CANCELLED,
    "shipped": OrderStatus.SHIPPED,
    "complete": OrderStatus.SHIPPED,
}

_FULFILLMENT_WORDS = {
    "amazon": Fulfillment.AFN,
    "afn": Fulfillment.AFN,
    "merchant": Fulfillment.MFN,
    "mfn": Fulfillment.MFN,
}


def order_status(word: str) -> OrderStatus:
    """The status an Amazon word means, in the spelling of any API or report; OTHER for a word not known.

    Some reports say more after "Shipped" ("Shipped - Delivered to Buyer"), and old ones say "Complete" for it.
    """
    letters = "".join(filter(str.isalpha, word)).lower()
    known = _STATUS_WORDS.get(letters)
    if known is not None:
        return known
    return OrderStatus.SHIPPED if letters.startswith("shipped") else OrderStatus.OTHER


def fulfillment(word: str) -> Fulfillment | None:
    """The channel an Amazon word means (`Amazon`, `AFN`, `Merchant`, `MFN`, any case); None for a word not known."""
    return _FULFILLMENT_WORDS.get(word.strip().lower())


def sold_on_amazon(sales_channel: str) -> bool:
    """Whether a sales channel is Amazon's; Multi-Channel orders are reported with a "Non-Amazon…" one."""
    return not sales_channel.casefold().startswith("non-amazon")


_ORDER_ID = re.compile(r"(?=.*\d)[A-Z0-9]+(?:-[A-Z0-9]+)+")
_COUNTRY = re.compile(r"[A-Za-z]{2}")


def is_order_id(cell: str) -> bool:
    """Whether a cell may be an order id, such as `302-1234567-1234567`.

    Amazon may change their shape, but a row that was torn apart or shifted has a buyer's name, address or words in this place,
    and those must not become a key.
    """
    return _ORDER_ID.fullmatch(cell) is not None


def country_code(cell: str) -> str:
    """The country of a cell; empty when it holds anything else: in a row that was shifted, a postal code or a city."""
    word = cell.strip()
    return word if _COUNTRY.fullmatch(word) else ""


def utc_text(at: datetime) -> str:
    """An instant as text that sorts by time: ISO 8601 in UTC ("+" sorts before the "." of a fraction)."""
    plain = at.astimezone(UTC).replace(tzinfo=None)  # writing the offset anew takes longer than all the rest
    return f"{plain.isoformat()}+00:00"


class Standing(NamedTuple):
    """How an order stands, in the few words that many orders have in common: so they share one."""

    status: OrderStatus
    fulfillment: Fulfillment | None
    sales_channel: str
    ship_country: str
    is_replacement: bool = False


class Items(NamedTuple):
    """Every SKU and every ASIN ever reported for an order."""

    skus: frozenset[str]
    asins: frozenset[str]


class _OrderParts(NamedTuple):
    """What `OrderFacts` is made of. Its times are `utc_text`s: reports bring them so, stores keep them so, and they compare."""

    order_id: str
    purchased: str
    updated: str
    standing: Standing
    items: Items


class OrderFacts(_OrderParts):
    """One order of one marketplace. A tuple of shared parts and texts, because a report makes a million of them.

    `purchased_at` and `last_updated_at` are aware, and made when they are asked for; `fulfillment` is None when Amazon's
    word is not known.
    """

    __slots__ = ()

    def __new__(
        cls,
        order_id: str,
        purchased_at: datetime,
        last_updated_at: datetime,
        status: OrderStatus,
        fulfillment: Fulfillment | None,
        sales_channel: str,
        ship_country: str,
        skus: frozenset[str],
        asins: frozenset[str],
        *,
        is_replacement: bool = False,
    ) -> Self:
        """From what is known of the order; `_make` takes its parts."""
        standing = Standing(status, fulfillment, sales_channel, ship_country, is_replacement)
        return cls._make((order_id, utc_text(purchased_at), utc_text(last_updated_at), standing, Items(skus, asins)))

    def _replace(self, **changes: Any) -> Self:
        """Another with these changes, named as `OrderFacts` takes them."""
        times = {"purchased_at": self.purchased_at, "last_updated_at": self.last_updated_at}
        return type(self)(
            **{"order_id": self.order_id, **times, **self.standing._asdict(), **self.items._asdict(), **changes}
        )

    @property
    def purchased_at(self) -> datetime:
        """When the buyer ordered, in UTC."""
        return datetime.fromisoformat(self.purchased)

    @property
    def last_updated_at(self) -> datetime:
        """When Amazon last changed the order, in UTC."""
        return datetime.fromisoformat(self.updated)

    @property
    def status(self) -> OrderStatus:
        """How far it is."""
        return self.standing.status

    @property
    def fulfillment(self) -> Fulfillment | None:
        """Who ships it."""
        return self.standing.fulfillment

    @property
    def sales_channel(self) -> str:
        """Where it was sold, in Amazon's words."""
        return self.standing.sales_channel

    @property
    def ship_country(self) -> str:
        """Where it goes to."""
        return self.standing.ship_country

    @property
    def is_replacement(self) -> bool:
        """Sent in the place of another order, for which the buyer paid."""
        return self.standing.is_replacement

    @property
    def skus(self) -> frozenset[str]:
        """The seller's names of what was ordered."""
        return self.items.skus

    @property
    def asins(self) -> frozenset[str]:
        """Amazon's names of it."""
        return self.items.asins

    @property
    def version(self) -> str:
        """Orders two reports of one order as strings: the later `last-updated-date` wins; status, then content break a tie.

        Two rows of the same version differ in nothing but their items, so any order of arrival ends alike.
        """
        _, purchased, updated, standing, _ = self
        rank, words = _versioned(standing)
        return f"{updated}|{rank}|{purchased}|{words}"

    @property
    def is_amazon(self) -> bool:
        """Sold on Amazon, see `sold_on_amazon`."""
        return sold_on_amazon(self.sales_channel)


@lru_cache(maxsize=1024)
def _versioned(standing: Standing) -> tuple[str, str]:
    """What a version takes from it."""
    status, channel, sales_channel, country, is_replacement = standing
    return _RANKS[status], "|".join(
        (channel or "", sales_channel, country, *(("replacement",) if is_replacement else ()))
    )


@dataclass(frozen=True, slots=True)
class WindowOrder:
    """An order as the rates need it."""

    order_id: str
    purchased_at: datetime
    status: OrderStatus
    fulfillment: Fulfillment | None
    is_amazon: bool


_NOT_YET = frozenset({OrderStatus.PENDING, OrderStatus.PENDING_AVAILABILITY})


def counts_for_rates(status: OrderStatus, *, is_amazon: bool, has_claim: bool) -> bool:
    """Whether an order is in the denominator of the order rates.

    Pending orders are not orders yet, Multi-Channel orders are none of Amazon's, and a cancelled order counts only if it
    carries an A-to-z claim or a chargeback that counts (`has_claim`).
    """
    if not is_amazon or status in _NOT_YET:
        return False
    return status is not OrderStatus.CANCELLED or has_claim


NEGATIVE_STARS = frozenset({1, 2})
"""Ratings that are a defect; 3 is neutral."""


@dataclass(frozen=True, slots=True)
class FeedbackFact:
    """A buyer's seller feedback; `left_on` is the calendar day Amazon states."""

    order_id: str
    rating: int
    left_on: date


@dataclass(frozen=True, slots=True)
class ReturnFact:
    """One row of the seller-fulfilled returns report; `key` tells the returns of one order apart."""

    order_id: str
    key: str
    requested_on: date | None
    a_to_z_claim: bool


@dataclass(frozen=True, slots=True)
class ShipmentFact:
    """One FBA shipment of an order; times are aware, None where Amazon left the cell empty."""

    order_id: str
    shipment_id: str
    shipped_at: datetime | None
    estimated_arrival_at: datetime | None


class PromiseSource(StrEnum):
    """Who says what was promised: an ORDER_CHANGE notification, or the Orders API."""

    ORDER_CHANGE = "order_change"
    ORDERS_API = "orders_api"


@dataclass(frozen=True, slots=True)
class PromiseFact:
    """What one source says of an order's times: promises to the buyer, and how far the order is. Times are aware.

    `said_at` is when it was so and orders two of them; `shipped_at` is the last parcel's; by `delivered_at` all parcels had arrived.
    None is what the source does not say.
    """

    order_id: str
    source: PromiseSource
    said_at: datetime
    status: OrderStatus | None = None
    earliest_delivery_at: datetime | None = None
    latest_delivery_at: datetime | None = None
    latest_ship_at: datetime | None = None
    shipped_at: datetime | None = None
    is_replacement: bool = False
    delivered_at: datetime | None = None

    @property
    def shipped_late(self) -> bool:
        """Whether it was shipped after the time for it had run out; not so where either time is not known."""
        if self.shipped_at is None or self.latest_ship_at is None:
            return False
        return self.shipped_at > self.latest_ship_at
