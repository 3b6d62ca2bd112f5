"""The performance reports of the sample seller, in the shapes that Amazon really sends (with keys that its schema does not know)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from goodstanding.core.marketplaces import Marketplace

type Share = tuple[int, int]

_POLICIES = (
    "listingPolicyViolations",
    "productAuthenticityCustomerComplaints",
    "productConditionCustomerComplaints",
    "productSafetyCustomerComplaints",
    "receivedIntellectualPropertyComplaints",
    "restrictedProductPolicyViolations",
    "suspectedIntellectualPropertyViolations",
    "foodAndProductSafetyIssues",
    "customerProductReviewsPolicyViolations",
    "otherPolicyViolations",
    "documentRequests",
)


@dataclass(frozen=True, slots=True)
class PerformanceFigures:
    """The figures of one marketplace; shares are (how many, of how many)."""

    late: Share
    on_time: Share
    tracked: Share
    cancelled: Share
    score: int
    answered: Share | None
    own_orders: int = 0
    amazon_orders: int = 0
    defective: int = 0
    claims: int = 0
    negative: int = 0


_NO_DEFECTS = PerformanceFigures((0, 1), (0, 1), (0, 1), (0, 1), 0, None)


def performance_v2(
    marketplace: Marketplace, figures: PerformanceFigures, window: tuple[date, date], as_of: datetime
) -> dict[str, Any]:
    """GET_V2_SELLER_PERFORMANCE_REPORT."""
    today = as_of.date()
    last_month = _range(today - timedelta(days=30), today - timedelta(days=1))
    half_year = _range(today - timedelta(days=180), today - timedelta(days=1))
    delivered = _range(today - timedelta(days=40), today - timedelta(days=11))
    late = _rate(figures.late, 0.04, "LESS_THAN", last_month, "lateShipmentCount", "orderCount")
    return {
        "accountStatuses": [{"marketplaceId": marketplace.marketplace_id, "status": "NORMAL"}],
        "performanceMetrics": [
            {
                "marketplaceId": marketplace.marketplace_id,
                "accountHealthRating": {
                    "ahrStatus": "GREAT",
                    "ahrScore": figures.score,
                    "reportingDateRange": half_year,
                },
                "orderDefectRate": {
                    "mfn": _defect_block(figures, figures.own_orders, figures.defective, window),
                    "afn": _defect_block(_NO_DEFECTS, figures.amazon_orders, 0, window),
                },
                "lateShipmentRate": late,
                "lateShipmentRateList": [
                    late,
                    _rate(
                        (0, figures.late[1] // 3),
                        0.04,
                        "LESS_THAN",
                        _range(today - timedelta(days=10), today - timedelta(days=1)),
                        "lateShipmentCount",
                        "orderCount",
                    ),
                ],
                "preFulfillmentCancellationRate": _rate(
                    figures.cancelled,
                    0.025,
                    "LESS_THAN",
                    _range(today - timedelta(days=8), today - timedelta(days=2)),
                    "cancellationCount",
                    "orderCount",
                ),
                "onTimeDeliveryRate": _rate(
                    figures.on_time,
                    0.9,
                    "GREATER_THAN",
                    delivered,
                    "onTimeDeliveryCount",
                    "shipmentCountWithValidTracking",
                ),
                "validTrackingRate": _rate(
                    figures.tracked, 0.95, "GREATER_THAN", delivered, "validTrackingCount", "shipmentCount"
                ),
                **{
                    policy: {
                        "reportingDateRange": half_year,
                        "defectsCount": 0,
                        "status": "GOOD",
                        "targetValue": 0,
                        "targetCondition": "EQUALS",
                    }
                    for policy in _POLICIES
                },
                "policyViolationWarnings": {"warningsCount": 0, "reportingDateRange": half_year},
                "warningStates": [],
            }
        ],
    }


def performance_v1(figures: PerformanceFigures, answered: Share, as_of: datetime) -> str:
    """GET_V1_SELLER_PERFORMANCE_REPORT: here only for what the newer one lacks, the time of answering buyers."""
    month_in_time, month_all = answered
    frames = (
        (7, month_in_time // 4, month_all // 4),
        (30, month_in_time, month_all),
        (90, month_in_time * 3, month_all * 3),
    )
    blocks = "".join(
        f"""
      <responseTimeMetrics>
        <timeFrame>
          <start>{(as_of - timedelta(days=days)):%Y-%m-%dT00:00:00Z}</start>
          <end>{(as_of - timedelta(days=1)):%Y-%m-%dT23:59:59Z}</end>
        </timeFrame>
        <averageResponseTimeInHours>7.4</averageResponseTimeInHours>
        <noResponseForContactsOlderThan24Hours>0</noResponseForContactsOlderThan24Hours>
        <responseUnder24Hours>{in_time}</responseUnder24Hours>
        <responseTimeGreaterThan24Hours>{total - in_time}</responseTimeGreaterThan24Hours>
      </responseTimeMetrics>"""
        for days, in_time, total in frames
    )
    late, of = figures.late
    return f"""\
<?xml version="1.0" encoding="UTF-8"?>
<sellerPerformanceReports>
  <sellerPerformanceReport>
    <performanceChecklist>
      <lateShipmentRate><status>Good</status></lateShipmentRate>
      <contactResponseTime><status>Good</status></contactResponseTime>
    </performanceChecklist>
    <customerExperience>
      <customerExperienceMetrics>
        <lateShipment><count>{late}</count><rate>{late / of * 100:.2f}%</rate></lateShipment>
      </customerExperienceMetrics>
    </customerExperience>
    <buyerSellerContactResponseTimeMetrics>{blocks}
    </buyerSellerContactResponseTimeMetrics>
  </sellerPerformanceReport>
</sellerPerformanceReports>
"""


def _defect_block(
    figures: PerformanceFigures, orders: int, defective: int, window: tuple[date, date]
) -> dict[str, Any]:
    rate = defective / orders
    target = 0.01
    status = "GOOD" if rate < target else "BAD"
    return {
        "reportingDateRange": _range(*window),
        "orderCount": orders,
        "orderWithDefects": {"count": defective, "status": status},
        "claims": {"count": figures.claims, "status": "NONE"},
        "chargebacks": {"count": 0, "status": "NONE"},
        "negativeFeedback": {"count": figures.negative, "status": "NONE"},
        "fulfillmentType": "mfn",  # Amazon writes so in both blocks
        "status": status,
        "rate": rate,
        "targetValue": target,
        "targetCondition": "LESS_THAN",
    }


def _rate(share: Share, target: float, condition: str, when: dict[str, str], counted: str, of: str) -> dict[str, Any]:
    many, total = share
    return {
        "reportingDateRange": when,
        of: total,
        counted: many,
        "status": "GOOD",
        "rate": many / total,
        "targetValue": target,
        "targetCondition": condition,
    }


def _range(first: date, last: date) -> dict[str, str]:
    return {
        "reportingDateFrom": f"{first.isoformat()}T00:00:00Z",
        "reportingDateTo": f"{last.isoformat()}T23:59:59Z",
    }
