"""A second, naive reading of the outputs' contract: whom to ask, from when on, and what becomes of everybody else.

It knows nothing of the product: it reads the sales that were made, not the files, and reckons with plain loops.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.contract.selling import DAY, HOUR, Habits, Sale

ZONES = {"DE": "Europe/Berlin", "US": "America/Los_Angeles", "JP": "Asia/Tokyo", "AU": "Australia/Sydney"}


@dataclass(frozen=True)
class Expected:
    """What becomes of an order's request by the end of the span. No state: it needs no line. `asked` is the earliest moment."""

    state: str | None
    reason: str | None = None
    window: tuple[datetime, datetime] | None = None
    asked: datetime | None = None


def expectations(made: Sequence[Sale], habits: Habits, since: datetime, until: datetime) -> dict[str, Expected]:
    """Of each order, by reports that are read at six in the morning (UTC) from `since` on."""
    found = {sale.order_id: _without_cap(sale, habits, since, until) for sale in made}
    if habits.daily_cap is not None:
        found |= _in_turn([sale for sale in made if found[sale.order_id].asked], found, habits, since, until)
    return {sale.order_id: _opted_out(sale, found[sale.order_id], until) for sale in made}


def _without_cap(sale: Sale, habits: Habits, since: datetime, until: datetime) -> Expected:
    read = since.replace(hour=6, minute=0, second=0)
    while read < max(since, sale.shipped):
        read += DAY
    cancelled_before = sale.cancelled is not None and sale.cancelled <= read
    if sale.status != "Shipped" or cancelled_before or read > until:
        return Expected(None)
    window = eligible_from, closes_at = _window(sale, habits, until)
    if sale.never:
        return Expected("OPTED_OUT" if sale.opted_out else "EXCLUDED", sale.never, window)
    if {"Amazon": "afn", "Merchant": "mfn"}[sale.channel] in habits.channels:
        return Expected("EXCLUDED", "excluded_channel", window)
    if closes_at <= read:
        return Expected("WINDOW_CLOSED", "too_late", window)
    asked = _in_the_hours(max(eligible_from, read), sale, habits)
    if closes_at <= min(asked, until):
        return Expected("WINDOW_CLOSED", "not_asked_in_time", window)
    return Expected("SENT", None, window, asked) if asked <= until else Expected("PLANNED", None, window)


def _in_turn(
    eligible: Sequence[Sale], found: dict[str, Expected], habits: Habits, since: datetime, until: datetime
) -> dict[str, Expected]:
    """Every hour, five past: those whose window ends first, until so many were asked on the calendar day that it is there."""
    waiting = {sale.order_id: sale for sale in eligible}
    asked: dict[str, Expected] = {}
    posts: Counter[str] = Counter()
    tick = since.replace(minute=5, second=0)
    while tick <= until:
        due = [sale for sale in waiting.values() if found[sale.order_id].asked <= tick]
        for sale in sorted(due, key=lambda sale: (found[sale.order_id].window[1], sale.order_id)):
            one, day = found[sale.order_id], str(tick.astimezone(ZoneInfo(ZONES[sale.country])).date())
            wanted = sale.mailed is None or sale.mailed > tick
            if wanted and _in_the_hours(tick, sale, habits) == tick < one.window[1] and posts[day] < habits.daily_cap:
                posts[day] += 1
                asked[sale.order_id] = replace(one, asked=tick)
                del waiting[sale.order_id]
        tick += HOUR
    for order_id in waiting:
        closed = found[order_id].window[1] <= tick - HOUR
        state = ("WINDOW_CLOSED", "daily_cap") if closed else ("PLANNED", None)
        asked[order_id] = Expected(*state, found[order_id].window)
    return asked


def _opted_out(sale: Sale, one: Expected, until: datetime) -> Expected:
    """A buyer's word counts until the buyer is asked."""
    told_in_time = sale.mailed is not None and sale.mailed <= min(until, one.asked or until)
    return replace(one, state="OPTED_OUT", reason="buyer_opt_out", asked=None) if one.state and told_in_time else one


def _window(sale: Sale, habits: Habits, until: datetime) -> tuple[datetime, datetime]:
    """From when the buyer may be asked, and until when, by what is known at the end."""
    earliest, latest = _delivery(sale, until)
    zone = ZoneInfo(ZONES[sale.country])
    day = latest.astimezone(zone).date() + timedelta(days=habits.delay_days)
    wished = datetime.combine(day, time(habits.send_hour), zone).astimezone(UTC)
    return _in_the_hours(max(wished, earliest + 5 * DAY), sale, habits), latest + 30 * DAY


def _delivery(sale: Sale, until: datetime) -> tuple[datetime, datetime]:
    arrivals = [at for at in sale.arrivals if at is not None]
    if arrivals:
        return min(arrivals), max(arrivals)
    for promise in reversed(sale.promises):
        if promise.earliest is not None and promise.latest is not None and promise.said_at <= until:
            return promise.earliest, promise.latest
    return sale.bought + 14 * DAY, sale.bought + 14 * DAY


def _in_the_hours(at: datetime, sale: Sale, habits: Habits) -> datetime:
    """The first moment from then on when clocks there show the hour or a later one: on and on to the next full hour."""
    while at.astimezone(ZoneInfo(ZONES[sale.country])).hour < habits.send_hour:
        at = at.replace(minute=0, second=0, microsecond=0) + HOUR
    return at
