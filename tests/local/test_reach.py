"""Whether Amazon let itself be asked for requests at the end of a run."""

import pytest

from local.outcome import Outcome
from local.runner import Reach

REFUSED, NOTHING_TO_ASK = (
    {"outcome": "refused", "answered": 0, "unanswered": 0},
    {"outcome": "done", "answered": 0, "unanswered": 0},
)
EU = {"seller_id": "A2EXAMPLE00001", "region": "EU"}


@pytest.mark.parametrize(
    ("heard", "cut_off"),
    [
        ([("SendRequestsFunction", REFUSED)], ["not_authorized"]),
        ([("RecordFailureFunction", {"reason": "sp_api_unavailable"})], ["sp_api_unavailable"]),
        (
            [
                ("SendRequestsFunction", REFUSED),
                ("SendRequestsFunction", {"outcome": "done", "answered": 2, "unanswered": 1}),
            ],
            [],
        ),
        ([("SendRequestsFunction", REFUSED), ("SendRequestsFunction", NOTHING_TO_ASK)], ["not_authorized"]),
        (
            [("RecordFailureFunction", {"reason": "sp_api_unavailable"}), ("SendRequestsFunction", NOTHING_TO_ASK)],
            ["sp_api_unavailable"],
        ),
        ([("SendRequestsFunction", {**NOTHING_TO_ASK, "unanswered": 2})], ["sp_api_unavailable"]),
        ([("RecordFailureFunction", {"reason": "internal_error"})], []),
        ([("SendRequestsFunction", {"outcome": "busy", "answered": 0, "unanswered": 0})], []),
    ],
)
def test_last_batch_of_a_region_tells_whether_it_is_cut_off(heard, cut_off):
    """A run ends with status 1 where Amazon refuses or cannot be reached at its end, not where it once could not.

    A last batch that had nothing to ask has not found out otherwise.
    """
    reach = Reach()
    for function, result in heard:
        reach(function, EU, result)
    outcome = Outcome(None, [], [], regions_cut_off=reach.cut_off)
    assert list(outcome.cut_off()) == [("A2EXAMPLE00001", "EU", code) for code in cut_off]


def test_failure_of_a_marketplace_is_no_region():
    """The reports tell of that themselves."""
    reach = Reach()
    reach("RecordFailureFunction", {"seller_id": "A2EXAMPLE00001", "region": None}, {"reason": "not_authorized"})
    assert reach.cut_off == ()
