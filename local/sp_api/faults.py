"""What goes wrong, as data: a fault plan is a literal list, so a test's trouble can be read where the test is.

A fault hits the `nth` call it applies to and the `times - 1` that follow. It applies to the calls of its operation whose seller,
report type and marketplace match (None matches any). Faults earlier in the plan go first; one call suffers one fault.
"""

from collections.abc import Sequence
from dataclasses import dataclass
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
    FORBIDDEN_MESSAGE = "forbidden_message"
    ACCESS_DENIED = "access_denied"
    INVALID_GRANT = "invalid_grant"
    INVALID_CLIENT = "invalid_client"
    LWA_500_HTML = "lwa_500_html"
    INVALID_JSON = "invalid_json"
    EMPTY_BODY = "empty_body"
    ANSWER_LOST = "answer_lost"
    REPORT_FATAL = "report_fatal"
    REPORT_FATAL_WITH_DOCUMENT = "report_fatal_with_document"
    REPORT_CANCELLED = "report_cancelled"
    REPORT_STUCK = "report_stuck"
    LINK_EXPIRED = "link_expired"
    LYING_GZIP_FLAG = "lying_gzip_flag"
    MISSING_GZIP_FLAG = "missing_gzip_flag"
    WRONG_CHARSET = "wrong_charset"
    TRUNCATED_DOWNLOAD = "truncated_download"


class Strikes(Enum):
    """Where a kind of fault strikes."""

    INSTEAD = "instead of the operation: nothing happens, a failure is answered"
    AFTERWARDS = "after the operation: it happened, its answer is spoilt"
    REPORT = "a report: what becomes of it"
    LINK = "the link to a document and what is downloaded through it"


_STRIKES: dict[FaultKind, tuple[Strikes, Operation | None]] = {
    FaultKind.THROTTLE_429: (Strikes.INSTEAD, None),
    FaultKind.THROTTLE_HTML: (Strikes.INSTEAD, None),
    FaultKind.SERVER_500_EMPTY: (Strikes.INSTEAD, None),
    FaultKind.UNAVAILABLE_503_HTML: (Strikes.INSTEAD, None),
    FaultKind.CONNECTION_RESET: (Strikes.INSTEAD, None),
    FaultKind.TIMEOUT: (Strikes.INSTEAD, None),
    FaultKind.FORBIDDEN_MESSAGE: (Strikes.INSTEAD, None),
    FaultKind.ACCESS_DENIED: (Strikes.INSTEAD, None),
    FaultKind.INVALID_GRANT: (Strikes.INSTEAD, Operation.LOG_IN),
    FaultKind.INVALID_CLIENT: (Strikes.INSTEAD, Operation.LOG_IN),
    FaultKind.LWA_500_HTML: (Strikes.INSTEAD, Operation.LOG_IN),
    FaultKind.INVALID_JSON: (Strikes.AFTERWARDS, None),
    FaultKind.EMPTY_BODY: (Strikes.AFTERWARDS, None),
    FaultKind.ANSWER_LOST: (Strikes.AFTERWARDS, None),
    FaultKind.REPORT_FATAL: (Strikes.REPORT, Operation.CREATE_REPORT),
    FaultKind.REPORT_FATAL_WITH_DOCUMENT: (Strikes.REPORT, Operation.CREATE_REPORT),
    FaultKind.REPORT_CANCELLED: (Strikes.REPORT, Operation.CREATE_REPORT),
    FaultKind.REPORT_STUCK: (Strikes.REPORT, Operation.CREATE_REPORT),
    FaultKind.LINK_EXPIRED: (Strikes.LINK, Operation.GET_REPORT_DOCUMENT),
    FaultKind.LYING_GZIP_FLAG: (Strikes.LINK, Operation.GET_REPORT_DOCUMENT),
    FaultKind.MISSING_GZIP_FLAG: (Strikes.LINK, Operation.GET_REPORT_DOCUMENT),
    FaultKind.WRONG_CHARSET: (Strikes.LINK, Operation.GET_REPORT_DOCUMENT),
    FaultKind.TRUNCATED_DOWNLOAD: (Strikes.LINK, Operation.GET_REPORT_DOCUMENT),
}
"""Where each kind strikes, and the one operation it belongs to (None: the plan names it)."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong. `operation` may be left out for kinds that belong to one; `marketplace` is a country code."""

    kind: FaultKind
    operation: Operation | None = None
    report_type: ReportType | None = None
    marketplace: str | None = None
    seller: str | None = None
    nth: int = 1
    times: int = 1

    def __post_init__(self) -> None:
        own = _STRIKES[self.kind][1]
        if own is None and self.operation is None:
            raise ValueError(f"{self.kind} strikes any operation; name one")
        if own is not None and self.operation not in {None, own}:
            raise ValueError(f"{self.kind} strikes only {own}")

    @property
    def strikes(self) -> Strikes:
        """Where it strikes."""
        return _STRIKES[self.kind][0]

    def concerns(self, subject: "Subject") -> bool:
        """Whether the call is one of those it applies to."""
        return (
            subject.operation == (self.operation or _STRIKES[self.kind][1])
            and self.seller in {None, subject.seller}
            and self.report_type in {None, subject.report_type}
            and (self.marketplace is None or self.marketplace in subject.marketplaces)
        )


type FaultPlan = Sequence[Fault]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a call is about; `marketplaces` are country codes."""

    operation: Operation
    seller: str | None = None
    report_type: ReportType | None = None
    marketplaces: tuple[str, ...] = ()


class FaultLedger:
    """Counts the calls each fault of a plan applied to."""

    def __init__(self, plan: FaultPlan) -> None:
        self._plan = tuple(plan)
        self._seen = [0] * len(self._plan)

    def strike(self, subject: Subject) -> Fault | None:
        """The fault that hits this call."""
        hit: Fault | None = None
        for index, fault in enumerate(self._plan):
            if not fault.concerns(subject):
                continue
            self._seen[index] += 1
            if hit is None and fault.nth <= self._seen[index] < fault.nth + fault.times:
                hit = fault
        return hit
