"""The time by which a notice asks for an answer, where it states one.

A day ends on the marketplace's clock; days are counted from the notice's own day there; hours are elapsed hours. Of several
times the earliest one after the notice counts: an alert that comes too early does less harm than one that comes too late.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from goodstanding.core.mail.words import MailWords, fold
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.metrics import Window
from goodstanding.core.reports import dates
from goodstanding.core.windows import bounds, local_day

_NAMED = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|o|\.)? (?:de |of )?(?P<month>[a-z]+)\.?,? (?:de |del )?(?P<year>\d{4})"
)
_MONTH_FIRST = re.compile(r"(?P<month>[a-z]+)\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})")
_CLOCK = re.compile(
    r",? ?(?:(?:um|at|alle ore|alle|a las|as|a|vers|-) )?(?P<hour>[01]?\d|2[0-3])(?::|h)(?P<minute>[0-5]\d)"
    r"(?: ?(?P<half>[ap])\.?m\b)?(?: ?uhr)?(?P<utc> ?\(?(?:utc|gmt)\b)?"
)
_LONGEST = 366  # days; what lies further ahead is no deadline
_SATURDAY = 5


def stated_due_at(text: str, sent_at: datetime, marketplace: Marketplace | None, words: MailWords) -> datetime | None:
    """The instant (UTC) at which the stated time is over. None where none is stated, or where it is over already."""
    folded = fold(text)
    found = (*_by_date(folded, marketplace, words), *_by_count(folded, sent_at, marketplace, words))
    return min((due for due in found if sent_at < due <= sent_at + timedelta(days=_LONGEST)), default=None)


def _by_date(folded: str, marketplace: Marketplace | None, words: MailWords) -> Iterator[datetime]:
    for phrase in words.phrases("deadline.date"):
        for match in phrase.find_all(folded):
            if day := _day(match["date"], marketplace, words):
                clock = _CLOCK.match(folded, match.end("date"))
                yield _at(day, clock, marketplace) if clock else _end_of(day, marketplace)


def _by_count(folded: str, sent_at: datetime, marketplace: Marketplace | None, words: MailWords) -> Iterator[datetime]:
    first = local_day(sent_at, marketplace) if marketplace else sent_at.astimezone(UTC).date()
    for count in _counts("deadline.hours", folded, words):
        yield sent_at + timedelta(hours=count)
    for count in _counts("deadline.business_days", folded, words):
        yield _end_of(_after_business_days(first, count), marketplace)
    for phrase in words.phrases("deadline.business_days"):  # "2 jours ouvrables" are no "2 jours"
        folded, _ = phrase.cut(folded)
    for count in _counts("deadline.days", folded, words):
        yield _end_of(first + timedelta(days=count), marketplace)


def _counts(rule_id: str, folded: str, words: MailWords) -> Iterator[int]:
    for phrase in words.phrases(rule_id):
        for match in phrase.find_all(folded):
            count = int(match["n"]) if match["n"].isdigit() else words.numbers.get(match["n"], 0)
            if 0 < count <= _LONGEST:
                yield count


def _after_business_days(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < _SATURDAY
    return day


def _day(text: str, marketplace: Marketplace | None, words: MailWords) -> date | None:
    """None for what is no day, and for numbers whose order nobody can tell without a marketplace."""
    try:
        if named := _NAMED.fullmatch(text) or _MONTH_FIRST.fullmatch(text):
            return date(int(named["year"]), words.months.get(named["month"], 0), int(named["day"]))
        return dates.day(text, marketplace)
    except ValueError:
        return None


def _end_of(day: date, marketplace: Marketplace | None) -> datetime:
    if marketplace:
        return bounds(Window(day, day), marketplace)[1]
    return datetime.combine(day + timedelta(days=1), time.min, UTC)


def _at(day: date, clock: re.Match[str], marketplace: Marketplace | None) -> datetime:
    hour = int(clock["hour"])
    if clock["half"]:
        hour = hour % 12 + (12 if clock["half"] == "p" else 0)
    zone = UTC if clock["utc"] or not marketplace else marketplace.zone
    return datetime.combine(day, time(hour, int(clock["minute"])), zone).astimezone(UTC)
