"""Dates as Amazon writes them in reports. Every function raises ValueError for a text it cannot read, and never guesses.

Instants carry their UTC offset. Calendar days come in three shapes: ISO 8601, `dd-MMM-yyyy` with English month names
whatever the machine's language, and numbers whose order of day and month depends on the marketplace alone (`DAY_ORDERS`):
10/5/26 is October 5 in a US file and May 10 in a British one, and no file tells which it is.
"""

import re
from datetime import UTC, date, datetime
from enum import Enum

from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.orders import utc_text

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}


class DayOrder(Enum):
    """The order of the numbers in a marketplace's dates; the value names the parts."""

    MONTH_FIRST = ("month", "day", "year")
    DAY_FIRST = ("day", "month", "year")
    YEAR_FIRST = ("year", "month", "day")


# Amazon documents none of this. M/d/yy (US) and yyyy/MM/dd (JP) were seen in files; the others are how the country writes
# a short date. CA follows the US because both are served by the same Seller Central.
DAY_ORDERS: dict[str, DayOrder] = {
    "US": DayOrder.MONTH_FIRST,  # M/d/yy
    "CA": DayOrder.MONTH_FIRST,  # M/d/yy
    "MX": DayOrder.DAY_FIRST,  # d/MM/yy
    "BR": DayOrder.DAY_FIRST,  # dd/MM/yy
    "GB": DayOrder.DAY_FIRST,  # d/M/yy
    "DE": DayOrder.DAY_FIRST,  # d.M.yy
    "FR": DayOrder.DAY_FIRST,  # dd/MM/yy
    "IT": DayOrder.DAY_FIRST,  # dd/MM/yy
    "ES": DayOrder.DAY_FIRST,  # d/MM/yy
    "NL": DayOrder.DAY_FIRST,  # d-M-yy
    "BE": DayOrder.DAY_FIRST,  # d/MM/yy
    "IE": DayOrder.DAY_FIRST,  # dd/MM/yy
    "SE": DayOrder.YEAR_FIRST,  # yyyy-MM-dd
    "PL": DayOrder.DAY_FIRST,  # dd.MM.yy
    "TR": DayOrder.DAY_FIRST,  # dd.MM.yyyy
    "EG": DayOrder.DAY_FIRST,  # dd/MM/yy
    "SA": DayOrder.DAY_FIRST,  # dd/MM/yy
    "AE": DayOrder.DAY_FIRST,  # dd/MM/yy
    "IN": DayOrder.DAY_FIRST,  # d/M/yy
    "ZA": DayOrder.YEAR_FIRST,  # yyyy/MM/dd
    "SG": DayOrder.DAY_FIRST,  # d/M/yy
    "AU": DayOrder.DAY_FIRST,  # d/MM/yy
    "JP": DayOrder.YEAR_FIRST,  # yyyy/MM/dd
}
"""How a marketplace writes days, for every marketplace. Separators are `/`, `.` or `-`, years have two or four digits."""

_NUMBERS = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?=[T ]|$)")
_NAMED_MONTH = re.compile(r"(\d{1,2})[-. ]([A-Za-z]{3})[-. ](\d{4}|\d{2})")
_YEAR_DIGITS = 4
_UTC_SHAPE = "2026-11-20T06:00:00+00:00"[4::3]
"""What stands between the numbers: every third character, from the one behind the year on."""


_FIRST, _END = "1995", "2200"
"""Amazon has sold since 1995. Sellers' systems write 9999 for "never": no instant, and nothing can be reckoned from it."""


def is_plausible(at: datetime) -> bool:
    """Whether an instant may be meant as one, so that weeks may be added and zones changed."""
    return _is_plausible_year(at.year)


def _is_plausible_year(year: int) -> bool:
    return _FIRST <= f"{year:04}" < _END


def instant(text: str) -> datetime:
    """An instant in UTC, from ISO 8601 with any offset."""
    at = datetime.fromisoformat(text.strip())
    if at.tzinfo is None:
        raise ValueError("without an offset, a time is no instant")
    if not is_plausible(at):
        raise ValueError("out of range")
    return at.astimezone(UTC)


def instant_text(cell: str) -> str:
    """`utc_text(instant(cell))`, which nearly every cell of Amazon's is already."""
    if cell[4::3] == _UTC_SHAPE and _FIRST <= cell < _END and datetime.fromisoformat(cell).tzinfo is UTC:
        return cell
    return utc_text(instant(cell))


def iso_day(text: str) -> date:
    """The calendar day an ISO 8601 date or instant names, as written (no change of zone)."""
    found = _ISO_DAY.match(text.strip())
    if not found:
        raise ValueError("not an ISO day")
    return _plausible_day(date.fromisoformat(found.group()))


def day(text: str, marketplace: Marketplace | None) -> date:
    """The calendar day a cell names, in any of the three shapes; without a marketplace, numbers are read only as year-first."""
    text = text.strip()
    if _ISO_DAY.match(text):
        return iso_day(text)
    if named := _NAMED_MONTH.fullmatch(text):
        day_of_month, month, year = named.groups()
        return _plausible_day(date(_year(year), _MONTHS.get(month.lower(), 0), int(day_of_month)))
    if numbers := _NUMBERS.fullmatch(text):
        order = DAY_ORDERS[marketplace.country] if marketplace else DayOrder.YEAR_FIRST
        parts = (numbers[1], numbers[3], numbers[4])
        if len(parts[0]) == _YEAR_DIGITS:  # a leading year leaves no doubt
            order = DayOrder.YEAR_FIRST
        by_name = dict(zip(order.value, parts, strict=True))
        return _plausible_day(date(_year(by_name["year"]), int(by_name["month"]), int(by_name["day"])))
    raise ValueError("not a day")


def looks_like_a_day(text: str) -> bool:
    """Whether a cell has the shape of a day, whichever marketplace wrote it."""
    text = text.strip()
    return any(shape.match(text) for shape in (_ISO_DAY, _NAMED_MONTH, _NUMBERS))


def _plausible_day(found: date) -> date:
    if not _is_plausible_year(found.year):
        raise ValueError("out of range")
    return found


def _year(digits: str) -> int:
    """Four digits, or two of this century (Amazon has sold since 1995, marketplaces and their reports came later)."""
    if len(digits) not in {2, _YEAR_DIGITS}:
        raise ValueError("a year has two or four digits")
    return int(digits) + (2000 if len(digits) < _YEAR_DIGITS else 0)
