"""What a figure means."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from goodstanding.core.judge import MARGIN, MARGIN_RULE, judge, with_policy_target
from goodstanding.core.metrics import Condition, Metric, MetricSource, MetricStatus
from goodstanding.core.policy import PolicyPack
from goodstanding.policy.loader import load

LESS, GREATER, EQUALS = Condition.LESS_THAN, Condition.GREATER_THAN, Condition.EQUALS


def metric(value: str | None, target: str | None, condition: Condition | None, word: str | None = None) -> Metric:
    """One of Amazon's figures."""
    return Metric(
        "late_shipment_rate",
        None,
        MetricSource.AMAZON,
        None if value is None else Decimal(value),
        target=None if target is None else Decimal(target),
        condition=condition,
        amazon_status=word,
    )


@pytest.mark.parametrize(
    ("value", "target", "condition", "word", "status"),
    [
        (None, "0.01", LESS, "BAD", "unavailable"),
        (None, None, None, None, "unavailable"),
        ("0.001", "0.01", LESS, "BAD", "bad"),
        ("0.5", None, None, "bad", "bad"),
        ("0.02", "0.01", LESS, None, "bad"),
        ("0.02", "0.01", LESS, "NONE", "bad"),
        ("0.02", "0.01", LESS, "AT_RISK", "bad"),
        ("0.02", "0.01", LESS, "GOOD", "warning"),
        ("0.43", "0.97", GREATER, "GOOD", "warning"),
        ("0.01", "0.01", LESS, None, "bad"),
        ("0.90", "0.90", GREATER, None, "bad"),
        ("1", "0", EQUALS, None, "bad"),
        ("0", "0", EQUALS, None, "good"),
        ("0.008", "0.01", LESS, "GOOD", "warning"),
        ("0.0079999", "0.01", LESS, "GOOD", "good"),
        ("0.9199999", "0.90", GREATER, None, "warning"),
        ("0.92", "0.90", GREATER, None, "good"),
        ("0.001", "0.01", LESS, "AT_RISK", "warning"),
        ("0.001", "0.01", LESS, "at risk of deactivation", "warning"),
        ("0.001", "0.01", LESS, " WARNED ", "warning"),
        ("250", None, None, "WARNED", "warning"),
        ("0.001", "0.01", LESS, "POOR", "good"),
        ("0.001", "0.01", LESS, None, "good"),
        ("428", None, None, "GREAT", "none"),
        ("0.5", "0.01", None, "GOOD", "none"),
        ("0.5", None, LESS, None, "none"),
    ],
)
def test_first_rule_that_applies_decides(value, target, condition, word, status):
    """No value, Amazon's BAD, the target, Amazon's warning, the margin, the target met, no target."""
    assert judge(metric(value, target, condition, word)) == status


def test_computed_rates_are_compared_without_rounding():
    """A third is less than 0.3333…4 and more than 0.3333…3, however many digits a Decimal holds."""
    third = Metric("order_defect_rate", None, MetricSource.COMPUTED, Decimal("0.4"), 1, 3, condition=LESS)
    assert judge(replace(third, target=Decimal("0." + "3" * 60 + "4")), Decimal(1)) is MetricStatus.GOOD
    assert judge(replace(third, target=Decimal("0." + "3" * 60)), Decimal(1)) is MetricStatus.BAD


def test_amazons_rate_is_compared_as_given():
    """Its counts contradict its rates."""
    given = replace(metric("0.009", "0.01", LESS), numerator=1, denominator=2)
    assert judge(given) is MetricStatus.WARNING


def test_margin_may_be_set():
    """A wider one warns earlier."""
    assert judge(metric("0.005", "0.01", LESS), Decimal("0.5")) is MetricStatus.WARNING
    assert judge(metric("0.94", "0.90", GREATER), Decimal("0.5")) is MetricStatus.WARNING


def test_packs_margin_is_the_usual_one():
    """One default, written down in two places."""
    assert load().rule(MARGIN_RULE).value == MARGIN


@pytest.mark.parametrize(
    ("name", "target", "condition"),
    [
        ("order_defect_rate", "0.01", LESS),
        ("negative_feedback_rate", "0.05", LESS),
        ("late_shipment_rate", "0.04", LESS),
        ("late_shipment_rate_10d", "0.04", LESS),
        ("pre_fulfillment_cancellation_rate", "0.025", LESS),
        ("valid_tracking_rate", "0.95", GREATER),
        ("on_time_delivery_rate", "0.90", GREATER),
        ("invoice_defect_rate", "0.05", LESS),
        ("contact_response_time", "0.90", GREATER),
        ("contact_response_time_7d", "0.90", GREATER),
        ("contact_response_time_30d", "0.90", GREATER),
        ("contact_response_time_90d", "0.90", GREATER),
        ("a_to_z_claim_rate", None, None),
        ("chargeback_rate", None, None),
        ("account_health_rating", None, None),
        ("policy_violations.document_requests", None, None),
    ],
)
@pytest.mark.parametrize("source", list(MetricSource))
def test_pack_gives_the_target_that_amazon_does_not(name, target, condition, source):
    """To the metrics that have one, whosoever figure it is."""
    found = with_policy_target(Metric(name, None, source, Decimal(0)), load())
    assert (found.target, found.condition) == (None if target is None else Decimal(target), condition)


def test_marketplaces_own_rule_goes_before_the_general_one():
    """India allows fewer cancellations."""
    row = Metric("pre_fulfillment_cancellation_rate", None, MetricSource.AMAZON, Decimal(0))
    assert with_policy_target(row, load(), on=date(2026, 11, 20), marketplace="IN").target == Decimal("0.02")
    assert with_policy_target(row, load(), on=date(2026, 11, 20), marketplace="DE").target == Decimal("0.025")


def test_amazons_own_target_wins():
    """A target without a condition is given the pack's condition."""
    given = metric("0.5", "0.07", LESS)
    assert with_policy_target(given, load()) is given
    without = with_policy_target(replace(given, condition=None), load())
    assert (without.target, without.condition) == (Decimal("0.07"), LESS)


def test_metric_without_a_rule_needs_no_pack():
    """An empty pack does."""
    row = Metric("chargeback_rate", None, MetricSource.AMAZON, Decimal(0))
    assert with_policy_target(row, PolicyPack({})) is row
