"""What a figure means: bad, warning, good, none (no target applies) or unavailable.

Asked in this order, the first answer stands: no value → unavailable; Amazon says BAD → bad; target missed → bad, or
warning when Amazon says GOOD (it exempts small volumes); Amazon says at risk or warned → warning; 80 % or more of the
allowance used → warning; target met → good; no target → none. An unknown word of Amazon's is as none. Conditions are
strict: a rate equal to its target misses it. All comparisons are exact.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from goodstanding.core.metrics import Condition, Metric, MetricSource, MetricStatus
from goodstanding.core.policy import PolicyPack

MARGIN = Decimal("0.8")
MARGIN_RULE = "warning_margin"
"""The pack's rule for the margin."""

POLICY_TARGETS: dict[str, str] = {
    "order_defect_rate": "order_defect_rate",
    "negative_feedback_rate": "negative_feedback_rate",
    "late_shipment_rate": "late_shipment_rate",
    "late_shipment_rate_10d": "late_shipment_rate",
    "pre_fulfillment_cancellation_rate": "pre_fulfillment_cancellation_rate",
    "valid_tracking_rate": "valid_tracking_rate",
    "on_time_delivery_rate": "on_time_delivery_rate",
    "invoice_defect_rate": "invoice_defect_rate",
    "contact_response_time": "contact_response_time",
    "contact_response_time_7d": "contact_response_time",
    "contact_response_time_30d": "contact_response_time",
    "contact_response_time_90d": "contact_response_time",
}
"""The pack's rule that is a metric's target where Amazon's report gives none; other metrics have none."""

_WARNED = "WARNED"
_AT_RISK = "AT_RISK"


class _Standing(Enum):
    """Of a value to its target."""

    MISSED = "missed"
    NEAR = "near"
    MET = "met"
    NO_TARGET = "no target"


def judge(metric: Metric, margin: Decimal = MARGIN) -> MetricStatus:
    """The status of a figure; `margin` is the share of the allowance from which on it is a warning."""
    word = (metric.amazon_status or "").strip().upper().replace(" ", "_")
    value = _exact(metric)
    if value is None:
        return MetricStatus.UNAVAILABLE
    standing = _standing(value, metric, Fraction(margin))
    if word == "BAD":
        return MetricStatus.BAD
    if standing is _Standing.MISSED:
        return MetricStatus.WARNING if word == "GOOD" else MetricStatus.BAD
    if standing is _Standing.NEAR or word == _WARNED or word.startswith(_AT_RISK):
        return MetricStatus.WARNING
    return MetricStatus.GOOD if standing is _Standing.MET else MetricStatus.NONE


def with_policy_target(
    metric: Metric, pack: PolicyPack, on: date | None = None, marketplace: str | None = None
) -> Metric:
    """The figure with the pack's target, unless it has Amazon's own or no target applies to it.

    `on` is the day for which it is judged (None: the newest rules), `marketplace` the country code (None: the general rules).
    """
    rule_id = POLICY_TARGETS.get(metric.metric)
    if rule_id is None or (metric.target is not None and metric.condition is not None):
        return metric
    rule = pack.rule(rule_id, on, marketplace)
    target = rule.value if metric.target is None else metric.target
    return replace(metric, target=target, condition=rule.condition)


def _exact(metric: Metric) -> Fraction | None:
    """The value without rounding: our own rates have no finite decimals, so they are taken as fractions."""
    if metric.value is None:
        return None
    if metric.source is MetricSource.COMPUTED and metric.numerator is not None and metric.denominator:
        return Fraction(metric.numerator, metric.denominator)
    return Fraction(metric.value)


def _standing(value: Fraction, metric: Metric, margin: Fraction) -> _Standing:
    if metric.target is None or metric.condition is None:
        return _Standing.NO_TARGET
    target = Fraction(metric.target)
    met, near = {
        Condition.LESS_THAN: (value < target, value >= margin * target),
        Condition.GREATER_THAN: (value > target, value < target + (1 - margin) * (1 - target)),
        Condition.EQUALS: (value == target, False),
    }[metric.condition]
    if not met:
        return _Standing.MISSED
    return _Standing.NEAR if near else _Standing.MET
