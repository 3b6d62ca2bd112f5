"""What is known of the health of an account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from goodstanding.core.alerts import Alert
from goodstanding.core.fetches import Fetch
from goodstanding.core.health import HealthState
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.metrics import JudgedMetric, Metric
from goodstanding.core.report_types import ReportType
from goodstanding.core.sources import SourceRecord


@dataclass(frozen=True, slots=True)
class AmazonFigures:
    """What one performance report said."""

    report_type: ReportType
    account_status: str | None
    metrics: tuple[Metric, ...]


class HealthStore(Protocol):
    """What the account-health workflow knows: fetches, sources, Amazon's figures, daily metrics, standing statuses."""

    def plan(self, seller_id: str, marketplace: Marketplace, run_on: date, fetches: Sequence[Fetch]) -> Sequence[Fetch]:
        """Write the plan of a run, unless it has one; the plan that stands."""
        ...

    def fetches(self, seller_id: str, marketplace: Marketplace, run_on: date) -> Sequence[Fetch]:
        """The fetches of a run, in the order of the plan; empty when nothing was planned."""
        ...

    def fetch(self, seller_id: str, marketplace: Marketplace, run_on: date, name: str) -> Fetch:
        """One of them. Raises KeyError."""
        ...

    def put_fetch(self, seller_id: str, marketplace: Marketplace, run_on: date, fetch: Fetch) -> None:
        """Overwrite the ledger record."""
        ...

    def sources(self, seller_id: str, marketplace: Marketplace) -> Mapping[ReportType, SourceRecord]:
        """What is known of each report."""
        ...

    def put_source(self, seller_id: str, marketplace: Marketplace, record: SourceRecord) -> None:
        """Overwrite by report type."""
        ...

    def put_amazon(self, seller_id: str, marketplace: Marketplace, figures: AmazonFigures) -> None:
        """Overwrite Amazon's own figures by report type."""
        ...

    def amazon(self, seller_id: str, marketplace: Marketplace) -> Sequence[AmazonFigures]:
        """Amazon's own figures, one for each performance report that was ever read."""
        ...

    def put_metrics(
        self, seller_id: str, marketplace: Marketplace, run_on: date, metrics: Sequence[JudgedMetric]
    ) -> None:
        """Replace the day's rows."""
        ...

    def metrics(self, seller_id: str, marketplace: Marketplace, run_on: date) -> Sequence[JudgedMetric]:
        """The day's rows, in reading order."""
        ...

    def state(self, seller_id: str, marketplace: Marketplace) -> HealthState:
        """The statuses that stood at the end of the last judged run."""
        ...

    def state_before(self, seller_id: str, marketplace: Marketplace, run_on: date) -> HealthState:
        """The statuses that stood before the day's first change; today's, if none changed."""
        ...

    def put_state(
        self,
        seller_id: str,
        marketplace: Marketplace,
        run_on: date,
        change: tuple[HealthState, HealthState],
        alerts: Sequence[Alert],
    ) -> None:
        """In one transaction: the new statuses (`change` is before and after) and the alerts that their change calls for.

        Raises Conflict when "before" no longer stands.
        """
        ...
