"""What the stack knows of each order, as dated events: read from the orders' table at the end of a run, for `goodstanding explain`.

The deployed stack never reads the whole table; a local run does once, because only its files outlive it. The items are those of
docs/data-model.md. There is no buyer's data in them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from goodstanding.adapters.dynamodb.table import Item, at, plain

_OPT_OUTS = "OPT_OUTS"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, or is promised, to an order: at an instant (aware), on a calendar day, or at no known time."""

    at: datetime | date | None
    what: str
    details: Mapping[str, object]

    @property
    def moment(self) -> datetime:
        """Where it stands in the order of time: a day at its beginning, what has no time before everything else."""
        if isinstance(self.at, datetime):
            return self.at
        return datetime.combine(self.at or date.min, time.min, UTC)


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything known of one order of one marketplace, in the order of time."""

    order_id: str
    events: Sequence[Event]


class OrdersTable:
    """The items of the orders' table, read once."""

    def __init__(self, client: Any, table: str) -> None:
        self._partitions: dict[tuple[str, str], dict[str, list[Item]]] = defaultdict(lambda: defaultdict(list))
        self._opt_outs: dict[tuple[str, str], Item] = {}
        for page in client.get_paginator("scan").paginate(TableName=table):
            for item in map(plain, page["Items"]):
                self._file(item)

    def _file(self, item: Item) -> None:
        match item["pk"].split("#"):
            case [seller_id, country, order_id]:
                self._partitions[seller_id, country][order_id].append(item)
            case [seller_id, opt_outs] if opt_outs == _OPT_OUTS:
                self._opt_outs[seller_id, item["sk"]] = item

    def dossiers(self, seller_id: str, country: str, snapshot: str | None) -> Sequence[Dossier]:
        """Of every order of a marketplace, by order id; `snapshot` names the feedback in force."""
        found = self._partitions.get((seller_id, country), {})
        return [
            Dossier(
                order_id, sorted(self._events(seller_id, order_id, items, snapshot), key=lambda event: event.moment)
            )
            for order_id, items in sorted(found.items())
        ]

    def _events(self, seller_id: str, order_id: str, items: Sequence[Item], snapshot: str | None) -> Iterator[Event]:
        for item in items:
            kind = item["sk"].partition("#")[0]
            if kind in _READERS:
                yield from _READERS[kind](item)
        yield from _feedback([item for item in items if item["sk"].startswith("FEEDBACK#")], snapshot)
        opt_out = self._opt_outs.get((seller_id, order_id))
        if opt_out is not None:
            yield Event(at(opt_out["opted_out_at"]), "opt_out", {"source": opt_out["source"]})


def _order(item: Item) -> Iterable[Event]:
    facts = item["facts"]
    bought = {"fulfillment": facts.get("fulfillment"), "sales_channel": facts["sales_channel"]}
    items = {"skus": sorted(item.get("skus", ())), "asins": sorted(item.get("asins", ()))}
    yield Event(at(facts["purchased_at"]), "purchase", bought | items)
    yield Event(at(facts["last_updated_at"]), "status", {"status": facts["status"], "source": "report"})


def _shipment(item: Item) -> Iterable[Event]:
    shipped_at, arrival = at(item.get("shipped_at")), at(item.get("estimated_arrival_at"))
    yield Event(shipped_at, "shipment", {"source": "report", "late": None})
    if arrival is not None:
        yield Event(arrival, "arrival", {"source": "report"})


def _promise(item: Item) -> Iterable[Event]:
    _, source, said_at = item["sk"].split("#")
    said = {"source": source, "status": item.get("status"), "is_replacement": bool(item.get("is_replacement"))}
    promised = {name: at(item.get(name)) for name in ("earliest_delivery_at", "latest_delivery_at", "latest_ship_at")}
    yield Event(at(said_at), "promise", said | promised)
    if item.get("shipped_at") is not None:
        late = None if promised["latest_ship_at"] is None else str(item.get("defect", "")).startswith("LATE#")
        yield Event(at(item["shipped_at"]), "shipment", {"source": source, "late": late})
    if item.get("delivered_at") is not None:
        yield Event(at(item["delivered_at"]), "delivery", {"source": source})


def _return(item: Item) -> Iterable[Event]:
    requested_on = item.get("requested_on")
    claimed = str(item.get("defect", "")).startswith("A_TO_Z#")
    yield Event(date.fromisoformat(requested_on) if requested_on else None, "return", {"a_to_z_claim": claimed})


_READERS: dict[str, Callable[[Item], Iterable[Event]]] = {
    "ORDER": _order,
    "SHIPMENT": _shipment,
    "PROMISE": _promise,
    "RETURN": _return,
}


def _feedback(items: Sequence[Item], snapshot: str | None) -> Iterator[Event]:
    """A day's snapshot repeats what still stands, so that an order has one event for each feedback, not for each day."""
    days: dict[tuple[str, int], list[str]] = defaultdict(list)
    for item in items:
        days[item["left_on"], int(item["rating"])].append(item["sk"].removeprefix("FEEDBACK#"))
    for (left_on, rating), seen in days.items():
        last_seen = max(seen)
        details = {"rating": rating, "stands": last_seen == snapshot, "last_seen_on": last_seen}
        yield Event(date.fromisoformat(left_on), "feedback", details)
