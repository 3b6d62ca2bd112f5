"""Order facts. One partition for each order of a marketplace: `<seller>#<country>#<order>`; see docs/data-model.md.

Sort keys: ORDER · SHIPMENT#<id> · PROMISE#<source>#<said_at> · RETURN#<key> · FEEDBACK#<snapshot> · REQUEST (adapters.dynamodb.requests).
Index `by_purchase` (`purchase_month` = `<seller>#<country>#<local month>`, `purchase` = `<local day>#<order>`) finds the orders
of a window;
sparse index `by_defect` (`defect_of` = `<seller>#<country>`, `defect`) finds what counts or speaks against a seller: feedback, claims,
returns, late shipments;
sparse index `by_flag` (`flag_of` = `<seller>#<country>`, `flag` = `<order>#<version>`) finds what became known since a request was
last considered.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import chain
from typing import Any, Self

from goodstanding.adapters.dynamodb.table import Item, Table, expiry, iso
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.metrics import Window
from goodstanding.core.orders import (
    FeedbackFact,
    Fulfillment,
    Items,
    OrderFacts,
    OrderStatus,
    ReturnFact,
    ShipmentFact,
    Standing,
    WindowOrder,
    sold_on_amazon,
)
from goodstanding.core.windows import LocalDays, days_of

KEEP = timedelta(days=180)
"""How long facts are kept after the purchase: the window, the time for requests, and a return's way back."""

_ORDER_SET = (
    "SET version = :version, purchase_month = :month, purchase = :purchase, facts = :facts, expires_at = :expires_at"
)
_ORDER_FLAG_SET = f"{_ORDER_SET}, flag_of = :flag_of, flag = :flag"
_ORDER_ADD = {
    (False, False): "",
    (True, False): " ADD skus :skus",
    (False, True): " ADD asins :asins",
    (True, True): " ADD skus :skus, asins :asins",
}
"""By whether there are SKUs and ASINs to add: a set cannot be empty."""
_ORDER: Item = {"S": "ORDER"}

_CONCERNS_REQUESTS = frozenset({OrderStatus.SHIPPED, OrderStatus.CANCELLED})
_LAST = "~"  # sorts behind every order id
NEWER = "attribute_not_exists(version) OR version <= :version"
"""The guard of every fact: an older one never replaces a newer; an equal one may pass."""


class DynamoOrderStore:
    """Orders, shipments, returns and feedback of all sellers."""

    def __init__(self, client: Any, table: str) -> None:
        self._table = Table(client, table)

    def put_orders(self, seller_id: str, marketplace: Marketplace, orders: Iterable[OrderFacts]) -> None:
        """Upsert, each guarded by `version`; an equal version may pass, so that SKUs and ASINs accumulate."""
        scope = scope_of(seller_id, marketplace)
        days = LocalDays(marketplace, lambda day: _PurchaseDay.of(scope, day))
        self._table.upsert(_order_update(scope, days, order) for order in orders)

    def put_shipments(
        self, seller_id: str, marketplace: Marketplace, shipments: Iterable[ShipmentFact], seen_at: datetime
    ) -> None:
        """Upsert by order and shipment, guarded by when the report was fetched."""
        scope = scope_of(seller_id, marketplace)
        self._table.upsert(
            {
                "Put": {
                    "Item": _key(scope, one.order_id, f"SHIPMENT#{one.shipment_id}")
                    | {
                        "version": _text(iso(seen_at)),
                        "shipped_at": _text(iso(one.shipped_at)),
                        "estimated_arrival_at": _text(iso(one.estimated_arrival_at)),
                        "flag_of": _text(scope),
                        "flag": _text(f"{one.order_id}#{iso(seen_at)}"),
                        "expires_at": _number(expiry((one.shipped_at or seen_at).date(), KEEP)),
                    },
                    "ConditionExpression": NEWER,
                    "ExpressionAttributeValues": {":version": _text(iso(seen_at))},
                }
            }
            for one in shipments
        )

    def put_returns(
        self, seller_id: str, marketplace: Marketplace, returns: Iterable[ReturnFact], seen_at: datetime
    ) -> None:
        """Upsert by order and return; a claim once flagged stays flagged, whatever a later row says."""
        scope = scope_of(seller_id, marketplace)
        flag = {True: ":defect", False: "if_not_exists(defect, :defect)"}
        self._table.upsert(
            {
                "Update": {
                    "Key": _key(scope, one.order_id, f"RETURN#{one.key}"),
                    "UpdateExpression": "SET requested_on = :requested_on, order_id = :order_id, expires_at = :expires_at"
                    f", defect_of = :defect_of, defect = {flag[one.a_to_z_claim]}",
                    "ExpressionAttributeValues": {
                        ":requested_on": _text(one.requested_on.isoformat() if one.requested_on else None),
                        ":order_id": _text(one.order_id),
                        ":expires_at": _number(expiry(one.requested_on or seen_at.date(), KEEP)),
                        ":defect_of": _text(scope),
                        ":defect": _text(f"{'A_TO_Z' if one.a_to_z_claim else 'RETURN'}#{one.order_id}"),
                    },
                }
            }
            for one in returns
        )

    def put_feedback(
        self, seller_id: str, marketplace: Marketplace, snapshot: str, feedback: Iterable[FeedbackFact]
    ) -> None:
        """Write the feedback of one snapshot, beside earlier ones: a snapshot comes into force only when it is whole."""
        scope = scope_of(seller_id, marketplace)
        self._table.upsert(
            {
                "Put": {
                    "Item": _key(scope, one.order_id, f"FEEDBACK#{snapshot}")
                    | {
                        "rating": _number(one.rating),
                        "left_on": _text(one.left_on.isoformat()),
                        "order_id": _text(one.order_id),
                        "defect_of": _text(scope),
                        "defect": _text(f"FEEDBACK#{snapshot}#{one.order_id}"),
                        "expires_at": _number(expiry(one.left_on, KEEP)),
                    }
                }
            }
            for one in feedback
        )

    def window_orders(self, seller_id: str, marketplace: Marketplace, window: Window) -> Iterator[WindowOrder]:
        """Orders bought on the marketplace-local days of a window, streaming."""
        scope = scope_of(seller_id, marketplace)
        months = dict.fromkeys(_month(day) for day in days_of(window))
        for month in months:
            for item in self._table.query(
                "purchase_month = :month AND purchase BETWEEN :first AND :last",
                {
                    ":month": f"{scope}#{month}",
                    ":first": f"{window.from_.isoformat()}#",
                    ":last": f"{window.to.isoformat()}#{_LAST}",
                },
                index="by_purchase",
            ):
                yield _window_order(item["facts"])

    def feedback(self, seller_id: str, marketplace: Marketplace, snapshot: str) -> Iterator[FeedbackFact]:
        """The feedback of one snapshot."""
        for item in self._defects(scope_of(seller_id, marketplace), f"FEEDBACK#{snapshot}#"):
            yield FeedbackFact(item["order_id"], int(item["rating"]), date.fromisoformat(item["left_on"]))

    def claimed_orders(self, seller_id: str, marketplace: Marketplace) -> frozenset[str]:
        """Orders with an A-to-z claim that counts: by its notices, else by the returns report.

        Notices tell of orders of any of the seller's marketplaces.
        """
        return self._counted(seller_id, marketplace, "A_TO_Z#")

    def charged_back_orders(self, seller_id: str, marketplace: Marketplace) -> frozenset[str]:
        """Orders with a chargeback that is not reversed."""
        return self._counted(seller_id, marketplace, "CHARGEBACK#")

    def _counted(self, seller_id: str, marketplace: Marketplace, prefix: str) -> frozenset[str]:
        found: dict[str, bool] = {}
        told = self._defects(seller_id, prefix), self._defects(scope_of(seller_id, marketplace), prefix)
        for item in chain(*told):
            order_id = item["order_id"]
            found[order_id] = bool(item["counted"]) if "counted" in item else found.get(order_id, True)
        return frozenset(order_id for order_id, counted in found.items() if counted)

    def returned_orders(self, seller_id: str, marketplace: Marketplace) -> frozenset[str]:
        """Orders of which a return is known, with a claim or without."""
        rows = (self._defects(scope_of(seller_id, marketplace), prefix) for prefix in ("RETURN#", "A_TO_Z#"))
        # A claim's notices carry "counted"; a claim that is told by a row of returns does not.
        return frozenset(item["order_id"] for found in rows for item in found if "counted" not in item)

    def late_orders(self, seller_id: str, marketplace: Marketplace) -> frozenset[str]:
        """Orders shipped late, as the promises tell (adapters.dynamodb.promises)."""
        return frozenset(item["order_id"] for item in self._defects(scope_of(seller_id, marketplace), "LATE#"))

    def _defects(self, whose: str, prefix: str) -> Iterator[Item]:
        return self._table.query(
            "defect_of = :scope AND begins_with(defect, :prefix)",
            {":scope": whose, ":prefix": prefix},
            index="by_defect",
        )


def scope_of(seller_id: str, marketplace: Marketplace) -> str:
    """What the keys of one marketplace of one seller begin with."""
    return f"{seller_id}#{marketplace.country}"


def _key(scope: str, order_id: str, sort: str) -> Item:
    return {"pk": {"S": f"{scope}#{order_id}"}, "sk": {"S": sort}}


def _text(value: str | None) -> Item:
    return {"NULL": True} if value is None else {"S": value}


def _number(value: int) -> Item:
    return {"N": str(value)}


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


@dataclass(frozen=True, slots=True)
class _PurchaseDay:
    """What the attributes of an order take from its local day of purchase."""

    scope: Item
    month: Item
    prefix: str
    expires_at: Item

    @classmethod
    def of(cls, scope: str, day: date) -> Self:
        return cls({"S": scope}, {"S": f"{scope}#{_month(day)}"}, f"{day.isoformat()}#", _number(expiry(day, KEEP)))


@dataclass(frozen=True, slots=True)
class _StandingFacts:
    """What the attributes of an order take from its standing. Shared, so never to be changed."""

    status: Item
    fulfillment: Item
    sales_channel: Item
    ship_country: Item
    is_amazon: Item
    seldom: Item
    flagged: bool


@lru_cache(maxsize=1024)
def _standing_facts(standing: Standing) -> _StandingFacts:
    status, channel, sales_channel, country, is_replacement = standing
    return _StandingFacts(
        {"S": status.value},
        {"S": channel.value} if channel else {"NULL": True},
        {"S": sales_channel},
        {"S": country},
        {"BOOL": sold_on_amazon(sales_channel)},
        {"is_replacement": {"BOOL": True}} if is_replacement else {},
        status in _CONCERNS_REQUESTS,
    )


@lru_cache(maxsize=8192)
def _item_sets(items: Items) -> tuple[Item, str]:
    """SKUs and ASINs as sets, which cannot be empty, and how they are added. Shared, so never to be changed."""
    sets = {name: {"SS": sorted(words)} for name, words in ((":skus", items.skus), (":asins", items.asins)) if words}
    return sets, _ORDER_ADD[":skus" in sets, ":asins" in sets]


def _order_update(scope: str, days: LocalDays[_PurchaseDay], order: OrderFacts) -> Item:
    """Attribute values are written out here, and shared ones not made anew: this runs once for each order of a report."""
    order_id, purchased, updated, standing, items = order
    day = days.of(purchased)
    said = _standing_facts(standing)
    sets, add = _item_sets(items)
    values: Item = {
        ":version": {"S": order.version},
        ":month": day.month,
        ":purchase": {"S": day.prefix + order_id},
        ":expires_at": day.expires_at,
        ":facts": {
            "M": {
                "order_id": {"S": order_id},
                "purchased_at": {"S": purchased},
                "last_updated_at": {"S": updated},
                "status": said.status,
                "fulfillment": said.fulfillment,
                "sales_channel": said.sales_channel,
                "ship_country": said.ship_country,
                "is_amazon": said.is_amazon,
                **said.seldom,
            }
        },
        ":flag_of": day.scope,
        ":flag": {"S": f"{order_id}#{updated}"},
    }
    if not said.flagged:
        del values[":flag_of"], values[":flag"]
    values.update(sets)
    return {
        "Update": {
            "Key": {"pk": {"S": f"{scope}#{order_id}"}, "sk": _ORDER},
            "UpdateExpression": (_ORDER_FLAG_SET if said.flagged else _ORDER_SET) + add,
            "ConditionExpression": NEWER,
            "ExpressionAttributeValues": values,
        }
    }


def _window_order(facts: Item) -> WindowOrder:
    fulfillment = facts.get("fulfillment")
    return WindowOrder(
        order_id=facts["order_id"],
        purchased_at=datetime.fromisoformat(facts["purchased_at"]),
        status=OrderStatus(facts["status"]),
        fulfillment=Fulfillment(fulfillment) if fulfillment else None,
        is_amazon=bool(facts["is_amazon"]),
    )
