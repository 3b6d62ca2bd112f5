"""Amazon that makes and hands out reports; passes the contract tests of its adapter."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO

from goodstanding.contracts.errors import SpApiRefused
from goodstanding.core.fetches import ProcessingStatus
from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.report_types import ReportType
from goodstanding.ports.clock import Clock
from goodstanding.ports.selling_partner import Document, ReportStatus


@dataclass
class FakeSellingPartner:
    """Amazon with a body for each report; a report takes 90 seconds, one without a body has no data.

    `failures` befall the next calls, whichever they are; None is a call that goes well.
    """

    clock: Clock
    bodies: Mapping[ReportType, bytes] = field(default_factory=dict)
    failures: list[Exception | None] = field(default_factory=list)
    asked: list[tuple[ReportType, datetime]] = field(default_factory=list)

    TAKES = timedelta(seconds=90)

    def create_report(
        self, report_type: ReportType, marketplace: Marketplace, start: datetime | None, end: datetime | None
    ) -> str:
        """Ask for a report; its id."""
        self._fail()
        self.asked.append((report_type, self.clock.now()))
        return str(len(self.asked))

    def get_report(self, report_id: str) -> ReportStatus:
        """Where it stands."""
        self._fail()
        report_type, asked_at = self._asked(report_id)
        if self.clock.now() - asked_at < self.TAKES:
            return ReportStatus(ProcessingStatus.IN_PROGRESS, None)
        if report_type not in self.bodies:
            return ReportStatus(ProcessingStatus.CANCELLED, None)
        return ReportStatus(ProcessingStatus.DONE, report_id)

    @contextmanager
    def open_document(self, document_id: str) -> Iterator[Document]:
        """Open a report's document."""
        self._fail()
        report_type, _ = self._asked(document_id)
        yield Document(BytesIO(self.bodies[report_type]), None)

    def _asked(self, report_id: str) -> tuple[ReportType, datetime]:
        if not report_id.isdecimal() or not 0 < int(report_id) <= len(self.asked):
            raise SpApiRefused("404: no such report")
        return self.asked[int(report_id) - 1]

    def _fail(self) -> None:
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure
