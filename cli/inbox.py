"""What the terminal and the report show of deadlines and conversations: when, where, how many. Of buyers nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cli.words import word
from goodstanding.core.mail.threads import ThreadState
from goodstanding.core.texts.deadlines import clock_rows, open_clocks
from local.outcome import MarketplaceOutcome, SellerOutcome


@dataclass(frozen=True, slots=True)
class OpenClock:
    """A deadline that is not done, in words."""

    country: str
    name: str
    order_id: str
    due: str
    left: str
    is_overdue: bool


def clocks(seller: SellerOutcome, now: datetime, language: str) -> Sequence[OpenClock]:
    """The next due at the head, what is overdue at the end."""
    open_ = open_clocks(seller.deadlines, now)
    return [
        OpenClock(country, name, order_id, due, left, deadline.due_at <= now)
        for deadline, (country, name, order_id, due, left) in zip(open_, clock_rows(open_, now, language), strict=True)
    ]


def conversations(seller: SellerOutcome, place: MarketplaceOutcome, language: str) -> str:
    """How many conversations of a marketplace stand how; empty without any. The first marketplace has those of none that is known."""
    first = seller.marketplaces[0].marketplace.country
    here = place.marketplace.country
    counted = Counter(each.state for each in seller.threads if (each.marketplace or first) == here)
    if not counted:
        return ""
    return word("conversations.counts", language, **{state.value: counted[state] for state in ThreadState})
