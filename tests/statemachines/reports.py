"""What Amazon has of the sellers in these tests: one small file of each kind."""

import json
from collections.abc import Mapping

from goodstanding.core.marketplaces import by_country
from tests.local.sp_api_world import order, tsv

type Files = Mapping[str, str | bytes]

MOMENTS = (
    "2026-10-01T10:00:00+00:00",
    "2026-11-05T10:00:00+00:00",
    "2026-11-18T10:00:00+00:00",
    "2026-11-18T11:00:00+00:00",
)
"""At least one in each of the ranges that the first run asks for, two in the last."""

ORDER_IDS = tuple(f"302-0000000-000000{number}" for number in (1, 2, 3, 4))


def performance(country: str) -> str:
    """A performance report (V2): the account is in order, few orders are late."""
    marketplace_id = by_country(country).marketplace_id
    rate = {"rate": 0.01, "orderCount": 100, "targetValue": 0.04, "targetCondition": "LESS_THAN", "status": "GOOD"}
    return json.dumps(
        {
            "accountStatuses": [{"marketplaceId": marketplace_id, "status": "NORMAL"}],
            "performanceMetrics": [{"marketplaceId": marketplace_id, "lateShipmentRate": rate}],
        }
    )


CHECKLIST = """<sellerPerformanceReports><sellerPerformanceReport><buyerSellerContactResponseTimeMetrics><responseTimeMetrics>
<timeFrame><start>2026-10-21T00:00:00Z</start><end>2026-11-19T23:59:59Z</end></timeFrame>
<noResponseForContactsOlderThan24Hours>0</noResponseForContactsOlderThan24Hours><responseUnder24Hours>14</responseUnder24Hours>
<responseTimeGreaterThan24Hours>1</responseTimeGreaterThan24Hours>
</responseTimeMetrics></buyerSellerContactResponseTimeMetrics></sellerPerformanceReport></sellerPerformanceReports>
"""

_FEEDBACK_DAYS = {"US": "11/18/26"}


def reports(country: str, **instead: str) -> dict[str, str | bytes]:
    """One file of each kind for a marketplace, with rows in each part of the 66 days; `instead` replaces some by file name.

    Of four orders that the seller fulfils one has bad feedback: the order defect rate is bad.
    """
    shipments = [
        {
            "amazon-order-id": order_id, "shipment-id": f"S{number}", "shipment-item-id": f"I{number}",
            "purchase-date": at, "shipment-date": at, "reporting-date": at, "estimated-arrival-date": at,
        }
        for number, (order_id, at) in enumerate(zip(ORDER_IDS, MOMENTS, strict=True))
    ]  # fmt: skip
    returns = [
        {
            "Order ID": order_id, "Order date": day, "Return request date": day, "Return request status": "Approved",
            "Amazon RMA ID": f"R{order_id[-1]}", "A-to-Z Claim": "N", "Is prime": "N",
        }
        for order_id, day in ((ORDER_IDS[0], "02-Oct-2026"), (ORDER_IDS[2], "18-Nov-2026"))
    ]  # fmt: skip
    day = _FEEDBACK_DAYS.get(country, "18.11.26")
    sales = {"sales-channel": by_country(country).domain}
    files = {
        "performance.json": performance(country),
        "performance-v1.xml": CHECKLIST,
        "feedback.txt": "Date\tRating\tComments\tYour Response\tOrder ID\tRater Email\r\n"
        f"{day}\t1\tspät\t\t{ORDER_IDS[0]}\tbuyer@example.com\r\n",
        "orders.txt": tsv([order(order_id, at, **sales) for order_id, at in zip(ORDER_IDS, MOMENTS, strict=True)]),
        "shipments.txt": tsv(shipments, tuple(shipments[0])),
        "returns.txt": tsv(returns, tuple(returns[0])),
    }
    names = {name.rpartition(".")[0]: name for name in files}
    files |= {names[name]: content for name, content in instead.items()}
    return {f"{country}/{name}": content for name, content in files.items()}
