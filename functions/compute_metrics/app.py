"""From order facts and Amazon's reports to the day's metrics."""

from goodstanding.contracts.settings import ComputeSettings
from goodstanding.contracts.tasks import ComputeMetricsOutput, MarketplaceInput
from goodstanding.runtime import wiring
from goodstanding.runtime.task import task
from goodstanding.usecases.judge_health import compute_metrics


@task(MarketplaceInput, ComputeMetricsOutput, ComputeSettings)
def handler(request: MarketplaceInput, settings: ComputeSettings) -> ComputeMetricsOutput:
    """Amazon's own figures and ours, each with its standing."""
    return compute_metrics(
        request,
        wiring.health_store(settings),
        wiring.order_store(settings.orders_table),
        wiring.registry(settings.bucket),
        wiring.conversation_store(settings.conversations_table),
        wiring.deadline_store(settings),
    )
