"""What came of asking for a report."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from goodstanding.core.fetches import Fetch, FetchState
from goodstanding.core.report_types import ReportType


class SourceState(StrEnum):
    """fresh: read today; empty: Amazon has no data; stale: today's failed, an earlier one is used; unavailable: nothing to use."""

    FRESH = "fresh"
    EMPTY = "empty"
    STALE = "stale"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Source:
    """The state of one report of one marketplace. `reason` is a stable code, then details without buyer data, or None."""

    report_type: ReportType
    state: SourceState
    fetched_at: datetime | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A source, up to when its rows are covered without a gap, and the snapshot that is in force (feedback)."""

    source: Source
    covered_until: datetime | None = None
    snapshot: str | None = None


def settle(fetches: Sequence[Fetch], before: SourceRecord | None, as_of: datetime, snapshot: str) -> SourceRecord:
    """What the day's fetches of one report come to; `fetches` is not empty, `before` is what was known until now.

    Coverage and snapshot advance only when every part is in: what failed is asked for again the next day, from where it is covered.
    """
    report_type = fetches[0].report_type
    broken = [fetch for fetch in fetches if fetch.state not in _COMPLETE]
    if broken:
        reason = broken[0].reason or "interrupted"
        if before is None or before.source.state is SourceState.UNAVAILABLE:
            return SourceRecord(Source(report_type, SourceState.UNAVAILABLE, None, reason))
        stale = replace(before.source, state=SourceState.STALE, reason=reason)
        return replace(before, source=stale)
    state = SourceState.FRESH if any(fetch.state is FetchState.INGESTED for fetch in fetches) else SourceState.EMPTY
    fetched_at = max((fetch.fetched_at for fetch in fetches if fetch.fetched_at), default=as_of)
    return SourceRecord(Source(report_type, state, fetched_at), covered_until=as_of, snapshot=snapshot)


_COMPLETE = frozenset({FetchState.INGESTED, FetchState.NO_DATA})
