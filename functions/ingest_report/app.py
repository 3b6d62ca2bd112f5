"""Read a stored report into order facts and Amazon's figures."""

from goodstanding.contracts.settings import IngestSettings
from goodstanding.contracts.tasks import IngestReportInput, IngestReportOutput
from goodstanding.runtime import wiring
from goodstanding.runtime.task import remaining, task
from goodstanding.usecases.ingest_report import ingest_report


@task(IngestReportInput, IngestReportOutput, IngestSettings)
def handler(request: IngestReportInput, settings: IngestSettings) -> IngestReportOutput:
    """Streaming; hands back a cursor before its time runs out."""
    return ingest_report(
        request,
        wiring.health_store(settings),
        wiring.order_store(settings.orders_table),
        wiring.archive(settings.bucket),
        remaining,
    )
