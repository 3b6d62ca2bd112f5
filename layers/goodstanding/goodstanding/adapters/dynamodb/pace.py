"""Token buckets that outlive a Lambda, in the seller's partition: PACE#<region>#<operation>."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from goodstanding.adapters.dynamodb.table import Table
from goodstanding.contracts.errors import Conflict
from goodstanding.core.pacing import Bucket, take
from goodstanding.ports.clock import Clock

_ROUNDS = 20


class DynamoPaceStore:
    """The buckets of all sellers; concurrent takers never take one token twice."""

    def __init__(self, client: Any, table: str, clock: Clock) -> None:
        self._table = Table(client, table)
        self._clock = clock

    def take(self, seller_id: str, region: str, operation: str, *, rate: Decimal, burst: int) -> timedelta:
        """Take a token, if need be one of the future; how long until it may be used."""
        key = {"pk": seller_id, "sk": f"PACE#{region}#{operation}"}
        for _ in range(_ROUNDS):
            item = self._table.get(key)
            before = Bucket(item["tokens"], datetime.fromisoformat(item["filled_at"])) if item else None
            after, wait = take(before, self._clock.now(), rate, burst)
            if self._write(key, int(item["revision"]) if item else 0, after):
                return wait
        raise Conflict(f"the pace of {operation} is contended")

    def _write(self, key: dict[str, str], revision: int, bucket: Bucket) -> bool:
        values = {"tokens": bucket.tokens, "filled_at": bucket.at.isoformat(), "revision": revision + 1}
        if not revision:
            return self._table.put_new(key | values)
        return self._table.update(
            key,
            "SET tokens = :tokens, filled_at = :filled_at, #revision = :revision",
            {f":{name}": value for name, value in values.items()} | {":before": revision},
            condition="#revision = :before",
            names={"#revision": "revision"},
        )
