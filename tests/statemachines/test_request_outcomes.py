"""Who was asked, and what people were told, after each kind of trouble of the hourly run."""

from datetime import UTC, datetime

import pytest

from goodstanding.core.requests.record import Reason, RequestState
from local.sp_api.limits import Operation
from tests.local.openapi import assert_valid_calls, needs_models
from tests.statemachines.reports import ORDER_IDS
from tests.statemachines.scenes import ASKING, FIFTH, FOURTH, GOOD, LOOK, OTHER, POST, SCENES

ASKED = [name for name in SCENES if name.startswith("asking")]
TOO_OLD, *DUE = ORDER_IDS
AUTHORIZATION = ("authorization", "critical", None)
FAILED = ("source", "warning", None)


def standing(seen, seller, country="DE"):
    """Each order's state."""
    return {order_id: record.state for order_id, record in seen.requests[seller, country].items()}


def accepted(seen, seller):
    """The orders whose buyers were asked, as often as they were; a POST whose answer was lost reached Amazon too."""
    posts = [call for call in seen.calls if call.operation is POST and call.seller == seller]
    return sorted(str(call.params["id"]) for call in posts if call.status in {201, None})


def lasting(then):
    """All items, but for how far the Orders API was read and what is left of its rate."""
    return {
        table: {key: item for key, item in items.items() if key[1] != "CURSOR" and not key[1].startswith("PACE#")}
        for table, items in then.tables.items()
    }


ALL_SENT = {TOO_OLD: RequestState.WINDOW_CLOSED} | dict.fromkeys(DUE, RequestState.SENT)
ALL_PLANNED = ALL_SENT | dict.fromkeys(DUE, RequestState.PLANNED)


def test_good_hour_asks_whoever_is_due_and_nobody_before_the_hour(scenes):
    """It is eleven in Germany; in the USA it is night, and the same orders wait. What is over is over, and says so."""
    good = scenes["asking"]
    assert standing(good, GOOD) == ALL_SENT
    assert standing(good, OTHER, "US") == ALL_PLANNED
    assert good.requests[GOOD, "DE"][TOO_OLD].reason is Reason.TOO_LATE
    assert accepted(good, GOOD) == sorted(DUE)
    assert accepted(good, OTHER) == []
    assert {record.sent_at for record in good.requests[GOOD, "DE"].values()} == {None, ASKING}


def test_same_hour_again_changes_nothing_and_asks_nothing(scenes):
    """Neither an item of the tables, nor a call of Amazon, nor a message."""
    *_, first, second = scenes["asking"].standings
    assert lasting(first) == lasting(second)
    assert first.published == second.published
    asked = [call.at for call in scenes["asking"].calls if call.operation in {LOOK, POST}]
    assert set(asked) == {ASKING}


def test_faults_that_pass_lose_no_order_and_ask_nobody_twice(scenes):
    """Six faults in a row of every task, Amazon throttled and down, and an answer lost: all are asked within minutes, once."""
    passing = scenes["asking with passing faults"]
    assert standing(passing, GOOD) == ALL_SENT
    assert accepted(passing, GOOD) == sorted(DUE)
    reasons = sorted(str(passing.requests[GOOD, "DE"][order_id].reason) for order_id in DUE)
    assert reasons == ["None", "None", Reason.ANSWER_LOST]
    assert passing.counted("Failures") == 0
    assert passing.alerts(GOOD) == scenes["asking"].alerts(GOOD)


def test_batches_that_run_out_of_time_hand_over_what_is_left(scenes):
    """Planning and sending go on where they stopped."""
    slow = scenes["asking slowly"]
    assert standing(slow, GOOD) == ALL_SENT
    assert accepted(slow, GOOD) == sorted(DUE)


def test_seller_whom_amazon_refuses_stops_at_the_first_order_and_is_told(scenes):
    """One look, no post, one critical alert (said twice and marked, for SNS's answer was lost); the orders wait."""
    slow = scenes["asking slowly"]
    looks = [call for call in slow.calls if call.operation is LOOK and call.seller == OTHER]
    assert len(looks) == 1
    assert standing(slow, OTHER) == ALL_PLANNED
    told = [one for one in slow.published if one.attributes.get("kind") == "authorization"]
    assert [one.attributes["seller_id"] for one in told] == [OTHER, OTHER]
    assert [(one.subject or "").startswith("Wiederholung? ") for one in told] == [False, True]
    assert AUTHORIZATION in slow.alerts(OTHER)


def test_broken_region_costs_neither_another_region_nor_another_seller(scenes):
    """Planning breaks off in one region, sending in another: each is told, and who is left is asked."""
    broken = scenes["asking with everything broken"]
    assert standing(broken, GOOD) == ALL_PLANNED
    assert standing(broken, FIFTH, "SE") == ALL_SENT
    assert accepted(broken, FIFTH) == sorted(DUE)
    assert [alert for alert in broken.alerts(GOOD) if alert == FAILED] == [FAILED, FAILED]
    told = [one.messages["default"] for one in broken.published if one.attributes.get("kind") == "source"]
    assert [region for region in ("EU", "NA", "FE") if any(region in text for text in told)] == ["EU", "NA"]


def test_dates_that_cannot_be_read_keep_nobody_from_being_asked(scenes):
    """Promises make the date better; nothing waits for them."""
    failed = {step.state for step in scenes["asking with everything broken"].steps if step.kind == "caught"}
    assert "Read promises" in failed
    assert standing(scenes["asking with everything broken"], FIFTH, "SE") == ALL_SENT


def test_run_that_cannot_be_isolated_fails_and_is_told(scenes):
    """Without a list, and without its manifest; broken sellers before did not make it fail."""
    broken = scenes["asking with everything broken"]
    assert [(run.status, run.error) for run in broken.runs[1:]] == [
        ("SUCCEEDED", None),
        ("FAILED", "InternalError"),
        ("FAILED", "States.ItemReaderFailed"),
    ]
    told = [one.at for one in broken.published if "ended as FAILED" in one.messages["default"]]
    assert [at.replace(minute=0, second=0, microsecond=0) for at in told] == [
        datetime(2026, 11, 26, hour, tzinfo=UTC) for hour in (11, 12)
    ]


def test_failures_are_counted_where_they_are_recorded(scenes):
    """Regions, sellers and runs."""
    broken = scenes["asking with everything broken"]
    recorded = [step.state for step in broken.steps if step.kind == "entered" and step.state.startswith("Record the")]
    assert broken.counted("Failures") == len(recorded)
    assert set(recorded) == {"Record the failed region", "Record the failed seller", "Record the failed run"}


def test_broken_funnel_still_costs_no_other(scenes):
    """When not even failures can be recorded, who is left is asked, and nothing is lost of the others."""
    broken = scenes["asking with the funnel broken"]
    assert standing(broken, FIFTH, "SE") == ALL_SENT
    assert standing(broken, GOOD) == ALL_PLANNED
    assert broken.counted("Failures") == 0


@pytest.mark.parametrize("seller", [OTHER, FOURTH])
def test_failed_sellers_trouble_is_planned_for_the_next_run(scenes, seller):
    """What could not be sent now is not lost."""
    items = scenes["asking with everything broken"].standings[1].tables["HealthTable"]
    waiting = [key for partition, key in items if partition == seller and key.startswith("UNSENT#2026-11-26#failure")]
    assert len(waiting) == 1


@needs_models
@pytest.mark.parametrize("name", ASKED)
def test_calls_are_of_amazons_models(scenes, name):
    """What is asked and what is answered, whatever goes wrong besides."""
    calls = scenes[name].calls
    assert {Operation.SEARCH_ORDERS, LOOK, POST} <= {call.operation for call in calls}
    assert_valid_calls(calls)
