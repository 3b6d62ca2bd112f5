"""Pause a deadline's warnings: somebody is at it."""

from goodstanding.contracts.settings import ClockSettings
from goodstanding.contracts.tasks import AcknowledgeInput, AcknowledgeOutput
from goodstanding.runtime import wiring
from goodstanding.runtime.task import task
from goodstanding.usecases.settle_threads import acknowledge


@task(AcknowledgeInput, AcknowledgeOutput, ClockSettings)
def handler(request: AcknowledgeInput, settings: ClockSettings) -> AcknowledgeOutput:
    """For a while, never for good; its critical steps are said all the same."""
    return acknowledge(request, wiring.deadline_store(settings), wiring.clock().now())
