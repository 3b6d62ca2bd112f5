"""What happens to a request next: every answer in every open state, and what is learnt between planning and posting."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from goodstanding.core.orders import OrderStatus
from goodstanding.core.requests.consider import AskingRules, KnownOrder, Wishes, consider
from goodstanding.core.requests.decide import (
    A_DAY,
    A_WHILE,
    LAST_LOOK,
    SETTLING,
    Answer,
    Place,
    after_look,
    after_post,
    claimed,
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
from goodstanding.core.requests.record import Reason, RequestRecord, RequestState
from tests.orders import BOUGHT, DE, a_promise, an_order, order_id

S = RequestState
RULES = AskingRules(Wishes(), 5 * A_DAY, 30 * A_DAY)
PLACE = Place(DE, 10)
KNOWN = KnownOrder(an_order(), promises=(a_promise(),))
ELIGIBLE_FROM = datetime(2026, 11, 13, 9, tzinfo=UTC)  # ten in Berlin, a week after the 6th
CLOSES_AT = BOUGHT + 35 * A_DAY
MORNING = ELIGIBLE_FROM + timedelta(hours=1)
REFUSALS = {
    Answer.NOT_AVAILABLE: Reason.NOT_AVAILABLE,
    Answer.OUTSIDE_WINDOW: Reason.OUTSIDE_AMAZON_WINDOW,
    Answer.NOT_FOUND: Reason.ORDER_NOT_FOUND,
    Answer.REFUSED: Reason.REFUSED,
}
ENDED_BY = {
    Answer.NOT_AVAILABLE: S.ALREADY_ASKED,
    Answer.OUTSIDE_WINDOW: S.PLANNED,
    Answer.NOT_FOUND: S.FAILED,
    Answer.REFUSED: S.FAILED,
}


def judged(known: KnownOrder = KNOWN, now: datetime = MORNING, **wishes):
    """What an order comes to under wishes."""
    found = consider(known, replace(RULES, wishes=Wishes(**wishes)), DE, now)
    assert found is not None
    return found


def a_plan(**more) -> RequestRecord:
    """A planned request, due."""
    record = planned(None, judged(), order_id(1))
    assert record is not None
    return replace(record, revision=1, **more)


def a_claim(now: datetime = MORNING, **more) -> RequestRecord:
    """A request of which nobody knows yet whether it was sent."""
    return claimed(a_plan(**more), now)


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


LATER = replace(KNOWN, promises=(a_promise(latest_delivery_at=BOUGHT + 9 * A_DAY),))


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


# ---- a claim ------------------------------------------------------------------------------------------------------------------


def test_claim_counts_the_post_and_says_when_to_look():
    """From now on it was perhaps sent."""
    record = a_claim()
    assert (record.state, record.reason, record.attempts) == (S.SENDING, Reason.ANSWER_PENDING, 1)
    assert (record.posted_at, record.lost_at, record.next_at) == (MORNING, None, MORNING + SETTLING)


def test_claim_after_a_lost_answer_remembers_the_first_post():
    """Whatever Amazon says of the second, the first may have been it."""
    second = claimed(a_claim(), MORNING + SETTLING)
    third = claimed(second, MORNING + A_DAY)
    assert (second.lost_at, third.lost_at, third.posted_at) == (MORNING, MORNING, MORNING + A_DAY)
    assert third.attempts == 3


@pytest.mark.parametrize(
    ("posts", "pause"), [(2, 4 * SETTLING), (6, 1024 * SETTLING), (7, A_DAY), (10, A_DAY), (22, A_DAY), (10_000, A_DAY)]
)
def test_each_further_post_that_was_lost_waits_longer_but_never_more_than_a_day(posts, pause):
    """And meanwhile it is planned: Amazon said that nothing was sent."""
    record = after_look(replace(a_claim(), attempts=posts), Answer.OFFERED, MORNING, PLACE, drought=False)
    assert (record.state, record.reason) == (S.PLANNED, Reason.UNAVAILABLE)
    assert record.next_at == PLACE.next_sending(MORNING + pause)
    assert record.lost_at == MORNING


def test_claim_is_looked_at_in_a_minute_however_often_it_was_posted():
    """What became of it is soon known; only the next post has time."""
    for posts in (0, 1, 5, 40):
        assert claimed(a_plan(attempts=posts), MORNING).next_at == MORNING + SETTLING


# ---- answers to a post --------------------------------------------------------------------------------------------------------


def test_accepted_post_is_the_end():
    """Sent when it was posted."""
    record = after_post(a_claim(), Answer.ACCEPTED, MORNING + timedelta(seconds=3), PLACE)
    assert (record.state, record.reason, record.sent_at, record.next_at) == (S.SENT, None, MORNING, None)


def test_lost_answer_leaves_it_claimed():
    """To be looked at when Amazon had its time."""
    record = after_post(a_claim(), Answer.LOST, MORNING, PLACE)
    assert (record.state, record.reason, record.next_at) == (S.SENDING, Reason.ANSWER_PENDING, MORNING + SETTLING)


def test_throttled_post_was_certainly_not_sent():
    """Planned again, soon."""
    record = after_post(a_claim(), Answer.THROTTLED, MORNING, PLACE)
    assert (record.state, record.reason, record.next_at) == (S.PLANNED, Reason.THROTTLED, MORNING + SETTLING)
    assert record.attempts == 1


@pytest.mark.parametrize("answer", REFUSALS)
def test_refused_post_is_believed_on_another_day(answer):
    """Once it may be chance; then it is an end, except that Amazon's window may yet open."""
    once = after_post(a_claim(), answer, MORNING, PLACE)
    assert (once.state, once.reason, once.next_at) == (S.PLANNED, REFUSALS[answer], MORNING + A_DAY)
    twice = after_post(claimed(once, MORNING + A_DAY), answer, MORNING + A_DAY, PLACE)
    assert (twice.state, twice.reason) == (ENDED_BY[answer], REFUSALS[answer])
    assert (twice.next_at is None) is (twice.state is not S.PLANNED)


def test_different_refusals_are_no_repetition():
    """Two kinds of trouble are no evidence of either."""
    once = after_post(a_claim(), Answer.NOT_FOUND, MORNING, PLACE)
    other = after_post(claimed(once, MORNING + A_DAY), Answer.REFUSED, MORNING + A_DAY, PLACE)
    assert (other.state, other.refusals, other.refused_for) == (S.PLANNED, 1, Reason.REFUSED)


def test_second_post_not_available_after_a_lost_answer_was_sent():
    """Amazon's own guard says that the first arrived."""
    second = claimed(a_claim(), MORNING + SETTLING)
    record = after_post(second, Answer.NOT_AVAILABLE, MORNING + SETTLING, PLACE)
    assert (record.state, record.reason, record.sent_at) == (S.SENT, Reason.ANSWER_LOST, MORNING)


# ---- answers to a look --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("record", [a_plan(), a_claim()])
@pytest.mark.parametrize("drought", [True, False])
def test_offered_action_changes_nothing(record, drought):
    """Its post is next."""
    assert after_look(record, Answer.OFFERED, MORNING, PLACE, drought=drought) is None


@pytest.mark.parametrize("drought", [True, False])
@pytest.mark.parametrize("answer", [Answer.NOT_OFFERED, Answer.NOT_AVAILABLE, Answer.OUTSIDE_WINDOW])
def test_action_gone_after_a_lost_answer_was_sent(answer, drought):
    """And is never posted again."""
    now = MORNING + SETTLING
    record = after_look(a_claim(), answer, now, PLACE, drought=drought)
    assert (record.state, record.reason, record.sent_at) == (S.SENT, Reason.ANSWER_LOST, MORNING)
    assert record.next_at == (None if answer is Answer.NOT_AVAILABLE else now + A_DAY)


def taken_for_sent(now=MORNING + SETTLING):
    """The list of actions was empty after a lost answer."""
    return after_look(a_claim(), Answer.NOT_OFFERED, now, PLACE, drought=False)


def test_empty_list_after_a_lost_answer_is_looked_at_again_for_a_month():
    """It may have been empty by chance, each day anew; in the end nothing can be sent any more."""
    record = taken_for_sent()
    days = 0
    while record.next_at is not None:
        assert (record.state, record.reason, record.sent_at) == (S.SENT, Reason.ANSWER_LOST, MORNING)
        record = after_look(record, Answer.NOT_OFFERED, record.next_at, PLACE, drought=days % 2 == 0)
        days += 1
    assert (record.state, days) == (S.SENT, 29)


def test_request_that_amazon_offers_again_on_another_day_was_not_sent():
    """It is planned as if never posted, but for the count, and due at once."""
    sent = taken_for_sent()
    record = after_look(sent, Answer.OFFERED, sent.next_at, PLACE, drought=False)
    assert (record.state, record.shown_reason, record.sent_at) == (S.PLANNED, None, None)
    assert (record.attempts, record.lost_at, record.next_at) == (1, None, sent.next_at)


def test_too_early_for_amazon_says_nothing_of_a_lost_post():
    """It may be offered later, as a list that is empty may be filled later."""
    sent = after_look(a_claim(), Answer.OUTSIDE_WINDOW, MORNING + SETTLING, PLACE, drought=False)
    again = after_look(sent, Answer.OUTSIDE_WINDOW, sent.next_at, PLACE, drought=False)
    assert (again.state, again.next_at) == (S.SENT, sent.next_at + A_DAY)
    assert after_look(again, Answer.OFFERED, again.next_at, PLACE, drought=False).state is S.PLANNED


@pytest.mark.parametrize("answer", [each for each in REFUSALS if each is not Answer.OUTSIDE_WINDOW])
def test_refusal_on_another_day_confirms_that_it_was_sent(answer):
    """There is nothing more to learn."""
    record = after_look(taken_for_sent(), answer, MORNING + A_DAY, PLACE, drought=False)
    assert (record.state, record.reason, record.next_at) == (S.SENT, Reason.ANSWER_LOST, None)


def test_another_days_look_without_an_answer_is_made_on_the_next():
    """It is in no hurry, and the reason stays what it is."""
    record = unreadable(taken_for_sent(), Answer.LOST, MORNING + A_DAY, PLACE)
    assert (record.state, record.reason, record.next_at) == (S.SENT, Reason.ANSWER_LOST, MORNING + 2 * A_DAY)


@pytest.mark.parametrize("answer", [Answer.NOT_FOUND, Answer.REFUSED])
def test_refusal_to_say_leaves_a_claim_claimed(answer):
    """It does not tell what became of the post; a day later again it counts as no longer offered."""
    once = after_look(a_claim(), answer, MORNING + SETTLING, PLACE, drought=False)
    assert (once.state, once.next_at) == (S.SENDING, MORNING + SETTLING + A_DAY)
    twice = after_look(once, answer, once.next_at, PLACE, drought=False)
    assert (twice.state, twice.reason, twice.sent_at) == (S.SENT, Reason.ANSWER_LOST, MORNING)
    assert after_look(once, Answer.OFFERED, once.next_at, PLACE, drought=False) is None


@pytest.mark.parametrize("answer", REFUSALS)
def test_refused_look_is_believed_on_another_day(answer):
    """As with posts."""
    once = after_look(a_plan(), answer, MORNING, PLACE, drought=False)
    assert (once.state, once.reason, once.next_at) == (S.PLANNED, REFUSALS[answer], MORNING + A_DAY)
    twice = after_look(once, answer, MORNING + A_DAY, PLACE, drought=False)
    assert (twice.state, twice.reason) == (ENDED_BY[answer], REFUSALS[answer])


def test_refused_then_not_offered_was_asked_by_somebody():
    """A click in Seller Central uses the order's one request up. The list must be empty twice, a day apart: once may be chance."""
    once = after_post(a_claim(empty_reads=3, first_empty_at=MORNING - 5 * A_DAY), Answer.NOT_AVAILABLE, MORNING, PLACE)
    empty = after_look(once, Answer.NOT_OFFERED, MORNING + A_DAY, PLACE, drought=False)
    assert (empty.state, empty.next_at) == (S.PLANNED, MORNING + 2 * A_DAY)
    record = after_look(empty, Answer.NOT_OFFERED, empty.next_at, PLACE, drought=False)
    assert (record.state, record.reason, record.next_at) == (S.ALREADY_ASKED, Reason.NOT_AVAILABLE, None)


def test_refused_then_nothing_offered_to_anybody_was_asked_by_nobody():
    """A drought is no evidence, with a refusal before it or without."""
    record = after_post(a_claim(), Answer.NOT_AVAILABLE, MORNING, PLACE)
    for days in range(1, 6):
        record = after_look(record, Answer.NOT_OFFERED, MORNING + days * A_DAY, PLACE, drought=True)
    assert (record.state, record.empty_reads) == (S.PLANNED, 0)


def test_empty_list_is_asked_again_daily_until_near_the_end():
    """One empty list is chance, two a day apart are evidence, and the last one counts near the window's end."""
    record, now, looks = a_plan(), MORNING, 0
    while record.state is S.PLANNED:
        record = after_look(record, Answer.NOT_OFFERED, now, PLACE, drought=False)
        looks += 1
        if record.next_at is not None:
            assert timedelta(hours=23) <= record.next_at - now <= timedelta(hours=25)
            now = record.next_at
    assert (record.state, record.reason, record.next_at) == (S.NOT_ELIGIBLE, Reason.NO_ACTION_OFFERED, None)
    assert CLOSES_AT - LAST_LOOK <= now < CLOSES_AT
    assert looks == record.empty_reads == 23


@pytest.mark.parametrize(
    ("first_before", "left", "state"),
    [
        (A_DAY, LAST_LOOK, S.NOT_ELIGIBLE),
        (A_DAY - timedelta(seconds=1), LAST_LOOK, S.PLANNED),
        (A_DAY, LAST_LOOK + timedelta(seconds=1), S.PLANNED),
        (None, LAST_LOOK, S.PLANNED),
    ],
)
def test_evidence_has_its_boundaries(first_before, left, state):
    """A day apart, and 36 hours before the end: to the second."""
    now = CLOSES_AT - left
    record = a_plan(first_empty_at=None if first_before is None else now - first_before)
    assert after_look(record, Answer.NOT_OFFERED, now, PLACE, drought=False).state is state


def test_empty_lists_of_a_drought_are_no_evidence():
    """Nobody is offered anything these days; the order waits."""
    now = CLOSES_AT - LAST_LOOK
    record = a_plan(first_empty_at=now - 9 * A_DAY)
    found = after_look(record, Answer.NOT_OFFERED, now, PLACE, drought=True)
    assert (found.state, found.reason, found.empty_reads) == (S.PLANNED, Reason.NO_ACTION_OFFERED, 0)
    assert found.next_at == PLACE.next_sending(now + A_DAY)


def test_forgotten_post_that_is_no_longer_offered_was_sent():
    """Amazon showed the action a little longer than it should have."""
    now = CLOSES_AT - LAST_LOOK
    record = replace(
        gated(a_claim(), judged(LATER), MORNING, PLACE), window=a_plan().window, first_empty_at=now - A_DAY
    )
    found = after_look(record, Answer.NOT_OFFERED, now, PLACE, drought=False)
    assert (found.state, found.reason, found.sent_at) == (S.SENT, Reason.ANSWER_LOST, MORNING)


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
