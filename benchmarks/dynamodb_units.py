"""How many request units DynamoDB would bill, reckoned from the sizes of the items that calls read and write.

The rules: an item's size is its names and values (1); a write is one unit for each KB begun of the larger of the item before and
after, twice that in a transaction, and is billed also when its condition turns it away (2); a consistent read is one unit for each
4 KB begun, any other half a unit, a query rounds each page as a whole (2); an index is written when its entry changes, and twice,
a removal and an insertion, when the entry's key changes (3). Index writes are taken at the plain rate also within a transaction.

(1) docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
(2) docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
(3) docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html, "Provisioned throughput considerations"
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from math import ceil
from typing import Any, Self
from unittest import mock

from botocore.client import BaseClient

type Item = Mapping[str, Any]
type Lookup = Callable[[str, Item], Item | None]
"""An item by its table and key, in wire form; None when there is none."""

_WRITE, _READ = 1024, 4096
_TRANSACTION = 2


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index: its keys, and the attributes beside the table's keys and its own (None: all)."""

    keys: tuple[str, ...]
    projected: frozenset[str] | None

    def entry(self, item: Item | None, table_keys: Sequence[str]) -> Item | None:
        """What of an item stands in the index; None when it lacks a key."""
        if item is None or any(key not in item for key in self.keys):
            return None
        if self.projected is None:
            return item
        names = {*self.keys, *table_keys, *self.projected}
        return {name: value for name, value in item.items() if name in names}

    def key(self, entry: Item | None) -> tuple[Any, ...] | None:
        """What finds an entry."""
        return None if entry is None else tuple(entry[key] for key in self.keys)


@dataclass(frozen=True, slots=True)
class Shape:
    """A table's keys and indexes."""

    keys: tuple[str, ...]
    indexes: Mapping[str, Index]

    @classmethod
    def of(cls, properties: Mapping[str, Any]) -> Self:
        """From the properties of AWS::DynamoDB::Table."""
        return cls(
            _names(properties),
            {each["IndexName"]: _index(each) for each in properties.get("GlobalSecondaryIndexes", ())},
        )


def _names(holder: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(key["AttributeName"] for key in holder["KeySchema"])


def _index(properties: Mapping[str, Any]) -> Index:
    projection = properties["Projection"]
    named = None if projection["ProjectionType"] == "ALL" else frozenset(projection.get("NonKeyAttributes", ()))
    return Index(_names(properties), named)


# ---- sizes --------------------------------------------------------------------------------------------------------------------


def item_size(item: Item) -> int:
    """Bytes of an item in wire form."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    return _SIZES[kind](content)


_SIZES: Mapping[str, Callable[[Any], int]] = {
    "S": lambda text: len(text.encode()),
    "N": lambda text: ceil(len(text.strip("-").replace(".", "")) / 2) + 1,
    "B": len,
    "BOOL": lambda _: 1,
    "NULL": lambda _: 1,
    "SS": lambda texts: sum(len(text.encode()) for text in texts),
    "NS": lambda texts: sum(_SIZES["N"](text) for text in texts),
    "L": lambda values: 3 + sum(1 + _value_size(value) for value in values),
    "M": lambda values: 3 + len(values) + item_size(values),
}


def write_units(before: Item | None, after: Item | None) -> int:
    """Of one write to a table or an index, outside a transaction."""
    return max(1, *(ceil(item_size(item) / _WRITE) for item in (before, after) if item is not None), 1)


def index_units(shape: Shape, before: Item | None, after: Item | None) -> dict[str, int]:
    """Of the index entries that a write changes, by index."""
    units = {}
    for name, index in shape.indexes.items():
        old, new = index.entry(before, shape.keys), index.entry(after, shape.keys)
        if old == new:
            continue
        moved = old is not None and new is not None and index.key(old) != index.key(new)
        units[name] = write_units(old, None) + write_units(None, new) if moved else write_units(old, new)
    return units


def read_units(size: int, *, consistent: bool) -> float:
    """Of reading so many bytes at once."""
    return max(1, ceil(size / _READ)) * (1 if consistent else 0.5)


# ---- calls --------------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Meter:
    """Counts the units of calls. `writes` by (table, index or "", "transaction" or "plain"); `reads` by (table, index or "").

    `aside` is entered for the counting itself, which is no part of what is measured.
    """

    shapes: Mapping[str, Shape]
    stored: Lookup
    aside: Callable[[], AbstractContextManager[None]] = nullcontext
    writes: defaultdict[tuple[str, ...], float] = field(default_factory=lambda: defaultdict(float))
    reads: defaultdict[tuple[str, ...], float] = field(default_factory=lambda: defaultdict(float))

    def clear(self) -> None:
        """Forget what was counted."""
        self.writes.clear()
        self.reads.clear()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Count every call of every DynamoDB client of this process."""
        inside: Any = BaseClient._make_api_call  # type: ignore[attr-defined] # the stubs know only its public methods

        def call(client: Any, operation: str, parameters: Mapping[str, Any]) -> Any:
            if client.meta.service_model.service_name != "dynamodb":
                return inside(client, operation, parameters)
            return self.counted(operation, parameters, lambda: inside(client, operation, parameters))

        with mock.patch.object(BaseClient, "_make_api_call", call):
            yield

    def counted(self, operation: str, parameters: Mapping[str, Any], call: Callable[[], Any]) -> Any:
        """Make a call and count its units, also when it fails."""
        with self.aside():
            targets = [(table, key, self.stored(table, key)) for table, key in self._written(operation, parameters)]
        kind = "transaction" if operation == "TransactWriteItems" else "plain"
        try:
            answer = call()
        finally:
            with self.aside():
                for table, key, before in targets:
                    self._count_write(table, kind, before, self.stored(table, key))
        with self.aside():
            self._count_read(operation, parameters, answer)
        return answer

    def _written(self, operation: str, parameters: Mapping[str, Any]) -> Iterator[tuple[str, Item]]:
        """Table and key of every item that a call writes."""
        if operation == "TransactWriteItems":
            bodies = [body for action in parameters["TransactItems"] for body in action.values()]
        elif operation == "BatchWriteItem":
            bodies = [
                {"TableName": table, **body}
                for table, requests in parameters["RequestItems"].items()
                for request in requests
                for body in request.values()
            ]
        else:
            bodies = [parameters] if operation in {"PutItem", "UpdateItem", "DeleteItem"} else []
        for body in bodies:
            table = body["TableName"]
            whole = body.get("Key") or body["Item"]
            yield table, {name: whole[name] for name in self.shapes[table].keys}

    def _count_write(self, table: str, kind: str, before: Item | None, after: Item | None) -> None:
        factor = _TRANSACTION if kind == "transaction" else 1
        self.writes[table, "", kind] += factor * write_units(before, after)
        for index, units in index_units(self.shapes[table], before, after).items():
            self.writes[table, index, "plain"] += units

    def _count_read(self, operation: str, parameters: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        if operation not in {"GetItem", "Query"}:
            return
        items = [answer["Item"]] if "Item" in answer else answer.get("Items", ())
        units = read_units(sum(map(item_size, items)), consistent=parameters.get("ConsistentRead", False))
        self.reads[parameters["TableName"], parameters.get("IndexName", "")] += units
