"""Numbers, dates and times as people of each language write them. Rates are fractions inside the program and percentages only here."""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

_SEPARATORS = {"de": str.maketrans(",.", ".,"), "en": str.maketrans("", "")}
_MONTHS = {
    "de": (
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
_SHORT_DAY = {"de": "{day:02d}.{month:02d}.{year}", "en": "{day} {name:.3} {year}"}
_LONG_DAY = {"de": "{day}. {name} {year}", "en": "{day} {name} {year}"}
_UNITS = {
    "de": (("Tag", "Tage"), ("Stunde", "Stunden"), ("Minute", "Minuten")),
    "en": (("day", "days"), ("hour", "hours"), ("minute", "minutes")),
}
_MOST_DIGITS = 6


def percent(value: Decimal, language: str, *, apart_from: Decimal | None = None) -> str:
    """A fraction as a percentage, `1.23 %`.

    Two digits after the point, without idle zeros; more (up to six) where two would make the value look like `apart_from`,
    so that 0.9998 % is never shown as "1 %, target under 1 %".
    """
    exact = value * 100
    other = None if apart_from is None else apart_from * 100
    for digits in range(2, _MOST_DIGITS + 1):
        shown = _rounded(exact, digits)
        if other is None or other == exact or shown != other:
            break
    return f"{number(shown, language)} %"


def number(value: Decimal | int, language: str) -> str:
    """A number with the language's own separators and without idle zeros, `12,345.6`."""
    text = f"{Decimal(value):,f}"
    if "." in text:
        text = text.rstrip("0").removesuffix(".")
    return text.translate(_SEPARATORS[language])


def day(value: date, language: str) -> str:
    """A date as in a table, `20.11.2026` or `20 Nov 2026`."""
    return _day(_SHORT_DAY[language], value, language)


def long_day(value: date, language: str) -> str:
    """A date as in a heading, `20. November 2026` or `20 November 2026`."""
    return _day(_LONG_DAY[language], value, language)


def moment(value: datetime, language: str) -> str:
    """A date and a time with the name of its zone, `20.11.2026, 07:00 CET`; the caller chooses the zone."""
    return f"{day(value, language)}, {value:%H:%M %Z}"


def span(value: timedelta, language: str) -> str:
    """A length of time in whole minutes, its two largest parts, `3 days 4 hours`; under a minute it is `0 minutes`."""
    minutes = max(timedelta(0), value) // timedelta(minutes=1)
    parts = (minutes // 1440, minutes // 60 % 24, minutes % 60)
    largest = next((place for place, count in enumerate(parts) if count), len(parts) - 1)
    named = [
        f"{count} {words[count != 1]}"
        for count, words in list(zip(parts, _UNITS[language], strict=True))[largest : largest + 2]
        if count or minutes == 0
    ]
    return " ".join(named)


def _day(pattern: str, value: date, language: str) -> str:
    name = _MONTHS[language][value.month - 1]
    return pattern.format(day=value.day, month=value.month, name=name, year=value.year)


def _rounded(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
