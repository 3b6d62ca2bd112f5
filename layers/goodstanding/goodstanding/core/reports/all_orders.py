"""GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL: one row for each item of an order, reported anew with each change.

This is the largest report (a million rows are usual), so both steps stream and do as little as they can for each row.
"""

from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter

from goodstanding.core.orders import Items, OrderFacts, Standing, country_code, fulfillment, order_status
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
OPTIONAL = ("sales-channel", "ship-country", "is-replacement-order", "sku", "asin")
_ITEMS = OrderFacts._fields.index("items")
_PARTS = (REQUIRED[:3], REQUIRED[3:] + OPTIONAL[:3], OPTIONAL[3:])
_REMEMBERED = 20_000
_YES = frozenset({"true", "yes", "y", "1"})


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
    generation = max(1, -(-window // 2))
    recent: dict[str, OrderFacts] = {}
    older: dict[str, OrderFacts] = {}  # handed on when `recent` is full: two generations cost nothing for each row
    for row in rows:
        order_id = row[0]
        if order_id in recent:
            recent[order_id] = _merged(recent[order_id], row)
            continue
        recent[order_id] = _merged(older.pop(order_id), row) if order_id in older else row
        if len(recent) >= generation:
            yield from older.values()
            older, recent = recent, {}
    yield from older.values()
    yield from recent.values()


def _merged(one: OrderFacts, other: OrderFacts) -> OrderFacts:
    said = one[:_ITEMS]
    if said != other[:_ITEMS] and other.version > one.version:
        said = other[:_ITEMS]
    (skus, asins), (more_skus, more_asins) = one.items, other.items
    return OrderFacts._make((*said, Items(skus | more_skus, asins | more_asins)))


def _facts(found: Table) -> Iterator[OrderFacts | Damage]:
    columns = found.columns()
    width = len(found.header)
    pick, pick_standing, pick_items = (itemgetter(*(columns.get(name, width) for name in names)) for names in _PARTS)
    lacks_optional = any(name not in columns for name in OPTIONAL)
    standings, items = _Meanings(_standing), _Meanings(_items)
    # Names looked up a million times are made local, and a row of the order before it says the same times again.
    new, facts = tuple.__new__, OrderFacts
    bought_before = updated_before = None
    purchased = updated = ""
    for row in found.rows:
        if isinstance(row, Damage):
            yield row
            continue
        number, cells = row
        if lacks_optional:
            cells[width:] = [""]
        order_id, bought, last_updated = pick(cells)
        if bought != bought_before or last_updated != updated_before:
            try:
                purchased, updated = dates.instant_text(bought), dates.instant_text(last_updated)
            except ValueError:
                yield from _unreadable(number, bought, last_updated)
                continue
            bought_before, updated_before = bought, last_updated
        order_id = order_id.strip()
        if not order_id:
            yield Damage(number, "amazon-order-id", "empty")
            continue
        yield new(facts, (order_id, purchased, updated, standings[pick_standing(cells)], items[pick_items(cells)]))


class _Meanings[*Words, Meaning](dict[tuple[*Words], Meaning]):
    """What words mean, worked out when they are first seen; forgotten when there are too many to hold."""

    def __init__(self, meaning: Callable[[*Words], Meaning]) -> None:
        super().__init__()
        self._meaning = meaning

    def __missing__(self, words: tuple[*Words]) -> Meaning:
        if len(self) >= _REMEMBERED:
            self.clear()
        self[words] = found = self._meaning(*words)
        return found


def _standing(status: str, channel: str, sales_channel: str, country: str, replacement: str) -> Standing:
    is_replacement = replacement.strip().casefold() in _YES
    return Standing(
        order_status(status), fulfillment(channel), sales_channel.strip(), country_code(country), is_replacement
    )


def _items(sku: str, asin: str) -> Items:
    return Items(frozenset(filter(None, (sku.strip(),))), frozenset(filter(None, (asin.strip(),))))


def _unreadable(number: int, bought: str, updated: str) -> Iterator[Damage]:
    for column, cell in (("purchase-date", bought), ("last-updated-date", updated)):
        try:
            dates.instant(cell)
        except ValueError:
            yield Damage(number, column, "unreadable_date")
