"""GET_AMAZON_FULFILLED_SHIPMENTS_DATA_GENERAL: one row for each item of a shipment that Amazon made."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from goodstanding.core.orders import ShipmentFact, is_order_id
from goodstanding.core.reports import dates
from goodstanding.core.reports.damage import Damage
from goodstanding.core.reports.table import missing_columns, table

ORDER_ID = "amazon-order-id"
SHIPMENT_ID = "shipment-id"
SHIPPED = "shipment-date"
ARRIVAL = "estimated-arrival-date"
REQUIRED = (ORDER_ID, SHIPMENT_ID, SHIPPED, ARRIVAL)


def parse_shipments(lines: Iterable[str]) -> Iterator[ShipmentFact | Damage]:
    """The shipment of each row; Damage for what cannot be read, and then goes on.

    Items of one shipment give equal facts. A required column that is missing ends it; an empty date is None.
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
        values = {name: cells[columns[name]].strip() for name in REQUIRED}
        unreadable = _unreadable(number, values)
        if unreadable:
            yield unreadable
            continue
        yield ShipmentFact(values[ORDER_ID], values[SHIPMENT_ID], _instant(values[SHIPPED]), _instant(values[ARRIVAL]))


def _instant(cell: str) -> datetime | None:
    return dates.instant(cell) if cell else None


def _unreadable(number: int, values: dict[str, str]) -> Damage | None:
    for name in (ORDER_ID, SHIPMENT_ID):
        if not values[name]:
            return Damage(number, name, "empty")
    if not is_order_id(values[ORDER_ID]):
        return Damage(number, ORDER_ID, "unreadable_order_id")
    for name in (SHIPPED, ARRIVAL):
        try:
            _instant(values[name])
        except ValueError:
            return Damage(number, name, "unreadable_date")
    return None
