"""A mail of the notification mailbox: read, understood, and its effects on conversations, clocks, claims and opt-outs.

Everything is done again without harm (a mail that was received to the end is known by its id), in any order of arrival. What cannot
be read or is not believed is kept, counted and told of; it is never dropped, and never acted upon.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from goodstanding.contracts.errors import MailGone
from goodstanding.contracts.tasks import ReceiveMailInput, ReceiveMailOutput
from goodstanding.core.claims import ClaimKind, ClaimNotice, appealable
from goodstanding.core.deadline_rules import deadline_id, new_deadline
from goodstanding.core.deadlines import ClosedBy, Closing, DeadlineKind
from goodstanding.core.mail.addressee import addressee
from goodstanding.core.mail.canary import token_of
from goodstanding.core.mail.collecting import LARGEST_MAIL
from goodstanding.core.mail.events import Hasher, event_of
from goodstanding.core.mail.kinds import MailKind
from goodstanding.core.mail.message import Mail
from goodstanding.core.mail.outcomes import Outcome, Payer
from goodstanding.core.mail.record import Fate, MailRecord
from goodstanding.core.mail.trust import Trust, own_candidates
from goodstanding.core.mail.understand import UnderstoodMail, understand
from goodstanding.core.mail.words import MailWords
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.texts.mail import unbelieved_alert
from goodstanding.policy.loader import load
from goodstanding.ports.alerts import AlertLedger
from goodstanding.ports.canaries import CanaryStore
from goodstanding.ports.claims import ClaimStore
from goodstanding.ports.clock import Clock
from goodstanding.ports.mail_archive import MailArchive
from goodstanding.ports.requests import RequestLedger
from goodstanding.ports.sellers import Seller, SellerRegistry
from goodstanding.usecases.converse import ThreadStores, converse

type Parse = Callable[[bytes], Mail | str]
"""Raw bytes → a mail, or the stable reason why it is none."""


@dataclass(frozen=True, slots=True)
class MailStores(ThreadStores):
    """Where the effects of a mail go."""

    canaries: CanaryStore
    claims: ClaimStore
    requests: RequestLedger
    alerts: AlertLedger


def receive_mail(
    request: ReceiveMailInput,
    archive: MailArchive,
    registry: SellerRegistry,
    stores: MailStores,
    parse: Parse,
    words: MailWords,
    hashed_for: Callable[[str], Hasher],
    clock: Clock,
) -> ReceiveMailOutput:
    """Receive one mail; what it was. SES stores the mails of all sellers together; one for none of them is nobody's business here."""
    arrived_at = request.arrived_at or clock.now()
    try:
        raw = archive.read(request.key, LARGEST_MAIL)
        seller_id = request.seller_id or addressee(raw, registry.list())
        parsed = parse(raw)
    except MailGone as gone:
        seller_id, parsed = request.seller_id, gone.reason
    if seller_id is None:
        return ReceiveMailOutput(fate=Fate.TAKEN, kind=MailKind.OTHER, reason="for_nobody")
    seller = registry.get(seller_id)
    hashed = hashed_for(seller.seller_id)
    reception = _Reception(seller, stores, words, hashed, request.key, arrived_at)
    if isinstance(parsed, str):
        return reception.unreadable(parsed)
    own = seller.own_addresses or stores.conversations.own_addresses(seller.seller_id)
    return reception.take(understand(parsed, own, words, arrived_at, seller.marketplaces))


class _Reception:
    """One mail on its way in."""

    def __init__(
        self, seller: Seller, stores: MailStores, words: MailWords, hashed: Hasher, key: str, arrived_at: datetime
    ) -> None:
        self._seller = seller
        self._stores = stores
        self._words = words
        self._hashed = hashed
        self._key = key
        self._arrived_at = arrived_at

    def unreadable(self, reason: str) -> ReceiveMailOutput:
        """Kept, counted, told of once a day."""
        self._record(self._hashed("object", self._key), Fate.UNREADABLE, MailKind.OTHER, Trust.REFUSED, reason)
        self._tell(Fate.UNREADABLE)
        return ReceiveMailOutput(fate=Fate.UNREADABLE, kind=MailKind.OTHER, reason=reason)

    def take(self, read: UnderstoodMail) -> ReceiveMailOutput:
        """Do what mails of its kind do, then remember that it was done."""
        refused = read.trust is Trust.REFUSED and not self._came_through(read)
        # A forged mail with the id of a real one must not keep the real one out.
        mail_id = self._hashed("mail", f"{'refused ' if refused else ''}{read.message_id}")
        fate = Fate.REFUSED if refused else Fate.TAKEN
        kind = read.pretended or read.kind
        if not self._stores.conversations.is_known(self._seller.seller_id, mail_id):
            if refused:
                self._tell(fate)
            else:
                self._learn(read)
                _EFFECTS.get(read.kind, _Reception.nothing)(self, read)
            self._record(mail_id, fate, kind, read.trust, None, read)
        return ReceiveMailOutput(fate=fate, kind=kind, reason="not_authentic" if refused else "")

    def _came_through(self, read: UnderstoodMail) -> bool:
        """A canary's token is proof enough: a forwarder that breaks its signature is no reason to doubt it."""
        token = token_of(read.mail) if read.pretended is MailKind.CANARY else None
        return token is not None and self._stores.canaries.note_canary(self._seller.seller_id, token)

    def _record(
        self,
        mail_id: str,
        fate: Fate,
        kind: MailKind,
        trust: Trust,
        reason: str | None,
        read: UnderstoodMail | None = None,
    ) -> None:
        marketplace = read.marketplace if read else None
        record = MailRecord(
            mail_id=mail_id,
            arrived_at=self._arrived_at,
            fate=fate,
            kind=kind,
            trust=trust,
            key=self._key,
            reason=reason or ("not_authentic" if fate is Fate.REFUSED else None),
            marketplace=marketplace.country if marketplace else None,
            order_id=read.order_id if read else None,
        )
        self._stores.conversations.put_record(self._seller.seller_id, record)

    def _tell(self, fate: Fate) -> None:
        day = self._arrived_at.date()
        alert = unbelieved_alert(fate, self._seller.seller_id, day, self._seller.language)
        self._stores.alerts.plan(self._seller.seller_id, day, [alert])

    def _learn(self, read: UnderstoodMail) -> None:
        """Whom Amazon writes to is the seller; what came from there before was the seller's answer."""
        conversations, seller_id = self._stores.conversations, self._seller.seller_id
        if self._seller.own_addresses or read.kind not in _AMAZONS_OWN:
            return
        found = own_candidates(read.mail)
        conversations.learn_addresses(seller_id, read.trust, found)
        for address in sorted(found & conversations.own_addresses(seller_id)):
            sender = self._hashed("address", address)
            for event in conversations.set_aside(seller_id, sender):
                converse(self._seller, event, self._stores)
                conversations.take_up(seller_id, sender, event)

    # ---- conversations --------------------------------------------------------------------------------------------------------

    def converse_with(self, read: UnderstoodMail) -> None:
        """A message, an answer, or an answer that came back."""
        event = event_of(read, self._arrived_at, self._hashed)
        if event is None:
            return
        converse(self._seller, event, self._stores)
        if event.alias and event.order_id:
            self._stores.conversations.note_buyer(self._seller.seller_id, event.alias, event.order_id)
            self._respect_opt_outs(event.order_id, self._at(read))

    def perhaps_answer(self, read: UnderstoodMail) -> None:
        """From nobody known to a buyer: an answer, if it turns out that the sender is the seller. Till then it is set aside."""
        sender = read.mail.sender
        if sender is None or self._seller.own_addresses:
            return
        as_own = understand(read.mail, frozenset({sender.address}), self._words, self._arrived_at)
        event = event_of(as_own, self._arrived_at, self._hashed)
        if event is not None and as_own.kind is MailKind.OWN_REPLY:
            self._stores.conversations.put_aside(self._seller.seller_id, self._hashed("address", sender.address), event)

    # ---- opt-outs, claims, notices --------------------------------------------------------------------------------------------

    def canary(self, read: UnderstoodMail) -> None:
        """Ours came through."""
        token = token_of(read.mail)
        if token is not None:
            self._stores.canaries.note_canary(self._seller.seller_id, token)

    def opt_out(self, read: UnderstoodMail) -> None:
        """The buyer wants no messages: about this order, and about every other known to be of the same buyer."""
        if read.order_id is None or not read.trust.settles:
            return
        self._stores.conversations.note_opt_out(self._seller.seller_id, read.order_id)
        self._respect_opt_outs(read.order_id, self._at(read))

    def _respect_opt_outs(self, order_id: str, at: datetime) -> None:
        """Whichever came first, the notice or what tells that orders are of one buyer: one notice is enough for all of them."""
        conversations, seller_id = self._stores.conversations, self._seller.seller_id
        orders = conversations.orders_of_same_buyer(seller_id, order_id)
        told = conversations.opt_outs(seller_id, orders)
        for each in sorted(orders) if told else ():
            source = "notice" if each in told else "same_buyer"
            self._stores.requests.opt_out(seller_id, each, source, at, self._seller.marketplaces)

    def claim(self, read: UnderstoodMail) -> None:
        """A claim or a chargeback: a defect if the notice is verified, and the clocks that begin or end with it."""
        kind = _CLAIMS[read.kind]
        marketplace = self._place(read)
        decided = read.kind not in _OPENINGS
        fact = None
        if read.order_id is not None and read.trust.settles:
            notice = ClaimNotice(read.order_id, kind, self._at(read), decided, read.outcome, read.payer)
            fact = self._stores.claims.note_claim(self._seller.seller_id, notice)
        subject = read.order_id or self._hashed("mid", read.message_id)
        respond = _RESPONSES[kind]
        if not decided:
            self._open(respond, marketplace, read, subject)
            return
        if read.trust.settles:
            void = read.kind in _ENDINGS or read.outcome is Outcome.WITHDRAWN or read.outcome is None
            self._close(respond, subject, Closing(self._at(read), ClosedBy.NOTICE, void=void))
        if kind is ClaimKind.A_TO_Z and read.outcome is Outcome.GRANTED and read.payer is not Payer.AMAZON:
            self._open(DeadlineKind.A_TO_Z_APPEAL, marketplace, read, subject)
        if fact is not None and fact.decided_at is not None and not appealable(fact):
            self._end_appeal(subject, fact.decided_at)

    def _end_appeal(self, subject: str, at: datetime) -> None:
        """The last decision stands in the seller's favour: an appeal against an earlier one has no reason any more."""
        identifier = deadline_id(DeadlineKind.A_TO_Z_APPEAL, subject)
        if any(one.opened_at <= at for one in self._stores.deadlines.read(self._seller.seller_id, [identifier])):
            self._close(DeadlineKind.A_TO_Z_APPEAL, subject, Closing(at, ClosedBy.NOTICE, void=True))

    def account_notice(self, read: UnderstoodMail) -> None:
        """The account is at stake: a plan of action is due."""
        self._open(DeadlineKind.PLAN_OF_ACTION, self._place(read), read, self._hashed("mid", read.message_id))

    def feedback_removed(self, read: UnderstoodMail) -> None:
        """The time to ask for its removal no longer matters."""
        if read.order_id is not None and read.trust.settles:
            end = Closing(self._at(read), ClosedBy.NOTICE, void=True)
            self._close(DeadlineKind.FEEDBACK_REMOVAL, read.order_id, end)

    def _open(self, kind: DeadlineKind, marketplace: Marketplace, read: UnderstoodMail, subject: str) -> None:
        deadline = new_deadline(
            deadline_id(kind, subject),
            kind,
            marketplace,
            self._at(read),
            load(),
            order_id=read.order_id,
            stated=read.due_at,
        )
        self._stores.deadlines.open(self._seller.seller_id, deadline)

    def _close(self, kind: DeadlineKind, subject: str, closing: Closing) -> None:
        self._stores.deadlines.close(self._seller.seller_id, deadline_id(kind, subject), closing)

    def nothing(self, read: UnderstoodMail) -> None:
        """Remembered, that is all."""

    def _at(self, read: UnderstoodMail) -> datetime:
        return read.mail.sent_at or self._arrived_at

    def _place(self, read: UnderstoodMail) -> Marketplace:
        """Where the order is known; else what the mail says; else the seller's first marketplace.

        Amazon writes from one address for many marketplaces, so what the sender tells counts only if the seller sells there. A
        clock is known by its order alone: it is the same clock before and after a report tells where the order belongs.
        """
        candidates = sorted(self._seller.marketplaces, key=lambda one: one != read.marketplace)
        known = None
        if read.order_id is not None:
            known = self._stores.claims.marketplace_of(self._seller.seller_id, read.order_id, candidates)
        return known or candidates[0]


_AMAZONS_OWN = frozenset(MailKind) - {
    MailKind.OWN_REPLY,
    MailKind.AUTO_REPLY,
    MailKind.BOUNCE,
    MailKind.OTHER,
    MailKind.CANARY,
}
"""Kinds that Amazon addresses to the seller."""

_CLAIMS = {
    MailKind.CLAIM_OPENED: ClaimKind.A_TO_Z,
    MailKind.CLAIM_DECISION: ClaimKind.A_TO_Z,
    MailKind.CLAIM_CLOSED: ClaimKind.A_TO_Z,
    MailKind.CHARGEBACK_OPENED: ClaimKind.CHARGEBACK,
    MailKind.CHARGEBACK_CLOSED: ClaimKind.CHARGEBACK,
}
_OPENINGS = frozenset({MailKind.CLAIM_OPENED, MailKind.CHARGEBACK_OPENED})
_ENDINGS = frozenset({MailKind.CLAIM_CLOSED, MailKind.CHARGEBACK_CLOSED})
"""Amazon closed the case, however it ended: there is nothing left to respond to."""

_RESPONSES = {
    ClaimKind.A_TO_Z: DeadlineKind.A_TO_Z_RESPONSE,
    ClaimKind.CHARGEBACK: DeadlineKind.CHARGEBACK_RESPONSE,
}

_EFFECTS: Mapping[MailKind, Callable[[_Reception, UnderstoodMail], None]] = {
    MailKind.BUYER_MESSAGE: _Reception.converse_with,
    MailKind.OWN_REPLY: _Reception.converse_with,
    MailKind.REPLY_COPY: _Reception.converse_with,
    MailKind.BOUNCE: _Reception.converse_with,
    MailKind.OPT_OUT: _Reception.opt_out,
    MailKind.CLAIM_OPENED: _Reception.claim,
    MailKind.CLAIM_DECISION: _Reception.claim,
    MailKind.CLAIM_CLOSED: _Reception.claim,
    MailKind.CHARGEBACK_OPENED: _Reception.claim,
    MailKind.CHARGEBACK_CLOSED: _Reception.claim,
    MailKind.ACCOUNT_NOTICE: _Reception.account_notice,
    MailKind.FEEDBACK_REMOVED: _Reception.feedback_removed,
    MailKind.CANARY: _Reception.canary,
    MailKind.OTHER: _Reception.perhaps_answer,
}
"""What each kind of mail does; the others are remembered, that is all."""
