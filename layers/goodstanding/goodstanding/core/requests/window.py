"""When a buyer may be asked: Amazon's window, and inside it the seller's own delay and hour.

Instants are UTC. Amazon's window is counted in elapsed days; the seller's delay in calendar days of the marketplace, because a
seller who says "a week after delivery, from ten o'clock" means the buyer's calendar and clock.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.requests.delivery import DeliveryEstimate


@dataclass(frozen=True, slots=True)
class Timing:
    """Amazon's window (`opens_after` the earliest, `closes_after` the latest estimated delivery) and the seller's wishes in it."""

    opens_after: timedelta
    closes_after: timedelta
    delay_days: int
    send_hour: int


@dataclass(frozen=True, slots=True)
class RequestWindow:
    """`opens_at` and `closes_at` are Amazon's; `eligible_from` is when we begin: never before it opens or before the hour."""

    opens_at: datetime
    eligible_from: datetime
    closes_at: datetime


def request_window(estimate: DeliveryEstimate, timing: Timing, marketplace: Marketplace) -> RequestWindow:
    """The window of an order: `eligible_from` is `delay_days` after the latest delivery, from `send_hour` on, cut to Amazon's window."""
    opens_at = estimate.earliest + timing.opens_after
    closes_at = estimate.latest + timing.closes_after
    arrives_on = estimate.latest.astimezone(marketplace.zone).date()
    wished = _at_hour(arrives_on + timedelta(days=timing.delay_days), timing.send_hour, marketplace)
    eligible_from = next_sending(max(opens_at, wished), timing.send_hour, marketplace)
    return RequestWindow(opens_at.astimezone(UTC), eligible_from, closes_at.astimezone(UTC))


def next_sending(at: datetime, send_hour: int, marketplace: Marketplace) -> datetime:
    """The first instant from `at` on at which the marketplace's clock shows `send_hour` or later (UTC)."""
    local = at.astimezone(marketplace.zone)
    if local.hour >= send_hour:
        return at.astimezone(UTC)
    return _at_hour(local.date(), send_hour, marketplace)


def next_day(at: datetime, send_hour: int, marketplace: Marketplace) -> datetime:
    """The marketplace's `send_hour` on the day after the one of `at`."""
    return _at_hour(at.astimezone(marketplace.zone).date() + timedelta(days=1), send_hour, marketplace)


def _at_hour(day: date, hour: int, marketplace: Marketplace) -> datetime:
    """An hour that the clock skips is the moment after the skip: not before the hour."""
    return datetime.combine(day, time(hour), marketplace.zone).astimezone(UTC)
