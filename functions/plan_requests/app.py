"""Consider the orders of one region of which something new is known."""

from goodstanding.contracts.settings import RequestSettings
from goodstanding.contracts.tasks import PlanRequestsOutput, RegionInput
from goodstanding.runtime import wiring
from goodstanding.runtime.task import remaining, task
from goodstanding.usecases.plan_requests import plan_requests


@task(RegionInput, PlanRequestsOutput, RequestSettings)
def handler(request: RegionInput, settings: RequestSettings) -> PlanRequestsOutput:
    """One ledger record for each order; done, or to be called again."""
    return plan_requests(
        request,
        wiring.registry(settings.bucket),
        wiring.request_ledger(settings.orders_table),
        wiring.clock().now(),
        remaining,
    )
