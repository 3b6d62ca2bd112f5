"""What goes wrong, as data: a fault plan is a literal list, so a test's trouble can be read where the test is.

A fault hits the `nth` call it applies to and the `times - 1` that follow. It applies to the calls of its operation whose seller,
report type, marketplace and order match (None matches any), from `since` to before `until`. Faults earlier in the plan go first;
one call suffers one fault.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum

from goodstanding.core.report_types import ReportType
from local.sp_api.limits import Operation

ALWAYS = 1_000_000_000


class FaultKind(StrEnum):
    """Everything seen in the wild, by name."""

    THROTTLE_429 = "throttle_429"
    THROTTLE_HTML = "throttle_html"
    SERVER_500_EMPTY = "server_500_empty"
    UNAVAILABLE_503_HTML = "unavailable_503_html"
    CONNECTION_RESET = "connection_reset"
    TIMEOUT = "timeout"
    UNAVAILABLE_503_EMPTY = "unavailable_503_empty"
    BAD_GATEWAY_502_HTML = "bad_gateway_502_html"
    FORBIDDEN_403_HTML = "forbidden_403_html"
    FORBIDDEN_MESSAGE = "forbidden_message"
    NOT_FOUND_404 = "not_found_404"
    INVALID_INPUT_400 = "invalid_input_400"
    ACCESS_DENIED = "access_denied"
    INVALID_GRANT = "invalid_grant"
    INVALID_CLIENT = "invalid_client"
    LWA_500_HTML = "lwa_500_html"
    INVALID_JSON = "invalid_json"
    EMPTY_BODY = "empty_body"
    ANSWER_LOST = "answer_lost"
    ANSWER_TIMED_OUT = "answer_timed_out"
    SERVER_500_AFTERWARDS = "server_500_afterwards"
    UNAVAILABLE_503_AFTERWARDS = "unavailable_503_afterwards"
    REPORT_FATAL = "report_fatal"
    REPORT_FATAL_WITH_DOCUMENT = "report_fatal_with_document"
    REPORT_CANCELLED = "report_cancelled"
    REPORT_STUCK = "report_stuck"
    LINK_EXPIRED = "link_expired"
    LYING_GZIP_FLAG = "lying_gzip_flag"
    MISSING_GZIP_FLAG = "missing_gzip_flag"
    WRONG_CHARSET = "wrong_charset"
    TRUNCATED_DOWNLOAD = "truncated_download"
    SOLICITATION_UNAVAILABLE = "solicitation_unavailable"
    SOLICITATION_OUT_OF_RANGE = "solicitation_out_of_range"
    SOLICITATION_OUT_OF_RANGE_BROKEN = "solicitation_out_of_range_broken"
    ACTIONS_EMPTY = "actions_empty"
    ACTIONS_EMPTY_NOT_EMBEDDED = "actions_empty_not_embedded"
    LINKS_MISSING = "links_missing"
    BUYER_OPTED_OUT = "buyer_opted_out"
    ASKED_IN_SELLER_CENTRAL = "asked_in_seller_central"


class Strikes(Enum):
    """Where a kind of fault strikes."""

    INSTEAD = "instead of the operation: nothing happens, a failure is answered"
    AFTERWARDS = "after the operation: it happened, its answer is spoilt"
    REPORT = "a report: what becomes of it"
    LINK = "the link to a document and what is downloaded through it"
    ACTIONS = "the actions of an order: the answer shows others than it has"
    ORDER = "the order, for ever: what became of it just before the call"


_LOG_IN = frozenset({Operation.LOG_IN})
_CREATE_REPORT = frozenset({Operation.CREATE_REPORT})
_DOCUMENT = frozenset({Operation.GET_REPORT_DOCUMENT})
_ACTIONS = frozenset({Operation.GET_SOLICITATION_ACTIONS})
_SOLICITATIONS = frozenset({Operation.GET_SOLICITATION_ACTIONS, Operation.CREATE_SOLICITATION})

_STRIKES: dict[FaultKind, tuple[Strikes, frozenset[Operation] | None]] = {
    FaultKind.THROTTLE_429: (Strikes.INSTEAD, None),
    FaultKind.THROTTLE_HTML: (Strikes.INSTEAD, None),
    FaultKind.SERVER_500_EMPTY: (Strikes.INSTEAD, None),
    FaultKind.UNAVAILABLE_503_HTML: (Strikes.INSTEAD, None),
    FaultKind.UNAVAILABLE_503_EMPTY: (Strikes.INSTEAD, None),
    FaultKind.BAD_GATEWAY_502_HTML: (Strikes.INSTEAD, None),
    FaultKind.CONNECTION_RESET: (Strikes.INSTEAD, None),
    FaultKind.TIMEOUT: (Strikes.INSTEAD, None),
    FaultKind.FORBIDDEN_403_HTML: (Strikes.INSTEAD, None),
    FaultKind.FORBIDDEN_MESSAGE: (Strikes.INSTEAD, None),
    FaultKind.ACCESS_DENIED: (Strikes.INSTEAD, None),
    FaultKind.NOT_FOUND_404: (Strikes.INSTEAD, None),
    FaultKind.INVALID_INPUT_400: (Strikes.INSTEAD, None),
    FaultKind.INVALID_GRANT: (Strikes.INSTEAD, _LOG_IN),
    FaultKind.INVALID_CLIENT: (Strikes.INSTEAD, _LOG_IN),
    FaultKind.LWA_500_HTML: (Strikes.INSTEAD, _LOG_IN),
    FaultKind.SOLICITATION_UNAVAILABLE: (Strikes.INSTEAD, _SOLICITATIONS),
    FaultKind.SOLICITATION_OUT_OF_RANGE: (Strikes.INSTEAD, _SOLICITATIONS),
    FaultKind.SOLICITATION_OUT_OF_RANGE_BROKEN: (Strikes.INSTEAD, _SOLICITATIONS),
    FaultKind.INVALID_JSON: (Strikes.AFTERWARDS, None),
    FaultKind.EMPTY_BODY: (Strikes.AFTERWARDS, None),
    FaultKind.ANSWER_LOST: (Strikes.AFTERWARDS, None),
    FaultKind.ANSWER_TIMED_OUT: (Strikes.AFTERWARDS, None),
    FaultKind.SERVER_500_AFTERWARDS: (Strikes.AFTERWARDS, None),
    FaultKind.UNAVAILABLE_503_AFTERWARDS: (Strikes.AFTERWARDS, None),
    FaultKind.REPORT_FATAL: (Strikes.REPORT, _CREATE_REPORT),
    FaultKind.REPORT_FATAL_WITH_DOCUMENT: (Strikes.REPORT, _CREATE_REPORT),
    FaultKind.REPORT_CANCELLED: (Strikes.REPORT, _CREATE_REPORT),
    FaultKind.REPORT_STUCK: (Strikes.REPORT, _CREATE_REPORT),
    FaultKind.LINK_EXPIRED: (Strikes.LINK, _DOCUMENT),
    FaultKind.LYING_GZIP_FLAG: (Strikes.LINK, _DOCUMENT),
    FaultKind.MISSING_GZIP_FLAG: (Strikes.LINK, _DOCUMENT),
    FaultKind.WRONG_CHARSET: (Strikes.LINK, _DOCUMENT),
    FaultKind.TRUNCATED_DOWNLOAD: (Strikes.LINK, _DOCUMENT),
    FaultKind.ACTIONS_EMPTY: (Strikes.ACTIONS, _ACTIONS),
    FaultKind.ACTIONS_EMPTY_NOT_EMBEDDED: (Strikes.ACTIONS, _ACTIONS),
    FaultKind.LINKS_MISSING: (Strikes.ACTIONS, _ACTIONS),
    FaultKind.BUYER_OPTED_OUT: (Strikes.ORDER, _SOLICITATIONS),
    FaultKind.ASKED_IN_SELLER_CENTRAL: (Strikes.ORDER, _SOLICITATIONS),
}
"""Where each kind strikes, and the operations it belongs to (None: the plan names one)."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong. `marketplace` is a country code.

    `operation` may be left out for kinds that belong to certain ones: then it applies to all of them.
    """

    kind: FaultKind
    operation: Operation | None = None
    report_type: ReportType | None = None
    marketplace: str | None = None
    seller: str | None = None
    order_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    nth: int = 1
    times: int = 1

    def __post_init__(self) -> None:
        own = _STRIKES[self.kind][1]
        if own is None and self.operation is None:
            raise ValueError(f"{self.kind} strikes any operation; name one")
        if own is not None and self.operation is not None and self.operation not in own:
            raise ValueError(f"{self.kind} strikes only {', '.join(sorted(own))}")

    @property
    def strikes(self) -> Strikes:
        """Where it strikes."""
        return _STRIKES[self.kind][0]

    @property
    def operations(self) -> frozenset[Operation]:
        """The operations it applies to."""
        return frozenset({self.operation}) if self.operation else _STRIKES[self.kind][1] or frozenset()

    def concerns(self, subject: "Subject", now: datetime) -> bool:
        """Whether a call made now is one of those it applies to."""
        return (
            subject.operation in self.operations
            and self.seller in {None, subject.seller}
            and self.report_type in {None, subject.report_type}
            and self.order_id in {None, subject.order_id}
            and (self.marketplace is None or self.marketplace in subject.marketplaces)
            and (self.since is None or self.since <= now)
            and (self.until is None or now < self.until)
        )


type FaultPlan = Sequence[Fault]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a call is about; `marketplaces` are country codes."""

    operation: Operation
    seller: str | None = None
    report_type: ReportType | None = None
    marketplaces: tuple[str, ...] = ()
    order_id: str | None = None


class FaultLedger:
    """Counts the calls each fault of a plan applied to. A plan may name thousands of orders: a call looks only at those of its own."""

    def __init__(self, plan: FaultPlan) -> None:
        self._plan = tuple(plan)
        self._seen = [0] * len(self._plan)
        self._by_order: dict[str | None, list[int]] = {}
        for index, fault in enumerate(self._plan):
            self._by_order.setdefault(fault.order_id, []).append(index)

    def strike(self, subject: Subject, now: datetime) -> Fault | None:
        """The fault that hits a call made now."""
        hit: Fault | None = None
        for index in self._candidates(subject.order_id):
            fault = self._plan[index]
            if not fault.concerns(subject, now):
                continue
            self._seen[index] += 1
            if hit is None and fault.nth <= self._seen[index] < fault.nth + fault.times:
                hit = fault
        return hit

    def _candidates(self, order_id: str | None) -> list[int]:
        of_any = self._by_order.get(None, [])
        return of_any if order_id is None else sorted([*of_any, *self._by_order.get(order_id, [])])
