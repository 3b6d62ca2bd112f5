"""The task of the escalation machine: take the steps that are due, and say whose alerts are to be published."""

from goodstanding.contracts.tasks import SweepInput, SweepOutput
from goodstanding.ports.alerts import AlertLedger
from goodstanding.ports.clock import Clock
from goodstanding.ports.deadlines import DeadlineStore
from goodstanding.ports.sellers import SellerRegistry
from goodstanding.usecases.escalate import BATCH, escalate


def sweep_deadlines(
    request: SweepInput, store: DeadlineStore, ledger: AlertLedger, registry: SellerRegistry, clock: Clock
) -> SweepOutput:
    """By the later of the schedule's time and now: a sweep that was started late takes what fell due meanwhile.

    A sweep's first call also names the sellers with alerts left over, whoever planned them: what could not be published, or was
    planned by a run that died, waits for the next sweep and no longer.
    """
    swept = escalate(
        max(request.scheduled_at, clock.now()), store, registry, limit=BATCH, cursor=request.cursor or None
    )
    left_over = () if request.cursor else ledger.sellers_with_unsent(BATCH - len(swept.sellers))
    sellers = tuple(dict.fromkeys([*swept.sellers, *left_over]))
    return SweepOutput(planned=swept.planned, sellers=sellers, cursor=swept.cursor or "")
