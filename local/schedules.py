"""When EventBridge Scheduler fires, and with what input.

Expressions: `cron(minutes hours day-of-month month day-of-week year)`, `rate(n unit)`, `at(yyyy-mm-ddThh:mm:ss)`.
https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html

The cron here is our own: libraries on PyPI speak Unix cron, where days of the week start elsewhere, days of month and week are
or-ed, and there are no years. `W` and `#`, which no template here uses, are refused rather than misread.

Daylight saving, as the page above says: a time that does not exist is skipped, a time that happens twice fires once (the first).
A rate counts from its schedule's creation; here it counts from 1970-01-01 UTC, so that it does not depend on when one deploys.
"""

import calendar
import heapq
import json
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

UNITS: Mapping[str, timedelta] = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
}
MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
# Scheduler counts 1 to 7 from Sunday.
WEEKDAYS = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), start=1)}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_DAY = "L"


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule of the stack. `target` is a logical id; `input` is the text with Scheduler's placeholders still in it."""

    logical_id: str
    expression: str
    time_zone: str
    target: str
    input: str
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Firing:
    """A schedule at one moment (aware, UTC)."""

    at: datetime
    schedule: Schedule

    @property
    def execution_id(self) -> str:
        """Scheduler's identifier of this invocation; here the same for the same schedule and moment."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.schedule.logical_id}@{self.at.isoformat()}"))

    @property
    def input(self) -> Any:
        """What the target gets, with placeholders replaced."""
        text = self.schedule.input
        for placeholder, value in {
            "<aws.scheduler.scheduled-time>": self.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "<aws.scheduler.execution-id>": self.execution_id,
            "<aws.scheduler.attempt-number>": "1",
            "<aws.scheduler.schedule-arn>": f"arn:aws:scheduler:::schedule/local/{self.schedule.logical_id}",
        }.items():
            text = text.replace(placeholder, value)
        return json.loads(text)


def firings(schedules: Iterable[Schedule], start: datetime, end: datetime) -> Iterator[Firing]:
    """Firings of enabled schedules from `start` up to, not including, `end`, in time order.

    Raises ValueError when an expression is not understood.
    """
    moments = [
        [(at, schedule.logical_id, Firing(at, schedule)) for at in _moments(schedule, start, end)]
        for schedule in schedules
        if schedule.enabled
    ]
    return (firing for _, _, firing in heapq.merge(*moments, key=lambda each: each[:2]))


def _moments(schedule: Schedule, start: datetime, end: datetime) -> Iterator[datetime]:
    kind, _, rest = schedule.expression.partition("(")
    read = _KINDS.get(kind)
    if read is None or not rest.endswith(")"):
        raise ValueError(f"{schedule.logical_id}: {schedule.expression!r} is no cron(), rate() or at() expression")
    return read(rest[:-1], ZoneInfo(schedule.time_zone), start, end)


# ---- rate, at -----------------------------------------------------------------------------------------------------------------


def _rate(text: str, _: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    parts = re.fullmatch(r"([1-9][0-9]*) (minute|hour|day)s?", text)
    if parts is None:
        raise ValueError(f"rate({text}): a rate is a number above zero and minutes, hours or days")
    step = int(parts[1]) * UNITS[parts[2]]
    at = EPOCH + -(-(start - EPOCH) // step) * step
    while at < end:
        yield at
        at += step


def _at(text: str, zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    at = datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)
    if start <= at < end:
        yield at


# ---- cron ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Cron:
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    years: frozenset[int]
    last_day: bool

    @classmethod
    def read(cls, text: str) -> "_Cron":
        fields = text.split()
        if len(fields) != len(_RANGES):
            raise ValueError(f"cron({text}): six fields are needed: minutes hours day-of-month month day-of-week year")
        minutes, hours, days, months, weekdays, years = fields
        if (days == "?") == (weekdays == "?"):
            raise ValueError(f"cron({text}): exactly one of day-of-month and day-of-week is `?`")
        last_day = days == LAST_DAY
        return cls(
            minutes=_field(minutes, range(60)),
            hours=_field(hours, range(24)),
            days=frozenset() if last_day else _field(days, range(1, 32)),
            months=_field(months, range(1, 13), MONTHS),
            weekdays=_field(weekdays, range(1, 8), WEEKDAYS),
            years=_field(years, range(1970, 2200)),
            last_day=last_day,
        )

    def on(self, day: date) -> bool:
        """Whether it fires on that day at all."""
        weekday = day.isoweekday() % 7 + 1
        last = day.day == calendar.monthrange(day.year, day.month)[1]
        right_day = last if self.last_day else day.day in self.days
        return right_day and weekday in self.weekdays and day.month in self.months and day.year in self.years


_RANGES = ("minutes", "hours", "day-of-month", "month", "day-of-week", "year")


def _field(text: str, everything: range, names: Mapping[str, int] | None = None) -> frozenset[int]:
    names = names or {}

    def number(word: str) -> int:
        value = names.get(word.upper())
        if value is None:
            value = int(word)
        if value not in everything:
            raise ValueError(f"{word!r} is not within {everything.start}-{everything.stop - 1}")
        return value

    def part(piece: str) -> range:
        span, slash, step = piece.partition("/")
        first, dash, last = span.partition("-")
        if span in {"*", "?"}:
            return everything[:: int(step or 1)]
        begin = number(first)
        stop = number(last) if dash else everything.stop - 1 if slash else begin
        return range(begin, stop + 1, int(step or 1))

    try:
        return frozenset(value for piece in text.split(",") for value in part(piece))
    except ValueError as failure:
        raise ValueError(f"cron field {text!r}: {failure}") from failure


def _cron(text: str, zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    cron = _Cron.read(text)
    day, last_day = start.astimezone(zone).date(), end.astimezone(zone).date()
    while day <= last_day:
        if cron.on(day):
            yield from (at for at in _times(cron, day, zone) if start <= at < end)
        day += timedelta(days=1)


def _times(cron: _Cron, day: date, zone: ZoneInfo) -> Iterator[datetime]:
    for hour in sorted(cron.hours):
        for minute in sorted(cron.minutes):
            local = datetime.combine(day, time(hour, minute), zone)
            at = local.astimezone(UTC)
            # A wall time that does not exist comes back from UTC as another one.
            if at.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
                yield at


_KINDS: Mapping[str, Callable[[str, ZoneInfo, datetime, datetime], Iterator[datetime]]] = {
    "cron": _cron,
    "rate": _rate,
    "at": _at,
}
