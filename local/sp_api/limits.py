"""The operations that are served, and Amazon's documented usage plan for each: a token bucket for every seller and operation.

Amazon changes plans when it likes; a run may be given such changes as data.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Operation(StrEnum):
    """Amazon's operation names; the first three are ours: they have no usage plan."""

    NONE = "noSuchOperation"
    LOG_IN = "logInWithAmazon"
    DOWNLOAD_DOCUMENT = "downloadDocument"
    CREATE_REPORT = "createReport"
    GET_REPORT = "getReport"
    GET_REPORTS = "getReports"
    CANCEL_REPORT = "cancelReport"
    GET_REPORT_DOCUMENT = "getReportDocument"
    GET_SOLICITATION_ACTIONS = "getSolicitationActionsForOrder"
    CREATE_SOLICITATION = "createProductReviewAndSellerFeedbackSolicitation"
    SEARCH_ORDERS = "searchOrders"
    GET_ORDER = "getOrder"


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
    Operation.SEARCH_ORDERS: Plan(Decimal("0.0056"), 20),
    Operation.GET_ORDER: Plan(Decimal("0.5"), 30),
}
"""Default plans as documented. Operations that are missing here are not limited."""


@dataclass(frozen=True, slots=True)
class PlanChange:
    """From `since` on an operation has this plan, for one seller or (None) for all."""

    since: datetime
    operation: Operation
    plan: Plan
    seller: str | None = None


@dataclass(slots=True)
class _Bucket:
    tokens: Decimal
    filled_at: datetime


class UsagePlans:
    """The buckets. Time that goes backwards (callers bring their own clocks) refills nothing and takes nothing away."""

    def __init__(self, changes: Sequence[PlanChange] = ()) -> None:
        self._changes = sorted(changes, key=lambda change: change.since)
        self._buckets: dict[tuple[str, Operation], _Bucket] = {}

    def plan(self, seller_id: str, operation: Operation, at: datetime) -> Plan | None:
        """The plan in force; None when the operation is not limited."""
        changed = [change.plan for change in self._concerning(seller_id, operation) if change.since <= at]
        return changed[-1] if changed else PLANS.get(operation)

    def take(self, seller_id: str, operation: Operation, now: datetime) -> bool:
        """Take a token; False when none is left."""
        plan = self.plan(seller_id, operation, now)
        if plan is None:
            return True
        bucket = self._buckets.setdefault((seller_id, operation), _Bucket(Decimal(plan.burst), now))
        changes = [change.since for change in self._concerning(seller_id, operation)]
        for until in [*(at for at in changes if bucket.filled_at < at < now), now]:
            in_force = self.plan(seller_id, operation, bucket.filled_at)
            _fill(bucket, until, in_force or plan)
        bucket.tokens = min(bucket.tokens, Decimal(plan.burst))
        if bucket.tokens < 1:
            return False
        bucket.tokens -= 1
        return True

    def _concerning(self, seller_id: str, operation: Operation) -> list[PlanChange]:
        return [
            change for change in self._changes if change.operation is operation and change.seller in {None, seller_id}
        ]


def _fill(bucket: _Bucket, until: datetime, plan: Plan) -> None:
    if until > bucket.filled_at:
        elapsed = Decimal(str((until - bucket.filled_at).total_seconds()))
        bucket.tokens = min(Decimal(plan.burst), bucket.tokens + elapsed * plan.rate)
        bucket.filled_at = until
