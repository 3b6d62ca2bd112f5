"""Take a person's word that a conversation was answered or needs no answer."""

from goodstanding.contracts.settings import ThreadSettings
from goodstanding.contracts.tasks import ResolveThreadInput, ResolveThreadOutput
from goodstanding.runtime import wiring
from goodstanding.runtime.task import task
from goodstanding.usecases.settle_threads import resolve_thread


@task(ResolveThreadInput, ResolveThreadOutput, ThreadSettings)
def handler(request: ResolveThreadInput, settings: ThreadSettings) -> ResolveThreadOutput:
    """Its clocks end now."""
    return resolve_thread(
        request,
        wiring.registry(settings.bucket),
        wiring.thread_stores(settings),
        wiring.mail_hashes(settings)(request.seller_id),
        wiring.clock().now(),
    )
