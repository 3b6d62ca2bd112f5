"""The Solicitations API v1, as Amazon runs it: it alone decides whether a buyer may be asked, and a buyer is asked once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from goodstanding.core.marketplaces import Marketplace
from local.sp_api.shelves import Shelf
from local.sp_api.wire import Answer, Refused, Request, as_json

ACTION = "productReviewAndSellerFeedback"
_HAL = "application/hal+json"


@dataclass(frozen=True, slots=True)
class SoldOrder:
    """What eligibility is judged by: every row of the order, as column → cell."""

    order_id: str
    marketplace: Marketplace
    rows: tuple[dict[str, str], ...]


type Eligibility = Callable[[SoldOrder, datetime], bool]


def shipped(order: SoldOrder, _now: datetime) -> bool:
    """The least that Amazon demands: the order was shipped, as its last update says."""
    latest = max(order.rows, key=lambda row: row.get("last-updated-date", ""))
    return latest.get("order-status", "").casefold().startswith("shipped")


class SolicitationDesk:
    """One seller's orders, and who was asked. `solicited` has the time of each request that was sent."""

    def __init__(self, shelf: Shelf, eligible: Eligibility) -> None:
        self._shelf = shelf
        self._eligible = eligible
        self._orders: dict[Marketplace, dict[str, SoldOrder]] = {}
        self.solicited: dict[str, datetime] = {}

    def actions(self, order_id: str, request: Request, now: datetime) -> Answer:
        """GET: what may be sent for the order now. Raises Refused."""
        order = self._order(order_id, request)
        href = f"/solicitations/v1/orders/{order_id}"
        place = f"?marketplaceIds={order.marketplace.marketplace_id}"
        link = {"href": f"{href}/solicitations/{ACTION}{place}", "name": ACTION}
        schema = {"href": f"{href}/solicitations/{ACTION}/schema{place}", "name": ACTION}
        action = {
            "_links": {"self": link, "schema": schema},
            "_embedded": {"schema": {"_links": {"self": schema}, "payload": {}}},
            "payload": {"name": ACTION},
        }
        offered = self._offered(order, now)
        shown = {
            "_links": {"self": {"href": href + place}, "actions": [link] if offered else []},
            "_embedded": {"actions": [action] if offered else []},
        }
        return as_json(200, shown, _HAL)

    def create(self, order_id: str, request: Request, now: datetime) -> Answer:
        """POST: ask the buyer. Raises Refused."""
        order = self._order(order_id, request)
        if not self._offered(order, now):
            raise Refused(403, "Unauthorized", "The requested solicitation is not available for this amazonOrderId.")
        self.solicited[order_id] = now
        return as_json(201, {}, _HAL)

    def _offered(self, order: SoldOrder, now: datetime) -> bool:
        return order.order_id not in self.solicited and self._eligible(order, now)

    def _order(self, order_id: str, request: Request) -> SoldOrder:
        ids = request.values("marketplaceIds")
        own = {marketplace.marketplace_id: marketplace for marketplace in self._shelf.folder.marketplaces}
        if len(ids) != 1:
            raise Refused(400, "InvalidInput", "Missing or invalid request parameters: [marketplaceIds]")
        if ids[0] not in own:
            raise Refused(403, "Unauthorized", "Access to requested resource is denied.")
        order = self._sold(own[ids[0]]).get(order_id)
        if order is None:
            raise Refused(404, "NotFound", f"The amazonOrderId {order_id} was not found in this marketplace.")
        return order

    def _sold(self, marketplace: Marketplace) -> dict[str, SoldOrder]:
        if marketplace not in self._orders:
            rows: dict[str, list[dict[str, str]]] = {}
            for file, number in self._shelf.order_rows(marketplace):
                cells = file.encoding.decode(file.row(number)).rstrip("\r\n").split("\t")
                row = dict(zip((name.casefold() for name in file.columns), cells, strict=False))
                rows.setdefault(row.get("amazon-order-id", ""), []).append(row)
            self._orders[marketplace] = {
                order_id: SoldOrder(order_id, marketplace, tuple(found)) for order_id, found in rows.items()
            }
        return self._orders[marketplace]
