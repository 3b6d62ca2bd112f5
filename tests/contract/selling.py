"""A small seller's orders made by chance, and the files, notifications and mails that tell of them."""

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.local.sp_api_world import ORDER_COLUMNS, SHIPMENT_COLUMNS, order, order_change, shipment, tsv
from tests.mail_world import build_mail

SELLER = "A2EXAMPLE00001"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)

MARKETPLACE_IDS = {"DE": "A1PA6795UKMFR9", "US": "ATVPDKIKX0DER", "JP": "A1VC38T7YXB528", "AU": "A39IBJ37TRP1C6"}
DOMAINS = {"DE": "amazon.de", "US": "amazon.com", "JP": "amazon.co.jp", "AU": "amazon.com.au"}
ENCODINGS = {"DE": "cp1252", "JP": "cp932"}
"""Those in which Amazon delivers files; UTF-8 elsewhere."""

NAMES = {"DE": "Gr\u00f6\u00dfe L", "JP": "\u6e6f\u5451\u307f"}
"""Of products, so that the encoding matters."""

COLUMNS = (*ORDER_COLUMNS, "ship-country")


@dataclass(frozen=True)
class Promise:
    """What one ORDER_CHANGE says of the delivery, and when; without dates as they come for Amazon's own parcels."""

    said_at: datetime
    earliest: datetime | None = None
    latest: datetime | None = None


@dataclass(frozen=True)
class Sale:
    """One order, with everything that will ever be known of it.

    `never` says why its buyer may not be asked although it was shipped. `arrivals` has one for each of Amazon's parcels, None where
    the report leaves it empty. `cancelled_by` is who tells of a cancellation. Notifications of one that `replaces` another say so;
    `garbled` ones cannot be read by whoever gets them. `mailed` is when Amazon wrote that the buyer wants no messages.
    """

    order_id: str
    country: str
    bought: datetime
    shipped: datetime
    status: str = "Shipped"
    channel: str = "Merchant"
    sales_channel: str = ""
    sku: str = "MUG"
    asin: str = "B0MUG00000"
    ship_country: str = ""
    promises: tuple[Promise, ...] = ()
    arrivals: tuple[datetime | None, ...] = ()
    cancelled: datetime | None = None
    cancelled_by: str = "report"
    replaces: bool = False
    garbled: bool = False
    opted_out: bool = False
    mailed: datetime | None = None
    never: str | None = None


@dataclass(frozen=True)
class Habits:
    """The part of seller.yaml that concerns requests."""

    delay_days: int = 7
    send_hour: int = 10
    daily_cap: int | None = None
    channels: tuple[str, ...] = ()
    others: Mapping[str, Any] = field(default_factory=dict)


# ---- making -------------------------------------------------------------------------------------------------------------------


def sales(countries: Sequence[str], count: int, since: datetime, until: datetime, chance: random.Random) -> list[Sale]:
    """`count` orders of each marketplace, bought at any time in between; one of every kind among so many as there are kinds."""
    kinds = (_MADE * (count // len(_MADE) + 1))[:count]
    made: list[Sale] = []
    for country in countries:
        for make in kinds:
            bought = (since + chance.random() * (until - since)).replace(microsecond=0)
            shipped = bought + chance.randint(2, 50) * HOUR
            plain = Sale(
                order_id=f"30{len(made) % 10}-{len(made):07}-{chance.randrange(10**7):07}",
                country=country,
                bought=bought,
                shipped=shipped,
                sales_channel=DOMAINS[country].capitalize(),
                ship_country=country,
            )
            earliest = shipped + chance.randint(1, 3) * DAY
            made.append(make(plain, Promise(shipped, earliest, earliest + chance.randint(0, 4 * 24) * HOUR)))
    return made


def _told_anew(promise: Promise) -> Promise:
    return Promise(promise.said_at + DAY, promise.earliest + 3 * DAY, promise.latest + 5 * DAY)


def _amazons(sale: Sale, promise: Promise, **more: Any) -> Sale:
    """One of Amazon's own fulfilment, in one parcel unless more is said."""
    return replace(sale, channel="Amazon", **{"arrivals": (promise.latest,), **more})


_MADE: tuple[Callable[[Sale, Promise], Sale], ...] = (
    lambda sale, promise: replace(sale, promises=(promise,)),
    lambda sale, promise: replace(sale, promises=(promise, _told_anew(promise))),
    _amazons,
    lambda sale, promise: _amazons(sale, promise, arrivals=(promise.earliest, promise.latest + DAY)),
    lambda sale, _: sale,  # nothing is known but the purchase
    lambda sale, _: replace(sale, status="Cancelled"),
    lambda sale, promise: replace(sale, promises=(promise,), cancelled=sale.shipped + 40 * HOUR, never="cancelled"),
    lambda sale, promise: replace(sale, promises=(promise,), sales_channel="Non-Amazon", never="non_amazon"),
    lambda sale, _: replace(sale, status="Pending"),
    lambda sale, _: replace(sale, status="Unshipped"),
    lambda sale, promise: replace(sale, promises=(promise,), sku="LEFT-OUT", never="excluded_sku"),
    lambda sale, promise: replace(sale, promises=(promise,), asin="B0LEFTOUT0", never="excluded_asin"),
    lambda sale, promise: replace(sale, promises=(promise,), ship_country="CH", never="excluded_country"),
    lambda sale, promise: replace(sale, promises=(promise,), opted_out=True, never="seller_list"),
    lambda sale, promise: replace(sale, promises=(promise,), replaces=True, never="replacement"),
    lambda sale, promise: _amazons(
        sale, promise, promises=(Promise(sale.shipped),), replaces=True, never="replacement"
    ),
    lambda sale, promise: replace(sale, promises=(promise,), replaces=True, garbled=True, never="replacement"),
    lambda sale, promise: replace(sale, promises=(promise,), mailed=sale.shipped + 3 * DAY),
    lambda sale, promise: _amazons(sale, promise, mailed=sale.bought + HOUR),
    lambda sale, promise: replace(sale, promises=(promise,), mailed=sale.shipped + 20 * DAY),
    lambda sale, promise: replace(
        sale, promises=(promise,), cancelled=sale.shipped + 40 * HOUR, cancelled_by="notification", never="cancelled"
    ),
    lambda sale, promise: replace(sale, status="Pending", promises=(promise,)),
    lambda sale, promise: _amazons(sale, promise, arrivals=(promise.latest, None, promise.earliest)),
)
"""The kinds of orders, from a plain one and a promise."""


def write(folder: Path, made: Sequence[Sale], habits: Habits, seller_id: str = SELLER) -> Path:
    """The seller's folder: files as downloaded at the very end, a notification for each promise, a mailbox if mails came."""
    folder.mkdir(parents=True)
    countries = list(dict.fromkeys(sale.country for sale in made))
    left_out = {"skus": ["LEFT-OUT"], "asins": ["B0LEFTOUT0"], "countries": ["CH"], "channels": [*habits.channels]}
    requests = {
        "delay_days": habits.delay_days,
        "send_hour": habits.send_hour,
        "daily_cap": habits.daily_cap,
        "exclude": left_out,
        **habits.others,
    }
    settings = {
        "seller_id": seller_id,
        "marketplaces": countries,
        "requests": requests,
        "opt_outs": [sale.order_id for sale in made if sale.opted_out],
    }
    (folder / "seller.yaml").write_text(json.dumps(settings))  # JSON is YAML
    for country in countries:
        here = [sale for sale in made if sale.country == country]
        (folder / country).mkdir()
        orders = tsv([row for sale in here for row in _rows(sale)], COLUMNS)
        (folder / country / "orders.txt").write_bytes(orders.encode(ENCODINGS.get(country, "utf-8")))
        parcels = [row for sale in here for row in _parcels(sale)]
        (folder / country / "shipments.txt").write_text(tsv(parcels, SHIPMENT_COLUMNS))
    (folder / "notifications").mkdir()
    for number, message in enumerate(message for sale in made for message in messages(sale)):
        (folder / "notifications" / f"{number:05}.json").write_text(message)
    mails = {sale.order_id: sale.mailed for sale in made if sale.mailed is not None}
    for order_id, sent_at in mails.items():
        (folder / "mail").mkdir(exist_ok=True)
        (folder / "mail" / f"{order_id}.eml").write_bytes(build_mail("opt_out", "en", order=order_id, at=sent_at))
    return folder


def _rows(sale: Sale) -> Iterator[dict[str, str]]:
    cells = {
        "fulfillment-channel": sale.channel,
        "sales-channel": sale.sales_channel,
        "sku": sale.sku,
        "asin": sale.asin,
        "ship-country": sale.ship_country,
        "product-name": NAMES.get(sale.country, "Mug"),
    }
    bought = sale.bought.isoformat()
    yield order(sale.order_id, bought, bought=bought, status="Pending", **cells)
    if sale.status != "Pending":
        yield order(sale.order_id, sale.shipped.isoformat(), bought=bought, status=sale.status, **cells)
    if sale.cancelled is not None and sale.cancelled_by == "report":
        yield order(sale.order_id, sale.cancelled.isoformat(), bought=bought, status="Cancelled", **cells)


def _parcels(sale: Sale) -> Iterator[dict[str, str]]:
    for number, arrives in enumerate(sale.arrivals):
        yield shipment(
            sale.order_id,
            sale.shipped.isoformat(),
            "" if arrives is None else arrives.isoformat(),
            **{"shipment-id": f"S{number}", "sales-channel": sale.sales_channel},
        )


def messages(sale: Sale) -> Iterator[str]:
    """The notifications about an order."""
    for promise in sale.promises:
        dates = {"EarliestDeliveryDate": promise.earliest, "LatestDeliveryDate": promise.latest}
        text = _message(
            sale, promise.said_at, sale.status, **{name: at.isoformat() for name, at in dates.items() if at is not None}
        )
        yield text.replace('"SellerId"', '"SellerName"') if sale.garbled else text
    if sale.cancelled is not None and sale.cancelled_by == "notification":
        yield _message(sale, sale.cancelled, "Canceled")


def _message(sale: Sale, at: datetime, status: str, **dates: str) -> str:
    return order_change(
        sale.order_id,
        at.isoformat(),
        MarketplaceId=MARKETPLACE_IDS[sale.country],
        OrderStatus=status,
        FulfillmentType="AFN" if sale.channel == "Amazon" else "MFN",
        OrderPrograms=["Prime", "Replacement"] if sale.replaces else ["Prime"],
        **dates,
    )
