"""DynamoDB's transactions at the size of a report."""

import copy
from types import SimpleNamespace
from typing import Any

from moto.dynamodb import models
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import Table

from local.moto_patches.registry import Engine, Replacement, mends


@mends
def light_transactions(_: Engine) -> tuple[Replacement, ...]:
    """A transaction copies its whole table once for each of its actions, to be able to roll back: quadratic in the table.

    Here it copies the table's dictionaries once, and an item at the moment it is about to be changed in place.
    """
    inside: Any = DynamoDBBackend.transact_write_items
    snapshots: dict[int, Any] = {}

    def transact(self: Any, transact_items: list[dict[str, Any]]) -> None:
        snapshots.clear()
        try:
            inside(self, transact_items)
        finally:
            snapshots.clear()

    def deepcopy(value: Any, memo: dict[int, Any] | None = None) -> Any:
        if isinstance(value, Table):
            return snapshots.setdefault(id(value), _snapshot(value))
        if isinstance(value, Item):
            for snapshot in snapshots.values():
                _keep(snapshot, value)
        return copy.deepcopy(value, memo)

    return (
        Replacement(DynamoDBBackend, "transact_write_items", transact),
        Replacement(models, "copy", SimpleNamespace(deepcopy=deepcopy)),
    )


def _snapshot(table: Any) -> Any:
    """The table as it is: its own dictionaries, the same items."""
    snapshot = copy.copy(table)
    snapshot.items = copy.copy(table.items)
    for hash_key, ranged in table.items.items():
        snapshot.items[hash_key] = copy.copy(ranged) if isinstance(ranged, dict) else ranged
    return snapshot


def _keep(snapshot: Any, item: Any) -> None:
    """Put a copy in the place of an item that will change."""
    ranged: Any = snapshot.items.get(item.hash_key)
    if ranged is item:
        snapshot.items[item.hash_key] = copy.deepcopy(item)
    elif isinstance(ranged, dict) and ranged.get(item.range_key) is item:
        ranged[item.range_key] = copy.deepcopy(item)
