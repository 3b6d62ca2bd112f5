"""A parsed mail → what it means for the seller.

`understand` is the entrance of this package; the modules beside it hold the rules. What comes out still holds buyer text and
names, and lives no longer than the task that reads the mail; `core.mail.events.event_of` makes of it what is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from goodstanding.core.mail.categories import Category, Urgency, categorise, urgency_of
from goodstanding.core.mail.facts import Relay, buyer_name, marketplace_of, order_id, relay_of
from goodstanding.core.mail.kinds import Classified, MailKind, ToldBy, classify
from goodstanding.core.mail.markers import Marked, read_marked, without_quotes
from goodstanding.core.mail.message import Mail
from goodstanding.core.mail.outcomes import Outcome, Payer, outcome_of, payer_of
from goodstanding.core.mail.stated_deadlines import stated_due_at
from goodstanding.core.mail.trust import Trust, sender_of, trust_of
from goodstanding.core.mail.words import MailWords
from goodstanding.core.marketplaces import Marketplace

_DECIDED = frozenset({MailKind.CLAIM_DECISION, MailKind.CLAIM_CLOSED, MailKind.CHARGEBACK_CLOSED})
_WITH_DEADLINE = frozenset(
    {
        MailKind.CLAIM_OPENED,
        MailKind.CLAIM_DECISION,
        MailKind.CLAIM_CLOSED,
        MailKind.CHARGEBACK_OPENED,
        MailKind.ACCOUNT_NOTICE,
        MailKind.POLICY_NOTICE,
    }
)
_LONGEST_NOTICE = 12_000


@dataclass(frozen=True, slots=True)
class UnderstoodMail:
    """What a mail means.

    A refused mail is of kind OTHER and says nothing; `pretended` is what it would have been. Ask `trust.opens` before a clock or
    an alert comes of a mail, `trust.settles` before one ends, a buyer is opted out, or a claim counts.
    `buyer_name` and `buyer_text`, `relay` and the two links are Amazon Information. The links are for a person to open.
    `due_at` is the time that a notice itself states, which goes before any rule.
    """

    mail: Mail
    kind: MailKind
    trust: Trust
    told_by: ToldBy
    unknown_type: str | None
    pretended: MailKind | None = None
    marketplace: Marketplace | None = None
    order_id: str | None = None
    relay: Relay | None = None
    buyer_name: str | None = None
    buyer_text: str = ""
    category: Category | None = None
    urgency: Urgency | None = None
    outcome: Outcome | None = None
    payer: Payer | None = None
    due_at: datetime | None = None
    no_response_needed_url: str | None = None
    case_url: str | None = None

    @property
    def message_id(self) -> str:
        """The mail's own."""
        return self.mail.message_id


def understand(
    mail: Mail,
    own_addresses: frozenset[str],
    words: MailWords,
    arrived_at: datetime,
    sells_in: Sequence[Marketplace] = (),
) -> UnderstoodMail:
    """Never raises. `own_addresses` in lower case; `arrived_at` stands in for the time of a mail that tells none.

    `sells_in` are the seller's marketplaces, as far as they are known: by them dates are read where a mail's sender tells none.
    """
    sender = sender_of(mail, own_addresses)
    trust = trust_of(mail, sender)
    told = classify(mail, sender, words)
    if not trust.opens:
        return UnderstoodMail(mail, MailKind.OTHER, trust, told.told_by, told.unknown_type, pretended=told.kind)
    relay = relay_of(mail)
    return _read(mail, trust, told, words, mail.sent_at or arrived_at, relay, marketplace_of(mail, relay, sells_in))


def _read(
    mail: Mail,
    trust: Trust,
    told: Classified,
    words: MailWords,
    sent_at: datetime,
    relay: Relay | None,
    marketplace: Marketplace | None,
) -> UnderstoodMail:
    marked = read_marked(mail, words)
    decided = told.kind in _DECIDED
    notice = f"{mail.subject}.\n{mail.text[:_LONGEST_NOTICE]}"
    category, urgency = _wanted(mail, marked, words) if told.kind is MailKind.BUYER_MESSAGE else (None, None)
    return UnderstoodMail(
        mail=mail,
        kind=told.kind,
        trust=trust,
        told_by=told.told_by,
        unknown_type=told.unknown_type,
        marketplace=marketplace,
        order_id=order_id(mail, marked),
        relay=relay,
        buyer_name=buyer_name(mail, told.kind, words),
        buyer_text=marked.text,
        category=category,
        urgency=urgency,
        outcome=outcome_of(mail, words) if decided else None,
        payer=payer_of(mail, words) if decided else None,
        due_at=stated_due_at(notice, sent_at, marketplace, words) if told.kind in _WITH_DEADLINE else None,
        no_response_needed_url=marked.no_response_needed_url,
        case_url=marked.case_url,
    )


def _wanted(mail: Mail, marked: Marked, words: MailWords) -> tuple[Category, Urgency]:
    text = without_quotes(marked.text, words)
    category = categorise(mail.subject, text, words)
    return category, urgency_of(category, text, words)
