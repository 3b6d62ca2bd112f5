"""Send what is planned to SNS."""

from goodstanding.contracts.settings import PublishSettings
from goodstanding.contracts.tasks import PublishAlertsOutput, SellerInput
from goodstanding.runtime import wiring
from goodstanding.runtime.task import task
from goodstanding.usecases.publish_alerts import publish_alerts


@task(SellerInput, PublishAlertsOutput, PublishSettings)
def handler(request: SellerInput, settings: PublishSettings) -> PublishAlertsOutput:
    """Claim, publish, settle."""
    return publish_alerts(
        request, wiring.alert_ledger(settings), wiring.alerts(settings), wiring.registry(settings.bucket)
    )
