"""The standing of one marketplace between two runs, so that a change is told from what already stood."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from goodstanding.core.metrics import JudgedMetric, MetricSource, MetricStatus
from goodstanding.core.orders import Fulfillment
from goodstanding.core.report_types import ReportType
from goodstanding.core.sources import Source, SourceState

type MetricKey = tuple[MetricSource, str, Fulfillment | None]


@dataclass(frozen=True, slots=True)
class HealthState:
    """What stood at the end of the last judged run. `revision` grows with each write (optimistic locking); 0 = never judged."""

    revision: int = 0
    account_status: str | None = None
    metrics: Mapping[MetricKey, MetricStatus] = field(default_factory=dict)
    sources: Mapping[ReportType, SourceState] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MetricChange:
    """A metric got worse, or recovered; `before` is None for one never judged before."""

    judged: JudgedMetric
    before: MetricStatus | None
    now: MetricStatus


@dataclass(frozen=True, slots=True)
class AccountStatusChange:
    """Amazon's word for the account changed; `before` is None when there was none."""

    before: str | None
    now: str


@dataclass(frozen=True, slots=True)
class SourceChange:
    """A report became missing, or came back; `before` is None for one never asked for before."""

    source: Source
    before: SourceState | None


type Change = MetricChange | AccountStatusChange | SourceChange

NORMAL = "NORMAL"
_TROUBLED = frozenset({MetricStatus.BAD, MetricStatus.WARNING})
_MISSING = frozenset({SourceState.UNAVAILABLE, SourceState.STALE})


def changes(
    before: HealthState,
    metrics: Sequence[JudgedMetric],
    account_status: str | None,
    sources: Sequence[Source],
) -> tuple[HealthState, tuple[Change, ...]]:
    """What stands after a run, and what of it is news: account status first, then metrics, then sources.

    A metric that is unavailable or has no row keeps what stood, so that a figure that comes back is no news. Between good
    and none there is no news, nor in a first figure that is neither bad nor a warning. An account status that is not known
    keeps the one that stood; a first one is news unless it is NORMAL. A source is news when it is missing after it was
    there or never seen, and when it is back.
    """
    standing = dict(before.metrics)
    states = dict(before.sources)
    found: list[Change] = []
    if account_status is not None and account_status != (before.account_status or NORMAL):
        found.append(AccountStatusChange(before.account_status, account_status))
    for judged in metrics:
        key = (judged.metric.source, judged.metric.metric, judged.metric.fulfillment)
        stood = standing.get(key)
        if judged.status is not MetricStatus.UNAVAILABLE:
            standing[key] = judged.status
            if judged.status is not stood and _TROUBLED & {stood, judged.status}:
                found.append(MetricChange(judged, stood, judged.status))
    for source in sources:
        was = states.get(source.report_type)
        states[source.report_type] = source.state
        if (source.state in _MISSING) is not (was in _MISSING):
            found.append(SourceChange(source, was))
    after = HealthState(before.revision + 1, account_status or before.account_status, standing, states)
    return after, tuple(found)
