"""Getting one report from Amazon into the raw bucket: plan, request, check, store.

Each step first looks at the ledger and hands back what an earlier attempt reached, so that a run killed anywhere goes on where it was.
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from math import ceil

from goodstanding.contracts.tasks import (
    CheckReportInput,
    CheckReportOutput,
    FetchInput,
    PlannedFetch,
    PlanReportsInput,
    PlanReportsOutput,
    RequestReportOutput,
    StoreReportInput,
    StoreReportOutput,
)
from goodstanding.core import marketplaces
from goodstanding.core.fetches import CheckOutcome, Fetch, FetchOutcome, FetchState, outcome, pause
from goodstanding.core.marketplaces import Marketplace, Region
from goodstanding.core.rate_limits import CREATE_REPORT, GET_REPORT_DOCUMENT, UsagePlan
from goodstanding.core.report_types import DAILY_REPORTS
from goodstanding.core.runs import run_on
from goodstanding.core.windows import request_ranges
from goodstanding.ports.clock import Clock
from goodstanding.ports.health import HealthStore
from goodstanding.ports.pace import PaceStore
from goodstanding.ports.report_archive import ReportArchive
from goodstanding.ports.selling_partner import SellingPartner

type Connect = Callable[[str, Region], SellingPartner]


def plan_reports(request: PlanReportsInput, health: HealthStore) -> PlanReportsOutput:
    """What to ask for: the whole window the first time, afterwards what changed since all parts were last in."""
    marketplace = marketplaces.by_country(request.marketplace)
    day = run_on(request.scheduled_at)
    known = health.sources(request.seller_id, marketplace)
    planned = [
        Fetch(f"{report_type.name.lower().replace('_', '-')}-{part}", report_type, start, end)
        for report_type, rule in DAILY_REPORTS.items()
        for part, (start, end) in enumerate(
            request_ranges(
                rule, request.scheduled_at, known[report_type].covered_until if report_type in known else None
            ),
            start=1,
        )
    ]
    mark = hashlib.sha256(f"{request.seller_id}/{request.execution}".encode()).hexdigest()[:12]
    return PlanReportsOutput(
        fetches=tuple(
            PlannedFetch(
                seller_id=request.seller_id,
                marketplace=request.marketplace,
                scheduled_at=request.scheduled_at,
                name=fetch.name,
                report_type=fetch.report_type,
                execution_name=f"{day}-{request.marketplace}-{fetch.name}-{mark}",
            )
            for fetch in health.plan(request.seller_id, marketplace, day, planned)
        )
    )


def request_report(
    request: FetchInput, health: HealthStore, pace: PaceStore, connect: Connect, clock: Clock
) -> RequestReportOutput:
    """Ask Amazon for the report, unless an earlier attempt did, or our own rate says wait."""
    marketplace, day, fetch = _find(request, health)
    reached = _REACHED.get(fetch.state)
    if reached is not None:
        return RequestReportOutput(
            outcome=reached, report_id=fetch.report_id or "", wait_seconds=_seconds(pause(timedelta(0)))
        )
    amazon = connect(request.seller_id, marketplace.region)
    wait = _queue(request, fetch, health, pace, clock, CREATE_REPORT)
    if wait:
        return RequestReportOutput(outcome=FetchOutcome.PACED, report_id="", wait_seconds=_seconds(wait))
    report_id = amazon.create_report(fetch.report_type, marketplace, fetch.start, fetch.end)
    requested = replace(
        fetch,
        state=FetchState.REQUESTED,
        report_id=report_id,
        requested_at=clock.now(),
        reason=None,
        stored=None,
        slot_at=None,
    )
    health.put_fetch(request.seller_id, marketplace, day, requested)
    return RequestReportOutput(
        outcome=FetchOutcome.REQUESTED, report_id=report_id, wait_seconds=_seconds(pause(timedelta(0)))
    )


def check_report(request: CheckReportInput, health: HealthStore, connect: Connect, clock: Clock) -> CheckReportOutput:
    """Look whether the report is there; no data is a result and recorded as such."""
    marketplace, day, fetch = _find(request, health)
    answer = connect(request.seller_id, marketplace.region).get_report(request.report_id)
    age = clock.now() - (fetch.requested_at or clock.now())
    found = outcome(answer.status, answer.document_id, age)
    if found is CheckOutcome.NO_DATA:
        health.put_fetch(
            request.seller_id, marketplace, day, replace(fetch, state=FetchState.NO_DATA, fetched_at=clock.now())
        )
    return CheckReportOutput(outcome=found, document_id=answer.document_id or "", wait_seconds=_seconds(pause(age)))


def store_report(
    request: StoreReportInput,
    health: HealthStore,
    pace: PaceStore,
    connect: Connect,
    archive: ReportArchive,
    clock: Clock,
) -> StoreReportOutput:
    """Download once, into the raw bucket: links live five minutes, and documents are rationed as reports are."""
    marketplace, day, fetch = _find(request, health)
    if fetch.state is not FetchState.STORED:
        amazon = connect(request.seller_id, marketplace.region)
        wait = _queue(request, fetch, health, pace, clock, GET_REPORT_DOCUMENT)
        if wait:
            return StoreReportOutput(outcome=FetchOutcome.PACED, wait_seconds=_seconds(wait))
        with amazon.open_document(request.document_id) as document:
            stored = archive.store(f"reports/{request.seller_id}/{marketplace.country}/{day}/{fetch.name}", document)
        health.put_fetch(
            request.seller_id,
            marketplace,
            day,
            replace(fetch, state=FetchState.STORED, stored=stored, fetched_at=clock.now(), slot_at=None),
        )
    return StoreReportOutput(outcome=FetchOutcome.STORED, wait_seconds=0)


_REACHED = {
    FetchState.REQUESTED: FetchOutcome.REQUESTED,
    FetchState.STORED: FetchOutcome.STORED,
    FetchState.INGESTED: FetchOutcome.STORED,
    FetchState.NO_DATA: FetchOutcome.NO_DATA,
}
"""Where a request goes on from; planned and failed ones are asked for."""


def _find(request: FetchInput, health: HealthStore) -> tuple[Marketplace, date, Fetch]:
    marketplace = marketplaces.by_country(request.marketplace)
    day = run_on(request.scheduled_at)
    return marketplace, day, health.fetch(request.seller_id, marketplace, day, request.name)


def _queue(
    request: FetchInput, fetch: Fetch, health: HealthStore, pace: PaceStore, clock: Clock, plan: UsagePlan
) -> timedelta:
    """How long until the step may be taken; who has to wait gets a slot of its own and finds it in the ledger."""
    marketplace = marketplaces.by_country(request.marketplace)
    now = clock.now()
    if fetch.slot_at is not None:
        return max(fetch.slot_at - now, timedelta(0))
    wait = pace.take(request.seller_id, marketplace.region, plan.operation, rate=plan.rate, burst=plan.burst)
    if wait:
        day = run_on(request.scheduled_at)
        health.put_fetch(request.seller_id, marketplace, day, replace(fetch, slot_at=now + wait))
    return wait


def _seconds(wait: timedelta) -> int:
    return ceil(wait.total_seconds())
