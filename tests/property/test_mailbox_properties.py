"""A mailbox ends in the same state in whatever order, however often its mails come, and wherever a process dies in between."""

from copy import deepcopy
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodstanding.core.deadlines import DeadlineKind, DeadlineState
from tests.life import Killed, Life
from tests.mail_world import FAILED, ORDER, SENT_AT, build_mail
from tests.mailbox import Mailbox

HOUR = timedelta(hours=1)
OTHER = "302-7777777-7777777"
FIRST, SECOND = "k7f3q9x2m1", "secondbuyer"

MAILS = (
    build_mail("buyer_message", at=SENT_AT, message_id="q1@x"),
    build_mail("own_reply", at=SENT_AT + HOUR, message_id="a1@x"),
    build_mail("buyer_message", at=SENT_AT + 2 * HOUR, message_id="q2@x", in_reply_to="q1@x"),
    build_mail("buyer_message", at=SENT_AT + 3 * HOUR, message_id="q3@x", order=OTHER, text="Und diese?"),
    build_mail("buyer_message", "fr", at=SENT_AT, message_id="q4@x", alias=SECOND, order="402-1111111-1111111"),
    build_mail("buyer_message", "fr", at=SENT_AT + HOUR, message_id="q5@x", alias=SECOND, order=None, name="Luc"),
    build_mail("buyer_message", at=SENT_AT, message_id="q6@x", alias="nobody", authentication=None, order="302-5-5"),
    build_mail("opt_out", at=SENT_AT + 4 * HOUR, message_id="o1@x"),
    build_mail("claim_opened", at=SENT_AT, message_id="c1@x"),
    build_mail("claim_decision", at=SENT_AT + 5 * HOUR, message_id="c2@x"),
    build_mail("claim_decision", at=SENT_AT + 6 * HOUR, message_id="c3@x", text="Der Antrag wurde abgelehnt."),
    build_mail("chargeback_opened", "it", at=SENT_AT, message_id="b1@x"),
    build_mail("chargeback_closed", "it", at=SENT_AT + 7 * HOUR, message_id="b2@x"),
    build_mail("account_notice", at=SENT_AT, message_id="s1@x"),
    build_mail("feedback_removed", at=SENT_AT, message_id="f1@x"),
    build_mail("claim_opened", at=SENT_AT, message_id="c9@x", order=OTHER, authentication=FAILED),
)
ENDED = Mailbox().receive_all(MAILS).effects()


def test_the_mails_do_something_of_each_kind():
    """Else the properties below would prove little."""
    assert len(ENDED["threads"]) == 4
    assert {kind for kind, *_ in ENDED["clocks"]} == {
        DeadlineKind.MESSAGE_REPLY,
        DeadlineKind.A_TO_Z_RESPONSE,
        DeadlineKind.A_TO_Z_APPEAL,
        DeadlineKind.CHARGEBACK_RESPONSE,
        DeadlineKind.PLAN_OF_ACTION,
    }
    assert {state for *_, state, _, _ in ENDED["clocks"]} >= {DeadlineState.OPEN, DeadlineState.MET, DeadlineState.VOID}
    assert ENDED["opted out"] == {ORDER, OTHER}
    assert len(ENDED["claims"]) == 2


@settings(max_examples=25)
@given(st.permutations(MAILS), st.lists(st.sampled_from(MAILS), max_size=6))
def test_any_order_of_arrival_and_any_repeats_end_alike(mails, repeated):
    """Threads, clocks, claims, opt-outs, records and what is learned."""
    assert Mailbox().receive_all([*mails, *repeated]).effects() == ENDED


@pytest.mark.parametrize("after_effect", [False, True])
def test_process_that_dies_anywhere_and_is_started_again_ends_alike(after_effect):
    """Between any two calls of a store, before or after the call did its work."""
    before = Mailbox()
    for number, raw in enumerate(MAILS):
        after = deepcopy(before)
        whole = Life()
        after.receive(raw, whole)
        assert whole.calls > 2
        for killed_at in range(1, whole.calls + 1):
            mailbox = deepcopy(before)
            key = f"mail/A2EXAMPLE00001/{number}.eml"
            with pytest.raises(Killed):
                mailbox.receive(raw, Life(killed_at=killed_at, after_effect=after_effect), key=key)
            mailbox.notified(key)
            assert mailbox.effects() == after.effects(), (number, killed_at)
        before = after
