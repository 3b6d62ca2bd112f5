"""Ask the buyers whose time has come."""

from goodstanding.contracts.settings import SendSettings
from goodstanding.contracts.tasks import SendRequestsInput, SendRequestsOutput
from goodstanding.runtime import wiring
from goodstanding.runtime.task import remaining, task
from goodstanding.usecases.send_requests import send_requests


@task(SendRequestsInput, SendRequestsOutput, SendSettings)
def handler(request: SendRequestsInput, settings: SendSettings) -> SendRequestsOutput:
    """Look, claim, post, settle, within the rates; hands back before its time runs out."""
    return send_requests(
        request,
        wiring.registry(settings.bucket),
        wiring.request_ledger(settings.orders_table),
        wiring.alert_ledger(settings),
        wiring.solicitations(settings),
        wiring.clock(),
        remaining,
        observe=settings.mode != "act",
    )
