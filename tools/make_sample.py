"""Writes the bundled sample seller, samples/demo-seller: `python -m tools.make_sample [FOLDER]`.

Everything in it is invented. It has what real downloads have: orders of several rows, orders reported twice with different states,
purchases around local midnight and in the hour that the end of summer time repeats, files in several encodings, one compressed, a
header in the middle of a file, short rows, stray quotes, and one download that broke off. The figures of the performance reports
are counted from the same orders. Nothing here depends on the machine or the day: the same bytes come out everywhere.
"""

import gzip
import json
import random
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from goodstanding.core.marketplaces import by_country
from tools.sample_mail import mails, notifications
from tools.sample_reports import performance_v1, performance_v2
from tools.sample_stores import (
    FEEDBACK_COLUMNS,
    ORDER_COLUMNS,
    RETURN_COLUMNS,
    SHIPMENT_COLUMNS,
    STORES,
    Product,
    Store,
)

AS_OF = datetime(2026, 11, 20, 6, tzinfo=UTC)
FIRST_DAY = date(2026, 9, 5)
FILES_MEET = datetime(2026, 10, 18, tzinfo=UTC)  # the older All Orders file ends here, the newer one begins
AMAZON_WINDOW = (date(2026, 9, 8), date(2026, 11, 6))  # ends two weeks before the report, as Amazon's does
DEFECTS_FROM, DEFECTS_TO = date(2026, 9, 25), date(2026, 10, 31)  # inside Amazon's window and inside ours

SETTINGS = """\
# The sample seller: invented, as is everything in this folder.
seller_id: A2EXAMPLE00001
marketplaces: [{countries}]
language: en
requests:
  send_hour: 6    # the sample's morning: at the run's 06:00 UTC every marketplace may send
  daily_cap: 20
"""


type Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Order:
    """One order; `state` is what its latest report says, `earlier` what an older file still says of it."""

    order_id: str
    bought_at: datetime
    updated_at: datetime
    state: str
    channel: str
    sales_channel: str
    items: tuple[Product, ...]
    city: str
    country: str
    earlier: str | None = None


def make(folder: Path, stores: Sequence[Store] = STORES) -> None:
    """Write the sample into a folder, which may exist."""
    _write(folder / "seller.yaml", SETTINGS.format(countries=", ".join(store.country for store in stores)).encode())
    for store in stores:
        chance = random.Random(f"goodstanding {store.country}")
        orders = _orders(store, chance)
        here = folder / store.country
        claimed = _defective(orders, store)[2:] if store.country == "DE" else []
        _write_orders(here, store, orders)
        _write_shipments(here, orders)
        _write_returns(here, store, orders, claimed)
        negative = _write_feedback(here, store, orders)
        _write_performance(here, store, orders, defects=[*negative, *claimed], claims=claimed)
        if store.country == "DE":
            _write_arrivals(folder, orders, claimed)


def _write_arrivals(folder: Path, orders: Sequence[Order], claimed: Sequence[Order]) -> None:
    """The mailbox, about orders that are otherwise in order but for a claim, and notifications of orders to be shipped."""
    lately = [order for order in _own(orders) if order.bought_at.date() > DEFECTS_TO]
    for name, mail in mails([*lately[-4:-1], claimed[0], lately[0]]):
        _write(folder / "mail" / name, mail)
    waiting = [order for order in orders if order.channel == "Merchant" and order.state == "Pending"]
    for name, notification in notifications(waiting[:2]):
        _write(folder / "notifications" / name, notification)


# ---- orders -----------------------------------------------------------------------------------------------------------------


def _orders(store: Store, chance: random.Random) -> list[Order]:
    channels = ["Merchant"] * store.mfn + ["Amazon"] * store.afn
    chance.shuffle(channels)
    span = AS_OF - datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=UTC)
    times = sorted(AS_OF - timedelta(seconds=chance.randrange(3600, int(span.total_seconds()))) for _ in channels)
    orders = [_order(store, chance, at, channel) for at, channel in zip(times, channels, strict=True)]
    special = [_order(store, chance, datetime.fromisoformat(text), "Merchant") for text in store.special_times]
    return sorted((*orders, *special), key=lambda order: (order.updated_at, order.order_id))


def _order(store: Store, chance: random.Random, bought_at: datetime, channel: str) -> Order:
    bought_at = bought_at.replace(microsecond=0)
    updated_at = bought_at + timedelta(hours=chance.randrange(8, 60), seconds=chance.randrange(3600))
    luck = chance.random()
    state = "Cancelled" if luck < 0.03 else "Shipped"  # noqa: PLR2004
    if updated_at >= AS_OF:
        updated_at, state = bought_at + timedelta(minutes=20), "Pending"
    other_channel = channel == "Amazon" and luck > 0.97  # noqa: PLR2004
    how_many = 1 if luck < 0.85 else chance.randrange(2, 4)  # noqa: PLR2004
    straddles = bought_at < FILES_MEET <= updated_at
    first, last = store.prefixes
    return Order(
        order_id=f"{chance.randrange(first, last + 1)}-{chance.randrange(10**7):07}-{chance.randrange(10**7):07}",
        bought_at=bought_at,
        updated_at=updated_at,
        state=state,
        channel=channel,
        sales_channel="Non-Amazon" if other_channel else store.marketplace.domain.capitalize(),
        items=tuple(chance.sample(store.products, how_many)),
        city=chance.choice(store.cities),
        country=store.country,
        earlier="Pending" if straddles else None,
    )


def _order_rows(order: Order) -> Iterable[Row]:
    cancelled = order.state == "Cancelled"
    for item in order.items:
        cells = {
            "amazon-order-id": order.order_id,
            "purchase-date": order.bought_at.isoformat(),
            "last-updated-date": order.updated_at.isoformat(),
            "order-status": order.state,
            "fulfillment-channel": order.channel,
            "sales-channel": order.sales_channel,
            "ship-service-level": "Expedited" if order.channel == "Amazon" else "Standard",
            "product-name": item.name,
            "sku": item.sku,
            "asin": item.asin,
            "item-status": order.state,
            "quantity": "0" if cancelled else "1",
            "currency": by_country(order.country).currency,
            "item-price": "" if cancelled else item.price,
            "ship-city": order.city,
            "ship-country": order.country,
            "is-business-order": "false",
            "price-designation": "",
            "is-iba": "false",
        }
        yield [cells.get(column, "") for column in ORDER_COLUMNS]


def _write_orders(here: Path, store: Store, orders: Sequence[Order]) -> None:
    older = [order for order in orders if order.updated_at < FILES_MEET]
    older += [
        replace(order, state=order.earlier, updated_at=order.bought_at + timedelta(minutes=5))
        for order in orders
        if order.earlier is not None
    ]
    newer = [order for order in orders if order.updated_at >= FILES_MEET]
    older_rows = [row for order in older for row in _order_rows(order)]
    newer_rows = [row for order in newer for row in _order_rows(order)]
    newer_rows.insert(len(newer_rows) // 2, ORDER_COLUMNS)  # Amazon now and then repeats the header
    encoding = {"DE": "cp1252", "FR": "utf-8-sig", "GB": "utf-8"}[store.country]
    _write(here / "all-orders-september.txt", _table(ORDER_COLUMNS, older_rows).encode(encoding))
    newer_text = _table(ORDER_COLUMNS, newer_rows).encode()
    if store.country == "DE":
        _write(here / "all-orders-november.txt.gz", gzip.compress(newer_text, mtime=0))
    else:
        _write(here / "all-orders-november.txt", newer_text)


# ---- what became of them ----------------------------------------------------------------------------------------------------


def _write_shipments(here: Path, orders: Sequence[Order]) -> None:
    rows = []
    for order in orders:
        if order.channel != "Amazon" or order.state != "Shipped":
            continue
        for number, item in enumerate(order.items):
            shipped_at = order.updated_at - timedelta(hours=2) + timedelta(hours=number)
            cells = {
                "amazon-order-id": order.order_id,
                "shipment-id": f"D{order.order_id[4:11]}{number}",
                "shipment-item-id": f"S{order.order_id[12:]}{number}",
                "purchase-date": order.bought_at.isoformat(),
                "shipment-date": shipped_at.isoformat(),
                "reporting-date": order.updated_at.isoformat(),
                "sku": item.sku,
                "product-name": item.name,
                "quantity-shipped": "1",
                "currency": by_country(order.country).currency,
                "item-price": item.price,
                "ship-service-level": "Expedited",
                "ship-city": order.city,
                "ship-country": order.country,
                "carrier": "AMZN",
                "estimated-arrival-date": (shipped_at + timedelta(days=2 + number))
                .replace(hour=20, minute=0, second=0)
                .isoformat(),
                "fulfillment-center-id": "LEJ1",
                "fulfillment-channel": "AFN",
                "sales-channel": order.sales_channel,
            }
            rows.append([cells.get(column, "") for column in SHIPMENT_COLUMNS])
    _write(here / "fba-shipments.txt", _table(SHIPMENT_COLUMNS, rows).encode())


def _write_returns(here: Path, store: Store, orders: Sequence[Order], claimed: Sequence[Order]) -> None:
    returned = [
        order for order in _own(orders) if order.order_id[-1] == "7" and order.bought_at < AS_OF - timedelta(days=9)
    ]
    returned += [order for order in claimed if order not in returned]
    rows = [_return_row(order, claim=order in claimed) for order in sorted(returned, key=lambda each: each.bought_at)]
    text = _table(RETURN_COLUMNS, rows)
    if store.country == "FR":  # a download that broke off in the middle of a date
        cut = text.rindex("\t", 0, text.rindex("-2026\t"))
        text = text[: cut + 4]
    encoding = "cp1252" if store.country == "DE" else "utf-8"
    _write(here / "returns.txt", text.encode(encoding))


def _return_row(order: Order, *, claim: bool) -> Row:
    item = order.items[0]
    requested_on = order.bought_at + timedelta(days=8)
    cells = {
        "Order ID": order.order_id,
        "Order date": _english_day(order.bought_at),
        "Return request date": _english_day(requested_on),
        "Return request status": "Approved",
        "Amazon RMA ID": f"D{order.order_id[4:11]}RRMA",
        "Label type": "AmazonUnPaidLabel",
        "Currency code": by_country(order.country).currency,
        "A-to-Z Claim": "Y" if claim else "N",
        "Is prime": "N",
        "ASIN": item.asin,
        "Merchant SKU": item.sku,
        "Item Name": item.name,
        "Return quantity": "1",
        "Return Reason": "CR-DEFECTIVE" if claim else "CR-UNWANTED_ITEM",
        "In policy": "Y",
        "Return type": "C-Returns",
        "Resolution": "StandardRefund",
        "Order Amount": item.price,
        "Order quantity": "1",
    }
    if not claim:
        return [cells.get(column, " ") for column in RETURN_COLUMNS[:26]]  # trailing empty cells are dropped
    return [cells.get(column, " ") for column in RETURN_COLUMNS]


def _write_feedback(here: Path, store: Store, orders: Sequence[Order]) -> list[Order]:
    """Writes the feedback; the orders whose feedback is negative."""
    comments = {
        "DE": ((1, 'Mühle kam mit Riss an, "neu" ist anders.'), (2, "Lieferung dauerte zwei Wochen, keine Antwort."),
               (2, "Falsche Größe, Rücksendung musste ich zahlen.")),
        "FR": (),
        "GB": (),
    }[store.country]  # fmt: skip
    neutral = {"DE": "Ganz in Ordnung, Verpackung war dünn.", "FR": "Correct, mais livré avec un jour de retard."}
    negative = _defective(orders, store)[: len(comments)]
    rows = [_feedback_row(store, order, *left) for order, left in zip(negative, comments, strict=True)]
    if store.country in neutral:
        fine = next(order for order in _amazons(orders) if order.bought_at.date() > DEFECTS_TO)
        rows.append(_feedback_row(store, fine, 3, neutral[store.country]))
        encoding = "cp1252" if store.country == "DE" else "utf-8-sig"
        _write(here / "feedback.txt", _table(FEEDBACK_COLUMNS, rows).encode(encoding))
    return negative


def _feedback_row(store: Store, order: Order, rating: int, comment: str) -> Row:
    left_on = min(order.bought_at + timedelta(days=12), AS_OF - timedelta(days=2)).date()
    alias = f"{order.order_id[4:11]}sample@marketplace.{store.marketplace.domain}"
    return [store.day(left_on), str(rating), comment, "", order.order_id, alias]


def _defective(orders: Sequence[Order], store: Store) -> list[Order]:
    """The orders with a defect, always the same ones: four of DE's own, one of which has feedback and a claim."""
    candidates = [order for order in _own(orders) if DEFECTS_FROM <= order.bought_at.date() <= DEFECTS_TO]
    return candidates[3:60:17] if store.country == "DE" else []


def _own(orders: Iterable[Order]) -> list[Order]:
    return [order for order in orders if order.channel == "Merchant" and order.state == "Shipped"]


def _amazons(orders: Iterable[Order]) -> list[Order]:
    return [
        order
        for order in orders
        if order.channel == "Amazon" and order.state == "Shipped" and order.sales_channel != "Non-Amazon"
    ]


def _write_performance(
    here: Path, store: Store, orders: Sequence[Order], *, defects: Sequence[Order], claims: Sequence[Order]
) -> None:
    def in_window(order: Order) -> bool:
        return AMAZON_WINDOW[0] <= order.bought_at.astimezone(store.marketplace.zone).date() <= AMAZON_WINDOW[1]

    def count(chosen: Iterable[Order], belongs: Callable[[Order], bool]) -> int:
        return len({order.order_id for order in chosen if belongs(order)})

    figures = replace(
        store.figures,
        own_orders=count(_own(orders), in_window),
        amazon_orders=count(_amazons(orders), in_window),
        defective=count(defects, in_window),
        claims=count(claims, in_window),
        negative=count([order for order in defects if order not in claims[1:]], in_window),
    )
    report = performance_v2(store.marketplace, figures, AMAZON_WINDOW, AS_OF)
    _write(here / "performance.json", (json.dumps(report, indent=1) + "\n").encode())
    if figures.answered is not None:
        _write(here / "performance-v1.xml", performance_v1(figures, figures.answered, AS_OF).encode())


# ---- files ------------------------------------------------------------------------------------------------------------------


def _english_day(at: datetime) -> str:
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{at.day:02}-{months[at.month - 1]}-{at.year}"


def _table(columns: Row, rows: Iterable[Row]) -> str:
    return "".join("\t".join(row) + "\r\n" for row in (columns, *rows))


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "samples" / "demo-seller")
