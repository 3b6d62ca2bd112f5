"""What happens to a request by what is learnt between planning and posting, and the small steps that it is made of."""

from dataclasses import replace
from datetime import timedelta

import pytest

from goodstanding.core.orders import OrderStatus
from goodstanding.core.requests.decide import (
    A_DAY,
    A_WHILE,
    SETTLING,
    Answer,
    closed,
    freed,
    gated,
    held_to_the_end,
    opted_out,
    planned,
    put_off,
    released,
    unreadable,
    unshipped,
)
from goodstanding.core.requests.record import Reason
from tests.a_request import (
    CLOSES_AT,
    ELIGIBLE_FROM,
    KNOWN,
    LATER,
    MORNING,
    PLACE,
    S,
    a_claim,
    a_plan,
    judged,
    taken_for_sent,
)
from tests.orders import BOUGHT, a_promise, order_id

# ---- planning -----------------------------------------------------------------------------------------------------------------


def test_first_plan_is_due_when_it_may_be_sent():
    """Not before the delay and the hour."""
    record = a_plan()
    assert (record.state, record.reason, record.next_at) == (S.PLANNED, None, ELIGIBLE_FROM)
    assert (record.window.eligible_from, record.window.closes_at) == (ELIGIBLE_FROM, CLOSES_AT)


def test_order_cancelled_before_it_was_ever_planned_needs_no_record():
    """It was never shipped, as far as anybody knows."""
    cancelled = judged(replace(KNOWN, promises=(a_promise(status=OrderStatus.CANCELLED, said_at=MORNING),)))
    assert planned(None, cancelled, order_id(1)) is None
    record = planned(a_plan(), cancelled, order_id(1))
    assert (record.state, record.reason, record.next_at) == (S.EXCLUDED, Reason.CANCELLED, None)


def test_order_too_late_is_told_so():
    """A first run finds old orders; each gets its line."""
    record = planned(None, judged(now=CLOSES_AT), order_id(1))
    assert (record.state, record.reason, record.next_at) == (S.WINDOW_CLOSED, Reason.TOO_LATE, None)


def test_same_facts_again_change_nothing():
    """A duplicate notification writes nothing."""
    for record in (a_plan(), a_plan(reason=Reason.DAILY_CAP, next_at=CLOSES_AT - A_DAY)):
        assert planned(record, judged(), order_id(1)) is record


def test_better_date_moves_the_plan():
    """The window and when it is due follow the estimate."""
    record = planned(a_plan(), judged(LATER), order_id(1))
    assert record.window.closes_at == CLOSES_AT + 4 * A_DAY
    assert record.next_at == record.window.eligible_from == ELIGIBLE_FROM + 4 * A_DAY


@pytest.mark.parametrize("days", [1, 10])
def test_moved_plan_stays_put_off(days):
    """What Amazon refused a day ago is not asked earlier because a date moved."""
    put_off_until = ELIGIBLE_FROM + days * A_DAY
    before = a_plan(reason=Reason.NO_ACTION_OFFERED, next_at=put_off_until)
    record = planned(before, judged(LATER), order_id(1))
    assert record.next_at == max(put_off_until, record.window.eligible_from)
    assert record.reason is Reason.NO_ACTION_OFFERED


def test_plan_moved_to_an_earlier_end_is_due_by_then():
    """Nothing is due after its window."""
    before = a_plan(reason=Reason.NO_ACTION_OFFERED, next_at=CLOSES_AT - A_DAY)
    sooner = replace(KNOWN, promises=(a_promise(latest_delivery_at=BOUGHT + 3 * A_DAY),))
    assert planned(before, judged(sooner), order_id(1)).next_at == CLOSES_AT - 2 * A_DAY


@pytest.mark.parametrize("wishes", [{"skus": frozenset({"SKU-1"})}, {"opt_outs": frozenset({order_id(1)})}, {}])
def test_claimed_request_is_not_touched_by_planning(wishes):
    """Whatever becomes known, what was perhaps posted waits for Amazon's answer."""
    record = a_claim()
    for now in (MORNING, CLOSES_AT):
        assert planned(record, judged(LATER, now, **wishes), order_id(1)) is record


@pytest.mark.parametrize("state", [S.SENT, S.ALREADY_ASKED, S.OPTED_OUT, S.NOT_ELIGIBLE, S.FAILED])
def test_end_keeps_everything(state):
    """Its window tells how it got there."""
    record = a_plan(state=state, next_at=None)
    assert planned(record, judged(LATER), order_id(1)) is record
    assert planned(record, judged(LATER, skus=frozenset({"SKU-1"})), order_id(1)) is record


def test_exclusion_taken_back_is_planned():
    """The seller's rules of today decide."""
    excluded = planned(a_plan(), judged(skus=frozenset({"SKU-1"})), order_id(1))
    assert (excluded.state, excluded.reason) == (S.EXCLUDED, Reason.EXCLUDED_SKU)
    again = planned(excluded, judged(), order_id(1))
    assert (again.state, again.reason, again.next_at) == (S.PLANNED, None, ELIGIBLE_FROM)


def test_excluded_order_shows_the_reason_and_window_of_today():
    """Whatever it was excluded for first."""
    excluded = planned(a_plan(), judged(skus=frozenset({"SKU-1"})), order_id(1))
    record = planned(excluded, judged(LATER, asins=frozenset({"B000000001"})), order_id(1))
    assert (record.state, record.reason) == (S.EXCLUDED, Reason.EXCLUDED_ASIN)
    assert record.window.closes_at == CLOSES_AT + 4 * A_DAY


def test_earlier_date_can_close_a_plan():
    """Then the record shows the window that is over, and why it was not asked in time."""
    sooner = replace(KNOWN, promises=(a_promise(latest_delivery_at=BOUGHT + 3 * A_DAY),))
    record = planned(a_plan(reason=Reason.DAILY_CAP), judged(sooner, CLOSES_AT - A_DAY), order_id(1))
    assert (record.state, record.reason, record.next_at) == (S.WINDOW_CLOSED, Reason.DAILY_CAP, None)
    assert record.window.closes_at == CLOSES_AT - 2 * A_DAY


def test_later_date_opens_a_closed_window():
    """A promise that moved is a new chance; still closed, it keeps its reason."""
    over = planned(a_plan(), judged(now=CLOSES_AT), order_id(1))
    assert (over.state, over.reason) == (S.WINDOW_CLOSED, Reason.NOT_ASKED_IN_TIME)
    assert planned(over, judged(now=CLOSES_AT + A_DAY), order_id(1)) == over
    again = planned(over, judged(LATER, CLOSES_AT + A_DAY), order_id(1))
    assert (again.state, again.next_at) == (S.PLANNED, ELIGIBLE_FROM + 4 * A_DAY)


# ---- right before a post ------------------------------------------------------------------------------------------------------


def test_request_in_its_time_may_be_posted():
    """Nothing stands against it, for a first post and a second."""
    assert gated(a_plan(), judged(), MORNING, PLACE) is None
    assert gated(a_claim(), judged(), MORNING, PLACE) is None


@pytest.mark.parametrize(
    ("known", "wishes", "now", "state", "reason"),
    [
        (KNOWN, {"skus": frozenset({"SKU-1"})}, MORNING, S.EXCLUDED, Reason.EXCLUDED_SKU),
        (replace(KNOWN, opted_out=True), {}, MORNING, S.OPTED_OUT, Reason.BUYER_OPT_OUT),
    ],
)
@pytest.mark.parametrize("before", [a_plan(), a_claim()])
def test_what_came_up_since_stops_the_post(before, known, wishes, now, state, reason):
    """Also of a second post, when Amazon still offers the action after a lost answer; no reason is left over from that."""
    record = gated(before, judged(known, now, **wishes), now, PLACE)
    assert (record.state, record.reason, record.next_at) == (state, reason, None)


@pytest.mark.parametrize(("before", "reason"), [(a_plan(), Reason.NOT_ASKED_IN_TIME), (a_claim(), Reason.UNAVAILABLE)])
def test_window_that_closed_says_whether_amazon_lost_a_post(before, reason):
    """A post that never arrived is Amazon's trouble; else its turn did not come."""
    record = gated(before, judged(now=CLOSES_AT), CLOSES_AT, PLACE)
    assert (record.state, record.reason, record.next_at) == (S.WINDOW_CLOSED, reason, None)


def test_window_that_closed_keeps_what_it_was_put_off_for():
    """So that one can see why it was not asked in time."""
    record = gated(a_plan(reason=Reason.DAILY_CAP), judged(now=CLOSES_AT), CLOSES_AT, PLACE)
    assert (record.state, record.reason) == (S.WINDOW_CLOSED, Reason.DAILY_CAP)


def test_night_waits_for_the_hour_and_remembers_the_lost_post():
    """A claim that Amazon knows nothing of goes back to the plan, but not forgotten."""
    night = MORNING.replace(hour=23) + timedelta(minutes=30)
    record = gated(a_claim(), judged(), night, PLACE)
    assert (record.state, record.shown_reason, record.next_at) == (S.PLANNED, None, ELIGIBLE_FROM + A_DAY)
    assert record.lost_at == MORNING


def test_later_date_puts_the_post_off():
    """And the record shows the new window."""
    record = gated(a_plan(), judged(LATER), MORNING, PLACE)
    assert (record.state, record.next_at) == (S.PLANNED, ELIGIBLE_FROM + 4 * A_DAY)
    assert record.window.closes_at == CLOSES_AT + 4 * A_DAY


def test_shipped_taken_back_waits_until_the_window_ends():
    """Never due in the past, which would be looked at again and again."""
    assert unshipped(a_plan(), MORNING, PLACE).next_at == MORNING + A_DAY
    assert unshipped(a_plan(), CLOSES_AT - timedelta(hours=1), PLACE).next_at == CLOSES_AT
    over = unshipped(a_claim(), CLOSES_AT, PLACE)
    assert (over.state, over.reason, over.next_at) == (S.WINDOW_CLOSED, Reason.UNAVAILABLE, None)


# ---- small steps --------------------------------------------------------------------------------------------------------------


def test_put_off_keeps_to_the_hour_and_to_the_window():
    """Nothing is due at night, or after the window."""
    night = ELIGIBLE_FROM.replace(hour=2)
    assert put_off(a_plan(), Reason.DAILY_CAP, night, PLACE).next_at == ELIGIBLE_FROM
    assert put_off(a_plan(), Reason.DAILY_CAP, CLOSES_AT + A_DAY, PLACE).next_at == CLOSES_AT


@pytest.mark.parametrize(
    ("answer", "reason"), [(Answer.LOST, Reason.UNAVAILABLE), (Answer.THROTTLED, Reason.THROTTLED)]
)
def test_unreadable_look_after_a_post_keeps_no_hour(answer, reason):
    """What became of a post is asked until it is known; without a word until the window ends, it counts as sent."""
    night = MORNING.replace(hour=23)
    claim = unreadable(a_claim(), answer, night, PLACE)
    assert (claim.state, claim.reason, claim.next_at) == (S.SENDING, reason, night + SETTLING)
    assert unreadable(claim, answer, night, PLACE).next_at == night + A_WHILE
    silent = unreadable(claim, answer, CLOSES_AT, PLACE)
    assert (silent.state, silent.reason, silent.sent_at) == (S.SENT, Reason.ANSWER_LOST, MORNING)
    assert silent.next_at == CLOSES_AT + A_DAY


@pytest.mark.parametrize(
    ("left", "pause"),
    [(20 * A_DAY, A_DAY), (2 * A_DAY, A_DAY / 2), (timedelta(hours=2), timedelta(minutes=30)), (A_WHILE, A_WHILE)],
)
def test_order_that_stays_unreadable_is_looked_at_ever_seldomer(left, pause):
    """After a minute, then after a quarter of what is left of its window: so nobody waits behind it, and it is not given up."""
    now = (CLOSES_AT - left).replace(hour=12) if left > A_DAY else CLOSES_AT - left
    once = unreadable(a_plan(), Answer.LOST, now, PLACE)
    assert (once.state, once.reason, once.next_at) == (S.PLANNED, Reason.UNAVAILABLE, now + SETTLING)
    twice = unreadable(once, Answer.LOST, now, PLACE)
    assert twice.next_at == PLACE.next_sending(now + min(max(A_WHILE, (CLOSES_AT - now) / 4), A_DAY))
    assert abs(twice.next_at - now - pause) <= A_DAY / 2


def test_held_to_its_end_a_request_says_what_held_it():
    """What was posted without an answer stays posted without one, and nobody looks any more."""
    plan = held_to_the_end(a_plan(), Reason.OBSERVING)
    assert (plan.state, plan.reason, plan.next_at) == (S.WINDOW_CLOSED, Reason.OBSERVING, None)
    assert held_to_the_end(a_plan(reason=Reason.DAILY_CAP), Reason.STOPPED).reason is Reason.DAILY_CAP
    assert held_to_the_end(a_claim(), Reason.OBSERVING) == a_claim()
    sent = held_to_the_end(taken_for_sent(), Reason.OBSERVING)
    assert (sent.state, sent.reason, sent.next_at) == (S.SENT, Reason.ANSWER_LOST, None)


def test_small_steps_lead_where_they_say():
    """Released, freed, closed, opted out: from a plan and from a claim."""
    assert released(a_claim(), Reason.NOT_AUTHORIZED, MORNING).state is S.PLANNED
    assert (freed(a_claim()).state, freed(a_claim()).lost_at) == (S.PLANNED, MORNING)
    assert freed(a_plan(reason=Reason.DAILY_CAP)) == a_plan(reason=Reason.DAILY_CAP)
    assert closed(a_plan()).reason is Reason.NOT_ASKED_IN_TIME
    for record in (a_plan(), a_claim()):
        assert opted_out(record, Reason.BUYER_OPT_OUT).state is S.OPTED_OUT
