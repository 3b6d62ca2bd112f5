"""Token buckets: Amazon allows an operation `burst` calls at once, and gives back `rate` calls for each second that passes."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many calls were allowed at an instant; below zero, as many are promised to callers that wait."""

    tokens: Decimal
    at: datetime


def take(bucket: Bucket | None, now: datetime, rate: Decimal, burst: int) -> tuple[Bucket, timedelta]:
    """Take a token, if need be one of the future; the bucket after it, and how long until the token may be used.

    So callers queue up: each comes back once, at its own time, instead of all at the next token's. No bucket is a full one;
    `rate` is in tokens per second, above zero. A clock that was set back gives nothing back, and the bucket goes on from its
    new time, so that nobody waits for the old one to come again.
    """
    before = bucket or Bucket(Decimal(burst), now)
    passed = max(timedelta(0), now - before.at) // timedelta(microseconds=1)
    tokens = min(Decimal(burst), before.tokens + rate * passed / _MICROSECONDS) - 1
    wait = timedelta(microseconds=math.ceil(max(Decimal(0), -tokens) / rate * _MICROSECONDS))
    return Bucket(tokens, now), wait
