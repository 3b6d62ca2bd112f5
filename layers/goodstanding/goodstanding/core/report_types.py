"""The Amazon reports this product knows, and what each may be asked for (SP-API Reports 2021-06-30)."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class ReportType(StrEnum):
    """Amazon's report type names."""

    PERFORMANCE_V2 = "GET_V2_SELLER_PERFORMANCE_REPORT"
    PERFORMANCE_V1 = "GET_V1_SELLER_PERFORMANCE_REPORT"
    FEEDBACK = "GET_SELLER_FEEDBACK_DATA"
    ALL_ORDERS = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"
    FBA_SHIPMENTS = "GET_AMAZON_FULFILLED_SHIPMENTS_DATA_GENERAL"
    MFN_RETURNS = "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE"
    FBA_RETURNS = "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA"
    DATA_KIOSK = "DATA_KIOSK_SELLER_ANALYTICS"  # not a report type of Amazon's: the Data Kiosk data set, as a file


class Range(StrEnum):
    """How a report takes its dates."""

    SNAPSHOT = "snapshot"  # takes none: the state of now
    OPEN = "open"  # a start and no end: an end makes Amazon cancel it
    CLOSED = "closed"  # a start and an end, at most `longest` apart


@dataclass(frozen=True, slots=True)
class ReportRule:
    """What Amazon allows one report to be asked for.

    `reach` is how far back the first request goes, `overlap` how far a later one goes back behind what is covered
    (late rows), `longest` the longest range of one request.
    """

    range: Range
    reach: timedelta = timedelta(0)
    overlap: timedelta = timedelta(0)
    longest: timedelta = timedelta(0)


_WINDOW = timedelta(days=66)  # the 60-day window, whole local days in any zone, and margin for late rows

DAILY_REPORTS: dict[ReportType, ReportRule] = {
    ReportType.PERFORMANCE_V2: ReportRule(Range.SNAPSHOT),
    ReportType.PERFORMANCE_V1: ReportRule(Range.SNAPSHOT),
    ReportType.FEEDBACK: ReportRule(Range.OPEN, reach=timedelta(days=90)),
    ReportType.ALL_ORDERS: ReportRule(Range.CLOSED, _WINDOW, timedelta(days=2), timedelta(days=30)),
    ReportType.FBA_SHIPMENTS: ReportRule(Range.CLOSED, _WINDOW, timedelta(days=3), timedelta(days=30)),
    ReportType.MFN_RETURNS: ReportRule(Range.CLOSED, _WINDOW, timedelta(days=7), timedelta(days=60)),
}
"""The reports of one daily run, in the order in which they are asked for."""
