"""The day's digest of one seller."""

from goodstanding.contracts.settings import JudgeSettings
from goodstanding.contracts.tasks import WriteDigestInput, WriteDigestOutput
from goodstanding.runtime import wiring
from goodstanding.runtime.task import task
from goodstanding.usecases.publish import write_digest


@task(WriteDigestInput, WriteDigestOutput, JudgeSettings)
def handler(request: WriteDigestInput, settings: JudgeSettings) -> WriteDigestOutput:
    """Planned once a day; sent like every alert."""
    return write_digest(
        request, wiring.health_store(settings), wiring.registry(settings.bucket), wiring.alert_ledger(settings)
    )
