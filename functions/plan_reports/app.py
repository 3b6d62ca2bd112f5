"""What one marketplace asks Amazon for today."""

from goodstanding.contracts.settings import HealthSettings
from goodstanding.contracts.tasks import PlanReportsInput, PlanReportsOutput
from goodstanding.runtime import wiring
from goodstanding.runtime.task import task
from goodstanding.usecases.fetch_reports import plan_reports


@task(PlanReportsInput, PlanReportsOutput, HealthSettings)
def handler(request: PlanReportsInput, settings: HealthSettings) -> PlanReportsOutput:
    """The first run covers the whole window, later ones what changed."""
    return plan_reports(request, wiring.health_store(settings))
