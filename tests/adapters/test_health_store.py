"""Account health: in DynamoDB, and in the fake."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from goodstanding.adapters.dynamodb.alerts import DynamoAlertLedger
from goodstanding.adapters.dynamodb.health import DynamoHealthStore
from goodstanding.contracts.errors import Conflict
from goodstanding.core.alerts import Alert, AlertKind, Severity, Topic
from goodstanding.core.fetches import Fetch, FetchState, StoredDocument
from goodstanding.core.health import HealthState
from goodstanding.core.marketplaces import by_country
from goodstanding.core.metrics import Condition, JudgedMetric, Metric, MetricSource, MetricStatus, Window
from goodstanding.core.orders import Fulfillment
from goodstanding.core.report_types import ReportType
from goodstanding.core.sources import Source, SourceRecord, SourceState
from goodstanding.ports.alerts import AlertLedger
from goodstanding.ports.health import AmazonFigures, HealthStore
from tests.fakes.alerts import FakeAlertLedger
from tests.fakes.health import FakeHealthStore

SELLER = "A2EXAMPLE00001"
DE = by_country("DE")
DAY = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 6, tzinfo=UTC)

METRIC = Metric(
    metric="order_defect_rate",
    fulfillment=Fulfillment.MFN,
    source=MetricSource.AMAZON,
    value=Decimal("0.42857142857142855"),
    numerator=3,
    denominator=7,
    window=Window(date(2026, 9, 21), date(2026, 11, 19)),
    target=Decimal("0.01"),
    condition=Condition.LESS_THAN,
    amazon_status="GOOD",
)
BARE = Metric("account_health_rating", None, MetricSource.AMAZON, None, reason="not_available")
STATE = HealthState(
    1,
    "NORMAL",
    {(MetricSource.AMAZON, "order_defect_rate", Fulfillment.MFN): MetricStatus.BAD},
    {ReportType.FEEDBACK: SourceState.EMPTY},
)


def alert(key: str = "2026-11-20#a") -> Alert:
    """A critical alert."""
    return Alert(key, Topic.ALERTS, Severity.CRITICAL, AlertKind.METRIC_STATUS, "DE", None, "subject", "message", "sms")


@pytest.fixture
def ledger(is_fake, request, clock) -> AlertLedger:
    """The ledger that goes with the store, empty."""
    if is_fake:
        return FakeAlertLedger(clock)
    aws = request.getfixturevalue("aws")
    return DynamoAlertLedger(aws.client("dynamodb"), aws.names["HealthTable"], clock)


@pytest.fixture
def store(is_fake, request, ledger) -> HealthStore:
    """The store, empty."""
    if is_fake:
        return FakeHealthStore(ledger)
    aws = request.getfixturevalue("aws")
    return DynamoHealthStore(aws.client("dynamodb"), aws.names["HealthTable"])


def test_metrics_come_back_as_written_and_in_order(store):
    """Not a digit is lost between a report and the outputs."""
    rows = [JudgedMetric(METRIC, MetricStatus.WARNING), JudgedMetric(BARE, MetricStatus.UNAVAILABLE)]
    store.put_metrics(SELLER, DE, DAY, rows)
    assert list(store.metrics(SELLER, DE, DAY)) == rows


def test_metrics_of_a_day_are_replaced_whole(store):
    """A row that a second run of the day no longer has is gone."""
    store.put_metrics(
        SELLER, DE, DAY, [JudgedMetric(METRIC, MetricStatus.WARNING), JudgedMetric(BARE, MetricStatus.NONE)]
    )
    store.put_metrics(SELLER, DE, DAY, [JudgedMetric(METRIC, MetricStatus.BAD)])
    assert list(store.metrics(SELLER, DE, DAY)) == [JudgedMetric(METRIC, MetricStatus.BAD)]


def test_first_plan_of_a_run_stands(store):
    """A run that is started again follows its first plan, and sees how far it got."""
    first = [Fetch("all-orders-1", ReportType.ALL_ORDERS, AT, AT), Fetch("feedback-1", ReportType.FEEDBACK, AT, None)]
    assert list(store.plan(SELLER, DE, DAY, first)) == first
    stored = Fetch(
        "all-orders-1", ReportType.ALL_ORDERS, AT, AT, FetchState.STORED, "R1", AT, AT,
        StoredDocument("b", "k", "00", 12, "cp1252"), None,
    )  # fmt: skip
    store.put_fetch(SELLER, DE, DAY, stored)
    assert list(store.plan(SELLER, DE, DAY, [])) == [stored, first[1]]
    assert store.fetch(SELLER, DE, DAY, "feedback-1") == first[1]


def test_unknown_fetch_is_a_key_error(store):
    """A fetch nobody planned is a defect, not a default."""
    with pytest.raises(KeyError):
        store.fetch(SELLER, DE, DAY, "nothing-1")


def test_sources_and_figures_come_back_as_written(store):
    """What is known of a report survives the table."""
    record = SourceRecord(Source(ReportType.ALL_ORDERS, SourceState.STALE, AT, "report_fatal"), AT, "2026-11-19")
    figures = AmazonFigures(ReportType.PERFORMANCE_V2, "AT_RISK", (METRIC, BARE))
    store.put_source(SELLER, DE, record)
    store.put_amazon(SELLER, DE, figures)
    assert store.sources(SELLER, DE) == {ReportType.ALL_ORDERS: record}
    assert list(store.amazon(SELLER, DE)) == [figures]


def test_state_and_its_alerts_are_written_together(store, ledger):
    """No status changes without its alert, no alert stands without its status."""
    before = store.state(SELLER, DE)
    store.put_state(SELLER, DE, DAY, (before, STATE), [alert()])
    assert store.state(SELLER, DE) == STATE
    assert store.state_before(SELLER, DE, DAY) == before
    assert list(ledger.unsent(SELLER)) == [alert()]


def test_state_judged_by_somebody_else_is_a_conflict(store, ledger):
    """Two judges of one marketplace cannot both be first, and the loser plans nothing."""
    before = store.state(SELLER, DE)
    store.put_state(SELLER, DE, DAY, (before, STATE), [])
    with pytest.raises(Conflict):
        store.put_state(SELLER, DE, DAY, (before, STATE), [alert()])
    assert list(ledger.unsent(SELLER)) == []
