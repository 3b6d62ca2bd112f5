"""What is news after a run."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from goodstanding.core.health import AccountStatusChange, Change, HealthState, MetricChange, SourceChange, changes
from goodstanding.core.metrics import JudgedMetric, Metric, MetricSource, MetricStatus
from goodstanding.core.report_types import ReportType
from goodstanding.core.sources import Source, SourceState

KEY = (MetricSource.AMAZON, "late_shipment_rate", None)


def judged(status: str) -> JudgedMetric:
    """A figure of this standing."""
    return JudgedMetric(Metric("late_shipment_rate", None, MetricSource.AMAZON, Decimal(0)), MetricStatus(status))


def source(state: str) -> Source:
    """The feedback report in this state."""
    return Source(ReportType.FEEDBACK, SourceState(state), datetime(2026, 11, 20, tzinfo=UTC))


def after(*statuses: str) -> tuple[HealthState, tuple[Change, ...]]:
    """The state and the news after runs with these standings, one after the other."""
    state, news = HealthState(), ()
    for status in statuses:
        state, news = changes(state, [judged(status)], None, [])
    return state, news


@pytest.mark.parametrize(
    ("statuses", "is_news"),
    [
        (("bad",), True),
        (("warning",), True),
        (("good",), False),
        (("none",), False),
        (("unavailable",), False),
        (("bad", "bad"), False),
        (("warning", "bad"), True),
        (("bad", "warning"), True),
        (("bad", "good"), True),
        (("warning", "none"), True),
        (("good", "bad"), True),
        (("good", "none"), False),
        (("none", "good"), False),
        (("bad", "unavailable"), False),
        (("bad", "unavailable", "bad"), False),
        (("bad", "unavailable", "good"), True),
        (("good", "unavailable", "bad"), True),
    ],
)
def test_metric_is_news_when_it_gets_worse_or_recovers(statuses, is_news):
    """Standing trouble and missing figures are none."""
    _, news = after(*statuses)
    known = [status for status in statuses[:-1] if status != "unavailable"]
    before = MetricStatus(known[-1]) if known else None
    assert news == ((MetricChange(judged(statuses[-1]), before, MetricStatus(statuses[-1])),) if is_news else ())


def test_unavailable_metric_keeps_what_stood():
    """And one without a row does too."""
    state, _ = after("bad", "unavailable")
    assert state.metrics == {KEY: MetricStatus.BAD}
    assert changes(state, [], None, [])[0].metrics == {KEY: MetricStatus.BAD}
    assert after("unavailable")[0].metrics == {}


@pytest.mark.parametrize(
    ("before", "now", "is_news"),
    [
        (None, "NORMAL", False),
        (None, "AT_RISK", True),
        (None, None, False),
        ("NORMAL", "AT_RISK", True),
        ("AT_RISK", "AT_RISK", False),
        ("AT_RISK", "NORMAL", True),
        ("AT_RISK", None, False),
    ],
)
def test_account_status_is_news_when_it_changes(before, now, is_news):
    """An unknown one keeps the one that stood; a first one is news unless NORMAL."""
    state, news = changes(HealthState(account_status=before), [], now, [])
    assert news == ((AccountStatusChange(before, now),) if is_news else ())
    assert state.account_status == (now or before)


@pytest.mark.parametrize(
    ("before", "now", "is_news"),
    [
        (None, "fresh", False),
        (None, "empty", False),
        (None, "unavailable", True),
        (None, "stale", True),
        ("fresh", "empty", False),
        ("fresh", "stale", True),
        ("empty", "unavailable", True),
        ("stale", "unavailable", False),
        ("unavailable", "unavailable", False),
        ("unavailable", "fresh", True),
        ("stale", "empty", True),
    ],
)
def test_source_is_news_when_it_goes_missing_or_comes_back(before, now, is_news):
    """Stale and unavailable are both missing."""
    stood = {} if before is None else {ReportType.FEEDBACK: SourceState(before)}
    state, news = changes(HealthState(sources=stood), [], None, [source(now)])
    assert news == ((SourceChange(source(now), None if before is None else SourceState(before)),) if is_news else ())
    assert state.sources == {ReportType.FEEDBACK: SourceState(now)}


def test_each_run_has_its_revision_and_leaves_the_state_before_alone():
    """Optimistic locking needs both."""
    before = HealthState()
    state, _ = changes(before, [judged("bad")], "AT_RISK", [source("stale")])
    assert state.revision == 1
    assert before == HealthState()


def test_news_comes_in_reading_order():
    """The account first, then metrics, then sources."""
    _, news = changes(HealthState(), [judged("bad")], "AT_RISK", [source("stale")])
    assert [type(change) for change in news] == [AccountStatusChange, MetricChange, SourceChange]
