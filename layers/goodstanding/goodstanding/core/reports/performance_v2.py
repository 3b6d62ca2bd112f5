"""GET_V2_SELLER_PERFORMANCE_REPORT: Amazon's own figures, one block for each metric of each marketplace.

Amazon's schema, its example and what it delivers disagree; all their spellings are read. Values are Amazon's `rate` as
given: its counts overlap and contradict its rates, so nothing is computed from them, except the three parts of the order
defect rate, for which it gives no rate (count / orderCount of the same block). Numbers are exact (Decimal).
A block says `not_available` where it has no figures and `no_orders` where it counted over nothing; a metric without a
block has no row. Whether a block is the seller's own shipping or Amazon's is told by its place, not by its label.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.metrics import Condition, Metric, MetricSource, Window
from goodstanding.core.orders import Fulfillment
from goodstanding.core.reports import dates
from goodstanding.core.reports.damage import Damage

type Block = Mapping[str, Any]
"""A JSON object with its keys in lower case."""

NOT_AVAILABLE = "not_available"
NO_ORDERS = "no_orders"


@dataclass(frozen=True, slots=True)
class _Rate:
    """Where a metric's figures stand: the keys of its block, then the paths of its counts within."""

    metric: str
    keys: tuple[str, ...]
    numerator: str
    denominator: str


_ORDER_DEFECTS = _Rate("order_defect_rate", (), "orderWithDefects.count", "orderCount")

_PARTS = (
    ("negative_feedback_rate", "negativeFeedback"),
    ("a_to_z_claim_rate", "claims"),
    ("chargeback_rate", "chargebacks"),
)
"""The parts of the order defect rate and their keys in its blocks."""

_LATE_SHIPMENTS = _Rate("late_shipment_rate", ("lateShipmentRate",), "lateShipmentCount", "orderCount")
_LATE_SHIPMENT_LIST = "lateShipmentRateList"
_LATE_METRICS = (("late_shipment_rate", 30), ("late_shipment_rate_10d", 10))
"""The metrics of the list's entries by the days of their windows; a window belongs to the nearest."""

_RATES = (
    _Rate(
        "pre_fulfillment_cancellation_rate",
        ("preFulfillmentCancellationRate", "preFulfillmentCancelRate"),
        "cancellationCount",
        "orderCount",
    ),
    _Rate("valid_tracking_rate", ("validTrackingRate",), "validTrackingCount", "shipmentCount"),
    _Rate("on_time_delivery_rate", ("onTimeDeliveryRate",), "onTimeDeliveryCount", "shipmentCountWithValidTracking"),
    _Rate("unit_on_time_delivery_rate", ("unitOnTimeDeliveryRate",), "unitOnTimeDeliveryCount", "totalUnitCount"),
    _Rate("invoice_defect_rate", ("invoiceDefectRate",), "invoiceDefect.count", "orderCount"),
)

_VIOLATIONS = (
    "listingPolicyViolations",
    "productAuthenticityCustomerComplaints",
    "productConditionCustomerComplaints",
    "productSafetyCustomerComplaints",
    "receivedIntellectualPropertyComplaints",
    "restrictedProductPolicyViolations",
    "suspectedIntellectualPropertyViolations",
    "foodAndProductSafetyIssues",
    "customerProductReviewsPolicyViolations",
    "otherPolicyViolations",
    "documentRequests",
)
"""The violations known, in the order in which they are shown; any other block with a `defectsCount` follows them."""

_VIOLATION_NAMES = {spelling.lower(): name for name in _VIOLATIONS for spelling in (name, name.removesuffix("s"))}
"""Amazon's example has singulars."""

_CONDITIONS = {condition.value: condition for condition in Condition}
_WARNINGS = ("warningStates", "warningState")
_BAD = "BAD"
_DIGITS = 40  # more is no figure of Amazon's, but would take all memory when computed with


def parse_performance_v2(text: str, marketplace: Marketplace) -> tuple[str | None, tuple[Metric, ...], Damage | None]:
    """The account status in capitals, one marketplace's metrics in reading order, and what is wrong, if anything.

    Damage `marketplace_not_in_report` means that Amazon's report is about other marketplaces only.
    """
    try:
        root = json.loads(text, parse_float=Decimal, parse_constant=_not_a_number)
    except json.JSONDecodeError as error:
        return None, (), Damage(error.lineno, None, "invalid_json")
    except (RecursionError, ValueError):
        return None, (), Damage(1, None, "invalid_json")
    if not isinstance(root, dict):
        return None, (), Damage(1, None, "not_an_object")
    report = _block(root)
    status = _entry(report.get("accountstatuses"), marketplace)
    account_status = _word(_block(status).get("status"))
    metrics = _entry(report.get("performancemetrics"), marketplace)
    if metrics is None:
        what = "marketplace_not_in_report" if "performancemetrics" in report else "missing_key"
        return account_status, (), Damage(1, "performanceMetrics", what)
    rows: dict[tuple[str, Fulfillment | None], Metric] = {}
    for row in _metrics(metrics):
        # Two blocks may state one figure: two spellings, or late shipment rates of one length. The first one that has it stands.
        key = row.metric, row.fulfillment
        if key not in rows or (rows[key].value is None and row.value is not None):
            rows[key] = row
    return account_status, tuple(rows.values()), None


def _not_a_number(_: str) -> None:
    """NaN and Infinity, which JSON does not have: nothing is known."""


def _metrics(entry: Mapping[str, Any]) -> Iterator[Metric]:
    report = _block(entry)
    yield from _order_defect_rate(report)
    yield from _late_shipments(report)
    for rate in _RATES:
        block = _named(report, *rate.keys)
        if block is not None:
            yield _rate(rate, block)
    rating = _named(report, "accountHealthRating")
    if rating is not None:
        yield _account_health_rating(rating)
    yield from _violations(entry)
    yield from _warnings(report)


def _order_defect_rate(report: Block) -> Iterator[Metric]:
    by_channel = _named(report, "orderDefectRate")
    if by_channel is None:
        return
    named = ((channel, _named(by_channel, channel)) for channel in Fulfillment)
    blocks = [(channel, block) for channel, block in named if block is not None]
    for channel, block in blocks:
        yield replace(_rate(_ORDER_DEFECTS, block), fulfillment=channel)
    for name, key in _PARTS:
        for channel, block in blocks:
            part = _named(block, key)
            if part is not None:
                yield replace(_part(name, block, part), fulfillment=channel)


def _late_shipments(report: Block) -> Iterator[Metric]:
    block = _named(report, *_LATE_SHIPMENTS.keys)
    if block is not None:
        yield _rate(_LATE_SHIPMENTS, block)
    listed = []
    for entry in map(_block, _list(report.get(_LATE_SHIPMENT_LIST.lower()))):
        days = _days(entry)
        if days is not None:
            name, _ = min(_LATE_METRICS, key=lambda known: abs(known[1] - days))
            listed.append(replace(_rate(_LATE_SHIPMENTS, entry), metric=name))
    yield from sorted(listed, key=lambda row: row.metric)


def _rate(rate: _Rate, block: Block) -> Metric:
    numerator, denominator = _count(block, rate.numerator), _count(block, rate.denominator)
    value = None if denominator == 0 else _number(block.get("rate"))
    return _row(rate.metric, block, value, numerator, denominator)


def _part(name: str, block: Block, part: Block) -> Metric:
    numerator, denominator = _count(part, "count"), _count(block, "orderCount")
    value = Decimal(numerator) / denominator if numerator is not None and denominator else None
    row = _row(name, block, value, numerator, denominator)
    return replace(row, target=None, condition=None, amazon_status=_word(part.get("status")))


def _account_health_rating(block: Block) -> Metric:
    words = (_word(block.get(key)) for key in ("ahrstatus", "accounthealthratingstatus", "status"))
    row = _row("account_health_rating", block, _number(block.get("ahrscore")))
    return replace(row, amazon_status=next(filter(None, words), None))


def _violations(entry: Mapping[str, Any]) -> Iterator[Metric]:
    found: dict[str, Block] = {}
    for key, value in entry.items():
        block = _block(value)
        name = _VIOLATION_NAMES.get(key.lower())
        if name or "defectscount" in block:
            found.setdefault(name or key, block)
    known = [name for name in _VIOLATIONS if name in found]
    for name in dict.fromkeys((*known, *found)):
        snake_case = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
        yield _row(f"policy_violations.{snake_case}", found[name], _number(found[name].get("defectscount")))


def _warnings(report: Block) -> Iterator[Metric]:
    given = [report[key.lower()] for key in _WARNINGS if key.lower() in report]
    if not given:
        return
    entries = next(filter(None, given), given[0])
    bad = None if entries is None else sum(map(_is_bad, _list(entries)))
    row = _row("warning_states", {}, None if bad is None else Decimal(bad))
    yield replace(row, amazon_status=_BAD if bad else None)


def _is_bad(warning: object) -> bool:
    """A bare name is a warning; an object says so."""
    return bool(_word(warning)) or _word(_block(warning).get("status")) == _BAD


def _row(
    name: str, block: Block, value: Decimal | None, numerator: int | None = None, denominator: int | None = None
) -> Metric:
    reason = None
    if value is None:
        reason = NO_ORDERS if denominator == 0 else NOT_AVAILABLE
    return Metric(
        metric=name,
        fulfillment=None,
        source=MetricSource.AMAZON,
        value=value,
        numerator=numerator,
        denominator=denominator,
        window=_window(block),
        target=_number(block.get("targetvalue")),
        condition=_CONDITIONS.get(_word(block.get("targetcondition")) or ""),
        amazon_status=_word(block.get("status")),
        reason=reason,
    )


# ---- JSON, which may hold anything anywhere -------------------------------------------------------------------------------


def _block(value: object) -> Block:
    """An object with its keys in lower case; an empty one for anything else."""
    return {key.lower(): entry for key, entry in value.items()} if isinstance(value, dict) else {}


def _list(value: object) -> Sequence[object]:
    """A list; a single entry that came without its list is a list of one, null is empty."""
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)


def _named(block: Block, *keys: str) -> Block | None:
    """The block under one of these keys; empty when it is null, None when there is none."""
    given = [block[key.lower()] for key in keys if key.lower() in block]
    return _block(next(filter(None, given), None)) if given else None


def _entry(value: object, marketplace: Marketplace) -> dict[str, Any] | None:
    """The marketplace's entry in a list with one for each; the only one may go without saying whose it is."""
    entries = [entry for entry in _list(value) if isinstance(entry, dict)]
    owners = [_word(_block(entry).get("marketplaceid")) for entry in entries]
    if owners == [None]:
        return entries[0]
    return next(
        (entry for entry, owner in zip(entries, owners, strict=True) if owner == marketplace.marketplace_id), None
    )


def _word(value: object) -> str | None:
    return value.strip().upper() or None if isinstance(value, str) else None


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < _DIGITS else None


def _count(block: Block, path: str) -> int | None:
    *outer, last = path.split(".")
    for key in outer:
        block = _block(block.get(key.lower()))
    number = _number(block.get(last.lower()))
    return int(number) if number is not None and number == number.to_integral_value() else None


def _window(block: Block) -> Window | None:
    span = _block(block.get("reportingdaterange"))
    try:
        return Window(
            dates.iso_day(str(span.get("reportingdatefrom"))), dates.iso_day(str(span.get("reportingdateto")))
        )
    except ValueError:
        return None


def _days(entry: Block) -> int | None:
    """The length of an entry's window."""
    window = _window(entry)
    if window is not None:
        return (window.to - window.from_).days + 1
    offset = _block(_block(entry.get("reportingdaterange")).get("dateoffset")) or _block(entry.get("dateoffset"))
    return _count(offset, "duration")
