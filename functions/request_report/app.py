"""Ask Amazon for one report, once."""

from goodstanding.contracts.settings import SpApiSettings
from goodstanding.contracts.tasks import FetchInput, RequestReportOutput
from goodstanding.runtime import wiring
from goodstanding.runtime.task import task
from goodstanding.usecases.fetch_reports import request_report


@task(FetchInput, RequestReportOutput, SpApiSettings)
def handler(request: FetchInput, settings: SpApiSettings) -> RequestReportOutput:
    """createReport, within its rate; an earlier attempt's request is taken up."""
    return request_report(
        request,
        wiring.health_store(settings),
        wiring.pace_store(settings),
        wiring.selling_partner(settings),
        wiring.clock(),
    )
