"""A small seller's orders made by chance, the files that tell of them, and a second, naive reading of whom to ask and when.

The oracle knows nothing of the product: it reads the orders that were made here, not the files, and reckons with plain loops.
"""

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.local.sp_api_world import ORDER_COLUMNS, SHIPMENT_COLUMNS, order, order_change, shipment, tsv

SELLER = "A2EXAMPLE00001"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)

ZONES = {"DE": "Europe/Berlin", "US": "America/Los_Angeles", "JP": "Asia/Tokyo"}
MARKETPLACE_IDS = {"DE": "A1PA6795UKMFR9", "US": "ATVPDKIKX0DER", "JP": "A1VC38T7YXB528"}
DOMAINS = {"DE": "Amazon.de", "US": "Amazon.com", "JP": "Amazon.co.jp"}
COLUMNS = (*ORDER_COLUMNS, "ship-country")


@dataclass(frozen=True)
class Promise:
    """What one ORDER_CHANGE says, and when."""

    said_at: datetime
    earliest: datetime
    latest: datetime


@dataclass(frozen=True)
class Sale:
    """One order, with everything that will ever be known of it. `never` says why its buyer may not be asked although it was shipped."""

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
    arrivals: tuple[datetime, ...] = ()
    cancelled: datetime | None = None
    opted_out: bool = False
    never: str | None = None


@dataclass(frozen=True)
class Habits:
    """The part of seller.yaml that concerns requests."""

    delay_days: int = 7
    send_hour: int = 10
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
                sales_channel=DOMAINS[country],
                ship_country=country,
            )
            earliest = shipped + chance.randint(1, 3) * DAY
            made.append(make(plain, Promise(shipped, earliest, earliest + chance.randint(0, 4 * 24) * HOUR)))
    return made


def _told_anew(promise: Promise) -> Promise:
    return Promise(promise.said_at + DAY, promise.earliest + 3 * DAY, promise.latest + 5 * DAY)


_MADE: tuple[Callable[[Sale, Promise], Sale], ...] = (
    lambda sale, promise: replace(sale, promises=(promise,)),
    lambda sale, promise: replace(sale, promises=(promise, _told_anew(promise))),
    lambda sale, promise: replace(sale, channel="Amazon", arrivals=(promise.latest,)),
    lambda sale, promise: replace(sale, channel="Amazon", arrivals=(promise.earliest, promise.latest + DAY)),
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
)
"""The kinds of orders, from a plain one and a promise."""


def write(folder: Path, made: Sequence[Sale], habits: Habits, seller_id: str = SELLER) -> Path:
    """The seller's folder: All Orders and FBA shipments as downloaded at the very end, a notification for each promise."""
    folder.mkdir(parents=True)
    countries = list(dict.fromkeys(sale.country for sale in made))
    requests = {
        "delay_days": habits.delay_days,
        "send_hour": habits.send_hour,
        "exclude": {"skus": ["LEFT-OUT"], "asins": ["B0LEFTOUT0"], "countries": ["CH"]},
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
        (folder / country / "orders.txt").write_text(tsv([row for sale in here for row in _rows(sale)], COLUMNS))
        parcels = [row for sale in here for row in _parcels(sale)]
        (folder / country / "shipments.txt").write_text(tsv(parcels, SHIPMENT_COLUMNS))
    (folder / "notifications").mkdir()
    for number, message in enumerate(message for sale in made for message in messages(sale)):
        (folder / "notifications" / f"{number:05}.json").write_text(message)
    return folder


def _rows(sale: Sale) -> Iterator[dict[str, str]]:
    cells = {
        "fulfillment-channel": sale.channel,
        "sales-channel": sale.sales_channel,
        "sku": sale.sku,
        "asin": sale.asin,
        "ship-country": sale.ship_country,
    }
    bought = sale.bought.isoformat()
    yield order(sale.order_id, bought, bought=bought, status="Pending", **cells)
    if sale.status != "Pending":
        yield order(sale.order_id, sale.shipped.isoformat(), bought=bought, status=sale.status, **cells)
    if sale.cancelled is not None:
        yield order(sale.order_id, sale.cancelled.isoformat(), bought=bought, status="Cancelled", **cells)


def _parcels(sale: Sale) -> Iterator[dict[str, str]]:
    for number, arrives in enumerate(sale.arrivals):
        yield shipment(
            sale.order_id,
            sale.shipped.isoformat(),
            arrives.isoformat(),
            **{"shipment-id": f"S{number}", "sales-channel": sale.sales_channel},
        )


def messages(sale: Sale) -> Iterator[str]:
    """The notifications about an order."""
    for promise in sale.promises:
        yield order_change(
            sale.order_id,
            promise.said_at.isoformat(),
            MarketplaceId=MARKETPLACE_IDS[sale.country],
            OrderStatus=sale.status,
            EarliestDeliveryDate=promise.earliest.isoformat(),
            LatestDeliveryDate=promise.latest.isoformat(),
        )


# ---- the oracle ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Expected:
    """What becomes of an order's request by the end of the span. No state: it needs no line. `asked` is the earliest moment."""

    state: str | None
    reason: str | None = None
    window: tuple[datetime, datetime] | None = None
    asked: datetime | None = None


def expected(sale: Sale, habits: Habits, since: datetime, until: datetime) -> Expected:
    """By what was made, and by reports that are read at six in the morning (UTC) from `since` on."""
    read = since.replace(hour=6, minute=0, second=0)
    while read < max(since, sale.shipped):
        read += DAY
    cancelled_before = sale.cancelled is not None and sale.cancelled <= read
    if sale.status != "Shipped" or cancelled_before or read > until:
        return Expected(None)
    window = eligible_from, closes_at = window_of(sale, habits)
    if sale.never:
        return Expected("OPTED_OUT" if sale.opted_out else "EXCLUDED", sale.never, window)
    asked = _in_the_hours(max(eligible_from, read), sale, habits)
    if closes_at <= read:
        return Expected("WINDOW_CLOSED", "too_late", window)
    return Expected("SENT", None, window, asked) if asked <= until else Expected("PLANNED", None, window)


def window_of(sale: Sale, habits: Habits) -> tuple[datetime, datetime]:
    """From when the buyer may be asked, and until when."""
    if sale.arrivals:
        earliest, latest = min(sale.arrivals), max(sale.arrivals)
    elif sale.promises:
        earliest, latest = sale.promises[-1].earliest, sale.promises[-1].latest
    else:
        earliest = latest = sale.bought + 14 * DAY
    zone = ZoneInfo(ZONES[sale.country])
    day = latest.astimezone(zone).date() + timedelta(days=habits.delay_days)
    wished = datetime.combine(day, time(habits.send_hour), zone).astimezone(UTC)
    return _in_the_hours(max(wished, earliest + 5 * DAY), sale, habits), latest + 30 * DAY


def _in_the_hours(at: datetime, sale: Sale, habits: Habits) -> datetime:
    """The first moment from then on when clocks there show the hour or a later one: on and on to the next full hour."""
    while at.astimezone(ZoneInfo(ZONES[sale.country])).hour < habits.send_hour:
        at = at.replace(minute=0, second=0, microsecond=0) + HOUR
    return at
