"""The daily digest: one text for each day and seller, to be read in a minute in an e-mail.

It says what is bad (also what stood so yesterday, which no alert repeats), what is about to be, which deadlines are open, what may
become a claim, what is wrong with the mailbox, what changed today, what is missing and why, how the feedback requests stand, and one
line for each marketplace.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from goodstanding.core.alerts import Alert, AlertKind, Severity, Topic
from goodstanding.core.health import AccountStatusChange, Change, MetricChange
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.metrics import JudgedMetric, MetricSource, MetricStatus
from goodstanding.core.requests.neutrality import Neutrality
from goodstanding.core.requests.tally import Tally
from goodstanding.core.sources import Source, SourceState
from goodstanding.core.texts import metric_lines
from goodstanding.core.texts.alerts import source_line
from goodstanding.core.texts.deadlines import clock_rows
from goodstanding.core.texts.figures import long_day, moment
from goodstanding.core.texts.inbox_lines import InboxDigest, mail_rows, radar_rows
from goodstanding.core.texts.limits import subject
from goodstanding.core.texts.phrases import say
from goodstanding.core.texts.request_lines import request_lines
from goodstanding.core.texts.source_words import source_name

_MOST_ROWS = 40  # of one section: who has more opens the report
_MISSING = frozenset({SourceState.STALE, SourceState.UNAVAILABLE})
_COUNTED = ("bad", "warning", "clocks", "radar", "changed", "missing")


@dataclass(frozen=True, slots=True)
class RequestsDigest:
    """How a marketplace's feedback requests stand, and what became known of those asked and of those not."""

    counted: Tally
    compared: Neutrality


@dataclass(frozen=True, slots=True)
class MarketplaceDigest:
    """What the digest tells of one marketplace: the day's rows, all its sources, what changed today, and its feedback requests."""

    marketplace: Marketplace
    account_status: str | None
    metrics: Sequence[JudgedMetric]
    sources: Sequence[Source]
    changes: Sequence[Change] = ()
    requests: RequestsDigest | None = None

    def standing(self, status: MetricStatus) -> list[JudgedMetric]:
        """The rows of one status, the most urgent first."""
        return sorted((row for row in self.metrics if row.status is status), key=metric_lines.urgency)


type _Rows = list[tuple[str, ...]]


def digest(
    seller_id: str,
    language: str,
    as_of: datetime,
    marketplaces: Sequence[MarketplaceDigest],
    inbox: InboxDigest | None = None,
) -> Alert:
    """The digest of one seller for the run of `as_of` (aware), shown in the zone of the seller's first marketplace.

    The key is the UTC date of `as_of`: a day that is run again says nothing twice.
    """
    zone = marketplaces[0].marketplace.zone if marketplaces else as_of.tzinfo
    local = as_of.astimezone(zone)
    sections: dict[str, _Rows] = {
        "bad": [*_accounts(marketplaces, language), *_standing(marketplaces, MetricStatus.BAD, language)],
        "warning": _standing(marketplaces, MetricStatus.WARNING, language),
        **_inbox(inbox or InboxDigest(), marketplaces, as_of, language),
        "changed": _rows(marketplaces, language, _changes),
        "missing": _rows(marketplaces, language, _missing),
        "requests": _rows(marketplaces, language, _requests),
        "rest": _rows(marketplaces, language, _rest),
    }
    counts = [
        say(f"digest.count.{name}", language, count=len(sections[name])) for name in _COUNTED if sections.get(name)
    ]
    summary = ", ".join(counts) or say("digest.all_good", language)
    head = [
        say("digest.head", language, day=long_day(local.date(), language)),
        say("digest.seller", language, seller_id=seller_id, moment=moment(local, language)),
        "",
        summary[0].upper() + summary[1:] + ".",
    ]
    texts = ["\n".join(head), *(_section(name, rows, language) for name, rows in sections.items() if rows)]
    return Alert(
        key=f"digest#{run_key(as_of)}",
        topic=Topic.DIGEST,
        severity=Severity.INFO,
        kind=AlertKind.DIGEST,
        marketplace=None,
        order_id=None,
        subject=subject(
            say("digest.subject", language, seller_id=seller_id, day=local.date().isoformat(), summary=summary)
        ),
        message="\n\n".join(texts) + "\n",
        sms=None,
    )


def _inbox(
    inbox: InboxDigest, marketplaces: Sequence[MarketplaceDigest], as_of: datetime, language: str
) -> dict[str, _Rows]:
    if not marketplaces:
        return {}
    home = marketplaces[0].marketplace
    return {
        "clocks": clock_rows(inbox.deadlines, as_of, language),
        "radar": radar_rows(inbox.at_risk, home, as_of, language),
        "mail": mail_rows(inbox, home, language),
    }


def run_key(as_of: datetime) -> str:
    """The natural key of a daily run: the UTC date of its logical time."""
    return as_of.astimezone(UTC).date().isoformat()


def _section(name: str, rows: _Rows, language: str) -> str:
    shown = rows[:_MOST_ROWS]
    widths = [max(len(row[column]) for row in shown) for column in range(len(shown[0]))]
    lines = [
        "  " + "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in shown
    ]
    if len(rows) > len(shown):
        lines.append("  " + say("digest.cut", language, count=len(rows) - len(shown)))
    return "\n".join([say(f"digest.section.{name}", language), *lines])


def _accounts(marketplaces: Sequence[MarketplaceDigest], language: str) -> _Rows:
    return [
        (part.marketplace.country, say("digest.account_not_normal", language), part.account_status, "", "")
        for part in marketplaces
        if part.account_status not in {None, "NORMAL"}
    ]


def _standing(marketplaces: Sequence[MarketplaceDigest], status: MetricStatus, language: str) -> _Rows:
    return [
        (
            part.marketplace.country,
            metric_lines.title(row.metric, language),
            metric_lines.value(row.metric, language),
            _target(row, language),
            metric_lines.whose(row.metric, language),
        )
        for part in marketplaces
        for row in part.standing(status)
    ]


def _target(row: JudgedMetric, language: str) -> str:
    target = metric_lines.target(row.metric, language)
    return say("digest.target", language, target=target) if target else ""


def _rows(
    marketplaces: Sequence[MarketplaceDigest], language: str, lines: Callable[[MarketplaceDigest, str], Iterable[str]]
) -> _Rows:
    return [(part.marketplace.country, line) for part in marketplaces for line in lines(part, language)]


def _changes(part: MarketplaceDigest, language: str) -> Iterable[str]:
    for change in part.changes:
        yield _change_line(change, language)


def _change_line(change: Change, language: str) -> str:
    if isinstance(change, MetricChange):
        metric = change.judged.metric
        title = metric_lines.title(metric, language)
        if metric.source is MetricSource.COMPUTED:
            title = say("digest.computed", language, title=title)
        before = say("none_yet" if change.before is None else f"status.{change.before}", language)
        words = (before, say(f"status.{change.now}", language))
    elif isinstance(change, AccountStatusChange):
        title = say("digest.account_not_normal", language)
        words = (change.before or say("unknown", language), change.now)
    else:
        title = source_name(change.source.report_type, language)
        words = (say(f"state.{change.before or 'new'}", language), say(f"state.{change.source.state}", language))
    return say("digest.change", language, title=title, before=words[0], now=words[1])


def _missing(part: MarketplaceDigest, language: str) -> Iterable[str]:
    return (source_line(source, part.marketplace, language) for source in part.sources if source.state in _MISSING)


def _requests(part: MarketplaceDigest, language: str) -> Iterable[str]:
    return () if part.requests is None else request_lines(part.requests.counted, part.requests.compared, language)


def _rest(part: MarketplaceDigest, language: str) -> Iterable[str]:
    count = {str(status): len(part.standing(status)) for status in MetricStatus}
    yield say("digest.rest", language, status=part.account_status or say("unknown", language), **count)
