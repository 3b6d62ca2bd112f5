"""When a buyer may be asked: boundaries, local clocks that jump, and the seller's wishes inside Amazon's window."""

from datetime import UTC, datetime, timedelta

import pytest

from goodstanding.core.marketplaces import by_country
from goodstanding.core.requests.delivery import DeliveryEstimate, EstimateSource
from goodstanding.core.requests.window import Timing, next_day, next_sending, request_window

DE = by_country("DE")
DAY = timedelta(days=1)


def utc(text: str) -> datetime:
    """An instant of UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def window(earliest: datetime, latest: datetime, *, delay_days: int = 7, send_hour: int = 10, marketplace=DE):
    """A window by Amazon's rules of 2026."""
    estimate = DeliveryEstimate(earliest, latest, EstimateSource.ORDERS_API)
    return request_window(estimate, Timing(5 * DAY, 30 * DAY, delay_days, send_hour), marketplace)


def test_window_is_five_days_after_the_earliest_to_thirty_after_the_latest():
    """Amazon counts elapsed days, to the second."""
    found = window(utc("2026-11-03T22:59:59"), utc("2026-11-06T07:30:01"))
    assert found.opens_at == utc("2026-11-08T22:59:59")
    assert found.closes_at == utc("2026-12-06T07:30:01")


@pytest.mark.parametrize(
    ("delay_days", "eligible_from"),
    [(5, "2026-11-11T09:00"), (7, "2026-11-13T09:00"), (25, "2026-12-01T09:00")],
)
def test_delay_counts_local_days_from_the_latest_delivery(delay_days, eligible_from):
    """A delivery at half past midnight in Berlin is on the new day there, although UTC has the old one."""
    found = window(utc("2026-11-03T09:00"), utc("2026-11-05T23:30"), delay_days=delay_days)
    assert found.eligible_from == utc(eligible_from)


def test_delay_shorter_than_amazons_is_cut_to_its_window():
    """Delivered in the evening, five days later at ten is too early: Amazon opens in the evening."""
    late = utc("2026-11-05T20:00")
    assert window(late, late, delay_days=5).eligible_from == late + 5 * DAY


def test_window_that_opens_before_the_hour_waits_for_it():
    """Amazon opens at seven in the morning, the seller begins at ten."""
    early = utc("2026-11-05T06:00")
    assert window(early, early, delay_days=5).eligible_from == utc("2026-11-10T09:00")


def test_longest_delay_and_latest_hour_stay_inside_the_window():
    """Nothing a seller may write closes the window before it begins."""
    at = utc("2026-11-05T23:30")
    found = window(at, at, delay_days=25, send_hour=23)
    assert found.opens_at <= found.eligible_from < found.closes_at


@pytest.mark.parametrize(
    ("country", "at", "send_hour", "expected"),
    [
        # The clock skips 02:00 to 03:00: the hour is over when it begins.
        ("DE", "2027-03-28T00:30", 2, "2027-03-28T01:00"),
        ("DE", "2027-03-28T00:30", 3, "2027-03-28T01:00"),
        ("US", "2027-03-14T09:30", 2, "2027-03-14T10:00"),
        ("AU", "2026-10-03T15:30", 2, "2026-10-03T16:00"),
        # The clock shows an hour twice: the first of the two counts, and the second is no reason to wait.
        ("DE", "2026-10-24T23:30", 2, "2026-10-25T00:00"),
        ("DE", "2026-10-25T01:30", 2, "2026-10-25T01:30"),
        ("DE", "2026-10-25T00:30", 3, "2026-10-25T02:00"),
        ("US", "2026-11-01T08:30", 2, "2026-11-01T10:00"),
        ("US", "2026-11-01T08:30", 1, "2026-11-01T08:30"),
        ("US", "2026-11-01T09:30", 1, "2026-11-01T09:30"),
        ("AU", "2027-04-03T14:30", 2, "2027-04-03T15:00"),
        ("AU", "2027-04-03T16:30", 2, "2027-04-03T16:30"),
        # No change of clocks.
        ("JP", "2026-10-25T00:59:59", 10, "2026-10-25T01:00"),
        ("JP", "2026-10-25T01:00", 10, "2026-10-25T01:00"),
        ("JP", "2026-10-24T15:00", 10, "2026-10-25T01:00"),
        ("JP", "2026-10-24T14:59", 0, "2026-10-24T14:59"),
        # The clock skips midnight itself.
        ("EG", "2027-04-29T21:59", 0, "2027-04-29T21:59"),
    ],
)
def test_next_sending_is_the_first_instant_at_or_after_the_hour(country, at, send_hour, expected):
    """By the buyer's clock, also where it jumps."""
    assert next_sending(utc(at), send_hour, by_country(country)) == utc(expected)


def test_window_over_a_change_of_clocks_keeps_the_hour():
    """Ten in Berlin is eight in UTC in summer, nine in winter; Amazon's days are elapsed ones all the same."""
    found = window(utc("2026-10-20T10:00"), utc("2026-10-20T10:00"))
    assert found.eligible_from == utc("2026-10-27T09:00")
    assert found.closes_at == utc("2026-11-19T10:00")
    assert window(utc("2026-10-10T10:00"), utc("2026-10-10T10:00")).eligible_from == utc("2026-10-17T08:00")


@pytest.mark.parametrize(
    ("at", "expected"), [("2026-10-24T21:59", "2026-10-25T09:00"), ("2026-10-24T22:01", "2026-10-26T09:00")]
)
def test_next_day_is_the_marketplaces(at, expected):
    """A minute after midnight in Berlin, tomorrow is another one; the day of 25 hours is one day."""
    assert next_day(utc(at), 10, DE) == utc(expected)
