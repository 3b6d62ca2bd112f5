"""What people and tables are left with after each kind of trouble."""

import pytest

from goodstanding.core.metrics import MetricStatus
from local.sp_api.limits import Operation
from tests.statemachines.scenes import FIFTH, FOURTH, GOOD, OTHER, THIRD

ALL = ("PERFORMANCE_V2", "PERFORMANCE_V1", "FEEDBACK", "ALL_ORDERS", "FBA_SHIPMENTS", "MFN_RETURNS")
FRESH = dict.fromkeys(ALL, "fresh")
DEFECTS = ("metric_status", "critical")
"""The alert that the defects in every seller's orders call for."""

MISSING = ("source", "warning")


# ---- a good day ---------------------------------------------------------------------------------------------------------------


def test_good_day_reads_every_report_and_tells_each_seller_once(scenes):
    """Each seller has its alert and its digest; a report without rows is a result, not a failure."""
    good = scenes["twice"]
    assert good.standing_of(GOOD, "DE") == FRESH
    assert good.standing_of(OTHER, "US") == FRESH | {"FBA_SHIPMENTS": "empty"}
    assert good.alerts(GOOD) == [(*DEFECTS, "DE")]
    assert good.alerts(OTHER) == [(*DEFECTS, "US")]
    assert sorted(good.digests()) == [GOOD, OTHER]


def test_good_day_ends_with_its_sign_of_life(scenes):
    """The absence alarm hears of the run, and nothing counts as a failure."""
    good = scenes["twice"]
    assert [run.status for run in good.runs] == ["SUCCEEDED", "SUCCEEDED"]
    assert (good.counted("RunCompleted"), good.counted("Failures")) == (len(good.runs), 0)


def test_same_day_again_changes_nothing(scenes):
    """Every item of both tables stands as it stood, nothing is said twice and no report is asked for."""
    first, second = scenes["twice"].standings
    assert first.tables == second.tables
    assert all(first.tables.values())
    assert (second.published, second.reports_asked_for) == (first.published, first.reports_asked_for)


# ---- broken reports -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "standing"),
    [
        (
            "DE",
            {
                "PERFORMANCE_V2": "unavailable report_fatal",
                "PERFORMANCE_V1": "fresh",  # its link had expired once
                "FEEDBACK": "fresh",  # it said gzip and was none
                "ALL_ORDERS": "unavailable report_fatal",  # one of its three parts
                "FBA_SHIPMENTS": "fresh",  # its charset was wrong, its columns are ASCII
                "MFN_RETURNS": "empty",
            },
        ),
        (
            "FR",
            {
                "PERFORMANCE_V2": "unavailable sp_api_refused",
                "PERFORMANCE_V1": "unavailable sp_api_unavailable",
                "FEEDBACK": "unavailable report_stuck",
                "ALL_ORDERS": "fresh",  # it was gzip and did not say so
                "FBA_SHIPMENTS": "fresh",  # one of its three parts had no rows
                "MFN_RETURNS": "unavailable damaged: unreadable_date (line 2, column return request date)",
            },
        ),
        ("ES", FRESH),
    ],
)
def test_broken_report_costs_no_other(scenes, country, standing):
    """Each report stands or falls for itself, with its reason, and so does each marketplace."""
    assert scenes["broken reports"].standing_of(GOOD, country) == standing


def test_broken_reports_are_told_once_a_marketplace(scenes):
    """One alert names all that is missing; what can be judged is judged; the run itself is in order."""
    broken = scenes["broken reports"]
    assert sorted(broken.alerts(GOOD)) == [(*DEFECTS, "ES"), (*MISSING, "DE"), (*MISSING, "FR")]
    assert broken.digests() == [GOOD]
    assert [run.status for run in broken.runs] == ["SUCCEEDED"]


def test_figure_without_its_report_is_unavailable(scenes):
    """Nothing is computed from half of the orders, nor are defects counted from feedback that is missing."""
    broken = scenes["broken reports"].metrics
    rates = {
        country: {
            (row.metric.metric, row.metric.reason): row.status
            for row in broken[GOOD, country]
            if row.metric.metric == "order_defect_rate"
        }
        for country in ("DE", "FR", "ES")
    }
    assert set(rates["DE"]) == {("order_defect_rate", "orders_unavailable")}
    assert MetricStatus.BAD not in rates["FR"].values()
    assert MetricStatus.BAD in rates["ES"].values()


# ---- faults that pass ---------------------------------------------------------------------------------------------------------


def test_faults_that_pass_leave_no_trace(scenes):
    """After six faults in a row of every task, and of Amazon, the day ends as an undisturbed one."""
    passing, good = scenes["passing faults"], scenes["twice"]
    assert passing.standing_of(GOOD, "DE") == FRESH
    assert passing.metrics[GOOD, "DE"] == good.metrics[GOOD, "DE"]
    assert passing.alerts(GOOD) == good.alerts(GOOD)
    assert passing.digests() == [GOOD]
    assert (passing.counted("RunCompleted"), passing.counted("Failures")) == (1, 0)


def test_faults_that_pass_ask_for_no_report_twice(scenes):
    """A retried step takes up what the failed one reached."""
    asked = [
        (call.params["reportType"], call.params.get("dataStartTime"))
        for call in scenes["passing faults"].calls
        if call.operation is Operation.CREATE_REPORT and call.status == 202
    ]
    assert len(asked) == len(set(asked)) == 11


def test_slow_reading_and_used_up_rates_lose_nothing(scenes):
    """A report that outgrows a Lambda is read on from its cursor, a download that must queue is done later."""
    slow = scenes["slow and silent"]
    assert slow.standing_of(GOOD, "DE") == FRESH
    assert slow.metrics[GOOD, "DE"] == scenes["twice"].metrics[GOOD, "DE"]


def test_lost_answer_of_a_publish_is_repeated_once_and_marked(scenes):
    """Nobody knows whether it went out: it is said again, and said that it may be a repeat. What was refused is just said."""
    slow = scenes["slow and silent"]
    digests = [one.subject or "" for one in slow.published if one.topic == "DigestTopic"]
    assert len(digests) == 2
    assert digests[1].startswith(f"Wiederholung? {digests[0]}"[:40])
    assert slow.alerts(GOOD) == [(*DEFECTS, "DE")]


def test_stopped_calls_are_a_reason_and_no_call(scenes):
    """The stop switch ends all calls to Amazon; the day says so and ends in order."""
    stopped = scenes["stopped"]
    assert stopped.calls == ()
    assert stopped.standing_of(GOOD, "DE") == dict.fromkeys(ALL, "unavailable stopped")
    assert stopped.alerts(GOOD) == [(*MISSING, "DE")]
    assert [run.status for run in stopped.runs] == ["SUCCEEDED"]


# ---- what cannot be borne -----------------------------------------------------------------------------------------------------


def test_defect_in_one_task_costs_only_its_report(scenes):
    """Requesting, checking, storing and reading each fail for one report; the others are read."""
    assert scenes["everything broken"].standing_of(GOOD, "DE") == FRESH | {
        "MFN_RETURNS": "unavailable internal_error",
        "FBA_SHIPMENTS": "unavailable internal_error",
        "PERFORMANCE_V1": "unavailable internal_error",
        "FEEDBACK": "unavailable internal_error",
    }


def test_broken_marketplace_is_told_and_costs_no_other(scenes):
    """Four of a seller's marketplaces break off, each somewhere else: four alerts, and the fifth is judged."""
    broken = scenes["everything broken"]
    failed = ["ES", "FR", "IT", "NL"]
    assert sorted(broken.alerts(GOOD)) == [(*MISSING, country) for country in ["DE", *failed]]
    texts = {
        one.attributes["marketplace"]: one.messages["default"]
        for one in broken.published
        if one.attributes.get("marketplace")
    }
    assert [country for country in failed if "internal_error" not in texts[country]] == []
    assert broken.metrics[GOOD, "DE"]


def test_broken_seller_costs_no_other(scenes):
    """Three sellers break off, each somewhere else; the other two have their digests."""
    broken = scenes["everything broken"]
    assert sorted(broken.digests()) == [GOOD, FIFTH]
    assert [seller for seller in (OTHER, THIRD, FOURTH) if broken.alerts(seller)] == []
    assert broken.standing_of(FIFTH, "SE")["PERFORMANCE_V2"] == "fresh"


@pytest.mark.parametrize("seller", [OTHER, THIRD, FOURTH])
def test_broken_sellers_alert_waits_for_the_next_run(scenes, seller):
    """What could not be sent today is planned, and not lost."""
    items = scenes["everything broken"].standings[0].tables["HealthTable"]
    waiting = [key for partition, key in items if partition == seller and key.startswith("UNSENT#")]
    assert [key for key in waiting if key.endswith("#failure#Amazon")] == ["UNSENT#2026-11-20#failure#Amazon"]


def test_run_that_cannot_be_isolated_fails_and_is_told(scenes):
    """No end, no list, no manifest: each run fails with its error, an EventBridge rule tells people, no sign of life is given."""
    broken = scenes["everything broken"]
    assert [(run.status, run.error) for run in broken.runs] == [
        ("FAILED", "InternalError"),
        ("FAILED", "InternalError"),
        ("FAILED", "States.ItemReaderFailed"),
    ]
    told = [one.at for one in broken.published if "ended as FAILED" in one.messages["default"]]
    assert len(told) == len(broken.runs)
    assert broken.counted("RunCompleted") == 0


def test_failures_are_counted_where_they_are_recorded(scenes):
    """Reports at both machines, marketplaces, sellers and runs: whatever ran into a funnel is in the metric."""
    broken = scenes["everything broken"]
    recorded = [step.state for step in broken.steps if step.kind == "entered" and step.state.startswith("Record the")]
    assert broken.counted("Failures") == len(recorded)


def test_broken_funnel_still_costs_no_other(scenes):
    """When not even failures can be recorded, what stands stands, the rest is called interrupted, and the run fails aloud."""
    broken = scenes["the funnel broken"]
    interrupted = ("MFN_RETURNS", "FBA_SHIPMENTS")
    standing = broken.standing_of(GOOD, "DE")
    assert {name for name in ALL if standing[name] == "unavailable interrupted"} == set(interrupted)
    assert standing["PERFORMANCE_V2"] == "fresh"
    assert sorted(broken.digests()) == [GOOD, FIFTH]
    assert [(run.status, run.error) for run in broken.runs] == [("FAILED", "InternalError")]
    assert broken.counted("Failures") == 0
