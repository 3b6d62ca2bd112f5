"""Amazon's own figures, in every spelling they come in."""

import json
from datetime import date
from decimal import Decimal

import pytest

from goodstanding.core.marketplaces import by_country
from goodstanding.core.metrics import Condition, Metric, MetricSource, Window
from goodstanding.core.orders import Fulfillment
from goodstanding.core.reports.damage import Damage
from goodstanding.core.reports.performance_v2 import parse_performance_v2

DE = by_country("DE")
RANGE = {"reportingDateFrom": "2026-09-21T00:00Z", "reportingDateTo": "2026-11-19T23:59:59Z"}
WINDOW = Window(date(2026, 9, 21), date(2026, 11, 19))
TARGET = {"targetValue": 0.01, "targetCondition": "LESS_THAN", "status": "GOOD", "reportingDateRange": RANGE}


def report(status: object = "NORMAL", marketplace_id: str = DE.marketplace_id, **metrics: object) -> str:
    """A report about one marketplace."""
    return json.dumps(
        {
            "accountStatuses": [{"marketplaceId": marketplace_id, "status": status}],
            "performanceMetrics": [{"marketplaceId": marketplace_id, **metrics}],
        }
    )


def figures(**metrics: object) -> dict[str, Metric]:
    """The rows by name and channel."""
    _, found, damage = parse_performance_v2(report(**metrics), DE)
    assert damage is None
    return {row.metric if row.fulfillment is None else f"{row.metric}/{row.fulfillment}": row for row in found}


def defects(**changes: object) -> dict[str, object]:
    """A block of the order defect rate."""
    return {
        "orderCount": 244,
        "orderWithDefects": {"count": 3, "status": "BAD"},
        "claims": {"count": 1, "status": "NONE"},
        "chargebacks": {"count": 0, "status": "NONE"},
        "negativeFeedback": {"count": 2, "status": "NONE"},
        "fulfillmentType": "mfn",
        "rate": 0.0123,
        **TARGET,
        **changes,
    }


def test_rate_is_taken_as_given_with_everything_around_it():
    """Amazon's rate is never recomputed; its target, condition, window and status are kept."""
    assert figures(orderDefectRate={"afn": defects()})["order_defect_rate/afn"] == Metric(
        metric="order_defect_rate",
        fulfillment=Fulfillment.AFN,
        source=MetricSource.AMAZON,
        value=Decimal("0.0123"),
        numerator=3,
        denominator=244,
        window=WINDOW,
        target=Decimal("0.01"),
        condition=Condition.LESS_THAN,
        amazon_status="GOOD",
    )


def test_parts_of_the_order_defect_rate_are_counts_over_orders():
    """They have Amazon's status and no target of their own."""
    found = figures(orderDefectRate={"mfn": defects(), "afn": defects(orderCount=0)})
    assert list(found) == [
        *("order_defect_rate/mfn", "order_defect_rate/afn", "negative_feedback_rate/mfn", "negative_feedback_rate/afn"),
        *("a_to_z_claim_rate/mfn", "a_to_z_claim_rate/afn", "chargeback_rate/mfn", "chargeback_rate/afn"),
    ]
    part = found["negative_feedback_rate/mfn"]
    assert (part.value, part.numerator, part.denominator) == (Decimal(2) / 244, 2, 244)
    assert (part.target, part.condition, part.amazon_status, part.window) == (None, None, "NONE", WINDOW)
    assert {row.reason for name, row in found.items() if name.endswith("afn")} == {"no_orders"}
    assert {row.value for name, row in found.items() if name.endswith("afn")} == {None}


def test_block_without_figures_is_not_available():
    """Null is not zero."""
    found = figures(
        orderDefectRate={"mfn": defects(rate=None, claims={"count": None}, chargebacks=None), "afn": None},
        lateShipmentRate=None,
        listingPolicyViolations=None,
    )
    nulls = ("order_defect_rate/mfn", "a_to_z_claim_rate/mfn", "chargeback_rate/mfn", "order_defect_rate/afn")
    for name in (*nulls, "late_shipment_rate", "policy_violations.listing_policy_violations"):
        assert (found[name].value, found[name].reason) == (None, "not_available")
    assert "chargeback_rate/afn" not in found


def test_metric_that_the_report_does_not_hold_has_no_row():
    """Nothing is invented."""
    assert figures() == {}


@pytest.mark.parametrize(
    ("key", "block", "metric", "counts"),
    [
        ("lateShipmentRate", {"orderCount": 9, "lateShipmentCount": 1}, "late_shipment_rate", (1, 9)),
        (
            "preFulfillmentCancellationRate",
            {"orderCount": 9, "cancellationCount": 2},
            "pre_fulfillment_cancellation_rate",
            (2, 9),
        ),
        (
            "prefulfillmentCancelRate",
            {"orderCount": 9, "cancellationCount": 2},
            "pre_fulfillment_cancellation_rate",
            (2, 9),
        ),
        ("validTrackingRate", {"shipmentCount": 9, "validTrackingCount": 8}, "valid_tracking_rate", (8, 9)),
        (
            "onTimeDeliveryRate",
            {"shipmentCountWithValidTracking": 7, "onTimeDeliveryCount": 3},
            "on_time_delivery_rate",
            (3, 7),
        ),
        (
            "unitOnTimeDeliveryRate",
            {"totalUnitCount": 9, "unitOnTimeDeliveryCount": 8},
            "unit_on_time_delivery_rate",
            (8, 9),
        ),
        ("invoiceDefectRate", {"orderCount": 9, "invoiceDefect": {"count": 2}}, "invoice_defect_rate", (2, 9)),
    ],
)
def test_each_rate_is_read_in_each_spelling(key, block, metric, counts):
    """With its own counts; over nothing it has no value."""
    (row,) = figures(**{key: {**block, "rate": 0.25, **TARGET}}).values()
    assert (row.metric, row.value, (row.numerator, row.denominator)) == (metric, Decimal("0.25"), counts)
    none = {name: 0 if isinstance(value, int) else value for name, value in block.items()}
    (row,) = figures(**{key: {**none, "rate": 0, **TARGET}}).values()
    assert (row.value, row.reason) == (None, "no_orders")


def listed(days: int, rate: float, **changes: object) -> dict[str, object]:
    """An entry of the list of late shipment rates."""
    first = date(2026, 11, 19).toordinal() - days + 1
    span = {"reportingDateFrom": f"{date.fromordinal(first)}T00:00Z", "reportingDateTo": "2026-11-19T23:59Z"}
    return {"orderCount": 9, "lateShipmentCount": 1, "rate": rate, **TARGET, "reportingDateRange": span, **changes}


def test_late_shipments_of_ten_days_come_from_the_list():
    """The entry of 30 days counts only where the block of its own is absent."""
    entries = [listed(30, 0.3), listed(10, 0.1)]
    assert {name: row.value for name, row in figures(lateShipmentRateList=entries).items()} == {
        "late_shipment_rate": Decimal("0.3"),
        "late_shipment_rate_10d": Decimal("0.1"),
    }
    own = figures(lateShipmentRate=listed(30, 0.2), lateShipmentRateList=entries)
    assert (own["late_shipment_rate"].value, own["late_shipment_rate_10d"].value) == (Decimal("0.2"), Decimal("0.1"))


@pytest.mark.parametrize("empty", [None, {"orderCount": 0, "rate": 0, **TARGET}])
def test_late_shipment_rate_without_figures_leaves_the_list_to_tell(empty):
    """One block of two that states nothing hides nothing; if neither states it, it is not known."""
    told = figures(lateShipmentRate=empty, lateShipmentRateList=[listed(10, None), listed(30, 0.3)])
    assert [(name, row.value) for name, row in told.items()] == [
        ("late_shipment_rate", Decimal("0.3")),
        ("late_shipment_rate_10d", None),
    ]
    untold = figures(lateShipmentRate=empty, lateShipmentRateList=[listed(30, None)])
    assert [(name, row.value) for name, row in untold.items()] == [("late_shipment_rate", None)]


def test_late_shipments_without_dates_are_told_by_their_duration():
    """Or not at all."""
    offset = {"dateOffset": {"duration": 10, "offset": 0}}
    entries = [listed(0, 0.1, reportingDateRange=offset), listed(0, 0.2, reportingDateRange=None), None]
    assert {name: row.value for name, row in figures(lateShipmentRateList=entries).items()} == {
        "late_shipment_rate_10d": Decimal("0.1")
    }
    (row,) = figures(lateShipmentRateList=listed(0, 0.3, reportingDateRange=None, dateOffset={"duration": 30})).values()
    assert (row.metric, row.window) == ("late_shipment_rate", None)


@pytest.mark.parametrize(
    ("block", "value", "status"),
    [
        ({"ahrStatus": "GREAT", "ahrScore": 428}, Decimal(428), "GREAT"),
        ({"ahrStatus": "WARNED"}, None, "WARNED"),
        ({"accountHealthRatingStatus": "At risk"}, None, "AT RISK"),
        ({}, None, None),
    ],
)
def test_account_health_rating_is_a_score_where_given(block, value, status):
    """The word is kept in capitals; it has no target."""
    (row,) = figures(accountHealthRating=block | {"reportingDateRange": RANGE}).values()
    assert (row.metric, row.value, row.amazon_status, row.target) == ("account_health_rating", value, status, None)
    assert row.reason == (None if value else "not_available")


def test_policy_violations_are_every_block_with_a_defects_count():
    """Known ones first, under the schema's plural in snake case; unknown ones under their own; warnings without count none."""
    block = {"defectsCount": 2, "targetValue": 0, "targetCondition": "EQUALS", "status": "BAD"}
    found = figures(
        brandNewViolations=block,
        documentRequest=block,
        policyViolationWarnings={"warningsCount": 1},
        customerProductReviewsPolicyViolations=block,
        listingPolicyViolations=block | {"defectsCount": 0},
    )
    assert {name: row.value for name, row in found.items()} == {
        "policy_violations.listing_policy_violations": 0,
        "policy_violations.customer_product_reviews_policy_violations": 2,
        "policy_violations.document_requests": 2,
        "policy_violations.brand_new_violations": 2,
    }
    row = found["policy_violations.document_requests"]
    assert (row.target, row.condition, row.amazon_status) == (Decimal(0), Condition.EQUALS, "BAD")


@pytest.mark.parametrize(
    ("given", "value", "status"),
    [
        ([], 0, None),
        (["LATE_SHIPMENT"], 1, "BAD"),
        ("LATE_SHIPMENT", 1, "BAD"),
        ({"warningType": "X", "status": "BAD"}, 1, "BAD"),
        ([{"warningType": "X", "status": "bad"}, {"warningType": "Y", "status": "GOOD"}, 7, ""], 1, "BAD"),
        ([{"warningType": "Y", "status": "GOOD"}], 0, None),
        (None, None, None),
    ],
)
@pytest.mark.parametrize("key", ["warningStates", "warningState"])
def test_warning_states_count_the_bad(key, given, value, status):
    """A bare name is one."""
    (row,) = figures(**{key: given}).values()
    assert (row.metric, row.value, row.amazon_status) == ("warning_states", value, status)
    assert row.reason == ("not_available" if value is None else None)


def test_both_spellings_in_one_report_make_one_row():
    """The one that says something counts."""
    block = {"defectsCount": 2}
    assert [row.value for row in figures(documentRequest=block, documentRequests=block).values()] == [2]
    assert [row.value for row in figures(warningState=["X"], warningStates=None).values()] == [1]


@pytest.mark.parametrize("word", ["AT_RISK", "at_risk", " Deactivated ", "SOMETHING_NEW"])
def test_account_status_is_amazons_word_in_capitals(word):
    """Whatever the word."""
    assert parse_performance_v2(report(status=word), DE)[0] == word.strip().upper()


@pytest.mark.parametrize("status", [None, "", 3])
def test_account_status_that_is_no_word_is_unknown(status):
    """Null is not NORMAL."""
    assert parse_performance_v2(report(status=status), DE)[0] is None


def test_numbers_are_exact():
    """No binary fraction is in between."""
    text = report(validTrackingRate={"rate": 0}).replace('"rate": 0', '"rate": 0.42857142857142855')
    assert parse_performance_v2(text, DE)[1][0].value == Decimal("0.42857142857142855")


@pytest.mark.parametrize("rate", [True, "x", [], "NaN", 10**50])
def test_value_that_is_no_number_is_not_available(rate):
    """Nothing is guessed, nothing crashes."""
    (row,) = figures(validTrackingRate={"rate": rate, "shipmentCount": 1.5}).values()
    assert (row.value, row.reason, row.denominator) == (None, "not_available", None)


def test_number_in_quotes_is_a_number():
    """Types differ between marketplaces' back ends."""
    (row,) = figures(validTrackingRate={"rate": "0.5", "shipmentCount": "4"}).values()
    assert (row.value, row.denominator) == (Decimal("0.5"), 4)


@pytest.mark.parametrize("constant", ["NaN", "Infinity"])
def test_constants_that_json_lacks_are_nothing(constant):
    """They are not valid JSON, but come from sloppy writers."""
    text = report(validTrackingRate={"rate": 0}).replace('"rate": 0', f'"rate": {constant}')
    assert parse_performance_v2(text, DE)[1][0].reason == "not_available"


def test_marketplace_is_found_among_others():
    """One entry for each requested marketplace."""
    both = json.loads(report(marketplace_id="A13V1IB3VIYZZH", validTrackingRate={"rate": 0.1}))
    mine = json.loads(report(status="AT_RISK", validTrackingRate={"rate": 0.9}))
    for key, entries in both.items():
        entries.extend(mine[key])
    status, (row,), damage = parse_performance_v2(json.dumps(both), DE)
    assert (status, row.value, damage) == ("AT_RISK", Decimal("0.9"), None)


def test_only_entry_may_go_without_a_marketplace():
    """There is nobody else it could be about; a list may be missing around it."""
    text = json.dumps({"accountStatuses": {"status": "NORMAL"}, "performanceMetrics": [{"warningStates": []}]})
    status, (row,), damage = parse_performance_v2(text, DE)
    assert (status, row.metric, damage) == ("NORMAL", "warning_states", None)


def test_report_about_other_marketplaces_is_damaged():
    """Their figures are not ours."""
    found = parse_performance_v2(report(marketplace_id="A13V1IB3VIYZZH"), DE)
    assert found == (None, (), Damage(1, "performanceMetrics", "marketplace_not_in_report"))


def test_report_without_metrics_is_damaged_but_tells_the_account_status():
    """What could be read is kept."""
    text = json.dumps({"accountStatuses": [{"marketplaceId": DE.marketplace_id, "status": "NORMAL"}]})
    assert parse_performance_v2(text, DE) == ("NORMAL", (), Damage(1, "performanceMetrics", "missing_key"))


@pytest.mark.parametrize(
    ("text", "damage"),
    [
        ("", Damage(1, None, "invalid_json")),
        ('{\n"performanceMetrics": [', Damage(2, None, "invalid_json")),
        ("[" * 100_000, Damage(1, None, "invalid_json")),
        ("9" * 5000, Damage(1, None, "invalid_json")),
        ("[1]", Damage(1, None, "not_an_object")),
    ],
)
def test_text_that_is_no_report_is_damaged(text, damage):
    """Nothing raises for content."""
    assert parse_performance_v2(text, DE) == (None, (), damage)
