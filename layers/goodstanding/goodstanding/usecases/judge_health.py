"""From facts to figures, and from figures to what changed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from goodstanding.contracts.tasks import ComputeMetricsOutput, JudgeHealthOutput, MarketplaceInput
from goodstanding.core import marketplaces
from goodstanding.core.computed import RESPONSE_TIMES, Defects, Unknown, computed_metrics
from goodstanding.core.health import changes
from goodstanding.core.judge import MARGIN_RULE, judge, with_policy_target
from goodstanding.core.mail.response_time import ResponseTime, contact_response_time
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.metrics import JudgedMetric, Metric, MetricStatus
from goodstanding.core.orders import FeedbackFact
from goodstanding.core.report_types import DAILY_REPORTS, ReportType
from goodstanding.core.runs import run_on
from goodstanding.core.sources import SourceRecord, SourceState, settle
from goodstanding.core.texts.alerts import alerts_for
from goodstanding.core.windows import rate_window
from goodstanding.policy.loader import load
from goodstanding.ports.conversations import ConversationStore
from goodstanding.ports.deadlines import DeadlineStore
from goodstanding.ports.health import HealthStore
from goodstanding.ports.orders import OrderStore
from goodstanding.ports.sellers import Seller, SellerRegistry
from goodstanding.usecases.watch_clocks import watch_feedback

if TYPE_CHECKING:
    from goodstanding.core.fetches import Fetch


def compute_metrics(
    request: MarketplaceInput,
    health: HealthStore,
    orders: OrderStore,
    registry: SellerRegistry,
    conversations: ConversationStore,
    deadlines: DeadlineStore,
) -> ComputeMetricsOutput:
    """Settle what came of the day's reports, then write every figure with its standing."""
    marketplace = marketplaces.by_country(request.marketplace)
    day = run_on(request.scheduled_at)
    known = _settle_sources(request, marketplace, day, health)
    seller = registry.get(request.seller_id)
    amazon = _amazon_figures(request.seller_id, marketplace, known, health)
    computed = _computed_figures(seller, marketplace, request.scheduled_at, known, orders, conversations, amazon)
    if _unknown(known, ReportType.FEEDBACK, "feedback") is None:
        negative = _negative_facts(request.seller_id, marketplace, known, orders)
        watch_feedback(request.seller_id, marketplace, negative, request.scheduled_at, deadlines)
    pack = load()
    margin = pack.rule(MARGIN_RULE, day, marketplace.country).value
    rows = [
        with_policy_target(metric, pack, on=day, marketplace=marketplace.country) for metric in (*amazon, *computed)
    ]
    judged = [JudgedMetric(metric, judge(metric, margin)) for metric in rows]
    health.put_metrics(request.seller_id, marketplace, day, judged)
    counts = {status: sum(one.status is status for one in judged) for status in MetricStatus}
    return ComputeMetricsOutput(
        metrics=len(judged),
        bad=counts[MetricStatus.BAD],
        warning=counts[MetricStatus.WARNING],
        unavailable=counts[MetricStatus.UNAVAILABLE],
    )


def judge_health(request: MarketplaceInput, health: HealthStore, registry: SellerRegistry) -> JudgeHealthOutput:
    """Write the new standing and, in the same transaction, the alerts that its change calls for."""
    marketplace = marketplaces.by_country(request.marketplace)
    day = run_on(request.scheduled_at)
    known = health.sources(request.seller_id, marketplace)
    before = health.state(request.seller_id, marketplace)
    after, changed = changes(
        before,
        health.metrics(request.seller_id, marketplace, day),
        _account_status(request.seller_id, marketplace, known, health),
        [record.source for record in known.values()],
    )
    if replace(after, revision=before.revision) == before:
        return JudgeHealthOutput(changes=0, alerts=0)
    alerts = [
        replace(alert, key=f"{day}#{after.revision}#{alert.key}")  # a second judgement of the day has keys of its own
        for alert in alerts_for(
            changed,
            seller_id=request.seller_id,
            marketplace=marketplace,
            run_on=day,
            language=registry.get(request.seller_id).language,
        )
    ]
    health.put_state(request.seller_id, marketplace, day, (before, after), alerts)
    return JudgeHealthOutput(changes=len(changed), alerts=len(alerts))


def _settle_sources(
    request: MarketplaceInput, marketplace: Marketplace, day: date, health: HealthStore
) -> Mapping[ReportType, SourceRecord]:
    """What the day's fetches came to, by report; a second settlement of the day comes to the same."""
    known = dict(health.sources(request.seller_id, marketplace))
    parts: dict[ReportType, list[Fetch]] = {}
    for fetch in health.fetches(request.seller_id, marketplace, day):
        parts.setdefault(fetch.report_type, []).append(fetch)
    for report_type in DAILY_REPORTS:
        if report_type in parts:
            record = settle(parts[report_type], known.get(report_type), request.scheduled_at, day.isoformat())
            health.put_source(request.seller_id, marketplace, record)
            known[report_type] = record
    return known


_USABLE = frozenset({SourceState.FRESH, SourceState.STALE})


def _amazon_figures(
    seller_id: str, marketplace: Marketplace, known: Mapping[ReportType, SourceRecord], health: HealthStore
) -> tuple[Metric, ...]:
    """Amazon's figures from reports that stand; what Amazon no longer reports is no longer shown."""
    return tuple(
        metric
        for figures in sorted(
            health.amazon(seller_id, marketplace), key=lambda one: list(ReportType).index(one.report_type)
        )
        if figures.report_type in known and known[figures.report_type].source.state in _USABLE
        for metric in figures.metrics
    )


def _account_status(
    seller_id: str, marketplace: Marketplace, known: Mapping[ReportType, SourceRecord], health: HealthStore
) -> str | None:
    record = known.get(ReportType.PERFORMANCE_V2)
    if record is None or record.source.state not in _USABLE:
        return None
    figures = {one.report_type: one for one in health.amazon(seller_id, marketplace)}
    return figures[ReportType.PERFORMANCE_V2].account_status if ReportType.PERFORMANCE_V2 in figures else None


def _computed_figures(
    seller: Seller,
    marketplace: Marketplace,
    as_of: datetime,
    known: Mapping[ReportType, SourceRecord],
    orders: OrderStore,
    conversations: ConversationStore,
    amazon: tuple[Metric, ...],
) -> tuple[Metric, ...]:
    no_mail = None if seller.mailbox else Unknown("no_mail_source")
    return computed_metrics(
        _unknown(known, ReportType.ALL_ORDERS, "orders")
        or orders.window_orders(seller.seller_id, marketplace, rate_window(as_of, marketplace)),
        as_of=as_of,
        marketplace=marketplace,
        defects=Defects(
            negative_feedback=_unknown(known, ReportType.FEEDBACK, "feedback")
            or _negative_feedback(seller.seller_id, marketplace, known, orders),
            a_to_z_claims=_unknown(known, ReportType.MFN_RETURNS, "returns")
            or orders.claimed_orders(seller.seller_id, marketplace),
            chargebacks=no_mail or orders.charged_back_orders(seller.seller_id, marketplace),
        ),
        response_time=no_mail or _response_times(seller.seller_id, marketplace, as_of, conversations),
        amazon=amazon,
    )


def _unknown(known: Mapping[ReportType, SourceRecord], report_type: ReportType, what: str) -> Unknown | None:
    """Why a figure cannot be computed; None when its report stands (an empty one stands for "none of the kind")."""
    if report_type in known and known[report_type].source.state is not SourceState.UNAVAILABLE:
        return None
    return Unknown(f"{what}_unavailable")


def _negative_feedback(
    seller_id: str, marketplace: Marketplace, known: Mapping[ReportType, SourceRecord], orders: OrderStore
) -> frozenset[str]:
    return frozenset(fact.order_id for fact in _negative_facts(seller_id, marketplace, known, orders))


def _negative_facts(
    seller_id: str, marketplace: Marketplace, known: Mapping[ReportType, SourceRecord], orders: OrderStore
) -> tuple[FeedbackFact, ...]:
    snapshot = known[ReportType.FEEDBACK].snapshot
    if snapshot is None:
        return ()
    most = load().rule("negative_stars").value
    return tuple(fact for fact in orders.feedback(seller_id, marketplace, snapshot) if fact.rating <= most)


def _response_times(
    seller_id: str, marketplace: Marketplace, as_of: datetime, conversations: ConversationStore
) -> Mapping[int, ResponseTime]:
    messages = [message for stored in conversations.threads(seller_id) for message in stored.thread.messages]
    return {days: contact_response_time(messages, as_of, days, marketplace) for _, days in RESPONSE_TIMES}
