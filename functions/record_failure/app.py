"""The error funnel of every machine."""

from functools import partial

from goodstanding.contracts.settings import JudgeSettings
from goodstanding.contracts.tasks import RecordFailureInput, RecordFailureOutput
from goodstanding.runtime import wiring
from goodstanding.runtime.observability import emit
from goodstanding.runtime.task import task
from goodstanding.usecases.record_failure import record_failure


@task(RecordFailureInput, RecordFailureOutput, JudgeSettings)
def handler(request: RecordFailureInput, settings: JudgeSettings) -> RecordFailureOutput:
    """What failed is written where the run, the digest and the operator find it."""
    return record_failure(
        request,
        wiring.health_store(settings),
        wiring.alert_ledger(settings),
        wiring.registry(settings.bucket),
        partial(emit, "Count"),
    )
