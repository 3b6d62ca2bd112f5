"""The end of a run: the sign of life that the absence alarm waits for."""

from goodstanding.contracts.settings import RunSettings
from goodstanding.contracts.tasks import FinishRunInput, FinishRunOutput
from goodstanding.runtime import wiring
from goodstanding.runtime.observability import emit
from goodstanding.runtime.task import task


@task(FinishRunInput, FinishRunOutput, RunSettings)
def handler(request: FinishRunInput, _: RunSettings) -> FinishRunOutput:
    """RunCompleted tells that it ran at all, Sellers for how many."""
    emit("Count", {"RunCompleted": 1, "Sellers": request.sellers})
    return FinishRunOutput(run_on=request.scheduled_at.date(), finished_at=wiring.clock().now())
