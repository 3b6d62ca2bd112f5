"""The error funnel: what failed, as a stable reason, where the run will find it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from goodstanding.contracts import errors
from goodstanding.contracts.tasks import RecordFailureInput, RecordFailureOutput
from goodstanding.core import marketplaces
from goodstanding.core.fetches import FetchState
from goodstanding.core.runs import run_on
from goodstanding.core.texts.failures import failure_alert
from goodstanding.ports.alerts import AlertLedger
from goodstanding.ports.health import HealthStore
from goodstanding.ports.sellers import SellerRegistry

_TERMINAL = frozenset({FetchState.INGESTED, FetchState.NO_DATA, FetchState.FAILED})


def record_failure(
    request: RecordFailureInput,
    health: HealthStore,
    ledger: AlertLedger,
    registry: SellerRegistry,
    report: Callable[[Mapping[str, float]], None],
) -> RecordFailureOutput:
    """Note a failed report in the run's ledger (the first reason stands); anything larger is told to people."""
    reason = reason_of(request.error, request.cause)
    report({"Failures": 1})
    day = run_on(request.scheduled_at)
    if request.seller_id and request.marketplace and request.name:
        marketplace = marketplaces.by_country(request.marketplace)
        fetch = health.fetch(request.seller_id, marketplace, day, request.name)
        if fetch.state not in _TERMINAL:
            health.put_fetch(
                request.seller_id,
                marketplace,
                day,
                replace(fetch, state=FetchState.FAILED, reason=reason, slot_at=None),
            )
    elif request.seller_id:
        language = registry.get(request.seller_id).language
        alert = failure_alert(
            request.marketplace, reason, day, language, region=request.region, deadlines=request.deadlines
        )
        ledger.plan(request.seller_id, day, [alert])
    return RecordFailureOutput(reason=reason)


_REASONS = {
    name: thing.reason
    for name, thing in vars(errors).items()
    if isinstance(thing, type) and issubclass(thing, errors.GoodstandingError)
}


def reason_of(error: str, cause: str) -> str:
    """The stable code of an error as Step Functions names it; a failed child execution's cause names the error inside."""
    if error in _REASONS:
        return _REASONS[error]
    try:
        inner = json.loads(cause)
    except ValueError:
        inner = {}
    named = str(inner.get("Error") or inner.get("error") or "") if isinstance(inner, dict) else ""
    return _REASONS.get(named) or _STATES.get(error) or _STATES.get(named) or errors.InternalError.reason


_STATES = {"States.Timeout": "timeout", "Lambda.Unknown": "out_of_memory"}
