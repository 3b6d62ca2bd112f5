"""Look whether a requested report is there."""

from goodstanding.contracts.settings import SpApiSettings
from goodstanding.contracts.tasks import CheckReportInput, CheckReportOutput
from goodstanding.runtime import wiring
from goodstanding.runtime.task import task
from goodstanding.usecases.fetch_reports import check_report


@task(CheckReportInput, CheckReportOutput, SpApiSettings)
def handler(request: CheckReportInput, settings: SpApiSettings) -> CheckReportOutput:
    """getReport, and what its status means."""
    return check_report(request, wiring.health_store(settings), wiring.selling_partner(settings), wiring.clock())
