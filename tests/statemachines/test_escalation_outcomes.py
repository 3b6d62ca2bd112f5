"""What people are told by sweeps that meet with trouble: everything, at worst one sweep later or once more and marked."""

import pytest

from tests.statemachines.escalation_scenes import FIRST, SECOND, SWEEP, THIRD_STEP
from tests.statemachines.scenes import FOURTH, GOOD, OTHER, THIRD

MARK = "Wiederholung? "


def told(played, seller, *, kind="deadline"):
    """When a seller was told, and the order's last figure but seven."""
    return [
        (one.at, one.attributes.get("order_id", "")[10:11])
        for one in played.published
        if one.attributes.get("seller_id") == seller and one.attributes["kind"] == kind
    ]


def test_sweep_that_finds_more_than_a_page_goes_on_to_the_end(scenes):
    """Three messages of one seller and one of another, two on a page: all are told of within the sweep's five minutes."""
    swept = scenes["swept"]
    assert [run.status for run in swept.runs] == ["SUCCEEDED"] * 3
    assert sorted({order for _, order in told(swept, GOOD)}) == ["0", "1", "2"]
    assert [order for _, order in told(swept, OTHER)] == ["1"]
    assert all(FIRST <= at < FIRST + SWEEP for seller in (GOOD, OTHER) for at, _ in told(swept, seller))
    calls = [step.state for step in swept.steps if step.state == "Is more due?" and step.kind == "chose"]
    assert len(calls) > 3


def test_faults_that_pass_cost_a_sweep_no_message_and_repeat_none(scenes):
    """After six faults in a row of each task a step is told once; only the one whose answer was lost comes again, and says so."""
    subjects = [one.subject for one in scenes["swept"].published]
    marked = [subject for subject in subjects if subject.startswith(MARK)]
    assert len(marked) == 1
    assert marked[0].removeprefix(MARK)[:50] in {subject[:50] for subject in subjects}
    plain = [subject for subject in subjects if not subject.startswith(MARK)]
    assert len(plain) == len(set(plain)) == 4


def test_seller_that_cannot_be_told_costs_no_other_and_is_told_by_the_next_sweep(scenes):
    """Five minutes later come the warning and the word that messages were delayed."""
    broken = scenes["sweep broken"]
    assert told(broken, GOOD)[0] == (FIRST, "1")
    assert told(broken, OTHER)[0] == (FIRST + SWEEP, "1")
    assert told(broken, GOOD, kind="source") == []
    assert told(broken, OTHER, kind="source") == [(FIRST + SWEEP, "")]
    assert broken.counted("Failures") == 3


@pytest.mark.parametrize(
    ("at", "error"), [(SECOND, "InternalError"), (THIRD_STEP, "States.QueryEvaluationError")], ids=["task", "answer"]
)
def test_sweep_that_breaks_off_is_told_and_made_up_for_by_the_next(scenes, at, error):
    """The rule on broken executions tells people at once; five minutes later each seller has its step, once."""
    broken = scenes["sweep broken"]
    run = broken.runs[[FIRST, FIRST + SWEEP, SECOND, SECOND + SWEEP, THIRD_STEP].index(at)]
    assert (run.status, run.error) == ("FAILED", error)
    alarms = [one for one in broken.published if "severity" not in one.attributes and at <= one.at < at + SWEEP]
    assert [one.topic for one in alarms] == ["AlertsTopic"]
    for seller in (GOOD, OTHER):
        assert [moment for moment, _ in told(broken, seller) if at <= moment < at + 2 * SWEEP] == [at + SWEEP]


def test_failure_that_cannot_even_be_recorded_costs_no_other_seller(scenes):
    """The sweep goes on without it, and what was planned is still published later."""
    broken = scenes["sweep's funnel broken"]
    assert [run.status for run in broken.runs] == ["SUCCEEDED", "FAILED", "SUCCEEDED"]
    assert told(broken, THIRD) == [(FIRST, "1"), (SECOND + SWEEP, "1")]
    assert told(broken, FOURTH) == [(SECOND + SWEEP, "1")] * 2
    assert broken.runs[1].error == "InternalError"
