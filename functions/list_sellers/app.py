"""Who is served today: a manifest of sellers for the Distributed Map."""

from functools import partial

from goodstanding.contracts.settings import SellersSettings
from goodstanding.contracts.tasks import ListSellersInput, ListSellersOutput
from goodstanding.runtime import wiring
from goodstanding.runtime.observability import complain, emit
from goodstanding.runtime.task import task
from goodstanding.usecases.list_sellers import list_sellers


@task(ListSellersInput, ListSellersOutput, SellersSettings)
def handler(request: ListSellersInput, settings: SellersSettings) -> ListSellersOutput:
    """One object under `sellers/` is one seller."""
    return list_sellers(
        request.scheduled_at,
        wiring.registry(settings.bucket),
        wiring.credential_ages(settings),
        partial(emit, "Count"),
        complain,
    )
