"""What people are told when something changes."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from goodstanding.core.alerts import AlertKind, Severity, Topic
from goodstanding.core.health import AccountStatusChange, MetricChange, SourceChange
from goodstanding.core.marketplaces import by_country
from goodstanding.core.metrics import Condition, JudgedMetric, Metric, MetricSource, MetricStatus, Window
from goodstanding.core.orders import Fulfillment
from goodstanding.core.report_types import ReportType
from goodstanding.core.sources import Source, SourceState
from goodstanding.core.texts import metric_lines
from goodstanding.core.texts.alerts import alerts_for
from goodstanding.core.texts.limits import SMS_LENGTH, is_gsm, septets

ODR = Metric(
    metric="order_defect_rate",
    fulfillment=Fulfillment.MFN,
    source=MetricSource.AMAZON,
    value=Decimal("0.0123"),
    numerator=3,
    denominator=244,
    window=Window(date(2026, 9, 21), date(2026, 11, 19)),
    target=Decimal("0.01"),
    condition=Condition.LESS_THAN,
    amazon_status="BAD",
)
RATING = Metric("account_health_rating", None, MetricSource.AMAZON, Decimal(150))
VIOLATIONS = Metric(
    "policy_violations.listing_policy_violations",
    None,
    MetricSource.AMAZON,
    Decimal(2),
    target=Decimal(0),
    condition=Condition.EQUALS,
)
FETCHED = datetime(2026, 11, 18, 23, 30, tzinfo=UTC)


def _change(metric, before, now):
    return MetricChange(judged=JudgedMetric(metric, now), before=before, now=now)


def _source(state, reason=None, before=SourceState.FRESH, report=ReportType.FEEDBACK, fetched_at=None):
    return SourceChange(source=Source(report, state, fetched_at, reason), before=before)


def _alerts(*changes, language="en"):
    return alerts_for(
        changes, seller_id="A2EXAMPLE00001", marketplace=by_country("DE"), run_on=date(2026, 11, 20), language=language
    )


def test_no_change_makes_no_alert():
    """What stands is not said again."""
    assert _alerts() == ()


def test_a_metric_turned_bad_is_critical_and_says_everything():
    """The alert has value, counts, target, window, whose figure, what it was before and what to do; the SMS the essence."""
    (alert,) = _alerts(_change(ODR, MetricStatus.GOOD, MetricStatus.BAD))
    assert (alert.key, alert.topic, alert.severity, alert.kind, alert.marketplace, alert.order_id) == (
        "metric_status#DE#2026-11-20#critical",
        Topic.ALERTS,
        Severity.CRITICAL,
        AlertKind.METRIC_STATUS,
        "DE",
        None,
    )
    assert alert.subject == "DE: bad: Order defect rate, own fulfilment 1.23 %"
    for part in (
        "Seller A2EXAMPLE00001, marketplace DE, run of 20 November 2026",
        "* Order defect rate, own fulfilment",
        "Value       1.23 % (3 of 244 orders)",
        "Target      under 1 %",
        "Window      21 Sep 2026 to 19 Nov 2026",
        "Figure of   Amazon (Amazon says: BAD)",
        "Before      good",
        "What to do  Answer open A-to-z claims",
    ):
        assert part in alert.message
    assert alert.sms == "DE: Order defect rate, own fulfilment 1.23 %, target < 1 %. See e-mail."


def test_german_alerts_are_german():
    """The seller's language decides; subjects are written without umlauts."""
    (alert,) = _alerts(_change(ODR, None, MetricStatus.BAD), language="de")
    assert alert.subject == "DE: schlecht: Rate an Bestellmaengeln, eigener Versand 1,23 %"
    assert "Vorher    noch nicht beurteilt" in alert.message
    assert alert.sms == "DE: Rate an Bestellmängeln, eigener Versand 1,23 %, Ziel < 1 %. Siehe E-Mail."


def test_changes_of_one_severity_make_one_alert_led_by_the_worst():
    """Many bad metrics are one message; the one that matters most is in subject and SMS."""
    (alert,) = _alerts(
        _change(VIOLATIONS, MetricStatus.GOOD, MetricStatus.BAD), _change(ODR, MetricStatus.GOOD, MetricStatus.BAD)
    )
    assert alert.subject == "DE: bad: Order defect rate, own fulfilment 1.23 % (+1 more)"
    assert "* Listing policy violations\n  Value       2\n  Target      exactly 0" in alert.message
    assert alert.sms == "DE: Order defect rate, own fulfilment 1.23 %, target < 1 % (+1 more). See e-mail."


def test_a_step_is_said_once_for_two_figures_of_a_metric():
    """Amazon's figure and ours call for the same."""
    ours = replace(ODR, source=MetricSource.COMPUTED)
    (alert,) = _alerts(
        _change(ours, MetricStatus.GOOD, MetricStatus.BAD), _change(ODR, MetricStatus.GOOD, MetricStatus.BAD)
    )
    assert alert.message.count("Answer open A-to-z claims") == 1


def test_each_severity_has_its_own_alert_the_loudest_first():
    """Bad, warning and recovery are told apart by people's filters."""
    alerts = _alerts(
        _change(ODR, MetricStatus.BAD, MetricStatus.GOOD),
        _change(RATING, MetricStatus.GOOD, MetricStatus.WARNING),
        _change(VIOLATIONS, MetricStatus.GOOD, MetricStatus.BAD),
    )
    assert [(alert.severity, alert.sms is None) for alert in alerts] == [
        (Severity.CRITICAL, False),
        (Severity.WARNING, True),
        (Severity.INFO, True),
    ]
    assert "What to do" not in alerts[2].message


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (MetricStatus.BAD, MetricStatus.UNAVAILABLE),
        (None, MetricStatus.GOOD),
        (MetricStatus.UNAVAILABLE, MetricStatus.GOOD),
    ],
)
def test_what_is_no_news_makes_no_alert(before, now):
    """A metric that became unknown is told by its missing report; a good one that was never otherwise is no news."""
    assert _alerts(_change(ODR, before, now)) == ()


def test_a_bad_score_without_target_has_an_sms_without_target():
    """No target is invented."""
    (alert,) = _alerts(_change(RATING, MetricStatus.GOOD, MetricStatus.BAD))
    assert alert.sms == "DE: Account health rating 150. See e-mail."


@pytest.mark.parametrize(
    ("now", "step"),
    [("NORMAL", "Nothing more"), ("AT_RISK", "Today, look"), ("DEACTIVATED", "plan of action")],
)
def test_a_changed_account_status_is_always_critical(now, step):
    """Amazon's account status is worth an SMS whichever way it turns."""
    (alert,) = _alerts(AccountStatusChange(before="AT_RISK", now=now))
    assert (alert.severity, alert.kind) == (Severity.CRITICAL, AlertKind.ACCOUNT_STATUS)
    assert step in alert.message
    assert alert.sms == f"DE: account status now {now} (was AT_RISK). See e-mail."


def test_missing_reports_are_one_warning_with_reasons_and_what_is_used_instead():
    """Each missing report says why; a stale one says of which marketplace-local day the figures are."""
    (alert,) = _alerts(
        _source(SourceState.STALE, "report_fatal", fetched_at=FETCHED),
        _source(SourceState.UNAVAILABLE, None, None, ReportType.ALL_ORDERS),
    )
    assert (alert.severity, alert.kind, alert.sms) == (Severity.WARNING, AlertKind.SOURCE, None)
    assert alert.subject == "DE: report missing: Seller feedback (+1 more)"
    assert "Seller feedback: Amazon could not create the report. The last one, of 19 Nov 2026, stays" in alert.message
    assert "* All orders: not known." in alert.message


def test_a_report_that_is_back_is_for_the_record():
    """Recovery is information."""
    (alert,) = _alerts(_source(SourceState.FRESH, before=SourceState.UNAVAILABLE))
    assert (alert.severity, alert.subject) == (Severity.INFO, "DE: report is back: Seller feedback")
    assert alert.key == "source#DE#2026-11-20#info"


def test_a_report_turned_empty_is_no_news():
    """No data is a state of good health."""
    assert _alerts(_source(SourceState.EMPTY)) == ()


def test_refused_access_is_one_critical_alert_that_asks_to_authorise_again():
    """All reports that one refusal took along are in one message, not in source alerts beside it."""
    (alert,) = _alerts(
        _source(SourceState.UNAVAILABLE, "not_authorized"),
        _source(SourceState.STALE, "not_authorized", report=ReportType.ALL_ORDERS),
    )
    assert (alert.severity, alert.kind) == (Severity.CRITICAL, AlertKind.AUTHORIZATION)
    assert "Authorise the application again" in alert.message
    assert "* Seller feedback\n* All orders" in alert.message
    assert alert.sms == "DE: Amazon refuses access for A2EXAMPLE00001. Please authorise again. See e-mail."


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_alert_fits_its_channels(language):
    """Subjects are short ASCII, SMS are short GSM-7 and there exactly for critical alerts, and no place is left unfilled."""
    alerts = _alerts(
        AccountStatusChange(before=None, now="AT_RISK"),
        _source(SourceState.UNAVAILABLE, "not_authorized"),
        _source(SourceState.UNAVAILABLE, "damaged", report=ReportType.ALL_ORDERS),
        _source(SourceState.FRESH, before=SourceState.STALE, report=ReportType.MFN_RETURNS),
        *(_change(ODR, MetricStatus.GOOD, status) for status in MetricStatus),
        _change(ODR, MetricStatus.BAD, MetricStatus.GOOD),
        language=language,
    )
    assert len({alert.key for alert in alerts}) == len(alerts) == 7
    for alert in alerts:
        assert alert.subject.isascii()
        assert len(alert.subject) < 100
        assert "{" not in alert.message + alert.subject
        assert (alert.sms is not None) == (alert.severity is Severity.CRITICAL)
        if alert.sms is not None:
            assert is_gsm(alert.sms)
            assert septets(alert.sms) <= SMS_LENGTH


def test_a_figure_that_is_not_known_is_said_in_words():
    """Nothing is shown as zero that is unknown."""
    unknown = Metric("order_defect_rate", None, MetricSource.COMPUTED, None, reason="no_orders")
    assert metric_lines.value(unknown, "de") == "nicht bekannt"
    assert "Reason     no orders in the window" in metric_lines.block(
        JudgedMetric(unknown, MetricStatus.UNAVAILABLE), MetricStatus.GOOD, "en"
    )
