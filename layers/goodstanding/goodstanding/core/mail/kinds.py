"""What a mail is, told in this order: Amazon's type header, the sender's domain, the subject, the body.

A type that is not known tells nothing, and takes from the sender's domain the power to tell: a mail of a new type is never
silently taken for a buyer's message. Its subject and body may still tell. What nothing tells is OTHER: kept, and no clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from goodstanding.core.mail.message import Mail
from goodstanding.core.mail.trust import RELAY_DOMAINS, Sender
from goodstanding.core.mail.words import MailWords, fold


class MailKind(StrEnum):
    """What a mail is. OWN_REPLY: the seller's own mail to a buyer; REPLY_COPY: Amazon's copy of an answer, wherever given."""

    BUYER_MESSAGE = "buyer_message"
    REPLY_COPY = "reply_copy"
    OWN_REPLY = "own_reply"
    CLAIM_OPENED = "claim_opened"
    CLAIM_DECISION = "claim_decision"
    CLAIM_CLOSED = "claim_closed"
    CHARGEBACK_OPENED = "chargeback_opened"
    CHARGEBACK_CLOSED = "chargeback_closed"
    OPT_OUT = "opt_out"
    RETURN_REQUEST = "return_request"
    REFUND_ISSUED = "refund_issued"
    CANCEL_REQUEST = "cancel_request"
    FEEDBACK_REMOVED = "feedback_removed"
    POLICY_NOTICE = "policy_notice"
    ACCOUNT_NOTICE = "account_notice"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    CANARY = "canary"
    OTHER = "other"


class ToldBy(StrEnum):
    """By what a kind was told."""

    TYPE = "type"
    SENDER = "sender"
    SUBJECT = "subject"
    BODY = "body"
    NOTHING = "nothing"


NOTIFICATION_TYPES: Mapping[str, MailKind] = {
    "BBC_MESSAGE_SENT_TO_MERCHANT": MailKind.BUYER_MESSAGE,
    "BBC_MESSAGE_CONFIRMATION_TO_MERCHANT": MailKind.REPLY_COPY,
    "A_Z_CLAIM_RESPONDENT_NOTIFY": MailKind.CLAIM_OPENED,
    "A_Z_CLAIM_RESPONDENT_CLOSE": MailKind.CLAIM_CLOSED,
    "RETURN_REQUEST": MailKind.RETURN_REQUEST,
    "REFUND_ISSUED": MailKind.REFUND_ISSUED,
    "BRC_SELLER_NOTIFICATION": MailKind.CANCEL_REQUEST,
}
"""Amazon's X-Space-Notification-Type, as seen in mails."""

_BY_WORDS = (
    MailKind.OPT_OUT,
    MailKind.CHARGEBACK_CLOSED,
    MailKind.CHARGEBACK_OPENED,
    MailKind.CLAIM_CLOSED,
    MailKind.CLAIM_DECISION,
    MailKind.CLAIM_OPENED,
    MailKind.FEEDBACK_REMOVED,
    MailKind.ACCOUNT_NOTICE,
    MailKind.CANCEL_REQUEST,
    MailKind.RETURN_REQUEST,
    MailKind.REFUND_ISSUED,
    MailKind.REPLY_COPY,
    MailKind.BOUNCE,
    MailKind.POLICY_NOTICE,
    MailKind.BUYER_MESSAGE,
)
"""The kinds that words tell, the narrower ones first. BUYER_MESSAGE is last: its subjects are the most like any other's."""

_LONGEST_BODY = 12_000  # characters; a notice says what it is at its beginning
_ANSWERS = frozenset({MailKind.OWN_REPLY, MailKind.REPLY_COPY})
_DAEMONS = frozenset({"mailer-daemon", "postmaster"})
CANARY_SUBJECT = "goodstanding-canary"


@dataclass(frozen=True, slots=True)
class Classified:
    """A kind and what told it; `unknown_type` is Amazon's type header when it has a value that is not known."""

    kind: MailKind
    told_by: ToldBy
    unknown_type: str | None = None


def classify(mail: Mail, sender: Sender, words: MailWords) -> Classified:
    """What the mail is, believed or not."""
    if sender in {Sender.BUYER, Sender.AMAZON}:
        return _from_amazon(mail, sender, words)
    return _mechanical(mail, words) or _from_others(mail, sender, words)


def _mechanical(mail: Mail, words: MailWords) -> Classified | None:
    """What no person wrote: a canary of this product's own, a bounce, an automatic answer."""
    subject = fold(mail.subject)
    told = (
        (MailKind.CANARY, ToldBy.TYPE, mail.canary),
        (MailKind.CANARY, ToldBy.SUBJECT, CANARY_SUBJECT in subject),
        (MailKind.BOUNCE, ToldBy.SENDER, _is_bounce(mail)),
        (MailKind.AUTO_REPLY, ToldBy.TYPE, mail.automatic),
        (MailKind.AUTO_REPLY, ToldBy.SUBJECT, words.find("auto_reply.subject", subject)),
    )
    return next((Classified(kind, told_by) for kind, told_by, holds in told if holds), None)


def _from_others(mail: Mail, sender: Sender, words: MailWords) -> Classified:
    if sender is not Sender.OWN or not any(address.domain in RELAY_DOMAINS for address in mail.to):
        return Classified(MailKind.OTHER, ToldBy.NOTHING)
    return _unless_automatic(Classified(MailKind.OWN_REPLY, ToldBy.SENDER), mail, words)


def _from_amazon(mail: Mail, sender: Sender, words: MailWords) -> Classified:
    named = mail.notification_type
    if kind := NOTIFICATION_TYPES.get(named or ""):
        return _unless_automatic(Classified(kind, ToldBy.TYPE), mail, words)
    if sender is Sender.BUYER and named is None:
        return Classified(MailKind.BOUNCE if _is_bounce(mail) else MailKind.BUYER_MESSAGE, ToldBy.SENDER)
    for told_by, text in ((ToldBy.SUBJECT, mail.subject), (ToldBy.BODY, mail.text[:_LONGEST_BODY])):
        folded = fold(text)
        for kind in _BY_WORDS:
            if words.find(f"{kind}.{told_by}", folded):
                return _unless_automatic(Classified(kind, told_by, named), mail, words)
    if _is_bounce(mail):
        return Classified(MailKind.BOUNCE, ToldBy.SENDER, named)
    return Classified(MailKind.OTHER, ToldBy.NOTHING, named)


def _unless_automatic(found: Classified, mail: Mail, words: MailWords) -> Classified:
    """An automatic answer stops no clock, whoever sends its copy."""
    if found.kind in _ANSWERS and words.find("auto_reply.body", fold(mail.text[:_LONGEST_BODY])):
        return Classified(MailKind.AUTO_REPLY, ToldBy.BODY, found.unknown_type)
    return found


def _is_bounce(mail: Mail) -> bool:
    return mail.delivery_report or (mail.sender is not None and mail.sender.local_part in _DAEMONS)
