"""GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL: one row for each item of an order, reported anew with each change.

This is the largest report (a million rows are usual), so both steps stream and do as little as they can for each row.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from operator import itemgetter

from goodstanding.core.orders import Fulfillment, OrderFacts, OrderStatus, country_code, fulfillment, order_status
from goodstanding.core.reports import dates
from goodstanding.core.reports.damage import Damage
from goodstanding.core.reports.table import Table, missing_columns, table

REQUIRED = (
    "amazon-order-id",
    "purchase-date",
    "last-updated-date",
    "order-status",
    "fulfillment-channel",
)
OPTIONAL = ("sales-channel", "ship-country", "sku", "asin")
_ITEMS = OrderFacts._fields.index("skus")
_REMEMBERED = 20_000


def parse_all_orders(lines: Iterable[str]) -> Iterator[OrderFacts | Damage]:
    """The facts of each row, with the SKU and ASIN of its item; Damage for what cannot be read, and then goes on.

    A required column that is missing ends it, as does a file without a header.
    """
    found = table(lines)
    if found is None:
        yield Damage(1, None, "no_header")
        return
    if missing := missing_columns(found, REQUIRED):
        yield from missing
        return
    yield from _facts(found)


def fold_orders(rows: Iterable[OrderFacts], window: int = 5000) -> Iterator[OrderFacts]:
    """The rows of an order folded into one: the newest version says what it is, SKUs and ASINs are those of all its rows.

    At most `window` orders are held. An order whose rows lie further apart comes more than once; a store that lets the
    greater `version` win and accumulates the items ends alike, whatever the order of the rows and the size of the window.
    """
    recent: dict[str, OrderFacts] = {}
    older: dict[str, OrderFacts] = {}  # handed on when `recent` is full: two generations cost nothing for each row
    for row in rows:
        order_id = row.order_id
        held = recent.get(order_id) or older.pop(order_id, None)
        recent[order_id] = row if held is None else _merged(held, row)
        if len(recent) * 2 >= window:
            yield from older.values()
            older, recent = recent, {}
    yield from older.values()
    yield from recent.values()


def _merged(one: OrderFacts, other: OrderFacts) -> OrderFacts:
    newest = other if _is_newer(other, one) else one
    return OrderFacts._make((*newest[:_ITEMS], one.skus | other.skus, one.asins | other.asins))


def _is_newer(one: OrderFacts, than: OrderFacts) -> bool:
    if one.last_updated_at != than.last_updated_at:
        return one.last_updated_at > than.last_updated_at
    return one[:_ITEMS] != than[:_ITEMS] and one.version > than.version


def _facts(found: Table) -> Iterator[OrderFacts | Damage]:
    columns = found.columns()
    width = len(found.header)
    pick = itemgetter(*(columns.get(name, width) for name in REQUIRED + OPTIONAL))
    lacks_optional = any(name not in columns for name in OPTIONAL)
    statuses: dict[str, OrderStatus] = {}
    channels: dict[str, Fulfillment | None] = {}
    countries: dict[str, str] = {}
    items: dict[str, frozenset[str]] = {}
    # Names looked up a million times are made local, and words already seen are read from plain dictionaries.
    read, new, facts, utc = datetime.fromisoformat, tuple.__new__, OrderFacts, UTC
    for row in found.rows:
        if isinstance(row, Damage):
            yield row
            continue
        number, cells = row
        if lacks_optional:
            cells[width:] = [""]
        order_id, bought, updated, status, channel, sales_channel, country, sku, asin = pick(cells)
        try:
            purchased_at = read(bought)
            last_updated_at = read(updated)
            if purchased_at.tzinfo is not utc or last_updated_at.tzinfo is not utc:
                purchased_at, last_updated_at = dates.instant(bought), dates.instant(updated)
        except ValueError:
            yield from _unreadable(number, bought, updated)
            continue
        order_id = order_id.strip()
        if not order_id:
            yield Damage(number, "amazon-order-id", "empty")
            continue
        if status not in statuses or channel not in channels:
            _with_room(statuses)[status] = order_status(status)
            _with_room(channels)[channel] = fulfillment(channel)
        if country not in countries:
            _with_room(countries)[country] = country_code(country)
        if sku not in items or asin not in items:
            _with_room(items).update({sku: _item(sku), asin: _item(asin)})
        yield new(
            facts,
            (
                order_id,
                purchased_at,
                last_updated_at,
                statuses[status],
                channels[channel],
                sales_channel.strip(),
                countries[country],
                items[sku],
                items[asin],
            ),
        )


def _with_room[Meaning](known: dict[str, Meaning]) -> dict[str, Meaning]:
    """Words already seen, emptied when there are too many to hold."""
    if len(known) >= _REMEMBERED:
        known.clear()
    return known


def _item(word: str) -> frozenset[str]:
    word = word.strip()
    return frozenset((word,)) if word else frozenset()


def _unreadable(number: int, bought: str, updated: str) -> Iterator[Damage]:
    for column, cell in (("purchase-date", bought), ("last-updated-date", updated)):
        try:
            dates.instant(cell)
        except ValueError:
            yield Damage(number, column, "unreadable_date")
