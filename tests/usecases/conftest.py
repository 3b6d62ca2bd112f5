"""A world in memory for one use case at a time."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from goodstanding.contracts.tasks import (
    CheckReportInput,
    FetchInput,
    IngestReportInput,
    MarketplaceInput,
    PlanReportsInput,
    StoreReportInput,
)
from goodstanding.core.fetches import Fetch, FetchState, StoredDocument
from goodstanding.core.marketplaces import Marketplace, by_country
from goodstanding.core.report_types import ReportType
from goodstanding.ports.sellers import Seller
from tests.fakes.alerts import FakeAlertLedger, FakeAlerts
from tests.fakes.clock import FakeClock
from tests.fakes.conversations import FakeConversationStore
from tests.fakes.deadlines import FakeDeadlineStore
from tests.fakes.health import FakeHealthStore
from tests.fakes.orders import FakeOrderStore
from tests.fakes.pace import FakePaceStore
from tests.fakes.report_archive import FakeReportArchive
from tests.fakes.sellers import FakeSellerRegistry
from tests.fakes.selling_partner import FakeSellingPartner

SELLER = "A2EXAMPLE00001"
AT = datetime(2026, 11, 20, 6, tzinfo=UTC)
DAY = AT.date()
DE = by_country("DE")


@dataclass
class Here:
    """Every port, and a marketplace's day."""

    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self) -> None:
        self.ledger = FakeAlertLedger(self.clock)
        self.health = FakeHealthStore(self.ledger)
        self.orders = FakeOrderStore()
        self.archive = FakeReportArchive()
        self.pace = FakePaceStore(self.clock)
        self.amazon = FakeSellingPartner(self.clock)
        self.alerts = FakeAlerts()
        self.conversations = FakeConversationStore()
        self.deadlines = FakeDeadlineStore(self.ledger)
        self.registry = FakeSellerRegistry({SELLER: Seller(SELLER, (DE,), "de", mailbox=False)})

    def connect(self, *_: Any) -> FakeSellingPartner:
        """The same Amazon for every seller and region."""
        return self.amazon

    def planned(self, name: str = "feedback-1", report_type: ReportType = ReportType.FEEDBACK, **reached: Any) -> Fetch:
        """One report of the day's plan, as far as `reached` says."""
        fetch = Fetch(name, report_type, AT, None, **reached)
        self.health.plan(SELLER, DE, DAY, [fetch])
        self.health.put_fetch(SELLER, DE, DAY, fetch)
        return fetch

    def stored(self, report_type: ReportType, text: str, name: str = "report-1") -> Fetch:
        """One report of the day's plan, downloaded."""
        body = text.encode()
        self.archive.bodies[name] = body
        stored = StoredDocument("archive", name, "00", len(body), "utf-8")
        return self.planned(name, report_type, state=FetchState.STORED, stored=stored, fetched_at=AT)

    def fetch(self, name: str = "feedback-1") -> Fetch:
        """How far it got."""
        return self.health.fetch(SELLER, DE, DAY, name)


@pytest.fixture
def here() -> Here:
    """Nothing has happened yet."""
    return Here()


@dataclass(frozen=True)
class Requests:
    """Task inputs of the marketplace's day."""

    marketplace: Marketplace = DE

    def day(self) -> MarketplaceInput:
        """The marketplace."""
        return MarketplaceInput(**self._place())

    def plan(self, execution: str = "run-1") -> PlanReportsInput:
        """The marketplace, from an execution."""
        return PlanReportsInput(**self._place(), execution=execution)

    def ask(self, fetch: Fetch) -> FetchInput:
        """A report of the plan."""
        return FetchInput(**self._of(fetch))

    def check(self, fetch: Fetch, report_id: str) -> CheckReportInput:
        """A report that was asked for."""
        return CheckReportInput(**self._of(fetch), report_id=report_id)

    def store(self, fetch: Fetch, document_id: str) -> StoreReportInput:
        """A report that is there."""
        return StoreReportInput(**self._of(fetch), document_id=document_id)

    def ingest(self, fetch: Fetch, cursor: int = 0) -> IngestReportInput:
        """A report that is stored."""
        return IngestReportInput(**self._of(fetch), cursor=cursor)

    def _of(self, fetch: Fetch) -> dict[str, Any]:
        return {**self._place(), "name": fetch.name, "report_type": fetch.report_type}

    def _place(self) -> dict[str, Any]:
        return {"seller_id": SELLER, "marketplace": self.marketplace.country, "scheduled_at": AT}


@pytest.fixture
def requests() -> Requests:
    """What tasks are handed."""
    return Requests()
