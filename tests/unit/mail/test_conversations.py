"""Conversations: which answer belongs to which message, and what remains unanswered."""

from datetime import UTC, datetime, timedelta

import pytest

from goodstanding.adapters.mail_parser import parse_mail
from goodstanding.core.mail.categories import Category, Urgency
from goodstanding.core.mail.conversations import Conversations, fold_events
from goodstanding.core.mail.events import EventKind, MailEvent, event_of, hasher, thread_command
from goodstanding.core.mail.threads import Message, SettledBy, Thread, ThreadState
from goodstanding.core.mail.understand import understand
from goodstanding.policy.mail_words import load_mail_words
from tests.mail_world import ALIAS, FAILED, ORDER, SELLER, SENT_AT, build_mail

HASHED = hasher(b"a seller's own secret")
OTHER_ORDER = "302-9999999-9999999"
DAY = timedelta(hours=24)


def after(hours: float) -> datetime:
    """So many hours after the first message."""
    return SENT_AT + timedelta(hours=hours)


def event(kind: str, language: str = "de", **said) -> MailEvent | None:
    """A mail as an event."""
    mail = parse_mail(build_mail(kind, language, **said))
    return event_of(understand(mail, frozenset({SELLER}), load_mail_words(), SENT_AT), SENT_AT, HASHED)


def fold(*events: MailEvent | None) -> Conversations:
    """These events, folded."""
    return fold_events(found for found in events if found)


def only(*events: MailEvent | None) -> Thread:
    """The one thread that these events are."""
    (thread,) = fold(*events).threads
    return thread


def test_message_opens_a_clock_of_a_day():
    """Elapsed hours after the earliest unanswered message."""
    thread = only(event("buyer_message"))
    assert (thread.state, thread.order_id, thread.marketplace) == (ThreadState.OPEN, ORDER, "DE")
    assert (thread.first_unanswered_at, thread.due_at(DAY)) == (SENT_AT, SENT_AT + DAY)
    assert (thread.category, thread.urgency, len(thread.messages)) == (Category.WHERE_IS_MY_ORDER, Urgency.NORMAL, 1)


def test_later_message_does_not_restart_the_clock():
    """The first one is what is waited for."""
    thread = only(event("buyer_message"), event("buyer_message", at=after(5)))
    assert (thread.first_unanswered_at, len(thread.messages)) == (SENT_AT, 2)


def test_own_reply_answers_what_came_before_it():
    """And a message after it starts a clock of its own."""
    answered = (event("buyer_message"), event("own_reply", at=after(2)))
    thread = only(*answered)
    assert (thread.state, thread.first_unanswered_at, thread.due_at(DAY)) == (ThreadState.ANSWERED, None, None)
    assert (thread.messages[0].settlement.at, thread.messages[0].settlement.by) == (after(2), SettledBy.REPLY)
    assert only(*answered, event("buyer_message", at=after(3))).first_unanswered_at == after(3)


def test_answer_before_a_message_does_not_answer_it():
    """Nor one of the same second."""
    assert only(event("buyer_message"), event("own_reply", at=after(-1))).state is ThreadState.OPEN
    assert only(event("buyer_message"), event("own_reply")).state is ThreadState.OPEN


def test_repeated_mail_counts_once():
    """Mailboxes are read again."""
    assert len(only(*[event("buyer_message", message_id="m@x")] * 3).messages) == 1


def test_reply_matches_by_what_it_refers_to_before_all_else():
    """Two orders of one buyer, and a subject that names neither."""
    first = event("buyer_message", message_id="m1@x")
    second = event("buyer_message", order=OTHER_ORDER, message_id="m2@x", at=after(1))
    reply = event("own_reply", order=None, subject="Re", in_reply_to="m2@x", at=after(2))
    threads = {thread.order_id: thread.state for thread in fold(first, second, reply).threads}
    assert threads == {ORDER: ThreadState.OPEN, OTHER_ORDER: ThreadState.ANSWERED}


def test_reference_from_another_buyers_address_closes_nothing():
    """The answer went to somebody else."""
    first = event("buyer_message", message_id="m1@x")
    reply = event("own_reply", to="other@marketplace.amazon.de", in_reply_to="m1@x", at=after(2))
    found = fold(first, reply)
    assert (found.threads[0].state, found.unmatched) == (ThreadState.OPEN, (reply.event_id,))


def test_follow_up_without_order_joins_by_what_it_refers_to():
    """The message it refers to may be the seller's own."""
    asked = event("buyer_message", message_id="m1@x")
    reply = event("own_reply", message_id="r1@x", at=after(1))
    other = event("buyer_message", order=OTHER_ORDER, at=after(2))
    follow_up = event("buyer_message", order=None, in_reply_to="r1@x", at=after(3))
    threads = {thread.order_id: len(thread.messages) for thread in fold(asked, reply, other, follow_up).threads}
    assert threads == {ORDER: 2, OTHER_ORDER: 1}


def test_case_keeps_threads_of_one_buyer_apart():
    """Two cases are two threads, also about one order; a reply to the case's address answers that one."""
    first, second = event("buyer_message", case="c1"), event("buyer_message", case="c2", at=after(1))
    reply = event("own_reply", to=f"{ALIAS}+c2@marketplace.amazon.de", order=None, subject="Re", at=after(2))
    third = event("buyer_message", case="c1", order=None, at=after(3))
    states = [(len(thread.messages), thread.state) for thread in fold(first, second, reply, third).threads]
    assert states == [(2, ThreadState.OPEN), (1, ThreadState.ANSWERED)]


def test_question_before_a_purchase_is_a_thread_of_its_own():
    """It counts; what is later asked about an order is another matter."""
    question = event("buyer_message", order=None)
    assert only(question, event("buyer_message", order=None, at=after(1))).order_id is None
    assert len(fold(question, event("buyer_message", at=after(1))).threads) == 2


def test_reply_without_an_order_answers_the_only_open_thread():
    """With two open ones it is ambiguous and answers none."""
    first, second = event("buyer_message"), event("buyer_message", order=OTHER_ORDER, at=after(1))
    reply = event("own_reply", order=None, subject="Re", at=after(3))
    assert only(first, reply).state is ThreadState.ANSWERED
    ambiguous = fold(first, second, reply)
    assert {thread.state for thread in ambiguous.threads} == {ThreadState.OPEN}
    assert ambiguous.unmatched == (reply.event_id,)
    settled = fold(first, event("own_reply", at=after(0.5)), second, reply)
    assert {thread.state for thread in settled.threads} == {ThreadState.ANSWERED}


def test_message_without_order_and_two_threads_is_one_of_its_own():
    """Twice, it is the same one."""
    two = (event("buyer_message"), event("buyer_message", order=OTHER_ORDER, at=after(1)))
    later = [event("buyer_message", order=None, at=after(hours)) for hours in (2, 3)]
    assert [len(thread.messages) for thread in fold(*two, *later).threads] == [1, 1, 2]


def test_message_from_no_alias_is_a_thread_of_its_own():
    """Amazon's type header says it is a buyer's, so it counts."""
    thread = only(event("buyer_message", sender="donotreply@amazon.de"))
    assert (thread.state, thread.order_id) == (ThreadState.OPEN, ORDER)


def test_copy_of_an_answer_matches_the_only_open_thread_of_that_name():
    """An answer given in Seller Central is seen by it."""
    thread = only(event("buyer_message"), event("reply_copy", text="Es kommt morgen.", at=after(2)))
    assert thread.state is ThreadState.ANSWERED


def test_copy_is_ambiguous_when_two_buyers_of_one_name_wait():
    """It closes neither."""
    copy = event("reply_copy", text="Es kommt morgen.", at=after(2))
    found = fold(event("buyer_message"), event("buyer_message", alias="other", order=OTHER_ORDER, text="Hallo"), copy)
    assert {thread.state for thread in found.threads} == {ThreadState.OPEN}
    assert found.unmatched == (copy.event_id,)


def test_copy_matches_what_it_quotes_among_buyers_of_one_name():
    """Wrapped and marked as mail programs do."""
    mine = event("buyer_message", text="Das Glas der Lampe war beim Auspacken zersprungen. Was nun?")
    other = event("buyer_message", alias="other", order=OTHER_ORDER, text="Passt die Lampe an eine Wand aus Gips?")
    copy = event(
        "reply_copy", text="Sofort.\n\n> Das Glas der Lampe war\n> beim Auspacken zersprungen. Was nun?", at=after(2)
    )
    threads = {thread.order_id: thread.state for thread in fold(mine, other, copy).threads}
    assert threads == {ORDER: ThreadState.ANSWERED, OTHER_ORDER: ThreadState.OPEN}


def test_copy_of_an_answered_threads_answer_leaves_another_buyers_thread_open():
    """The copy of a reply by mail comes when its own thread is answered already."""
    mine, reply = event("buyer_message"), event("own_reply", at=after(2))
    other = event("buyer_message", alias="other", order=OTHER_ORDER, text="Hallo")
    copy = event("reply_copy", text="Es kommt morgen.", at=after(2.01))
    late = event("reply_copy", text="Es kommt morgen.", at=after(4))
    assert {t.order_id: t.state for t in fold(mine, other, reply, copy).threads}[OTHER_ORDER] is ThreadState.OPEN
    assert {t.order_id: t.state for t in fold(mine, other, reply, late).threads}[OTHER_ORDER] is ThreadState.ANSWERED


@pytest.mark.parametrize("said", [{"name": "Jonas"}, {"name": ""}, {"language": "fr"}, {"at": after(-1)}])
def test_copy_of_another_name_marketplace_or_time_closes_nothing(said):
    """Or of no name at all."""
    assert (
        only(event("buyer_message"), event("reply_copy", **{"text": "Oui.", "at": after(2)} | said)).state
        is ThreadState.OPEN
    )


def test_copy_that_does_not_say_its_marketplace_may_be_of_any():
    """All copies come from one address."""
    copy = event("reply_copy", type_header=False, sender="donotreply@amazon.com", text="Ja.", at=after(2))
    assert copy.marketplace is None
    assert only(event("buyer_message"), copy).state is ThreadState.ANSWERED


@pytest.mark.parametrize(
    "answer",
    [
        event("auto_reply", at=after(2)),
        event("own_reply", at=after(2), headers=(("Auto-Submitted", "auto-replied"),)),
        event("reply_copy", at=after(2), authentication=None),
        event("reply_copy", at=after(2), authentication=FAILED),
        event("own_reply", at=after(2), headers=(("Received", "from x by y; Fri, 20 Nov 2026 11:30:00 +0000"),)),
        event("refund_issued", at=after(2)),
    ],
)
def test_nothing_unbelieved_and_no_machine_answers(answer):
    """It is no event at all."""
    assert answer is None
    assert only(event("buyer_message"), answer).state is ThreadState.OPEN


def test_message_that_is_not_verified_opens_a_clock_and_one_refused_does_not():
    """A missed message is worse than a false alarm."""
    assert only(event("buyer_message", authentication=None)).state is ThreadState.OPEN
    assert event("buyer_message", authentication=FAILED) is None


def test_bounce_takes_an_answer_back():
    """It was never delivered."""
    asked, reply = event("buyer_message"), event("own_reply", message_id="r1@shop.example", at=after(2))
    bounce = event("bounce", returned="r1@shop.example", at=after(2.1))
    assert only(asked, reply).state is ThreadState.ANSWERED
    assert only(asked, reply, bounce).state is ThreadState.OPEN
    assert only(asked, reply, event("bounce", in_reply_to="r1@shop.example", at=after(3))).state is ThreadState.OPEN


@pytest.mark.parametrize(
    ("kind", "state", "by"),
    [
        (EventKind.ANSWERED, ThreadState.ANSWERED, SettledBy.RESOLVE),
        (EventKind.NO_RESPONSE_NEEDED, ThreadState.NO_RESPONSE_NEEDED, SettledBy.NO_RESPONSE_NEEDED),
    ],
)
def test_persons_word_settles_a_thread_up_to_its_time(kind, state, by):
    """What comes later is open again; a word on a thread that is not known does nothing."""
    asked = event("buyer_message")
    word = thread_command(only(asked).thread_id, kind, after(2), "DE", HASHED)
    thread = only(asked, word, word)
    assert (thread.state, thread.messages[0].settlement.by) == (state, by)
    assert only(asked, word, event("buyer_message", at=after(3))).first_unanswered_at == after(3)
    assert only(asked, thread_command("unknown", kind, after(2), None, HASHED)).state is ThreadState.OPEN


def test_answer_after_a_persons_word_changes_nothing():
    """What is settled stays as it was settled."""
    asked = event("buyer_message")
    word = thread_command(only(asked).thread_id, EventKind.NO_RESPONSE_NEEDED, after(2), "DE", HASHED)
    assert only(asked, word, event("own_reply", at=after(3))).state is ThreadState.NO_RESPONSE_NEEDED


def test_most_urgent_open_message_says_what_a_thread_is_about():
    """Of equally urgent ones the first that says anything; answered ones no longer count."""
    thanks = event("buyer_message", text="Vielen Dank!", subject="Frage (Bestellung: {order})")
    cancel = event("buyer_message", text="Bitte die Bestellung stornieren.", at=after(3))
    other = event("buyer_message", text="Hm.", subject="Frage (Bestellung: {order})", at=after(1))
    lost = event("buyer_message", at=after(2))
    assert (only(thanks).category, only(thanks).urgency) == (Category.THANKS, Urgency.LOW)
    assert (only(other, lost).category, only(thanks, other, lost, cancel).category) == (
        Category.WHERE_IS_MY_ORDER,
        Category.CANCEL,
    )
    assert only(thanks, cancel).urgency.word == "high"


def test_nothing_kept_can_be_read_or_tried_out():
    """No name, address, text or message id stands in an event, and another key gives other hashes."""
    said = {"name": "Maren", "message_id": "secret-id@x", "case": "case-7", "text": "Mein Garten steht unter Wasser."}
    kept = repr(event("buyer_message", **said)).lower()
    assert not any(word in kept for word in ("maren", "secret-id", "case-7", ALIAS, "garten", "amazon"))
    assert hasher(b"another")("name", "maren") != HASHED("name", "maren")
    assert HASHED("alias", "x") != HASHED("name", "x")


def test_time_of_a_mail_without_one_is_its_arrival():
    """A message is never without a clock."""
    raw = build_mail("buyer_message", at=None).replace(b"Received:", b"X-Received:")
    read = understand(parse_mail(raw), frozenset(), load_mail_words(), SENT_AT)
    assert event_of(read, SENT_AT + DAY, HASHED).at == SENT_AT + DAY


def test_event_without_category_or_thread_is_folded_too():
    """As older items of a store may be."""
    at = datetime(2026, 11, 1, tzinfo=UTC)
    thread = only(MailEvent("e1", EventKind.BUYER_MESSAGE, at))
    assert thread == Thread("e1", None, None, (Message("e1", "e1", None, at, Category.OTHER, Urgency.NORMAL),))
    asked = MailEvent("e1", EventKind.BUYER_MESSAGE, at, alias="a")
    assert only(asked, MailEvent("r1", EventKind.OWN_REPLY, after(2), alias="a")).state is ThreadState.ANSWERED
