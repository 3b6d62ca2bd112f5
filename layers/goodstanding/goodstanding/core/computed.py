"""Our own account-health figures, reckoned from orders, feedback and claims.

The denominator of every order rate: orders bought at or before `as_of`, on one of the 60 marketplace-local days that end
with the day of `as_of`, of one fulfilment channel, sold on Amazon, not pending, and not cancelled unless a claim or a
chargeback that counts is on them. The numerator: those of them with a defect of the kind, each order once.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from goodstanding.core.mail.response_time import NO_MESSAGES, ResponseTime
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.metrics import Metric, MetricSource
from goodstanding.core.orders import Fulfillment, WindowOrder, counts_for_rates
from goodstanding.core.windows import bounds, rate_window

NO_ORDERS = "no_orders"


@dataclass(frozen=True, slots=True)
class Unknown:
    """What is not known, and the stable code that says why."""

    reason: str


type OrderIds = frozenset[str] | Unknown


@dataclass(frozen=True, slots=True)
class Defects:
    """The ids of the orders with a defect, by kind, or why they are not known.

    `negative_feedback`: 1 or 2 stars that stand. `a_to_z_claims`: claims that count. `chargebacks`: those not reversed.
    """

    negative_feedback: OrderIds
    a_to_z_claims: OrderIds
    chargebacks: OrderIds


def order_defect_rate(defects: Defects) -> OrderIds:
    """Orders with at least one defect of any kind: negative feedback, an A-to-z claim that counts, a standing chargeback.

    Not known unless feedback and claims are; chargebacks that are not known are left out, because without a connected
    mailbox nothing tells them. The target is that of Amazon's own block, else the policy pack's.
    """
    if isinstance(defects.negative_feedback, Unknown):
        return defects.negative_feedback
    if isinstance(defects.a_to_z_claims, Unknown):
        return defects.a_to_z_claims
    return defects.negative_feedback | defects.a_to_z_claims | _known(defects.chargebacks)


def negative_feedback_rate(defects: Defects) -> OrderIds:
    """Orders whose latest feedback has 1 or 2 stars and still stands. The target is the policy pack's."""
    return defects.negative_feedback


def a_to_z_claim_rate(defects: Defects) -> OrderIds:
    """Orders with an A-to-z claim that counts: not denied, withdrawn or paid by Amazon. It has no target of its own."""
    return defects.a_to_z_claims


def chargeback_rate(defects: Defects) -> OrderIds:
    """Orders with a chargeback that was not reversed. Only mail tells of them. It has no target of its own."""
    return defects.chargebacks


RATES: tuple[Callable[[Defects], OrderIds], ...] = (
    order_defect_rate,
    negative_feedback_rate,
    a_to_z_claim_rate,
    chargeback_rate,
)
"""The order rates: each gives the orders with its defect, its name is the metric's, its docstring the definition."""

RESPONSE_TIMES = (("contact_response_time_7d", 7), ("contact_response_time_30d", 30), ("contact_response_time_90d", 90))
"""Share of buyers' messages answered within 24 hours, by metric and days."""


def computed_metrics(
    orders: Iterable[WindowOrder] | Unknown,
    *,
    as_of: datetime,
    marketplace: Marketplace,
    defects: Defects,
    response_time: Unknown | Mapping[int, ResponseTime],
    amazon: Iterable[Metric] = (),
) -> tuple[Metric, ...]:
    """Every computed metric in reading order, also those not known.

    `orders` holds each order once; it is read once and not kept, and orders outside of the window are passed over.
    `amazon` are Amazon's own figures: the order defect rate takes its target from them. `response_time` has the
    response times by days of window, or says why they are not known.
    """
    window = rate_window(as_of, marketplace)
    unjudged = Metric("", None, MetricSource.COMPUTED, None, window=window)
    counts = orders if isinstance(orders, Unknown) else _Counts.of(orders, as_of, marketplace, defects)
    targets = {
        metric.fulfillment: metric
        for metric in amazon
        if metric.source is MetricSource.AMAZON and metric.metric == order_defect_rate.__name__
    }
    rows = []
    for rate in RATES:
        for channel in Fulfillment:
            row = replace(_rate(unjudged, rate, channel, counts, defects), metric=rate.__name__, fulfillment=channel)
            if rate is order_defect_rate and channel in targets:
                row = replace(row, target=targets[channel].target, condition=targets[channel].condition)
            rows.append(row)
    for name, days in RESPONSE_TIMES:
        window = rate_window(as_of, marketplace, days)
        row = replace(unjudged, metric=name, window=window)
        rows.append(replace(row, **_answered(response_time, days)))
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class _Counts:
    """Orders of the window by channel, and those with a defect by rate and channel."""

    orders: Counter[Fulfillment]
    defective: Counter[tuple[str, Fulfillment]]

    @classmethod
    def of(
        cls, orders: Iterable[WindowOrder], as_of: datetime, marketplace: Marketplace, defects: Defects
    ) -> "_Counts":
        start, end = bounds(rate_window(as_of, marketplace), marketplace)
        claimed = _known(defects.a_to_z_claims) | _known(defects.chargebacks)
        kinds = tuple((rate.__name__, _known(rate(defects))) for rate in RATES)
        counts = cls(Counter(), Counter())
        for order in orders:
            channel, order_id = order.fulfillment, order.order_id
            if channel is None or not start <= order.purchased_at < end or order.purchased_at > as_of:
                continue
            if not counts_for_rates(order.status, is_amazon=order.is_amazon, has_claim=order_id in claimed):
                continue
            counts.orders[channel] += 1
            for name, ids in kinds:
                if order_id in ids:
                    counts.defective[name, channel] += 1
        return counts


def _rate(
    row: Metric,
    rate: Callable[[Defects], OrderIds],
    channel: Fulfillment,
    counts: _Counts | Unknown,
    defects: Defects,
) -> Metric:
    if isinstance(counts, Unknown):
        return replace(row, reason=counts.reason)
    denominator = counts.orders[channel]
    defective = rate(defects)
    if isinstance(defective, Unknown):
        return replace(row, denominator=denominator, reason=defective.reason)
    numerator = counts.defective[rate.__name__, channel]
    value = Decimal(numerator) / denominator if denominator else None
    reason = None if denominator else NO_ORDERS
    return replace(row, value=value, numerator=numerator, denominator=denominator, reason=reason)


def _answered(response_time: Unknown | Mapping[int, ResponseTime], days: int) -> dict[str, Any]:
    if isinstance(response_time, Unknown):
        return {"reason": response_time.reason}
    found = response_time[days]
    return {
        "value": found.value,
        "numerator": found.in_time,
        "denominator": found.counted,
        "reason": None if found.counted else NO_MESSAGES,
    }


def _known(ids: OrderIds) -> frozenset[str]:
    return frozenset() if isinstance(ids, Unknown) else ids
