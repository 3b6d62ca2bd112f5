"""What Amazon knows of a seller's orders at a moment, told by the folder's files.

The latest row of All Orders that has come to light says what an order is, FBA shipments when Amazon's own parcels are expected,
ORDER_CHANGE notifications what was promised for the seller's own, and which orders are replacements. An order is one from its
beginning, whenever it is told. Files are read through once, when first asked for; from then on an order costs its own rows, however
many others there are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.orders import Fulfillment, fulfillment
from goodstanding.core.report_types import ReportType
from local.sp_api.notices import OrderNotice, Period, moment, read_notices
from local.sp_api.shelves import Shelf

_STATUS_WORDS = {
    "pendingavailability": "PENDING_AVAILABILITY",
    "pending": "PENDING",
    "unshipped": "UNSHIPPED",
    "shipping": "UNSHIPPED",
    "partiallyshipped": "PARTIALLY_SHIPPED",
    "complete": "SHIPPED",
    "cancelled": "CANCELLED",
    "canceled": "CANCELLED",
    "unfulfillable": "UNFULFILLABLE",
}


@dataclass(frozen=True, slots=True)
class SoldOrder:
    """One order as of a moment.

    `status` is the fulfillment status of the Orders API; `items` holds the latest row of each item, as column → cell, `latest` the
    last of them. `delivery` is when Amazon expects it to arrive, `shipping` by when it is to be shipped (None: the folder does not
    say); `parcel` is the parcel's state where Amazon's Easy Ship brings it; `is_replacement` when it replaces another order.
    """

    order_id: str
    marketplace: Marketplace
    items: tuple[dict[str, str], ...]
    latest: dict[str, str]
    delivery: Period | None = None
    shipping: Period | None = None
    parcel: str | None = None
    is_replacement: bool = False

    @property
    def status(self) -> str:
        """A word that nobody knows is an order still to be shipped; whatever a shipped one met on its way, it was shipped."""
        word = "".join(filter(str.isalpha, self.latest.get("order-status", ""))).casefold()
        return "SHIPPED" if word.startswith("shipped") else _STATUS_WORDS.get(word, "UNSHIPPED")

    @property
    def fulfillment(self) -> Fulfillment | None:
        """Who ships it; None when the row's word is not known."""
        return fulfillment(self.latest.get("fulfillment-channel", ""))

    @property
    def purchased_at(self) -> datetime | None:
        """When it was bought; None when the row does not say."""
        return moment(self.latest.get("purchase-date"))

    @property
    def updated_at(self) -> datetime | None:
        """When it last changed; None when the row does not say."""
        return moment(self.latest.get("last-updated-date"))


class OrderBook:
    """One seller's orders."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    @property
    def marketplaces(self) -> dict[str, Marketplace]:
        """Where the seller sells, by marketplace id."""
        return {marketplace.marketplace_id: marketplace for marketplace in self._shelf.folder.marketplaces}

    def find(self, order_id: str, now: datetime, marketplace: Marketplace | None = None) -> SoldOrder | None:
        """An order as of now, with its dates; in any marketplace when none is named."""
        places = self.marketplaces.values() if marketplace is None else (marketplace,)
        found = (self._order(order_id, place, now) for place in places)
        order = next((order for order in found if order is not None), None)
        return None if order is None else self._with_dates(order, now)

    def orders(self, marketplace: Marketplace, now: datetime) -> Iterator[SoldOrder]:
        """Every order of a marketplace known now, in no particular order and without its dates (`find` has them)."""
        for order_id in self._shelf.table(ReportType.ALL_ORDERS, (marketplace,)).by_order:
            order = self._order(order_id, marketplace, now)
            if order is not None:
                yield order

    def _order(self, order_id: str, marketplace: Marketplace, now: datetime) -> SoldOrder | None:
        rows = self._shelf.table(ReportType.ALL_ORDERS, (marketplace,)).known(order_id, now)
        if not rows:
            return None
        items = {(row.get("sku"), row.get("asin")): row for row in rows}
        return SoldOrder(order_id, marketplace, tuple(items.values()), rows[-1])

    def _with_dates(self, order: SoldOrder, now: datetime) -> SoldOrder:
        ever = self._notices.get(order.order_id, ())
        notices = [notice for notice in ever if notice.at <= now]
        is_amazons = order.fulfillment is Fulfillment.AFN
        parcel = notices[-1].summary.get("EasyShipShipmentStatus") if notices else None
        return replace(
            order,
            delivery=self._arrivals(order.order_id, now) if is_amazons else _last_stated(notices, "Delivery"),
            shipping=_last_stated(notices, "Ship"),
            parcel=parcel if isinstance(parcel, str) and not is_amazons else None,
            is_replacement=any(notice.is_of_a_replacement for notice in ever),
        )

    def _arrivals(self, order_id: str, now: datetime) -> Period | None:
        """Over all shipments of an order; one file may hold those of other marketplaces too."""
        arrivals = [
            at
            for marketplace in self._shelf.folder.marketplaces
            for row in self._shelf.table(ReportType.FBA_SHIPMENTS, (marketplace,)).known(order_id, now)
            if (at := moment(row.get("estimated-arrival-date")))
        ]
        return Period(min(arrivals), max(arrivals)) if arrivals else None

    @cached_property
    def _notices(self) -> dict[str, Sequence[OrderNotice]]:
        return read_notices(self._shelf.folder.notifications)


def _last_stated(notices: Sequence[OrderNotice], what: str) -> Period | None:
    return next((period for notice in reversed(notices) if (period := notice.period(what))), None)
