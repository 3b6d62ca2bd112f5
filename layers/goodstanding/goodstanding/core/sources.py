"""What came of asking for a report."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

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
