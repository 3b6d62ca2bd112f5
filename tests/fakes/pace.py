"""Token buckets in memory; passes the contract tests of its adapter."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from goodstanding.core.pacing import Bucket, take
from goodstanding.ports.clock import Clock


@dataclass
class FakePaceStore:
    """Token buckets."""

    clock: Clock
    buckets: dict[tuple[str, str, str], Bucket] = field(default_factory=dict)

    def take(self, seller_id: str, region: str, operation: str, *, rate: Decimal, burst: int) -> timedelta:
        """Take a token, if need be one of the future; how long until it may be used."""
        key = (seller_id, region, operation)
        self.buckets[key], wait = take(self.buckets.get(key), self.clock.now(), rate, burst)
        return wait
