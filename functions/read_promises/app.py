"""Read what the Orders API promises the buyers of one region."""

from goodstanding.contracts.settings import PromiseSettings
from goodstanding.contracts.tasks import ReadPromisesOutput, RegionInput
from goodstanding.runtime import wiring
from goodstanding.runtime.task import remaining, task
from goodstanding.usecases.read_promises import read_promises


@task(RegionInput, ReadPromisesOutput, PromiseSettings)
def handler(request: RegionInput, settings: PromiseSettings) -> ReadPromisesOutput:
    """As far as the rate goes; never fails the run."""
    return read_promises(
        request,
        wiring.registry(settings.bucket),
        wiring.promise_store(settings.orders_table),
        wiring.pace_store(settings),
        wiring.orders_api(settings),
        wiring.clock(),
        remaining,
    )
