"""DynamoDB at the size of a report: moto's own ways grow with the square of a table, or cost more than all the rest of a run."""

import copy
from collections.abc import Mapping
from functools import cache
from types import SimpleNamespace
from typing import Any

from moto.core.serialize import ResponseSerializer
from moto.dynamodb import models
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing.expressions import UpdateExpressionParser  # type: ignore[attr-defined]

from local.moto_patches.registry import Engine, Replacement, mends


@mends
def light_transactions(_: Engine) -> tuple[Replacement, ...]:
    """A transaction copies its whole table once for each of its actions, to be able to roll back: quadratic in the table.

    Here only the items that it is about are kept, and put back when it fails.
    """
    inside: Any = DynamoDBBackend.transact_write_items

    def transact(self: Any, transact_items: list[dict[str, Any]]) -> None:
        kept = [_kept(self, operation) for action in transact_items for operation in action.values()]
        try:
            inside(self, transact_items)
        except BaseException:
            for table, hash_key, range_key, item in kept:
                _put_back(table, hash_key, range_key, item)
            raise

    def deepcopy(value: Any, memo: dict[int, Any] | None = None) -> Any:
        return value if isinstance(value, Table) else copy.deepcopy(value, memo)

    return (
        Replacement(DynamoDBBackend, "transact_write_items", transact),
        Replacement(models, "copy", SimpleNamespace(deepcopy=deepcopy)),
    )


@mends
def narrow_queries(_: Engine) -> tuple[Replacement, ...]:
    """A query sorts the whole table, then looks at every item of it."""
    query_inside: Any = Table.query
    all_inside: Any = Table.all_items
    narrowed: dict[int, list[Any]] = {}

    def query(self: Any, hash_key: Any, *args: Any, **others: Any) -> Any:
        conditions = others.get("hash_key_conditions") or ()
        index = args[_INDEX] if len(args) > _INDEX else others.get("index_name")
        if not index:
            narrowed[id(self)] = _ranged(self.items.get(hash_key))
        elif conditions:
            name, wanted = conditions[0]
            narrowed[id(self)] = [
                item
                for ranged in self.items.values()
                for item in _ranged(ranged)
                if (found := item.attrs.get(name)) is not None and found.value == wanted.value
            ]
        try:
            return query_inside(self, hash_key, *args, **others)
        finally:
            narrowed.pop(id(self), None)

    def all_items(self: Any) -> Any:
        return narrowed[id(self)] if id(self) in narrowed else all_inside(self)

    return (Replacement(Table, "query", query), Replacement(Table, "all_items", all_items))


_INDEX = 6  # where moto's caller puts the index, behind the hash key


@mends
def plain_attribute_values(_: Engine) -> tuple[Replacement, ...]:
    """An answer's attribute values, which are in their wire form already, are put together anew member by member."""
    inside: Any = ResponseSerializer._serialize_type_structure

    def serialize(self: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if shape.name == "AttributeValue" and type(value) is dict and _PLAIN.issuperset(value):
            self._default_serialize(serialized, value, shape, key)
        else:
            inside(self, serialized, value, shape, key)

    return (Replacement(ResponseSerializer, "_serialize_type_structure", serialize),)


_PLAIN = frozenset({"S", "N", "BOOL", "NULL", "SS", "NS"})


@mends
def plain_projections(_: Engine) -> tuple[Replacement, ...]:
    """An index's entry is made by way of Python values, all the item's for each attribute that is wanted."""
    inside: Any = Item.project

    def project(self: Any, projection_expressions: list[list[str]]) -> Any:
        if any(len(path) > 1 for path in projection_expressions):
            return inside(self, projection_expressions)
        wanted = {name for (name,) in projection_expressions}
        return Item(self.hash_key, self.range_key, {name: self.attrs[name] for name in self.attrs if name in wanted})

    return (Replacement(Item, "project", project),)


@mends
def items_measured_once(_: Engine) -> tuple[Replacement, ...]:
    """A new item is measured again with each attribute that is put into it."""

    def init(self: Any, hash_key: Any, range_key: Any, attrs: dict[str, Any]) -> None:
        self.hash_key, self.range_key, self.attrs = hash_key, range_key, LimitedSizeDict()
        typed = {name: DynamoType(value) for name, value in attrs.items()}
        last = typed.popitem() if typed else None
        dict.update(self.attrs, typed)
        if last is not None:
            self.attrs[last[0]] = last[1]

    return (Replacement(Item, "__init__", init),)


@mends
def parsed_once(_: Engine) -> tuple[Replacement, ...]:
    """An update expression is parsed anew for each item; nobody changes what is parsed, only copies of it."""
    inside: Any = UpdateExpressionParser.make
    return (Replacement(UpdateExpressionParser, "make", staticmethod(cache(inside))),)


def _ranged(found: Any) -> list[Any]:
    """The items of one hash key; a table without a range key holds the item itself."""
    if found is None:
        return []
    return list(found.values()) if isinstance(found, dict) else [found]


def _kept(backend: Any, operation: Mapping[str, Any]) -> tuple[Any, Any, Any, Any]:
    """An item as it is before a transaction, and its place; None where there is none."""
    table = backend.get_table(operation["TableName"])
    hash_key, range_key = backend.get_keys_value(table, operation.get("Key") or operation["Item"])
    return table, hash_key, range_key, copy.deepcopy(table.get_item(hash_key, range_key))


def _put_back(table: Any, hash_key: Any, range_key: Any, item: Any) -> None:
    ranged, key = (table.items[hash_key], range_key) if range_key is not None else (table.items, hash_key)
    if item is None:
        ranged.pop(key, None)
    else:
        ranged[key] = item
