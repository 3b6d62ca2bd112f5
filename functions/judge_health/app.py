"""What changed since the last run, and whom to tell."""

from goodstanding.contracts.settings import JudgeSettings
from goodstanding.contracts.tasks import JudgeHealthOutput, MarketplaceInput
from goodstanding.runtime import wiring
from goodstanding.runtime.task import task
from goodstanding.usecases.judge_health import judge_health


@task(MarketplaceInput, JudgeHealthOutput, JudgeSettings)
def handler(request: MarketplaceInput, settings: JudgeSettings) -> JudgeHealthOutput:
    """A change of status alerts once: state and alerts are written together."""
    return judge_health(request, wiring.health_store(settings), wiring.registry(settings.bucket))
