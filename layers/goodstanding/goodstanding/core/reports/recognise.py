"""Which report a file is, by its content: names of files say nothing, and neither do the flags that come with them.

Tables are told by columns that no other report has, so that a report in which a column is missing is still known for what
it is and can be said to be damaged. The feedback report's header comes in any language; it is told by the names of many,
and else by rows of a day, a rating and an order id. JSON and XML are told by their first names, whole or cut off.
"""

import io
import re

from goodstanding.core.report_types import ReportType
from goodstanding.core.reports.decoding import lines
from goodstanding.core.reports.feedback import COLUMN_NAMES, Column, looks_like_feedback
from goodstanding.core.reports.table import normal_name

_OWN_COLUMNS: tuple[tuple[ReportType, frozenset[str], frozenset[str]], ...] = (
    (
        ReportType.FBA_SHIPMENTS,
        frozenset({"shipment-id", "shipment-item-id", "shipment-date", "estimated-arrival-date"}),
        frozenset({"amazon-order-id", "merchant-order-id", "amazon-order-item-id", "quantity-shipped"}),
    ),
    (
        ReportType.ALL_ORDERS,
        frozenset({"last-updated-date", "order-status", "item-status", "order-channel"}),
        frozenset({"amazon-order-id", "purchase-date", "fulfillment-channel", "sales-channel"}),
    ),
    (
        ReportType.FBA_RETURNS,
        frozenset({"license-plate-number", "detailed-disposition", "return-date", "customer-comments"}),
        frozenset({"order-id", "fnsku", "fulfillment-center-id", "asin"}),
    ),
    (
        ReportType.MFN_RETURNS,
        frozenset({"a-to-z claim", "amazon rma id", "return request date", "return request status"}),
        frozenset(
            {"order id", "order date", "merchant rma id", "label type", "return reason", "in policy", "is prime"}
        ),
    ),
)
"""For each report its own columns, of which it has at least one, and others; of both together it has `_ENOUGH`."""

_ENOUGH = 3
_FEEDBACK_WIDTHS = range(4, 9)
_LOOKED_AT = 20  # lines

_V2 = re.compile(r'\s*\{\s*"(?:accountS|performanceM)')
_V2_KEY = re.compile(r'"(?:accountStatuses|performanceMetrics)"\s*:\s*[\[{]')
_V1 = re.compile(r"seller-?Performance-?Reports?|buyerSellerContactResponseTimeMetrics", re.IGNORECASE)
_KIOSK_NAME = re.compile(r'"(?:analytics_sellerAnalytics\w*|sellerAnalyticsView)"')
_KIOSK_KEY = re.compile(r'"(startDate|endDate|totals|metrics|groupByKey|accountHealth\w*)"\s*:')


def recognise(head: bytes) -> ReportType | None:
    """The report that a plain file beginning with these bytes is (64 KiB are plenty), in any charset; None if none of ours."""
    for japanese in (False, True):
        text = list(lines(io.BytesIO(head), None, japanese=japanese))
        found = next(filter(None, (told_by(text) for told_by in (_markup, _columns, _feedback))), None)
        if found:
            return found
    return None


def _markup(text: list[str]) -> ReportType | None:
    """JSON and XML."""
    whole = "\n".join(text)
    first = whole.lstrip()[:1]
    if first in {"{", "["}:
        if _V2.match(whole) or _V2_KEY.search(whole):
            return ReportType.PERFORMANCE_V2
        return ReportType.DATA_KIOSK if _is_kiosk(whole) else None
    is_xml = first == "<" or ("\t" not in text[0] and ">" in text[0])
    return ReportType.PERFORMANCE_V1 if is_xml and _V1.search(whole) else None


def _is_kiosk(text: str) -> bool:
    return bool(_KIOSK_NAME.search(text)) or len(set(_KIOSK_KEY.findall(text))) >= _ENOUGH


def _table(text: list[str]) -> list[list[str]]:
    return [line.split("\t") for line in text[:_LOOKED_AT] if line and not line.isspace()]


def _columns(text: list[str]) -> ReportType | None:
    """Tables whose columns have one name everywhere."""
    header = {normal_name(cell) for row in _table(text)[:1] for cell in row}
    for report_type, own, others in _OWN_COLUMNS:
        if header & own and len(header & (own | others)) >= _ENOUGH:
            return report_type
    return None


def _feedback(text: list[str]) -> ReportType | None:
    rows = _table(text)
    named = {COLUMN_NAMES.get(normal_name(cell)) for row in rows[:1] for cell in row} - {None}
    if len(named) >= _ENOUGH and named & {Column.RATING, Column.COMMENTS}:
        return ReportType.FEEDBACK
    by_place = bool(rows) and len(rows[0]) in _FEEDBACK_WIDTHS and any(looks_like_feedback(row) for row in rows)
    return ReportType.FEEDBACK if by_place else None
