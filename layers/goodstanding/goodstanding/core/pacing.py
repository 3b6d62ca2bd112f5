"""Token buckets: Amazon allows an operation `burst` calls at once, and gives back `rate` calls for each second that passes."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many calls were allowed at an instant."""

    tokens: Decimal
    at: datetime


def take(bucket: Bucket | None, now: datetime, rate: Decimal, burst: int) -> tuple[Bucket, timedelta]:
    """Take a token: the bucket after it, and zero; or the bucket with nothing taken, and how long until a token is there.

    No bucket is a full one. `rate` is in tokens per second, above zero. A clock that was set back gives nothing back, and
    the bucket goes on from its new time, so that nobody waits for the old one to come again.
    """
    before = bucket or Bucket(Decimal(burst), now)
    passed = max(timedelta(0), now - before.at) // timedelta(microseconds=1)
    tokens = min(Decimal(burst), before.tokens + rate * passed / _MICROSECONDS)
    if tokens >= 1:
        return Bucket(tokens - 1, now), timedelta(0)
    missing = (1 - tokens) / rate * _MICROSECONDS
    return Bucket(tokens, now), timedelta(microseconds=math.ceil(missing))
