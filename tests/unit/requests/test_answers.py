"""What happens to a request by what Amazon answers: every answer, to a post and to a look, in every open state."""

from dataclasses import replace
from datetime import timedelta

import pytest

from goodstanding.core.requests.decide import (
    A_DAY,
    LAST_LOOK,
    SETTLING,
    Answer,
    after_look,
    after_post,
    claimed,
    gated,
    unreadable,
)
from goodstanding.core.requests.record import Reason
from tests.a_request import (
    CLOSES_AT,
    LATER,
    MORNING,
    PLACE,
    S,
    a_claim,
    a_plan,
    judged,
    taken_for_sent,
)

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
