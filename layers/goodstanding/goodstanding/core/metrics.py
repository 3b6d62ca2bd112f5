"""Account-health metrics: Amazon's own figures and ours, as rows."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from goodstanding.core.orders import Fulfillment


class MetricSource(StrEnum):
    """Whose figure it is."""

    AMAZON = "amazon"
    COMPUTED = "computed"
    DATA_KIOSK = "data_kiosk"


class Condition(StrEnum):
    """How a value must stand to its target."""

    LESS_THAN = "LESS_THAN"
    GREATER_THAN = "GREATER_THAN"
    EQUALS = "EQUALS"


class MetricStatus(StrEnum):
    """Ours, see `core.judge`."""

    BAD = "bad"
    WARNING = "warning"
    GOOD = "good"
    NONE = "none"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Window:
    """Calendar days, both inclusive."""

    from_: date
    to: date


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure before it is judged.

    `value` is a fraction (a score for account_health_rating, a count for policy_violations.* and warning_states).
    """

    metric: str
    fulfillment: Fulfillment | None
    source: MetricSource
    value: Decimal | None
    numerator: int | None = None
    denominator: int | None = None
    window: Window | None = None
    target: Decimal | None = None
    condition: Condition | None = None
    amazon_status: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class JudgedMetric:
    """A figure and what it means."""

    metric: Metric
    status: MetricStatus
