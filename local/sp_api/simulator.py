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
from urllib.parse import unquote

from goodstanding.ports.clock import Clock
from local.seller_folder import SellerFolder
from local.sp_api.authorization import LOG_IN_PATH, Authorization
from local.sp_api.documents import LINK_PREFIX, DocumentStore
from local.sp_api.failures import FAILURES, quota_exceeded, spoilt
from local.sp_api.faults import Fault, FaultKind, FaultLedger, FaultPlan, Strikes, Subject
from local.sp_api.limits import Operation, PlanChange, UsagePlans
from local.sp_api.order_book import OrderBook
from local.sp_api.orders import OrdersDesk
from local.sp_api.reports import Report, ReportDesk, countries, known_type, specification
from local.sp_api.shelves import Shelf
from local.sp_api.solicitations import Eligibility, Post, SolicitationDesk, amazons_window
from local.sp_api.tables import Visibility
from local.sp_api.wire import Answer, Refused, Request

_REPORTS = "/reports/2021-06-30"
_ORDERS = "/orders/2026-01-01/orders"
_SOLICITATIONS = "/solicitations/v1/orders"

_ROUTES: tuple[tuple[str, re.Pattern[str], Operation], ...] = (
    ("POST", re.compile(re.escape(LOG_IN_PATH)), Operation.LOG_IN),
    ("GET", re.compile(re.escape(LINK_PREFIX) + "(?P<id>[^/]+)"), Operation.DOWNLOAD_DOCUMENT),
    ("POST", re.compile(f"{_REPORTS}/reports"), Operation.CREATE_REPORT),
    ("GET", re.compile(f"{_REPORTS}/reports"), Operation.GET_REPORTS),
    ("GET", re.compile(f"{_REPORTS}/reports/(?P<id>[^/]+)"), Operation.GET_REPORT),
    ("DELETE", re.compile(f"{_REPORTS}/reports/(?P<id>[^/]+)"), Operation.CANCEL_REPORT),
    ("GET", re.compile(f"{_REPORTS}/documents/(?P<id>[^/]+)"), Operation.GET_REPORT_DOCUMENT),
    ("GET", re.compile(_ORDERS), Operation.SEARCH_ORDERS),
    ("GET", re.compile(f"{_ORDERS}/(?P<id>[^/]+)"), Operation.GET_ORDER),
    ("GET", re.compile(f"{_SOLICITATIONS}/(?P<id>[^/]+)"), Operation.GET_SOLICITATION_ACTIONS),
    (
        "POST",
        re.compile(f"{_SOLICITATIONS}/(?P<id>[^/]+)/solicitations/productReviewAndSellerFeedback"),
        Operation.CREATE_SOLICITATION,
    ),
)

_LIMIT_SHOWN = frozenset({200, 201, 202, 204, 400, 404})  # statuses that carry x-amzn-RateLimit-Limit
_ORDER_IS_NAMED = frozenset({Operation.GET_SOLICITATION_ACTIONS, Operation.CREATE_SOLICITATION, Operation.GET_ORDER})
_SECRET = frozenset({Operation.LOG_IN})  # operations whose bodies, there and back, are never kept
_LARGE = frozenset({Operation.DOWNLOAD_DOCUMENT})  # answers that are read from a file while they are sent


@dataclass(frozen=True, slots=True)
class Call:
    """One call that was made, without tokens or secrets.

    `status` and `answer` are None when no answer came; `answer` also where it is a document or a secret. `fault` is what struck.
    """

    at: datetime
    seller: str | None
    operation: Operation
    params: Mapping[str, object]
    status: int | None
    method: str
    path: str
    query: Mapping[str, Sequence[str]]
    body: bytes
    answer: bytes | None
    fault: FaultKind | None


class Simulator:
    """SP-API and LWA for these sellers. `calls` are all calls made so far, in their order. Safe to call from several threads.

    `plans` are changes of Amazon's usage plans; `eligible` decides about orders whose buyers were not asked yet.
    """

    def __init__(
        self,
        sellers: Sequence[SellerFolder],
        clock: Clock,
        *,
        visibility: Visibility,
        faults: FaultPlan = (),
        plans: Sequence[PlanChange] = (),
        eligible: Eligibility = amazons_window,
    ) -> None:
        self.calls: list[Call] = []
        self._clock = clock
        self._desks = _Desks(sellers, visibility, eligible, FaultLedger(faults), UsagePlans(plans))
        self._opened_at = clock.now()
        self._lock = threading.Lock()

    def solicited(self, seller_id: str) -> Mapping[str, datetime]:
        """The orders whose buyers were asked, in whichever way, and when."""
        return self._desks.solicitations[seller_id].asked

    def posts(self, seller_id: str) -> Mapping[str, Sequence[Post]]:
        """Every POST of a request that reached Amazon, by order and in their order; each says whether it was accepted."""
        return self._desks.solicitations[seller_id].posts

    def answer(self, request: Request) -> Answer:
        """Answer one request. Raises ConnectionFailed when the fault plan wants no answer."""
        with self._lock:
            now = request.sent_at() or self._clock.now()
            self._opened_at = min(self._opened_at, now)
            operation, item = _route(request)
            return self._answer(_Visit(self._desks, request, (now, self._opened_at), operation, item))

    def _answer(self, visit: "_Visit") -> Answer:
        answer: Answer | None = None
        try:
            answer = visit.answer()
        finally:
            self.calls.append(visit.recorded(answer))
        number = f"{len(self.calls)}/{visit.now.isoformat()}"
        answer.headers["x-amzn-RequestId"] = hashlib.sha256(number.encode()).hexdigest()[:32]
        plan = self._desks.plans.plan(visit.seller or "", visit.operation, visit.now)
        if plan is not None and answer.status in _LIMIT_SHOWN:
            answer.headers["x-amzn-RateLimit-Limit"] = str(plan.rate)
        return answer


def _route(request: Request) -> tuple[Operation, str]:
    """Which operation a request is for, and the id in its path."""
    for method, pattern, operation in _ROUTES:
        found = pattern.fullmatch(request.path)
        if found and request.method == method:
            return operation, unquote(found.groupdict().get("id", ""))
    return Operation.NONE, ""


class _Desks:
    """Everything that remembers."""

    def __init__(
        self,
        sellers: Sequence[SellerFolder],
        visibility: Visibility,
        eligible: Eligibility,
        faults: FaultLedger,
        plans: UsagePlans,
    ) -> None:
        shelves = {seller.seller_id: Shelf(seller, visibility) for seller in sellers}
        books = {seller_id: OrderBook(shelf) for seller_id, shelf in shelves.items()}
        self.authorization = Authorization(shelves)
        self.faults = faults
        self.plans = plans
        self.documents = DocumentStore()
        self.reports = {seller_id: ReportDesk(shelf) for seller_id, shelf in shelves.items()}
        self.solicitations = {seller_id: SolicitationDesk(book, eligible) for seller_id, book in books.items()}
        self.orders = {seller_id: OrdersDesk(seller_id, book) for seller_id, book in books.items()}


class _Visit:
    """One call on its way through the desks."""

    def __init__(
        self, desks: _Desks, request: Request, times: tuple[datetime, datetime], operation: Operation, item: str
    ) -> None:
        self.now, self._opened_at = times
        self.operation = operation
        self.seller: str | None = None
        self.params: dict[str, object] = {"id": item} if item else {}
        self._fault: Fault | None = None
        self._desks = desks
        self._request = request
        self._item = item

    def answer(self) -> Answer:
        """Raises ConnectionFailed."""
        desks = self._desks
        try:
            subject = self._subject()
            if self.seller is not None and self.operation is Operation.CREATE_SOLICITATION:
                desks.solicitations[self.seller].note_post(self._item, self.now)
            fault = self._fault = desks.faults.strike(subject, self.now)
            if fault is not None and fault.strikes is Strikes.ORDER:
                desks.solicitations[self.seller or ""].befall(self._item, fault.kind, self.now)
            if fault is not None and fault.strikes is Strikes.INSTEAD:
                return FAILURES[fault.kind]()
            if self.seller is not None and not desks.plans.take(self.seller, self.operation, self.now):
                raise quota_exceeded()
            answer = self._operate(fault)
        except Refused as refused:
            return refused.answer()
        return spoilt(answer, fault)

    def recorded(self, answer: Answer | None) -> Call:
        """The call as it is remembered."""
        request = self._request
        shown = None
        if answer is not None and self.operation not in _SECRET | _LARGE:
            shown = answer.body.read()
            answer.body.seek(0)
        return Call(
            at=self.now,
            seller=self.seller,
            operation=self.operation,
            params=self.params,
            status=None if answer is None else answer.status,
            method=request.method,
            path=request.path,
            query=request.query,
            body=b"" if self.operation in _SECRET else request.body,
            answer=shown,
            fault=self._fault.kind if self._fault else None,
        )

    def _subject(self) -> Subject:
        """Who is calling, and about what. Raises Refused."""
        desks, request = self._desks, self._request
        if self.operation is Operation.NONE:
            raise Refused(404, "NotFound", "The resource was not found")
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
        if self.operation in _ORDER_IS_NAMED:
            places = countries(request.values("marketplaceIds"))
            return Subject(self.operation, self.seller, None, places, self._item)
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
        reports, solicitations, orders = desks.reports[seller], desks.solicitations[seller], desks.orders[seller]
        destiny = fault.kind if fault and fault.strikes in {Strikes.REPORT, Strikes.LINK, Strikes.ACTIONS} else None
        operations: dict[Operation, Callable[[], Answer]] = {
            Operation.CREATE_REPORT: lambda: reports.create(request, now, self._opened_at, destiny),
            Operation.GET_REPORT: lambda: reports.get(item, now),
            Operation.GET_REPORTS: lambda: reports.list_reports(request, now),
            Operation.CANCEL_REPORT: lambda: reports.cancel(item, now),
            Operation.GET_REPORT_DOCUMENT: lambda: desks.documents.open_link(
                seller, reports.find_document(item, now), request, now, destiny
            ),
            Operation.GET_SOLICITATION_ACTIONS: lambda: solicitations.actions(item, request, now, destiny),
            Operation.CREATE_SOLICITATION: lambda: solicitations.create(item, request, now),
            Operation.SEARCH_ORDERS: lambda: orders.search(request, now),
            Operation.GET_ORDER: lambda: orders.get(item, request, now),
        }
        return operations[self.operation]()
