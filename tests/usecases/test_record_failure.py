"""The funnel: a failure becomes a reason where the run finds it, and a message when nobody else would tell."""

import json
from datetime import UTC, datetime

import pytest

from goodstanding.contracts.tasks import RecordFailureInput
from goodstanding.core.fetches import FetchState
from goodstanding.usecases.record_failure import reason_of, record_failure

SELLER = "A2EXAMPLE00001"
AT = datetime(2026, 11, 20, 6, tzinfo=UTC)


@pytest.fixture
def record(here):
    """Record a failure; its reason, and what was counted."""

    def call(error="SpApiRefused", cause="{}", **where):
        counted = []
        request = RecordFailureInput(scheduled_at=AT, error=error, cause=cause, **where)
        answer = record_failure(request, here.health, here.ledger, here.registry, counted.append)
        assert counted == [{"Failures": 1}]
        return answer.reason

    return call


REPORT = {"seller_id": SELLER, "marketplace": "DE", "name": "feedback-1"}


def test_failed_report_is_on_record_and_told_by_nobody_yet(here, record):
    """The judgement of its marketplace tells of it."""
    here.planned(state=FetchState.REQUESTED)
    assert record(**REPORT) == "sp_api_refused"
    assert (here.fetch().state, here.fetch().reason) == (FetchState.FAILED, "sp_api_refused")
    assert here.ledger.unsent(SELLER) == ()


def test_first_reason_of_a_report_stands(here, record):
    """The outer machine knows less than the inner one."""
    here.planned(state=FetchState.REQUESTED)
    record("ReportFatal", **REPORT)
    record("States.TaskFailed", **REPORT)
    assert here.fetch().reason == "report_fatal"


@pytest.mark.parametrize("state", [FetchState.INGESTED, FetchState.NO_DATA])
def test_report_that_is_in_cannot_fail_any_more(here, record, state):
    """A late failure of its machine takes nothing away."""
    before = here.planned(state=state)
    record(**REPORT)
    assert here.fetch() == before


@pytest.mark.parametrize("marketplace", ["DE", None])
def test_failed_marketplace_or_seller_is_told_once(here, record, marketplace):
    """It has no judgement that could tell of it; a second failure of the day says nothing new."""
    where = {"seller_id": SELLER} | ({"marketplace": marketplace} if marketplace else {})
    record(**where)
    record("States.Timeout", **where)
    (alert,) = here.ledger.unsent(SELLER)
    assert alert.marketplace == marketplace
    assert "sp_api_refused" in alert.message


def test_failed_run_has_nobody_to_tell(here, record):
    """An EventBridge rule tells of it."""
    assert record("States.Timeout") == "timeout"
    assert here.ledger.entries == {}


@pytest.mark.parametrize(
    ("error", "cause", "reason"),
    [
        ("SellerNotAuthorized", "", "not_authorized"),
        ("States.TaskFailed", json.dumps({"Error": "ReportStuck", "Cause": "…"}), "report_stuck"),
        ("States.TaskFailed", json.dumps({"Error": "States.Timeout"}), "timeout"),
        ("Lambda.Unknown", "killed", "out_of_memory"),
        ("States.TaskFailed", "not JSON", "internal_error"),
        ("States.TaskFailed", "[1]", "internal_error"),
        ("KeyError", json.dumps({"errorMessage": "x"}), "internal_error"),
    ],
)
def test_error_has_one_stable_reason(error, cause, reason):
    """Whether it is named outside or inside of a nested execution's cause."""
    assert reason_of(error, cause) == reason
