"""Look whether mailboxes have fallen silent, and send the canary."""

from goodstanding.contracts.settings import MailboxSettings
from goodstanding.contracts.tasks import WatchMailboxesInput, WatchMailboxesOutput
from goodstanding.runtime import wiring
from goodstanding.runtime.task import task
from goodstanding.usecases.watch_mailboxes import watch_mailboxes


@task(WatchMailboxesInput, WatchMailboxesOutput, MailboxSettings)
def handler(request: WatchMailboxesInput, settings: MailboxSettings) -> WatchMailboxesOutput:
    """Every hour; the next sweep publishes what is planned here."""
    return watch_mailboxes(
        request,
        wiring.registry(settings.bucket),
        wiring.conversation_store(settings.conversations_table),
        wiring.canaries(settings),
        wiring.alert_ledger(settings),
        wiring.clock(),
    )
