"""What the digest says of the mailbox: orders that may become claims, mails that nothing was done about, and silence."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from goodstanding.core.deadlines import Deadline
from goodstanding.core.mail.categories import Category
from goodstanding.core.mail.radar import RETURN_REQUEST, AtRisk
from goodstanding.core.mail.record import Fate, MailRecord
from goodstanding.core.marketplaces import Marketplace, by_country
from goodstanding.core.texts.figures import moment
from goodstanding.core.texts.phrases import say

CONCERNS: dict[str, dict[str, str]] = {
    Category.NOT_AS_DESCRIBED: {"de": "nicht wie beschrieben", "en": "not as described"},
    Category.DAMAGED: {"de": "beschädigt", "en": "damaged"},
    Category.WHERE_IS_MY_ORDER: {"de": "nicht angekommen", "en": "not arrived"},
    Category.RETURN: {"de": "Rückgabe", "en": "return"},
    Category.REFUND: {"de": "Erstattung", "en": "refund"},
    RETURN_REQUEST: {"de": "Rücksendung beantragt", "en": "return requested"},
}
"""What a buyer may claim for."""


@dataclass(frozen=True, slots=True)
class InboxDigest:
    """What the digest tells of clocks and of the mailbox. `unbelieved` are the records of the last day."""

    deadlines: Sequence[Deadline] = ()
    at_risk: Sequence[AtRisk] = ()
    unbelieved: Sequence[MailRecord] = ()
    silent_since: datetime | None = None


def radar_rows(at_risk: Iterable[AtRisk], home: Marketplace, now: datetime, language: str) -> list[tuple[str, ...]]:
    """Marketplace, order, what it is about, and from when a claim may come; times of `home` where no marketplace is known."""
    rows: list[tuple[str, ...]] = []
    for one in at_risk:
        zone = (by_country(one.marketplace) if one.marketplace else home).zone
        may = "radar.may_already" if one.claim_from <= now else "radar.may_from"
        rows.append(
            (
                one.marketplace or "",
                one.order_id,
                CONCERNS[one.why][language],
                say(may, language, moment=moment(one.claim_from.astimezone(zone), language)),
            )
        )
    return rows


def mail_rows(inbox: InboxDigest, home: Marketplace, language: str) -> list[tuple[str, ...]]:
    """One line for each thing that is wrong with the mailbox."""
    counted = Counter(record.fate for record in inbox.unbelieved)
    rows: list[tuple[str, ...]] = [
        (say(f"digest.mail.{fate}", language, count=counted[fate]),)
        for fate in (Fate.REFUSED, Fate.UNREADABLE)
        if counted[fate]
    ]
    if inbox.silent_since is not None:
        since = moment(inbox.silent_since.astimezone(home.zone), language)
        rows.append((say("digest.mail.silent", language, since=since),))
    return rows
