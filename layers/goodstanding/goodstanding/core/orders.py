"""Order facts: what is known of one order, folded from Amazon's rows (one row for each item, reported again and again)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """One order of one marketplace.

    `purchased_at` and `last_updated_at` are aware; `fulfillment` is None when Amazon's word is not known;
    `skus` and `asins` are every item ever reported for the order.
    """

    order_id: str
    purchased_at: datetime
    last_updated_at: datetime
    status: OrderStatus
    fulfillment: Fulfillment | None
    sales_channel: str
    ship_country: str
    skus: frozenset[str]
    asins: frozenset[str]

    @property
    def version(self) -> str:
        """Orders two reports of one order: the later `last-updated-date` wins; content breaks a tie, so any order of arrival ends alike."""
        raise NotImplementedError

    @property
    def is_amazon(self) -> bool:
        """Sold on Amazon; Multi-Channel orders are reported with a "Non-Amazon…" sales channel."""
        return not self.sales_channel.casefold().startswith("non-amazon")


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


