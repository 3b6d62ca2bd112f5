"""SP-API's documented usage plans, in requests a second and burst, for each seller, region and application (sp-api documentation, 2026)."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class UsagePlan:
    """A token bucket: `rate` tokens a second, at most `burst`."""

    operation: str
    rate: Decimal
    burst: int


CREATE_REPORT = UsagePlan("createReport", Decimal("0.0167"), 15)
GET_REPORT_DOCUMENT = UsagePlan("getReportDocument", Decimal("0.0167"), 15)
GET_SOLICITATION_ACTIONS = UsagePlan("getSolicitationActionsForOrder", Decimal(1), 5)
CREATE_SOLICITATION = UsagePlan("createProductReviewAndSellerFeedbackSolicitation", Decimal(1), 5)
SEARCH_ORDERS = UsagePlan("searchOrders", Decimal("0.0056"), 20)
