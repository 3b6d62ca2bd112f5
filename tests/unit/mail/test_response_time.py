"""The share of buyers' messages answered within 24 hours."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from goodstanding.core.mail.categories import Category, Urgency
from goodstanding.core.mail.response_time import contact_response_time
from goodstanding.core.mail.threads import Message, SettledBy, Settlement
from goodstanding.core.marketplaces import by_country
from goodstanding.core.metrics import Window

AS_OF = datetime(2026, 11, 20, 6, tzinfo=UTC)
DE = by_country("DE")
HOUR = timedelta(hours=1)
TICK = timedelta(seconds=1)


def message(before: timedelta, taken: timedelta | None = None, by=SettledBy.REPLY, marketplace="DE") -> Message:
    """A message so long before the run, settled after so long."""
    at = AS_OF - before
    settlement = None if taken is None else Settlement(at + taken, by)
    return Message("m", "t", marketplace, at, Category.OTHER, Urgency.NORMAL, settlement)


@pytest.mark.parametrize(
    ("given", "in_time", "counted"),
    [
        (message(48 * HOUR, 24 * HOUR), 1, 1),
        (message(48 * HOUR, 24 * HOUR + TICK), 0, 1),
        (message(48 * HOUR, HOUR, SettledBy.NO_RESPONSE_NEEDED), 1, 1),
        (message(48 * HOUR, 25 * HOUR, SettledBy.NO_RESPONSE_NEEDED), 0, 1),
        (message(24 * HOUR - TICK), 0, 0),
        (message(24 * HOUR), 0, 1),
        (message(48 * HOUR), 0, 1),
        (message(2 * HOUR, HOUR), 1, 1),
        (message(2 * HOUR, 3 * HOUR), 0, 0),
        (message(48 * HOUR, 60 * HOUR), 0, 1),
        (message(-TICK, HOUR), 0, 0),
        (message(48 * HOUR, HOUR, marketplace="FR"), 0, 0),
    ],
)
def test_message_counts_when_it_is_settled_or_late(given, in_time, counted):
    """At 24 hours to the second an answer is in time, and no answer is late; what comes after the run is not known."""
    found = contact_response_time([given], AS_OF, 30, DE)
    assert (found.in_time, found.counted) == (in_time, counted)


def test_window_is_of_local_days_and_ends_today():
    """Seven days of Berlin: the first begins at 23:00 UTC of the day before."""
    first = AS_OF - datetime(2026, 11, 13, 23, tzinfo=UTC)
    found = contact_response_time([message(first, HOUR), message(first + TICK, HOUR)], AS_OF, 7, DE)
    assert (found.counted, found.window) == (1, Window(date(2026, 11, 14), date(2026, 11, 20)))


def test_value_is_the_share_and_none_without_messages():
    """Exact."""
    messages = [message(48 * HOUR, HOUR), message(48 * HOUR, HOUR), message(48 * HOUR)]
    assert contact_response_time(messages, AS_OF, 7, DE).value == Decimal(2) / 3
    assert contact_response_time([], AS_OF, 7, DE).value is None
