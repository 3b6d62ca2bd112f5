"""Receive one mail of a seller's notification mailbox."""

from goodstanding.contracts.settings import MailSettings
from goodstanding.contracts.tasks import ReceiveMailInput, ReceiveMailOutput
from goodstanding.runtime import wiring
from goodstanding.runtime.task import task
from goodstanding.usecases.receive_mail import receive_mail


@task(ReceiveMailInput, ReceiveMailOutput, MailSettings)
def handler(request: ReceiveMailInput, settings: MailSettings) -> ReceiveMailOutput:
    """Each mail once, whatever it is."""
    return receive_mail(
        request,
        wiring.mail_archive(settings.bucket),
        wiring.registry(settings.bucket),
        wiring.mail_stores(settings),
        wiring.mail_parser(),
        wiring.mail_words(),
        wiring.mail_hashes(settings),
        wiring.clock(),
    )
