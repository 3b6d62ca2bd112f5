"""The Reports API 2021-06-30, as Amazon runs it.

What is not documented and was decided here: a range that is too long ends FATAL (loud, for it is a caller's defect); a feedback
report with an end, or with a start less than 5 days back, ends CANCELLED (as clients report it); what takes time takes a fixed time
for each report type.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from goodstanding.core.marketplaces import Marketplace, by_id
from goodstanding.core.report_types import ReportType
from local.sp_api.faults import FaultKind
from local.sp_api.shelves import Content, Shelf
from local.sp_api.tables import Range
from local.sp_api.wire import Answer, Refused, Request, as_bytes, as_json, timestamp

TAKES: dict[ReportType, timedelta] = {
    ReportType.PERFORMANCE_V2: timedelta(seconds=45),
    ReportType.PERFORMANCE_V1: timedelta(seconds=45),
    ReportType.FEEDBACK: timedelta(seconds=60),
    ReportType.ALL_ORDERS: timedelta(seconds=90),
    ReportType.FBA_SHIPMENTS: timedelta(seconds=75),
    ReportType.MFN_RETURNS: timedelta(seconds=60),
    ReportType.FBA_RETURNS: timedelta(seconds=60),
}
"""How long a report takes; a third of it IN_QUEUE, the rest IN_PROGRESS. A type that is missing here is not known."""

LONGEST: dict[ReportType, timedelta] = {
    ReportType.ALL_ORDERS: timedelta(days=30),
    ReportType.FBA_SHIPMENTS: timedelta(days=31),
    ReportType.MFN_RETURNS: timedelta(days=60),
}

_SNAPSHOTS = frozenset({ReportType.PERFORMANCE_V1, ReportType.PERFORMANCE_V2})
_SHORTEST_FEEDBACK = timedelta(days=5)
_MOST_MARKETPLACES = 25
_MOST_TYPES = 10
_MOST_ON_A_PAGE = 100
_ON_A_PAGE = 10
_RETENTION = timedelta(days=90)
_FIRST_ID = 50_001_000_000

_OUTCOMES: dict[FaultKind, str] = {
    FaultKind.REPORT_FATAL: "FATAL",
    FaultKind.REPORT_FATAL_WITH_DOCUMENT: "FATAL",
    FaultKind.REPORT_CANCELLED: "CANCELLED",
    FaultKind.REPORT_STUCK: "IN_PROGRESS",
}


@dataclass(frozen=True, slots=True)
class ErrorText:
    """The document of a report that failed."""

    text: str = '{"errorDetails":"The requested data is unavailable. Please try a different date range."}'
    empty: bool = False
    charset: str = "UTF-8"

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.text.encode())

    def write(self, out: Any) -> None:
        """Write it."""
        out.write(self.text.encode())


@dataclass(slots=True)
class Report:
    """One report of one seller. `outcome` is its last status; `seen_at` the latest time it was looked at: time may go back, it may not."""

    report_id: str
    report_type: ReportType
    marketplaces: tuple[Marketplace, ...]
    data_start: datetime
    data_end: datetime
    created_at: datetime
    seen_at: datetime
    outcome: str
    content: Content | None
    document_id: str

    @property
    def _started_at(self) -> datetime:
        return self.created_at + TAKES[self.report_type] / 3

    @property
    def _ended_at(self) -> datetime:
        return self.created_at + TAKES[self.report_type]

    def status(self, now: datetime) -> str:
        """The processing status."""
        self.seen_at = max(self.seen_at, now)
        if self.seen_at < self._started_at:
            return "IN_QUEUE"
        return "IN_PROGRESS" if self.seen_at < self._ended_at else self.outcome

    def cancel(self) -> None:
        """Cancelled by the seller while IN_QUEUE."""
        self.outcome, self.content = "CANCELLED", None
        self.seen_at = max(self.seen_at, self._ended_at)

    def shown(self, now: datetime) -> dict[str, Any]:
        """As getReport shows it."""
        status = self.status(now)
        shown: dict[str, Any] = {
            "reportId": self.report_id,
            "reportType": self.report_type.value,
            "marketplaceIds": [marketplace.marketplace_id for marketplace in self.marketplaces],
            "dataStartTime": timestamp(self.data_start),
            "dataEndTime": timestamp(self.data_end),
            "createdTime": timestamp(self.created_at),
            "processingStatus": status,
        }
        if status != "IN_QUEUE":
            shown["processingStartTime"] = timestamp(self._started_at)
        if status in {"DONE", "CANCELLED", "FATAL"}:
            shown["processingEndTime"] = timestamp(self._ended_at)
            if self.content is not None:
                shown["reportDocumentId"] = self.document_id
        return shown


class ReportDesk:
    """One seller's reports."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._reports: dict[str, Report] = {}
        self._by_document: dict[str, Report] = {}
        self._pages: dict[str, list[Report]] = {}

    @property
    def seller_id(self) -> str:
        """Whose reports."""
        return self._shelf.folder.seller_id

    def find(self, report_id: str) -> Report | None:
        """By id."""
        return self._reports.get(report_id)

    def find_document(self, document_id: str, now: datetime) -> Report | None:
        """The ended report of a document."""
        report = self._by_document.get(document_id)
        return report if report is not None and "reportDocumentId" in report.shown(now) else None

    def create(self, request: Request, now: datetime, opened_at: datetime, fault: FaultKind | None) -> Answer:
        """POST reports. Raises Refused."""
        order = specification(request)
        report_type, marketplaces = self._report_type(order), self._marketplaces(order)
        start, end = _moment(order, "dataStartTime"), _moment(order, "dataEndTime")
        if not isinstance(order.get("reportOptions", {}), dict):
            raise _invalid("reportOptions must be a map of text to text")
        if start is not None and start > (end or now):
            raise _invalid("dataStartTime must not be after dataEndTime")
        asked = Range(start or now, end or now, now, opened_at)
        outcome, content = self._outcome(report_type, marketplaces, asked, ends=end is not None)
        if fault is not None:
            outcome, content = _OUTCOMES[fault], None
        if fault is FaultKind.REPORT_FATAL_WITH_DOCUMENT:
            content = ErrorText()
        report_id = str(_FIRST_ID + len(self._reports))
        document_id = self._document_id(report_id)
        report = Report(
            report_id, report_type, marketplaces, asked.start, asked.end, now, now, outcome, content, document_id
        )
        self._reports[report_id] = self._by_document[document_id] = report
        return as_json(202, {"reportId": report_id})

    def get(self, report_id: str, now: datetime) -> Answer:
        """GET reports/{reportId}. Raises Refused."""
        return as_json(200, self._known(report_id).shown(now))

    def cancel(self, report_id: str, now: datetime) -> Answer:
        """DELETE reports/{reportId}. Raises Refused."""
        report = self._known(report_id)
        if report.status(now) != "IN_QUEUE":
            raise _invalid("Only a report that is IN_QUEUE can be cancelled")
        report.cancel()
        return as_bytes(200, b"", "application/json")

    def list_reports(self, request: Request, now: datetime) -> Answer:
        """GET reports: the newest first, page by page. Raises Refused."""
        token = request.value("nextToken")
        if token is not None:
            if any(
                request.query.get(name) for name in ("reportTypes", "processingStatuses", "pageSize", "createdSince")
            ):
                raise _invalid("nextToken must be the only parameter")
            if token not in self._pages:
                raise _invalid("nextToken is not valid")
            return self._page(self._pages[token], int(token.rpartition(".")[2]), now)
        types = request.values("reportTypes")
        if not 1 <= len(types) <= _MOST_TYPES:
            raise _invalid("reportTypes must name 1 to 10 report types")
        size = request.value("pageSize") or str(_ON_A_PAGE)
        if not size.isdecimal() or not 1 <= int(size) <= _MOST_ON_A_PAGE:
            raise _invalid("pageSize must be 1 to 100")
        since = _query_moment(request, "createdSince") or now - _RETENTION
        until = _query_moment(request, "createdUntil") or now
        statuses, places = request.values("processingStatuses"), set(request.values("marketplaceIds"))
        found = [
            report
            for report in reversed(self._reports.values())
            if report.report_type in types
            and since <= report.created_at <= until
            and (not statuses or report.status(now) in statuses)
            and (not places or places & {marketplace.marketplace_id for marketplace in report.marketplaces})
        ]
        return self._page(found, int(size), now)

    def _page(self, found: Sequence[Report], size: int, now: datetime) -> Answer:
        page: dict[str, Any] = {"reports": [report.shown(now) for report in found[:size]]}
        if rest := [*found[size:]]:
            page["nextToken"] = f"{self.seller_id}.{len(self._pages)}.{size}"
            self._pages[page["nextToken"]] = rest
        return as_json(200, page)

    def _outcome(
        self, report_type: ReportType, marketplaces: tuple[Marketplace, ...], asked: Range, *, ends: bool
    ) -> tuple[str, Content | None]:
        if report_type not in _SNAPSHOTS and asked.end - asked.start > LONGEST.get(report_type, timedelta.max):
            return "FATAL", None
        if report_type is ReportType.FEEDBACK and (ends or asked.now - asked.start < _SHORTEST_FEEDBACK):
            return "CANCELLED", None
        content = self._shelf.content(report_type, marketplaces, asked)
        return ("CANCELLED", None) if content is None or content.empty else ("DONE", content)

    def _known(self, report_id: str) -> Report:
        report = self._reports.get(report_id)
        if report is None:
            raise Refused(404, "NotFound", f"Report {report_id} was not found")
        return report

    def _report_type(self, order: Mapping[str, Any]) -> ReportType:
        report_type = known_type(order.get("reportType"))
        if report_type is None:
            raise _invalid("reportType is missing or not valid")
        return report_type

    def _marketplaces(self, order: Mapping[str, Any]) -> tuple[Marketplace, ...]:
        ids = order.get("marketplaceIds")
        if not isinstance(ids, list) or not 1 <= len(ids) <= _MOST_MARKETPLACES:
            raise _invalid("marketplaceIds must name 1 to 25 marketplaces")
        own = {marketplace.marketplace_id: marketplace for marketplace in self._shelf.folder.marketplaces}
        if not all(isinstance(each, str) and each in own for each in ids):
            raise _invalid("marketplaceIds holds a marketplace that is not the seller's")
        return tuple(own[each] for each in dict.fromkeys(ids))

    def _document_id(self, report_id: str) -> str:
        digest = hashlib.sha256(f"{self.seller_id}/{report_id}".encode()).hexdigest()
        return (
            f"amzn1.spdoc.1.4.na.{digest[:8]}-{digest[8:12]}-{digest[12:16]}.T{digest[16:28].upper()}.{report_id[-5:]}"
        )


def specification(request: Request) -> dict[str, Any]:
    """The body of createReport. Raises Refused."""
    try:
        order = json.loads(request.body)
    except ValueError:
        order = None
    if not isinstance(order, dict):
        raise _invalid("The body is not a JSON object")
    return order


def known_type(name: object) -> ReportType | None:
    """The report type of a name, if Amazon has it."""
    return next((report_type for report_type in TAKES if report_type.value == name), None)


def countries(ids: object) -> tuple[str, ...]:
    """Country codes of marketplace ids, as far as they are known."""
    found = (by_id(each) for each in ids if isinstance(each, str)) if isinstance(ids, list) else ()
    return tuple(marketplace.country for marketplace in found if marketplace)


def _invalid(details: str) -> Refused:
    return Refused(400, "InvalidInput", "Invalid request parameters", details)


def _moment(order: Mapping[str, Any], name: str) -> datetime | None:
    return None if order.get(name) is None else _parsed(order[name], name)


def _query_moment(request: Request, name: str) -> datetime | None:
    text = request.value(name)
    return None if text is None else _parsed(text, name)


def _parsed(text: object, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise _invalid(f"{name} must be an ISO 8601 date and time with an offset")
    return moment.astimezone(UTC)
