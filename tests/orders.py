"""Orders to ask about, and what was promised of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from goodstanding.core import marketplaces
from goodstanding.core.orders import Fulfillment, OrderFacts, OrderStatus, PromiseFact, PromiseSource

SELLER = "A2EXAMPLE00001"
DE = marketplaces.by_country("DE")
BOUGHT = datetime(2026, 11, 1, 12, tzinfo=UTC)


def order_id(number: int) -> str:
    """An order id."""
    return f"302-0000000-{number:07}"


def an_order(number: int = 1, **more: Any) -> OrderFacts:
    """A shipped order of one item, to Germany, by the seller."""
    facts = OrderFacts(
        order_id=order_id(number),
        purchased_at=BOUGHT,
        last_updated_at=BOUGHT + timedelta(days=1),
        status=OrderStatus.SHIPPED,
        fulfillment=Fulfillment.MFN,
        sales_channel="Amazon.de",
        ship_country="DE",
        skus=frozenset({"SKU-1"}),
        asins=frozenset({"B000000001"}),
    )
    return facts._replace(**more)


def a_promise(number: int = 1, **more: Any) -> PromiseFact:
    """A notification that promises delivery from the third to the fifth day after the purchase."""
    fact = PromiseFact(
        order_id=order_id(number),
        source=PromiseSource.ORDER_CHANGE,
        said_at=BOUGHT + timedelta(hours=1),
        earliest_delivery_at=BOUGHT + timedelta(days=3),
        latest_delivery_at=BOUGHT + timedelta(days=5),
    )
    return replace(fact, **more)
