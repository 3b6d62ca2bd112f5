"""Whether a mailbox has fallen silent."""

from datetime import UTC, datetime, timedelta

import pytest

from goodstanding.core.mail.kinds import MailKind
from goodstanding.core.mail.record import DayOfMail, Fate, MailRecord
from goodstanding.core.mail.silence import silent_since
from goodstanding.core.mail.trust import Trust

NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def every(hours: int, times: int, last: datetime) -> list[datetime]:
    """Arrivals at a steady pace, in no order."""
    return [last - number * hours * HOUR for number in range(times)][::-1]


@pytest.mark.parametrize(
    ("hours", "pause", "silent"),
    [
        (1, 24 * HOUR, False),
        (1, 24 * HOUR + SECOND, True),
        (20, 40 * HOUR, False),
        (20, 40 * HOUR + SECOND, True),
    ],
)
def test_pause_is_a_silence_beyond_a_day_and_twice_the_longest_one(hours, pause, silent):
    """Whichever is longer."""
    last = NOW - pause
    assert silent_since(every(hours, 5, last)[::-1], NOW) == (last if silent else None)


def test_too_few_mails_tell_nothing():
    """Of four nobody knows what is usual; those from the future are none."""
    known = every(1, 4, NOW - 90 * HOUR)
    assert silent_since(known, NOW) is None
    assert silent_since([*known, NOW + HOUR], NOW) is None
    assert silent_since([*known, NOW - 89 * HOUR], NOW) == NOW - 89 * HOUR


def test_day_counts_mails_of_any_fate():
    """Even a forged one shows that the mailbox is alive."""
    assert DayOfMail("2026-11-20", taken=2, refused=3, unreadable=4).total == 9


def test_record_says_no_more_than_it_must():
    """What does not apply is empty."""
    record = MailRecord("m", NOW, Fate.TAKEN, MailKind.OTHER, Trust.VERIFIED, "mail/a/1")
    assert (record.reason, record.marketplace, record.order_id) == (None, None, None)
