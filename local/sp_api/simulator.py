"""Amazon's Selling Partner API over seller folders: stateful, deterministic, and as strict and as moody as the real one.

A call passes in this order: who is calling (access token) → what goes wrong (fault plan) → is it too much (usage plan) → the
operation. Time is the caller's own (`x-amz-date`) where it sends one, else the clock's.
"""

import hashlib
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from urllib.parse import unquote

from goodstanding.ports import Clock
from local.seller_folder import SellerFolder
from local.sp_api.authorization import LOG_IN_PATH, Authorization, access_denied, invalid_client, invalid_grant
from local.sp_api.documents import LINK_PREFIX, DocumentStore
from local.sp_api.faults import Fault, FaultKind, FaultLedger, FaultPlan, Strikes, Subject
from local.sp_api.limits import PLANS, Operation, UsagePlans
from local.sp_api.reports import Report, ReportDesk, countries, known_type, specification
from local.sp_api.shelves import Shelf
from local.sp_api.solicitations import Eligibility, SolicitationDesk, shipped
from local.sp_api.tables import Visibility
from local.sp_api.wire import Answer, ConnectionFailed, Refused, Request, as_bytes, as_html, as_json

_REPORTS = "/reports/2021-06-30"
_ORDERS = "/solicitations/v1/orders"

_ROUTES: tuple[tuple[str, re.Pattern[str], Operation], ...] = (
    ("POST", re.compile(re.escape(LOG_IN_PATH)), Operation.LOG_IN),
    ("GET", re.compile(re.escape(LINK_PREFIX) + "(?P<id>[^/]+)"), Operation.DOWNLOAD_DOCUMENT),
    ("POST", re.compile(f"{_REPORTS}/reports"), Operation.CREATE_REPORT),
    ("GET", re.compile(f"{_REPORTS}/reports"), Operation.GET_REPORTS),
    ("GET", re.compile(f"{_REPORTS}/reports/(?P<id>[^/]+)"), Operation.GET_REPORT),
    ("DELETE", re.compile(f"{_REPORTS}/reports/(?P<id>[^/]+)"), Operation.CANCEL_REPORT),
    ("GET", re.compile(f"{_REPORTS}/documents/(?P<id>[^/]+)"), Operation.GET_REPORT_DOCUMENT),
    ("GET", re.compile(f"{_ORDERS}/(?P<id>[^/]+)"), Operation.GET_SOLICITATION_ACTIONS),
    (
        "POST",
        re.compile(f"{_ORDERS}/(?P<id>[^/]+)/solicitations/productReviewAndSellerFeedback"),
        Operation.CREATE_SOLICITATION,
    ),
)

_LIMIT_SHOWN = frozenset({200, 201, 202, 204, 400, 404})  # statuses that carry x-amzn-RateLimit-Limit


@dataclass(frozen=True, slots=True)
class Call:
    """One call that was made, without tokens or secrets. `status` is None when no answer came."""

    at: datetime
    seller: str | None
    operation: Operation
    params: Mapping[str, object]
    status: int | None


class Simulator:
    """SP-API and LWA for these sellers. `calls` are all calls made so far, in their order. Safe to call from several threads."""

    def __init__(
        self,
        sellers: Sequence[SellerFolder],
        clock: Clock,
        *,
        visibility: Visibility,
        faults: FaultPlan = (),
        eligible: Eligibility = shipped,
    ) -> None:
        self.calls: list[Call] = []
        self._clock = clock
        self._desks = _Desks(sellers, visibility, faults, eligible)
        self._opened_at = clock.now()
        self._lock = threading.Lock()

    def solicited(self, seller_id: str) -> Mapping[str, datetime]:
        """The orders whose buyers were asked, and when."""
        return self._desks.solicitations[seller_id].solicited

    def answer(self, request: Request) -> Answer:
        """Answer one request. Raises ConnectionFailed when the fault plan wants no answer."""
        with self._lock:
            now = request.sent_at() or self._clock.now()
            self._opened_at = min(self._opened_at, now)
            for method, pattern, operation in _ROUTES:
                found = pattern.fullmatch(request.path)
                if found and request.method == method:
                    item = unquote(found.groupdict().get("id", ""))
                    return self._answer(_Visit(self._desks, request, (now, self._opened_at), operation, item))
            return Refused(404, "NotFound", "The resource was not found").answer()

    def _answer(self, visit: "_Visit") -> Answer:
        status: int | None = None
        try:
            answer = visit.answer()
            status = answer.status
        finally:
            self.calls.append(Call(visit.now, visit.seller, visit.operation, visit.params, status))
        number = f"{len(self.calls)}/{visit.now.isoformat()}"
        answer.headers["x-amzn-RequestId"] = hashlib.sha256(number.encode()).hexdigest()[:32]
        plan = PLANS.get(visit.operation)
        if plan is not None and status in _LIMIT_SHOWN:
            answer.headers["x-amzn-RateLimit-Limit"] = str(plan.rate)
        return answer


class _Desks:
    """Everything that remembers."""

    def __init__(
        self, sellers: Sequence[SellerFolder], visibility: Visibility, faults: FaultPlan, eligible: Eligibility
    ) -> None:
        shelves = {seller.seller_id: Shelf(seller, visibility) for seller in sellers}
        self.authorization = Authorization(shelves)
        self.faults = FaultLedger(faults)
        self.plans = UsagePlans()
        self.documents = DocumentStore()
        self.reports = {seller_id: ReportDesk(shelf) for seller_id, shelf in shelves.items()}
        self.solicitations = {seller_id: SolicitationDesk(shelf, eligible) for seller_id, shelf in shelves.items()}


class _Visit:
    """One call on its way through the desks."""

    def __init__(
        self, desks: _Desks, request: Request, times: tuple[datetime, datetime], operation: Operation, item: str
    ) -> None:
        self.now, self._opened_at = times
        self.operation = operation
        self.seller: str | None = None
        self.params: dict[str, object] = {"id": item} if item else {}
        self._desks = desks
        self._request = request
        self._item = item

    def answer(self) -> Answer:
        """Raises ConnectionFailed."""
        desks = self._desks
        try:
            fault = desks.faults.strike(self._subject())
            if fault is not None and fault.strikes is Strikes.INSTEAD:
                return _FAILURES[fault.kind]()
            if self.seller is not None and not desks.plans.take(self.seller, self.operation, self.now):
                return _FAILURES[FaultKind.THROTTLE_429]()
            answer = self._operate(fault)
        except Refused as refused:
            return refused.answer()
        return _spoilt(answer, fault)

    def _subject(self) -> Subject:
        """Who is calling, and about what. Raises Refused."""
        desks, request = self._desks, self._request
        if self.operation is Operation.LOG_IN:
            self.seller = desks.authorization.seller_of_login(request)
            return Subject(self.operation, self.seller)
        if self.operation is Operation.DOWNLOAD_DOCUMENT:
            link = desks.documents.find(self._item)
            self.seller = link.seller_id if link else None
            return self._about(link.report if link else None)
        self.seller = desks.authorization.seller_of(request, self.now)
        self.params |= {name: list(values) for name, values in request.query.items()}
        if self.operation is Operation.CREATE_REPORT:
            body = specification(request)
            self.params |= body
            places = countries(body.get("marketplaceIds"))
            return Subject(self.operation, self.seller, known_type(body.get("reportType")), places)
        desk = desks.reports[self.seller]
        return self._about(desk.find(self._item) or desk.find_document(self._item, self.now))

    def _about(self, report: Report | None) -> Subject:
        if report is None:
            return Subject(self.operation, self.seller, None, countries(self._request.values("marketplaceIds")))
        places = tuple(marketplace.country for marketplace in report.marketplaces)
        return Subject(self.operation, self.seller, report.report_type, places)

    def _operate(self, fault: Fault | None) -> Answer:
        desks, request, now, item = self._desks, self._request, self.now, self._item
        if self.operation is Operation.LOG_IN:
            return desks.authorization.log_in(request, now)
        if self.operation is Operation.DOWNLOAD_DOCUMENT:
            return desks.documents.download(item, now)
        seller = self.seller or ""
        reports, solicitations = desks.reports[seller], desks.solicitations[seller]
        destiny = fault.kind if fault and fault.strikes in {Strikes.REPORT, Strikes.LINK} else None
        operations: dict[Operation, Callable[[], Answer]] = {
            Operation.CREATE_REPORT: lambda: reports.create(request, now, self._opened_at, destiny),
            Operation.GET_REPORT: lambda: reports.get(item, now),
            Operation.GET_REPORTS: lambda: reports.list_reports(request, now),
            Operation.CANCEL_REPORT: lambda: reports.cancel(item, now),
            Operation.GET_REPORT_DOCUMENT: lambda: desks.documents.open_link(
                seller, reports.find_document(item, now), request, now, destiny
            ),
            Operation.GET_SOLICITATION_ACTIONS: lambda: solicitations.actions(item, request, now),
            Operation.CREATE_SOLICITATION: lambda: solicitations.create(item, request, now),
        }
        return operations[self.operation]()


def _reset() -> Answer:
    raise ConnectionFailed(silent=False)


def _silence() -> Answer:
    raise ConnectionFailed(silent=True)


_FAILURES: dict[FaultKind, Callable[[], Answer]] = {
    FaultKind.THROTTLE_429: lambda: Refused(
        429, "QuotaExceeded", "You exceeded your quota for the requested resource."
    ).answer(),
    FaultKind.THROTTLE_HTML: lambda: as_html(429, "429 Too Many Requests"),
    FaultKind.SERVER_500_EMPTY: lambda: as_bytes(500, b"", "text/plain"),
    FaultKind.UNAVAILABLE_503_HTML: lambda: as_html(503, "503 Service Temporarily Unavailable"),
    FaultKind.LWA_500_HTML: lambda: as_html(500, "Internal Server Error"),
    FaultKind.FORBIDDEN_MESSAGE: lambda: as_json(403, {"message": "Forbidden"}),
    FaultKind.ACCESS_DENIED: lambda: access_denied().answer(),
    FaultKind.INVALID_GRANT: invalid_grant,
    FaultKind.INVALID_CLIENT: invalid_client,
    FaultKind.CONNECTION_RESET: _reset,
    FaultKind.TIMEOUT: _silence,
}
"""What is answered instead of the operation."""


def _spoilt(answer: Answer, fault: Fault | None) -> Answer:
    """The answer of an operation that took place. Raises ConnectionFailed."""
    if fault is None or fault.strikes is not Strikes.AFTERWARDS:
        return answer
    if fault.kind is FaultKind.ANSWER_LOST:
        raise ConnectionFailed(silent=False)
    body = b"" if fault.kind is FaultKind.EMPTY_BODY else answer.body.read()[:-1]
    return Answer(answer.status, answer.headers, BytesIO(body), len(body))
