"""Whether Amazon offers requests at all: for days it may offer none to anybody, and then an empty list says nothing of an order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

ENOUGH_LOOKS = 20
"""Fewer empty lists may be chance, or a small seller's orders that are really not eligible."""

_DAYS = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class DayOfLooks:
    """How many orders were looked at on a day (UTC), and how many of them could be asked about."""

    day: date
    looks: int = 0
    offers: int = 0


def drought_since(days: Iterable[DayOfLooks], today: date) -> date | None:
    """Since when nothing was offered, if enough orders were looked at today and yesterday to tell; None while Amazon offers.

    Days without a look say nothing and are passed over; several entries of one day add up.
    """
    looked = [one for one in days if one.looks and one.day <= today]
    recent = [one for one in looked if today - one.day < _DAYS]
    if sum(one.looks for one in recent) < ENOUGH_LOOKS or any(one.offers for one in recent):
        return None
    offered_on = max((one.day for one in looked if one.offers), default=date.min)
    return min(one.day for one in looked if one.day > offered_on)
