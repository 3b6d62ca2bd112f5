"""When a report's row happened, as a span of time; what cannot be read has none, so that no row is lost over its date."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.reports import dates


@dataclass(frozen=True, slots=True)
class Span:
    """From `first` to `last`, in seconds of the epoch; a moment has both alike."""

    first: float
    last: float


def moment(text: str) -> Span | None:
    """A time with its offset."""
    try:
        at = dates.instant(text).timestamp()
    except ValueError:
        return None
    return Span(at, at)


@lru_cache(maxsize=8192)
def day(text: str, marketplace: Marketplace) -> Span | None:
    """A calendar day of the marketplace, from midnight to midnight."""
    try:
        found = dates.day(text, marketplace)
        return Span(_midnight(found, marketplace), _midnight(found + timedelta(days=1), marketplace))
    except (ValueError, OverflowError):
        return None


def _midnight(found: date, marketplace: Marketplace) -> float:
    return datetime(found.year, found.month, found.day, tzinfo=marketplace.zone).timestamp()
