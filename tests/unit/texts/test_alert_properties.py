"""Whatever changed, the messages can be sent."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from goodstanding.core.alerts import Severity
from goodstanding.core.health import AccountStatusChange, MetricChange, SourceChange
from goodstanding.core.marketplaces import MARKETPLACES
from goodstanding.core.metrics import Condition, JudgedMetric, Metric, MetricSource, MetricStatus, Window
from goodstanding.core.orders import Fulfillment
from goodstanding.core.report_types import ReportType
from goodstanding.core.sources import Source, SourceState
from goodstanding.core.texts.alerts import alerts_for
from goodstanding.core.texts.failures import repeated
from goodstanding.core.texts.limits import SMS_LENGTH, SUBJECT_LENGTH, is_gsm, septets
from goodstanding.core.texts.metric_words import METRICS

NAMES = st.sampled_from(sorted(METRICS)) | st.text(min_size=1).map("policy_violations.{}".format) | st.text(min_size=1)
FIGURES = st.none() | st.decimals(0, 1000, places=9)
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
COUNTS = st.none() | st.integers(0, 10**9)
METRIC = st.builds(
    Metric,
    metric=NAMES,
    fulfillment=st.none() | st.sampled_from(Fulfillment),
    source=st.sampled_from(MetricSource),
    value=FIGURES,
    numerator=COUNTS,
    denominator=COUNTS,
    window=st.none() | st.builds(Window, DAYS, DAYS),
    target=FIGURES,
    condition=st.none() | st.sampled_from(Condition),
    amazon_status=st.none() | st.text(),
    reason=st.none() | st.text(),
)
STATUSES = st.sampled_from(MetricStatus)
STATES = st.sampled_from(SourceState)
REASONS = st.sampled_from([None, "not_authorized", "not_authorized: 403", "damaged", "{odd}"]) | st.text()


@st.composite
def _metric_changes(draw):
    now = draw(STATUSES)
    return MetricChange(judged=JudgedMetric(draw(METRIC), now), before=draw(st.none() | STATUSES), now=now)


@st.composite
def _source_changes(draw):
    source = Source(draw(st.sampled_from(ReportType)), draw(STATES), draw(st.none() | st.datetimes()), draw(REASONS))
    return SourceChange(source=source, before=draw(st.none() | STATES))


ACCOUNTS = st.builds(AccountStatusChange, before=st.none() | st.text(), now=st.text())
CHANGES = st.lists(_metric_changes() | _source_changes(), max_size=8).flatmap(
    lambda changes: st.lists(ACCOUNTS, max_size=1).map(lambda accounts: [*changes, *accounts])
)


@given(CHANGES, st.sampled_from(MARKETPLACES), DAYS, st.sampled_from(["de", "en"]))
def test_whatever_changed_can_be_sent(changes, marketplace, run_on, language):
    """Distinct keys, subjects that SNS takes, SMS exactly for critical alerts and within their length, repeats too."""
    alerts = alerts_for(changes, seller_id="A2EXAMPLE00001", marketplace=marketplace, run_on=run_on, language=language)
    assert len({alert.key for alert in alerts}) == len(alerts)
    for alert in (*alerts, *(repeated(alert, language) for alert in alerts)):
        assert alert.subject.isascii()
        assert alert.subject.isprintable()
        assert 0 < len(alert.subject) <= SUBJECT_LENGTH
        assert (alert.sms is not None) == (alert.severity is Severity.CRITICAL)
        if alert.sms is not None:
            assert is_gsm(alert.sms)
            assert septets(alert.sms) <= SMS_LENGTH
    assert alerts == alerts_for(
        changes, seller_id="A2EXAMPLE00001", marketplace=marketplace, run_on=run_on, language=language
    )


def test_figures_of_any_size_are_shown():
    """A value far beyond its target is no problem."""
    metric = Metric("order_defect_rate", None, MetricSource.AMAZON, Decimal(10) ** 9, target=Decimal("1E-9"))
    (alert,) = alerts_for(
        [MetricChange(judged=JudgedMetric(metric, MetricStatus.BAD), before=None, now=MetricStatus.BAD)],
        seller_id="A2EXAMPLE00001",
        marketplace=MARKETPLACES[0],
        run_on=date(2026, 11, 20),
        language="en",
    )
    assert "100,000,000,000 %" in alert.message
