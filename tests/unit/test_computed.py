"""Our own figures, as the outputs define them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from goodstanding.core.computed import Defects, Unknown, computed_metrics
from goodstanding.core.marketplaces import by_country
from goodstanding.core.metrics import Condition, Metric, MetricSource
from goodstanding.core.orders import Fulfillment, OrderStatus, WindowOrder
from goodstanding.core.windows import rate_window

DE = by_country("DE")
AS_OF = datetime(2026, 11, 20, 6, tzinfo=UTC)
NO_MAIL = Unknown("no_mail_source")
NONE: frozenset[str] = frozenset()
WINDOW_START = datetime(2026, 9, 21, 22, tzinfo=UTC)  # midnight in Berlin


def order(order_id: str, **changes: object) -> WindowOrder:
    """A shipped order of the window, changed."""
    usual = {
        "purchased_at": AS_OF - timedelta(days=3),
        "status": OrderStatus.SHIPPED,
        "fulfillment": Fulfillment.MFN,
        "is_amazon": True,
    }
    return WindowOrder(order_id, **(usual | changes))


def rows(
    *orders: WindowOrder,
    feedback: frozenset[str] | Unknown = NONE,
    claims: frozenset[str] | Unknown = NONE,
    chargebacks: frozenset[str] | Unknown = NO_MAIL,
    unknown: Unknown | None = None,
    amazon: tuple[Metric, ...] = (),
) -> dict[tuple[str, str | None], Metric]:
    """The metrics by name and channel."""
    found = computed_metrics(
        unknown or iter(orders),
        as_of=AS_OF,
        marketplace=DE,
        defects=Defects(feedback, claims, chargebacks),
        response_time=NO_MAIL,
        amazon=amazon,
    )
    return {(row.metric, row.fulfillment): row for row in found}


def figure(row: Metric) -> tuple[Decimal | None, int | None, int | None, str | None]:
    """What a row says."""
    return row.value, row.numerator, row.denominator, row.reason


def test_every_computed_metric_is_there_in_reading_order():
    """Also when nothing is known."""
    found = rows(unknown=Unknown("orders_unavailable"))
    rates = ("order_defect_rate", "negative_feedback_rate", "a_to_z_claim_rate", "chargeback_rate")
    times = ("contact_response_time_7d", "contact_response_time_30d", "contact_response_time_90d")
    assert list(found) == [
        *((rate, channel) for rate in rates for channel in ("mfn", "afn")),
        *((name, None) for name in times),
    ]
    assert {row.source for row in found.values()} == {MetricSource.COMPUTED}


def test_order_with_several_defects_counts_once():
    """In the order defect rate; in each part too."""
    found = rows(order("a"), order("b"), feedback=frozenset("a"), claims=frozenset("a"), chargebacks=frozenset("a"))
    for metric in ("order_defect_rate", "negative_feedback_rate", "a_to_z_claim_rate", "chargeback_rate"):
        assert figure(found[metric, Fulfillment.MFN]) == (Decimal("0.5"), 1, 2, None)


def test_defects_of_different_orders_add_up():
    """Each order in its own channel."""
    afn = {"fulfillment": Fulfillment.AFN}
    found = rows(order("a"), order("b"), order("c", **afn), feedback=frozenset("ac"), claims=frozenset("b"))
    assert figure(found["order_defect_rate", Fulfillment.MFN]) == (Decimal(1), 2, 2, None)
    assert figure(found["order_defect_rate", Fulfillment.AFN]) == (Decimal(1), 1, 1, None)
    assert figure(found["a_to_z_claim_rate", Fulfillment.AFN]) == (Decimal(0), 0, 1, None)


def test_defects_of_orders_outside_do_not_count():
    """The numerator is a part of the denominator."""
    found = rows(order("a"), feedback=frozenset({"older"}))
    assert figure(found["order_defect_rate", Fulfillment.MFN]) == (Decimal(0), 0, 1, None)


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({"purchased_at": WINDOW_START}, 1),
        ({"purchased_at": WINDOW_START - timedelta(microseconds=1)}, 0),
        ({"purchased_at": AS_OF}, 1),
        ({"purchased_at": AS_OF + timedelta(microseconds=1)}, 0),
        ({"purchased_at": AS_OF + timedelta(days=1)}, 0),
        ({"status": OrderStatus.PENDING}, 0),
        ({"status": OrderStatus.CANCELLED}, 0),
        ({"status": OrderStatus.OTHER}, 1),
        ({"is_amazon": False}, 0),
        ({"fulfillment": None}, 0),
    ],
)
def test_denominator_is_the_orders_of_the_window(changes, counts):
    """Bought on its local days and not after `as_of`, on Amazon, neither pending nor cancelled."""
    assert rows(order("a", **changes))["order_defect_rate", Fulfillment.MFN].denominator == counts


@pytest.mark.parametrize("kind", ["claims", "chargebacks"])
def test_cancelled_order_counts_with_a_claim(kind):
    """In every rate."""
    found = rows(order("a", status=OrderStatus.CANCELLED), order("b"), **{kind: frozenset("a")})
    assert figure(found["order_defect_rate", Fulfillment.MFN]) == (Decimal("0.5"), 1, 2, None)
    assert figure(found["negative_feedback_rate", Fulfillment.MFN]) == (Decimal(0), 0, 2, None)


def test_no_orders_is_no_rate():
    """Nothing is divided by nothing."""
    assert figure(rows()["order_defect_rate", Fulfillment.AFN]) == (None, 0, 0, "no_orders")


def test_unknown_orders_leave_every_rate_unknown():
    """The reason goes with it."""
    found = rows(unknown=Unknown("orders_unavailable"))
    assert {figure(row) for (name, _), row in found.items() if name.endswith("rate")} == {
        (None, None, None, "orders_unavailable")
    }


def test_unknown_feedback_leaves_the_rates_that_need_it_unknown():
    """Claims are still reckoned."""
    found = rows(order("a"), feedback=Unknown("feedback_unavailable"), claims=frozenset("a"))
    for metric in ("order_defect_rate", "negative_feedback_rate"):
        assert figure(found[metric, Fulfillment.MFN]) == (None, None, 1, "feedback_unavailable")
    assert figure(found["a_to_z_claim_rate", Fulfillment.MFN]) == (Decimal(1), 1, 1, None)


def test_unknown_claims_leave_the_rates_that_need_them_unknown():
    """Feedback is still reckoned."""
    found = rows(order("a"), feedback=frozenset("a"), claims=Unknown("returns_unavailable"))
    for metric in ("order_defect_rate", "a_to_z_claim_rate"):
        assert figure(found[metric, Fulfillment.MFN]) == (None, None, 1, "returns_unavailable")
    assert figure(found["negative_feedback_rate", Fulfillment.MFN]) == (Decimal(1), 1, 1, None)


def test_unknown_chargebacks_do_not_hide_the_order_defect_rate():
    """Only their own rate is unknown."""
    found = rows(order("a"), claims=frozenset("a"))
    assert figure(found["order_defect_rate", Fulfillment.MFN]) == (Decimal(1), 1, 1, None)
    assert figure(found["chargeback_rate", Fulfillment.MFN]) == (None, None, 1, "no_mail_source")


def test_order_defect_rate_takes_amazons_target():
    """Of the same channel; no other rate takes one, and none takes our own."""
    usual = {"value": None, "target": Decimal("0.02"), "condition": Condition.LESS_THAN}
    amazon = Metric("order_defect_rate", Fulfillment.MFN, MetricSource.AMAZON, **usual)
    own = Metric("order_defect_rate", Fulfillment.AFN, MetricSource.COMPUTED, **usual)
    other = Metric("late_shipment_rate", None, MetricSource.AMAZON, **usual)
    found = rows(order("a"), amazon=(amazon, own, other))
    assert found["order_defect_rate", Fulfillment.MFN].target == Decimal("0.02")
    assert found["order_defect_rate", Fulfillment.MFN].condition is Condition.LESS_THAN
    assert {row.target for key, row in found.items() if key != ("order_defect_rate", Fulfillment.MFN)} == {None}


def test_windows_are_local_days_of_each_metrics_own_length():
    """Sixty days for rates, the named number for response times."""
    found = rows()
    assert found["chargeback_rate", Fulfillment.AFN].window == rate_window(AS_OF, DE)
    for days in (7, 30, 90):
        row = found[f"contact_response_time_{days}d", None]
        assert (row.window, row.value, row.reason) == (rate_window(AS_OF, DE, days), None, "no_mail_source")


@pytest.mark.parametrize("hours", [-1, 0, 1, 2])
def test_orders_around_midnight_of_a_clock_change_fall_on_their_local_day(hours):
    """The window's first day is that of the change (25 October in Berlin)."""
    as_of = datetime(2026, 12, 23, 12, tzinfo=UTC)
    bought = datetime(2026, 10, 24, 22, tzinfo=UTC) + timedelta(hours=hours)
    found = computed_metrics(
        [order("a", purchased_at=bought)],
        as_of=as_of,
        marketplace=DE,
        defects=Defects(NONE, NONE, NONE),
        response_time=NO_MAIL,
    )
    assert found[0].denominator == (1 if hours >= 0 else 0)
