"""Take in SP-API notifications from the queue."""

from goodstanding.contracts.settings import NotificationSettings
from goodstanding.runtime import wiring
from goodstanding.runtime.queue import queue_task
from goodstanding.usecases.receive_notification import receive_notification


@queue_task(NotificationSettings)
def handler(body: str, settings: NotificationSettings) -> str:
    """Each message on its own; what is no notification of a seller's ends in the dead-letter queue."""
    return receive_notification(
        body,
        wiring.registry(settings.bucket),
        wiring.promise_store(settings.orders_table),
        wiring.request_ledger(settings.orders_table),
        wiring.deadline_store(settings),
    )
