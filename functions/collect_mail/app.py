"""Collect the mails of sellers' mailboxes into the bucket."""

from functools import partial

from goodstanding.contracts.settings import CollectSettings
from goodstanding.contracts.tasks import CollectMailInput, CollectMailOutput
from goodstanding.runtime import wiring
from goodstanding.runtime.observability import complain, emit
from goodstanding.runtime.task import remaining, task
from goodstanding.usecases.collect_mail import Post, collect_mail


@task(CollectMailInput, CollectMailOutput, CollectSettings)
def handler(request: CollectMailInput, settings: CollectSettings) -> CollectMailOutput:
    """One round; what the time does not suffice for is collected in the next."""
    return collect_mail(
        request,
        wiring.registry(settings.bucket),
        Post(wiring.mailboxes(settings), wiring.mailbox_store(settings), wiring.mail_drop(settings.bucket)),
        wiring.alert_ledger(settings),
        remaining,
        partial(emit, "Count"),
        partial(complain, about="mailbox not read"),
    )
