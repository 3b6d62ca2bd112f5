"""How requests stand, in counts."""

from dataclasses import replace
from datetime import timedelta

from goodstanding.core.requests.record import Reason, RequestState
from goodstanding.core.requests.tally import Refusal, tally
from tests.unit.requests.test_neutrality import AS_OF, record


def test_every_record_is_counted_once_where_it_stands():
    """Asked, waiting and refused by reason, the most frequent first; they add up."""
    counted = tally(
        [
            replace(record("a"), sent_at=AS_OF),
            replace(record("b"), sent_at=AS_OF - timedelta(days=1)),
            record("c", RequestState.PLANNED),
            record("d", RequestState.SENDING, Reason.ANSWER_PENDING),
            record("e", RequestState.FAILED, Reason.REFUSED),
            record("f", RequestState.EXCLUDED, Reason.EXCLUDED_SKU),
            record("g", RequestState.EXCLUDED, Reason.EXCLUDED_SKU),
        ],
        AS_OF,
    )
    assert (counted.asked, counted.asked_lately, counted.waiting, counted.refused, counted.considered) == (
        2,
        1,
        2,
        3,
        7,
    )
    assert counted.refusals == (
        Refusal(RequestState.EXCLUDED, Reason.EXCLUDED_SKU, 2),
        Refusal(RequestState.FAILED, Reason.REFUSED, 1),
    )
    assert counted.held == ()


def test_what_was_asked_after_the_moment_is_not_of_the_last_day():
    """A digest that is written anew for an earlier day does not count later requests as its own."""
    assert tally([replace(record("a"), sent_at=AS_OF + timedelta(hours=1))], AS_OF).asked_lately == 0


def test_a_general_hold_holds_what_is_due_and_nothing_else():
    """What waits for its day is not held back by anybody."""
    due = record("a", RequestState.PLANNED)
    later = record("b", RequestState.PLANNED, closes_at=AS_OF + timedelta(days=30))
    assert tally([due, later], AS_OF, Reason.OBSERVING).held == ((Reason.OBSERVING, 1),)


def test_the_cap_holds_what_it_turned_away():
    """Other reasons to look again later are Amazon's, not ours."""
    records = [
        record("a", RequestState.PLANNED, Reason.DAILY_CAP),
        record("b", RequestState.PLANNED, Reason.THROTTLED),
        record("c", RequestState.PLANNED),
    ]
    assert tally(records, AS_OF).held == ((Reason.DAILY_CAP, 1),)


def test_a_record_that_was_never_written_is_not_counted():
    """It stands nowhere yet."""
    assert tally([record("a", None)], AS_OF).considered == 0
