"""Receiving mails: each kind does what it is for, once, and nothing that is not believed does anything."""

from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from goodstanding.contracts.tasks import ResolveThreadInput
from goodstanding.core.claims import ClaimKind
from goodstanding.core.deadlines import ClosedBy, DeadlineKind, DeadlineState
from goodstanding.core.mail.collecting import LARGEST_MAIL
from goodstanding.core.mail.kinds import MailKind
from goodstanding.core.mail.outcomes import Outcome
from goodstanding.core.mail.record import Fate
from goodstanding.core.mail.threads import ThreadState
from goodstanding.core.mail.trust import Trust
from goodstanding.core.marketplaces import by_country
from goodstanding.usecases.settle_threads import resolve_thread
from tests.life import Life
from tests.mail_world import FAILED, LANGUAGES, ORDER, SELLER, SENT_AT, STORES, SUBJECTS, build_mail
from tests.mailbox import ARRIVED, HASHED, SELLER_ID, Mailbox
from tests.orders import DE, an_order

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
OTHER_ORDER = "302-7777777-7777777"
KIND, STATE = DeadlineKind, DeadlineState
FORGEABLE = [kind for kind in SUBJECTS if kind not in {"own_reply", "auto_reply", "canary"}]
ANSWER = {"to": "k7f3q9x2m1@marketplace.amazon.de", "at": SENT_AT + HOUR, "message_id": "answer@shop.example"}


@pytest.fixture
def mailbox() -> Mailbox:
    """Nothing has arrived yet."""
    return Mailbox()


# ---- conversations --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_buyers_message_opens_a_thread_and_its_clock(mailbox, language):
    """Due 24 hours after it was sent, wherever the buyer is."""
    assert mailbox.receive(build_mail("buyer_message", language)).kind is MailKind.BUYER_MESSAGE
    (thread,), (clock,) = mailbox.threads, mailbox.clocks()
    assert (thread.marketplace, thread.state, len(thread.messages)) == (
        STORES[language].country,
        ThreadState.OPEN,
        1,
    )
    assert (clock.kind, clock.thread_id, clock.state) == (KIND.MESSAGE_REPLY, thread.thread_id, STATE.OPEN)
    assert (clock.opened_at, clock.due_at) == (SENT_AT, SENT_AT + DAY)


def test_message_without_a_date_counts_from_its_way_or_arrival(mailbox):
    """A mail that tells no time starts the clock when it came."""
    undated = build_mail("buyer_message", at=None).replace(b"Received:", b"X-Nothing:")
    mailbox.receive(undated)
    assert [one.opened_at for one in mailbox.clocks()] == [ARRIVED]


@pytest.mark.parametrize("kind", ["own_reply", "reply_copy"])
def test_answer_ends_the_clock_at_its_own_time(mailbox, kind):
    """Whether the seller's own mail is seen, or Amazon's copy of it."""
    mailbox.receive(build_mail("buyer_message"))
    mailbox.receive(build_mail(kind, at=SENT_AT + HOUR))
    (thread,), (clock,) = mailbox.threads, mailbox.clocks()
    assert thread.state is ThreadState.ANSWERED
    assert (clock.state, clock.closed_at, clock.closed_by) == (STATE.MET, SENT_AT + HOUR, ClosedBy.REPLY)


def test_automatic_answer_ends_nothing(mailbox):
    """The buyer still waits."""
    mailbox.receive(build_mail("buyer_message"))
    assert mailbox.receive(build_mail("auto_reply", at=SENT_AT + HOUR)).kind is MailKind.AUTO_REPLY
    assert [one.state for one in mailbox.clocks()] == [STATE.OPEN]


def test_late_answer_leaves_the_clock_missed(mailbox):
    """It was due while open."""
    mailbox.receive(build_mail("buyer_message"))
    mailbox.receive(build_mail("own_reply", at=SENT_AT + DAY + HOUR))
    assert [(one.state, one.closed_at) for one in mailbox.clocks()] == [(STATE.MISSED, SENT_AT + DAY + HOUR)]


@pytest.mark.parametrize("bounces", [1, 3])
def test_answer_that_came_back_reopens_until_one_arrives(mailbox, bounces):
    """However often; the time still runs from the buyer's message, and the answer that arrives ends it."""
    mailbox.receive(build_mail("buyer_message"))
    for number in range(1, bounces + 1):
        at = SENT_AT + number * HOUR
        mailbox.receive(build_mail("own_reply", at=at, message_id=f"a{number}@shop.example"))
        assert mailbox.threads[0].state is ThreadState.ANSWERED
        mailbox.receive(build_mail("bounce", at=at, returned=f"a{number}@shop.example", message_id=f"b{number}@x"))
        assert mailbox.threads[0].state is ThreadState.OPEN
        (again,) = [one for one in mailbox.clocks() if one.state is STATE.OPEN]
        assert again.due_at == SENT_AT + DAY
    mailbox.receive(build_mail("own_reply", at=SENT_AT + 9 * HOUR, message_id="arrives@shop.example"))
    assert mailbox.threads[0].state is ThreadState.ANSWERED
    assert {one.state for one in mailbox.clocks()} == {STATE.MET}


@pytest.mark.parametrize("no_response_needed", [True, False])
def test_persons_word_ends_the_clocks_of_a_thread(mailbox, no_response_needed):
    """Answered elsewhere, or no answer needed; said twice, or of a thread that nobody knows, it does no harm."""
    mailbox.receive(build_mail("buyer_message"))
    (thread,) = mailbox.threads
    for thread_id, found in ((thread.thread_id, True), (thread.thread_id, True), ("unknown", False)):
        request = ResolveThreadInput(seller_id=SELLER_ID, thread_id=thread_id, no_response_needed=no_response_needed)
        said = resolve_thread(request, mailbox.registry, mailbox.stores, HASHED, SENT_AT + HOUR)
        assert (said.found, said.open) == (found, False)
    by = ClosedBy.NO_RESPONSE_NEEDED if no_response_needed else ClosedBy.RESOLVE
    assert [(one.state, one.closed_by) for one in mailbox.clocks()] == [(STATE.MET, by)]


def test_older_message_that_makes_a_thread_part_of_another_leaves_no_clock_behind(mailbox):
    """The clock of the thread that is gone would warn of a message that was answered."""
    mailbox.receive(build_mail("buyer_message", order=None, at=SENT_AT + HOUR, message_id="later@x"))
    mailbox.receive(build_mail("buyer_message", at=SENT_AT, message_id="earlier@x"))
    mailbox.receive(build_mail("own_reply", at=SENT_AT + 2 * HOUR))
    (thread,) = mailbox.threads
    assert (len(thread.messages), thread.state) == (2, ThreadState.ANSWERED)
    assert [one.state for one in mailbox.clocks() if one.thread_id == thread.thread_id] == [STATE.MET]
    assert {one.state for one in mailbox.clocks()} == {STATE.MET, STATE.VOID}


def test_messages_received_side_by_side_are_both_in_the_thread(mailbox):
    """Another process receives the answer at every possible moment between."""
    question, answer = build_mail("buyer_message"), build_mail("own_reply", **ANSWER)
    calls = Life()
    mailbox.receive(build_mail("policy_notice"))
    Mailbox(own_addresses=frozenset({SELLER})).receive(question, calls)
    for moment in range(1, calls.calls + 1):
        other = Mailbox(own_addresses=frozenset({SELLER}))
        other.receive(question, Life(at_call={moment: lambda other=other: other.receive(answer)}))
        assert [thread.state for thread in other.threads] == [ThreadState.ANSWERED], moment
        assert {one.state for one in other.clocks()} == {STATE.MET}, moment


def test_answer_that_comes_late_parts_a_clock_and_leaves_the_later_message_waiting():
    """The newer message came first and gave the clock its name; it must not be taken for answered."""
    mailbox = Mailbox(own_addresses=frozenset({SELLER}))
    mailbox.receive(build_mail("buyer_message", at=SENT_AT + 2 * HOUR, message_id="later@x"))
    mailbox.receive(build_mail("buyer_message", at=SENT_AT, message_id="earlier@x"))
    mailbox.receive(build_mail("own_reply", at=SENT_AT + HOUR))
    assert [(one.state, one.due_at) for one in sorted(mailbox.clocks(), key=lambda one: one.due_at)] == [
        (STATE.MET, SENT_AT + DAY),
        (STATE.OPEN, SENT_AT + 2 * HOUR + DAY),
    ]


def test_bounce_joins_two_clocks_and_the_answer_after_it_ends_both():
    """No clock is left behind that nobody could end; and parted again, the later message has one."""
    mailbox = Mailbox(own_addresses=frozenset({SELLER}))
    mailbox.receive(build_mail("buyer_message", at=SENT_AT, message_id="q1@x"))
    mailbox.receive(build_mail("own_reply", at=SENT_AT + HOUR, message_id="a1@x"))
    mailbox.receive(build_mail("buyer_message", at=SENT_AT + 3 * HOUR, message_id="q2@x"))
    mailbox.receive(build_mail("bounce", at=SENT_AT + HOUR, returned="a1@x", message_id="b1@x"))
    assert [one.due_at for one in mailbox.clocks() if one.state is STATE.OPEN] == [SENT_AT + DAY]
    mailbox.receive(build_mail("own_reply", at=SENT_AT + 2 * HOUR, message_id="a2@x"))
    assert [one.due_at for one in mailbox.clocks() if one.state is STATE.OPEN] == [SENT_AT + 3 * HOUR + DAY]
    mailbox.receive(build_mail("own_reply", at=SENT_AT + 4 * HOUR, message_id="a3@x"))
    assert [one for one in mailbox.clocks() if one.state is STATE.OPEN] == []


# ---- own addresses ----------------------------------------------------------------------------------------------------------------


def test_own_address_is_learned_from_amazons_mails(mailbox):
    """Whom they are addressed to; verified mails go before others."""
    mailbox.receive(build_mail("policy_notice", to="guess@shop.example", authentication=None, message_id="1@x"))
    assert mailbox.conversations.own_addresses(SELLER_ID) == {"guess@shop.example"}
    mailbox.receive(build_mail("policy_notice", message_id="2@x"))
    assert mailbox.conversations.own_addresses(SELLER_ID) == {SELLER}


def test_answer_that_came_before_its_sender_was_known_counts_afterwards(mailbox):
    """Mails come in any order; a stranger's mail is kept aside, and does nothing until then."""
    mailbox.receive(build_mail("own_reply", **ANSWER))
    assert mailbox.threads == mailbox.clocks() == []
    mailbox.receive(build_mail("own_reply", sender="stranger@x.example", **{**ANSWER, "message_id": "stranger@x"}))
    mailbox.receive(build_mail("buyer_message"))
    assert [one.closed_at for one in mailbox.clocks()] == [SENT_AT + HOUR]
    assert [len(aside) for aside in mailbox.conversations.aside.values() if aside] == [1]


def test_own_addresses_that_are_set_go_before_learned_ones():
    """A stranger's answer ends nothing, even if Amazon writes to that address too."""
    mailbox = Mailbox(own_addresses=frozenset({"other@shop.example"}))
    mailbox.receive_all([build_mail("buyer_message"), build_mail("own_reply", **ANSWER)])
    assert mailbox.threads[0].state is ThreadState.OPEN
    assert not mailbox.conversations.addresses
    assert not mailbox.conversations.aside


# ---- opt-outs -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("notice_at", [0, 1, 2])
def test_opt_out_holds_for_every_order_of_the_same_alias(language, notice_at):
    """Whichever comes first, the notice or what tells that the orders are of one buyer."""
    mails = [
        build_mail("buyer_message", language, order=ORDER, message_id="1@x"),
        build_mail("buyer_message", language, order=OTHER_ORDER, message_id="2@x"),
        build_mail("buyer_message", language, order="302-0000000-0000009", alias="somebody", message_id="3@x"),
    ]
    mails = [
        mail if language != "pt" else mail.replace(b"pergunta do cliente", order.encode())
        for mail, order in zip(mails, (ORDER, OTHER_ORDER, "302-0000000-0000009"), strict=True)
    ]
    mails.insert(notice_at, build_mail("opt_out", language))
    assert Mailbox().receive_all(mails).opted_out == {ORDER, OTHER_ORDER}


def test_opt_out_flags_the_orders_that_are_known(mailbox):
    """A planned request is looked at again at once, not on the day it would have been sent."""
    mailbox.requests.put_orders(SELLER_ID, DE, [an_order(1)])
    (flagged,) = mailbox.requests.flagged(SELLER_ID, DE)
    mailbox.requests.unflag(SELLER_ID, DE, flagged)
    mailbox.receive(build_mail("opt_out", order=an_order(1).order_id))
    assert [one.order_id for one in mailbox.requests.flagged(SELLER_ID, DE)] == [an_order(1).order_id]


# ---- claims and notices -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "claim", "clock"),
    [
        ("claim_opened", ClaimKind.A_TO_Z, KIND.A_TO_Z_RESPONSE),
        ("chargeback_opened", ClaimKind.CHARGEBACK, KIND.CHARGEBACK_RESPONSE),
    ],
)
def test_claim_counts_and_its_clock_runs(mailbox, language, kind, claim, clock):
    """From the notice on, in the order's marketplace."""
    mailbox.receive(build_mail(kind, language))
    assert [(key[1], key[2]) for key in mailbox.claims.claims] == [(ORDER, claim)]
    (deadline,) = mailbox.clocks()
    country = STORES[language].country
    assert (deadline.kind, deadline.order_id, deadline.opened_at) == (clock, ORDER, SENT_AT)
    assert deadline.marketplace == (country if country != "BR" else "DE")


def test_date_that_the_notice_states_wins(mailbox):
    """The German claim notice says the 24th of November; till the end of that day in Germany."""
    mailbox.receive(build_mail("claim_opened", "de"))
    assert mailbox.clocks()[0].due_at == datetime.fromisoformat("2026-11-25T00:00:00+01:00")


@pytest.mark.parametrize("language", LANGUAGES)
def test_decision_against_the_seller_opens_the_appeal(mailbox, language):
    """And ends the time to respond."""
    mailbox.receive(build_mail("claim_opened", language))
    mailbox.receive(build_mail("claim_decision", language, at=SENT_AT + HOUR))
    clocks = {one.kind: (one.state, one.closed_by) for one in mailbox.clocks()}
    assert clocks == {
        KIND.A_TO_Z_RESPONSE: (STATE.MET, ClosedBy.NOTICE),
        KIND.A_TO_Z_APPEAL: (STATE.OPEN, None),
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["claim", "chargeback"])
def test_claim_that_ends_in_the_sellers_favour_is_void(mailbox, language, kind):
    """Withdrawn, or decided for the seller and closed."""
    mailbox.receive(build_mail(f"{kind}_opened", language))
    mailbox.receive(build_mail(f"{kind}_closed", language, at=SENT_AT + HOUR))
    assert [(one.state, one.closed_by) for one in mailbox.clocks()] == [(STATE.VOID, ClosedBy.NOTICE)]
    (claim,) = mailbox.claims.claims.values()
    assert claim.outcome in {Outcome.WITHDRAWN, Outcome.DENIED}


@pytest.mark.parametrize("reversed_", [False, True])
def test_appeal_that_was_won_has_no_clock_left(reversed_):
    """Whichever notice comes first; a grant after a denial is appealed all the same."""
    granted = build_mail("claim_decision", at=SENT_AT + HOUR, message_id="1@x")
    denied = build_mail("claim_decision", at=SENT_AT + 2 * HOUR, text="Der Antrag wurde abgelehnt.", message_id="2@x")
    mails = [granted, denied]
    (appeal,) = Mailbox().receive_all(mails[::-1] if reversed_ else mails).clocks(KIND.A_TO_Z_APPEAL)
    assert (appeal.state, appeal.closed_at) == (STATE.VOID, SENT_AT + 2 * HOUR)
    before = build_mail("claim_decision", at=SENT_AT, text="Der Antrag wurde abgelehnt.", message_id="0@x")
    mails = [before, granted]
    (appeal,) = Mailbox().receive_all(mails[::-1] if reversed_ else mails).clocks(KIND.A_TO_Z_APPEAL)
    assert appeal.state is STATE.OPEN


def test_grant_that_amazon_pays_is_not_appealed(mailbox):
    """There is nothing to get back."""
    text = "The claim was granted. Amazon has funded the refund; your account was not debited."
    mailbox.receive(build_mail("claim_decision", "en", text=text))
    assert mailbox.clocks() == []


def test_notice_from_amazons_common_address_belongs_where_the_seller_sells():
    """Amazon writes from amazon.com for many marketplaces; the claim's clock is the same before and after a report told of the order."""
    mailbox = Mailbox((by_country("DE"), by_country("FR")))
    common = {"type_header": False, "sender": "donotreply@amazon.com"}
    mailbox.receive(build_mail("claim_opened", "fr", message_id="1@x", **common))
    assert [one.marketplace for one in mailbox.clocks()] == ["DE"]
    mailbox.claims.places = {ORDER: by_country("FR")}
    mailbox.receive(build_mail("claim_closed", "fr", at=SENT_AT + HOUR, message_id="2@x", **common))
    assert [one.state for one in mailbox.clocks()] == [STATE.VOID]
    mailbox.receive(build_mail("chargeback_opened", "fr", message_id="3@x", **common))
    assert [one.marketplace for one in mailbox.clocks(KIND.CHARGEBACK_RESPONSE)] == ["FR"]


def test_claim_about_no_order_still_runs(mailbox):
    """Whoever reads it knows more; it counts for no order."""
    mailbox.receive(build_mail("claim_opened", "en", order=None, subject="A-to-z Guarantee claim received"))
    assert [(one.kind, one.order_id) for one in mailbox.clocks()] == [(KIND.A_TO_Z_RESPONSE, None)]
    assert mailbox.claims.claims == {}


def test_account_notice_starts_the_plan_of_action(mailbox):
    """17 days."""
    mailbox.receive(build_mail("account_notice"))
    (clock,) = mailbox.clocks()
    assert (clock.kind, clock.due_at.date() - SENT_AT.date()) == (KIND.PLAN_OF_ACTION, timedelta(days=17))


def test_removed_feedback_voids_its_clock_even_before_it_began(mailbox):
    """The end waits for its beginning."""
    mailbox.receive(build_mail("feedback_removed"))
    assert list(mailbox.deadlines.known) == [(SELLER_ID, f"feedback_removal#{ORDER}")]


@pytest.mark.parametrize(
    "kind", ["return_request", "refund_issued", "cancel_request", "policy_notice", "other", "canary"]
)
def test_other_kinds_are_remembered_and_nothing_else(mailbox, kind):
    """No clock, no thread, no claim."""
    assert mailbox.receive(build_mail(kind)).fate is Fate.TAKEN
    assert mailbox.threads == mailbox.clocks() == []
    assert [one.kind for one in mailbox.conversations.records.values()] == [MailKind(kind)]
    assert mailbox.alerts_by_day == []


# ---- what is not believed ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FORGEABLE)
def test_forged_mail_does_nothing_but_is_told_of_once_a_day(mailbox, kind):
    """Recorded as what it pretends to be; the real mail with its id still counts."""
    for number in range(3):
        forged = build_mail(kind, authentication=FAILED, message_id=f"{number}@x")
        output = mailbox.receive(forged, arrived_at=ARRIVED + (number // 2) * DAY)
        assert (output.fate, output.reason) == (Fate.REFUSED, "not_authentic")
    assert mailbox.threads == mailbox.clocks() == []
    assert mailbox.claims.claims == {}
    assert mailbox.opted_out == mailbox.conversations.own_addresses(SELLER_ID) == set()
    assert [key.split("#")[:2] for key in mailbox.alerts_by_day] == [["2026-11-25", "mail"], ["2026-11-26", "mail"]]
    records = mailbox.conversations.unbelieved(SELLER_ID, ARRIVED - DAY)
    assert [(one.trust, one.fate) for one in records] == [(Trust.REFUSED, Fate.REFUSED)] * 3
    assert mailbox.receive(build_mail(kind, message_id="0@x")).fate is Fate.TAKEN


def test_mail_without_authentication_opens_and_settles_nothing(mailbox):
    """A missed message is worse than a false alarm; an answer, a claim, an opt-out need proof."""
    kinds = ("buyer_message", "claim_opened", "chargeback_opened", "account_notice")
    for kind in kinds:
        mailbox.receive(build_mail(kind, authentication=None, message_id=f"{kind}@x"))
    opened = [(one.kind, one.state) for one in mailbox.clocks()]
    assert len(opened) == 4
    for kind in ("reply_copy", "claim_closed", "chargeback_closed", "opt_out", "feedback_removed"):
        mailbox.receive(build_mail(kind, authentication=None, at=SENT_AT + HOUR, message_id=f"{kind}@x"))
    assert [(one.kind, one.state) for one in mailbox.clocks()] == opened
    assert {state for _, state in opened} == {STATE.OPEN}
    assert mailbox.claims.claims == {}
    assert mailbox.opted_out == set()
    assert mailbox.alerts_by_day == []


@pytest.mark.parametrize(
    "raw", [b"", b"\x00" * 4096, b"PK\x03\x04 no mail", b"{}"], ids=["empty", "zeros", "zip", "json"]
)
def test_what_is_no_mail_is_kept_counted_and_told_of_once_a_day(mailbox, raw):
    """It harms nothing else."""
    for number in range(2):
        assert mailbox.receive(raw, key=f"mail/{SELLER_ID}/broken{number}").fate is Fate.UNREADABLE
    assert len(mailbox.conversations.unbelieved(SELLER_ID, ARRIVED)) == 2
    assert len(mailbox.alerts_by_day) == 1
    mailbox.receive(build_mail("buyer_message"))
    assert len(mailbox.threads) == 1


def test_mail_that_is_gone_is_told_of(mailbox):
    """It expired before it could be read."""
    assert mailbox.notified(f"mail/{SELLER_ID}/gone").fate is Fate.UNREADABLE
    assert len(mailbox.alerts_by_day) == 1


def test_huge_mail_is_read_and_a_boundless_one_is_not(mailbox):
    """25 MB are a mail of Amazon's; what is larger than any is cut off before it fills the memory."""
    huge = message_from_bytes(build_mail("buyer_message"), policy=policy.SMTP)
    assert isinstance(huge, EmailMessage)
    huge.add_attachment(bytes(18_000_000), maintype="image", subtype="png")
    raw = huge.as_bytes()
    assert len(raw) > 24_000_000
    assert mailbox.receive(raw).kind is MailKind.BUYER_MESSAGE
    assert mailbox.receive(b"A" * (LARGEST_MAIL + 10)).fate is Fate.UNREADABLE
    assert len(mailbox.threads) == 1
