"""The Orders API 2026-01-01: promises to the buyers of seller-fulfilled orders. No buyer data is asked for."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sp_api.api import OrdersV20260101

from goodstanding.adapters.sp_api.client import Connection, call
from goodstanding.contracts.sp_api import FoundOrder, FoundOrders
from goodstanding.core import marketplaces
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.orders import PromiseFact, PromiseSource, order_status
from goodstanding.core.reports.dates import is_plausible
from goodstanding.ports.promises import PromisePage


class SpApiOrders:
    """One seller's orders in one region."""

    def __init__(self, connection: Connection) -> None:
        self._client: OrdersV20260101 = connection.client(OrdersV20260101)

    def promises(
        self,
        marketplaces_asked: Sequence[Marketplace],
        changed_after: datetime,
        changed_before: datetime,
        token: str | None,
    ) -> PromisePage:
        """The seller-fulfilled orders that changed in between, a hundred at a time."""
        arguments = {
            "marketplaceIds": [each.marketplace_id for each in marketplaces_asked],
            "lastUpdatedAfter": _iso(changed_after),
            "lastUpdatedBefore": _iso(changed_before),
            "fulfilledBy": ["MERCHANT"],
            "includedData": ["FULFILLMENT", "PACKAGES"],
            "maxResultsPerPage": 100,
        } | ({"paginationToken": token} if token else {})
        found = call(FoundOrders, lambda: self._client.search_orders(**arguments), _with_pagination)
        promises = [promise for order in found.orders if (promise := _promise(order)) is not None]
        return PromisePage(promises, found.pagination.next_token if found.pagination else None)


def _with_pagination(answer: Any) -> Any:
    """The library takes `pagination` out of the body."""
    return {**answer.payload, "pagination": answer.pagination}


def _promise(order: FoundOrder) -> tuple[Marketplace, PromiseFact] | None:
    """None for an order of a pseudo marketplace, or whose last change is no time that anything can be reckoned from."""
    marketplace = marketplaces.by_id(order.sales_channel.marketplace_id)
    if marketplace is None or not is_plausible(order.last_updated_time):
        return None
    deliver, ship = order.fulfillment.deliver_by, order.fulfillment.ship_by
    shipped = [package.ship_time for package in order.packages if package.ship_time is not None]
    fact = PromiseFact(
        order_id=order.order_id,
        source=PromiseSource.ORDERS_API,
        said_at=order.last_updated_time,
        status=order_status(order.fulfillment.status) if order.fulfillment.status else None,
        earliest_delivery_at=deliver.earliest if deliver else None,
        latest_delivery_at=deliver.latest if deliver else None,
        latest_ship_at=ship.latest if ship else None,
        shipped_at=max(shipped, default=None),
        is_replacement=any(each.association_type.startswith("REPLACEMENT") for each in order.associated_orders),
        delivered_at=order.last_updated_time if _is_delivered(order) else None,
    )
    return marketplace, fact


def _is_delivered(order: FoundOrder) -> bool:
    """Whether every parcel has arrived. The API tells no time of it: the order's last change is the latest that it can be."""
    parcels = {package.package_status.status for package in order.packages} - {"CANCELLED"}
    return parcels == {"DELIVERED"}


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
