"""How fast Amazon may be called, across all that call it."""

from datetime import timedelta
from decimal import Decimal
from typing import Protocol


class PaceStore(Protocol):
    """Token buckets that outlive a Lambda: one for each seller, region and operation."""

    def take(self, seller_id: str, region: str, operation: str, *, rate: Decimal, burst: int) -> timedelta:
        """Take a token, if need be one of the future; how long until it may be used."""
        ...
