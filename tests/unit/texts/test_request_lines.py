"""What is said of feedback requests in the digest, the summary and the report."""

import pytest

from goodstanding.core.requests.neutrality import Comparison, Neutrality, Share, Trait
from goodstanding.core.requests.record import Reason, RequestState
from goodstanding.core.requests.tally import Refusal, Tally
from goodstanding.core.texts.request_lines import request_lines

COUNTED = Tally(
    asked=1412,
    asked_lately=12,
    waiting=30,
    held=((Reason.DAILY_CAP, 4),),
    refusals=(
        Refusal(RequestState.EXCLUDED, Reason.EXCLUDED_SKU, 20),
        Refusal(RequestState.NOT_ELIGIBLE, Reason.NO_ACTION_OFFERED, 3),
    ),
)
COMPARED = Neutrality(
    1412,
    30,
    (
        Comparison(Trait.NEGATIVE, Share(17, 1412), Share(1, 30)),
        Comparison(Trait.NEUTRAL, Share(2, 1412), Share(0, 30)),
    ),
)
NOBODY = Neutrality(0, 0, ())


def test_lines_say_who_was_asked_who_waits_who_was_not_and_why():
    """With the proof that nobody was chosen by mood; few orders with their interval."""
    assert list(request_lines(COUNTED, COMPARED, "en")) == [
        "1,412 asked (12 in the last day), 30 waiting, 23 not asked",
        "held: 4 the day's cap was reached",
        "not asked: 20 its SKU is left out; 3 Amazon offers no request",
        "neutrality: known later of 1,412 asked: 1.2 % rated 1-2 stars, 0.1 % rated 3 stars",
        "neutrality: of 30 not asked: 3.3 % (1-17 %) rated 1-2 stars, 0 % (0-11 %) rated 3 stars; no difference beyond chance",
    ]


def test_german_sellers_read_german():
    """Words and figures."""
    lines = list(request_lines(COUNTED, COMPARED, "de"))
    assert lines[0] == "1.412 gestellt (12 am letzten Tag), 30 warten, 23 werden nicht gestellt"
    assert "3,3 % (1-17 %) mit 1-2 Sternen" in lines[-1]
    assert lines[-1].endswith("kein Unterschied über den Zufall hinaus")


def test_nothing_is_said_where_no_order_was_considered():
    """A marketplace without orders has no section."""
    assert list(request_lines(Tally(0, 0, 0, (), ()), NOBODY, "en")) == []


def test_nothing_is_proved_before_anybody_was_asked():
    """One line on how things stand is enough."""
    waiting = Tally(0, 0, 5, (), ())
    assert list(request_lines(waiting, NOBODY, "en")) == ["0 asked (0 in the last day), 5 waiting, 0 not asked"]


@pytest.mark.parametrize(
    ("compared", "words"),
    [
        (Neutrality(5, 0, (Comparison(Trait.LATE, Share(0, 5), Share(0, 0)),)), "of 0 not asked: -; too few to tell"),
        (Neutrality(5, 5, ()), "of 5 not asked: not known; too few to tell"),
    ],
)
def test_too_little_known_is_said(compared, words):
    """Nobody to compare with, or nothing known of them."""
    *_, last = request_lines(Tally(5, 5, 0, (), ()), compared, "en")
    assert words in last
