"""The Orders API 2026-01-01: searchOrders and getOrder over the orders of a seller folder.

A folder holds no prices to speak of, no taxes and nothing of buyers: those datasets may be asked for and add nothing. Buyer and
recipient are made up, and look it; so is the id of the order that a replacement replaces, which no notification tells. What is not
documented and was decided here: orders come by the date that was searched for, the oldest first; a search without an end ends two
minutes ago.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.orders import Fulfillment, sold_on_amazon
from local.sp_api.authorization import access_denied
from local.sp_api.notices import Period, moment
from local.sp_api.order_book import OrderBook, SoldOrder
from local.sp_api.wire import Answer, Refused, Request, as_json

_DATASETS = frozenset(
    {
        "BUYER", "RECIPIENT", "PROCEEDS", "EXPENSE", "PROMOTION", "CANCELLATION", "FULFILLMENT", "PACKAGES", "TAX", "PAYMENT",
        "FULFILLMENT_ORDERS",
    }
)  # fmt: skip
_STATUSES = frozenset(
    {"PENDING_AVAILABILITY", "PENDING", "UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED", "CANCELLED", "UNFULFILLABLE"}
)
_FULFILLED_BY = {Fulfillment.MFN: "MERCHANT", Fulfillment.AFN: "AMAZON"}
_MAY_CHANGE = frozenset({"maxResultsPerPage", "includedData", "paginationToken"})
_MOST_MARKETPLACES = 50
_MOST_ON_A_PAGE = 100
_SETTLED = timedelta(minutes=2)
_TOKEN_LIFETIME = timedelta(hours=24)

_DATES: dict[str, tuple[str, Callable[[SoldOrder], datetime | None]]] = {
    "created": ("createdBefore", lambda order: order.purchased_at),
    "lastUpdated": ("lastUpdatedBefore", lambda order: order.updated_at),
}
"""By what a search may be dated: the parameter of its end, and the order's date."""

_PARCELS = {
    "PendingSchedule": "PENDING",
    "PendingPickUp": "PENDING",
    "PendingDropOff": "PENDING",
    "LabelCanceled": "CANCELLED",
    "PickedUp": "SHIPPED",
    "DroppedOff": "SHIPPED",
    "AtOriginFC": "IN_TRANSIT",
    "AtDestinationFC": "IN_TRANSIT",
    "OutForDelivery": "IN_TRANSIT",
    "Delivered": "DELIVERED",
    "RejectedByBuyer": "UNDELIVERABLE",
    "Undeliverable": "UNDELIVERABLE",
    "ReturningToSeller": "UNDELIVERABLE",
    "ReturnedToSeller": "UNDELIVERABLE",
    "Lost": "UNDELIVERABLE",
    "Damaged": "UNDELIVERABLE",
}
"""What a notification says of an Easy Ship parcel → the status of its package."""

_LABEL_CANCELLED = {"LabelCanceled": "LABEL_CANCELLED"}  # the two APIs spell it differently


@dataclass(frozen=True, slots=True)
class _Search:
    """A search that has pages left: its orders as found, from `start` on, and what it was asked for."""

    asked: Mapping[str, Sequence[str]]
    found: Sequence[tuple[str, Marketplace]]
    start: int
    before: datetime
    expires_at: datetime


class OrdersDesk:
    """One seller's orders."""

    def __init__(self, seller_id: str, book: OrderBook) -> None:
        self._seller_id = seller_id
        self._book = book
        self._searches: dict[str, _Search] = {}

    def get(self, order_id: str, request: Request, now: datetime) -> Answer:
        """GET orders/{orderId}. Raises Refused."""
        included = _chosen(request, "includedData", _DATASETS)
        order = self._book.find(order_id, now)
        if order is None:
            raise Refused(404, "NotFound", f"The order {order_id} was not found")
        return as_json(200, {"order": _shown(order, included)})

    def search(self, request: Request, now: datetime) -> Answer:
        """GET orders. Raises Refused."""
        kind = _kind(request)
        included = _chosen(request, "includedData", _DATASETS)
        size = _page_size(request)
        token = request.value("paginationToken")
        search = self._new_search(kind, request, now) if token is None else self._continued(token, request, now)
        end = search.start + size
        page = (self._book.find(order_id, now, place) for order_id, place in search.found[search.start : end])
        answer: dict[str, Any] = {
            "orders": [_shown(order, included) for order in page if order is not None],
            _DATES[kind][0]: _time(search.before),
        }
        if end < len(search.found):
            answer["pagination"] = {"nextToken": self._token(search, end)}
        return as_json(200, answer)

    def _new_search(self, kind: str, request: Request, now: datetime) -> _Search:
        end_name, dated = _DATES[kind]
        after = _moment(request, f"{kind}After")
        before = _moment(request, end_name) if request.value(end_name) is not None else now - _SETTLED
        if request.value(end_name) is not None and not after <= before <= now - _SETTLED:
            raise _invalid(f"{end_name} must not be before {kind}After and must be at least two minutes ago")
        statuses = _chosen(request, "fulfillmentStatuses", _STATUSES) or _STATUSES
        channels = _chosen(request, "fulfilledBy", frozenset(_FULFILLED_BY.values()))
        found = [
            (at, order.order_id, order.marketplace)
            for marketplace in self._marketplaces(request)
            for order in self._book.orders(marketplace, now)
            if (at := dated(order)) is not None
            and after <= at <= before
            and order.status in statuses
            and (not channels or _fulfilled_by(order) in channels)
        ]
        ordered = [(order_id, place) for _, order_id, place in sorted(found, key=lambda each: each[:2])]
        return _Search(_lasting(request), ordered, 0, before, now + _TOKEN_LIFETIME)

    def _continued(self, token: str, request: Request, now: datetime) -> _Search:
        search = self._searches.get(token)
        if search is None:
            raise _invalid("paginationToken is not valid")
        if now >= search.expires_at:
            raise _invalid("paginationToken has expired")
        if _lasting(request) != search.asked:
            raise _invalid("all parameters but maxResultsPerPage and includedData must be those of the first request")
        return search

    def _token(self, search: _Search, start: int) -> str:
        token = hashlib.sha256(f"{self._seller_id}/{len(self._searches)}".encode()).hexdigest()[:40]
        self._searches[token] = _Search(search.asked, search.found, start, search.before, search.expires_at)
        return token

    def _marketplaces(self, request: Request) -> Sequence[Marketplace]:
        ids = request.values("marketplaceIds")
        if len(ids) > _MOST_MARKETPLACES:
            raise _invalid("marketplaceIds must name at most 50 marketplaces")
        own = self._book.marketplaces
        if not own.keys() >= set(ids):
            raise access_denied()
        return [own[each] for each in dict.fromkeys(ids)] or [*own.values()]


# ---- parameters ----


def _kind(request: Request) -> str:
    """By which date is searched. Raises Refused unless exactly one start is given, and no end of the other."""
    given = [kind for kind in _DATES if request.value(f"{kind}After") is not None]
    if len(given) != 1:
        raise _invalid("exactly one of createdAfter and lastUpdatedAfter must be given")
    if any(request.value(end) is not None for kind, (end, _) in _DATES.items() if kind != given[0]):
        raise _invalid(f"with {given[0]}After the other date must not be limited")
    return given[0]


def _page_size(request: Request) -> int:
    text = request.value("maxResultsPerPage") or str(_MOST_ON_A_PAGE)
    if not re.fullmatch("[0-9]{1,3}", text) or not 1 <= int(text) <= _MOST_ON_A_PAGE:
        raise _invalid("maxResultsPerPage must be 1 to 100")
    return int(text)


def _chosen(request: Request, name: str, known: frozenset[str]) -> frozenset[str]:
    chosen = frozenset(request.values(name))
    if not chosen <= known:
        raise _invalid(f"{name} holds a value that is not known")
    return chosen


def _lasting(request: Request) -> dict[str, list[str]]:
    """The parameters that every page of a search repeats."""
    return {name: sorted(request.values(name)) for name in request.query if name not in _MAY_CHANGE}


def _moment(request: Request, name: str) -> datetime:
    at = moment(request.value(name))
    if at is None:
        raise _invalid(f"{name} must be an ISO 8601 date and time with an offset")
    return at


def _invalid(details: str) -> Refused:
    return Refused(400, "InvalidInput", "Invalid request parameters", details)


# ---- an order as it is shown ----


def _shown(order: SoldOrder, included: frozenset[str]) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "orderId": order.order_id,
        "createdTime": _time(order.purchased_at or order.updated_at),
        "lastUpdatedTime": _time(order.updated_at or order.purchased_at),
        "salesChannel": _sales_channel(order),
        "orderItems": [*_items(order, included)],
        **_associated(order),
    }
    parts = {"FULFILLMENT": _fulfillment, "PACKAGES": _packages, "BUYER": _buyer, "RECIPIENT": _recipient}
    for dataset, part in parts.items():
        if dataset in included:
            shown |= part(order)
    return shown


def _associated(order: SoldOrder) -> dict[str, Any]:
    if not order.is_replacement:
        return {}
    original = f"000-0000000-{_digits(order.order_id, 7)}"
    return {"associatedOrders": [{"orderId": original, "associationType": "REPLACEMENT_ORIGINAL_ID"}]}


def _sales_channel(order: SoldOrder) -> dict[str, str]:
    name = order.latest.get("sales-channel", "")
    if not sold_on_amazon(name):
        return {"channelName": "NON_AMAZON", "marketplaceName": name}
    return {"channelName": "AMAZON", "marketplaceId": order.marketplace.marketplace_id, "marketplaceName": name}


def _items(order: SoldOrder, included: frozenset[str]) -> Iterator[dict[str, Any]]:
    for row in order.items:
        quantity = row.get("quantity", "").strip()
        ordered = int(quantity) if re.fullmatch("[0-9]{1,6}", quantity) else 1
        names = {"asin": "asin", "title": "product-name", "sellerSku": "sku"}
        item: dict[str, Any] = {
            "orderItemId": _item_id(order, row),
            "quantityOrdered": ordered,
            "product": {name: row[column] for name, column in names.items() if row.get(column)},
        }
        if "FULFILLMENT" in included:
            fulfilled = ordered if order.status == "SHIPPED" else 0
            item["fulfillment"] = {"quantityFulfilled": fulfilled, "quantityUnfulfilled": ordered - fulfilled}
        yield item


def _item_id(order: SoldOrder, row: Mapping[str, str]) -> str:
    return _digits(f"{order.order_id}/{row.get('sku')}/{row.get('asin')}", 14)


def _digits(name: str, count: int) -> str:
    """So many digits, the same for the same name."""
    return f"{int(hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest(), 16) % 10**count:0{count}}"


def _fulfilled_by(order: SoldOrder) -> str | None:
    return _FULFILLED_BY.get(order.fulfillment) if order.fulfillment else None


def _fulfillment(order: SoldOrder) -> dict[str, Any]:
    fulfilled_by = _fulfilled_by(order)
    windows = {"shipByWindow": order.shipping, "deliverByWindow": _promised(order)}
    return {
        "fulfillment": {
            "fulfillmentStatus": order.status,
            **({"fulfilledBy": fulfilled_by} if fulfilled_by else {}),
            **{name: _range(period) for name, period in windows.items() if period is not None},
        }
    }


def _promised(order: SoldOrder) -> Period | None:
    """The delivery that was promised for the seller's own; whether Amazon's parcels have such a window is not documented."""
    return None if order.fulfillment is Fulfillment.AFN else order.delivery


def _range(period: Period) -> dict[str, str]:
    bounds = {"earliestDateTime": period.earliest, "latestDateTime": period.latest}
    return {name: _time(at) for name, at in bounds.items() if at is not None}


def _packages(order: SoldOrder) -> dict[str, Any]:
    status = _PARCELS.get(order.parcel or "")
    if order.parcel is None or status is None or order.fulfillment is Fulfillment.AFN:
        return {}
    detailed = _LABEL_CANCELLED.get(order.parcel) or re.sub("(?<=[a-z])(?=[A-Z])", "_", order.parcel).upper()
    return {"packages": [{"packageReferenceId": "1", "packageStatus": {"status": status, "detailedStatus": detailed}}]}


def _buyer(order: SoldOrder) -> dict[str, Any]:
    email = {} if order.fulfillment is Fulfillment.AFN else {"buyerEmail": "simulated-buyer@marketplace.invalid"}
    return {"buyer": {"buyerName": "Simulated Buyer", **email}}


def _recipient(order: SoldOrder) -> dict[str, Any]:
    country = {"countryCode": order.latest["ship-country"]} if order.latest.get("ship-country") else {}
    address = {"name": "Simulated Recipient", "addressLine1": "1 Simulated Street", "city": "Simulated City"}
    return {"recipient": {"deliveryAddress": address | country}}


def _time(at: datetime | None) -> str:
    """As this API writes times; an order whose rows have no readable date was made at the beginning of time."""
    return (at or datetime.fromtimestamp(0, UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
