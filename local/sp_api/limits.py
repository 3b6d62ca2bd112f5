"""The operations that are served, and Amazon's documented usage plan for each: a token bucket for every seller and operation."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Operation(StrEnum):
    """Amazon's operation names; the first two are ours: they have no usage plan."""

    LOG_IN = "logInWithAmazon"
    DOWNLOAD_DOCUMENT = "downloadDocument"
    CREATE_REPORT = "createReport"
    GET_REPORT = "getReport"
    GET_REPORTS = "getReports"
    CANCEL_REPORT = "cancelReport"
    GET_REPORT_DOCUMENT = "getReportDocument"
    GET_SOLICITATION_ACTIONS = "getSolicitationActionsForOrder"
    CREATE_SOLICITATION = "createProductReviewAndSellerFeedbackSolicitation"


@dataclass(frozen=True, slots=True)
class Plan:
    """`rate` requests a second are refilled, up to `burst`."""

    rate: Decimal
    burst: int


PLANS: dict[Operation, Plan] = {
    Operation.CREATE_REPORT: Plan(Decimal("0.0167"), 15),
    Operation.GET_REPORT: Plan(Decimal("2.0"), 15),
    Operation.GET_REPORTS: Plan(Decimal("0.0222"), 10),
    Operation.CANCEL_REPORT: Plan(Decimal("0.0222"), 10),
    Operation.GET_REPORT_DOCUMENT: Plan(Decimal("0.0167"), 15),
    Operation.GET_SOLICITATION_ACTIONS: Plan(Decimal("1.0"), 5),
    Operation.CREATE_SOLICITATION: Plan(Decimal("1.0"), 5),
}
"""Default plans as documented. Operations that are missing here are not limited."""


@dataclass(slots=True)
class _Bucket:
    tokens: Decimal
    filled_at: datetime


class UsagePlans:
    """The buckets. Time that goes backwards (callers bring their own clocks) refills nothing and takes nothing away."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, Operation], _Bucket] = {}

    def take(self, seller_id: str, operation: Operation, now: datetime) -> bool:
        """Take a token; False when none is left."""
        plan = PLANS.get(operation)
        if plan is None:
            return True
        bucket = self._buckets.setdefault((seller_id, operation), _Bucket(Decimal(plan.burst), now))
        if now > bucket.filled_at:
            elapsed = Decimal(str((now - bucket.filled_at).total_seconds()))
            bucket.tokens = min(Decimal(plan.burst), bucket.tokens + elapsed * plan.rate)
            bucket.filled_at = now
        if bucket.tokens < 1:
            return False
        bucket.tokens -= 1
        return True
