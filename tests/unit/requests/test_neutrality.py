"""Whether those asked were chosen by mood."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from goodstanding.core.requests.delivery import EstimateSource
from goodstanding.core.requests.neutrality import (
    ENOUGH,
    Aftermath,
    Comparison,
    Neutrality,
    Share,
    Trait,
    Verdict,
    neutrality,
)
from goodstanding.core.requests.record import Reason, RequestRecord, RequestState
from goodstanding.core.requests.window import RequestWindow

AS_OF = datetime(2026, 11, 20, 6, tzinfo=UTC)
OVER = AS_OF - timedelta(days=1)


def record(order_id, state=RequestState.SENT, reason=None, closes_at=OVER):
    """A request; its window is over unless said otherwise."""
    opens_at = closes_at - timedelta(days=25)
    return RequestRecord(
        order_id, RequestWindow(opens_at, opens_at, closes_at), EstimateSource.FALLBACK, state=state, reason=reason
    )


def aftermath(stars=None, returned=(), late=()):
    """What is known; no feedback at all by default."""
    return Aftermath(stars or {}, returned, late)


def test_every_trait_is_counted_on_both_sides():
    """Stars, returns and late shipments of those asked and of those passed over; an order may have several."""
    records = [record("a"), record("b"), record("c", RequestState.EXCLUDED, Reason.EXCLUDED_SKU)]
    known = aftermath({"a": 1, "b": 3, "c": 2, "elsewhere": 1}, {"a"}, {"c"})
    found = neutrality(records, known, AS_OF)
    assert (found.asked, found.others) == (2, 1)
    assert {each.trait: (each.asked, each.others) for each in found.comparisons} == {
        Trait.NEGATIVE: (Share(1, 2), Share(1, 1)),
        Trait.NEUTRAL: (Share(1, 2), Share(0, 1)),
        Trait.RETURNED: (Share(1, 2), Share(0, 1)),
        Trait.LATE: (Share(0, 2), Share(1, 1)),
    }


@pytest.mark.parametrize(
    ("state", "reason", "closes_at", "is_passed_over"),
    [
        (RequestState.WINDOW_CLOSED, Reason.TOO_LATE, OVER, True),
        (RequestState.WINDOW_CLOSED, Reason.TOO_LATE, AS_OF, True),
        (RequestState.OPTED_OUT, Reason.BUYER_OPT_OUT, OVER, True),
        (RequestState.NOT_ELIGIBLE, Reason.NO_ACTION_OFFERED, OVER, True),
        (RequestState.FAILED, Reason.REFUSED, OVER, True),
        (RequestState.EXCLUDED, Reason.EXCLUDED_SKU, AS_OF + timedelta(seconds=1), False),
        (RequestState.EXCLUDED, Reason.CANCELLED, OVER, False),
        (RequestState.EXCLUDED, Reason.REPLACEMENT, OVER, False),
        (RequestState.EXCLUDED, Reason.NON_AMAZON, OVER, False),
        (RequestState.ALREADY_ASKED, Reason.NOT_AVAILABLE, OVER, False),
        (RequestState.PLANNED, None, OVER, False),
        (RequestState.SENDING, Reason.ANSWER_PENDING, OVER, False),
    ],
)
def test_passed_over_is_who_could_have_been_asked_and_was_not(state, reason, closes_at, is_passed_over):
    """Its window is over; nobody else asked; and somebody might have asked at all."""
    found = neutrality([record("a", state, reason, closes_at)], aftermath(), AS_OF)
    assert (found.asked, found.others) == (0, int(is_passed_over))


def test_what_is_not_known_is_not_compared():
    """A missing feedback or returns report is no proof of content buyers."""
    found = neutrality([record("a")], Aftermath(None, None, {"a"}), AS_OF)
    assert [each.trait for each in found.comparisons] == [Trait.LATE]


def test_interval_is_wilsons():
    """Against published values: 1 of 30 lies between 0.6 and 16.7 %, 0 of 10 below 27.8 %."""
    low, high = Share(1, 30).interval
    assert (round(low, 3), round(high, 3)) == (Decimal("0.006"), Decimal("0.167"))
    low, high = Share(0, 10).interval
    assert (low, round(high, 3)) == (0, Decimal("0.278"))
    assert Share(10, 10).interval[1] == 1


def test_nothing_is_known_of_no_orders():
    """Anything is possible."""
    assert (Share(0, 0).value, Share(0, 0).interval) == (0, (0, 1))


@pytest.mark.parametrize(
    ("asked", "others", "verdict"),
    [
        (Share(5, 412), Share(1, 30), Verdict.NO_DIFFERENCE),
        (Share(0, 400), Share(40, 400), Verdict.FEWER),
        (Share(40, 400), Share(0, 400), Verdict.MORE),
        (Share(0, 400), Share(ENOUGH - 1, ENOUGH - 1), Verdict.TOO_FEW),
        (Share(0, 400), Share(ENOUGH, ENOUGH), Verdict.FEWER),
        (Share(0, ENOUGH), Share(0, ENOUGH), Verdict.NO_DIFFERENCE),
        (Share(0, 0), Share(0, 0), Verdict.TOO_FEW),
    ],
)
def test_a_difference_counts_only_beyond_chance_and_among_enough(asked, others, verdict):
    """Small numbers prove nothing either way."""
    assert Comparison(Trait.NEGATIVE, asked, others).verdict is verdict


def test_swapped_sides_have_the_opposite_verdict():
    """The comparison favours neither side."""
    one, other = Share(0, 400), Share(40, 400)
    assert Comparison(Trait.LATE, one, other).verdict is Verdict.FEWER
    assert Comparison(Trait.LATE, other, one).verdict is Verdict.MORE


def test_the_worst_comparison_is_what_counts():
    """Unhappy buyers left out is said, whatever else is balanced."""
    same, fewer, more = (
        Comparison(Trait.NEUTRAL, Share(1, 100), Share(1, 100)),
        Comparison(Trait.NEGATIVE, Share(0, 400), Share(40, 400)),
        Comparison(Trait.RETURNED, Share(40, 400), Share(0, 400)),
    )
    assert Neutrality(400, 400, (same, more, fewer)).verdict is Verdict.FEWER
    assert Neutrality(400, 400, (same, more)).verdict is Verdict.MORE
    assert Neutrality(100, 100, (same,)).verdict is Verdict.NO_DIFFERENCE
    assert Neutrality(100, 100, ()).verdict is Verdict.TOO_FEW


def test_leaving_out_the_unhappy_is_found_and_neutral_rules_are_not_blamed():
    """A program that asked only content buyers would be told on; one that leaves out every third order is not."""
    orders = [f"o{number}" for number in range(600)]
    stars = {order: 1 for number, order in enumerate(orders) if number % 10 == 0}
    skipped = {"state": RequestState.EXCLUDED, "reason": Reason.EXCLUDED_SKU}
    by_mood = [record(order, **(skipped if order in stars else {})) for order in orders]
    by_rule = [record(order, **(skipped if number % 3 == 0 else {})) for number, order in enumerate(orders)]
    assert neutrality(by_mood, aftermath(stars), AS_OF).verdict is Verdict.FEWER
    assert neutrality(by_rule, aftermath(stars), AS_OF).verdict is Verdict.NO_DIFFERENCE
