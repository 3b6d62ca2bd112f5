"""What stands of a claim after its notices, and whether it counts."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodstanding.core.claims import ClaimFact, ClaimKind, ClaimNotice, appealable, counts, noted
from goodstanding.core.mail.outcomes import Outcome, Payer

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
ORDER = "302-0000000-0000001"


def notice(hour: int = 0, outcome: Outcome | None = None, payer: Payer | None = None, *, decided: bool = True):
    """One notice."""
    return ClaimNotice(ORDER, ClaimKind.A_TO_Z, AT + hour * HOUR, decided, outcome, payer)


def after(*notices: ClaimNotice) -> ClaimFact:
    """What stands after notices, in this order."""
    known = None
    for each in notices:
        known = noted(known, each)
    assert known is not None
    return known


def test_earliest_opening_and_latest_decision_stand():
    """Whichever is told of first."""
    fact = after(
        notice(5, Outcome.DENIED),
        notice(2, Outcome.GRANTED, Payer.SELLER),
        notice(0, decided=False),
        notice(7, decided=False),
    )
    assert fact == ClaimFact(ORDER, ClaimKind.A_TO_Z, AT, AT + 5 * HOUR, Outcome.DENIED, None, AT + 5 * HOUR)


def test_closing_that_does_not_say_how_leaves_the_outcome():
    """What a decision said goes on; its time moves."""
    fact = after(notice(1, Outcome.GRANTED, Payer.AMAZON), notice(3))
    assert (fact.outcome, fact.payer, fact.decided_at) == (Outcome.GRANTED, Payer.AMAZON, AT + 3 * HOUR)
    assert after(notice(3), notice(4, Outcome.WITHDRAWN)).outcome is Outcome.WITHDRAWN


@given(
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from([*Outcome, None]), st.booleans()), min_size=1, max_size=6),
    st.data(),
)
def test_order_of_notices_makes_no_difference(told, data):
    """Nor how often each came, nor that two of one moment differ."""
    notices = [notice(hour, outcome, decided=decided) for hour, outcome, decided in told]
    mixed = data.draw(st.permutations([*notices, *notices]))
    assert after(*mixed) == after(*sorted(notices, key=lambda one: one.at))


@pytest.mark.parametrize(
    ("outcome", "payer", "counted", "against_seller"),
    [
        (None, None, True, False),
        (Outcome.GRANTED, None, True, True),
        (Outcome.GRANTED, Payer.SELLER, True, True),
        (Outcome.GRANTED, Payer.AMAZON, False, False),
        (Outcome.REFUNDED, None, True, False),
        (Outcome.DENIED, None, False, False),
        (Outcome.WITHDRAWN, None, False, False),
    ],
)
def test_claims_count_by_how_they_ended(outcome, payer, counted, against_seller):
    """At the seller's cost, refunded, or open; and only a grant at the seller's cost can be appealed."""
    fact = ClaimFact(ORDER, ClaimKind.A_TO_Z, AT, AT, outcome, payer)
    assert (counts(fact), appealable(fact)) == (counted, against_seller)
