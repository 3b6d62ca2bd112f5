"""Account health in memory; passes the contract tests of its adapter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from goodstanding.contracts.errors import Conflict
from goodstanding.core.alerts import Alert
from goodstanding.core.fetches import Fetch
from goodstanding.core.health import HealthState
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.metrics import JudgedMetric
from goodstanding.core.report_types import ReportType
from goodstanding.core.sources import SourceRecord
from goodstanding.ports.health import AmazonFigures
from tests.fakes.alerts import FakeAlertLedger
from tests.fakes.place import Place, place


@dataclass
class FakeHealthStore:
    """One marketplace's fetches, sources, figures, metrics and statuses beside the other's; its alerts go to the ledger."""

    ledger: FakeAlertLedger
    plans: dict[tuple[Place, date], Sequence[str]] = field(default_factory=dict)
    reached: dict[tuple[Place, date], dict[str, Fetch]] = field(default_factory=dict)
    known: dict[Place, dict[ReportType, SourceRecord]] = field(default_factory=dict)
    figures: dict[Place, dict[ReportType, AmazonFigures]] = field(default_factory=dict)
    judged: dict[tuple[Place, date], Sequence[JudgedMetric]] = field(default_factory=dict)
    states: dict[Place, HealthState] = field(default_factory=dict)
    before: dict[tuple[Place, date], HealthState] = field(default_factory=dict)

    def plan(self, seller_id: str, marketplace: Marketplace, run_on: date, fetches: Sequence[Fetch]) -> Sequence[Fetch]:
        """Write the plan of a run, unless it has one."""
        key = (place(seller_id, marketplace), run_on)
        if key not in self.plans:
            self.plans[key] = [fetch.name for fetch in fetches]
            self.reached[key] = {fetch.name: fetch for fetch in fetches}
        return self.fetches(seller_id, marketplace, run_on)

    def fetches(self, seller_id: str, marketplace: Marketplace, run_on: date) -> Sequence[Fetch]:
        """The fetches of a run, in the order of the plan."""
        key = (place(seller_id, marketplace), run_on)
        return tuple(self.reached[key][name] for name in self.plans.get(key, ()))

    def fetch(self, seller_id: str, marketplace: Marketplace, run_on: date, name: str) -> Fetch:
        """One of them. Raises KeyError."""
        return self.reached.get((place(seller_id, marketplace), run_on), {})[name]

    def put_fetch(self, seller_id: str, marketplace: Marketplace, run_on: date, fetch: Fetch) -> None:
        """Overwrite the ledger record."""
        self.reached.setdefault((place(seller_id, marketplace), run_on), {})[fetch.name] = fetch

    def sources(self, seller_id: str, marketplace: Marketplace) -> Mapping[ReportType, SourceRecord]:
        """What is known of each report."""
        return dict(self.known.get(place(seller_id, marketplace), {}))

    def put_source(self, seller_id: str, marketplace: Marketplace, record: SourceRecord) -> None:
        """Overwrite by report type."""
        self.known.setdefault(place(seller_id, marketplace), {})[record.source.report_type] = record

    def put_amazon(self, seller_id: str, marketplace: Marketplace, figures: AmazonFigures) -> None:
        """Overwrite by report type."""
        self.figures.setdefault(place(seller_id, marketplace), {})[figures.report_type] = figures

    def amazon(self, seller_id: str, marketplace: Marketplace) -> Sequence[AmazonFigures]:
        """One for each performance report that was ever read."""
        return tuple(self.figures.get(place(seller_id, marketplace), {}).values())

    def put_metrics(
        self, seller_id: str, marketplace: Marketplace, run_on: date, metrics: Sequence[JudgedMetric]
    ) -> None:
        """Replace the day's rows."""
        self.judged[place(seller_id, marketplace), run_on] = tuple(metrics)

    def metrics(self, seller_id: str, marketplace: Marketplace, run_on: date) -> Sequence[JudgedMetric]:
        """The day's rows."""
        return self.judged.get((place(seller_id, marketplace), run_on), ())

    def state(self, seller_id: str, marketplace: Marketplace) -> HealthState:
        """The statuses that stood at the end of the last judged run."""
        return self.states.get(place(seller_id, marketplace), HealthState())

    def state_before(self, seller_id: str, marketplace: Marketplace, run_on: date) -> HealthState:
        """The statuses that stood before the day's first change; today's, if none changed."""
        return self.before.get((place(seller_id, marketplace), run_on), self.state(seller_id, marketplace))

    def put_state(
        self,
        seller_id: str,
        marketplace: Marketplace,
        run_on: date,
        change: tuple[HealthState, HealthState],
        alerts: Sequence[Alert],
    ) -> None:
        """The new statuses and their alerts, or Conflict and neither."""
        before, after = change
        self.before.setdefault((place(seller_id, marketplace), run_on), before)
        if self.state(seller_id, marketplace).revision != before.revision:
            raise Conflict("the marketplace was judged by somebody else")
        self.states[place(seller_id, marketplace)] = after
        self.ledger.plan(seller_id, run_on, alerts)
