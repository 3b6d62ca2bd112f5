"""Promises of delivery, in the orders' table: PROMISE#<source>#<said_at> in an order's partition, and how far the Orders API was read."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from goodstanding.adapters.dynamodb.orders import KEEP, scope_of
from goodstanding.adapters.dynamodb.requests import sender_key
from goodstanding.adapters.dynamodb.table import Table, at, expiry, utc_text_or_none
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.orders import PromiseFact, utc_text
from goodstanding.ports.promises import PromiseCursor


class DynamoPromiseStore:
    """The promises of all sellers."""

    def __init__(self, client: Any, table: str) -> None:
        self._table = Table(client, table)

    def put_promises(self, seller_id: str, marketplace: Marketplace, promises: Iterable[PromiseFact]) -> None:
        """Keep each by order, source and when it was said: whatever the order of arrival, all that was said is known.

        One that is known already is no news: it flags nothing.
        """
        scope = scope_of(seller_id, marketplace)
        for one in promises:
            self._table.put_new(
                {
                    "pk": f"{scope}#{one.order_id}",
                    "sk": f"PROMISE#{one.source}#{utc_text(one.said_at)}",
                    "status": one.status,
                    "earliest_delivery_at": utc_text_or_none(one.earliest_delivery_at),
                    "latest_delivery_at": utc_text_or_none(one.latest_delivery_at),
                    "latest_ship_at": utc_text_or_none(one.latest_ship_at),
                    "shipped_at": utc_text_or_none(one.shipped_at),
                    "is_replacement": one.is_replacement,
                    "delivered_at": utc_text_or_none(one.delivered_at),
                    "order_id": one.order_id,
                    "defect_of": scope if one.shipped_late else None,
                    "defect": f"LATE#{one.order_id}" if one.shipped_late else None,
                    "flag_of": scope,
                    "flag": f"{one.order_id}#{utc_text(one.said_at)}",
                    "expires_at": expiry(one.said_at.date(), KEEP),
                }
            )

    def promise_cursor(self, seller_id: str, region: str) -> PromiseCursor | None:
        """How far the Orders API was read."""
        item = self._table.get(sender_key(seller_id, region, "CURSOR"))
        if item is None:
            return None
        return PromiseCursor(datetime.fromisoformat(item["until"]), at(item.get("before")), item.get("token"))

    def put_promise_cursor(self, seller_id: str, region: str, cursor: PromiseCursor) -> None:
        """Remember it."""
        self._table.put(
            sender_key(seller_id, region, "CURSOR")
            | {"until": utc_text(cursor.until), "before": utc_text_or_none(cursor.before), "token": cursor.token}
        )
