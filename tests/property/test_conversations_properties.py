"""Conversations: the order in which mails come, and how often, makes no difference; neither does folding them one by one."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from goodstanding.core.mail.categories import Category, Urgency
from goodstanding.core.mail.conversations import fold_events, related
from goodstanding.core.mail.events import EventKind, MailEvent
from goodstanding.core.mail.threads import SettledBy, Thread, ThreadState

START = datetime(2026, 11, 1, tzinfo=UTC)
TIMES = st.integers(0, 90).map(lambda step: START + timedelta(minutes=20 * step))


def some(*values: str) -> st.SearchStrategy[str | None]:
    """One of few, so that things meet, or none."""
    return st.sampled_from((*values, None))


@st.composite
def events(draw: st.DrawFn) -> MailEvent:
    """Any event; what it begins depends on its own case, alias and order, as in `event_of`."""
    kind = draw(st.sampled_from(EventKind))
    event_id = draw(st.sampled_from([f"e{number}" for number in range(14)]))
    alias, order_id, case = draw(some("a", "b")), draw(some("1", "2")), draw(some("x", "y"))
    case = case and alias and f"{alias}+{case}"
    begins = f"{alias} {case or order_id or ''}" if alias else f"message {event_id}"
    if kind in {EventKind.ANSWERED, EventKind.NO_RESPONSE_NEEDED}:
        return MailEvent(event_id, kind, draw(TIMES), thread=begins)
    return MailEvent(
        event_id=event_id,
        kind=kind,
        at=draw(TIMES),
        thread=begins if kind is EventKind.BUYER_MESSAGE else None,
        marketplace=draw(some("DE", "FR")),
        order_id=order_id,
        mid=event_id,
        mids=tuple(draw(st.lists(st.sampled_from([f"e{number}" for number in range(14)]), max_size=2, unique=True))),
        case=case,
        alias=alias if kind is not EventKind.REPLY_COPY else None,
        name=draw(some("n", "m")),
        sentences=draw(st.frozensets(st.sampled_from("pqr"), max_size=2)),
        category=draw(st.sampled_from(Category)),
        urgency=draw(st.sampled_from(Urgency)),
    )


MAILBOXES = st.lists(events(), max_size=14)


def threads(given_events: Iterable[MailEvent]) -> dict[str, Thread]:
    """Threads by id."""
    return {thread.thread_id: thread for thread in fold_events(given_events).threads}


@settings(max_examples=120)
@given(MAILBOXES, st.randoms(use_true_random=False))
def test_order_of_arrival_and_repeats_make_no_difference(mailbox, random):
    """Same events, same conversations, in the same order."""
    shuffled = mailbox * 2
    random.shuffle(shuffled)
    assert fold_events(shuffled) == fold_events(mailbox)


@settings(max_examples=120)
@given(MAILBOXES, st.randoms(use_true_random=False))
def test_folding_what_hangs_together_is_folding_everything(mailbox, random):
    """A store that refolds only what a new event can touch ends with the same threads."""
    mailbox = list({event.event_id: event for event in mailbox}.values())
    random.shuffle(mailbox)
    stored: list[MailEvent] = []
    kept: dict[str, Thread] = {}
    for event in mailbox:
        group = related(event, lambda link: [known for known in stored if link in known.links])
        before = threads(known for known in group if known is not event)
        kept = {key: thread for key, thread in kept.items() if key not in before} | threads(group)
        stored.append(event)
        assert kept == threads(stored)


@given(MAILBOXES)
def test_every_message_is_in_one_thread_and_is_never_settled_before_it_came(mailbox):
    """Nothing is lost, nothing counted twice; answers come after what they answer."""
    mailbox = list({event.event_id: event for event in mailbox}.values())
    found = fold_events(mailbox)
    messages = sorted(message.message_id for message in found.messages)
    assert messages == sorted(event.event_id for event in mailbox if event.kind is EventKind.BUYER_MESSAGE)
    for message in found.messages:
        if message.settlement:
            assert message.settlement.at >= message.received_at
            assert message.settlement.by is not SettledBy.REPLY or message.settlement.at > message.received_at


@given(MAILBOXES)
def test_state_is_open_exactly_while_something_is_unanswered(mailbox):
    """And the clock is that of the earliest unanswered message."""
    for thread in fold_events(mailbox).threads:
        waiting = [message.received_at for message in thread.messages if message.settlement is None]
        assert (thread.state is ThreadState.OPEN) == bool(waiting)
        assert thread.first_unanswered_at == min(waiting, default=None)
        assert thread.due_at(timedelta(hours=24)) == (min(waiting) + timedelta(hours=24) if waiting else None)


@given(MAILBOXES)
def test_without_answers_and_words_everything_is_open(mailbox):
    """Nothing but an answer or a person's word ever closes a clock."""
    silent = [event for event in mailbox if event.kind in {EventKind.BUYER_MESSAGE, EventKind.BOUNCE}]
    assert all(thread.state is ThreadState.OPEN for thread in fold_events(silent).threads)


@given(MAILBOXES)
def test_bounced_answer_is_as_good_as_none(mailbox):
    """Whatever it answered is open again."""
    own = [event for event in mailbox if event.kind is EventKind.OWN_REPLY]
    others = [event for event in mailbox if event.kind in {EventKind.BUYER_MESSAGE, EventKind.OWN_REPLY}]
    bounces = [
        replace(event, event_id=f"b{event.event_id}", kind=EventKind.BOUNCE, mids=(event.event_id,)) for event in own
    ]
    assert all(thread.state is ThreadState.OPEN for thread in fold_events([*others, *bounces]).threads)
