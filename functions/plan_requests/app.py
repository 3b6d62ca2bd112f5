"""Consider the orders of one region of which something new is known."""

from goodstanding.contracts.settings import PlanSettings
from goodstanding.contracts.tasks import PlanRequestsOutput, RegionInput
from goodstanding.runtime import wiring
from goodstanding.runtime.task import remaining, task
from goodstanding.usecases.plan_requests import plan_requests


@task(RegionInput, PlanRequestsOutput, PlanSettings)
def handler(request: RegionInput, settings: PlanSettings) -> PlanRequestsOutput:
    """One ledger record for each order; done, or to be called again."""
    return plan_requests(
        request,
        wiring.registry(settings.bucket),
        wiring.request_ledger(settings.orders_table),
        wiring.deadline_store(settings),
        wiring.clock().now(),
        remaining,
    )
