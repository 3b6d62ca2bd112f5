"""Changes of standing as messages: one for each marketplace and severity, keyed so that the same day says the same thing once.

A change to bad is critical, to warning a warning, and a recovery is for the record. What stands unchanged makes no alert: the
digest repeats it. Amazon's account status is critical whichever way it turns. A refused authorisation is critical and replaces the
source alerts of the reports it took along; any other missing report is a warning.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from goodstanding.core.alerts import Alert, AlertKind, Severity, Topic
from goodstanding.core.health import AccountStatusChange, Change, MetricChange, SourceChange
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.metrics import JudgedMetric, MetricStatus
from goodstanding.core.sources import Source, SourceState
from goodstanding.core.texts import metric_lines
from goodstanding.core.texts.figures import day, long_day
from goodstanding.core.texts.limits import sms, subject
from goodstanding.core.texts.phrases import say
from goodstanding.core.texts.source_words import reason_code, reason_text, remedy, source_name

_SEVERITIES: dict[MetricStatus, Severity] = {
    MetricStatus.BAD: Severity.CRITICAL,
    MetricStatus.WARNING: Severity.WARNING,
    MetricStatus.GOOD: Severity.INFO,
    MetricStatus.NONE: Severity.INFO,
}
"""An unavailable metric makes no alert of its own: the report that is missing does."""

_ALARMING = frozenset({MetricStatus.BAD, MetricStatus.WARNING})
_MISSING = frozenset({SourceState.STALE, SourceState.UNAVAILABLE})
_ACCOUNT_STEPS = {"NORMAL": "account.step.normal", "AT_RISK": "account.step.risk"}


class _Writer:
    """The alerts of one marketplace on one day: everything they have in common."""

    def __init__(self, seller_id: str, marketplace: Marketplace, run_on: date, language: str) -> None:
        self.seller_id = seller_id
        self.marketplace = marketplace
        self.run_on = run_on
        self.language = language

    def say(self, key: str, **fields: object) -> str:
        return say(key, self.language, marketplace=self.marketplace.country, seller_id=self.seller_id, **fields)

    def alert(
        self, kind: AlertKind, severity: Severity, line: str, parts: Sequence[str], sms_text: str | None = None
    ) -> Alert:
        head = self.say("alert.head", day=long_day(self.run_on, self.language))
        short = sms(sms_text, ending=self.say("sms.ending")) if sms_text is not None else None
        return Alert(
            key=f"{kind}#{self.marketplace.country}#{self.run_on.isoformat()}#{severity}",
            topic=Topic.ALERTS,
            severity=severity,
            kind=kind,
            marketplace=self.marketplace.country,
            order_id=None,
            subject=subject(line),
            message="\n\n".join([head, *parts, self.say("alert.foot")]) + "\n",
            sms=short,
        )

    def and_more(self, text: str, count: int) -> str:
        return f"{text} ({self.say('alert.more', count=count)})" if count else text


def alerts_for(
    changes: Iterable[Change], *, seller_id: str, marketplace: Marketplace, run_on: date, language: str
) -> tuple[Alert, ...]:
    """The alerts that the changes of one marketplace call for, the loudest first; none for no change.

    `language` is de or en. Keys are natural within the seller, `metric_status#DE#2026-11-20#critical`: alerts of the same day and
    changes are equal.
    """
    writer = _Writer(seller_id, marketplace, run_on, language)
    changes = tuple(changes)
    sources = [change for change in changes if isinstance(change, SourceChange)]
    refused = [change.source for change in sources if _refused(change)]
    missing = [change.source for change in sources if change.source.state in _MISSING and not _refused(change)]
    back = [change.source for change in sources if change.source.state not in _MISSING and change.before in _MISSING]
    account = [
        _account_alert(writer, change.before, change.now)
        for change in changes
        if isinstance(change, AccountStatusChange)
    ]
    return (
        *account,
        *_authorization_alerts(writer, refused),
        *_metric_alerts(writer, [change for change in changes if isinstance(change, MetricChange)]),
        *_source_alerts(writer, missing),
        *_recovered_sources(writer, back),
    )


def _metric_alerts(writer: _Writer, changes: Sequence[MetricChange]) -> Iterable[Alert]:
    for severity in (Severity.CRITICAL, Severity.WARNING, Severity.INFO):
        chosen = [change for change in changes if _severity(change) is severity]
        chosen.sort(key=lambda change: metric_lines.urgency(change.judged))
        if not chosen:
            continue
        worst = chosen[0].judged
        others = len(chosen) - 1
        line = writer.say(f"metrics.{severity}.subject", **_named(worst, writer.language))
        blocks = list(_blocks(chosen, writer.language))
        yield writer.alert(
            AlertKind.METRIC_STATUS,
            severity,
            writer.and_more(line, others),
            [writer.say(f"metrics.{severity}.intro"), *blocks],
            _metric_sms(writer, worst, others) if severity is Severity.CRITICAL else None,
        )


def _blocks(changes: Iterable[MetricChange], language: str) -> Iterable[str]:
    """Two figures of one metric call for the same step: it is said at the first."""
    said: set[str] = set()
    for change in changes:
        step = metric_lines.next_step(change.judged.metric, language)
        yield metric_lines.block(change.judged, change.before, language, with_step=step not in said)
        said.add(step)


def _severity(change: MetricChange) -> Severity | None:
    """None for what is no news: unknown now, or good without ever having been otherwise."""
    severity = _SEVERITIES.get(change.now)
    return None if severity is Severity.INFO and change.before not in _ALARMING else severity


def _named(judged: JudgedMetric, language: str) -> dict[str, str]:
    return {
        "title": metric_lines.title(judged.metric, language),
        "value": metric_lines.value(judged.metric, language),
    }


def _metric_sms(writer: _Writer, worst: JudgedMetric, others: int) -> str:
    aim = metric_lines.target(worst.metric, writer.language, signs=True)
    named = _named(worst, writer.language)
    text = writer.say("metrics.sms", target=aim, **named) if aim else writer.say("metrics.sms_no_target", **named)
    return writer.and_more(text, others) + "."


def _account_alert(writer: _Writer, before: str | None, now: str) -> Alert:
    words = {"before": before or writer.say("unknown"), "now": now}
    step = writer.say(_ACCOUNT_STEPS.get(now, "account.step.suspended"))
    return writer.alert(
        AlertKind.ACCOUNT_STATUS,
        Severity.CRITICAL,
        writer.say("account.subject", **words),
        [writer.say("account.intro", **words), f"{writer.say('label.step')}: {step}"],
        writer.say("account.sms", **words),
    )


def _refused(change: SourceChange) -> bool:
    return change.source.state in _MISSING and reason_code(change.source.reason) == "not_authorized"


def _authorization_alerts(writer: _Writer, refused: Sequence[Source]) -> Iterable[Alert]:
    if not refused:
        return
    names = "\n".join(f"* {source_name(source.report_type, writer.language)}" for source in refused)
    step = remedy("not_authorized", writer.language)
    yield writer.alert(
        AlertKind.AUTHORIZATION,
        Severity.CRITICAL,
        writer.say("authorization.subject"),
        [writer.say("authorization.intro"), names, f"{writer.say('label.step')}: {step}"],
        writer.say("authorization.sms"),
    )


def _source_alerts(writer: _Writer, missing: Sequence[Source]) -> Iterable[Alert]:
    if not missing:
        return
    lines = "\n".join(f"* {source_line(source, writer.marketplace, writer.language)}" for source in missing)
    steps = dict.fromkeys(remedy(source.reason, writer.language) for source in missing)
    line = writer.say("source.subject", title=source_name(missing[0].report_type, writer.language))
    yield writer.alert(
        AlertKind.SOURCE,
        Severity.WARNING,
        writer.and_more(line, len(missing) - 1),
        [writer.say("source.intro"), lines, f"{writer.say('label.step')}: {' '.join(steps)}"],
    )


def _recovered_sources(writer: _Writer, back: Sequence[Source]) -> Iterable[Alert]:
    if not back:
        return
    names = [source_name(source.report_type, writer.language) for source in back]
    yield writer.alert(
        AlertKind.SOURCE,
        Severity.INFO,
        writer.and_more(writer.say("source.recovered.subject", title=names[0]), len(names) - 1),
        [writer.say("source.recovered.intro"), "\n".join(f"* {name}" for name in names)],
    )


def source_line(source: Source, marketplace: Marketplace, language: str) -> str:
    """A missing report in one sentence: why, and what is used instead (its day in the marketplace's own zone)."""
    words = {
        "title": source_name(source.report_type, language),
        "reason": reason_text(source.reason, language) or say("unknown", language),
    }
    if source.state is SourceState.STALE and source.fetched_at is not None:
        fetched = day(source.fetched_at.astimezone(marketplace.zone).date(), language)
        return say("source.stale", language, fetched=fetched, **words)
    return say("source.missing", language, **words)
