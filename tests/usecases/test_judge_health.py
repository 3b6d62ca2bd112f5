"""From facts to figures to alerts: what is settled, what is computed from what, and that a change is told once."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from goodstanding.contracts.errors import Conflict
from goodstanding.core.alerts import AlertKind, Severity
from goodstanding.core.fetches import FetchState
from goodstanding.core.metrics import MetricStatus
from goodstanding.core.orders import FeedbackFact, Fulfillment, OrderFacts, OrderStatus, ReturnFact
from goodstanding.core.report_types import DAILY_REPORTS, ReportType
from goodstanding.core.sources import SourceState
from goodstanding.ports.sellers import Seller
from goodstanding.usecases.judge_health import compute_metrics, judge_health
from tests.fakes.sellers import FakeSellerRegistry

SELLER = "A2EXAMPLE00001"
AT = datetime(2026, 11, 20, 6, tzinfo=UTC)
DAY = AT.date()


@pytest.fixture
def fetched(here, requests):
    """A day whose reports are all in: two orders, one with bad feedback."""
    fetches = [here.planned(f"{kind.name}-1", kind, state=FetchState.INGESTED, fetched_at=AT) for kind in DAILY_REPORTS]
    here.health.plans.clear()
    here.health.plan(SELLER, requests.marketplace, DAY, fetches)
    here.orders.put_orders(SELLER, requests.marketplace, [_order(1), _order(2)])
    here.orders.put_feedback(SELLER, requests.marketplace, str(DAY), [FeedbackFact(_order(1).order_id, 1, DAY)])
    return here


def _order(number: int) -> OrderFacts:
    at = AT - timedelta(days=20)
    return OrderFacts(
        f"302-0000000-000000{number}", at, at, OrderStatus.SHIPPED, Fulfillment.MFN, "Amazon.de", "DE",
        frozenset(), frozenset(),
    )  # fmt: skip


def compute(here, requests):
    """One call of the task."""
    return compute_metrics(requests.day(), here.health, here.orders, here.registry, here.conversations, here.deadlines)


def judge(here, requests):
    """One call of the task."""
    return judge_health(requests.day(), here.health, here.registry)


def defect_rate(here, requests):
    """The order defect rate of what the seller ships."""
    (row,) = (
        row
        for row in here.health.metrics(SELLER, requests.marketplace, DAY)
        if (row.metric.metric, row.metric.fulfillment) == ("order_defect_rate", Fulfillment.MFN)
    )
    return row


def lost(here, requests, kind: ReportType) -> None:
    """The day's report of this kind failed."""
    fetch = here.fetch(f"{kind.name}-1")
    failed = replace(fetch, state=FetchState.FAILED, reason="report_fatal")
    here.health.put_fetch(SELLER, requests.marketplace, DAY, failed)


def test_defects_are_counted_over_the_windows_orders(fetched, requests):
    """One order of two has bad feedback."""
    compute(fetched, requests)
    row = defect_rate(fetched, requests)
    assert (row.metric.numerator, row.metric.denominator, row.status) == (1, 2, MetricStatus.BAD)


def test_order_with_two_defects_counts_once(fetched, requests):
    """Feedback and a claim of the same order are one defective order."""
    claim = ReturnFact(_order(1).order_id, "R1", DAY, a_to_z_claim=True)
    fetched.orders.put_returns(SELLER, requests.marketplace, [claim], AT)
    compute(fetched, requests)
    assert defect_rate(fetched, requests).metric.numerator == 1


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (ReportType.ALL_ORDERS, "orders_unavailable"),
        (ReportType.FEEDBACK, "feedback_unavailable"),
        (ReportType.MFN_RETURNS, "returns_unavailable"),
    ],
)
def test_rate_without_one_of_its_reports_is_unavailable(fetched, requests, kind, reason):
    """Nothing is said to be good because a report is missing."""
    lost(fetched, requests, kind)
    compute(fetched, requests)
    rates = [
        row
        for row in fetched.health.metrics(SELLER, requests.marketplace, DAY)
        if row.metric.metric == "order_defect_rate" and row.metric.denominator != 0
    ]
    assert {(row.status, row.metric.value) for row in rates} == {(MetricStatus.UNAVAILABLE, None)}
    assert reason in {row.metric.reason for row in rates}


def test_report_that_failed_today_is_stale_and_its_coverage_stands(fetched, requests):
    """Tomorrow's request begins where the last good one ended."""
    compute(fetched, requests)
    tomorrow = requests.day().model_copy(update={"scheduled_at": AT + timedelta(days=1)})
    fetch = replace(fetched.fetch("ALL_ORDERS-1"), state=FetchState.FAILED, reason="report_stuck")
    fetched.health.plan(SELLER, requests.marketplace, date(2026, 11, 21), [fetch])
    compute_metrics(
        tomorrow, fetched.health, fetched.orders, fetched.registry, fetched.conversations, fetched.deadlines
    )
    record = fetched.health.sources(SELLER, requests.marketplace)[ReportType.ALL_ORDERS]
    assert (record.source.state, record.source.reason, record.covered_until) == (SourceState.STALE, "report_stuck", AT)


def test_change_is_told_once(fetched, requests):
    """The first judgement plans its alert; another of the same day finds nothing new."""
    compute(fetched, requests)
    first = judge(fetched, requests)
    planned = fetched.ledger.planned_on(SELLER, DAY)
    assert (first.changes > 0, first.alerts) == (True, len(planned))
    again = judge(fetched, requests)
    assert (again.changes, again.alerts) == (0, 0)
    assert fetched.ledger.planned_on(SELLER, DAY) == planned


def test_second_judgement_of_a_day_tells_what_is_new_only(fetched, requests):
    """A report that came late may change the standing again: its alert has a key of its own."""
    lost(fetched, requests, ReportType.FEEDBACK)
    compute(fetched, requests)
    judge(fetched, requests)
    early = {alert.key for alert in fetched.ledger.planned_on(SELLER, DAY)}
    fetch = fetched.fetch("FEEDBACK-1")
    in_now = replace(fetch, state=FetchState.INGESTED, reason=None)
    fetched.health.put_fetch(SELLER, requests.marketplace, DAY, in_now)
    compute(fetched, requests)
    answer = judge(fetched, requests)
    late = [alert for alert in fetched.ledger.planned_on(SELLER, DAY) if alert.key not in early]
    assert answer.alerts == len(late)
    assert [alert.kind for alert in late if alert.severity is Severity.CRITICAL] == [AlertKind.METRIC_STATUS]


@dataclass
class OvertakingRegistry(FakeSellerRegistry):
    """While somebody asks for the seller, somebody else judges."""

    overtake: Callable[[], object] = field(default=lambda: None)

    def get(self, seller_id: str) -> Seller:
        """The seller, a moment later."""
        self.overtake()
        return super().get(seller_id)


def test_judge_who_was_overtaken_plans_nothing(fetched, requests):
    """Two judges at once: the first one's standing and alerts stand, the other one's retry finds nothing new."""
    compute(fetched, requests)
    slow = OvertakingRegistry(fetched.registry.sellers, overtake=lambda: judge(fetched, requests))
    with pytest.raises(Conflict):
        judge_health(requests.day(), fetched.health, slow)
    planned = fetched.ledger.planned_on(SELLER, DAY)
    assert len({alert.key for alert in planned}) == len(planned) > 0
    assert judge_health(requests.day(), fetched.health, slow).changes == 0
    assert fetched.ledger.planned_on(SELLER, DAY) == planned
