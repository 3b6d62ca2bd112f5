"""Take the steps of deadlines that are due."""

from goodstanding.contracts.settings import SweepSettings
from goodstanding.contracts.tasks import SweepInput, SweepOutput
from goodstanding.runtime import wiring
from goodstanding.runtime.task import task
from goodstanding.usecases.sweep_deadlines import sweep_deadlines


@task(SweepInput, SweepOutput, SweepSettings)
def handler(request: SweepInput, settings: SweepSettings) -> SweepOutput:
    """Look again, mark, plan the alert: in one transaction each."""
    return sweep_deadlines(
        request,
        wiring.deadline_store(settings),
        wiring.alert_ledger(settings),
        wiring.registry(settings.bucket),
        wiring.clock(),
    )
