"""Calendar days of a marketplace, and the time ranges for which reports are asked.

A day is the marketplace's own, 23 to 25 hours long where its clock changes. All reckoning in days is done with dates, all
reckoning in hours with instants in UTC; the two meet in `local_day` and `bounds` only.
"""

import math
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.metrics import Window
from goodstanding.core.orders import utc_text
from goodstanding.core.report_types import Range, ReportRule

RATE_DAYS = 60
_DATE = len("2026-11-20")

type TimeRange = tuple[datetime | None, datetime | None]
"""From and to, in UTC; None where a report takes no such date."""


def local_day(at: datetime, marketplace: Marketplace) -> date:
    """The calendar day on the marketplace's clock at an instant."""
    return at.astimezone(marketplace.zone).date()


class LocalDays[Meaning]:
    """`local_day` for a million instants: what a day means to the caller is worked out once for each day.

    Instants are `utc_text`s, which sort by time; no datetime is made of them. Rests on every date of UTC meeting two local
    days at most, one before a local midnight and one from it on.
    """

    def __init__(self, marketplace: Marketplace, meaning: Callable[[date], Meaning]) -> None:
        self._marketplace = marketplace
        self._meaning = meaning
        self._known: dict[str, tuple[str, Meaning, Meaning]] = {}

    def of(self, at: str) -> Meaning:
        """What the local day of an instant means."""
        midnight, before, after = self._known.get(at[:_DATE]) or self._learned(at[:_DATE])
        return before if at < midnight else after

    def _learned(self, utc_day: str) -> tuple[str, Meaning, Meaning]:
        first = datetime.combine(date.fromisoformat(utc_day), time.min, UTC)
        last_day = local_day(first + timedelta(days=1) - datetime.resolution, self._marketplace)
        before, after = self._meaning(local_day(first, self._marketplace)), self._meaning(last_day)
        self._known[utc_day] = known = (utc_text(_midnight(last_day, self._marketplace)), before, after)
        return known


def rate_window(as_of: datetime, marketplace: Marketplace, days: int = RATE_DAYS) -> Window:
    """The given number of local days, of which the last is the day of `as_of`."""
    last = local_day(as_of, marketplace)
    return Window(last - timedelta(days=days - 1), last)


def days_of(window: Window) -> Iterator[date]:
    """Every day of a window, first to last."""
    for offset in range((window.to - window.from_).days + 1):
        yield window.from_ + timedelta(days=offset)


def bounds(window: Window, marketplace: Marketplace) -> tuple[datetime, datetime]:
    """The instants between which the local day lies in the window: the first of it, and the first after it (UTC)."""
    return _midnight(window.from_, marketplace), _midnight(window.to + timedelta(days=1), marketplace)


def _midnight(day: date, marketplace: Marketplace) -> datetime:
    """The first instant of a local day. Where the clock skips midnight, it is the moment of the skip."""
    return datetime.combine(day, time.min, marketplace.zone).astimezone(UTC)


def request_ranges(rule: ReportRule, as_of: datetime, covered_until: datetime | None) -> tuple[TimeRange, ...]:
    """The time ranges to ask a report for so that it is known up to `as_of`, oldest first.

    `covered_until` is the instant up to which its rows are known without a gap, None for none. Closed ranges follow on
    each other without a gap; there is none when everything up to `as_of` and the overlap behind it is known.
    """
    if rule.range is Range.SNAPSHOT:
        return ((None, None),)
    end = as_of.astimezone(UTC)
    start = end - rule.reach
    if rule.range is Range.OPEN:
        return ((start, None),)
    if covered_until is not None:
        start = max(start, covered_until.astimezone(UTC) - rule.overlap)
    pieces = math.ceil((end - start) / rule.longest)
    return tuple(
        (start + rule.longest * piece, min(start + rule.longest * (piece + 1), end)) for piece in range(pieces)
    )
