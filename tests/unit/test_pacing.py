"""Token buckets."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from goodstanding.core.pacing import Bucket, take

NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
RATE = Decimal("0.0167")
ZERO = timedelta(0)


def test_new_bucket_is_full():
    """The burst may be taken at once, then comes a wait."""
    bucket, waits = None, []
    for _ in range(16):
        bucket, wait = take(bucket, NOW, RATE, 15)
        waits.append(wait)
    assert waits[:15] == [ZERO] * 15
    assert waits[15] == timedelta(seconds=59, microseconds=880240)


def test_callers_queue_for_tokens_of_the_future():
    """Each waits for its own token, one after the other."""
    bucket, waits = Bucket(Decimal("0.5"), NOW), []
    for _ in range(3):
        bucket, wait = take(bucket, NOW, Decimal(1), 5)
        waits.append(wait.total_seconds())
    assert waits == [0.5, 1.5, 2.5]


def test_promised_tokens_are_paid_back_by_time():
    """Who comes after the queue finds it shorter by the time that has passed."""
    bucket = Bucket(Decimal(-3), NOW)
    assert take(bucket, NOW + timedelta(seconds=2), Decimal(1), 5)[1] == timedelta(seconds=2)
    assert take(bucket, NOW + timedelta(seconds=4), Decimal(1), 5)[1] == ZERO


def test_bucket_holds_no_more_than_its_burst():
    """However long it rests."""
    bucket, wait = take(Bucket(Decimal(0), NOW), NOW + timedelta(days=400), RATE, 15)
    assert (bucket.tokens, wait) == (Decimal(14), ZERO)


@pytest.mark.parametrize("tokens", ["0", "3"])
def test_clock_set_back_gives_nothing_and_blocks_nobody(tokens):
    """The bucket goes on from the new time."""
    earlier = NOW - timedelta(days=1)
    bucket, wait = take(Bucket(Decimal(tokens), NOW), earlier, Decimal(1), 5)
    assert bucket.at == earlier
    assert wait == (timedelta(seconds=1) if tokens == "0" else ZERO)
