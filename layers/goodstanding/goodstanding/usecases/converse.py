"""Conversations and their clocks: an event is folded into the threads that it has to do with, in any order of arrival."""

from dataclasses import dataclass

from goodstanding.core.deadline_rules import deadline_id, new_deadline
from goodstanding.core.deadlines import ClosedBy, Closing, Deadline, DeadlineKind
from goodstanding.core.mail.clocks import Clock as ThreadClock
from goodstanding.core.mail.clocks import clocks
from goodstanding.core.mail.conversations import fold_events, related
from goodstanding.core.mail.events import MailEvent
from goodstanding.core.mail.threads import SettledBy, Thread
from goodstanding.policy.loader import load
from goodstanding.ports.conversations import ConversationStore, StoredThread
from goodstanding.ports.deadlines import DeadlineStore
from goodstanding.ports.sellers import Seller


@dataclass(frozen=True, slots=True)
class ThreadStores:
    """Where conversations and their clocks are kept."""

    conversations: ConversationStore
    deadlines: DeadlineStore


def converse(seller: Seller, event: MailEvent, stores: ThreadStores) -> None:
    """Fold an event into the conversations it has to do with, and set their clocks by what stands then.

    Mails are received side by side. Who has written looks again, until nothing has come in the meantime: so the last to write has
    seen every event.
    """
    stores.conversations.put_event(seller.seller_id, event)
    written: tuple[MailEvent, ...] = ()
    while written != (gathered := related(event, lambda link: stores.conversations.sharing(seller.seller_id, link))):
        _refold(seller, gathered, stores)
        written = gathered


def _refold(seller: Seller, gathered: tuple[MailEvent, ...], stores: ThreadStores) -> None:
    folded = fold_events(gathered)
    for thread in folded.threads:
        _keep(seller, thread, stores)
    standing = {thread.thread_id for thread in folded.threads}
    for gone in sorted({one.thread for one in gathered if one.thread} - standing):
        _drop(seller, gone, stores)


def _drop(seller: Seller, thread_id: str, stores: ThreadStores) -> None:
    """Its messages are another thread's, where their clocks run: those it had were none."""
    _void(seller, deadline_id(DeadlineKind.MESSAGE_REPLY, thread_id, ""), stores.deadlines)
    stores.conversations.drop_thread(seller.seller_id, thread_id)


def _void(seller: Seller, prefix: str, deadlines: DeadlineStore) -> None:
    for known in list(deadlines.all(seller.seller_id, prefix)):
        if known.closing is None:
            deadlines.close(seller.seller_id, known.id, Closing(known.opened_at, ClosedBy.SYSTEM, void=True))


def _keep(seller: Seller, thread: Thread, stores: ThreadStores) -> None:
    """Write a thread, then its clocks: a task that dies in between is run again.

    Two clocks become one when what ended the first is taken back; the other one's time is in it.
    """
    known = stores.conversations.thread(seller.seller_id, thread.thread_id)
    before = known.clocks if known else {}
    running = clocks(thread, before)
    for gone in sorted(set(before.values()) - {clock.name for clock in running}):
        _void(seller, deadline_id(DeadlineKind.MESSAGE_REPLY, thread.thread_id, gone), stores.deadlines)
    names = {message_id: clock.name for clock in running for message_id in clock.message_ids}
    stores.conversations.put_thread(seller.seller_id, StoredThread(thread, names))
    for clock in running:
        _set(seller, thread, clock, stores.deadlines)


def _set(seller: Seller, thread: Thread, clock: ThreadClock, deadlines: DeadlineStore) -> None:
    """Set one clock. What a mail ended may go on after another (an answer bounced): then it goes on under a name of its own."""
    deadline = reply_deadline(seller, thread, clock)
    deadlines.open(seller.seller_id, deadline)
    standing = list(deadlines.all(seller.seller_id, deadline.id))
    if clock.settlement is not None:
        end = Closing(clock.settlement.at, _CLOSED_BY[clock.settlement.by])
        for each in standing:
            deadlines.close(seller.seller_id, each.id, end)
    elif all(each.closing is not None for each in standing):
        deadlines.open(seller.seller_id, reply_deadline(seller, thread, clock, len(standing)))


def reply_deadline(seller: Seller, thread: Thread, clock: ThreadClock, bounced: int = 0) -> Deadline:
    """The deadline of a clock; after the first of its answers that bounced a second one, and so on."""
    marketplace = next(
        (one for one in seller.marketplaces if one.country == thread.marketplace), seller.marketplaces[0]
    )
    parts = (thread.thread_id, clock.name, *((f"again {bounced}",) if bounced else ()))
    return new_deadline(
        deadline_id(DeadlineKind.MESSAGE_REPLY, *parts),
        DeadlineKind.MESSAGE_REPLY,
        marketplace,
        clock.started_at,
        load(),
        order_id=thread.order_id,
        thread_id=thread.thread_id,
    )


_CLOSED_BY = {
    SettledBy.REPLY: ClosedBy.REPLY,
    SettledBy.RESOLVE: ClosedBy.RESOLVE,
    SettledBy.NO_RESPONSE_NEEDED: ClosedBy.NO_RESPONSE_NEEDED,
}
