"""The daily digest."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from goodstanding.core.alerts import AlertKind, Severity, Topic
from goodstanding.core.health import AccountStatusChange, MetricChange, SourceChange
from goodstanding.core.marketplaces import by_country
from goodstanding.core.metrics import Condition, JudgedMetric, Metric, MetricSource, MetricStatus
from goodstanding.core.orders import Fulfillment
from goodstanding.core.report_types import ReportType
from goodstanding.core.requests.neutrality import Neutrality
from goodstanding.core.requests.tally import Tally
from goodstanding.core.sources import Source, SourceState
from goodstanding.core.texts.digest import MarketplaceDigest, RequestsDigest, digest

AS_OF = datetime(2026, 11, 20, 6, tzinfo=UTC)


def _row(
    status,
    *,
    metric="order_defect_rate",
    value="0.0123",
    target="0.01",
    fulfillment=Fulfillment.MFN,
    source=MetricSource.COMPUTED,
):
    return JudgedMetric(
        Metric(
            metric,
            fulfillment,
            source,
            None if value is None else Decimal(value),
            target=None if target is None else Decimal(target),
            condition=None if target is None else Condition.LESS_THAN,
        ),
        status,
    )


BAD = _row(MetricStatus.BAD)
GERMANY = MarketplaceDigest(
    marketplace=by_country("DE"),
    account_status="AT_RISK",
    metrics=[
        _row(MetricStatus.GOOD, metric="late_shipment_rate"),
        _row(MetricStatus.WARNING, metric="chargeback_rate", target=None),
        BAD,
    ],
    sources=[
        Source(ReportType.ALL_ORDERS, SourceState.FRESH, AS_OF),
        Source(ReportType.FEEDBACK, SourceState.STALE, AS_OF - timedelta(days=1), "report_fatal"),
    ],
    changes=[
        MetricChange(judged=BAD, before=MetricStatus.GOOD, now=MetricStatus.BAD),
        AccountStatusChange(before=None, now="AT_RISK"),
        AccountStatusChange(before="AT_RISK", now="DEACTIVATED"),
        MetricChange(judged=_row(MetricStatus.GOOD, source=MetricSource.AMAZON), before=None, now=MetricStatus.GOOD),
        SourceChange(source=Source(ReportType.FEEDBACK, SourceState.STALE, AS_OF), before=None),
    ],
)


def test_the_digest_says_what_is_bad_about_to_be_changed_and_missing():
    """One readable text, aligned, in this order."""
    message = digest("A2EXAMPLE00001", "en", AS_OF, [GERMANY]).message
    assert (
        message
        == """\
Account health on 20 November 2026
Seller A2EXAMPLE00001, as of 20 Nov 2026, 07:00 CET

2 bad, 1 about to be, 5 changed today, 1 missing.

BAD
  DE  Account status                     AT_RISK
  DE  Order defect rate, own fulfilment  1.23 %   target under 1 %  our own computation

ABOUT TO BE BAD
  DE  Chargeback rate, own fulfilment  1.23 %    our own computation

CHANGED TODAY
  DE  Order defect rate, own fulfilment (our own computation): good -> bad
  DE  Account status: not known -> AT_RISK
  DE  Account status: AT_RISK -> DEACTIVATED
  DE  Order defect rate, own fulfilment: not judged yet -> good
  DE  Seller feedback: new -> stale

WHAT IS MISSING
  DE  Seller feedback: Amazon could not create the report. The last one, of 19 Nov 2026, stays in force.

BY MARKETPLACE
  DE  account status AT_RISK; 1 bad, 1 warning, 1 good, 0 not known
"""
    )


def test_the_digest_says_how_feedback_requests_stand():
    """Before the line for each marketplace; nothing for a marketplace where no order was considered."""
    none = RequestsDigest(Tally(0, 0, 0, (), ()), Neutrality(0, 0, ()))
    some = RequestsDigest(Tally(2, 1, 5, (), ()), Neutrality(2, 0, ()))
    parts = [replace(GERMANY, requests=some), replace(GERMANY, marketplace=by_country("FR"), requests=none)]
    message = digest("A2EXAMPLE00001", "en", AS_OF, parts).message
    section = message.partition("FEEDBACK REQUESTS")[2].partition("\n\n")[0]
    assert (
        section
        == """\
 (orders of the last 60 days)
  DE  2 asked (1 in the last day), 5 waiting, 0 not asked
  DE  neutrality: known later of 2 asked: not known
  DE  neutrality: of 0 not asked: -; too few to tell"""
    )


def test_the_digest_is_one_message_of_its_day():
    """It goes to its own topic, once a day and seller, and is never an SMS."""
    alert = digest("A2EXAMPLE00001", "de", AS_OF, [GERMANY])
    assert (alert.key, alert.topic, alert.severity, alert.kind) == (
        "digest#2026-11-20",
        Topic.DIGEST,
        Severity.INFO,
        AlertKind.DIGEST,
    )
    assert (alert.marketplace, alert.order_id, alert.sms) == (None, None, None)
    assert (
        alert.subject == "Konto A2EXAMPLE00001 am 2026-11-20: 2 schlecht, 1 bald schlecht, 5 heute geaendert, 1 fehlt"
    )


def test_the_key_is_the_utc_date_whatever_the_offset():
    """The same instant written with another offset is the same digest."""
    local = AS_OF.astimezone(timezone(timedelta(hours=-12)))
    assert digest("A2EXAMPLE00001", "de", local, [GERMANY]) == digest("A2EXAMPLE00001", "de", AS_OF, [GERMANY])


def test_a_quiet_day_says_that_all_is_well():
    """No news is said in one line, with one line for each marketplace."""
    quiet = MarketplaceDigest(by_country("FR"), None, [_row(MetricStatus.GOOD)], [])
    alert = digest("A2EXAMPLE00001", "en", AS_OF, [quiet])
    assert alert.subject == "Account A2EXAMPLE00001 on 2026-11-20: all is well"
    assert "All is well." in alert.message
    assert "FR  account status not known; 0 bad, 0 warning, 1 good, 0 not known" in alert.message


def test_a_seller_without_marketplaces_has_a_digest_all_the_same():
    """Nothing to tell is told."""
    assert "all is well" in digest("A2EXAMPLE00001", "en", AS_OF, []).subject


def test_a_long_section_is_cut_and_says_so():
    """The e-mail stays readable; the report has the rest."""
    rows = [
        _row(MetricStatus.BAD, metric=f"policy_violations.kind_{number:02}", fulfillment=None) for number in range(45)
    ]
    message = digest("A2EXAMPLE00001", "en", AS_OF, [MarketplaceDigest(by_country("DE"), "NORMAL", rows, [])]).message
    assert "... and 5 more" in message


def test_amazons_figure_comes_before_ours():
    """Amazon's is what counts."""
    rows = [_row(MetricStatus.BAD), _row(MetricStatus.BAD, value="0.011", source=MetricSource.AMAZON)]
    ordered = MarketplaceDigest(by_country("DE"), "NORMAL", rows, []).standing(MetricStatus.BAD)
    assert [row.metric.source for row in ordered] == [MetricSource.AMAZON, MetricSource.COMPUTED]


def test_the_most_urgent_metric_comes_first():
    """Order defect rate before the rest, then the further from its target."""
    rows = [
        _row(MetricStatus.BAD, metric="invoice_defect_rate", value="0.06"),
        _row(MetricStatus.BAD, metric="a_to_z_claim_rate", value="0.9", target=None),
        _row(MetricStatus.BAD),
        _row(MetricStatus.BAD, metric="chargeback_rate", value=None),
    ]
    ordered = MarketplaceDigest(by_country("DE"), "NORMAL", rows, []).standing(MetricStatus.BAD)
    assert [row.metric.metric for row in ordered] == [
        "order_defect_rate",
        "invoice_defect_rate",
        "a_to_z_claim_rate",
        "chargeback_rate",
    ]
