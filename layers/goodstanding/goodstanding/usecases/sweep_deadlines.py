"""The task of the escalation machine: take the steps that are due, and say whose alerts are to be published."""

from goodstanding.contracts.tasks import SweepInput, SweepOutput
from goodstanding.ports import Clock, DeadlineStore, SellerRegistry
from goodstanding.usecases.escalate import escalate


def sweep_deadlines(request: SweepInput, store: DeadlineStore, registry: SellerRegistry, clock: Clock) -> SweepOutput:
    """By the later of the schedule's time and now: a sweep that was started late takes what fell due meanwhile."""
    swept = escalate(max(request.scheduled_at, clock.now()), store, registry, cursor=request.cursor or None)
    return SweepOutput(planned=swept.planned, sellers=swept.sellers, cursor=swept.cursor or "")
