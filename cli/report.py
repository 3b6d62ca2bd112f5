"""report.html: one self-contained page for a person. What is shown is prepared here; the template only lays it out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from cli.inbox import OpenClock, clocks, conversations
from cli.words import word
from goodstanding.core.metrics import Condition, JudgedMetric, Metric, MetricStatus, Window
from goodstanding.core.requests.tally import Tally
from goodstanding.core.sources import Source, SourceState
from goodstanding.core.texts import metric_lines
from goodstanding.core.texts.figures import day, long_day, moment, number, percent
from goodstanding.core.texts.phrases import say
from goodstanding.core.texts.request_lines import standing
from goodstanding.core.texts.request_words import state_name, why
from goodstanding.core.texts.source_words import reason_text, source_name
from local.outcome import MarketplaceOutcome, Message, Outcome, SellerOutcome

ICONS: dict[str, str] = {
    MetricStatus.BAD: "✕",
    MetricStatus.WARNING: "!",
    MetricStatus.GOOD: "✓",
    MetricStatus.NONE: "·",
    MetricStatus.UNAVAILABLE: "?",
    SourceState.FRESH: "✓",
    SourceState.EMPTY: "○",
    SourceState.STALE: "!",
    "critical": "✕",
    "info": "i",
}
_ATTENTION = (MetricStatus.BAD, MetricStatus.WARNING)
_WELL_STANDING = frozenset({"NORMAL", None})


@dataclass(frozen=True, slots=True)
class _Bar:
    """How much of the allowance is used: `filled` is 0 to 100 for drawing, `text` the true share."""

    filled: int
    text: str


@dataclass(frozen=True, slots=True)
class _Row:
    """One metric, in words."""

    status: str
    status_word: str
    icon: str
    title: str
    value: str
    counts: str
    target: str
    bar: _Bar | None
    window: tuple[str, str] | None
    whose: str
    step: str


@dataclass(frozen=True, slots=True)
class _SourceRow:
    """One report, in words."""

    state: str
    state_word: str
    icon: str
    name: str
    technical: str
    fetched: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Requests:
    """The feedback requests of a marketplace: one line, and a row for each reason why some are not asked."""

    standing: str
    refusals: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class _Card:
    """One marketplace."""

    anchor: str
    country: str
    domain: str
    account_status: str
    account_mood: str
    attention: Sequence[_Row]
    others: Sequence[_Row]
    missing: Sequence[_SourceRow]
    sources: Sequence[_SourceRow]
    requests: _Requests | None
    conversations: str


@dataclass(frozen=True, slots=True)
class _Letter:
    """One message."""

    severity: str
    label: str
    icon: str
    subject: str
    body: str
    sms: str | None


@dataclass(frozen=True, slots=True)
class _SellerPage:
    """One seller."""

    seller_id: str
    language: str
    tiles: Sequence[tuple[str, int, str]]
    cards: Sequence[_Card]
    clocks: Sequence[OpenClock]
    letters: Sequence[_Letter]


def render(outcome: Outcome) -> str:
    """The page as HTML; everything that came from outside is escaped."""
    language = outcome.sellers[0].language if outcome.sellers else "en"
    zone = outcome.sellers[0].marketplaces[0].marketplace.zone if outcome.sellers else outcome.as_of.tzinfo
    local = outcome.as_of.astimezone(zone)
    return _template().render(
        language=language,
        word=word,
        day=long_day(local.date(), language),
        moment=moment(local, language),
        iso=outcome.as_of.isoformat(),
        sellers=[_seller(seller, outcome.messages, outcome.as_of) for seller in outcome.sellers],
    )


@cache
def _template() -> Template:
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("report.html.j2")


def _seller(seller: SellerOutcome, messages: Sequence[Message], as_of: datetime) -> _SellerPage:
    language = seller.language
    counted = [
        (status.value, sum(place.count(status) for place in seller.marketplaces), ICONS[status])
        for status in (MetricStatus.BAD, MetricStatus.WARNING, MetricStatus.GOOD)
    ]
    missing = sum(len(place.missing) for place in seller.marketplaces)
    own = [message for message in messages if message.seller_id == seller.seller_id]
    return _SellerPage(
        seller_id=seller.seller_id,
        language=language,
        tiles=[*counted, ("missing", missing, ICONS[MetricStatus.UNAVAILABLE])],
        cards=[_card(seller, place, as_of, language) for place in seller.marketplaces],
        clocks=clocks(seller, as_of, language),
        letters=[_letter(message, language) for message in own],
    )


def _card(seller: SellerOutcome, place: MarketplaceOutcome, as_of: datetime, language: str) -> _Card:
    attention = sorted((row for row in place.metrics if row.status in _ATTENTION), key=metric_lines.urgency)
    status = place.account_status
    return _Card(
        anchor=f"{seller.seller_id}-{place.marketplace.country}",
        country=place.marketplace.country,
        domain=place.marketplace.domain,
        account_status=status or word("account_status.unknown", language),
        account_mood="none" if status is None else "good" if status in _WELL_STANDING else "bad",
        attention=_each_step_once([_row(row, language) for row in attention]),
        others=[_row(row, language) for row in place.metrics if row.status not in _ATTENTION],
        missing=[_source_row(source, place, language) for source in place.missing],
        sources=[_source_row(source, place, language) for source in place.sources],
        requests=_requests(place.requests_counted(as_of), language),
        conversations=conversations(seller, place, language),
    )


def _requests(counted: Tally, language: str) -> _Requests | None:
    if not counted.considered:
        return None
    return _Requests(
        standing(counted, language),
        [
            (why(each.reason, language), state_name(each.state, language), number(each.count, language))
            for each in counted.refusals
        ],
    )


def _row(row: JudgedMetric, language: str) -> _Row:
    metric = row.metric
    known = metric.value is not None
    return _Row(
        status=row.status.value,
        status_word=say(f"status.{row.status}", language),
        icon=ICONS[row.status],
        title=metric_lines.title(metric, language),
        value=metric_lines.value(metric, language) if known else "",
        counts=metric_lines.counts(metric, language) if known else reason_text(metric.reason, language),
        target=metric_lines.target(metric, language),
        bar=_bar(metric, language),
        window=_window(metric.window, language),
        whose=metric_lines.whose(metric, language),
        step=metric_lines.next_step(metric, language),
    )


def _window(window: Window | None, language: str) -> tuple[str, str] | None:
    if window is None:
        return None
    return (
        word("window.from", language, day=day(window.from_, language)),
        word("window.to", language, day=day(window.to, language)),
    )


def _each_step_once(rows: Sequence[_Row]) -> Sequence[_Row]:
    """Two figures of one metric call for the same step: it is said at the first."""
    said: set[str] = set()
    shown = []
    for row in rows:
        shown.append(replace(row, step="") if row.step in said else row)
        said.add(row.step)
    return shown


def _bar(metric: Metric, language: str) -> _Bar | None:
    used = allowance_used(metric)
    if used is None:
        return None
    return _Bar(filled=int(min(max(used, Decimal(0)), Decimal(1)) * 100), text=percent(round(used, 2), language))


def allowance_used(metric: Metric) -> Decimal | None:
    """Which share of what the target allows is used up, 1 = all of it; None where the target leaves no allowance to use."""
    if metric.value is None or metric.target is None:
        return None
    match metric.condition:
        case Condition.LESS_THAN if metric.target > 0:
            return metric.value / metric.target
        case Condition.GREATER_THAN if metric.target < 1:
            return (1 - metric.value) / (1 - metric.target)
        case _:
            return None


def _source_row(source: Source, place: MarketplaceOutcome, language: str) -> _SourceRow:
    fetched = source.fetched_at
    return _SourceRow(
        state=source.state.value,
        state_word=say(f"state.{source.state}", language),
        icon=ICONS.get(source.state, "✕"),
        name=source_name(source.report_type, language),
        technical=source.report_type.value,
        fetched=moment(fetched.astimezone(place.marketplace.zone), language) if fetched else "",
        reason=reason_text(source.reason, language),
    )


def _letter(message: Message, language: str) -> _Letter:
    digest = message.topic == "digest"
    return _Letter(
        severity=message.severity,
        label=word("topic.digest" if digest else f"severity.{message.severity}", language),
        icon=ICONS.get(message.severity, "i"),
        subject=message.subject,
        body=message.message,
        sms=message.sms,
    )
