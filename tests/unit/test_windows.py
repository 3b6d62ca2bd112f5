"""Calendar days of a marketplace, and what reports are asked for."""

from datetime import UTC, date, datetime, timedelta

import pytest

from goodstanding.core.marketplaces import by_country
from goodstanding.core.metrics import Window
from goodstanding.core.report_types import DAILY_REPORTS, Range, ReportRule, ReportType
from goodstanding.core.windows import bounds, days_of, local_day, rate_window, request_ranges

AS_OF = datetime(2026, 11, 20, 6, tzinfo=UTC)
CLOSED = ReportRule(Range.CLOSED, timedelta(days=66), timedelta(days=2), timedelta(days=30))


@pytest.mark.parametrize(
    ("country", "at", "day"),
    [
        ("DE", datetime(2026, 11, 19, 22, 59, 59, tzinfo=UTC), date(2026, 11, 19)),
        ("DE", datetime(2026, 11, 19, 23, tzinfo=UTC), date(2026, 11, 20)),
        ("DE", datetime(2026, 10, 24, 21, 59, 59, tzinfo=UTC), date(2026, 10, 24)),
        ("DE", datetime(2026, 10, 24, 22, tzinfo=UTC), date(2026, 10, 25)),
        ("US", datetime(2026, 11, 20, 6, tzinfo=UTC), date(2026, 11, 19)),
        ("JP", datetime(2026, 11, 19, 15, tzinfo=UTC), date(2026, 11, 20)),
        ("AU", datetime(2026, 10, 3, 14, tzinfo=UTC), date(2026, 10, 4)),
    ],
)
def test_day_is_the_marketplaces_own(country, at, day):
    """On both sides of midnight, in summer and in winter time."""
    assert local_day(at, by_country(country)) == day


def test_rate_window_is_sixty_days_both_ends_included():
    """It ends with the local day."""
    window = rate_window(AS_OF, by_country("DE"))
    assert window == Window(date(2026, 9, 22), date(2026, 11, 20))
    assert len(list(days_of(window))) == 60
    assert rate_window(AS_OF, by_country("US"), days=1) == Window(date(2026, 11, 19), date(2026, 11, 19))


def test_days_of_a_window_come_first_to_last():
    """Each once."""
    window = Window(date(2026, 2, 27), date(2026, 3, 1))
    assert list(days_of(window)) == [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1)]


@pytest.mark.parametrize(
    ("country", "day", "hours"),
    [("DE", date(2026, 10, 25), 25), ("DE", date(2026, 3, 29), 23), ("JP", date(2026, 3, 29), 24)],
)
def test_bounds_of_a_day_are_as_long_as_its_day(country, day, hours):
    """Clock changes make days longer or shorter."""
    start, end = bounds(Window(day, day), by_country(country))
    assert end - start == timedelta(hours=hours)


def test_bounds_begin_with_the_skip_where_midnight_is_skipped():
    """Egypt's clocks go from 23:59:59 to 01:00 on the last Friday of April."""
    start, _ = bounds(Window(date(2026, 4, 24), date(2026, 4, 24)), by_country("EG"))
    assert local_day(start, by_country("EG")) == date(2026, 4, 24)
    assert local_day(start - timedelta(microseconds=1), by_country("EG")) == date(2026, 4, 23)


def test_snapshot_is_asked_for_without_dates():
    """It is the state of now."""
    assert request_ranges(ReportRule(Range.SNAPSHOT), AS_OF, None) == ((None, None),)


def test_open_range_has_a_start_and_no_end():
    """An end makes Amazon cancel it; what is covered makes no difference, because it is a snapshot too."""
    rule = ReportRule(Range.OPEN, reach=timedelta(days=90))
    assert request_ranges(rule, AS_OF, AS_OF) == ((AS_OF - timedelta(days=90), None),)


def test_first_request_reaches_back_in_ranges_amazon_allows():
    """Oldest first, without a gap."""
    start = AS_OF - timedelta(days=66)
    first, second = start + timedelta(days=30), start + timedelta(days=60)
    assert request_ranges(CLOSED, AS_OF, None) == ((start, first), (first, second), (second, AS_OF))


def test_later_request_covers_what_is_new_and_the_overlap():
    """Rows come late."""
    covered = AS_OF - timedelta(days=1)
    assert request_ranges(CLOSED, AS_OF, covered) == ((covered - timedelta(days=2), AS_OF),)


def test_long_pause_reaches_back_no_further_than_a_first_request():
    """What is older counts in no window."""
    assert request_ranges(CLOSED, AS_OF, AS_OF - timedelta(days=300)) == request_ranges(CLOSED, AS_OF, None)


def test_nothing_is_asked_for_when_more_is_known():
    """A day of the past, run again."""
    assert request_ranges(CLOSED, AS_OF, AS_OF + timedelta(days=3)) == ()


def test_every_daily_report_asks_within_its_rule():
    """No range is longer than Amazon allows."""
    for report_type, rule in DAILY_REPORTS.items():
        for start, end in request_ranges(rule, AS_OF, None):
            assert start is None or end is None or end - start <= rule.longest, ReportType(report_type)
