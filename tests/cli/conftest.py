"""An outcome as a run would leave it, small but with one of everything."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from goodstanding.core.marketplaces import by_country
from goodstanding.core.metrics import Condition, JudgedMetric, Metric, MetricSource, MetricStatus, Window
from goodstanding.core.orders import Fulfillment
from goodstanding.core.report_types import ReportType
from goodstanding.core.requests.delivery import EstimateSource
from goodstanding.core.requests.record import Reason, RequestRecord, RequestState
from goodstanding.core.requests.window import RequestWindow
from goodstanding.core.sources import Source, SourceState
from local.dossiers import Dossier, Event
from local.outcome import MarketplaceOutcome, Message, Outcome, SellerOutcome

AS_OF = datetime(2026, 11, 20, 6, tzinfo=UTC)
DEFECTS = Metric(
    metric="order_defect_rate",
    fulfillment=Fulfillment.MFN,
    source=MetricSource.AMAZON,
    value=Decimal("0.012295081967213115"),
    numerator=3,
    denominator=244,
    window=Window(date(2026, 9, 8), date(2026, 11, 6)),
    target=Decimal("0.01"),
    condition=Condition.LESS_THAN,
    amazon_status="BAD",
)
TRACKING = Metric(
    metric="valid_tracking_rate",
    fulfillment=None,
    source=MetricSource.AMAZON,
    value=Decimal("0.955"),
    target=Decimal("0.95"),
    condition=Condition.GREATER_THAN,
)
CHARGEBACKS = Metric("chargeback_rate", Fulfillment.AFN, MetricSource.COMPUTED, None, reason="no_mail_source")
VIOLATIONS = Metric(
    "policy_violations.document_requests",
    None,
    MetricSource.AMAZON,
    Decimal(0),
    target=Decimal(0),
    condition=Condition.EQUALS,
)


def message(**changes):
    """A published alert."""
    values = {
        "at": AS_OF + timedelta(minutes=4),
        "seller_id": "A2EXAMPLE00001",
        "topic": "alerts",
        "severity": "critical",
        "kind": "metric_status",
        "marketplace": "DE",
        "order_id": None,
        "subject": "DE: bad",
        "message": "Order defect rate\n",
        "sms": "DE: bad. See e-mail.",
    }
    return Message(**(values | changes))


def outcome_of(*marketplaces, language="en", messages=(), **changes):
    """An outcome with one seller."""
    return Outcome(AS_OF, [SellerOutcome("A2EXAMPLE00001", language, marketplaces)], messages, **changes)


def a_request(number, state, reason=None, **more):
    """One order's request."""
    opens_at = AS_OF - timedelta(days=10)
    window = RequestWindow(opens_at, opens_at + timedelta(days=2), opens_at + timedelta(days=25))
    order_id = f"302-0000000-{number:07}"
    return RequestRecord(order_id, window, EstimateSource.FALLBACK, state=state, reason=reason, **more)


def place(country, metrics=(), sources=(), status="NORMAL", **more):
    """One marketplace."""
    return MarketplaceOutcome(by_country(country), status, sources, metrics, **more)


@pytest.fixture
def outcome():
    """One seller, two marketplaces, one of every status and state."""
    sent, left_out, planned = (
        a_request(1, RequestState.SENT, sent_at=AS_OF),
        a_request(2, RequestState.EXCLUDED, Reason.EXCLUDED_SKU),
        a_request(3, RequestState.PLANNED, Reason.DAILY_CAP, next_at=AS_OF + timedelta(days=1)),
    )
    germany = place(
        "DE",
        [
            JudgedMetric(DEFECTS, MetricStatus.BAD),
            JudgedMetric(TRACKING, MetricStatus.WARNING),
            JudgedMetric(CHARGEBACKS, MetricStatus.UNAVAILABLE),
            JudgedMetric(VIOLATIONS, MetricStatus.GOOD),
        ],
        [
            Source(ReportType.PERFORMANCE_V2, SourceState.FRESH, AS_OF),
            Source(ReportType.FEEDBACK, SourceState.EMPTY, AS_OF),
        ],
        "AT_RISK",
        requests=[sent, left_out, planned],
        orders=[Dossier(sent.order_id, [Event(AS_OF - timedelta(days=20), "status", {"status": "shipped"})])],
    )
    france = place("FR", (), [Source(ReportType.MFN_RETURNS, SourceState.UNAVAILABLE, None, "report_fatal")], None)
    digest = message(topic="digest", kind="digest", severity="info", marketplace=None, subject="Digest", sms=None)
    return outcome_of(germany, france, messages=[message(), digest])
