"""Download one report into the raw bucket, at first sight."""

from goodstanding.contracts.settings import DownloadSettings
from goodstanding.contracts.tasks import StoreReportInput, StoreReportOutput
from goodstanding.runtime import wiring
from goodstanding.runtime.task import task
from goodstanding.usecases.fetch_reports import store_report


@task(StoreReportInput, StoreReportOutput, DownloadSettings)
def handler(request: StoreReportInput, settings: DownloadSettings) -> StoreReportOutput:
    """getReportDocument, within its rate, and the download behind it."""
    return store_report(
        request,
        wiring.health_store(settings),
        wiring.pace_store(settings),
        wiring.selling_partner(settings),
        wiring.archive(settings.bucket),
        wiring.clock(),
    )
