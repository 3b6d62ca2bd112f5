"""GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE: returns of orders that the seller ships, and whether a claim came of one."""

from collections.abc import Iterable, Iterator
from datetime import date

from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.orders import ReturnFact, is_order_id
from goodstanding.core.reports import dates
from goodstanding.core.reports.damage import Damage
from goodstanding.core.reports.table import missing_columns, table

ORDER_ID = "order id"
CLAIM = "a-to-z claim"
REQUESTED = "return request date"
REQUIRED = (ORDER_ID, CLAIM)

_RMA = ("amazon rma id", "merchant rma id", REQUESTED)
_ITEM = ("order item id", "merchant sku", "asin")
_YES = frozenset({"y", "yes"})


def parse_returns(lines: Iterable[str], marketplace: Marketplace | None = None) -> Iterator[ReturnFact | Damage]:
    """The return of each row (one for each returned item); Damage for what cannot be read, and then goes on.

    Empty cells hold a single space. Days are `dd-MMM-yyyy` with English month names; numbers are read in the order of the
    marketplace. A required column that is missing ends it.
    """
    found = table(lines)
    if found is None:
        yield Damage(1, None, "no_header")
        return
    if missing := missing_columns(found, REQUIRED):
        yield from missing
        return
    columns = found.columns()
    for row in found.rows:
        if isinstance(row, Damage):
            yield row
            continue
        number, cells = row
        values = {name: cells[place].strip() for name, place in columns.items()}
        if not values[ORDER_ID]:
            yield Damage(number, ORDER_ID, "empty")
            continue
        if not is_order_id(values[ORDER_ID]):
            yield Damage(number, ORDER_ID, "unreadable_order_id")
            continue
        try:
            requested_on = _day(values.get(REQUESTED, ""), marketplace)
        except ValueError:
            yield Damage(number, REQUESTED, "unreadable_date")
            continue
        yield ReturnFact(values[ORDER_ID], _key(values), requested_on, values[CLAIM].casefold() in _YES)


def _day(cell: str, marketplace: Marketplace | None) -> date | None:
    return dates.day(cell, marketplace) if cell else None


def _key(values: dict[str, str]) -> str:
    """What tells the returns of one order apart and stays when a return's state changes: its RMA and its item."""
    rma = next((values[name] for name in _RMA if values.get(name)), "")
    item = next((values[name] for name in _ITEM if values.get(name)), "")
    return f"{rma}#{item}"
