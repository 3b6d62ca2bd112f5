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


def test_nothing_is_taken_when_nothing_is_there():
    """A wait costs no token."""
    bucket = Bucket(Decimal("0.5"), NOW)
    assert take(bucket, NOW, Decimal(1), 5) == (bucket, timedelta(milliseconds=500))


def test_after_the_wait_a_token_is_there():
    """Not a microsecond later."""
    bucket, wait = take(Bucket(Decimal(0), NOW), NOW, RATE, 15)
    assert take(bucket, NOW + wait, RATE, 15)[1] == ZERO
    assert take(bucket, NOW + wait - timedelta(microseconds=1), RATE, 15)[1] > ZERO


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
