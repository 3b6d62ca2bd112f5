"""What every metric means, where its figure comes from, and over which days. docs/metrics.md is made from this table.

Titles and units are in `core.texts.metric_words`; targets are in Amazon's report or, where it has none, in the policy pack.
"""

from dataclasses import dataclass

from goodstanding.core.metrics import MetricSource
from goodstanding.core.report_types import ReportType


@dataclass(frozen=True, slots=True)
class Definition:
    """One metric of one source.

    `by_fulfillment`: one row for mfn and one for afn. `origin`: where the figure is read, or what it is computed from.
    """

    metric: str
    source: MetricSource
    meaning: str
    window: str
    origin: str
    by_fulfillment: bool = False


_V2 = ReportType.PERFORMANCE_V2.value
_V1 = ReportType.PERFORMANCE_V1.value
_AMAZONS_DAYS = "the report's own dates"
_ORDER_WINDOW = "60 marketplace-local days of purchase that end with the day of the run, both inclusive"
_ORDERS = (
    "distinct orders of that fulfilment bought in the window and at or before the run, sold on Amazon, neither pending nor cancelled "
    "(a cancelled order with an A-to-z claim or chargeback that counts stays in); an order is what its latest row says"
)
_ORDER_FACTS = f"{ReportType.ALL_ORDERS}, {ReportType.FEEDBACK}, {ReportType.MFN_RETURNS}"


def _amazon(metric: str, meaning: str, field: str, *, by_fulfillment: bool = False, report: str = _V2) -> Definition:
    return Definition(metric, MetricSource.AMAZON, meaning, _AMAZONS_DAYS, f"{report}: {field}", by_fulfillment)


def _computed(metric: str, meaning: str, origin: str = _ORDER_FACTS) -> Definition:
    return Definition(metric, MetricSource.COMPUTED, meaning, _ORDER_WINDOW, origin, by_fulfillment=True)


def _answered(days: int) -> Definition:
    return Definition(
        f"contact_response_time_{days}d",
        MetricSource.COMPUTED,
        "Share of buyer messages answered, or marked as needing no answer, within 24 hours. A message still open and younger than "
        "24 hours is not counted yet; an older one counts as late.",
        f"the {days} days up to the run",
        "the seller's notification mailbox",
    )


_VIOLATIONS = {
    "listing_policy_violations": "listings that break a listing policy",
    "product_authenticity_customer_complaints": "complaints of buyers that an article is not genuine",
    "product_condition_customer_complaints": "complaints of buyers that an article was used or not as listed",
    "product_safety_customer_complaints": "complaints of buyers about the safety of an article",
    "received_intellectual_property_complaints": "complaints of rights owners",
    "restricted_product_policy_violations": "listings of restricted products",
    "suspected_intellectual_property_violations": "listings that Amazon suspects of infringing a right",
    "food_and_product_safety_issues": "food and product safety issues",
    "customer_product_reviews_policy_violations": "breaches of the policy on product reviews",
    "other_policy_violations": "breaches of other policies",
    "document_requests": "documents that Amazon asks for",
}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


CATALOG: tuple[Definition, ...] = (
    _amazon(
        "order_defect_rate",
        "Share of orders with a negative rating, an A-to-z claim that counts or a service chargeback, as Amazon gives it; an order "
        "with several defects counts once.",
        "orderDefectRate.mfn and .afn: rate",
        by_fulfillment=True,
    ),
    _amazon(
        "negative_feedback_rate",
        "Orders with a rating of 1 or 2 stars, of all orders of the same block.",
        "orderDefectRate.mfn and .afn: negativeFeedback.count ÷ orderCount",
        by_fulfillment=True,
    ),
    _amazon(
        "a_to_z_claim_rate",
        "Orders with an A-to-z claim that counts, of all orders of the same block.",
        "orderDefectRate.mfn and .afn: claims.count ÷ orderCount",
        by_fulfillment=True,
    ),
    _amazon(
        "chargeback_rate",
        "Orders with a service chargeback, of all orders of the same block.",
        "orderDefectRate.mfn and .afn: chargebacks.count ÷ orderCount",
        by_fulfillment=True,
    ),
    _amazon(
        "late_shipment_rate",
        "Share of seller-fulfilled orders confirmed as shipped after their expected ship date, over 30 days.",
        "lateShipmentRate.rate, else the 30-day entry of lateShipmentRateList",
    ),
    _amazon(
        "late_shipment_rate_10d",
        "The same over 10 days; both count.",
        "the 10-day entry of lateShipmentRateList",
    ),
    _amazon(
        "pre_fulfillment_cancellation_rate",
        "Share of seller-fulfilled orders that the seller cancelled before shipping.",
        "preFulfillmentCancellationRate.rate",
    ),
    _amazon(
        "valid_tracking_rate",
        "Share of seller-fulfilled parcels with a tracking number that the carrier knows.",
        "validTrackingRate.rate",
    ),
    _amazon(
        "on_time_delivery_rate",
        "Share of tracked seller-fulfilled parcels delivered by their promised date.",
        "onTimeDeliveryRate.rate",
    ),
    _amazon(
        "unit_on_time_delivery_rate",
        "Share of seller-fulfilled units delivered by their promised date; given in some marketplaces only.",
        "unitOnTimeDeliveryRate.rate",
    ),
    _amazon(
        "invoice_defect_rate",
        "Share of orders of business customers whose invoice is missing or came late.",
        "invoiceDefectRate.rate",
    ),
    _amazon(
        "account_health_rating",
        "Amazon's score of how well the account keeps the policies, where it is given; Amazon's word for it stands beside it.",
        "accountHealthRating",
    ),
    _amazon(
        "warning_states",
        "How many of Amazon's warnings stand; a bare name counts as one.",
        "warningStates, entries with status BAD",
    ),
    *(
        _amazon(f"policy_violations.{key}", f"How many: {what}.", f"{_camel(key)}.defectsCount")
        for key, what in _VIOLATIONS.items()
    ),
    _amazon(
        "contact_response_time",
        "Share of buyer messages answered within 24 hours, from the 30-day frame, else the shortest longer one.",
        "the response-time frames; counts are turned into a share",
        report=_V1,
    ),
    _computed(
        "order_defect_rate",
        f"Orders with at least one defect of any kind, an order counted once, of {_ORDERS}. Defects: a rating of 1 or 2 stars still "
        "in the feedback snapshot; an A-to-z claim that counts; a chargeback that is not reversed.",
    ),
    _computed(
        "negative_feedback_rate",
        f"Orders whose rating in the feedback snapshot is 1 or 2 stars (3 stars is no defect), of {_ORDERS}.",
        f"{ReportType.ALL_ORDERS}, {ReportType.FEEDBACK}",
    ),
    _computed(
        "a_to_z_claim_rate",
        f"Orders with an A-to-z claim that counts, of {_ORDERS}. A returns row with `A-to-Z Claim` = Y counts when nothing else is known.",
        f"{ReportType.ALL_ORDERS}, {ReportType.MFN_RETURNS}",
    ),
    _computed(
        "chargeback_rate",
        f"Orders with a chargeback that is not reversed, of {_ORDERS}. Chargebacks are told by mail only: without a mailbox the value is "
        "unknown.",
        f"{ReportType.ALL_ORDERS}, the seller's notification mailbox",
    ),
    _answered(7),
    _answered(30),
    _answered(90),
)
"""Every metric that can have a row, in the order of docs/metrics.md."""

VIOLATION_PREFIX = "policy_violations."
OTHER_VIOLATIONS = _amazon(
    f"{VIOLATION_PREFIX}<key>",
    "How many defects Amazon counts in any other block that has a defectsCount; the key is the block's name in snake case, plural.",
    "defectsCount of the block",
)


def definition_of(source: MetricSource, metric: str) -> Definition | None:
    """The definition of a metric; a violation block that Amazon adds is covered by `OTHER_VIOLATIONS`; None for what no run produces."""
    found = {(each.source, each.metric): each for each in CATALOG}.get((source, metric))
    if found is None and source is MetricSource.AMAZON and metric.startswith(VIOLATION_PREFIX):
        return OTHER_VIOLATIONS
    return found
