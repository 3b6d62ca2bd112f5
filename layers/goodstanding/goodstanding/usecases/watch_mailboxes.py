"""The mailboxes themselves: whether they have fallen silent, and whether our canary comes through.

A mailbox that fails says nothing; then nobody is warned of anything. So it is looked at every hour, and by the daily run.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from goodstanding.contracts.errors import AwsAnswerLost, AwsUnavailable, SellerNotConfigured
from goodstanding.contracts.tasks import WatchMailboxesInput, WatchMailboxesOutput
from goodstanding.core.mail.canary import Canary, claimed, lost_since, new_canary, released, sent
from goodstanding.core.mail.silence import silent_since
from goodstanding.core.texts.mail import canary_alert, silence_alert
from goodstanding.ports.alerts import AlertLedger
from goodstanding.ports.canaries import CanaryStore, Mailer
from goodstanding.ports.clock import Clock
from goodstanding.ports.conversations import ConversationStore
from goodstanding.ports.sellers import Seller, SellerRegistry

ANY_SELLER = "{seller_id}"
"""What stands for the seller in the canary's address, where a stack serves several mailboxes."""


@dataclass(frozen=True, slots=True)
class Canaries:
    """How canaries are sent; without an address or a sender none is. `nonce` makes hexadecimal digits that nobody can guess."""

    store: CanaryStore
    mailer: Mailer
    sender: str
    address: str
    nonce: Callable[[], str]

    @property
    def are_sent(self) -> bool:
        """Whether both ends are configured."""
        return bool(self.sender and self.address)


def watch_mailboxes(
    request: WatchMailboxesInput,
    registry: SellerRegistry,
    conversations: ConversationStore,
    canaries: Canaries,
    ledger: AlertLedger,
    clock: Clock,
) -> WatchMailboxesOutput:
    """Look at every connected mailbox; what is planned for the alert ledger is published by the next sweep."""
    now = max(request.scheduled_at, clock.now())
    watched = troubled = 0
    for seller_id in registry.list():
        try:
            seller = registry.get(seller_id)
        except SellerNotConfigured:
            continue
        if seller.mailbox:
            watched += 1
            since = tell_of_silence(seller, conversations, ledger, now)
            lost = _watch_canary(seller, canaries, ledger, now)
            troubled += since is not None or lost is not None
    return WatchMailboxesOutput(mailboxes=watched, troubled=troubled)


def tell_of_silence(
    seller: Seller, conversations: ConversationStore, ledger: AlertLedger, now: datetime
) -> datetime | None:
    """Since when a mailbox has been silent, if it has; told once for each silence."""
    since = silent_since(conversations.arrivals(seller.seller_id), now)
    if since is not None:
        day = now.date()
        ledger.plan(seller.seller_id, day, [silence_alert(seller.seller_id, since, day, seller.language)])
    return since


def _watch_canary(seller: Seller, canaries: Canaries, ledger: AlertLedger, now: datetime) -> Canary | None:
    """Send today's unless it was sent; the first that is lost, told once."""
    if not canaries.are_sent:
        return None
    known = list(canaries.store.canaries(seller.seller_id))
    if not known or known[-1].day < now.date():
        known.append(new_canary(now.date(), canaries.nonce(), now))
    if known[-1].may_be_sent(now):
        known[-1] = _send(seller, canaries, known[-1], now)
    lost = lost_since(known, now)
    if lost is not None:
        day = now.date()
        ledger.plan(seller.seller_id, day, [canary_alert(seller.seller_id, lost, day, seller.language)])
    return lost


def _send(seller: Seller, canaries: Canaries, canary: Canary, now: datetime) -> Canary:
    """Claim, send, settle; what stands after it, as far as is known here."""
    taken = claimed(canary, now)
    if not canaries.store.put_canary(seller.seller_id, taken):
        return canary
    written = replace(taken, revision=taken.revision + 1)
    try:
        canaries.mailer.send(canaries.sender, canaries.address.replace(ANY_SELLER, seller.seller_id), canary)
    except AwsAnswerLost:
        return written
    except AwsUnavailable:
        after = released(written)
    else:
        after = sent(written)
    canaries.store.put_canary(seller.seller_id, after)  # turned away: it has arrived in the meantime
    return after
