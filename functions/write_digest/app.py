"""The day's digest of one seller."""

from goodstanding.contracts.settings import DigestSettings
from goodstanding.contracts.tasks import WriteDigestInput, WriteDigestOutput
from goodstanding.runtime import wiring
from goodstanding.runtime.task import task
from goodstanding.usecases.write_digest import Known, write_digest


@task(WriteDigestInput, WriteDigestOutput, DigestSettings)
def handler(request: WriteDigestInput, settings: DigestSettings) -> WriteDigestOutput:
    """Planned once a day; sent like every alert."""
    known = Known(
        wiring.health_store(settings),
        wiring.order_store(settings.orders_table),
        wiring.request_ledger(settings.orders_table),
        wiring.deadline_store(settings),
        wiring.conversation_store(settings.conversations_table),
    )
    return write_digest(
        request,
        known,
        wiring.registry(settings.bucket),
        wiring.alert_ledger(settings),
        observe=settings.mode != "act",
        stopped=settings.amazon_calls != "on",
    )
