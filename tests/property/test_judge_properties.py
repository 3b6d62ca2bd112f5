"""Judgement goes one way: a worse figure never gets a better status."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from goodstanding.core.computed import Defects, Unknown, computed_metrics
from goodstanding.core.judge import judge, with_policy_target
from goodstanding.core.marketplaces import by_country
from goodstanding.core.metrics import Condition, Metric, MetricSource, MetricStatus
from goodstanding.core.orders import Fulfillment, OrderStatus, WindowOrder
from goodstanding.core.pacing import Bucket, take
from goodstanding.policy.loader import load

SHARES = st.decimals(0, 1, allow_nan=False, places=6)
WORDS = st.sampled_from([None, "GOOD", "BAD", "NONE", "AT_RISK", "WARNED", "NEW"])
SEVERITY = {MetricStatus.GOOD: 0, MetricStatus.NONE: 0, MetricStatus.WARNING: 1, MetricStatus.BAD: 2}
NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
IDS = [str(number) for number in range(12)]


@given(SHARES, SHARES, SHARES, st.sampled_from([Condition.LESS_THAN, Condition.GREATER_THAN]), WORDS, SHARES)
def test_worse_value_is_never_judged_better(one, other, target, condition, word, margin):
    """For either direction, word and margin."""
    worse, better = (max, min) if condition is Condition.LESS_THAN else (min, max)
    row = Metric("x", None, MetricSource.AMAZON, None, target=target, condition=condition, amazon_status=word)
    judged = [judge(replace(row, value=pick(one, other)), margin) for pick in (better, worse)]
    assert SEVERITY[judged[0]] <= SEVERITY[judged[1]]


@given(SHARES, SHARES, st.sampled_from(Condition))
def test_amazons_good_never_makes_it_worse_and_bad_always_makes_it_bad(value, target, condition):
    """Amazon exempts; it never exempts from BAD."""
    row = Metric("x", None, MetricSource.AMAZON, value, target=target, condition=condition)
    plain, good, bad = (judge(replace(row, amazon_status=word)) for word in (None, "GOOD", "BAD"))
    assert SEVERITY[good] <= SEVERITY[plain] <= SEVERITY[bad]
    assert bad is MetricStatus.BAD


@given(st.lists(st.booleans(), min_size=len(IDS), max_size=len(IDS)), *[st.sets(st.sampled_from(IDS))] * 3)
def test_order_defect_rate_lies_between_its_worst_part_and_their_sum(shipped, feedback, claims, chargebacks):
    """And an additional defect never makes a figure better."""
    orders = [
        WindowOrder(
            order_id,
            NOW - timedelta(days=1),
            OrderStatus.SHIPPED if is_shipped else OrderStatus.CANCELLED,
            Fulfillment.MFN,
            is_amazon=True,
        )
        for order_id, is_shipped in zip(IDS, shipped, strict=True)
    ]
    rows = computed_metrics(
        orders,
        as_of=NOW,
        marketplace=by_country("DE"),
        defects=Defects(frozenset(feedback), frozenset(claims), frozenset(chargebacks)),
        response_time=Unknown("no_mail_source"),
    )
    counts = {row.metric: row.numerator for row in rows if row.fulfillment is Fulfillment.MFN}
    total = counts.pop("order_defect_rate")
    assert max(counts.values()) <= total <= sum(counts.values())
    assert {row.denominator for row in rows if row.fulfillment is Fulfillment.MFN} == {
        sum(
            is_shipped or order.order_id in claims | chargebacks
            for order, is_shipped in zip(orders, shipped, strict=True)
        )
    }


@given(st.integers(0, 1000), st.integers(1, 1000))
def test_policy_targets_are_met_or_missed_exactly(numerator, denominator):
    """Our rates are compared as fractions."""
    row = Metric(
        "negative_feedback_rate",
        Fulfillment.MFN,
        MetricSource.COMPUTED,
        Decimal(numerator) / denominator,
        numerator,
        denominator,
    )
    status = judge(with_policy_target(row, load()))
    assert (status is MetricStatus.BAD) == (numerator * 100 >= 5 * denominator)
    assert (status is MetricStatus.WARNING) == (4 * denominator <= numerator * 100 < 5 * denominator)


@given(
    st.lists(st.integers(0, 200_000_000), max_size=40),
    st.sampled_from(["0.0167", "0.0222", "2", "0.0056", "1"]),
    st.integers(1, 20),
)
def test_no_more_is_taken_than_amazon_allows(pauses, rate, burst):
    """Between any two calls: the burst, and the rate times the time between them; callers that queue included."""
    bucket: Bucket | None = None
    now, used = NOW, []
    for pause in pauses:
        now += timedelta(microseconds=pause)
        bucket, wait = take(bucket, now, Decimal(rate), burst)
        used.append(now + wait)
    assert used == sorted(used)
    for first, start in enumerate(used):
        for last, end in enumerate(used[first:], start=first):
            span = (end - start) // timedelta(microseconds=1)
            assert last - first + 1 <= burst + Decimal(rate) * (span + 1) / 1_000_000
