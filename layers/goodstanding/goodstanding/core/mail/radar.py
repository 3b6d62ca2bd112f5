"""The radar: orders about which a buyer may file an A-to-z claim soon, because what the buyer asked for stands unanswered.

A buyer may claim when the seller has not put it right within 48 hours; whoever answers before that avoids the claim, and the defect. What
is told is the order and since when, never what the buyer wrote.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from goodstanding.core.mail.categories import Category
from goodstanding.core.mail.kinds import MailKind
from goodstanding.core.mail.record import Fate, MailRecord
from goodstanding.core.mail.threads import Thread

CLAIM_AFTER = timedelta(hours=48)
"""Between buyer and seller; then the buyer may claim."""

LOOK_BACK = timedelta(days=7)
"""A return that was asked for longer ago is on its way, or has become a claim."""

RETURN_REQUEST = "return_request"

_RISKY = frozenset(
    {
        Category.NOT_AS_DESCRIBED,
        Category.DAMAGED,
        Category.WHERE_IS_MY_ORDER,
        Category.RETURN,
        Category.REFUND,
    }
)


@dataclass(frozen=True, slots=True)
class AtRisk:
    """An order, its marketplace (a country code; None where it is not known), why (a category or RETURN_REQUEST), and since when."""

    order_id: str
    marketplace: str | None
    why: str
    since: datetime

    @property
    def claim_from(self) -> datetime:
        """From when the buyer may claim."""
        return self.since + CLAIM_AFTER


def radar(
    threads: Iterable[Thread], requests: Iterable[MailRecord], claimed: Iterable[str], now: datetime
) -> list[AtRisk]:
    """Each order once, by what is oldest of it; the next that may become a claim at the head.

    `requests` are records of mails, of which returns asked for since LOOK_BACK count. `claimed` orders have their claim already.
    """
    found = [
        AtRisk(thread.order_id, thread.marketplace, thread.category, thread.first_unanswered_at)
        for thread in threads
        if thread.order_id is not None and thread.first_unanswered_at is not None and thread.category in _RISKY
    ]
    found += [
        AtRisk(record.order_id, record.marketplace, RETURN_REQUEST, record.arrived_at)
        for record in requests
        if record.order_id is not None
        and record.kind is MailKind.RETURN_REQUEST
        and record.fate is Fate.TAKEN
        and record.arrived_at > now - LOOK_BACK
    ]
    first: dict[str, AtRisk] = {}
    gone = frozenset(claimed)
    for one in sorted(found, key=lambda one: (one.since, one.order_id, one.why)):
        if one.order_id not in gone:
            first.setdefault(one.order_id, one)
    return list(first.values())
