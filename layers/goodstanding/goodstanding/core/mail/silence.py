"""Whether a mailbox has fallen silent: it can fail without a word, and then nobody is warned of anything."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

_LEAST = timedelta(hours=24)
_TIMES_USUAL = 2
_ENOUGH_MAILS = 5


def silent_since(arrivals: Sequence[datetime], now: datetime) -> datetime | None:
    """Since when it is silent, if for longer than is usual; None while it is not, or while too little is known.

    Usual is twice the longest pause between two of the last arrivals, and no less than a day. `arrivals` may be in any order.
    """
    known = sorted(at for at in arrivals if at <= now)
    if len(known) < _ENOUGH_MAILS:
        return None
    longest = max(later - earlier for earlier, later in pairwise(known))
    return known[-1] if now - known[-1] > max(_LEAST, longest * _TIMES_USUAL) else None
