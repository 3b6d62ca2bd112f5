"""Notifications as they come, at least once and in any order: each is an upsert guarded by when it was so.

The clock of an order to be shipped is set at once: nobody is told of one that was shipped just before.
"""

from datetime import datetime

from goodstanding.contracts.errors import InvalidPayload
from goodstanding.contracts.notifications import ORDER_CHANGE, NotificationUnreadable, OrderChange, parse
from goodstanding.core import marketplaces
from goodstanding.core.orders import Fulfillment, PromiseFact, PromiseSource, fulfillment, order_status
from goodstanding.ports.deadlines import DeadlineStore
from goodstanding.ports.promises import PromiseStore
from goodstanding.ports.requests import RequestLedger
from goodstanding.ports.sellers import SellerRegistry
from goodstanding.usecases.watch_clocks import watch_shipping

_REPLACEMENT = "replacement"  # of OrderPrograms: the only word there that matters for a request


def receive_notification(
    body: str, registry: SellerRegistry, promises: PromiseStore, orders: RequestLedger, deadlines: DeadlineStore
) -> str:
    """Take one in; its type, or why nothing came of it.

    Raises InvalidPayload for what is no notification and SellerNotConfigured for one of a seller without settings: neither may be lost.
    """
    try:
        notification = parse(body)
        if notification.notificationtype != ORDER_CHANGE:
            return "of no use here"
        change = notification.order_change()
    except NotificationUnreadable as fault:
        raise InvalidPayload(str(fault)) from None
    marketplace = marketplaces.by_id(change.summary.marketplaceid)
    said_at = change.orderchangetrigger.timeoforderchange or notification.eventtime
    if said_at is None:
        raise InvalidPayload("OrderChange: neither TimeOfOrderChange nor EventTime")
    if marketplace is None:
        return "of a marketplace that is not Amazon's"
    if marketplace not in registry.get(change.sellerid).marketplaces:
        return "of a marketplace that is not the seller's"
    promise = _promise(change, said_at)
    promises.put_promises(change.sellerid, marketplace, [promise])
    known, _ = orders.known(change.sellerid, marketplace, promise.order_id)
    promised = orders.promises_of(change.sellerid, marketplace, promise.order_id)
    watch_shipping(change.sellerid, marketplace, known.order if known else None, promised, deadlines)
    return ORDER_CHANGE


def _promise(change: OrderChange, said_at: datetime) -> PromiseFact:
    summary = change.summary
    return PromiseFact(
        order_id=change.amazonorderid,
        source=PromiseSource.ORDER_CHANGE,
        said_at=said_at,
        status=order_status(summary.orderstatus) if summary.orderstatus else None,
        earliest_delivery_at=summary.earliestdeliverydate,
        latest_delivery_at=summary.latestdeliverydate,
        latest_ship_at=summary.latestshipdate if fulfillment(summary.fulfillmenttype) is Fulfillment.MFN else None,
        is_replacement=_REPLACEMENT in map(str.casefold, summary.orderprograms),
    )
