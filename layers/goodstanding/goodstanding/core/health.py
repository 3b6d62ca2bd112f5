"""The standing of one marketplace between two runs, so that a change is told from what already stood."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from goodstanding.core.metrics import MetricSource, MetricStatus
from goodstanding.core.orders import Fulfillment
from goodstanding.core.report_types import ReportType
from goodstanding.core.sources import SourceState

type MetricKey = tuple[MetricSource, str, Fulfillment | None]


@dataclass(frozen=True, slots=True)
class HealthState:
    """What stood at the end of the last judged run. `revision` grows with each write (optimistic locking); 0 = never judged."""

    revision: int = 0
    account_status: str | None = None
    metrics: Mapping[MetricKey, MetricStatus] = field(default_factory=dict)
    sources: Mapping[ReportType, SourceState] = field(default_factory=dict)
