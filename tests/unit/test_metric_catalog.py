"""The catalogue of metrics: complete, in words, and in step with the titles people read."""

import json
from datetime import UTC, datetime

import pytest

from goodstanding.core.computed import Defects, Unknown, computed_metrics
from goodstanding.core.marketplaces import by_country
from goodstanding.core.metric_catalog import CATALOG, OTHER_VIOLATIONS, definition_of
from goodstanding.core.metrics import MetricSource
from goodstanding.core.reports.performance_v2 import parse_performance_v2
from goodstanding.core.texts.metric_words import METRICS, VIOLATIONS

TITLED = {*METRICS, *(f"policy_violations.{key}" for key in VIOLATIONS)}


def test_catalogue_defines_exactly_what_has_a_title():
    """A metric that people are told about has a definition, and the other way round."""
    assert {definition.metric for definition in CATALOG} == TITLED


def test_catalogue_names_each_metric_of_a_source_once():
    """One definition each."""
    keys = [(definition.source, definition.metric) for definition in CATALOG]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("definition", CATALOG, ids=lambda definition: f"{definition.source}-{definition.metric}")
def test_definition_is_a_sentence(definition):
    """Definitions are read by people."""
    assert definition.meaning[0].isupper()
    assert definition.meaning.endswith(".")


@pytest.mark.parametrize("definition", CATALOG, ids=lambda definition: f"{definition.source}-{definition.metric}")
def test_definition_is_found_by_source_and_name(definition):
    """Both sources may hold a metric of the same name."""
    assert definition_of(definition.source, definition.metric) is definition


def test_new_violation_block_is_covered():
    """A block that Amazon adds later has a definition too."""
    assert definition_of(MetricSource.AMAZON, "policy_violations.new_complaints") is OTHER_VIOLATIONS


@pytest.mark.parametrize(
    ("source", "metric"),
    [
        (MetricSource.COMPUTED, "policy_violations.new_complaints"),
        (MetricSource.AMAZON, "mood"),
        (MetricSource.COMPUTED, "late_shipment_rate"),
    ],
)
def test_unknown_metric_has_no_definition(source, metric):
    """What no run produces is not explained."""
    assert definition_of(source, metric) is None


GERMANY = by_country("DE")
FIGURES = {"rate": 0.5, "orderCount": 1, "status": "GOOD"}
PARTS = {part: {"count": 0} for part in ("negativeFeedback", "claims", "chargebacks")}
RATES = (
    "lateShipmentRate",
    "preFulfillmentCancellationRate",
    "validTrackingRate",
    "onTimeDeliveryRate",
    "unitOnTimeDeliveryRate",
    "invoiceDefectRate",
)
TEN_DAYS = {"reportingDateFrom": "2026-11-01T00:00:00Z", "reportingDateTo": "2026-11-10T23:59:59Z"}


def _whole_report():
    """A V2 report with every block that Amazon's schema knows."""
    blocks = dict.fromkeys((*RATES, *(_camel(key) for key in VIOLATIONS)), FIGURES)
    blocks["orderDefectRate"] = {channel: {**FIGURES, **PARTS} for channel in ("mfn", "afn")}
    blocks["lateShipmentRateList"] = [{**FIGURES, "reportingDateRange": TEN_DAYS}]
    blocks["accountHealthRating"] = {"accountHealthRatingStatus": "GREAT"}
    blocks["warningStates"] = [{"warningType": "x", "status": "BAD"}]
    return json.dumps({"performanceMetrics": [{"marketplaceId": GERMANY.marketplace_id, **blocks}]})


def _camel(name):
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def test_amazon_metrics_of_a_whole_report_are_exactly_those_defined():
    """No row without a definition, and no definition without a row: V1 adds the response time."""
    _, rows, damage = parse_performance_v2(_whole_report(), GERMANY)
    defined = {(each.metric, each.by_fulfillment) for each in CATALOG if each.source is MetricSource.AMAZON}
    assert damage is None
    assert {(row.metric, row.fulfillment is not None) for row in rows} == defined - {("contact_response_time", False)}


def test_computed_metrics_are_exactly_those_defined():
    """The computed rows are always all there, and each is explained."""
    nothing = Unknown("orders_unavailable")
    rows = computed_metrics(
        nothing,
        as_of=datetime(2026, 11, 20, 6, tzinfo=UTC),
        marketplace=GERMANY,
        defects=Defects(nothing, nothing, nothing),
        response_time=nothing,
    )
    defined = {(each.metric, each.by_fulfillment) for each in CATALOG if each.source is MetricSource.COMPUTED}
    assert {(row.metric, row.fulfillment is not None) for row in rows} == defined
